"""What a published generation offers, and the read-only files of one: vectors, BM25, near-duplicates, manifest."""

from index.snapshot.bm25 import BM25Index, Terms
from index.snapshot.engine import CopiedPassages, Scope, SearchEngine
from index.snapshot.generation import Generation
from index.snapshot.manifest import Manifest, current_manifest, published, published_manifest
from index.snapshot.vectors import VectorIndex

__all__ = [
    "BM25Index",
    "CopiedPassages",
    "Generation",
    "Manifest",
    "Scope",
    "SearchEngine",
    "Terms",
    "VectorIndex",
    "current_manifest",
    "published",
    "published_manifest",
]
