"""SpanningCell cells: each value keeps its row and its column, in every format that has tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers import read
from ingest.readers.table_rows import SpanningCell, in_columns
from ingest.types import Extract
from tests.ingest.readers.test_office import book, para, word, writer

Rows = list[list[tuple[str, int, int]]]

BOATS: Rows = [
    [("Town", 1, 2), ("Boats", 2, 1), ("Tolls", 1, 1)],
    [("1901", 1, 1), ("1902", 1, 1), ("1902", 1, 1)],
    [("Tolbury", 1, 1), ("12", 1, 1), ("14", 1, 1), ("3", 1, 1)],
    [("Ilva", 1, 2), ("lost", 2, 1), ("5", 1, 1)],
    [("", 1, 1), ("9", 1, 1), ("6", 1, 1)],
    [("All of them were counted in May", 4, 1)],
]
PROSE = "The boats of each town were counted in the spring, and nobody knows today who it was that counted them."
LINES = [
    "Town | Boats |  | Tolls",
    "Town | 1901 | 1902 | 1902",
    "Tolbury | 12 | 14 | 3",
    "Ilva | lost |  | 5",
    "Ilva |  | 9 | 6",
    "All of them were counted in May",
]


def docx() -> bytes:
    """The same; Word writes an empty cell where one reaches down."""

    def cell(text: str, properties: str = "") -> str:
        return f"<w:tc><w:tcPr>{properties}</w:tcPr>{para(text)}</w:tc>"

    begun, below = '<w:vMerge w:val="restart"/>', "<w:vMerge/>"
    two, four = (f'<w:gridSpan w:val="{number}"/>' for number in (2, 4))
    rows = [
        cell("Town", begun) + cell("Boats", two) + cell("Tolls"),
        cell("", below) + cell("1901") + cell("1902") + cell("1902"),
        cell("Tolbury") + cell("12") + cell("14") + cell("3"),
        cell("Ilva", begun) + cell("lost", two) + cell("5"),
        cell("", below) + cell("") + cell("9") + cell("6"),
        cell("All of them were counted in May", four),
    ]
    return word(f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>")


def odt() -> bytes:
    def cell(text: str, across: int, down: int) -> str:
        spans = f'table:number-columns-spanned="{across}" table:number-rows-spanned="{down}"'
        covered = "<table:covered-table-cell/>" * (across - 1)
        return f"<table:table-cell {spans}><text:p>{text}</text:p></table:table-cell>{covered}"

    rows = ("".join(cell(*each) for each in row) for row in BOATS)
    return writer(f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>")


def html() -> str:
    def cell(text: str, across: int, down: int) -> str:
        return f'<td colspan="{across}" rowspan="{down}">{text}</td>'

    rows = ("".join(cell(*each) for each in row) for row in BOATS)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"


FILES = {
    "a.docx": docx(),
    "a.odt": odt(),
    "a.html": f"<body><p>{PROSE}</p>{html()}<p>{PROSE}</p></body>".encode(),
    "a.epub": book("<p>Contents</p>", html()),
    "a.fb2": f"<FictionBook><body><section>{html()}</section></body></FictionBook>".encode(),
}


@pytest.mark.parametrize("name", FILES)
def test_a_value_stands_in_its_row_and_column(name: str) -> None:
    """A cell that reaches down is read in each of its rows; one that reaches across leaves its columns empty."""
    (found,) = read(FILES[name], name).extracts
    assert isinstance(found, Extract)
    assert [line for line in found.text.split("\n") if line and line != PROSE] == LINES


def cells(*rows: str) -> list[list[SpanningCell[str]]]:
    """Each cell as its text and how far it reaches: "a>2" across, "a^2" down."""
    made = []
    for row in rows:
        parts = [(cell.partition("^")[0].partition(">"), cell.partition("^")[2]) for cell in row.split()]
        made.append([SpanningCell(text, int(across or 1), int(down or 1)) for (text, _, across), down in parts])
    return made


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        (("a b", "c d"), [["a", "b"], ["c", "d"]]),
        (("a>2 b", "c d e"), [["a", None, "b"], ["c", "d", "e"]]),
        (("a^2 b", "c", "d e"), [["a", "b"], ["a", "c"], ["d", "e"]]),
        (("a b^3", "c", "d"), [["a", "b"], ["c", "b"], ["d", "b"]]),
        (("a>2^2 b", "c", "d e f"), [["a", None, "b"], ["a", None, "c"], ["d", "e", "f"]]),
        (("a b c", "d"), [["a", "b", "c"], ["d", None, None]]),
        (("a>99", "b c"), [["a", None], ["b", "c"]]),
        (("a^99",), [["a"]]),
    ],
)
def test_cells_are_laid_out_as_in_a_browser(rows: tuple[str, ...], columns: list[list[str | None]]) -> None:
    assert in_columns(cells(*rows), len) == columns


def test_a_long_cell_is_read_once() -> None:
    long = "x" * 300
    rows = [[SpanningCell(long, down=2), SpanningCell("a")], [SpanningCell("b")]]
    assert in_columns(rows, len) == [[long, "a"], [None, "b"]]


def test_a_table_that_claims_millions_of_columns_is_no_larger_than_its_cells() -> None:
    rows = [[SpanningCell("a", across=10**9), SpanningCell("b", down=10**9)] for _ in range(2_000)]
    assert in_columns(rows, len)[0][:1] == ["a"]


CELL = st.builds(SpanningCell, st.text("ab", min_size=1, max_size=2), st.integers(-1, 4), st.integers(-1, 4))


@given(st.lists(st.lists(CELL, max_size=4), max_size=5))
def test_no_cell_is_lost_and_their_order_stays(rows: list[list[SpanningCell[str]]]) -> None:
    marked = [[SpanningCell((i, j), *cell[1:]) for j, cell in enumerate(row)] for i, row in enumerate(rows)]
    placed = in_columns(marked, lambda _: 0)
    own = [[cell for cell in row if cell is not None and cell[0] == i] for i, row in enumerate(placed)]
    assert own == [[(i, j) for j, _ in enumerate(row)] for i, row in enumerate(rows)]
