"""Ranks passages: two rankers propose candidates under one filter, and one weighted sum scores them, in which the best
sentence and the likeness to the best candidates count too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.search import confidence, folding
from index.search.query import Query
from index.snapshot.generation import Generation
from index.types import By, Floats, Mask, Parts, Rows

CANDIDATES = 200
"""Passages that each ranker proposes; independent of how many hits are wanted (50 and 500 rank equally well in
`python -m bench ablation`)."""

WEIGHTS = {
    By.BOTH: (0.23, 0.31, 0.23, 0.23),
    By.MEANING: (0.5, 0.0, 0.5, 0.0),
    By.WORDS: (0.0, 1.0, 0.0, 0.0),
}
"""Weights of dense, words, sentence and feedback; each row sums to 1 (chosen with `python -m bench ablation`)."""

READER_WEIGHT = 0.3
"""Weight of the reader's opinion in the score of a passage, beside the other parts together, where there is a reader.
Chosen on one half of squad_articles and covidqa_articles (docs/retrieval.md)."""

FEEDBACK = 3
"""Passages, the best by the first three parts, to whose mean vector all candidates are compared (pseudo-relevance
feedback after Rocchio, on vectors, among the candidates only; 1 and 10 rank no better in `python -m bench
ablation`)."""

SURE = 10
"""Best passages whose highest evidence is the answer's (a guess)."""

_BATCH = 256  # queries that are embedded and scanned together (a guess)

# columns of ``ScoredCandidates.parts``, in the order of the fields of ``Parts``
_RANKERS = slice(0, 2)  # dense, words
_DIRECT = slice(0, 3)  # dense, words, sentence
_FEEDBACK = 3
_SCALED = slice(0, 4)  # dense, words, sentence, feedback
_RAW = slice(4, 6)  # cosine, bm25
_EVIDENCE = 6
READER = 7
"""Column of the reader's opinion; NaN where it has not read the passage."""

Bm25Scores = list[tuple[int, float]]
"""Numbers of passages with their BM25, best first."""


@dataclass(frozen=True, slots=True)
class ScoredCandidates:
    """Candidates of one query, best first. ``rows``: in the generation. ``parts``: shape (n, 8), columns as the fields
    of ``types.Parts``. ``signals``: shape (n, 3), see ``confidence.signals``. ``weights``: of the query's words, by
    stem; ``unknown``: the share of them, by weight, that occur nowhere. ``others``: for each of the first
    ``folding.AHEAD``, rows that may be its copies. ``vector``: the query's."""

    rows: Rows
    scores: Floats
    parts: NDArray[np.float64]
    signals: NDArray[np.float64]
    weights: Mapping[str, float]
    unknown: float
    others: Sequence[Rows]
    vector: Floats

    @property
    def was_read(self) -> bool:
        """Whether the reader's opinion is part of the scores."""
        return not np.isnan(self.parts[:, READER]).all()

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
        """The highest evidence among the ``SURE`` best candidates; None without candidates."""
        best = self.evidences[:SURE]
        return float(best.max()) if len(best) else None

    def contributions(self, by: By) -> NDArray[np.float64]:
        """What meaning, words, best sentence, feedback and the reader add to the score of each, shape (n, 5)."""
        share = READER_WEIGHT if self.was_read else 0.0
        opinions = np.nan_to_num(self.parts[:, READER])
        return np.column_stack([(1 - share) * self.scaled_parts * WEIGHTS[by], share * opinions])

    def parts_of(self, position: int) -> Parts:
        """The parts of the score of the candidate at ``position``."""
        values = [round(float(value), 6) for value in self.parts[position]]
        known = Parts(*values[:READER])
        return known if math.isnan(values[READER]) else replace(known, reader=values[READER])

    def ranker_scores(self, by: By) -> NDArray[np.float64]:
        """Scores by the two rankers alone, without sentence and feedback, shape (n,)."""
        scores: NDArray[np.float64] = self.parts[:, _RANKERS] @ WEIGHTS[by][_RANKERS]
        return scores


class Ranker:
    """Ranks the passages of one generation. The parameter ``documents`` always holds the numbers of the admitted
    documents, or None when all are. Safe to share between threads."""

    def __init__(self, generation: Generation, embedder: Embedder) -> None:
        self._generation, self._embedder = generation, embedder
        self._baseline = confidence.baseline(generation.manifest.null)
        # BM25 releases Python's lock, so it runs in parallel with the model, the scan and the sentences
        self._bm25_pool = ThreadPoolExecutor(2, "bm25")

    def rank(self, queries: Sequence[Query], by: By, documents: Rows | None) -> Iterator[ScoredCandidates]:
        """All candidates of each query, in order."""
        mask = self._mask(documents)
        for first in range(0, len(queries), _BATCH):
            batch = queries[first : first + _BATCH]
            bm25_futures = [self._bm25_pool.submit(self._bm25_candidates, query, by, documents) for query in batch]
            vectors = self._vectors(batch)
            dense = self._dense_candidates(batch, vectors, by, mask)
            for query, vector, rows, bm25 in zip(batch, vectors, dense, bm25_futures, strict=True):
                yield self._score_with_refill(query, vector, rows, bm25.result(), by, documents)

    def rank_by_one(self, query: Query, by: By, k: int, documents: Rows | None) -> Rows:
        """The first ``k`` rows by one ranker alone, best first; ``by`` is *meaning* or *words*."""
        if by is By.WORDS:
            bm25 = self._generation.words.top(query.terms, k, None if documents is None else documents.tolist())
            return self._generation.rows(np.array([number for number, _ in bm25], np.int64))
        mask = self._with_conditions(query, self._mask(documents))
        return self._generation.vectors.search(self._vectors([query]), k, mask)[0][0]

    # vectors and masks ----------------------------------------------------------------------------------------

    def _vectors(self, batch: Sequence[Query]) -> Floats:
        """The vector of each query: its meaning embedded, or that of its passage."""
        vectors = np.empty((len(batch), self._embedder.dimension), np.float32)
        typed = [position for position, query in enumerate(batch) if query.passage is None]
        if typed:
            vectors[typed] = self._embedder.encode_queries([batch[position].subject for position in typed])
        for position, query in enumerate(batch):
            if query.passage is not None:
                row = self._generation.rows(np.array([query.passage]))
                vectors[position] = self._generation.vectors.gather(row)[0]
        return vectors

    def _mask(self, documents: Rows | None) -> Mask | None:
        """The generation's mask, narrowed to passages of these documents."""
        mask = self._generation.mask
        if documents is None:
            return mask
        admitted = np.isin(self._generation.passages.documents, documents)
        return admitted if mask is None else admitted & mask

    def _with_conditions(self, query: Query, mask: Mask | None) -> Mask | None:
        """The mask, narrowed to passages that contain the query's phrases and none of its excluded words."""
        if not query.terms.conditions:
            return mask
        admitted = np.zeros(len(self._generation.passages), np.bool_)
        admitted[self._generation.rows(self._generation.words.admitted(query.terms))] = True
        return admitted if mask is None else admitted & mask

    # candidates -----------------------------------------------------------------------------------------------

    def _bm25_candidates(self, query: Query, by: By, documents: Rows | None, without: Rows | None = None) -> Bm25Scores:
        """The passages that BM25 proposes, none of the documents ``without``."""
        if by is By.MEANING:
            return []
        admitted = None if documents is None else documents.tolist()
        excluded = () if without is None else without.tolist()
        best = self._generation.words.top(query.terms, CANDIDATES, admitted, excluded)
        if query.makers is None:
            return best
        own = [number for number in query.makers.documents if admitted is None or number in set(admitted)]
        return list(dict([*best, *self._generation.words.top(query.terms, CANDIDATES, own, excluded)]).items())

    def _dense_candidates(self, batch: Sequence[Query], vectors: Floats, by: By, mask: Mask | None) -> list[Rows]:
        """Rows of the nearest passages for each query; queries without conditions share one scan."""
        candidates: list[Rows] = [np.empty(0, np.int64)] * len(batch)
        if by is By.WORDS:
            return candidates
        unconditional = [position for position, query in enumerate(batch) if not query.terms.conditions]
        if unconditional:
            results = self._generation.vectors.search(vectors[unconditional], CANDIDATES, mask)
            for position, (rows, _) in zip(unconditional, results, strict=True):
                candidates[position] = rows
        for position, query in enumerate(batch):
            if query.terms.conditions:
                narrowed = self._with_conditions(query, mask)
                vector = vectors[position : position + 1]
                candidates[position] = self._generation.vectors.search(vector, CANDIDATES, narrowed)[0][0]
            if query.makers is not None:
                own = self._made(query, self._with_conditions(query, mask))
                nearest = self._generation.vectors.search(vectors[position : position + 1], CANDIDATES, own)[0][0]
                candidates[position] = np.union1d(candidates[position], nearest)
        return candidates

    def _made(self, query: Query, mask: Mask | None) -> Mask:
        """The mask, narrowed to passages of the documents whose maker the query names."""
        documents = () if query.makers is None else query.makers.documents
        made = np.isin(self._generation.passages.documents, documents)
        return made if mask is None else made & mask

    def _score_with_refill(
        self, query: Query, vector: Floats, dense: Rows, bm25: Bm25Scores, by: By, documents: Rows | None
    ) -> ScoredCandidates:
        """The scored candidates. If documents that copy the best ones crowd out all others, as many candidates again
        are fetched from outside these documents."""
        scored = self._score(query, vector, dense, bm25, by)
        crowd = folding.crowding_documents(scored.rows, scored.others, self._generation.passages.documents)
        if crowd is None:
            return scored
        mask = self._mask(documents)
        outside = ~np.isin(self._generation.passages.documents, crowd)
        (more,) = self._dense_candidates([query], vector[None], by, outside if mask is None else outside & mask)
        bm25 = [*bm25, *self._bm25_candidates(query, by, documents, crowd)]
        return self._score(query, vector, np.union1d(dense, more), bm25, by)

    # scores ---------------------------------------------------------------------------------------------------

    def _score(self, query: Query, vector: Floats, dense: Rows, proposed: Bm25Scores, by: By) -> ScoredCandidates:
        """Unite the candidates of both rankers, compute all parts of each exactly, and order them."""
        generation = self._generation
        rows, bm25_future = self._united(query, dense, proposed)
        vectors = generation.vectors.gather(rows)
        sentences, sentence_cosines = generation.best_sentences(rows, vector)
        scale = self._scale(vector, cosines := np.vecdot(vectors, vector))
        # a sentence can be nearer to the query than any passage: its scale reaches as far, or all the best would be 1
        sentence_scale = self._scale(vector, np.concatenate([cosines, sentence_cosines]))
        bm25 = bm25_future.result()
        bm25_scores = self._with_makers(query, rows, bm25)
        words = bm25_scores / max(float(bm25_scores.max(initial=0.0)), 1e-9)
        weights, unknown = generation.words.weights(query.subject)
        nearest = np.where(sentences < 0, cosines, sentence_cosines)
        signals = confidence.signals(cosines, nearest, bm25, sum(weights.values()))
        evidence = confidence.evidence(signals, self._baseline, unknown)
        scaled = [scale(cosines), words, sentence_scale(sentence_cosines), np.zeros(len(rows))]
        parts = np.column_stack([*scaled, cosines, bm25_scores, evidence, np.full(len(rows), np.nan)])
        parts[:, _FEEDBACK] = self._feedback(vectors, parts[:, _DIRECT] @ WEIGHTS[by][_DIRECT])
        scores = parts[:, _SCALED] @ WEIGHTS[by]
        order = np.lexsort((rows, generation.passages.starts[rows], generation.keys[rows], -scores))
        rows = rows[order]
        others = generation.copies.proposed(rows[: folding.AHEAD], rows) if len(rows) else []
        ordered = (parts[order], signals[order])
        return ScoredCandidates(rows, scores[order].astype(np.float32), *ordered, weights, unknown, others, vector)

    def _with_makers(self, query: Query, rows: Rows, bm25: Floats) -> Floats:
        """The BM25 of the rows; a named author or publisher counts like a word that stands in each of their passages.
        Made after BM25 so that an edited author rebuilds nothing."""
        if query.makers is None:
            return bm25
        made = np.isin(self._generation.passages.documents[rows], query.makers.documents)
        return (bm25 + made * query.makers.weight).astype(np.float32)

    def _united(self, query: Query, dense: Rows, bm25: Bm25Scores) -> tuple[Rows, Future[Floats]]:
        """The rows of all candidates, rising, and their BM25 scores, computed where BM25 did not propose the row."""
        generation, scores = self._generation, dict(bm25)
        rows = np.union1d(dense, generation.rows(np.fromiter(scores, np.int64)))
        if generation.mask is not None:
            rows = rows[generation.mask[rows]]
        numbers = generation.passages.numbers[rows].tolist()

        def complete() -> Floats:
            scores.update(generation.words.scores(query.terms, [number for number in numbers if number not in scores]))
            return np.array([scores.get(number, 0.0) for number in numbers], np.float32)

        return rows, self._bm25_pool.submit(complete)

    def _scale(self, vector: Floats, cosines: Floats) -> Callable[[Any], Any]:
        """A function from cosines to 0–1: 0 at the lowest of the sample's passages, 1 at the highest of ``cosines``,
        clipped."""
        low = float(np.vecdot(self._generation.sample, vector).min(initial=1.0))
        high = float(cosines.max(initial=-1.0))
        if high <= low:
            return np.ones_like
        return lambda values: np.clip((values - low) / (high - low), 0.0, 1.0)

    def _feedback(self, vectors: Floats, scores: NDArray[np.float64]) -> Floats:
        """The cosine of each candidate to the mean of the best ones, weighted by their scores, scaled to 0–1."""
        best = np.argsort(-scores, kind="stable")[:FEEDBACK]
        mean = scores[best].astype(np.float32) @ vectors[best]
        mean /= max(float(np.linalg.norm(mean)), 1e-9)
        cosines = np.vecdot(vectors, mean)
        scaled: Floats = self._scale(mean, cosines)(cosines)
        return scaled
