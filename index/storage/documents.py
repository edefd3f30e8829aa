"""Documents with their texts, passages, sentences and vectors. A document is written in one transaction.

A replaced or removed document is only *retired*: its rows stay until no kept generation lists them.
"""

from __future__ import annotations

import json
import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import cache, cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import DamageError, LibraryError, QueryError
from index.storage import checksums
from index.storage.connection import transaction
from index.storage.rows import (
    COLUMNS,
    PART,
    DocumentRows,
    EmbeddedDocument,
    LiveDocument,
    NameRow,
    Wanted,
    admits,
    authors_of,
    document_values,
    marks,
    parts_of,
    real,
    sections_of,
    source_of,
)
from index.text.normal import bare
from index.text.reading import fold
from index.types import Document, Filter, Passage, Rows, Source, Span

_SHORTEST_ID = 4  # characters of an id that may stand for the whole id
_CACHED = 16  # parts of texts, checked, that stay in memory for the next slice (a guess)
PLACE = 'number, document, start, "end"'
_MANY = 1000  # ids from which all rows are read instead of those of the ids alone (a guess)
_LIVE = "number, id, root, location, record, digest"


class DocumentTable:
    """Documents are numbered, and numbers are never used twice; an id has at most one live document.

    What is shown is compared with its checksum first; methods that return it raise DamageError if it was altered.
    """

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db
        self._parts: OrderedDict[tuple[int, int], str] = OrderedDict()

    _by_title = "title COLLATE NOCASE, id"
    _any_ocr = "EXISTS (SELECT 1 FROM json_each(sections) WHERE json_extract(value, '$[6]') IS NOT NULL)"

    @cached_property
    def _about(self) -> str:
        """The columns that make a source, with the checksums, which libraries before version 6 lack."""
        columns = [row["name"] for row in self._db.execute("PRAGMA table_info(documents)")]
        return ", ".join((*checksums.ABOUT, *(name for name in ("details", "checksum") if name in columns)))

    # live documents -------------------------------------------------------------------------------------------

    def of_file(self, root: int, location: str) -> list[LiveDocument]:
        """The live documents that a file brought, in their order in the file."""
        query = f"SELECT {_LIVE} FROM documents WHERE root = ? AND location = ? AND retired IS NULL ORDER BY number"  # noqa: S608
        rows = self._db.execute(query, (root, location))
        return [LiveDocument(**row) for row in rows]

    def by_id(self, identity: str) -> LiveDocument | None:
        """The live document with this id; None when there is none."""
        query = f"SELECT {_LIVE} FROM documents WHERE id = ? AND retired IS NULL"  # noqa: S608
        row = self._db.execute(query, (identity,)).fetchone()
        return None if row is None else LiveDocument(**row)

    def live(self, identity: str) -> LiveDocument:
        """The live document with this id. Raises QueryError when there is none."""
        document = self.by_id(identity)
        if document is None:
            raise QueryError(
                f"There is no source {identity} in this library. "
                "The Library page lists them, and so does: python -m index sources"
            )
        return document

    def complete_id(self, beginning: str) -> str:
        """The id of the one live source whose id begins so; otherwise the text as given.

        Raises QueryError when several ids begin so.
        """
        if len(beginning) < _SHORTEST_ID or self.by_id(beginning) is not None:
            return beginning
        query = "SELECT id FROM documents WHERE retired IS NULL AND substr(id, 1, ?) = ? ORDER BY id LIMIT 3"
        ids = [str(row["id"]) for row in self._db.execute(query, (len(beginning), beginning))]
        if len(ids) > 1:
            raise QueryError(f"{beginning} begins the ids of several sources: {', '.join(ids)}. Give more of it.")
        return ids[0] if ids else beginning

    def live_numbers(self) -> Rows:
        """The numbers of the live documents, rising."""
        rows = self._db.execute("SELECT number FROM documents WHERE retired IS NULL ORDER BY number")
        return np.array([row[0] for row in rows], np.int64)

    def counts_by_root(self) -> dict[int, int]:
        """The number of live documents of each root that has some."""
        rows = self._db.execute("SELECT root, count(*) FROM documents WHERE retired IS NULL GROUP BY root")
        return {row[0]: row[1] for row in rows}

    def sources(self) -> list[tuple[Source, int, int]]:
        """All live sources by title, each with the number of its passages and of its characters."""
        query = f"SELECT {self._about} FROM documents WHERE retired IS NULL ORDER BY {self._by_title}"  # noqa: S608
        rows = self._db.execute(query)
        return [(_checked_source(row), row["passages"], row["characters"]) for row in rows]

    def added(self) -> dict[str, tuple[str, bool]]:
        """For each live source, by id, when it was added (an ISO time) and whether OCR read any of it."""
        rows = self._db.execute(
            f"SELECT id, added, {self._any_ocr} AS ocr FROM documents WHERE retired IS NULL"  # noqa: S608
        )
        return {row["id"]: (row["added"], bool(row["ocr"])) for row in rows}

    def names(self) -> list[NameRow]:
        """What all live sources are called, by title. Not compared with checksums, as that takes most of the time."""
        texts = ", ".join(f"CAST({name} AS TEXT)" for name in ("id", "title", "authors", "publisher", "location"))
        rows = self._db.execute(
            f"SELECT number, {texts} FROM documents WHERE retired IS NULL ORDER BY {self._by_title}"  # noqa: S608
        )
        authors = cache(authors_of)
        return [NameRow(row[0], row[1], row[2], authors(row[3]), row[4] or "", row[5]) for row in rows]

    def statements(self, roots: Iterable[int]) -> list[tuple[LiveDocument, Source, str]]:
        """The live documents of some roots, each with its source and the statements that the source was made of."""
        query = "SELECT * FROM documents WHERE root = ? AND retired IS NULL ORDER BY number"
        rows = [row for root in roots for row in self._db.execute(query, (root,))]
        keys = _LIVE.split(", ")
        for row in rows:
            checksums.check_details(row)
        return [(LiveDocument(**{key: row[key] for key in keys}), _checked_source(row), row["said"]) for row in rows]

    # writing --------------------------------------------------------------------------------------------------

    def put(self, root: int, embedded: EmbeddedDocument, added: str) -> None:
        """Store a document in place of the live one with its id. ``added`` is an ISO time."""
        identity = embedded.document.source.id
        with transaction(self._db):
            self._retire("id = ?", (identity,))
            values = (self._next_document(identity), *document_values(root, embedded, added))
            query = f"INSERT INTO documents (number, {COLUMNS}) VALUES ({marks(values)}) RETURNING number"  # noqa: S608
            number = int(self._db.execute(query, values).fetchall()[0]["number"])
            with transaction(self._holder(number)):  # where that is another database, it ends before this one
                self._put_rows(self._holder(number), number, embedded)
            checksums.seal_document(self._db, number)

    def _put_rows(self, db: sqlite3.Connection, number: int, embedded: EmbeddedDocument) -> None:
        text = embedded.document.text
        parts = [(number, start // PART, text[start : start + PART]) for start in range(0, len(text), PART)]
        db.executemany(
            "INSERT INTO texts VALUES (?, ?, ?, ?)",
            [(*row, checksums.checksum((*row[:2], checksums.text_bytes(row[2])))) for row in parts],
        )
        rows = [
            (
                *(place, number, *passage.span, passage.heading, passage.page, passage.page_label),
                *(real(passage.time), real(passage.ocr), copy, vector.tobytes()),
            )
            for place, passage, copy, vector in zip(
                self._next_passages(number, len(embedded.passages)),
                *(embedded.passages, embedded.copies, embedded.vectors),
                strict=True,
            )
        ]
        db.executemany(
            'INSERT INTO passages (number, document, start, "end", heading, page, page_label, time, ocr, copy, vector, '
            "checksum) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*row, checksums.checksum((*row, checksums.text_bytes(passage.text))))
                for row, passage in zip(rows, embedded.passages, strict=True)
            ],
        )
        arrays = (embedded.sentences, embedded.sentence_vectors, embedded.sentence_factors)
        row: tuple[int | bytes, ...] = (number, *(array.tobytes() for array in arrays))
        db.execute("INSERT INTO sentences VALUES (?, ?, ?, ?, ?)", (*row, checksums.checksum(row)))

    def _holder(self, number: int) -> sqlite3.Connection:
        """The database with the texts, passages and vectors of the document, or with the passage, of this number."""
        return self._db

    def _next_document(self, identity: str) -> int | None:
        """The number of a new document with this id; None where the table gives it one."""
        return None

    def _next_passages(self, document: int, count: int) -> Sequence[int]:
        """Rising numbers of new passages of a document, in a transaction; none was ever used."""
        row = self._db.execute("SELECT seq FROM sqlite_sequence WHERE name = 'passages'").fetchone()
        first = 1 + (row["seq"] if row else 0)
        return range(first, first + count)

    def move(self, numbers: Sequence[int], root: int, location: str) -> None:
        """Give documents the place that their file was moved to."""
        with transaction(self._db):
            self._db.executemany(
                "UPDATE documents SET root = ?, location = ? WHERE number = ?",
                [(root, location, number) for number in numbers],
            )
            for number in numbers:
                checksums.seal_document(self._db, number)

    def retire(self, numbers: Sequence[int]) -> None:
        """Take documents out of the live ones. Their rows stay until no kept generation lists them."""
        with transaction(self._db):
            for number in numbers:
                self._retire("number = ?", (number,))

    def _retire(self, condition: str, values: tuple[Any, ...]) -> None:
        query = f"UPDATE documents SET retired = 0 WHERE {condition} AND retired IS NULL RETURNING number"  # noqa: S608
        for row in self._db.execute(query, values).fetchall():
            checksums.seal_document(self._db, row["number"])

    def purge(self, listed: Sequence[int]) -> int:
        """Delete the rows of retired documents that are not ``listed``. Returns how many."""
        kept = set(listed)
        rows = self._db.execute("SELECT number FROM documents WHERE retired IS NOT NULL")
        unlisted = [(row["number"],) for row in rows if row["number"] not in kept]
        with transaction(self._db):
            self._db.executemany("DELETE FROM documents WHERE number = ?", unlisted)
        return len(unlisted)

    # reading by number, live or retired -----------------------------------------------------------------------

    def counts(self, numbers: Iterable[int]) -> Rows:
        """Passages and sentences of each document, shape (len(numbers), 2)."""
        query = "SELECT passages, sentences FROM documents WHERE number = ?"
        rows = [tuple(self._db.execute(query, (int(number),)).fetchone()) for number in numbers]
        return np.array(rows, np.int64).reshape(-1, 2)

    def rows(self, number: int) -> DocumentRows:
        """A document's passages, sentences and vectors, as the files of a generation take them."""
        about = self._row(number)
        db = self._holder(number)
        rows = db.execute("SELECT * FROM passages WHERE document = ? ORDER BY number", (number,)).fetchall()
        sentences = db.execute("SELECT * FROM sentences WHERE document = ?", (number,)).fetchone()
        if sentences is None or len(rows) != about["passages"]:
            raise checksums.damaged(number)
        if checksums.is_sealed(about):
            text = self.text(number)
            if any(row["checksum"] != checksums.of_passage(row, text) for row in rows):
                raise checksums.damaged(number)
            if sentences["checksum"] != checksums.of_sentences(sentences):
                raise checksums.damaged(number)
        vectors = np.frombuffer(b"".join(row["vector"] for row in rows), np.float16)
        factors = np.frombuffer(sentences["factors"], np.float32)
        return DocumentRows(
            number,
            about["id"],
            about["title"],
            np.array([(row["number"], row["start"], row["end"]) for row in rows], np.int64).reshape(-1, 3),
            [row["heading"] for row in rows],
            vectors.reshape(len(rows), -1) if rows else vectors.reshape(0, 0),
            np.frombuffer(sentences["spans"], np.int32).reshape(-1, 2),
            np.frombuffer(sentences["vectors"], np.int8).reshape(len(factors), -1 if len(factors) else 0),
            factors,
        )

    def _row(self, number: int) -> sqlite3.Row:
        """What makes the source of a document, checked. Raises LibraryError when it was purged."""
        row = self._stored("documents", self._about, number)
        checksums.check_document(row)
        return row

    def _stored(self, table: str, columns: str, number: int) -> sqlite3.Row:
        """A row by its number. Raises LibraryError when it was purged."""
        query = f"SELECT {columns} FROM {table} WHERE number = ?"  # noqa: S608
        db = self._db if table == "documents" else self._holder(number)
        row: sqlite3.Row | None = db.execute(query, (number,)).fetchone()
        if row is None:
            raise LibraryError("The library changed while it was read. Search again.")
        return row

    def ahead(self, wanted: Wanted) -> AbstractContextManager[None]:
        """Read these at once where each read is a way to a server and back; in the block they are had from memory."""
        return nullcontext()

    def vectors_of(self, identity: str) -> tuple[dict[bytes, NDArray[np.float32]], dict[str, NDArray[np.float32]]]:
        """The vectors of a live document: of passages by the digest of their copy, of sentences by their folded text.

        Both are empty when there is no such document, or when it is damaged.
        """
        document = self.by_id(identity)
        if document is None:
            return {}, {}
        try:
            stored, text = self.rows(document.number), self.text(document.number)
        except DamageError:
            return {}, {}
        query = "SELECT copy, vector FROM passages WHERE document = ?"
        rows = self._holder(document.number).execute(query, (document.number,))
        passages = {row["copy"]: np.frombuffer(row["vector"], np.float16).astype(np.float32) for row in rows}
        sentences = zip(stored.sentences, stored.sentence_vectors, stored.sentence_factors, strict=True)
        return passages, {fold(text[start:end]): code * factor for (start, end), code, factor in sentences}

    def passage(self, number: int) -> tuple[int, Passage]:
        """The number of a passage's document, and the passage. Raises LibraryError when it was purged."""
        row = self._stored("passages", "*", number)
        return int(row["document"]), self._passage(row)

    def passages(self, document: int) -> list[Passage]:
        """The passages of a document, in reading order."""
        rows = self._holder(document).execute("SELECT * FROM passages WHERE document = ? ORDER BY number", (document,))
        return [self._passage(row) for row in rows]

    def place(self, number: int) -> tuple[int, int, int]:
        """Document, start and end of a passage. Raises LibraryError when it was purged."""
        row = self._stored("passages", PLACE, number)
        return row["document"], row["start"], row["end"]

    def places(self, document: int) -> Rows:
        """Number, start and end of the passages of a document, in reading order, shape (n, 3)."""
        query = 'SELECT number, start, "end" FROM passages WHERE document = ? ORDER BY number'
        rows = self._holder(document).execute(query, (document,))
        return np.array([tuple(row) for row in rows], np.int64).reshape(-1, 3)

    def _passage(self, row: sqlite3.Row) -> Passage:
        start, end = row["start"], row["end"]
        if not (isinstance(start, int) and isinstance(end, int)):
            raise checksums.damaged(row["document"])
        first = start // PART
        text = "".join(str(part["text"]) for part in self._rows_of_text(row["document"], first, end // PART))
        if checksums.is_sealed(row) and row["checksum"] != checksums.of_passage(row, text, first * PART):
            raise checksums.damaged(row["document"])
        span = Span(start, end)
        place = [row[name] for name in ("heading", "page", "page_label")]
        if "time" in row.keys():  # noqa: SIM118 - a Row has no other way to tell; libraries before version 5 have none
            place += [row["time"], row["ocr"]]
        return Passage(text[start - first * PART : end - first * PART], span, *place)

    def text(self, document: int, span: Span | None = None) -> str:
        """The text of a document, or a slice of it."""
        if span is None:
            return "".join(_checked_part(row) for row in self._rows_of_text(document, 0, 1 << 40))
        parts = parts_of(*span)
        text = "".join(self._part(document, part) for part in parts)
        return text[span.start - parts[0] * PART : span.end - parts[0] * PART]

    def _rows_of_text(self, document: int, first: int, last: int) -> Iterator[sqlite3.Row]:
        query = "SELECT * FROM texts WHERE document = ? AND part BETWEEN ? AND ? ORDER BY part"
        return self._holder(document).execute(query, (document, first, last))

    def _part(self, document: int, part: int) -> str:
        """A part of a text, checked once while it stays in memory."""
        if (document, part) not in self._parts:
            text = "".join(_checked_part(row) for row in self._rows_of_text(document, part, part))
            self._parts[document, part] = text
            if len(self._parts) > _CACHED:
                self._parts.popitem(last=False)
        return self._parts[document, part]

    def load(self, identity: str) -> tuple[int, Document]:
        """The number of the live document with this id, and the document. Raises QueryError when there is none."""
        number = self.live(identity).number
        row = self._db.execute("SELECT * FROM documents WHERE number = ?", (number,)).fetchone()
        checksums.check_details(row)
        source, text = _checked_source(row), self.text(number)
        if len(text) != row["characters"]:
            raise checksums.damaged(number)
        dropped = tuple(Span(*span) for span in json.loads(row["dropped"]))
        return number, Document(source, text, sections_of(row["sections"]), dropped, tuple(json.loads(row["left_out"])))

    def source(self, document: int) -> Source:
        """The source of a document, by its number. Raises LibraryError when it was purged."""
        return source_of(self._row(document))

    def admitted(self, conditions: Filter) -> Rows:
        """Numbers of the documents, live or retired, that a filter admits, rising. Raises QueryError: an unknown id."""
        chosen = sorted({*(conditions.sources or ())})
        where = f"WHERE id IN ({', '.join('?' * len(chosen))})" if 0 < len(chosen) < _MANY else ""
        query = f"SELECT number, id, authors, published, retired FROM documents {where} ORDER BY number"  # noqa: S608
        rows = self._db.execute(query, tuple(chosen) if where else ()).fetchall()
        for unknown in sorted({*chosen} - {row["id"] for row in rows if row["retired"] is None}):
            self.live(unknown)
        author = bare(conditions.author or "")
        return np.array([row["number"] for row in rows if admits(conditions, author, row)], np.int64)


def _checked_source(row: sqlite3.Row) -> Source:
    checksums.check_document(row)
    return source_of(row)


def _checked_part(row: sqlite3.Row) -> str:
    if checksums.is_sealed(row) and row["checksum"] != checksums.of_part(row):
        raise checksums.damaged(row["document"])
    return str(row["text"])
