"""One warm process on a library: queries against their bare floor, batches, memory. Run in a process of its own:

python -m bench.speed.warm LIBRARY, with a JSON list of queries on standard input; the figures come as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from bench.speed.memory import resident_bytes
from index.search import query
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES

_WARMING = 20  # queries before the clock runs


@dataclass(frozen=True, slots=True)
class Warm:
    """Times of one query in milliseconds (``p50`` and ``p95`` of all stages, ``floor`` of one query embedding and one
    scan of the same vectors), ``batch`` in queries a second, memory in megabytes (10⁶ bytes): ``resident`` after the
    single queries, ``resident_batch`` after the batch as well. ``torch``: whether anything imported it."""

    queries: int
    open_seconds: float
    p50: float
    p95: float
    floor_p50: float
    floor_p95: float
    batch: float
    resident: float
    resident_batch: float
    torch: bool


def measure(library: Path, texts: Sequence[str]) -> Warm:
    """The floor and the whole search take turns, query by query, and take turns in going first."""
    started = time.perf_counter()
    index = Index.open(library)
    opened = time.perf_counter() - started
    asked = [query.parse(text) for text in texts]
    for one in asked[:_WARMING]:
        _floor(index, one)
        _whole(index, one)
    floors, wholes = _interleaved(index, asked)
    resident = resident_bytes()
    started = time.perf_counter()
    answered = sum(1 for _ in index.search_many(asked))
    batch = answered / (time.perf_counter() - started)
    p50, p95 = _percentiles(wholes)
    floor_p50, floor_p95 = _percentiles(floors)
    return Warm(
        queries=len(asked),
        open_seconds=opened,
        p50=p50,
        p95=p95,
        floor_p50=floor_p50,
        floor_p95=floor_p95,
        batch=batch,
        resident=resident / 1e6,
        resident_batch=resident_bytes() / 1e6,
        torch="torch" in sys.modules,
    )


def _floor(index: Index, one: Query) -> None:
    index.generation.vectors.search(index.embedder.encode_queries([one.meaning]), CANDIDATES)


def _whole(index: Index, one: Query) -> None:
    index.search(one.text)


def _interleaved(index: Index, asked: Sequence[Query]) -> tuple[list[float], list[float]]:
    """Seconds of the floor and of the whole for each query."""
    runs: tuple[Callable[[Index, Query], None], ...] = (_floor, _whole)
    seconds: dict[Callable[[Index, Query], None], list[float]] = {run: [] for run in runs}
    for place, one in enumerate(asked):
        for run in runs if place % 2 else runs[::-1]:
            started = time.perf_counter()
            run(index, one)
            seconds[run].append(time.perf_counter() - started)
    return seconds[_floor], seconds[_whole]


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1000
    return float(p50), float(p95)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(Path(sys.argv[1]), json.load(sys.stdin)))))
