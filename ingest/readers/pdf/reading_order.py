"""The lines of a page in the order in which a person reads them.

The file's own order is kept unless the page shows that it is another: columns drawn row by row, or text drawn in no
order at all. Most programs write what one reads, and a table's cells, for one, cannot be told from places alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.lines import Line

# Fewer lines than this on each side of a white strip are no columns.
_LEAST_LINES = 5
_LEAST_LETTERS = 12
_BACKWARDS = 4
_MIXED = 3
_MOST_COLUMNS_DEEP = 3
_STRIP = 4.0
_LEAST_IN_BAND = 3
_MOST_TRIED = 4
# A band ends where so many line heights are white.
_WHITE = 1.6


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    upright = [line for line in lines if not line.turned]
    rows = sum(_beside(a, b) for a, b in pairwise(upright))
    backwards = sum(_is_above(b, a) for a, b in pairwise(upright))
    if rows >= _LEAST_LINES or backwards >= _BACKWARDS:
        gutter = _gutter(upright)
        if gutter is not None and _is_mixed(upright, gutter):
            upright = list(_by_columns(upright, 0))
        elif gutter is None and backwards >= max(_BACKWARDS, len(upright) // 10):
            upright = by_rows(upright)
    return [*upright, *(line for line in lines if line.turned)]


def by_rows(lines: Sequence[Line]) -> list[Line]:
    """From top to bottom, and on one row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.top + line.box.bottom, line.box.left)):
        if rows and rows[-1][0].box.same_row(line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]


def _beside(a: Line, b: Line) -> bool:
    return a.box.same_row(b.box) and (a.box.right <= b.box.left or b.box.right <= a.box.left)


def _is_above(line: Line, other: Line) -> bool:
    """True when it stands some lines higher than the other."""
    return line.box.bottom < other.box.top - 5 * max(line.box.height, 1.0)


def _is_mixed(lines: Sequence[Line], gutter: float) -> bool:
    """True when the file goes back and forth between the columns of a band."""
    place = {id(line): i for i, line in enumerate(lines)}
    for band in _bands(lines, gutter):
        sides = [_side(line, gutter) for line in sorted(band, key=lambda line: place[id(line)])]
        if sum(a != b for a, b in pairwise(sides)) >= _MIXED and _has_columns(band, gutter):
            return True
    return False


def _side(line: Line, gutter: float) -> int:
    """-1 left of the gutter, 1 right of it, 0 across it."""
    if line.box.right <= gutter:
        return -1
    return 1 if line.box.left >= gutter else 0


def _by_columns(lines: Sequence[Line], depth: int) -> Iterator[Line]:
    """Band after band, and in each that has columns of text one column after the other."""
    gutter = _gutter(lines) if depth < _MOST_COLUMNS_DEEP else None
    if gutter is None:
        yield from by_rows(lines)
        return
    for band in _bands(lines, gutter):
        if _has_columns(band, gutter):
            for side in (-1, 1):
                yield from _by_columns([line for line in band if _side(line, gutter) == side], depth + 1)
        else:
            yield from band


def _bands(lines: Sequence[Line], gutter: float) -> Iterator[list[Line]]:
    """The page from top to bottom, parted by lines across the gutter and by white strips across the page."""
    white = _WHITE * median(line.box.height for line in lines)
    band: list[Line] = []
    bottom = 0.0
    for line in by_rows(lines):
        across = _side(line, gutter) == 0
        if band and (across or _side(band[-1], gutter) == 0 or line.box.top - bottom > white):
            yield band
            band = []
        bottom = max(bottom, line.box.bottom) if band else line.box.bottom
        band.append(line)
    if band:
        yield band


def _has_columns(band: Sequence[Line], gutter: float) -> bool:
    """True when running text stands on both sides at the same height; a table's cells are shorter and less filled."""
    sides = [[line for line in band if _side(line, gutter) == side] for side in (-1, 1)]
    if min(map(len, sides)) < _LEAST_IN_BAND or not all(map(_is_text, sides)):
        return False
    top = max(min(line.box.top for line in side) for side in sides)
    bottom = min(max(line.box.bottom for line in side) for side in sides)
    return all(sum(top <= line.box.bottom and line.box.top <= bottom for line in side) >= 3 for side in sides)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a strip between two columns of running text stands, which the fewest lines cross."""
    if len(lines) < 2 * _LEAST_LINES:
        return None
    start, stop = min(line.box.left for line in lines), max(line.box.right for line in lines)
    bins = min(int((stop - start) / _STRIP) + 1, 1000)
    step = max((stop - start) / bins, 1e-9)
    crossed, left, right = _counts(lines, start, step, bins)
    fit = [i for i in range(bins) if min(left[i], right[i]) >= _LEAST_LINES and crossed[i] <= left[i] + right[i]]
    for strips in sorted(_neighbours(fit, crossed), key=lambda run: (crossed[run[0]], -len(run)))[:_MOST_TRIED]:
        gutter = start + (strips[len(strips) // 2] + 0.5) * step
        if any(_has_columns(band, gutter) for band in _bands(lines, gutter)):
            return gutter
    return None


def _neighbours(strips: Sequence[int], crossed: Sequence[int]) -> list[list[int]]:
    """Runs of strips side by side that are crossed by as many lines."""
    runs: list[list[int]] = []
    for i in strips:
        if runs and runs[-1][-1] == i - 1 and crossed[i] == crossed[i - 1]:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _counts(lines: Sequence[Line], start: float, step: float, bins: int) -> tuple[list[int], list[int], list[int]]:
    """For each strip of the page how many lines cross it, end before it, and begin after it."""
    begins, ends = [0] * (bins + 1), [0] * (bins + 1)
    for line in lines:
        begins[min(max(int((line.box.left - start) / step), 0), bins)] += 1
        ends[min(max(int((line.box.right - start) / step), 0), bins)] += 1
    crossed, left, right = [], [], []
    begun = ended = 0
    for i in range(bins):
        begun += begins[i]
        left.append(ended)
        crossed.append(begun - ended)
        right.append(len(lines) - begun)
        ended += ends[i]
    return crossed, left, right


def _is_text(column: Sequence[Line]) -> bool:
    widths = [line.box.width for line in column]
    return median(len(line.text) for line in column) >= _LEAST_LETTERS and sum(
        width >= 0.65 * max(widths) for width in widths
    ) >= 0.4 * len(widths)
