"""The article that trafilatura extracts, as one text with sections: which elements become headings, lists and tables,
and which number or bullet an item has."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import Any

from lxml import etree

from index.types import Section, Span
from ingest.boilerplate.text_units import fold
from ingest.encoding import without_holes

# The limits below are guesses.
_TITLE_BLOCKS = 3  # first blocks among which the title may be repeated
_LIST_TAGS = frozenset(("ul", "ol", "dl"))
_INTEGER = re.compile(r"-?\d{1,6}")
_NON_WORD = re.compile(r"\W+")
_KEY_LENGTH = 40  # first letters and digits by which a line is recognised
_MAX_STEPS = 200  # nodes visited to read the first words of an element
# This share of the page's text must be in an extraction without paragraphs for the page's blocks to replace it.
_WHOLE_PAGE = 0.8

Block = tuple[str, bool]
"""A text and whether it is a heading."""

Marks = Mapping[str, str]
"""What a page sets before a line, by the line's key: "3." or "-" for an item, "#" for a heading, "" when unclear."""


def marks_of(tree: Any) -> Marks:
    """The marks of all items and headings of a page; "" where two lines with the same key have different marks."""
    marks: dict[str, str] = {}
    headings = ((heading, "#") for heading in tree.iter("h1", "h2", "h3", "h4", "h5", "h6"))
    for element, mark in chain(headings, _marked_items(tree)):
        key = _key(_beginning(element))
        marks[key] = mark if marks.get(key, mark) == mark else ""
    return marks


def _marked_items(tree: Any) -> Iterator[tuple[Any, str]]:
    """The items of all lists with their number or "-". Lists that count in letters, Roman numbers or down get "-"."""
    for element in tree.iter("ul", "ol"):
        is_numbered = element.tag == "ol" and "reversed" not in element.attrib and element.get("type", "1") == "1"
        number = _number(element.get("start"), 1)
        for item in element.iterchildren("li"):
            number = _number(item.get("value"), number)
            yield item, f"{number}." if is_numbered else "-"
            number += 1


def _number(text: str | None, default: int) -> int:
    return int(text) if text and _INTEGER.fullmatch(text) else default


def _beginning(element: Any) -> str:
    """The first words of an element, up to a list inside it, without white space."""
    parts: list[str] = []
    for event, node in islice(etree.iterwalk(element, events=("start", "end")), _MAX_STEPS):
        if node is not element and node.tag in _LIST_TAGS:
            break
        text = node.text if event == "start" else node.tail if node is not element else ""
        parts.append("".join((text or "").split()))
    return "".join(parts)


def _key(line: str) -> str:
    return _NON_WORD.sub("", line[: 8 * _KEY_LENGTH])[:_KEY_LENGTH]


def lines_without_paragraphs(body: Any, shown: Sequence[str]) -> list[str]:
    """The lines of an extraction that is one paragraph of several lines, as trafilatura gives for short pages; empty
    for any other. ``shown``, the blocks of the page, replace them when the lines hold nearly all of its text."""
    text = body[0].text or "" if len(body) == 1 and body[0].tag == "p" and not len(body[0]) else ""
    lines = [line for part in text.split("\n") if (line := _one_line(part))]
    is_whole_page = len("".join(lines)) >= _WHOLE_PAGE * len("".join(shown))
    return [] if len(lines) < 2 else list(shown) if is_whole_page else lines


def blocks_of_lines(lines: Sequence[str], marks: Marks) -> Iterator[Block]:
    """Lines as blocks; adjacent items of lists, and adjacent rows of tables, are one block."""
    marked_lines = [(line, marks.get(_key(line), "")) for line in lines]
    for kind, group in groupby(
        marked_lines, lambda pair: "#" if pair[1] == "#" else "-" if pair[1] else "|" * (" | " in pair[0])
    ):
        if kind in ("-", "|"):
            yield "\n".join(_item(line, marks) if mark else line for line, mark in group), False
        else:
            yield from ((line, kind == "#") for line, _ in group)


def blocks_of(body: Any, marks: Marks) -> Iterator[Block]:
    """The blocks of trafilatura's ``body`` in order; some may be empty."""
    for element in body:
        tag = element.tag
        if tag == "head":
            yield _inline_text(element), True
        elif tag == "list":
            yield "\n".join(_item(line, marks) for line in _items(element)), False
        elif tag == "table":
            yield "\n".join(" | ".join(_cells(row)) for row in element.iter("row")), False
        elif tag in ("quote", "div", "ab") and any(child.tag in ("p", "list", "head", "table") for child in element):
            yield _one_line(element.text), False
            yield from blocks_of(element, marks)
        else:
            yield _inline_text(element), False
        if element.tail and element.tail.strip():
            yield _one_line(element.tail), False


def _item(line: str, marks: Marks) -> str:
    """An item of a list with its number or "-"; unchanged where its text already begins with that."""
    mark = marks.get(_key(line), "")
    prefix = mark if mark.endswith(".") else "-"
    return line if line.startswith(f"{prefix} ") else f"{prefix} {line}"


def _items(element: Any) -> Iterator[str]:
    return (line for item in element.iter("item") if (line := _inline_text(item, skip="list")))


def _cells(row: Any) -> Iterator[str]:
    return (text for cell in row.iter("cell") if (text := _inline_text(cell)))


def _one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def _inline_text(element: Any, skip: str = "") -> str:
    """The text of an element on one line, or on more where it has line breaks; elements with the tag ``skip`` are left
    out."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\x00")
        elif child.tag != skip:
            parts += [" " if child.tag in ("p", "item", "cell") else "", _inline_text(child, skip)]
        parts.append(child.tail or "")
    return "\n".join(line for part in "".join(parts).split("\x00") if (line := " ".join(part.split())))


def without_title(blocks: list[Block], title: str) -> list[Block]:
    """The blocks without copies of the title among the first of them, because the metadata holds it."""
    first = [i for i, (text, _) in enumerate(blocks) if text][:_TITLE_BLOCKS]
    copies = [i for i in first if title and fold(blocks[i][0]) == fold(title)]
    return [block for i, block in enumerate(blocks) if i not in copies]


def assembled(blocks: list[Block]) -> tuple[str, list[Section]]:
    """The blocks as one text, and its sections in order. A heading that is the last block is text of a section."""
    filled = [(without_holes(text), is_heading) for text, is_heading in blocks if text]
    text, sections, heading = "", list[Section](), None
    parts: list[str] = []
    start = 0
    for i, (block, is_heading) in enumerate(filled):
        has_text = is_heading and i + 1 < len(filled)
        follows_heading = has_text and i > 0 and filled[i - 1][1]
        if has_text:
            heading = f"{heading} › {block}" if follows_heading and heading else block
        elif sections and sections[-1].heading == heading and not filled[i - 1][1]:
            sections[-1] = Section(Span(sections[-1].span.start, start + len(block)), heading)
        else:
            sections.append(Section(Span(start, start + len(block)), heading))
        parts.append(block)
        start += len(block) + 2
    text = "\n\n".join(parts)
    return text, sections
