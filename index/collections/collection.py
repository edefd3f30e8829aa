"""Collections of passages that a person pinned, in the person's order, and how they are changed: pure functions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from index.errors import LibraryError, QueryError
from index.types import Document, Passage, Section, Source, Span

_LONGEST = 20_000
"""Characters of a pinned passage (a guess): more is a source, not a passage."""


@dataclass(frozen=True, slots=True)
class PinnedPassage:
    """A slice of a source as it stood when it was pinned. ``source``: as it was then. ``made``: ISO time, UTC."""

    source: Source
    passage: Passage
    note: str = ""
    tags: tuple[str, ...] = ()
    made: str = ""

    @property
    def id(self) -> str:
        return pin_id(self.source.id, self.passage.span, self.passage.text)

    def noted(self, note: str, tags: Iterable[str]) -> PinnedPassage:
        """With this note and these tags, each on one line and once."""
        lines = (" ".join(tag.split()) for tag in tags)
        return replace(self, note=note.strip(), tags=tuple(dict.fromkeys(filter(None, lines))))


@dataclass(frozen=True, slots=True)
class Collection:
    """``revision``: of the library; 0 for one that is not stored yet. No passage stands in it twice."""

    id: str
    name: str
    pins: tuple[PinnedPassage, ...] = ()
    revision: int = 0


def pin_id(source: str, span: Span, text: str) -> str:
    """What names a pinned passage: the same slice of the same source has the same."""
    return hashlib.blake2b(
        f"{source} {span.start} {span.end} {text}".encode("utf-8", "replace"), digest_size=6
    ).hexdigest()


def pinned_from(document: Document, span: Span, text: str | None = None, made: str = "") -> PinnedPassage:
    """The slice of a document, with the place of its section. ``text``: what the person saw of it, if it was shown.

    Raises QueryError for a span that is none of this text, LibraryError when the person saw other words.
    """
    length = len(document.text)
    if not 0 <= span.start < span.end <= length:
        raise QueryError(
            f"{span.start} to {span.end} is no part of {document.source.label}: it has {length} characters."
        )
    if span.end - span.start > _LONGEST:
        raise QueryError(f"A pinned passage has at most {_LONGEST:,} characters. Choose a part of it.")
    words = document.text[slice(*span)]
    if text is not None and text != words:
        raise LibraryError("The source was changed since it was shown, so nothing is pinned. Look at it again.")
    section = next((section for section in document.sections if section.span.meets(span)), Section(span))
    return PinnedPassage(document.source, section.passage(words, span), made=made)


def added(collection: Collection, pins: Iterable[PinnedPassage]) -> Collection:
    """With more at the end; what is in it already stays where it is, with the notes and tags of both."""
    by_id = {pin.id: pin for pin in collection.pins}
    for pin in pins:
        by_id[pin.id] = _both(by_id[pin.id], pin) if pin.id in by_id else pin
    return replace(collection, pins=tuple(by_id.values()))


def _both(pin: PinnedPassage, other: PinnedPassage) -> PinnedPassage:
    note = "\n".join(dict.fromkeys(filter(None, (pin.note, other.note))))
    return replace(pin, note=note, tags=tuple(dict.fromkeys((*pin.tags, *other.tags))))


def removed(collection: Collection, identities: Iterable[str]) -> Collection:
    """Without some passages. Raises QueryError for an id that is not in it."""
    without = {find(collection, identity).id for identity in identities}
    return replace(collection, pins=tuple(pin for pin in collection.pins if pin.id not in without))


def moved(collection: Collection, identity: str, by: int) -> Collection:
    """With a passage so many places further on; a negative number moves it up. It stops at either end."""
    pin = find(collection, identity)
    others = [other for other in collection.pins if other.id != pin.id]
    others.insert(max(0, collection.pins.index(pin) + by), pin)
    return replace(collection, pins=tuple(others))


def noted(collection: Collection, seen: PinnedPassage, note: str, tags: Iterable[str]) -> Collection:
    """With another note and other tags of a passage. Raises LibraryError when it is no longer as it was ``seen``."""
    if seen not in collection.pins:
        raise LibraryError(
            f"This passage was changed in another window meanwhile. Yours is not stored: note “{note}”, tags "
            f"“{', '.join(tags)}”. Look at it as it is now, then set yours again if it still holds."
        )
    return replace(collection, pins=tuple(pin.noted(note, tags) if pin == seen else pin for pin in collection.pins))


def find(collection: Collection, identity: str) -> PinnedPassage:
    """The passage with this id. Raises QueryError when there is none."""
    for pin in collection.pins:
        if pin.id == identity:
            return pin
    raise QueryError(f"{identity} is no passage of the collection “{collection.name}”.")


def proper_name(text: str) -> str:
    """A name on one line. Raises QueryError for an empty one."""
    name = " ".join(text.split())
    if not name:
        raise QueryError("A collection needs a name.")
    return name
