"""One search engine in a process of its own: a job comes as JSON on standard input, what was measured goes as JSON to
standard output, as its last line. The standard library alone: other environments import this too."""

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
"""Results of a query that the clock sees."""

DEPTH = 100
"""Results of a query whose ranking is judged."""

_WARMING = 20  # queries before the clock runs


@dataclass(frozen=True, slots=True)
class Job:
    """The same corpus twice: ``documents``, a folder of record files, and ``texts``, a file with one object of ``_id``
    and ``text`` a line. ``home`` keeps what is prepared once, ``index`` is the folder of one set's index; ``model``
    is the folder of a sentence-transformers model."""

    model: str
    documents: str
    texts: str
    home: str
    index: str
    queries: tuple[str, ...] = ()


Search = Callable[[str, int], list[str]]
"""From a query and how many results it looks at to record ids, the best first."""


class Engine(Protocol):
    def version(self) -> str: ...

    def prepare(self, job: Job) -> None:
        """Whatever is done once on a machine, not once a corpus."""

    def ingest(self, job: Job) -> tuple[float, float]:
        """Make ``job.index`` anew; what ``clocked`` says of the part that counts."""

    def open(self, job: Job) -> Search: ...


def serve(engine: Engine) -> None:
    """Do the phase that the first argument names: ``prepare``, ``ingest`` or ``ask``."""
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
    """One query after the other, first for the clock and then for the judge."""
    search = engine.open(job)
    for text in job.queries[:_WARMING]:
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
    """Spent by this process and by those that it started and that ended, all cores added up."""
    return sum(os.times()[:4])


def clocked(run: Callable[[], object], cpu: Callable[[], float] = cpu_seconds) -> tuple[float, float]:
    """Seconds by the wall clock and of the processor. Other work on the machine lengthens the first, hardly the
    second."""
    spent, started = cpu(), time.perf_counter()
    run()
    return time.perf_counter() - started, cpu() - spent
