"""The nouns that all packages share. All are frozen; offsets are characters and half-open, ``text[start:end]``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Rows = NDArray[np.int64]
    """Rows of a table, or positions in another array."""

    Numbers = NDArray[np.int64]
    """Numbers of passages or of documents, as they were stored."""

    Floats = NDArray[np.float32]
    """Vectors, shape (n, dimension), or scores, shape (n,)."""

    Mask = NDArray[np.bool_]
    """Which rows are admitted, shape (n,)."""
else:  # the processes that read files start twice as fast without numpy
    Rows = Numbers = Floats = Mask = object


class Origin(StrEnum):
    """Where a metadata value of a source came from, the most trusted origin first."""

    EDIT = "edit"  # the person, on the page
    SIDECAR = "sidecar"
    BIBLIOGRAPHY = "bibliography"
    FORMAT = "format"  # the format's own field: an HTML tag, a document's properties, front matter, a record's field
    TEXT = "text"  # read off the text: a byline, a date line
    NAME = "name"  # the file's name

    @property
    def is_guess(self) -> bool:
        return self in (Origin.TEXT, Origin.NAME)


class Span(NamedTuple):
    """``text[start:end]`` of the document that it belongs to; ``0 <= start <= end``."""

    start: int
    end: int

    def within(self, other: Span) -> bool:
        return other.start <= self.start and self.end <= other.end

    def meets(self, other: Span) -> bool:
        """Whether the two share at least one character."""
        return self.start < other.end and other.start < self.end

    def shifted(self, by: int) -> Span:
        """The span ``by`` characters further on; a negative number moves it back."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader needs to cite a document.

    ``id`` is stable under edits and under moving the root. ``location`` is relative to the root, with
    forward slashes. ``record`` is the row's own id in a record file, else None. ``published`` and ``updated`` are ISO
    dates, possibly only a year or a year and month, or None. ``kind`` is a CSL type. ``origins`` gives the origin of
    each known value.
    """

    id: str
    location: str
    record: str | None = None
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

    @property
    def label(self) -> str:
        """What a person knows the source by: its title, else its location."""
        return self.title or self.location

    def shown(self, name: str) -> str:
        """A value as people read it: a guess stands in square brackets; empty for one that is not known."""
        value = getattr(self, name) or ""
        text = value if isinstance(value, str) else ", ".join(value)
        return f"[{text}]" if text and self.is_guess(name) else text

    def is_guess(self, name: str) -> bool:
        """Whether this value was read off the text or the file's name, and was not declared by anybody."""
        origin = self.origins.get(name)
        return origin is not None and origin.is_guess


def _locator(place: Section | Passage) -> str:
    """Where in its source a passage or section stands, as a citation says it: ``p. 12``, ``at 0:03:07``, ``p. 3, read
    by OCR``; empty when unknown."""
    label = place.page_label or place.page
    parts = [f"p. {label}" if label else ""]
    if place.time is not None:
        minutes, seconds = divmod(int(place.time), 60)
        parts.append(f"at {minutes // 60}:{minutes % 60:02}:{seconds:02}")
    if place.ocr is not None:
        parts.append("read by OCR")
    return ", ".join(filter(None, parts))


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text under one heading and, where there are pages, on one page. No passage crosses its borders.

    ``page`` counts from 1; ``page_label`` is the page's printed number where that differs. ``time``: where it begins in
    a recording, in seconds. ``ocr``: the mean confidence, 0–1, of the words that OCR read here; None where the text is
    the file's own.
    """

    span: Span
    heading: str | None = None
    page: int | None = None
    page_label: str | None = None
    time: float | None = None
    ocr: float | None = None

    @property
    def locator(self) -> str:
        return _locator(self)

    def passage(self, text: str, span: Span) -> Passage:
        """``span`` of the document as a passage of this section; ``text`` is its text."""
        return Passage(text, span, self.heading, self.page, self.page_label, self.time, self.ocr)


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of a document: ``text == document.text[start:end]``, verbatim. The other fields are its section's."""

    text: str
    span: Span
    heading: str | None = None
    page: int | None = None
    page_label: str | None = None
    time: float | None = None
    ocr: float | None = None

    @property
    def locator(self) -> str:
        return _locator(self)

    def slice(self, span: Span) -> str:
        """The text of ``span``, which is a span of the document inside the passage."""
        return self.text[span.start - self.span.start : span.end - self.span.start]


@dataclass(frozen=True, slots=True)
class Document:
    """A source with its text.

    ``sections`` rise and do not overlap. ``dropped``: spans that cleaning left out; they rise, do not overlap, and no
    sentence crosses them. ``left_out``: blocks of the file that the extraction did not take into ``text`` at all.
    """

    source: Source
    text: str
    sections: tuple[Section, ...]
    dropped: tuple[Span, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A text to be checked. ``prose``: the spans of running text and lists, in order, without headings and the like;
    None means that all of it is prose. ``language``: ISO 639-1, None when unknown. ``warnings``: what its reader could
    not read for certain."""

    text: str
    prose: tuple[Span, ...] | None = None
    title: str = ""
    language: str | None = None
    warnings: tuple[str, ...] = ()


class By(StrEnum):
    """What ranks passages: meaning (dense vectors), words (BM25), or both."""

    BOTH = "both"
    MEANING = "meaning"
    WORDS = "words"


class Confidence(StrEnum):
    STRONG = "strong"
    PLAUSIBLE = "plausible"
    NONE = "none"


class Likeness(StrEnum):
    """How the text of a copy stands to the passage that it copies."""

    SAME = "same"  # all words of the passage stand there, in the same order
    PART = "part"  # what stands there is a part of the passage
    NEARLY = "nearly"  # some words differ


class Lacking(StrEnum):
    """Why no query can have a hit."""

    SOURCES = "sources"  # the library holds none
    ADMITTED = "admitted"  # the filter admits none


class NamedBy(StrEnum):
    """What of a source a query names."""

    AUTHOR = "author"
    PUBLISHER = "publisher"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class NamedSources:
    """An author, a publisher or a title that a query names, as the sources write it, with the ids of these sources.
    ``lacking``: the query's other words that the library has, but no passage of these sources."""

    by: NamedBy
    name: str
    sources: tuple[str, ...]
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Filter:
    """Conditions on sources, all of which must hold. None (or an empty author) is no condition.

    ``sources``: ids of which any is admitted; an *empty* tuple admits nothing. ``author``: a part of a name, in any
    case. ``since`` and ``until``: ISO dates, possibly partial, inclusive; undated sources are not admitted.
    ``without``: ids of sources that are not admitted; unknown ids are ignored.
    """

    sources: tuple[str, ...] | None = None
    author: str | None = None
    since: str | None = None
    until: str | None = None
    without: tuple[str, ...] = ()

    @property
    def narrows(self) -> bool:
        return self.sources is not None or any((self.author, self.since, self.until, self.without))


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a score. ``dense``, ``words``, ``sentence`` and ``feedback`` (similarity to the best passages) are
    scaled to 0–1 within the query; ``cosine`` and ``bm25`` are raw. ``evidence`` decides the confidence: log odds above
    those that the best passage of an unrelated question usually has in this library. ``reader``: the reader's opinion
    of how its best sentence answers the question, 0–1; None when it was not read."""

    dense: float
    words: float
    sentence: float
    feedback: float
    cosine: float
    bm25: float
    evidence: float
    reader: float | None = None


@dataclass(frozen=True, slots=True)
class Recall:
    """How many queries with a known passage found it. ``lost`` and ``gained``: of those asked again of the same
    documents, how many found it only before, and how many only now."""

    found: int
    asked: int
    lost: int = 0
    gained: int = 0

    @property
    def share(self) -> float:
        return self.found / self.asked if self.asked else 0.0


@dataclass(frozen=True, slots=True)
class Copy:
    """Whole sentences of another source with nearly the text of a hit. ``earliest``: see ``Hit``. ``differing``:
    figures, names and negations of the hit, with the words that stand in their place in the copy; either may be
    empty."""

    source: Source
    span: Span
    earliest: bool = False
    likeness: Likeness = Likeness.NEARLY
    differing: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that answers a query. ``rank`` counts from 1; ``score`` falls with rank and lies in 0–1.

    ``key_sentence`` is the sentence that counted most, ``marks`` the words that matched; both are spans of
    the document, inside ``passage.span``. ``copies`` are all those in the library, admitted by the filter or not, that
    have the query's phrases and none of its excluded words.
    ``earliest``: none of the hit and its copies is certainly older, and at least one is younger or undated.
    """

    rank: int
    score: float
    confidence: Confidence
    passage: Passage
    source: Source
    parts: Parts
    key_sentence: Span | None = None
    marks: tuple[Span, ...] = ()
    copies: tuple[Copy, ...] = ()
    earliest: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search returns. ``hits`` is empty when no passage was admitted or matched.

    ``evidence``: the highest among the first ten candidates, however many hits were asked for; None without any.
    ``sources`` counts the sources of the hits and of their copies; in ``independent`` sources that copy each other
    count once. ``absent``: words of the query that no passage of the library has; ``unknown``: their share of the
    query's weight, 0–1. ``missing_figures``: years and figures of the query that the library has, but none of the hits.
    ``nearest``: for absent words, the word of the library that is spelt most like each. ``named``:
    the sources that the query names. ``lacking``: why there are no hits; None when there are hits or none matched.
    ``damage``: a line for each source whose passages are left out because they are not as they were stored. ``epoch``:
    the random name of the library.
    """

    query: str
    confidence: Confidence
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)
    hits: Sequence[Hit] = ()
    evidence: float | None = None
    sources: int = 0
    independent: int = 0
    absent: tuple[str, ...] = ()
    unknown: float = 0.0
    missing_figures: tuple[str, ...] = ()
    nearest: Mapping[str, str] = field(default_factory=dict)
    named: tuple[NamedSources, ...] = ()
    lacking: Lacking | None = None
    damage: tuple[str, ...] = ()
    epoch: str = ""
