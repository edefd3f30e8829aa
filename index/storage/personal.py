"""What the person added: edits of a source's metadata, and marks on the sentences of drafts."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import astuple
from typing import Any

from index.storage import checksums, connection, schema
from index.storage.rows import MarkRow


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
            self._db.execute("DELETE FROM marks WHERE sentence = ?", (sentence,))
            if row:
                values = (sentence, *astuple(row))
                self._db.execute(
                    "INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?, ?)", (*values, checksums.checksum(values))
                )
