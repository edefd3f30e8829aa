"""Reads ODS: the values that the cells show, dates in ISO form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import chain, islice, repeat

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, nearest, texts_of, value_of
from ingest.readers.office.blocks import lines_of
from ingest.readers.office.declared import odf_metadata, refuse_locked
from ingest.readers.office.odt_body import OdtBody
from ingest.readers.office.odt_lists import lists_of
from ingest.readers.office.odt_styles import text_styles_of, title_styles
from ingest.readers.office.properties import one_line
from ingest.readers.sheets.number_format import plain
from ingest.readers.sheets.rows import Cell, Merged, Sheet, outcomes
from ingest.types import Reading

_MAX_REPEATED = 1_000  # times that a row or cell with a value is repeated (a guess); empty ones are counted alone
_WALLS = frozenset(("table", "shapes", "forms"))
_CELLS = ("table-cell", "covered-table-cell")
_HIDDEN = ("collapse", "filter")


def read_ods(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".ods")
    refuse_locked(archive)
    root = archive.xml("content.xml")
    book = root.find("{*}body/{*}spreadsheet")
    if book is None:
        raise ReadError(f"{name} is no spreadsheet, whatever its name says: open it and save it as .ods.")
    hidden = {
        value_of(style, "name")
        for style in root.iterfind("{*}automatic-styles/{*}style")
        if any(value_of(part, "display") == "false" for part in style.iterchildren("{*}table-properties"))
    }
    common = archive.part("styles.xml") if "styles.xml" in archive.members else None
    styles = [part for part in (common, root) if part is not None]
    body = OdtBody(title_styles(styles), text_styles_of(styles), lists_of(styles), archive)
    tables = list(book.iterchildren("{*}table"))
    names = [one_line(value_of(table, "name")) or f"Sheet {i}" for i, table in enumerate(tables, start=1)]
    sheets = [
        (title, partial(_read_sheet, table, body, Sheet(title), value_of(table, "style-name") in hidden))
        for title, table in zip(names, tables, strict=True)
    ]
    return Reading(outcomes(sheets, odf_metadata(archive), name))


def _read_sheet(table: Element, body: OdtBody, sheet: Sheet, is_hidden: bool) -> Sheet:
    """Fills a sheet with its cells."""
    sheet.warnings += ["the sheet is hidden"] if is_hidden else []
    _add_rows(table, body, sheet)
    sheet.left_out += body.left_out
    body.left_out.clear()
    sheet.take(body.archive.unread)
    return sheet


def _add_rows(table: Element, body: OdtBody, sheet: Sheet) -> None:
    columns = _column_styles(table)
    number = hidden_rows = 0
    for row in nearest(table, ("table-row",), _WALLS):
        repeated = max(1, _count(row, "number-rows-repeated"))
        cells = _cells(row, number, columns, body, sheet)
        hidden_rows += repeated if cells and value_of(row, "visibility") in _HIDDEN else 0
        copies = range(min(repeated, _MAX_REPEATED))
        if not all(sheet.add(number + copy, column, cell) for copy in copies for column, cell in cells.items()):
            break
        if cells and repeated > _MAX_REPEATED:
            sheet.warnings.append(f"row {number + 1} is repeated {repeated} times: it was read {_MAX_REPEATED} times")
        number += repeated
    sheet.warnings += [f"hidden rows were read too: {hidden_rows}"] if hidden_rows else []


def _column_styles(table: Element) -> list[str]:
    """The style of the cells of each column that state none, for the first columns."""
    columns = nearest(table, ("table-column",), _WALLS)
    styles = (
        (value_of(column, "default-cell-style-name"), _count(column, "number-columns-repeated")) for column in columns
    )
    return [*islice(chain.from_iterable(repeat(style, max(1, count)) for style, count in styles), _MAX_REPEATED)]


def _cells(row: Element, number: int, columns: Sequence[str], body: OdtBody, sheet: Sheet) -> dict[int, Cell]:
    """The cells of a row by their columns. Merged areas and comments are added to the sheet."""
    cells: dict[int, Cell] = {}
    column = 0
    for element in nearest(row, _CELLS, _CELLS):
        repeated = max(1, _count(element, "number-columns-repeated"))
        sheet.left_out += (
            text for note in element.iterchildren("{*}annotation") if (text := "\n".join(texts_of(note, "p")))
        )
        own = value_of(element, "style-name") or value_of(row, "default-cell-style-name")
        cell = _cell(element, own or (columns[column] if column < len(columns) else ""), body)
        if cell is not None:
            cells |= dict.fromkeys(range(column, column + min(repeated, _MAX_REPEATED)), cell)
            across, down = _count(element, "number-columns-spanned"), _count(element, "number-rows-spanned")
            if max(across, down) > 1:
                sheet.merged.append(Merged(number, column, number + max(down, 1) - 1, column + max(across, 1) - 1))
        column += repeated
    return cells


def _cell(element: Element, style: str, body: OdtBody) -> Cell | None:
    """What a cell of this style shows; None for an empty one."""
    kind = value_of(element, "value-type")
    look = body.styles.named("table-cell", style)
    text = lines_of("\n".join(body.line(paragraph, look) for paragraph in element.iterchildren("{*}p")))
    if not text and element.find("{*}p") is not None:  # all of it was struck out
        return None
    if kind in ("date", "time"):
        shown = value_of(element, "date-value").removesuffix("T00:00:00").replace("T", " ") or text
        return Cell(shown, is_text=False) if shown else None
    if not text and kind in ("float", "percentage", "currency"):
        text = plain(value_of(element, "value"))
    return Cell(text, is_text=kind in ("", "string")) if text else None


def _count(element: Element, name: str) -> int:
    value = value_of(element, name)
    return int(value) if value.isascii() and value.isdigit() and len(value) < 9 else 0
