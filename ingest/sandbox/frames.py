"""What an ingest and its workers say to each other: JSON in frames, each with its kind and its length before it."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import IO, Any

from index.types import Origin, Section, Span
from ingest.types import Empty, Extract, Metadata, Reading, Unreadable

Outcome = Extract | Unreadable | Empty

_HEAD = struct.Struct(">cQ")
_LONGEST = 1 << 32


class FrameKind(Enum):
    """A worker is ready once, then answers requests: a file's reading first, then its outcomes, then its end. A failure
    ends it anywhere."""

    READY = b"+"
    REQUEST = b"?"
    READING = b"R"
    EXTRACT = b"X"
    UNREADABLE = b"U"
    EMPTY = b"E"
    END = b"."
    FAILURE = b"!"
    EXHAUSTED = b"M"  # a failure for want of memory: what it left behind should not be another file's trouble

    @property
    def is_failure(self) -> bool:
        return self in (FrameKind.FAILURE, FrameKind.EXHAUSTED)

    @property
    def is_last(self) -> bool:
        return self is FrameKind.END or self.is_failure


_KINDS = {kind.value: kind for kind in FrameKind}


@dataclass(frozen=True, slots=True)
class Request:
    """A file to read: where it lies, how it is called in messages, and for how long it may keep silent."""

    path: str
    name: str
    patience: float


def send(pipe: IO[bytes], kind: FrameKind, value: Any) -> None:
    """Raises OSError when nobody listens, UnicodeEncodeError for what no store could take."""
    # a path may hold bytes that are no text: a request escapes them
    body = json.dumps(value, ensure_ascii=kind is FrameKind.REQUEST, separators=(",", ":")).encode()
    pipe.write(_HEAD.pack(kind.value, len(body)))
    pipe.write(body)
    pipe.flush()


def receive(pipe: IO[bytes]) -> tuple[FrameKind, bytes]:
    """Raises EOFError when the other side is gone, or makes no sense any more."""
    kind, length = _HEAD.unpack(_exactly(pipe, _HEAD.size))
    if length > _LONGEST or kind not in _KINDS:
        raise EOFError
    return _KINDS[kind], _exactly(pipe, length)


def _exactly(pipe: IO[bytes], length: int) -> bytes:
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def request(body: bytes) -> Request:
    return Request(**json.loads(body))


def send_request(pipe: IO[bytes], asked: Request) -> None:
    send(pipe, FrameKind.REQUEST, _values(asked))


def send_reading(pipe: IO[bytes], reading: Reading, digest: bytes) -> None:
    """All of a reading but its outcomes, and the digest of the bytes that it was made from."""
    send(pipe, FrameKind.READING, {**_values(reading), "extracts": None, "digest": digest.hex()})


def reading(body: bytes, extracts: Iterable[Outcome]) -> tuple[Reading, bytes]:
    value = json.loads(body)
    digest = bytes.fromhex(value.pop("digest"))
    return Reading(**{**value, "extracts": extracts, "warnings": tuple(value["warnings"])}), digest


def send_outcome(pipe: IO[bytes], outcome: Outcome) -> None:
    if isinstance(outcome, Extract):
        about = {**_values(outcome.metadata), "origins": dict(outcome.metadata.origins)}
        sections = [(one.span, one.heading, one.page, one.page_label) for one in outcome.sections]
        send(pipe, FrameKind.EXTRACT, {**_values(outcome), "metadata": about, "sections": sections})
    else:
        send(pipe, FrameKind.UNREADABLE if isinstance(outcome, Unreadable) else FrameKind.EMPTY, _values(outcome))


def outcome(kind: FrameKind, body: bytes) -> Outcome:
    value = json.loads(body)
    if kind is FrameKind.UNREADABLE:
        return Unreadable(**value)
    if kind is FrameKind.EMPTY:
        return Empty(**value)
    return Extract(
        **{
            **value,
            "metadata": _metadata(value["metadata"]),
            "sections": tuple(Section(Span(*span), *rest) for span, *rest in value["sections"]),
            "dropped": tuple(Span(*span) for span in value["dropped"]),
            "warnings": tuple(value["warnings"]),
            "left_out": tuple(value["left_out"]),
        }
    )


def _metadata(value: Mapping[str, Any]) -> Metadata:
    origins = {name: Origin(origin) for name, origin in value["origins"].items()}
    return Metadata(**{**value, "authors": tuple(value["authors"]), "origins": origins})


def _values(one: Request | Reading | Outcome | Metadata) -> dict[str, Any]:
    return {field.name: getattr(one, field.name) for field in fields(one)}
