"""How the rows of a table are written as lines: the cells with bars between them, each value in its row and column."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count
from typing import Generic, NamedTuple, TypeVar

Content = TypeVar("Content")
Content_co = TypeVar("Content_co", covariant=True)

_MAX_MERGED = 2_000  # rows or columns that a cell may reach over (a guess)
_LONGEST_LABEL = 200  # characters of a cell that is repeated in each row that it reaches into (a guess)
_MAX_CELLS = 2_000_000  # of a table whose merged cells are laid out (a guess)


class SpanningCell(NamedTuple, Generic[Content_co]):
    """A cell, and over how many columns and rows it reaches."""

    content: Content_co
    across: int = 1
    down: int = 1


def in_columns(
    rows: Iterable[Iterable[SpanningCell[Content]]], length: Callable[[Content], int]
) -> list[list[Content | None]]:
    """The rows with each cell in its column, as a browser lays them out; None where a neighbour reaches.

    A cell that reaches down stands in each of its rows, unless it is longer than a label: then in the first alone.
    """
    placed: list[dict[int, Content]] = []
    reaching: dict[int, tuple[int, SpanningCell[Content]]] = {}  # by column: for how many rows more, and the cell
    for row in rows:
        below = {column: (left - 1, cell) for column, (left, cell) in reaching.items() if left > 1}
        here = {
            column: cell.content for column, (_, cell) in reaching.items() if length(cell.content) <= _LONGEST_LABEL
        }
        taken = {at for column, (_, cell) in reaching.items() for at in range(column, column + cell.across)}
        free = (column for column in count() if column not in taken)
        for cell in row:
            column, across = next(free), min(max(cell.across, 1), _MAX_MERGED)
            here[column] = cell.content
            taken.update(range(column, column + across))
            if cell.down > 1:
                below[column] = min(cell.down, _MAX_MERGED) - 1, cell._replace(across=across)
        placed.append(here)
        reaching = below
    width = 1 + max((column for row in placed for column in row), default=-1)
    if width * len(placed) > _MAX_CELLS:
        return [[row[column] for column in sorted(row)] for row in placed]
    return [[row.get(column) for column in range(width)] for row in placed]


def row_lines(rows: Sequence[Sequence[str | None]]) -> Iterator[str]:
    """A line for each row, "" for an empty one. A cell is None where a neighbour reaches.

    Where all rows have as many cells, an empty cell keeps its place, so that every value stays under its column;
    columns without any value are left out. Other tables have merged cells, and are written without empty ones.
    """
    is_grid = len(rows) > 1 and len({len(row) for row in rows}) == 1
    used = [i for i in range(len(rows[0])) if any(row[i] for row in rows)] if is_grid else []
    for row in rows:
        cells = [row[i] for i in used] if is_grid and any(row) else [cell for cell in row if cell]
        while cells and cells[-1] is None:
            cells.pop()
        yield " | ".join(cell or "" for cell in cells).strip()
