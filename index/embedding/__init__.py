"""Which runtime turns text into vectors: OpenVINO on a CPU; sentence-transformers as reference and for the rest."""

from index.embedding.compiled import Embedder, Vectors, normalized
from index.embedding.models import open_embedder, prepare
from index.embedding.reference import DEFAULT

__all__ = [
    "DEFAULT",
    "Embedder",
    "Vectors",
    "normalized",
    "open_embedder",
    "prepare",
]
