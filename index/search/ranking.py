"""Ranks passages: two rankers propose candidates under one filter, and one weighted sum scores them, in which the best
sentence and the likeness to the best candidates count too."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.search import confidence, folding, sentences
from index.search.query import Makers, Query
from index.snapshot.engine import NONE, Places, Scope, SearchEngine
from index.types import By, Floats, Numbers, Parts, Span

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
    """Candidates of one query, best first. ``passages``: their numbers; ``places``: where they stand. ``parts``: shape
    (n, 8), columns as the fields of ``types.Parts``. ``signals``: shape (n, 3), see ``confidence.signals``.
    ``weights``: of the query's words, by stem; ``unknown``: the share of them, by weight, that occur nowhere.
    ``others``: for each of the first ``folding.AHEAD``, passages that may be its copies. ``vector``: the query's.
    ``answers``: the reader's opinions of sentences, by their spans and the numbers of their passages."""

    passages: Numbers
    places: Places
    scores: Floats
    parts: NDArray[np.float64]
    signals: NDArray[np.float64]
    weights: Mapping[str, float]
    unknown: float
    others: Sequence[Numbers]
    vector: Floats
    answers: Mapping[int, Mapping[Span, float]] = field(default_factory=dict)

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

    def __init__(self, generation: SearchEngine, embedder: Embedder) -> None:
        self._generation, self._embedder = generation, embedder
        self._baseline = confidence.baseline(generation.manifest.null)
        # a question put to each of many sources is embedded once
        self._embedded = lru_cache(maxsize=16)(lambda subject: embedder.encode_queries([subject]))
        # BM25 releases Python's lock, so it runs in parallel with the model and the scan
        self._bm25_pool = ThreadPoolExecutor(2, "bm25")

    def rank(self, queries: Sequence[Query], by: By, documents: Numbers | None) -> Iterator[ScoredCandidates]:
        """All candidates of each query, in order."""
        for first in range(0, len(queries), _BATCH):
            batch = queries[first : first + _BATCH]
            bm25_futures = [self._bm25_pool.submit(self._bm25_candidates, query, by, documents) for query in batch]
            vectors = self._vectors(batch)
            dense = self._dense_candidates(batch, vectors, by, documents)
            for query, vector, passages, bm25 in zip(batch, vectors, dense, bm25_futures, strict=True):
                yield self._score_with_refill(query, vector, passages, bm25.result(), by, documents)

    def rank_by_one(self, query: Query, by: By, k: int, documents: Numbers | None) -> Numbers:
        """The first ``k`` passages by one ranker alone, best first; ``by`` is *meaning* or *words*."""
        if by is By.WORDS:
            bm25 = self._generation.words.top(query.terms, k, None if documents is None else documents.tolist())
            return np.array([number for number, _ in bm25], np.int64)
        return self._generation.nearest([(self._vectors([query])[0], Scope(documents, terms=query.terms))], k)[0]

    def _vectors(self, batch: Sequence[Query]) -> Floats:
        """The vector of each query: its meaning embedded, or that of its passage."""
        vectors = np.empty((len(batch), self._embedder.dimension), np.float32)
        typed = [position for position, query in enumerate(batch) if query.passage is None]
        if len(typed) == 1:
            vectors[typed] = self._embedded(batch[typed[0]].subject)
        elif typed:
            vectors[typed] = self._embedder.encode_queries([batch[position].subject for position in typed])
        for position, query in enumerate(batch):
            if query.passage is not None:
                vectors[position] = self._generation.vectors_of(np.array([query.passage]))[0]
        return vectors

    # candidates -----------------------------------------------------------------------------------------------

    def _bm25_candidates(self, query: Query, by: By, documents: Numbers | None, without: Numbers = NONE) -> Bm25Scores:
        """The passages that BM25 proposes, none of the documents ``without``."""
        if by is By.MEANING:
            return []
        words, excluded = self._generation.words, without.tolist()
        best = words.top(query.terms, CANDIDATES, None if documents is None else documents.tolist(), excluded)
        if query.makers is None:
            return best
        own = _made(query.makers, documents).tolist()
        return list(dict([*best, *words.top(query.terms, CANDIDATES, own, excluded)]).items())

    def _dense_candidates(
        self, batch: Sequence[Query], vectors: Floats, by: By, documents: Numbers | None, without: Numbers = NONE
    ) -> list[Numbers]:
        """The nearest passages for each query, which may be repeated; queries without conditions share one scan."""
        if by is By.WORDS:
            return [NONE] * len(batch)
        unconditional, owners, searches = Scope(documents, without), [], []
        for position, query in enumerate(batch):
            conditional = Scope(documents, without, query.terms)
            scopes = [conditional if query.terms.conditions else unconditional]
            if query.makers is not None:
                scopes.append(Scope(_made(query.makers, documents), without, query.terms))
            searches += [(vectors[position], scope) for scope in scopes]
            owners += [position] * len(scopes)
        candidates: list[Numbers] = [NONE] * len(batch)
        for position, passages in zip(owners, self._generation.nearest(searches, CANDIDATES), strict=True):
            candidates[position] = np.append(candidates[position], passages)
        return candidates

    def _score_with_refill(
        self, query: Query, vector: Floats, dense: Numbers, bm25: Bm25Scores, by: By, documents: Numbers | None
    ) -> ScoredCandidates:
        """The scored candidates. If documents that copy the best ones crowd out all others, as many candidates again
        are fetched from outside these documents."""
        scored = self._score(query, vector, dense, bm25, by)
        crowd = folding.crowding_documents(scored.passages, scored.places, scored.others, self._generation)
        if crowd is None:
            return scored
        worded = self._bm25_pool.submit(self._bm25_candidates, query, by, documents, crowd)
        (more,) = self._dense_candidates([query], vector[None], by, documents, crowd)
        return self._score(query, vector, np.append(dense, more), [*bm25, *worded.result()], by)

    # scores ---------------------------------------------------------------------------------------------------

    def _score(self, query: Query, vector: Floats, dense: Numbers, proposed: Bm25Scores, by: By) -> ScoredCandidates:
        """Unite the candidates of both rankers, compute all parts of each exactly, and order them."""
        generation = self._generation
        known = dict(proposed)
        passages = np.union1d(dense, np.fromiter(known, np.int64))
        stored = generation.candidates(passages, query.terms, known)
        places, cosines = stored.places, np.vecdot(stored.vectors, vector)
        sentence_cosines = sentences.best_cosines(stored.sentences, vector)
        scale = self._scale(vector, cosines)
        # a sentence can be nearer to the query than any passage: its scale reaches as far, or all the best would be 1
        sentence_scale = self._scale(vector, np.concatenate([cosines, sentence_cosines]))
        counted = stored.scores()
        bm25 = np.array([counted.get(number, 0.0) for number in passages.tolist()], np.float32)
        bm25_scores = _with_makers(query.makers, places.documents, bm25)
        words = bm25_scores / max(float(bm25_scores.max(initial=0.0)), 1e-9)
        weights, unknown = generation.words.weights(query.subject)
        nearest = np.where(stored.sentences.counts > 0, sentence_cosines, cosines)
        signals = confidence.signals(cosines, nearest, bm25, sum(weights.values()))
        evidence = confidence.evidence(signals, self._baseline, unknown)
        scaled = [scale(cosines), words, sentence_scale(sentence_cosines), np.zeros(len(passages))]
        parts = np.column_stack([*scaled, cosines, bm25_scores, evidence, np.full(len(passages), np.nan)])
        parts[:, _FEEDBACK] = self._feedback(stored.vectors, parts[:, _DIRECT] @ WEIGHTS[by][_DIRECT])
        scores = parts[:, _SCALED] @ WEIGHTS[by]
        order = np.lexsort((passages, places.starts, places.keys, -scores))
        passages = passages[order]
        others = generation.possible_copies(passages[: folding.AHEAD], passages)
        ordered = (places.at(order), scores[order].astype(np.float32), parts[order], signals[order])
        return ScoredCandidates(passages, *ordered, weights, unknown, others, vector)

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


def _made(makers: Makers, documents: Numbers | None) -> Numbers:
    """Those of the documents (all when None) whose maker a query names."""
    own = np.array(makers.documents, np.int64)
    return own if documents is None else np.intersect1d(own, documents)


def _with_makers(makers: Makers | None, documents: Numbers, bm25: Floats) -> Floats:
    """The BM25 of passages of these documents; a named author or publisher counts like a word that stands in each of
    their passages. Made after BM25 so that an edited author rebuilds nothing."""
    if makers is None:
        return bm25
    return (bm25 + np.isin(documents, makers.documents) * makers.weight).astype(np.float32)
