"""The figures of a visit: the median and the slowest of each step, and what a search costs on the wire."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bench.page import visits
from bench.page.browser import counting, opened, rest, served
from bench.page.visits import Step
from bench.speed.measure import cores
from bench.tables import table
from index.storage.store import Store

MOST_BYTES = 60_000
"""Aimed at for a search."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Seconds of one kind of step; ``limit``: what is aimed at."""

    name: str
    times: int
    median: float
    worst: float
    limit: float


@dataclass(frozen=True, slots=True)
class Visit:
    """All figures, of a library of that many sources and passages. ``load``: processes that wanted a core in the last
    minute, this visit's among them; ``search_bytes``: of each search after the first."""

    cores: int
    load: float
    sources: int
    passages: int
    figures: Sequence[Figure]
    search_bytes: Sequence[int]


def measure(library: Path, parts: Sequence[str] = ()) -> Visit:
    """Visits a library in Chromium. ``parts``: names of functions of ``visits``; all when there are none. Raises
    DataError."""
    known = Store.open(library).documents.sources()
    steps = list[Step]()
    with copied(library) as own, served(own) as port:
        with opened(port) as page:
            page.goto(f"/?q={visits.QUESTIONS[1]}")  # the library is opened once for all visitors
            page.locator(visits.HITS).first.wait_for()
            for name in parts or PARTS:
                print(f"page: {name}", file=sys.stderr, flush=True)
                if name == "searching":
                    page.goto("/")
                    rest(page)
                for step in getattr(visits, name)(page):
                    print(f"page: {step.seconds:.3f} s  {step.name}", file=sys.stderr, flush=True)
                    steps.append(step)
        weights = weigh(port) if not parts or "searching" in parts else []
    return Visit(cores(), os.getloadavg()[0], len(known), sum(count for _, count, _ in known), figures(steps), weights)


@contextmanager
def copied(library: Path) -> Iterator[Path]:
    """A copy to write pins and questions into; what is never written again is linked."""
    with TemporaryDirectory(dir=library.parent, prefix="visited-") as folder:
        yield Path(shutil.copytree(library, Path(folder) / "library", copy_function=_linked))


def _linked(source: str, target: str) -> str:
    if Path(source).name.startswith("sources.db"):
        return str(shutil.copy2(source, target))
    os.link(source, target)
    return target


PARTS = ("arriving", "searching", "listing", "comparing", "asking", "checking")


def figures(steps: Sequence[Step]) -> list[Figure]:
    """One figure for each name, in the order of their first steps."""
    by_name: dict[str, list[Step]] = {}
    for step in steps:
        by_name.setdefault(step.name, []).append(step)
    return [
        Figure(name, len(own), median(seconds), max(seconds), own[0].limit)
        for name, own in by_name.items()
        if (seconds := [step.seconds for step in own])
    ]


def weigh(port: int) -> list[int]:
    """Bytes between the page and the browser for one search after another, both ways, as they are on the wire."""
    weights = []
    with counting(port) as (passage, counted), opened(passage) as page:
        page.goto(f"/?q={visits.QUESTIONS[0]}")
        page.locator(visits.HITS).first.wait_for()
        rest(page)
        box = page.locator(".st-key-q input")
        for question in visits.QUESTIONS[1:]:
            before = counted.total
            box.fill(question)
            visits.renewed(page, lambda: box.press("Enter"), visits.HITS)
            rest(page)
            page.wait_for_timeout(500)
            weights.append(counted.total - before)
    return weights


def as_text(visit: Visit) -> str:
    head = ("step", "times", "median s", "worst s", "aim s", "met")
    rows = [
        (
            one.name,
            str(one.times),
            f"{one.median:.3f}",
            f"{one.worst:.3f}",
            f"{one.limit:g}",
            _met(one.worst <= one.limit),
        )
        for one in visit.figures
    ]
    size = f"{visit.sources:,} sources, {visit.passages:,} passages"
    told = f"{size}, {visit.cores} cores, load {visit.load:.1f}\n\n{table(head, rows)}"
    if not visit.search_bytes:
        return told
    heaviest = max(visit.search_bytes)
    return (
        f"{told}\n\nA search: at most {heaviest / 1000:.1f} KB on the wire, both ways "
        f"(aim {MOST_BYTES / 1000:g}; {_met(heaviest <= MOST_BYTES)})"
    )


def _met(met: bool) -> str:
    return "yes" if met else "NO"
