"""The citation style that a person chose, kept in the library."""

from __future__ import annotations

from index.disk import Library
from index.output.citations import CitationStyle
from index.storage.store import Store
from index.storage.truth import Truth

_KIND, _NAME = "choice", "citation style"


def read_style(store: Truth) -> CitationStyle:
    """*plain* where none was chosen, or one that this version does not have."""
    row = store.kept.get(_KIND, _NAME)
    return CitationStyle(row.value) if row and row.value in list(CitationStyle) else CitationStyle.PLAIN


def choose_style(library: Library, style: CitationStyle) -> None:
    """Keep a choice in place of the last. Works during an ingest too. Raises LibraryError."""
    with Store.written(library) as store:
        store.kept.set(_KIND, _NAME, style.value)
