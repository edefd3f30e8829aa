"""What a table says: the value in the row and the column that a sentence names, and not the same value elsewhere.

A reader writes a row on a line with bars between its cells, or each cell with the name of its column before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import accumulate, groupby
from typing import NamedTuple

from index.differences.figures import Figure, Figures, figures_in
from index.differences.numbers import fit
from index.differences.tokens import TokenizedText, tokenized
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

_LINE = re.compile(r"[^\n]+")
_RULE = re.compile(r"[\s|:-]*")
_BAR = re.compile(r"(?<!\S)\|(?!\S)")
_PART = re.compile(r"[^|;]+")
_FIELD = re.compile(r"\s*(?P<label>[^:;|\n]{1,60}):\s+(?P<value>\S[^\n]*?)\s*")
_YEAR = re.compile(r"1\d{3}|20\d{2}")
_MAX_ROWS = 200  # rows of a table that are looked at (a guess)


class TableCell(NamedTuple):
    """``label``: the name of its column, "" where the table gives none."""

    label: str
    text: str
    span: Span


class TableRow(NamedTuple):
    """``cells``: the first tells what the row is about; ``span``: of all."""

    cells: tuple[TableCell, ...]
    span: Span


class RowReading(NamedTuple):
    """How a sentence compares with the row that it names. ``header``: the names of the columns; ``agreed``: the spans
    of figures that stand in the row; ``differing``: those in the place of which it has others."""

    row: TableRow
    header: str
    agreed: Sequence[Span]
    differing: Sequence[Difference]


def read(sentence: TokenizedText, figures: Figures, text: str) -> RowReading | None:
    """The one row that the sentence names, if a figure of the sentence stands there or differs; None without one."""
    table = rows(text) if figures else ()
    named = _named_row(sentence, table)
    if named is None:
        return None
    row, key = named
    agreed: list[Span] = []
    differing: list[Difference] = []
    for figure in figures:
        if figure.value.dimension == "rank" or figure.span.meets(key):
            continue
        columns = _columns(sentence, row)
        cells = [cell for cell in columns or row.cells[1:] for value in _values(cell) if _fits(figure, value)]
        if cells:
            agreed.append(figure.span)
        elif (rival := _rival(figure, row, columns, table)) is not None:
            note = f"{sentence.text[slice(*figure.span)]} against {rival.text}"
            differing.append(Difference(DifferenceKind.NUMBER, figure.span, rival.span, note))
    header = " | ".join(cell.label for cell in row.cells if cell.label)
    return RowReading(row, header, agreed, differing) if agreed or differing else None


@lru_cache(maxsize=64)
def rows(text: str) -> Sequence[TableRow]:
    """The rows of the tables in a text, without those that name the columns. Cached, as a text is read for many
    sentences."""
    if "|" not in text and (";" not in text or ": " not in text):
        return ()
    found: list[TableRow] = []
    lines = [Span(*match.span()) for match in _LINE.finditer(text) if not _RULE.fullmatch(match[0])]
    for is_parted, group in groupby(lines, lambda span: bool(_BAR.search(text, *span)) and not _fields(text, span)):
        if is_parted:
            found += _parted([_cells(text, span) for span in group])
        else:
            found += [row for span in group if (cells := _fields(text, span)) for row in _labelled(cells)]
    return found[:_MAX_ROWS]


def _fields(text: str, line: Span) -> list[TableCell]:
    """The cells of a line that names the column of each; empty for another line."""
    parts = [Span(*match.span()) for match in _PART.finditer(text, *line) if match[0].strip()]
    matches = [_FIELD.fullmatch(text, *part) for part in parts]
    fields = [match for match in matches if match is not None]
    if len(fields) < max(2, len(parts)):
        return []
    return [TableCell(match["label"].strip(), match["value"], Span(*match.span("value"))) for match in fields]


def _labelled(cells: Sequence[TableCell]) -> Iterator[TableRow]:
    """The rows of a line: each begins with the column with which the first does."""
    starts = [number for number, cell in enumerate(cells) if cell.label == cells[0].label]
    for start, end in zip(starts, [*starts[1:], len(cells)], strict=True):
        own = tuple(cells[start:end])
        yield TableRow(own, Span(own[0].span.start, own[-1].span.end))


def _cells(text: str, line: Span) -> list[TableCell]:
    ends = [match.start() for match in _BAR.finditer(text, *line)]
    cells = []
    for start, end in zip([line.start, *(end + 1 for end in ends)], [*ends, line.end], strict=True):
        written = text[start:end]
        first = start + len(written) - len(written.lstrip())
        cells.append(TableCell("", written.strip(), Span(first, first + len(written.strip()))))
    if cells and not cells[0].text:  # a bar at the margin
        cells = cells[1:]
    return cells[:-1] if cells and not cells[-1].text else cells


def _parted(lines: Sequence[Sequence[TableCell]]) -> Iterator[TableRow]:
    """The rows of a table, with the names of the columns where its first row has no figures and others have some."""
    has_figure = [any(letter.isdigit() for cell in cells for letter in cell.text) for cells in lines]
    is_headed = len(lines) > 1 and not has_figure[0] and any(has_figure)
    for cells in lines[1:] if is_headed else lines:
        width = len(lines[0]) if is_headed else 0
        labels = [cell.text for cell in lines[0]] if width == len(cells) else [""] * len(cells)
        if len(cells) > 1:
            own = tuple(cell._replace(label=label) for cell, label in zip(cells, labels, strict=True))
            yield TableRow(own, Span(own[0].span.start, own[-1].span.end))


def _named_row(sentence: TokenizedText, table: Sequence[TableRow]) -> tuple[TableRow, Span] | None:
    """The one row of which the sentence has the first cell, and where; None where it names none or several. Of "crack
    cocaine" and "cocaine" the longer counts."""
    found = [(row, span) for row in table for span in _key_spans(sentence, row.cells[0])]
    reached = sorted({span for _, span in found}, key=lambda span: (span.start, -span.end))
    ends = accumulate((span.end for span in reached), max, initial=0)
    whole = {span for span, end in zip(reached, ends, strict=False) if span.end > end}
    longest = [(row, span) for row, span in found if span in whole]
    named = {row.span for row, _ in longest}
    return longest[0] if len(named) == 1 else None


def _key_spans(sentence: TokenizedText, key: TableCell) -> list[Span]:
    """Where a sentence has the words of a cell. A letter or a number that is no year counts only behind the name of its
    column: "class C"."""
    words = [token.word for token in tokenized(key.text).tokens]
    label = [token.word for token in tokenized(key.label).tokens][-1:]
    is_bare = len(words) == 1 and (len(words[0]) == 1 or (words[0].isdigit() and not _YEAR.fullmatch(words[0])))
    wanted = [*label, *words] if is_bare else words
    if not words or (is_bare and not label):
        return []
    own = [token.word for token in sentence.tokens]
    return [
        Span(sentence.tokens[start].span.start, sentence.tokens[start + len(wanted) - 1].span.end)
        for start in range(len(own) - len(wanted) + 1)
        if own[start : start + len(wanted)] == wanted
    ]


def _columns(sentence: TokenizedText, row: TableRow) -> list[TableCell]:
    """The cells of the columns that the sentence names, by words that the names of others lack; empty for none."""
    stems = [tokenized(cell.label).stems for cell in row.cells]
    named = []
    for number in range(1, len(row.cells)):
        others = frozenset().union(*(other for place, other in enumerate(stems) if place != number))
        if (stems[number] - others) & sentence.stems:
            named.append(row.cells[number])
    return named


def _rival(
    figure: Mention[Figure], row: TableRow, columns: Sequence[TableCell], table: Sequence[TableRow]
) -> TableCell | None:
    """The cell in the place of which the sentence has a figure: that of the one column which it names beside the
    figure, or in which another row has this figure."""
    cells = [cell for cell in columns or row.cells[1:] if _is_apart(figure.value, _values(cell))]
    beside = [cell for cell in columns if tokenized(cell.label).stems & figure.context.keys()]
    rivals = [
        cell
        for cell in cells
        if (cell in beside and len(columns) == 1) or _stands_elsewhere(figure.value, row, cell, table)
    ]
    return rivals[0] if len(rivals) == 1 else None


def _stands_elsewhere(figure: Figure, row: TableRow, cell: TableCell, table: Sequence[TableRow]) -> bool:
    """Whether another row has a figure in the column of a cell."""
    place = row.cells.index(cell)
    return any(
        other is not row
        and len(other.cells) == len(row.cells)
        and other.cells[place].label == cell.label
        and any(_is_same(figure, value) for value in _values(other.cells[place]))
        for other in table
    )


def _is_apart(figure: Figure, values: Sequence[Figure]) -> bool:
    """Whether a cell has one value of the figure's dimension, and another."""
    alike = [value for value in values if value.dimension == figure.dimension]
    return len(alike) == 1 and not _is_same(figure, alike[0])


def _is_same(figure: Figure, value: Figure) -> bool:
    return figure.dimension == value.dimension and figure.size == value.size


def _fits(figure: Mention[Figure], value: Figure) -> bool:
    """Whether a figure is that of a cell; a bound ("at most 5 years") is, where its number is that of the cell."""
    if figure.value.bound:
        return _is_same(figure.value, value)
    return fit(figure.value, value) in (Fit.EQUAL, Fit.COMPATIBLE)


@lru_cache(maxsize=1024)
def _cell_values(text: str) -> tuple[Figure, ...]:
    return tuple(mention.value for mention in figures_in(tokenized(text)))


def _values(cell: TableCell) -> tuple[Figure, ...]:
    return _cell_values(cell.text)
