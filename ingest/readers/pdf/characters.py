"""What PDFium says of single characters of a page: box, baseline, type size, weight, direction. Lengths are in points,
and down the page they grow, as on a screen."""

from __future__ import annotations

import ctypes
import math
import re
from typing import Any, NamedTuple

import pypdfium2.raw as pdfium

_MAX_COORDINATE = 1e6  # points
# Beyond this, in radians, text is slanted on purpose; scans are straightened less exactly (a guess: 6°).
_SLANT = 0.1
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


class Direction(NamedTuple):
    """How text runs: turned by right angles counterclockwise, and whether it is slanted beside that."""

    quarter_turns: int
    slanted: bool = False


class Type(NamedTuple):
    """The type of a character: its size, and where its baseline is, both in points."""

    size: float
    baseline: float


def bounded(value: float) -> float:
    """A coordinate within limits: a damaged file may hold infinities, and no arithmetic may fail on them."""
    return min(max(value, -_MAX_COORDINATE), _MAX_COORDINATE) if math.isfinite(value) else 0.0


def upright(box: Box, quarter_turns: int) -> Box:
    """The box on the page when it is turned so that letters with these quarter turns are upright."""
    left, top, right, bottom = box
    if quarter_turns == 1:
        return Box(-bottom, left, -top, right)
    if quarter_turns == 2:
        return Box(-right, -bottom, -left, -top)
    return Box(top, -right, bottom, -left) if quarter_turns == 3 else box


def box_of(text_page: Any, i: int) -> Box:
    """The box of a character on the page as it lies in the file."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(text_page, i, rectangle)
    left, top, right, bottom = rectangle.left, -rectangle.top, rectangle.right, -rectangle.bottom
    if -_MAX_COORDINATE < left <= right < _MAX_COORDINATE and -_MAX_COORDINATE < top <= bottom < _MAX_COORDINATE:
        return Box(left, top, right, bottom)
    left, right = sorted((bounded(left), bounded(right)))
    top, bottom = sorted((bounded(top), bounded(bottom)))
    return Box(left, top, right, bottom)


def direction_of(text_page: Any, i: int) -> Direction:
    """The direction of a character's baseline; that of its stems does not count, for italics lean."""
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFText_GetMatrix(text_page, i, matrix):
        return Direction(0)
    angle = math.atan2(bounded(matrix.b), bounded(matrix.a))
    turns = round(angle / (math.pi / 2))
    return Direction(turns % 4, abs(angle - turns * math.pi / 2) > _SLANT)


def type_of(text_page: Any, i: int, quarter_turns: int) -> Type:
    """The size as it appears: the font's size, scaled by the text's matrix; and the baseline when it is upright."""
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, i, x, y)
    origin = Box(bounded(x.value), -bounded(y.value), bounded(x.value), -bounded(y.value))
    return Type(_size_of(text_page, i), upright(origin, quarter_turns).bottom)


def _size_of(text_page: Any, i: int) -> float:
    matrix = pdfium.FS_MATRIX()
    size = pdfium.FPDFText_GetFontSize(text_page, i)
    if not pdfium.FPDFText_GetMatrix(text_page, i, matrix):
        return round(bounded(size), 1)
    return round(abs(bounded(size * math.hypot(bounded(matrix.c), bounded(matrix.d)))), 1)


def is_bold(text_page: Any, i: int) -> bool:
    if pdfium.FPDFText_GetFontWeight(text_page, i) >= _BOLD_WEIGHT:
        return True
    return _BOLD.search(font_of(text_page, i)) is not None


def font_of(text_page: Any, i: int) -> bytes:
    """The name of a character's font without the prefix of a subset; empty when it has none."""
    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    length = pdfium.FPDFText_GetFontInfo(text_page, i, name, 128, ctypes.byref(flags))
    return bytes(name.value).rpartition(b"+")[2] if 0 < length <= 128 else b""


def is_generated(text_page: Any, i: int) -> bool:
    """True for a space or a line end that PDFium put in, because the page shows a gap there."""
    return bool(pdfium.FPDFText_IsGenerated(text_page, i) == 1)


def is_unmapped(text_page: Any, i: int) -> bool:
    """True when the font does not say which letter a glyph is, so that PDFium gives the glyph's number instead."""
    return bool(pdfium.FPDFText_HasUnicodeMapError(text_page, i) == 1)
