"""What the slides of PPTX and ODP have in common: the order of reading, titles as headings, notes after their slide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.readers.office.archive import Element
from ingest.readers.office.blocks import NOTES, Block, extract_of
from ingest.readers.office.unread import Unread
from ingest.types import Extract, Metadata

Point = tuple[float, float]
"""Down and across, in millimetres."""

_SAME_ROW = 10.0  # millimetres: shapes whose upper edges are this close stand side by side (a guess)
_LEVEL = 2  # of a slide's title: a heading of level 1 above all others would be taken for that of the document


def in_reading_order(shapes: Iterable[tuple[Point, Element]]) -> list[Element]:
    """The shapes in rows from top to bottom, each row from left to right."""
    placed = sorted(((point, i, shape) for i, (point, shape) in enumerate(shapes)), key=lambda entry: entry[:2])
    ordered: list[Element] = []
    while placed:
        lowest = placed[0][0][0] + _SAME_ROW
        row = [entry for entry in placed if entry[0][0] <= lowest]
        ordered += [shape for _, _, shape in sorted(row, key=lambda entry: (entry[0][1], entry[1]))]
        placed = placed[len(row) :]
    return ordered


def slide_blocks(
    number: int, title: str, texts: Sequence[Block], notes: Sequence[Block], *, is_cover: bool = False
) -> Iterator[Block]:
    """The blocks of a slide under its title, or its number without one; then its notes. ``is_cover``: the title is that
    of the document."""
    filled = [block for block in texts if block.text]
    if title or filled:
        is_title = is_cover and number == 1 and bool(title)
        yield Block(title or _number_as_title(number), level=_LEVEL, is_title=is_title, page=number)
    yield from (replace(block, page=number) for block in filled)
    spoken = [block for block in notes if block.text]
    if spoken:
        yield Block(NOTES, level=_LEVEL + 1, page=number)
        yield from (replace(block, page=number) for block in spoken)


def extract_of_slides(
    blocks: Sequence[Block],
    hidden: Sequence[int],
    properties: Metadata,
    name: str,
    left_out: Iterable[str],
    unread: Unread,
) -> Extract:
    """The document of all slides. Without a title in the file's properties, the first slide's title is that of the
    document. ``hidden``: the numbers of the slides that the show leaves out. Raises ReadError when there is no text."""
    if blocks and blocks[0].page == 1 and blocks[0].text != _number_as_title(1) and not properties.title:
        blocks = [replace(blocks[0], is_title=bool(blocks[0].level)), *blocks[1:]]
    extract = extract_of(blocks, (), properties, name, left_out, unread)
    return replace(extract, warnings=(*extract.warnings, *_hidden_warning(hidden)))


def _number_as_title(number: int) -> str:
    return f"Slide {number}"


def _hidden_warning(slides: Sequence[int]) -> tuple[str, ...]:
    numbers = ", ".join(map(str, slides[:20])) + (" …" if len(slides) > 20 else "")
    return (f"slides that are hidden in the show were read too: {numbers}",) if slides else ()
