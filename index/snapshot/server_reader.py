"""Reads in one generation of a library on a PostgreSQL server, several in one round trip; and what of it stays in
memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Generic, TypeVar

from index.disk import Address
from index.snapshot.manifest import Manifest
from index.storage.server_connection import PATIENCE, Connection
from index.storage.server_shards import Read, Shards

LIVE = "{0}.document <= %(newest)s AND {0}.document <> ALL(%(retired)s)"
"""The condition that a row of a table, whose name is to be put in, belongs to the generation."""

Key = TypeVar("Key")
Value = TypeVar("Value")


class PinnedReader:
    """Reads in one generation, over connections for each thread."""

    def __init__(self, address: Address, generation: int, newest: int, retired: Sequence[int]) -> None:
        """``generation``: the number by which all databases have it; 0 before it is published."""
        self._address, self._generation = address, generation
        self._about = {"newest": newest, "retired": list(retired)}
        self._threads = threading.local()

    def get(self, read: Read[Value]) -> Value:
        result: Value = self.together([read])[0]
        return result

    def together(self, reads: Sequence[Read[Any]], settings: Sequence[str] = ()) -> list[Any]:
        """What each gives: see ``Shards.together``. Raises LibraryError when the generation is there no more."""
        return self._shards.together(reads, self._about, settings, self._generation) if reads else []

    @property
    def _shards(self) -> Shards:
        if not hasattr(self._threads, "shards"):
            self._threads.shards = Shards.at(self._address, patience=PATIENCE, generation=self._generation)
        shards: Shards = self._threads.shards
        return shards


def last_generation(address: Address) -> tuple[str, int]:
    """The name of the library and the number of its last generation; 0 before the first. Raises LibraryError."""
    with closing(Shards.at(address, patience=PATIENCE)) as shards:
        if not has_generations(shards.first):
            return shards.epoch, 0
        row = shards.first.run("SELECT coalesce(max(number), 0) AS newest FROM generations").fetchone()
        return shards.epoch, row["newest"]


def last_manifest(address: Address) -> Manifest | None:
    """That of the last generation; None before the first. Raises LibraryError."""
    with closing(Connection(address, patience=PATIENCE)) as db:
        query = "SELECT manifest FROM generations ORDER BY number DESC LIMIT 1"
        row = db.run(query).fetchone() if has_generations(db) else None
        return Manifest.parsed(row["manifest"], address) if row else None


def has_generations(db: Connection) -> bool:
    """Whether anything was ever published there."""
    return db.run("SELECT to_regclass('generations') AS known").fetchone()["known"] is not None


class Recent(Generic[Key, Value]):
    """What was read last of a generation, which never changes: at most ``most`` values. Safe to share between
    threads."""

    def __init__(self, most: int) -> None:
        self._most, self._lock = most, threading.Lock()
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def held(self, keys: Iterable[Key]) -> dict[Key, Value]:
        """Those of the keys that are held, with their values."""
        with self._lock:
            found = {key: self._values[key] for key in keys if key in self._values}
            for key in found:
                self._values.move_to_end(key)
        return found

    def all(self) -> dict[Key, Value]:
        with self._lock:
            return dict(self._values)

    def add(self, values: Mapping[Key, Value]) -> None:
        with self._lock:
            self._values |= values
            while len(self._values) > self._most:
                self._values.popitem(last=False)
