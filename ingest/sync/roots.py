"""Which files a root holds, which of them are new, and which an earlier ingest brought that are gone."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.storage import lock
from index.storage.rows import FileRow
from index.storage.store import NAME as STORE
from index.storage.store import Store


@dataclass(frozen=True, slots=True)
class Root:
    """A path that a person gave: a folder, or one file. ``base``: the folder that locations are relative to."""

    path: Path
    base: Path
    number: int

    @classmethod
    def of(cls, path: Path, store: Store) -> Root:
        resolved = path.resolve()
        number = store.root(_readable(str(resolved)))
        return cls(resolved, resolved if resolved.is_dir() else resolved.parent, number)


@dataclass(frozen=True, slots=True)
class File:
    """A file with the root and location that own it (an overlapping root may have brought it first); or a folder that
    cannot be read."""

    path: Path
    root: int
    location: str
    is_folder: bool = False


def check(path: Path) -> None:
    """Raises ReadError when a root is missing or cannot be read: then nothing is touched."""
    try:
        if path.is_dir():
            with os.scandir(path):
                pass
        else:
            path.open("rb").close()
    except OSError as error:
        raise ReadError(
            f"{path} cannot be read ({error.strerror or error}). Nothing was changed. "
            "Check the path, or mount it, and run again."
        ) from error


def walk(root: Root) -> Iterator[tuple[Path, bool]]:
    """Files in a settled order, and folders that cannot be read (True). Passed over: what is hidden, links that lead
    out of the root, and libraries."""
    if not root.path.is_dir():
        yield root.path, False
        return
    refused: list[OSError] = []
    for folder, folders, names in os.walk(root.path, onerror=refused.append):
        if {STORE, lock.NAME} <= set(names):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and path.resolve().is_relative_to(root.path):
                yield path, False
    yield from ((Path(error.filename), True) for error in refused)


def files(root: Root, store: Store) -> list[File]:
    """The root's files. One that an overlapping root holds already stays with that root."""
    held = _held_elsewhere(root, store)
    found = []
    for path, is_folder in walk(root):
        location = _readable(path.relative_to(root.base).as_posix())
        owner = held.get(root.base / location, (root.number, location))
        found.append(File(path, *owner, is_folder))
    return found


def _readable(name: str) -> str:
    """The name, with the bytes of it that are no text written out."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _held_elsewhere(root: Root, store: Store) -> dict[Path, tuple[int, str]]:
    held = {}
    for number, text in store.roots().items():
        other = Path(text)
        if number == root.number or not (other.is_relative_to(root.path) or root.path.is_relative_to(other)):
            continue
        base = other if other.is_dir() else other.parent
        held.update({base / location: (number, location) for location in store.files(number)})
    return held


def moved(root: Root, present: Sequence[File], store: Store) -> set[int]:
    """Roots that are there no more and most of whose files are here: this one, before it was moved."""
    here = {file.location for file in present}
    found = set()
    for number, text in store.roots().items():
        if number != root.number and not Path(text).exists():
            locations = store.files(number).keys()
            if 2 * len(here & locations) > len(locations):
                found.add(number)
    return found


def missing_files(root: Root, present: list[File], store: Store, *, prune: bool) -> dict[str, FileRow]:
    """Files that this root brought and that are there no more.

    Raises ReadError when that is more than half of them and ``prune`` was not asked for: an unmounted disk looks so.
    """
    here = {file.location for file in present if file.root == root.number}
    unseen = tuple(f"{file.location}/" for file in present if file.is_folder)
    known = store.files(root.number)
    missing = {name: row for name, row in known.items() if name not in here and not name.startswith(unseen)}
    if 2 * len(missing) > len(known) and not prune:
        raise ReadError(
            f"{len(missing)} of {len(known)} files of {root.path} are gone. Nothing was changed. "
            "If that is meant, run again with --prune."
        )
    return missing
