"""python -m ingest PATH…: bring files into a library."""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from index.arguments import Parser
from index.disk import Address, Library, library_at
from index.errors import LibraryError, SourcewiseError, as_started
from index.output.printing import show, show_json, speak_utf8
from index.text import line
from ingest.report import Report

if TYPE_CHECKING:
    from ingest.sync.distributed import Workers


def parser() -> argparse.ArgumentParser:
    """The parser of the command line. Its help is part of the documentation."""
    command = Parser(prog=as_started("python -m ingest"), description="Bring files and folders into a library.")
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a folder or a file")
    command.add_argument(
        "--library",
        type=library_at,
        default=None,
        metavar="WHERE",
        help="a folder, or postgresql://… (default: $SOURCEWISE_LIBRARY, else ./library)",
    )
    command.add_argument(
        "--model", type=str, metavar="NAME_OR_PATH", help="a sentence-transformers model, for a new library"
    )
    command.add_argument("--prune", action="store_true", help="go on when most files of a root are gone")
    command.add_argument("--no-ocr", action="store_true", help="leave scans and pictures unread")
    about = "have the workers of a Dask scheduler (tcp://…) do it, for a library on a server"
    command.add_argument("--workers", type=str, metavar="SCHEDULER", help=about)
    command.add_argument("--watch", action="store_true", help="go on, and ingest what changes, until Ctrl+C")
    command.add_argument("--json", action="store_true", help="write the report as JSON to standard output")
    return command


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs an ingest. Exit code: 0 fine, 2 error, 3 some files or records could not be read, 130 stopped by Ctrl+C."""
    args = parser().parse_args(arguments)
    try:
        report = _watch(args) if args.watch else _ingest(args)
    except SourcewiseError as error:
        show([f"ingest: {error}"], sys.stderr)
        return 2
    except KeyboardInterrupt:
        show(["ingest: stopped. What is stored stays; run the same command again to go on."], sys.stderr)
        return 130
    if args.json:
        show_json(report.as_json(), indent=1)
    else:
        show([*lines(report), *_changed_pins(args, report)])
    return 3 if report.incomplete else 0


def _watch(args: argparse.Namespace) -> Report:
    """Ingests, and again after each change until Ctrl+C. Returns what all runs did. A second Ctrl+C breaks off."""
    from ingest.sync.watch import look_at, watch

    library = library_of(args)
    if isinstance(library, Address):
        raise LibraryError("--watch does not work on a server's library yet. Run the ingest again after a change.")

    stopped = threading.Event()

    def stop(number: int, frame: object) -> None:
        stopped.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, stop)
    try:
        seen = look_at(args.paths)
        reports = [_ingest(args, stopped.is_set)]
        _tell(reports[0])

        def take(result: Report | SourcewiseError) -> None:
            if isinstance(result, Report):
                reports[0] = reports[0].followed_by(result)
            _tell(result)

        watch(args.paths, library, lambda: _ingest(args, stopped.is_set), stopped, take, seen)
    finally:
        signal.signal(signal.SIGINT, before)
    return reports[0]


def _tell(result: Report | SourcewiseError) -> None:
    """A run of a watch, on standard error: standard output has the final report alone."""
    show(lines(result) if isinstance(result, Report) else [f"ingest: {result}"], sys.stderr)


def library_of(args: argparse.Namespace) -> Library:
    from index.disk import default_library

    library: Library | None = args.library
    return library or default_library()


def _ingest(args: argparse.Namespace, cancelled: Callable[[], bool] = lambda: False) -> Report:
    """Runs the ingest, with a progress bar on a terminal.

    The imports stand here because they are slow, and Ctrl+C during them must give a one-line message too.
    """
    from tqdm import tqdm

    from ingest.sync.pipeline import ingest

    with tqdm(unit="B", unit_scale=True, disable=True if args.json else None, leave=False, file=sys.stderr) as bar:

        def progress(activity: str, done: int, total: int) -> None:
            bar.total = total or None
            bar.n = done
            activity = line(activity)
            bar.set_description_str(activity if len(activity) <= 40 else f"…{activity[-39:]}")

        options = {"model": args.model, "prune": args.prune, "ocr": not args.no_ocr}
        with _workers(args) as workers:
            return ingest(
                args.paths, library_of(args), **options, workers=workers, progress=progress, cancelled=cancelled
            )


def _workers(args: argparse.Namespace) -> AbstractContextManager[Workers | None]:
    if args.workers is None:
        return nullcontext()
    from ingest.sync.distributed import Workers

    return Workers(library_of(args), args.workers)


def lines(report: Report) -> list[str]:
    """The report in lines for the terminal: what changed, then the files with problems or warnings."""
    counts = ", ".join(f"{count} {status}" for status, count in report.documents.items() if count) or "nothing to read"
    cancelled = "cancelled; " if report.cancelled else ""
    output = [f"{report.library}: {cancelled}{counts}; {report.passages} passages embedded in {report.seconds:.1f} s"]
    for file in report.files:
        if file.moved_from:
            output.append(f"  {file.location}: moved from {file.moved_from}")
        if file.reason:
            output.append(f"  {file.status}: {file.location}: {file.reason}")
        output += [f"  {file.location}: {warning}" for warning in file.warnings]
    return output


def _changed_pins(args: argparse.Namespace, report: Report) -> list[str]:
    """What became of pinned passages, where the ingest changed or removed texts."""
    if not (report.documents["replaced"] or report.documents["removed"]):
        return []
    from index.collections import changed_collections

    return [f"  {changed}" for changed in changed_collections(library_of(args))]


def run() -> None:
    """Run as a process, and end it."""
    speak_utf8()
    sys.exit(main())


if __name__ == "__main__":
    run()
