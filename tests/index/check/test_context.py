"""What a sentence of a draft leans on, and which of its words no passage has."""

from __future__ import annotations

import pytest

from index.check.context import contexts
from index.check.sentences import sentences_of
from index.check.support import unsupported
from ingest.draft import draft_of_text

FIRST = "The old mill at Orlova was closed by its owners."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{FIRST} It was opened again in 1950.", ["", FIRST]),
        (f"{FIRST} Soon after, it was opened again.", ["", FIRST]),
        (f"{FIRST} The Court upheld the old order.", ["", FIRST]),
        # A chain leans on what it began with.
        (f"{FIRST} It was opened again in 1950. It was sold in 1960.", ["", FIRST, FIRST]),
        # A sentence with a name of its own, an "it" after a name, and a "that" that joins.
        (f"{FIRST} Ann Sample opened the mill again.", ["", ""]),
        (f"{FIRST} When Ann Sample came, she opened the mill.", ["", ""]),
        (f"{FIRST} Reports say that wheat grew dear.", ["", ""]),
        # A ship, what has its own "of", and what is quoted.
        (f"{FIRST} The Halcyon is 62 metres long.", ["", ""]),
        (f"{FIRST} The Committee of experts met in Oslo.", ["", ""]),
        (f'{FIRST} "It will not stop every case," said Ann Sample.', ["", ""]),
        (f"{FIRST} “These were hard choices for all of us,” said Ann Sample.", ["", ""]),
        (f"{FIRST} The prize went to Ann Sample. Sample said that she was glad of it.", ["", "", ""]),
        (f"{FIRST} She called it “a very hard choice”.", ["", FIRST]),
        # Nothing stands before, or only a heading.
        ("It was opened again in 1950.", [""]),
        ("# The mill of Orlova\n\nIt was opened again in 1950.", ["", "The mill of Orlova"]),
        (f"{FIRST}\n\n# The bridge of Orlova\n\nIt was opened again in 1950.", ["", "", "The bridge of Orlova"]),
    ],
)
def test_a_sentence_leans_on_the_nearest_that_stands_by_itself(text: str, expected: list[str]) -> None:
    assert contexts(sentences_of(draft_of_text(text))) == expected


WEIGHTS = {"mill": 2.0, "grind": 2.0, "oat": 2.0, "orlova": 2.0}


@pytest.mark.parametrize(
    ("sentence", "text", "told", "lacking"),
    [
        ("The mill ground oats.", "A mill.", [], 0.25),
        ("The mill at Orlova grinds oats.", "A mill at Orlova grinds oats.", [], 0.0),
        # Many of its words: all that are missing are told.
        ("The mill grinds oats.", "It is an old mill.", ["grinds oats"], 0.5),
        # A value counts twice.
        ("The mill at Orlova grinds oats.", "A mill grinds oats.", ["Orlova"], 0.5),
    ],
)
def test_words_are_told_where_many_are_missing_and_values_always(
    sentence: str, text: str, told: list[str], lacking: float
) -> None:
    spans, share = unsupported(sentence, [text], WEIGHTS)
    assert [sentence[slice(*span)] for span in spans] == told
    assert share == pytest.approx(lacking)


def test_without_a_passage_everything_is_lacking_and_nothing_told() -> None:
    assert unsupported("The mill grinds oats.", [], WEIGHTS) == ((), 1.0)


def test_words_that_name_no_subject_are_never_told() -> None:
    sentence = "A person may have other oats there."
    weights = {**WEIGHTS, "may": 2.0, "person": 2.0, "other": 2.0}
    spans, lacking = unsupported(sentence, ["It is an old place."], {**weights, "oat": 12.0})
    assert [sentence[slice(*span)] for span in spans] == ["oats"]
    assert lacking == pytest.approx(12 / 24)
