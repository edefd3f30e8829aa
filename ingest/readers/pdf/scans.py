"""Which pages of a PDF are pictures of text."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Sequence
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from ingest.readers.pdf.lines import PdfPage

# The limits below are guesses.
_FEW_LETTERS = 20  # a page with fewer holds a stamp or a number, not a text
_STAMP_LETTERS = 200  # a download stamp on a scanned page has fewer
_COVERED = 0.5  # share of the page that its picture covers where only a stamp is text
_MAX_OBJECTS = 1000  # of a page that are looked at


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
