"""Rank, fuse, rescore, explain: from a question to passages with their sources."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import confidence, voices
from index import query as queries
from index.copies import Found
from index.embed import Embedder
from index.errors import LibraryError
from index.generation import Generation
from index.models import open_embedder
from index.query import Query
from index.segment import DOCUMENT, NUMBER
from index.store import Store
from index.text import WORD
from index.types import Answer, By, Confidence, Copy, Filter, Hit, Parts, Passage, Source, Span

CANDIDATES = 200
"""Passages that each ranker puts forward; never depends on how many hits are asked for."""

WEIGHTS = {
    By.BOTH: (0.23, 0.31, 0.23, 0.23),
    By.MEANING: (0.5, 0.0, 0.5, 0.0),
    By.WORDS: (0.0, 1.0, 0.0, 0.0),
}
"""What dense, words, sentence and feedback count for; each row sums to 1."""

FEEDBACK = 3
"""Passages, the best by the first three parts, whose mean is what the others are fed back against (pseudo-relevance
feedback after Rocchio, on vectors, among the candidates only)."""

SURE = 10
"""Passages, the best, that an answer's confidence is taken from."""

_BATCH = 256  # questions that are embedded and scanned together


def default_library() -> Path:
    """``$SOURCEWISE_LIBRARY``, else ``library`` in the folder one stands in."""
    return Path(os.environ.get("SOURCEWISE_LIBRARY") or "library")


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates of one query, best first: rows of the generation, their scores, the parts of these (columns as the
    fields of ``Parts``), the row of each one's best sentence (-1: it has none), what speaks for it (columns as in
    ``confidence.signals``), the share of the query that stands nowhere, for the first, rows that may be copies, and the
    query's vector."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    parts: NDArray[np.float64]
    sentences: NDArray[np.int64]
    signals: NDArray[np.float64]
    unknown: float
    others: Sequence[NDArray[np.int64]]
    vector: NDArray[np.float32]

    @property
    def evidence(self) -> float | None:
        """The most that speaks for one of the best passages."""
        best = self.parts[:SURE, -1]
        return float(best.max()) if len(best) else None


class Index:
    """A library as it stood when it was opened. Safe to share between threads; later ingests do not change it."""

    def __init__(self, library: Path, generation: Generation, embedder: Embedder) -> None:
        self.library, self.generation, self.embedder = library, generation, embedder
        self._stores = threading.local()
        self._usual = confidence.usual(generation.manifest.null)

    @classmethod
    def open(cls, library: Path | None = None) -> Index:
        """Open the live generation. Raises LibraryError or ModelError with the next step."""
        library = library or default_library()
        if not library.is_dir():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        store = Store.open(library)
        fingerprint = store.setting("fingerprint") or ""
        store.close()
        # the model compiles without Python's lock, while the index is opened
        with ThreadPoolExecutor(1) as pool:
            embedder = pool.submit(open_embedder, fingerprint, library / "models")
            return cls(library, Generation.open(library), embedder.result())

    @property
    def store(self) -> Store:
        """This thread's connection to the truth behind the generation."""
        if not hasattr(self._stores, "one"):
            self._stores.one = Store.open(self.library)
        store: Store = self._stores.one
        return store

    def search(
        self, text: str, k: int = 10, by: By = By.BOTH, where: Filter | None = None, per_source: int | None = None
    ) -> Answer:
        """The best ``k`` passages for a question, at most twice ``CANDIDATES``; the first k of more are the same.

        Copies of a better passage stand with it; at most ``per_source`` passages come from one source.

        Raises QueryError when the question has no word to look for or a filter cannot be understood.
        """
        return next(self.search_many([queries.parse(text)], k, by, where, per_source))

    def search_many(
        self,
        asked: Sequence[Query],
        k: int = 10,
        by: By = By.BOTH,
        where: Filter | None = None,
        per_source: int | None = None,
    ) -> Iterator[Answer]:
        """One answer a query, in order; the filter is read once and holds for all."""
        where = where or Filter()
        for one, scored in zip(asked, self.rank(asked, by, where), strict=True):
            yield self._answer(one, scored, k, by, where, per_source)

    def rank(self, asked: Sequence[Query], by: By = By.BOTH, where: Filter | None = None) -> Iterator[Scored]:
        """All candidates of each query, in order, without their texts."""
        documents = self._documents(where or Filter())
        mask = self._mask(documents)
        for first in range(0, len(asked), _BATCH):
            batch = asked[first : first + _BATCH]
            vectors = np.stack([self._vector(one) for one in batch])
            for one, vector, dense in zip(batch, vectors, self._dense(batch, vectors, by, mask), strict=True):
                scored = self._score(one, vector, dense, by, documents)
                crowd = voices.crowd(scored.rows, scored.others, self.generation.passages[:, DOCUMENT])
                yield scored if crowd is None else self._beyond(crowd, one, vector, dense, by, documents)

    def _beyond(
        self,
        crowd: NDArray[np.int64],
        one: Query,
        vector: NDArray[np.float32],
        dense: NDArray[np.int64],
        by: By,
        documents: NDArray[np.int64] | None,
    ) -> Scored:
        """The candidates again, with as many from outside the crowd of documents that copy the best of them."""
        every = np.unique(self.generation.passages[:, DOCUMENT]) if documents is None else documents
        rest = np.setdiff1d(every, crowd)
        (more,) = self._dense([one], vector[None], by, self._mask(rest))
        return self._score(one, vector, np.union1d(dense, more), by, documents, rest)

    def ranked(self, one: Query, by: By, k: int, where: Filter | None = None) -> NDArray[np.int64]:
        """The rows that one ranker alone puts first, best first; ``by`` is *meaning* or *words*."""
        documents = self._documents(where or Filter())
        if by is By.WORDS:
            found = self.generation.words.top(one.terms, k, None if documents is None else documents.tolist())
            return self.generation.rows(np.array([number for number, _ in found], np.int64))
        mask = self._with_conditions(one, self._mask(documents))
        return self.generation.vectors.search(self._vector(one)[None], k, mask)[0][0]

    def _vector(self, one: Query) -> NDArray[np.float32]:
        if one.passage is None:
            return self.embedder.encode_query(one.meaning)
        vector: NDArray[np.float32] = self.generation.vectors.gather(self.generation.rows(np.array([one.passage])))[0]
        return vector

    # filters --------------------------------------------------------------------------------------------------

    def _documents(self, where: Filter) -> NDArray[np.int64] | None:
        """Numbers of the admitted documents, or None when all are."""
        if not where.narrows:
            return None
        for date in filter(None, (where.since, where.until)):
            queries.check_date(date)
        for identity in where.sources or ():
            self.store.live_one(identity)
        return np.setdiff1d(self.store.admitted(where), self.generation.manifest.gone)

    def _mask(self, documents: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
        mask = self.generation.mask
        if documents is None:
            return mask
        chosen = np.isin(self.generation.passages[:, DOCUMENT], documents)
        return chosen if mask is None else chosen & mask

    def _with_conditions(self, one: Query, mask: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """The mask, narrowed to passages that hold the query's phrases and none of its excluded words."""
        if not one.terms.conditions:
            return mask
        chosen = np.zeros(len(self.generation.passages), np.bool_)
        chosen[self.generation.rows(self.generation.words.admitted(one.terms))] = True
        return chosen if mask is None else chosen & mask

    # ranking --------------------------------------------------------------------------------------------------

    def _dense(
        self, batch: Sequence[Query], vectors: NDArray[np.float32], by: By, mask: NDArray[np.bool_] | None
    ) -> list[NDArray[np.int64]]:
        """Rows of the nearest passages for each query; queries without conditions of their own share one scan."""
        if by is By.WORDS:
            return [np.empty(0, np.int64)] * len(batch)
        found: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * len(batch)
        plain = [place for place, one in enumerate(batch) if not one.terms.conditions]
        if plain:
            shared = self.generation.vectors.search(vectors[plain], CANDIDATES, mask)
            for place, (rows, _) in zip(plain, shared, strict=True):
                found[place] = rows
        for place, one in enumerate(batch):
            if one.terms.conditions:
                own = self._with_conditions(one, mask)
                found[place] = self.generation.vectors.search(vectors[place : place + 1], CANDIDATES, own)[0][0]
        return found

    def _score(
        self,
        one: Query,
        vector: NDArray[np.float32],
        dense: NDArray[np.int64],
        by: By,
        documents: NDArray[np.int64] | None,
        rest: NDArray[np.int64] | None = None,
    ) -> Scored:
        """Unite both rankers' candidates, give each all its parts exactly, and order them. BM25 puts forward its best
        of all ``documents``, and of the ``rest`` of them."""
        generation = self.generation
        bm25: dict[int, float] = {}
        for some in (documents, rest) if rest is not None else (documents,):
            if by is not By.MEANING:
                bm25.update(generation.words.top(one.terms, CANDIDATES, None if some is None else some.tolist()))
        rows = np.union1d(dense, generation.rows(np.fromiter(bm25, np.int64)))
        if generation.mask is not None:
            rows = rows[generation.mask[rows]]
        numbers = [int(number) for number in generation.passages[rows, NUMBER]]
        missing = [number for number in numbers if number not in bm25]
        bm25.update(generation.words.scores(one.terms, missing))
        lexical = np.array([bm25.get(number, 0.0) for number in numbers], np.float32)
        vectors = generation.vectors.gather(rows)
        sentences, nearest = generation.best_sentences(rows, vector)
        scale = self._scale(vector, cosine := vectors @ vector)
        worded = lexical / max(float(lexical.max(initial=0.0)), 1e-9)
        # a sentence alone comes nearer to a query than a passage: its scale must reach as far, or the best are all 1
        further = self._scale(vector, np.concatenate([cosine, nearest]))
        said = np.where(sentences < 0, cosine, nearest)
        weight, unknown = generation.words.weight(one.terms)
        signals = confidence.signals(cosine, said, lexical, weight)
        evidence = confidence.evidence(signals, self._usual, unknown)
        worth = [scale(cosine), worded, further(nearest), np.zeros(len(rows))]
        parts = np.column_stack([*worth, cosine, lexical, evidence])
        parts[:, 3] = self._feedback(vectors, parts[:, :3] @ WEIGHTS[by][:3])
        score = parts[:, :4] @ WEIGHTS[by]
        order = np.lexsort((rows, -score))
        rows = rows[order]
        others = generation.copies.proposed(rows[: voices.AHEAD], rows) if len(rows) else []
        ordered = (parts[order], sentences[order], signals[order])
        return Scored(rows, score[order].astype(np.float32), *ordered, unknown, others, vector)

    def _scale(self, vector: NDArray[np.float32], cosines: NDArray[np.float32]) -> Callable[[Any], Any]:
        """Cosines to 0–1: 0 at the farthest of the sample's passages, 1 at the best of ``cosines``; clipped."""
        low = float((self.generation.sample @ vector).min(initial=1.0))
        high = float(cosines.max(initial=-1.0))
        if high <= low:
            return np.ones_like
        return lambda some: np.clip((some - low) / (high - low), 0.0, 1.0)

    def _feedback(self, vectors: NDArray[np.float32], score: NDArray[np.float64]) -> NDArray[np.float32]:
        """How near each candidate is to the mean of the best, weighted by their scores."""
        best = np.argsort(-score, kind="stable")[:FEEDBACK]
        mean = score[best].astype(np.float32) @ vectors[best]
        mean /= max(float(np.linalg.norm(mean)), 1e-9)
        near = vectors @ mean
        scaled: NDArray[np.float32] = self._scale(mean, near)(near)
        return scaled

    def heard(self, scored: Scored, per_source: int | None = None) -> Iterator[tuple[int, Found]]:
        """The places of the candidates that become hits, each with its copies: see ``voices.heard``."""
        documents = self.generation.passages[:, DOCUMENT]
        return voices.heard(scored.rows, scored.others, self.generation.copies, documents, per_source)

    # answering ------------------------------------------------------------------------------------------------

    def _answer(self, one: Query, scored: Scored, k: int, by: By, where: Filter, per_source: int | None) -> Answer:
        manifest, documents = self.generation.manifest, self.generation.passages[:, DOCUMENT]
        words = self.generation.words
        shown = list(islice(self.heard(scored, per_source), k))
        source = cache(self.store.source)
        hits = tuple(
            self.hit(rank, place, found, self.passage(scored, place)[1], scored, one, source)
            for rank, (place, found) in enumerate(shown, 1)
        )
        groups = ([documents[scored.rows[place]], *documents[found.rows]] for place, found in shown)
        usual = asdict(Filter())
        settings = {
            "by": by.value,
            "k": k,
            "weights": dict(zip(("dense", "words", "sentence", "feedback"), WEIGHTS[by], strict=True)),
            "candidates": CANDIDATES,
            "per_source": per_source,
            "filter": {name: value for name, value in asdict(where).items() if value != usual[name]},
        }
        sure = confidence.label(scored.evidence) if scored.evidence is not None else Confidence.NONE
        return Answer(
            *(one.text, sure, manifest.generation, manifest.model, settings, hits, scored.evidence),
            *voices.counted(groups),
            absent=tuple(word for word in dict.fromkeys(WORD.findall(one.meaning)) if words.times(word) == 0),
        )

    def passage(self, scored: Scored, place: int) -> tuple[int, Passage]:
        """The number of a candidate's document, and the candidate. Raises LibraryError when it is gone."""
        return self.store.passage(int(self.generation.passages[scored.rows[place], NUMBER]))

    def hit(
        self,
        rank: int,
        place: int,
        found: Found,
        passage: Passage,
        scored: Scored,
        one: Query,
        source: Callable[[int], Source],
    ) -> Hit:
        """The candidate at a place, with its copies. ``source``: by the number of its document."""
        document = int(self.generation.passages[scored.rows[place], DOCUMENT])
        parts = Parts(*(round(float(value), 6) for value in scored.parts[place]))
        sentence = int(scored.sentences[place])
        earliest, copies = self._copies(source(document), found, source)
        return Hit(
            rank=rank,
            score=round(float(scored.scores[place]), 6),
            confidence=confidence.label(parts.evidence),
            passage=passage,
            source=source(document),
            parts=parts,
            key_sentence=None if sentence < 0 else self.generation.sentence(sentence),
            marks=queries.matches(one, passage.text, passage.span.start),
            copies=copies,
            earliest=earliest,
        )

    def _copies(self, own: Source, found: Found, source: Callable[[int], Source]) -> tuple[bool, tuple[Copy, ...]]:
        """Where a passage stands elsewhere, the oldest first, and whether none of them is older than its own source."""
        if not len(found.rows):
            return False, ()
        documents, first, last = voices.runs(found, self.generation.passages[:, DOCUMENT])
        others = [source(document) for document in documents.tolist()]
        mine, *theirs = voices.earliest([own.published, *(other.published for other in others)])
        starts, ends = self.generation.sentences(first)[:, 0], self.generation.sentences(last)[:, 1]
        spans = map(Span, starts.tolist(), ends.tolist())
        copies = [Copy(*one) for one in zip(others, spans, theirs, strict=True)]
        copies.sort(key=lambda one: (not one.source.published, one.source.published or "", one.source.id, one.span))
        return mine, tuple(copies)
