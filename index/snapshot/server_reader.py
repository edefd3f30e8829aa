"""Reads in one generation of a library on a PostgreSQL server, several in one round trip; and what of it stays in
memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from index.disk import Address
from index.storage.server import Connection

LIVE = "{0}.document <= %(newest)s AND {0}.document <> ALL(%(retired)s)"
"""The condition that a row of a table, whose name is to be put in, belongs to the generation."""

Key = TypeVar("Key")
Value = TypeVar("Value")
Result = TypeVar("Result", covariant=True)


@dataclass(frozen=True, slots=True)
class Read(Generic[Result]):
    """A statement with its values, and what its rows give."""

    statement: str
    result: Callable[[Sequence[Any]], Result]
    values: Mapping[str, Any] = field(default_factory=dict)


class PinnedReader:
    """Reads in one generation, over a connection for each thread."""

    def __init__(self, address: Address, newest: int, retired: Sequence[int]) -> None:
        self._address, self._about = address, {"newest": newest, "retired": list(retired)}
        self._threads = threading.local()

    def get(self, read: Read[Value]) -> Value:
        result: Value = self.together([read])[0]
        return result

    def together(self, reads: Sequence[Read[Any]], settings: Sequence[str] = ()) -> list[Any]:
        """What each gives, all asked in one round trip; ``settings`` of the server hold for them alone."""
        if not reads:
            return []
        statements = [(read.statement, {**self._about, **read.values}) for read in reads]
        rows = self._connection.read_together(statements, settings)
        return [read.result(held) for read, held in zip(reads, rows, strict=True)]

    @property
    def _connection(self) -> Connection:
        if not hasattr(self._threads, "db"):
            self._threads.db = Connection(self._address)
        db: Connection = self._threads.db
        return db


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
