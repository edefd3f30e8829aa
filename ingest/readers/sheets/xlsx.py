"""Reads XLSX: the values that the cells show, formulas by the results that the file keeps of them.

The XML is read directly, row by row and within limits: a library would look up each value's format in the same way, and
trust the size that a sheet states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from index.errors import ReadError
from index.text.raised import subscript, superscript
from ingest.readers.office.archive import Archive, Element, kind_of, number_of, texts_of, value_of
from ingest.readers.office.declared import core_metadata
from ingest.readers.office.properties import one_line
from ingest.readers.office.symbol_fonts import decoded
from ingest.readers.sheets.number_format import BUILT_IN, shown
from ingest.readers.sheets.rows import Cell, Merged, Sheet, outcomes
from ingest.types import Reading

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384  # of a sheet, the limits of the format
_MAX_MERGED = 100_000  # merged areas of a sheet (a guess)


@dataclass(frozen=True, slots=True)
class _Workbook:
    """What the sheets share. ``formats``: the number format of each cell style."""

    archive: Archive
    strings: tuple[str, ...]
    formats: tuple[str, ...]
    from_1904: bool

    def value(self, cell: Element) -> Cell | None:
        """What a cell shows; None for an empty cell."""
        kind = cell.get("t") or "n"
        if kind == "inlineStr":
            text = "".join(_rich_text(part) for part in cell.iterchildren("{*}is"))
            return Cell(text) if text.strip() else None
        stored = next((value.text or "" for value in cell.iterchildren("{*}v")), "")
        if not stored.strip():
            return None
        if kind == "s":
            index = number_of(stored) if len(stored) < 6 else int(stored) if stored.isdecimal() else -1
            text = self.strings[index] if 0 <= index < len(self.strings) else ""
            return Cell(text) if text.strip() else None
        if kind == "str":
            return Cell(stored)
        if kind == "b":
            return Cell("TRUE" if stored == "1" else "FALSE", is_text=False)
        style = number_of(cell.get("s") or "")
        number_format = self.formats[style] if style < len(self.formats) else ""
        return Cell(shown(stored, number_format, from_1904=self.from_1904), is_text=False)


def read_xlsx(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".xlsx")
    main = next(iter(archive.related("").get("officeDocument", ())), "xl/workbook.xml")
    root = archive.xml(main)
    if kind_of(root) != "workbook":
        raise ReadError(f"{name} is no workbook, whatever its name says: open it and save it as .xlsx.")
    date_mode = next(root.iterchildren("{*}workbookPr"), root).get("date1904")
    workbook = _Workbook(archive, _shared_strings(archive, main), _formats(archive, main), date_mode in ("1", "true"))
    members = {identity: member for identity, kind, member in archive.links(main) if kind == "worksheet"}
    sheets = []
    for entry in root.iterfind("{*}sheets/{*}sheet"):
        member = members.get(value_of(entry, "id"), "")
        if member in archive.members:
            sheet = Sheet(one_line(entry.get("name") or "Sheet"))
            sheet.warnings += ["the sheet is hidden"] if entry.get("state") in ("hidden", "veryHidden") else []
            sheets.append((sheet.name, partial(_read_sheet, workbook, member, sheet)))
    if not sheets:
        raise ReadError(f"{name} holds no sheet, so there is nothing to search in it: leave it out, or save it again.")
    return Reading(outcomes(sheets, core_metadata(archive), name))


def _shared_strings(archive: Archive, main: str) -> tuple[str, ...]:
    """The texts that cells refer to by number."""
    members = [member for member in archive.related(main).get("sharedStrings", ()) if member in archive.members]
    return tuple(_rich_text(item) for member in members for item in archive.elements(member, "si"))


def _rich_text(item: Element) -> str:
    """The text of a cell, raised and lowered characters as such; how it is pronounced is left out."""
    text = ""
    for part in item:
        kind = kind_of(part)
        if kind == "t":
            text += part.text or ""
        elif kind == "r":
            font = next((value_of(mark, "val") for mark in part.iterfind("{*}rPr/{*}rFont")), "")
            run = decoded("".join(inner.text or "" for inner in part.iterchildren("{*}t")), font)
            align = next((value_of(mark, "val") for mark in part.iterfind("{*}rPr/{*}vertAlign")), "")
            raised = superscript(run, text) if align == "superscript" else run
            text += subscript(run) if align == "subscript" else raised
    return text


def _formats(archive: Archive, main: str) -> tuple[str, ...]:
    for styles in archive.linked(main, "styles"):
        own = {
            number_of(value_of(entry, "numFmtId")): value_of(entry, "formatCode")
            for entry in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        numbers = [number_of(value_of(style, "numFmtId")) for style in styles.iterfind("{*}cellXfs/{*}xf")]
        return tuple(own.get(number) or BUILT_IN.get(number, "") for number in numbers)
    return ()


def _read_sheet(workbook: _Workbook, member: str, sheet: Sheet) -> Sheet:
    """Fills a sheet with its cells. Raises ReadError."""
    hidden_rows = hidden_columns = without_result = row = 0
    is_full = False
    for element in workbook.archive.elements(member, "row", "mergeCell", "col"):
        kind = kind_of(element)
        if kind == "col":
            hidden_columns += element.get("hidden") in ("1", "true")
        elif kind == "mergeCell":
            sheet.merged += _merged(element.get("ref") or "") if len(sheet.merged) < _MAX_MERGED else []
        elif not is_full:
            row = _number(element.get("r")) or row + 1
            hidden_rows += element.get("hidden") in ("1", "true") and len(element) > 0
            without_result += sum(_lacks_result(cell) for cell in element.iterchildren("{*}c"))
            is_full = row > _MAX_ROWS or not _add_row(workbook, element, row - 1, sheet)
    counts = {"hidden rows": hidden_rows, "groups of hidden columns": hidden_columns}
    sheet.warnings += [f"{what} were read too: {count}" for what, count in counts.items() if count]
    if without_result:
        sheet.warnings.append(
            f"formulas without a stored result: {without_result}. Open the file in a spreadsheet program and save it"
        )
    _add_members(workbook.archive, member, sheet)
    return sheet


def _add_row(workbook: _Workbook, element: Element, row: int, sheet: Sheet) -> bool:
    """Whether the sheet had room for the cells of a row."""
    column = -1
    for cell in element.iterchildren("{*}c"):
        match = _CELL.fullmatch(cell.get("r") or "")
        column = _column(match[1]) if match else column + 1
        value = workbook.value(cell) if column < _MAX_COLUMNS else None
        if value is not None and not sheet.add(row, column, value):
            return False
    return True


def _add_members(archive: Archive, member: str, sheet: Sheet) -> None:
    """Adds the texts of drawings; comments are left out."""
    for drawing in archive.linked(member, "drawing"):
        sheet.texts += [text for body in drawing.iter("{*}txBody") for text in texts_of(body, "p")]
    for kind in ("comments", "threadedComment"):
        for comments in archive.linked(member, kind):
            sheet.left_out += texts_of(comments, "text")


def _lacks_result(cell: Element) -> bool:
    """Whether it has a formula and no result; the result of one of kind "str" may be an empty text."""
    kinds = {kind_of(child): child.text for child in cell}
    return "f" in kinds and not kinds.get("v") and cell.get("t") != "str"


def _merged(reference: str) -> Iterator[Merged]:
    first, _, last = reference.partition(":")
    start, end = _CELL.fullmatch(first), _CELL.fullmatch(last)
    if start and end:
        top, bottom = (min(int(match[2]), _MAX_ROWS) - 1 for match in (start, end))
        left, right = (min(_column(match[1]), _MAX_COLUMNS - 1) for match in (start, end))
        yield Merged(top, left, bottom, right)


def _column(letters: str) -> int:
    """0 for "A", 26 for "AA"."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else 0
