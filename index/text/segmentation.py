"""Where words, blocks and sentences begin and end. Everything is a span of the original text; nothing is changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import sentencex

from index.text.abbreviations import ENDING, MEASURE, ends_before, goes_on, is_numbering
from index.text.normal import INVISIBLE, MARKS
from index.types import Span

WORD = re.compile(rf"[^\W_]+(?:(?:[{MARKS}]+|[{INVISIBLE}]+(?=[^\W_]))[^\W_]*)*")
_BLANK = re.compile(r"\n[^\S\n]*(?:\n[^\S\n]*)+|\r[^\S\n\r]*\r[\r\s]*|[\f\v\x1c-\x1e\u2028\u2029]+")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦–—#>|]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s")
# A sentence end that sentencex overlooks: it keeps quotations, parentheses and what follows an unpaired mark together.
_END = re.compile(
    r"""(?:\b(?!(?:approx|assn|blvd|capt|corp|dept|figs|govt|incl|intl|prof|tech|univ|vols)\.)[a-z]{4,}\.["”’)\]]*"""
    r"""|\b[A-Za-z][a-z]{3,}\.\))(?=\s+["“‘(\[]?[A-Z])"""
)
_CONTINUED = re.compile(r"[,;)\]}’”](?!\w)|:\s")  # a sentence begins with none of these
_CITATION = re.compile(r"\s*\[\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*\](?:\[\d{1,3}\])*(?=\s|$)")
_WINDOW = 80  # characters before and after a full stop that tell whether a sentence ends there (a guess)
_AT_ONCE = 8000  # characters that sentencex gets at once: its time grows with the square of some (a guess)
_WRAP = 50  # characters; a shorter line was ended on purpose, not by the width of a window (a guess)


def words(text: str, within: Span | None = None) -> list[Span]:
    """Runs of letters and digits, with the accents and invisible characters in them, in order. ``within`` limits the
    search to a span."""
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
        pieces = [piece for part in _boundaries(flat) for piece in _split(flat, *part)]
        for piece in _joined(flat, pieces):
            span = trim(text, piece.shifted(block.start))
            if WORD.search(text, span.start, span.end):
                spans.append(span)
    return spans


def _boundaries(flat: str) -> Iterator[Span]:
    """The sentences that sentencex sees in a block. A long block is given to it window by window, each from the
    beginning of a sentence, so that the time is linear whatever the text; a sentence longer than a window is cut."""
    start = 0
    while start < len(flat):
        window = flat[start : start + _AT_ONCE]
        found = [
            Span(part["start_index"], part["end_index"]) for part in sentencex.get_sentence_boundaries("en", window)
        ]
        unfinished = start + len(window) < len(flat)
        if unfinished and len(found) > 1:
            found.pop()
        elif unfinished:
            found = [Span(0, window.rfind(" ", len(window) // 2) + 1 or len(window))]
        yield from (span.shifted(start) for span in found)
        start += found[-1].end if unfinished else len(window)


def _split(flat: str, start: int, end: int) -> Iterator[Span]:
    """The sentences inside what sentencex takes for a single sentence."""
    ends = [match.end() for match in _END.finditer(flat, start, end)]
    ends += [match.end() for match in ENDING.finditer(flat, start, end) if ends_before(match[0])]
    ends += [match.end() for match in MEASURE.finditer(flat, start, end)]
    for stop in sorted(set(ends)):
        yield Span(start, stop)
        start = stop
    yield Span(start, end)


def _joined(flat: str, pieces: Iterable[Span]) -> list[Span]:
    """The pieces, those together between which no sentence ends. A citation in brackets goes to the sentence before."""
    joined: list[Span] = []
    for start, end in pieces:
        if not joined:
            joined.append(Span(start, end))
            continue
        before = joined[-1]
        left = flat[max(before.start, before.end - _WINDOW) : before.end].strip()
        right = flat[start : min(end, start + _WINDOW)].lstrip()
        citation = _CITATION.match(flat, start, end)
        if (len(left) < _WINDOW and is_numbering(left)) or _CONTINUED.match(right) or goes_on(left, right):
            joined[-1] = Span(before.start, end)
        elif citation:
            joined[-1] = Span(before.start, citation.end())
            joined.append(Span(citation.end(), end))
        else:
            joined.append(Span(start, end))
    return joined


def trim(text: str, span: Span) -> Span:
    """The span without the white space at its ends; an all-white span becomes empty."""
    piece = text[span.start : span.end]
    start = span.start + len(piece) - len(piece.lstrip())
    return Span(start, max(start, span.end - (len(piece) - len(piece.rstrip()))))
