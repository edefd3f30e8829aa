"""Where words, blocks and sentences begin and end, as spans of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from index.types import Span

WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\r[^\S\n\r]*\r[\r\s]*|[\f\v\x1c-\x1e\u2028\u2029]+")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦–—#>|]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
# The library takes quotations and parentheses, and what follows an odd quotation mark, for one sentence.
_END = re.compile(
    r"""(?:\b(?!(?:approx|assn|blvd|capt|corp|dept|figs|govt|incl|intl|prof|tech|univ|vols)\.)[a-z]{4,}\.["”’)\]]*"""
    r"""|\b[A-Za-z][a-z]{3,}\.\))(?=\s+["“‘(\[]?[A-Z])"""
)
_WRAP = 50  # a line shorter than this was ended on purpose, not by the width of a window


def words(text: str, within: Span | None = None) -> list[Span]:
    """Runs of letters and digits, in order: what the word index splits at too."""
    start, end = within or (0, len(text))
    return [Span(*match.span()) for match in WORD.finditer(text, start, end)]


def blocks(text: str, within: Span) -> Iterator[Span]:
    """Paragraphs and list items: parted by blank lines and by line ends that are not mere wrapping."""
    start = within.start
    for match in _BLANK.finditer(text, within.start, within.end):
        yield from _lines(text, Span(start, match.start()))
        start = match.end()
    yield from _lines(text, Span(start, within.end))


def _lines(text: str, block: Span) -> Iterator[Span]:
    start, line = block.start, block.start
    while (end := text.find("\n", line, block.end)) >= 0:
        if not _wraps(text, Span(line, end), Span(end + 1, block.end)):
            yield Span(start, end)
            start = end + 1
        line = end + 1
    if start < block.end:
        yield Span(start, block.end)


def _wraps(text: str, line: Span, rest: Span) -> bool:
    """A line end is wrapping when the line was long, or the next goes on in lower case; never before a list item."""
    if _BULLET.match(text, rest.start, rest.end):
        return False
    following = text[rest.start : rest.start + 1]
    return line.end - line.start >= _WRAP or following.islower()


def sentences(text: str, within: Span) -> list[Span]:
    """Sentences inside ``within``, trimmed, in order; none crosses a block, each holds a letter or a digit."""
    found = []
    for block in blocks(text, within):
        flat = text[block.start : block.end].replace("\n", " ").replace("\r", " ")
        for part in sentencex.get_sentence_boundaries("en", flat):
            for start, end in _parted(flat, part["start_index"], part["end_index"]):
                span = trim(text, Span(block.start + start, block.start + end))
                if WORD.search(text, span.start, span.end):
                    found.append(span)
    return found


def _parted(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences in what was taken for one."""
    for found in _END.finditer(flat, start, end):
        yield start, found.end()
        start = found.end()
    yield start, end


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends; an all-white span becomes empty."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.end - (len(piece) - len(piece.rstrip()))))
