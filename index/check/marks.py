"""Stores the user's marks on sentences of drafts, each pinned to the passage that it was set for.

A mark belongs to a sentence in whatever draft it occurs, so it survives edits elsewhere and every ingest.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from index.storage.rows import MarkRow
from index.storage.store import Store
from index.text.reading import unwrapped
from index.text.segmentation import WORD, sentences
from index.types import Span

_HEAD = 40  # first characters of a passage by which it is found again when it moved (a guess)
_MAX_ANCHORS = 6  # longest words of a passage by which it is found again when it was edited (a guess)
_MIN_ANCHOR_SHARE = 0.6  # of these, that one sentence must have (a guess)


class MarkStatus(StrEnum):
    NOT_CHECKED = "not checked"
    CONFIRMED = "confirmed"
    NEEDS_WORK = "needs work"


class PinStatus(StrEnum):
    """What happened to a pinned passage since."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    EDITED = "edited"
    MISSING = "gone"


@dataclass(frozen=True, slots=True)
class Pin:
    """A passage as it was when cited. ``source``: an id. ``head``: first characters. ``anchors``: longest words."""

    source: str
    span: Span
    digest: str
    head: str
    anchors: tuple[str, ...]

    @classmethod
    def of(cls, source: str, span: Span, text: str) -> Pin:
        words = sorted(dict.fromkeys(WORD.findall(text)), key=lambda word: -len(word))
        return cls(source, span, _digest(text), text[:_HEAD], tuple(words[:_MAX_ANCHORS]))


@dataclass(frozen=True, slots=True)
class Mark:
    """The user's verdict on a sentence, a note, and the passage it refers to. ``made``: ISO time, UTC."""

    status: MarkStatus
    note: str = ""
    pin: Pin | None = None
    made: str = ""


def sentence_key(sentence: str) -> bytes:
    """The key of a sentence, 16 bytes; case and white space are ignored."""
    return hashlib.blake2b(unwrapped(sentence).casefold().encode("utf-8", "replace"), digest_size=16).digest()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def read_marks(store: Store) -> Mapping[bytes, Mark]:
    """All marks of a library, by ``sentence_key``."""
    return {sentence: _mark(row) for sentence, row in store.marks.all().items()}


def write_mark(library: Path, sentence: str, status: MarkStatus, note: str = "", pin: Pin | None = None) -> None:
    """Stores a mark. "Not checked" without a note deletes it. Works during an ingest too. Raises LibraryError."""
    store = Store.create(library)
    row = None
    if status is not MarkStatus.NOT_CHECKED or note.strip():
        made = datetime.now(UTC).isoformat(timespec="seconds")
        row = MarkRow(sentence, status.value, note.strip(), json.dumps(_pin_values(pin)), made)
    try:
        with store.transaction():
            store.marks.put(sentence_key(sentence), row)
    finally:
        store.close()


def _pin_values(pin: Pin | None) -> list[object] | None:
    return None if pin is None else [pin.source, *pin.span, pin.digest, pin.head, *pin.anchors]


def _mark(row: MarkRow) -> Mark:
    values = json.loads(row.pin)
    pin = None
    if values:
        source, start, end, digest, head, *anchors = values
        pin = Pin(source, Span(start, end), digest, head, tuple(anchors))
    return Mark(MarkStatus(row.status), row.note, pin, row.made)


def pin_status(store: Store, pin: Pin) -> tuple[PinStatus, Span | None]:
    """The status of a pinned passage and its current span; None when it or its source is gone."""
    document = store.documents.by_id(pin.source)
    return (PinStatus.MISSING, None) if document is None else pin_status_in(store.documents.text(document.number), pin)


def pin_status_in(text: str, pin: Pin) -> tuple[PinStatus, Span | None]:
    """As ``pin_status``, given the current text of the source."""
    if _digest(text[slice(*pin.span)]) == pin.digest:
        return PinStatus.UNCHANGED, pin.span
    size = pin.span.end - pin.span.start
    for match in re.finditer(re.escape(pin.head), text):
        if _digest(text[match.start() : match.start() + size]) == pin.digest:
            return PinStatus.MOVED, Span(match.start(), match.start() + size)
    edited = _edited_span(text, pin)
    return (PinStatus.MISSING, None) if edited is None else (PinStatus.EDITED, edited)


def _edited_span(text: str, pin: Pin) -> Span | None:
    """The first sentence with the most anchors of a pinned passage; None when none has enough of them."""
    anchors = set(pin.anchors)
    best, minimum = None, _MIN_ANCHOR_SHARE * len(anchors)
    for sentence in sentences(text, Span(0, len(text))):
        shared = len(anchors.intersection(WORD.findall(text, *sentence)))
        if shared and shared >= minimum:
            best, minimum = sentence, shared + 1
    return best
