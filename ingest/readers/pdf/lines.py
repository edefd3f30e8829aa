"""The characters of a page, as PDFium reports them, joined to lines with their boxes. A line ends where it does on the
page. Lengths are in points."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.encoding import without_holes
from ingest.readers.pdf.characters import (
    Box,
    Direction,
    Type,
    bounded,
    box_of,
    direction_of,
    is_bold,
    is_generated,
    type_of,
    upright,
)
from ingest.readers.pdf.glyphs import HOLE, HYPHEN, LINE_END, SOFT_HYPHEN, letters_of
from ingest.readers.pdf.scripts import Piece, levels_of, text_of_pieces

# A newspaper page has some 30,000 characters; a page with more than this was made by a program, and the rest is left
# out (a guess).
MAX_CHARACTERS = 200_000
# Words further apart than this many heights are in two columns or two cells, not in one line (a guess).
_WORD_GAP = 1.3
# How much larger a paragraph's large first letter is, and how far the rest of its word stands off, in sizes of the
# rest (guesses).
_INITIAL = 1.5
_INITIAL_GAP, _HAIR_GAP = 0.4, 0.1
# A figure this many type sizes from the words beside it may be a line's number, so that it is a line of its own (a
# guess; rows are joined again from lines).
_NUMBER_GAP = 0.6
_NUMBER = re.compile(r"\d{1,4}")
_EVEN = 0.3  # of the characters have the most frequent size, unless a scan's text layer varies by chance (a guess)
_ENDS = frozenset((" ", LINE_END, HYPHEN))
_LATIN_THEN_ARABIC = re.compile("(?<=[A-Za-z])(?=[\u0621-\u064a])")
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
    its glyphs are."""

    lines: tuple[Line, ...]
    width: float
    height: float
    truncated: bool = False
    failed: bool = False
    garbled: bool = False


class _Word(NamedTuple):
    """Characters of one type between spaces, or a part of them that is ``glued`` to the part before.

    ``first`` is the index of its first character on the page; ``by_gap``: no space stands before it in the file.
    """

    text: str
    box: Box
    first: int
    direction: Direction
    type: Type
    glued: bool = False
    by_gap: bool = False
    starts_line: bool = False
    broken: bool = False


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
    words = list(_words(text_page, letters_of(text_page, codes)))
    left, top, right, bottom = _page_edges(page)
    quarter_turns = _most_frequent([word.direction.quarter_turns for word in words if not word.direction.slanted])
    is_even = _is_even(words)
    lines = [_line(text_page, line_words, quarter_turns, is_even) for line_words in _words_by_line(words)]
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


def _is_even(words: Sequence[_Word]) -> bool:
    """True when sizes mean something: much of the text has one."""
    characters: Counter[float] = Counter()
    for word in words:
        characters[word.type.size] += len(word.text)
    return max(characters.values(), default=0) > _EVEN * characters.total()


def _words(text_page: Any, letters: Sequence[str]) -> Iterator[_Word]:
    """The runs of characters between spaces, parted where their type changes, with their boxes."""
    start, starts_line, by_gap, direction = 0, True, False, Direction(0)
    for i, letter in enumerate([*letters, " "]):
        if letter not in _ENDS:
            continue
        visible = [j for j in range(start, i) if letters[j]]
        if visible:
            direction = direction_of(text_page, visible[0]) if starts_line else direction
            parts = list(_parts(text_page, letters, visible, direction))
            first = parts[0]._replace(glued=False, by_gap=by_gap, starts_line=starts_line)
            parts = [first, *parts[1:]]
            yield from (*parts[:-1], parts[-1]._replace(broken=letter == HYPHEN))
            starts_line = False
        starts_line = starts_line or letter != " "
        by_gap = letter != " " or (i < len(letters) and is_generated(text_page, i))
        start = i + 1


def _parts(text_page: Any, letters: Sequence[str], indices: Sequence[int], direction: Direction) -> Iterator[_Word]:
    """The characters at these indices as words of one type each."""
    start, box = 0, box_of(text_page, indices[0])
    kind = type_of(text_page, indices[0], direction.quarter_turns)
    edges = upright(box, direction.quarter_turns)
    for end, i in enumerate(indices[1:], start=1):
        character = box_of(text_page, i)
        character_edges = upright(character, direction.quarter_turns) if direction.quarter_turns else character
        if character_edges[1::2] != edges[1::2] and not direction.slanted:
            character_kind = type_of(text_page, i, direction.quarter_turns)
            edges = character_edges
            if character_kind != kind:
                yield _part(letters, indices[start:end], box, direction, kind)
                start, box, kind = end, character, character_kind
        box = box.union(character)
    yield _part(letters, indices[start:], box, direction, kind)


def _part(letters: Sequence[str], indices: Sequence[int], box: Box, direction: Direction, kind: Type) -> _Word:
    return _Word(_joined([letters[i] for i in indices]), box, indices[0], direction, kind, glued=True)


def _joined(letters: Sequence[str]) -> str:
    text = "".join(letters)
    if text.isascii():
        return text
    text = _LATIN_THEN_ARABIC.sub(" ", text)
    # Letters beyond the first plane may come as two surrogates; a lone one is a hole.
    return without_holes(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _words_by_line(words: Sequence[_Word]) -> Iterator[list[_Word]]:
    line: list[_Word] = []
    for word in words:
        if line and not word.glued and not any(_goes_on(before, word) for before in line[-2:]):
            yield line
            line = []
        line.insert(len(line) - _is_late(line[-2:], word), word)
    if line:
        yield line


def _is_late(last_two: Sequence[_Word], word: _Word) -> bool:
    """True for a small character that the file draws after the word to its right, as with the exponents of a sum."""
    if len(last_two) < 2 or last_two[1].type.size <= word.type.size:
        return False
    a, b, c = (upright(each.box, word.direction.quarter_turns) for each in (last_two[0], word, last_two[1]))
    return a.left < b.left and a.right <= b.left + 0.3 * b.width and b.right <= c.left + 0.3 * b.width


def _goes_on(before: _Word, word: _Word) -> bool:
    """True when ``word`` stands beside ``before`` on its row, in the same direction. PDFium ends a line at a raised
    character, which the page does not."""
    if word.direction != before.direction:
        return False
    a, b = (upright(each.box, word.direction.quarter_turns) for each in (before, word))
    gap = max(b.left - a.right, a.left - b.right)
    if not a.shares_row(b) or gap >= _WORD_GAP * max(min(a.height, b.height), 1.0):
        return False
    if _is_number_beside(before, word, gap) or _is_number_beside(word, before, gap):
        return False
    return not word.starts_line or (before.type.size != word.type.size and b.left >= a.right - 0.5 * a.height)


def _is_number_beside(word: _Word, other: _Word, gap: float) -> bool:
    """True for a figure that stands off the word beside it, as the numbers of lines do."""
    return bool(gap > _NUMBER_GAP * other.type.size and _NUMBER.fullmatch(word.text))


def _line(text_page: Any, words: list[_Word], quarter_turns: int, is_even: bool) -> Line:
    """The words as a line of a page whose text has these quarter turns. The longest word gives its type size.
    ``is_even``: sizes and baselines tell raised words."""
    pieces = [Piece(word.text, word.type, _gap(before, word)) for before, word in _pairs(words)]
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


def _pairs(words: Sequence[_Word]) -> Iterator[tuple[_Word | None, _Word]]:
    return zip((None, *words), words, strict=False)


def _gap(before: _Word | None, word: _Word) -> float:
    """The gap between two words in shares of the type size; infinite when the file holds a space, 0 inside a word."""
    if before is None or word.glued:
        return 0.0
    turns = word.direction.quarter_turns
    gap = upright(word.box, turns).left - upright(before.box, turns).right
    if _is_initial(before, word, gap):
        return 0.0
    return max(gap / max(before.type.size, 1.0), 0.01) if word.by_gap else math.inf


def _is_initial(before: _Word, word: _Word, gap: float) -> bool:
    """True for a large first letter and the rest of its word. A, I and O may be words themselves."""
    limit = _HAIR_GAP if before.text in "AIO" else _INITIAL_GAP
    is_large = len(before.text) == 1 and before.text.isupper() and before.type.size > _INITIAL * word.type.size
    return is_large and word.by_gap and word.text[0].isalpha() and gap < limit * word.type.size


def _length(words: Sequence[_Word]) -> int:
    return sum(len(word.text) for word in words)


def _bounding_box(words: Sequence[_Word], upon_line: Sequence[_Word]) -> Box:
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
