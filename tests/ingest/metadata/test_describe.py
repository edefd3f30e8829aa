"""Metadata read off a plain text: title, byline, date, language."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.metadata.describe import dates_in, describe, iso_date, split_site
from ingest.metadata.people import parse_names
from ingest.types import Metadata

BODY = "Tea was brought over land for two hundred years. It was pressed into bricks, and the bricks were money."


@pytest.mark.parametrize(
    ("head", "title", "authors", "published"),
    [
        ("The Old Tea Road\n\nBy Ann Sample\n\nMay 1, 2022\n\n", "The Old Tea Road", ("Ann Sample",), "2022-05-01"),
        (
            "The Old Tea Road\n\nWritten by\n\nTea Team\n\n1 May 2022\n\n",
            "The Old Tea Road",
            ("Tea Team",),
            "2022-05-01",
        ),
        (
            "Is Tea Money?\n\nAuthor: Ann Sample\n\nPublished: 2022-05-01\n\n",
            "Is Tea Money?",
            ("Ann Sample",),
            "2022-05-01",
        ),
        ("The Tea Road\n\nUpdated May 3, 2022\n\nPublished May 1, 2022\n\n", "The Tea Road", (), "2022-05-01"),
        (
            "The Tea Road\n\nBy Ann Sample and Carl van Model\n\n",
            "The Tea Road",
            ("Ann Sample", "Carl van Model"),
            None,
        ),
        (
            "The Tea Road\n\nBy Dr. Ann Sample, PhD | 12 June 2019\n\n",
            "The Tea Road",
            ("Dr. Ann Sample",),
            "2019-06-12",
        ),
        ("The Tea Road\n\nWritten by the Sample project\n\n", "The Tea Road", ("Sample project",), None),
        ("The Tea Road\n\nSample project\n1 May 2022\n\n", "The Tea Road", ("Sample project",), "2022-05-01"),
        ("Home | About | Shop\n\nThe Tea Road\n\n", "The Tea Road", (), None),
        ("The Tea Road\n\nBy the sea it rained for years\n\n", "The Tea Road", (), None),
        (
            "Der Weg\n\nVon Ulla Sand und Karl von Muster\n3. Mai 2021\n\n",
            "Der Weg",
            ("Ulla Sand", "Karl von Muster"),
            "2021-05-03",
        ),
        ("La route du thé\n\nPar Anne Model | 3 mai 2021\n\n", "La route du thé", ("Anne Model",), "2021-05-03"),
        ("El camino\n\nPor Ana de la Vega\n\n", "El camino", ("Ana de la Vega",), None),
        ("La via del tè\n\ndi Anna Modello\n\n", "La via del tè", ("Anna Modello",), None),
        ("Der Weg\n\nAutorin: Ulla Sand\n\n", "Der Weg", ("Ulla Sand",), None),
        ("Von Ufern und Wegen\n\n", "Von Ufern und Wegen", (), None),
        ("Der Weg\n\nVon Anfang an\n\n", "Der Weg", (), None),
        (
            "'We will drink no more of that tea!'\n\n2022-05-01\n\n",
            "'We will drink no more of that tea!'",
            (),
            "2022-05-01",
        ),
        ("", "", (), None),
    ],
)
def test_the_lines_above_the_text_are_read(
    head: str, title: str, authors: tuple[str, ...], published: str | None
) -> None:
    """Title, byline and date are found in their usual forms, and not where there are none."""
    found = describe(head + BODY).metadata
    assert (found.title, found.authors, found.published) == (title, authors, published)


def test_lines_that_became_metadata_are_moved() -> None:
    """Title, byline and date lines are spans; the text itself is none of them."""
    text = "The Old Tea Road\n\nBy Ann Sample\n\nMay 1, 2022\n\n" + BODY
    assert [text[slice(*span)] for span in describe(text).metadata_spans] == [
        "The Old Tea Road",
        "By Ann Sample",
        "May 1, 2022",
    ]


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Fenland Courier, 1 May 2022", "Fenland Courier"),
        ("The Tea Review · May 1, 2022", "The Tea Review"),
        ("Port Ilva, 1 May 2022", None),  # a town, or a paper that is named as one
    ],
)
def test_a_line_of_publisher_and_date_under_the_byline_is_no_text(line: str, publisher: str | None) -> None:
    text = f"The Old Tea Road\n\nBy Ann Sample\n{line}\n\n{BODY}"
    found = describe(text)
    assert (found.metadata.publisher, found.metadata.published) == (publisher, "2022-05-01")
    assert line in [text[slice(*span)] for span in found.metadata_spans]


def test_a_title_alone_stays_text() -> None:
    """Without a text under it a line is not moved away."""
    assert describe("The Old Tea Road").metadata_spans == ()


def test_a_repeated_title_names_its_site() -> None:
    """The page's title holds the article's and the site's name; the site is taken for the publisher."""
    found = describe("Counter The Old Tea Road - Tea Times\nThe Old Tea Road\n\nThe Old Tea Road\n\n" + BODY).metadata
    assert (found.title, found.publisher) == ("The Old Tea Road", "Tea Times")


def test_a_dash_alone_does_not_part_a_title() -> None:
    """A subtitle is not taken for a site; a bar is, and so is a name that is known to be the site's."""
    assert split_site("Green Tea - A Short History") == ("Green Tea - A Short History", None)
    assert split_site("The Old Tea Road | Tea Times") == ("The Old Tea Road", "Tea Times")
    assert split_site("The Old Tea Road - Tea Times", "Tea Times") == ("The Old Tea Road", "Tea Times")


def test_the_author_box_names_the_author() -> None:
    """Where there is no byline, the line under the article is read."""
    assert describe(f"The Tea Road\n\n{BODY}\n\nView all posts by Ann Sample\n").metadata.authors == ("Ann Sample",)


def test_what_is_known_is_kept() -> None:
    """Metadata from elsewhere is not overwritten, only added to."""
    found = describe("The Tea Road\n\nBy Ann Sample\n\n" + BODY, Metadata(title="Other", publisher="P")).metadata
    assert (found.title, found.publisher, found.authors) == ("Other", "P", ("Ann Sample",))


def test_dates_of_the_story_are_no_dates_of_publication() -> None:
    """A date inside a sentence, or as a heading further down, is left in the text."""
    text = f"The Tea Road\n\n{BODY} On May 1, 1822 it ended.\n\n{BODY}\n\nMay 2, 1822\n\n{BODY}"
    assert describe(text).metadata.published is None


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("2022-05-01T08:00:00Z", "2022-05-01"),
        ("May 1, 2022", "2022-05-01"),
        ("Sept. 12, 1999", "1999-09-12"),
        ("1st of May 2022", "2022-05-01"),
        ("May 2022", "2022-05"),
        ("2022", "2022"),
        (2022, "2022"),
        (2022.0, "2022"),
        (date(2022, 5, 1), "2022-05-01"),
        ("2022-02-30", "2022-02"),
        ("01/05/2022", "2022"),
        ("soon", None),
        (None, None),
        (True, None),
    ],
)
def test_dates_are_as_exact_as_is_certain(value: object, iso: str | None) -> None:
    """A day that does not exist gives its month, an ambiguous date its year."""
    assert iso_date(value) == iso


def test_the_days_of_a_text_are_found_in_its_order() -> None:
    """Full dates in the forms of pages; months and years alone are none."""
    text = "May 2022. On May 1, 2022 it rained, and on 30 April 2022 too; the book is of 2022, its page of 2022-05-03."
    assert list(dates_in(text)) == ["2022-05-01", "2022-04-30", "2022-05-03"]


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2099, 12, 31)))
def test_written_dates_come_back(day: date) -> None:
    """The forms that pages use all give the same day."""
    for form in ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%B %d, %Y", "%d %B %Y", "%b %d %Y", "%A, %b. %d, %Y"):
        assert iso_date(day.strftime(form)) == day.isoformat()


@given(st.text() | st.integers() | st.floats())
def test_no_value_makes_a_date_raise(value: object) -> None:
    """Anything gives a date or None."""
    found = iso_date(value)
    assert found is None or found[:4].isdigit()


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("Ann Sample", ("Ann Sample",)),
        ("By Ann Sample and Carl Model", ("Ann Sample", "Carl Model")),
        ("Sample, Ann; Model, Carl", ("Ann Sample", "Carl Model")),
        ("Sample, Ann", ("Ann Sample",)),
        ("Ann Sample, Carl Model", ("Ann Sample", "Carl Model")),
        ("Ann Sample, MD, PhD", ("Ann Sample",)),
        ("Ann Sample, staff writer", ("Ann Sample",)),
        (["Ann Sample", "Ann Sample", ""], ("Ann Sample",)),
        ([{"family": "Sample", "given": "Ann"}, {"name": "Tea Team"}], ("Ann Sample", "Tea Team")),
        ("Andy Sandman", ("Andy Sandman",)),
        ("Andrew Senior", ("Andrew Senior",)),
        ("Senior, Andrew; Editor, Ida", ("Andrew Senior", "Ida Editor")),
        ("Jane Writer", ("Jane Writer",)),
        ("Ann Sample staff writer", ("Ann Sample",)),
        ("Ann Sample, senior health reporter", ("Ann Sample",)),
        ("Ude, Tom, Jr.", ("Tom Ude Jr.",)),
        ("Ude, Jr., Tom", ("Tom Ude Jr.",)),
        ("Tom Ude, III, PhD", ("Tom Ude III",)),
        ("van Model, Carl", ("Carl van Model",)),
        ("Model, Carl van", ("Carl van Model",)),
        ("de la Cruz, Ana; al-Hassan, Omar", ("Ana de la Cruz", "Omar al-Hassan")),
        ("Ude, Tom (5710); Quist, M.", ("Tom Ude", "M. Quist")),
        ("Berg MS, Tarn O.", ("Berg MS", "Tarn O.")),
        ("Berg MS", ("Berg MS",)),
        ("By Ann Bee, Carl Dee and Eva Fee", ("Ann Bee", "Carl Dee", "Eva Fee")),
        ("BY ANN BEE", ("ANN BEE",)),
        ("Ann Bee, Department of Botany, Carl Dee", ("Ann Bee", "Carl Dee")),
        ("Ann Bee et al.", ("Ann Bee",)),
        ("The Harbour Board", ("The Harbour Board",)),
        ("王小明、李四", ("王小明", "李四")),
        ("Иванов, Пётр", ("Пётр Иванов",)),
        ("ann@example.org", ()),
        ({"name": "https://example.org/ann"}, ()),
        ({"literal": "The Harbour and Quay Team"}, ("The Harbour and Quay Team",)),
        ({"given": "Carl", "non-dropping-particle": "van", "family": "Model"}, ("Carl van Model",)),
        ({"given": "Carl", "dropping-particle": "von", "family": "Model", "suffix": "Jr."}, ("Carl von Model Jr.",)),
        (None, ()),
        (3, ()),
    ],
)
def test_names_are_told_apart(value: object, names: tuple[str, ...]) -> None:
    """Strings, lists and objects give names; a comma inside "Family, Given" parts nobody."""
    assert parse_names(value) == names


@given(st.text(max_size=500))
def test_any_text_can_be_described(text: str) -> None:
    """Nothing raises, and moved lines rise inside the text."""
    moved = describe(text).metadata_spans
    edges = [edge for span in moved for edge in span]
    assert edges == sorted(edges)
    assert not edges or edges[-1] <= len(text)


@pytest.mark.parametrize("part", ["Abstract", "ABSTRACT", "Introduction", "Table of contents", "Résumé", "Chapter 1"])
def test_the_heading_of_a_part_is_not_the_title(part: str) -> None:
    prose = (
        "Fishing rights in the eastern bays were sold by auction, until a reform gave them to the guild of the town."
    )
    assert describe(f"{part}\n\n{prose}").metadata.title == ""
    assert describe(f"Introduction of the auction\n\n{prose}").metadata.title == "Introduction of the auction"


def test_a_line_of_full_names_above_the_journal_and_its_date_are_the_authors() -> None:
    """Not a list of places or things under a title, nor names above the text itself."""
    body = "Norovirus causes some deaths of adults a year in the world, and no vaccine is licensed so far.\n"
    title = "Efficacy and safety of a vaccine in older adults: a trial\n\n"
    names = "Miriam Adeyemi, Jonas Lindqvist, Priya Raman\n"
    dated = "Journal of Enteric Infection, 2 June 2025\n\n"
    authors = ("Miriam Adeyemi", "Jonas Lindqvist", "Priya Raman")
    assert describe(f"{title}{names}{dated}{body * 4}").metadata.authors == authors
    assert describe(f"{title}{names}\n{body * 4}").metadata.authors == ()
    assert describe(f"{title}Norway, Sweden, Denmark\n{dated}{body * 4}").metadata.authors == ()
