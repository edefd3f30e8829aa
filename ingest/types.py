"""What a reader hands over: text with its places, and what the format itself says of its origin."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.types import Origin, Section, Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a document's origin. Empty values are unknown; ``published`` and ``updated`` are ISO, possibly
    partial; ``kind`` is a CSL type. ``origins``: where each known value came from."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    publisher: str | None = None
    url: str | None = None
    language: str | None = None
    kind: str = "article"
    updated: str | None = None
    doi: str | None = None
    origins: Mapping[str, Origin] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Extract:
    """One document as read: ``text`` is final (offsets count in it); ``sections`` may be empty (one section);
    ``dropped`` are spans to leave out, ``record`` the row's id in a record file. ``left_out`` are blocks that are not
    in ``text`` at all: a page's menus, a PDF's running heads."""

    text: str
    metadata: Metadata = Metadata()
    sections: tuple[Section, ...] = ()
    dropped: tuple[Span, ...] = ()
    record: str | None = None
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read; the rest of its file goes on."""

    position: str
    reason: str


@dataclass(frozen=True, slots=True)
class Empty:
    """A record that was read well but holds no text: no document, a line of the report."""

    position: str


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read. ``extracts`` is consumed once, in order, lazily where the format allows it."""

    extracts: Iterable[Extract | Unreadable | Empty]
    encoding: str | None = None
    encoding_guessed: bool = False
    pages: int | None = None
    warnings: tuple[str, ...] = field(default=())
