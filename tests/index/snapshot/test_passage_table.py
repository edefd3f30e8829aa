"""The table of passages: named columns over one array."""

from __future__ import annotations

import numpy as np

from index.snapshot.passage_table import COLUMNS, PassageTable
from index.types import Span

ROWS = np.array([[7, 1, 0, 40, 0, 2], [8, 1, 41, 60, 2, 3], [9, 4, 5, 12, 3, 3]], np.int64)


def test_columns_have_names_and_are_views() -> None:
    """A change of the array shows in each column: nothing was copied."""
    array = ROWS.copy()
    table = PassageTable(array)
    columns = [
        *(table.numbers, table.documents, table.starts, table.ends),
        *(table.first_sentences, table.last_sentences),
    ]
    np.testing.assert_array_equal(np.column_stack(columns), ROWS)
    array += 1
    np.testing.assert_array_equal(np.column_stack(columns), ROWS + 1)
    assert len(table) == 3


def test_rows_give_spans_and_sentences() -> None:
    table = PassageTable(ROWS)
    assert table.spans(np.array([2, 0])) == [Span(5, 12), Span(0, 40)]
    assert table.spans(np.empty(0, np.int64)) == []
    assert [table.sentence_bounds(row) for row in range(3)] == [(0, 2), (2, 3), (3, 3)]


def test_tables_are_joined_in_order() -> None:
    """No table at all makes an empty one with all columns."""
    joined = PassageTable.concatenated([PassageTable(ROWS[:2]), PassageTable(ROWS[2:])])
    np.testing.assert_array_equal(joined.array, ROWS)
    empty = PassageTable.concatenated([])
    assert empty.array.shape == (0, COLUMNS)
    assert empty.array.dtype == np.int64
