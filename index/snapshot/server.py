"""A generation of a library on a PostgreSQL server. Every statement sees its documents alone: those up to its newest
that it does not count as retired. Rows are never changed, so that it stays as it was while others write."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from index.disk import Address
from index.errors import LibraryError
from index.snapshot import near_duplicates
from index.snapshot.bm25 import NO_TERMS, PHRASE_FIELDS, Terms
from index.snapshot.engine import NO_COPIES, NONE, Candidates, CopiedPassages, Places, Scope, Sentences
from index.snapshot.manifest import Manifest
from index.snapshot.near_duplicates import Copies, Shingled
from index.snapshot.passage_table import COLUMNS, PassageTable
from index.snapshot.segment import sentences_around
from index.snapshot.server_reader import LIVE, PinnedReader, Recent, has_generations
from index.snapshot.server_words import ServerWords, where
from index.storage.server_connection import PATIENCE, Connection
from index.storage.server_shards import Read, Shards, check_same_generation
from index.text import analysis
from index.text.analysis import forms
from index.types import Floats, Numbers, Rows, Span

EXACT_BELOW = 20_000
"""Passages below which all vectors are compared: that takes less than a walk through an index (a guess)."""

_EXPLORED = 4  # passages that the vector index looks at for each wanted one; at its default .40 of 200 are found
_MOST_EXPLORED = 1000  # the limit of pgvector
_KEPT_DOCUMENTS = 500  # documents whose words stay in memory (a guess)
_KEPT_PASSAGES = 1000  # passages that stay in memory with their sentences: 5 kB each (a guess)
_KEPT_PLACES = 20_000  # passages whose places stay in memory (a guess)
_KEPT_PRINTS = 5000  # passages whose fingerprints stay in memory: 250 bytes each (a guess)
_MOST_SHARING = 500  # documents of a database that are compared for copies at once (a guess)

_PLACE = 'r.passage, r.document, r.start, r."end", r.key'
# whole sentences are stored once, of all of a document together
_CODES = "substr(s.vectors, r.sentence * %(dimension)s + 1, length(r.spans) / 8 * %(dimension)s) AS codes"
_SENTENCES = f"r.spans, r.factors, {_CODES}"
_WORDED = "w.*, (SELECT r.key FROM ranked AS r WHERE r.document = w.document LIMIT 1) AS key"

Value = TypeVar("Value")


class Place(NamedTuple):
    """Where a passage stands: see ``engine.Places``."""

    document: int
    start: int
    end: int
    key: int


@dataclass(frozen=True, slots=True)
class Worded:
    """The words of one document: see ``near_duplicates.Shingled`` and ``PassageTable``; ``spans``: of its sentences;
    ``key``: see ``engine.Places``."""

    key: int
    passages: PassageTable
    spans: NDArray[np.int32]
    shingles: NDArray[np.uint32]
    bounds: Rows
    sentences: Rows

    @classmethod
    def read(cls, row: Mapping[str, Any]) -> Worded:
        return cls(
            row["key"],
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
    """``newest``: the highest number of a document; ``stems``: the summed lengths of all passages in words as they are
    ranked; ``words``: as they stand; ``word_count``: of all documents."""

    newest: int
    stems: int
    words: int
    word_count: int


class ServerEngine:
    """An ``engine.SearchEngine`` on a server."""

    def __init__(
        self, address: Address, manifest: Manifest, size: Size, *, exact: bool = False, pinned: int = 0
    ) -> None:
        """``pinned``: the number of the generation, once it is published."""
        self._exact = exact or manifest.passages < EXACT_BELOW
        self.manifest, self.word_count, self.newest_document = manifest, size.word_count, size.newest
        self._retired = np.array(manifest.retired, np.int64)
        self._reader = PinnedReader(address, pinned, size.newest, manifest.retired)
        self.words = ServerWords(self._reader, manifest.passages, size.stems, size.words)
        self._documents: Recent[int, Worded] = Recent(_KEPT_DOCUMENTS)
        self._passages: Recent[int, Any] = Recent(_KEPT_PASSAGES)
        self._places: Recent[int, Place] = Recent(_KEPT_PLACES)
        self._prints: Recent[int, bytes] = Recent(_KEPT_PRINTS)
        sample = np.array(manifest.sample, np.int64)
        self.sample, self.sample_documents = self.vectors_of(sample), self.places(sample).documents

    @classmethod
    def open(cls, address: Address, *, exact: bool = False) -> ServerEngine:
        """The last generation; ``exact``: compare all vectors, however many there are. Raises LibraryError when there
        is none or when it cannot be used."""
        with closing(Connection(address, patience=PATIENCE)) as db:
            nothing = LibraryError(f"{address} holds nothing to search yet. Run: python -m ingest FOLDER --library …")
            if not has_generations(db):
                raise nothing
            row = db.run("SELECT * FROM generations ORDER BY number DESC LIMIT 1").fetchone()
            if row is None:
                raise nothing
            check_same_generation(Shards(db, patience=PATIENCE), row["number"])
        manifest = Manifest.parsed(row["manifest"], address)
        if manifest.analysis != analysis.VERSION:
            raise LibraryError(f"The words of {address} were indexed by another version. Ingest into a new database.")
        size = Size(row["newest"], row["stems"], row["words"], row["word_count"])
        return cls(address, manifest, size, exact=exact, pinned=row["number"])

    def counted(self, documents: Numbers) -> Numbers:
        counted: Numbers = np.setdiff1d(documents, self._retired)
        return counted

    def passages_of(self, documents: Sequence[int]) -> Numbers:
        asked = list(map(int, documents))
        return np.array(sorted(self._read_places("document", asked)), np.int64)

    def nearest(self, searches: Sequence[tuple[Floats, Scope]], k: int) -> list[Numbers]:
        walk = (f"hnsw.ef_search = {min(_EXPLORED * k, _MOST_EXPLORED)}", "hnsw.iterative_scan = strict_order")
        admitting = [(vector, scope) for vector, scope in searches if scope.documents is None or len(scope.documents)]
        reads = [self._nearest(vector, k, scope) for vector, scope in admitting]
        # for a single query more processes take more time of the server than they save
        settings = ("max_parallel_workers_per_gather = 0",) if self._exact else walk
        found = iter(self._reader.together(reads, settings))
        return [next(found) if scope.documents is None or len(scope.documents) else NONE for _, scope in searches]

    def _nearest(self, vector: Floats, k: int, scope: Scope) -> Read[Numbers]:
        condition, values = where(scope.terms, PHRASE_FIELDS)
        dimension = self.manifest.dimension
        distance, order = "r.vector <#> %(query)s::halfvec", "distance"
        if self._exact:
            distance, order = f"r.vector::vector({dimension}) <#> %(query)s::vector", "distance, r.passage"
        if scope.documents is not None:
            condition += " AND r.document = ANY(%(documents)s)"
            values["documents"] = scope.documents.tolist()
        if len(scope.without):
            condition += " AND r.document <> ALL(%(without)s)"
            values["without"] = scope.without.tolist()
        return Read(
            f"SELECT {_PLACE}, {distance} AS distance FROM ranked AS r WHERE {LIVE.format('r')}{condition}"
            f" ORDER BY {order} LIMIT %(most)s",
            lambda rows: self._first(rows, k),
            {"query": str(vector.tolist()), "most": k, **values},
        )

    def _first(self, rows: Sequence[Any], k: int) -> Numbers:
        """The passages of the ``k`` rows with the least distances, whose places are remembered."""
        nearest = sorted(rows, key=lambda row: (row["distance"], row["passage"]))[:k]
        return np.array(list(self._placed(nearest)), np.int64)

    def candidates(
        self, passages: Numbers, terms: Terms = NO_TERMS, known: Mapping[int, float] | None = None
    ) -> Candidates:
        known = known or {}
        asked = [number for number in passages.tolist() if number not in known]
        held = self._passages.held(passages.tolist())
        reads: list[Read[Any]] = [self._stored_read([number for number in passages.tolist() if number not in held])]
        scored = bool(asked and forms(terms.text))
        if scored:
            reads.append(self.words.scores_read(terms, asked))
        read, *counted = self._reader.together(reads)
        rows = self._in_order(held | read, passages)
        self._passages.add({row["passage"]: row for row in rows})
        self._prints.add({row["passage"]: row["prints"] for row in rows})
        scores = {**known, **(counted[0] if scored else self.words.scores(terms, asked))}
        return Candidates(_places(map(_place, rows)), self._vectors(rows), self._sentences(rows), lambda: scores)

    def _stored_read(self, passages: Sequence[int]) -> Read[dict[int, Any]]:
        return Read(
            f"SELECT {_PLACE}, {_SENTENCES}, r.prints, p.vector AS exact_vector FROM ranked AS r"
            " JOIN passages AS p ON p.number = r.passage JOIN sentences AS s ON s.document = r.document"
            " WHERE r.passage = ANY(%(passages)s)",
            lambda rows: {row["passage"]: row for row in rows},
            {"passages": list(passages), "dimension": self.manifest.dimension},
            "passages",
        )

    def places(self, passages: Numbers) -> Places:
        known = self._places.held(passages.tolist())
        missing = [number for number in passages.tolist() if number not in known]
        if missing:
            known |= self._read_places("passage", missing)
        return _places(self._in_order(known, passages))

    def _read_places(self, column: str, asked: Sequence[int]) -> dict[int, Place]:
        statement = f"SELECT {_PLACE} FROM ranked AS r WHERE r.{column} = ANY(%(asked)s) AND {LIVE.format('r')}"
        return self._reader.get(Read(statement, self._placed, {"asked": asked}, "asked"))

    def _placed(self, rows: Iterable[Any]) -> dict[int, Place]:
        """The places of rows by the numbers of their passages, which are remembered."""
        placed = {row["passage"]: _place(row) for row in rows}
        self._places.add(placed)
        return placed

    def vectors_of(self, passages: Numbers) -> Floats:
        statement = (
            "SELECT p.number, p.vector AS exact_vector FROM passages AS p"
            f" WHERE p.number = ANY(%(passages)s) AND {LIVE.format('p')}"
        )
        read = Read(statement, lambda rows: {row[0]: row for row in rows}, {"passages": passages.tolist()}, "passages")
        return self._vectors(self._in_order(self._reader.get(read), passages))

    def sentences_of(self, passages: Numbers) -> Sentences:
        known = self._passages.held(passages.tolist())
        missing = [number for number in passages.tolist() if number not in known]
        if missing:
            read = Read(
                f"SELECT r.passage, {_SENTENCES} FROM ranked AS r JOIN sentences AS s ON s.document = r.document"
                " WHERE r.passage = ANY(%(passages)s)",
                lambda rows: {row["passage"]: row for row in rows},
                {"passages": missing, "dimension": self.manifest.dimension},
                "passages",
            )
            known |= self._reader.get(read)
        return self._sentences(self._in_order(known, passages))

    @staticmethod
    def _in_order(known: Mapping[int, Value], passages: Numbers) -> list[Value]:
        """What is known of each passage. Raises LibraryError when one is there no more."""
        try:
            return [known[number] for number in passages.tolist()]
        except KeyError as error:
            raise LibraryError("The library changed while it was read. Search again.") from error

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
        """The words of documents, in the order of their numbers."""
        asked = sorted(set(documents))
        known = self._documents.held(asked)
        new = [number for number in asked if number not in known]
        if new:
            known |= self._reader.get(
                Read(
                    f"SELECT {_WORDED} FROM worded AS w WHERE w.document = ANY(%(documents)s)",
                    self._remembered,
                    {"documents": new},
                    "documents",
                )
            )
        return [known[number] for number in asked if number in known]

    def _remembered(self, rows: Iterable[Any]) -> dict[int, Worded]:
        """The words of documents by their numbers, which are remembered with the places of their passages."""
        read = {row["document"]: Worded.read(row) for row in rows}
        self._documents.add(read)
        for document, worded in read.items():
            columns = (worded.passages.numbers, worded.passages.starts, worded.passages.ends)
            rows_of = zip(*(column.tolist() for column in columns), strict=True)
            self._places.add({number: Place(document, start, end, worded.key) for number, start, end in rows_of})
        return read

    def sentences_around(self, first: int, last: int, margin: int) -> tuple[int, list[Span]]:
        (document,) = self.places(np.array([first])).documents.tolist()
        (worded,) = self._worded([document])
        return sentences_around(worded.passages, worded.spans, (first, last), margin)

    def possible_copies(self, passages: Numbers, among: Numbers) -> list[Numbers]:
        if not len(passages):
            return []
        few = _Few(self._sharing(passages))
        proposed = few.copies.proposed(few.rows(passages), few.rows(few.held(among)))
        return [few.numbers(rows) for rows in proposed]

    def _sharing(self, passages: Numbers) -> list[Worded]:
        """The words of the documents of these passages and of those that share fingerprints with them, in the order of
        their numbers."""
        known, own = self._documents.all(), self.places(passages).documents.tolist()
        prints = self._prints_of(passages.tolist())
        read = Read(
            "WITH shared AS MATERIALIZED"
            " (SELECT p.document FROM unnest(%(prints)s::int[]) AS own (print) JOIN prints AS p USING (print)"
            f" WHERE {LIVE.format('p')} GROUP BY p.document ORDER BY count(*) DESC, p.document LIMIT %(most)s)"
            f" SELECT d.document AS number, {_WORDED}"
            " FROM (SELECT document FROM shared UNION SELECT unnest(%(own)s::bigint[])) AS d (document)"
            " LEFT JOIN worded AS w ON w.document = d.document AND w.document <> ALL(%(known)s)",
            list,
            {"own": own, "prints": prints.tolist(), "known": list(known), "most": _MOST_SHARING},
        )
        rows = self._reader.get(read)
        known |= self._remembered(row for row in rows if row["document"] is not None)
        return [known[number] for number in sorted({row["number"] for row in rows}) if number in known]

    def _prints_of(self, passages: Sequence[int]) -> NDArray[np.int32]:
        """The different fingerprints that begin in the passages. Those that share them may be in another database."""
        known = self._prints.held(passages)
        missing = [number for number in passages if number not in known]
        if missing:
            statement = "SELECT passage, prints FROM ranked WHERE passage = ANY(%(passages)s)"
            known |= self._reader.get(Read(statement, dict, {"passages": missing}, "passages"))
        return np.unique(np.frombuffer(b"".join(known.values()), np.int32))

    def copies_of(self, passage: int, others: Numbers) -> CopiedPassages:
        if not len(others):
            return NO_COPIES
        documents = self.places(np.append(others, passage)).documents.tolist()
        return _Few(self._worded(documents)).copies_of(passage, others)

    def sharing(self, shingles: NDArray[np.uint32], most: int) -> Numbers:
        def first(rows: Sequence[Any]) -> Numbers:
            held = sorted((row["print"], row["document"], row["passage"]) for row in rows)
            kept = [list(group)[:most] for _, group in groupby(held, key=itemgetter(0))]
            return np.array([passage for group in kept for _, _, passage in group], np.int64)

        read = Read(
            "SELECT v.print, p.document, p.passage FROM unnest(%(prints)s::int[]) AS v (print) CROSS JOIN LATERAL"
            " (SELECT passage, document FROM prints WHERE print = v.print ORDER BY document, passage LIMIT %(most)s)"
            f" AS p WHERE {LIVE.format('p')}",
            first,
            {"prints": np.unique(shingles[shingles > 0] | 1).view(np.int32).tolist(), "most": most},
        )
        return self._reader.get(read)


def _place(row: Any) -> Place:
    return Place(row["document"], row["start"], row["end"], row["key"])


def _places(places: Iterable[Place]) -> Places:
    columns = np.array(list(places), np.int64).reshape(-1, 4).T
    return Places(*columns)
