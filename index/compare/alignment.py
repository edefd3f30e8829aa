"""Which sentences of two texts state the same thing, judged by their meaning, their words and their neighbours.

A cosine alone is a poor guide: some sentences are near to everything (hubs), and in two texts on one theme most are. So
a pair is scored by three features: how much nearer its sentences are to each other than either is to the library and
to the other text at large; the words they share; and whether the sentences beside them match too. The last feature lets
the alignment follow the order of the texts where they have one, without forcing an order.

Few sentences have more than one partner: each sure pair must be among the best pairs of both its sentences. In two
texts that have enough sure pairs, which are of one event or closely related, pairs with less evidence are given too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Floats, Rows

Weights = Mapping[str, float]

NEIGHBOURS = 8
"""Sentences of the other text, the nearest, that each sentence may be paired with (a guess)."""

HUBS = 10
"""Passages of the library's sample, the nearest, that show how near a sentence is to anything at all (a guess)."""

# Log odds of "both state the same event", by the columns of ``features``. Fitted by: python -m bench compare --fit
WEIGHTS = np.array([1.97, 1.64, 3.17])
BIAS = -3.0

ALONE, STEEP = 0.5, 8.0
"""The first feature at which two sentences are as likely as not to state the same thing, whatever their words and
neighbours; and the log odds for each 1 beyond it (chosen on half of ecbplus and by reading lists of partners)."""

MIN_EVIDENCE = 0.0
"""Evidence, in log odds, from which two sentences are a sure pair: three of four such pairs of ecbplus are right."""

MARGIN = 2.5
"""Log odds by which a pair may fall short of the best pair of either sentence (chosen like ``ALONE``)."""

PARTNERS = 3
"""Partners that a sentence has at most: one sentence may be spread over several (a guess)."""

MIN_COSINE, MIN_SHARE = 0.3, 0.05
"""Below this cosine there is no pair. Below this share of common words, the first feature must reach ``ALONE`` (chosen
like ``ALONE``)."""

MAX_BASELINE = 0.75
"""Limit of the baseline cosine: on one theme two sentences may be this near by chance, but hardly nearer (a guess)."""

CLOSE_COSINE, CLOSE_WORDS = 0.6, 0.18
"""The first two features from which the sentences of a pair speak of one thing (chosen like ``ALONE``)."""

MIN_LOOSE_EVIDENCE, LOOSE_PARTNERS = -3.0, 6
"""Evidence from which two sentences of related texts may be on the same, though not surely, and the partners that a
sentence then has at most (chosen on half of ecbplus)."""

MIN_RELATED = 0.1
"""Share of the sentences of the shorter text that have a sure partner, from which two texts are closely related (a
guess)."""

_NEIGHBOUR_OFFSETS = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (1, 1), (1, 2), (2, 1), (2, 2))
_LIKELY_PARTNERS = 2  # nearest sentences that do not count as the crowd
_BLOCK = 1024  # rows for which a matrix of cosines is held at once
_TIE = np.float32(1e-5)  # of cosine, from one end of a text to the other: breaks ties by position


@dataclass(frozen=True, slots=True)
class SentenceSide:
    """The sentences of one text. ``vectors``: of length 1, shape (n, dimension); ``baseline``: each one's mean cosine
    to the library; ``words``: the weights of its words by their stems, 1 for a word that no passage has."""

    vectors: Floats
    baseline: Floats
    words: Sequence[Weights]

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of sentences by their positions, in order of the left text. ``evidence``: log odds; ``close``: both are the
    best partner of the other, and so near in meaning and words that a difference is about the same thing; ``sure``:
    whether both state the same thing rather than something on the same."""

    left: Rows
    right: Rows
    evidence: NDArray[np.float64]
    close: NDArray[np.bool_]
    sure: NDArray[np.bool_]


def baseline(vectors: Floats, sample: Floats) -> Floats:
    """Each sentence's mean cosine to its ``HUBS`` nearest passages of the library's sample; 0 without a sample."""
    k = min(HUBS, len(sample))
    if not k:
        return np.zeros(len(vectors), np.float32)
    means: Floats = np.partition(vectors @ sample.T, -k, axis=1)[:, -k:].mean(axis=1)
    return means


def align(left: SentenceSide, right: SentenceSide) -> Pairs:
    """The sure pairs: enough evidence, little less than the best pair of either sentence, and at most ``PARTNERS`` for
    a sentence. In related texts also those of ``MIN_LOOSE_EVIDENCE``."""
    rows, columns = candidates(left, right)
    cosine, share, values = features(left, right, rows, columns)
    evidence = np.maximum(values @ WEIGHTS + BIAS, (values[:, 0] - ALONE) * STEEP)
    evidence[(cosine < MIN_COSINE) | ((share < MIN_SHARE) & (values[:, 0] < ALONE))] = -np.inf
    best = np.maximum(_maxima(evidence, rows, len(left))[rows], _maxima(evidence, columns, len(right))[columns])
    good = np.flatnonzero((evidence >= MIN_EVIDENCE) & (evidence >= best - MARGIN))
    sure = good[_limit_partners(rows[good], columns[good], evidence[good], PARTNERS)]
    chosen = np.union1d(sure, _loose(rows, columns, evidence, sure, min(len(left), len(right))))
    close = (evidence >= best) & (values[:, 0] >= CLOSE_COSINE) & (values[:, 1] >= CLOSE_WORDS)
    close &= np.isin(np.arange(len(rows)), sure)
    return Pairs(rows[chosen], columns[chosen], evidence[chosen], close[chosen], np.isin(chosen, sure))


def _loose(rows: Rows, columns: Rows, evidence: NDArray[np.float64], sure: Rows, shorter: int) -> Rows:
    """The indices of pairs on the same thing, sure or not; none unless the texts are related. ``shorter``: sentences of
    the shorter text."""
    paired = min(len(np.unique(rows[sure])), len(np.unique(columns[sure])))
    if paired < max(1, MIN_RELATED * shorter):
        return np.empty(0, np.int64)
    likely = np.flatnonzero(evidence >= MIN_LOOSE_EVIDENCE)
    return likely[_limit_partners(rows[likely], columns[likely], evidence[likely], LOOSE_PARTNERS)]


def _limit_partners(rows: Rows, columns: Rows, evidence: NDArray[np.float64], most: int) -> Rows:
    """The indices of the pairs to keep, rising: the strongest first, until a sentence has ``most``. Of equally strong
    pairs those at similar positions come first."""
    partners: Counter[tuple[int, int]] = Counter()
    chosen = []
    for pair in np.lexsort((rows + columns, np.abs(rows - columns), -evidence)).tolist():
        ends = (0, int(rows[pair])), (1, int(columns[pair]))
        if max(partners[end] for end in ends) < most:
            partners.update(ends)
            chosen.append(pair)
    return np.array(sorted(chosen), np.int64)


def candidates(left: SentenceSide, right: SentenceSide) -> tuple[Rows, Rows]:
    """The positions, left and right, of all pairs of which one sentence is among the nearest of the other, in order."""
    if not len(left) or not len(right):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    forward, backward = _nearest(left.vectors, right.vectors), _nearest(right.vectors, left.vectors)
    # each pair as one number: row * width + column
    numbers = np.arange(len(left))[:, None] * len(right) + forward
    reverse_numbers = backward * len(right) + np.arange(len(right))[:, None]
    rows, columns = np.divmod(np.union1d(numbers, reverse_numbers), len(right))
    return rows, columns


def _nearest(vectors: Floats, targets: Floats) -> Rows:
    """The positions of each vector's nearest targets, shape (n, ≤ NEIGHBOURS). Of equally near ones those at a similar
    position in their text win."""
    k = min(NEIGHBOURS, len(targets))
    target_positions = np.linspace(0, 1, len(targets), dtype=np.float32)
    nearest = []
    for start in range(0, len(vectors), _BLOCK):
        block = vectors[start : start + _BLOCK]
        positions = np.linspace(0, 1, len(vectors), dtype=np.float32)[start : start + _BLOCK]
        distance = _TIE * np.abs(positions[:, None] - target_positions) - block @ targets.T
        nearest.append(np.argpartition(distance, k - 1, axis=1)[:, :k])
    return np.concatenate(nearest)


def features(
    left: SentenceSide, right: SentenceSide, rows: Rows, columns: Rows
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """The cosine of each pair, the share of words that both have, and its features, shape (n, 3): how far the cosine
    has come from the baseline (0) to identity (1); the root of the weight of the common words; and how much nearer than
    their baseline the neighbouring sentences are."""
    cosine = _cosines(left, right, rows, columns)
    share, shared = _common_words(left.words, right.words, rows, columns)
    baselines = (
        np.maximum(left.baseline, _crowd(left, right))[rows],
        np.maximum(right.baseline, _crowd(right, left))[columns],
    )
    mean = np.minimum((baselines[0] + baselines[1]) / 2, MAX_BASELINE)
    values = (cosine - mean) / (1 - mean), np.sqrt(shared), _support(left, right, rows, columns)
    return cosine, share, np.column_stack(values)


def _crowd(side: SentenceSide, opposite: SentenceSide) -> Floats:
    """Each sentence's mean cosine to its nearest sentences of the other text without the two nearest; -1 where there
    are no others."""
    k = min(NEIGHBOURS, len(opposite))
    crowd = np.full(len(side), -1, np.float32)
    if k > _LIKELY_PARTNERS:
        for start in range(0, len(side), _BLOCK):
            nearest = np.partition(side.vectors[start : start + _BLOCK] @ opposite.vectors.T, -k, axis=1)[:, -k:]
            crowd[start : start + _BLOCK] = np.sort(nearest, axis=1)[:, :-_LIKELY_PARTNERS].mean(axis=1)
    return crowd


def _cosines(left: SentenceSide, right: SentenceSide, rows: Rows, columns: Rows) -> NDArray[np.float64]:
    cosines = np.empty(len(rows))
    for start in range(0, len(rows), _BLOCK):
        block = slice(start, start + _BLOCK)
        cosines[block] = np.einsum("ij,ij->i", left.vectors[rows[block]], right.vectors[columns[block]])
    return cosines


def _maxima(values: NDArray[np.float64], groups: Rows, count: int) -> NDArray[np.float64]:
    """The greatest value of each of ``count`` groups; -inf for an empty one."""
    maxima = np.full(count, -np.inf)
    np.maximum.at(maxima, groups, values)
    return maxima


def _common_words(
    left: Sequence[Weights], right: Sequence[Weights], rows: Rows, columns: Rows
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The cosine of each pair's weighted words, and the total weight of the words that both have."""
    lengths = [np.array([sum(weight**2 for weight in words.values()) for words in side]) for side in (left, right)]
    squares, shared = np.zeros(len(rows)), np.zeros(len(rows))
    for pair, (a, b) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        weights = [left[a][word] for word in left[a].keys() & right[b].keys()]
        squares[pair], shared[pair] = sum(weight**2 for weight in weights), sum(weights)
    return squares / np.sqrt(np.maximum(lengths[0][rows] * lengths[1][columns], 1e-9)), shared


def _support(left: SentenceSide, right: SentenceSide, rows: Rows, columns: Rows) -> NDArray[np.float64]:
    """For each pair the greatest amount by which a neighbour of its left sentence and the neighbour on the same side of
    its right sentence exceed their mean baseline; at least 0."""
    support = np.zeros(len(rows))
    for row_offset, column_offset in _NEIGHBOUR_OFFSETS:
        a, b = rows + row_offset, columns + column_offset
        inside = np.flatnonzero((a >= 0) & (a < len(left)) & (b >= 0) & (b < len(right)))
        a, b = a[inside], b[inside]
        excess = _cosines(left, right, a, b) - (left.baseline[a] + right.baseline[b]) / 2
        support[inside] = np.maximum(support[inside], excess)
    return support
