"""A library's truth on PostgreSQL servers: the tables of the SQLite file under the same statements, and the lock of
whoever writes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from typing import Any

import numpy as np

from index.disk import Address
from index.errors import LibraryError
from index.storage import checksums, schema
from index.storage.connection import transaction
from index.storage.documents import PLACE, DocumentTable
from index.storage.files import FileTable
from index.storage.personal import KeptTable
from index.storage.rows import PART, EmbeddedDocument, Wanted, parts_of
from index.storage.server_connection import PATIENCE, Connection, numbers
from index.storage.server_shards import LOCK, STORING, Read, Shards
from index.storage.server_tables import make
from index.storage.store import Store
from index.types import Rows

_ROOT, _PUBLISHING = LOCK + 1, LOCK + 3

_TEXTS = """
SELECT t.* FROM texts AS t JOIN (
    SELECT DISTINCT w.document, w.part FROM (
        SELECT p.document, generate_series(p.start / %(size)s, p."end" / %(size)s) FROM passages AS p
        WHERE p.number = ANY(%(passages)s)
        UNION ALL SELECT unnest(%(owners)s::bigint[]), unnest(%(within)s::bigint[])) AS w (document, part)
) AS w ON w.document = t.document AND w.part = t.part
"""


class ServerDocuments(DocumentTable):
    """The documents, by the statements that PostgreSQL words otherwise, and with several read in one round trip."""

    def __init__(self, shards: Shards) -> None:
        super().__init__(shards.first)  # type: ignore[arg-type]
        self._shards, self._settled = shards, 0
        self._rows: dict[tuple[str, str, int], Any] = {}
        self._texts: dict[tuple[int, int], Any] = {}

    _about = ", ".join((*checksums.ABOUT, "details", "checksum"))
    _by_title = "lower(title), id"
    _any_ocr = "EXISTS (SELECT 1 FROM json_array_elements(sections::json) AS s WHERE s->>6 IS NOT NULL)"

    def _holder(self, number: int) -> Any:
        return self._shards.of(number)

    def _next_document(self, identity: str) -> int:
        query = "SELECT nextval(pg_get_serial_sequence('documents', 'number')) AS n"
        return self._shards.number(self._db.execute(query).fetchone()["n"], self._shards.place(identity))

    def _next_passages(self, document: int, count: int) -> Sequence[int]:
        query = "SELECT nextval('passage_numbers') FROM generate_series(1, ?)"
        place = document % len(self._shards)
        return [self._shards.number(row[0], place) for row in self._db.execute(query, (count,)).fetchall()]

    def put(self, root: int, embedded: EmbeddedDocument, added: str) -> None:
        """Nothing is done when it is there already, as when a worker was lost and its task is done again. Raises
        LibraryError when another root brought one of its id since the id was chosen."""
        identity = embedded.document.source.id
        with transaction(self._db):
            query = "SELECT pg_advisory_xact_lock_shared(?), pg_advisory_xact_lock(hashtextextended(?, ?))"
            self._db.execute(query, (STORING, identity, LOCK))
            self._shards.check_places()
            known = self.by_id(identity)
            if known is not None and known.root != root:
                raise LibraryError(
                    f"Another ingest has stored a file that is called {embedded.document.source.location} too. "
                    "Run this again."
                )
            if known is None or known.digest != embedded.digest:
                super().put(root, embedded, added)

    def settled(self) -> Rows:
        """The numbers of the live documents, rising, once no document with a lower number is being stored: those that
        are stored from now on have higher ones."""
        self._db.execute("SELECT pg_advisory_lock(?)", (STORING,))
        try:
            query = "SELECT nextval(pg_get_serial_sequence('documents', 'number')) AS n"
            self._settled = self._shards.number(self._db.execute(query).fetchone()["n"], 0)
            return self.live_numbers()
        finally:
            self._db.execute("SELECT pg_advisory_unlock(?)", (STORING,))

    def purge(self, listed: Sequence[int]) -> int:
        """And what a stopped run has left beside the first database, which no document lists."""
        count = super().purge(listed)
        known = numbers(self._shards.first.run("SELECT number FROM documents").fetchall())
        for db in self._shards.all()[1:]:
            held = numbers(db.run("SELECT document FROM sentences").fetchall())
            left = (np.setdiff1d(held[held < self._settled], known).tolist(),)
            with transaction(db):  # type: ignore[arg-type]
                for table in ("texts", "passages", "sentences"):
                    db.run(f"DELETE FROM {table} WHERE document = ANY(%s)", left)  # noqa: S608
        return count

    @contextmanager
    def ahead(self, wanted: Wanted) -> Iterator[None]:
        if not any(wanted):
            yield
            return
        parts = [(number, part) for number, span in wanted.spans for part in parts_of(*span)]
        tables = [("passages", "*", wanted.passages), ("passages", PLACE, wanted.places)]
        tables.append(("documents", self._about, wanted.documents))
        texts = {"size": PART, "passages": list(wanted.passages)}
        texts |= {"owners": [number for number, _ in parts], "within": [part for _, part in parts]}
        *found, held = self._shards.together([*(_by_number(*table) for table in tables), Read(_TEXTS, list, texts)])
        known = {(row["document"], row["part"]): row for row in held}
        for row in found[0]:
            parts += [(row["document"], part) for part in parts_of(row["start"], row["end"])]
        self._texts = {part: known.get(part) for part in parts}
        self._rows = {
            (table, columns, row["number"]): row
            for (table, columns, _), rows in zip(tables, found, strict=True)
            for row in rows
        }
        try:
            yield
        finally:
            self._rows, self._texts = {}, {}

    def _stored(self, table: str, columns: str, number: int) -> Any:
        return self._rows.get((table, columns, number)) or super()._stored(table, columns, number)

    def _rows_of_text(self, document: int, first: int, last: int) -> Any:
        parts = range(first, last + 1)  # of a whole text no end is known
        if all((document, part) in self._texts for part in parts):
            return iter([row for part in parts if (row := self._texts[document, part]) is not None])
        return super()._rows_of_text(document, first, last)


def _by_number(table: str, columns: str, asked: Sequence[int]) -> Read[list[Any]]:
    statement = f"SELECT {columns} FROM {table} WHERE number = ANY(%(numbers)s)"  # noqa: S608
    return Read(statement, list, {"numbers": list(asked)}, "numbers", of_first=table == "documents")


class ServerFiles(FileTable):
    """The roots and files, of which several ingests may add some at once."""

    def root(self, path: str) -> int:
        with transaction(self._db):
            self._db.execute("SELECT pg_advisory_xact_lock(?)", (_ROOT,))
            return super().root(path)


class ServerKept(KeptTable):
    """What a person keeps, by the statement that PostgreSQL words otherwise."""

    _field = "SELECT id, value::json ->> ? FROM kept WHERE kind = ?"


class ServerStore(Store):
    """A library's truth on a server, for one thread at a time."""

    documents: ServerDocuments

    def __init__(self, shards: Shards) -> None:
        super().__init__(shards.first)  # type: ignore[arg-type]
        self.shards, self.server, self.address = shards, shards.first, shards.addresses[0]
        self.documents = ServerDocuments(shards)
        self.files, self.kept = ServerFiles(shards.first), ServerKept(shards.first)  # type: ignore[arg-type]

    @classmethod
    def at_address(cls, address: Address, *, write: bool = False) -> ServerStore:
        """Open a library; ``write``: and make it where there is none. Raises LibraryError."""
        if write:
            make(address)
        store = cls(Shards.at(address, patience=None if write else PATIENCE))
        version = store._version()
        if version != schema.VERSION:
            raise LibraryError(
                f"The library {address} has format {version}, not {schema.VERSION}. Use the version of Sourcewise that "
                "wrote it, or ingest into a new database."
            )
        return store

    def close(self) -> None:
        self.shards.close()

    def _version(self) -> int:
        row = self.server.run("SELECT value FROM settings WHERE name = 'format'").fetchone()
        return int(row["value"]) if row else 0


def write_lock(address: Address) -> AbstractContextManager[None]:
    """Hold the library for writing; the server drops the lock when this process or its connection ends."""
    return _held(address, (f"pg_try_advisory_lock({LOCK})", "Another ingest is writing"))


def ingest_lock(address: Address, roots: Sequence[str]) -> AbstractContextManager[None]:
    """Hold some roots of the library. Others may be ingested meanwhile; nothing holds the whole of it."""
    locks = [(f"pg_try_advisory_lock({_ROOT}, hashtext(%s))", f"Another ingest reads {root} into") for root in roots]
    shared = (f"pg_try_advisory_lock_shared({LOCK})", "Something else is writing")
    return _held(address, shared, *locks, roots=roots)


@contextmanager
def publishing(store: ServerStore) -> Iterator[None]:
    """Wait until nobody else publishes, and keep others from it."""
    store.server.run("SELECT pg_advisory_lock(%s)", (_PUBLISHING,))
    try:
        yield
    finally:
        with suppress(LibraryError):  # the connection was lost, and the lock with it
            store.server.run("SELECT pg_advisory_unlock(%s)", (_PUBLISHING,))


@contextmanager
def _held(address: Address, *locks: tuple[str, str], roots: Sequence[str] = ()) -> Iterator[None]:
    """Hold locks, of each of which the call and what holds it otherwise are given; ``roots``: the values of the last
    ones."""
    with closing(Connection(address)) as db:
        values = [() for _ in locks[len(roots) :]] + [(root,) for root in roots]
        for (call, holder), value in zip(locks, values, strict=True):
            if not db.run(f"SELECT {call} AS held", value).fetchone()["held"]:
                raise LibraryError(f"{holder} {address}. Wait until it is done, then run this again.")
        try:
            yield
        finally:
            with suppress(LibraryError):  # closed alone, the server would still hold them for a moment
                db.run("SELECT pg_advisory_unlock_all()")
