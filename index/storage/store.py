"""The SQLite file: the truth that everything else is derived from. One transaction a document."""

from __future__ import annotations

import json
import os
import sqlite3
import weakref
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError, QueryError
from index.storage import schema
from index.storage.rows import (
    SOURCE,
    DocumentRows,
    EmbeddedDocument,
    FileRow,
    LiveDocument,
    MarkRow,
    admits,
    dump_sections,
    sections_of,
    source_of,
)
from index.text.reading_copy import fold
from index.types import Document, Filter, Passage, Source, Span

NAME = "sources.db"
_BEGINNING = 4  # characters of an id that may stand for it
_PART = 1 << 16  # characters of one stored part of a text: a slice reads one or two of them


class Store:
    """One connection; use it in one thread at a time."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._db = connection
        self._db.row_factory = sqlite3.Row
        weakref.finalize(self, connection.close)

    @classmethod
    def create(cls, library: Path) -> Store:
        """Open for writing; make the library if there is none, and bring an older one up. Raises LibraryError."""
        try:
            library.mkdir(parents=True, exist_ok=True)
            store = cls(schema.connect(str(library / NAME)))
            if store._version() == 0:
                store._db.execute("PRAGMA journal_mode = WAL")
                store._migrate(schema.VERSION, schema.TABLES)
            while (version := store._version()) in schema.UPGRADES:
                store._migrate(version + 1, schema.UPGRADES[version])
        except (OSError, sqlite3.Error) as error:
            raise LibraryError(
                f"The library {library} cannot be written ({error}). Choose another with --library."
            ) from error
        return store._checked(library, (schema.VERSION,))

    @classmethod
    def open(cls, library: Path) -> Store:
        """Open for reading, an older one as it is. Raises LibraryError when there is none that this version reads."""
        path = library / NAME
        if not path.is_file():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        # a reader of a WAL file writes beside it; where that is not allowed nothing can be writing either
        mode = "mode=ro" if os.access(library, os.W_OK) else "immutable=1"
        try:
            store = cls(schema.connect(f"{path.resolve().as_uri()}?{mode}", uri=True))
            store._db.execute("PRAGMA query_only = ON")
            return store._checked(library, schema.READABLE)
        except sqlite3.Error as error:
            raise LibraryError(
                f"The library {library} cannot be read ({error}). Run: python -m index verify"
            ) from error

    def _version(self) -> int:
        return int(self._db.execute("PRAGMA user_version").fetchone()[0])

    def _migrate(self, version: int, statements: str) -> None:
        self._db.executescript(f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {version}; COMMIT;")

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
        """What SQLite's own check finds, a line each."""
        try:
            rows = [str(row[0]) for row in self._db.execute("PRAGMA quick_check(5)")]
        except LibraryError as error:
            return [str(error)]
        return [f"{NAME}: {row}" for row in rows if row != "ok"]

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of the block, or nothing. Raises LibraryError when the file cannot be written."""
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        finally:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")

    # settings -------------------------------------------------------------------------------------------------

    def setting(self, name: str) -> str | None:
        row = self._db.execute("SELECT value FROM settings WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row["value"])

    def set(self, name: str, value: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO settings VALUES (?, ?)", (name, value))

    # roots and files ------------------------------------------------------------------------------------------

    def root(self, path: str) -> int:
        """The number of a root, given one at its first sight."""
        self._db.execute("INSERT OR IGNORE INTO roots (path) VALUES (?)", (path,))
        return int(self._db.execute("SELECT number FROM roots WHERE path = ?", (path,)).fetchone()[0])

    def roots(self) -> dict[int, str]:
        return {row["number"]: row["path"] for row in self._db.execute("SELECT * FROM roots ORDER BY number")}

    def files(self, root: int) -> dict[str, FileRow]:
        """By location, the files of a root that were read."""
        rows = self._db.execute("SELECT * FROM files WHERE root = ?", (root,))
        return {row["location"]: FileRow(row["digest"], json.loads(row["report"])) for row in rows}

    def put_file(self, root: int, location: str, row: FileRow) -> None:
        self._db.execute(
            "INSERT INTO files (root, location, digest, report) VALUES (?, ?, ?, ?) "
            "ON CONFLICT DO UPDATE SET digest = excluded.digest, report = excluded.report",
            (root, location, row.digest, json.dumps(row.report)),
        )

    def forget_files(self, root: int, locations: Sequence[str]) -> None:
        self._db.executemany("DELETE FROM files WHERE root = ? AND location = ?", [(root, one) for one in locations])

    # edits ----------------------------------------------------------------------------------------------------

    def edits(self) -> dict[str, dict[str, Any]]:
        """By document id, what a person changed of its source; of documents that are gone too."""
        return {row["id"]: json.loads(row["changes"]) for row in self._db.execute("SELECT * FROM edits ORDER BY id")}

    def put_edit(self, identity: str, changes: Mapping[str, Any]) -> None:
        """In place of the edit before; none at all when there are no changes."""
        self._db.execute("DELETE FROM edits WHERE id = ?", (identity,))
        if changes:
            self._db.execute("INSERT INTO edits VALUES (?, ?)", (identity, json.dumps(changes, sort_keys=True)))

    # marks ----------------------------------------------------------------------------------------------------

    def marks(self) -> dict[bytes, MarkRow]:
        """What a person said of sentences, by the digest of the sentence."""
        if self._version() < schema.MARKED:
            return {}
        rows = self._db.execute("SELECT * FROM marks ORDER BY made, sentence")
        return {row["sentence"]: MarkRow(*tuple(row)[1:]) for row in rows}

    def put_mark(self, sentence: bytes, row: MarkRow | None) -> None:
        """In place of the mark before; None takes it away."""
        self._db.execute("DELETE FROM marks WHERE sentence = ?", (sentence,))
        if row:
            self._db.execute("INSERT INTO marks VALUES (?, ?, ?, ?, ?, ?)", (sentence, *astuple(row)))

    # documents, written ---------------------------------------------------------------------------------------

    def documents_of_file(self, root: int, location: str) -> list[LiveDocument]:
        """The live documents that a file brought, in the order they came."""
        rows = self._db.execute(
            "SELECT number, id, root, location, record, digest FROM documents "
            "WHERE root = ? AND location = ? AND retired IS NULL ORDER BY number",
            (root, location),
        )
        return [LiveDocument(**row) for row in rows]

    def by_id(self, identity: str) -> LiveDocument | None:
        """The live document with this id."""
        row = self._db.execute(
            "SELECT number, id, root, location, record, digest FROM documents WHERE id = ? AND retired IS NULL",
            (identity,),
        ).fetchone()
        return None if row is None else LiveDocument(**row)

    def live_document(self, identity: str) -> LiveDocument:
        """The live document with this id. Raises QueryError when there is none."""
        known = self.by_id(identity)
        if known is None:
            raise QueryError(
                f"There is no source {identity} in this library. "
                "The Library page lists them, and so does: python -m index sources"
            )
        return known

    def complete_id(self, beginning: str) -> str:
        """The one id of a live source that begins so, else what was given. Raises QueryError when it fits several."""
        if len(beginning) < _BEGINNING or self.by_id(beginning) is not None:
            return beginning
        query = "SELECT id FROM documents WHERE retired IS NULL AND substr(id, 1, ?) = ? ORDER BY id LIMIT 3"
        found = [str(row["id"]) for row in self._db.execute(query, (len(beginning), beginning))]
        if len(found) > 1:
            raise QueryError(f"{beginning} begins the ids of several sources: {', '.join(found)}. Give more of it.")
        return found[0] if found else beginning

    def move(self, numbers: Sequence[int], root: int) -> None:
        """Documents whose old root is gone now belong to ``root``."""
        self._db.executemany("UPDATE documents SET root = ? WHERE number = ?", [(root, number) for number in numbers])

    def put(self, root: int, embedded: EmbeddedDocument, added: str) -> None:
        """One document, in place of the live one with its id. ``added`` is an ISO time."""
        document, source = embedded.document, embedded.document.source
        with self.transaction():
            self._retire("id = ?", (source.id,))
            cursor = self._db.execute(
                "INSERT INTO documents (id, root, location, record, digest, title, authors, published, publisher, url, "
                "language, kind, updated, doi, origins, characters, passages, sentences, sections, dropped, left_out, "
                "said, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    *(source.id, root, source.location, source.record, embedded.digest, source.title),
                    *(json.dumps(source.authors), source.published, source.publisher, source.url, source.language),
                    *(source.kind, source.updated, source.doi, json.dumps(dict(source.origins)), len(document.text)),
                    *(len(embedded.passages), len(embedded.sentences), dump_sections(document.sections)),
                    *(json.dumps(document.dropped), json.dumps(document.left_out), embedded.statements, added),
                ),
            )
            number = cursor.lastrowid
            self._put_rows(int(number or 0), embedded)

    def _put_rows(self, number: int, embedded: EmbeddedDocument) -> None:
        text = embedded.document.text
        self._db.executemany(
            "INSERT INTO texts VALUES (?, ?, ?)",
            [(number, start // _PART, text[start : start + _PART]) for start in range(0, len(text), _PART)],
        )
        self._db.executemany(
            'INSERT INTO passages (document, start, "end", heading, page, page_label, copy, vector) '
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (number, *one.span, one.heading, one.page, one.page_label, copy, vector.tobytes())
                for one, copy, vector in zip(embedded.passages, embedded.copies, embedded.vectors, strict=True)
            ],
        )
        self._db.execute(
            "INSERT INTO sentences VALUES (?, ?, ?, ?)",
            (
                number,
                embedded.sentences.tobytes(),
                embedded.sentence_vectors.tobytes(),
                embedded.sentence_factors.tobytes(),
            ),
        )

    def retire(self, numbers: Sequence[int]) -> None:
        """Take documents out of the live ones; their rows stay until no kept generation lists them."""
        for number in numbers:
            self._retire("number = ?", (number,))

    def _retire(self, condition: str, values: tuple[Any, ...]) -> None:
        self._db.execute(f"UPDATE documents SET retired = 0 WHERE {condition} AND retired IS NULL", values)  # noqa: S608

    def purge(self, listed: Sequence[int]) -> int:
        """Delete the rows of retired documents that are not among ``listed``; how many."""
        kept = set(listed)
        gone = [
            row["number"]
            for row in self._db.execute("SELECT number FROM documents WHERE retired IS NOT NULL")
            if row["number"] not in kept
        ]
        with self.transaction():
            self._db.executemany("DELETE FROM documents WHERE number = ?", [(number,) for number in gone])
        return len(gone)

    # documents, read ------------------------------------------------------------------------------------------

    def live_numbers(self) -> NDArray[np.int64]:
        """The numbers of live documents, rising."""
        rows = self._db.execute("SELECT number FROM documents WHERE retired IS NULL ORDER BY number")
        return np.array([row[0] for row in rows], np.int64)

    def counts(self, numbers: Iterable[int]) -> NDArray[np.int64]:
        """Passages and sentences of each document, shape (len(numbers), 2)."""
        one = "SELECT passages, sentences FROM documents WHERE number = ?"
        rows = [tuple(self._db.execute(one, (int(number),)).fetchone()) for number in numbers]
        return np.array(rows, np.int64).reshape(-1, 2)

    def rows(self, number: int) -> DocumentRows:
        """One document's rows, as derived files take them."""
        title = self._db.execute("SELECT title FROM documents WHERE number = ?", (number,)).fetchone()["title"]
        rows = self._db.execute(
            'SELECT number, start, "end", heading, vector FROM passages WHERE document = ? ORDER BY number', (number,)
        ).fetchall()
        sentences = self._db.execute("SELECT * FROM sentences WHERE document = ?", (number,)).fetchone()
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), np.float16)
        factors = np.frombuffer(sentences["factors"], np.float32)
        return DocumentRows(
            number,
            title,
            np.array([(row["number"], row["start"], row["end"]) for row in rows], np.int64).reshape(-1, 3),
            [row["heading"] for row in rows],
            vectors.reshape(len(rows), -1) if rows else vectors.reshape(0, 0),
            np.frombuffer(sentences["spans"], np.int32).reshape(-1, 2),
            np.frombuffer(sentences["vectors"], np.int8).reshape(len(factors), -1 if len(factors) else 0),
            factors,
        )

    def vectors_of(self, identity: str) -> tuple[dict[bytes, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        """The live document's vectors: passages' by the digest of the reading copy, sentences' by their folded text."""
        known = self.by_id(identity)
        if known is None:
            return {}, {}
        rows = self._db.execute("SELECT copy, vector FROM passages WHERE document = ?", (known.number,))
        passages = {row["copy"]: np.frombuffer(row["vector"], np.float16).astype(np.float32) for row in rows}
        stored, text = self.rows(known.number), self.text(known.number)
        codes = zip(stored.sentences, stored.sentence_vectors, stored.sentence_factors, strict=True)
        return passages, {fold(text[start:end]): code * factor for (start, end), code, factor in codes}

    def passage(self, number: int) -> tuple[int, Passage]:
        """A passage and the number of its document. Raises LibraryError when it is gone."""
        row = self._db.execute("SELECT * FROM passages WHERE number = ?", (number,)).fetchone()
        if row is None:
            raise LibraryError("The library changed while it was read. Search again.")
        return int(row["document"]), self._passage(row)

    def passages(self, document: int) -> list[Passage]:
        """In reading order."""
        rows = self._db.execute("SELECT * FROM passages WHERE document = ? ORDER BY number", (document,))
        return [self._passage(row) for row in rows]

    def _passage(self, row: sqlite3.Row) -> Passage:
        span = Span(row["start"], row["end"])
        return Passage(self.text(row["document"], span), span, row["heading"], row["page"], row["page_label"])

    def text(self, document: int, span: Span | None = None) -> str:
        """The document's text, or a slice of it."""
        first, last = (0, 1 << 40) if span is None else (span.start // _PART, span.end // _PART)
        rows = self._db.execute(
            "SELECT text FROM texts WHERE document = ? AND part BETWEEN ? AND ? ORDER BY part", (document, first, last)
        )
        text = "".join(row[0] for row in rows)
        return text if span is None else text[span.start - first * _PART : span.end - first * _PART]

    def document(self, identity: str) -> tuple[int, Document]:
        """The live document with this id, and its number. Raises QueryError when there is none."""
        row = self._db.execute(
            "SELECT * FROM documents WHERE number = ?", (self.live_document(identity).number,)
        ).fetchone()
        dropped = tuple(Span(*span) for span in json.loads(row["dropped"]))
        text, left_out = self.text(row["number"]), tuple(json.loads(row["left_out"]))
        return row["number"], Document(source_of(row), text, sections_of(row["sections"]), dropped, left_out)

    def source(self, document: int) -> Source:
        """Who wrote a document, by its number. Raises LibraryError when it is gone."""
        row = self._db.execute(f"SELECT {SOURCE} FROM documents WHERE number = ?", (document,)).fetchone()  # noqa: S608
        if row is None:
            raise LibraryError("The library changed while it was read. Search again.")
        return source_of(row)

    def sources(self) -> list[tuple[Source, int, int]]:
        """All live sources with their passages and characters, by title."""
        rows = self._db.execute(
            f"SELECT {SOURCE}, passages, characters FROM documents WHERE retired IS NULL "  # noqa: S608
            "ORDER BY title COLLATE NOCASE, id"
        )
        return [(source_of(row), row["passages"], row["characters"]) for row in rows]

    def statements(self, roots: Iterable[int]) -> list[tuple[LiveDocument, Source, str]]:
        """The live documents of these roots, each with its source and what that was made of."""
        rows = [
            row
            for root in roots
            for row in self._db.execute(
                f"SELECT number, root, digest, said, {SOURCE} FROM documents "  # noqa: S608
                "WHERE root = ? AND retired IS NULL ORDER BY number",
                (root,),
            )
        ]
        keys = ("number", "id", "root", "location", "record", "digest")
        return [(LiveDocument(**{key: row[key] for key in keys}), source_of(row), row["said"]) for row in rows]

    def admitted(self, where: Filter) -> NDArray[np.int64]:
        """The numbers of documents (live or retired) that a filter admits, rising."""
        rows = self._db.execute("SELECT number, id, authors, published FROM documents ORDER BY number")
        author = (where.author or "").casefold()
        return np.array([row["number"] for row in rows if admits(where, author, row)], np.int64)
