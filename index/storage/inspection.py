"""Reads all of the store and finds what is not as it was stored.

No transaction is held longer than for one document, so that others read and write meanwhile.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator

import numpy as np

from index.errors import LibraryError
from index.storage import checksums, connection, schema
from index.storage.connection import as_library_error

SCHEMA = "schema"
"""The setting with the digest of the tables' definitions."""

PUBLISHED = "published"
"""The setting with the tokens of the generations that may be live, by their numbers."""

Progress = Callable[[int, int], None]
"""Called with the number of documents that were read, and of all."""

_NAMES = {
    "settings": "a setting",
    "roots": "the path of a folder",
    "files": "what is remembered of a file",
    "edits": "an edit of a source",
    "marks": "a mark on a sentence of a draft",
    "kept": "something that you keep here",
}


def find_damage(db: sqlite3.Connection, progress: Progress) -> Iterator[str]:
    """A line for each damage; none for a sound file."""
    try:
        yield from structural_damage(db)
        if connection.user_version(db) < schema.SEALED:
            yield "sources.db is of an earlier version, without checksums: the next ingest adds them"
            return
        yield from _definitions(db)
        for table, name, key in (*damaged_rows(db, checksums.small_tables(db)), *rows_of_no_document(db)):
            yield f"sources.db: {name} ({', '.join(map(repr, key))} of {table}) is damaged"
        for number, name in damaged_documents(db, progress):
            yield f"sources.db: document {number} ({name}) is damaged"
    except LibraryError as error:
        yield str(error)
    except sqlite3.Error as error:
        yield str(as_library_error(error))


def structural_damage(db: sqlite3.Connection) -> list[str]:
    """What SQLite's own check finds, a line each."""
    rows = [str(row[0]) for row in db.execute("PRAGMA integrity_check(5)")]
    return [f"sources.db: {row}" for row in rows if row != "ok"]


def schema_digest(db: sqlite3.Connection) -> str:
    """A digest of the definitions of all tables and indexes."""
    rows = db.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name")
    return checksums.checksum([value for row in rows for value in tuple(row)]).hex()


def has_known_tables(db: sqlite3.Connection) -> bool:
    """Whether the tables are defined as the library says that they are."""
    row = db.execute("SELECT value FROM settings WHERE name = ?", (SCHEMA,)).fetchone()
    return row is not None and row["value"] == schema_digest(db)


def _definitions(db: sqlite3.Connection) -> Iterator[str]:
    if not has_known_tables(db):
        yield "sources.db: the definition of a table is damaged"
    for table in ("documents", "passages"):
        last = db.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()[0]  # noqa: S608
        row = db.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table,)).fetchone()
        if last > (row["seq"] if row else 0):
            yield f"sources.db: the counter of {table} is damaged"


def damaged_rows(db: sqlite3.Connection, tables: Iterable[str]) -> Iterator[tuple[str, str, checksums.Key]]:
    """The table, what it is for a person, and the key, of damaged rows of these small tables."""
    for table in tables:
        for row in read(db, f"SELECT * FROM {table}"):  # noqa: S608
            if row["checksum"] != checksums.of_small(row):
                yield table, _NAMES[table], tuple(row[column] for column in checksums.KEYS[table])


def rows_of_no_document(db: sqlite3.Connection) -> Iterator[tuple[str, str, checksums.Key]]:
    """The same of rows with a part of a document that is not listed."""
    for table in ("texts", "passages", "sentences"):
        for row in read(db, f"SELECT DISTINCT document FROM {table} EXCEPT SELECT number FROM documents"):  # noqa: S608
            yield table, "a row of no document", (row[0],)


def damaged_documents(
    db: sqlite3.Connection,
    progress: Progress = lambda done, total: None,
    holder: Callable[[int], sqlite3.Connection] | None = None,
) -> Iterator[tuple[int, str]]:
    """The numbers of damaged documents, live or retired, with the names of their files. ``holder``: gives the database
    with the text, passages and vectors of a document; else that is ``db``."""
    numbers = [row["number"] for row in db.execute("SELECT number FROM documents ORDER BY number")]
    for done, number in enumerate(numbers, 1):
        rows = read(db, "SELECT * FROM documents WHERE number = ?", number)
        if (
            rows
            and not _is_sound(holder(number) if holder else db, rows[0])
            and read(db, "SELECT 1 FROM documents WHERE number = ?", number)
        ):
            yield number, str(rows[0]["location"])
        progress(done, len(numbers))


def _is_sound(db: sqlite3.Connection, row: sqlite3.Row) -> bool:
    """Whether a document with its text, passages, sentences and vectors is as it was stored."""
    number = row["number"]
    parts = read(db, "SELECT * FROM texts WHERE document = ? ORDER BY part", number)
    passages = read(db, "SELECT * FROM passages WHERE document = ?", number)
    sentences = read(db, "SELECT * FROM sentences WHERE document = ?", number)
    text = "".join(str(part["text"]) for part in parts)
    return (
        row["checksum"] == checksums.of_document(row)
        and row["details"] == checksums.of_details(row)
        and (len(text), len(passages), len(sentences)) == (row["characters"], row["passages"], 1)
        and all(part["checksum"] == checksums.of_part(part) for part in parts)
        and all(part["checksum"] == checksums.of_passage(part, text) for part in passages)
        and sentences[0]["checksum"] == checksums.of_sentences(sentences[0])
        and len(np.frombuffer(sentences[0]["factors"], np.float32)) == row["sentences"]
    )


def read(db: sqlite3.Connection, query: str, *values: checksums.Value) -> list[sqlite3.Row]:
    """All rows of a query; bytes that are no UTF-8 are kept, so that they do not end the reading."""
    before, db.text_factory = db.text_factory, _decoded
    try:
        return db.execute(query, values).fetchall()
    finally:
        db.text_factory = before


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")
