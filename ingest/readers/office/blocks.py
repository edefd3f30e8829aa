"""Paragraphs, headings, lists and tables of a formatted document as one text, with its sections and its origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from itertools import dropwhile, takewhile

from index.types import Origin, Section, Span
from ingest.boilerplate.clean import LONGEST_PAGE, certain_boilerplate
from ingest.boilerplate.units import folded
from ingest.encoding import without_holes
from ingest.metadata.describe import describe, iso_date
from ingest.metadata.people import people
from ingest.readers.plain import require_text, sections_of
from ingest.types import Extract, Metadata

NOTES = "Notes"
# A paragraph that was set as a heading to make it bold is still a paragraph.
_LONGEST_HEADING = 200
_TITLE_WITHIN = 5
_ORIGIN_WITHIN = 8
_NO_TITLE = "\ufffd"  # a title that no line can have: nothing is taken for one

_INVISIBLE = dict.fromkeys(map(ord, "\xad\u200b\ufeff"))
_TOOLS = re.compile(
    r"(?:microsoft|ms)? ?(?:office|word|windows)(?: (?:user|365))?|admin(?:istrator)?"
    r"|(?:user|owner|guest|author|default|unknown|un-?named|anonymous|nobody|root|pc|home|me)\d*"
    r"|your name|user name|usuario|utilisateur|benutzer"
    r"|python-docx|apache poi|pandoc|calibre(?: .*)?|libre ?office.*|open ?office.*|google docs|pages|aspose.*"
    r"|(?:dell|hp|lenovo|asus|acer|toshiba|apple)",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"[a-z0-9._-]+|[A-Za-z]*\d[\w.-]*")
_STALE_TITLE = re.compile(
    r"microsoft word - .*|(?:document|dokument|untitled|unknown|no title|title|template)[ -]?\d*|word document"
    r"|.{1,100}\.(?:docx?|dotx?|odt|rtf|pdf|txt)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, a table, an item of a list; with a ``level`` from 1 on a heading. ``is_title``: set as the title."""

    text: str
    level: int = 0
    is_title: bool = False
    is_item: bool = False
    page_label: str | None = None


def one_line(text: str) -> str:
    """The text as a reader sees it on one line."""
    return " ".join(without_holes(text).translate(_INVISIBLE).split())


def lines_of(text: str) -> str:
    """The text with its own line breaks, each line as a reader sees it."""
    return "\n".join(line for part in text.split("\n") if (line := one_line(part)))


def table_of(rows: Iterable[Iterable[str]]) -> Block:
    """A row a line, its cells between bars."""
    lines = (" | ".join(text for cell in row if (text := one_line(cell))) for row in rows)
    return Block("\n".join(line for line in lines if line))


def authors_of(names: Iterable[str]) -> tuple[str, ...]:
    """The people among the names that a program wrote into a file: "Microsoft Office User" and "jsmith2" are none."""
    return tuple(name for name in people(list(names)) if not _TOOLS.fullmatch(name) and not _LOGIN.fullmatch(name))


def title_of(text: str) -> str:
    """A title from a file's properties, "" for what a program put there: "Document1", "report.docx"."""
    title = one_line(text)
    return "" if _STALE_TITLE.fullmatch(title) else title


def extract_of(
    blocks: Iterable[Block], notes: Iterable[Block], said: Metadata, name: str, left_out: Iterable[str] = ()
) -> Extract:
    """The document out of its blocks and footnotes; ``said`` is what the format's own fields say. Raises ReadError."""
    filled = [_sound(block) for block in blocks if block.text]
    require_text("".join(block.text for block in filled), name)
    said, filled = _titled(said, filled)
    about, body = _described(replace(said, title=said.title or _guessed_title(filled)), filled)
    ending = [one for one in notes if one.text]
    text, sections = assembled([*body, *([Block(NOTES, level=1), *ending] if ending else [])])
    dropped = certain_boilerplate(text)
    if not any(block.level or block.page_label for block in body) and len(text) <= LONGEST_PAGE:
        sections = _seen_sections(text, sections, dropped)
    kept = tuple(one for one in sections if not any(one.span.within(span) for span in dropped))
    return Extract(text, _with_origins(said, about), kept, dropped, left_out=tuple(dict.fromkeys(left_out)))


def _sound(block: Block) -> Block:
    return replace(block, level=0, is_title=False) if len(block.text) > _LONGEST_HEADING else block


def _titled(said: Metadata, blocks: list[Block]) -> tuple[Metadata, list[Block]]:
    """A paragraph set as the title is the title, rather than what the file's properties say: those are often stale,
    the paragraph is what a reader sees. Set so further down it is a heading."""
    head = blocks[: _TITLE_WITHIN + 3]
    lines = list(takewhile(lambda one: one.is_title, dropwhile(lambda one: not one.is_title, head)))
    rest = [replace(one, level=1) if one.is_title and not any(one is line for line in lines) else one for one in blocks]
    if not lines:
        return said, rest
    body = [one for one in rest if not any(one is line for line in lines)]
    return (replace(said, title=one_line(" ".join(one.text for one in lines))), body) if body else (said, rest)


def _guessed_title(blocks: Sequence[Block]) -> str:
    """The only heading of the first level where it stands first, or a line above the text that is no heading."""
    top = [i for i, block in enumerate(blocks) if block.level == 1]
    if top == [0] and len(blocks) > 1:
        return blocks[0].text
    lines = (block.text for block in blocks[:60] if not block.is_item and "\n" not in block.text)
    title = describe("\n\n".join(lines)).metadata.title
    return "" if any(block.level and folded(block.text) == folded(title) for block in blocks) else title


def _described(known: Metadata, blocks: list[Block]) -> tuple[Metadata, list[Block]]:
    """What the lines above the text add, and the text without those lines. A book says what it is in its own fields: a
    date in it may be a diary's. A document that is nothing but such lines keeps them."""
    above = [_says(block.text, known) for block in blocks[:_ORIGIN_WITHIN]]
    body = [block for i, block in enumerate(blocks) if not (i < len(above) and above[i])] or blocks
    if known.kind == "book":
        return known, body
    head = f"{known.title}\n\n" if known.title else ""
    found = describe(head + "\n\n".join(block.text for block in body), replace(known, title=known.title or _NO_TITLE))
    return replace(found.metadata, title=known.title), list(_without(body, found.moved, len(head))) or body


def _says(text: str, about: Metadata) -> bool:
    """True for a line that says nothing but the title, the authors, the publisher or the date that are known."""
    if len(text) > _LONGEST_HEADING:
        return False
    known = [folded(one) for one in (about.title, about.publisher, *about.authors) if one]
    signed = bool(about.authors) and people(text) == about.authors
    dated = bool(about.published) and len(text) <= 20 and iso_date(text) == about.published
    return folded(text) in known or signed or dated


def _without(blocks: Sequence[Block], moved: Sequence[Span], at: int) -> Iterator[Block]:
    """The blocks without the lines that are metadata now; the first block begins ``at``."""
    for block in blocks:
        if not moved or at >= moved[-1].end:
            yield block
            continue
        kept = []
        for line in block.text.split("\n"):
            if not any(span.start <= at < span.end for span in moved):
                kept.append(line)
            at += len(line) + 1
        at += 1
        if kept:
            yield replace(block, text="\n".join(kept))


def _with_origins(said: Metadata, found: Metadata) -> Metadata:
    usual = Metadata()
    names = [one.name for one in fields(Metadata) if one.name != "origins"]
    known = [name for name in names if getattr(found, name) != getattr(usual, name)]
    return replace(found, origins={name: Origin.FORMAT if getattr(said, name) else Origin.TEXT for name in known})


def _seen_sections(text: str, sections: Sequence[Section], dropped: tuple[Span, ...]) -> list[Section]:
    """Headings that are only set off by blank lines, where the format marks none; the notes keep theirs."""
    notes = [one for one in sections if one.heading == NOTES]
    end = text.rfind(NOTES, 0, notes[0].span.start) if notes else len(text)
    return [*sections_of(text[:end], [span for span in dropped if span.end <= end]), *notes]


def assembled(blocks: Sequence[Block]) -> tuple[str, list[Section]]:
    """The blocks as one text, and its sections. A heading with nothing under it is text of the section before."""
    parts: list[str] = []
    sections: list[Section] = []
    path: list[Block] = []
    at = 0
    for i, block in enumerate(blocks):
        parts.append(_joint(blocks, i))
        at += len(parts[-1])
        span = Span(at, at + len(block.text))
        if block.level:
            path = _above(path, block.level)
        if block.level and _leads(blocks, i):
            path.append(block)
        else:
            after_text = i > 0 and bool(sections) and sections[-1].span.end == at - len(parts[-1])
            _extend(sections, Section(span, _shown(path), page_label=block.page_label), after_text)
        parts.append(block.text)
        at = span.end
    return "".join(parts), sections


def _above(path: list[Block], level: int) -> list[Block]:
    return [*takewhile(lambda block: block.level < level, path)]


def _joint(blocks: Sequence[Block], i: int) -> str:
    if i == 0:
        return ""
    return "\n" if blocks[i].is_item and blocks[i - 1].is_item else "\n\n"


def _leads(blocks: Sequence[Block], i: int) -> bool:
    """True for a heading with text or a deeper heading under it."""
    return i + 1 < len(blocks) and not 0 < blocks[i + 1].level <= blocks[i].level


def _shown(path: Iterable[Block]) -> str | None:
    return " › ".join(one_line(block.text) for block in path) or None


def _extend(sections: list[Section], new: Section, after_text: bool) -> None:
    """Adds a section, or makes the last one longer when nothing parts the two."""
    last = sections[-1] if after_text else None
    if last is not None and (last.heading, last.page_label) == (new.heading, new.page_label):
        sections[-1] = replace(last, span=Span(last.span.start, new.span.end))
    else:
        sections.append(new)
