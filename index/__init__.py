"""The library: what can be found in it, and how. It knows nothing of the files to ingest, nor of the page.

From the bottom up: ``types`` and ``errors`` hold the nouns; ``text``, ``differences``, ``embedding`` and ``storage``
know nothing of a search; ``snapshot`` holds the files that a search reads; ``search`` ranks; ``quotations``, ``check``,
``compare`` and ``publishing`` use it; ``collections`` hold what a person pins; ``output`` writes results.
``docs/architecture.md`` draws the rooms.

The names below are what other packages and programs use. Each is imported when it is first asked for, so that
``from index import Filter`` does not load a model's runtime.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.check import check_draft
    from index.compare import compare_sources
    from index.disk import Address, Library
    from index.errors import LibraryError, ModelError, QueryError, ReadError, SourcewiseError, WriteError
    from index.publishing import recall_fell, remove_sources
    from index.search import Index, default_library
    from index.snapshot import published, published_manifest
    from index.storage import Store, people
    from index.types import (
        Answer,
        By,
        Confidence,
        Copy,
        Document,
        Draft,
        Filter,
        Hit,
        Lacking,
        NamedBy,
        NamedSources,
        Origin,
        Parts,
        Passage,
        Recall,
        Section,
        Source,
        Span,
    )

_HOMES = {
    "index.check": ("check_draft",),
    "index.compare": ("compare_sources",),
    "index.disk": ("Address", "Library"),
    "index.errors": ("LibraryError", "ModelError", "QueryError", "ReadError", "SourcewiseError", "WriteError"),
    "index.publishing": ("recall_fell", "remove_sources"),
    "index.search": ("Index", "default_library"),
    "index.snapshot": ("published", "published_manifest"),
    "index.storage": ("Store", "people"),
    "index.types": (
        *("Answer", "By", "Confidence", "Copy", "Document", "Draft", "Filter", "Hit", "Lacking"),
        *("NamedBy", "NamedSources", "Origin", "Parts", "Passage", "Recall", "Section", "Source", "Span"),
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "Address",
    "Answer",
    "By",
    "Confidence",
    "Copy",
    "Document",
    "Draft",
    "Filter",
    "Hit",
    "Index",
    "Lacking",
    "Library",
    "LibraryError",
    "ModelError",
    "NamedBy",
    "NamedSources",
    "Origin",
    "Parts",
    "Passage",
    "QueryError",
    "ReadError",
    "Recall",
    "Section",
    "Source",
    "SourcewiseError",
    "Span",
    "Store",
    "WriteError",
    "check_draft",
    "compare_sources",
    "default_library",
    "people",
    "published",
    "published_manifest",
    "recall_fell",
    "remove_sources",
]
