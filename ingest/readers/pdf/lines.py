"""What PDFium says of a page's characters, as lines with their places: a line ends where it does on paper."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

from ingest.encoding import without_holes

# A page of a newspaper has some 30,000 characters; beyond this it is a machine's output, and the rest is left.
MOST_CHARACTERS = 200_000
# Words further apart than this many type sizes are in two columns or two cells, not in one line.
_GAP = 1.3
_FAR = 1e6
_SPACES = frozenset((9, 10, 11, 12, 13, 32, 0xA0, 0x2028, 0x2029))
# PDFium's own sign for a hyphen at a line's end.
_LINE_HYPHENS = frozenset((0x02, 0xFFFE))
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
    | dict.fromkeys([*range(0x20), *range(0x7F, 0xA0), 0xAD, 0xFEFF, 0xFFFF])
)
_LAM_BEHIND = re.compile("[اأإآ]ل")
_LATIN_THEN_ARABIC = re.compile("(?<=[A-Za-z])(?=[\u0621-\u064a])")
# Dots that lead from an entry of a table of contents to its page.
_LEADERS = re.compile(r"\s*(?:\.\s?){5,}|\s*(?:…\s?){2,}")
_BOLD = re.compile(rb"bold|black|heavy|semibold|demi|[-,.](?:bd|b|sb)\b|BX\d|\.B\b", re.IGNORECASE)
_BOLD_WEIGHT = 600


class Box(NamedTuple):
    """A rectangle on the page; ``top`` is less than ``bottom``, as on a screen."""

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

    def same_row(self, other: Box) -> bool:
        _, top, _, bottom = self
        _, upper, _, lower = other
        if top == upper and bottom == lower:
            return bottom > top
        return min(bottom, lower) - max(top, upper) > 0.5 * min(bottom - top, lower - upper)

    def with_(self, other: Box) -> Box:
        left, top, right, bottom = self
        return Box(min(left, other[0]), min(top, other[1]), max(right, other[2]), max(bottom, other[3]))


@dataclass(frozen=True, slots=True)
class Line:
    """Words on one row, close to one another. ``turned`` is true when they run another way than the page's text;
    ``broken`` when the last word goes on in the next line."""

    text: str
    box: Box
    size: float
    bold: bool = False
    turned: bool = False
    broken: bool = False


@dataclass(frozen=True, slots=True)
class PdfPage:
    """``lines`` in the order in which the file has them; ``width`` and ``height`` as one reads it. ``cut``: too long;
    ``failed``: damaged; ``garbled``: its fonts do not tell which letters its signs are."""

    lines: tuple[Line, ...]
    width: float
    height: float
    cut: bool = False
    failed: bool = False
    garbled: bool = False


class _Word(NamedTuple):
    """``quarter``: how often its letters are turned by a right angle, counterclockwise."""

    text: str
    box: Box
    at: int
    quarter: int
    broken: bool
    starts_line: bool


def page_of(document: Any, number: int) -> PdfPage | None:
    """The page's text with its places; None when PDFium cannot open the page."""
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
    codes = [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(min(count, MOST_CHARACTERS))]
    words = list(_words(text_page, codes))
    left, top, right, bottom = _paper(page)
    quarter = _usual([word.quarter for word in words])
    lines = [_line(text_page, run, quarter) for run in _runs(words)]
    sheet = _turn(Box(left, -top, right, -bottom), quarter)
    moved = [_moved(line, sheet) for line in lines if line.text]
    return PdfPage(tuple(moved), sheet.width, sheet.height, count > len(codes), garbled=_is_garbled(codes))


def _paper(page: Any) -> tuple[float, float, float, float]:
    box = pdfium.FS_RECTF()
    if not pdfium.FPDF_GetPageBoundingBox(page, box):
        return 0.0, 792.0, 612.0, 0.0
    return _sane(box.left), _sane(box.top), _sane(box.right), _sane(box.bottom)


def _sane(value: float) -> float:
    """A coordinate within reason: a damaged file may hold infinities, and no arithmetic may fail on them."""
    return min(max(value, -_FAR), _FAR) if math.isfinite(value) else 0.0


def _usual(quarters: list[int]) -> int:
    return max(set(quarters), key=quarters.count) if quarters else 0


def _is_garbled(codes: Sequence[int]) -> bool:
    signs = [code for code in codes if code not in _SPACES]
    return 3 * sum(code < 0x20 or 0xE000 <= code <= 0xF8FF or code == 0xFFFD for code in signs) > len(signs)


def _words(text_page: Any, codes: Sequence[int]) -> Iterator[_Word]:
    """The runs of characters between spaces, with their boxes."""
    start, fresh, quarter = 0, True, 0
    for i, code in enumerate([*codes, 32]):
        hyphen = code in _LINE_HYPHENS and pdfium.FPDFText_IsHyphen(text_page, i) == 1
        if not hyphen and code not in _SPACES:
            continue
        if i > start:
            text = _text(text_page, codes[start:i], start)
            quarter = _quarter(text_page, start) if fresh else quarter
            yield _Word(text, _box(text_page, start, i - 1), start, quarter, hyphen, fresh)
            fresh = False
        fresh = fresh or hyphen or code in (10, 13)
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
    """Arabic lam and alef are one glyph, whose letters PDFium gives the wrong way round: both have the same box."""
    letters = list(text)
    for found in _LAM_BEHIND.finditer(text):
        i = found.start()
        if _character_box(text_page, start + i) == _character_box(text_page, start + i + 1):
            letters[i : i + 2] = letters[i + 1], letters[i]
    return "".join(letters)


def _box(text_page: Any, first: int, last: int) -> Box:
    box = _character_box(text_page, first)
    return box if last == first else box.with_(_character_box(text_page, last))


def _around(boxes: Sequence[Box]) -> Box:
    left, top, right, bottom = zip(*boxes, strict=True)
    return Box(min(left), min(top), max(right), max(bottom))


def _character_box(text_page: Any, i: int) -> Box:
    box = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, i, box)
    left, top, right, bottom = box.left, -box.top, box.right, -box.bottom
    if -_FAR < left <= right < _FAR and -_FAR < top <= bottom < _FAR:
        return Box(left, top, right, bottom)
    (left, right), (top, bottom) = sorted((_sane(left), _sane(right))), sorted((_sane(top), _sane(bottom)))
    return Box(left, top, right, bottom)


def _quarter(text_page: Any, i: int) -> int:
    angle = pdfium.FPDFText_GetCharAngle(text_page, i)
    return round(angle / (math.pi / 2)) % 4 if math.isfinite(angle) and angle > 0 else 0


def _turn(box: Box, quarter: int) -> Box:
    """The box as it stands when the page is turned so that letters of this direction are upright."""
    left, top, right, bottom = box
    if quarter == 1:
        return Box(-bottom, left, -top, right)
    if quarter == 2:
        return Box(-right, -bottom, -left, -top)
    return Box(top, -right, bottom, -left) if quarter == 3 else box


def _runs(words: list[_Word]) -> Iterator[list[_Word]]:
    """Words that stand on one row, side by side."""
    run: list[_Word] = []
    for word in words:
        if run and (word.starts_line or not _follows(run[-1], word)):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _follows(before: _Word, word: _Word) -> bool:
    a, b = before.box, word.box
    if word.quarter:
        a, b = _turn(a, word.quarter), _turn(b, word.quarter)
    gap = max(b.left - a.right, a.left - b.right)
    return word.quarter == before.quarter and gap < _GAP * max(min(a.height, b.height), 1.0) and a.same_row(b)


def _line(text_page: Any, run: list[_Word], quarter: int) -> Line:
    first = max(run, key=lambda word: len(word.text))
    box = _around([word.box for word in run])
    text = _LEADERS.sub(" … ", " ".join(word.text for word in run if word.text)).strip()
    broken = run[-1].broken
    size = _size(text_page, first)
    bold = _is_bold(text_page, run[0].at) and _is_bold(text_page, run[-1].at)
    return Line(text + "-" * broken, _turn(box, quarter), size, bold, first.quarter != quarter, broken)


def _size(text_page: Any, word: _Word) -> float:
    """The type size as it appears: the font's own, scaled by the text's matrix."""
    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(text_page, word.at)
    if not pdfium.FPDFText_GetMatrix(text_page, word.at, matrix):
        return round(_sane(size), 1)
    return round(abs(_sane(size * math.hypot(_sane(matrix.c), _sane(matrix.d)))), 1)


def _is_bold(text_page: Any, i: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text_page, i) >= _BOLD_WEIGHT:
        return True
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text_page, i, name, 128, ctypes.byref(flags))
    return 0 < length <= 128 and _BOLD.search(name.value.rpartition(b"+")[2]) is not None


def _moved(line: Line, sheet: Box) -> Line:
    """The line with its box counted from the sheet's upper left corner."""
    box = line.box
    at = Box(box.left - sheet.left, box.top - sheet.top, box.right - sheet.left, box.bottom - sheet.top)
    return Line(line.text, at, line.size, line.bold, line.turned, line.broken)
