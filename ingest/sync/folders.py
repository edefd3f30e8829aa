"""The folders that a library was filled from: what stands in them now, against what the last ingest saw there.

Files are compared by listing, size and time of change alone, so that it is cheap to look.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.disk import Library
from index.storage.store import Store
from ingest.sync import roots
from ingest.sync.roots import File, Root

Look = Mapping[str, tuple[int, int]]
"""By location of a file: its size in bytes, and its time of change in nanoseconds."""


@dataclass(frozen=True, slots=True)
class Folder:
    """A root of a library. ``ingested``: ISO time of its last complete ingest; None, and nothing new, changed or gone,
    when it is not known. ``is_missing``: it is not there any more, or cannot be read."""

    path: Path
    sources: int
    ingested: str | None
    new: int = 0
    changed: int = 0
    gone: int = 0
    is_missing: bool = False

    @property
    def differs(self) -> bool:
        return bool(self.new or self.changed or self.gone)


def look(files: Sequence[File]) -> Look:
    """What can be told of files without reading them. A file that is gone meanwhile is left out."""
    seen: dict[str, tuple[int, int]] = {}
    for file in files:
        try:
            status = file.path.stat()
        except OSError:
            continue
        if not file.is_folder:
            seen[file.path.as_posix()] = (status.st_size, status.st_mtime_ns)
    return seen


def remember(store: Store, root: Root, seen: Look) -> None:
    """Store what an ingest saw in a root, when it has read all of it."""
    with store.transaction():
        store.set(f"seen {root.number}", json.dumps(_relative(root, seen)))
        store.set(f"ingested {root.number}", datetime.now(UTC).isoformat(timespec="seconds"))


def _relative(root: Root, seen: Look) -> dict[str, list[int]]:
    return {Path(path).relative_to(root.base).as_posix(): list(status) for path, status in seen.items()}


def folders(library: Library) -> list[Folder]:
    """The roots of a library, in the order in which they came, without those that are gone and have no source. Raises
    LibraryError."""
    store = Store.open(library)
    try:
        sources = store.documents.counts_by_root()
        found = (
            _folder(store, Path(path), number, sources.get(number, 0)) for number, path in store.files.roots().items()
        )
        return [folder for folder in found if folder.sources or not folder.is_missing]
    finally:
        store.close()


def _folder(store: Store, path: Path, number: int, sources: int) -> Folder:
    ingested = store.setting(f"ingested {number}")
    if not path.exists():
        return Folder(path, sources, ingested, is_missing=True)
    root = Root(path, path if path.is_dir() else path.parent, number)
    before = json.loads(store.setting(f"seen {number}") or "null")
    if before is None:
        return Folder(path, sources, ingested)
    now = _relative(root, look(roots.files(root, store)))
    changed = sum(before[name] != now[name] for name in before.keys() & now.keys())
    return Folder(path, sources, ingested, len(now.keys() - before), changed, len(before.keys() - now.keys()))
