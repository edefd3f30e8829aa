"""Checksums of the rows of the store, so that altered words are noticed before they are shown.

Every row has one, of 16 bytes, over all of its values. That of a passage covers its words too, so that a hit is checked
without reading its document. The large columns of a document have one of their own, which lists of sources do without.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping, Sequence
from operator import itemgetter
from types import MappingProxyType

from index.errors import DamageError

Value = str | bytes | int | float | None

NEXT_STEP = "run: python -m index verify --repair"

ABOUT = (
    *("number", "id", "root", "location", "record", "digest", "title", "authors", "published", "publisher", "url"),
    *("language", "kind", "updated", "doi", "origins", "characters", "passages", "sentences", "added", "retired"),
)
"""The columns of a document that lists and hits need."""

_encode = json.JSONEncoder(check_circular=False).encode
_about = itemgetter(*ABOUT)
_details = itemgetter("number", "sections", "dropped", "left_out", "said")
_passage = itemgetter(
    *("number", "document", "start", "end", "heading", "page", "page_label", "time", "ocr", "copy", "vector")
)
_sentences = itemgetter("document", "spans", "vectors", "factors")

Key = tuple[Value, ...]

KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "settings": ("name",),
        "roots": ("number",),
        "files": ("number",),
        "edits": ("id",),
        "marks": ("sentence",),
        "kept": ("kind", "id"),
    }
)
"""The small tables and the columns of their keys. A row's checksum covers all other columns."""


def checksum(values: Sequence[Value]) -> bytes:
    """16 bytes of BLAKE2b over values. Bytes come after the others, by their lengths, so that no two rows are alike."""
    blobs = [value for value in values if isinstance(value, bytes)]
    head = _encode([[len(value)] if isinstance(value, bytes) else value for value in values])
    return hashlib.blake2b(b"".join([head.encode(), *blobs]), digest_size=16).digest()


def of_document(row: sqlite3.Row) -> bytes:
    return checksum((*_about(row), row["details"]))


def of_details(row: sqlite3.Row) -> bytes:
    return checksum(_details(row))


def of_passage(row: sqlite3.Row, text: str, first: int = 0) -> bytes:
    """``text``: the document's, or what of it begins at the character ``first``. Empty for a place that is no place."""
    start, end = row["start"], row["end"]
    if not (isinstance(start, int) and isinstance(end, int) and first <= start <= end):
        return b""
    return checksum((*_passage(row), text_bytes(text[start - first : end - first])))


def of_part(row: sqlite3.Row) -> bytes:
    return checksum((row["document"], row["part"], text_bytes(row["text"])))


def of_sentences(row: sqlite3.Row) -> bytes:
    return checksum(_sentences(row))


def of_small(row: sqlite3.Row) -> bytes:
    """The checksum of a row of one of the small tables."""
    return checksum([row[name] for name in row.keys() if name != "checksum"])  # noqa: SIM118 - a Row iterates its values


def text_bytes(text: Value) -> bytes:
    """A long text as a value of a row, which takes less time so; bytes that were no text stay as they are."""
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else repr(text).encode()


def is_sealed(row: sqlite3.Row) -> bool:
    """Whether a row can be checked: libraries before version 6 have no checksums."""
    return "checksum" in row.keys()  # noqa: SIM118


def damaged(number: int) -> DamageError:
    """The error for a document."""
    return DamageError(f"Document {number} of the library is damaged; {NEXT_STEP}")


def check_document(row: sqlite3.Row) -> None:
    """Raises DamageError unless what lists and hits need of a document is as it was stored."""
    if is_sealed(row) and row["checksum"] != of_document(row):
        raise damaged(row["number"])


def check_details(row: sqlite3.Row) -> None:
    """Raises DamageError unless the sections and statements of a document are as they were stored."""
    if is_sealed(row) and row["details"] != of_details(row):
        raise damaged(row["number"])


def check_small(row: sqlite3.Row, what: str) -> None:
    """Raises DamageError unless a row of a small table is as it was stored. ``what`` it is, for a person."""
    if is_sealed(row) and row["checksum"] != of_small(row):
        raise DamageError(f"{what} of the library is damaged; {NEXT_STEP}")


def seal_document(db: sqlite3.Connection, number: int) -> None:
    """Give the row of a document its checksums, after a change to it."""
    row = db.execute("SELECT * FROM documents WHERE number = ?", (number,)).fetchone()
    details = of_details(row)
    whole = checksum((*_about(row), details))
    db.execute("UPDATE documents SET details = ?, checksum = ? WHERE number = ?", (details, whole, number))


def small_tables(db: sqlite3.Connection) -> list[str]:
    """The small tables that there are: a library of an older version lacks some."""
    names = {row["name"] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return [table for table in KEYS if table in names]


def has_key(table: str) -> str:
    """The condition that a row of a small table has a key, whose values are given to the statement."""
    return " AND ".join(f"{column} = ?" for column in KEYS[table])


def seal_small(db: sqlite3.Connection, table: str, key: Key) -> None:
    """Give the row of a small table its checksum, after a change to it."""
    row = db.execute(f"SELECT * FROM {table} WHERE {has_key(table)}", key).fetchone()  # noqa: S608
    db.execute(f"UPDATE {table} SET checksum = ? WHERE {has_key(table)}", (of_small(row), *key))  # noqa: S608


def seal_all(db: sqlite3.Connection) -> None:
    """Give every row its checksum, for a library from before there were any; one document in memory at a time."""
    for table in small_tables(db):
        for row in db.execute(f"SELECT {', '.join(KEYS[table])} FROM {table}").fetchall():  # noqa: S608
            seal_small(db, table, tuple(row))
    for (number,) in db.execute("SELECT number FROM documents ORDER BY number").fetchall():
        _seal_contents(db, number)
        seal_document(db, number)


def _seal_contents(db: sqlite3.Connection, number: int) -> None:
    """Give the rows of a document's text, passages and sentences their checksums."""
    parts = db.execute("SELECT * FROM texts WHERE document = ? ORDER BY part", (number,)).fetchall()
    text = "".join(row["text"] for row in parts)
    passages = db.execute("SELECT * FROM passages WHERE document = ?", (number,)).fetchall()
    sentences = db.execute("SELECT * FROM sentences WHERE document = ?", (number,)).fetchall()
    db.executemany(
        "UPDATE texts SET checksum = ? WHERE document = ? AND part = ?",
        [(of_part(row), number, row["part"]) for row in parts],
    )
    db.executemany(
        "UPDATE passages SET checksum = ? WHERE number = ?",
        [(of_passage(row, text), row["number"]) for row in passages],
    )
    db.executemany(
        "UPDATE sentences SET checksum = ? WHERE document = ?", [(of_sentences(row), number) for row in sentences]
    )
