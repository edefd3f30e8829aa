"""A connection to a database of a PostgreSQL server: its statements, several of them in one round trip and to several
databases at once, and its errors in words for a person."""

from __future__ import annotations

import logging
import math
import re
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from index.disk import Address
from index.errors import LibraryError
from index.types import Rows

if TYPE_CHECKING:
    import psycopg

OLDEST_SERVER = 160_000
"""PostgreSQL 16, as a server gives its version."""

PATIENCE = 10.0
"""Seconds until a server that does not answer a connection or a search is given up (a guess)."""

_INSTALL = "An address takes more packages. Run: pip install -r requirements-distributed.txt"

Value = TypeVar("Value")
Statement = tuple[str, Any]
"""As psycopg has it, with its values."""


class ResultRow(Sequence[Any]):
    """A row whose values are had by position and by name."""

    __slots__ = ("_names", "_values")

    def __init__(self, names: dict[str, int], values: Sequence[Any]) -> None:
        self._names, self._values = names, values

    def __getitem__(self, key: Any) -> Any:
        return self._values[self._names[key] if isinstance(key, str) else key]

    def __len__(self) -> int:
        return len(self._values)

    def keys(self) -> list[str]:
        return list(self._names)


def _rows(cursor: Any) -> Any:
    """What makes rows of a cursor's results."""
    names = {column.name: number for number, column in enumerate(cursor.description or ())}
    return lambda values: ResultRow(names, values)


def numbers(rows: Sequence[Any]) -> Rows:
    """The first column of rows of numbers."""
    return np.array([row[0] for row in rows], np.int64)


@lru_cache(maxsize=256)
def _translated(statement: str) -> str:
    """A statement as psycopg takes it."""
    return statement.replace("%", "%%").replace("?", "%s").replace("BEGIN IMMEDIATE", "BEGIN")


class Connection:
    """A connection that takes the statements of the SQLite tables. A read outside a transaction is repeated once when
    the connection is lost."""

    text_factory: Any = str  # as of SQLite; a server gives no text that is none

    def __init__(
        self,
        address: Address,
        *,
        patience: float | None = None,
        check: Callable[[Connection], None] = lambda connection: None,
    ) -> None:
        """``patience``: seconds for which an answer is waited for; None where one may take long. ``check``: is called
        whenever the connection was made, and may raise."""
        self.address = address
        self._patience, self._check = patience, check
        self._connect()

    def _connect(self) -> None:
        self._db = connect(self.address, self._patience)
        self._check(self)

    @property
    def in_transaction(self) -> bool:
        return self._db.info.transaction_status.name not in ("IDLE", "UNKNOWN")  # the latter once it is lost

    def execute(self, statement: str, values: Sequence[Any] = ()) -> Any:
        if statement == "PRAGMA user_version":
            return self.execute("SELECT value::int FROM settings WHERE name = 'format'")
        return self.run(_translated(statement), values)

    def executemany(self, statement: str, rows: Sequence[Sequence[Any]]) -> None:
        with plain_errors(self.address):
            self._db.cursor().executemany(_translated(statement), rows)

    def run(self, statement: str, values: Any = ()) -> Any:
        """Execute a statement as psycopg has it; its cursor."""
        if self.in_transaction or statement.lstrip()[:6].upper() != "SELECT":
            with plain_errors(self.address):
                return self._db.execute(statement, values, prepare=False)
        with plain_errors(self.address):
            return self._repeated(lambda: self._db.execute(statement, values, prepare=False))

    def begin(self, statements: Sequence[Statement], settings: Sequence[str] = ()) -> Callable[[], list[list[Any]]]:
        """Send several reads in one piece without waiting; what waits for their rows. ``settings`` of the server hold
        for them alone. Nothing else may be asked of this connection before."""
        import psycopg

        sent: Callable[[], list[list[Any]]] | None = None
        repeats = not self.in_transaction
        with suppress(psycopg.OperationalError):  # told, or repeated, by what waits
            sent = self._send(statements, settings)

        def again() -> list[list[Any]]:
            return self._send(statements, settings)()

        def rows() -> list[list[Any]]:
            with plain_errors(self.address):
                first = sent or again
                return self._repeated(first, again) if repeats else first()

        return rows

    def _send(self, statements: Sequence[Statement], settings: Sequence[str]) -> Callable[[], list[list[Any]]]:
        import psycopg

        before = ("BEGIN", *(f"SET LOCAL {setting}" for setting in settings)) if settings else ()
        pipeline = self._db.pipeline()
        pipeline.__enter__()
        for statement in before:
            self._db.execute(statement, prepare=False)
        cursors = [self._db.execute(*asked, prepare=False, binary=True) for asked in statements]
        if settings:
            self._db.execute("COMMIT", prepare=False)

        def rows() -> list[list[Any]]:
            try:
                pipeline.__exit__(None, None, None)
                return [cursor.fetchall() for cursor in cursors]
            except psycopg.Error:
                if settings and not self._db.closed:
                    self._db.execute("ROLLBACK")
                raise

        return rows

    def _repeated(self, read: Callable[[], Value], again: Callable[[], Value] | None = None) -> Value:
        """A read, once more over a new connection when the old one is lost meanwhile."""
        import psycopg

        try:
            return read()
        except psycopg.OperationalError as error:
            if not self._db.closed or isinstance(error, _silence()):
                raise
        self._connect()
        return (again or read)()

    @property
    def raw(self) -> psycopg.Connection[Any]:
        """The connection itself, for what only psycopg can do."""
        return self._db

    def close(self) -> None:
        self._db.close()

    def __del__(self) -> None:
        """Close with the last table that uses the connection, without a warning."""
        with suppress(AttributeError):  # it was never opened
            self._db.close()


def rows_of(begun: Sequence[Callable[[], list[list[Any]]]]) -> list[list[list[Any]]]:
    """The rows of reads that were begun with several databases; of all, or the error of the first that has one."""
    rows, failed = [], None
    for finish in begun:
        try:
            rows.append(finish())
        except LibraryError as error:
            failed = failed or error
    if failed:
        raise failed
    return rows


@cache
def _silence() -> type[psycopg.OperationalError]:
    import psycopg

    class Silence(psycopg.OperationalError):
        """A server has not answered for as long as it is waited for."""

    return Silence


@cache
def _patient() -> type[psycopg.Connection[Any]]:
    import psycopg

    class Patient(psycopg.Connection[Any]):
        """A connection that is given up when its server is silent for some seconds."""

        patience: float | None = None
        address = Address("")

        def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
            if self.patience is None:
                watched = _watched(gen, lambda: _tell_of_wait(self.address, self.info.backend_pid))
                return super().wait(watched, interval, timeout)
            began = time.monotonic()
            try:
                return super().wait(gen, interval, self.patience)
            except psycopg.OperationalError as error:
                # An error of the server has a code, a lost connection is closed: what is left is the end of the wait.
                if error.sqlstate or self.closed or time.monotonic() - began < self.patience:
                    raise
                self.pgconn.finish()
                raise _silence()(f"silent for {self.patience:g} seconds") from error

    return Patient


def connect(address: Address, patience: float | None = None) -> psycopg.Connection[Any]:
    """A connection in autocommit mode. ``patience``: see ``Connection``. Raises LibraryError when there is no server,
    or an unsuitable one."""
    try:
        import psycopg  # noqa: F401 - the first that needs it
    except ImportError as error:
        raise LibraryError(_INSTALL) from error
    with plain_errors(address):
        opened: Any = _patient().connect(
            address.url,
            autocommit=True,
            row_factory=_rows,
            connect_timeout=int(PATIENCE),
            application_name="sourcewise",
        )
        opened.patience, opened.address = patience, address
    if opened.info.server_version < OLDEST_SERVER:
        version = opened.info.server_version // 10_000
        opened.close()
        raise LibraryError(f"The server of {address} is PostgreSQL {version}. Use one of version 16 or newer.")
    connection: psycopg.Connection[Any] = opened
    return connection


def _watched(steps: Generator[Any, Any, Value], tell: Callable[[], None]) -> Generator[Any, Any, Value]:
    """The steps of a wait, as psycopg has them: each is given what is ready, 0 after a while without anything. ``tell``
    is called once when that was so for ``PATIENCE``. Anything that begins with each wait, as a thread, costs more than
    the statement itself."""
    ready, ends = None, time.monotonic() + PATIENCE
    while True:
        try:
            awaited = steps.send(ready)
        except StopIteration as done:
            value: Value = done.value
            return value
        ready = yield awaited
        if not ready and time.monotonic() > ends:
            ends = math.inf
            tell()


def _tell_of_wait(address: Address, process: int) -> None:
    """Log a warning when what this process of the server has written waits for a standby."""
    with suppress(LibraryError), closing(connect(address, PATIENCE)) as db, plain_errors(address):
        row = db.execute("SELECT wait_event FROM pg_stat_activity WHERE pid = %s", (process,)).fetchone()
        if row and row["wait_event"] == "SyncRep":
            logging.getLogger(__name__).warning(
                "%s: What is written waits for the server's standby, which does not answer. "
                "Start it, or take it out of synchronous_standby_names.",
                address,
            )


@contextmanager
def plain_errors(address: Address) -> Iterator[None]:
    """Turns what a server refuses into a LibraryError of one line, without a password."""
    import psycopg

    try:
        yield
    except UnicodeEncodeError as error:
        raise LibraryError(f"{address}: {_NOT_STORED}") from error
    except psycopg.Error as error:
        raise LibraryError(f"{address}: {_in_words(error).replace('ADDRESS', str(address))}") from error


_NOT_STORED = "No server stores NUL or half a pair of surrogates. Leave them out of the text, and run this again."
_NEXT_STEPS = {
    "53100": "The server's disk is full. What was stored before stays. Free its disk and run this again.",
    "53300": "The server has no connection free. Wait, or raise max_connections, and run this again.",
    "57014": "The server gave up a statement that took too long. Raise its statement_timeout and run this again.",
    "42P01": "This database holds no library. Make one: python -m ingest FOLDER --library ADDRESS",
    "3D000": "The server has no such database. Create it, or correct the address.",
    "28P01": "The server refuses the password. Put the right one into the file that PGPASSFILE names.",
    "28000": "The server refuses this user. Correct the address or the server's pg_hba.conf.",
    "42501": "The server does not allow this. Give the user of the address the right to it.",
}


_AT_CONNECTING = {
    'role "': "28000",
    "does not exist": "3D000",
    "password authentication": "28P01",
    "no password supplied": "28P01",
    "too many clients": "53300",
    "no pg_hba.conf entry": "28000",
}
"""What libpq writes of a connection that was refused, which comes without a code."""


def _in_words(error: psycopg.Error) -> str:
    import psycopg

    text = " ".join(str(error).split())
    if isinstance(error, psycopg.DataError) and error.sqlstate is None:  # before anything was sent
        return (
            _NOT_STORED if "NUL" in text else f"No server takes such a value ({text}). Correct it where it comes from."
        )
    if step := _NEXT_STEPS.get(error.sqlstate or ""):
        return step
    for phrase, code in _AT_CONNECTING.items():
        if error.sqlstate is None and phrase in text:
            return _NEXT_STEPS[code]
    if error.sqlstate is None or error.sqlstate.startswith(("08", "57")):
        return "The server does not answer. Start it, or correct the address, and run this again."
    return f"The server refuses ({re.sub(r'[.]$', '', text)}). Run this again, or look at the server's log."
