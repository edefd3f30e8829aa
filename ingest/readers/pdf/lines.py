"""The characters of a page, as PDFium reports them, joined to lines with their boxes. A line ends where it does on the
page. Lengths are in points."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.encoding import without_holes

# A newspaper page has some 30,000 characters; a page with more than this was made by a program, and the rest is left
# out (a guess).
MAX_CHARACTERS = 200_000
# Words further apart than this many heights are in two columns or two cells, not in one line (a guess).
_WORD_GAP = 1.3
_MAX_COORDINATE = 1e6  # points
_SPACES = frozenset((9, 10, 11, 12, 13, 32, 0xA0, 0x2028, 0x2029))
# PDFium's codes for a hyphen at a line's end.
_LINE_HYPHENS = frozenset((0x02, 0xFFFE))
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, 0xFEFF, 0xFFFF])
)
_LAM_BEHIND = re.compile("[اأإآ]ل")
_LATIN_THEN_ARABIC = re.compile("(?<=[A-Za-z])(?=[\u0621-\u064a])")
# Dots between an entry of a table of contents and its page number.
_LEADERS = re.compile(r"\s*(?:\.\s?){5,}|\s*(?:…\s?){2,}")
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi|[-,.](?:bd|b|sb)\b|BX\d|\.B\b", re.IGNORECASE)
_BOLD_WEIGHT = 600


class Box(NamedTuple):
    """A rectangle on the page, in points; ``top`` is less than ``bottom``, as on a screen."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        return self.right - self.left

    @property
    def height(self) -> float:
        return self.bottom - self.top

    def shares_row(self, other: Box) -> bool:
        """True when the two overlap by more than half of the smaller height."""
        _, top, _, bottom = self
        _, other_top, _, other_bottom = other
        if top == other_top and bottom == other_bottom:
            return bottom > top
        return min(bottom, other_bottom) - max(top, other_top) > 0.5 * min(bottom - top, other_bottom - other_top)

    def union(self, other: Box) -> Box:
        left, top, right, bottom = self
        return Box(min(left, other[0]), min(top, other[1]), max(right, other[2]), max(bottom, other[3]))


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one row, close to one another; ``size`` is the type size in points. ``turned``: they run in another
    direction than the page's text; ``broken``: the last word goes on in the next line."""

    text: str
    box: Box
    size: float
    bold: bool = False
    turned: bool = False
    broken: bool = False


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


class _Word(NamedTuple):
    """``first_character`` is the index of its first character on the page; ``quarter_turns``: how often its letters are
    turned by a right angle, counterclockwise."""

    text: str
    box: Box
    first_character: int
    quarter_turns: int
    broken: bool
    starts_line: bool


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


def _read(page: Any, text_page: Any) -> PdfPage:
    count = pdfium.FPDFText_CountChars(text_page)
    codes = [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(min(count, MAX_CHARACTERS))]
    words = list(_words(text_page, codes))
    left, top, right, bottom = _page_edges(page)
    quarter_turns = _most_frequent([word.quarter_turns for word in words])
    lines = [_line(text_page, line_words, quarter_turns) for line_words in _words_by_line(words)]
    page_box = _upright(Box(left, -top, right, -bottom), quarter_turns)
    placed = [_relative_to(page_box, line) for line in lines if line.text]
    return PdfPage(tuple(placed), page_box.width, page_box.height, count > len(codes), garbled=_is_garbled(codes))


def _page_edges(page: Any) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of the page, upwards as PDF counts; those of US Letter when they are unknown."""
    rectangle = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, rectangle):
        return 0.0, 792.0, 612.0, 0.0
    return _bounded(rectangle.left), _bounded(rectangle.top), _bounded(rectangle.right), _bounded(rectangle.bottom)


def _bounded(value: float) -> float:
    """A coordinate within limits: a damaged file may hold infinities, and no arithmetic may fail on them."""
    return min(max(value, -_MAX_COORDINATE), _MAX_COORDINATE) if math.isfinite(value) else 0.0


def _most_frequent(quarter_turns: list[int]) -> int:
    return max(set(quarter_turns), key=quarter_turns.count) if quarter_turns else 0


def _is_garbled(codes: Sequence[int]) -> bool:
    """True when more than a third of the characters are control codes, private ones, or U+FFFD (a guess)."""
    visible = [code for code in codes if code not in _SPACES]
    return 3 * sum(code < 0x20 or 0xE000 <= code <= 0xF8FF or code == 0xFFFD for code in visible) > len(visible)


def _words(text_page: Any, codes: Sequence[int]) -> Iterator[_Word]:
    """The runs of characters between spaces, with their boxes."""
    start, starts_line, quarter_turns = 0, True, 0
    for i, code in enumerate([*codes, 32]):
        is_hyphen = code in _LINE_HYPHENS and pdfium.FPDFText_IsHyphen(text_page, i) == 1
        if not is_hyphen and code not in _SPACES:
            continue
        if i > start:
            text = _text(text_page, codes[start:i], start)
            quarter_turns = _quarter_turns(text_page, start) if starts_line else quarter_turns
            yield _Word(text, _box(text_page, start, i - 1), start, quarter_turns, is_hyphen, starts_line)
            starts_line = False
        starts_line = starts_line or is_hyphen or code in (10, 13)
        start = i + 1


def _text(text_page: Any, codes: Sequence[int], start: int) -> str:
    text = "".join(map(chr, codes)).translate(_LIGATURES)
    if text.isascii():
        return text
    if _LAM_BEHIND.search(text) and len(text) == len(codes):
        text = _with_lam_first(text_page, text, start)
    text = _LATIN_THEN_ARABIC.sub(" ", text)
    # Letters beyond the first plane may come as two surrogates; a lone one is a hole.
    return without_holes(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def _with_lam_first(text_page: Any, text: str, start: int) -> str:
    """Arabic lam and alef are one glyph, whose two letters PDFium gives in the wrong order and with the same box."""
    letters = list(text)
    for match in _LAM_BEHIND.finditer(text):
        i = match.start()
        if _character_box(text_page, start + i) == _character_box(text_page, start + i + 1):
            letters[i : i + 2] = letters[i + 1], letters[i]
    return "".join(letters)


def _box(text_page: Any, first: int, last: int) -> Box:
    box = _character_box(text_page, first)
    return box if last == first else box.union(_character_box(text_page, last))


def _bounding_box(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def _character_box(text_page: Any, i: int) -> Box:
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, i, rectangle)
    left, top, right, bottom = rectangle.left, -rectangle.top, rectangle.right, -rectangle.bottom
    if -_MAX_COORDINATE < left <= right < _MAX_COORDINATE and -_MAX_COORDINATE < top <= bottom < _MAX_COORDINATE:
        return Box(left, top, right, bottom)
    left, right = sorted((_bounded(left), _bounded(right)))
    top, bottom = sorted((_bounded(top), _bounded(bottom)))
    return Box(left, top, right, bottom)


def _quarter_turns(text_page: Any, i: int) -> int:
    angle = pdfium.FPDFText_GetCharAngle(text_page, i)
    return round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) and angle > 0 else 0


def _upright(box: Box, quarter_turns: int) -> Box:
    """The box on the page when it is turned so that letters with these quarter turns are upright."""
    left, top, right, bottom = box
    if quarter_turns == 1:
        return Box(-bottom, left, -top, right)
    if quarter_turns == 2:
        return Box(-right, -bottom, -left, -top)
    return Box(top, -right, bottom, -left) if quarter_turns == 3 else box


def _words_by_line(words: list[_Word]) -> Iterator[list[_Word]]:
    line: list[_Word] = []
    for word in words:
        if line and (word.starts_line or not _follows(line[-1], word)):
            yield line
            line = []
        line.append(word)
    if line:
        yield line


def _follows(before: _Word, word: _Word) -> bool:
    """True when ``word`` stands beside ``before`` on its row, in the same direction."""
    a, b = before.box, word.box
    if word.quarter_turns:
        a, b = _upright(a, word.quarter_turns), _upright(b, word.quarter_turns)
    gap = max(b.left - a.right, a.left - b.right)
    is_close = gap < _WORD_GAP * max(min(a.height, b.height), 1.0)
    return word.quarter_turns == before.quarter_turns and is_close and a.shares_row(b)


def _line(text_page: Any, words: list[_Word], quarter_turns: int) -> Line:
    """The words as a line of a page whose text has these quarter turns. The longest word gives its type size."""
    longest = max(words, key=lambda word: len(word.text))
    box = _bounding_box([word.box for word in words])
    text = _LEADERS.sub(" … ", " ".join(word.text for word in words if word.text)).strip()
    broken = words[-1].broken
    size = _size(text_page, longest)
    bold = _is_bold(text_page, words[0].first_character) and _is_bold(text_page, words[-1].first_character)
    turned = longest.quarter_turns != quarter_turns
    return Line(text + "-" * broken, _upright(box, quarter_turns), size, bold, turned, broken)


def _size(text_page: Any, word: _Word) -> float:
    """The type size as it appears, in points: the font's size, scaled by the text's matrix."""
    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(text_page, word.first_character)
    if not pdfium.FPDFText_GetMatrix(text_page, word.first_character, matrix):
        return round(_bounded(size), 1)
    return round(abs(_bounded(size * math.hypot(_bounded(matrix.c), _bounded(matrix.d)))), 1)


def _is_bold(text_page: Any, i: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text_page, i) >= _BOLD_WEIGHT:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text_page, i, name, 128, ctypes.byref(flags))
    return 0 < length <= 128 and _BOLD.search(name.value.rpartition(b"+")[2]) is not None


def _relative_to(page_box: Box, line: Line) -> Line:
    """The line with its box counted from the upper left corner of the page."""
    left, top, right, bottom = line.box
    box = Box(left - page_box.left, top - page_box.top, right - page_box.left, bottom - page_box.top)
    return Line(line.text, box, line.size, line.bold, line.turned, line.broken)
