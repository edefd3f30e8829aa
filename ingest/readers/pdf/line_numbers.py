"""The numbers that proofs and manuscripts give their lines, in a column beside the text: recognised by their regular
steps beside running prose, which lists, tables and verse do not have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.characters import Box
from ingest.readers.pdf.lines import Line

_NUMBER = re.compile(r"\d{1,4}")
_LEADING_NUMBER = re.compile(r"(\d{1,4})\s+(?=\S)")
# The thresholds below are guesses.
_ALIGNED = 2.0  # points
_MAX_COLUMNS = 6  # of numbers on a page that are looked at
_STEPS = {1: 5, 2: 5, 5: 3, 10: 3}  # every how many lines have a number, and the fewest such numbers of a page
_REGULAR = 0.85  # of the steps are the same
_FIRST = 10  # the highest number with which a page may begin anew
_LONG_RUN = 15  # numbers that may begin with any
_MIN_BESIDE = 0.8  # of the numbers have text beside them
_MIN_SMALL = 0.3  # of the lines of prose begin with a small letter
_FULL, _MIN_FULL = 0.8, 0.5  # this share of the lines is that full
_MIN_LENGTH = 25  # characters of the median line of prose
_MAX_CELLS = 0.3  # of the lines of prose have a short text beside them
_TOLERANCE = 0.35  # of the lines of text beside a column that there are more or fewer than its numbers count

Lines = Sequence[Line]


def without_line_numbers(pages: Sequence[Lines]) -> tuple[list[list[Line]], tuple[str, ...]]:
    """The lines of each page without line numbers, and the numbers of each page that has some, in one text."""
    parted = [_parted(lines) for lines in pages]
    certain = _certain([lines for lines, _ in parted])
    edges = [edge for columns in certain for column in columns for edge in _edges(column)]
    kept, texts = [], []
    for (lines, whole), columns in zip(parted, certain, strict=True):
        columns = columns or [column for column in _columns(lines) if edges and _is_rest(column, edges, lines)]
        numbers = {id(line) for column in columns for line in column}
        kept.append(list(_joined(lines, numbers, whole)))
        texts += [" ".join(line.text for line in column) for column in columns]
    return kept, tuple(texts)


def _parted(lines: Lines) -> tuple[list[Line], dict[int, Line]]:
    """The lines with a figure at their begin as a line of its own, if there are many; and by the figure's id the whole
    line."""
    matches = [None if line.turned else _LEADING_NUMBER.match(line.text) for line in lines]
    if sum(map(bool, matches)) < min(_STEPS.values()):
        return list(lines), {}
    parts: list[Line] = []
    whole: dict[int, Line] = {}
    for line, match in zip(lines, matches, strict=True):
        if match is None:
            parts.append(line)
            continue
        end, start = (line.box.left + line.box.width * i / len(line.text) for i in (match.end(1), match.end()))
        number = replace(line, text=match[1], box=line.box._replace(right=end), broken=False)
        whole[id(number)] = line
        parts += [number, replace(line, text=line.text[match.end() :], box=line.box._replace(left=start))]
    return parts, whole


def _joined(lines: Lines, numbers: Collection[int], whole: Mapping[int, Line]) -> Iterator[Line]:
    """The lines without the numbers; what was parted from a figure that is no line's number is whole again."""
    is_rest = False
    for line in lines:
        if id(line) in whole and id(line) not in numbers:
            yield whole[id(line)]
        elif id(line) not in numbers and not is_rest:
            yield line
        is_rest = id(line) in whole and id(line) not in numbers


def _certain(pages: Sequence[Lines]) -> list[list[list[Line]]]:
    """The columns of each page that are line numbers beyond doubt."""
    ends: set[int] = set()
    certain: list[list[list[Line]]] = []
    for lines in pages:
        columns = sorted(_columns(lines), key=_edges)
        counted = {id(line) for column in columns if _step(column) in _STEPS for line in column}
        certain.append([])
        for column in columns:
            if _begins(column, ends) and _is_numbering(column, lines, counted):
                certain[-1].append(column)
                ends.add(int(column[-1].text))
    return certain


def _columns(lines: Lines) -> Iterator[list[Line]]:
    """Numbers that stand under each other, flush left or right, from top to bottom: the longest columns first."""
    remaining = [line for line in lines if not line.turned and _NUMBER.fullmatch(line.text)]
    for _ in range(_MAX_COLUMNS):
        column = max((group for edge in (_right, _left) for group in _flush(remaining, edge)), key=len, default=[])
        if not column:
            return
        yield sorted(column, key=lambda line: line.box.top)
        taken = set(map(id, column))
        remaining = [line for line in remaining if id(line) not in taken]


def _flush(lines: Lines, edge: Callable[[Line], float]) -> Iterator[list[Line]]:
    """The lines in groups whose edges are as good as the same."""
    group: list[Line] = []
    for line in sorted(lines, key=edge):
        if group and edge(line) - edge(group[0]) > _ALIGNED:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _left(line: Line) -> float:
    return line.box.left


def _right(line: Line) -> float:
    return line.box.right


def _middle(line: Line) -> float:
    return (line.box.top + line.box.bottom) / 2


def _edges(column: Lines) -> tuple[float, float]:
    return min(map(_left, column)), max(map(_right, column))


def _is_numbering(column: Lines, lines: Lines, counted: Collection[int]) -> bool:
    """True when the numbers rise by the same step, and count the lines of the prose beside them. ``counted``: the ids
    of all numbers that rise so."""
    step = _step(column)
    if len(column) < _STEPS.get(step, len(column) + 1) or not _is_clear(column, lines):
        return False
    text = _text_beside(column, lines)
    expected = step * (len(column) - 1) + 1
    rows = len({round(line.box.bottom) for line in text})
    if abs(rows - expected) > max(_TOLERANCE * expected, 1) or not is_prose(text):
        return False
    cells = sum(any(_is_cell(line, row, counted) for line in lines) for row in text)
    return cells < _MAX_CELLS * len(text)


def _is_cell(line: Line, row: Line, counted: Collection[int]) -> bool:
    """True for a short text in the row of a table."""
    is_short = line is not row and id(line) not in counted and len(line.text) < _MIN_LENGTH / 2
    return is_short and line.box.shares_row(row.box)


def _step(column: Lines) -> int:
    """By how much most numbers are higher than the one above; 0 when there is no such step."""
    steps = Counter(int(b.text) - int(a.text) for a, b in pairwise(column))
    step, count = steps.most_common(1)[0] if steps else (0, 0)
    return step if count >= _REGULAR * (len(column) - 1) else 0


def _begins(column: Lines, ends: Collection[int]) -> bool:
    """True when the first number may begin a page or goes on from one of ``ends``, or the column is long."""
    first = int(column[0].text)
    return first <= _FIRST or first - _step(column) in ends or len(column) >= _LONG_RUN


def _span(column: Lines) -> Box:
    """From the first to the last number, with the height of a line."""
    left, right = _edges(column)
    return Box(left, column[0].box.top, right, column[-1].box.bottom)


def _is_clear(column: Lines, lines: Lines) -> bool:
    """True when nothing but the numbers stands in their column, and most have text beside them."""
    span, numbers = _span(column), set(map(id, column))
    others = [line for line in lines if id(line) not in numbers and not line.turned]
    crossing = any(
        line.box.left < span.right and span.left < line.box.right and span.top < _middle(line) < span.bottom
        for line in others
    )
    beside = sum(any(number.box.shares_row(line.box) for line in others) for number in column)
    return not crossing and beside >= _MIN_BESIDE * len(column)


def _text_beside(column: Lines, lines: Lines) -> list[Line]:
    """The lines of the column of text nearest to the numbers, between the first and the last of them."""
    span = _span(column)
    near = [
        line
        for line in lines
        if not line.turned and not _NUMBER.fullmatch(line.text) and span.top < _middle(line) < span.bottom
    ]
    right = [line for line in near if line.box.left >= span.right]
    left = [line for line in near if line.box.right <= span.left]
    # Numbers stand before the lines, or behind them in the margin on the right.
    side = right or left
    if not side:
        return []
    start = min(map(_left, side)) if right else median(map(_left, side))
    return [line for line in side if abs(line.box.left - start) < 0.25 * max(line.box.right - start for line in side)]


def is_prose(text: Lines) -> bool:
    """True for lines that fill their column and begin inside sentences."""
    if not text:
        return False
    start, end = min(map(_left, text)), max(map(_right, text))
    full = sum(line.box.right - start >= _FULL * (end - start) for line in text)
    cased = [line.text[0] for line in text if line.text[0].lower() != line.text[0].upper()]
    small = sum(map(str.islower, cased))
    wordy = sum(any(map(str.isalpha, line.text)) for line in text)
    if median(len(line.text) for line in text) < _MIN_LENGTH:
        return False
    return full >= _MIN_FULL * len(text) and small >= _MIN_SMALL * len(cased) and wordy >= _MIN_BESIDE * len(text)


def _is_rest(column: Lines, edges: Sequence[float], lines: Lines) -> bool:
    """True on a page with few lines, when its numbers stand where those of other pages do."""
    step = _step(column) if len(column) > 1 else 1
    aligned = any(abs(edge - other) <= _ALIGNED for edge in _edges(column) for other in edges)
    return aligned and step in _STEPS and _is_clear(column, lines)
