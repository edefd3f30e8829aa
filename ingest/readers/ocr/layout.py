"""The lines that OCR read, as the lines of a PDF's page: level, with boxes in points, cut at wide gaps, and with even
type sizes. From there on a scan is put in order and in paragraphs as any page is."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

import numpy as np
from numpy.typing import NDArray

from ingest.readers.ocr.engine import OcrLine, OcrWord, mean_confidence
from ingest.readers.pdf.characters import Box
from ingest.readers.pdf.lines import Line, PdfPage

# The limits below are guesses.
_CELL_GAP = 1.3  # line heights between two words of different cells or columns
_SIDEWAYS = 1.5  # a line this much higher than wide runs up or down the page
_SIZE_STEP = 1.25  # type sizes nearer to one another than half of this step are one size
# Strokes of bold type are 1.2 to 1.5 times as thick as those of plain type in the same picture (measured).
_BOLD, _SPREAD, _LETTERS_OF_BOLD = 1.1, 3, 4
# Widths of characters in type sizes: those of Times and Helvetica, roughly. The height of a line's box tells its size
# less well: it varies by a third with the letters in it (measured).
_NARROW, _WIDE = frozenset("iljtfrI.,:;'|!()[]/-’‘ "), frozenset("mwMW@%—…")
_NARROW_WIDTH, _USUAL_WIDTH, _CAPITAL_WIDTH, _WIDE_WIDTH, _CJK_WIDTH = 0.29, 0.49, 0.68, 0.82, 1.0
_FIRST_CJK = "\u2e80"


def page_of_lines(lines: Sequence[OcrLine], height: int, width: int, points: float) -> PdfPage:
    """The page that a picture shows. ``height`` and ``width`` of the picture are in pixels; ``points``: the size of a
    pixel."""
    angle = _skew(lines)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    level = [replace(line, corners=line.corners @ turn * points) for line in lines]
    cells = _with_bold([(cell, line.stroke * points) for line in level for cell in _cells(line)])
    words = [word for line in lines for word in line.words]
    return PdfPage(
        tuple(cells), width * points, height * points, ocr=round(mean_confidence(words), 3) if words else None
    )


def _with_bold(cells: Sequence[tuple[Line, float]]) -> list[Line]:
    """The lines, those in bold type marked, of lines with the thickness of their strokes. It is measured in type sizes,
    and must stand out from what is usual on the page, more where that varies."""
    lines = [line for line, _ in cells]
    weights = [stroke / line.size for line, (_, stroke) in zip(_evened(lines, _body_size(lines)), cells, strict=True)]
    usual = median(weights) if weights else 0.0
    least = _BOLD * usual + _SPREAD * median(abs(weight - usual) for weight in weights) if weights else 0.0
    return [
        replace(line, bold=weight > least > 0 and len(line.text) >= _LETTERS_OF_BOLD)
        for line, weight in zip(lines, weights, strict=True)
    ]


def _skew(lines: Sequence[OcrLine]) -> float:
    """The angle, in radians, by which the text runs down to the right: the median of the longer lines'."""
    edges = [line.corners[1] - line.corners[0] for line in lines if not _is_sideways(line.corners)]
    longest = sorted(edges, key=lambda edge: -math.hypot(*edge))[: max(1, len(edges) // 2)]
    return median(math.atan2(edge[1], edge[0]) for edge in longest) if longest else 0.0


def _is_sideways(corners: NDArray[np.float64]) -> bool:
    return math.dist(corners[0], corners[3]) >= _SIDEWAYS * math.dist(corners[0], corners[1])


def _cells(line: OcrLine) -> Iterator[Line]:
    """The line, cut where two of its words are far apart."""
    turned = _is_sideways(line.corners) and sum(len(word.text) for word in line.words) > 2
    if turned:
        yield _line(line.words, line.corners, turned=True)
        return
    length = math.dist(line.corners[0], line.corners[1])
    gap = _CELL_GAP * math.dist(line.corners[0], line.corners[3]) / max(length, 1e-6)
    cell: list[OcrWord] = []
    for word in line.words:
        if cell and word.start - cell[-1].end > gap:
            yield _line(cell, line.corners)
            cell = []
        cell.append(word)
    yield _line(cell, line.corners)


def _line(words: Sequence[OcrWord], corners: NDArray[np.float64], *, turned: bool = False) -> Line:
    start, end = (0.0, 1.0) if turned else (words[0].start, words[-1].end)
    top, bottom = corners[1] - corners[0], corners[2] - corners[3]
    points = [corners[0] + start * top, corners[0] + end * top, corners[3] + start * bottom, corners[3] + end * bottom]
    (left, upper), (right, lower) = np.min(points, axis=0).tolist(), np.max(points, axis=0).tolist()
    text = " ".join(word.text for word in words)
    length = max(math.dist(points[0], points[1]), math.dist(points[0], points[2]) if turned else 0.0)
    return Line(text, Box(left, upper, right, lower), round(length / _em_width(text), 1), turned=turned)


def _em_width(text: str) -> float:
    """How many type sizes a text is wide, about."""
    return sum(map(_letter_width, text)) or _USUAL_WIDTH


def _letter_width(letter: str) -> float:
    if letter in _NARROW:
        return _NARROW_WIDTH
    if letter in _WIDE:
        return _WIDE_WIDTH
    if letter >= _FIRST_CJK:
        return _CJK_WIDTH
    return _CAPITAL_WIDTH if letter.isupper() else _USUAL_WIDTH


def with_even_sizes(pages: Sequence[PdfPage]) -> list[PdfPage]:
    """The pages, with the type sizes of those that OCR read in steps from that of most of their text."""
    body = _body_size([line for page in pages if page.ocr is not None for line in page.lines])
    return [page if page.ocr is None else replace(page, lines=_evened(page.lines, body)) for page in pages]


def _body_size(lines: Sequence[Line]) -> float:
    """The type size of most of the text."""
    sizes = sorted((line.size, len(line.text)) for line in lines)
    half = sum(length for _, length in sizes) / 2
    for size, length in sizes:
        half -= length
        if half <= 0:
            return size
    return 0.0


def _evened(lines: Sequence[Line], body: float) -> tuple[Line, ...]:
    """The lines, with sizes that are the body's times a power of ``_SIZE_STEP``."""
    steps = [round(math.log(max(line.size, 0.1) / max(body, 0.1), _SIZE_STEP)) for line in lines]
    return tuple(replace(line, size=round(body * _SIZE_STEP**step, 1)) for line, step in zip(lines, steps, strict=True))
