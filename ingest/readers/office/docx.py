"""DOCX: the body in reading order with its text boxes and content controls, tracked changes as if accepted.

The XML is read directly: libraries for it skip content controls, and refuse documents saved as strict Open XML.
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
from ingest.readers.office.blocks import Block, authors_of, extract_of, lines_of, one_line, table_of, title_of
from ingest.readers.office.docx_styles import Numbering, Style, numbering_of, style_of, styles_of
from ingest.types import Metadata, Reading

# Not text: properties (their tabs are tab stops), what was deleted or moved away, and a shape's copy for old programs.
_SILENT = frozenset(("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "del", "moveFrom", "Fallback", "instrText", "rt"))
_AS_TEXT = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "den": "/", "sup": "^", "sub": "_"}
_WALLS = frozenset(("tbl", *_SILENT))
_ASIDES = ("comments", "header", "footer")
_FIRST_DAY, _LAST_DAY = date(1899, 12, 30), 99_999
_LONG_NUMBER = re.compile(r"-?\d{1,15}\.\d{12,18}(?:E[+-]?\d{1,3})?")
_MOST_SERIES, _MOST_POINTS = 50, 1000  # more is a curve and no table


@dataclass(slots=True)
class _Paragraph:
    """What stands in a paragraph, and what hangs on it."""

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
    left_out = [*document.contents, *_asides(archive, main)]
    return Reading((extract_of(blocks, document.notes(), _metadata(archive), name, left_out),))


def _metadata(archive: Archive) -> Metadata:
    """The core properties. The date of creation is left alone: it is that of a template or of a copy as often as that
    of the text, and no date misleads a citation less than a wrong one."""
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
    """The parts of a kind that are there: a link to a part that is missing does no harm."""
    for member in archive.related(main).get(kind, ()):
        if member in archive.members:
            yield archive.xml(member)


def _charts(archive: Archive, main: str) -> dict[str, Element]:
    """The charts by the ids of their relationships: a part of each, and a drawing in the text that names it."""
    folder, base = posixpath.split(main)
    links = posixpath.join(folder, "_rels", f"{base}.rels")
    found = {}
    for one in archive.xml(links) if links in archive.members else ():
        target = joined_path(folder, one.get("Target") or "")
        if (one.get("Type") or "").endswith("/chart") and target in archive.members:
            found[one.get("Id") or ""] = archive.xml(target)
    return found


def _notes(archive: Archive, main: str) -> dict[tuple[str, str], Element]:
    """Footnotes and endnotes by kind and id."""
    found = {}
    for kind in ("footnote", "endnote"):
        for root in _part(archive, main, kind + "s"):
            found.update({(kind, value_of(note, "id")): note for note in root.iterchildren("{*}" + kind)})
    return found


def _asides(archive: Archive, main: str) -> Iterator[str]:
    """Comments, running heads and feet: no part of the text."""
    for kind in _ASIDES:
        for root in _part(archive, main, kind):
            yield from (block.text for block in _Document({}, {}).blocks(root))


@dataclass(slots=True)
class _Document:
    """Goes down the body once; ``contents`` gathers its table of contents, ``cited`` the notes in their order."""

    styles: Mapping[str, Style]
    all_notes: Mapping[tuple[str, str], Element]
    numbering: Numbering = field(default_factory=Numbering)
    charts: dict[str, Element] = field(default_factory=dict)
    contents: list[str] = field(default_factory=list)
    cited: dict[tuple[str, str], None] = field(default_factory=dict)

    def blocks(self, root: Element) -> Iterator[Block]:
        """Paragraphs and tables under an element, whatever content controls are around them; without recursion."""
        ahead = [root]
        while ahead:
            element = ahead.pop()
            kind = kind_of(element)
            if kind == "p":
                paragraph = self._paragraph(element)
                yield from self._block(element, paragraph)
                ahead += reversed(paragraph.boxes)
            elif kind == "tbl" and sum(map(len, rows := list(_rows_of(element)))) > 1:
                yield self._table(rows)
            elif kind == "tbl":  # one cell alone is a frame around text
                ahead += (cell for row in rows for cell in row)
            elif kind == "chartSpace":
                yield _chart(element)
            elif kind not in _SILENT:
                ahead += reversed(element)

    def notes(self) -> Iterator[Block]:
        """The notes that the text refers to; each one paragraph."""
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
        """The number in front of a paragraph. An empty one counts too, unless a change took it away."""
        if not style.is_numbered or style.name == "title" or not (has_text or _is_there(element)):
            return ""
        return self.numbering.label(style.number, style.depth or 0)

    def _paragraph(self, element: Element) -> _Paragraph:
        found = _Paragraph()
        ahead = list(reversed(element))
        while ahead:
            one = ahead.pop()
            kind = kind_of(one)
            if kind == "t":
                found.parts.append(one.text or "")
            elif kind in ("footnoteReference", "endnoteReference"):
                self.cited[kind.removesuffix("Reference"), value_of(one, "id")] = None
            elif kind == "txbxContent":
                found.boxes.append(one)
            elif kind == "chart" and (chart := self.charts.pop(value_of(one, "id"), None)) is not None:
                found.boxes.append(chart)
            elif kind == "sym":
                found.parts.append(_symbol(value_of(one, "char")))
            elif kind not in _SILENT and not (kind == "r" and _is_hidden(one)):
                found.parts.append(_AS_TEXT.get(kind, ""))
                ahead += reversed(one)
        return found

    def _table(self, rows: list[list[Element]]) -> Block:
        return table_of((" ".join(block.text for block in self.blocks(cell)) for cell in row) for row in rows)


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells."""
    for row in nearest(table, ("tr",), _WALLS):
        yield list(nearest(row, ("tc",), _WALLS))


def _is_there(paragraph: Element) -> bool:
    """False where the end of a paragraph was deleted or moved away, or is hidden."""
    marks = next(paragraph.iterfind("{*}pPr/{*}rPr"), ())
    return not any(kind_of(one) in ("del", "moveFrom", "vanish") for one in marks)


def _is_hidden(run: Element) -> bool:
    marks = run.iterfind("{*}rPr/{*}vanish")
    return any(value_of(one, "val") not in ("0", "false", "off") for one in marks)


def _symbol(code: str) -> str:
    """A character by its number; those of symbol fonts mean nothing outside of them."""
    try:
        number = int(code[:6], 16)
    except ValueError:
        return ""
    return "" if 0xE000 <= number <= 0xF8FF or number > 0x10FFFF else chr(number)


def _chart(chart: Element) -> Block:
    """What a chart shows as a table: a row for each category, a column for each series."""
    title = " ".join(one.text or "" for one in chart.iterfind("{*}chart/{*}title//{*}t"))
    names, columns, rows = [], [], dict[str, str]()
    for series in islice(chart.iter("{*}ser"), _MOST_SERIES):
        names.append(next(iter(_points(series, "tx").values()), ""))
        rows = {**_points(series, "cat", "xVal"), **rows}
        columns.append(_points(series, "val", "yVal"))
    each = dict.fromkeys(at for column in (rows, *columns) for at in column)
    lines = [[title], names, *([rows.get(at, ""), *(column.get(at, "") for column in columns)] for at in each)]
    return table_of(lines)


def _points(series: Element, *kinds: str) -> dict[str, str]:
    """The values that a series keeps of its sheet, by their place in it."""
    found: dict[str, str] = {}
    for one in (child for child in series if kind_of(child) in kinds):
        form = next((form.text or "" for form in one.iterfind(".//{*}formatCode")), "")
        for point in islice(one.iter("{*}pt"), _MOST_POINTS):
            text = next((value.text or "" for value in point.iterchildren("{*}v")), "")
            found.setdefault(value_of(point, "idx"), _shown(text, form))
    return found


def _shown(value: str, form: str) -> str:
    """A value as its sheet shows it: a day is kept as the number of days since 1900, 4.4 as 4.4000000000000004."""
    if "yy" in form.lower() and 0 < (days := number_of(value.partition(".")[0])) < _LAST_DAY:
        return (_FIRST_DAY + timedelta(days)).isoformat()
    return f"{float(value):.12g}" if _LONG_NUMBER.fullmatch(value) else value
