"""Runs one search engine in its own process: reads a job as JSON from standard input, and writes the figures as JSON
in the last line of standard output. Imports the standard library alone, because other environments import it too."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from bench.speed.memory import peak_bytes, resident_bytes

K = 10
"""Results of a query when it is timed."""

DEPTH = 100
"""Results of a query when its ranking is judged."""

_WARM_UP_QUERIES = 20  # queries before the timed ones


@dataclass(frozen=True, slots=True)
class Job:
    """What an engine works on. It holds the corpus twice.

    ``documents``: a folder of record files; ``texts``: a JSON Lines file of ``_id`` and ``text``; ``home``: the folder
    for what is prepared once; ``index``: the folder of the set's index; ``model``: the folder of a
    sentence-transformers model.
    """

    model: str
    documents: str
    texts: str
    home: str
    index: str
    queries: tuple[str, ...] = ()


Search = Callable[[str, int], list[str]]
"""Takes a query and the number of results to look at; returns record ids, the best first."""


class Engine(Protocol):
    def version(self) -> str: ...

    def prepare(self, job: Job) -> None:
        """Does what is needed once on a machine, not for each corpus."""

    def ingest(self, job: Job) -> tuple[float, float]:
        """Makes ``job.index`` from scratch, and returns what ``clocked`` measured of the part that counts."""

    def open(self, job: Job) -> Search: ...


def serve(engine: Engine) -> None:
    """Runs the phase that the first command line argument names: ``prepare``, ``ingest`` or ``ask``."""
    phases: dict[str, Callable[[Engine, Job], dict[str, Any]]] = {
        "prepare": _prepare,
        "ingest": _ingest,
        "ask": _ask,
    }
    print(json.dumps(phases[sys.argv[1]](engine, Job(**json.load(sys.stdin)))))


def _prepare(engine: Engine, job: Job) -> dict[str, Any]:
    started = time.perf_counter()
    engine.prepare(job)
    return {"version": engine.version(), "seconds": time.perf_counter() - started}


def _ingest(engine: Engine, job: Job) -> dict[str, Any]:
    seconds, cpu = engine.ingest(job)
    return {"seconds": seconds, "cpu": cpu, "peak": peak_bytes() / 1e6}


def _ask(engine: Engine, job: Job) -> dict[str, Any]:
    """Runs all queries twice: first to time them, then for the rankings to judge."""
    search = engine.open(job)
    for text in job.queries[:_WARM_UP_QUERIES]:
        search(text, K)
    clocks = [clocked(partial(search, text, K), time.process_time) for text in job.queries]
    resident = resident_bytes() / 1e6
    return {
        "ms": [1000 * wall for wall, _ in clocks],
        "cpu_ms": [1000 * cpu for _, cpu in clocks],
        "resident": resident,
        "ranked": [search(text, DEPTH) for text in job.queries],
    }


def cpu_seconds() -> float:
    """CPU seconds of this process and of its ended child processes, summed over all cores."""
    return sum(os.times()[:4])


def clocked(run: Callable[[], object], cpu: Callable[[], float] = cpu_seconds) -> tuple[float, float]:
    """Wall clock seconds and CPU seconds of a run. Other work on the machine lengthens the first, hardly the second."""
    cpu_started, started = cpu(), time.perf_counter()
    run()
    return time.perf_counter() - started, cpu() - cpu_started
