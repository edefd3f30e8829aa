"""Where words that were read off a page of a PDF stand on its picture."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pypdfium2
import pypdfium2.raw as pdfium

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels from the top left corner."""


def boxes_of(document: pypdfium2.PdfDocument, number: int, words: str, size: tuple[int, int]) -> list[Box]:
    """A box for each run of characters on a line. ``number``: of the page, from 0; ``size``: width and height of its
    picture. Only letters and digits are compared; empty when the words do not stand on the page in this order."""
    page = document[number]
    text = page.get_textpage()
    try:
        known = [(index, sign) for index in range(text.count_chars()) if (sign := _sign(text, index))]
        wanted = "".join(filter(str.isalnum, words)).casefold()
        start = "".join(sign for _, sign in known).find(wanted) if wanted else -1
        if start < 0:
            return []
        boxes = [_box(page, text.get_charbox(index), size) for index, _ in known[start : start + len(wanted)]]
        return list(_joined(boxes))
    finally:
        text.close()
        page.close()


def _sign(text: pypdfium2.PdfTextPage, index: int) -> str:
    """A letter or digit in lower case; empty for any other character, and for those of which that is more than one."""
    code = pdfium.FPDFText_GetUnicode(text, index)
    sign = chr(code).casefold() if code < 0x110000 else ""
    return sign if len(sign) == 1 and sign.isalnum() else ""


def _box(page: pypdfium2.PdfPage, box: tuple[float, float, float, float], size: tuple[int, int]) -> Box:
    left, bottom, right, top = box
    across, down = ctypes.c_int(), ctypes.c_int()
    corners = []
    for x, y in ((left, top), (right, bottom)):
        pdfium.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
        corners.append((across.value, down.value))
    (x0, y0), (x1, y1) = corners
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _joined(boxes: Sequence[Box]) -> Iterator[Box]:
    """Those that follow each other on a line as one."""
    line: list[Box] = list(boxes[:1])
    for before, box in pairwise(boxes):
        if not (box[0] >= before[0] and box[1] < before[3] and box[3] > before[1]):
            yield _around(line)
            line = []
        line.append(box)
    if line:
        yield _around(line)


def _around(line: Sequence[Box]) -> Box:
    lefts, tops, rights, bottoms = zip(*line, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
