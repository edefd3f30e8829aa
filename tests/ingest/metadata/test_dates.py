"""Dates and the labels beside them: which date is the document's own."""

from __future__ import annotations

import json
from datetime import date

import pytest

from index.types import Origin
from ingest.metadata.date_labels import Label
from ingest.metadata.dates import (
    UNCERTAIN_ORDER,
    day_comes_first,
    iso_date,
    labelled_dates,
    without_future_guesses,
)
from ingest.metadata.describe import describe
from ingest.readers import read
from ingest.types import Extract, Metadata
from tests.ingest.readers.test_office import para, word

TODAY = date(2024, 6, 1)
BODY = "Tea was brought over land for two hundred years. It was pressed into bricks, and the bricks were money."


def described(head: str, body: str = BODY) -> Metadata:
    return describe(f"{head}\n\n{body}\n\n{body}\n", today=TODAY).metadata


@pytest.mark.parametrize(
    ("lines", "published", "updated"),
    [
        ("Submitted 3 March 2018; Accepted 16 December 2018; Published online 2 January 2019", "2019-01-02", None),
        (
            "Received: 3 March 2018\nRevised: 4 May 2018\nAccepted: 5 June 2018\nPublished: 2 Jan 2019",
            "2019-01-02",
            None,
        ),
        ("Received 3 March 2018 / Accepted 5 June 2018", None, None),
        ("3 March 2018 (received), 2 January 2019 (published)", "2019-01-02", None),
        ("Due 1 June 2023\nIssued 3 May 2021", "2021-05-03", None),
        ("Due 1 June 2031\nIssued 3 May 2021", "2021-05-03", None),
        ("Valid until 1 June 2022", None, None),
        ("Patient: A. A., born 4 March 1951\nDate of report: 12 May 2016", "2016-05-12", None),
        ("Date of birth:\n4 March 1951\nDate of report:\n12 May 2016", "2016-05-12", None),
        ("DOB 04.03.1951", None, None),
        ("geboren am 4. März 1951\nVeröffentlicht am 3. Mai 2019", "2019-05-03", None),
        ("Stand: 12.05.2016, abgerufen am 3. Juni 2019", "2016-05-12", None),
        ("né le 4 mars 1951\nPublié le 1er août 2019", "2019-08-01", None),
        ("Publicado el 12 de mayo de 2016, vence el 3 de junio de 2017", "2016-05-12", None),
        ("发布于2016年5月12日", "2016-05-12", None),
        ("Pubblicato il 12 maggio 2016, aggiornato il 3 giugno 2017", "2016-05-12", "2017-06-03"),
        ("Nata il 4 marzo 1951\nPubblicato il 12 maggio 2016", "2016-05-12", None),
        ("Publicado em 12 de maio de 2016 às 10:30", "2016-05-12", None),
        ("Nascido em 4 de março de 1951\nAtualizado em 3 de junho de 2017", None, "2017-06-03"),
        ("Door Anna de Vries\nGepubliceerd op 12 mei 2016", "2016-05-12", None),
        ("Vervaldatum: 4 maart 2018\nGepubliceerd: 12 mei 2016", "2016-05-12", None),
        ("Opublikowano 12 maja 2016 r., aktualizacja: 3 czerwca 2017", "2016-05-12", "2017-06-03"),
        ("Dostęp: 3 czerwca 2017", None, None),
        ("Опубликовано 12 мая 2016 г.", "2016-05-12", None),
        ("Дата рождения: 4 марта 1951\nОбновлено 3 июня 2017", None, "2017-06-03"),
        ("Join us on 3 May 2021", None, None),
        ("Today: 3 May 2021", None, None),
        ("Last updated: May 3, 2022", None, "2022-05-03"),
        ("Updated May 3, 2022\nFirst published May 1, 2022", "2022-05-01", "2022-05-03"),
        ("Published and last updated May 3, 2022", "2022-05-03", None),
        ("Last visited 3 May 2021", None, None),
        ("The meeting will be held on 3 May 2021", None, None),
        ("© 2019-05-03 Tea Trust", None, None),
        ("1 May 2022", "2022-05-01", None),
        ("1 August 2024", None, None),
        ("2 June 2024", "2024-06-02", None),
        ("Published 25/6/2019", "2019-06-25", None),
        ("Published 6/25/2019", "2019-06-25", None),
    ],
)
def test_the_label_beside_a_date_decides(lines: str, published: str | None, updated: str | None) -> None:
    """What is labelled as published wins; births, deadlines, visits and dates after tomorrow are no dates of it."""
    found = described(f"The Old Tea Road\n{lines}")
    assert (found.title, found.published, found.updated) == ("The Old Tea Road", published, updated)


def test_a_first_line_that_states_a_date_is_no_title() -> None:
    assert described("Patient: A. A., born 4 March 1951\nReport on Mr. A.\nDate of report: 12 May 2016").title == (
        "Report on Mr. A."
    )
    assert described("Invoice no: 12 of 3 May 2021\nThe Old Tea Road").title == "The Old Tea Road"
    assert described("Minutes of 3 May 2021").title == "Minutes of 3 May 2021"


def test_an_order_of_day_and_month_that_is_not_certain_leaves_the_year() -> None:
    """And a warning, unless another date of the text or its language shows the order."""
    description = describe(f"The Old Tea Road\nPublished: 5/6/1999\n\n{BODY}\n\n{BODY}", today=TODAY)
    assert description.metadata.published == "1999"
    assert description.warnings == ("the order of day and month in its date is not certain: only the year is taken",)
    other = describe(f"The Old Tea Road\nPublished: 5/6/1999\n\n{BODY} It ended on 25/12/1998.\n\n{BODY}", today=TODAY)
    assert (other.metadata.published, other.warnings) == ("1999-06-05", ())
    german = "Der Tee kam zweihundert Jahre lang über Land. Er wurde zu Ziegeln gepresst, und die Ziegel waren Geld."
    assert described("Die alte Straße\nVeröffentlicht: 5/6/1999", german).published == "1999-06-05"


TEA = "Tea went overland for two hundred years. It was pressed into bricks, and the bricks were money on the road."
DATED = f"Published: 5/6/1999\n\n{TEA}\n\n{TEA}"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", DATED.encode()),
        ("a.md", f"# The Old Tea Road\n\n{DATED}".encode()),
        ("a.html", "".join(f"<p>{line}</p>" for line in ("<h1>The Old Tea Road</h1>", *DATED.split("\n\n"))).encode()),
        ("a.docx", word("".join(map(para, DATED.split("\n\n"))))),
        ("a.csv", f'title,date,text\nTea,5/6/1999,"{TEA}"\n'.encode()),
        ("a.jsonl", json.dumps({"title": "Tea", "published": "5/6/1999", "text": TEA}).encode()),
        ("b.md", f"---\ntitle: Tea\ndate: 5/6/1999\n---\n\n{TEA}".encode()),
        ("a.tex", f"\\title{{Tea}}\\date{{5/6/1999}}\\begin{{document}}\n{TEA}\n\\end{{document}}".encode()),
    ],
)
def test_a_date_whose_order_is_not_certain_leaves_the_year_and_a_warning(name: str, data: bytes) -> None:
    """Of whatever format, and whether it is a field or stands in the text."""
    (document,) = read(data, name).extracts
    assert isinstance(document, Extract)
    assert (document.metadata.published, UNCERTAIN_ORDER in document.warnings) == ("1999", True)


def test_the_order_is_read_off_the_dates_that_show_it() -> None:
    assert day_comes_first("1/2/2020 and 25/12/2020") is True
    assert day_comes_first("1/2/2020 and 12/25/2020") is False
    assert day_comes_first("12/25/2020 and 25/12/2020", "de") is None
    assert day_comes_first("1/2/2020", "de") is True
    assert day_comes_first("1/2/2020", "en") is None


@pytest.mark.parametrize(
    ("value", "iso"),
    [
        ("12.05.2016", "2016-05-12"),
        ("01.13.2016", "2016-01-13"),
        ("5/6/1999", "1999"),
        ("5/5/1999", "1999-05-05"),
        ("31/31/1999", "1999"),
        ("12. Mai 2016", "2016-05-12"),
        ("1er août 2016", "2016-08-01"),
        ("12 de mayo de 2016", "2016-05-12"),
        ("2016年5月12日", "2016-05-12"),
        ("2016年5月", "2016-05"),
        ("2016년 5월 12일", "2016-05-12"),
        ("２０１６年５月１２日", "2016-05-12"),
        ("12 maggio 2016", "2016-05-12"),
        ("1° genn. 2016", "2016-01-01"),
        ("12 de março de 2016", "2016-03-12"),
        ("12 set. 2016", "2016-09-12"),
        ("12 mei 2016", "2016-05-12"),
        ("3 maart 2016", "2016-03-03"),
        ("12 października 2016 r.", "2016-10-12"),
        ("12 мая 2016 г.", "2016-05-12"),
        ("12 сент. 2016", "2016-09-12"),
        ("12 maj 2016", "2016-05-12"),
        ("12 kesäkuuta 2016", "2016-06-12"),
        ("12. října 2016", "2016-10-12"),
        ("12 ao\u0302t 2016", "2016"),
        ("12 fe\u0301vrier 2016", "2016-02-12"),
        ("12. 5. 2016", "2016-05-12"),
        ("2016. 5. 12.", "2016-05-12"),
        ("12/May/2016:10:00:00", "2016-05-12"),
        ("May 12,2016", "2016-05-12"),
        ("20160512", "2016-05-12"),
        ("20160512T101500Z", "2016-05-12"),
        ("Thu May 12 10:15:00 EST 2016", "2016-05-12"),
        ("20161312", None),
        ("sold out 2016", "2016"),
        ("In 2016. 5 people", "2016"),
        ("Mayor of 2016", "2016"),
        ("5/6/99", None),
    ],
)
def test_dates_of_other_languages_and_in_figures(value: str, iso: str | None) -> None:
    assert iso_date(value) == iso


def test_each_date_of_a_line_has_its_own_label() -> None:
    found = [
        (one.label, one.iso) for one in labelled_dates("Born 4 March 1951, posted May 2019; 3 May 2020 (accepted)")
    ]
    assert found == [(Label.NEVER, "1951-03-04"), (Label.PUBLISHED, "2019-05"), (Label.HISTORY, "2020-05-03")]


def test_a_guess_in_the_future_is_dropped_and_a_statement_kept() -> None:
    """Tomorrow is no future: it may have begun elsewhere."""
    origins = {"published": Origin.NAME, "updated": Origin.FORMAT}
    found = without_future_guesses(Metadata(published="2031", updated="2031-06-01", origins=origins), TODAY)
    assert (found.published, found.updated, dict(found.origins)) == (None, "2031-06-01", {"updated": Origin.FORMAT})
    for iso in ("2024-06-02", "2024-06", "2024", "1999"):
        metadata = Metadata(published=iso, origins={"published": Origin.TEXT})
        assert without_future_guesses(metadata, TODAY) == metadata


@pytest.mark.parametrize(
    ("byline", "authors"),
    [
        ("By Ann Bee, Carl Dee and Eva Fee", ("Ann Bee", "Carl Dee", "Eva Fee")),
        ("BY ANN BEE", ("ANN BEE",)),
        ("By Ann Bee, London", ("Ann Bee",)),
        ("By Ann Bee in New York", ("Ann Bee",)),
        ("By Ann Bee, Department of Botany", ("Ann Bee",)),
        ("By Ann Bee, staff writer", ("Ann Bee",)),
        ("By Andrew Senior", ("Andrew Senior",)),
        ("By Tom Ude Jr.", ("Tom Ude Jr.",)),
        ("By April Jones", ("April Jones",)),
        ("By Ludwig van Model", ("Ludwig van Model",)),
        ("By 王小明", ("王小明",)),
        ("By Staff", ()),
        ("By Share Tweet", ()),
        ("By Monday", ()),
        ("Author: Follow", ()),
        ("Author: Department of Botany", ()),
        ("Author: ann@example.org", ()),
    ],
)
def test_only_people_and_groups_are_authors(byline: str, authors: tuple[str, ...]) -> None:
    """Buttons, weekdays, places, affiliations and jobs are none."""
    assert described(f"The Old Tea Road\n\n{byline}").authors == authors
