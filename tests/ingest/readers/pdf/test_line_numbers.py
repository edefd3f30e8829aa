"""Line numbers leave a text; numbers that are part of it stay."""

from __future__ import annotations

import pytest

from ingest.readers.pdf.characters import Box
from ingest.readers.pdf.line_numbers import without_line_numbers
from ingest.readers.pdf.lines import Line
from tests.ingest.readers.test_pdf import extracted, printed

PROSE = [
    "The keeper of the bridge wrote down each boat that came",
    "under it by night, and the clerk of the town copied his",
    "book in the winter months. In the year of the flood the",
    "book has no entry for nine days, and the clerk left the",
    "lines white. Later hands have filled them with weather,",
    "with the price of salt and with the names of the drowned,",
    "so that the page looks fuller than any other in it. The",
    "bridge was mended in the spring after that and a second",
    "keeper was paid to count the carts which crossed it. He",
    "was the first to write the hour beside each of them, and",
    "nobody after him kept the hours with as much care as he.",
]
PITCH = 14.0


def line(text: str, left: float, row: int, right: float | None = None) -> Line:
    top = 100 + PITCH * row
    return Line(text, Box(left, top, left + 5.0 * len(text) if right is None else right, top + 11), 10)


def numbers(values: list[int], rows: list[int] | None = None, right: float = 50) -> list[Line]:
    """Numbers flush right, each at its row."""
    at = rows or list(range(len(values)))
    return [line(str(value), right - 5 * len(str(value)), row, right) for value, row in zip(values, at, strict=True)]


def prose(left: float = 72, lines: list[str] = PROSE) -> list[Line]:
    return [line(text, left, row) for row, text in enumerate(lines)]


def texts(page: list[Line]) -> list[str]:
    return [each.text for each in page]


COUNT = len(PROSE)


@pytest.mark.parametrize("right", [50, 380])
def test_a_number_for_every_line_leaves(right: float) -> None:
    """In the margin on the left or on the right; what left is listed by pages."""
    (page,), left_out = without_line_numbers([[*prose(), *numbers(list(range(1, COUNT + 1)), right=right)]])
    assert texts(page) == PROSE
    assert left_out == ("1 2 3 4 5 6 7 8 9 10 11",)


def test_a_number_for_every_fifth_line_leaves() -> None:
    lines = prose(lines=[*PROSE, *PROSE[1:8]])
    (page,), left_out = without_line_numbers([[*lines, *numbers([5, 10, 15], [4, 9, 14])]])
    assert texts(page) == texts(lines)
    assert left_out == ("5 10 15",)


def test_numbers_that_go_on_over_pages_leave_to_the_last_line() -> None:
    """A last page of two lines has too few numbers of its own; they stand where those of the other pages do."""
    pages = [
        [*prose(), *numbers(list(range(1, 12)))],
        [*prose(), *numbers(list(range(12, 23)))],
        [*prose(lines=PROSE[:2]), *numbers([23, 24])],
    ]
    kept, left_out = without_line_numbers(pages)
    assert texts(kept[2]) == PROSE[:2]
    assert left_out[-1] == "23 24"


def test_numbers_in_the_same_text_as_the_line_leave() -> None:
    """Only spaces part them from the line."""
    lines = [line(f"{number} {text}", 60, number) for number, text in enumerate(PROSE, start=1)]
    (page,), left_out = without_line_numbers([lines])
    assert texts(page) == PROSE
    assert left_out == ("1 2 3 4 5 6 7 8 9 10 11",)


def test_numbers_between_two_columns_leave_with_those_beside_the_first() -> None:
    right = prose(left=420)
    lines = [*prose(), *numbers(list(range(1, 12))), *right, *numbers(list(range(12, 23)), right=410)]
    (page,), left_out = without_line_numbers([lines])
    assert texts(page) == [*PROSE, *PROSE]
    assert len(left_out) == 2


@pytest.mark.parametrize("gap", [7, 12, 30])
@pytest.mark.parametrize("step", [1, 5])
def test_a_numbered_proof_reads_as_one_without_numbers(gap: float, step: int) -> None:
    """Sentences run on from line to line, whether the numbers stand near or far."""
    lines = [*PROSE, *PROSE[1:5]]
    words = [(60, 100 + 16 * i, text) for i, text in enumerate(lines)]
    margin = [(60 - gap - 5.6 * len(str(n)), 84 + 16 * n, str(n)) for n in range(1, len(lines) + 1) if n % step == 0]
    extract = extracted(printed(sorted([*words, *margin], key=lambda word: word[1])))
    assert extract.text == " ".join(lines)
    assert extract.left_out[-1].split()[-1] == "15"


LIST = ["Salt", "Herring from the north", "Rope", "Tar", "Oars and sails", "Planks"]
VERSE = [
    "Under the bridge the water",
    "Goes where the water goes,",
    "Nobody knows the ferry,",
    "Everyone knows the rose.",
]


@pytest.mark.parametrize(
    "lines",
    [
        [*prose(lines=LIST), *numbers([1, 2, 3, 4, 5, 6])],
        [*prose(lines=VERSE * 4), *numbers([5, 10, 15], [4, 9, 14])],
        [*prose(), *numbers([1901, 1902, 1904, 1907, 1911, 1912, 1915, 1921, 1922, 1923, 1930])],
        [*prose(lines=PROSE[:3]), *numbers([1, 2, 3])],
        [*prose(), *numbers([3, 7], [2, 6])],
        [*numbers([1, 2, 3, 4, 5, 6]), *(line(f"{n}.5", 100, row) for row, n in enumerate([3, 2, 5, 9, 8, 4]))],
        [*prose(), *numbers([1, 2, 3, 4, 5], [0, 2, 4, 6, 8])],
        [*prose(lines=["herring and rope"] * 8), *numbers(list(range(1, 9)))],
        [
            *prose(lines=["herring of the north and rope of the south"] * 8),
            *numbers(list(range(1, 9))),
            *(line(f"{n}.5", 400, row) for row, n in enumerate([3, 2, 5, 9, 8, 4, 7, 1])),
        ],
        [line(f"{n} {text.capitalize()}", 60, n) for n, text in enumerate(PROSE, start=1)],
    ],
    ids=[
        "list",
        "verse",
        "years",
        "too few",
        "notes",
        "table",
        "items of several lines",
        "cells",
        "a table of two",
        "sentences",
    ],
)
def test_numbers_that_count_something_else_stay(lines: list[Line]) -> None:
    """A list, verse, years, notes, a table and items of several lines keep their numbers."""
    (page,), left_out = without_line_numbers([lines])
    assert page == lines
    assert left_out == ()
