"""How the rows of a table are written as lines: the cells with bars between them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence


def row_lines(rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A line for each row, "" for an empty one.

    Where all rows have as many cells, an empty cell keeps its place, so that every value stays under its column;
    columns without any value are left out. Other tables have merged cells, and are written without empty ones.
    """
    is_grid = len(rows) > 1 and len({len(row) for row in rows}) == 1
    used = [i for i in range(len(rows[0])) if any(row[i] for row in rows)] if is_grid else []
    for row in rows:
        cells = [row[i] for i in used] if is_grid and any(row) else [cell for cell in row if cell]
        yield " | ".join(cells).strip()
