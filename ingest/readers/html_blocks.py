"""An article as trafilatura hands it over, as one text with its sections."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.types import Section, Span
from ingest.readers.encoding import without_holes
from ingest.units import folded

_TITLE_WITHIN = 3

Block = tuple[str, bool]


def blocks_of(body: Any) -> Iterator[Block]:
    """The paragraphs of the extraction in order, each with whether it is a heading."""
    for element in body:
        tag = element.tag
        if tag == "head":
            yield _inline(element), True
        elif tag == "list":
            yield "\n".join(f"- {line}" for line in _items(element)), False
        elif tag == "table":
            yield "\n".join(" | ".join(_cells(row)) for row in element.iter("row")), False
        elif tag in ("quote", "div", "ab") and any(child.tag in ("p", "list", "head", "table") for child in element):
            yield _own(element.text), False
            yield from blocks_of(element)
        else:
            yield _inline(element), False
        if element.tail and element.tail.strip():
            yield _own(element.tail), False


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
