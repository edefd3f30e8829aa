"""Watermarks and stamps are neither title nor text; what is turned for another reason stays."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from ingest.readers.pdf.stamps import is_watermark
from ingest.types import Extract
from tests.ingest.readers.test_pdf import BODY, LEFT, RIGHT, canvas, column, extracted, put

Turned = tuple[float, float, str, float, float]
"""How far from the left and from the top, text, size, degrees counterclockwise."""


def stamped(*marks: Turned, title: str = "On Silt", pages: int = 1) -> Extract:
    out = io.BytesIO()
    pdf = canvas(out)
    for number in range(pages):
        put(pdf, (60, 70, title, 18))
        for words in column([*BODY[number:], *BODY[:number], f"The end of part {number}."]):
            put(pdf, words)
        _turn(pdf, marks)
        pdf.showPage()
    pdf.save()
    return extracted(out.getvalue())


def _turn(pdf: Canvas, marks: Sequence[Turned]) -> None:
    for x, down, text, size, degrees in marks:
        pdf.saveState()
        pdf.translate(x, 800 - down)
        pdf.rotate(degrees)
        pdf.setFont("Helvetica", size)
        pdf.drawString(0, 0, text)
        pdf.restoreState()


UNSTAMPED = stamped().text


@pytest.mark.parametrize(
    "mark",
    [
        (120, 500, "CONFIDENTIAL", 60, 45),
        (150, 260, "Draft 3", 40, 30),
        (120, 220, "Owned by the Harbour Board", 9, 45),
        (90, 220, "DRAFT", 90, 0),
        (30, 600, "arXiv:2401.01234v2 [econ.GN] 5 Jan 2024", 18, 90),
        (585, 600, "Downloaded from https://example.org/silt by guest on 4 May 2021", 6, 90),
        (570, 200, "Printed for the Harbour Board", 7, 270),
        (60, 780, "Downloaded from https://example.org/silt on 4 May 2021", 6, 0),
        (60, 20, "CONFIDENTIAL", 10, 0),
        (260, 30, "Not for distribution", 24, 0),
    ],
)
def test_a_stamp_is_neither_title_nor_text(mark: Turned) -> None:
    """Across the text or beside it, at the head or the foot; it is listed as left out."""
    extract = stamped(mark)
    assert extract.text == UNSTAMPED
    assert extract.metadata.title == "On Silt"
    assert extract.left_out == (mark[2],)


def test_a_stamp_on_each_page_is_listed_once() -> None:
    extract = stamped((120, 500, "CONFIDENTIAL", 60, 45), (30, 600, "Copy 12 of 40", 8, 90), pages=3)
    assert set(extract.left_out) == {"CONFIDENTIAL", "Copy 12 of 40"}


def test_a_stamp_that_follows_the_text_in_the_file_is_turned_all_the_same() -> None:
    """Its words are no line of the text, whatever stands before it."""
    out = io.BytesIO()
    pdf = canvas(out)
    for words in column(BODY):
        put(pdf, words)
    _turn(pdf, [(40, 160, "Preprint 12 of the Harbour Board", 9, 90)])
    pdf.save()
    assert extracted(out.getvalue()).left_out == ("Preprint 12 of the Harbour Board",)


def test_the_archives_stamp_still_dates_the_paper() -> None:
    assert stamped((30, 600, "arXiv:2401.01234v2 [econ.GN] 5 Jan 2024", 18, 90)).metadata.published == "2024-01-05"


@pytest.mark.parametrize("degrees", [45, 90])
def test_turned_heads_of_a_tables_columns_stay(degrees: float) -> None:
    """Inside the width of the text they are text."""
    text = stamped((200, 400, "Spring tide", 8, degrees), (260, 400, "Neap tide", 8, degrees)).text
    assert "Spring tide" in text
    assert "Neap tide" in text


def test_a_page_laid_across_is_read_without_the_head_of_the_upright_pages() -> None:
    out = io.BytesIO()
    pdf = canvas(out)
    _turn(pdf, [(100 + 13 * i, 740, line, 10, 90) for i, line in enumerate([*LEFT, *RIGHT])])
    pdf.save()
    assert extracted(out.getvalue()).text == " ".join([*LEFT, *RIGHT])


@pytest.mark.parametrize(
    "text", ["CONFIDENTIAL", "D R A F T", "Draft – do not cite", "Uncorrected proof", "VERTRAULICH"]
)
def test_wordings_of_watermarks(text: str) -> None:
    assert is_watermark(text)


@pytest.mark.parametrize(
    "text", ["Confidentiality in medicine", "Drafting a will", "Copying and printing", "On proofs", ""]
)
def test_titles_that_begin_like_a_watermark_are_none(text: str) -> None:
    assert not is_watermark(text)
