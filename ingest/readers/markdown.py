"""Markdown: the user's own file, with its headings, its front matter, and what only a browser reads left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from itertools import groupby

from index.types import Section, Span
from ingest.boilerplate.clean import LONGEST_PAGE, certain_boilerplate, joined
from ingest.encoding import decode
from ingest.metadata.describe import describe
from ingest.readers.front_matter import front_matter
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


class _Kind(Enum):
    TEXT = auto()
    BLANK = auto()
    HEADING = auto()
    ASIDE = auto()


@dataclass(frozen=True, slots=True)
class _Line:
    """A line, or the two of an underlined heading. ``heading`` and ``level`` are of headings only."""

    kind: _Kind
    span: Span
    heading: str = ""
    level: int = 0


def read_markdown(data: bytes, name: str) -> Reading:
    decoded = decode(data, name)
    require_text(decoded.text, name)
    long = len(decoded.text) > LONGEST_PAGE
    extract = plain_extract(decoded.text, name) if long else _extract(decoded.text)
    return Reading((extract,), decoded.encoding, decoded.guessed, warnings=decoded.warnings)


def _extract(text: str) -> Extract:
    front = front_matter(text)
    lines = list(_lines(text, front.span.end))
    metadata, moved = _described(text, lines, front.metadata, front.span.end)
    asides = [span for line in lines for span in _left_out(text, line)]
    dropped = joined([front.span, *asides, *moved, *_boilerplate(text, front.span.end)])
    return Extract(text, metadata, tuple(_sections(lines, dropped)), dropped, warnings=front.warnings)


def _described(text: str, lines: Sequence[_Line], said: Metadata, start: int) -> tuple[Metadata, list[Span]]:
    """The metadata, and the lines that went into it: the title's heading, the byline, the date."""
    first = next((line for line in lines if line.kind in (_Kind.TEXT, _Kind.HEADING)), None)
    top = first if first is not None and first.kind is _Kind.HEADING and first.level == 1 else None
    title = said.title or (top.heading if top else "")
    # The name of a title that no line can have keeps the first line of a file without a title where it is.
    found = describe(text[start:], replace(said, title=title or "\ufffd"))
    moved = [Span(span.start + start, span.end + start) for span in found.moved]
    if top is not None and top.heading == title:
        moved.append(top.span)
    return replace(found.metadata, title=title), moved


def _boilerplate(text: str, start: int) -> Iterator[Span]:
    for span in certain_boilerplate(text[start:]):
        yield Span(span.start + start, span.end + start)


def _left_out(text: str, line: _Line) -> Iterator[Span]:
    """Comments, rules and link targets; of a line that is an image, all but its description."""
    if line.kind is _Kind.ASIDE:
        yield line.span
    image = (
        _IMAGE.match(text, *line.span) if line.kind is _Kind.TEXT and text.startswith("!", line.span.start) else None
    )
    if image:
        yield from (Span(line.span.start, image.start(1)), Span(image.end(1), line.span.end))


def _sections(lines: Sequence[_Line], dropped: Sequence[Span]) -> Iterator[Section]:
    body = [line for line in _outside(lines, dropped) if line.kind in (_Kind.TEXT, _Kind.HEADING)]
    heading: str | None = None
    for kind, group in groupby(body, key=lambda line: line.kind):
        run = list(group)
        if kind is _Kind.TEXT:
            yield Section(Span(run[0].span.start, run[-1].span.end), heading)
        else:
            stack = run[:0] if run[-1] is body[-1] else _stack(run)
            yield from (Section(line.span) for line in run[: len(run) - len(stack)])
            heading = " › ".join(line.heading for line in stack) or None


def _stack(headings: Sequence[_Line]) -> Sequence[_Line]:
    """The last headings of a run, each deeper than the one before: those that the text under them belongs to."""
    first = len(headings) - 1
    while first > 0 and headings[first - 1].level < headings[first].level:
        first -= 1
    return headings[first:]


def _outside(lines: Sequence[_Line], dropped: Sequence[Span]) -> Iterator[_Line]:
    """The lines that are not dropped as a whole."""
    ahead = list(reversed(dropped))
    for line in lines:
        while ahead and ahead[-1].end < line.span.end:
            ahead.pop()
        if not ahead or not line.span.within(ahead[-1]):
            yield line


def _lines(text: str, start: int) -> Iterator[_Line]:
    """The lines from ``start`` on, an underlined heading as one."""
    held = _Line(_Kind.BLANK, Span(start, start))
    opens_paragraph = False
    for line, underlines in _Scanner(text).lines(start):
        if underlines and held.kind is _Kind.TEXT and opens_paragraph:
            words = _words(text[slice(*held.span)].strip())
            held = _Line(_Kind.HEADING, Span(held.span.start, line.span.end), words, 1 if underlines == "=" else 2)
            continue
        yield held
        opens_paragraph = held.kind is not _Kind.TEXT
        held = line
    yield held


@dataclass
class _Scanner:
    """Goes down the lines and remembers whether it is inside fenced code or a comment."""

    text: str
    fence: str = ""
    in_comment: bool = False

    def lines(self, start: int) -> Iterator[tuple[_Line, str]]:
        """Each line, and "=" or "-" when it could underline the line before."""
        last_comment_end = self.text.rfind("-->")
        for span in _line_spans(self.text, start):
            raw = self.text[span.start : span.end]
            in_code = bool(self.fence)
            line = _Line(self._kind(raw, span.start <= last_comment_end), span)
            if line.kind is _Kind.TEXT and not in_code and not self.fence:
                underlines = raw.strip()[0] if _UNDERLINE.match(raw) else ""
                yield _refined(raw, span), underlines
            else:
                yield line, ""

    def _kind(self, raw: str, may_be_comment: bool) -> _Kind:
        if self.in_comment or (not self.fence and may_be_comment and raw.lstrip().startswith("<!--")):
            self.in_comment = "-->" not in raw
            return _Kind.ASIDE
        mark = _FENCE.match(raw)
        if self.fence:
            closes = mark is not None and mark[1].startswith(self.fence) and raw.strip() == mark[1]
            self.fence = "" if closes else self.fence
        elif mark:
            self.fence = mark[1]
        return _Kind.TEXT if raw.strip() else _Kind.BLANK


def _line_spans(text: str, start: int) -> Iterator[Span]:
    while start < len(text):
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        yield Span(start, end - (end > start and text[end - 1] == "\r"))
        start = end + 1


def _refined(raw: str, span: Span) -> _Line:
    """A line outside of code: a heading, something to leave out, or text."""
    heading = _ATX.match(raw)
    if heading:
        return _Line(_Kind.HEADING, span, _words(_without_closing_marks(heading[2] or "")), len(heading[1]))
    aside = _RULE.match(raw) or _REFERENCE.match(raw) or _BADGES.match(raw)
    return _Line(_Kind.ASIDE if aside else _Kind.TEXT, span)


def _without_closing_marks(words: str) -> str:
    """ "Dose" for "Dose ##"; "C#" stays."""
    bare = words.rstrip()
    shown = bare.rstrip("#")
    return shown.rstrip() if not shown or shown[-1].isspace() else bare


def _words(heading: str) -> str:
    """A heading as read: without links and emphasis marks."""
    return " ".join(_EMPHASIS.sub("", _LINK.sub(r"\1", heading)).split())
