"""Many search while a library is written again and again: no error, nothing wrong, and no more memory."""

from __future__ import annotations

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from bench.speed.memory import resident_bytes
from index.publishing import verify
from index.search.index import Index
from tests.altering import QUESTIONS, made_by_hashed, text, write

SEARCHERS = 50
TEXTS = 6
GROWTH = 64e6
"""Bytes (a guess): of 50 threads and what they hold at once; what is lost with each search is more in the long run."""


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


def search(library: Path, number: int, searches: int) -> int:
    """Open the library and ask, again and again; the number of hits, each of which is a slice of the edition that its
    title names."""
    moment, hits = random.Random(number), 0
    for _ in range(searches):
        index = Index.open(library)
        for question in moment.sample(QUESTIONS, 2):
            answer = index.search(question, 10)
            assert answer.damage == ()
            for hit in answer.hits:
                n, edition = (int(part) for part in hit.source.title.removeprefix("Text ").split(", "))
                assert hit.passage.text == text(n, edition)[slice(*hit.passage.span)]
                hits += 1
    return hits


def write_until(library: Path, done: Event) -> int:
    """Half of the texts in another edition each time; how often."""
    edition = 0
    while not done.is_set():
        edition += 1
        write(library, dict.fromkeys(range(edition % 2, TEXTS, 2), edition))
    return edition


def searched_beside_writes(library: Path, searches: int) -> tuple[int, int]:
    """Hits of all searchers, and writes meanwhile."""
    done = Event()
    with ThreadPoolExecutor(SEARCHERS + 1) as pool:
        writes = pool.submit(write_until, library, done)
        try:
            hits = sum(pool.map(lambda number: search(library, number, searches), range(SEARCHERS)))
        finally:
            done.set()
        return hits, writes.result()


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_fifty_searchers_beside_writes(tmp_path: Path, many: int) -> None:
    library = tmp_path / "library"
    write(library, dict.fromkeys(range(TEXTS), 0))
    searches = max(1, many // 25)
    searched_beside_writes(library, searches)
    before = resident_bytes()
    hits, writes = searched_beside_writes(library, searches)
    assert hits >= SEARCHERS * searches
    assert writes >= 1
    assert resident_bytes() - before < GROWTH
    assert verify.find_damage(library) == []
