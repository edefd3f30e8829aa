"""PDF: the text in reading order, with sections by page and heading, read by PDFium.

PDFium is not thread-safe, and a hostile file may keep it busy: this runs in a process of its own.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from types import MappingProxyType
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from index.errors import ReadError
from index.types import Section, Span
from ingest.boilerplate.clean import merge_spans
from ingest.readers.ocr.installed import why_unread
from ingest.readers.pdf.glyphs import HOLE
from ingest.readers.pdf.headings import (
    OutlineEntry,
    PdfHeading,
    headings_of,
    path_after,
    path_text,
    title_of,
)
from ingest.readers.pdf.hyphens import words_of
from ingest.readers.pdf.line_numbers import without_line_numbers
from ingest.readers.pdf.lines import MAX_CHARACTERS, PdfPage, page_of
from ingest.readers.pdf.margin_numbers import without_margin_numbers
from ingest.readers.pdf.metadata import FirstPage, metadata_of
from ingest.readers.pdf.paragraphs import (
    Row,
    body_size_of,
    continues_sentence,
    paragraphs_of,
    rows_of,
    text_of,
    with_even_sizes,
)
from ingest.readers.pdf.reading_order import in_reading_order
from ingest.readers.pdf.running_heads import without_running_heads
from ingest.readers.pdf.scans import scanned_pages
from ingest.readers.pdf.stamps import without_stamps
from ingest.types import Extract, Progress, Reading

# The limits below are guesses; lengths are in characters.
MAX_PAGES = 20_000
_MAX_TEXT = 50_000_000
_MAX_OUTLINE_ENTRIES = 20_000
_MAX_OUTLINE_LEVEL = 8
# A page with less text than this holds a stamp or a number, not a text.
_MIN_PAGE_TEXT = 20
_HEAD = 8_000  # of the text, where metadata is looked for
_ROWS_BELOW_TITLE = 20
_LONGEST_ROW = 300
_LONGEST_SENTENCE_REST = 400
_SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*[⁰¹²³⁴-⁹,⁻]*(?=\s|$)")
_LONGEST_STRING = 20_000  # bytes


@dataclass(frozen=True, slots=True)
class _Contents:
    """A PDF as PDFium shows it. ``labels``: of the pages; ``scans``: the indices of those that are pictures of text."""

    name: str
    data: bytes
    pages: Sequence[PdfPage]
    labels: Sequence[str | None]
    outline: Sequence[OutlineEntry]
    info: Mapping[str, str]
    scans: Sequence[int]


def read_pdf(data: bytes, name: str, *, ocr: bool = True) -> Reading:
    """The whole file as one extract, with a warning for pages without text, damaged, too long or garbled. Pages that
    are pictures of text are read if ``ocr`` is set and can be run.

    Raises ReadError when it is damaged, locked by a password, too large, or without text; while the extracts are
    iterated, too, if it has scans.
    """
    document = _opened(data, name)
    try:
        contents = _contents(document, data, name)
    except BaseException:
        document.close()
        raise
    pages, scans = contents.pages, contents.scans
    unread = why_unread(ocr=ocr) if scans else None
    if scans and unread is None:
        return Reading(_with_scans(document, contents), pages=len(pages), warnings=tuple(_warnings(pages, scans)))
    document.close()
    _require_text(contents, unread)
    warnings = [f"{len(scans)} of {len(pages)} pages are scans and were left out. {unread}"] if unread else []
    warnings += _warnings(pages, scans)
    return Reading((_extract(contents),), pages=len(pages), warnings=tuple(warnings), scans_left=len(scans))


def _contents(document: pypdfium2.PdfDocument, data: bytes, name: str) -> _Contents:
    pages = list(_pages(document, name))
    labels = [_label(document, number) for number in range(len(pages))]
    outline, scans = list(_outline(document, len(pages))), scanned_pages(document, pages)
    return _Contents(name, data, pages, labels, outline, _info(document), scans)


def _with_scans(document: pypdfium2.PdfDocument, contents: _Contents) -> Iterator[Extract | Progress]:
    """The file as one extract, after its scanned pages are read one by one."""
    from ingest.readers.ocr.page import warning
    from ingest.readers.pdf.page_pictures import with_scans_read

    try:
        pages, read = yield from with_scans_read(document, contents.pages, contents.scans)
    finally:
        document.close()
    contents = replace(contents, pages=pages)
    _require_text(contents)
    report = (warning({number + 1: page for number, page in read.items()}),) if read else ()
    extract = _extract(contents)
    yield replace(extract, warnings=(*extract.warnings, *report))


def _opened(data: bytes, name: str) -> pypdfium2.PdfDocument:
    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            reason = "needs a password: save a copy without one, for instance with qpdf --decrypt"
        else:
            reason = "is damaged, or no PDF at all: open it in a viewer and print it to a new file"
        raise ReadError(f"{name} {reason}.") from error


def _require_text(contents: _Contents, unread: str | None = None) -> None:
    """Raises ReadError when the pages hold no text. ``unread``: the next step when scans were left out."""
    pages, name = contents.pages, contents.name
    if any(map(_text_length, pages)):
        return
    failed = sum(page.failed for page in pages)
    if failed:
        raise ReadError(f"{name} is damaged: {failed} of {len(pages)} pages cannot be opened. Get another copy of it.")
    if unread:
        raise ReadError(f"{name} is a scan: its pages are pictures of text. {unread}")
    raise ReadError(f"{name} has pages without any text. Get another copy of it, or leave it out.")


def _pages(document: pypdfium2.PdfDocument, name: str) -> Iterator[PdfPage]:
    """The pages in order; one that PDFium cannot open has no lines and ``failed`` set."""
    if len(document) > MAX_PAGES:
        raise ReadError(f"{name} has {len(document)} pages; {MAX_PAGES} are read. Split it and ingest the parts.")
    length = 0
    for number in range(len(document)):
        page = page_of(document.raw, number) or PdfPage((), 0.0, 0.0, failed=True)
        length += _text_length(page)
        if length > _MAX_TEXT:
            raise ReadError(f"{name} holds more than {_MAX_TEXT} letters. Split it and ingest the parts.")
        yield page


def _text_length(page: PdfPage) -> int:
    return sum(len(line.text) for line in page.lines)


def _label(document: pypdfium2.PdfDocument, number: int) -> str | None:
    """The page's label, such as "iv"; None when it has none or it equals the page's number in the file."""
    label = " ".join(_string(pdfium.FPDF_GetPageLabel, document.raw, number).split())[:40]
    return label if label and label != str(number + 1) else None


def _info(document: pypdfium2.PdfDocument) -> dict[str, str]:
    names = ("Title", "Author", "Subject", "Creator", "Producer", "CreationDate")
    return {name: _string(pdfium.FPDF_GetMetaText, document.raw, name.encode()) for name in names}


def _string(read: Callable[..., int], *arguments: Any) -> str:
    """A string from PDFium's function ``read``, which writes UTF-16 with a zero at its end into a buffer."""
    length = read(*arguments, None, 0)
    if not 2 < length <= _LONGEST_STRING:
        return ""
    buffer = ctypes.create_string_buffer(length)
    read(*arguments, buffer, length)
    return buffer.raw[: length - 2].decode("utf-16-le", "replace").replace("\0", "")


def _outline(document: pypdfium2.PdfDocument, pages: int) -> Iterator[OutlineEntry]:
    """The entries of the outline from top to bottom that lead to a page; an entry that links back is ignored."""
    seen: set[int] = set()
    stack = [(pdfium.FPDFBookmark_GetFirstChild(document.raw, None), 0)]
    while stack and len(seen) < _MAX_OUTLINE_ENTRIES:
        bookmark, level = stack.pop()
        if not bookmark or ctypes.addressof(bookmark.contents) in seen:
            continue
        seen.add(ctypes.addressof(bookmark.contents))
        stack.append((pdfium.FPDFBookmark_GetNextSibling(document.raw, bookmark), level))
        if level < _MAX_OUTLINE_LEVEL:
            stack.append((pdfium.FPDFBookmark_GetFirstChild(document.raw, bookmark), level + 1))
        destination = pdfium.FPDFBookmark_GetDest(document.raw, bookmark)
        page = pdfium.FPDFDest_GetDestPageIndex(document.raw, destination) if destination else -1
        title = _string(pdfium.FPDFBookmark_GetTitle, bookmark)
        if 0 <= page < pages and title.strip():
            yield OutlineEntry(title, level, page)


def _warnings(pages: Sequence[PdfPage], scans: Collection[int]) -> Iterator[str]:
    flags_of = {
        "have no text": [
            _text_length(page) < _MIN_PAGE_TEXT and not page.failed and number not in scans
            for number, page in enumerate(pages)
        ],
        "are damaged and could not be read": [page.failed for page in pages],
        f"hold more than {MAX_CHARACTERS} characters: only their beginning was read": [
            page.truncated for page in pages
        ],
        "have fonts that do not tell their letters": [
            page.garbled and number not in scans for number, page in enumerate(pages)
        ],
    }
    yield from (f"{sum(flags)} of {len(pages)} pages {warning}" for warning, flags in flags_of.items() if any(flags))
    holes = sum(line.text.count(HOLE) for page in pages for line in page.lines)
    if holes:
        yield (
            f"{holes} glyphs are shown as {HOLE}, because the fonts do not tell their letters: look at the pages "
            "before you quote them"
        )


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or a heading; ``page`` counts from 0. ``continues``: it begins inside a sentence of the block before
    it, which ends a page or column."""

    text: str
    page: int
    heading: PdfHeading | None = None
    continues: bool = False


def _extract(contents: _Contents) -> Extract:
    """The text of the pages. Raises ReadError when there is none but page numbers."""
    info = dict(contents.info)
    if any(page.ocr is not None for page in contents.pages):
        info.pop("CreationDate", None)  # the day of the scan, not of its text
    extract = extract_of(contents.pages, contents.labels, contents.outline, info, contents.data)
    if not extract.text:
        raise ReadError(f"{contents.name} holds no text but page numbers. Get another copy of it, or leave it out.")
    return extract


def extract_of(
    pages: Sequence[PdfPage],
    labels: Sequence[str | None],
    outline: Sequence[OutlineEntry] = (),
    info: Mapping[str, str] = MappingProxyType({}),
    data: bytes = b"",
) -> Extract:
    """The text of pages as a document. ``labels``, ``outline``, ``info`` and ``data`` are those of their file."""
    lines, stamps = without_stamps(pages)
    lines, line_numbers = without_line_numbers(lines)
    lines, margin_numbers = without_margin_numbers(lines)
    rows = [rows_of(in_reading_order(page_lines)) for page_lines in lines]
    body_size = body_size_of(rows)
    rows = with_even_sizes(rows, body_size)
    rows, running_heads = without_running_heads(rows, [page.height for page in pages], body_size)
    left_out = (*running_heads, *stamps, *line_numbers, *margin_numbers)
    first = next((number for number, page_rows in enumerate(rows) if page_rows), 0)
    title, title_rows = title_of(rows[first], body_size)
    rows_below = rows[first][title_rows.stop :][:_ROWS_BELOW_TITLE]
    below = tuple(row.text[:_LONGEST_ROW] for row in rows_below) if title else ()
    headings = headings_of(rows, outline, body_size)
    headings[first] = _with_title_as_block(headings[first], title, title_rows)
    text, sections = _assembled(list(_blocks(rows, headings)), labels, [page.ocr for page in pages])
    first_page = FirstPage(title, below, "\n".join(left_out)[:_HEAD])
    about = metadata_of(info, data, text[:_HEAD], first_page)
    dropped = merge_spans(about.metadata_spans)
    return Extract(text, about.metadata, sections, dropped, warnings=about.warnings, left_out=left_out)


def _with_title_as_block(headings: list[PdfHeading], title: str, rows: range) -> list[PdfHeading]:
    """The headings with the title as a block of its own, because it is not the heading of what follows it."""
    others = [heading for heading in headings if heading.start not in rows]
    block = [PdfHeading(rows.start, rows.stop, title, PdfHeading.NONE)] if rows else []
    return sorted([*others, *block], key=lambda heading: heading.start)


def _blocks(pages: Sequence[Sequence[Row]], headings: Sequence[Sequence[PdfHeading]]) -> Iterator[_Block]:
    """The paragraphs and headings of all pages in order. ``headings`` are those of each page."""
    words = words_of(row.text for rows in pages for row in rows)
    last: Row | None = None
    for page, (rows, page_headings) in enumerate(zip(pages, headings, strict=True)):
        start = 0
        for heading in [*page_headings, None]:
            stop = heading.start if heading else len(rows)
            for paragraph in paragraphs_of(rows[start:stop]):
                continues = last is not None and continues_sentence(last, paragraph[0])
                yield _Block(text_of(paragraph, words), page, continues=continues)
                last = paragraph[-1]
            if heading:
                yield _Block(heading.text, page, heading)
                start, last = heading.end, None


def _assembled(
    blocks: Sequence[_Block], labels: Sequence[str | None], ocr: Sequence[float | None]
) -> tuple[str, tuple[Section, ...]]:
    """The text of the blocks, and a section for each stretch of it on one page under one heading. ``labels``: of the
    pages; ``ocr``: their confidence, where they were read by it."""
    bare = _bare_headings(blocks)
    sections: list[Section] = []
    parts: list[str] = []
    path: list[tuple[float, str]] = []
    end, in_section = 0, False
    for i, block in enumerate(blocks):
        parts += ["" if not i else "\n" if block.continues else "\n\n", block.text]
        start, end = end + len(parts[-2]), end + len(parts[-2]) + len(block.text)
        if block.heading and i not in bare:
            path, in_section = path_after(path, block.heading), False
            continue
        if in_section and sections[-1].page == block.page + 1:
            sections[-1] = replace(sections[-1], span=Span(sections[-1].span.start, end))
            continue
        rest = _sentence_end(block.text) if in_section and block.continues else 0
        if rest:
            sections[-1] = replace(sections[-1], span=Span(sections[-1].span.start, start + rest))
            start = min(start + rest + 1, end)
        if start < end:
            page = block.page
            sections.append(Section(Span(start, end), path_text(path), page + 1, labels[page], ocr=ocr[page]))
        in_section = True
    return "".join(parts), tuple(sections)


def _sentence_end(text: str) -> int:
    """Where the sentence ends that began on the page before; 0 when no end is near. The whole sentence belongs to the
    page on which it begins."""
    match = _SENTENCE_END.search(text[:_LONGEST_SENTENCE_REST])
    return match.end() if match else 0


def _bare_headings(blocks: Sequence[_Block]) -> set[int]:
    """The indices of headings with nothing under them. They stay text, because no section would name them."""
    indices = [i for i, block in enumerate(blocks) if block.heading]
    bare = set()
    for i, following in zip_longest(indices, indices[1:], fillvalue=len(blocks)):
        heading, later = blocks[i].heading, blocks[following].heading if following < len(blocks) else None
        if heading and (
            heading.level == PdfHeading.NONE or (following == i + 1 and (later is None or later.level <= heading.level))
        ):
            bare.add(i)
    return bare
