"""The lines of a page in the order in which a person reads them.

The file's order is kept unless the page shows that it is wrong: columns drawn row by row, or text drawn in no order at
all. Most programs write text in reading order, and positions alone do not tell columns from, say, a table's cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.lines import Line

# The thresholds below are guesses.
_MIN_LINES = 5  # on each side of a white strip; fewer are no columns
_MIN_CHARACTERS = 12  # of the median line of a column of text
_BACKWARDS = 4  # jumps up the page after which the file's order is doubted
_MIXED = 3  # changes of side after which the file's order is wrong
_MAX_DEPTH = 3  # of columns within columns
_STRIP = 4.0  # points: the width of the strips among which a gutter is looked for
_MIN_IN_BAND = 3  # lines on each side
_MAX_TRIED = 4  # runs of strips
_WHITE = 1.6  # line heights of white that end a band


def in_reading_order(lines: Sequence[Line]) -> list[Line]:
    """The same lines, each once; those that run in another direction than the page's text come last."""
    upright = [line for line in lines if not line.turned]
    rows = sum(_beside(a, b) for a, b in pairwise(upright))
    backwards = sum(_is_above(b, a) for a, b in pairwise(upright))
    if rows >= _MIN_LINES or backwards >= _BACKWARDS:
        gutter = _gutter(upright)
        if gutter is not None and _is_mixed(upright, gutter):
            upright = list(_by_columns(upright, 0))
        elif gutter is None and backwards >= max(_BACKWARDS, len(upright) // 10):
            upright = by_rows(upright)
    return [*upright, *(line for line in lines if line.turned)]


def by_rows(lines: Sequence[Line]) -> list[Line]:
    """The lines from top to bottom, and on one row from left to right."""
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.box.top + line.box.bottom, line.box.left)):
        if rows and rows[-1][0].box.shares_row(line.box):
            rows[-1].append(line)
        else:
            rows.append([line])
    return [line for row in rows for line in sorted(row, key=lambda line: line.box.left)]


def _beside(a: Line, b: Line) -> bool:
    return a.box.shares_row(b.box) and (a.box.right <= b.box.left or b.box.right <= a.box.left)


def _is_above(line: Line, other: Line) -> bool:
    """True when the line ends more than five line heights above the other."""
    return line.box.bottom < other.box.top - 5 * max(line.box.height, 1.0)


def _is_mixed(lines: Sequence[Line], gutter: float) -> bool:
    """True when the file's order goes back and forth between the columns of a band."""
    positions = {id(line): i for i, line in enumerate(lines)}
    for band in _bands(lines, gutter):
        sides = [_side(line, gutter) for line in sorted(band, key=lambda line: positions[id(line)])]
        if sum(a != b for a, b in pairwise(sides)) >= _MIXED and _has_columns(band, gutter):
            return True
    return False


def _side(line: Line, gutter: float) -> int:
    """-1 left of the gutter, 1 right of it, 0 across it."""
    if line.box.right <= gutter:
        return -1
    return 1 if line.box.left >= gutter else 0


def _by_columns(lines: Sequence[Line], depth: int) -> Iterator[Line]:
    """The lines of one band after the other; in a band with columns of text, the left column before the right."""
    gutter = _gutter(lines) if depth < _MAX_DEPTH else None
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
    """The lines in bands from top to bottom; a line across the gutter or white across the page separates two bands."""
    white = _WHITE * median(line.box.height for line in lines)
    band: list[Line] = []
    bottom = 0.0
    for line in by_rows(lines):
        is_across = _side(line, gutter) == 0
        if band and (is_across or _side(band[-1], gutter) == 0 or line.box.top - bottom > white):
            yield band
            band = []
        bottom = max(bottom, line.box.bottom) if band else line.box.bottom
        band.append(line)
    if band:
        yield band


def _has_columns(band: Sequence[Line], gutter: float) -> bool:
    """True when running text stands on both sides at the same height. Cells of a table are shorter and fill less."""
    sides = [[line for line in band if _side(line, gutter) == side] for side in (-1, 1)]
    if min(map(len, sides)) < _MIN_IN_BAND or not all(map(_is_text, sides)):
        return False
    top = max(min(line.box.top for line in side) for side in sides)
    bottom = min(max(line.box.bottom for line in side) for side in sides)
    return all(sum(top <= line.box.bottom and line.box.top <= bottom for line in side) >= 3 for side in sides)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where the strip between two columns of running text is that the fewest lines cross, in points from the left; None
    when there are no columns."""
    if len(lines) < 2 * _MIN_LINES:
        return None
    start, stop = min(line.box.left for line in lines), max(line.box.right for line in lines)
    bins = min(int((stop - start) / _STRIP) + 1, 1000)
    step = max((stop - start) / bins, 1e-9)
    crossed, left, right = _strip_counts(lines, start, step, bins)
    fitting = [i for i in range(bins) if min(left[i], right[i]) >= _MIN_LINES and crossed[i] <= left[i] + right[i]]
    for strips in sorted(_strip_runs(fitting, crossed), key=lambda run: (crossed[run[0]], -len(run)))[:_MAX_TRIED]:
        gutter = start + (strips[len(strips) // 2] + 0.5) * step
        if any(_has_columns(band, gutter) for band in _bands(lines, gutter)):
            return gutter
    return None


def _strip_runs(strips: Sequence[int], crossed: Sequence[int]) -> list[list[int]]:
    """Runs of adjacent strips that are crossed by the same number of lines."""
    runs: list[list[int]] = []
    for i in strips:
        if runs and runs[-1][-1] == i - 1 and crossed[i] == crossed[i - 1]:
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _strip_counts(
    lines: Sequence[Line], start: float, step: float, bins: int
) -> tuple[list[int], list[int], list[int]]:
    """For each strip of the page, how many lines cross it, end before it, and begin after it."""
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
    return median(len(line.text) for line in column) >= _MIN_CHARACTERS and sum(
        width >= 0.65 * max(widths) for width in widths
    ) >= 0.4 * len(widths)
