"""The tables of the SQLite file, and how older files become newer ones."""

from __future__ import annotations

VERSION = 7
"""``user_version`` of a file with these tables."""

READABLE = (3, 4, 5, 6, 7)
"""Versions that can be read without an upgrade."""

MARKED = 4
"""The first version with marks."""

SEALED = 6
"""The first version with checksums and an epoch."""

KEPT = 7
"""The first version with what a person keeps."""

_MARKS = """
CREATE TABLE IF NOT EXISTS marks (
    sentence BLOB PRIMARY KEY, text TEXT NOT NULL, said TEXT NOT NULL, note TEXT NOT NULL, pin TEXT NOT NULL,
    made TEXT NOT NULL{checksum}) STRICT, WITHOUT ROWID;
"""

_KEPT = """
CREATE TABLE IF NOT EXISTS kept (
    kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL, revision INTEGER NOT NULL, changed TEXT NOT NULL,
    checksum BLOB NOT NULL DEFAULT x'', PRIMARY KEY (kind, id)) STRICT, WITHOUT ROWID;
"""

_CHECKSUM = "checksum BLOB NOT NULL DEFAULT x''"
_SEALED = ("settings", "roots", "files", "documents", "edits", "texts", "passages", "sentences", "marks")

UPGRADES = {
    3: _MARKS.format(checksum=""),
    4: "ALTER TABLE passages ADD COLUMN time REAL; ALTER TABLE passages ADD COLUMN ocr REAL;",
    5: "ALTER TABLE documents ADD COLUMN details BLOB NOT NULL DEFAULT x'';"
    + "".join(f"ALTER TABLE {table} ADD COLUMN {_CHECKSUM};" for table in _SEALED),
    6: _KEPT,
}
"""The statements that turn a version into the next; those that lead to
``SEALED`` are followed by a checksum for every row. Nothing is lost, and two processes may run them at once."""

TABLES = f"""
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL, {_CHECKSUM}) STRICT;
CREATE TABLE roots (number INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, {_CHECKSUM}) STRICT;
CREATE TABLE files (
    number INTEGER PRIMARY KEY, root INTEGER NOT NULL REFERENCES roots, location TEXT NOT NULL,
    digest BLOB NOT NULL, report TEXT NOT NULL, {_CHECKSUM}, UNIQUE (root, location)) STRICT;
CREATE TABLE documents (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL, root INTEGER NOT NULL REFERENCES roots,
    location TEXT NOT NULL, record TEXT, digest BLOB NOT NULL, title TEXT NOT NULL, authors TEXT NOT NULL,
    published TEXT, publisher TEXT, url TEXT, language TEXT, kind TEXT NOT NULL, updated TEXT, doi TEXT,
    origins TEXT NOT NULL, characters INTEGER NOT NULL, passages INTEGER NOT NULL, sentences INTEGER NOT NULL,
    sections TEXT NOT NULL, dropped TEXT NOT NULL, left_out TEXT NOT NULL, said TEXT NOT NULL, added TEXT NOT NULL,
    retired INTEGER, details BLOB NOT NULL DEFAULT x'', {_CHECKSUM}) STRICT;
CREATE UNIQUE INDEX documents_live ON documents (id) WHERE retired IS NULL;
CREATE INDEX documents_file ON documents (root, location) WHERE retired IS NULL;
CREATE TABLE edits (id TEXT PRIMARY KEY, changes TEXT NOT NULL, {_CHECKSUM}) STRICT, WITHOUT ROWID;
CREATE TABLE texts (
    document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE, part INTEGER NOT NULL, text TEXT NOT NULL,
    {_CHECKSUM}, PRIMARY KEY (document, part)) STRICT, WITHOUT ROWID;
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, heading TEXT, page INTEGER, page_label TEXT,
    time REAL, ocr REAL, copy BLOB NOT NULL, vector BLOB NOT NULL, {_CHECKSUM}) STRICT;
CREATE INDEX passages_document ON passages (document);
CREATE TABLE sentences (
    document INTEGER PRIMARY KEY REFERENCES documents ON DELETE CASCADE,
    spans BLOB NOT NULL, vectors BLOB NOT NULL, factors BLOB NOT NULL, {_CHECKSUM}) STRICT;
{_MARKS.format(checksum=f", {_CHECKSUM}")}{_KEPT}"""
