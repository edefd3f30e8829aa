"""Sentences of different accounts that tell of the same event: our alignment beside two plain ones, on ecbplus.

The gold has event chains for the sentences that its annotators chose; pairs with another sentence, or with one that the
ingest leaves out (a headline, a date line), are not judged. The
topics are taken in turn into two halves: weights and thresholds come from the first, the second has not been seen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.reading.fitting import logistic
from index.compare import alignment, sources
from index.compare.sources import ComparedDocument
from index.search.index import Index

Places = set[tuple[int, int]]
Scores = NDArray[np.float32]

OTHERS = 50
"""Of the pairs that are not judged one in so many is taken as no pair when weights are fitted: what the annotators
passed over is mostly something else."""


@dataclass(frozen=True, slots=True)
class Account:
    """A document. ``gold``: the annotators' sentence that each of ours lies in; ``chains``: of those sentences."""

    topic: str
    read: ComparedDocument
    gold: tuple[int, ...]
    chosen: frozenset[int]
    chains: Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """A way of aligning on one half of the topics."""

    way: str
    half: int
    precision: float
    recall: float
    f1: float


def accounts(index: Index, rows: Sequence[Mapping[str, Any]]) -> list[Account]:
    """The documents of the set as the library has them; ``rows`` are the set's own."""
    known = {source.record: source.id for source, _, _ in index.store.sources()}
    return [_account(sources.read_document(index, known[row["_id"]]), row) for row in rows if row["_id"] in known]


def _account(read: ComparedDocument, row: Mapping[str, Any]) -> Account:
    starts = np.cumsum([0, *(len(one["text"]) + 2 for one in row["sentences"])])
    gold = np.searchsorted(starts, [span.start for span in read.spans], side="right") - 1
    chains = defaultdict(set)
    for mention in row["mentions"]:
        if "ACTION" in mention["type"] and mention["chain"]:
            chains[mention["sentence"]].add(mention["chain"])
    frozen = {sentence: frozenset(one) for sentence, one in chains.items()}
    places = gold.tolist()
    return Account(row["topic"], read, tuple(places), frozenset(row["annotated_sentences"]) & frozenset(places), frozen)


def pairs(known: Sequence[Account]) -> Iterator[tuple[int, Account, Account]]:
    """Each two accounts of one topic, with the half that it is in."""
    topics = defaultdict(list)
    for one in known:
        topics[one.topic].append(one)
    for number, topic in enumerate(sorted(topics)):
        for left, right in combinations(topics[topic], 2):
            yield number % 2, left, right


def _gold(left: Account, right: Account) -> Places:
    return {
        (one, other)
        for one in left.chosen
        for other in right.chosen
        if left.chains.get(one, frozenset()) & right.chains.get(other, frozenset())
    }


def _judged(left: Account, right: Account, places: Iterator[tuple[int, int]]) -> Places:
    told = ((left.gold[one], right.gold[other]) for one, other in places)
    return {(one, other) for one, other in told if one in left.chosen and other in right.chosen}


def measure(known: Sequence[Account]) -> list[Found]:
    """Precision, recall and F1 of each way on each half; the plain ways' thresholds fitted on the first."""
    each = list(pairs(known))
    gold = [_gold(left, right) for _, left, right in each]
    halves = [half for half, _, _ in each]
    ours = [_ours(left, right) for _, left, right in each]
    found = _scored("ours", ours, gold, halves)
    for name, scores in (("cosine", _cosine), ("tf-idf", _tfidf)):
        ranked = [(left, right, scores(left.read, right.read)) for _, left, right in each]
        found += _scored(f"{name}, mutual nearest", [_mutual(*one) for one in ranked], gold, halves)
        above = _thresholds(ranked, gold, halves)
        found += _scored(f"{name}, all above {above:.2f}", [_above(*one, above) for one in ranked], gold, halves)
    return found


def _ours(left: Account, right: Account) -> Places:
    found = sources.pairs(left.read, right.read)
    return _judged(left, right, zip(found.left.tolist(), found.right.tolist(), strict=True))


def _cosine(left: ComparedDocument, right: ComparedDocument) -> Scores:
    return left.side.vectors @ right.side.vectors.T


def _tfidf(left: ComparedDocument, right: ComparedDocument) -> Scores:
    words = dict.fromkeys(word for words in (*left.side.words, *right.side.words) for word in words)
    place = {word: number for number, word in enumerate(words)}
    return _bags(left, place) @ _bags(right, place).T


def _bags(read: ComparedDocument, place: Mapping[str, int]) -> Scores:
    vectors = np.zeros((len(read.spans), max(len(place), 1)), np.float32)
    for row, words in enumerate(read.side.words):
        for word, weight in words.items():
            vectors[row, place[word]] = weight
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def _mutual(left: Account, right: Account, scores: Scores) -> Places:
    if not scores.size:
        return set()
    there, back = scores.argmax(axis=1), scores.argmax(axis=0)
    return _judged(left, right, ((one, int(other)) for one, other in enumerate(there) if back[other] == one))


def _above(left: Account, right: Account, scores: Scores, least: float) -> Places:
    return _judged(left, right, ((int(one), int(other)) for one, other in np.argwhere(scores >= least)))


def _thresholds(
    ranked: Sequence[tuple[Account, Account, Scores]], gold: Sequence[Places], halves: Sequence[int]
) -> float:
    """The threshold with the highest F1 on the first half."""

    def f1(least: float) -> float:
        found = [_above(*one, least) if half == 0 else set() for one, half in zip(ranked, halves, strict=True)]
        return _scored("", found, gold, halves)[0].f1

    tried = [place / 20 for place in range(1, 13)]
    return max(tried, key=f1)


def _scored(way: str, found: Sequence[Places], gold: Sequence[Places], halves: Sequence[int]) -> list[Found]:
    results = []
    for half in (0, 1):
        own = [(one, right) for one, right, mine in zip(found, gold, halves, strict=True) if mine == half]
        hits, told, wanted = (sum(map(count, own)) for count in _COUNTS)
        precision, recall = hits / max(told, 1), hits / max(wanted, 1)
        results.append(Found(way, half, precision, recall, 2 * precision * recall / max(precision + recall, 1e-9)))
    return results


_COUNTS: tuple[Callable[[tuple[Places, Places]], int], ...] = (
    lambda one: len(one[0] & one[1]),
    lambda one: len(one[0]),
    lambda one: len(one[1]),
)


def fit(known: Sequence[Account]) -> list[float]:
    """The weights of ``index.comparison.align`` and its bias, fitted again on the first half."""
    rows, labels = [np.empty((0, len(alignment.WEIGHTS)))], [np.empty(0)]
    for half, left, right in pairs(known):
        if half:
            continue
        one, other = alignment.candidates(left.read.side, right.read.side)
        gold = _gold(left, right)
        told = [(left.gold[a], right.gold[b]) for a, b in zip(one.tolist(), other.tolist(), strict=True)]
        judged = np.array([a in left.chosen and b in right.chosen for a, b in told], np.bool_)
        judged[sum(map(len, rows)) % OTHERS :: OTHERS] = True
        rows.append(alignment.features(left.read.side, right.read.side, one, other)[2][judged])
        labels.append(np.array([each in gold for each in told], float)[judged])
    values, truth = np.concatenate(rows), np.concatenate(labels)
    weights = logistic(np.column_stack([values, np.ones(len(values))]), truth, np.ones(len(values)))
    return [round(float(one), 2) for one in weights]
