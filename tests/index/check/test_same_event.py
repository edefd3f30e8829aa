"""Sources disagree only where they speak of the same thing."""

from __future__ import annotations

import pytest

from index.check.same_event import Told, is_of_one
from index.types import Span


def told(text: str, title: str = "") -> Told:
    return Told(text, f"{title}\n{text}")


@pytest.mark.parametrize(
    ("sentence", "figure", "differing", "agreeing", "expected"),
    [
        # The same place, in the sentence or in the title above it.
        ("The fire in Rye killed 12 people.", "12", told("A fire in Rye killed 14 people."), (), True),
        ("The fire in Rye killed 12 people.", "12", told("The fire killed 14 people.", "The fire in Rye"), (), True),
        ("The fire in Rye killed 12 people.", "12", told("The fire killed 14 people.", "The fire in Ash"), (), False),
        # Another day or year.
        ("The fire of May 2019 killed 12.", "12", told("The fire of May 2019 killed 14."), (), True),
        ("The fire of May 2019 killed 12.", "12", told("A fire in 2003 killed 14."), (), False),
        # Where the sentence names nothing: what the passages that agree name.
        ("The fire killed 12 people.", "12", told("The fire killed 14 people."), ("The fire killed 12.",), True),
        ("The fire killed 12 people.", "12", told("The fire in Rye killed 14."), ("Rye's fire killed 12.",), True),
        ("The fire killed 12 people.", "12", told("The fire in Rye killed 14."), ("In Ash a fire killed 12.",), False),
        ("The fire killed 12 people.", "12", told("The fire in Rye killed 14."), (), True),
    ],
)
def test_a_passage_is_of_the_same_event_by_what_both_name(
    sentence: str, figure: str, differing: Told, agreeing: tuple[str, ...], *, expected: bool
) -> None:
    start = sentence.rindex(figure)
    apart = [Span(start, start + len(figure))]
    assert is_of_one(sentence, apart, differing, [told(text) for text in agreeing]) is expected
