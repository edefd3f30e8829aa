"""Denials of a part, for a time or on a condition: what they deny, and what only seems to be denied."""

from __future__ import annotations

import pytest

from index.differences import differences


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("Ketamine is usually not addicting.", "Ketamine is not usually addicting."),
        ("He often does not vote.", "He does not often vote."),
        ("Some patients did not recover.", "Not all patients recovered."),
        ("Some trains were late.", "The trains were not all late."),
        ("The drug is partly effective.", "The drug is not fully effective."),
        ("The talks produced no agreement on fishing.", "The talks failed to produce an agreement on fishing."),
        ("Doctors do not recommend bed rest any more.", "Doctors no longer recommend bed rest."),
        ("The shop will open in May.", "The shop has not yet opened."),
        ("Medical advice is needed before the drug is stopped.", "The drug should not be stopped without advice."),
        ("The council needs a vote to close the library.", "The council cannot close the library without a vote."),
        ("He left home with his hat.", "He never left home without his hat."),
        ("The dam kept the town from being flooded.", "Without the dam, the town would have been flooded."),
        ("The museum will open if it gets a grant.", "The museum will not open unless it gets a grant."),
        ("The shop had no fresh milk left by Thursday.", "The shop ran out of fresh milk on Thursday."),
        ("The road over the pass was not open until 2010.", "Until 2010 the road over the pass was closed."),
        ("The lake froze in 1985.", "The lake has not frozen since 1985."),
        ("The drug is stopped after 3 weeks.", "The drug is given for 3 weeks, then stopped."),
        ("A decision on the bridge was not made.", "No decision was made on the bridge."),
        (
            "Women were less likely to die of the fever than men.",
            "Men were more likely than women to die of the fever.",
        ),
        ("The rules were introduced in May.", "The rules were introduced in May, when the ban was lifted."),
        ("The tower is the tallest and oldest in Arn.", "The tower is the oldest in Arn, the gate the newest."),
        ("Less than half of the members voted.", "More than half of the members did not vote."),
        ("Twenty people were killed or injured.", "Three people were killed and 17 injured."),
        ("The bridge will cost £5m a year.", "The bridge will cost £20m over four years."),
    ],
)
def test_the_same_in_other_words_of_denial_is_no_difference(draft: str, source: str) -> None:
    assert (notes(draft, source), notes(source, draft)) == ([], [])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        ("Ketamine is usually addicting.", "Ketamine is usually not addicting.", "addicting against not addicting"),
        (
            "Ketamine is usually addicting.",
            "Ketamine is not usually addicting.",
            "addicting against not usually addicting",
        ),
        ("All patients recovered.", "Not all patients recovered.", "All against Not all"),
        ("Every village has a school.", "Not every village has a school.", "Every against Not every"),
        ("The drug is fully effective.", "The drug is not fully effective.", "fully against not fully"),
        ("The talks produced an agreement.", "The talks produced no agreement.", "agreement against no agreement"),
        (
            "The council can close the library without a vote.",
            "The council cannot close the library without a vote.",
            "close against cannot close",
        ),
        (
            "The film was shown with the mayor's consent.",
            "The film was shown without the mayor's consent.",
            "mayor's against without the mayor's",
        ),
        ("The shop had milk.", "The shop ran out of milk.", "milk against ran out of milk"),
        ("The road was open until 2010.", "The road was not open until 2010.", "open against not open"),
        (
            "It has been reviewed several times since.",
            "It was set in 1987 for smaller vessels and has not been reviewed since.",
            "reviewed against not been reviewed",
        ),
        (
            "The council funded the bridge.",
            "The council refused to fund the bridge.",
            "funded against refused to fund",
        ),
        (
            "He was against apartheid in schools.",
            "He was not against apartheid in schools.",
            "apartheid against not against apartheid",
        ),
        ("A decision was made on the bridge.", "No decision was made on the bridge.", "decision against No decision"),
        ("The sea is not rising in Oslo.", "The sea level rise in Oslo is slow.", "not rising against rise"),
        (
            "Women were more likely than men to die of the fever.",
            "Men were more likely than women to die of the fever.",
            "more likely than men against more likely than women",
        ),
        ("It is the oldest bridge in the city.", "It is the newest bridge in the city.", "oldest against newest"),
        ("It was the wettest July since 1901.", "It was the driest July since 1901.", "wettest against driest"),
        ("The patient was conscious.", "The patient was unconscious.", "conscious against unconscious"),
        ("Few people came to the fair.", "Many people came to the fair.", "Few against Many"),
        ("Twenty people were killed.", "Three people were killed and 17 injured.", "Twenty against Three"),
        ("The bridge will cost £4m a year.", "The bridge will cost £20m over four years.", "£4m against £20m"),
    ],
)
def test_what_is_denied_in_one_text_alone_differs(draft: str, source: str, note: str) -> None:
    left, _, right = note.partition(" against ")
    assert (notes(draft, source), notes(source, draft)) == ([note], [f"{right} against {left}"])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "Ida Sample is not a painter.",
            "Ida Sample (born 3 July 1957 in Arnhem, the second of five sisters) is a Dutch painter.",
            "not a painter against painter",
        ),
        (
            "The Ebro bridge was not rebuilt.",
            "The Ebro bridge (420 metres, with nine arches of red brick) was rebuilt after the flood.",
            "not rebuilt against rebuilt",
        ),
        (
            "Verapine has no effect on sleep.",
            "Verapine (sold in Europe under several names and by many makers) has an effect on sleep.",
            "no effect against effect",
        ),
    ],
)
def test_what_stands_in_brackets_does_not_part_a_predicate_from_its_subject(draft: str, source: str, note: str) -> None:
    assert note in notes(draft, source)
    assert notes(source, source) == []


@pytest.mark.parametrize(
    ("draft", "source", "expected"),
    [
        (
            "The drivers swayed no more on the road than they did after placebo.",
            "The drivers went by road. The swaying was no greater than after placebo.",
            [],
        ),
        ("The drug is no more dangerous than aspirin.", "The drug is as dangerous as aspirin.", []),
        ("The drug is no more dangerous than aspirin.", "The drug is not more dangerous than aspirin.", []),
        (
            "The drug is no more dangerous than aspirin.",
            "The drug is more dangerous than aspirin.",
            ["no more against more"],
        ),
        ("It was no better than placebo.", "It was better than placebo.", ["no better against better"]),
    ],
)
def test_a_denied_comparison_denies_the_degree_alone(draft: str, source: str, expected: list[str]) -> None:
    assert [found.note for found in differences(draft, source)] == expected
    assert [found.note for found in differences(source, draft)] == [
        " against ".join(reversed(note.split(" against "))) for note in expected
    ]
