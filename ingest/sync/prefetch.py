"""Looking at files in their order, some way ahead of who takes them: which to pass over, which are as they were, and
which a worker reads meanwhile."""

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

_FILES = 64  # that are looked at ahead: as many short ones as embedding together takes
_BYTES = 64_000_000  # of files that are being read or lie read


@dataclass(frozen=True, slots=True)
class PrefetchedFile:
    """A file, and what is to be told of it; or the task that is reading it. ``is_known``: an older version is there."""

    file: File
    size: int
    is_known: bool
    found: FileReport | Task

    @property
    def held(self) -> int:
        return self.size if isinstance(self.found, Task) else 0


@dataclass(slots=True)
class Prefetcher:
    """Order in is order out, however many workers read."""

    store: Store
    pool: Pool
    _rows: dict[int, dict[str, FileRow]] = field(default_factory=dict)

    def files(self, root: Root, present: Sequence[File]) -> Iterator[PrefetchedFile]:
        waiting: deque[PrefetchedFile] = deque()
        held = 0
        for file in present:
            waiting.append(self._look(root, file))
            held += waiting[-1].held
            while len(waiting) > _FILES or (held > _BYTES and len(waiting) > 1):
                held -= waiting[0].held
                yield waiting.popleft()
        yield from waiting

    def _look(self, root: Root, file: File) -> PrefetchedFile:
        known, size = self._known(file), size_of(file.path)
        try:
            found = _refused(root, file) or self._unchanged(file, known)
        except OSError as error:
            found = _unreadable(file, error)
        name = PurePosixPath(file.location).name
        return PrefetchedFile(file, size, known is not None, found or self.pool.submit(file.path, name, size))

    def _unchanged(self, file: File, known: FileRow | None) -> FileReport | None:
        if known is None or not known.digest or digest.stamped(digest.of_file(file.path)) != known.digest:
            return None
        return replace(FileReport(**known.report), status="unchanged", seconds=0.0)

    def _known(self, file: File) -> FileRow | None:
        if file.root not in self._rows:
            self._rows[file.root] = self.store.files(file.root)
        return self._rows[file.root].get(file.location)


def size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # told when the file is looked at
        return 0


def _unreadable(file: File, error: OSError) -> FileReport:
    what = "folder" if file.is_folder else "file"
    reason = f"The {what} cannot be read ({error.strerror or error}). Check its permissions."
    return FileReport(file.location, "failed", reason)


def _refused(root: Root, file: File) -> FileReport | None:
    if file.is_folder:
        os.listdir(file.path)
        return FileReport(file.location, "failed", "The folder could not be read. Run this again.")
    reason = _refusal(file.path)
    return None if reason is None else FileReport(file.location, "skipped" if root.path.is_dir() else "failed", reason)


def _refusal(path: Path) -> str | None:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        return f"{suffix or 'A file without a suffix'} is not read. Known kinds: {' '.join(READERS)}"
    if path.stem.upper() == "README":
        return "A README describes its folder. Give it another name to have it read."
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        return "It is a pipe or a device, not a file. Leave it out."
    if status.st_size > READERS[suffix].most:
        return f"The file has more than {READERS[suffix].most // 1_000_000} MB. Split it and ingest the parts."
    return None
