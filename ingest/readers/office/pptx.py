"""Reads PPTX: slide by slide, the texts from top to bottom, each slide's notes after it.

The XML is read directly, like that of DOCX: groups, charts and diagrams stand where they are shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from index.errors import ReadError
from index.text.raised import subscript, superscript
from ingest.readers.office.archive import (
    Archive,
    Element,
    kind_of,
    nearest,
    spans_of,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import Block, lines_of, table_of
from ingest.readers.office.declared import core_metadata
from ingest.readers.office.docx_drawings import drawing_block
from ingest.readers.office.properties import one_line, struck_out
from ingest.readers.office.slides import Point, extract_of_slides, in_reading_order, slide_blocks
from ingest.readers.office.symbol_fonts import family_of
from ingest.readers.office.unread import Unread
from ingest.readers.table_rows import SpanningCell, in_columns
from ingest.types import Reading

_SHAPES = frozenset(("sp", "grpSp", "graphicFrame"))
_SILENT = frozenset(("Fallback", "pPr", "rPr", "endParaRPr", "rt"))
_AS_TEXT = {"br": "\n", "tab": " ", "den": "/", "sup": "^", "sub": "_"}
_MARGINS = frozenset(("ftr", "hdr", "sldNum", "dt"))  # placeholders of footers, slide numbers and dates
_TITLES = ("title", "ctrTitle")
_LISTS = ("", "body", "obj")  # placeholders whose paragraphs have bullets unless they say otherwise
_EMU = 36_000  # of a millimetre


class _Key(NamedTuple):
    """What ties a placeholder to that of its layout: its type and its number."""

    kind: str
    number: str


@dataclass(slots=True)
class _Slide:
    """One slide. ``layout``: where the placeholders stand that do not say it themselves; ``margins`` collects the
    texts of footers and the like."""

    archive: Archive
    number: int
    members: Mapping[str, tuple[str, str]]
    layout: Mapping[_Key, Point]
    margins: list[str] = field(default_factory=list)

    def blocks(self, root: Element, notes: Element | None) -> Iterator[Block]:
        """The title, then the other shapes in reading order, then the notes."""
        shapes = self._shapes_of(root)
        titles = [shape for shape in shapes if _key(shape).kind in _TITLES]
        title = one_line(" ".join(text for shape in titles for text, _ in _paragraphs(shape)))
        texts = [block for shape in shapes if shape not in titles for block in self._shape(shape)]
        spoken = [shape for shape in self._shapes_of(notes) if _key(shape).kind == "body"] if notes is not None else []
        remarks = [block for shape in spoken for block in self._shape(shape)]
        is_cover = any(_key(shape).kind == "ctrTitle" for shape in titles)
        return slide_blocks(self.number, title, texts, remarks, is_cover=is_cover)

    def _shapes_of(self, root: Element) -> list[Element]:
        tree = next(root.iterfind("{*}cSld/{*}spTree"), None)
        return [] if tree is None else self._in_order(tree)

    def _in_order(self, tree: Element) -> list[Element]:
        return in_reading_order((self._position(shape), shape) for shape in _shapes(tree))

    def _position(self, shape: Element) -> Point:
        own = _offset(shape)
        key = _key(shape)
        return own or self.layout.get(key) or self.layout.get(_Key(key.kind, "")) or (0, 0)

    def _shape(self, shape: Element) -> Iterator[Block]:
        kind = kind_of(shape)
        if kind == "grpSp":
            for inner in self._in_order(shape):
                yield from self._shape(inner)
        elif kind == "graphicFrame":
            yield from self._graphic(shape)
        elif _key(shape).kind in _MARGINS:
            self.margins += (text for text, _ in _paragraphs(shape) if any(map(str.isalpha, text)))
        else:
            yield from _text_blocks(shape)

    def _graphic(self, frame: Element) -> Iterator[Block]:
        """A table; or a chart or a diagram, which are members of their own."""
        for element in frame.iter("{*}tbl", "{*}chart", "{*}relIds"):
            kind = kind_of(element)
            if kind == "tbl":
                rows = in_columns((_cells(row) for row in nearest(element, ("tr",), ("tbl",))), len)
                yield table_of(rows)
                continue
            member = self.members.get(value_of(element, "id" if kind == "chart" else "dm"), ("", ""))[1]
            root = self.archive.part(member) if member else None
            block = drawing_block(root) if root is not None else None
            if block is not None:
                yield block


def read_pptx(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".pptx")
    main = next(iter(archive.related("").get("officeDocument", ())), "ppt/presentation.xml")
    root = archive.xml(main)
    if kind_of(root) != "presentation":
        raise ReadError(f"{name} is no presentation, whatever its name says: open it and save it as .pptx.")
    members = {identity: member for identity, _, member in archive.links(main)}
    blocks: list[Block] = []
    hidden: list[int] = []
    left_out: list[str] = []
    for number, entry in enumerate(root.iterfind("{*}sldIdLst/{*}sldId"), start=1):
        member = members.get(_relation(entry), "")
        slide = archive.part(member) if member else None
        if slide is not None:
            hidden += [number] if slide.get("show") in ("0", "false") else []
            blocks += _slide_blocks(archive, member, slide, number, left_out)
    properties = core_metadata(archive)
    return Reading((extract_of_slides(blocks, hidden, properties, name, left_out, archive.unread),))


def _slide_blocks(archive: Archive, member: str, root: Element, number: int, left_out: list[str]) -> list[Block]:
    """The blocks of a slide and its notes; comments and footers are added to ``left_out``."""
    members = {identity: (kind, target) for identity, kind, target in archive.links(member)}
    slide = _Slide(archive, number, members, _layout(archive, member))
    notes = next(archive.linked(member, "notesSlide"), None)
    for part in (root, notes) if notes is not None else (root,):
        left_out += struck_out(" ".join(_reduce_to_shown(part, archive.unread)))
    blocks = list(slide.blocks(root, notes))
    for comments in archive.linked(member, "comments"):
        left_out += [text for kind in ("text", "t") for text in texts_of(comments, kind)]
    left_out += slide.margins
    return blocks


def _reduce_to_shown(root: Element, unread: Unread) -> Iterator[str]:
    """Writes what runs in a symbol font show, and takes out the text that has a line through it, which is given.

    The font for symbols holds only for the private characters.
    """
    for run in root.iter("{*}r"):
        fonts = {kind_of(font): font.get("typeface") or "" for font in run.iterfind("{*}rPr/*[@typeface]")}
        latin = fonts.get("latin", "")
        for part in run.iterchildren("{*}t"):
            text = part.text or ""
            is_symbol = not family_of(latin) and all("\uf020" <= char < "\uf100" or char.isspace() for char in text)
            part.text = unread.decoded(text, fonts.get("sym", latin) if is_symbol else latin)
            if value_of(next(run.iterchildren("{*}rPr"), run), "strike") in ("sngStrike", "dblStrike"):
                yield part.text
                part.text = ""


def _relation(element: Element) -> str:
    """The id of the relationship that an element names; its own number is an "id" too."""
    return next((str(value) for key, value in element.attrib.items() if key.endswith("}id")), "")


def _layout(archive: Archive, slide: str) -> dict[_Key, Point]:
    """Where the slide's layout, else its master, puts the placeholders."""
    positions: dict[_Key, Point] = {}
    for layout in archive.related(slide).get("slideLayout", ())[:1]:
        masters = archive.linked(layout, "slideMaster")
        own = archive.part(layout)
        for root in (*([] if own is None else [own]), *masters):
            for shape in root.iterfind("{*}cSld/{*}spTree/{*}sp"):
                position, key = _offset(shape), _key(shape)
                if position:
                    positions.setdefault(key, position)
                    positions.setdefault(_Key(key.kind, ""), position)
    return positions


def _shapes(tree: Element) -> Iterator[Element]:
    """The shapes of a slide or group, also those that only newer programs can show."""
    return nearest(tree, _SHAPES, ("Fallback", "txBody"))


def _key(shape: Element) -> _Key:
    placeholder = next(shape.iterfind("{*}nvSpPr/{*}nvPr/{*}ph"), None)
    if placeholder is None:
        return _Key("none", "")
    return _Key(placeholder.get("type") or "", placeholder.get("idx") or "")


def _offset(shape: Element) -> Point | None:
    for offset in (
        *shape.iterfind("{*}spPr/{*}xfrm/{*}off"),
        *shape.iterfind("{*}grpSpPr/{*}xfrm/{*}off"),
        *shape.iterfind("{*}xfrm/{*}off"),
    ):
        try:
            return int(offset.get("y") or 0) / _EMU, int(offset.get("x") or 0) / _EMU
        except ValueError:
            return None
    return None


def _text_blocks(shape: Element) -> Iterator[Block]:
    """The paragraphs of a shape; a lone paragraph of a list is no list."""
    paragraphs = [(text, properties) for text, properties in _paragraphs(shape) if text]
    by_default = _key(shape).kind in _LISTS and len(paragraphs) > 1
    for text, properties in paragraphs:
        marks = {kind_of(child) for child in (properties if properties is not None else ())}
        if "buNone" not in marks and (by_default or marks & {"buChar", "buAutoNum", "buBlip"}):
            yield Block(f"- {one_line(text)}", is_item=True)
        else:
            yield Block(text)


def _paragraphs(shape: Element) -> Iterator[tuple[str, Element | None]]:
    """The text of each paragraph and its properties."""
    for paragraph in shape.iterfind("{*}txBody/{*}p"):
        yield _inline(paragraph), next(paragraph.iterchildren("{*}pPr"), None)


def _inline(paragraph: Element) -> str:
    """The text of a paragraph, its raised and lowered characters as such; numbers of slides are left out."""
    text = ""
    stack = list(reversed(paragraph))
    while stack:
        element = stack.pop()
        kind = kind_of(element)
        if kind == "r":
            run = "".join(part.text or "" for part in element.iterchildren("{*}t"))
            level = value_of(next(element.iterchildren("{*}rPr"), element), "baseline").lstrip("+")
            lowered = subscript(run) if level.startswith("-") else superscript(run, text)
            text += lowered if level.strip("-0%") else run
        elif kind == "t":
            text += element.text or ""
        elif kind not in _SILENT and not (kind == "fld" and element.get("type") == "slidenum"):
            text += _AS_TEXT.get(kind, "")
            stack += reversed(element)
    return lines_of(text)


def _cells(row: Element) -> Iterator[SpanningCell[str]]:
    """The cells of a row, without those that a merged neighbour covers."""
    for cell in row.iterchildren("{*}tc"):
        if cell.get("hMerge") not in ("1", "true") and cell.get("vMerge") not in ("1", "true"):
            text = " ".join(text for text, _ in _paragraphs(cell))
            yield SpanningCell(text, *spans_of(cell, "gridSpan", "rowSpan"))
