"""The SQLite file of a library, opened: the truth that everything else is derived from."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from index.errors import LibraryError
from index.storage import connection, schema
from index.storage.documents import DocumentTable
from index.storage.files import FileTable
from index.storage.personal import EditTable, MarkTable

NAME = "sources.db"


class Store:
    """One connection, for one thread at a time. ``documents``, ``files``, ``edits`` and ``marks`` are its tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.documents, self.files = DocumentTable(db), FileTable(db)
        self.edits, self.marks = EditTable(db), MarkTable(db)

    @classmethod
    def create(cls, library: Path) -> Store:
        """Open for writing. Makes the library if there is none and upgrades an older one. Raises LibraryError."""
        try:
            library.mkdir(parents=True, exist_ok=True)
            store = cls(connection.connect(str(library / NAME)))
            if store._version() == 0:
                store._db.execute("PRAGMA journal_mode = WAL")
                store._migrate(0, schema.VERSION, schema.TABLES)
            while (version := store._version()) in schema.UPGRADES:
                store._migrate(version, version + 1, schema.UPGRADES[version])
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"The library {library} cannot be written ({error}). "
                "Allow writing in its folder, or choose another with --library."
            ) from error
        return store._checked(library, (schema.VERSION,))

    @classmethod
    def open(cls, library: Path) -> Store:
        """Open for reading, an older library as it is. Raises LibraryError when there is none of a readable version."""
        connection.check_path(library)
        path = library / NAME
        if not path.is_file():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        # a reader of a WAL file writes beside it; where that is not allowed nothing can be writing either
        mode = "mode=ro" if os.access(library, os.W_OK) else "immutable=1"
        try:
            store = cls(connection.connect(f"{path.resolve().as_uri()}?{mode}", uri=True))
            store._db.execute("PRAGMA query_only = ON")
            return store._checked(library, schema.READABLE)
        except sqlite3.Error as error:
            raise LibraryError(
                f"The library {library} cannot be read ({error}). Run: python -m index verify"
            ) from error

    def _version(self) -> int:
        return connection.user_version(self._db)

    def _migrate(self, before: int, after: int, statements: str) -> None:
        """Run the statements unless another process has run them in the meantime."""
        with self.transaction():
            if self._version() == before:
                for statement in filter(str.strip, statements.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {after}")

    def _checked(self, library: Path, versions: Sequence[int]) -> Store:
        version = self._version()
        if version not in versions:
            raise LibraryError(
                f"The library {library} has format {version}, not {schema.VERSION}. Ingest into a new one."
            )
        return self

    def close(self) -> None:
        self._db.close()

    def find_damage(self) -> list[str]:
        """What SQLite's own check finds, a line each; empty for a sound file."""
        try:
            rows = [str(row[0]) for row in self._db.execute("PRAGMA quick_check(5)")]
        except LibraryError as error:
            return [str(error)]
        return [f"{NAME}: {row}" for row in rows if row != "ok"]

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block in one transaction: all of it is stored, or nothing. Raises LibraryError on a write error."""
        return connection.transaction(self._db)

    def setting(self, name: str) -> str | None:
        """The value of a setting; None when it was never set."""
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))
