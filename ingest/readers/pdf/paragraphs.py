"""Lines that were broken to fit the page, joined to paragraphs again."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from ingest.readers.pdf.lines import Box, Line

_BULLET = re.compile(r"[•◦▪●○■□‣∙·*–—-]\s|[•◦▪●○■□‣]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)]\s|\[\d{1,3}\]\s")
_ENDS = re.compile(r"[.!?:;。！？][\"'”’»)\]]*(?:\[?\d{1,3}\]?)?$")
_HYPHENED = re.compile(r"[^\W\d_]{2,}-$")
_WORD = re.compile(r"[^\W\d_]{2,}+(?:-[^\W\d_]{2,}+)*+(?!-)")
_KEEP_HYPHEN = ("self", "non", "well")
_LAST, _FIRST = re.compile(r"[^\W\d_]+$"), re.compile(r"[^\W\d_]+")
_LONGEST_WORD = 40
_LEADING = 1.3
_INDENT = 0.8
_NEAR = 4
_FEW = 40
_ROW_PITCH = 3.0
_NOISE = 0.02
_CELL_GAP = 1.6
_LEADS_TO_PAGE = re.compile(r"… ?[\divxl]{1,5}$")


@dataclass(frozen=True, slots=True)
class Row:
    """The lines that stand side by side, in order; ``cells`` is how many. ``edge`` is where the column ends."""

    text: str
    box: Box
    size: float
    bold: bool
    turned: bool = False
    broken: bool = False
    cells: int = 1
    edge: float = 0.0


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Rows one under the other: a column, or a part of it, with the usual distance of its rows."""

    rows: tuple[Row, ...]
    pitch: float
    hanging: bool


def rows_of(lines: Sequence[Line]) -> list[Row]:
    """Neighbours in reading order that stand on one row become one; cells further apart are parted by a tab."""
    rows: list[Row] = []
    for line in lines:
        if rows and not line.turned and not rows[-1].turned and _continues_row(rows[-1].box, line.box):
            rows[-1] = _joined(rows[-1], line)
        else:
            rows.append(Row(line.text, line.box, line.size, line.bold, line.turned, line.broken))
    return [row for run in _runs(rows) for row in _edged(run)]


def _edged(run: Sequence[Row]) -> Iterator[Row]:
    """The rows of a column with the place where its text ends on the right, told by their neighbours: by the second
    widest, for a line across the whole page may stand among them."""
    for block in _close(run):
        for i, row in enumerate(block):
            ends = _right_ends(row, block[max(0, i - _NEAR) : i + _NEAR + 1])
            ends = ends if len(ends) > 2 else _right_ends(row, run[:_FEW])
            yield replace(row, edge=max(row.box.right, ends[-2] if len(ends) > 2 else ends[-1]))


def _right_ends(row: Row, near: Sequence[Row]) -> list[float]:
    return sorted(other.box.right for other in near if is_alike(row, other)) or [row.box.right]


def _close(run: Sequence[Row]) -> Iterator[Sequence[Row]]:
    """The rows of a column parted where the distance is wider than usual."""
    gaps = [b.box.bottom - a.box.bottom for a, b in pairwise(run)]
    usual = median(gaps) if gaps else 0.0
    starts = [0, *(i + 1 for i, gap in enumerate(gaps) if gap > 1.5 * usual), len(run)]
    return (run[start:end] for start, end in pairwise(starts))


def _continues_row(row: Box, box: Box) -> bool:
    return row.same_row(box) and box.left >= row.right - 0.5 * box.height


def _joined(row: Row, line: Line) -> Row:
    near = line.box.left - row.box.right < _CELL_GAP * max(row.size, line.size)
    longer = len(row.text) >= len(line.text)
    return Row(
        row.text + (" " if near else "\t") + line.text,
        row.box.with_(line.box),
        row.size if longer else line.size,
        row.bold and line.bold,
        broken=line.broken,
        cells=row.cells + (not near),
    )


def evened(sheets: Sequence[Sequence[Row]], body: float) -> list[list[Row]]:
    """Rows of a scan's text layer, where each has another size by chance, with one size."""
    pairs = [pair for sheet in sheets for pair in pairwise(sheet)]
    steps = [abs(a.size - b.size) / max(a.size, b.size, 0.1) for a, b in pairs]
    if len(steps) < _FEW or median(steps) < _NOISE:
        return [list(sheet) for sheet in sheets]
    return [
        [replace(row, size=body) if 0.6 * body < row.size < 1.6 * body else row for row in sheet] for sheet in sheets
    ]


def words_of(rows: Iterable[Row]) -> set[str]:
    """All words that stand whole on a line, with their hyphens: they tell how a word that was broken is spelt."""
    return {word.casefold() for row in rows for word in _WORD.findall(row.text)}


def paragraphs_of(rows: Sequence[Row]) -> list[list[Row]]:
    """Rows grouped to paragraphs. Nothing is joined yet."""
    groups: list[list[Row]] = []
    for run in _runs(rows):
        parts = list(_split(_stretch(run)))
        if groups and runs_over(groups[-1][-1], parts[0][0]):
            groups[-1] += parts.pop(0)
        groups += parts
    return groups


def text_of(rows: Sequence[Row], words: Collection[str]) -> str:
    """A paragraph as one line; where lines were ended on purpose (a table, verse, an address) line ends stay."""
    text = rows[0].text
    for before, row in pairwise(rows):
        if before.broken or _HYPHENED.search(before.text[-_LONGEST_WORD:]):
            text = _healed(text, row.text, words)
        elif before.cells > 1 or row.cells > 1 or was_ended(before, row) or _LEADS_TO_PAGE.search(before.text[-8:]):
            text += "\n" + row.text
        else:
            text += ("" if _is_unspaced(text[-1:], row.text[:1]) else " ") + row.text
    return text


def _healed(text: str, following: str, words: Collection[str]) -> str:
    """The two halves of a word that was broken at the line's end: without the hyphen, unless the word has one."""
    bare = text.removesuffix("-")
    start, end = _LAST.search(bare[-_LONGEST_WORD:]), _FIRST.match(following)
    head, tail = (start[0].casefold() if start else ""), (end[0].casefold() if end else "")
    compound = f"{head}-{tail}" in words or head in _KEEP_HYPHEN
    keeps = not following[:1].islower() or (compound and head + tail not in words)
    return (text if keeps else bare) + following


def _is_unspaced(before: str, after: str) -> bool:
    """Chinese and Japanese put no space where a line ends."""
    return _is_cjk(before) and _is_cjk(after)


def _is_cjk(letter: str) -> bool:
    return "\u2e80" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef"


def was_ended(row: Row, following: Row) -> bool:
    """True when the next word would have fitted, so that the line was ended on purpose."""
    letter = following.box.width / max(len(following.text), 1)
    word = len(following.text.partition(" ")[0]) * letter
    return row.edge - row.box.right > max(1.3 * word + 2 * letter, 2 * row.size)


def is_alike(a: Row, b: Row) -> bool:
    return abs(a.size - b.size) <= 0.12 * max(a.size, b.size)


def _runs(rows: Sequence[Row]) -> Iterator[list[Row]]:
    """Rows one under the other."""
    run: list[Row] = []
    for row in rows:
        if run and not _is_under(run[-1], row):
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _is_under(row: Row, following: Row) -> bool:
    """True when it stands below the other and shares its width in part."""
    overlap = min(row.box.right, following.box.right) - max(row.box.left, following.box.left)
    down = following.box.top - row.box.top
    return row.turned == following.turned and overlap > 0 and 0 < down < 6 * max(row.box.height, 4.0)


def _stretch(rows: list[Row]) -> _Stretch:
    left = min(row.box.left for row in rows)
    near = [b.box.bottom - a.box.bottom for a, b in pairwise(rows) if is_alike(a, b)]
    usual = median(near) if near else 1.5 * rows[0].size
    # The distance inside paragraphs is the lesser one, where every second gap is one between paragraphs.
    close = [gap for gap in near if gap <= usual * 1.05]
    indented = sum(row.box.left > left + _INDENT * row.size for row in rows)
    return _Stretch(tuple(rows), median(close) if close else usual, indented > 0.5 * len(rows))


def _split(stretch: _Stretch) -> Iterator[list[Row]]:
    part = [stretch.rows[0]]
    for before, row in pairwise(stretch.rows):
        if _parts(stretch, before, row):
            yield part
            part = []
        part.append(row)
    yield part


def _parts(stretch: _Stretch, before: Row, row: Row) -> bool:
    """True when a new paragraph begins with this row."""
    down = row.box.bottom - before.box.bottom
    if before.cells > 1 and row.cells > 1:
        return down > _ROW_PITCH * row.size
    if not is_alike(before, row) or down > _LEADING * stretch.pitch + 1:
        return True
    if before.bold != row.bold and (before.bold or _ends(before)):
        return True
    if before.cells > 1 or row.cells > 1:
        return _ends(before)
    ended = was_ended(before, row)
    if _BULLET.match(row.text) and (ended or _ends(before) or row.text[0] in "•◦▪●○■□‣"):
        return True
    return _ends(before) and (ended or _is_indented(stretch, before, row))


def _is_indented(stretch: _Stretch, before: Row, row: Row) -> bool:
    """True when the row begins further in than the others; or further out, where all but first lines are indented."""
    shift = row.box.left - before.box.left
    if stretch.hanging:
        return shift < -_INDENT * row.size
    return _INDENT * row.size < shift < 6 * row.size


def _ends(row: Row) -> bool:
    return bool(_ENDS.search(row.text[-8:])) and not row.broken


def runs_over(before: Row, row: Row) -> bool:
    """True when a sentence goes on at the head of the next column."""
    same = is_alike(before, row) and before.bold == row.bold and before.cells == row.cells == 1
    return same and not before.turned and not row.turned and not _ends(before) and row.text[:1].islower()
