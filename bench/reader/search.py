"""Measures the whole search with the reader and without it: what ranks first, which sentence is marked, how long it
takes."""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.library import make, unpack
from bench.metrics import mean, ndcg
from bench.retrieval.quality import DEPTH, TOP, documents, holds_answer
from bench.sets import ArticleSet, DataError, Judged, Question, RankingSet
from bench.tables import table
from index.errors import QueryError
from index.search.index import Index
from index.types import Hit

_TIMED = 50  # queries of a set that are timed
_SHOWN = 10  # hits of a query that is timed


@dataclass(frozen=True, slots=True)
class Searched:
    """One set, searched with the reader (``read``) or without. Of questions: the shares whose answer the first hit
    holds, one of the first five does, and, of these, the marked sentence of the first that holds it. Of judged queries:
    mean nDCG@10. None where a set has no such figure. ``p50`` and ``p95``: milliseconds."""

    name: str
    read: bool
    queries: int
    first: float | None
    five: float | None
    marked: float | None
    ndcg: float | None
    p50: float
    p95: float


def measure(sets: Sequence[RankingSet | ArticleSet], work: Path, limit: int) -> list[Searched]:
    """Both figures of each set, on ``limit`` of its queries at most, from libraries below ``work``. Raises
    SourcewiseError, and DataError where there is no reader."""
    return [searched for test_set in sets for searched in _set_figures(test_set, work / test_set.name, limit)]


def _set_figures(test_set: RankingSet | ArticleSet, work: Path, limit: int) -> list[Searched]:
    print(f"{test_set.name}: ingest", file=sys.stderr, flush=True)
    make(unpack(test_set.corpus, work / "documents"), work / "library")
    index = Index.open(work / "library", reader=True)
    if index.reader is None:
        raise DataError(index.reader_missing or "There is no reader to measure.")
    print(f"{test_set.name}: search", file=sys.stderr, flush=True)
    queries: Sequence[Judged | Question] = test_set.questions if isinstance(test_set, ArticleSet) else test_set.queries
    chosen = random.Random(1).sample(queries, min(limit, len(queries)))
    without = Index(index.library, index.generation, index.embedder)
    return [_figures(way, test_set.name, chosen) for way in (without, index)]


def _figures(index: Index, name: str, queries: Sequence[Judged | Question]) -> Searched:
    asked = [query for query in queries if isinstance(query, Question)]
    hits = [_hits(index, question.text, TOP) for question in asked]
    holding = [[holds_answer(hit, question) for hit in top] for top, question in zip(hits, asked, strict=True)]
    marks = [
        _is_marked(top[held.index(True)], question)
        for top, held, question in zip(hits, holding, asked, strict=True)
        if any(held)
    ]
    ranked = [
        ndcg(documents(_hits(index, query.text, DEPTH)), query.grades) for query in queries if isinstance(query, Judged)
    ]
    seconds = [_seconds(index, query.text) for query in queries[:_TIMED]]
    p50, p95 = (round(1000 * float(np.percentile(seconds, share)), 1) for share in (50, 95))
    first, five = [held[:1] == [True] for held in holding], [any(held) for held in holding]
    shares = [mean(values) if values else None for values in (first, five, marks, ranked)]
    return Searched(name, index.reader is not None, len(queries), shares[0], shares[1], shares[2], shares[3], p50, p95)


def _hits(index: Index, text: str, k: int) -> Sequence[Hit]:
    try:
        return index.search(text, k).hits
    except QueryError:
        return ()


def _is_marked(hit: Hit, question: Question) -> bool:
    """Whether the marked sentence of a passage holds an answer in full."""
    return hit.key_sentence is not None and any(span.within(hit.key_sentence) for span in question.spans)


def _seconds(index: Index, text: str) -> float:
    started = time.perf_counter()
    _hits(index, text, _SHOWN)
    return time.perf_counter() - started


def as_text(results: Sequence[Searched]) -> str:
    """A line for each set and way."""
    rows = [
        [
            result.name,
            "with" if result.read else "without",
            str(result.queries),
            *("" if value is None else f"{value:.3f}" for value in (result.first, result.five, result.marked)),
            "" if result.ndcg is None else f"{result.ndcg:.4f}",
            f"{result.p50:.0f}",
            f"{result.p95:.0f}",
        ]
        for result in results
    ]
    header = ["set", "reader", "queries", "first", "in five", "marked", "nDCG@10", "p50, ms", "p95, ms"]
    return table(header, rows)
