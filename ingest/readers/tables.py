"""Tables, CSV with one of four delimiters: one document a row where a column holds texts, else one document."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from index.errors import ReadError
from ingest.encoding import Decoded, decode
from ingest.metadata.delimited import TableFormat, table_format
from ingest.metadata.fields import TEXT_FIELDS, column_names, row_text
from ingest.readers.plain import require_text
from ingest.readers.records import ID_FIELDS, read_record, reading_of
from ingest.types import Extract, Outcome, Reading, Unreadable

_LONGEST_TABLE = 20_000_000  # characters of a table that is one document (a guess: no person wrote a longer one)
_MAX_SHOWN = 100  # characters of the lines above the column names that a warning shows

_NUMBER = re.compile(r"[-+\d.,:/%€$£ ]*")


def read_table(data: bytes, name: str) -> Reading:
    """One outcome for each row that is not blank, parsed when it is taken; where no column holds texts, one document
    with a line for each cell. Raises ReadError when the file has no text."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    table = table_format(decoded.text)
    if table.header is None:
        extract = _whole_table(decoded.text[table.start :], table.delimiter, name)
        return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)
    return _records(decoded, table, name)


def _records(decoded: Decoded, table: TableFormat, name: str) -> Reading:
    rows = _rows(decoded.text, table)
    above = [
        " ".join(filter(None, map(str.strip, row))) for _, row in islice(rows, table.header) if isinstance(row, list)
    ]
    note = " ".join(" / ".join(filter(None, above)).split())  # a cell may have several lines
    shown = note[:_MAX_SHOWN] + ("…" if len(note) > _MAX_SHOWN else "")
    warnings = (f"the lines above the column names are left out: {shown}",) if note else ()
    reading = reading_of(decoded, _row_outcomes(rows, name))
    return replace(reading, warnings=(*reading.warnings, *warnings))


def _rows(text: str, table: TableFormat) -> Iterator[tuple[int, list[str] | str]]:
    """Each row, or why it is none, with the number of its first line."""
    skipped = text.count("\n", 0, table.start) or bool(table.start)
    rows = csv.reader(io.StringIO(text[table.start :], newline=""), delimiter=table.delimiter, strict=True)
    while True:
        line = rows.line_num + 1 + skipped
        try:
            yield line, next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield line, _reason(error)


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark opened here is never closed: nothing after it was read"
    return f"not a row of a table ({error})"


def _row_outcomes(rows: Iterator[tuple[int, list[str] | str]], name: str) -> Iterator[Outcome]:
    """One outcome for each filled row after that of the column names, which comes first.

    Raises ReadError when that one cannot be read: without it nothing can.
    """
    line, header = next(rows)
    if isinstance(header, str):
        raise ReadError(f"{name} is broken in line {line}, which names its columns: {header}. Mend it in an editor.")
    names = column_names(header)
    number = 0
    for line, cells in rows:
        if isinstance(cells, str):
            yield Unreadable(f"line {line}", cells)
        elif any(cell.strip() for cell in cells):
            number += 1
            yield _read_row(names, cells, number, f"line {line}")


def _read_row(names: list[str], cells: list[str], number: int, position: str) -> Outcome:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return Unreadable(position, f"{len(cells)} cells under {len(names)} column names")
    fields = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    for field in ID_FIELDS:
        fields[field] = fields.get(field, "").strip()
    return read_record(fields, number, position)


def _whole_table(text: str, delimiter: str, name: str) -> Extract:
    """A table without a column of texts as one document: a line for each cell, a blank line after each row."""
    if len(text) > _LONGEST_TABLE:
        known = ", ".join(TEXT_FIELDS)
        raise ReadError(f"{name} has no column named {known}, and is too long for one document: name its text column.")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter) if any(map(str.strip, row))]
    width = Counter(map(len, rows)).most_common(1)[0][0]
    header = next((i for i, row in enumerate(rows[:10]) if len(row) == width), 0)
    names = rows[header] if _are_names(rows[header]) and header + 1 < len(rows) else []
    blocks = [row_text((), row) for row in rows[:header]]
    blocks += [row_text(names, row) for row in (rows[header + 1 :] if names else rows[header:])]
    known = ", ".join(TEXT_FIELDS)
    warning = f"no column is named {known}: the table is one document, with a line for each cell"
    return Extract("\n\n".join(blocks), warnings=(warning,))


def _are_names(cells: Sequence[str]) -> bool:
    """Whether a row can name columns: two or more cells, none a number, no name twice."""
    names = [cell.strip().casefold() for cell in cells if cell.strip()]
    return len(names) > 1 and len(set(names)) == len(names) and not any(map(_NUMBER.fullmatch, names))
