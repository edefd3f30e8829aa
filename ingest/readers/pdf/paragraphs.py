"""Lines of a page joined to rows, and rows to paragraphs: where a line was broken only to fit the page, where a new
paragraph begins, and which words a line end hyphenated. Lengths are in points."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.characters import Box
from ingest.readers.pdf.hyphens import is_open, joined, without_soft_hyphens
from ingest.readers.pdf.lines import Line

_BULLET = re.compile(r"[•◦▪●○■□‣∙·*–—-]\s|[•◦▪●○■□‣]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]\s|\[\d{1,3}\]\s")
_SENTENCE_END = re.compile(r"[.!?:;。！？][\"'”’»)\]]*(?:\[?\d{1,3}\]?|[⁰¹²³⁴-⁹⁻ᵃ-ᶻ,*†‡]{1,7})?$")
# The thresholds below are guesses.
_LEADING = 1.3  # a paragraph ends at a distance of more than this many of the usual ones
LARGER = 1.15  # type is larger than the body's beyond this ratio
_INDENT = 0.8  # type sizes
_NEIGHBOURS = 4  # rows before and after that tell where a column ends
_SAMPLE_ROWS = 40  # rows that stand for a column or a document
_ROW_PITCH = 3.0  # type sizes between two rows of one table
_NOISE = 0.02  # relative difference of type sizes; more than that between most rows is a scan's
_CELL_GAP = 1.6  # type sizes between two cells
_LEADS_TO_PAGE = re.compile(r"… ?[\divxl]{1,5}$")


@dataclass(frozen=True, slots=True)
class Row:
    """Lines side by side, joined from left to right. ``cells``: how many parts have wide gaps between them; ``edge``:
    where the column ends on the right; the other fields are those of ``Line``."""

    text: str
    box: Box
    size: float
    bold: bool
    turned: bool = False
    broken: bool = False
    cells: int = 1
    edge: float = 0.0


PageRows = Sequence[Row]
"""The rows of a page, in reading order."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows one under the other: a column or a part of it. ``pitch`` is the usual distance of rows inside a paragraph;
    ``hanging``: all but first lines are indented."""

    rows: tuple[Row, ...]
    pitch: float
    hanging: bool


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Joins lines in reading order that stand side by side; a tab separates cells, a space what is closer."""
    rows: list[Row] = []
    for line in lines:
        if rows and not line.turned and not rows[-1].turned and _continues_row(rows[-1].box, line.box):
            rows[-1] = _joined(rows[-1], line)
        else:
            rows.append(Row(line.text, line.box, line.size, line.bold, line.turned, line.broken))
    return [row for column in _columns(rows) for row in _with_edges(column)]


def _with_edges(column: Sequence[Row]) -> Iterator[Row]:
    """The rows of a column with its right end. It is the second widest of the neighbouring rows', because a line across
    the whole page may stand among them."""
    for block in _close_blocks(column):
        for i, row in enumerate(block):
            ends = _right_ends(row, block[max(0, i - _NEIGHBOURS) : i + _NEIGHBOURS + 1])
            ends = ends if len(ends) > 2 else _right_ends(row, column[:_SAMPLE_ROWS])
            yield replace(row, edge=max(row.box.right, ends[-2] if len(ends) > 2 else ends[-1]))


def _right_ends(row: Row, neighbours: Sequence[Row]) -> list[float]:
    """The right ends of the neighbours of the same type size, ascending; the row's own when there are none."""
    return sorted(other.box.right for other in neighbours if is_same_size(row, other)) or [row.box.right]


def _close_blocks(column: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows of a column, split where the distance is much wider than the median."""
    distances = [b.box.bottom - a.box.bottom for a, b in pairwise(column)]
    typical = median(distances) if distances else 0.0
    starts = [0, *(i + 1 for i, distance in enumerate(distances) if distance > 1.5 * typical), len(column)]
    return (column[start:end] for start, end in pairwise(starts))


def _continues_row(row: Box, box: Box) -> bool:
    return row.shares_row(box) and box.left >= row.right - 0.5 * box.height


def _joined(row: Row, line: Line) -> Row:
    same_cell = line.box.left - row.box.right < _CELL_GAP * max(row.size, line.size)
    row_is_longer = len(row.text) >= len(line.text)
    return Row(
        row.text + (" " if same_cell else "\t") + line.text,
        row.box.union(line.box),
        row.size if row_is_longer else line.size,
        row.bold and line.bold,
        broken=line.broken,
        cells=row.cells + (not same_cell),
    )


def body_size_of(pages: Sequence[Sequence[Row | Line]]) -> float:
    """The type size, in points, that the most characters have; 10 when there are none."""
    characters: Counter[float] = Counter()
    for rows in pages:
        for row in rows:
            characters[row.size] += len(row.text)
    return characters.most_common(1)[0][0] if characters else 10.0


def with_even_sizes(pages: Sequence[Sequence[Row]], body_size: float) -> list[list[Row]]:
    """Gives the rows of a scan's text layer, whose type sizes vary by chance, the body's size; other files stay."""
    pairs = [pair for rows in pages for pair in pairwise(rows)]
    steps = [abs(a.size - b.size) / max(a.size, b.size, 0.1) for a, b in pairs]
    if len(steps) < _SAMPLE_ROWS or median(steps) < _NOISE:
        return [list(rows) for rows in pages]
    return [
        [replace(row, size=body_size) if 0.6 * body_size < row.size < 1.6 * body_size else row for row in rows]
        for rows in pages
    ]


def paragraphs_of(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows in groups, one a paragraph, in order; each row is in one group."""
    paragraphs: list[list[Row]] = []
    for column in _columns(rows):
        parts = list(_split_paragraphs(_stretch(column)))
        if paragraphs and continues_sentence(paragraphs[-1][-1], parts[0][0]):
            paragraphs[-1] += parts.pop(0)
        paragraphs += parts
    return paragraphs


def text_of(rows: Sequence[Row], words: Collection[str]) -> str:
    """A paragraph as one line; where lines end on purpose (a table, verse, an address) the line ends stay.

    ``rows`` are not empty; ``words`` are those of the document, by which broken words are joined.
    """
    text = rows[0].text
    for before, row in pairwise(rows):
        if is_open(before.text):
            text = joined(text, row.text, words)
        elif before.cells > 1 or row.cells > 1 or ends_early(before, row) or _LEADS_TO_PAGE.search(before.text[-8:]):
            text += "\n" + row.text
        else:
            text += ("" if _is_unspaced(text[-1:], row.text[:1]) else " ") + row.text
    return without_soft_hyphens(text)


def _is_unspaced(before: str, after: str) -> bool:
    """True between Chinese or Japanese characters, where a line end is no space."""
    return _is_cjk(before) and _is_cjk(after)


def _is_cjk(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"


def ends_early(row: Row, following: Row) -> bool:
    """True when the first word of the following row would have fitted, so that the line ends on purpose."""
    letter_width = following.box.width / max(len(following.text), 1)
    word_width = len(following.text.partition(" ")[0]) * letter_width
    return row.edge - row.box.right > max(1.3 * word_width + 2 * letter_width, 2 * row.size)


def is_same_size(a: Row, b: Row) -> bool:
    """True when the type sizes differ by at most 12 % (a guess)."""
    return abs(a.size - b.size) <= 0.12 * max(a.size, b.size)


def _columns(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Runs of rows one under the other."""
    column: list[Row] = []
    for row in rows:
        if column and not _is_under(column[-1], row):
            yield column
            column = []
        column.append(row)
    if column:
        yield column


def _is_under(row: Row, following: Row) -> bool:
    """True when ``following`` stands below ``row``, not far away, and the two overlap in width."""
    overlap = min(row.box.right, following.box.right) - max(row.box.left, following.box.left)
    descent = following.box.top - row.box.top
    return row.turned == following.turned and overlap > 0 and 0 < descent < 6 * max(row.box.height, 4.0)


def _stretch(rows: list[Row]) -> _Stretch:
    left = min(row.box.left for row in rows)
    distances = [b.box.bottom - a.box.bottom for a, b in pairwise(rows) if is_same_size(a, b)]
    typical = median(distances) if distances else 1.5 * rows[0].size
    # Where every second distance is one between paragraphs, the smaller ones are those inside a paragraph.
    small = [distance for distance in distances if distance <= typical * 1.05]
    indented = sum(row.box.left > left + _INDENT * row.size for row in rows)
    return _Stretch(tuple(rows), median(small) if small else typical, indented > 0.5 * len(rows))


def _split_paragraphs(stretch: _Stretch) -> Iterator[list[Row]]:
    paragraph = [stretch.rows[0]]
    for before, row in pairwise(stretch.rows):
        if _begins_paragraph(stretch, before, row):
            yield paragraph
            paragraph = []
        paragraph.append(row)
    yield paragraph


def _begins_paragraph(stretch: _Stretch, before: Row, row: Row) -> bool:
    """True when a new paragraph begins with ``row``, which follows ``before``."""
    descent = row.box.bottom - before.box.bottom
    if before.cells > 1 and row.cells > 1:
        return descent > _ROW_PITCH * row.size
    if not is_same_size(before, row) or descent > _LEADING * stretch.pitch + 1:
        return True
    if before.bold != row.bold and (before.bold or _ends_sentence(before)):
        return True
    if before.cells > 1 or row.cells > 1:
        return _ends_sentence(before)
    is_early = ends_early(before, row)
    if _BULLET.match(row.text) and (is_early or _ends_sentence(before) or row.text[0] in "•◦▪●○■□‣"):
        return True
    return _ends_sentence(before) and (is_early or _is_indented(stretch, before, row))


def _is_indented(stretch: _Stretch, before: Row, row: Row) -> bool:
    """True when ``row`` begins further in than ``before``; where all but first lines are indented, further out."""
    shift = row.box.left - before.box.left
    if stretch.hanging:
        return shift < -_INDENT * row.size
    return _INDENT * row.size < shift < 6 * row.size


def _ends_sentence(row: Row) -> bool:
    return bool(_SENTENCE_END.search(row.text[-8:])) and not row.broken


def continues_sentence(before: Row, row: Row) -> bool:
    """True when ``row``, at the head of a column or page, goes on with the sentence that ``before`` leaves open."""
    same_type = is_same_size(before, row) and before.bold == row.bold and before.cells == row.cells == 1
    return same_type and not before.turned and not row.turned and not _ends_sentence(before) and row.text[:1].islower()
