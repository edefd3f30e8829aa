"""Files that were moved or renamed: the same bytes where another file of the library is gone. They stay the same
sources, with their ids, edits and marks."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from index.storage.rows import FileRow
from index.storage.store import Store
from ingest import digest
from ingest.sync.prefetch import refusal, size_of
from ingest.sync.roots import File, Root, moved_roots

Key = tuple[int, str]
"""Root number and location of a stored file."""


@dataclass(frozen=True, slots=True)
class Move:
    """``before``: where the file was. ``row``: what is remembered of it. ``moved_from``: for the person, its location,
    or its path if it was in another root."""

    before: Key
    row: FileRow
    file: File
    moved_from: str


def find_moves(gone: Mapping[Key, FileRow], present: Iterable[File], store: Store) -> list[Move]:
    """The files that were moved: stored ones that are gone, or whose place another file has taken, with their bytes in
    a file that is new there. Of several such files the one with the same name is taken, else one with the same suffix,
    else the first."""
    files = {(file.root, file.location): file for file in present if not file.is_folder}
    rows = {number: store.files.of_root(number) for number in {number for number, _ in files}}
    stored = {(number, name): row for number, of_root in rows.items() for name, row in of_root.items()} | dict(gone)
    by_digest: dict[bytes, list[Key]] = {}
    for key, row in stored.items():
        by_digest.setdefault(row.digest, []).append(key)
    by_digest.pop(b"", None)
    paths, taken, matched = store.files.roots(), set[Key](), set[File]()
    moves: list[Move] = []
    new = _of_known_size((file for key, file in files.items() if key not in stored), store)
    while new and by_digest:
        pairs = [(key, file) for file in new for key in _same_bytes(file, by_digest)]
        new = []
        for key, file in sorted(pairs, key=_unlikeness):
            if key in taken or file in matched:
                continue
            if key not in gone and (key not in files or stored[key].digest in _digests(files[key].path)):
                continue
            taken.add(key)
            matched.add(file)
            moves.append(Move(key, _row(stored[key], key, file), file, _shown(paths[key[0]], key, file)))
            new += [files[key]] if key in files else []
    return moves


def _of_known_size(new: Iterable[File], store: Store) -> list[File]:
    """Those of the files that are as large as some file of the library was, for only these need be read to be compared;
    all of them where the sizes are not known."""
    sizes: set[int] = set()
    for number in store.files.roots():
        seen = json.loads(store.setting(f"seen {number}") or "null")
        if (seen is None or store.setting(f"unfinished {number}")) and store.files.of_root(number):
            return list(new)
        sizes.update(size for size, _ in (seen or {}).values())
    return [file for file in new if size_of(file.path) in sizes]


def _unlikeness(pair: tuple[Key, File]) -> tuple[bool, bool]:
    (_, location), file = pair
    return not _has_suffix(location, file), PurePosixPath(location).name != file.path.name


def _has_suffix(location: str, file: File) -> bool:
    return PurePosixPath(location).suffix.lower() == file.path.suffix.lower()


def _row(row: FileRow, key: Key, file: File) -> FileRow:
    """What is remembered of a file; under another suffix it is read anew, because another reader may read it."""
    return row if _has_suffix(key[1], file) else FileRow(b"", row.report)


def _same_bytes(file: File, by_digest: Mapping[bytes, Sequence[Key]]) -> list[Key]:
    """The stored files that had the bytes of a file."""
    return [key for content in _digests(file.path) for key in by_digest.get(content, ())]


def _digests(path: Path) -> set[bytes]:
    """The digest of a file as documents, read whole or in part, and as bibliographies are remembered by it; empty if it
    is not read."""
    try:
        if refusal(path) is not None:
            return set()
        content = digest.of_file(path)
    except OSError:  # reported when the file is read
        return set()
    return {content, digest.stamped(content), digest.partly_read(content)}


def _shown(root: str, key: Key, file: File) -> str:
    number, location = key
    path = Path(root)
    return location if number == file.root else str(path if path.name == location else path / location)


def apply_moves(store: Store, moves: Sequence[Move]) -> None:
    """Give the documents and rows of moved files their new locations, all at once."""
    with store.transaction():
        # First all are taken away, then all are put: one file may have moved to where another was.
        documents = [store.documents.of_file(*move.before) for move in moves]
        for move in moves:
            store.files.forget(move.before[0], [move.before[1]])
        for move, live in zip(moves, documents, strict=True):
            file = move.file
            store.documents.move([document.number for document in live], file.root, file.location)
            store.files.put(
                file.root, file.location, FileRow(move.row.digest, {**move.row.report, "location": file.location})
            )


def gone_elsewhere(root: Root, present: Sequence[File], store: Store) -> dict[Key, FileRow]:
    """The files of other roots that no longer exist and may have been moved into this one: of a folder most of whose
    files are here, those that are not here under the same name; and a single file whose folder is still there."""
    locations = {file.location for file in present}
    moved = moved_roots(root, present, store)
    gone: dict[Key, FileRow] = {}
    for number, text in store.files.roots().items():
        path = Path(text)
        if number == root.number or path.exists():
            continue
        rows = store.files.of_root(number)
        is_file = list(rows) == [path.name] and path.parent.is_dir()
        if number in moved or is_file:
            gone |= {(number, name): row for name, row in rows.items() if name not in locations}
    return gone
