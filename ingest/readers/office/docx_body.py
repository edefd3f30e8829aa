"""Walks through the body of a DOCX, or through another part with text, and gives its paragraphs and tables in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from ingest.readers.office.archive import Element, kind_of, nearest, number_of, value_of
from ingest.readers.office.blocks import Block, lines_of, table_blocks
from ingest.readers.office.docx_drawings import drawing_block
from ingest.readers.office.docx_fields import Fields
from ingest.readers.office.docx_runs import RunFormat, RunStyles
from ingest.readers.office.docx_styles import Numbering, Style, style_of
from ingest.readers.office.formula import formula_text, spaced
from ingest.readers.office.properties import one_line, struck_out
from ingest.readers.office.runs import Run, joined
from ingest.readers.office.symbol_fonts import UNREADABLE, family_of, stored
from ingest.readers.office.unread import ATTACHED, DIAGRAM, EMBEDDED, FORMULA, Unread
from ingest.readers.table_rows import SpanningCell

# Elements without text: properties (their tabs are tab stops), deleted or moved text, a shape's copy for old programs.
_SILENT = frozenset(("pPr", "rPr", "sdtPr", "tblPr", "trPr", "tcPr", "del", "moveFrom", "Fallback", "rt"))
_AS_TEXT = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_FIELD_MARKS = frozenset(("fldChar", "instrText", "fldSimple"))
_ATTACHED = frozenset(("altChunk", "subDoc"))
_WALLS = frozenset(("tbl", *_SILENT))
_FORMULA_PROGRAMS = ("equation", "mathtype")

NoteKey = tuple[str, str]
"""The kind of a note, footnote or endnote, and its id."""


@dataclass(slots=True)
class _Paragraph:
    """The runs of a paragraph, its text boxes, its charts, the fields that are open in it, and what was struck out."""

    base: RunFormat
    fields: Fields
    runs: list[Run] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    struck: list[str] = field(default_factory=list)

    def add(self, text: str, height: int = 0) -> None:
        if text:
            self.runs.append((text, height))

    @property
    def last(self) -> str:
        """The end of the text so far."""
        return self.runs[-1][0][-1:] if self.runs else ""


@dataclass(slots=True)
class DocxBody:
    """Walks once and collects on the way.

    ``drawn``: the roots of charts and diagrams by the ids that refer to them; ``left_out``: the lines of the table of
    contents, watermarks, what was struck out; ``cited``: the notes that the text refers to, in order.
    """

    styles: Mapping[str, Style]
    run_styles: RunStyles
    all_notes: Mapping[NoteKey, Element] = field(default_factory=dict)
    numbering: Numbering = field(default_factory=Numbering)
    drawn: dict[str, Element | None] = field(default_factory=dict)
    unread: Unread = field(default_factory=Unread)
    left_out: list[str] = field(default_factory=list)
    cited: dict[NoteKey, None] = field(default_factory=dict)

    def blocks(self, root: Element) -> Iterator[Block]:
        """The paragraphs and tables under an element, inside content controls too. Recursive for cells alone."""
        stack = [root]
        while stack:
            element = stack.pop()
            kind = kind_of(element)
            if kind == "p":
                paragraph = self._paragraph(element)
                yield from self._block(element, paragraph)
                stack += reversed(paragraph.boxes)
            elif kind == "tbl":
                yield from table_blocks([self._cell(cell) for cell in row] for row in _rows_of(element))
            elif kind in ("chartSpace", "dataModel"):
                yield from self._drawing(element)
            elif kind == "textpath":
                yield Block(one_line(value_of(element, "string")))
            elif kind in _ATTACHED:
                self.unread.things[ATTACHED] += 1
            elif kind not in _SILENT:
                stack += reversed(element)

    def _cell(self, cell: SpanningCell[Element]) -> SpanningCell[Sequence[Block]]:
        return SpanningCell(list(self.blocks(cell.content)), cell.across, cell.down)

    def notes(self) -> Iterator[Block]:
        """The notes that the text, or one of these notes, refers to; a paragraph for each."""
        done: set[NoteKey] = set()
        while new := [key for key in self.cited if key not in done and key in self.all_notes]:
            done.update(new)
            for key in new:
                yield Block(one_line(" ".join(block.text for block in self.blocks(self.all_notes[key]))))

    def _drawing(self, root: Element) -> Iterator[Block]:
        block = drawing_block(root)
        if block is None:
            self.unread.things[DIAGRAM] += 1
        else:
            yield block

    def _block(self, element: Element, paragraph: _Paragraph) -> Iterator[Block]:
        text = lines_of(joined(paragraph.runs))
        style = style_of(element, self.styles, self.numbering)
        label = self._label(style, bool(text), element)
        if not text:
            return
        if style.name.startswith(("toc ", "table of ")):
            self.left_out.append(text)
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
        base = self.run_styles.of_paragraph(element)
        paragraph = _Paragraph(base, Fields(self.unread))
        stack = [(child, base) for child in reversed(element)]
        while stack:
            descendant, run = stack.pop()
            kind = kind_of(descendant)
            if kind == "r":
                run = self.run_styles.of_run(descendant, base)
                stack += [] if run.hidden else [(child, run) for child in reversed(descendant)]
            elif kind == "del":
                paragraph.struck += [text.text or "" for text in descendant.iter("{*}delText")]
            elif kind in _LEAVES and run.struck:
                paragraph.struck.append(self._text(descendant, run))
            elif kind in _LEAVES:
                paragraph.add(self._text(descendant, run), run.height_over(base))
            elif not self._is_apart(descendant, paragraph) and kind not in _SILENT:
                stack += [(child, run) for child in reversed(descendant)]
        self.left_out += struck_out(" ".join(paragraph.struck))
        return paragraph

    def _text(self, element: Element, run: RunFormat) -> str:
        """The text of an element that holds text itself."""
        kind = kind_of(element)
        if kind == "t":
            return self._decoded(element.text or "", run)
        if kind == "sym":
            return self._symbol(value_of(element, "char"), value_of(element, "font"))
        return _AS_TEXT[kind]

    def _decoded(self, text: str, run: RunFormat) -> str:
        """A run's text by the fonts of its characters."""
        font, wide_font = run.font or "", run.wide_font or ""
        if font == wide_font or text.isascii():
            return self.unread.decoded(text, font)
        wide_font = wide_font if family_of(wide_font) else font
        parts = groupby(text, str.isascii)
        return "".join(self.unread.decoded("".join(part), font if ascii else wide_font) for ascii, part in parts)

    def _symbol(self, code: str, font: str) -> str:
        """The glyph with this hexadecimal code in a font."""
        try:
            return self.unread.decoded(stored(int(code[:6], 16), font), font)
        except ValueError:
            return ""

    def _is_apart(self, element: Element, paragraph: _Paragraph) -> bool:
        """Takes an element that is read in a way of its own; False for any other, whose children are looked at."""
        kind = kind_of(element)
        if kind in ("footnoteReference", "endnoteReference"):
            self.cited[kind.removesuffix("Reference"), value_of(element, "id")] = None
        elif kind in ("txbxContent", "textpath"):
            self._add_box(element, paragraph)
        elif kind in ("chart", "relIds"):
            self._add_drawing(value_of(element, "id" if kind == "chart" else "dm"), paragraph)
        elif kind == "oMath":
            text = formula_text(element, lambda leaf: self._formula_leaf(leaf, paragraph.base))
            paragraph.add(spaced(paragraph.last, text)[len(paragraph.last) :])
        elif kind == "OLEObject":
            self._add_object(value_of(element, "ProgID"), paragraph)
        elif kind in _ATTACHED:
            self.unread.things[ATTACHED] += 1
        else:
            if kind in _FIELD_MARKS:
                paragraph.add(paragraph.fields.shown(element, len(paragraph.runs)))
            return kind == "instrText"
        return True

    def _formula_leaf(self, leaf: Element, base: RunFormat) -> str:
        run = leaf.getparent()
        return self._text(leaf, self.run_styles.of_run(run, base) if run is not None else base)

    def _add_box(self, box: Element, paragraph: _Paragraph) -> None:
        if _is_watermark(box):
            text = " ".join(block.text for block in self.blocks(box))
            self.left_out += [text] if text else []
        else:
            paragraph.boxes.append(box)

    def _add_drawing(self, identity: str, paragraph: _Paragraph) -> None:
        """A chart or a diagram, the first time that the text refers to it."""
        if identity not in self.drawn:
            self.unread.things[DIAGRAM] += 1
        elif (root := self.drawn[identity]) is not None:
            paragraph.boxes.append(root)
            self.drawn[identity] = None

    def _add_object(self, program: str, paragraph: _Paragraph) -> None:
        if program.casefold().startswith(_FORMULA_PROGRAMS):
            self.unread.things[FORMULA] += 1
            paragraph.add(UNREADABLE)
        else:
            self.unread.things[EMBEDDED] += 1


_LEAVES = frozenset(("t", "sym", *_AS_TEXT))


def _rows_of(table: Element) -> list[list[SpanningCell[Element]]]:
    """The rows of a table, each as its cells; one that is merged with the cell above it lengthens that."""
    rows: list[list[SpanningCell[Element]]] = []
    above: dict[int, tuple[int, int]] = {}  # by column: the row, and the place in it, of the cell that reaches here
    for row in nearest(table, ("tr",), _WALLS):
        cells: list[SpanningCell[Element]] = []
        column, starts = 0, dict[int, tuple[int, int]]()
        for cell in nearest(row, ("tc",), _WALLS):
            across = _grid_span(cell)
            merged = next(cell.iterfind("{*}tcPr/{*}vMerge"), None)
            if merged is not None and value_of(merged, "val") != "restart" and column in above:
                at, place = starts[column] = above[column]
                rows[at][place] = rows[at][place]._replace(down=len(rows) - at + 1)
            else:
                starts[column] = len(rows), len(cells)
                cells.append(SpanningCell(cell, across))
            column += across
        rows.append(cells)
        above = starts
    return rows


def _grid_span(cell: Element) -> int:
    return max(1, *(number_of(value_of(span, "val")) for span in cell.iterfind("{*}tcPr/{*}gridSpan")), 1)


def _is_kept(paragraph: Element) -> bool:
    """False when the end of the paragraph was deleted, moved away or hidden."""
    marks = next(paragraph.iterfind("{*}pPr/{*}rPr"), ())
    return not any(kind_of(mark) in ("del", "moveFrom", "vanish") for mark in marks)


def _is_watermark(box: Element) -> bool:
    """True for a text box or a WordArt whose shape is named as Word names watermarks, PowerPlusWaterMarkObject1."""
    for ancestor in box.iterancestors():
        if kind_of(ancestor) == "p":
            return False
        named = (ancestor, *(child for child in ancestor if kind_of(child) in ("docPr", "cNvPr")))
        if any("watermark" in f"{value_of(shape, 'id')} {value_of(shape, 'name')}".casefold() for shape in named):
            return True
    return False
