"""Reads FictionBook (FB2): the sections of the body with their titles; the bodies of notes and comments at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from index.errors import ReadError
from index.text.raised import subscript, superscript
from ingest.metadata.describe import iso_date
from ingest.readers.office.archive import Element, kind_of, nearest, parsed_xml, reversed_content, texts_of, value_of
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_of
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.types import Metadata, Reading

_PARAGRAPHS = frozenset(("p", "v", "text-author", "date", "subtitle"))
_MAX_LEVEL = 6
_HINT = "Open it and save it again as .fb2 or .epub"


def read_fb2(data: bytes, name: str) -> Reading:
    try:
        root = parsed_xml(data)
    except (etree.LxmlError, ValueError) as error:
        raise ReadError(f"{name} is damaged: it is no XML ({' '.join(str(error).split())[:120]}). {_HINT}.") from error
    if kind_of(root) != "FictionBook":
        raise ReadError(f"{name} is no FictionBook, whatever its name says. {_HINT}.")
    book = _Book()
    for body in root.iterchildren("{*}body"):
        target = book.notes if value_of(body, "name") in ("notes", "comments", "footnotes") else book.blocks
        target += book.section(body, 0)
    return Reading((extract_of(book.blocks, book.notes, _metadata(root), name),))


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


@dataclass(slots=True)
class _Book:
    """The blocks of the bodies, and those of the notes."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)

    def section(self, section: Element, level: int) -> Iterator[Block]:
        """The blocks of a body or section. The parser limits how deep sections are nested."""
        for element in section:
            kind = kind_of(element)
            if kind == "section":
                yield from self.section(element, level + 1)
            elif kind == "title":
                heading = one_line(" ".join(_inline(paragraph) for paragraph in element.iterchildren("{*}p")))
                yield Block(heading, level=max(1, min(level, _MAX_LEVEL)), is_title=level == 0)
            elif kind == "table":
                yield table_of(map(_inline, nearest(row, ("td", "th"), ())) for row in nearest(element, ("tr",), ()))
            elif kind in _PARAGRAPHS:
                yield Block(lines_of(_inline(element)))
            elif kind in ("epigraph", "cite", "poem", "stanza", "annotation"):
                yield from self.section(element, level + 1)


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
