"""Reads EPUB: the pages of the spine in order, with headings and printed page numbers; notes come at the end.

A damaged page costs only what stands on it.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from lxml import etree
from lxml import html as lxml_html

from index.errors import ReadError
from ingest.metadata.describe import iso_date
from ingest.readers.office.archive import (
    Archive,
    DamagedPartError,
    Element,
    joined_path,
    texts_of,
    value_of,
)
from ingest.readers.office.blocks import extract_of
from ingest.readers.office.epub_book import Book
from ingest.readers.office.epub_contents import contents_of, with_headings
from ingest.readers.office.epub_look import Looks
from ingest.readers.office.properties import authors_of, one_line, title_of
from ingest.readers.office.unread import ATTACHED
from ingest.types import Metadata, Reading

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONTS_ONLY = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_PAGE_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_FILE_EVENTS = ("modification", "creation", "conversion")


def read_epub(data: bytes, name: str) -> Reading:
    archive = Archive.of(data, name, ".epub")
    _refuse_locked(archive)
    rootfile = _rootfile(archive)
    package = archive.xml(rootfile)
    looks = Looks()
    book = Book(looks, archive.unread)
    sheets: set[str] = set()
    contents = contents_of(archive, package, posixpath.dirname(rootfile))
    for member in _spine(archive, package, posixpath.dirname(rootfile)):
        page = _page(archive, member)
        if page is not None:
            _add_sheets(archive, page, posixpath.dirname(member), looks, sheets)
            known = len(book.blocks)
            book.add(page)
            book.blocks[known:] = with_headings(book.blocks[known:], contents.get(member, ()))
    return Reading((extract_of(book.blocks, book.notes, _metadata(package), name, book.left_out, archive.unread),))


def _rootfile(archive: Archive) -> str:
    """The member with the list of pages: as the container says, or the only one that can be it."""
    packages = [member for member in archive.members if member.endswith(".opf")]
    try:
        container = archive.xml(_CONTAINER)
    except DamagedPartError:
        if len(packages) != 1:
            raise
        return packages[0]
    return joined_path("", next((value_of(element, "full-path") for element in container.iter("{*}rootfile")), ""))


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
        if item is None:
            archive.unread.parts.append(f"the page {value_of(itemref, 'idref')[:80]!a} is in no list of files")
            continue
        if value_of(item, "media-type") not in _PAGE_TYPES:
            if not value_of(item, "media-type").startswith("image/"):
                archive.unread.things[ATTACHED] += 1
            continue
        member = joined_path(folder, value_of(item, "href"))
        is_contents = "nav" in value_of(item, "properties").split() or member in contents
        if member not in seen and not is_contents:
            seen.add(member)
            yield member


def _page(archive: Archive, member: str) -> Element | None:
    """The root of a page, parsed as XML, or as HTML when it is not well-formed; None for a damaged one."""
    try:
        return archive.xml(member)
    except DamagedPartError:
        pass
    try:
        return _page_of_html(archive, member)
    except DamagedPartError as error:
        archive.lose(error)
        return None


def _page_of_html(archive: Archive, member: str) -> Element:
    """A page that is not well-formed, as a browser would read it. Raises DamagedPartError."""
    data = archive.read(member)
    if b"<" not in data or b"\0" in data:
        raise archive.damaged(f"the page {ascii(member[:80])[1:-1]} is no text")
    if b"</html" not in data.lower():
        archive.unread.parts.append(f"{ascii(member[:80])[1:-1]} breaks off, and is read as far as it goes")
    parser = lxml_html.HTMLParser(huge_tree=False, encoding="utf-8" if _is_utf8(data) else None)
    try:
        return lxml_html.document_fromstring(data, parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise archive.damaged(f"the page {ascii(member[:80])[1:-1]} cannot be read") from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _add_sheets(archive: Archive, page: Element, folder: str, looks: Looks, known: set[str]) -> None:
    """Adds the styles of a page, and of the style sheets that it links to, each once."""
    for style in page.iterfind("{*}head/{*}style"):
        looks.add(style.text or "")
    links = (link for link in page.iterfind("{*}head/{*}link") if "stylesheet" in (link.get("rel") or "").lower())
    for member in {joined_path(folder, link.get("href") or "") for link in links} - known:
        known.add(member)
        try:
            looks.add(archive.read(member).decode("utf-8", "replace"))
        except DamagedPartError as error:
            archive.lose(error)
