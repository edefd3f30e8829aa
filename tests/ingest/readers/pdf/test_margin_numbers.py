"""Numbers of paragraphs in the right margin are no words of the lines beside them."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.readers.pdf.printing import PAGE, reading_of

PROSE = (
    "The keeper of the sluice must open the gate before the third hour of the flood,",
    "and he must write down the hour at which he did so in the book of the sluice,",
    "so that nobody who draws water without his leave can say that he had it.",
)
ITEMS = ("Gate of oak, with its chains", "Book of the sluice, bound in calf", "Rope of hemp, forty feet")


def page(numbers: Sequence[str], rows: Sequence[str] = PROSE, x: float = 545) -> bytes:
    """A page of paragraphs, each with one of the numbers beside its first line."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    y = 720
    for number in numbers:
        pdf.setFont("Times-Roman", 8)
        pdf.drawString(x, y, number)
        pdf.setFont("Times-Roman", 11)
        for row in rows:
            pdf.drawString(120, y, row)
            y -= 14
        y -= 12
    pdf.save()
    return out.getvalue()


@pytest.mark.parametrize(
    "numbers", [("12", "13", "14", "15"), ("[1]", "[2]", "[3]"), ("(7)", "(8)", "(9)"), ("§ 3", "§ 4", "§ 5", "§ 6")]
)
def test_numbers_in_the_right_margin_leave_the_sentences_and_are_listed(numbers: Sequence[str]) -> None:
    _, found = reading_of(page(numbers))
    assert found.text.count(" ".join(PROSE)) == len(numbers)
    assert " ".join(numbers) in found.left_out


@pytest.mark.parametrize(
    ("numbers", "rows", "x"),
    [
        (("12", "30", "41", "5"), PROSE, 545),  # amounts
        (("12", "13"), PROSE, 545),  # too few to tell
        (("1", "2", "3", "4"), ITEMS[:1], 400),  # the last column of a table
        (("1.", "2.", "3."), PROSE, 90),  # items of a list
        (("12", "13", "14"), PROSE, 70),  # in the left margin: in front of their paragraphs
    ],
)
def test_other_numbers_beside_text_stay(numbers: Sequence[str], rows: Sequence[str], x: float) -> None:
    _, found = reading_of(page(numbers, rows, x))
    words = found.text.split()
    assert all(number in words for number in numbers)
