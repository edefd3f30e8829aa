"""What the person added: edits of a source's metadata, marks on the sentences of drafts, and whatever else is kept."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple
from datetime import UTC, datetime
from typing import Any

from index.errors import LibraryError
from index.storage import audit, checksums, connection, schema
from index.storage.rows import KeptRow, MarkRow


class EditTable:
    """Edits by document id. They outlive the document, so that they hold when its file comes back."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[str, dict[str, Any]]:
        """The changed fields of each edited source, by document id, including retired documents."""
        rows = self._db.execute("SELECT * FROM edits ORDER BY id").fetchall()
        for row in rows:
            checksums.check_small(row, "An edit of a source")
        return {row["id"]: json.loads(row["changes"]) for row in rows}

    def put(self, identity: str, changes: Mapping[str, Any]) -> None:
        """Replace the edit of a document; empty ``changes`` remove it."""
        with connection.transaction(self._db):
            audit.note(self._db, "edit", identity, ", ".join(sorted(changes)) or "taken back")
            self._db.execute("DELETE FROM edits WHERE id = ?", (identity,))
            if changes:
                values = (identity, json.dumps(changes, sort_keys=True))
                self._db.execute("INSERT INTO edits VALUES (?, ?, ?)", (*values, checksums.checksum(values)))


class MarkTable:
    """Marks by the digest of the marked sentence."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self) -> dict[bytes, MarkRow]:
        """All marks, the oldest first. Empty for a library of a version before marks."""
        if connection.user_version(self._db) < schema.MARKED:
            return {}
        rows = self._db.execute("SELECT * FROM marks ORDER BY made, sentence").fetchall()
        for row in rows:
            checksums.check_small(row, "A mark on a sentence of a draft")
        return {row["sentence"]: MarkRow(*tuple(row)[1:6]) for row in rows}

    def put(self, sentence: bytes, row: MarkRow | None) -> None:
        """Replace the mark of a sentence; None removes it."""
        with connection.transaction(self._db):
            audit.note(self._db, "mark", sentence.hex(), _marked(row))
            self._db.execute("DELETE FROM marks WHERE sentence = ?", (sentence,))
            if row:
                values = (sentence, *astuple(row))
                self._db.execute(
                    "INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, checksums.checksum(values))
                )


def _marked(row: MarkRow | None) -> str:
    return f"{row.status}{', with a note' if row.note else ''}: {audit.short(row.text)}" if row else "removed"


class KeptTable:
    """What a person keeps, each thing by its kind (a collection, a saved search) and an id within it."""

    _field = "SELECT id, json_extract(value, '$.' || ?) FROM kept WHERE kind = ?"

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def all(self, kind: str) -> dict[str, KeptRow]:
        """All of a kind by id, in the order of the ids. Empty for a library of a version before there were any."""
        if connection.user_version(self._db) < schema.KEPT:
            return {}
        rows = self._db.execute("SELECT * FROM kept WHERE kind = ? ORDER BY id", (kind,)).fetchall()
        return {row["id"]: _kept(row) for row in rows}

    def get(self, kind: str, identity: str) -> KeptRow | None:
        """None where there is none. Raises DamageError."""
        if connection.user_version(self._db) < schema.KEPT:
            return None
        row = self._db.execute("SELECT * FROM kept WHERE kind = ? AND id = ?", (kind, identity)).fetchone()
        return None if row is None else _kept(row)

    def field(self, kind: str, name: str) -> dict[str, Any]:
        """One field of everything of a kind, by id, without reading the rest; unchecked, so for looking up alone."""
        if connection.user_version(self._db) < schema.KEPT:
            return {}
        return {row[0]: row[1] for row in self._db.execute(self._field, (name, kind)).fetchall()}

    def stamps(self, kind: str) -> str:
        """What is another text when anything of a kind was changed."""
        if connection.user_version(self._db) < schema.KEPT:
            return ""
        query = "SELECT id, revision, changed FROM kept WHERE kind = ? ORDER BY id"
        return json.dumps([tuple(row) for row in self._db.execute(query, (kind,))])

    def put(self, kind: str, identity: str, value: Any, before: int | None, changed: str = "") -> int:
        """Store a value and return its revision. ``before``: the revision that it replaces (None: there is none yet).
        ``changed``: what of it, for the audit. Raises LibraryError when another is stored meanwhile: then nothing is
        changed."""
        with connection.transaction(self._db):
            audit.note_kept(self._db, kind, identity, self._value(kind, identity), value, changed)
            return self._put(kind, identity, value, before)

    def _value(self, kind: str, identity: str) -> Any:
        row = self.get(kind, identity)
        return None if row is None else row.value

    def _put(self, kind: str, identity: str, value: Any, before: int | None) -> int:
        revision = (before or 0) + 1
        text = json.dumps(value)
        values = (kind, identity, text, revision, datetime.now(UTC).isoformat(timespec="seconds"))
        row = (*values, checksums.checksum(values))
        if before is None:
            done = self._db.execute("INSERT INTO kept VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING", row)
        else:
            done = self._db.execute(
                "UPDATE kept SET (kind, id, value, revision, changed, checksum) = (?, ?, ?, ?, ?, ?)"
                " WHERE kind = ? AND id = ? AND revision = ?",
                (*row, kind, identity, before),
            )
        _check_replaced(done.rowcount)
        return revision

    def set(self, kind: str, identity: str, value: Any, changed: str = "") -> None:
        """Store a value in place of whatever is stored. For a transaction in which that was looked at. ``changed``: see
        ``put``."""
        row = self.get(kind, identity)
        if row is None or row.value != value:
            self.put(kind, identity, value, row.revision if row else None, changed)

    def drop(self, kind: str, identity: str) -> None:
        """Remove a value, if there is one. For a transaction in which it was looked at."""
        row = self.get(kind, identity)
        if row is not None:
            self.remove(kind, identity, row.revision)

    def remove(self, kind: str, identity: str, before: int) -> None:
        """Raises LibraryError when what is stored is no longer the revision ``before``: then nothing is changed."""
        query = "DELETE FROM kept WHERE kind = ? AND id = ? AND revision = ?"
        with connection.transaction(self._db):
            audit.note_kept(self._db, kind, identity, self._value(kind, identity), None)
            _check_replaced(self._db.execute(query, (kind, identity, before)).rowcount)


def _kept(row: sqlite3.Row) -> KeptRow:
    checksums.check_small(row, "Something that you keep in the library (a collection, a saved search)")
    return KeptRow(json.loads(row["value"]), row["revision"], row["changed"])


def _check_replaced(rows: int) -> None:
    if rows == 0:
        raise LibraryError(
            "This was changed elsewhere meanwhile, in another window or by a command: your change is not stored. "
            "Look at it as it is now, then make your change again if it still holds."
        )
