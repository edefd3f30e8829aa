"""Record files: many documents in one. JSON and JSON Lines; the fields of a record are read the same in tables."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from index.errors import ReadError
from ingest.boilerplate.clean import certain_boilerplate
from ingest.encoding import Decoded, decode, without_holes
from ingest.metadata.fields import TEXT_FIELDS, metadata_of, normalised
from ingest.readers.plain import require_text, sections_of
from ingest.types import Empty, Extract, Reading, Unreadable

ID_FIELDS = ("_id", "id")

Outcome = Extract | Unreadable | Empty


def read_json_lines(data: bytes, name: str) -> Reading:
    decoded = decode(data, name)
    require_text(decoded.text, name)
    return reading(decoded, _line_outcomes(decoded.text))


def read_json(data: bytes, name: str) -> Reading:
    """A list of objects, an object that holds one list of them, or one record; also JSON Lines."""
    decoded = decode(data, name)
    require_text(decoded.text, name)
    try:
        value = json.loads(decoded.text)
    except json.JSONDecodeError as error:
        if error.msg == "Extra data" and decoded.text.lstrip().startswith("{"):
            return reading(decoded, _line_outcomes(decoded.text))
        raise ReadError(f"{name} is broken JSON at line {error.lineno} ({error.msg}): mend it there.") from error
    except (RecursionError, ValueError) as error:
        raise ReadError(f"{name} cannot be read as JSON ({error}): split it into plainer records.") from error
    return reading(decoded, _item_outcomes(_listed(value, name)))


def reading(decoded: Decoded, outcomes: Iterable[Outcome]) -> Reading:
    return Reading(_told_apart(outcomes), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def record(fields: Mapping[Any, Any], number: int, place: str) -> Outcome:
    """One record as a document. Its text is the field's own string, the title's where there is no other; ``number``
    stands in for a missing id."""
    known = normalised(fields)
    text = _body(known)
    if text is None or not text.strip():
        text = known.get("title")
    if not isinstance(text, str) or not text.strip():
        return Empty(place)
    dropped = certain_boilerplate(text)
    identity = next((str(known[name]) for name in ID_FIELDS if isinstance(known.get(name), (str, int))), str(number))
    metadata = metadata_of({key: value for key, value in known.items() if key not in TEXT_FIELDS})
    return Extract(text, metadata, sections_of(text, dropped, strict=True), dropped, without_holes(identity))


def _body(fields: Mapping[str, Any]) -> str | None:
    """The first text field that has text; a list of paragraphs or sentences counts as one text."""
    for name in TEXT_FIELDS:
        value = fields.get(name)
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
            yield _parsed(line, row, f"line {number}")


def _lines(text: str) -> Iterator[str]:
    """Lines as JSON Lines means them: other line separators may stand inside a string."""
    start = 0
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield text[start:end]
        start = end + 1


def _parsed(line: str, row: int, place: str) -> Outcome:
    try:
        value = json.loads(line)
    except json.JSONDecodeError as error:
        return Unreadable(place, f"broken JSON at column {error.colno} ({error.msg})")
    except (RecursionError, ValueError) as error:
        return Unreadable(place, f"cannot be read as JSON ({error})")
    return _outcome(value, row, place)


def _item_outcomes(items: Iterable[Any]) -> Iterator[Outcome]:
    for number, item in enumerate(items, start=1):
        yield _outcome(item, number, f"record {number}")


def _outcome(value: Any, number: int, place: str) -> Outcome:
    if isinstance(value, dict):
        return record(value, number, place)
    return Unreadable(place, f"not an object with fields but a {type(value).__name__}")


def _listed(value: Any, name: str) -> list[Any]:
    if isinstance(value, list):
        return value
    if isinstance(value, dict):
        lists = [part for part in value.values() if isinstance(part, list) and any(isinstance(i, dict) for i in part)]
        if _body(normalised(value)) is not None:
            return [value]
        if len(lists) == 1:
            return list(lists[0])
    raise ReadError(f"{name} holds no list of records: give a list of objects with a field {' or '.join(TEXT_FIELDS)}.")


def _told_apart(outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
    """Records of the same id are numbered from the second on, so that none replaces another."""
    seen: dict[str, int] = {}
    for outcome in outcomes:
        yield _numbered(outcome, seen) if isinstance(outcome, Extract) and outcome.record is not None else outcome


def _numbered(extract: Extract, seen: dict[str, int]) -> Extract:
    identity = extract.record or ""
    count = seen[identity] = seen.get(identity, 0) + 1
    if count == 1:
        return extract
    unique = f"{identity}#{count}"
    warning = f"the id {identity} occurs again: this record is kept as {unique}"
    return replace(extract, record=unique, warnings=(*extract.warnings, warning))
