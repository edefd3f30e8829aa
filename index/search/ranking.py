"""From questions to scored candidates: two rankers under one filter, one fusion, rescoring by the best sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.search import confidence, folding
from index.search.query import Query
from index.snapshot.generation import Generation
from index.types import By, Floats, Mask, Rows

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

# columns of ``ScoredCandidates.parts``, which has those of ``Parts``
_RANKERS = slice(0, 2)  # dense, words
_DIRECT = slice(0, 3)  # these and sentence
_FEEDBACK = 3
_SCALED = slice(0, 4)  # all of these
_RAW = slice(4, 6)  # cosine, bm25
_EVIDENCE = 6

Bm25Scores = list[tuple[int, float]]


@dataclass(frozen=True, slots=True)
class ScoredCandidates:
    """Candidates of one query, best first: rows of the generation, their scores, the parts of these (columns as the
    fields of ``Parts``), the row of each one's best sentence (-1: it has none), what speaks for it (columns as in
    ``confidence.signals``), the share of the query that stands nowhere, for the first, rows that may be copies, and the
    query's vector."""

    rows: Rows
    scores: Floats
    parts: NDArray[np.float64]
    sentences: Rows
    signals: NDArray[np.float64]
    unknown: float
    others: Sequence[Rows]
    vector: Floats

    @property
    def scaled_parts(self) -> NDArray[np.float64]:
        """Dense, words, sentence and feedback of each candidate, 0–1, shape (n, 4)."""
        return self.parts[:, _SCALED]

    @property
    def raw_parts(self) -> NDArray[np.float64]:
        """Cosine and BM25 of each candidate, shape (n, 2)."""
        return self.parts[:, _RAW]

    @property
    def evidences(self) -> NDArray[np.float64]:
        """The evidence for each candidate, shape (n,)."""
        return self.parts[:, _EVIDENCE]

    @property
    def evidence(self) -> float | None:
        """The most that speaks for one of the best passages."""
        best = self.evidences[:SURE]
        return float(best.max()) if len(best) else None

    def ranker_scores(self, by: By) -> NDArray[np.float64]:
        """What each candidate scores by the two rankers alone, before sentences and feedback count."""
        scores: NDArray[np.float64] = self.parts[:, _RANKERS] @ WEIGHTS[by][_RANKERS]
        return scores


class Ranker:
    """Ranks the passages of one generation. ``documents``, wherever it is asked for: the numbers of those that are
    admitted, None when all are. Safe to share between threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self._generation, self._embedder = generation, embedder
        self._baseline = confidence.baseline(generation.manifest.null)
        # BM25 works without Python's lock: beside the model, the scan and the sentences
        self._beside = ThreadPoolExecutor(2, "bm25")

    def rank(self, asked: Sequence[Query], by: By, documents: Rows | None) -> Iterator[ScoredCandidates]:
        """All candidates of each query, in order."""
        mask = self._mask(documents)
        for first in range(0, len(asked), _BATCH):
            batch = asked[first : first + _BATCH]
            worded = [self._beside.submit(self._bm25_candidates, one, by, documents) for one in batch]
            vectors = self._vectors(batch)
            dense = self._dense_candidates(batch, vectors, by, mask)
            for one, vector, near, words in zip(batch, vectors, dense, worded, strict=True):
                yield self._score_with_refill(one, vector, near, words.result(), by, documents)

    def rank_by_one(self, one: Query, by: By, k: int, documents: Rows | None) -> Rows:
        """The rows that one ranker alone puts first, best first; ``by`` is *meaning* or *words*."""
        if by is By.WORDS:
            found = self._generation.words.top(one.terms, k, None if documents is None else documents.tolist())
            return self._generation.rows(np.array([number for number, _ in found], np.int64))
        mask = self._with_conditions(one, self._mask(documents))
        return self._generation.vectors.search(self._vectors([one]), k, mask)[0][0]

    # what is asked --------------------------------------------------------------------------------------------

    def _vectors(self, batch: Sequence[Query]) -> Floats:
        vectors = np.empty((len(batch), self._embedder.dimension), np.float32)
        asked = [place for place, one in enumerate(batch) if one.passage is None]
        if asked:
            vectors[asked] = self._embedder.encode_queries([batch[place].meaning for place in asked])
        for place, one in enumerate(batch):
            if one.passage is not None:
                vectors[place] = self._generation.vectors.gather(self._generation.rows(np.array([one.passage])))[0]
        return vectors

    def _mask(self, documents: Rows | None) -> Mask | None:
        mask = self._generation.mask
        if documents is None:
            return mask
        chosen = np.isin(self._generation.passages.documents, documents)
        return chosen if mask is None else chosen & mask

    def _with_conditions(self, one: Query, mask: Mask | None) -> Mask | None:
        """The mask, narrowed to passages that hold the query's phrases and none of its excluded words."""
        if not one.terms.conditions:
            return mask
        chosen = np.zeros(len(self._generation.passages), np.bool_)
        chosen[self._generation.rows(self._generation.words.admitted(one.terms))] = True
        return chosen if mask is None else chosen & mask

    # candidates -----------------------------------------------------------------------------------------------

    def _bm25_candidates(self, one: Query, by: By, documents: Rows | None, without: Rows | None = None) -> Bm25Scores:
        """What BM25 puts forward."""
        if by is By.MEANING:
            return []
        admitted = None if documents is None else documents.tolist()
        return self._generation.words.top(one.terms, CANDIDATES, admitted, () if without is None else without.tolist())

    def _dense_candidates(self, batch: Sequence[Query], vectors: Floats, by: By, mask: Mask | None) -> list[Rows]:
        """Rows of the nearest passages for each query; queries without conditions of their own share one scan."""
        found: list[Rows] = [np.empty(0, np.int64)] * len(batch)
        if by is By.WORDS:
            return found
        plain = [place for place, one in enumerate(batch) if not one.terms.conditions]
        if plain:
            shared = self._generation.vectors.search(vectors[plain], CANDIDATES, mask)
            for place, (rows, _) in zip(plain, shared, strict=True):
                found[place] = rows
        for place, one in enumerate(batch):
            if one.terms.conditions:
                own = self._with_conditions(one, mask)
                found[place] = self._generation.vectors.search(vectors[place : place + 1], CANDIDATES, own)[0][0]
        return found

    def _score_with_refill(
        self, one: Query, vector: Floats, dense: Rows, worded: Bm25Scores, by: By, documents: Rows | None
    ) -> ScoredCandidates:
        """The candidates; again, with as many from outside, when a crowd of documents that copy the best keeps all
        others out."""
        scored = self._score(one, vector, dense, worded, by)
        crowd = folding.crowding_documents(scored.rows, scored.others, self._generation.passages.documents)
        if crowd is None:
            return scored
        mask = self._mask(documents)
        outside = ~np.isin(self._generation.passages.documents, crowd)
        (more,) = self._dense_candidates([one], vector[None], by, outside if mask is None else outside & mask)
        worded = [*worded, *self._bm25_candidates(one, by, documents, crowd)]
        return self._score(one, vector, np.union1d(dense, more), worded, by)

    # scores ---------------------------------------------------------------------------------------------------

    def _score(self, one: Query, vector: Floats, dense: Rows, worded: Bm25Scores, by: By) -> ScoredCandidates:
        """Unite both rankers' candidates, give each all its parts exactly, and order them."""
        generation = self._generation
        rows, lexical = self._united(one, dense, worded)
        vectors = generation.vectors.gather(rows)
        sentences, nearest = generation.best_sentences(rows, vector)
        scale = self._scale(vector, cosine := np.vecdot(vectors, vector))
        # a sentence alone comes nearer to a query than a passage: its scale must reach as far, or the best are all 1
        further = self._scale(vector, np.concatenate([cosine, nearest]))
        bm25 = lexical.result()
        words = bm25 / max(float(bm25.max(initial=0.0)), 1e-9)
        weight, unknown = generation.words.weight(one.terms)
        signals = confidence.signals(cosine, np.where(sentences < 0, cosine, nearest), bm25, weight)
        evidence = confidence.evidence(signals, self._baseline, unknown)
        worth = [scale(cosine), words, further(nearest), np.zeros(len(rows))]
        parts = np.column_stack([*worth, cosine, bm25, evidence])
        parts[:, _FEEDBACK] = self._feedback(vectors, parts[:, _DIRECT] @ WEIGHTS[by][_DIRECT])
        score = parts[:, _SCALED] @ WEIGHTS[by]
        order = np.lexsort((rows, -score))
        rows = rows[order]
        others = generation.copies.proposed(rows[: folding.AHEAD], rows) if len(rows) else []
        ordered = (parts[order], sentences[order], signals[order])
        return ScoredCandidates(rows, score[order].astype(np.float32), *ordered, unknown, others, vector)

    def _united(self, one: Query, dense: Rows, worded: Bm25Scores) -> tuple[Rows, Future[Floats]]:
        """The rows of all candidates, rising, and the BM25 of each, fetched where a ranker did not put it forward."""
        generation, bm25 = self._generation, dict(worded)
        rows = np.union1d(dense, generation.rows(np.fromiter(bm25, np.int64)))
        if generation.mask is not None:
            rows = rows[generation.mask[rows]]
        numbers = generation.passages.numbers[rows].tolist()

        def complete() -> Floats:
            bm25.update(generation.words.scores(one.terms, [number for number in numbers if number not in bm25]))
            return np.array([bm25.get(number, 0.0) for number in numbers], np.float32)

        return rows, self._beside.submit(complete)

    def _scale(self, vector: Floats, cosines: Floats) -> Callable[[Any], Any]:
        """Cosines to 0–1: 0 at the farthest of the sample's passages, 1 at the best of ``cosines``; clipped."""
        low = float(np.vecdot(self._generation.sample, vector).min(initial=1.0))
        high = float(cosines.max(initial=-1.0))
        if high <= low:
            return np.ones_like
        return lambda some: np.clip((some - low) / (high - low), 0.0, 1.0)

    def _feedback(self, vectors: Floats, score: NDArray[np.float64]) -> Floats:
        """How near each candidate is to the mean of the best, weighted by their scores."""
        best = np.argsort(-score, kind="stable")[:FEEDBACK]
        mean = score[best].astype(np.float32) @ vectors[best]
        mean /= max(float(np.linalg.norm(mean)), 1e-9)
        near = np.vecdot(vectors, mean)
        scaled: Floats = self._scale(mean, near)(near)
        return scaled
