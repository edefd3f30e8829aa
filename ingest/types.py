"""What a reader returns: the text with its sections, and the metadata that the format itself states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from index.types import Origin, Section, Span


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about a document. Empty values are unknown.

    ``published`` and ``updated``: ISO dates, possibly partial; ``kind``: a CSL type; ``origins``: where each known
    value came from.
    """

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
    """One document as read. ``text`` is final: all offsets count in it.

    ``sections``: empty when the whole text is one section; ``dropped``: spans that no passage may contain; ``record``:
    the row's id in a record file; ``left_out``: blocks that are not in ``text``, e.g. a page's menus or a PDF's running
    heads.
    """

    text: str
    metadata: Metadata = Metadata()
    sections: tuple[Section, ...] = ()
    dropped: tuple[Span, ...] = ()
    record: str | None = None
    warnings: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that could not be read; the other records of its file are still read."""

    position: str
    reason: str


@dataclass(frozen=True, slots=True)
class Empty:
    """A record that was read without error but holds no text. It makes no document, only a line of the report."""

    position: str


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life while a document takes long: how far its reader has come, such as "page 3 of 40"."""

    position: str


Outcome = Extract | Unreadable | Empty | Progress
"""What reading a file yields, one after another."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file as read. ``extracts`` can be iterated once, in order; lazy where the format allows it.

    ``scans_left``: pages that are pictures and were not read; the next ingest tries again.
    """

    extracts: Iterable[Outcome]
    encoding: str | None = None
    encoding_guessed: bool = False
    pages: int | None = None
    warnings: tuple[str, ...] = field(default=())
    scans_left: int = 0
