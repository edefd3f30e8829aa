"""The options with which search, check, compare and collection write a file."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from index.errors import QueryError
from index.storage.truth import Truth

if TYPE_CHECKING:
    from index.output.citations import CitationStyle
    from index.output.csl import Keys
    from index.types import Source


def file_format(options: argparse.Namespace) -> tuple[str, CitationStyle] | None:
    """The suffix of the file to be written, and how it cites; None without a file, so that a search does not load what
    writes it."""
    if not options.out:
        if options.style != "plain":
            raise QueryError("--style says how a file cites. Name the file too: --out FILE")
        return None
    from index.output import bibliography_files, citations, export

    formats = (*export.TABLE_FORMATS, *bibliography_files.BIBLIOGRAPHY_FORMATS)
    return export.format_of(options.out, formats), citations.style_of(options.style)


def write_file(
    options: argparse.Namespace, suffix: str, store: Truth, sources: Iterable[Source], result: Callable[[Keys], bytes]
) -> None:
    """Writes a result, with the keys of BibTeX; or, where the suffix is that of a bibliography, its sources, each
    once."""
    from index.output import bibliography_files, export

    keys, write = keys_of(store), bibliography_files.BIBLIOGRAPHY_FORMATS.get(suffix)
    listed = list({source.id: source for source in sources}.values())
    export.write(options.out, write(listed, keys) if write else result(keys))


def keys_of(store: Truth) -> Keys:
    """The keys of BibTeX of all sources, so that each is the same in every file."""
    from index.output import csl

    return csl.citation_keys(source for source, _, _ in store.documents.sources())
