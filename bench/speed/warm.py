"""Measures warm queries against their floor, a batch, and memory. Run in a process of its own:

python -m bench.speed.warm LIBRARY, with a JSON list of queries on standard input; writes the figures as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np

from bench.speed.memory import resident_bytes
from index.disk import Library, library_at
from index.search import query
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES
from index.snapshot.engine import Scope

_WARM_UP_QUERIES = 20  # queries before the timed ones


@dataclass(frozen=True, slots=True)
class Warm:
    """Figures of a warm process.

    ``p50``, ``p95``: milliseconds of a whole query; ``floor_``: of its embedding and one scan of the vectors alone;
    ``batch``: queries a second; ``resident``: megabytes (10⁶ bytes) after the single queries; ``resident_batch``: after
    the batch; ``torch``: whether anything imported it.
    """

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


def measure(library: Library, texts: Sequence[str]) -> Warm:
    """For each query the floor and the whole search are timed, alternating in going first."""
    started = time.perf_counter()
    index = Index.open(library)
    opened = time.perf_counter() - started
    queries = [query.parse_query(text) for text in texts]
    for parsed in queries[:_WARM_UP_QUERIES]:
        _run_floor(index, parsed)
        _run_search(index, parsed)
    floors, wholes = _interleaved(index, queries)
    resident = resident_bytes()
    started = time.perf_counter()
    answered = sum(1 for _ in index.search_many(queries))
    batch = answered / (time.perf_counter() - started)
    p50, p95 = _percentiles(wholes)
    floor_p50, floor_p95 = _percentiles(floors)
    return Warm(
        queries=len(queries),
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


def _run_floor(index: Index, parsed: Query) -> None:
    index.generation.nearest([(index.embedder.encode_queries([parsed.meaning])[0], Scope())], CANDIDATES)


def _run_search(index: Index, parsed: Query) -> None:
    index.search(parsed.text)


def _interleaved(index: Index, queries: Sequence[Query]) -> tuple[list[float], list[float]]:
    """Seconds of the floor and of the whole for each query."""
    runs: tuple[Callable[[Index, Query], None], ...] = (_run_floor, _run_search)
    seconds: dict[Callable[[Index, Query], None], list[float]] = {run: [] for run in runs}
    for i, parsed in enumerate(queries):
        for run in runs if i % 2 else runs[::-1]:
            started = time.perf_counter()
            run(index, parsed)
            seconds[run].append(time.perf_counter() - started)
    return seconds[_run_floor], seconds[_run_search]


def _percentiles(seconds: Sequence[float]) -> tuple[float, float]:
    """Median and 95th percentile, in milliseconds."""
    p50, p95 = np.quantile(seconds, (0.5, 0.95)) * 1000
    return float(p50), float(p95)


if __name__ == "__main__":
    print(json.dumps(asdict(measure(library_at(sys.argv[1]), json.load(sys.stdin)))))
