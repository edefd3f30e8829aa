"""The format of a CSV file: its delimiter, and the row that names its columns."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice

from ingest.metadata.fields import header_row

_DELIMITERS = ",;\t|"
_NO_DELIMITER = "\x1f"  # for a table of one column: the unit separator, which no text contains
_LARGEST_FIELD = 2**31 - 1  # characters: the largest limit that the csv module takes on every platform
_HEAD_CHARS = 100_000  # among which the delimiter and the column names are looked for (a guess)
_SAMPLED_ROWS = 50  # of which the delimiter of a table without texts must part most alike (a guess)

_SEP_LINE = re.compile(r"\s*\"?sep=(.)\"?[ \t]*(?:\r\n|\r|\n|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TableFormat:
    """``header``: the index of the row that names the columns, None in a table without texts; ``start``: the offset of
    the first row, after Excel's line ``sep=;``."""

    delimiter: str
    header: int | None
    start: int = 0


def table_format(text: str) -> TableFormat:
    """The delimiter that parts the row of column names into the most names, one of which must be a text field's.

    Only that row is looked at: the texts in the rows contain all of these characters.
    """
    # The limit holds for all csv readers of the process; its default, 128 KB, is too small for a text.
    csv.field_size_limit(_LARGEST_FIELD)
    sep_line = _SEP_LINE.match(text)
    start = sep_line.end() if sep_line else 0
    head = text[start : start + _HEAD_CHARS]
    delimiters = [sep_line[1]] if sep_line else list(_DELIMITERS)
    best, most_names = TableFormat("", None, start), 0
    for delimiter in delimiters:
        rows = list(islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _SAMPLED_ROWS))
        header = header_row(rows)
        if header is not None and len(rows[header]) > most_names:
            best, most_names = TableFormat(delimiter, header, start), len(rows[header])
    if most_names == 1:
        return replace(best, delimiter=_NO_DELIMITER)
    return best if best.delimiter else replace(best, delimiter=_even_delimiter(head, delimiters))


def _even_delimiter(head: str, delimiters: Sequence[str]) -> str:
    """The delimiter that parts the most rows into the same number of cells, more than one; none may do so."""

    def evenness(delimiter: str) -> tuple[int, int]:
        rows = islice(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter), _SAMPLED_ROWS)
        counts = Counter(len(row) for row in rows if len(row) > 1)
        cells, rows_alike = counts.most_common(1)[0] if counts else (0, 0)
        return rows_alike, cells

    best = max(delimiters, key=evenness)
    return best if evenness(best) > (0, 0) else _NO_DELIMITER
