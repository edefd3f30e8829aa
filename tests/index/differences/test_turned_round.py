"""Statements that turn round what another says: who did what, which is more, what came first, how many; and pairs that
only seem to."""

from __future__ import annotations

import pytest

from index.differences import differences
from index.differences.coverage import confirms, missing_spans

FORTH_AND_BACK = (False, True)


def notes(draft: str, source: str) -> list[str]:
    return [difference.note for difference in differences(draft, source) if not difference.compatible]


@pytest.mark.parametrize(
    ("draft", "source"),
    [
        ("The mill was sold by Reeve to Dalton in 1890.", "The mill was sold by Dalton to Reeve in 1890."),
        ("The mill was sold by Reeve to Dalton in 1890.", "In 1890 Dalton sold the mill to Reeve."),
        ("The mill was bought by Dalton from Reeve.", "The mill was bought by Reeve from Dalton."),
        ("Dunmore sold the drug to Calvin Stevens.", "Dunmore got the drug from Calvin Stevens."),
        ("Dunmore advised Calvin Stevens on dyes.", "Calvin Stevens, a professor who advised Dunmore, made the dye."),
        ("Norway was invaded by Denmark.", "Norway invaded Denmark."),
        ("Norway was invaded by Denmark.", "Denmark was invaded by Norway."),
        ("The letter was sent by Marx to Engels.", "The letter was sent to Marx by Engels."),
        ("The prize was given to Ash by Rye.", "Ash gave the prize to Rye."),
        ("The liver turns norketamine into ketamine.", "The liver turns ketamine into norketamine."),
        ("The firm moved its office from Leeds to York.", "The firm moved its office from York to Leeds in May."),
        ("The dog bit the man.", "The man bit the dog."),
        ("Phencyclidine was derived from ketamine.", "Phencyclidine, the drug from which ketamine was derived, acts."),
        ("Mice chase cats.", "Cats chase mice."),
        ("India put off a plan by the Vienna Commission.", "The Vienna Commission put off a plan by India."),
        ("Hull and colleagues counted 283 deaths.", "Corkery and colleagues (Lancet, 2021) counted 283 deaths."),
    ],
)
def test_who_did_what_differs_where_the_other_text_has_it_the_other_way_round(draft: str, source: str) -> None:
    assert len(notes(draft, source)) == len(notes(source, draft)) == 1


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "The beam showed more damping than stiffening.",
            "The beam showed more stiffening than damping.",
            "more damping than stiffening against more stiffening than damping",
        ),
        (
            "Women ask more often than men in the survey.",
            "In the survey men ask more often than women.",
            "more often than men against more often than women",
        ),
        (
            "Tea is drunk less often than coffee in Sweden.",
            "Coffee is drunk less often than tea in Sweden.",
            "less often than coffee against less often than tea",
        ),
        (
            "The price of gold is higher than the price of silver.",
            "The price of silver is higher than the price of gold.",
            "higher than the price of silver against higher than the price of gold",
        ),
        (
            "The bridge was built before the tunnel.",
            "The tunnel was built before the bridge.",
            "before the tunnel against before the bridge",
        ),
        (
            "The vote came after the debate.",
            "The debate came after the vote.",
            "after the debate against after the vote",
        ),
        (
            "The bridge was built before the tunnel.",
            "The bridge was built after the tunnel.",
            "before against after",
        ),
        (
            "Opioids have a wider margin than ketamine.",
            "Ketamine has a wide margin, wider than opioids or barbiturates.",
            "wider margin than ketamine against wider than opioids or barbiturates",
        ),
        # The second term left out, and two terms said to be equal.
        (
            "Arketamine binds more strongly to the receptor than esketamine.",
            "Esketamine binds more strongly to the receptor and is the form sold as a spray.",
            "more strongly to the receptor than esketamine against more strongly",
        ),
        (
            "Gambling is more harmful than drink.",
            "Gambling can be just as harmful a habit as drink.",
            "more harmful than drink against just as harmful a habit as drink",
        ),
        (
            "Alcohol was ranked ahead of heroin.",
            "Heroin was ranked ahead of alcohol.",
            "ahead of heroin against ahead of alcohol",
        ),
    ],
)
def test_a_comparison_or_an_order_turned_round_differs(draft: str, source: str, note: str) -> None:
    assert notes(draft, source) == [note]
    assert len(notes(source, draft)) == 1


def test_two_orders_of_one_thing_are_held_against_each_other() -> None:
    draft = "Ketamine was placed below heroin and above cannabis."
    assert notes(draft, "Ketamine was placed above heroin and below cannabis.") == [
        "below heroin against above heroin",
        "above cannabis against below cannabis",
    ]
    assert notes("Ketamine was placed below heroin.", "Ketamine was placed behind heroin and above cannabis.") == []


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        ("The study found no deaths.", "The study counted 283 deaths.", "no deaths against 283 deaths"),
        (
            "Corkery found no deaths between 1997 and 2019.",
            "Corkery and colleagues counted 283 deaths between 1997 and 2019.",
            "no deaths against 283 deaths",
        ),
        ("The board received no complaints.", "The board handled 31 complaints in 2020.", "no complaints against 31"),
        ("The study did not find any deaths.", "The study counted 283 deaths.", "not find any deaths against 283"),
        (
            "No one was killed in the fire.",
            "Officials said 12 people died in the fire.",
            "No one was killed against",
        ),
        (
            "Wan saw no infusion stopped early.",
            "Wan saw that four infusions were stopped early and that no patient was hurt.",
            "no infusion against four infusions",
        ),
        ("The fire killed nobody.", "Twelve people died in the fire.", "killed nobody against Twelve people died"),
        ("None of the board had known.", "All of the board knew.", "None against All"),
        ("None of the board had known.", "22 of the board knew.", "None of the board against board"),
        ("None of the board had known of it.", "Most of the board knew of it.", "None of the board against board"),
    ],
)
def test_a_denial_differs_from_what_is_counted_with_another_verb(draft: str, source: str, note: str) -> None:
    assert [found[: len(note)] for found in notes(draft, source)] == [note]
    assert len(notes(source, draft)) == 1


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "All of the ships were lost.",
            "Only two of the ships were lost.",
            "All of the ships against two of the ships",
        ),
        (
            "All patients had perceptual changes.",
            "61 to 75 % of treated patients had perceptual changes.",
            "All patients against 61 to 75 % of treated",
        ),
        (
            "Most patients had a reaction.",
            "About 12 % of patients had a reaction.",
            "Most patients against 12 % of patients",
        ),
        ("All of the ships were lost.", "Some of the ships were lost.", "All of the ships against Some of the ships"),
        # Shares of something else, of which more is said, or with a lower bound.
        ("Most patients had a reaction.", "About 80 % of patients had a reaction.", None),
        ("Most patients had a reaction.", "About 12 % of patients had a severe reaction.", None),
        ("Most patients had a reaction.", "At least 40 % of patients had a reaction.", None),
        ("All patients were treated.", "30 % of patients were treated with ketamine, the others with placebo.", None),
        ("Not all of the ships were lost.", "Two of the ships were lost.", None),
        ("Only two of the ships were lost.", "Two of the ships were lost.", None),
    ],
)
def test_all_and_most_differ_from_a_lesser_share(draft: str, source: str, note: str | None) -> None:
    assert notes(draft, source) == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("draft", "source", "note"),
    [
        (
            "The finance director Ann Holm left.",
            "The managing director Ann Holm left.",
            "finance director against",
        ),
        (
            "Ann Holm, the finance director of Rye, left.",
            "Managing director Ann Holm left.",
            "finance director against",
        ),
        ("Foreign minister Ann Holm left.", "Ann Holm, the health minister, left.", "Foreign minister against health"),
        ("The finance director Ann Holm left.", "The financial director Ann Holm left.", None),
        ("Finance director Ann Holm left.", "Bo Dahl, managing director, praised finance director Ann Holm.", None),
        ("Finance director Ann Holm left.", "Bo Dahl, the managing director, praised Ann Holm.", None),
        ("Finance director Ann Holm left.", "Former managing director Ann Holm left.", None),
        ("The head librarian Ann Holm left.", "The librarian Ann Holm left.", None),
    ],
)
def test_one_person_has_one_kind_of_a_post(draft: str, source: str, note: str | None) -> None:
    assert [found[: len(note or "")] for found in notes(draft, source)] == ([] if note is None else [note])


@pytest.mark.parametrize(
    ("draft", "lacking"),
    [
        ("The head librarian Ann Holm left.", ["head"]),
        ("The librarian Ann Holm left.", []),
        ("The poet Ann Holm left.", ["poet"]),  # it is somebody else
        ("Ann Holm, a librarian, and Bo Dahl, a poet, left.", []),
        ("Ann Holm, a librarian and singer, left.", ["singer"]),
        ("The poet Bo Dahl left.", []),
    ],
)
def test_a_trade_or_rank_that_the_texts_have_of_somebody_else_alone_is_missing(draft: str, lacking: list[str]) -> None:
    texts = ["The librarian Ann Holm and the poet Bo Dahl left.", "What should a poet do?"]
    assert [draft[slice(*span)] for span in missing_spans(draft, texts)] == lacking


@pytest.mark.parametrize("is_exchanged", FORTH_AND_BACK)
@pytest.mark.parametrize(
    ("draft", "source"),
    [
        # The same act from its other side.
        ("Reeve bought the mill from Dalton.", "The mill was sold by Dalton to Reeve."),
        ("The firm was bought from Reeve by Dalton.", "Reeve sold the firm to Dalton."),
        ("Ash was sold the mill by Rye.", "Rye sold the mill to Ash."),
        ("The prize was given to Ash by Rye.", "Ash got the prize from Rye."),
        ("Russia was invaded by France.", "France invaded Russia."),
        ("The liver turns ketamine into norketamine.", "Ketamine is turned into norketamine by the liver."),
        ("He translated it from Greek into Latin.", "It was translated into Latin from Greek."),
        # Two acts that may both be.
        ("Heat turns ice into water.", "Cold turns water into ice."),
        ("Ash gave a book to Rye.", "Rye gave a pen to Ash."),
        ("The train runs from Paris to London.", "Trains run from London to Paris."),
        ("Ash met Rye.", "Rye met Ash."),
        ("Dogs chase cats and cats chase mice.", "Cats are chased by dogs."),
        ("Editors read books by poets.", "Show host Alan Keyes read books."),
        ("The Rye show host Alan Keyes spoke.", "Alan Keyes hosts his show in Rye."),
        ("Hull and colleagues counted 283 deaths.", "283 deaths were counted by Hull's group."),
        ("Hull and colleagues counted 283 deaths.", "Hull et al. (2021) counted 283 deaths."),
        # The same order from its other end.
        ("The tunnel was opened after the bridge.", "The bridge was opened before the tunnel."),
        ("Wash your hands before and after meals.", "Wash your hands after meals and before them."),
        ("Ash came in ahead of Rye.", "Rye came in behind Ash."),
        ("The cafe is above the shop.", "The shop is below the cafe."),
        ("There was more damping than stiffening.", "There was less stiffening than damping."),
        ("Arketamine binds less strongly to it than esketamine.", "Esketamine binds more strongly to it."),
        ("Bikes are more useful than cars in the city.", "Cars are more useful in the city."),
        ("Ash is just as tall as Rye.", "Rye is just as tall as Ash."),
        ("Opioids have a narrower margin than ketamine.", "Ketamine has a margin wider than opioids or barbiturates."),
        ("Women are more likely to vote than men.", "Men are less likely to vote than women in the region."),
        # Denied of something else.
        ("The study found no deaths among children.", "The study counted 283 deaths among adults."),
        ("The trial counted 283 deaths.", "The trial found no deaths among children."),
        ("The company had no employees in 1990.", "The company had 20 employees in 2005."),
        ("There were no goals in the first half.", "There were 3 goals in the second half."),
        ("No new cases were found.", "The clinic found 20 cases."),
        ("Nobody was hurt in the fire.", "Twelve people watched the fire."),
        ("No deaths were linked to it.", "The trial counted 12 deaths in both groups, none of them linked to it."),
        ("None of the board had known.", "None of the 22 members of the board knew."),
    ],
)
def test_what_is_told_from_its_other_side_or_of_something_else_is_passed_over(
    draft: str, source: str, *, is_exchanged: bool
) -> None:
    assert notes(*((source, draft) if is_exchanged else (draft, source))) == []


@pytest.mark.parametrize(
    ("draft", "source"), [("In 1990 Ash sold the mill to Rye.", "In 2001 Rye sold the mill to Ash.")]
)
def test_an_act_of_another_date_is_another_act(draft: str, source: str) -> None:
    assert notes(draft, source) == ["1990 against 2001"]


def test_only_the_same_comparison_confirms_one() -> None:
    draft = "Gambling is more harmful than drink."
    (difference,) = differences(draft, "Gambling is just as harmful as drink.")
    assert confirms(draft, difference, "Drink is less harmful than gambling.")
    assert not confirms(draft, difference, "Gambling costs more money than drink.")
    assert not confirms(draft, difference, "More people gamble.")


def test_what_passes_by_no_verb_of_the_texts_is_missing() -> None:
    draft = "Dunmore sold the drug to Calvin Stevens."
    for text, lacking in (
        ("Calvin Stevens, who advised Dunmore, made the drug.", ["sold"]),
        ("Calvin Stevens, who advised Dunmore, bought the drug.", []),
        ("The sale of the drug by Dunmore pleased Calvin Stevens.", []),
    ):
        assert [draft[slice(*span)] for span in missing_spans(draft, [text])] == lacking


def test_what_was_not_so_before_may_be_so_later() -> None:
    source = "Before 2006 ketamine was a medicine but not a controlled drug."
    assert notes("It was not until 2006 that ketamine became a controlled drug.", source) == []
    assert notes("Ketamine was a controlled drug before 2006.", source) == ["controlled against not a controlled"]


def test_an_adverb_does_not_hide_who_sold_and_who_bought() -> None:
    assert notes("In 1990 Rye quietly sold the mill to save money.", "In 1990 Rye bought the mill to save money.") == [
        "sold against bought"
    ]
