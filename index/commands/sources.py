"""``python -m index sources``: list the sources, or write them for other programs."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from index.output import terminal
from index.output.json_output import listed_json
from index.output.printing import show, show_json
from index.storage.store import Store
from index.types import Source


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code 0. Raises SourcewiseError."""
    documents = Store.open(library).documents
    rows = documents.sources()
    chosen = (
        None
        if options.source is None
        else {documents.live(documents.complete_id(identity)).id for identity in options.source}
    )
    if options.out:
        return _write_sources(options, [source for source, _, _ in rows], chosen)
    rows = [row for row in rows if chosen is None or row[0].id in chosen]
    if options.json:
        show_json(listed_json(rows), indent=1)
        return 0
    if not rows:
        show([terminal.EMPTY_LIBRARY])
    for source, passages, _ in rows:
        location = f"{source.location}{'#' + source.record if source.record else ''}"
        count = f"{passages:,} passage{'s' * (passages != 1)}"
        about = [source.title, source.shown("authors"), source.shown("published"), location, count]
        show([f"{source.id}  {' · '.join(part for part in about if part)}"])
    return 0


def _write_sources(options: argparse.Namespace, sources: Sequence[Source], chosen: set[str] | None) -> int:
    """Write the chosen sources, or all, as a bibliography. Keys are those that they have among all."""
    from index.output import bibliography_files, csl, export

    suffix = export.format_of(options.out, bibliography_files.BIBLIOGRAPHY_FORMATS)
    written = [source for source in sources if chosen is None or source.id in chosen]
    content = bibliography_files.BIBLIOGRAPHY_FORMATS[suffix](written, csl.citation_keys(sources))
    export.write(options.out, content)
    if options.json:
        show_json({"written": str(options.out), "sources": len(written)})
    else:
        show([f"{options.out} holds {len(written):,} source{'s' * (len(written) != 1)}."])
    return 0
