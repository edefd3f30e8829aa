"""The connection to the SQLite file: its settings, its transactions, and its errors in words for a person."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from index.errors import DamageError, LibraryError
from index.storage.checksums import NEXT_STEP


def connect(path: str, *, uri: bool = False) -> sqlite3.Connection:
    """Open the file in autocommit mode, usable from several threads one at a time; wait 10 s for another writer.

    Raises sqlite3.Error.
    """
    connection = sqlite3.connect(
        path, isolation_level=None, uri=uri, timeout=10, check_same_thread=False, factory=_Connection
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA cache_size = -8000")  # KiB
    return connection


def check_path(library: Path) -> None:
    """Raises LibraryError for a path that is not text: not everything that reads a library can open its files."""
    try:
        str(library).encode()
    except UnicodeEncodeError as error:
        raise LibraryError(
            f"The path of the library {library} is not UTF-8. Rename its folder, or choose another with --library."
        ) from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Run the block in one transaction, the running one if there is one: all of it is stored, or nothing. Raises
    LibraryError on a write error."""
    runs_already = connection.in_transaction
    if runs_already:
        yield
        return
    try:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("COMMIT")
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def user_version(connection: sqlite3.Connection) -> int:
    """The number of the schema; 0 for a new file."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


class _Cursor(sqlite3.Cursor):
    """A cursor that raises LibraryError when the file is damaged, locked or out of reach."""

    def execute(self, *arguments: Any) -> _Cursor:
        try:
            return super().execute(*arguments)
        except sqlite3.DatabaseError as error:
            raise as_library_error(error) from error

    def executemany(self, *arguments: Any) -> _Cursor:
        try:
            return super().executemany(*arguments)
        except sqlite3.DatabaseError as error:
            raise as_library_error(error) from error

    def fetchone(self) -> Any:
        try:
            return super().fetchone()
        except sqlite3.DatabaseError as error:
            raise as_library_error(error) from error

    def fetchall(self) -> list[Any]:
        return list(self)

    def __next__(self) -> Any:
        try:
            return super().__next__()
        except sqlite3.DatabaseError as error:
            raise as_library_error(error) from error


class _Connection(sqlite3.Connection):
    def __del__(self) -> None:
        """Close with the last store or table that uses the connection, without a warning."""
        with suppress(sqlite3.Error):
            self.close()

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        return self.cursor(_Cursor).execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        return self.cursor(_Cursor).executemany(*arguments)


def as_library_error(error: sqlite3.Error) -> Exception:
    """The error in words for a person; an error of our own SQL stays what it is."""
    if str(error).startswith("Could not decode"):
        return DamageError(f"A text in the library's sources.db is damaged; {NEXT_STEP}")
    if isinstance(error, sqlite3.OperationalError):
        return LibraryError(
            f"The library cannot be used ({error}). Free its disk, end what else writes it, and run this again."
        )
    if type(error) is sqlite3.DatabaseError:
        return DamageError(
            f"The library's sources.db is damaged ({error}). Restore a backup: python -m index restore FILE --replace"
        )
    return error
