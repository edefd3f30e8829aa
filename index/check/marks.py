"""Stores the user's marks on sentences of drafts, each pinned to the passage that it was set for.

A mark belongs to a sentence in whatever draft it occurs, so it survives edits elsewhere and every ingest.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from index.collections.pins import Pin
from index.disk import Library
from index.errors import LibraryError
from index.storage.rows import MarkRow
from index.storage.store import Store
from index.storage.truth import Truth
from index.text.reading import unwrapped
from index.types import Span


class MarkStatus(StrEnum):
    NOT_CHECKED = "not checked"
    CONFIRMED = "confirmed"
    NEEDS_WORK = "needs work"

    @property
    def label(self) -> str:
        """How people read it: that a sentence was checked against the sources is another thing."""
        return "not marked" if self is MarkStatus.NOT_CHECKED else self.value


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


def read_marks(store: Truth) -> Mapping[bytes, Mark]:
    """All marks of a library, by ``sentence_key``."""
    return {sentence: _mark(row) for sentence, row in store.marks.all().items()}


def write_mark(library: Library, sentence: str, status: MarkStatus, note: str = "", pin: Pin | None = None) -> None:
    """Stores a mark. "Not checked" without a note deletes it. Works during an ingest too. Raises LibraryError."""
    _store(library, sentence, _new_mark(status, note, pin), lambda current: None)


def replace_mark(library: Library, sentence: str, before: Mark | None, mark: Mark) -> Mark | None:
    """As ``write_mark``, and returns what is stored. ``before``: the mark that the person saw (None: none). Raises
    LibraryError when it has become another meanwhile, in another window: then nothing is changed."""
    new = _new_mark(mark.status, mark.note, mark.pin)

    def check(current: Mark | None) -> None:
        if _verdict(current) not in (_verdict(before), _verdict(new)):
            raise LibraryError(
                f"This sentence was marked in another window meanwhile: {_verdict(current)}. Yours ({_verdict(new)}) "
                "is not kept. Look at that mark, then set yours again if it still holds."
            )

    _store(library, sentence, new, check)
    return new


def _new_mark(status: MarkStatus, note: str, pin: Pin | None) -> Mark | None:
    """The mark as it is stored; None for one that says nothing."""
    if status is MarkStatus.NOT_CHECKED and not note.strip():
        return None
    return Mark(status, note.strip(), pin, datetime.now(UTC).isoformat(timespec="seconds"))


def _verdict(mark: Mark | None) -> str:
    """What a person reads of a mark."""
    status, note = (mark.status, mark.note) if mark else (MarkStatus.NOT_CHECKED, "")
    return f"{status.value}, “{note}”" if note else status.value


def _store(library: Library, sentence: str, mark: Mark | None, check: Callable[[Mark | None], None]) -> None:
    """Replaces the mark of a sentence in one transaction; ``check`` gets the stored one first and may raise."""
    store, key = Store.create(library), sentence_key(sentence)
    try:
        with store.transaction():
            check(read_marks(store).get(key))
            store.marks.put(key, None if mark is None else _row(sentence, mark))
    finally:
        store.close()


def _row(sentence: str, mark: Mark) -> MarkRow:
    return MarkRow(sentence, mark.status.value, mark.note, json.dumps(_pin_values(mark.pin)), mark.made)


def _pin_values(pin: Pin | None) -> list[object] | None:
    return None if pin is None else [pin.source, *pin.span, pin.digest, pin.head, *pin.anchors]


def _mark(row: MarkRow) -> Mark:
    values = json.loads(row.pin)
    pin = None
    if values:
        source, start, end, digest, head, *anchors = values
        pin = Pin(source, Span(start, end), digest, head, tuple(anchors))
    return Mark(MarkStatus(row.status), row.note, pin, row.made)
