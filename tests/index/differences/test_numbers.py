"""Fractions, ratios, scores, parts of a whole and rough counts: what differs, and what only is written otherwise."""

from __future__ import annotations

import pytest

from index.differences import DifferenceKind, differences
from index.differences.coverage import missing_spans


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        ("Pressure was 140/80 mmHg.", "Pressure was 140/90 mmHg.", "140/80 against 140/90"),
        ("Her blood pressure was 140 over 80.", "Her blood pressure was 140/90.", "140 over 80 against 140/90"),
        ("It was mixed in a ratio of 5:1.", "It was mixed in a ratio of 3:1.", "5:1 against 3:1"),
        (
            "More than one in ten patients relapsed.",
            "Fewer than one in ten patients relapsed.",
            "More than one in ten against Fewer than one in ten",
        ),
        (
            "More than a tenth of the patients relapsed.",
            "Fewer than one in ten patients relapsed.",
            "More than a tenth against Fewer than one in ten",
        ),
        (
            "The herd fell by 25 per cent since 2019.",
            "The herd fell by a fifth since 2019.",
            "25 per cent against a fifth",
        ),
        ("Output rose six-fold in the war.", "Output rose eightfold in the war.", "six-fold against eightfold"),
        (
            "Interest rates rose by 0.5 per cent.",
            "Interest rates rose by 0.5 percentage points.",
            "0.5 per cent against 0.5 percentage points",
        ),
        (
            "The trial ran from May 2019 to June 2021.",
            "The trial ran from March 2019 to June 2021.",
            "May 2019 to June 2021 against March 2019 to June 2021",
        ),
        (
            "The trial ran from 5 March 2019 to 4 June 2021.",
            "The trial ran from 3 March 2019 to 4 June 2021.",
            "5 March 2019 to 4 June 2021 against 3 March 2019 to 4 June 2021",
        ),
        ("Thousands of people died.", "Dozens of people died.", "Thousands against Dozens"),
        ("Hundreds of people died.", "Thousands of people died.", "Hundreds against Thousands"),
        (
            "All 31 districts had a plan.",
            "Until then such plans had been voluntary, and 17 of 31 districts had one.",
            "All 31 districts against 17 of 31 districts",
        ),
        ("Harrow beat Wexcombe 1-2.", "Harrow beat Wexcombe 2-1.", "1-2 against 2-1"),
        ("Harrow won 3–1 at Wexcombe.", "Harrow won 2–1 at Wexcombe.", "3–1 against 2–1"),
        ("Wexcombe lost 1-3 to Harrow.", "Harrow beat Wexcombe 2-1.", "1-3 against 2-1"),
    ],
)
def test_figures_of_several_numbers_differ_as_a_whole(draft: str, source: str, note: str) -> None:
    left, _, right = note.partition(" against ")
    assert (notes(draft, source), notes(source, draft)) == ([note], [f"{right} against {left}"])


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("It was mixed in a ratio of 3:1.", "It was mixed in a ratio of three to one."),
        ("The map is drawn at a scale of 1:50,000.", "The map is drawn at a scale of 1:50000."),
        ("The train left at 9:15 and came at 10:45.", "The train came at 10:45."),
        ("Fewer than one in ten patients relapsed.", "Fewer than a tenth of the patients relapsed."),
        ("Fewer than one in ten patients relapsed.", "8% of patients relapsed."),
        ("The herd fell by 20 per cent since 2019.", "The herd fell by a fifth since 2019."),
        ("The city is more than eightfold as big.", "The city is more than eight times as big."),
        ("Output rose 8-fold in the war.", "Output rose eightfold in the war."),
        ("Interest rates rose by 0.5 percentage points to 2.5 per cent.", "Interest rates rose to 2.5 per cent."),
        ("The margin of error is 3 per cent.", "The margin of error is 3 percentage points."),
        ("The trial ran from 2019 to 2021.", "The trial ran from March 2019 to June 2021."),
        ("The trial ran from March 2019 to June 2021.", "The trial ran from 3 March 2019 to 4 June 2021."),
        ("In 2020 the trial ran.", "The trial ran from March 2019 to June 2021."),
        ("Some 80 people died in the flood.", "Dozens of people died in the flood."),
        ("Hundreds of people died in the flood.", "Dozens of people died in the flood."),
        ("Each of the 31 districts had a plan.", "All 31 districts had a plan."),
        ("All 31 districts were asked.", "All 31 districts were asked, and 17 of 31 answered with a plan."),
        ("The 31 districts were asked for a plan.", "17 of 31 districts had a plan."),
        ("Wexcombe lost 1-2 to Harrow.", "Harrow beat Wexcombe 2-1."),
        ("Harrow won half of the votes.", "Harrow won 45-50 per cent of the votes."),
        ("The party won 12 seats.", "The party won 10-15 seats."),
    ],
)
def test_the_same_figures_written_otherwise_are_no_difference(draft: str, source: str) -> None:
    assert (notes(draft, source), notes(source, draft)) == ([], [])


def test_a_share_in_words_is_in_a_source_that_has_it_in_figures() -> None:
    assert missing_spans("The herd fell by 20 per cent since 2019.", ["The herd fell by a fifth since 2019."]) == ()
    assert missing_spans("The city grew more than eight times.", ["The city grew more than eightfold."]) == ()


def test_a_time_of_day_is_told_once() -> None:
    (difference,) = differences("The shop closes at 8 pm.", "The shop closes at 6 pm.")
    assert (difference.kind, difference.summary) == (DifferenceKind.DATE, "time: 8 pm against 6 pm")


def test_a_colour_is_told_as_one() -> None:
    (difference,) = differences("The agency kept its orange warning.", "The agency kept its red warning.")
    assert (difference.kind, difference.summary) == (DifferenceKind.NAME, "colour: orange against red")


@pytest.mark.parametrize(
    ("draft", "text", "is_missing"),
    [
        ("One patient in eight has a reaction.", "About 12 % of patients have a reaction.", False),
        ("One patient in eight has a reaction.", "About 30 % of patients have a reaction.", True),
        ("One patient in eight weeks relapsed.", "About 12 % of patients relapsed.", True),
        ("Half of the patients had a dose.", "Half received a dose.", False),
        ("In two decades fewer than fifteen cases were seen.", "Fewer than 15 cases in the past 20 years.", False),
    ],
)
def test_one_person_in_so_many_is_a_share(draft: str, text: str, *, is_missing: bool) -> None:
    assert bool(missing_spans(draft, [text])) is is_missing


PRICES = "At its launch the spray had a price of about $590 for a 56 mg dose and $885 for 84 mg, before charges."
LIVES = "Rats given 5 mg lived 20 days, those given 10 mg lived 30 days and those given 20 mg 50 days."


@pytest.mark.parametrize(
    ("draft", "source", "expected"),
    [
        ("At its launch the price of an 84 mg dose of the spray was $590.", PRICES, ["$590 against $885"]),
        ("At its launch the price of a 56 mg dose of the spray was $885.", PRICES, ["$885 against about $590"]),
        ("At its launch the price of an 84 mg dose of the spray was $885.", PRICES, []),
        # Pairs parted by commas; a value that the source pairs with none; another sentence with such values.
        ("Rats given 5 mg lived 30 days.", LIVES, ["5 mg against 10 mg"]),
        ("Rats given 20 mg lived 50 days.", LIVES, []),
        ("Rats given 5 mg lived 30 days.", f"{LIVES} Mice given 30 mg lived 90 days.", ["5 mg against 10 mg"]),
        ("Rats given 5 mg lived 30 days.", "Rats given 5 mg or 10 mg lived 20 or 30 days.", []),
        # A figure and a year.
        (
            "In 2020 the club of the valley had 1,200 members.",
            "In 2010 the club of the valley had 1,200 members, and in 2020 it had 1,500 members.",
            ["1,200 against 1,500"],
        ),
    ],
)
def test_two_values_that_the_source_pairs_otherwise_differ(draft: str, source: str, expected: list[str]) -> None:
    assert [found.note for found in differences(draft, source) if not found.compatible] == expected
