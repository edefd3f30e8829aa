"""The blocks that a page shows, in its order: headings, items of lists, rows of tables, paragraphs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Any

from lxml import etree

from ingest.readers.office.counting import ItemMarks
from ingest.readers.table_rows import SpanningCell, in_columns, row_lines

HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
SILENT_TAGS = frozenset(
    (
        *("script", "style", "template", "svg", "title", "select", "textarea", "iframe", "head", "object"),
        *("video", "audio", "canvas", "datalist"),
    )
)
BLOCK_TAGS = HEADINGS | frozenset(
    (
        *("p", "div", "li", "tr", "table", "tbody", "thead", "tfoot", "ul", "ol", "dl", "dd", "dt", "dir", "menu"),
        *("section", "article", "main", "header", "footer", "nav", "aside", "blockquote", "pre", "figure", "hgroup"),
        *("figcaption", "form", "button", "details", "summary", "fieldset", "legend", "caption", "address", "hr"),
        *("center", "td", "th", "body", "html", "search", "dialog"),
    )
)
_ITEM_TAGS = frozenset(("li", "dt", "dd"))
_INTEGER = re.compile(r"-?\d{1,6}")
_BREAK = "\0"
# A cell with so much running text is a part of the page, not a value (guesses: characters, elements looked at).
_LONG_CELL, _MAX_CELLS = 600, 2_000


class Kind(Enum):
    """What a block is to the reader of a page."""

    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    ROW = "row"
    PRE = "pre"


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block of a page. ``text`` may have several lines; ``mark``: "3." or "-" before an item, else "".

    ``element``: the innermost block element that holds it; ``linked``: how many of its characters are links.
    """

    text: str
    kind: Kind
    element: Any
    mark: str = ""
    linked: int = 0

    @property
    def line(self) -> str:
        """The text with the mark of an item, unless it begins with that itself."""
        prefix = f"{self.mark} " if self.mark else ""
        return self.text if self.text.startswith(prefix) else prefix + self.text


def page_blocks(tree: Any) -> list[PageBlock]:
    """The blocks of a tree that holds only what is shown."""
    collector = _Collector()
    walk = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        if event == "end":
            collector.close(element, with_tail=element is not tree)
        elif tag in SILENT_TAGS:
            walk.skip_subtree()
        elif tag == "pre" or (tag == "table" and is_data_table(element)):
            walk.skip_subtree()
            collector.add(_lines_of_pre(element) if tag == "pre" else _rows(element))
        else:
            collector.open(element)
    collector.flush()
    return collector.blocks


class _Collector:
    """Collects inline text up to the next border of a block."""

    def __init__(self) -> None:
        self.blocks: list[PageBlock] = []
        self._owners: list[Any] = []
        self._parts: list[str] = []
        self._link_depth = self._linked = 0
        self._mark = ""
        self._marks = ItemMarks()

    def open(self, element: Any) -> None:
        if element.tag in BLOCK_TAGS:
            self.flush()
            self._owners.append(element)
            self._mark = self._marks.of(element) if element.tag in _ITEM_TAGS else self._mark
        self._link_depth += element.tag == "a"
        self._text(_BREAK if element.tag == "br" else element.text)

    def close(self, element: Any, with_tail: bool) -> None:
        self._link_depth -= element.tag == "a"
        if self._owners and self._owners[-1] is element:
            self.flush()
            self._owners.pop()
            self._mark = "" if element.tag in _ITEM_TAGS else self._mark
        if with_tail:
            self._text((element.tail or "").replace(_BREAK, "\ufffd"))

    def add(self, blocks: Iterator[PageBlock]) -> None:
        """Blocks that were read in another way."""
        self.flush()
        self.blocks += blocks

    def flush(self) -> None:
        for text in _paragraphs("".join(self._parts)):
            owner = self._owners[-1] if self._owners else None
            is_heading = any(element.tag in HEADINGS for element in self._owners[-3 if len(text) < 200 else -1 :])
            kind = Kind.HEADING if is_heading else Kind.ITEM if self._mark else Kind.TEXT
            mark = "" if is_heading and self._mark == "-" else self._mark
            self.blocks.append(PageBlock(text, kind, owner, mark, min(self._linked, len(text))))
            self._mark = ""
        self._parts.clear()
        self._linked = 0

    def _text(self, text: str | None) -> None:
        if text:
            self._parts.append(text)
            self._linked += len(text.strip()) if self._link_depth else 0


def _paragraphs(text: str) -> Iterator[str]:
    """The paragraphs of inline text; a single line break stays one, two part paragraphs."""
    lines: list[str] = []
    for line in (" ".join(part.split()) for part in text.split(_BREAK)):
        if line:
            lines.append(line)
        elif lines:
            yield "\n".join(lines)
            lines.clear()
    if lines:
        yield "\n".join(lines)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and _INTEGER.fullmatch(text) else default


def _lines_of_pre(element: Any) -> Iterator[PageBlock]:
    lines = [line.rstrip() for line in "".join(_inline(element)).split("\n")]
    text = "\n".join(lines).strip("\n")
    if text.strip():
        yield PageBlock(text, Kind.PRE, element)


def _inline(element: Any) -> Iterator[str]:
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            yield ("\n" if node.tag == "br" else node.text) or ""
        elif node is not element:
            yield node.tail or ""


def is_data_table(table: Any) -> bool:
    """True for a table of values; False for one that lays out a part of the page, which is read as blocks."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("table"), None) is not None:
        return False
    cells = list(islice(table.iter("td", "th"), _MAX_CELLS))
    if any(cell.tag == "th" for cell in cells) or next(table.iter("caption", "thead"), None) is not None:
        return True
    has_columns = any(cell.getprevious() is not None for cell in cells)
    if not has_columns or any(map(_is_part_of_page, cells)):
        return False
    return next(islice(table.iter("tr"), 2, None), None) is not None or not any(map(_is_menu, cells))


def _is_part_of_page(cell: Any) -> bool:
    """True for a cell with headings, several paragraphs, or long running text."""
    paragraphs = len(list(islice(cell.iter("p"), 3)))
    has_heading = next(cell.iter(*HEADINGS, "nav", "article", "form"), None) is not None
    return has_heading or paragraphs > 1 or len("".join(islice(cell.itertext(), 400))) > _LONG_CELL


def _is_menu(cell: Any) -> bool:
    """True for a cell of three links or more and little else."""
    linked = ["".join(link.itertext()).strip() for link in islice(cell.iter("a"), _MAX_CELLS)]
    return len(linked) > 2 and len("".join(linked)) > 0.7 * len("".join("".join(cell.itertext()).split()))


def _cell(cell: Any) -> SpanningCell[list[PageBlock]]:
    return SpanningCell(page_blocks(cell), _number(cell.get("colspan"), 1), _number(cell.get("rowspan"), 1))


def _rows(table: Any) -> Iterator[PageBlock]:
    """The caption of a table and its rows, the cells of a row joined by bars."""
    parts: list[Any] = []
    for part in table.iter("caption", "tr"):
        if part.tag == "caption":
            yield from (PageBlock(block.text, Kind.TEXT, part, "", block.linked) for block in page_blocks(part))
        else:
            parts.append(part)
    cells = ((_cell(cell) for cell in part.iterchildren("td", "th")) for part in parts)
    rows = in_columns(cells, lambda blocks: sum(len(block.text) for block in blocks))
    lines = row_lines([[None if cell is None else _in_cell(cell) for cell in row] for row in rows])
    for line, part, row in zip(lines, parts, rows, strict=True):
        if line:
            yield PageBlock(line, Kind.ROW, part, "", sum(block.linked for cell in row for block in cell or ()))


def _in_cell(blocks: Iterable[PageBlock]) -> str:
    return " ".join(" ".join(block.text.split()) for block in blocks)
