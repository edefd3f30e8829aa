"""Collects the text of a book page by page: its paragraphs, headings, lists and tables, and its notes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from ingest.readers.office.archive import (
    Element,
    kind_of,
    nearest,
    reversed_content,
    spans_of,
    value_of,
)
from ingest.readers.office.blocks import Block, lines_of, table_blocks
from ingest.readers.office.counting import ItemMarks
from ingest.readers.office.epub_look import Looks
from ingest.readers.office.formula import formula_text, spaced
from ingest.readers.office.properties import one_line, struck_out
from ingest.readers.office.runs import Run, joined
from ingest.readers.office.unread import DIAGRAM, Unread
from ingest.readers.table_rows import SpanningCell

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = frozenset(
    (
        *("p", "div", "li", "dt", "dd", "section", "article", "aside", "blockquote", "pre", "figure", "figcaption"),
        *(
            "body",
            "ul",
            "ol",
            "dl",
            "header",
            "footer",
            "main",
            "caption",
            "center",
            "address",
            "hgroup",
            "td",
            "th",
            *_HEADINGS,
        ),
    )
)
_SILENT = frozenset(
    ("head", "script", "style", "template", "svg", "nav", "annotation", "rt", "rp", "audio", "video", "iframe")
)
_NOTES = frozenset(("footnote", "endnote", "rearnote", "footnotes", "endnotes", "rearnotes"))
_NOTE_LINKS = frozenset(("noteref", "backlink"))


@dataclass(frozen=True, slots=True)
class _ParagraphEnd:
    """An entry of the stack: here a paragraph ends."""


_Item = tuple[Element | str | _ParagraphEnd, int, str]
"""An entry of the stack; the height of the text around it, 1 for raised, -1 for lowered; its font, "" where none is
named."""


@dataclass(slots=True)
class Book:
    """The blocks of a book, collected page by page.

    ``label``: the number of the current printed page; ``runs``: the text of the current paragraph; ``open``: the kinds
    of the elements around it; ``mark``: the number of the item that begins.
    """

    looks: Looks
    unread: Unread
    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    label: str | None = None
    runs: list[Run] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    marks: ItemMarks = field(default_factory=ItemMarks)
    mark: str = ""

    def add(self, page: Element) -> None:
        self._walk(page, self.blocks)

    def _walk(self, root: Element, blocks: list[Block]) -> None:
        """Adds the text of an element to ``blocks``, a block for each paragraph. Recursive for tables and notes
        alone, for deep nesting."""
        stack = _content(root, 0, self.looks.of(root).font or "")
        while stack:
            item, height, font = stack.pop()
            if isinstance(item, str):
                self.runs.append((self.unread.decoded(item.replace("\n", " "), font), height))
            elif isinstance(item, _ParagraphEnd):
                self._close(blocks)
                self.mark = "" if self.open.pop() == "li" else self.mark
            else:
                stack += self._enter(item, height, font, blocks)
        self._close(blocks)

    def _enter(self, element: Element, height: int, font: str, blocks: list[Block]) -> list[_Item]:
        """The items to push on the stack in place of an element, last first."""
        kind, look = kind_of(element), self.looks.of(element)
        if look.struck and not look.hidden:
            self.left_out += struck_out("".join(element.itertext()))
        if look.hidden or look.struck or self._is_apart(element, kind, blocks):
            return []
        height = height if look.height is None else look.height
        font = font if look.font is None else look.font
        if kind == "br":
            self.runs.append(("\n", 0))
        if kind not in _PARAGRAPHS:
            return _content(element, height, font)
        self._close(blocks)
        self.open.append(kind)
        self.mark = self.marks.of(element) if kind == "li" else self.mark
        return [(_ParagraphEnd(), 0, font), *_content(element, 0, font)]

    def _is_apart(self, element: Element, kind: str, blocks: list[Block]) -> bool:
        """Takes an element that is read in a way of its own; False for any other, whose content is looked at."""
        roles = _roles(element)
        if "pagebreak" in roles:
            self._close(blocks)
            label = value_of(element, "title") or value_of(element, "aria-label") or "".join(element.itertext())
            self.label = one_line(label) or self.label
        elif kind in _SILENT or roles & _NOTE_LINKS:
            if kind == "svg" and any(one_line(text) for text in _labels(element)):
                self.unread.things[DIAGRAM] += 1
        elif roles & _NOTES and blocks is not self.notes:
            self._close(blocks)
            self._walk(element, self.notes)
        elif kind == "math":
            before = self.runs[-1][0][-1:] if self.runs else ""
            self.runs.append((spaced(before, formula_text(element, _formula_leaf))[len(before) :], 0))
        elif kind == "table":
            self._close(blocks)
            self._add_table(element, blocks)
        else:
            return False
        return True

    def _add_table(self, table: Element, blocks: list[Block]) -> None:
        for caption in nearest(table, ("caption",), ("table",)):
            self._walk(caption, blocks)
        around, self.open = self.open, []
        rows = [[SpanningCell(self._cell(cell), *spans_of(cell)) for cell in row] for row in _rows_of(table)]
        self.open = around
        label = None if blocks is self.notes else self.label
        blocks += (replace(block, page_label=label) for block in table_blocks(rows))

    def _cell(self, cell: Element) -> list[Block]:
        blocks: list[Block] = []
        self._walk(cell, blocks)
        return blocks

    def _close(self, blocks: list[Block]) -> None:
        """Ends the current paragraph: its text becomes a block unless it is empty."""
        text = lines_of(joined(self.runs))
        self.runs.clear()
        level = next((_HEADINGS.index(kind) + 1 for kind in self.open if kind in _HEADINGS), 0)
        label = None if blocks is self.notes else self.label
        if level and text:
            blocks.append(Block(one_line(text), level, page_label=label))
        elif "li" in self.open and text and blocks is not self.notes:
            blocks.append(Block(f"{self.mark} {one_line(text)}".lstrip(), is_item=True, page_label=label))
            self.mark = ""
        elif text:
            blocks.append(Block(text, page_label=label))


def _content(element: Element, height: int, font: str) -> list[_Item]:
    return [(item, height, font) for item in reversed_content(element)]


def _formula_leaf(leaf: Element) -> str:
    return one_line("".join(leaf.itertext()))


def _labels(drawing: Element) -> Iterator[str]:
    """The texts in a drawing, without its title and description."""
    for text in drawing.iter("{*}text"):
        yield "".join(text.itertext())


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells."""
    for row in nearest(table, ("tr",), ("table",)):
        yield list(nearest(row, ("td", "th"), ("table",)))


def _roles(element: Element) -> frozenset[str]:
    """The roles of an element as EPUB (epub:type) or ARIA (role) states them, without the prefix "doc-"."""
    values = (value for key, value in element.attrib.items() if key.rpartition("}")[2] in ("type", "role"))
    return frozenset(word.removeprefix("doc-") for value in values for word in value.split())
