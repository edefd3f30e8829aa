"""python -m ingest PATH…: bring files into a library."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from index.arguments import Parser
from index.errors import SourcewiseError
from index.output.json_output import speak_utf8
from ingest.report import Report


def parser() -> argparse.ArgumentParser:
    """The command line; its help is part of the documentation."""
    one = Parser(prog="python -m ingest", description="Bring files and folders into a library.")
    one.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder or a file")
    one.add_argument("--library", type=Path, default=None, help="default: $SOURCEWISE_LIBRARY, else ./library")
    one.add_argument("--model", metavar="NAME_OR_PATH", help="a sentence-transformers model, for a new library")
    one.add_argument("--prune", action="store_true", help="go on when most files of a root are gone")
    one.add_argument("--json", action="store_true", help="write the report as JSON to standard output")
    return one


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code: 0 fine, 2 an error, 3 done but some files or records could not be read, 130 stopped by Ctrl+C."""
    asked = parser().parse_args(arguments)
    try:
        report = _ingest(asked)
    except SourcewiseError as error:
        print(f"ingest: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("ingest: stopped. What is stored stays; run the same command again to go on.", file=sys.stderr)
        return 130
    if asked.json:
        json.dump(report.as_json(), sys.stdout, ensure_ascii=False, indent=1)
        print()
    else:
        print("\n".join(lines(report)))
    return 3 if report.incomplete else 0


def _ingest(asked: argparse.Namespace) -> Report:
    """With a bar on a terminal. Imported here, so that Ctrl+C is answered in a line from the first moment."""
    from tqdm import tqdm

    from index.search.index import default_library
    from ingest.sync.pipeline import ingest

    with tqdm(unit="B", unit_scale=True, disable=True if asked.json else None, leave=False, file=sys.stderr) as bar:

        def progress(what: str, done: int, total: int) -> None:
            bar.total = total or None
            bar.n = done
            bar.set_description_str(what[:40])

        library = asked.library or default_library()
        return ingest(asked.paths, library, model=asked.model, prune=asked.prune, progress=progress)


def lines(report: Report) -> list[str]:
    """The report for a person: what changed, then each file that needs a look."""
    counted = ", ".join(f"{count} {status}" for status, count in report.documents.items() if count) or "nothing to read"
    cut = "cancelled; " if report.cancelled else ""
    told = [f"{report.library}: {cut}{counted}; {report.passages} passages embedded in {report.seconds:.1f} s"]
    for file in report.files:
        if file.reason:
            told.append(f"  {file.status}: {file.location}: {file.reason}")
        told += [f"  {file.location}: {warning}" for warning in file.warnings]
    return told


if __name__ == "__main__":
    speak_utf8()
    sys.exit(main())
