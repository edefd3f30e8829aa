"""Reads EPUB: the pages of the spine in order, with headings and printed page numbers; notes come at the end."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from index.errors import ReadError
from ingest.metadata.describe import iso_date
from ingest.readers.office.archive import (
    Archive,
    Element,
    joined_path,
    kind_of,
    nearest,
    reversed_content,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import Block, extract_of, lines_of, table_of
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.types import Metadata, Reading

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGE_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_PARAGRAPHS = frozenset(
    (
        *("p", "div", "li", "dt", "dd", "section", "article", "aside", "blockquote", "pre", "figure", "figcaption"),
        *(
            "body",
            "ul",
            "ol",
            "dl",
            "header",
            "footer",
            "main",
            "caption",
            "center",
            "address",
            "hgroup",
            "td",
            "th",
            *_HEADINGS,
        ),
    )
)
_SILENT = frozenset(
    ("head", "script", "style", "template", "svg", "nav", "annotation", "rt", "rp", "audio", "video", "iframe")
)
_NOTES = frozenset(("footnote", "endnote", "rearnote", "footnotes", "endnotes", "rearnotes"))
_NOTE_LINKS = frozenset(("noteref", "backlink"))
_MATH_OPERATORS = {"mfrac": "/", "msup": "^", "msub": "_"}
_FILE_EVENTS = ("modification", "creation", "conversion")


def read_epub(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".epub")
    _refuse_locked(archive)
    container = archive.xml(_CONTAINER)
    rootfile = next((value_of(element, "full-path") for element in container.iter("{*}rootfile")), "")
    package = archive.xml(joined_path("", rootfile))
    book = _Book()
    for member in _spine(archive, package, posixpath.dirname(rootfile)):
        book.add(_page(archive, member))
    return Reading((extract_of(book.blocks, book.notes, _metadata(package), name),))


def _refuse_locked(archive: Archive) -> None:
    """Raises ReadError for encrypted text, which only the shop's own program can read. Encrypted fonts do no harm."""
    if _ENCRYPTION not in archive.members:
        return
    methods = archive.xml(_ENCRYPTION).iterfind(".//{*}EncryptedData/{*}EncryptionMethod")
    if any(value_of(method, "Algorithm") not in _FONTS_ONLY for method in methods):
        raise ReadError(f"{archive.name} is locked by its shop (DRM) and cannot be read: get a copy without the lock.")


def _metadata(package: Element) -> Metadata:
    metadata = next(package.iterchildren("{*}metadata"), None)
    if metadata is None:
        return Metadata(kind="book")
    return Metadata(
        title=title_of(next(texts_of(metadata, "title"), "")),
        authors=authors_of(_creators(metadata)),
        published=_published(metadata),
        publisher=next(texts_of(metadata, "publisher"), None),
        language=next(texts_of(metadata, "language"), "").partition("-")[0].lower() or None,
        kind="book",
    )


def _creators(metadata: Element) -> Iterator[str]:
    """The names of the authors, without creators in another role, such as illustrators."""
    roles = {
        value_of(meta, "refines").lstrip("#"): (meta.text or "").strip()
        for meta in metadata.iter("{*}meta")
        if value_of(meta, "property") == "role"
    }
    for creator in metadata.iter("{*}creator"):
        role = value_of(creator, "role") or roles.get(value_of(creator, "id"), "")
        if role in ("", "aut"):
            yield one_line("".join(creator.itertext()))


def _published(metadata: Element) -> str | None:
    """The date of publication in ISO form; dates at which the file was created or changed do not count."""
    dates = [date for date in metadata.iter("{*}date") if value_of(date, "event") not in _FILE_EVENTS]
    dates.sort(key=lambda date: "publication" not in value_of(date, "event"))
    return next((iso for date in dates if (iso := iso_date((date.text or "").strip()))), None)


def _spine(archive: Archive, package: Element, folder: str) -> Iterator[str]:
    """The members with the pages, in reading order, each once, without the table of contents."""
    items = {value_of(item, "id"): item for item in package.iterfind("{*}manifest/{*}item")}
    contents = {
        joined_path(folder, value_of(reference, "href"))
        for reference in package.iterfind("{*}guide/{*}reference")
        if value_of(reference, "type") == "toc"
    }
    seen: set[str] = set()
    for itemref in package.iterfind("{*}spine/{*}itemref"):
        item = items.get(value_of(itemref, "idref"))
        if item is None or value_of(item, "media-type") not in _PAGE_TYPES:
            continue
        member = joined_path(folder, value_of(item, "href"))
        is_contents = "nav" in value_of(item, "properties").split() or member in contents
        if member not in seen and not is_contents:
            seen.add(member)
            yield member


def _page(archive: Archive, member: str) -> Element:
    """The root of a page, parsed as XML, or as HTML when it is not well-formed. Raises ReadError."""
    try:
        return archive.xml(member)
    except ReadError:
        data = archive.read(member)
    try:
        return lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(huge_tree=False))
    except (etree.LxmlError, ValueError) as error:
        raise archive.damaged(f"the page {ascii(member[:80])[1:-1]} cannot be read") from error


def _roles(element: Element) -> frozenset[str]:
    """The roles of an element as EPUB (epub:type) or ARIA (role) states them, without the prefix "doc-"."""
    values = (value for key, value in element.attrib.items() if key.rpartition("}")[2] in ("type", "role"))
    return frozenset(word.removeprefix("doc-") for value in values for word in value.split())


@dataclass(frozen=True, slots=True)
class _ParagraphEnd:
    """An entry of the stack: here a paragraph ends."""


@dataclass(slots=True)
class _Book:
    """The blocks of a book, collected page by page.

    ``label``: the number of the current printed page; ``parts``: the text of the current paragraph; ``open``: the kinds
    of the elements around it.
    """

    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    label: str | None = None
    parts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def add(self, page: Element) -> None:
        self._walk(page, self.blocks)

    def _walk(self, root: Element, blocks: list[Block]) -> None:
        """Adds the text of an element to ``blocks``, a block for each paragraph. Not recursive, for deep nesting."""
        stack: list[Element | str | _ParagraphEnd] = reversed_content(root)
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                self.parts.append(item.replace("\n", " "))
            elif isinstance(item, _ParagraphEnd):
                self._close(blocks)
                self.open.pop()
            else:
                stack += self._enter(item, blocks)
        self._close(blocks)

    def _enter(self, element: Element, blocks: list[Block]) -> list[Element | str | _ParagraphEnd]:
        """The items to push on the stack in place of an element, last first."""
        kind, roles = kind_of(element), _roles(element)
        if "pagebreak" in roles:
            self._close(blocks)
            label = value_of(element, "title") or value_of(element, "aria-label") or _flat(element)
            self.label = one_line(label) or self.label
            return []
        if kind in _SILENT or roles & _NOTE_LINKS:
            return []
        if roles & _NOTES and blocks is not self.notes:
            self._close(blocks)
            self._walk(element, self.notes)
            return []
        if kind == "table" and sum(map(len, rows := list(_rows_of(element)))) > 1:
            self._close(blocks)
            blocks.append(Block(table_of(map(_flat, row) for row in rows).text, page_label=self.label))
            return []
        self.parts.append("\n" if kind == "br" else _operator_before(element))
        if kind not in _PARAGRAPHS:
            return reversed_content(element)
        self._close(blocks)
        self.open.append(kind)
        return [_ParagraphEnd(), *reversed_content(element)]

    def _close(self, blocks: list[Block]) -> None:
        """Ends the current paragraph: its text becomes a block unless it is empty."""
        text = lines_of("".join(self.parts))
        self.parts.clear()
        level = next((_HEADINGS.index(kind) + 1 for kind in self.open if kind in _HEADINGS), 0)
        label = None if blocks is self.notes else self.label
        if level and text:
            blocks.append(Block(one_line(text), level, page_label=label))
        elif "li" in self.open and text and blocks is not self.notes:
            blocks.append(Block(f"- {one_line(text)}", is_item=True, page_label=label))
        elif text:
            blocks.append(Block(text, page_label=label))


def _operator_before(element: Element) -> str:
    """The sign before the second part of a fraction or a power, so that 1/2 does not become 12; else ""."""
    parent, previous = element.getparent(), element.getprevious()
    is_second = parent is not None and previous is not None and previous.getprevious() is None
    return _MATH_OPERATORS.get(kind_of(parent), "") if is_second else ""


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells."""
    for row in nearest(table, ("tr",), ("table",)):
        yield list(nearest(row, ("td", "th"), ("table",)))


def _flat(element: Element) -> str:
    """All the text inside an element; paragraphs and line breaks become spaces."""
    parts: list[str] = []
    stack = reversed_content(element)
    while stack:
        item = stack.pop()
        if isinstance(item, str):
            parts.append(item)
        elif kind_of(item) not in _SILENT and not _roles(item) & _NOTE_LINKS:
            parts.append(" " if kind_of(item) in _PARAGRAPHS or kind_of(item) == "br" else "")
            stack += reversed_content(item)
    return "".join(parts)
