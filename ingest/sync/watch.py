"""Keeps a library in step with its folders: an ingest whenever files in them have changed and are at rest again.

The system's own notices only wake it up; what decides is a look at sizes and times of change. So nothing is lost on a
disk that gives no notices, or while an ingest runs.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from index.errors import SourcewiseError
from ingest.report import Report
from ingest.sync.folders import Look
from ingest.sync.roots import Root, real_path, walk

QUIET = 1.0  # seconds that sizes and times must stay the same before files are read (a guess)
LONGEST = 60.0  # seconds after which they are read though some still change, as a log does (a guess)
POLL = 30.0  # seconds between two looks where the system gives no notice (a guess)

logging.getLogger("watchdog").addHandler(logging.NullHandler())  # a notice that comes during the end is no news

_TELLING = frozenset(("created", "modified", "moved", "deleted", "closed"))  # kinds of notices that a change brings


def watch(
    paths: Sequence[Path],
    library: Path,
    run: Callable[[], Report],
    stopped: threading.Event,
    notify: Callable[[Report | SourcewiseError], None],
    seen: Look,
    *,
    quiet: float = QUIET,
    poll: float = POLL,
) -> None:
    """Call ``run`` for each change of the files under ``paths`` until ``stopped`` is set.

    ``notify`` gets each report, or the error that a run ended with, once; after an error it is tried again at the next
    look. ``seen``: what ``look_at`` gave before the library was last brought up to date.
    """
    changed, problem = threading.Event(), ""
    with _notices(paths, library, changed):
        while not stopped.is_set():
            if look_at(paths) == seen:
                _wait(changed, stopped, poll)
                changed.clear()
                continue
            now = _at_rest(paths, stopped, quiet)
            if stopped.is_set():
                break
            try:
                report = run()
            except SourcewiseError as error:  # the disk is away, or another ingest writes: told, and tried again
                if str(error) != problem:
                    notify(error)
                problem = str(error)
                _wait(changed, stopped, poll)
                changed.clear()
                continue
            notify(report)
            seen, problem = now, ""


def look_at(paths: Sequence[Path]) -> Look:
    """Size and time of change of every file that an ingest would look at; empty for a root that is not there."""
    seen: dict[str, tuple[int, int]] = {}
    for path in paths:
        root = Root(real_path(path), real_path(path), 0)
        for file, is_folder in walk(root):
            try:
                status = file.stat()
            except OSError:
                continue
            if not is_folder:
                seen[str(file)] = (status.st_size, status.st_mtime_ns)
    return seen


def _at_rest(paths: Sequence[Path], stopped: threading.Event, quiet: float) -> Look:
    """What the files are once they have not changed for a while."""
    deadline, before = time.monotonic() + LONGEST, look_at(paths)
    while not stopped.wait(quiet):
        now = look_at(paths)
        if now == before or time.monotonic() > deadline:
            break
        before = now
    return before


def _wait(changed: threading.Event, stopped: threading.Event, seconds: float) -> None:
    """Wait for a notice, a stop, or the next look."""
    deadline = time.monotonic() + seconds
    while not (stopped.is_set() or changed.wait(0.2)) and time.monotonic() < deadline:
        pass


@contextmanager
def _notices(paths: Sequence[Path], library: Path, changed: threading.Event) -> Iterator[None]:
    """Have ``changed`` set when the system notices a change. Where it cannot notice, looking now and then must do."""
    observer = Observer()
    handler = _Handler(real_path(library), changed)
    for path in {real_path(path) for path in paths}:
        try:
            observer.schedule(handler, str(path if path.is_dir() else path.parent), recursive=path.is_dir())
        except OSError:  # too many folders for the system, or one that is gone
            continue
    try:
        observer.start()
    except OSError:  # the system has no more notices to give
        yield
        return
    try:
        yield
    finally:
        observer.stop()
        observer.join()


class _Handler(FileSystemEventHandler):
    def __init__(self, library: Path, changed: threading.Event) -> None:
        self._library, self._changed = library, changed

    def on_any_event(self, event: FileSystemEvent) -> None:
        path = Path(str(event.src_path))
        if event.event_type in _TELLING and not path.is_relative_to(self._library):
            self._changed.set()
