"""Who holds an office, and what else two accounts of one event differ in."""

from __future__ import annotations

import pytest

from index.compare import attribution, pair_differences
from index.differences import differences
from index.differences.coverage import missing_spans


def notes_of(left: str, right: str) -> list[str]:
    return [difference.note for difference in differences(left, right) if not difference.compatible]


@pytest.mark.parametrize(
    ("left", "right", "notes"),
    [
        (
            "Coastguard chief Anders Holm told reporters that the ship had turned.",
            "The head of the coastguard, Henrik Dahl, spoke of a turn.",
            ["Anders Holm against Henrik Dahl"],
        ),
        (
            "Union leader Carol Finch called the deal fair.",
            "Frank Doyle, the leader of the union, was content.",
            ["Carol Finch against Frank Doyle"],
        ),
        ("Union leader Carol Finch was content.", "Council leader Frank Doyle was there.", []),
        ("Union leader Carol Finch was content.", "Former union leader Frank Doyle was there.", []),
        ("Union leader Tom Weiss was content.", "The union's leader, Thomas Weiss, was there.", []),
        ("Rye's chief executive, Ann Holm, was content.", "Bo Dahl, chief executive of Ash, was there.", []),
    ],
)
def test_an_office_that_each_text_gives_to_somebody_else_differs(left: str, right: str, notes: list[str]) -> None:
    assert notes_of(left, right) == notes
    assert len(notes_of(right, left)) == len(notes)


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("The bridge cost 38 million euros.", "The bridge cost £83m.", 1),
        ("The bridge cost 38 million euros.", "The bridge cost £33m.", 0),
        ("The bridge cost 38 million euros.", "The bridge cost 900 million kronor.", 0),
        ("The bridge cost at least 38 million euros.", "The bridge cost £83m.", 0),
    ],
)
def test_two_currencies_differ_where_no_rate_makes_them_one_amount(left: str, right: str, count: int) -> None:
    assert len(notes_of(left, right)) == len(notes_of(right, left)) == count


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("The fair in Munich drew a crowd.", "The fair in Leipzig drew a crowd.", 1),
        ("The fair in Munich drew a crowd.", "The fair in Bavaria drew a crowd.", 0),
        ("The fair in Munich drew a crowd.", "The fair in Germany drew a crowd.", 0),
        ("The Bavarian fair drew a crowd.", "The fair in Nuremberg drew a crowd.", 0),
    ],
)
def test_a_city_lies_in_its_region(left: str, right: str, count: int) -> None:
    assert len(notes_of(left, right)) == len(notes_of(right, left)) == count


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("Shares of Rye rose 4.8 percent.", "Shares of Rye rose 4 percent.", 1),
        ("Shares of Rye rose 4.2 percent.", "Shares of Rye rose 4 percent.", 0),
        ("They passed the plan by 71 votes to 58.", "They passed the plan with 78 votes against 51.", 1),
        ("They passed the plan by 71 votes to 58.", "They passed the plan with 71 votes against 58.", 0),
    ],
)
def test_shares_are_rounded_to_whole_numbers_and_votes_stand_against_others(left: str, right: str, count: int) -> None:
    assert len(notes_of(left, right)) == len(notes_of(right, left)) == count


@pytest.mark.parametrize(
    ("sentence", "blanked"),
    [
        ("The dam held, engineers said.", "The dam held                ."),
        ("According to Ada, the dam held.", " " * 18 + "the dam held."),
        ("Ada said that the dam held.", " " * 14 + "the dam held."),
        ("The dam held all water.", "The dam held all water."),
        ("Nothing was said.", "Nothing was said."),
    ],
)
def test_who_says_a_thing_is_no_part_of_it(sentence: str, blanked: str) -> None:
    assert attribution.blanked(sentence) == blanked


@pytest.mark.parametrize(
    ("left", "right", "close", "notes"),
    [
        (
            "Rye will close 46 village schools by then, the minister announced.",
            "Rye plans to shut 64 rural schools, its government said.",
            False,
            ["46 against 64"],
        ),
        ("Rye will close 46 village schools by then.", "Rye praised 64 rural schools for their plans.", False, []),
        (
            "The average village school of Rye has 113 pupils.",
            "In towns, schools have 420 pupils on average.",
            False,
            [],
        ),
        (
            "Governor Ada Rye declared an emergency on Saturday.",
            "An emergency was declared on Friday by governor Ada Rye.",
            False,
            ["Saturday against Friday"],
        ),
        (
            "Governor Ada Rye declared an emergency on Saturday.",
            "On Friday the governor was at the harbour with her crew.",
            False,
            [],
        ),
        (
            "The merged bank will keep its headquarters in Linz.",
            "The combined bank will have its headquarters in Salzburg.",
            False,
            ["Linz against Salzburg"],
        ),
        (
            "The merged bank will keep its headquarters in Linz.",
            "The combined bank will have its headquarters in Austria.",
            False,
            [],
        ),
        (
            "Rye bought the mill of Ash for 24 million euros.",
            "Rye took over Ash and its mill, worth €21 million.",
            True,
            ["24 million euros against €21 million"],
        ),
        (
            "Rye bought the mill of Ash for 24 million euros.",
            "Rye took over Ash and its mill for €20-30 million.",
            True,
            [],
        ),
    ],
)
def test_the_only_value_of_a_kind_in_each_of_two_partners_is_compared(
    left: str, right: str, close: bool, notes: list[str]
) -> None:
    found = pair_differences.of_partners(left, right, close=close)
    assert [difference.note for difference in found if not difference.compatible] == notes


def test_a_ratio_that_no_source_has_is_missing() -> None:
    draft = "The odds of rain were 3 to 1."
    assert [draft[slice(*span)] for span in missing_spans(draft, ["The odds of rain were 5 to 1."])] == ["3 to 1"]
    assert missing_spans(draft, ["The odds of rain were 3 to 1."]) == ()
    assert missing_spans(draft, ["The odds of rain were 6:2."]) == ()
