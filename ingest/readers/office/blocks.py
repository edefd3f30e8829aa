"""Joins the paragraphs, headings, lists and tables of a formatted document into one text with sections and metadata."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import dropwhile, takewhile

from index.errors import ReadError
from index.types import Origin, Section, Span
from ingest.boilerplate.clean import MAX_PAGE_CHARS, certain_boilerplate_spans
from ingest.boilerplate.text_units import fold
from ingest.metadata.describe import describe, iso_date
from ingest.metadata.people import parse_names
from ingest.metadata.signatures import looks_signed
from ingest.readers.office.properties import is_organisation, one_line
from ingest.readers.office.unread import Unread
from ingest.readers.plain import require_text, sections_of
from ingest.readers.table_rows import SpanningCell, in_columns, row_lines
from ingest.types import Extract, Metadata

NOTES = "Notes"
# Characters (a guess). A longer paragraph that was styled as a heading, to make it bold, is still a paragraph.
_LONGEST_HEADING = 200
_TITLE_BLOCKS = 8  # blocks at the start of the text that may be the title (a guess)
_PROSE_CHARS = 80  # a paragraph in a cell from this length on is running text (a guess)
_METADATA_BLOCKS = 8  # blocks at the start of the text that may repeat the metadata (a guess)
_NO_TITLE = "\ufffd"  # stands for an unknown title: no line equals it, so no line is taken for the title


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table or a list item; a heading when ``level`` is 1 or more.

    ``is_title``: styled as the title; ``is_table``: a table or the text of a cell, which is never guessed to be a
    heading, a title or a byline; ``page`` counts from 1; ``time``: seconds from the start of a recording.
    """

    text: str
    level: int = 0
    is_title: bool = False
    is_item: bool = False
    page_label: str | None = None
    is_table: bool = False
    page: int | None = None
    time: float | None = None


def lines_of(text: str) -> str:
    """The text with its line breaks, each line as ``one_line`` gives it, empty lines left out."""
    return "\n".join(line for part in text.split("\n") if (line := one_line(part)))


def table_of(rows: Iterable[Iterable[str | None]]) -> Block:
    """A table as one block: a line for each row that is not empty. A cell is None where a neighbour reaches."""
    lines = row_lines([[None if cell is None else one_line(cell) for cell in row] for row in rows])
    return Block("\n".join(filter(None, lines)), is_table=True)


def table_blocks(rows: Iterable[Iterable[SpanningCell[Sequence[Block]]]]) -> Iterator[Block]:
    """A table of which each cell is given as its blocks: one block; or, where a cell holds several paragraphs of
    running text, or the table is one cell alone, the blocks as they stand, row by row."""
    given = [[cell._replace(content=[block for block in cell.content if block.text]) for cell in row] for row in rows]
    flat = [cell.content for row in given for cell in row]
    if len(flat) == 1 or any(sum(map(_is_prose, cell)) > 1 for cell in flat):
        for cell in flat:
            yield from (replace(block, is_table=block.is_table or len(cell) == 1) for block in cell)
    elif flat:
        cells = in_columns(given, lambda blocks: sum(len(block.text) for block in blocks))
        yield table_of((None if cell is None else " ".join(map(_in_cell, cell)) for cell in row) for row in cells)


def _is_prose(block: Block) -> bool:
    return len(block.text) >= _PROSE_CHARS and not (block.is_item or block.is_table or block.level)


def _in_cell(block: Block) -> str:
    """The text of a block in a cell; the rows of a table inside it are told apart by semicolons."""
    return block.text.replace("\n", "; ") if block.is_table else block.text


def extract_of(
    blocks: Iterable[Block],
    notes: Iterable[Block],
    properties: Metadata,
    name: str,
    left_out: Iterable[str] = (),
    unread: Unread | None = None,
) -> Extract:
    """The document made of its blocks, then its notes. ``properties``: the metadata in the format's own fields;
    ``unread``: what could not be read.

    Raises ReadError when the blocks hold no text.
    """
    filled = [_without_long_heading(block) for block in blocks if block.text]
    ending = [note for note in notes if note.text]
    warnings = unread.warnings() if unread else ()
    _require_text(filled or ending, name, unread)
    properties, filled = _titled(properties, filled)
    known = replace(properties, title=properties.title or _guessed_title(filled))
    metadata, body, uncertain = _described(known, filled)
    whole = [*body, *([Block(NOTES, level=1), *ending] if ending else [])]
    text, sections = assembled(whole)
    dropped = certain_boilerplate_spans(text)
    if not any(block.level or block.page_label or block.page for block in body) and len(text) <= MAX_PAGE_CHARS:
        sections = _plain_text_sections(text, sections, dropped, _no_heading_spans(whole))
    remaining = tuple(section for section in sections if not any(section.span.within(span) for span in dropped))
    unique_left_out = tuple(dict.fromkeys(left_out))
    described = _with_origins(properties, metadata)
    return Extract(text, described, remaining, dropped, warnings=(*warnings, *uncertain), left_out=unique_left_out)


def _require_text(blocks: Sequence[Block], name: str, unread: Unread | None) -> None:
    """Raises ReadError when there is no block: with the damage to the file, where that is the reason."""
    if not blocks and unread and unread.parts:
        raise ReadError(f"{name} is damaged, and what is left holds no text: {unread.parts[0]}.")
    require_text("".join(block.text for block in blocks), name)


def _without_long_heading(block: Block) -> Block:
    """The block; as a plain paragraph when it is too long to be a heading."""
    return replace(block, level=0, is_title=False) if len(block.text) > _LONGEST_HEADING else block


def _titled(properties: Metadata, blocks: list[Block]) -> tuple[Metadata, list[Block]]:
    """The metadata with the title, and the blocks without it.

    The first paragraphs styled as the title win over the file's properties: those are often stale, whereas a reader
    sees the paragraph. A paragraph further down that is styled as the title becomes a heading.
    """
    first = dropwhile(lambda block: not block.is_title, blocks[:_TITLE_BLOCKS])
    lines = list(takewhile(lambda block: block.is_title, first))
    rest = [
        replace(block, level=1) if block.is_title and not any(block is line for line in lines) else block
        for block in blocks
    ]
    if not lines:
        return properties, rest
    body = [block for block in rest if not any(block is line for line in lines)]
    if not body:
        return properties, rest
    return replace(properties, title=one_line(" ".join(line.text for line in lines))), body


def _guessed_title(blocks: Sequence[Block]) -> str:
    """A title for a document without one; "" when there is none.

    It is the only heading of level 1 where that is the first block, else a line above the text that is no heading.
    """
    top = [i for i, block in enumerate(blocks) if block.level == 1]
    if top == [0] and len(blocks) > 1:
        return blocks[0].text
    lines = (block.text for block in blocks[:60] if not (block.is_item or block.is_table or "\n" in block.text))
    title = describe("\n\n".join(lines)).metadata.title
    return "" if any(block.level and fold(block.text) == fold(title) for block in blocks) else title


def _described(known: Metadata, blocks: list[Block]) -> tuple[Metadata, list[Block], tuple[str, ...]]:
    """Adds the metadata in the first lines of the text, and removes those lines from the blocks; with warnings.

    A book is described by its own fields alone: a date in its text may be a diary's. A document that consists of
    nothing but such lines keeps them.
    """
    repeated = [not block.is_table and _repeats_metadata(block.text, known) for block in blocks[:_METADATA_BLOCKS]]
    body = [block for i, block in enumerate(blocks) if not (i < len(repeated) and repeated[i])] or blocks
    if known.kind == "book":
        return known, body, ()
    head = f"{known.title}\n\n" if known.title else ""
    text = head + "\n\n".join(block.text for block in body)
    is_signed = not all(map(is_organisation, known.authors))
    asked = replace(known, title=known.title or _NO_TITLE, authors=known.authors if is_signed else ())
    description = describe(text, asked)
    metadata = replace(description.metadata, title=known.title, authors=description.metadata.authors or known.authors)
    return metadata, list(_without(body, description.metadata_spans, len(head))) or body, description.warnings


def _repeats_metadata(text: str, metadata: Metadata) -> bool:
    """True for a line that holds nothing but the known title, authors, publisher or date."""
    if len(text) > _LONGEST_HEADING:
        return False
    known = [fold(value) for value in (metadata.title, metadata.publisher, *metadata.authors) if value]
    is_byline = bool(metadata.authors) and parse_names(text) == metadata.authors
    is_date = bool(metadata.published) and len(text) <= 20 and iso_date(text) == metadata.published
    return fold(text) in known or is_byline or is_date


def _without(blocks: Sequence[Block], moved: Sequence[Span], start: int) -> Iterator[Block]:
    """The blocks without the lines that were moved to the metadata; the first block begins at offset ``start``."""
    for block in blocks:
        if not moved or start >= moved[-1].end:
            yield block
            continue
        lines = []
        for line in block.text.split("\n"):
            if block.is_table or not any(span.start <= start < span.end for span in moved):
                lines.append(line)
            start += len(line) + 1
        start += 1
        if lines:
            yield replace(block, text="\n".join(lines))


def _with_origins(properties: Metadata, metadata: Metadata) -> Metadata:
    """The metadata with the origin of each known value: the format's own fields, else the text."""
    default = Metadata()
    names = [field.name for field in fields(Metadata) if field.name != "origins"]
    known = [name for name in names if getattr(metadata, name) != getattr(default, name)]
    is_stated = {name: bool(value := getattr(properties, name)) and value == getattr(metadata, name) for name in known}
    origins = {name: Origin.FORMAT if is_stated[name] else Origin.TEXT for name in known}
    return replace(metadata, origins=origins)


def _plain_text_sections(
    text: str, sections: Sequence[Section], dropped: tuple[Span, ...], no_headings: Sequence[Span]
) -> list[Section]:
    """Sections by headings that are set off by blank lines alone, for a text without styled headings.

    The section of the notes is kept.
    """
    notes = [section for section in sections if section.heading == NOTES]
    end = text.rfind(NOTES, 0, notes[0].span.start) if notes else len(text)
    return [*sections_of(text[:end], [span for span in dropped if span.end <= end], no_headings=no_headings), *notes]


def _no_heading_spans(blocks: Sequence[Block]) -> list[Span]:
    """Where tables, and bylines among the first blocks, stand in the text of these blocks."""
    spans, start = [], 0
    for i, block in enumerate(blocks):
        start += len(_separator(blocks, i))
        if block.is_table or (i < _METADATA_BLOCKS and looks_signed(block.text)):
            spans.append(Span(start, start + len(block.text)))
        start += len(block.text)
    return spans


def assembled(blocks: Sequence[Block]) -> tuple[str, list[Section]]:
    """The blocks as one text, and its sections in order.

    A heading with nothing under it becomes text of the section before it.
    """
    parts: list[str] = []
    sections: list[Section] = []
    path: list[Block] = []
    start = 0
    for i, block in enumerate(blocks):
        parts.append(_separator(blocks, i))
        start += len(parts[-1])
        span = Span(start, start + len(block.text))
        if block.level:
            path = _enclosing_headings(path, block.level)
        if block.level and _has_text_below(blocks, i):
            path.append(block)
        else:
            after_text = i > 0 and bool(sections) and sections[-1].span.end == start - len(parts[-1])
            new = Section(span, _joined_headings(path), block.page, block.page_label, block.time)
            _extend(sections, new, after_text)
        parts.append(block.text)
        start = span.end
    return "".join(parts), sections


def _enclosing_headings(path: list[Block], level: int) -> list[Block]:
    """The headings of the path that a heading of this level stands under."""
    return [*takewhile(lambda block: block.level < level, path)]


def _separator(blocks: Sequence[Block], i: int) -> str:
    """The line breaks between block ``i`` and the one before it."""
    if i == 0:
        return ""
    return "\n" if blocks[i].is_item and blocks[i - 1].is_item else "\n\n"


def _has_text_below(blocks: Sequence[Block], i: int) -> bool:
    """True for a heading with text or a deeper heading under it."""
    return i + 1 < len(blocks) and not 0 < blocks[i + 1].level <= blocks[i].level


def _joined_headings(path: Iterable[Block]) -> str | None:
    return " › ".join(one_line(block.text) for block in path) or None


def _extend(sections: list[Section], new: Section, after_text: bool) -> None:
    """Adds a section, or lengthens the last one when the new one continues it under the same heading, page and time."""
    last = sections[-1] if after_text else None
    if last is not None and replace(last, span=new.span) == new:
        sections[-1] = replace(last, span=Span(last.span.start, new.span.end))
    else:
        sections.append(new)
