"""Which sentences of two texts tell of the same thing: by meaning, by their words, and by what stands around them.

A cosine alone says little: some sentences are near to everything (hubs), and in two texts on one theme most are. So a
pair counts by how much nearer its sentences are to each other than either is to the library and to the other text at
large, by the words that both have, and by whether the sentences beside them go together. The last lets the alignment
follow the order of the texts where they have one, and leaves it free where they have none.

Few sentences have more than one partner: each pair must be among the best of both its sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Floats, Rows

Weights = Mapping[str, float]

NEAREST = 8
"""Sentences of the other text that each sentence may be paired with."""

HUBS = 10
"""Passages of the library's sample, the nearest, that say how near a sentence is to anything at all."""

# Log odds of "both tell of the same event", by the columns of ``features``. Fitted by: python -m bench compare --fit
WEIGHTS = np.array([1.97, 1.64, 3.17])
BIAS = -3.0

ALONE, STEEP = 0.5, 8.0
"""How far two sentences have come from what is usual to being the same when they are as likely as not to tell of one
thing, whatever their words and wherever they stand; and log odds for each 1 beyond."""

LEAST = -1.0
"""Evidence that makes a pair."""

MARGIN = 2.5
"""Evidence by which a pair may stay behind the best of either of its sentences."""

PARTNERS = 3
"""Partners that a sentence has at most: one said in several."""

FAR, FLOOR = 0.3, 0.05
"""The cosine below which no pair is made, and the share of their words without which nearness alone must make it."""

MOST = 0.75
"""The cosine that is taken as usual at most: on one theme two sentences may be as near by chance, but hardly nearer."""

NEAR, SHARED = 0.6, 0.18
"""The cosine, and the share of their words by weight, from which two sentences speak of one thing."""

_BESIDE = ((-2, -2), (-2, -1), (-1, -2), (-1, -1), (1, 1), (1, 2), (2, 1), (2, 2))
_FEW = 2  # partners that say nothing of a crowd
_BLOCK = 1024
_TIE = np.float32(1e-5)  # of cosine, from one end of a text to the other


@dataclass(frozen=True, slots=True)
class SentenceSide:
    """The sentences of one text: unit vectors, shape (n, dimension); how near each is to the library at large; and the
    weights of its words by their stems, 1 for a word that no passage has."""

    vectors: Floats
    baseline: Floats
    words: Sequence[Weights]

    def __len__(self) -> int:
        return len(self.vectors)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs of sentences by their places, in order of the left text. ``evidence`` in log odds; ``close``: so near, in
    meaning and in words, and nearer than any other, that what differs in them differs about one thing."""

    left: Rows
    right: Rows
    evidence: NDArray[np.float64]
    close: NDArray[np.bool_]


def baseline(vectors: Floats, sample: Floats) -> Floats:
    """How near each sentence is to the passages of the library's sample that are nearest to it; 0 without a sample."""
    k = min(HUBS, len(sample))
    if not k:
        return np.zeros(len(vectors), np.float32)
    near: Floats = np.partition(vectors @ sample.T, -k, axis=1)[:, -k:].mean(axis=1)
    return near


def align(left: SentenceSide, right: SentenceSide) -> Pairs:
    """The pairs that tell of the same thing: of each sentence the best few, none far behind the best of both."""
    one, other = candidates(left, right)
    cosine, share, found = features(left, right, one, other)
    evidence = np.maximum(found @ WEIGHTS + BIAS, (found[:, 0] - ALONE) * STEEP)
    evidence[(cosine < FAR) | ((share < FLOOR) & (found[:, 0] < ALONE))] = -np.inf
    best = np.maximum(_most(evidence, one, len(left))[one], _most(evidence, other, len(right))[other])
    good = np.flatnonzero((evidence >= LEAST) & (evidence >= best - MARGIN))
    kept = good[_partners(one[good], other[good], evidence[good])]
    close = (evidence >= best) & (found[:, 0] >= NEAR) & (found[:, 1] >= SHARED)
    return Pairs(one[kept], other[kept], evidence[kept], close[kept])


def _partners(one: Rows, other: Rows, evidence: NDArray[np.float64]) -> Rows:
    """The places of the pairs that stay, in order, when the best come first and no sentence takes more than
    ``PARTNERS``. Of equals, those as far on in their text."""
    taken: Counter[tuple[int, int]] = Counter()
    kept = []
    for place in np.lexsort((one + other, np.abs(one - other), -evidence)).tolist():
        ends = (0, int(one[place])), (1, int(other[place]))
        if max(taken[end] for end in ends) < PARTNERS:
            taken.update(ends)
            kept.append(place)
    return np.array(sorted(kept), np.int64)


def candidates(left: SentenceSide, right: SentenceSide) -> tuple[Rows, Rows]:
    """The places of pairs of which one sentence is among the nearest of the other, in order."""
    if not len(left) or not len(right):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    there, back = _nearest(left.vectors, right.vectors), _nearest(right.vectors, left.vectors)
    # a pair is one number
    numbers = np.arange(len(left))[:, None] * len(right) + there
    turned = back * len(right) + np.arange(len(right))[:, None]
    one, other = np.divmod(np.union1d(numbers, turned), len(right))
    return one, other


def _nearest(these: Floats, those: Floats) -> Rows:
    """For each of these the places of the nearest of those, shape (n, ≤ NEAREST). Of equals, those as far on in their
    text come first."""
    k = min(NEAREST, len(those))
    far = np.linspace(0, 1, len(those), dtype=np.float32)
    found = []
    for start in range(0, len(these), _BLOCK):
        block = these[start : start + _BLOCK]
        along = np.linspace(0, 1, len(these), dtype=np.float32)[start : start + _BLOCK]
        distance = _TIE * np.abs(along[:, None] - far) - block @ those.T
        found.append(np.argpartition(distance, k - 1, axis=1)[:, :k])
    return np.concatenate(found)


def features(
    left: SentenceSide, right: SentenceSide, one: Rows, other: Rows
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Of each pair the cosine, the share of words that both have, and what speaks for it: how far it has come from what
    is usual to being the same; the root of the weight of the words that both have; and how much nearer than usual the
    sentences beside them are."""
    cosine = _cosines(left, right, one, other)
    share, shared = _words(left.words, right.words, one, other)
    usual = np.maximum(left.baseline, _crowd(left, right))[one], np.maximum(right.baseline, _crowd(right, left))[other]
    mean = np.minimum((usual[0] + usual[1]) / 2, MOST)
    found = (cosine - mean) / (1 - mean), np.sqrt(shared), _support(left, right, one, other)
    return cosine, share, np.column_stack(found)


def _crowd(these: SentenceSide, those: SentenceSide) -> Floats:
    """How near each of these is to those of the other text that come after its two nearest; -1 where none do."""
    k = min(NEAREST, len(those))
    crowd = np.full(len(these), -1, np.float32)
    if k > _FEW:
        for start in range(0, len(these), _BLOCK):
            nearest = np.partition(these.vectors[start : start + _BLOCK] @ those.vectors.T, -k, axis=1)[:, -k:]
            crowd[start : start + _BLOCK] = np.sort(nearest, axis=1)[:, :-_FEW].mean(axis=1)
    return crowd


def _cosines(left: SentenceSide, right: SentenceSide, one: Rows, other: Rows) -> NDArray[np.float64]:
    found = np.empty(len(one))
    for start in range(0, len(one), _BLOCK):
        part = slice(start, start + _BLOCK)
        found[part] = np.einsum("ij,ij->i", left.vectors[one[part]], right.vectors[other[part]])
    return found


def _most(values: NDArray[np.float64], groups: Rows, count: int) -> NDArray[np.float64]:
    """The greatest value of each group."""
    most = np.full(count, -np.inf)
    np.maximum.at(most, groups, values)
    return most


def _words(
    left: Sequence[Weights], right: Sequence[Weights], one: Rows, other: Rows
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Of each pair the cosine of the weighted words, and the weight of those that both have."""
    lengths = [np.array([sum(weight**2 for weight in words.values()) for words in side]) for side in (left, right)]
    squares, shared = np.zeros(len(one)), np.zeros(len(one))
    for place, (a, b) in enumerate(zip(one.tolist(), other.tolist(), strict=True)):
        weights = [left[a][word] for word in left[a].keys() & right[b].keys()]
        squares[place], shared[place] = sum(weight**2 for weight in weights), sum(weights)
    return squares / np.sqrt(np.maximum(lengths[0][one] * lengths[1][other], 1e-9)), shared


def _support(left: SentenceSide, right: SentenceSide, one: Rows, other: Rows) -> NDArray[np.float64]:
    """The most by which a sentence a little before (or after) the one, and one as much before (after) the other, are
    nearer to each other than to the library at large; 0 where nothing is."""
    most = np.zeros(len(one))
    for before, behind in _BESIDE:
        a, b = one + before, other + behind
        there = np.flatnonzero((a >= 0) & (a < len(left)) & (b >= 0) & (b < len(right)))
        a, b = a[there], b[there]
        nearer = _cosines(left, right, a, b) - (left.baseline[a] + right.baseline[b]) / 2
        most[there] = np.maximum(most[there], nearer)
    return most
