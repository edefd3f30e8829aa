"""Which files a root holds, which root a file belongs to, and which files of an earlier ingest are missing now."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.storage import lock
from index.storage.rows import FileRow
from index.storage.store import NAME as STORE
from index.storage.store import Store


@dataclass(frozen=True, slots=True)
class Root:
    """A path given to ingest: a folder or a file. ``base``: the folder that locations are relative to."""

    path: Path
    base: Path
    number: int

    @classmethod
    def of(cls, path: Path, store: Store) -> Root:
        resolved = real_path(path)
        number = store.files.root(_readable(str(resolved)))
        return cls(resolved, resolved if resolved.is_dir() else resolved.parent, number)


@dataclass(frozen=True, slots=True)
class File:
    """A file, with the root that owns it (an overlapping one if that was ingested first) and its location there; or a
    folder that cannot be read."""

    path: Path
    root: int
    location: str
    is_folder: bool = False


def real_path(path: Path) -> Path:
    """The path without links; that of a link to itself is its own (``Path.resolve`` raises there)."""
    return Path(os.path.realpath(path))


def check_readable(path: Path) -> None:
    """Raises ReadError when a root is missing or cannot be read. Called before anything is changed."""
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
    """The root's files (False) in a fixed order, then the folders that cannot be read (True). Hidden files and folders,
    links that lead out of the root, and libraries are left out."""
    if not root.path.is_dir():
        yield root.path, False
        return
    unreadable: list[OSError] = []
    for folder, folders, names in os.walk(root.path, onerror=unreadable.append):
        if {STORE, lock.NAME} <= set(names):
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            path = Path(folder) / name
            if not name.startswith(".") and real_path(path).is_relative_to(root.path):
                yield path, False
    yield from ((Path(error.filename), True) for error in unreadable)


def files(root: Root, store: Store) -> list[File]:
    """The root's files in the order of ``walk``. A file that an overlapping root already holds stays with it."""
    owners = _files_of_overlapping_roots(root, store)
    present = []
    for path, is_folder in walk(root):
        location = _readable(path.relative_to(root.base).as_posix())
        owner = owners.get(root.base / location, (root.number, location))
        present.append(File(path, *owner, is_folder))
    return present


def _readable(name: str) -> str:
    """The name, with bytes that are not text written as escapes (``\\xe9``)."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _files_of_overlapping_roots(root: Root, store: Store) -> dict[Path, tuple[int, str]]:
    """Root number and location of each stored file, by its path."""
    owners = {}
    for number, text in store.files.roots().items():
        path = Path(text)
        if number == root.number or not (path.is_relative_to(root.path) or root.path.is_relative_to(path)):
            continue
        base = path if path.is_dir() else path.parent
        owners.update({base / location: (number, location) for location in store.files.of_root(number)})
    return owners


def moved_roots(root: Root, present: Sequence[File], store: Store) -> set[int]:
    """The numbers of roots that no longer exist and most of whose files are in this one: it was moved from there."""
    locations_present = {file.location for file in present}
    numbers = set()
    for number, text in store.files.roots().items():
        if number != root.number and not Path(text).exists():
            locations = store.files.of_root(number).keys()
            if 2 * len(locations_present & locations) > len(locations):
                numbers.add(number)
    return numbers


def missing_files(root: Root, present: list[File], store: Store) -> dict[str, FileRow]:
    """The stored files of this root that no longer exist, by location. Files in unreadable folders are not counted."""
    seen = {file.location for file in present if file.root == root.number}
    unreadable_folders = tuple(f"{file.location}/" for file in present if file.is_folder)
    return {
        name: row
        for name, row in store.files.of_root(root.number).items()
        if name not in seen and not name.startswith(unreadable_folders)
    }


def check_not_emptied(root: Root, missing: Mapping[str, FileRow], store: Store) -> None:
    """Raises ReadError when more than half of a root's files are missing and their bytes are in none of its others: an
    unmounted disk looks like that."""
    stored = store.files.of_root(root.number)
    kept = {row.digest for name, row in stored.items() if name not in missing and row.digest}
    gone = sum(row.digest not in kept for row in missing.values())
    if 2 * gone > len(stored):
        raise ReadError(
            f"{gone} of {len(stored)} files of {root.path} are gone. Nothing was changed. "
            "If that is meant, run again with --prune."
        )
