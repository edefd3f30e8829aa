"""Reads DOCX: the body in reading order with its text boxes and content controls, tracked changes as if accepted.

The XML is read directly, because libraries for DOCX skip content controls and refuse strict Open XML.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, joined_path, kind_of, nearest, number_of, texts_of, value_of
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_of
from ingest.readers.office.docx_styles import Numbering, Style, numbering_of, style_of, styles_of
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.types import Metadata, Reading

# Elements without text: properties (their tabs are tab stops), deleted or moved text, a shape's copy for old programs.
_SILENT = frozenset(("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "del", "moveFrom", "Fallback", "instrText", "rt"))
_AS_TEXT = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "den": "/", "sup": "^", "sub": "_"}
_WALLS = frozenset(("tbl", *_SILENT))
_LEFT_OUT_PARTS = ("comments", "header", "footer")
_DAY_ZERO, _DAY_LIMIT = date(1899, 12, 30), 99_999  # spreadsheets store a date as a number of days since day zero
_LONG_NUMBER = re.compile(r"-?\d{1,15}\.\d{12,18}(?:E[+-]?\d{1,3})?")
_MAX_SERIES, _MAX_POINTS = 50, 1000  # (a guess) a chart with more is a curve, not a table; the rest is ignored


@dataclass(slots=True)
class _Paragraph:
    """The pieces of text of a paragraph, its text boxes and charts, and its notes by kind and id."""

    parts: list[str] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)


def read_docx(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".docx")
    main = next(iter(archive.related("").get("officeDocument", ())), "word/document.xml")
    root = archive.xml(main)
    if kind_of(root) != "document":
        raise ReadError(f"{name} is no text document, whatever its name says: open it and save it as .docx.")
    styles = styles_of(_part(archive, main, "styles"))
    numbering = numbering_of(_part(archive, main, "numbering"), styles)
    document = _Document(styles, _notes(archive, main), numbering, _charts(archive, main))
    blocks = list(document.blocks(root))
    left_out = [*document.contents, *_left_out_parts(archive, main)]
    return Reading((extract_of(blocks, document.notes(), _metadata(archive), name, left_out),))


def _metadata(archive: Archive) -> Metadata:
    """The metadata in the core properties.

    The date of creation is ignored: it is that of a template or a copy as often as that of the text, and for a citation
    no date is better than a wrong one.
    """
    part = next(iter(archive.related("").get("core-properties", ())), "")
    if part not in archive.members:
        return Metadata()
    core = archive.xml(part)
    title = next(texts_of(core, "title"), "")
    return Metadata(
        title=title_of(title),
        authors=authors_of(texts_of(core, "creator")),
        language=next(texts_of(core, "language"), "")[:2].lower() or None,
    )


def _part(archive: Archive, main: str, kind: str) -> Iterator[Element]:
    """The roots of the parts of a kind. Links to missing parts are ignored."""
    for member in archive.related(main).get(kind, ()):
        if member in archive.members:
            yield archive.xml(member)


def _charts(archive: Archive, main: str) -> dict[str, Element]:
    """The charts by the ids of their relationships, which the drawings in the text refer to."""
    folder, base = posixpath.split(main)
    links = posixpath.join(folder, "_rels", f"{base}.rels")
    charts = {}
    for relation in archive.xml(links) if links in archive.members else ():
        target = joined_path(folder, relation.get("Target") or "")
        if (relation.get("Type") or "").endswith("/chart") and target in archive.members:
            charts[relation.get("Id") or ""] = archive.xml(target)
    return charts


def _notes(archive: Archive, main: str) -> dict[tuple[str, str], Element]:
    """Footnotes and endnotes by kind and id."""
    notes = {}
    for kind in ("footnote", "endnote"):
        for root in _part(archive, main, kind + "s"):
            notes.update({(kind, value_of(note, "id")): note for note in root.iterchildren("{*}" + kind)})
    return notes


def _left_out_parts(archive: Archive, main: str) -> Iterator[str]:
    """Comments, page headers and footers, which are no part of the text."""
    for kind in _LEFT_OUT_PARTS:
        for root in _part(archive, main, kind):
            yield from (block.text for block in _Document({}, {}).blocks(root))


@dataclass(slots=True)
class _Document:
    """Walks through the body once and collects on the way.

    ``contents``: the lines of the table of contents; ``cited``: the notes that the text refers to, in order.
    """

    styles: Mapping[str, Style]
    all_notes: Mapping[tuple[str, str], Element]
    numbering: Numbering = field(default_factory=Numbering)
    charts: dict[str, Element] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)
    cited: dict[tuple[str, str], None] = field(default_factory=dict)

    def blocks(self, root: Element) -> Iterator[Block]:
        """The paragraphs and tables under an element, inside content controls too. Not recursive, for deep nesting."""
        stack = [root]
        while stack:
            element = stack.pop()
            kind = kind_of(element)
            if kind == "p":
                paragraph = self._paragraph(element)
                yield from self._block(element, paragraph)
                stack += reversed(paragraph.boxes)
            elif kind == "tbl" and sum(map(len, rows := list(_rows_of(element)))) > 1:
                yield self._table(rows)
            elif kind == "tbl":  # a table of one cell is a frame around text
                stack += (cell for row in rows for cell in row)
            elif kind == "chartSpace":
                yield _chart(element)
            elif kind not in _SILENT:
                stack += reversed(element)

    def notes(self) -> Iterator[Block]:
        """The notes that the text, or one of these notes, refers to; a paragraph for each."""
        done: set[tuple[str, str]] = set()
        while new := [key for key in self.cited if key not in done and key in self.all_notes]:
            done.update(new)
            for key in new:
                yield Block(one_line(" ".join(block.text for block in self.blocks(self.all_notes[key]))))

    def _block(self, element: Element, paragraph: _Paragraph) -> Iterator[Block]:
        text = lines_of("".join(paragraph.parts))
        style = style_of(element, self.styles, self.numbering)
        label = self._label(style, bool(text), element)
        if not text:
            return
        if style.name.startswith(("toc ", "table of ")):
            self.contents.append(text)
        elif style.name == "title":
            yield Block(one_line(text), is_title=True)
        elif style.level:
            yield Block(one_line(f"{label} {text}"), level=style.level)
        elif style.is_numbered:
            yield Block(f"{label or '-'} {one_line(text)}", is_item=True)
        else:
            yield Block(text)

    def _label(self, style: Style, has_text: bool, element: Element) -> str:
        """The number in front of a paragraph. An empty paragraph counts too, unless it was deleted."""
        if not style.is_numbered or style.name == "title" or not (has_text or _is_kept(element)):
            return ""
        return self.numbering.label(style.number, style.depth or 0)

    def _paragraph(self, element: Element) -> _Paragraph:
        paragraph = _Paragraph()
        stack = list(reversed(element))
        while stack:
            descendant = stack.pop()
            kind = kind_of(descendant)
            if kind == "t":
                paragraph.parts.append(descendant.text or "")
            elif kind in ("footnoteReference", "endnoteReference"):
                self.cited[kind.removesuffix("Reference"), value_of(descendant, "id")] = None
            elif kind == "txbxContent":
                paragraph.boxes.append(descendant)
            elif kind == "chart" and (chart := self.charts.pop(value_of(descendant, "id"), None)) is not None:
                paragraph.boxes.append(chart)
            elif kind == "sym":
                paragraph.parts.append(_symbol(value_of(descendant, "char")))
            elif kind not in _SILENT and not (kind == "r" and _is_hidden(descendant)):
                paragraph.parts.append(_AS_TEXT.get(kind, ""))
                stack += reversed(descendant)
        return paragraph

    def _table(self, rows: list[list[Element]]) -> Block:
        return table_of((" ".join(block.text for block in self.blocks(cell)) for cell in row) for row in rows)


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells."""
    for row in nearest(table, ("tr",), _WALLS):
        yield list(nearest(row, ("tc",), _WALLS))


def _is_kept(paragraph: Element) -> bool:
    """False when the end of the paragraph was deleted, moved away or hidden."""
    marks = next(paragraph.iterfind("{*}pPr/{*}rPr"), ())
    return not any(kind_of(mark) in ("del", "moveFrom", "vanish") for mark in marks)


def _is_hidden(run: Element) -> bool:
    marks = run.iterfind("{*}rPr/{*}vanish")
    return any(value_of(mark, "val") not in ("0", "false", "off") for mark in marks)


def _symbol(code: str) -> str:
    """The character with this hexadecimal code; "" for the private codes of symbol fonts."""
    try:
        code_point = int(code[:6], 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= code_point <= 0xF8FF or code_point > 0x10FFFF else chr(code_point)


def _chart(chart: Element) -> Block:
    """A chart as a table: its title, the names of its series, then a row a category with a column a series."""
    title = " ".join(run.text or "" for run in chart.iterfind("{*}chart/{*}title//{*}t"))
    names, columns, categories = [], [], dict[str, str]()
    for series in islice(chart.iter("{*}ser"), _MAX_SERIES):
        names.append(next(iter(_points(series, "tx").values()), ""))
        categories = {**_points(series, "cat", "xVal"), **categories}
        columns.append(_points(series, "val", "yVal"))
    indexes = dict.fromkeys(index for column in (categories, *columns) for index in column)
    rows = ([categories.get(index, ""), *(column.get(index, "") for column in columns)] for index in indexes)
    return table_of([[title], names, *rows])


def _points(series: Element, *kinds: str) -> dict[str, str]:
    """The values that a series keeps of its spreadsheet, by their index in the series."""
    values: dict[str, str] = {}
    for data in (child for child in series if kind_of(child) in kinds):
        number_format = next((element.text or "" for element in data.iterfind(".//{*}formatCode")), "")
        for point in islice(data.iter("{*}pt"), _MAX_POINTS):
            text = next((value.text or "" for value in point.iterchildren("{*}v")), "")
            values.setdefault(value_of(point, "idx"), _formatted(text, number_format))
    return values


def _formatted(value: str, number_format: str) -> str:
    """A value as its spreadsheet shows it: dates are stored as numbers of days, 4.4 as 4.4000000000000004."""
    if "yy" in number_format.lower() and 0 < (days := number_of(value.partition(".")[0])) < _DAY_LIMIT:
        return (_DAY_ZERO + timedelta(days)).isoformat()
    return f"{float(value):.12g}" if _LONG_NUMBER.fullmatch(value) else value
