"""Source text to HTML that can do nothing but be read: escaped first, then marked. All spans are of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from html import escape
from itertools import pairwise
from typing import NamedTuple

from index import Span
from index.text import MARKDOWN_SIGNS, blocks, line

_ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_BAR = re.compile(r"(?<!\S)\|(?!\S)")
_MATCH = '<u class="sw-match" data-match="{}">'
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


class Match(NamedTuple):
    """One of the places that have what is sought in a document; ``number`` counts from 1."""

    span: Span
    number: int


def marked(
    text: str,
    base: int = 0,
    key: Span | None = None,
    marks: Iterable[Span] = (),
    markdown: bool = False,
    matches: Sequence[Match] = (),
) -> str:
    """``text``, which starts at ``base`` in its document, with ``key`` in <mark> and ``marks`` in <u>, the signs of
    Markdown quietly, and a dot for the bars between the cells of a table. Where there are ``matches``, which do not
    overlap, they are underlined instead.

    Only tags are added: taken off again, and unescaped, the text is as it was. Spans may overlap and lie outside.
    """
    first, last = _inside(key, base, len(text)) if key else (0, 0)
    points = _Signs(_breaks(text, markdown), _signs(text) if markdown else _bars(text))
    underlined = [(*span, "<u>") for span in _joined(_inside(span, base, len(text)) for span in marks)]
    if matches:
        underlined = [(*_inside(match.span, base, len(text)), _MATCH.format(match.number)) for match in matches]
    before, middle, after = (
        "".join(_underlined(text, start, end, underlined, points))
        for start, end in ((0, first), (first, last), (last, len(text)))
    )
    return f"{before}<mark>{middle}</mark>{after}" if middle else before + after


class _Signs(NamedTuple):
    """Where blocks end, and what shows it; and what is shown quietly, in order."""

    breaks: Mapping[int, str]
    quiet: Sequence[tuple[int, int]]


def _signs(text: str) -> list[tuple[int, int]]:
    """The signs of Markdown: headings, quotations, emphasis, and the lines of tables."""
    spans = [match.span() for match in MARKDOWN_SIGNS.finditer(text)]
    for row in _ROW.finditer(text):
        spans += [(position, position + 1) for position in range(*row.span()) if text[position] == "|"]
    return _joined(spans)


def _bars(text: str) -> list[tuple[int, int]]:
    """The bars between the cells of tables, and those around a row."""
    return [bar.span() for bar in _BAR.finditer(text)]


def _inside(span: Span, base: int, length: int) -> tuple[int, int]:
    """The part of a document's span that lies in a text, as offsets of that text; (0, 0) when none does."""
    start, end = max(span.start - base, 0), min(span.end - base, length)
    return (start, end) if start < end else (0, 0)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def _breaks(text: str, markdown: bool) -> dict[int, str]:
    """Where a block ends and another follows, and what shows it: a line end, or the gap between paragraphs; nothing
    before the rule of a table, which is not seen."""
    parts = list(blocks(text, Span(0, len(text))))
    return {
        block.end: "<br>" if text.count("\n", block.end, following.start) < 2 else '<span class="sw-gap"></span>'
        for block, following in pairwise(parts)
        if not (
            markdown and text.startswith("|", following.start) and MARKDOWN_SIGNS.fullmatch(text[slice(*following)])
        )
    }


def _underlined(
    text: str, start: int, end: int, spans: Sequence[tuple[int, int, str]], points: _Signs
) -> Iterator[str]:
    at = start
    for first, last, tag in spans:
        first, last = max(first, at), min(last, end)
        if first < last:
            yield _broken(text, at, first, points)
            yield f"{tag}{_broken(text, first, last, points)}</u>"
            at = last
    yield _broken(text, at, end, points)


def _broken(text: str, start: int, end: int, points: _Signs) -> str:
    """Escaped text with a sign at each end of a block."""
    pieces = []
    for point in sorted(position for position in points.breaks if start <= position < end):
        pieces += [_quiet(text, start, point, points.quiet), points.breaks[point]]
        start = point
    return "".join([*pieces, _quiet(text, start, end, points.quiet)])


def _quiet(text: str, start: int, end: int, signs: Sequence[tuple[int, int]]) -> str:
    """Escaped text, its signs apart."""
    pieces = []
    for first, last in signs:
        first, last = max(first, start), min(last, end)
        if first < last:
            sign = text[first:last]
            kind = _bar_class(text, first) if "|" in sign else "sw-sign"
            pieces += [escape(text[start:first]), f'<span class="{kind}">{escape(sign)}</span>']
            start = last
    return "".join([*pieces, escape(text[start:end])])


def _bar_class(text: str, at: int) -> str:
    """Of a bar between two cells of a row; or of one at its begin or end, and the rule under the first row."""
    before, after = text[:at].rpartition("\n")[2], text[at + 1 :].partition("\n")[0]
    return "sw-between" if before.strip() and after.strip() else "sw-apart"


def as_label(text: str) -> str:
    """A text as the label of a button, in which Markdown is read: every sign stands for itself."""
    return _PUNCTUATION.sub(r"\\\1", line(text))
