"""``python -m index check``: a draft against the sources."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from index.check import marks
from index.check.draft import FindingStatus, check_draft
from index.check.judge import CrossEncoder
from index.commands.exporting import file_format, write_file
from index.errors import QueryError, ReadError
from index.output import export, export_draft, terminal
from index.output.clean_copy import write_clean_copy
from index.output.csl import Keys
from index.output.json_output import checked_json
from index.output.printing import show, show_json
from index.search.index import Index
from index.types import Draft
from ingest.draft import draft_of_text, read_draft


def run(options: argparse.Namespace, library: Path) -> int:
    """Exit code: 1 when no sentence is found in any source. Raises SourcewiseError."""
    form = file_format(options)
    if options.clean and (form is None or form[0] != ".docx"):
        raise QueryError("--clean writes a Word file. Name it too: --out FILE.docx")
    draft = read_draft_file(options.draft)
    if not options.json:
        show([f"index: {options.draft}: {warning}" for warning in draft.warnings], sys.stderr)
    index = Index.open(library)
    judge = CrossEncoder(options.judge) if options.judge else None
    checked = check_draft(index, draft, judge=judge)
    known = marks.read_marks(index.store)
    if form:
        suffix, style = form
        write = write_clean_copy if options.clean else export_draft.DRAFT_FORMATS.get(suffix)

        def result(keys: Keys) -> bytes:
            return write(checked, known, export.timestamp(), style, keys) if write else b""

        write_file(options, suffix, index.store, checked.sources, result)
    if options.json:
        show_json(checked_json(checked, index.store, known))
    else:
        show([*[terminal.EMPTY_LIBRARY] * index.is_empty, *terminal.format_check(checked)])
    return 0 if checked.counts[FindingStatus.FOUND] + checked.counts[FindingStatus.DIFFERS] else 1


def read_draft_file(name: str) -> Draft:
    """The draft in a file; ``-`` is standard input. Raises ReadError."""
    try:
        if name == "-":
            return draft_of_text(sys.stdin.buffer.read())
        return read_draft(Path(name).read_bytes(), name)
    except OSError as error:
        raise ReadError(
            f"{name} cannot be read ({error.strerror or error}). Give a .txt, .md or .docx file."
        ) from error
