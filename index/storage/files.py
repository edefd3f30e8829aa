"""The folders that were given to ingest, and the files of each that were read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from index.storage import checksums
from index.storage.connection import transaction
from index.storage.rows import FileRow


class FileTable:
    """Roots are numbered; a file is known by its root and its location below it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def root(self, path: str) -> int:
        """The number of a root. A path that is new gets one."""
        row = self._db.execute("SELECT number FROM roots WHERE path = ?", (path,)).fetchone()
        if row is not None:
            return int(row["number"])
        number = 1 + int(self._db.execute("SELECT coalesce(max(number), 0) FROM roots").fetchone()[0])
        self._db.execute("INSERT INTO roots VALUES (?, ?, ?)", (number, path, checksums.checksum((number, path))))
        return number

    def roots(self) -> dict[int, str]:
        """The paths of all roots, by number."""
        return {row["number"]: row["path"] for row in self._db.execute("SELECT * FROM roots ORDER BY number")}

    def of_root(self, root: int) -> dict[str, FileRow]:
        """The files of a root that were read, by location."""
        rows = self._db.execute("SELECT * FROM files WHERE root = ?", (root,)).fetchall()
        for row in rows:
            checksums.check_small(row, f"What is remembered of a file in root {root}")
        return {row["location"]: FileRow(row["digest"], json.loads(row["report"])) for row in rows}

    def put(self, root: int, location: str, row: FileRow) -> None:
        """Remember a file, in place of what was remembered of it."""
        with transaction(self._db):
            number = self._db.execute(
                "INSERT INTO files (root, location, digest, report) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (root, location) DO UPDATE SET digest = excluded.digest, report = excluded.report "
                "RETURNING number",
                (root, location, row.digest, json.dumps(row.report)),
            ).fetchall()[0]["number"]
            checksums.seal_small(self._db, "files", (number,))

    def forget(self, root: int, locations: Sequence[str]) -> None:
        """Forget files, so that the next ingest reads them again."""
        rows = [(root, location) for location in locations]
        self._db.executemany("DELETE FROM files WHERE root = ? AND location = ?", rows)
