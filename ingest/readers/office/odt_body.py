"""Walks through the body of an ODT and gives its paragraphs, headings, list items and tables in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ingest.readers.office.archive import (
    Archive,
    Element,
    joined_path,
    kind_of,
    nearest,
    number_of,
    reversed_content,
    spans_of,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import Block, lines_of, table_blocks
from ingest.readers.office.formula import formula_text, spaced
from ingest.readers.office.odt_lists import BULLET, Lists, OpenList
from ingest.readers.office.odt_styles import TextFormat, TextStyles
from ingest.readers.office.properties import one_line, struck_out
from ingest.readers.office.runs import Run, joined
from ingest.readers.office.unread import EMBEDDED
from ingest.readers.table_rows import SpanningCell

_INDEXES = frozenset(
    (
        *("table-of-content", "illustration-index", "table-index", "object-index", "user-index", "alphabetical-index"),
        "bibliography",
    )
)
# Elements without text: deleted text, declarations, forms, descriptions of pictures, pronunciations.
_SILENT = frozenset(
    (
        *(
            "tracked-changes",
            "sequence-decls",
            "variable-decls",
            "user-field-decls",
            "forms",
            "scripts",
            "event-listeners",
        ),
        *("title", "desc", "ruby-text", "note-citation", "binary-data", "annotation-end", "creator", "date"),
    )
)
_WALLS = frozenset(("table", *_SILENT))
_AS_TEXT = {"s": " ", "tab": " ", "line-break": "\n"}
_FRAMES = frozenset(("text-box", "table", "list", "p", "h"))
_OBJECTS = frozenset(("object", "object-ole"))
_SHAPES = frozenset(("custom-shape", "frame"))
_FIELDS = frozenset(("hidden-text", "hidden-paragraph", "section"))


@dataclass(frozen=True, slots=True)
class _Place:
    """The list around an element, and its item until a paragraph has taken the number."""

    within: OpenList | None = None
    items: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class OdtBody:
    """Walks once and collects the ``notes``; ``left_out``: comments, indexes, watermarks, what was struck out;
    ``objects``: the parts of embedded objects; ``is_inside``: True inside one of them, where others are not followed.
    """

    title_styles: frozenset[str]
    styles: TextStyles
    lists: Lists
    archive: Archive
    notes: list[Element] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    objects: dict[str, Element | None] = field(default_factory=dict)
    is_inside: bool = False

    def blocks(self, root: Element) -> Iterator[Block]:
        """The blocks under an element. Recursive for cells, indexes and objects alone."""
        stack: list[tuple[Element, _Place]] = [(child, _Place()) for child in reversed(root)]
        while stack:
            element, place = stack.pop()
            kind = kind_of(element)
            if kind in ("p", "h"):
                text, frames = self._inline(element)
                if text:
                    yield self._block(element, text, place)
                stack += [(frame, _Place()) for frame in reversed(frames)]
            elif kind == "table":
                yield from table_blocks([self._cell(cell) for cell in row] for row in _rows_of(element))
            elif kind in _INDEXES or _is_watermark(element):
                self.left_out += [block.text for block in self.blocks(element)]
            elif kind in _OBJECTS:
                yield from self._object(element)
            elif kind not in _SILENT and kind != "annotation" and not _is_hidden(element):
                place = self._inside(element, place)
                stack += [(child, place) for child in reversed(element)]

    def _cell(self, cell: Element) -> SpanningCell[list[Block]]:
        return SpanningCell(list(self.blocks(cell)), *spans_of(cell, "number-columns-spanned", "number-rows-spanned"))

    def note_blocks(self) -> Iterator[Block]:
        """A paragraph for each note."""
        for note in self.notes:
            yield Block(one_line(" ".join(block.text for block in self.blocks(note))))

    def _inside(self, element: Element, place: _Place) -> _Place:
        """Where the children of an element stand."""
        kind = kind_of(element)
        if kind == "list":
            return _Place(self.lists.open(element, place.within))
        if kind == "list-item":
            return _Place(place.within, [element])
        return _Place(place.within, []) if kind == "list-header" else place

    def _block(self, element: Element, text: str, place: _Place) -> Block:
        mark = self.lists.mark(place.items.pop(), place.within) if place.items and place.within else ""
        if kind_of(element) == "h":
            number = "" if mark == BULLET else mark
            return Block(one_line(f"{number} {text}"), level=number_of(value_of(element, "outline-level")) or 1)
        if place.within is not None:
            return Block(one_line(f"{mark} {text}"), is_item=True)
        return Block(text, is_title=value_of(element, "style-name") in self.title_styles)

    def line(self, paragraph: Element, around: TextFormat) -> str:
        """The text of a paragraph in a place whose text has this format; what is anchored to it is left out."""
        return self._inline(paragraph, around)[0]

    def _inline(self, element: Element, around: TextFormat | None = None) -> tuple[str, list[Element]]:
        """The text of a paragraph, and the frames anchored to it. Its notes and comments are collected."""
        runs: list[Run] = []
        struck: list[str] = []
        frames: list[Element] = []
        look = self.styles.of(element, around or self.styles.default)
        stack = [] if look.hidden else [(item, look) for item in reversed_content(element)]
        while stack:
            item, look = stack.pop()
            if isinstance(item, str):
                text = self.archive.unread.decoded(item.replace("\n", " "), look.font or "")
                struck += [text] if look.struck else []
                runs += [] if look.struck else [(text, look.height or 0)]
            elif kind_of(item) == "hidden-paragraph" and _is_hidden(item):
                return "", frames
            elif kind_of(item) == "object" and (formula := self._formula(item)):
                before = runs[-1][0][-1:] if runs else ""
                runs.append((spaced(before, formula)[len(before) :], 0))
            elif not self._is_apart(item, frames):
                look = self.styles.of(item, look) if kind_of(item) in ("span", "a") else look
                runs.append((_AS_TEXT.get(kind_of(item), ""), 0))
                stack += [] if look.hidden else [(child, look) for child in reversed_content(item)]
        self.left_out += struck_out(" ".join(struck))
        return lines_of(joined(runs)), frames

    def _is_apart(self, item: Element, frames: list[Element]) -> bool:
        """Takes an element that is no text of the line; False for any other, whose content is looked at."""
        kind = kind_of(item)
        if kind == "note":
            self.notes += item.iterchildren("{*}note-body")
        elif kind == "annotation" or _is_watermark(item):
            self.left_out += texts_of(item, "p")
        elif kind in _FRAMES or kind in _OBJECTS:
            frames.append(item)
        else:
            return kind in _SILENT or _is_hidden(item)
        return True

    def _formula(self, item: Element) -> str:
        """The formula that an object holds; "" when it is something else."""
        root = self._root(item)
        return formula_text(root, _formula_leaf) if root is not None and kind_of(root) == "math" else ""

    def _object(self, item: Element) -> Iterator[Block]:
        """The tables of a chart or a sheet, the paragraphs of a text; anything else is counted as not read."""
        around = self.is_inside
        root = None if around else self._root(item)
        content = root.find("{*}body") if root is not None else None
        self.is_inside = True
        blocks = [Block(self._formula(item)), *(self.blocks(content) if content is not None else ())]
        self.is_inside = around
        if not any(block.text for block in blocks):
            self.archive.unread.things[EMBEDDED] += 1
        yield from blocks

    def _root(self, item: Element) -> Element | None:
        """The content of an object: inside the element, or in a part of its own."""
        for child in item:
            if kind_of(child) in ("math", "document"):
                return child
        member = f"{joined_path('', value_of(item, 'href'))}/content.xml"
        if member not in self.objects:
            self.objects[member] = self.archive.part(member) if value_of(item, "href") else None
        return self.objects[member]


def _formula_leaf(leaf: Element) -> str:
    return one_line("".join(leaf.itertext()))


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells; cells covered by a merged neighbour are left out."""
    for row in nearest(table, ("table-row",), _WALLS):
        yield list(nearest(row, ("table-cell",), _WALLS))


def _is_hidden(element: Element) -> bool:
    """True for a field or a section that is not shown."""
    is_none = value_of(element, "display") == "none"
    return kind_of(element) in _FIELDS and (is_none or value_of(element, "is-hidden") == "true")


def _is_watermark(element: Element) -> bool:
    return kind_of(element) in _SHAPES and "watermark" in value_of(element, "name").casefold()
