"""The person's own word on a sentence of a draft, pinned to the passage that it was said of.

A mark belongs to the sentence, whatever draft it stands in: it survives edits elsewhere, and every ingest.
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
from index.text.reading_copy import fold
from index.text.segmentation import WORD, sentences
from index.types import Span

_HEAD = 40  # characters that a moved passage is looked for by
_ANCHORS = 6  # words, the longest, by which an edited one is known,
_KEPT = 0.6  # when so many of them still stand in one sentence


class MarkStatus(StrEnum):
    NOT_CHECKED = "not checked"
    CONFIRMED = "confirmed"
    NEEDS_WORK = "needs work"


class PinStatus(StrEnum):
    """What became of a pinned passage."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    EDITED = "edited"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Pin:
    """A passage as it was when it was cited: where, a digest of its text, how it begins, and its longest words."""

    source: str
    span: Span
    digest: str
    head: str
    anchors: tuple[str, ...]

    @classmethod
    def of(cls, source: str, span: Span, text: str) -> Pin:
        words = sorted(dict.fromkeys(WORD.findall(text)), key=lambda word: -len(word))
        return cls(source, span, _digest(text), text[:_HEAD], tuple(words[:_ANCHORS]))


@dataclass(frozen=True, slots=True)
class Mark:
    """``made`` is an ISO time."""

    status: MarkStatus
    note: str = ""
    pin: Pin | None = None
    made: str = ""


def sentence_key(sentence: str) -> bytes:
    """What a sentence is known by: case and white space do not count."""
    return hashlib.blake2b(fold(sentence).casefold().encode("utf-8", "replace"), digest_size=16).digest()


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()


def read_marks(store: Store) -> Mapping[bytes, Mark]:
    """All marks of a library, by ``key``."""
    return {sentence: _mark(row) for sentence, row in store.marks().items()}


def write_mark(library: Path, sentence: str, status: MarkStatus, note: str = "", pin: Pin | None = None) -> None:
    """Keep a mark; one that says nothing is taken away. It need not wait for an ingest. Raises LibraryError."""
    store = Store.create(library)
    row = None
    if status is not MarkStatus.NOT_CHECKED or note.strip():
        made = datetime.now(UTC).isoformat(timespec="seconds")
        row = MarkRow(sentence, status.value, note.strip(), json.dumps(_plain(pin)), made)
    try:
        with store.transaction():
            store.put_mark(sentence_key(sentence), row)
    finally:
        store.close()


def _plain(pin: Pin | None) -> list[object] | None:
    return None if pin is None else [pin.source, *pin.span, pin.digest, pin.head, *pin.anchors]


def _mark(row: MarkRow) -> Mark:
    plain = json.loads(row.pin)
    pin = None
    if plain:
        source, start, end, digest, head, *anchors = plain
        pin = Pin(source, Span(start, end), digest, head, tuple(anchors))
    return Mark(MarkStatus(row.status), row.note, pin, row.made)


def pin_status(store: Store, pin: Pin) -> tuple[PinStatus, Span | None]:
    """What became of a passage, and where it stands now: None when it is gone, or its source is."""
    known = store.by_id(pin.source)
    return (PinStatus.GONE, None) if known is None else pin_status_in(store.text(known.number), pin)


def pin_status_in(text: str, pin: Pin) -> tuple[PinStatus, Span | None]:
    """As ``standing``, in the text of its source."""
    if _digest(text[slice(*pin.span)]) == pin.digest:
        return PinStatus.UNCHANGED, pin.span
    size = pin.span.end - pin.span.start
    for found in re.finditer(re.escape(pin.head), text):
        if _digest(text[found.start() : found.start() + size]) == pin.digest:
            return PinStatus.MOVED, Span(found.start(), found.start() + size)
    edited = _edited(text, pin)
    return (PinStatus.GONE, None) if edited is None else (PinStatus.EDITED, edited)


def _edited(text: str, pin: Pin) -> Span | None:
    """The sentence that has most of the pinned words."""
    wanted = set(pin.anchors)
    best, most = None, _KEPT * len(wanted)
    for one in sentences(text, Span(0, len(text))):
        kept = len(wanted.intersection(WORD.findall(text, *one)))
        if kept and kept >= most:
            best, most = one, kept + 1
    return best
