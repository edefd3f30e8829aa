"""Tables: CSV and its relatives, one document a row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from index.errors import ReadError
from ingest.encoding import decode
from ingest.metadata.fields import TEXT_FIELDS
from ingest.readers.plain import require_text
from ingest.readers.records import ID_FIELDS, Outcome, reading, record
from ingest.types import Reading, Unreadable

_DELIMITERS = ",;\t|"
_LARGEST_FIELD = 2**31 - 1


def read_table(data: bytes, name: str) -> Reading:
    decoded = decode(data, name)
    require_text(decoded.text, name)
    delimiter = _delimiter(decoded.text, name)
    return reading(decoded, _rows(decoded.text, delimiter, name))


def _delimiter(text: str, name: str) -> str:
    """The one that parts the header into the most names, among them one that holds text.

    Only the header is asked: in the rows every one of them stands inside the texts.
    """
    header = _header_line(text)
    best, most = "", 0
    for delimiter in _DELIMITERS:
        names = [cell.strip().casefold() for cell in next(csv.reader([header], delimiter=delimiter), [])]
        if len(names) > most and any(field in names for field in TEXT_FIELDS):
            best, most = delimiter, len(names)
    if not best:
        raise ReadError(f"{name} has no column named {', '.join(TEXT_FIELDS)}: name the column that holds the text so.")
    return best


def _header_line(text: str) -> str:
    return next((line for line in io.StringIO(text[:100_000], newline=None) if line.strip()), "").rstrip("\r\n")


def _rows(text: str, delimiter: str, name: str) -> Iterator[Outcome]:
    # The limit is the module's, for all readers of the process; texts are longer than its 128 KB.
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
            yield _outcome(names, cells, number, f"line {line}")


def _reason(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return "a quotation mark opened here is never closed: nothing after it was read"
    return f"not a row of a table ({error})"


def _outcome(names: list[str], cells: list[str], number: int, place: str) -> Outcome:
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        return Unreadable(place, f"{len(cells)} cells under {len(names)} column names")
    fields = {key: cell for key, cell in zip(names, cells, strict=False) if key}
    for field in ID_FIELDS:
        fields[field] = fields.get(field, "").strip()
    return record(fields, number, place)
