"""Markdown: the file's text unchanged, with sections from its headings and metadata from its front matter. What a
rendered page does not show as text (comments, rules, link targets, front matter) is dropped."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby

from index.types import Section, Span
from ingest.boilerplate.clean import MAX_PAGE_CHARS, certain_boilerplate_spans, merge_spans
from ingest.encoding import decode
from ingest.metadata.describe import describe
from ingest.metadata.signatures import title_and_author
from ingest.readers.front_matter import FrontMatter, front_matter
from ingest.readers.plain import plain_extract, require_text
from ingest.types import Extract, Metadata, Reading

_ATX = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(\S.*)|[ \t]*)$")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_REFERENCE = re.compile(r" {0,3}\[[^\]\n]{1,200}\]:[ \t]*\S+(?:[ \t]+[\"'(].{0,300})?[ \t]*$")
_IMAGE = re.compile(r"[ \t]*!\[([^\]\n]{0,500})\]\([^()\n]{0,1000}\)[ \t]*$")
_BADGES = re.compile(r"[ \t]*(?:\[!\[[^\]\n]{0,200}\]\([^()\n]{0,500}\)\]\([^()\n]{0,500}\)[ \t]*){1,40}$")
_LINK = re.compile(r"!?\[([^\[\]\n]{0,500})\](?:\([^()\n]{0,1000}\)|\[[^\]\n]{0,200}\])")
_EMPHASIS = re.compile(r"\*{1,3}(?=\S)|(?<=\S)\*{1,3}|(?<!\w)(?:_{1,3}|`{1,2})(?=\S)|(?<=\S)(?:_{1,3}|`{1,2})(?!\w)")


class LineKind(Enum):
    """``ASIDE``: a line that a rendered page does not show as text."""

    TEXT = auto()
    BLANK = auto()
    HEADING = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class MarkedLine:
    """A line, or the two lines of an underlined heading. ``heading`` and ``level`` (1–6) are set for headings only."""

    kind: LineKind
    span: Span
    heading: str = ""
    level: int = 0


def read_markdown(data: bytes, name: str) -> Reading:
    """The whole file as one extract; a very long one is read as plain text. Raises ReadError when it has no text."""
    return read_marked_lines(data, name, markdown_extract)


def read_marked_lines(data: bytes, name: str, extract_of: Callable[[str], Extract]) -> Reading:
    """A text whose lines are marked for what they are, as one extract; a very long one is read as plain text.

    Raises ReadError when it has no text.
    """
    decoded = decode(data, name)
    require_text(decoded.text, name)
    is_long = len(decoded.text) > MAX_PAGE_CHARS
    extract = plain_extract(decoded.text, name) if is_long else extract_of(decoded.text)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def markdown_extract(text: str) -> Extract:
    """The extract of a Markdown text that is not empty."""
    front = front_matter(text)
    return extract_of_lines(text, front, list(_lines(text, front.span.end)))


def extract_of_lines(text: str, front: FrontMatter, lines: Sequence[MarkedLine]) -> Extract:
    """A text of which each line is known for what it is, after the fields at its top."""
    metadata, moved, warnings = _metadata_and_moved(text, lines, front.metadata, front.span.end)
    asides = [span for line in lines for span in _aside_spans(text, line)]
    dropped = merge_spans([front.span, *asides, *moved, *_boilerplate(text, front.span.end)])
    return Extract(text, metadata, tuple(_sections(lines, dropped)), dropped, warnings=(*front.warnings, *warnings))


def _metadata_and_moved(
    text: str, lines: Sequence[MarkedLine], declared: Metadata, start: int
) -> tuple[Metadata, list[Span], tuple[str, ...]]:
    """The metadata, the lines that are now part of it (the title's heading, the byline, the date), and warnings.
    ``declared`` is the front matter's metadata, ``start`` where the text after it begins."""
    first = next((line for line in lines if line.kind in (LineKind.TEXT, LineKind.HEADING)), None)
    top = first if first is not None and first.kind is LineKind.HEADING and first.level == 1 else None
    heading = top.heading if top else ""
    parted = title_and_author(heading)
    title = declared.title or (parted[0] if parted else heading)
    if parted and not declared.title:
        signed = parted[1]
        declared = replace(
            declared, authors=declared.authors or signed.authors, published=declared.published or signed.date
        )
    # In a file without a title, a title that no line can equal keeps the first line from being taken for one.
    description = describe(text[start:], replace(declared, title=title or "\ufffd"))
    moved = [span.shifted(start) for span in description.metadata_spans]
    if top is not None and title in (heading, parted and parted[0]):
        moved.append(top.span)
    return replace(description.metadata, title=title), moved, description.warnings


def _boilerplate(text: str, start: int) -> Iterator[Span]:
    for span in certain_boilerplate_spans(text[start:]):
        yield span.shifted(start)


def _aside_spans(text: str, line: MarkedLine) -> Iterator[Span]:
    """The whole of a comment, rule or link target; of a line that is an image, all but its description."""
    if line.kind is LineKind.ASIDE:
        yield line.span
    image = (
        _IMAGE.match(text, *line.span) if line.kind is LineKind.TEXT and text.startswith("!", line.span.start) else None
    )
    if image:
        yield from (Span(line.span.start, image.start(1)), Span(image.end(1), line.span.end))


def _sections(lines: Sequence[MarkedLine], dropped: Sequence[Span]) -> Iterator[Section]:
    body = [line for line in _remaining_lines(lines, dropped) if line.kind in (LineKind.TEXT, LineKind.HEADING)]
    heading: str | None = None
    for kind, group in groupby(body, key=lambda line: line.kind):
        run = list(group)
        if kind is LineKind.TEXT:
            yield Section(Span(run[0].span.start, run[-1].span.end), heading)
        else:
            path = run[:0] if run[-1] is body[-1] else _heading_path(run)
            yield from (Section(line.span) for line in run[: len(run) - len(path)])
            heading = " › ".join(line.heading for line in path) or None


def _heading_path(headings: Sequence[MarkedLine]) -> Sequence[MarkedLine]:
    """The last headings of a run in which each is deeper than its predecessor: the path to the text under them."""
    first = len(headings) - 1
    while first > 0 and headings[first - 1].level < headings[first].level:
        first -= 1
    return headings[first:]


def _remaining_lines(lines: Sequence[MarkedLine], dropped: Sequence[Span]) -> Iterator[MarkedLine]:
    """The lines that are not dropped as a whole."""
    upcoming = list(reversed(dropped))
    for line in lines:
        while upcoming and upcoming[-1].end < line.span.end:
            upcoming.pop()
        if not upcoming or not line.span.within(upcoming[-1]):
            yield line


def _lines(text: str, start: int) -> Iterator[MarkedLine]:
    """The lines from ``start`` on, after an empty one; an underlined heading is one line."""
    previous = MarkedLine(LineKind.BLANK, Span(start, start))
    opens_paragraph = False
    for line, underline in _Scanner(text).lines(start):
        if underline and previous.kind is LineKind.TEXT and opens_paragraph:
            heading = _heading_text(text[slice(*previous.span)].strip())
            level = 1 if underline == "=" else 2
            previous = MarkedLine(LineKind.HEADING, Span(previous.span.start, line.span.end), heading, level)
            continue
        yield previous
        opens_paragraph = previous.kind is not LineKind.TEXT
        previous = line
    yield previous


@dataclass
class _Scanner:
    """Goes through the lines and keeps track of whether it is inside fenced code or a comment."""

    text: str
    fence: str = ""
    in_comment: bool = False

    def lines(self, start: int) -> Iterator[tuple[MarkedLine, str]]:
        """Each line, with "=" or "-" when it may underline the line before, else ""."""
        last_comment_end = self.text.rfind("-->")
        for span in line_spans(self.text, start):
            raw = self.text[span.start : span.end]
            in_code = bool(self.fence)
            line = MarkedLine(self._kind(raw, span.start <= last_comment_end), span)
            if line.kind is LineKind.TEXT and not in_code and not self.fence:
                underline = raw.strip()[0] if _UNDERLINE.match(raw) else ""
                yield _classified(raw, span), underline
            else:
                yield line, ""

    def _kind(self, raw: str, may_be_comment: bool) -> LineKind:
        if self.in_comment or (not self.fence and may_be_comment and raw.lstrip().startswith("<!--")):
            self.in_comment = "-->" not in raw
            return LineKind.ASIDE
        match = _FENCE.match(raw)
        if self.fence:
            closes = match is not None and match[1].startswith(self.fence) and raw.strip() == match[1]
            self.fence = "" if closes else self.fence
        elif match:
            self.fence = match[1]
        return LineKind.TEXT if raw.strip() else LineKind.BLANK


def line_spans(text: str, start: int) -> Iterator[Span]:
    """The lines from ``start`` on, without their ends."""
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end - (end > start and text[end - 1] == "\r"))
        start = end + 1


def _classified(raw: str, span: Span) -> MarkedLine:
    """A line outside code as a heading, an aside or text."""
    match = _ATX.match(raw)
    if match:
        return MarkedLine(LineKind.HEADING, span, _heading_text(_without_closing_marks(match[2] or "")), len(match[1]))
    aside = _RULE.match(raw) or _REFERENCE.match(raw) or _BADGES.match(raw)
    return MarkedLine(LineKind.ASIDE if aside else LineKind.TEXT, span)


def _without_closing_marks(heading: str) -> str:
    """ "Dose" for "Dose ##"; "C#" stays."""
    stripped = heading.rstrip()
    unmarked = stripped.rstrip("#")
    return unmarked.rstrip() if not unmarked or unmarked[-1].isspace() else stripped


def _heading_text(heading: str) -> str:
    """The heading without link targets and emphasis marks."""
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", heading)).split())
