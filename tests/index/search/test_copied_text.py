"""What a copy is said to be: the same text, a part of it, or nearly the same, with the values that differ."""

from __future__ import annotations

import pytest

from index.search.copied_text import compared
from index.types import Likeness

PASSAGE = (
    "The weir was closed on 3 May for repairs. Anna Reed counted 140 herons on the upper bank, and the herons were not "
    "disturbed by the work. Twelve boats waited at the lock until evening."
)


def like(copy: str, around: str = "") -> tuple[Likeness, tuple[tuple[str, str], ...]]:
    return (known := compared(PASSAGE, copy, around or copy)).likeness, known.differing


def test_all_words_in_the_same_order_are_the_same_text() -> None:
    """However they are written, whatever stands around, and wherever the copy is split into passages."""
    shouted = PASSAGE.upper().replace(" ", "\n", 5)
    assert like(shouted) == like(f"A word before. {PASSAGE} More follows.") == (Likeness.SAME, ())
    assert like(PASSAGE[:90], f"Before. {PASSAGE} After.") == (Likeness.SAME, ())


def test_a_shorter_copy_is_a_part() -> None:
    assert like(PASSAGE.partition(". ")[2]) == (Likeness.PART, ())


@pytest.mark.parametrize(
    ("here", "there", "differing"),
    [
        ("140", "410", ("140", "410")),
        ("3 May", "13 May", ("3", "13")),
        ("Twelve", "Eleven", ("Twelve", "Eleven")),
        ("Anna", "Anne", None),  # begins a sentence, so it need not be a name
        ("Reed", "Rood", ("Reed", "Rood")),
        ("not ", "", ("not", "")),
        ("not disturbed", "badly disturbed", ("not", "badly")),
        ("Twelve", "12", None),
        ("3 May", "May 3", None),
        ("evening", "dusk", None),
        ("at the lock until evening", "for one hour and then turned round to go home", None),
    ],
)
def test_values_in_each_others_place_are_named(here: str, there: str, differing: tuple[str, str] | None) -> None:
    likeness, named = like(PASSAGE.replace(here, there))
    assert likeness is Likeness.NEARLY
    assert named == ((differing,) if differing else ())


def test_a_figure_in_a_sentence_that_shares_no_run_of_words_is_named_too() -> None:
    """The shared sentences end before it."""
    around = PASSAGE.replace("Twelve boats waited", "Nine boats waited")
    assert like(around.partition(" Nine")[0], around) == (Likeness.NEARLY, (("Twelve", "Nine"),))
