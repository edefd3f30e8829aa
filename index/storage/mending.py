"""Takes out of the store what is damaged there, so that the rest can be used, and says what that was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

from index.errors import DamageError
from index.storage import checksums, inspection
from index.storage.connection import transaction

RESTORE = "Restore a backup: python -m index restore FILE --replace, or ingest into a new library."


def mend(db: sqlite3.Connection, library: Path) -> list[str]:
    """Take out what is damaged; a line for each thing that was. What is left of a text is written to a file first.

    Raises DamageError when the file as a whole is damaged: nothing can be told from it with certainty.
    """
    if inspection.structural_damage(db):
        db.execute("REINDEX")
        damage = inspection.structural_damage(db)
        if damage:
            raise DamageError(f"{library / 'sources.db'} itself is damaged ({damage[0]}). {RESTORE}")
    documents = list(inspection.damaged_documents(db))
    remains = {number: _keep_text(db, library, number) for number, _ in documents}
    with transaction(db):
        notes = [*_mend_small(db, library), *(_take_out(db, number, remains[number]) for number, _ in documents)]
        _mend_definitions(db)
        if documents:  # the generation lists them: from here on it does not belong to the store
            db.execute("DELETE FROM settings WHERE name = ?", (inspection.PUBLISHED,))
    return [note for note in notes if note]


def _mend_small(db: sqlite3.Connection, library: Path) -> Iterator[str]:
    for table, name, key in [
        *inspection.damaged_rows(db, checksums.small_tables(db)),
        *inspection.rows_of_no_document(db),
    ]:
        if table == "settings" and key[0] in ("model", "fingerprint"):
            raise DamageError(f"The library does not know its model any more, as a setting is damaged. {RESTORE}")
        if table == "roots":
            checksums.seal_small(db, table, key)  # documents refer to it
            continue
        remains = f": what is left of it is in {_keep_value(db, library, key)}" if table == "kept" else ""
        if table in checksums.KEYS:
            db.execute(f"DELETE FROM {table} WHERE {checksums.has_key(table)}", key)  # noqa: S608
        if table in ("edits", "marks", "kept"):
            yield f"{name} was damaged and is taken out{remains}"


def _take_out(db: sqlite3.Connection, number: int, remains: Path) -> str:
    """Delete a document, and forget its file, so that it is read again. Nothing to tell of one that was replaced."""
    row = inspection.read(db, "SELECT * FROM documents WHERE number = ?", number)[0]
    root = db.execute("SELECT path FROM roots WHERE number = ?", (row["root"],)).fetchone()
    db.execute("DELETE FROM documents WHERE number = ?", (number,))
    db.execute("DELETE FROM files WHERE root = ? AND location = ?", (row["root"], row["location"]))
    if row["retired"] is not None and row["checksum"] == checksums.of_document(row):
        remains.unlink(missing_ok=True)
        return ""
    return (
        f"{row['location']} was damaged in the library and is taken out: what is left of its text is in {remains}. "
        f"Read the file again: python -m ingest {root['path'] if root else 'FOLDER'}"
    )


def _keep_text(db: sqlite3.Connection, library: Path, number: int) -> Path:
    rows = inspection.read(db, "SELECT text FROM texts WHERE document = ? ORDER BY part", number)
    return _written(library, f"{number}.txt", "".join(str(row["text"]) for row in rows))


def _keep_value(db: sqlite3.Connection, library: Path, key: checksums.Key) -> Path:
    row = inspection.read(db, f"SELECT * FROM kept WHERE {checksums.has_key('kept')}", *key)[0]  # noqa: S608
    # the key may be what is damaged, so it is no name of a file
    return _written(library, f"kept-{checksums.of_small(row).hex()}.json", str(row["value"]))


def _written(library: Path, name: str, text: str) -> Path:
    path = library / "damaged" / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    return path


def _mend_definitions(db: sqlite3.Connection) -> None:
    """Remove rows of no document, and bring the counters and the digest of the tables up to date."""
    for table in ("texts", "passages", "sentences"):
        db.execute(f"DELETE FROM {table} WHERE document NOT IN (SELECT number FROM documents)")  # noqa: S608
    for table in ("documents", "passages"):
        known = db.execute("SELECT max(seq) FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()[0]
        last = max(known or 0, db.execute(f"SELECT max(number) FROM {table}").fetchone()[0] or 0)  # noqa: S608
        db.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
        db.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (table, last))
    values = (inspection.SCHEMA, inspection.schema_digest(db))
    db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?, ?)", (*values, checksums.checksum(values)))
