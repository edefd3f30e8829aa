"""A generation of a library on a PostgreSQL server. Every statement sees its documents alone: those up to its newest
that it does not count as retired. Rows are never changed, so that it stays as it was while others write."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.disk import Address
from index.errors import LibraryError
from index.snapshot import near_duplicates
from index.snapshot.bm25 import PHRASE_FIELDS
from index.snapshot.engine import NO_COPIES, NONE, Candidates, CopiedPassages, Places, Scope, Sentences
from index.snapshot.manifest import Manifest
from index.snapshot.near_duplicates import Copies, Shingled
from index.snapshot.passage_table import COLUMNS, PassageTable
from index.snapshot.segment import sentences_around
from index.snapshot.server_words import LIVE, PinnedReader, ServerWords, where
from index.storage.server import Connection, numbers
from index.text import analysis
from index.types import Floats, Numbers, Rows, Span

EXACT_BELOW = 20_000
"""Passages below which all vectors are compared: that takes less than a walk through an index (a guess)."""

_EXPLORED = 4  # passages that the vector index looks at for each wanted one; at its default .40 of 200 are found
_MOST_EXPLORED = 1000  # the limit of pgvector
_KEPT_DOCUMENTS = 500  # documents whose words stay in memory (a guess)
_MOST_SHARING = 500  # documents that are compared for copies at once (a guess)


@dataclass(frozen=True, slots=True)
class Worded:
    """The words of one document: see ``near_duplicates.Shingled`` and ``PassageTable``; ``spans``: of its sentences."""

    passages: PassageTable
    spans: NDArray[np.int32]
    shingles: NDArray[np.uint32]
    bounds: Rows
    sentences: Rows

    @classmethod
    def read(cls, row: Mapping[str, bytes]) -> Worded:
        return cls(
            PassageTable(np.frombuffer(row["passages"], np.int64).reshape(-1, COLUMNS)),
            np.frombuffer(row["spans"], np.int32).reshape(-1, 2),
            np.frombuffer(row["shingles"], np.uint32),
            np.frombuffer(row["bounds"], np.int64).reshape(2, -1),
            np.frombuffer(row["sentences"], np.int64),
        )


class _Few:
    """Some documents as if they were a library, to find copies among them."""

    def __init__(self, documents: Sequence[Worded]) -> None:
        self._table = PassageTable.concatenated(document.passages for document in documents)
        self._spans = np.concatenate([np.empty((0, 2), np.int32), *(document.spans for document in documents)])
        shingles = np.concatenate([np.empty(0, np.uint32), *(document.shingles for document in documents)])
        bases = np.cumsum([0, *(len(document.shingles) for document in documents)])
        pairs = list(zip(documents, bases, strict=False))
        bounds = np.concatenate([np.empty((2, 0), np.int64), *(d.bounds + base for d, base in pairs)], axis=1)
        sentences = np.concatenate([NONE, *(d.sentences + base for d, base in pairs)])
        whole = Shingled(shingles, near_duplicates.table(shingles), bounds, sentences)
        self.copies = Copies([whole], self._table.documents, None)

    def rows(self, passages: Numbers) -> Rows:
        return np.searchsorted(self._table.numbers, passages)

    def numbers(self, rows: Rows) -> Numbers:
        return self._table.numbers[rows]

    def held(self, passages: Numbers) -> Numbers:
        return passages[np.isin(passages, self._table.numbers)]

    def copies_of(self, passage: int, others: Numbers) -> CopiedPassages:
        runs = self.copies.checked(int(self.rows(np.array([passage]))[0]), self.rows(others))
        if not len(runs.rows):
            return NO_COPIES
        starts, ends = self._spans[runs.first][:, 0].astype(np.int64), self._spans[runs.last][:, 1].astype(np.int64)
        return CopiedPassages(self.numbers(runs.rows), self._table.documents[runs.rows], starts, ends)


@dataclass(frozen=True, slots=True)
class Size:
    """``newest``: the highest number of a document; ``words``: the summed lengths of all passages in words as they are
    ranked; ``word_count``: as they stand."""

    newest: int
    words: int
    word_count: int


class ServerEngine:
    """An ``engine.SearchEngine`` on a server."""

    def __init__(self, address: Address, manifest: Manifest, size: Size) -> None:
        self.manifest, self.word_count, self.newest_document = manifest, size.word_count, size.newest
        self._retired = np.array(manifest.retired, np.int64)
        self._reader = PinnedReader(address, self.newest_document, manifest.retired)
        self.words = ServerWords(self._reader, manifest.passages, size.words)
        self._documents: OrderedDict[int, Worded] = OrderedDict()
        self._lock = threading.Lock()
        sample = np.array(manifest.sample, np.int64)
        self.sample, self.sample_documents = self.vectors_of(sample), self.places(sample).documents

    @classmethod
    def open(cls, address: Address) -> ServerEngine:
        """The last generation. Raises LibraryError when there is none or when it cannot be used."""
        db = Connection(address)
        try:
            if db.run("SELECT to_regclass('generations') AS known").fetchone()["known"] is None:
                raise LibraryError(f"{address} holds nothing to search yet. Run: python -m ingest FOLDER --library …")
            row = db.run("SELECT * FROM generations ORDER BY number DESC LIMIT 1").fetchone()
        finally:
            db.close()
        if row is None:
            raise LibraryError(f"{address} holds nothing to search yet. Run: python -m ingest FOLDER --library …")
        manifest = Manifest.parsed(row["manifest"], address)
        if manifest.analysis != analysis.VERSION:
            raise LibraryError(f"The words of {address} were indexed by another version. Ingest into a new database.")
        return cls(address, manifest, Size(row["newest"], row["words"], row["word_count"]))

    def counted(self, documents: Numbers) -> Numbers:
        counted: Numbers = np.setdiff1d(documents, self._retired)
        return counted

    def live(self, passages: Numbers) -> Numbers:
        rows = self._reader.rows(
            f"SELECT r.passage FROM ranked AS r WHERE r.passage = ANY(%(passages)s) AND {LIVE.format('r')}",
            passages=passages.tolist(),
        )
        return passages[np.isin(passages, numbers(rows))]

    def passages_of(self, documents: Sequence[int]) -> Numbers:
        rows = self._reader.rows(
            f"SELECT r.passage FROM ranked AS r WHERE r.document = ANY(%(documents)s) AND {LIVE.format('r')}"
            " ORDER BY r.passage",
            documents=[int(number) for number in documents],
        )
        return numbers(rows)

    def nearest(self, queries: Floats, k: int, scope: Scope) -> list[Numbers]:
        if scope.documents is not None and not len(scope.documents):
            return [NONE for _ in queries]
        condition, values = where(scope.terms, PHRASE_FIELDS)
        exact = self.manifest.passages < EXACT_BELOW
        dimension = self.manifest.dimension
        order = f"r.vector::vector({dimension}) <#> %(query)s::vector" if exact else "r.vector <#> %(query)s::halfvec"
        statement = (
            f"SELECT r.passage FROM ranked AS r WHERE {LIVE.format('r')}"
            " AND (%(documents)s::bigint[] IS NULL OR r.document = ANY(%(documents)s))"
            f" AND r.document <> ALL(%(without)s){condition} ORDER BY {order} LIMIT %(most)s"
        )
        documents = None if scope.documents is None else scope.documents.tolist()
        explored = 0 if exact else min(_EXPLORED * k, _MOST_EXPLORED)
        asked = {"documents": documents, "without": scope.without.tolist(), "most": k, **values}
        return [
            numbers(self._reader.near(statement, explored, query=str(query.tolist()), **asked)) for query in queries
        ]

    def candidates(self, passages: Numbers) -> Candidates:
        rows = self._stored(
            "SELECT r.*, p.vector AS exact_vector FROM ranked AS r JOIN passages AS p ON p.number = r.passage", passages
        )
        return Candidates(self._places(rows), self._vectors(rows), self._sentences(rows))

    def places(self, passages: Numbers) -> Places:
        return self._places(self._stored('SELECT passage, document, start, "end", key FROM ranked AS r', passages))

    def vectors_of(self, passages: Numbers) -> Floats:
        statement = (
            "SELECT r.passage, p.vector AS exact_vector FROM ranked AS r JOIN passages AS p ON p.number = r.passage"
        )
        return self._vectors(self._stored(statement, passages))

    def sentences_of(self, passages: Numbers) -> Sentences:
        return self._sentences(self._stored("SELECT passage, spans, codes, factors FROM ranked AS r", passages))

    def _stored(self, statement: str, passages: Numbers) -> list[Any]:
        """The rows of passages, in the order given. Raises LibraryError when one is there no more."""
        if not len(passages):
            return []
        rows = self._reader.rows(f"{statement} WHERE r.passage = ANY(%(passages)s)", passages=passages.tolist())
        by_number = {row["passage"]: row for row in rows}
        if len(by_number) < len(set(passages.tolist())):
            raise LibraryError("The library changed while it was read. Search again.")
        return [by_number[number] for number in passages.tolist()]

    @staticmethod
    def _places(rows: Sequence[Any]) -> Places:
        columns = ("document", "start", "end", "key")
        return Places(*(np.array([row[column] for row in rows], np.int64) for column in columns))

    def _vectors(self, rows: Sequence[Any]) -> Floats:
        vectors = np.frombuffer(b"".join(row["exact_vector"] for row in rows), np.float16)
        return vectors.reshape(len(rows), self.manifest.dimension).astype(np.float32)

    def _sentences(self, rows: Sequence[Any]) -> Sentences:
        spans = [np.frombuffer(row["spans"], np.int32).reshape(-1, 2) for row in rows]
        codes = np.frombuffer(b"".join(row["codes"] for row in rows), np.int8)
        factors = np.frombuffer(b"".join(row["factors"] for row in rows), np.float32)
        return Sentences(
            np.array([len(held) for held in spans], np.int64),
            np.concatenate([np.empty((0, 2), np.int32), *spans]),
            codes.reshape(len(factors), self.manifest.dimension),
            factors,
        )

    # words of whole documents -----------------------------------------------------------------------------------

    def _worded(self, documents: Iterable[int]) -> list[Worded]:
        """The words of documents, in the order of their numbers. They never change, so the last ones stay in memory."""
        asked = sorted(set(documents))
        with self._lock:
            known = {number: self._documents[number] for number in asked if number in self._documents}
        new = [number for number in asked if number not in known]
        if new:
            rows = self._reader.rows("SELECT * FROM worded WHERE document = ANY(%(documents)s)", documents=new)
            known |= {row["document"]: Worded.read(row) for row in rows}
        with self._lock:
            self._documents |= {number: known[number] for number in asked if number in known}
            while len(self._documents) > _KEPT_DOCUMENTS:
                self._documents.popitem(last=False)
        return [known[number] for number in asked if number in known]

    def sentences_around(self, first: int, last: int, margin: int) -> tuple[int, list[Span]]:
        (document,) = self.places(np.array([first])).documents.tolist()
        (worded,) = self._worded([document])
        return sentences_around(worded.passages, worded.spans, (first, last), margin)

    def possible_copies(self, passages: Numbers, among: Numbers) -> list[Numbers]:
        if not len(passages):
            return []
        own = set(self.places(passages).documents.tolist())
        few = _Few(self._worded(own))
        prints = few.copies.fingerprints(few.rows(passages)).tolist()
        rows = self._reader.rows(
            "SELECT p.document FROM prints AS p WHERE p.print = ANY(%(prints)s)"
            f" AND {LIVE.format('p')} GROUP BY p.document ORDER BY count(*) DESC, p.document LIMIT %(most)s",
            prints=prints,
            most=_MOST_SHARING,
        )
        few = _Few(self._worded([*own, *numbers(rows).tolist()]))
        proposed = few.copies.proposed(few.rows(passages), few.rows(few.held(among)))
        return [few.numbers(rows_of_one) for rows_of_one in proposed]

    def copies_of(self, passage: int, others: Numbers) -> CopiedPassages:
        if not len(others):
            return NO_COPIES
        documents = self.places(np.append(others, passage)).documents.tolist()
        return _Few(self._worded(documents)).copies_of(passage, others)

    def sharing(self, shingles: NDArray[np.uint32], most: int) -> Numbers:
        rows = self._reader.rows(
            "SELECT p.passage FROM unnest(%(prints)s::bigint[]) AS v CROSS JOIN LATERAL"
            " (SELECT passage, document FROM prints WHERE print = v ORDER BY document, passage LIMIT %(most)s) AS p"
            f" WHERE {LIVE.format('p')}",
            prints=np.unique(shingles[shingles > 0] | 1).tolist(),
            most=most,
        )
        return numbers(rows)
