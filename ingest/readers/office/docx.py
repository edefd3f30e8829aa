"""Reads DOCX: the body in reading order with its text boxes and content controls, tracked changes as if accepted.

The XML is read directly, because libraries for DOCX skip content controls and refuse strict Open XML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from index.errors import ReadError
from ingest.readers.office.archive import Archive, Element, kind_of, nearest, value_of
from ingest.readers.office.blocks import Block, extract_of, lines_of, one_line, table_of
from ingest.readers.office.charts import chart_block, charts_of
from ingest.readers.office.docx_styles import Numbering, Style, numbering_of, style_of, styles_of
from ingest.readers.office.properties import core_metadata
from ingest.types import Reading

# Elements without text: properties (their tabs are tab stops), deleted or moved text, a shape's copy for old programs.
_SILENT = frozenset(("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "del", "moveFrom", "Fallback", "instrText", "rt"))
_AS_TEXT = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "den": "/", "sup": "^", "sub": "_"}
_WALLS = frozenset(("tbl", *_SILENT))
_LEFT_OUT_PARTS = ("comments", "header", "footer")


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
    styles = styles_of(archive.linked(main, "styles"))
    numbering = numbering_of(archive.linked(main, "numbering"), styles)
    document = _Document(styles, _notes(archive, main), numbering, charts_of(archive, main))
    blocks = list(document.blocks(root))
    left_out = [*document.contents, *_left_out_parts(archive, main)]
    return Reading((extract_of(blocks, document.notes(), core_metadata(archive), name, left_out),))


def _notes(archive: Archive, main: str) -> dict[tuple[str, str], Element]:
    """Footnotes and endnotes by kind and id."""
    notes = {}
    for kind in ("footnote", "endnote"):
        for root in archive.linked(main, kind + "s"):
            notes.update({(kind, value_of(note, "id")): note for note in root.iterchildren("{*}" + kind)})
    return notes


def _left_out_parts(archive: Archive, main: str) -> Iterator[str]:
    """Comments, page headers and footers, which are no part of the text."""
    for kind in _LEFT_OUT_PARTS:
        for root in archive.linked(main, kind):
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
                yield chart_block(element)
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
