"""Sources disagree only where they speak of the same thing."""

from __future__ import annotations

import pytest

from index.check.same_event import Compared, is_same_event
from index.types import Span


def passage(text: str, title: str = "") -> Compared:
    return Compared(text, f"{title}\n{text}")


@pytest.mark.parametrize(
    ("sentence", "figure", "differing", "agreeing", "expected"),
    [
        # The same place, in the sentence or in the title above it.
        ("The fire in Rye killed 12 people.", "12", passage("A fire in Rye killed 14 people."), (), True),
        (
            "The fire in Rye killed 12 people.",
            "12",
            passage("The fire killed 14 people.", "The fire in Rye"),
            (),
            True,
        ),
        (
            "The fire in Rye killed 12 people.",
            "12",
            passage("The fire killed 14 people.", "The fire in Ash"),
            (),
            False,
        ),
        # Another day or year.
        ("The fire of May 2019 killed 12.", "12", passage("The fire of May 2019 killed 14."), (), True),
        ("The fire of May 2019 killed 12.", "12", passage("A fire in 2003 killed 14."), (), False),
        # Where the sentence names nothing: what the passages that agree name.
        (
            "The fire killed 12 people.",
            "12",
            passage("The fire killed 14 people."),
            ("The fire killed 12.",),
            True,
        ),
        (
            "The fire killed 12 people.",
            "12",
            passage("The fire in Rye killed 14."),
            ("Rye's fire killed 12.",),
            True,
        ),
        (
            "The fire killed 12 people.",
            "12",
            passage("The fire in Rye killed 14."),
            ("In Ash a fire killed 12.",),
            False,
        ),
        ("The fire killed 12 people.", "12", passage("The fire in Rye killed 14."), (), True),
    ],
)
def test_a_passage_is_of_the_same_event_by_what_both_name(
    sentence: str, figure: str, differing: Compared, agreeing: tuple[str, ...], *, expected: bool
) -> None:
    start = sentence.rindex(figure)
    apart = [Span(start, start + len(figure))]
    assert is_same_event(sentence, apart, differing, [passage(text) for text in agreeing]) is expected
