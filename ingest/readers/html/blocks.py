"""The blocks of an article as one text with sections."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from index.types import Section, Span
from ingest.boilerplate.text_units import fold
from ingest.encoding import without_holes
from ingest.readers.html.page_blocks import Kind, PageBlock

_TITLE_BLOCKS = 3  # first blocks among which the title may be repeated (a guess)

Block = tuple[str, bool]
"""A text and whether it is a heading."""


def joined(blocks: Iterable[PageBlock]) -> Iterator[Block]:
    """The blocks with the marks of items; adjacent items, and the adjacent rows of a table, are one block."""
    for (kind, _), group in groupby(blocks, _run):
        lines = [block.line for block in group]
        if kind in (Kind.ITEM, Kind.ROW):
            yield "\n".join(lines), False
        else:
            yield from ((line, kind is Kind.HEADING) for line in lines)


def _run(block: PageBlock) -> tuple[Kind, object]:
    return block.kind, next(block.element.iterancestors("table"), None) if block.kind is Kind.ROW else None


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
