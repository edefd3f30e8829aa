"""Pages of a PDF as pictures, and what OCR reads on them."""

from __future__ import annotations

import math
from collections.abc import Generator, Mapping, Sequence

import numpy as np
import pypdfium2

from ingest.readers.ocr.engine import Image
from ingest.readers.ocr.layout import with_even_sizes
from ingest.readers.ocr.page import OcrPage, read_page
from ingest.readers.pdf.lines import PdfPage
from ingest.readers.pdf.scans import letter_count
from ingest.types import Progress

DPI = 200  # dots per inch: more take longer and read no better (measured on pages of 8- to 11-point type)
_MAX_PIXELS = 30_000_000  # a page of A2 at 200 dpi; a larger one is drawn smaller
_POINTS_PER_INCH = 72


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
