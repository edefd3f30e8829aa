"""Looks at files in order, some way ahead of the ingest: a file is refused, or unchanged, or a worker reads it
meanwhile."""

from __future__ import annotations

import os
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from index.storage.rows import FileRow
from index.storage.store import Store
from ingest import digest
from ingest.readers import READERS
from ingest.report import FileReport
from ingest.sandbox.pool import Pool, Task
from ingest.sync.roots import File, Root

_MAX_FILES = 64  # looked at ahead (a guess: about as many short files as are embedded together)
_MAX_BYTES = 64_000_000  # of files that are being read or wait read (a guess)


@dataclass(frozen=True, slots=True)
class PrefetchedFile:
    """A file, and its report or the task that reads it. ``is_known``: an older version is stored."""

    file: File
    size: int
    is_known: bool
    result: FileReport | Task

    @property
    def bytes_in_work(self) -> int:
        """Its size while a worker reads it, else 0."""
        return self.size if isinstance(self.result, Task) else 0


@dataclass(slots=True)
class Prefetcher:
    """Files come out in the order they went in, however many workers read."""

    store: Store
    pool: Pool
    rows: dict[int, dict[str, FileRow]] = field(default_factory=dict)
    """What is remembered of the files of each root; read where it is not given."""

    def files(self, root: Root, present: Sequence[File]) -> Iterator[PrefetchedFile]:
        waiting: deque[PrefetchedFile] = deque()
        bytes_in_work = 0
        for file in present:
            waiting.append(self._prefetch(root, file))
            bytes_in_work += waiting[-1].bytes_in_work
            while len(waiting) > _MAX_FILES or (bytes_in_work > _MAX_BYTES and len(waiting) > 1):
                bytes_in_work -= waiting[0].bytes_in_work
                yield waiting.popleft()
        yield from waiting

    def _prefetch(self, root: Root, file: File) -> PrefetchedFile:
        name, size = PurePosixPath(file.location).name, size_of(file.path)
        result = self.report_unread(root, file) or self.pool.submit(file.path, name, size)
        return PrefetchedFile(file, size, self.stored_row(file) is not None, result)

    def report_unread(self, root: Root, file: File) -> FileReport | None:
        """The report of a file that need not be read, as it is refused or unchanged; else None."""
        try:
            return _refused(root, file) or self._unchanged(file, self.stored_row(file))
        except OSError as error:
            return _unreadable(file, error)

    def _unchanged(self, file: File, row: FileRow | None) -> FileReport | None:
        """The report of a file that did not change since it was stored, else None. Raises OSError."""
        if row is None or not row.digest or digest.stamped(digest.of_file(file.path)) != row.digest:
            return None
        return replace(FileReport(**row.report), status="unchanged", seconds=0.0)

    def stored_row(self, file: File) -> FileRow | None:
        if file.root not in self.rows:
            self.rows[file.root] = self.store.files.of_root(file.root)
        return self.rows[file.root].get(file.location)


def size_of(path: Path) -> int:
    """Bytes of a file; 0 when it cannot be looked at."""
    try:
        return path.stat().st_size
    except OSError:  # reported when the file is read
        return 0


def _unreadable(file: File, error: OSError) -> FileReport:
    kind = "folder" if file.is_folder else "file"
    reason = f"The {kind} cannot be read ({error.strerror or error}). Check its permissions."
    return FileReport(file.location, "failed", reason)


def _refused(root: Root, file: File) -> FileReport | None:
    """The report of a file that no reader takes, else None. Raises OSError."""
    if file.is_folder:
        os.listdir(file.path)
        return FileReport(file.location, "failed", "The folder could not be read. Run this again.")
    reason = refusal(file.path)
    return None if reason is None else FileReport(file.location, "skipped" if root.path.is_dir() else "failed", reason)


def refusal(path: Path) -> str | None:
    """Why no reader takes this file; None when one does. Raises OSError."""
    suffix = path.suffix.lower()
    if suffix not in READERS:
        return f"{suffix or 'A file without a suffix'} is not read. Known kinds: {' '.join(READERS)}"
    if path.stem.upper() == "README":
        return "A README describes its folder. Give it another name to have it read."
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "It is a pipe or a device, not a file. Leave it out."
    if status.st_size > READERS[suffix].max_bytes:
        return f"The file has more than {READERS[suffix].max_bytes // 1_000_000} MB. Split it and ingest the parts."
    return None
