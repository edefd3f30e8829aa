"""The characters of a page, as PDFium reports them, joined to lines with their boxes. A line ends where it does on the
page. Lengths are in points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pypdfium2.raw as pdfium

from ingest.readers.pdf.characters import (
    Box,
    bounded,
    is_bold,
    upright,
)
from ingest.readers.pdf.glyphs import HOLE, SOFT_HYPHEN, letters_of
from ingest.readers.pdf.scripts import Piece, is_beside, levels_of, text_of_pieces
from ingest.readers.pdf.words import Word, gaps_of, is_late, words_of_page

# A newspaper page has some 30,000 characters; a page with more than this was made by a program, and the rest is left
# out (a guess).
MAX_CHARACTERS = 200_000
# Words further apart than this many heights are in two columns or two cells, not in one line (a guess).
_WORD_GAP = 1.3
# A figure this many type sizes from the words beside it may be a line's number, so that it is a line of its own (a
# guess; rows are joined again from lines).
_NUMBER_GAP = 0.6
_NUMBER = re.compile(r"\d{1,4}")
# A raised character that is drawn apart has so few characters, and so many sizes to its word (guesses).
_LONGEST_STRAY = 8
_STRAY_GAP = 0.15
_MAX_COMPARED = 100_000  # pairs of lines on a page
_EVEN = 0.3  # of the characters have the most frequent size, unless a scan's text layer varies by chance (a guess)
# How another program wrote glyphs whose letters it did not know.
_GLYPH_NUMBER = re.compile(r"\(cid:\d{1,5}\)")
# Dots between an entry of a table of contents and its page number.
_LEADERS = re.compile(r"\s*(?:\.\s?){5,}|\s*(?:…\s?){2,}")


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one row, close to one another; ``size`` is the type size in points. ``turned``: they run in another
    direction than the page's text; ``slanted``: they run along no edge of it; ``broken``: the last word goes on in the
    next line."""

    text: str
    box: Box
    size: float
    bold: bool = False
    turned: bool = False
    broken: bool = False
    slanted: bool = False


@dataclass(frozen=True, slots=True)
class PdfPage:
    """``lines`` in the order of the file; ``width`` and ``height`` of the page turned so that its text is upright.
    ``truncated``: too long, so the end is missing; ``failed``: damaged; ``garbled``: its fonts do not say which letters
    its glyphs are; ``ocr``: the mean confidence, 0–1, of its words if OCR read it."""

    lines: tuple[Line, ...]
    width: float
    height: float
    truncated: bool = False
    failed: bool = False
    garbled: bool = False
    ocr: float | None = None


def page_of(document: Any, number: int) -> PdfPage | None:
    """The lines of a page; ``number`` counts from 0. None when PDFium cannot open the page."""
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return None
    try:
        text_page = pdfium.FPDFText_LoadPage(page)
        if not text_page:
            return None
        try:
            return _read(page, text_page)
        finally:
            pdfium.FPDFText_ClosePage(text_page)
    finally:
        pdfium.FPDF_ClosePage(page)


def is_garbled(text: str) -> bool:
    """True when more than a third of the visible characters are U+FFFD, private or control characters (a guess)."""
    visible = [char for char in text if not char.isspace()]
    return 3 * sum(char < " " or "\ue000" <= char <= "\uf8ff" or char == HOLE for char in visible) > len(visible)


def _read(page: Any, text_page: Any) -> PdfPage:
    count = pdfium.FPDFText_CountChars(text_page)
    codes = [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(min(count, MAX_CHARACTERS))]
    words = list(words_of_page(text_page, letters_of(text_page, codes)))
    word_lines = _with_strays(list(_words_by_line(words)))
    left, top, right, bottom = _page_edges(page)
    quarter_turns = _most_frequent([word.direction.quarter_turns for word in words if not word.direction.slanted])
    is_even = _is_even(words)
    lines = [_line(text_page, line_words, quarter_turns, is_even) for line_words in word_lines]
    page_box = upright(Box(left, -top, right, -bottom), quarter_turns)
    placed = tuple(_relative_to(page_box, line) for line in lines if line.text)
    garbled = is_garbled(" ".join(line.text for line in placed))
    return PdfPage(placed, page_box.width, page_box.height, count > len(codes), garbled=garbled)


def _page_edges(page: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the page, upwards as PDF counts; those of US Letter when they are unknown."""
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rectangle):
        return 0.0, 792.0, 612.0, 0.0
    return bounded(rectangle.left), bounded(rectangle.top), bounded(rectangle.right), bounded(rectangle.bottom)


def _most_frequent(quarter_turns: list[int]) -> int:
    return max(set(quarter_turns), key=quarter_turns.count) if quarter_turns else 0


def _is_even(words: Sequence[Word]) -> bool:
    """True when sizes mean something: much of the text has one."""
    characters: Counter[float] = Counter()
    for word in words:
        characters[word.type.size] += len(word.text)
    return max(characters.values(), default=0) > _EVEN * characters.total()


def _words_by_line(words: Sequence[Word]) -> Iterator[list[Word]]:
    line: list[Word] = []
    for word in words:
        if line and not word.glued and not any(_goes_on(before, word) for before in line[-2:]):
            yield line
            line = []
        line.insert(len(line) - is_late(line[-2:], word), word)
    if line:
        yield line


def _with_strays(lines: list[list[Word]]) -> list[list[Word]]:
    """The lines with the raised and lowered characters in them that the file draws before or after its text."""
    strays = [line for line in lines if _length(line) <= _LONGEST_STRAY and not line[0].direction.slanted]
    if not strays or len(strays) * len(lines) > _MAX_COMPARED:
        return lines
    taken: set[int] = set()
    for stray in strays:
        for line in lines:
            i = _index_in(line, stray) if line is not stray and id(line) not in taken else None
            if i is not None:
                line[i:i] = [stray[0]._replace(by_gap=True), *stray[1:]]
                taken.add(id(stray))
                break
    return [line for line in lines if id(line) not in taken]


def _index_in(line: Sequence[Word], stray: Sequence[Word]) -> int | None:
    """Where in the line the stray stands, right behind a word or right before the first; None when it does not."""
    first, last = stray[0], stray[-1]
    if line[0].direction != first.direction:
        return None
    turns = first.direction.quarter_turns
    left, right = upright(first.box, turns).left, upright(last.box, turns).right
    for i, word in enumerate(line):
        if is_beside(first.type, word.type):
            box = upright(word.box, turns)
            if abs(left - box.right) < _STRAY_GAP * word.type.size:
                return i + 1
            if i == 0 and abs(box.left - right) < _STRAY_GAP * word.type.size:
                return 0
    return None


def _goes_on(before: Word, word: Word) -> bool:
    """True when ``word`` stands beside ``before`` on its row, in the same direction. PDFium ends a line at a raised
    character, which the page does not."""
    if word.direction.slanted or word.direction != before.direction:
        return word.direction == before.direction and not word.starts_line
    a, b = (upright(each.box, word.direction.quarter_turns) for each in (before, word))
    gap = max(b.left - a.right, a.left - b.right)
    if not a.shares_row(b) or gap >= _WORD_GAP * max(min(a.height, b.height), 1.0):
        return False
    if _is_number_beside(before, word, gap) or _is_number_beside(word, before, gap):
        return False
    return not word.starts_line or (before.type.size != word.type.size and b.left >= a.right - 0.5 * a.height)


def _is_number_beside(word: Word, other: Word, gap: float) -> bool:
    """True for a figure that stands off the word beside it, as the numbers of lines do."""
    return bool(gap > _NUMBER_GAP * other.type.size and _NUMBER.fullmatch(word.text))


def _line(text_page: Any, words: list[Word], quarter_turns: int, is_even: bool) -> Line:
    """The words as a line of a page whose text has these quarter turns. The longest word gives its type size.
    ``is_even``: sizes and baselines tell raised words."""
    gaps = gaps_of(words)
    pieces = [Piece(word.text, word.type, gap) for word, gap in zip(words, gaps, strict=True)]
    levels = levels_of(pieces) if is_even and not words[0].direction.slanted else [0] * len(words)
    upon_line = [word for word, level in zip(words, levels, strict=True) if not level] or words
    longest = max(words if _length(upon_line) < _length(words) / 2 else upon_line, key=lambda word: len(word.text))
    box = _bounding_box(words, upon_line)
    text = _GLYPH_NUMBER.sub(HOLE, _LEADERS.sub(" … ", text_of_pieces(pieces, levels)).strip())
    direction = longest.direction
    broken = words[-1].broken or text.endswith(SOFT_HYPHEN)
    text = text.rstrip(SOFT_HYPHEN).replace(SOFT_HYPHEN, "") + (SOFT_HYPHEN if text.endswith(SOFT_HYPHEN) else "")
    return Line(
        text + "-" * words[-1].broken,
        upright(box, quarter_turns),
        longest.type.size,
        is_bold(text_page, words[0].first) and is_bold(text_page, words[-1].first),
        direction.quarter_turns != quarter_turns,
        broken,
        direction.slanted,
    )


def _length(words: Sequence[Word]) -> int:
    return sum(len(word.text) for word in words)


def _bounding_box(words: Sequence[Word], upon_line: Sequence[Word]) -> Box:
    """Around all words, but as high as those that are neither raised nor lowered: lines keep their distances."""
    wide, high = (upon_line, words) if words[0].direction.quarter_turns % 2 else (words, upon_line)
    return Box(
        min(word.box.left for word in wide),
        min(word.box.top for word in high),
        max(word.box.right for word in wide),
        max(word.box.bottom for word in high),
    )


def _relative_to(page_box: Box, line: Line) -> Line:
    """The line with its box counted from the upper left corner of the page."""
    left, top, right, bottom = line.box
    box = Box(left - page_box.left, top - page_box.top, right - page_box.left, bottom - page_box.top)
    return replace(line, box=box)
