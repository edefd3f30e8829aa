"""EPUB: the spine's pages in order, with headings, notes gathered and printed page numbers kept."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree
from lxml import html as lxml_html

from index.errors import ReadError
from ingest.metadata.describe import iso_date
from ingest.readers.office.archive import Archive, Element, inside, joined_path, kind_of, nearest, texts_of, value_of
from ingest.readers.office.blocks import Block, authors_of, extract_of, lines_of, one_line, table_of, title_of
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
_MARKS = frozenset(("noteref", "backlink"))
_MATH = {"mfrac": "/", "msup": "^", "msub": "_"}
_LATER = ("modification", "creation", "conversion")


def read_epub(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".epub")
    _refuse_locked(archive)
    container = archive.xml(_CONTAINER)
    rootfile = next((value_of(one, "full-path") for one in container.iter("{*}rootfile")), "")
    package = archive.xml(joined_path("", rootfile))
    book = _Book()
    for member in _spine(archive, package, posixpath.dirname(rootfile)):
        book.add(_page(archive, member))
    return Reading((extract_of(book.blocks, book.notes, _metadata(package), name),))


def _refuse_locked(archive: Archive) -> None:
    """Fonts may be scrambled; a scrambled text cannot be read by anything but the shop's own program."""
    if _ENCRYPTION not in archive.members:
        return
    methods = archive.xml(_ENCRYPTION).iterfind(".//{*}EncryptedData/{*}EncryptionMethod")
    if any(value_of(one, "Algorithm") not in _FONTS_ONLY for one in methods):
        raise ReadError(f"{archive.name} is locked by its shop (DRM) and cannot be read: get a copy without the lock.")


def _metadata(package: Element) -> Metadata:
    about = next(package.iterchildren("{*}metadata"), None)
    if about is None:
        return Metadata(kind="book")
    return Metadata(
        title=title_of(next(texts_of(about, "title"), "")),
        authors=authors_of(_creators(about)),
        published=_published(about),
        publisher=next(texts_of(about, "publisher"), None),
        language=next(texts_of(about, "language"), "").partition("-")[0].lower() or None,
        kind="book",
    )


def _creators(about: Element) -> Iterator[str]:
    """Who wrote it; a creator with another role, an illustrator for one, did not."""
    roles = {
        value_of(one, "refines").lstrip("#"): (one.text or "").strip()
        for one in about.iter("{*}meta")
        if value_of(one, "property") == "role"
    }
    for one in about.iter("{*}creator"):
        role = value_of(one, "role") or roles.get(value_of(one, "id"), "")
        if role in ("", "aut"):
            yield one_line("".join(one.itertext()))


def _published(about: Element) -> str | None:
    """The date of publication, rather than the one when the file was made."""
    dates = [one for one in about.iter("{*}date") if value_of(one, "event") not in _LATER]
    dates.sort(key=lambda one: "publication" not in value_of(one, "event"))
    return next((found for one in dates if (found := iso_date((one.text or "").strip()))), None)


def _spine(archive: Archive, package: Element, folder: str) -> Iterator[str]:
    """The pages in reading order, each once, without the table of contents."""
    items = {value_of(one, "id"): one for one in package.iterfind("{*}manifest/{*}item")}
    contents = {
        joined_path(folder, value_of(one, "href"))
        for one in package.iterfind("{*}guide/{*}reference")
        if value_of(one, "type") == "toc"
    }
    seen: set[str] = set()
    for reference in package.iterfind("{*}spine/{*}itemref"):
        item = items.get(value_of(reference, "idref"))
        if item is None or value_of(item, "media-type") not in _PAGE_TYPES:
            continue
        member = joined_path(folder, value_of(item, "href"))
        is_contents = "nav" in value_of(item, "properties").split() or member in contents
        if member not in seen and not is_contents:
            seen.add(member)
            yield member


def _page(archive: Archive, member: str) -> Element:
    """A page as XML; one that is not well-formed as HTML, which forgives everything."""
    try:
        return archive.xml(member)
    except ReadError:
        data = archive.read(member)
    try:
        return lxml_html.document_fromstring(data, parser=lxml_html.HTMLParser(huge_tree=False))
    except (etree.LxmlError, ValueError) as error:
        raise archive.damaged(f"the page {ascii(member[:80])[1:-1]} cannot be read") from error


def _roles(element: Element) -> frozenset[str]:
    """What an element is for, as EPUB (epub:type) or as ARIA (role) says it."""
    said = (value for key, value in element.attrib.items() if key.rpartition("}")[2] in ("type", "role"))
    return frozenset(word.removeprefix("doc-") for one in said for word in one.split())


@dataclass(frozen=True, slots=True)
class _End:
    """Stands on the stack where a paragraph ends."""


@dataclass(slots=True)
class _Book:
    """Grows page by page. ``label``: the printed page that the text has come to; ``parts``: the paragraph so far, and
    ``open`` the elements around it."""

    blocks: list[Block] = field(default_factory=list)
    notes: list[Block] = field(default_factory=list)
    label: str | None = None
    parts: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)

    def add(self, page: Element) -> None:
        self._walk(page, self.blocks)

    def _walk(self, root: Element, into: list[Block]) -> None:
        """Down an element and up again, without recursion: at each edge of a paragraph what was gathered is a block."""
        ahead: list[Element | str | _End] = inside(root)
        while ahead:
            one = ahead.pop()
            if isinstance(one, str):
                self.parts.append(one.replace("\n", " "))
            elif isinstance(one, _End):
                self._close(into)
                self.open.pop()
            else:
                ahead += self._enter(one, into)
        self._close(into)

    def _enter(self, element: Element, into: list[Block]) -> list[Element | str | _End]:
        """What to look at next in place of an element."""
        kind, roles = kind_of(element), _roles(element)
        if "pagebreak" in roles:
            self._close(into)
            label = value_of(element, "title") or value_of(element, "aria-label") or _flat(element)
            self.label = one_line(label) or self.label
            return []
        if kind in _SILENT or roles & _MARKS:
            return []
        if roles & _NOTES and into is not self.notes:
            self._close(into)
            self._walk(element, self.notes)
            return []
        if kind == "table" and sum(map(len, rows := list(_rows_of(element)))) > 1:
            self._close(into)
            into.append(Block(table_of(map(_flat, row) for row in rows).text, page_label=self.label))
            return []
        self.parts.append("\n" if kind == "br" else _sign(element))
        if kind not in _PARAGRAPHS:
            return inside(element)
        self._close(into)
        self.open.append(kind)
        return [_End(), *inside(element)]

    def _close(self, into: list[Block]) -> None:
        """Makes a block of what was gathered."""
        text = lines_of("".join(self.parts))
        self.parts.clear()
        level = next((_HEADINGS.index(kind) + 1 for kind in self.open if kind in _HEADINGS), 0)
        label = None if into is self.notes else self.label
        if level and text:
            into.append(Block(one_line(text), level, page_label=label))
        elif "li" in self.open and text and into is not self.notes:
            into.append(Block(f"- {one_line(text)}", is_item=True, page_label=label))
        elif text:
            into.append(Block(text, page_label=label))


def _sign(element: Element) -> str:
    """What stands before the second part of a fraction or a power, so that 1/2 does not become 12."""
    above, before = element.getparent(), element.getprevious()
    second = above is not None and before is not None and before.getprevious() is None
    return _MATH.get(kind_of(above), "") if second else ""


def _rows_of(table: Element) -> Iterator[list[Element]]:
    """The rows of a table, each as its cells."""
    for row in nearest(table, ("tr",), ("table",)):
        yield list(nearest(row, ("td", "th"), ("table",)))


def _flat(element: Element) -> str:
    """All the text inside an element."""
    parts: list[str] = []
    ahead = inside(element)
    while ahead:
        one = ahead.pop()
        if isinstance(one, str):
            parts.append(one)
        elif kind_of(one) not in _SILENT and not _roles(one) & _MARKS:
            parts.append(" " if kind_of(one) in _PARAGRAPHS or kind_of(one) == "br" else "")
            ahead += inside(one)
    return "".join(parts)
