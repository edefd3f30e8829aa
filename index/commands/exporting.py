"""The options with which search, check, compare and collection write a file."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from index.errors import QueryError
from index.storage.truth import Truth

if TYPE_CHECKING:
    from index.output.citations import CitationStyle
    from index.output.csl import Keys


def file_format(options: argparse.Namespace) -> tuple[str, CitationStyle] | None:
    """The suffix of the file to be written, and how it cites; None without a file, so that a search does not load what
    writes it."""
    if not options.out:
        if options.style != "plain":
            raise QueryError("--style says how a file cites. Name the file too: --out FILE")
        return None
    from index.output import citations, export

    return export.format_of(options.out), citations.style_of(options.style)


def keys_of(store: Truth) -> Keys:
    """The keys of BibTeX of all sources, so that each is the same in every file."""
    from index.output import csl

    return csl.citation_keys(source for source, _, _ in store.documents.sources())
