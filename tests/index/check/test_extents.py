"""How far a sentence goes: "all", "most", "none" and "only" that no passage bears out."""

from __future__ import annotations

import pytest

from index.check.extents import missing_extents


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("Every pupil finished the course.", "Twelve of the pupils finished the course.", ["Every"]),
        ("Every rider completed both laps.", "The 12 who completed both laps were given a medal.", ["Every"]),
        ("Nobody complained of the dam.", "Expert farmers near the bank complained of the dam.", ["Nobody"]),
        ("The bridge was always closed in winter.", "The bridge was closed in the winter of 1994.", ["always"]),
        ("All boats were lost.", "Four boats were lost in the storm.", ["All"]),
        ("Most farmers in the valley keep sheep.", "Farmers in the valley keep sheep.", ["Most"]),
        ("In most towns the tax fell.", "The tax fell in 12 % of the towns.", ["most"]),
        ("A majority of the members left.", "Members left in 2010.", ["A majority"]),
        ("Nobody complained of the noise.", "Residents complained of the noise.", ["Nobody"]),
        ("The ferry never ran at night.", "The ferry ran at night.", ["never"]),
        ("The law applies only to ships.", "The law applies to ships.", ["only"]),
        ("The ore is found exclusively in Chile.", "The ore is found in Chile.", ["exclusively"]),
    ],
)
def test_an_extent_that_the_passage_does_not_have_is_missing(sentence: str, text: str, missing: list[str]) -> None:
    assert [sentence[slice(*span)] for span in missing_extents(sentence, [text])] == missing


@pytest.mark.parametrize(
    ("sentence", "text"),
    [
        ("All boats were lost.", "Each of the boats sank; the whole fleet was gone."),
        ("Most farmers keep sheep.", "Sheep are kept by 62 % of farmers."),
        ("Most farmers keep sheep.", "Of the farmers, 41 of 60 keep sheep."),
        ("Most of the houses are of brick.", "The houses are mainly built of brick."),
        ("No resident complained.", "The residents did not complain."),
        ("Nobody was hurt.", "All escaped unhurt."),
        ("The law applies only to ships.", "Ships alone fall under the law."),
        # Words that tell no extent: a number of all, a superlative, a comparison, an age, the name of a film.
        ("All three boats were lost.", "The Anna, the Berta and the Clara were lost."),
        ("It is the most visited museum of the town.", "It has more visitors than other museums of the town."),
        ("There were no more than ten boats.", "There were ten boats."),
        ("She was only 15 when she left.", "She left at the age of 15."),
        ("In all, 400 ships took part.", "Some 400 ships took part."),
        ("The film No Road Home was shown.", "The film was shown in Oslo."),
        ("All of it.", ""),
    ],
)
def test_an_extent_in_other_words_is_there(sentence: str, text: str) -> None:
    assert missing_extents(sentence, [text] if text else ["all"]) == []


def test_a_passage_that_has_the_extent_is_enough() -> None:
    assert missing_extents("All boats were lost.", ["Four boats were lost.", "All of them were lost."]) == []
