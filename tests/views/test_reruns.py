"""The page is run again with each click: it holds no more memory for that."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from bench.speed.memory import resident_bytes
from tests.views.test_pages import opened

WARM_UP = 20
GROWTH = 48e6
"""Bytes (a guess): what allocators keep, however often the page is run."""


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_reruns_take_no_more_memory(sample_library: Path, monkeypatch: pytest.MonkeyPatch, many: int) -> None:
    """Of a search, with another question each time."""
    at = opened(sample_library, monkeypatch, q="what happens to the bladder")
    for number in range(WARM_UP + many):
        if number == WARM_UP:
            gc.collect()
            before = resident_bytes()
        at.query_params["q"] = ("bladder harm", "who made ketamine", "price of a dose")[number % 3]
        at.run(timeout=600)
        assert not at.exception
    gc.collect()
    assert resident_bytes() - before < GROWTH
