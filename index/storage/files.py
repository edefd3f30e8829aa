"""The folders that were given to ingest, and the files of each that were read."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from index.storage.rows import FileRow


class FileTable:
    """Roots are numbered; a file is known by its root and its location below it."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def root(self, path: str) -> int:
        """The number of a root. A path that is new gets one."""
        self._db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
        return int(self._db.execute("SELECT number FROM roots WHERE path = ?", (path,)).fetchone()[0])

    def roots(self) -> dict[int, str]:
        """The paths of all roots, by number."""
        return {row["number"]: row["path"] for row in self._db.execute("SELECT * FROM roots ORDER BY number")}

    def of_root(self, root: int) -> dict[str, FileRow]:
        """The files of a root that were read, by location."""
        rows = self._db.execute("SELECT * FROM files WHERE root = ?", (root,))
        return {row["location"]: FileRow(row["digest"], json.loads(row["report"])) for row in rows}

    def put(self, root: int, location: str, row: FileRow) -> None:
        """Remember a file, in place of what was remembered of it."""
        self._db.execute(
            "INSERT INTO files (root, location, digest, report) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET digest = excluded.digest, report = excluded.report",
            (root, location, row.digest, json.dumps(row.report)),
        )

    def forget(self, root: int, locations: Sequence[str]) -> None:
        """Forget files, so that the next ingest reads them again."""
        rows = [(root, location) for location in locations]
        self._db.executemany("DELETE FROM files WHERE root = ? AND location = ?", rows)
