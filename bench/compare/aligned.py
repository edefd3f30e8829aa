"""Measures the alignment of sentences about the same event in different accounts, beside two baselines, on ecbplus.

The gold standard has event chains for the sentences that its annotators chose. Pairs with another sentence, or with one
that the ingest leaves out (a headline, a date line), are not judged. The topics alternate between two halves: weights
and thresholds are fitted on the first, the second is held out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np

from bench.reading.fitting import logistic
from index.compare import alignment, sources
from index.compare.sources import ComparedDocument
from index.search.index import Index
from index.types import Floats

PairSet = set[tuple[int, int]]

UNJUDGED_STEP = 50
"""One in so many unjudged pairs is a negative example when weights are fitted (a guess): sentences that the annotators
skipped are mostly about something else."""


@dataclass(frozen=True, slots=True)
class Account:
    """A document of the set.

    ``gold``: the number of the annotators' sentence for each of ours; ``chosen``: the numbers of the annotated
    sentences; ``chains``: the event chains of each of these.
    """

    topic: str
    document: ComparedDocument
    gold: tuple[int, ...]
    chosen: frozenset[int]
    chains: Mapping[int, frozenset[str]]


@dataclass(frozen=True, slots=True)
class AlignmentResult:
    """One way of aligning, on one half of the topics (0 or 1)."""

    way: str
    half: int
    precision: float
    recall: float
    f1: float


def accounts(index: Index, rows: Sequence[Mapping[str, Any]]) -> list[Account]:
    """The documents of the set that are in the library; ``rows`` are the set's own records."""
    known = {source.record: source.id for source, _, _ in index.store.documents.sources()}
    return [_account(sources.read_document(index, known[row["_id"]]), row) for row in rows if row["_id"] in known]


def _account(document: ComparedDocument, row: Mapping[str, Any]) -> Account:
    starts = np.cumsum([0, *(len(sentence["text"]) + 2 for sentence in row["sentences"])])
    gold = np.searchsorted(starts, [span.start for span in document.spans], side="right") - 1
    mentions = defaultdict(set)
    for mention in row["mentions"]:
        if "ACTION" in mention["type"] and mention["chain"]:
            mentions[mention["sentence"]].add(mention["chain"])
    chains = {sentence: frozenset(ids) for sentence, ids in mentions.items()}
    numbers = gold.tolist()
    chosen = frozenset(row["annotated_sentences"]) & frozenset(numbers)
    return Account(row["topic"], document, tuple(numbers), chosen, chains)


def pairs(known: Sequence[Account]) -> Iterator[tuple[int, Account, Account]]:
    """Every two accounts of one topic, with the half that the topic belongs to."""
    topics = defaultdict(list)
    for account in known:
        topics[account.topic].append(account)
    for number, topic in enumerate(sorted(topics)):
        for left, right in combinations(topics[topic], 2):
            yield number % 2, left, right


def _gold_pairs(left: Account, right: Account) -> PairSet:
    """The pairs of annotated sentences that share an event chain."""
    return {
        (a, b)
        for a in left.chosen
        for b in right.chosen
        if left.chains.get(a, frozenset()) & right.chains.get(b, frozenset())
    }


def _judged_pairs(left: Account, right: Account, aligned: Iterator[tuple[int, int]]) -> PairSet:
    """Pairs of our sentences as pairs of the annotators' sentences, without those that are not judged."""
    numbered = ((left.gold[a], right.gold[b]) for a, b in aligned)
    return {(a, b) for a, b in numbered if a in left.chosen and b in right.chosen}


def measure(known: Sequence[Account]) -> list[AlignmentResult]:
    """Precision, recall and F1 of each way on each half; thresholds of the baselines are fitted on the first."""
    account_pairs = list(pairs(known))
    gold = [_gold_pairs(left, right) for _, left, right in account_pairs]
    halves = [half for half, _, _ in account_pairs]
    ours = [_own_pairs(left, right) for _, left, right in account_pairs]
    results = _scored("sure", [sure for sure, _ in ours], gold, halves)
    results += _scored("sure, and also on this", [both for _, both in ours], gold, halves)
    for name, scores in (("cosine", _cosine), ("tf-idf", _tfidf)):
        scored = [(left, right, scores(left.document, right.document)) for _, left, right in account_pairs]
        nearest = [_mutual_nearest(*pair) for pair in scored]
        results += _scored(f"{name}, mutual nearest", nearest, gold, halves)
        threshold = _best_threshold(scored, gold, halves)
        above = [_pairs_above(*pair, threshold) for pair in scored]
        results += _scored(f"{name}, all above {threshold:.2f}", above, gold, halves)
    return results


def _own_pairs(left: Account, right: Account) -> tuple[PairSet, PairSet]:
    """The sure pairs, and all."""
    aligned = sources.pairs(left.document, right.document)
    rows = list(zip(aligned.left.tolist(), aligned.right.tolist(), aligned.sure.tolist(), strict=True))
    sure = _judged_pairs(left, right, ((a, b) for a, b, is_sure in rows if is_sure))
    return sure, _judged_pairs(left, right, ((a, b) for a, b, _ in rows))


def _cosine(left: ComparedDocument, right: ComparedDocument) -> Floats:
    return left.side.vectors @ right.side.vectors.T


def _tfidf(left: ComparedDocument, right: ComparedDocument) -> Floats:
    words = dict.fromkeys(word for words in (*left.side.words, *right.side.words) for word in words)
    columns = {word: column for column, word in enumerate(words)}
    return _word_vectors(left, columns) @ _word_vectors(right, columns).T


def _word_vectors(document: ComparedDocument, columns: Mapping[str, int]) -> Floats:
    """The weighted words of each sentence as unit vectors, shape (sentences, words)."""
    vectors = np.zeros((len(document.spans), max(len(columns), 1)), np.float32)
    for row, words in enumerate(document.side.words):
        for word, weight in words.items():
            vectors[row, columns[word]] = weight
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors


def _mutual_nearest(left: Account, right: Account, scores: Floats) -> PairSet:
    if not scores.size:
        return set()
    best_right, best_left = scores.argmax(axis=1), scores.argmax(axis=0)
    return _judged_pairs(left, right, ((a, int(b)) for a, b in enumerate(best_right) if best_left[b] == a))


def _pairs_above(left: Account, right: Account, scores: Floats, threshold: float) -> PairSet:
    return _judged_pairs(left, right, ((int(a), int(b)) for a, b in np.argwhere(scores >= threshold)))


def _best_threshold(
    scored: Sequence[tuple[Account, Account, Floats]], gold: Sequence[PairSet], halves: Sequence[int]
) -> float:
    """The threshold with the highest F1 on the first half."""

    def f1(threshold: float) -> float:
        above = [
            _pairs_above(*pair, threshold) if half == 0 else set() for pair, half in zip(scored, halves, strict=True)
        ]
        return _scored("", above, gold, halves)[0].f1

    thresholds = [step / 20 for step in range(1, 13)]
    return max(thresholds, key=f1)


def _scored(
    way: str, aligned: Sequence[PairSet], gold: Sequence[PairSet], halves: Sequence[int]
) -> list[AlignmentResult]:
    """The result of a way on each half; pairs are counted over all accounts of the half."""
    results = []
    for half in (0, 1):
        sets = [(a, b) for a, b, in_half in zip(aligned, gold, halves, strict=True) if in_half == half]
        right = sum(len(pair_set & gold_set) for pair_set, gold_set in sets)
        given, expected = sum(len(pair_set) for pair_set, _ in sets), sum(len(gold_set) for _, gold_set in sets)
        precision, recall = right / max(given, 1), right / max(expected, 1)
        f1 = 2 * precision * recall / max(precision + recall, 1e-9)
        results.append(AlignmentResult(way, half, precision, recall, f1))
    return results


def fit(known: Sequence[Account]) -> list[float]:
    """The weights of ``index.compare.alignment`` and then its bias, fitted on the first half."""
    rows, labels = [np.empty((0, len(alignment.WEIGHTS)))], [np.empty(0)]
    for half, left, right in pairs(known):
        if half:
            continue
        lefts, rights = alignment.candidates(left.document.side, right.document.side)
        gold = _gold_pairs(left, right)
        numbered = [(left.gold[a], right.gold[b]) for a, b in zip(lefts.tolist(), rights.tolist(), strict=True)]
        used = np.array([a in left.chosen and b in right.chosen for a, b in numbered], np.bool_)
        used[sum(map(len, rows)) % UNJUDGED_STEP :: UNJUDGED_STEP] = True
        rows.append(alignment.features(left.document.side, right.document.side, lefts, rights)[2][used])
        labels.append(np.array([pair in gold for pair in numbered], float)[used])
    values, truth = np.concatenate(rows), np.concatenate(labels)
    weights = logistic(np.column_stack([values, np.ones(len(values))]), truth, np.ones(len(values)))
    return [round(float(weight), 2) for weight in weights]
