"""The default search on the sample corpus does not fall below its floors. Pinned by `python -m bench corpus
--update-floors`."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.retrieval import floors, judged
from index.search.index import Index


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


def test_the_judged_set_is_large_enough_and_its_quotes_stand_in_the_corpus(index: Index) -> None:
    queries = judged.load(index.store)
    assert len({query.id for query in queries}) == len(queries)
    assert sum(bool(query.gold) for query in queries) >= 60
    assert sum(not query.gold for query in queries) >= 10


def test_search_is_not_below_its_floors(index: Index) -> None:
    scores = judged.measure(index)
    pinned = floors.pinned()
    assert set(pinned) == set(floors.measured(scores))
    assert not floors.below(scores, pinned)
