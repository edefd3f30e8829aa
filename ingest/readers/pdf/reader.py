"""PDF: the text as one reads it, page by page, by PDFium.

PDFium is not safe with threads, and a hostile file may keep it busy: this runs in a process of its own.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import joined
from ingest.readers.pdf.headings import (
    Head,
    OutlineEntry,
    body_size,
    headings,
    path_of,
    pushed,
    title_of,
    without_running,
)
from ingest.readers.pdf.lines import MOST_CHARACTERS, PdfPage, page_of
from ingest.readers.pdf.metadata import Top, metadata_of
from ingest.readers.pdf.paragraphs import Row, evened, paragraphs_of, rows_of, runs_over, text_of, words_of
from ingest.readers.pdf.reading_order import in_reading_order
from ingest.types import Extract, Reading

MOST_PAGES = 20_000
_MOST_LETTERS = 50_000_000
_MOST_ENTRIES = 20_000
_DEEPEST_ENTRY = 8
# A page with fewer letters than this has a stamp or a number, not a text.
_LEAST_LETTERS = 20
_HEAD = 8_000
_BELOW = 20
_LONGEST_LINE = 300
_LONGEST_REST = 400
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*(?=\s|$)")
_LONGEST_STRING = 20_000


def read_pdf(data: bytes, name: str) -> Reading:
    document = _opened(data, name)
    try:
        pages = list(_pages(document, name))
        labels = [_label(document, number) for number in range(len(pages))]
        outline = list(_outline(document, len(pages)))
        info = _info(document)
    finally:
        document.close()
    _require_text(pages, name)
    extract = _extract(pages, labels, outline, info, data)
    if not extract.text:
        raise ReadError(f"{name} holds no text but page numbers. If it was scanned, run ocrmypdf on it first.")
    return Reading((extract,), pages=len(pages), warnings=tuple(_warnings(pages)))


def _opened(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            reason = "needs a password: save a copy without one, for instance with qpdf --decrypt"
        else:
            reason = "is damaged, or no PDF at all: open it in a viewer and print it to a new file"
        raise ReadError(f"{name} {reason}.") from error


def _require_text(pages: Sequence[PdfPage], name: str) -> None:
    if any(map(_letters, pages)):
        return
    failed = sum(page.failed for page in pages)
    if failed:
        raise ReadError(f"{name} is damaged: {failed} of {len(pages)} pages cannot be opened. Get another copy of it.")
    raise ReadError(f"{name} has pages without any text. If it was scanned, run ocrmypdf on it first.")


def _pages(document: pypdfium2.PdfDocument, name: str) -> Iterator[PdfPage]:
    """Page by page; one that PDFium cannot open is empty."""
    if len(document) > MOST_PAGES:
        raise ReadError(f"{name} has {len(document)} pages; {MOST_PAGES} are read. Split it and ingest the parts.")
    letters = 0
    for number in range(len(document)):
        page = page_of(document.raw, number) or PdfPage((), 0.0, 0.0, failed=True)
        letters += _letters(page)
        if letters > _MOST_LETTERS:
            raise ReadError(f"{name} holds more than {_MOST_LETTERS} letters. Split it and ingest the parts.")
        yield page


def _letters(page: PdfPage) -> int:
    return sum(len(line.text) for line in page.lines)


def _label(document: pypdfium2.PdfDocument, number: int) -> str | None:
    """The number printed on the page, where it is another than its place in the file."""
    label = " ".join(_string(pdfium.FPDF_GetPageLabel, document.raw, number).split())[:40]
    return label if label and label != str(number + 1) else None


def _info(document: pypdfium2.PdfDocument) -> dict[str, str]:
    names = ("Title", "Author", "Subject", "Creator", "Producer", "CreationDate")
    return {name: _string(pdfium.FPDF_GetMetaText, document.raw, name.encode()) for name in names}


def _string(read: Callable[..., int], *place: Any) -> str:
    """A text of the document, which PDFium gives as UTF-16 with a zero at its end."""
    length = read(*place, None, 0)
    if not 2 < length <= _LONGEST_STRING:
        return ""
    buffer = ctypes.create_string_buffer(length)
    read(*place, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").replace("\0", "")


def _outline(document: pypdfium2.PdfDocument, pages: int) -> Iterator[OutlineEntry]:
    """The entries of the outline from top to bottom; a chain of links that goes in a circle ends."""
    seen: set[int] = set()
    stack = [(pdfium.FPDFBookmark_GetFirstChild(document.raw, None), 0)]
    while stack and len(seen) < _MOST_ENTRIES:
        mark, level = stack.pop()
        if not mark or ctypes.addressof(mark.contents) in seen:
            continue
        seen.add(ctypes.addressof(mark.contents))
        stack.append((pdfium.FPDFBookmark_GetNextSibling(document.raw, mark), level))
        if level < _DEEPEST_ENTRY:
            stack.append((pdfium.FPDFBookmark_GetFirstChild(document.raw, mark), level + 1))
        place = pdfium.FPDFBookmark_GetDest(document.raw, mark)
        page = pdfium.FPDFDest_GetDestPageIndex(document.raw, place) if place else -1
        title = _string(pdfium.FPDFBookmark_GetTitle, mark)
        if 0 <= page < pages and title.strip():
            yield OutlineEntry(title, level, page)


def _warnings(pages: Sequence[PdfPage]) -> Iterator[str]:
    told = {
        "have no text: scanned? Run ocrmypdf on it first": [
            _letters(page) < _LEAST_LETTERS and not page.failed for page in pages
        ],
        "are damaged and could not be read": [page.failed for page in pages],
        f"hold more than {MOST_CHARACTERS} characters: only their beginning was read": [page.cut for page in pages],
        "have fonts that do not tell their letters: ocrmypdf --force-ocr reads such pages": [
            page.garbled for page in pages
        ],
    }
    return (f"{sum(found)} of {len(pages)} pages {what}" for what, found in told.items() if any(found))


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a heading. ``over`` is true when it goes on with a sentence of the page before."""

    text: str
    page: int
    head: Head | None = None
    over: bool = False


def _extract(
    pages: Sequence[PdfPage],
    labels: Sequence[str | None],
    outline: Sequence[OutlineEntry],
    info: Mapping[str, str],
    data: bytes,
) -> Extract:
    rows = [rows_of(in_reading_order(page.lines)) for page in pages]
    body = body_size(rows)
    rows = evened(rows, body)
    rows, left_out = without_running(rows, [page.height for page in pages], body)
    first = next((number for number, sheet in enumerate(rows) if sheet), 0)
    title, title_rows = title_of(rows[first], body)
    below = tuple(row.text[:_LONGEST_LINE] for row in rows[first][title_rows.stop :][:_BELOW]) if title else ()
    heads = headings(rows, outline, body)
    heads[first] = _untitled(heads[first], title, title_rows)
    text, sections = _assembled(list(_blocks(rows, heads)), labels)
    about, moved = metadata_of(info, data, text[:_HEAD], Top(title, below, "\n".join(left_out)[:_HEAD]))
    return Extract(text, about, sections, joined(moved), left_out=left_out)


def _untitled(heads: list[Head], title: str, rows: range) -> list[Head]:
    """The headings without the title: it is no heading of what follows, but a paragraph of its own."""
    kept = [head for head in heads if head.start not in rows]
    plain = [Head(rows.start, rows.stop, title, Head.NONE)] if rows else []
    return sorted([*kept, *plain], key=lambda head: head.start)


def _blocks(sheets: Sequence[Sequence[Row]], heads: Sequence[Sequence[Head]]) -> Iterator[_Block]:
    words = words_of(row for sheet in sheets for row in sheet)
    last: Row | None = None
    for page, (sheet, here) in enumerate(zip(sheets, heads, strict=True)):
        at = 0
        for head in [*here, None]:
            stop = head.start if head else len(sheet)
            for group in paragraphs_of(sheet[at:stop]):
                over = last is not None and runs_over(last, group[0])
                yield _Block(text_of(group, words), page, over=over)
                last = group[-1]
            if head:
                yield _Block(head.text, page, head)
                at, last = head.end, None


def _assembled(blocks: Sequence[_Block], labels: Sequence[str | None]) -> tuple[str, tuple[Section, ...]]:
    """The text, and a section for each stretch of it on one page under one heading."""
    bare = _bare_heads(blocks)
    sections: list[Section] = []
    parts: list[str] = []
    path: list[tuple[float, str]] = []
    at, goes_on = 0, False
    for i, block in enumerate(blocks):
        parts += ["" if not i else "\n" if block.over else "\n\n", block.text]
        start, at = at + len(parts[-2]), at + len(parts[-2]) + len(block.text)
        if block.head and i not in bare:
            path, goes_on = pushed(path, block.head), False
            continue
        if goes_on and sections[-1].page == block.page + 1:
            sections[-1] = replace(sections[-1], span=Span(sections[-1].span.start, at))
            continue
        cut = _sentence_end(block.text) if goes_on and block.over else 0
        if cut:
            sections[-1] = replace(sections[-1], span=Span(sections[-1].span.start, start + cut))
            start = min(start + cut + 1, at)
        if start < at:
            sections.append(Section(Span(start, at), path_of(path), block.page + 1, labels[block.page]))
        goes_on = True
    return "".join(parts), tuple(sections)


def _sentence_end(text: str) -> int:
    """Where the sentence ends that a page's end cuts: it stays whole, with the page on which it begins."""
    found = _SENTENCE_END.search(text[:_LONGEST_REST])
    return found.end() if found else 0


def _bare_heads(blocks: Sequence[_Block]) -> set[int]:
    """The headings under which nothing stands: they are text, or it would be lost."""
    places = [i for i, block in enumerate(blocks) if block.head]
    bare = set()
    for i, following in zip_longest(places, places[1:], fillvalue=len(blocks)):
        head, later = blocks[i].head, blocks[following].head if following < len(blocks) else None
        if head and (head.level == Head.NONE or (following == i + 1 and (later is None or later.level <= head.level))):
            bare.add(i)
    return bare
