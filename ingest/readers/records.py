"""Record files, JSON and JSON Lines: one document a record. ``read_record`` also reads the rows of tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.errors import ReadError
from ingest.boilerplate.clean import certain_boilerplate_spans
from ingest.encoding import Decoded, decode, without_holes
from ingest.metadata.fields import (
    TEXT_FIELDS,
    by_field_name,
    date_warnings,
    field_name,
    is_text_field,
    metadata_of,
    normalised,
)
from ingest.metadata.origin import with_origins
from ingest.metadata.untitled import first_line
from ingest.readers.plain import require_text, sections_of
from ingest.types import Empty, Extract, Outcome, Reading, Unreadable

ID_FIELDS = ("_id", "id")


def read_json_lines(data: bytes, name: str) -> Reading:
    """One outcome for each line that is not blank, parsed when it is taken. Raises ReadError when there is no text."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    return reading_of(decoded, _line_outcomes(decoded.text))


def read_json(data: bytes, name: str) -> Reading:
    """Reads a list of objects, an object that holds one such list, or a single record; also JSON Lines.

    Raises ReadError when the file has no text, is broken JSON, or holds no records.
    """
    decoded = decode(data, name)
    require_text(decoded.text, name)
    try:
        value = json.loads(decoded.text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and decoded.text.lstrip().startswith("{"):
            return reading_of(decoded, _line_outcomes(decoded.text))
        raise ReadError(f"{name} is broken JSON at line {error.lineno} ({error.msg}): mend it there.") from error
    except (RecursionError, ValueError) as error:
        raise ReadError(f"{name} cannot be read as JSON ({error}): split it into plainer records.") from error
    return reading_of(decoded, _item_outcomes(_record_list(value, name)))


def reading_of(decoded: Decoded, outcomes: Iterable[Outcome]) -> Reading:
    """A reading of the outcomes, taken lazily, whose records have ids that are unique in the file."""
    return Reading(with_unique_ids(outcomes), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def read_record(fields: Mapping[Any, Any], number: int, position: str) -> Outcome:
    """One record as an extract, or ``Empty`` when it has no text. The text is that of the first text field that has
    any, else the title; ``number`` is the id of a record without one, ``position`` names the record in the report."""
    values = normalised(fields)
    text = _field_text(values)
    if text is None or not text.strip():
        text = values.get("title")
    if not isinstance(text, str) or not text.strip():
        return Empty(position)
    dropped = certain_boilerplate_spans(text)
    record_id = next((str(values[name]) for name in ID_FIELDS if isinstance(values.get(name), (str, int))), str(number))
    metadata = metadata_of({key: value for key, value in values.items() if not is_text_field(key)})
    sections = sections_of(text, dropped, strict=True)
    if not metadata.title:
        metadata = with_origins(replace(metadata, title=first_line(text, sections)))
    return Extract(text, metadata, sections, dropped, without_holes(record_id), date_warnings(values))


def _field_text(fields: Mapping[str, Any]) -> str | None:
    """The text of the first text field that has any; a list of strings is joined to one text."""
    named = by_field_name(fields)
    for name in TEXT_FIELDS:
        value = named.get(field_name(name))
        if isinstance(value, list) and all(isinstance(part, str) for part in value):
            value = "\n".join(value)
        if isinstance(value, str) and value.strip():
            return value
    return None


def _line_outcomes(text: str) -> Iterator[Outcome]:
    row = 0
    for number, line in enumerate(_lines(text), start=1):
        if line.strip():
            row += 1
            yield _read_line(line, row, f"line {number}")


def _lines(text: str) -> Iterator[str]:
    """Lines end at "\\n" alone, as JSON Lines defines it: other line separators may be part of a string."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _read_line(line: str, row: int, position: str) -> Outcome:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return Unreadable(position, f"broken JSON at column {error.colno} ({error.msg})")
    except (RecursionError, ValueError) as error:
        return Unreadable(position, f"cannot be read as JSON ({error})")
    return _read_value(value, row, position)


def _item_outcomes(items: Iterable[Any]) -> Iterator[Outcome]:
    for number, item in enumerate(items, start=1):
        yield _read_value(item, number, f"record {number}")


def _read_value(value: Any, number: int, position: str) -> Outcome:
    if isinstance(value, dict):
        return read_record(value, number, position)
    return Unreadable(position, f"not an object with fields but a {type(value).__name__}")


def _record_list(value: Any, name: str) -> list[Any]:
    """The records of a JSON file. Raises ReadError when the value is neither a list nor an object with records."""
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list) and any(isinstance(i, dict) for i in part)]
        if _field_text(normalised(value)) is not None:
            return [value]
        if len(lists) == 1:
            return list(lists[0])
    raise ReadError(f"{name} holds no list of records: give a list of objects with a field {' or '.join(TEXT_FIELDS)}.")


def with_unique_ids(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Numbers the records that share an id, from the second on, so that none replaces another."""
    counts: dict[str, int] = {}
    for outcome in outcomes:
        yield _numbered(outcome, counts) if isinstance(outcome, Extract) and outcome.record is not None else outcome


def _numbered(extract: Extract, counts: dict[str, int]) -> Extract:
    record_id = extract.record or ""
    count = counts[record_id] = counts.get(record_id, 0) + 1
    if count == 1:
        return extract
    unique_id = f"{record_id}#{count}"
    warning = f"the id {record_id} occurs again: this record is kept as {unique_id}"
    return replace(extract, record=unique_id, warnings=(*extract.warnings, warning))
