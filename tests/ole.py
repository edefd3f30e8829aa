"""Writes OLE files, which Outlook's mails are: storages and streams by their paths."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD


def ole(streams: Mapping[tuple[str, ...], bytes]) -> bytes:
    """A file with these streams; the storages in their paths are made."""
    paths = sorted(
        {path[:depth] for path in streams for depth in range(len(path) + 1)}, key=lambda path: (len(path), path)
    )
    small = {path: data for path, data in streams.items() if len(data) < CUTOFF}
    mini, mini_fat, starts = b"", list[int](), dict[tuple[str, ...], int]()
    for path, data in small.items():
        starts[path] = len(mini_fat) if data else END
        mini_fat += _chain(len(mini_fat), -(-len(data) // MINI))
        mini += _padded(data, MINI)
    sectors, fat = b"", list[int]()

    def put(data: bytes) -> int:
        nonlocal sectors
        start = len(fat) if data else END
        fat.extend(_chain(len(fat), -(-len(data) // SECTOR)))
        sectors += _padded(data, SECTOR)
        return start

    starts |= {path: put(data) for path, data in streams.items() if path not in small}
    mini_start = put(mini)
    mini_fat_start = put(_numbers(mini_fat))
    entries = b"".join(_entry(path, paths, streams, starts, (mini_start, len(mini))) for path in paths)
    directory = put(entries)
    fat_size = next(n for n in range(1, 99) if n * SECTOR // 4 >= len(fat) + n)
    fat_start = len(fat)
    table = _numbers([*fat, *[FAT] * fat_size])
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII",
        *(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_size, directory, 0, CUTOFF),
        *(mini_fat_start, -(-len(mini_fat) * 4 // SECTOR), END, 0),
    )
    difat = struct.pack("<109I", *range(fat_start, fat_start + fat_size), *[FREE] * (109 - fat_size))
    return header + difat + sectors + _padded(table, SECTOR, b"\xff")


def _chain(start: int, count: int) -> list[int]:
    return [*range(start + 1, start + count), END][: max(count, 0)] if count else []


def _padded(data: bytes, unit: int, filler: bytes = b"\0") -> bytes:
    return data + filler * (-len(data) % unit)


def _numbers(values: list[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)


def _entry(
    path: tuple[str, ...],
    paths: list[tuple[str, ...]],
    streams: Mapping[tuple[str, ...], bytes],
    starts: Mapping[tuple[str, ...], int],
    mini: tuple[int, int],
) -> bytes:
    """The siblings of a storage are a chain, each to the right of the one before."""
    name = (path[-1] if path else "Root Entry").encode("utf-16-le")
    siblings = [other for other in paths if path and len(other) == len(path) and other[:-1] == path[:-1]]
    following = siblings[siblings.index(path) + 1 :] if path else []
    children = [other for other in paths if len(other) == len(path) + 1 and other[:-1] == path]
    kind = 5 if not path else 2 if path in streams else 1
    start, size = mini if not path else (starts.get(path, 0), len(streams.get(path, b"")))
    right, child = (paths.index(chosen[0]) if chosen else FREE for chosen in (following, children))
    return struct.pack("<64sHBBIII16xI16xIQ", name, len(name) + 2, kind, 1, FREE, right, child, 0, start, size)
