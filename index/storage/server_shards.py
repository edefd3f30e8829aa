"""The databases over which the documents of a library are dealt out. The first has the list of all documents and what a
person keeps; the texts, passages and vectors of a document, and what search needs of them, are in the one that a hash
of its id picks. The number of a document or passage, modulo the number of databases, is the place of that one, so that
nobody has to look for it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Any, Generic, NamedTuple, TypeVar

from index.disk import Address
from index.errors import LibraryError
from index.storage import lock
from index.storage.people import Role, require
from index.storage.server_connection import Connection, rows_of
from index.storage.server_tables import SHARD, make, make_shard, shard_of
from index.storage.store import EPOCH, Store

Result = TypeVar("Result", covariant=True)
LOCK = 0x50757263
"""The first of the numbers of advisory locks; any that no other program uses (a guess)."""

STORING = LOCK + 2
"""The lock that is shared by whoever stores a document, and taken alone where none may be stored meanwhile."""

_NO_VALUES: Mapping[str, Any] = MappingProxyType({})
_SHARDS = "shards"  # the setting with the addresses of the databases beside the first, as JSON
_IS_THERE = "SELECT 1 FROM generations WHERE number = %(pinned)s"
_AGAIN = "Ingest the folders into a new library: python -m index shards add ADDRESS2 --library NEW_ADDRESS comes first"


@dataclass(frozen=True, slots=True)
class Read(Generic[Result]):
    """A statement with its values, and what its rows give, which come from all databases in no order. ``owned``: the
    name of a value with numbers of documents or passages, each of which is asked of the one that holds it.
    ``of_first``: the first alone is asked."""

    statement: str
    result: Callable[[Sequence[Any]], Result]
    values: Mapping[str, Any] = field(default_factory=dict)
    owned: str = ""
    of_first: bool = False

    def values_at(self, place: int, count: int) -> Mapping[str, Any] | None:
        """The values for the database at a place of so many; None where it holds nothing that is asked for."""
        if count == 1 or not (self.owned or self.of_first):
            return self.values
        if self.of_first:
            return self.values if place == 0 else None
        numbers = [number for number in self.values[self.owned] if number % count == place]
        return {**self.values, self.owned: numbers} if numbers else None


class Shards:
    """Connections to all databases of a library, for one thread at a time. Those beside the first are opened when they
    are first needed."""

    def __init__(self, first: Connection, *, patience: float | None = None, generation: int = 0) -> None:
        """``patience``: see ``Connection``. ``generation``: one that each database must have come to. Raises
        LibraryError when ``first`` is none."""
        query = "SELECT name, value FROM settings WHERE name IN (%s, %s, %s)"
        settings = {row["name"]: row["value"] for row in first.run(query, (EPOCH, _SHARDS, SHARD)).fetchall()}
        if SHARD in settings:
            shard = json.loads(settings[SHARD])
            raise LibraryError(
                f"{first.address} is shard {shard['number']} of the library {shard['first']}. Name that one."
            )
        self.epoch = settings.get(EPOCH, "")
        self.addresses = (first.address, *map(Address, json.loads(settings.get(_SHARDS, "[]"))))
        self._patience, self._generation = patience, generation
        self._open: list[Connection | None] = [first, *(None for _ in self.addresses[1:])]

    @classmethod
    def at(cls, address: Address, *, patience: float | None = None, generation: int = 0) -> Shards:
        """Opened by the address of the first."""

        def check(db: Connection) -> None:
            _check_generation(db, generation)

        first = Connection(address, patience=patience, check=check)
        return cls(first, patience=patience, generation=generation)

    def __len__(self) -> int:
        return len(self.addresses)

    @property
    def first(self) -> Connection:
        return self._at(0)

    def all(self) -> list[Connection]:
        return [self._at(place) for place in range(len(self))]

    def of(self, number: int) -> Connection:
        """That to the database with this document or passage."""
        return self._at(number % len(self))

    def number(self, count: int, place: int) -> int:
        """The number of the ``count``-th that is stored, in the database at this place."""
        return count * len(self) + place

    def place(self, identity: str) -> int:
        """The place of the database for the document with this id."""
        return int.from_bytes(hashlib.blake2b(identity.encode(), digest_size=8).digest()) % len(self)

    def together(
        self,
        reads: Sequence[Read[Any]],
        common: Mapping[str, Any] = _NO_VALUES,
        settings: Sequence[str] = (),
        pinned: int = 0,
    ) -> list[Any]:
        """What each gives, all asked of all databases at once, in one round trip. ``common``: values of each;
        ``settings`` of the servers hold for them alone; ``pinned``: a generation whose rows must be whole to the end in
        each database that is asked, 0 for none. Raises LibraryError unless all have answered so."""
        asked = []
        for place, db in enumerate(self.all()):
            values = [(position, read.values_at(place, len(self))) for position, read in enumerate(reads)]
            here = [(position, {**common, **held}) for position, held in values if held is not None]
            if here:
                asked.append((db, here))
        begun = []
        for db, here in asked:
            statements = [(reads[position].statement, values) for position, values in here]
            # Asked last: the number of a generation is removed before the first of its rows.
            begun.append(db.begin([*statements, *([(_IS_THERE, {"pinned": pinned})] if pinned else ())], settings))
        rows: list[list[Any]] = [[] for _ in reads]
        for (_, here), held in zip(asked, rows_of(begun), strict=True):
            if pinned and not held.pop():
                raise LibraryError("The library was published anew twice while it was read. Run this again.")
            for (position, _), found in zip(here, held, strict=True):
                rows[position] += found
        return [read.result(found) for read, found in zip(reads, rows, strict=True)]

    def check_places(self) -> None:
        """Raises LibraryError when the documents are dealt out over other databases by now. With ``STORING`` held they
        stay where they are."""
        row = self.first.run("SELECT value FROM settings WHERE name = %s", (_SHARDS,)).fetchone()
        if [address.url for address in self.addresses[1:]] != (json.loads(row["value"]) if row else []):
            raise LibraryError(f"{self.addresses[0]} was given another shard. Run this again.")

    def close(self) -> None:
        for connection in filter(None, self._open):
            connection.close()

    def _at(self, place: int) -> Connection:
        connection = self._open[place]
        if connection is None:
            # Without a way back to this object, so that the connections of a thread are closed when it ends.
            check = partial(_check_shard, place + 1, self.epoch, self.addresses[0], self._generation)
            connection = self._open[place] = Connection(self.addresses[place], patience=self._patience, check=check)
        return connection


def _check_shard(number: int, epoch: str, first: Address, generation: int, db: Connection) -> None:
    """Raises LibraryError unless a database is this shard, and has come to this generation."""
    shard = shard_of(db)
    if shard is None or (shard["number"], shard["epoch"]) != (number, epoch):
        raise LibraryError(f"{db.address} is not shard {number} of {first}. Restore a dump of it.")
    _check_generation(db, generation)


def _check_generation(db: Connection, generation: int) -> None:
    """Raises LibraryError unless a database has come to this generation; 0 stands for any."""
    if not generation:
        return
    newest = db.run("SELECT coalesce(max(number), 0) AS newest FROM generations").fetchone()["newest"]
    if newest < generation:
        raise LibraryError(
            f"{db.address} is at generation {newest}, not {generation}. Wait until it has caught up, or restore a "
            "newer dump of it."
        )


def check_same_generation(shards: Shards, generation: int) -> None:
    """Raises LibraryError unless each database beside the first still has what the last generation needs."""
    for db in shards.all()[1:]:
        _check_generation(db, generation)
        if not db.run("SELECT 1 FROM generations WHERE number = %s", (generation,)).fetchall():
            raise LibraryError(
                f"{db.address} is past generation {generation}, where {shards.addresses[0]} is. Run this again, or "
                "restore dumps of both that belong together."
            )


class Shard(NamedTuple):
    """``documents``: how many of the living it has."""

    number: int
    address: Address
    documents: int


def listed(address: Address) -> list[Shard]:
    """The databases of a library, the first first. Raises LibraryError."""
    with closing(Connection(address)) as first:
        shards = Shards(first)
        query = "SELECT number %% %s AS place, count(*) AS n FROM documents WHERE retired IS NULL GROUP BY place"
        counts = {row["place"]: row["n"] for row in first.run(query, (len(shards),)).fetchall()}
        return [Shard(place + 1, known, counts.get(place, 0)) for place, known in enumerate(shards.addresses)]


def add(address: Address, other: Address) -> int:
    """Deal documents out over another, empty database too, and give its number. For a keeper. Raises LibraryError for
    a library that holds any, as these would lie in the wrong place from then on."""
    require(Role.KEEPER)
    if other.has_password:
        raise LibraryError(
            f"The address {other} has a password, which would be stored in the library. Put it into the file that "
            "PGPASSFILE names, and leave it out here."
        )
    make(address)
    with lock.write_lock(address), Store.written(address) as store, closing(Connection(address)) as first:
        shards = Shards(first)
        if other in shards.addresses:
            raise LibraryError(f"{other} is a shard of {address} already.")
        first.run(
            "SELECT pg_advisory_lock(%s)", (STORING,)
        )  # a worker whose ingest has ended may still store; ends here
        if first.run("SELECT 1 FROM documents LIMIT 1").fetchall():
            raise LibraryError(f"{address} holds documents, which are not dealt out anew. {_AGAIN}.")
        number = len(shards) + 1
        make_shard(other, {"number": number, "epoch": shards.epoch, "first": str(address)})
        store.set(_SHARDS, json.dumps([known.url for known in (*shards.addresses[1:], other)]))
        store.note("shard", str(other), f"number {number}")
    return number
