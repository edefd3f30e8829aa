"""Reads XLSX: the values that the cells show, formulas by the results that the file keeps of them.

The XML is read directly, row by row and within limits: a library would look up each value's format in the same way, and
trust the size that a sheet states.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from index.errors import ReadError
from index.text.raised import subscript, superscript
from ingest.readers.office.archive import Archive, DamagedPartError, Element, kind_of, number_of, texts_of, value_of
from ingest.readers.office.declared import core_metadata
from ingest.readers.office.properties import one_line, struck_out
from ingest.readers.office.symbol_fonts import UNREADABLE
from ingest.readers.sheets.number_format import BUILT_IN, shown
from ingest.readers.sheets.rows import Cell, Merged, Sheet, outcomes
from ingest.types import Reading

_CELL = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})")
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384  # of a sheet, the limits of the format
_MAX_MERGED = 100_000  # merged areas of a sheet (a guess)


class _Run(NamedTuple):
    """A part of a text. ``font``: None for that of the cell; ``align``: "superscript", "subscript" or ""."""

    text: str
    font: str | None
    align: str
    is_struck: bool


_Text = str | tuple[_Run, ...]
"""The text of a cell; a str where all of it is set alike."""


@dataclass(frozen=True, slots=True)
class _Style:
    """How a cell is shown. ``format``: of numbers."""

    format: str = ""
    font: str = ""
    is_struck: bool = False


@dataclass(frozen=True, slots=True)
class _Workbook:
    """What the sheets share. ``strings``: the texts that cells refer to by number; ``has_lost_strings``: more
    were lost."""

    archive: Archive
    strings: tuple[_Text, ...]
    has_lost_strings: bool
    styles: tuple[_Style, ...]
    from_1904: bool

    def value(self, cell: Element, left_out: list[str]) -> Cell | None:
        """What a cell shows; None for an empty cell. What was struck out of it is added to ``left_out``."""
        kind = cell.get("t") or "n"
        style_number = number_of(cell.get("s") or "")
        style = self.styles[style_number] if style_number < len(self.styles) else _Style()
        if kind == "inlineStr":
            text = "".join(self._shown(_text_of(part), style, left_out) for part in cell.iterchildren("{*}is"))
            return Cell(text) if text.strip() else None
        stored = next((value.text or "" for value in cell.iterchildren("{*}v")), "")
        if not stored.strip():
            return None
        if kind == "s":
            text = self._shown(self._string(stored), style, left_out)
            return Cell(text) if text.strip() else None
        is_text = kind == "str"
        if kind == "b":
            stored = "TRUE" if stored == "1" else "FALSE"
        elif not is_text:
            stored = shown(stored, style.format, from_1904=self.from_1904)
        text = self._shown(stored, style, left_out)
        return Cell(text, is_text) if text.strip() else None

    def _string(self, stored: str) -> _Text:
        index = _number(stored.strip(), -1)
        if 0 <= index < len(self.strings):
            return self.strings[index]
        return UNREADABLE if self.has_lost_strings else ""

    def _shown(self, text: _Text, style: _Style, left_out: list[str]) -> str:
        """A text with its glyphs and raised figures as characters, without what was struck out."""
        runs = (_Run(text, None, "", is_struck=False),) if isinstance(text, str) else text
        shown_text = struck = ""
        for run in runs:
            part = self.archive.unread.decoded(run.text, style.font if run.font is None else run.font)
            if run.is_struck or style.is_struck:
                struck += part
            elif run.align == "superscript":
                shown_text += superscript(part, shown_text)
            else:
                shown_text += subscript(part) if run.align == "subscript" else part
        left_out += struck_out(struck)
        return shown_text


def read_xlsx(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".xlsx")
    main = next(iter(archive.related("").get("officeDocument", ())), "xl/workbook.xml")
    root = archive.xml(main)
    if kind_of(root) != "workbook":
        raise ReadError(f"{name} is no workbook, whatever its name says: open it and save it as .xlsx.")
    date_mode = next(root.iterchildren("{*}workbookPr"), root).get("date1904")
    strings, has_lost_strings = _shared_strings(archive, main)
    workbook = _Workbook(archive, strings, has_lost_strings, _styles(archive, main), date_mode in ("1", "true"))
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


def _shared_strings(archive: Archive, main: str) -> tuple[tuple[_Text, ...], bool]:
    """The texts that cells refer to by number, and whether some were lost, as the list of them breaks off.

    Raises ReadError when none can be read.
    """
    members = [member for member in archive.related(main).get("sharedStrings", ()) if member in archive.members]
    strings: list[_Text] = []
    try:
        strings += (_text_of(item) for member in members for item in archive.elements(member, "si"))
    except DamagedPartError as error:
        if not strings:
            raise
        archive.lose(error)
        return tuple(strings), True
    return tuple(strings), False


def _text_of(item: Element) -> _Text:
    """The text of a cell; how it is pronounced is left out."""
    runs = []
    for part in item:
        kind = kind_of(part)
        if kind == "t":
            runs.append(_Run(part.text or "", None, "", is_struck=False))
        elif kind == "r":
            looks = {kind_of(mark): value_of(mark, "val") for mark in part.iterfind("{*}rPr/*")}
            text = "".join(inner.text or "" for inner in part.iterchildren("{*}t"))
            is_struck = _is_on(looks.get("strike"))
            runs.append(_Run(text, looks.get("rFont", "" if looks else None), looks.get("vertAlign", ""), is_struck))
    is_plain = all(run[1:] == (None, "", False) for run in runs)
    return "".join(run.text for run in runs) if is_plain else tuple(runs)


def _styles(archive: Archive, main: str) -> tuple[_Style, ...]:
    """How cells are shown, by the number of their style."""
    for styles in archive.linked(main, "styles"):
        own = {
            number_of(value_of(entry, "numFmtId")): value_of(entry, "formatCode")
            for entry in styles.iterfind("{*}numFmts/{*}numFmt")
        }
        fonts = [
            {kind_of(mark): value_of(mark, "val") for mark in font} for font in styles.iterfind("{*}fonts/{*}font")
        ]
        return tuple(_style(entry, own, fonts) for entry in styles.iterfind("{*}cellXfs/{*}xf"))
    return ()


def _style(entry: Element, formats: Mapping[int, str], fonts: Sequence[Mapping[str, str]]) -> _Style:
    number, place = (number_of(value_of(entry, name)) for name in ("numFmtId", "fontId"))
    font = fonts[place] if place < len(fonts) else {}
    number_format = formats.get(number) or BUILT_IN.get(number, "")
    return _Style(number_format, font.get("name", ""), _is_on(font.get("strike")))


def _is_on(value: str | None) -> bool:
    """Whether a mark is set; one without a value is."""
    return value is not None and value not in ("0", "false")


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
    sheet.take(workbook.archive.unread)
    return sheet


def _add_row(workbook: _Workbook, element: Element, row: int, sheet: Sheet) -> bool:
    """Whether the sheet had room for the cells of a row."""
    column = -1
    for cell in element.iterchildren("{*}c"):
        match = _CELL.fullmatch(cell.get("r") or "")
        column = _column(match[1]) if match else column + 1
        value = workbook.value(cell, sheet.left_out) if column < _MAX_COLUMNS else None
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


def _number(text: str | None, otherwise: int = 0) -> int:
    """A whole number of up to seven digits; ``otherwise`` for any other text."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else otherwise
