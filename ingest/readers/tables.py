"""Tables, CSV with one of four delimiters: one document a row, under the column names of the first line."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from index.errors import ReadError
from ingest.encoding import decode
from ingest.metadata.fields import TEXT_FIELDS
from ingest.readers.plain import require_text
from ingest.readers.records import ID_FIELDS, Outcome, read_record, reading_of
from ingest.types import Reading, Unreadable

_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 2**31 - 1  # characters: the largest limit that the csv module takes on every platform


def read_table(data: bytes, name: str) -> Reading:
    """One outcome for each row that is not blank, parsed when it is taken.

    Raises ReadError when the file has no text or no column that holds texts.
    """
    decoded = decode(data, name)
    require_text(decoded.text, name)
    delimiter = _delimiter(decoded.text, name)
    return reading_of(decoded, _row_outcomes(decoded.text, delimiter, name))


def _delimiter(text: str, name: str) -> str:
    """The delimiter that splits the header into the most column names, one of which must be a text field's.

    Only the header is looked at: the texts in the rows contain all of these characters.
    """
    header = _header_line(text)
    best, best_count = "", 0
    for delimiter in _DELIMITERS:
        names = [cell.strip().casefold() for cell in next(csv.reader([header], delimiter=delimiter), [])]
        if len(names) > best_count and any(field in names for field in TEXT_FIELDS):
            best, best_count = delimiter, len(names)
    if not best:
        raise ReadError(f"{name} has no column named {', '.join(TEXT_FIELDS)}: name the column that holds the text so.")
    return best


def _header_line(text: str) -> str:
    return next((line for line in io.StringIO(text[:100_000], newline=None) if line.strip()), "").rstrip("\r\n")


def _row_outcomes(text: str, delimiter: str, name: str) -> Iterator[Outcome]:
    # The limit holds for all csv readers of the process; its default, 128 KB, is too small for a text.
    csv.field_size_limit(_LARGEST_FIELD)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = next(row for row in rows if any(cell.strip() for cell in row))
    except csv.Error as error:
        raise ReadError(f"{name} is broken in its first line: {_reason(error)}. Mend it there.") from error
    names = [cell.strip().casefold() for cell in header]
    number = 0
    while True:
        line = rows.line_num + 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Unreadable(f"line {line}", _reason(error))
            continue
        if any(cell.strip() for cell in cells):
            number += 1
            yield _read_row(names, cells, number, f"line {line}")


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark opened here is never closed: nothing after it was read"
    return f"not a row of a table ({error})"


def _read_row(names: list[str], cells: list[str], number: int, position: str) -> Outcome:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return Unreadable(position, f"{len(cells)} cells under {len(names)} column names")
    fields = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    for field in ID_FIELDS:
        fields[field] = fields.get(field, "").strip()
    return read_record(fields, number, position)
