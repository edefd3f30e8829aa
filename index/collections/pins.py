"""Recognises a passage that was pinned, in what its source has become: as it was, moved, edited or gone."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from index.storage.truth import Truth
from index.text.segmentation import WORD, sentences
from index.types import Span

_HEAD = 40  # first characters of a passage by which it is found again when it moved (a guess)
_MAX_ANCHORS = 6  # longest words of a passage by which it is found again when it was edited (a guess)
_MIN_ANCHOR_SHARE = 0.6  # of these, that one sentence must have (a guess)


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


@dataclass(frozen=True)
class CurrentText:
    """The text of a source as it is now, cut into sentences once for all pins that are looked for in it."""

    text: str

    @cached_property
    def _sentences(self) -> Sequence[Span]:
        return list(sentences(self.text, Span(0, len(self.text))))

    @cached_property
    def _with_word(self) -> Mapping[str, Sequence[int]]:
        """The numbers of the sentences that have a word, rising."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, span in enumerate(self._sentences):
            for word in set(WORD.findall(self.text, *span)):
                numbers[word].append(number)
        return numbers

    def nearest_sentence(self, anchors: Sequence[str]) -> Span | None:
        """The first sentence with the most of these words; None when none has enough of them."""
        count = Counter(number for word in set(anchors) for number in self._with_word.get(word, ()))
        if not count:
            return None
        most = max(count.values())
        first = min(number for number, shared in count.items() if shared == most)
        return self._sentences[first] if most >= _MIN_ANCHOR_SHARE * len(set(anchors)) else None


def pin_status(store: Truth, pin: Pin) -> tuple[PinStatus, Span | None]:
    """The status of a pinned passage and its current span; None when it or its source is gone."""
    document = store.documents.by_id(pin.source)
    return (PinStatus.MISSING, None) if document is None else pin_status_in(store.documents.text(document.number), pin)


def pin_status_in(text: str, pin: Pin) -> tuple[PinStatus, Span | None]:
    """As ``pin_status``, given the current text of the source."""
    return status_in(CurrentText(text), pin)


def status_in(current: CurrentText, pin: Pin) -> tuple[PinStatus, Span | None]:
    """As ``pin_status_in``, for many pins of one text."""
    text, size = current.text, pin.span.end - pin.span.start
    if _digest(text[slice(*pin.span)]) == pin.digest:
        return PinStatus.UNCHANGED, pin.span
    start = text.find(pin.head)
    while start >= 0:
        if _digest(text[start : start + size]) == pin.digest:
            return PinStatus.MOVED, Span(start, start + size)
        start = text.find(pin.head, start + 1)
    edited = current.nearest_sentence(pin.anchors)
    return (PinStatus.MISSING, None) if edited is None else (PinStatus.EDITED, edited)


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).hexdigest()
