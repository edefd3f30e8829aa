"""Measures what each part of the ranking contributes: the same searches with one change each, on public judged sets."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from unittest.mock import patch

import numpy as np
from numpy.typing import NDArray

from bench.library import make, unpack
from bench.metrics import mean, ndcg
from bench.retrieval.quality import TOP, holds_answer
from bench.sets import ArticleSet, Judged, Question, RankingSet
from index.errors import QueryError
from index.search import query, ranking
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import ScoredCandidates
from index.text.reading import fold
from index.types import By, Confidence, Hit, Numbers, Parts, Rows

Order = Callable[[Index, ScoredCandidates], Rows]
Sets = Sequence[RankingSet | ArticleSet]

SHIPPED = "as shipped"
_OPENING = re.compile(
    r"^(?:what|which|who|whom|whose|when|where|why|how)"
    r"(?: (?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|much|many|long|often))*"
    r"\b(?: the| an| a)?\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class AblationResult:
    """One set, ranked one way: mean nDCG@10, or the share of questions answered in the top 5."""

    name: str
    way: str
    value: float


def weighted(*weights: float) -> Order:
    """Ranks by a weighted sum of meaning, words, best sentence and feedback, each scaled to 0–1 within the query."""
    return lambda _, scored: _descending(scored.scaled_parts @ np.array(weights))


def fused_ranks(_: Index, scored: ScoredCandidates) -> Rows:
    """Ranks by reciprocal rank fusion of cosine and BM25 (Cormack, Clarke & Büttcher 2009), with the constant 60."""
    ranks = np.argsort(np.argsort(-scored.raw_parts, axis=0, kind="stable"), axis=0)
    return _descending((1 / (61 + ranks)).sum(axis=1))


def beside(share: float) -> Order:
    """Ranks by the shipped score, mixed with this share of the score of the better neighbouring passage."""

    def order(_: Index, scored: ScoredCandidates) -> Rows:
        passages, documents = scored.passages.tolist(), scored.places.documents.tolist()
        known = dict(zip(passages, zip(scored.scores.tolist(), documents, strict=True), strict=True))

        def neighbour_score(number: int, document: int) -> float:
            neighbours = [known[i] for i in (number - 1, number + 1) if i in known]
            return max((score for score, neighbour in neighbours if neighbour == document), default=0.0)

        pairs = zip(passages, documents, strict=True)
        best_neighbour = np.array([neighbour_score(number, document) for number, document in pairs])
        return _descending((1 - share) * scored.scores + share * best_neighbour)

    return order


def _descending(scores: NDArray[np.float64]) -> Rows:
    return np.argsort(-scores, kind="stable")


ORDERS: dict[str, Order] = {
    SHIPPED: weighted(*ranking.WEIGHTS[By.BOTH]),
    "words alone": weighted(0, 1, 0, 0),
    "meaning alone": weighted(1, 0, 0, 0),
    "reciprocal ranks of both": fused_ranks,
    "meaning .6, words .4": weighted(0.6, 0.4, 0, 0),
    "and the best sentence (.3, .4, .3)": weighted(0.3, 0.4, 0.3, 0),
    "without the best sentence": weighted(0.33, 0.44, 0, 0.23),
    "without words": weighted(0.38, 0, 0.38, 0.24),
    "feedback half": weighted(0.265, 0.355, 0.265, 0.115),
    "feedback half as much again": weighted(0.195, 0.265, 0.195, 0.345),
    "neighbours .1": beside(0.1),
    "neighbours .2": beside(0.2),
}
"""Ways to rank the same candidates."""

SEARCH_CHANGES: dict[str, Callable[[ExitStack], object]] = {
    "candidates 50": lambda stack: stack.enter_context(patch.object(ranking, "CANDIDATES", 50)),
    "candidates 500": lambda stack: stack.enter_context(patch.object(ranking, "CANDIDATES", 500)),
    "feedback of the best 1": lambda stack: stack.enter_context(patch.object(ranking, "FEEDBACK", 1)),
    "feedback of the best 10": lambda stack: stack.enter_context(patch.object(ranking, "FEEDBACK", 10)),
}
"""Changes of one constant, with which all searches run again."""

LIBRARY_CHANGES: dict[str, Callable[[ExitStack], object]] = {
    "passages of 96 tokens": lambda stack: _budget(stack, 96),
    "passages of 128 tokens": lambda stack: _budget(stack, 128),
    "passages of 240 tokens": lambda stack: _budget(stack, 240),
    "no title, no heading": lambda stack: [
        stack.enter_context(patch(f"{module}.reading_copy", lambda text, *_: fold(text)))
        for module in ("ingest.sync.writer", "index.publishing.publish")
    ],
}
"""Changes of the ingest, with which the libraries are made again."""


def _budget(stack: ExitStack, tokens: int) -> None:
    stack.enter_context(patch("ingest.chunking.BUDGET", tokens))
    stack.enter_context(patch("ingest.chunking.WHOLE", tokens))


def measure(sets: Sets, work: Path, *, remade: bool = False) -> list[AblationResult]:
    """A result for each set and each way of ranking, from the libraries below ``work`` that ``bench quality`` keeps.

    ``remade``: also with ``LIBRARY_CHANGES``, which takes minutes a set. Raises SourcewiseError and DataError.
    """
    return [result for test_set in sets for result in _set_results(test_set, work, remade)]


def _set_results(test_set: RankingSet | ArticleSet, work: Path, remade: bool) -> Iterator[AblationResult]:
    _print_progress(f"{test_set.name}: ingest")
    documents = unpack(test_set.corpus, work / test_set.name / "documents")
    make(documents, work / test_set.name / "library")
    index = Index.open(work / test_set.name / "library")
    queries = list(_parsed_queries(test_set))
    _print_progress(f"{test_set.name}: search")
    for way, value in _values_by_order(index, queries, ORDERS):
        yield AblationResult(test_set.name, way, value)
    shipped = {SHIPPED: ORDERS[SHIPPED]}
    shortened = [(judged, replace(parsed, meaning=without_opening(parsed.meaning))) for judged, parsed in queries]
    for _, value in _values_by_order(index, shortened, shipped):
        yield AblationResult(test_set.name, "question words not read", value)
    for way, change in SEARCH_CHANGES.items():
        with ExitStack() as stack:
            change(stack)
            for _, value in _values_by_order(index, queries, shipped):
                yield AblationResult(test_set.name, way, value)
    for way, change in LIBRARY_CHANGES.items() if remade else ():
        _print_progress(f"{test_set.name}: {way}")
        with ExitStack() as stack:
            change(stack)
            library = work / test_set.name / way.replace(" ", "-").replace(",", "")
            make(documents, library)
            for _, value in _values_by_order(Index.open(library), queries, shipped):
                yield AblationResult(test_set.name, way, value)


def without_opening(text: str) -> str:
    """The question without its opening question words; unchanged when it has no other words."""
    return _OPENING.sub("", text) or text


def _print_progress(step: str) -> None:
    print(f"ablation: {step}", file=sys.stderr, flush=True)


def _parsed_queries(test_set: RankingSet | ArticleSet) -> Iterator[tuple[Judged | Question, Query]]:
    """The queries or questions of a set, parsed; those that are refused are left out."""
    for judged in test_set.queries if isinstance(test_set, RankingSet) else test_set.questions:
        try:
            yield judged, query.parse_query(judged.text)
        except QueryError:
            continue


def _values_by_order(
    index: Index, queries: Sequence[tuple[Judged | Question, Query]], orders: dict[str, Order]
) -> Iterator[tuple[str, float]]:
    """The mean over the queries for each order; near-duplicates are not folded."""
    records = {
        int(number): index.store.documents.source(int(number)).record or ""
        for number in index.store.documents.live_numbers()
    }
    values: dict[str, list[float]] = {way: [] for way in orders}
    rankings = index.rank([parsed for _, parsed in queries])
    for (judged, _), scored in zip(queries, rankings, strict=True):
        for way, order in orders.items():
            values[way].append(_value(index, judged, scored.passages[order(index, scored)], records))
    return ((way, mean(way_values)) for way, way_values in values.items())


def _value(index: Index, judged: Judged | Question, passages: Numbers, records: dict[int, str]) -> float:
    if isinstance(judged, Judged):
        documents = index.generation.places(passages).documents.tolist()
        return ndcg(list(dict.fromkeys(records[number] for number in documents)), judged.grades)
    return float(any(holds_answer(_hit(index, number), judged) for number in passages[:TOP].tolist()))


def _hit(index: Index, number: int) -> Hit:
    document, passage = index.store.documents.passage(number)
    return Hit(1, 0.0, Confidence.NONE, passage, index.store.documents.source(document), Parts(*[0.0] * 7))


def rows(results: Sequence[AblationResult]) -> tuple[list[str], list[list[str]]]:
    """The header and rows of a table: each way's difference from what is shipped, by set and on average."""
    sets = list(dict.fromkeys(result.name for result in results))
    values = {(result.way, result.name): result.value for result in results}
    shipped = [values[SHIPPED, name] for name in sets]
    table = [[SHIPPED, *(f"{value:.3f}" for value in [*shipped, mean(shipped)])]]
    for way in dict.fromkeys(result.way for result in results if result.way != SHIPPED):
        gains = [values[way, name] - baseline for name, baseline in zip(sets, shipped, strict=True)]
        table.append([way, *(f"{gain:+.3f}" for gain in [*gains, mean(gains)])])
    return ["", *sets, "mean"], table
