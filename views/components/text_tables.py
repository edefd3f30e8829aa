"""Tables in the text of a document: where their rows and cells stand. A reader writes a row as a line or as a block,
and what parts the cells stays in the text, so that no offset changes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import pairwise
from pathlib import PurePath
from typing import NamedTuple

from index import Span

_PARTED = frozenset(
    f".{suffix}"
    for suffix in (
        *("html", "htm", "xhtml", "mht", "mhtml", "maff", "eml", "msg", "mbox"),
        *("docx", "doc", "odt", "rtf", "epub", "fb2", "pptx", "odp"),
    )
)
"""Formats whose readers write the cells of a row on a line, with ``|`` between them."""
_NAMED = frozenset((".csv", ".tsv", ".xlsx", ".xls", ".ods"))
"""Formats whose readers write each cell with the name of its column."""
_LONGEST_NAME = 60  # characters of the name of a column (a guess)

_END = re.compile("\n")
_BARRED = re.compile(r"(?:[^\n]*\|[^\n]*(?:\n|\Z))+")
_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_BAR = re.compile(r"(?<!\\)\|")
_BETWEEN = re.compile(r"(?<!\S)\|(?!\S)")
_RECORD = re.compile(r"[^\n]+(?:\n[^\n]+)*")
_FIELD = re.compile(rf"(?P<name>[^:;\n]{{1,{_LONGEST_NAME}}}): (?P<value>[^\n]+)")

Cell = Span | None
"""Where a cell stands; None for one that the text leaves out."""


class TextTable(NamedTuple):
    """``rows``: as many cells in each, except that a row of one cell stands for one whose columns cannot be told.
    ``names``: of the columns, where the text says them in each row; ``headed``: the first row names the columns."""

    span: Span
    rows: Sequence[Sequence[Cell]]
    names: Sequence[str] = ()
    headed: bool = False


def tables_in(text: str, within: Span, location: str) -> list[TextTable]:
    """The tables of a stretch of a document, in order. ``location``: of its file; the suffix tells how its reader
    writes them."""
    suffix = PurePath(location.lower()).suffix
    if suffix == ".md":
        return list(_markdown(text, within))
    if suffix in _PARTED:
        return list(_parted(text, within))
    return list(_named(text, within)) if suffix in _NAMED else []


def _lines(text: str, block: re.Match[str]) -> list[Span]:
    """The lines of a block, without their ends."""
    ends = [*(end.start() for end in _END.finditer(text, *block.span())), block.end()]
    starts = [block.start(), *(end + 1 for end in ends[:-1])]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def _fitting(rows: Sequence[list[Cell]], lines: Sequence[Span], width: int) -> list[list[Cell]]:
    """The rows that have a cell; one of another width is a single cell."""
    return [row if len(row) == width else [line] for row, line in zip(rows, lines, strict=True) if any(row)]


def _markdown(text: str, within: Span) -> Iterator[TextTable]:
    """A line with bars, a rule, and lines with bars. A row may have fewer cells than the first."""
    for block in _BARRED.finditer(text, *within):
        lines = _lines(text, block)
        rule = next((i for i, line in enumerate(lines) if i and _RULE.fullmatch(text, *line)), 0)
        lines = [*lines[max(0, rule - 1) : rule], *lines[rule + 1 :]]
        rows = [_between_bars(text, line) for line in lines]
        width = len(rows[0]) if rule else 0
        if width > 1:
            filled = [[*row, *[None] * (width - len(row))] for row in rows]
            headed = any(rows[0])
            yield TextTable(Span(lines[0].start, lines[-1].end), _fitting(filled, lines, width), headed=headed)


def _between_bars(text: str, line: Span) -> list[Cell]:
    edges = [line.start - 1, *(bar.start() for bar in _BAR.finditer(text, *line)), line.end]
    cells = [_stripped(text, Span(before + 1, after)) for before, after in pairwise(edges)]
    outer = text[slice(*line)].strip()
    return cells[outer.startswith("|") : len(cells) - outer.endswith("|")]


def _stripped(text: str, span: Span) -> Cell:
    words = text[slice(*span)]
    start, end = span.start + len(words) - len(words.lstrip()), span.end - len(words) + len(words.rstrip())
    return Span(start, end) if start < end else None


def _parted(text: str, within: Span) -> Iterator[TextTable]:
    """Lines right after each other, most of them with as many cells."""
    for block in _BARRED.finditer(text, *within):
        lines = _lines(text, block)
        rows = [_cells(text, line) for line in lines]
        width, count = Counter(map(len, rows)).most_common(1)[0]
        if width > 1 and count > 1 and 2 * count > len(rows) and any(map(any, rows)):
            yield TextTable(Span(lines[0].start, lines[-1].end), _fitting(rows, lines, width))


def _cells(text: str, line: Span) -> list[Cell]:
    marks = [mark.span() for mark in _BETWEEN.finditer(text, *line)]
    starts, ends = [line.start, *(end for _, end in marks)], [*(start for start, _ in marks), line.end]
    return [_stripped(text, Span(start, end)) for start, end in zip(starts, ends, strict=True)]


def _named(text: str, within: Span) -> Iterator[TextTable]:
    """Blocks right after each other that name the same columns in the same order, some of which may be missing."""
    names: list[str] = []
    rows: list[list[Cell]] = []
    span = Span(within.start, within.start)
    for block in _RECORD.finditer(text, *within):
        fields = _fields(text, Span(*block.span()))
        cells = _under(names, fields) if names else None
        if cells is None:
            if len(rows) > 1:
                yield TextTable(span, rows, names)
            names, span = [name for name, _ in fields], Span(*block.span())
            cells = _under(names, fields) if names else None
            rows = []
        if cells is not None:
            rows.append(cells)
            span = Span(span.start, block.end())
    if len(rows) > 1:
        yield TextTable(span, rows, names)


def _fields(text: str, block: Span) -> list[tuple[str, Span]]:
    """The fields of a record, each on a line or all on one, between semicolons; none where a part is no field."""
    parts = re.compile("\n" if "\n" in text[slice(*block)] else "; ")
    starts = [block.start, *(part.end() for part in parts.finditer(text, *block))]
    ends = [*(part.start() for part in parts.finditer(text, *block)), block.end]
    fields = [_FIELD.fullmatch(text, start, end) for start, end in zip(starts, ends, strict=True)]
    return [(field["name"], Span(*field.span("value"))) for field in fields if field] if all(fields) else []


def _under(names: Sequence[str], fields: Sequence[tuple[str, Span]]) -> list[Cell] | None:
    """The cells of a row under its columns; None where it has another column, or one twice."""
    cells: list[Cell] = [None] * len(names)
    at = 0
    for name, value in fields:
        if name not in names[at:]:
            return None
        at = names.index(name, at) + 1
        cells[at - 1] = value
    return cells if fields else None


# shown ----------------------------------------------------------------------------------------------------------------


def table_html(text: str, table: TextTable, words: Callable[[Span], str], attributes: Callable[[Span], str]) -> str:
    """A table whose text is that of the document, letter by letter: what parts its cells is there, and is not seen.
    ``words``: the HTML of a stretch; ``attributes``: those of a row, which begin with a space."""
    starts = [_filled(row)[0].start for row in table.rows]
    edges = [table.span.start, *starts[1:], table.span.end]
    rows = []
    for number, (row, (start, end)) in enumerate(zip(table.rows, pairwise(edges), strict=True)):
        kind = "th scope=col" if table.headed and not number else "td"
        whole = Span(_filled(row)[0].start, _filled(row)[-1].end)
        rows.append(f"<tr{attributes(whole)}>{_cells_html(text, row, Span(start, end), words, kind, table)}</tr>")
    names = "".join(f'<th scope=col data-name="{escape(name)}"></th>' for name in table.names)
    head = f"<thead><tr>{names}</tr></thead>" if names else ""
    body = f'<table class="sw-cells" data-at="{table.span.start}">{head}<tbody>{"".join(rows)}</tbody></table>'
    return f'<div class="sw-wide" tabindex="0" role="region" aria-label="Table">{body}</div>'


def _filled(row: Sequence[Cell]) -> list[Span]:
    return [cell for cell in row if cell is not None]


def _cells_html(
    text: str, row: Sequence[Cell], whole: Span, words: Callable[[Span], str], kind: str, table: TextTable
) -> str:
    """``whole``: from what stands before the first cell to where the next row begins."""
    across = f" colspan={max(map(len, table.rows))}" if len(row) == 1 else ""
    last, at, html = _filled(row)[-1], whole.start, ""
    for cell in row:
        inner = ""
        if cell is not None:
            after = _apart(text, Span(cell.end, whole.end)) if cell == last else ""
            inner = f"{_apart(text, Span(at, cell.start))}{words(cell)}{after}"
            at = cell.end
        html += f"<{kind}{across}>{inner}</{kind[:2]}>"
    return html


def _apart(text: str, span: Span) -> str:
    """What stands between two cells."""
    between = escape(text[slice(*span)])
    return f'<span class="sw-apart" aria-hidden="true">{between}</span>' if between else ""
