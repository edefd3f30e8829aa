"""The SQLite file of a library, opened: the truth that everything else is derived from."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

from index.disk import Address, Library
from index.errors import LibraryError
from index.storage import audit, checksums, connection, inspection, mending, schema
from index.storage.documents import DocumentTable
from index.storage.files import FileTable
from index.storage.personal import EditTable, KeptTable, MarkTable

NAME = "sources.db"
EPOCH = "epoch"
"""The setting with a random name of the library, which a restored one has anew."""


class Store:
    """One connection, for one thread at a time. ``documents``, ``files``, ``edits``, ``marks`` and ``kept`` are its
    tables."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self.documents, self.files = DocumentTable(db), FileTable(db)
        self.edits, self.marks, self.kept = EditTable(db), MarkTable(db), KeptTable(db)

    @classmethod
    def create(cls, library: Library) -> Store:
        """Open for writing. Makes the library if there is none and upgrades an older one. Raises LibraryError."""
        if isinstance(library, Address):
            return _on_server(library, write=True)
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
    @contextmanager
    def written(cls, library: Library) -> Iterator[Store]:
        """Opened for one transaction, during an ingest too, and closed after it. Raises LibraryError."""
        with closing(cls.create(library)) as store, store.transaction():
            yield store

    @classmethod
    def open(cls, library: Library) -> Store:
        """Open for reading, an older library as it is. Raises LibraryError when there is none of a readable version."""
        if isinstance(library, Address):
            return _on_server(library)
        connection.check_path(library)
        path = library / NAME
        if not path.is_file():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        try:
            store = cls(connection.connect(f"{path.resolve().as_uri()}?{_mode(path)}", uri=True))
            store._db.execute("PRAGMA query_only = ON")
            return store._checked(library, schema.READABLE)
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"The library {library} cannot be read ({error}). Run: python -m index verify"
            ) from error

    @classmethod
    def at(cls, path: Path) -> Store:
        """Open a file of any name for writing, of whatever version. Raises sqlite3.Error."""
        return cls(connection.connect(str(path)))

    def _version(self) -> int:
        return connection.user_version(self._db)

    def _migrate(self, before: int, after: int, statements: str) -> None:
        """Run the statements unless another process has run them in the meantime."""
        with self.transaction():
            if self._version() == before:
                is_sound = before < schema.SEALED or inspection.has_known_tables(self._db)
                for statement in filter(str.strip, statements.split(";")):
                    self._db.execute(statement)
                self._db.execute(f"PRAGMA user_version = {after}")
                if before < schema.SEALED <= after:
                    checksums.seal_all(self._db)
                    self.set(EPOCH, secrets.token_hex(8))
                if after >= schema.SEALED and is_sound:
                    self.set(inspection.SCHEMA, inspection.schema_digest(self._db))

    def _checked(self, library: Path, versions: Sequence[int]) -> Store:
        version = self._version()
        if version not in versions:
            raise LibraryError(
                f"The library {library} has format {version}, not {schema.VERSION}. Ingest into a new one."
            )
        return self

    def close(self) -> None:
        self._db.close()

    def find_damage(self, progress: Callable[[int, int], None] = lambda done, total: None) -> list[str]:
        """A line for each damage, found by reading all; empty for a sound file. ``progress``: see ``inspection``."""
        return list(inspection.find_damage(self._db, progress))

    def mend(self, library: Path) -> list[str]:
        """Take out what is damaged: see ``mending``. A new epoch and no generation, if these are among it."""
        notes = mending.mend(self._db, library)
        if self.setting(EPOCH) is None:
            self.renew()
        return notes

    def transaction(self) -> AbstractContextManager[None]:
        """Run a block in one transaction: see ``connection.transaction``."""
        return connection.transaction(self._db)

    def setting(self, name: str) -> str | None:
        """The value of a setting; None when it was never set. Raises DamageError."""
        row = self._db.execute("SELECT * FROM settings WHERE name = ?", (name,)).fetchone()
        if row is None:
            return None
        checksums.check_small(row, f"The setting {name}")
        return str(row["value"])

    def set(self, name: str, value: str) -> None:
        if self._version() < schema.SEALED:
            raise LibraryError("The library has an older format. Ingest a folder into it: that upgrades it.")
        values = (name, value)
        self._db.execute(
            "INSERT INTO settings VALUES (?, ?, ?) "
            "ON CONFLICT (name) DO UPDATE SET value = excluded.value, checksum = excluded.checksum",
            (*values, checksums.checksum(values)),
        )

    def tokens(self) -> Mapping[str, str]:
        """The tokens of the generations that may be live, by their numbers; empty before the first."""
        tokens: dict[str, str] = json.loads(self.setting(inspection.PUBLISHED) or "{}")
        return tokens

    def set_tokens(self, tokens: Mapping[str, str]) -> None:
        """Replace the tokens. Once this returns, they and all that was stored before are on the disk."""
        self._db.execute("PRAGMA synchronous = FULL")
        try:
            with self.transaction():
                self.set(inspection.PUBLISHED, json.dumps(tokens))
        finally:
            self._db.execute("PRAGMA synchronous = NORMAL")

    def note(self, action: str, what: str, changed: str) -> None:
        """Add a line to the audit, for a change that no table of what a person keeps notes itself; none where nothing
        was ``changed``."""
        if changed:
            with self.transaction():
                audit.note(self._db, action, what, changed)

    def audit(self) -> list[audit.AuditLine]:
        """Who changed what, the oldest first."""
        return list(audit.lines(self.kept.all(audit.KIND)))

    def renew(self) -> None:
        """Make it another library with the same contents: no generation and no open page belongs to it any more. One of
        an earlier version is given an epoch when it is upgraded."""
        if self._version() < schema.SEALED:
            return
        with self.transaction():
            self.set(EPOCH, secrets.token_hex(8))
            self.set(inspection.PUBLISHED, "{}")

    def copy_to(self, path: Path) -> None:
        """Write what is stored at this moment to a new file, while others read and write. Raises sqlite3.Error."""
        target = sqlite3.connect(path)
        try:
            self._db.backup(target)
        finally:
            target.close()

    def overwrite_with(self, path: Path) -> None:
        """Replace all that is stored by the contents of another such file, in one transaction. Raises sqlite3.Error."""
        source = sqlite3.connect(path)
        try:
            source.backup(self._db)
        finally:
            source.close()


def _mode(path: Path) -> str:
    """How the file is opened for reading. A reader makes files beside it, unless it takes the file for one that nobody
    changes: then it does not see what stands in such files already, as where the library is open elsewhere. Raises
    LibraryError or OSError."""
    if os.access(path.parent, os.W_OK):
        return "mode=ro"
    log, shared = (path.with_name(f"{path.name}-{kind}") for kind in ("wal", "shm"))
    if not log.exists() or log.stat().st_size == 0:
        return "immutable=1"
    if shared.exists():
        return "mode=ro"
    raise LibraryError(
        f"The library {path.parent} was in use when it was copied or made read-only: {log.name} holds a part of it. "
        "Allow writing in its folder, or copy it again while nothing uses it."
    )


def _on_server(address: Address, *, write: bool = False) -> Store:
    from index.storage.server import ServerStore

    return ServerStore.at_address(address, write=write)
