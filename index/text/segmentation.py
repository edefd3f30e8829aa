"""Where words, blocks and sentences begin and end. Everything is a span of the original text; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from index.types import Span

WORD = re.compile(r"[^\W_]+")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\r[^\S\n\r]*\r[\r\s]*|[\f\v\x1c-\x1e\u2028\u2029]+")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦–—#>|]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
# A sentence end that sentencex overlooks: it keeps quotations, parentheses and what follows an unpaired mark together.
_END = re.compile(
    r"""(?:\b(?!(?:approx|assn|blvd|capt|corp|dept|figs|govt|incl|intl|prof|tech|univ|vols)\.)[a-z]{4,}\.["”’)\]]*"""
    r"""|\b[A-Za-z][a-z]{3,}\.\))(?=\s+["“‘(\[]?[A-Z])"""
)
_WRAP = 50  # characters; a shorter line was ended on purpose, not by the width of a window (a guess)


def words(text: str, within: Span | None = None) -> list[Span]:
    """Runs of letters and digits, in order, as the BM25 index splits them. ``within`` limits the search to a span."""
    start, end = within or (0, len(text))
    return [Span(*match.span()) for match in WORD.finditer(text, start, end)]


def blocks(text: str, within: Span) -> Iterator[Span]:
    """Paragraphs and list items, in order, separated by blank lines and by line ends that do not merely wrap."""
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
    """Whether a line end only wraps: the line was long, or the next begins in lower case and is no list item."""
    if _BULLET.match(text, rest.start, rest.end):
        return False
    following = text[rest.start : rest.start + 1]
    return line.end - line.start >= _WRAP or following.islower()


def sentences(text: str, within: Span) -> list[Span]:
    """Sentences inside ``within``, trimmed, in order. None crosses a block, and each holds a letter or a digit."""
    spans = []
    for block in blocks(text, within):
        flat = text[block.start : block.end].replace("\n", " ").replace("\r", " ")
        for part in sentencex.get_sentence_boundaries("en", flat):
            for start, end in _split(flat, part["start_index"], part["end_index"]):
                span = trim(text, Span(block.start + start, block.start + end))
                if WORD.search(text, span.start, span.end):
                    spans.append(span)
    return spans


def _split(flat: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The sentences inside what sentencex takes for a single sentence."""
    for match in _END.finditer(flat, start, end):
        yield start, match.end()
        start = match.end()
    yield start, end


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends; an all-white span becomes empty."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.end - (len(piece) - len(piece.rstrip()))))
