"""Turns the rows of a workbook's sheets into documents: a row each under a column of texts, else a sheet each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import PurePath

from index.types import Origin
from ingest.metadata.fields import column_names, is_text_field
from ingest.metadata.origin import with_origin
from ingest.readers.office.archive import DamagedPartError
from ingest.readers.office.blocks import Block, assembled
from ingest.readers.office.properties import one_line
from ingest.readers.office.unread import Unread
from ingest.readers.records import ID_FIELDS, read_record, with_unique_ids
from ingest.types import Empty, Extract, Metadata, Outcome, Unreadable

MAX_CELLS = 1_000_000  # of a sheet that are read (a guess); a warning says when there are more
MAX_CHARS = 20_000_000  # of a sheet that are read (a guess): a few long texts may be referred to by every cell
_MAX_FILLED = 100_000  # cells of a sheet that get the value of the merged cell over them (a guess)
_HEADER_ROWS = 20  # rows among which the header is looked for (a guess)
_LONGEST_NAME = 100  # characters of a column's name (a guess)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell that is not empty. ``text``: as it is shown; ``is_text``: no number, date or truth value."""

    text: str
    is_text: bool = True


@dataclass(frozen=True, slots=True)
class Merged:
    """Merged cells, whose value stands in the first of them; rows and columns count from 0 and are inclusive."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class Sheet:
    """A sheet as read. ``rows``: by number, from 0, the cells by the number of their column; ``texts``: what the
    drawings say."""

    name: str
    rows: dict[int, dict[int, Cell]] = field(default_factory=dict)
    merged: list[Merged] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    cells: int = 0
    characters: int = 0

    def add(self, row: int, column: int, cell: Cell) -> bool:
        """Whether there was room for one more cell; the first that there is none for is warned of."""
        self.cells += 1
        self.characters += len(cell.text)
        if self.cells > MAX_CELLS or self.characters > MAX_CHARS:
            self.warnings.append(f"only the rows before row {row + 1} were read: the sheet is too large. Split it")
            self.rows.pop(row, None)
            return False
        self.rows.setdefault(row, {})[column] = cell
        return True

    def take(self, unread: Unread) -> None:
        """Warns of what could not be read since the sheet before."""
        self.warnings += unread.warnings()
        unread.clear()


def outcomes(sheets: Sequence[tuple[str, Callable[[], Sheet]]], properties: Metadata, name: str) -> Iterator[Outcome]:
    """The documents of a workbook, each of its ``sheets`` (its name, and what reads it) read when its turn comes.

    A damaged sheet costs only itself, unless it is the only one. Raises ReadError.
    """
    is_single = len(sheets) == 1

    def read_sheets() -> Iterator[Outcome]:
        for title, open_sheet in sheets:
            try:
                sheet = open_sheet()
            except DamagedPartError as error:
                if is_single:
                    raise
                reason = str(error).removeprefix(f"{name} is damaged: ").partition(" Save it again")[0]
                yield Unreadable(f"sheet {title}", reason)
            else:
                yield from _of_sheet(sheet, properties, name, is_single)

    yield from with_unique_ids(read_sheets())


def _of_sheet(sheet: Sheet, properties: Metadata, name: str, is_single: bool) -> Iterator[Outcome]:
    _fill_merged(sheet)
    rows = [(number, sheet.rows[number]) for number in sorted(sheet.rows)]
    header = _header(rows, sheet.merged)
    if any(map(is_text_field, header.names.values())):
        records = _records(rows[header.end :], header.names, "" if is_single else sheet.name)
        yield from _with_remarks(records, tuple(sheet.warnings), (*sheet.left_out, *sheet.texts))
        return
    blocks = [Block(sheet.name, level=1), *_lines(rows, header), *map(Block, sheet.texts)]
    if len(blocks) == 1:
        yield Empty(f"sheet {sheet.name}")
        return
    text, sections = assembled(blocks)
    base = properties.title or PurePath(name).stem
    title = properties.title if is_single else f"{base} – {sheet.name}"
    metadata = with_origin(Origin.FORMAT, replace(properties, title=title))
    record = None if is_single else sheet.name
    yield Extract(text, metadata, tuple(sections), (), record, tuple(sheet.warnings), tuple(sheet.left_out))


def _with_remarks(
    records: Iterable[Outcome], warnings: tuple[str, ...], left_out: tuple[str, ...]
) -> Iterator[Outcome]:
    """The records, the first of which carries what is to be remarked of their sheet."""
    for record in records:
        if isinstance(record, Extract) and (warnings or left_out):
            record = replace(record, warnings=(*record.warnings, *warnings), left_out=(*record.left_out, *left_out))
            warnings = left_out = ()
        yield record


def _fill_merged(sheet: Sheet) -> None:
    """Gives the value of merged cells to the rows that they span, and to the columns in rows that may be a header."""
    room = _MAX_FILLED
    for area in sheet.merged:
        cell = sheet.rows.get(area.top, {}).get(area.left)
        if cell is None:
            continue
        rows = range(area.top, area.bottom + 1)
        present = [row for row in rows if row in sheet.rows] if len(rows) < len(sheet.rows) else [*sheet.rows]
        for row in present[:room]:
            if area.top <= row <= area.bottom:
                sheet.rows[row].setdefault(area.left, cell)
        room -= len(present)
        if area.top < _HEADER_ROWS and area.top == area.bottom and area.right - area.left < room:
            sheet.rows[area.top] |= dict.fromkeys(range(area.left, area.right + 1), cell)
            room -= area.right - area.left
        if room <= 0:
            return


@dataclass(frozen=True, slots=True)
class _Header:
    """The rows ``start`` to ``end`` of a sheet, half-open, that name its columns; none without ``names``."""

    start: int = 0
    end: int = 0
    names: Mapping[int, str] = field(default_factory=dict)


def _header(rows: Sequence[tuple[int, Mapping[int, Cell]]], merged: Iterable[Merged]) -> _Header:
    """The header is the first row of several short texts, if all are different and a column below holds texts by its
    name, or mostly values, or there are three columns and more. Under merged names, the next row of texts belongs to
    it."""
    for start, (number, row) in enumerate(rows[:_HEADER_ROWS]):
        if len({*row.values()}) < 2:
            continue
        names, end = _names(row), start + 1
        spans = any(area.top == area.bottom == number and area.right > area.left for area in merged)
        if spans and end < len(rows) and (below := _names(rows[end][1])):
            columns = sorted({*names, *below})
            names = {column: f"{names.get(column, '')} {below.get(column, '')}".strip() for column in columns}
            end += 1
        return _Header(start, end, names) if _is_header(names, [row for _, row in rows[end:]]) else _Header()
    return _Header()


def _names(row: Mapping[int, Cell]) -> dict[int, str]:
    """The texts of a row by their columns; none when a cell is no text or too long for a name."""
    if any(not cell.is_text or len(cell.text) > _LONGEST_NAME for cell in row.values()):
        return {}
    return {column: one_line(row[column].text) for column in sorted(row)}


def _is_header(names: Mapping[int, str], rows: Sequence[Mapping[int, Cell]]) -> bool:
    if len(names) < 2 or len({*names.values()}) < len(names) or not rows:
        return False
    if any(map(is_text_field, names.values())):
        return True
    columns = ([row[column] for row in rows if column in row] for column in names)
    has_values = any(2 * sum(not cell.is_text for cell in cells) > len(cells) for cells in columns)
    return has_values or (len(names) > 2 and len(rows) > 1)


def _lines(rows: Sequence[tuple[int, Mapping[int, Cell]]], header: _Header) -> Iterator[Block]:
    """A paragraph a row. Under a header each value has its column's name in front, so that it can be read by itself."""
    for i, (_, row) in enumerate(rows):
        columns = sorted(row)
        repeated = {column for before, column in pairwise(columns) if row[column] is row[before]}
        cells = [(column, one_line(row[column].text)) for column in columns if column not in repeated]
        if i >= header.end and header.names:
            names = header.names
            yield Block("; ".join(f"{names[column]}: {text}" if column in names else text for column, text in cells))
        elif not header.start <= i < header.end:
            yield Block(" | ".join(text for _, text in cells))


def _records(rows: Sequence[tuple[int, Mapping[int, Cell]]], names: Mapping[int, str], sheet: str) -> Iterator[Outcome]:
    """A document a row, as in a table of text (CSV). ``sheet`` stands before the ids where there are several sheets."""
    named = dict(zip(names, column_names([*names.values()]), strict=True))
    for count, (number, row) in enumerate(rows, start=1):
        fields = {name: row[column].text for column, name in named.items() if column in row}
        own = next((fields[key] for key in ID_FIELDS if fields.get(key)), str(count))
        position = f"row {number + 1}" + (f" of {sheet}" if sheet else "")
        yield read_record({**fields, "_id": f"{sheet}/{own}" if sheet else own}, count, position)
