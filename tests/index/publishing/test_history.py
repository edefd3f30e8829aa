"""What a library answers depends on what is in it, not on how it came there."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.search.index import Index
from index.types import By
from tests.altering import made_by_hashed, write

QUESTIONS = ("subject1 speaks", "what is number2 of text 3", "paragraph 0", "subject5 subject5 and number1")
STEPS = st.lists(st.dictionaries(st.integers(0, 7), st.sampled_from([None, 0, 1]), max_size=4), max_size=4)
"""What happens one after the other: texts that are stored in an edition, or taken out."""


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


def grow(library: Path, steps: list[dict[int, int | None]]) -> dict[int, int]:
    """Follow the steps, and publish after each. Returns what is there in the end."""
    there: dict[int, int] = {}
    for step in steps:
        kept = {n: edition for n, edition in step.items() if edition is not None}
        write(library, kept, *(n for n, edition in step.items() if edition is None and n in there))
        there = {n: e for n, e in {**there, **step}.items() if e is not None}
    return there


def answers(library: Path) -> list[tuple[str, int, int, float]]:
    index = Index.open(library)
    return [
        (hit.source.id, *hit.passage.span, hit.score)
        for question in QUESTIONS
        for by in By
        for hit in index.search(question, 50, by).hits
    ]


def same(left: list[tuple[str, int, int, float]], right: list[tuple[str, int, int, float]]) -> None:
    """The same hits in the same order, and scores that differ by one in the sixth place at most: to that they are
    rounded, and sums of floats in another order may round the other way."""
    assert [hit[:3] for hit in left] == [hit[:3] for hit in right]
    assert [hit[3] for hit in left] == pytest.approx([hit[3] for hit in right], abs=1.5e-6)


def compared(folder: Path, steps: list[dict[int, int | None]]) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    there = grow(folder / "grown", steps)
    backwards: Mapping[int, int] = dict(sorted(there.items(), reverse=True))
    write(folder / "at once", backwards)
    same(answers(folder / "grown"), answers(folder / "at once"))


def test_a_text_that_came_and_went_leaves_no_trace(tmp_path: Path) -> None:
    """One text replaced and put back, another removed, a third removed and brought again: as all at once, backwards."""
    first: dict[int, int | None] = dict.fromkeys(range(8), 0)
    compared(tmp_path / "both", [first, {1: 1, 4: None}, {1: 0, 5: None, 9: 1}, {5: 0}])


@pytest.mark.slow
@pytest.mark.timeout(3000)
@given(steps=STEPS)
@settings(
    max_examples=max(10, settings.default.max_examples // 8),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_of_steps_that_ends_in_the_same_texts_gives_the_same_answers(
    tmp_path: Path, steps: list[dict[int, int | None]]
) -> None:
    compared(tmp_path / "both", [{0: 0, 1: 0, 2: 0}, *steps])
