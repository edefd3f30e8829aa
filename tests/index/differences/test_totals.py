"""What one text tells of all and the other of a part; causes that one gives and the other denies; who did it."""

from __future__ import annotations

import pytest

from index.differences import differences
from tests.making import work


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "All pupils had blood taken.",
            "Blood was taken from 203 of the 240 pupils.",
            "All pupils against 203 of the 240 pupils",
        ),
        (
            "Every pupil had blood taken.",
            "Blood was taken from half of the pupils.",
            "Every pupil against half of the pupils",
        ),
        (
            "Blood was taken from 203 of 240 pupils.",
            "All of the pupils had blood taken.",
            "203 of 240 pupils against All of the pupils",
        ),
        (
            "All boats had lights.",
            "Of the boats 14 of the 40 boats had lights.",
            "All boats against 14 of the 40 boats",
        ),
        # What is not of all, of other things, or of all in both.
        ("Blood was not taken from all 240 pupils.", "Blood was taken from 203 of the 240 pupils.", None),
        ("Blood was taken from almost all pupils.", "Blood was taken from 203 of the 240 pupils.", None),
        ("All teachers had seen the pupils.", "The teachers had seen 203 of the 240 pupils.", None),
        ("All 240 pupils had blood taken.", "Blood was taken from 240 pupils.", None),
    ],
)
def test_all_differs_from_a_part(draft: str, source: str, note: str | None) -> None:
    assert notes(draft, source) == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "The bridge swayed because of the wind.",
            "The cause was not the wind but the crowd.",
            "wind against not the wind",
        ),
        (
            "The stock shrank due to overfishing.",
            "The stock shrank owing to warmth, not overfishing.",
            "overfishing against not overfishing",
        ),
        ("The fire was not caused by a cigarette.", "The fire was caused by a cigarette.", "not caused against caused"),
        (
            "The reason for the delay was snow.",
            "It was delayed, but not because of snow.",
            "snow against not because of snow",
        ),
        ("The bridge swayed because of the crowd.", "The cause was not the wind but the crowd.", None),
        ("The stock shrank due to warmth.", "The stock shrank owing to warmth, not overfishing.", None),
    ],
)
def test_a_cause_that_the_other_text_denies_differs(draft: str, source: str, note: str | None) -> None:
    assert notes(draft, source) == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        ("Crewe was dismissed.", "Thack was dismissed, and Crewe finished the work.", "Crewe against Thack"),
        ("Penmoor won the cup.", "Rye beat Penmoor and won the cup.", "Penmoor against Rye"),
        (
            "Ann Marsh wrote the report.",
            "Bo Lind wrote the report that Ann Marsh had asked for.",
            "Ann Marsh against Bo Lind",
        ),
        ("Crewe was dismissed.", "Thack and Crewe were dismissed.", None),
        ("Crewe was dismissed.", "A pupil of Thack was dismissed, as was Crewe.", None),
        ("Crewe was dismissed.", "Crewe, who finished the work, was dismissed by Thack.", None),
        ("Crewe was praised.", "Thack praised Crewe.", None),
    ],
)
def test_a_deed_of_somebody_else_who_is_named_differs(draft: str, source: str, note: str | None) -> None:
    assert notes(draft, source) == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "The hose must not be longer than 9 metres.",
            "The hose must not be longer than 7 metres.",
            "longer than 9 metres against longer than 7 metres",
        ),
        (
            "The hose must not be longer than 7 feet.",
            "The hose must not be longer than 7 metres.",
            "longer than 7 feet against longer than 7 metres",
        ),
        (
            "The hose must be shorter than 3 metres.",
            "The hose must not be longer than 7 metres.",
            "shorter than 3 metres against longer than 7 metres",
        ),
        (
            "Nobody may bring more than five dogs.",
            "Nobody may bring more than four dogs.",
            "more than five against more than four",
        ),
        (
            "Each held 10 milligrams of lead per litre.",
            "Each held 10 micrograms of lead per litre.",
            "10 milligrams of lead per litre against 10 micrograms of lead per litre",
        ),
        (
            "Each held 10 micrograms of lead per decilitre.",
            "Each held 10 micrograms of lead per litre.",
            "10 micrograms of lead per decilitre against 10 micrograms of lead per litre",
        ),
        (
            "Opioids are not reduced for patients over 80.",
            "Opioids are reduced for patients over 80.",
            "not reduced against reduced",
        ),
        ("The hose may be at most 7 metres long.", "The hose must not be longer than 7 metres.", None),
        ("At most four dogs may be brought.", "Nobody may bring more than four dogs.", None),
        ("Each held 0.01 milligrams of lead per litre.", "Each held 10 micrograms of lead per litre.", None),
        # Another measure of the same thing.
        ("The dam is 42 metres high.", "The dam is 410 metres long.", None),
        ("The dam is 42 metres high.", "The dam is 38 metres high and 410 metres long.", "42 metres against 38 metres"),
        # "Slowed" is on the side of "fell".
        ("Inflation rose to 4.9 per cent.", "Inflation slowed to 4.9 per cent in August.", "rose against slowed"),
        ("Inflation fell to 4.9 per cent.", "Inflation slowed to 4.9 per cent in August.", None),
        ("The cap covers holiday lets.", "Holiday lets are exempt from the cap.", "covers against exempt"),
    ],
)
def test_bounds_units_and_measures(draft: str, source: str, note: str | None) -> None:
    assert notes(draft, source) == ([] if note is None else [note])


@pytest.mark.parametrize(
    "text", ["most pupils failed and 12 % of pupils failed ", "caused by smoke, not caused by fire, "]
)
def test_a_long_text_of_many_statements_is_compared_in_no_time(text: str) -> None:
    assert work(lambda: differences(text * 100, text * 100)) < 100


@pytest.mark.parametrize(
    ("draft", "source", "differ"),
    [
        (
            "Four fifths of the swallowed dose are lost in the liver.",
            "Of the swallowed dose 16 to 20 % survives the liver.",
            0,
        ),
        ("Of the eggs laid in May 70 % are eaten by gulls.", "Of the eggs laid in May 30 % hatch.", 0),
        ("A third of the rain on the town runs off.", "Two thirds of the rain on the town sinks in.", 0),
        ("Three quarters of the barley is sold abroad.", "A quarter of the barley stays at home.", 0),
        # The same is told of both, or they are no parts of one whole.
        ("About 70 % of the eggs hatch in May.", "About 30 % of the eggs hatch in May.", 1),
        ("Of the swallowed dose four fifths are lost.", "Of the swallowed dose four tenths are lost.", 1),
    ],
)
def test_a_share_does_not_differ_from_what_it_leaves(draft: str, source: str, differ: int) -> None:
    assert len(notes(draft, source)) == differ
