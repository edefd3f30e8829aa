"""The protocol between an ingest and its worker processes: frames of a kind, a length and a JSON body."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from types import UnionType
from typing import IO, Any

from index.types import Origin, Section, Span
from ingest.types import Empty, Extract, Metadata, Outcome, Progress, Reading, Unreadable

_HEADER = struct.Struct(">cQ")
_MAX_BODY = 1 << 32  # bytes of a frame's body (a guess)


class FrameKind(Enum):
    """A worker sends READY once. It answers each request with READING, any number of outcomes (EXTRACT, UNREADABLE,
    EMPTY, PROGRESS) and END. FAILURE or EXHAUSTED may end the answer at any point."""

    READY = b"+"
    REQUEST = b"?"
    READING = b"R"
    EXTRACT = b"X"
    UNREADABLE = b"U"
    EMPTY = b"E"
    PROGRESS = b">"
    END = b"."
    FAILURE = b"!"
    EXHAUSTED = b"M"  # out of memory: the process is replaced, so that its leftovers do not harm the next file

    @property
    def is_failure(self) -> bool:
        return self in (FrameKind.FAILURE, FrameKind.EXHAUSTED)

    @property
    def is_last(self) -> bool:
        return self is FrameKind.END or self.is_failure


_KINDS = {kind.value: kind for kind in FrameKind}
_SIMPLE_OUTCOMES: Mapping[FrameKind, type[Unreadable | Empty | Progress]] = {
    FrameKind.UNREADABLE: Unreadable,
    FrameKind.EMPTY: Empty,
    FrameKind.PROGRESS: Progress,
}
_SIMPLE_KINDS = {outcome: kind for kind, outcome in _SIMPLE_OUTCOMES.items()}


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: its path, its name in messages, and ``patience``, the seconds that each outcome may take.
    ``ocr``: whether pictures of text are read."""

    path: str
    name: str
    patience: float
    ocr: bool = True


def send(pipe: IO[bytes], kind: FrameKind, value: Any) -> None:
    """Write one frame. Raises OSError when the other side is closed, UnicodeEncodeError for text that is not Unicode
    (half a surrogate pair), which no store accepts."""
    # a path may hold bytes that are not text: a request escapes them
    body = json.dumps(value, ensure_ascii=kind is FrameKind.REQUEST, separators=(",", ":")).encode()
    pipe.write(_HEADER.pack(kind.value, len(body)))
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[FrameKind, bytes]:
    """The next frame's kind and body. Raises EOFError when the pipe is closed or the bytes are no frame."""
    kind, length = _HEADER.unpack(_read_exactly(pipe, _HEADER.size))
    if length > _MAX_BODY or kind not in _KINDS:
        raise EOFError
    return _KINDS[kind], _read_exactly(pipe, length)


def _read_exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def parse_request(body: bytes) -> Request:
    return Request(**json.loads(body))


def send_request(pipe: IO[bytes], request: Request) -> None:
    send(pipe, FrameKind.REQUEST, _field_values(request))


def send_reading(pipe: IO[bytes], reading: Reading, digest: bytes) -> None:
    """Send a reading without its outcomes, and the digest of the bytes that were read."""
    send(pipe, FrameKind.READING, {**_field_values(reading), "extracts": None, "digest": digest.hex()})


def parse_reading(body: bytes, extracts: Iterable[Outcome]) -> tuple[Reading, bytes]:
    """The reading, with ``extracts`` as its outcomes, and the digest of the bytes that were read. Raises as
    ``parse_outcome`` does."""
    value = json.loads(body)
    digest = bytes.fromhex(value.pop("digest"))
    reading = Reading(**{**value, "extracts": extracts, "warnings": tuple(value["warnings"])})
    _check_types(str, [reading.encoding or "", *reading.warnings])
    _check_types(int, [reading.pages or 0, reading.scans_left])
    return reading, digest


def send_outcome(pipe: IO[bytes], outcome: Outcome) -> None:
    if isinstance(outcome, Extract):
        metadata = {**_field_values(outcome.metadata), "origins": dict(outcome.metadata.origins)}
        sections = [
            (part.span, part.heading, part.page, part.page_label, part.time, part.ocr) for part in outcome.sections
        ]
        send(pipe, FrameKind.EXTRACT, {**_field_values(outcome), "metadata": metadata, "sections": sections})
    else:
        send(pipe, _SIMPLE_KINDS[type(outcome)], _field_values(outcome))


def parse_outcome(kind: FrameKind, body: bytes) -> Outcome:
    """Raises ValueError, TypeError, KeyError or AttributeError for what ``send_outcome`` does not write."""
    value = json.loads(body)
    if kind in _SIMPLE_OUTCOMES:
        _check_types(str, value.values())
        return _SIMPLE_OUTCOMES[kind](**value)
    extract = Extract(
        **{
            **value,
            "metadata": _metadata(value["metadata"]),
            "sections": tuple(Section(Span(*span), *rest) for span, *rest in value["sections"]),
            "dropped": tuple(Span(*span) for span in value["dropped"]),
            "warnings": tuple(value["warnings"]),
            "left_out": tuple(value["left_out"]),
        }
    )
    _check(extract)
    return extract


def _check(extract: Extract) -> None:
    """Raises TypeError or ValueError where a value is not of the type of its field, or a span leaves the text."""
    about, sections, length = extract.metadata, extract.sections, len(extract.text)
    stated = (about.published, about.publisher, about.url, about.language, about.updated, about.doi, extract.record)
    labels = [label for section in sections for label in (section.heading, section.page_label)]
    _check_types(str, [extract.text, about.title, about.kind, *about.authors, *extract.warnings, *extract.left_out])
    _check_types(str, (text for text in (*stated, *labels) if text is not None))
    _check_types(int, (section.page or 0 for section in sections))
    _check_types(int | float, (number for section in sections for number in (section.time or 0, section.ocr or 0)))
    spans = [*(section.span for section in sections), *extract.dropped]
    _check_types(int, (edge for span in spans for edge in span))
    if not all(0 <= start <= end <= length for start, end in spans):
        raise ValueError("a span leaves the text")


def _check_types(kind: type | UnionType, values: Iterable[object]) -> None:
    for value in values:
        if not isinstance(value, kind):
            raise TypeError(f"{type(value)} in place of {kind}")
        if isinstance(value, str):
            value.encode()  # UnicodeEncodeError is a ValueError


def _metadata(value: Mapping[str, Any]) -> Metadata:
    origins = {name: Origin(origin) for name, origin in value["origins"].items()}
    return Metadata(**{**value, "authors": tuple(value["authors"]), "origins": origins})


def _field_values(record: Request | Reading | Outcome | Metadata) -> dict[str, Any]:
    """Like ``dataclasses.asdict``, but not into nested dataclasses."""
    return {field.name: getattr(record, field.name) for field in fields(record)}
