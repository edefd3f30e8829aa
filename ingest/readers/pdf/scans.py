"""Pages of a PDF that are pictures of text: which they are, and their pictures."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Generator, Mapping, Sequence
from typing import Any

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium

from ingest.readers.ocr.engine import Image
from ingest.readers.ocr.layout import with_even_sizes
from ingest.readers.ocr.page import OcrPage, read_page
from ingest.readers.pdf.lines import PdfPage
from ingest.types import Progress

# The limits below are guesses.
_FEW_LETTERS = 20  # a page with fewer holds a stamp or a number, not a text
_STAMP_LETTERS = 200  # a download stamp on a scanned page has fewer
_COVERED = 0.5  # share of the page that its picture covers where only a stamp is text
_MAX_OBJECTS = 1000  # of a page that are looked at
DPI = 200  # dots per inch: more take longer and read no better (measured on pages of 8- to 11-point type)
_MAX_PIXELS = 30_000_000  # a page of A2 at 200 dpi; a larger one is drawn smaller
_POINTS_PER_INCH = 72


def scanned_pages(document: pypdfium2.PdfDocument, pages: Sequence[PdfPage]) -> list[int]:
    """The indices of the pages whose text is only in their pictures, or in fonts that do not tell their letters."""
    return [number for number, page in enumerate(pages) if not page.failed and _is_scan(document, number, page)]


def _is_scan(document: pypdfium2.PdfDocument, number: int, page: PdfPage) -> bool:
    letters = letter_count(page)
    if page.garbled and letters:
        return True
    if letters >= _STAMP_LETTERS:
        return False
    drawn, covered = _drawn(document, number)
    return drawn and (letters < _FEW_LETTERS or covered >= _COVERED)


def letter_count(page: PdfPage) -> int:
    """How many letters and digits the page's text has."""
    return sum(map(str.isalnum, "".join(line.text for line in page.lines)))


def _drawn(document: pypdfium2.PdfDocument, number: int) -> tuple[bool, float]:
    """Whether there is anything but text on the page, and the share of it that its largest picture covers."""
    page = pdfium.FPDF_LoadPage(document.raw, number)
    if not page:
        return False, 0.0
    try:
        objects = [
            pdfium.FPDFPage_GetObject(page, i) for i in range(min(pdfium.FPDFPage_CountObjects(page), _MAX_OBJECTS))
        ]
        kinds = [pdfium.FPDFPageObj_GetType(item) for item in objects]
        area = pdfium.FPDF_GetPageWidthF(page) * pdfium.FPDF_GetPageHeightF(page)
        pictures = [
            item
            for item, kind in zip(objects, kinds, strict=True)
            if kind in (pdfium.FPDF_PAGEOBJ_IMAGE, pdfium.FPDF_PAGEOBJ_FORM)
        ]
        covered = max(map(_area, pictures), default=0.0) / max(area, 1.0)
        return any(kind != pdfium.FPDF_PAGEOBJ_TEXT for kind in kinds), covered
    finally:
        pdfium.FPDF_ClosePage(page)


def _area(item: Any) -> float:
    """The area of a page object's bounds, in square points; 0 when they are unknown."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not pdfium.FPDFPageObj_GetBounds(item, left, bottom, right, top):
        return 0.0
    area = (right.value - left.value) * (top.value - bottom.value)
    return area if math.isfinite(area) else 0.0


def picture_of(document: pypdfium2.PdfDocument, number: int, dpi: float = DPI) -> tuple[Image, float]:
    """A page as a picture, and the size of its pixels in points. Raises PdfiumError when it cannot be opened."""
    page = document[number]
    try:
        width, height = page.get_size()
        area = max(width, 1.0) * max(height, 1.0)
        scale = min(dpi / _POINTS_PER_INCH, math.sqrt(_MAX_PIXELS / area))
        bitmap = page.render(scale=scale)
        try:
            return np.array(bitmap.to_numpy()[:, :, :3]), 1 / scale
        finally:
            bitmap.close()
    finally:
        page.close()


def with_scans_read(
    document: pypdfium2.PdfDocument, pages: Sequence[PdfPage], scans: Sequence[int]
) -> Generator[Progress, None, tuple[list[PdfPage], Mapping[int, OcrPage]]]:
    """The pages, with those at the indices ``scans`` read by OCR, and these by index. A page of which OCR reads less
    than the file says stays as it is."""
    read: dict[int, OcrPage] = {}
    for number in scans:
        try:
            image, points = picture_of(document, number)
        except pypdfium2.PdfiumError:
            continue
        page = yield from read_page(image, points, f"page {number + 1} of {len(pages)}")
        before = pages[number]
        if page.words and (before.garbled or letter_count(page.page) > letter_count(before)):
            read[number] = page
    merged = [read[number].page if number in read else page for number, page in enumerate(pages)]
    return with_even_sizes(merged), read
