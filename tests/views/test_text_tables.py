"""Tables in the text of a document are shown as tables, whose text is that of the document."""

from __future__ import annotations

import pytest

from index import Span
from views.components.text_tables import tables_in

MARKDOWN = "Before.\n\n| Weir | Built |\n|:-----|---:|\n| Ford \\| mill | 1911 |\n| Old | |\n\nAfter | all.\n"
ROWS = "Read this | now\n\nPlace | Morning | Evening\nFord | 1.2 m | 1.4 m\nMill | 0.8 m\n\nAfter."
CELLS = "Weir: Ford\nBuilt: 1911\n\nWeir: Mill\n\nWeir: Old; new\nBuilt: 1790\n\nA note on it."
FIELDS = "Pond: Mill; Depth: 1.2; Reeds: 17%\n\nPond: Castle; Reeds: 40%\n\nSeen: once"

Words = list[list[str | None]]


@pytest.mark.parametrize(
    ("name", "text", "names", "rows"),
    [
        ("a.md", MARKDOWN, [], [["Weir", "Built"], ["Ford \\| mill", "1911"], ["Old", None]]),
        (
            "a.html",
            ROWS,
            [],
            [["Place", "Morning", "Evening"], ["Ford", "1.2 m", "1.4 m"], ["Mill | 0.8 m"]],
        ),
        (
            "a.html",
            "| Salt | Rope\n1901 |  | −2\n1902 | 3 |",
            [],
            [[None, "Salt", "Rope"], ["1901", None, "−2"], ["1902", "3", None]],
        ),
        ("a.csv", CELLS, ["Weir", "Built"], [["Ford", "1911"], ["Mill", None], ["Old; new", "1790"]]),
        ("a.xlsx", FIELDS, ["Pond", "Depth", "Reeds"], [["Mill", "1.2", "17%"], ["Castle", None, "40%"]]),
    ],
)
def test_rows_and_cells_stand_where_the_reader_wrote_them(name: str, text: str, names: list[str], rows: Words) -> None:
    """A row whose columns cannot be told is one cell. Other lines are no table."""
    (table,) = tables_in(text, Span(0, len(text)), name)
    assert [[cell and text[slice(*cell)] for cell in row] for row in table.rows] == rows
    assert list(table.names) == names
    assert table.headed == (name == "a.md")


@pytest.mark.parametrize("name", ["a.txt", "a.pdf", "a.json"])
def test_formats_whose_readers_know_no_cells_have_no_tables(name: str) -> None:
    for text in (MARKDOWN, ROWS, CELLS, FIELDS):
        assert tables_in(text, Span(0, len(text)), name) == []
