"""An article as trafilatura hands it over, as one text with its sections."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, groupby, islice
from typing import Any

from lxml import etree

from index.types import Section, Span
from ingest.boilerplate.units import folded
from ingest.encoding import without_holes

_TITLE_WITHIN = 3
_LISTS = frozenset(("ul", "ol", "dl"))
_START = re.compile(r"-?\d{1,6}")
_NO_WORD = re.compile(r"\W+")
_KEY = 40  # characters of words that tell one line from another
_MOST_STEPS = 200
# So much of what the page shows must be in an extraction without paragraphs for the page's own to stand for them.
_WHOLE = 0.8

Block = tuple[str, bool]
Marks = Mapping[str, str]
"""What a page sets in front of a line, by how the line begins: "3." or "-" for an item, "#" for a heading."""


def marks_of(tree: Any) -> Marks:
    """Of all items and headings; where two lines begin alike and are marked otherwise, nothing is known."""
    found: dict[str, str] = {}
    for element, mark in chain(((head, "#") for head in tree.iter("h1", "h2", "h3", "h4", "h5", "h6")), _listed(tree)):
        key = _key(_beginning(element))
        found[key] = mark if found.get(key, mark) == mark else ""
    return found


def _listed(tree: Any) -> Iterator[tuple[Any, str]]:
    """The items of all lists with their bullets and numbers. A list that counts otherwise has bullets here."""
    for listing in tree.iter("ul", "ol"):
        counts = listing.tag == "ol" and "reversed" not in listing.attrib and listing.get("type", "1") == "1"
        number = _number(listing.get("start"), 1)
        for item in listing.iterchildren("li"):
            number = _number(item.get("value"), number)
            yield item, f"{number}." if counts else "-"
            number += 1


def _number(text: str | None, usual: int) -> int:
    return int(text) if text and _START.fullmatch(text) else usual


def _beginning(element: Any) -> str:
    """The first words of an element, up to a list inside it."""
    parts: list[str] = []
    for event, one in islice(etree.iterwalk(element, events=("start", "end")), _MOST_STEPS):
        if one is not element and one.tag in _LISTS:
            break
        text = one.text if event == "start" else one.tail if one is not element else ""
        parts.append("".join((text or "").split()))
    return "".join(parts)


def _key(line: str) -> str:
    return _NO_WORD.sub("", line[: 8 * _KEY])[:_KEY]


def run_together(body: Any, shown: Sequence[str]) -> list[str]:
    """The lines of an extraction that has no paragraphs, as short pages have it: the page's own where it is all of the
    page. No line for any other."""
    text = body[0].text or "" if len(body) == 1 and body[0].tag == "p" and not len(body[0]) else ""
    lines = [line for part in text.split("\n") if (line := _own(part))]
    whole = len("".join(lines)) >= _WHOLE * len("".join(shown))
    return [] if len(lines) < 2 else list(shown) if whole else lines


def marked(lines: Sequence[str], marks: Marks) -> Iterator[Block]:
    """Lines as blocks: the items of a list and the rows of a table are one."""
    each = [(line, marks.get(_key(line), "")) for line in lines]
    for kind, group in groupby(each, lambda one: "#" if one[1] == "#" else "-" if one[1] else "|" * (" | " in one[0])):
        if kind in ("-", "|"):
            yield "\n".join(_item(line, marks) if mark else line for line, mark in group), False
        else:
            yield from ((line, kind == "#") for line, _ in group)


def blocks_of(body: Any, marks: Marks) -> Iterator[Block]:
    """The paragraphs of the extraction in order, each with whether it is a heading."""
    for element in body:
        tag = element.tag
        if tag == "head":
            yield _inline(element), True
        elif tag == "list":
            yield "\n".join(_item(line, marks) for line in _items(element)), False
        elif tag == "table":
            yield "\n".join(" | ".join(_cells(row)) for row in element.iter("row")), False
        elif tag in ("quote", "div", "ab") and any(child.tag in ("p", "list", "head", "table") for child in element):
            yield _own(element.text), False
            yield from blocks_of(element, marks)
        else:
            yield _inline(element), False
        if element.tail and element.tail.strip():
            yield _own(element.tail), False


def _item(line: str, marks: Marks) -> str:
    """An item of a list with its number, if it has one; not with two where its text begins with one."""
    mark = marks.get(_key(line), "")
    number = mark if mark.endswith(".") else "-"
    return line if line.startswith(f"{number} ") else f"{number} {line}"


def _items(listing: Any) -> Iterator[str]:
    return (line for item in listing.iter("item") if (line := _inline(item, skip="list")))


def _cells(row: Any) -> Iterator[str]:
    return (text for cell in row.iter("cell") if (text := _inline(cell)))


def _own(text: str | None) -> str:
    return " ".join((text or "").split())


def _inline(element: Any, skip: str = "") -> str:
    """The text of an element on one line, or on more where it has line breaks; without what is inside ``skip``."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "lb":
            parts.append("\x00")
        elif child.tag != skip:
            parts += [" " if child.tag in ("p", "item", "cell") else "", _inline(child, skip)]
        parts.append(child.tail or "")
    return "\n".join(line for part in "".join(parts).split("\x00") if (line := " ".join(part.split())))


def without_title(blocks: list[Block], title: str) -> list[Block]:
    """The blocks without the title above them: it is in the metadata."""
    filled = [i for i, (text, _) in enumerate(blocks) if text][:_TITLE_WITHIN]
    copies = [i for i in filled if title and folded(blocks[i][0]) == folded(title)]
    return [block for i, block in enumerate(blocks) if i not in copies]


def assembled(blocks: list[Block]) -> tuple[str, list[Section]]:
    """The blocks as one text, and its sections. A heading with nothing under it is text of the section before."""
    filled = [(without_holes(text), is_heading) for text, is_heading in blocks if text]
    text, sections, heading = "", list[Section](), None
    parts: list[str] = []
    at = 0
    for i, (block, is_heading) in enumerate(filled):
        leads = is_heading and i + 1 < len(filled)
        stacked = leads and i > 0 and filled[i - 1][1]
        if leads:
            heading = f"{heading} › {block}" if stacked and heading else block
        elif sections and sections[-1].heading == heading and not filled[i - 1][1]:
            sections[-1] = Section(Span(sections[-1].span.start, at + len(block)), heading)
        else:
            sections.append(Section(Span(at, at + len(block)), heading))
        parts.append(block)
        at += len(block) + 2
    text = "\n\n".join(parts)
    return text, sections
