"""Times of day, words that exclude each other, comparisons and series: what differs, and what only seems to."""

from __future__ import annotations

import pytest

from index.differences import differences


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


def both_ways(draft: str, source: str) -> tuple[list[str], list[str]]:
    return notes(draft, source), notes(source, draft)


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        ("The train leaves at 9.15 am.", "The train leaves at 9.15 pm.", "9.15 am against 9.15 pm"),
        ("The game starts at 7:30 pm.", "The game starts at 8:30 pm.", "7:30 pm against 8:30 pm"),
        ("The alarm rang at 4:05.", "The alarm rang at 14:05.", "4:05 against 14:05"),
        ("He won a silver medal in Oslo.", "He won a gold medal in Oslo.", "silver against gold"),
        ("The suspect drove a red car.", "The suspect drove a blue car.", "red against blue"),
        ("The plant closed in spring 2010.", "The plant closed in autumn 2010.", "spring against autumn"),
        ("The left lung was removed.", "The right lung was removed.", "left against right"),
        ("The verdict fell on Tuesday.", "The verdict fell on Wednesday.", "Tuesday against Wednesday"),
        ("The risk is low, the board found.", "The risk is high, the board found.", "low against high"),
        ("Women earned more than men.", "Men earned more than women.", "more than men against more than women"),
        ("Output fell by 5 percent in May.", "Output fell to 5 percent in May.", "by 5 percent against to 5 percent"),
        ("Sales reached 30 million in May.", "Sales reached 42 million in May.", "30 million against 42 million"),
        ("The court allowed the merger.", "The court blocked the merger.", "allowed against blocked"),
        (
            "The council voted by 14 to 9 for the plan.",
            "The council voted by 14 to 9 against the plan.",
            "for against against",
        ),
        ("Smoking is legal in the park.", "Smoking is banned in the park.", "legal against banned"),
        (
            "The mill made 190 megawatt hours.",
            "The mill made 190 gigawatt hours.",
            "190 megawatt hours against 190 gigawatt hours",
        ),
        ("One of ten eels passes unharmed.", "Nine of ten eels pass unharmed.", "One of ten against Nine of ten"),
        ("Three workers nearly died.", "Three workers died.", "nearly died against died"),
        ("Exports exceeded imports.", "Imports exceeded exports.", "exceeded imports against exceeded exports"),
        (
            "The house approved the plan by 71 votes to 88.",
            "The house approved the plan by 88 votes to 71.",
            "71 votes to 88 against 88 votes to 71",
        ),
        (
            "The council voted by 9 to 14 against it.",
            "The council voted by 14 to 9 against it.",
            "9 to 14 against 14 to 9",
        ),
        (
            "The house passed the bill unanimously.",
            "The house passed the bill by 88 to 71.",
            "unanimously against 88 to 71",
        ),
        (
            "The herd fell from 70 in 2017 to 120 in 2022.",
            "The herd fell from 120 in 2017 to 70 in 2022.",
            "70 in 2017 to 120 against 120 in 2017 to 70",
        ),
        (
            "They caught 31 tonnes, up from 9.",
            "They caught 9 tonnes, down from 31 tonnes.",
            "31 tonnes, up from 9 against 9 tonnes, down from 31 tonnes",
        ),
        (
            "Dr. Dunn told Mr. Cole that the mill closes.",
            "Mr. Cole told Dr. Dunn that the mill closes.",
            "Dunn told Mr. Cole against Cole told Dr. Dunn",
        ),
    ],
)
def test_values_of_one_kind_in_one_role_differ(draft: str, source: str, note: str) -> None:
    left, _, right = note.partition(" against ")
    forward, backward = both_ways(draft, source)
    assert (note in forward, f"{right} against {left}" in backward) == (True, True)


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("The train leaves at 9.15 pm.", "The train leaves at 21:15."),
        ("The game starts at 7:30 on Friday.", "The game starts at 19:30 on Friday."),
        ("The game starts at 7:30 pm EST.", "The game starts at 4:30 pm PST."),
        ("The doors open at about 9 am.", "The doors open at 9:20 am."),
        ("She finished in 2:15:04.", "She finished in 2:15:09 after a fall."),
        ("The suspect drove a red car.", "The suspect drove a car with blue seats."),
        ("He left the hospital on Tuesday.", "He entered the right wing of the hospital on Tuesday."),
        ("The mayor said on Tuesday that the bridge is safe.", "On Thursday, the mayor said the bridge is safe."),
        ("The bridge cost EUR 612 m.", "The bridge cost 612 million euros."),
        ("At most 52,000 households are supplied.", "At least 20,000 households are supplied."),
        ("The council voted 14-9 against it.", "The council voted by 14 to 9 against it."),
        ("The output nearly doubled in May.", "The output doubled in May."),
        ("Salinity rose from 24 to 29 grams.", "Salinity rose to 29 grams, up from 24 grams."),
    ],
)
def test_the_same_time_and_words_of_other_things_are_passed_over(draft: str, source: str) -> None:
    assert both_ways(draft, source) == ([], [])


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("Berlin is larger than Hamburg.", "Hamburg is larger than Berlin."),
        (
            "The risk was higher in smokers than in non-smokers.",
            "The risk was higher in non-smokers than in smokers.",
        ),
        ("Ketamine was less effective than midazolam.", "Midazolam was less effective than ketamine."),
        (
            "The habit is more bodily in nature than mental.",
            "The habit is more mental in nature than bodily, which is like that of tea.",
        ),
        ("More women than men replied.", "More men than women replied."),
    ],
)
def test_a_comparison_with_its_terms_exchanged_differs(draft: str, source: str) -> None:
    assert [len(side) for side in both_ways(draft, source)] == [1, 1]


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("Berlin is larger than Hamburg.", "Hamburg is smaller than Berlin."),
        ("Berlin is larger than Hamburg.", "Munich is larger than Hamburg."),
        ("The risk was higher in smokers than in non-smokers.", "The risk was lower in non-smokers than in smokers."),
        ("Women earned more than men.", "Men earned less than women."),
        ("The habit of tea is more mental than bodily.", "The habit of ale is more bodily than mental."),
        ("The habit is more mental than bodily.", "The habit is less bodily than mental."),
        ("More women than men smoked.", "More men than women drank."),
        ("The price is higher than in 2019.", "The price is higher than last year."),
        ("More than half of the women were older than 60.", "Over half of the women were aged above 60."),
    ],
)
def test_the_same_comparison_from_the_other_end_is_none(draft: str, source: str) -> None:
    assert both_ways(draft, source) == ([], [])


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("In 2019 the city had 20,000 residents.", "In 2023 the city had 24,000 residents."),
        ("In 2010 unemployment was 5 percent.", "In 2015 unemployment was 8 percent."),
        ("Sales reached 30 million in 2018.", "Sales reached 42 million in 2019."),
        ("The first phase cost 3 million.", "The second phase cost 5 million."),
        ("Chapter 3 deals with floods.", "Chapter 4 deals with droughts."),
        ("One in ten patients relapsed within a year.", "Nine in ten patients did not relapse within a year."),
        ("A third of the houses were damaged.", "Two thirds of the houses were not damaged."),
        ("30 % of the votes were invalid.", "70 % of the votes were valid."),
    ],
)
def test_entries_of_a_series_and_parts_of_a_whole_do_not_contradict_each_other(draft: str, source: str) -> None:
    assert both_ways(draft, source) == ([], [])


def test_an_event_told_with_another_year_and_another_figure_differs_in_both() -> None:
    draft, source = "The dam was completed in 1962 for $40 million.", "The dam was completed in 1964 for $45 million."
    assert notes(draft, source) == ["1962 against 1964", "$40 million against $45 million"]


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("King Charles visited the town.", "Charles III visited the town."),
        ("Sen. Holt voted for the bill.", "Senator Jane E. Holt voted for the bill."),
    ],
)
def test_a_title_makes_no_other_person(draft: str, source: str) -> None:
    assert both_ways(draft, source) == ([], [])


def test_what_a_title_is_of_still_tells_two_people_apart() -> None:
    draft, source = "The Duke of Sussex opened the library.", "The Duke of Kent opened the library."
    assert notes(draft, source) == ["Duke of Sussex against Duke of Kent"]


def test_a_given_name_with_other_letters_is_shown_and_does_not_count() -> None:
    (difference,) = differences("Sofie Rask led the works.", "Sofia Rask led the works.")
    assert (difference.note, difference.compatible) == ("Sofie Rask against Sofia Rask", True)
    assert not differences("Bill Rask led the works.", "William Rask led the works.")


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "Rye defeated Ash in the vote.",
            "Ash defeated her only rival, Rep. Tim Rye, in the vote.",
            "Rye defeated Ash against Ash defeated her only rival, Rep. Tim Rye",
        ),
        (
            "Holt supports same-sex marriage.",
            "Senator Holt repeated that he opposes same-sex marriage, hours after the chairman of his party had said "
            "for the first time that he himself supports it.",
            "supports against opposes",
        ),
    ],
)
def test_a_longer_sentence_that_says_the_reverse_differs(draft: str, source: str, note: str) -> None:
    assert notes(draft, source) == [note]


def test_a_figure_within_a_change_is_no_difference_of_its_own() -> None:
    draft, source = "Salinity fell from 24 to 29 grams per litre.", "Salinity fell from 29 to 24 grams per litre."
    assert notes(draft, source) == ["24 to 29 grams per litre against 29 to 24 grams per litre"]
