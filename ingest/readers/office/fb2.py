"""Reads FictionBook (FB2): the sections of the body with their titles; the bodies of notes and comments at the end."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from index.errors import ReadError
from index.text.raised import subscript, superscript
from ingest.metadata.describe import iso_date
from ingest.readers.office.archive import (
    Element,
    kind_of,
    nearest,
    parsed_xml,
    reversed_content,
    spans_of,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_of
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.readers.table_rows import SpanningCell, in_columns
from ingest.types import Metadata, Reading

_PARAGRAPHS = frozenset(("p", "v", "text-author", "date", "subtitle"))
_NOTES = ("notes", "comments", "footnotes")  # names of bodies
_MAX_LEVEL = 6
_HINT = "Open it and save it again as .fb2 or .epub"


def read_fb2(data: bytes, name: str) -> Reading:
    try:
        root = parsed_xml(data)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"{name} is damaged: it is no XML ({' '.join(str(error).split())[:120]}). {_HINT}.") from error
    if kind_of(root) != "FictionBook":
        raise ReadError(f"{name} is no FictionBook, whatever its name says. {_HINT}.")
    blocks: list[Block] = []
    notes: list[Block] = []
    for body in root.iterchildren("{*}body"):
        if value_of(body, "name") in _NOTES:
            notes += [_note(section) for section in body.iterchildren("{*}section")]
        else:
            blocks += _section(body, 0)
    return Reading((extract_of(blocks, notes, _metadata(root), name),))


def _metadata(root: Element) -> Metadata:
    about = next(root.iterfind("{*}description/{*}title-info"), None)
    printed = next(root.iterfind("{*}description/{*}publish-info"), None)
    if about is None:
        return Metadata(kind="book")
    names = (" ".join(texts) for author in about.iterchildren("{*}author") if (texts := list(_name(author))))
    dates = [*_texts(printed, "year"), *(value_of(date, "value") for date in about.iterchildren("{*}date"))]
    return Metadata(
        title=title_of(next(_texts(about, "book-title"), "")),
        authors=authors_of(names),
        published=next((iso for date in (*dates, *_texts(about, "date")) if (iso := iso_date(date))), None),
        publisher=next(_texts(printed, "publisher"), None),
        language=next(_texts(about, "lang"), "").partition("-")[0].lower() or None,
        kind="book",
    )


def _texts(element: Element | None, kind: str) -> Iterator[str]:
    return texts_of(element, kind) if element is not None else iter(())


def _name(author: Element) -> Iterator[str]:
    """The parts of a name in their order; the nickname of an author without a name."""
    parts = [text for kind in ("first-name", "middle-name", "last-name") for text in texts_of(author, kind)]
    yield from parts or texts_of(author, "nickname")


def _section(section: Element, level: int) -> Iterator[Block]:
    """The blocks of a body or section. The parser limits how deep sections are nested."""
    for element in section:
        kind = kind_of(element)
        if kind == "section":
            yield from _section(element, level + 1)
        elif kind == "title":
            heading = one_line(" ".join(_inline(paragraph) for paragraph in element.iterchildren("{*}p")))
            yield Block(heading, level=max(1, min(level, _MAX_LEVEL)), is_title=level == 0)
        elif kind == "table":
            rows = (nearest(row, ("td", "th"), ()) for row in nearest(element, ("tr",), ()))
            cells = in_columns(((SpanningCell(_inline(cell), *spans_of(cell)) for cell in row) for row in rows), len)
            yield table_of(cells)
        elif kind in _PARAGRAPHS:
            yield Block(lines_of(_inline(element)))
        elif kind in ("epigraph", "cite", "poem", "stanza", "annotation"):
            yield from _section(element, level + 1)


def _note(section: Element) -> Block:
    """A note as one paragraph, without its number: the text has no marks that refer to it."""
    return Block(one_line(" ".join(block.text for block in _section(section, 1) if not block.level)))


def _inline(element: Element) -> str:
    """The text of a paragraph without the marks of its notes; raised and lowered characters as such."""
    text = ""
    stack = reversed_content(element)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            text += item.replace("\n", " ")
        elif kind_of(item) in ("sup", "sub"):
            inner = "".join(item.itertext())
            text += superscript(inner, text) if kind_of(item) == "sup" else subscript(inner)
        elif not (kind_of(item) == "a" and value_of(item, "type") == "note"):
            stack += reversed_content(item)
    return text
