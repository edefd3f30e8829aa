"""What each part of the ranking is worth: the same searches with one thing changed, on judged sets of others."""

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
from index.snapshot.segment import DOCUMENT, NUMBER
from index.text.reading_copy import fold
from index.types import By, Confidence, Hit, Parts

Order = Callable[[Index, ScoredCandidates], NDArray[np.int64]]
Sets = Sequence[RankingSet | ArticleSet]

SHIPPED = "as shipped"
_OPENING = re.compile(
    r"^(?:what|which|who|whom|whose|when|where|why|how)"
    r"(?: (?:is|are|was|were|do|does|did|can|could|has|have|had|will|would|much|many|long|often))*"
    r"\b(?: the| an| a)?\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """One set, ranked one way: mean nDCG@10, or the share of questions answered in the top 5."""

    name: str
    way: str
    value: float


def weighted(*weights: float) -> Order:
    """By meaning, words, best sentence and feedback, each 0–1 within the query."""
    return lambda _, scored: _best(scored.parts[:, :4] @ np.array(weights))


def fused_ranks(_: Index, scored: ScoredCandidates) -> NDArray[np.int64]:
    """Reciprocal rank fusion (Cormack, Clarke & Büttcher 2009), its constant 60."""
    places = np.argsort(np.argsort(-scored.parts[:, 4:6], axis=0, kind="stable"), axis=0)
    return _best((1 / (61 + places)).sum(axis=1))


def beside(share: float) -> Order:
    """As shipped, and that share of the better of the two passages beside each one."""

    def order(index: Index, scored: ScoredCandidates) -> NDArray[np.int64]:
        documents = index.generation.passages[scored.rows, DOCUMENT]
        known = dict(
            zip(scored.rows.tolist(), zip(scored.scores.tolist(), documents.tolist(), strict=True), strict=True)
        )
        near = [
            max((known[at][0] for at in (row - 1, row + 1) if known.get(at, (0, -1))[1] == document), default=0.0)
            for row, document in zip(scored.rows.tolist(), documents.tolist(), strict=True)
        ]
        return _best((1 - share) * scored.scores + share * np.array(near))

    return order


def _best(scores: NDArray[np.float64]) -> NDArray[np.int64]:
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
"""Ways to order the same candidates."""

TRIED: dict[str, Callable[[ExitStack], object]] = {
    "candidates 50": lambda stack: stack.enter_context(patch.object(ranking, "CANDIDATES", 50)),
    "candidates 500": lambda stack: stack.enter_context(patch.object(ranking, "CANDIDATES", 500)),
    "feedback of the best 1": lambda stack: stack.enter_context(patch.object(ranking, "FEEDBACK", 1)),
    "feedback of the best 10": lambda stack: stack.enter_context(patch.object(ranking, "FEEDBACK", 10)),
}
"""Searches done anew with one constant changed."""

MADE: dict[str, Callable[[ExitStack], object]] = {
    "passages of 96 tokens": lambda stack: _budget(stack, 96),
    "passages of 128 tokens": lambda stack: _budget(stack, 128),
    "passages of 240 tokens": lambda stack: _budget(stack, 240),
    "no title, no heading": lambda stack: [
        stack.enter_context(patch(f"{room}.reading_copy", lambda text, *_: fold(text)))
        for room in ("ingest.sync.writer", "index.publishing.publish")
    ],
}
"""Libraries made anew with one thing changed."""


def _budget(stack: ExitStack, tokens: int) -> None:
    stack.enter_context(patch("ingest.chunking.BUDGET", tokens))
    stack.enter_context(patch("ingest.chunking.WHOLE", tokens))


def measure(sets: Sets, work: Path, *, made: bool = False) -> list[Found]:
    """Each set ranked each way, from libraries below ``work`` as ``bench quality`` keeps them; ``made``: also in
    libraries made anew, which takes minutes for each set. Raises SourcewiseError and DataError."""
    return [found for one in sets for found in _one(one, work, made)]


def _one(one: RankingSet | ArticleSet, work: Path, made: bool) -> Iterator[Found]:
    _tell(f"{one.name}: ingest")
    documents = unpack(one.corpus, work / one.name / "documents")
    make(documents, work / one.name / "library")
    index = Index.open(work / one.name / "library")
    asked = list(_asked(one))
    _tell(f"{one.name}: search")
    for way, value in _ordered(index, asked, ORDERS):
        yield Found(one.name, way, value)
    shipped = {SHIPPED: ORDERS[SHIPPED]}
    plain = [(judged, replace(said, meaning=without_opening(said.meaning))) for judged, said in asked]
    yield from (Found(one.name, "question words not read", value) for _, value in _ordered(index, plain, shipped))
    for way, change in TRIED.items():
        with ExitStack() as stack:
            change(stack)
            yield from (Found(one.name, way, value) for _, value in _ordered(index, asked, shipped))
    for way, change in MADE.items() if made else ():
        _tell(f"{one.name}: {way}")
        with ExitStack() as stack:
            change(stack)
            library = work / one.name / way.replace(" ", "-").replace(",", "")
            make(documents, library)
            yield from (Found(one.name, way, value) for _, value in _ordered(Index.open(library), asked, shipped))


def without_opening(text: str) -> str:
    """The question without the words that open it; all of it when it has no others."""
    return _OPENING.sub("", text) or text


def _tell(what: str) -> None:
    print(f"ablation: {what}", file=sys.stderr, flush=True)


def _asked(one: RankingSet | ArticleSet) -> Iterator[tuple[Judged | Question, Query]]:
    for judged in one.queries if isinstance(one, RankingSet) else one.questions:
        try:
            yield judged, query.parse(judged.text)
        except QueryError:
            continue


def _ordered(
    index: Index, asked: Sequence[tuple[Judged | Question, Query]], orders: dict[str, Order]
) -> Iterator[tuple[str, float]]:
    """The mean over the queries of each order; copies are not folded."""
    records = {int(number): index.store.source(int(number)).record or "" for number in index.store.live_numbers()}
    values: dict[str, list[float]] = {way: [] for way in orders}
    found = index.rank([said for _, said in asked])
    for (judged, _), scored in zip(asked, found, strict=True):
        for way, order in orders.items():
            values[way].append(_value(index, judged, scored.rows[order(index, scored)], records))
    return ((way, mean(one)) for way, one in values.items())


def _value(index: Index, judged: Judged | Question, rows: NDArray[np.int64], records: dict[int, str]) -> float:
    if isinstance(judged, Judged):
        documents = index.generation.passages[rows, DOCUMENT].tolist()
        return ndcg(list(dict.fromkeys(records[number] for number in documents)), judged.grades)
    return float(any(holds_answer(_hit(index, int(row)), judged) for row in rows[:TOP]))


def _hit(index: Index, row: int) -> Hit:
    document, passage = index.store.passage(int(index.generation.passages[row, NUMBER]))
    return Hit(1, 0.0, Confidence.NONE, passage, index.store.source(document), Parts(*[0.0] * 7))


def rows(found: Sequence[Found]) -> tuple[list[str], list[list[str]]]:
    """A table: each way's difference from what is shipped, set by set and on average."""
    sets = list(dict.fromkeys(one.name for one in found))
    values = {(one.way, one.name): one.value for one in found}
    own = [values[SHIPPED, name] for name in sets]
    table = [[SHIPPED, *(f"{value:.3f}" for value in [*own, mean(own)])]]
    for way in dict.fromkeys(one.way for one in found if one.way != SHIPPED):
        gains = [values[way, name] - before for name, before in zip(sets, own, strict=True)]
        table.append([way, *(f"{gain:+.3f}" for gain in [*gains, mean(gains)])])
    return ["", *sets, "mean"], table
