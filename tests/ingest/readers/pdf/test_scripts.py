"""Raised and lowered characters keep their height; other small type is ordinary text."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.readers.pdf.printing import PAGE, Run, page_with, text_of

UP, DOWN = 4.0, -2.0  # points, of type of 11 points
AFTER: Run = (" was written on the board in the hall.", 11, 0)


def up(text: str, size: float = 7, rise: float = UP) -> Run:
    return text, size, rise


def down(text: str, size: float = 7) -> Run:
    return text, size, DOWN


def plain(text: str) -> Run:
    return text, 11, 0


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([plain("In all 10"), up("6")], "In all 10⁶"),
        ([plain("In all 3.2 × 10"), up("\u20133")], "In all 3.2 × 10⁻³"),
        ([plain("A plot of 25 m"), up("2")], "A plot of 25 m²"),
        ([plain("Then CO"), down("2")], "Then CO₂"),
        ([plain("Then H"), down("2"), plain("SO"), down("4")], "Then H₂SO₄"),
        ([plain("The survey of Jones"), up("1,2")], "The survey of Jones¹,²"),
        ([plain("The rate of 12"), up("3"), plain(" percent")], "The rate of 12³ percent"),
        ([plain("In the year 1914."), up("3")], "In the year 1914.³"),
        ([plain("Cups: 1"), up("1"), plain("/"), down("2")], "Cups: 1¹/₂"),
        ([plain("Dated by "), up("14"), plain("C")], "Dated by ¹⁴C"),
        ([plain("The 1"), up("st"), plain(" and 2"), up("nd")], "The 1st and 2nd"),
        ([plain("In all 3.4"), up("*"), plain(", and 5"), up("*"), plain(",")], "In all 3.4*, and 5*,"),
        ([plain("A mark"), up("*")], "A mark*"),
        ([plain("Printed at 5"), up("2", size=9.2, rise=4.4)], "Printed at 5²"),
        ([plain("Raised far 5"), up("2", rise=6.5)], "Raised far 5²"),
        ([plain("Printed as large 10"), up("6", size=11)], "Printed as large 10⁶"),
        ([plain("Printed low CO"), up("2", size=11, rise=-2.5)], "Printed low CO₂"),
        ([plain("Lowered far CO"), up("2", rise=-5.5)], "Lowered far CO₂"),
        ([plain("The sum x"), down("i"), plain(" of it")], "The sum xi of it"),
    ],
)
def test_figures_set_higher_or_lower_keep_their_height(runs: list[Run], expected: str) -> None:
    """No space comes between, and the line goes on behind them."""
    assert text_of(page_with([*runs, AFTER])) == expected + AFTER[0]


@pytest.mark.parametrize(
    ("runs", "expected"),
    [
        ([plain("Signed by A"), ("NNA 1914", 8, 0), plain(" B")], "Signed by ANNA 1914 B"),
        ([("T", 30, -12), plain("he year 1914")], "The year 1914"),
        ([plain("Price: 12"), (" (net 15) ", 8, 0)], "Price: 12 (net 15)"),
    ],
)
def test_small_capitals_initials_and_small_type_are_no_exponents(runs: list[Run], expected: str) -> None:
    assert text_of(page_with([*runs, AFTER])).startswith(expected)


def test_a_footnote_in_small_type_keeps_its_figures() -> None:
    """Its mark is raised against its own type; the block itself is text."""
    body = [plain("The guild kept eleven boats until the reform of 1888, and then twelve.")]
    note: list[Run] = [("1", 5, 2.5), (" In 1889 there were 13 of them, as the harbour book says.", 8, 0)]
    text = text_of(page_with(body, body, [plain("")], [plain("")], note))
    assert text.endswith("¹ In 1889 there were 13 of them, as the harbour book says.")


@pytest.mark.parametrize("first", [False, True])
def test_a_figure_that_the_file_draws_apart_is_in_its_line(first: bool) -> None:
    """All raised figures of a page may be drawn before or after its text: none is lost, none is a page number."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    end = 60 + stringWidth("In all 10", "Times-Roman", 11)
    figures = [(end, 704.0, "6", 7)]
    text = [
        (60.0, 700.0, "In all 10", 11),
        (end + 4, 700.0, " cells were counted in the hall.", 11),
        (60.0, 686.0, "They were counted again in the yard.", 11),
    ]
    for x, y, drawn, size in [*figures, *text] if first else [*text, *figures]:
        pdf.setFont("Times-Roman", size)
        pdf.drawString(x, y, drawn)
    pdf.save()
    assert text_of(out.getvalue()).startswith("In all 10⁶ cells were counted in the hall.")


def test_a_figure_that_the_file_draws_last_stands_where_the_page_shows_it() -> None:
    """Exponents of a sum are often drawn behind the sign that follows them."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    for x, text, size, rise in [
        (60, "a", 12, 0),
        (72, "+", 12, 0),
        (66.5, "2", 7, 5),
        (84, "b is what is meant", 12, 0),
    ]:
        pdf.setFont("Times-Roman", size)
        pdf.drawString(x, 700 + rise, text)
    pdf.save()
    assert text_of(out.getvalue()) == "a² + b is what is meant"


def spaced(text: str, gap: float = 6, word: float = 8) -> str:
    """The text of a heading whose letters are drawn apart, above a line of text."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    pdf.setFont("Times-Bold", 12)
    x = 60.0
    for letter in text:
        pdf.drawString(x, 700, letter.strip())
        x += word if letter == " " else gap + stringWidth(letter, "Times-Bold", 12)
    pdf.setFont("Times-Roman", 11)
    pdf.drawString(60, 670, "The guild kept eleven boats until the reform of 1888.")
    pdf.save()
    return text_of(out.getvalue()).splitlines()[0]


@pytest.mark.parametrize("text", ["ABSTRACT", "SUMMARY", "WORKS CITED"])
def test_a_heading_with_letters_apart_is_read_as_words(text: str) -> None:
    assert spaced(text) == text


def test_names_of_columns_are_no_word() -> None:
    assert spaced("ABCDEF") == "A B C D E F"
