"""The read-only files of one generation that a search reads: vectors, BM25, near-duplicates, and their manifest."""

from index.snapshot.bm25 import BM25Index, Terms
from index.snapshot.generation import Generation, Manifest, current_manifest
from index.snapshot.near_duplicates import CopyRuns
from index.snapshot.vectors import VectorIndex

__all__ = [
    "BM25Index",
    "CopyRuns",
    "Generation",
    "Manifest",
    "Terms",
    "VectorIndex",
    "current_manifest",
]
