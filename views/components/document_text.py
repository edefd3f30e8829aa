"""A whole document to HTML: headings, paragraphs, pages, what was left out, and the marks on them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from index import Document, Span
from index.text import blocks, is_markdown
from views.components.marking import Match, marked
from views.components.text_tables import table_html, tables_in

_SIGNS = re.compile(r"[#=*_\s]*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's own heading where it stands in the text. ``span`` is its line, ``words`` what it says; ``level``
    counts from 0."""

    span: Span
    words: Span
    level: int = 0


def headings(document: Document) -> list[Heading]:
    """In order, the upper ones that stand right above others included; those that are not in the text are left out."""
    result = list[Heading]()
    at = 0
    for section in document.sections:
        above, end = list[Heading](), section.span.start
        titles = (section.heading or "").split(" › ")
        for level, title in reversed(list(enumerate(titles))):
            start = document.text.rfind(title, at, end) if title else -1
            if start < 0:
                break
            words = Span(start, start + len(title))
            above.append(Heading(_line(document.text, words), words, level))
            end = start
        result += reversed(above)
        at = section.span.end
    return result


def _line(text: str, words: Span) -> Span:
    """A heading with the signs before and after it on its line, when there is nothing else there."""
    start = text.rfind("\n", 0, words.start) + 1
    end = text.find("\n", words.end)
    end = len(text) if end < 0 else end
    signs = _SIGNS.fullmatch(text, start, words.start) and _SIGNS.fullmatch(text, words.end, end)
    return Span(start, end) if signs else words


class Shown(NamedTuple):
    """What is marked in a text. ``passage``: the one that was found, with its ``key`` sentence and the ``marks`` of
    words in it; ``pins``: what the reader pinned, with notes; ``matches`` rise."""

    passage: Span | None = None
    key: Span | None = None
    marks: Sequence[Span] = ()
    pins: Sequence[tuple[Span, str]] = ()
    matches: Sequence[Match] = ()


def document_html(document: Document, window: Span, shown: Shown) -> str:
    """The part of a document that lies in ``window``: headings, paragraphs, tables, what was left out folded away, the
    passage marked. Its first block has the id ``sw-passage``. A block of text says at which character it begins; one
    that has a pin has a rail."""
    text, pieces = document.text, list[str]()
    for piece in _pieces(document, window):
        if piece.kind == "page":
            pieces.append(f'<p class="sw-page" id="sw-page-{piece.page}">{escape(piece.label)}</p>')
        elif piece.kind == "time":
            pieces.append(f'<p class="sw-page">{escape(piece.label)}</p>')
        if not text[piece.start : piece.end].strip():
            continue
        if piece.kind == "dropped":
            pieces.append(_left_out(text, piece, within(shown.matches, piece.start, piece.end)))
        elif piece.kind == "heading":
            pieces.append(_heading(text, piece, within(shown.matches, piece.start, piece.end)))
        else:
            pieces += _running(document, Span(piece.start, piece.end), shown)
    return _HERE.sub(r'<\1 id="sw-passage" tabindex="-1" class="sw-here', "\n".join(pieces), count=1)


def _running(document: Document, span: Span, shown: Shown) -> Iterator[str]:
    """A stretch of running text: its paragraphs, and tables between them."""
    text, markdown = document.text, is_markdown(document.source)
    at = span.start
    for table in tables_in(text, span, document.source.location):
        yield from (_paragraph(text, block, shown, markdown) for block in blocks(text, Span(at, table.span.start)))
        yield table_html(
            text, table, lambda cell: _words(text, cell, shown, markdown), lambda row: _classes(row, shown)
        )
        at = table.span.end
    yield from (_paragraph(text, block, shown, markdown) for block in blocks(text, Span(at, span.end)))


class _Piece(NamedTuple):
    start: int
    end: int
    kind: str = "text"
    words: Span = Span(0, 0)
    page: int = 0
    label: str = ""


def _pieces(document: Document, window: Span) -> Iterator[_Piece]:
    """The window, cut into text, headings and what was dropped, in reading order; a page begins with an empty piece."""
    dropped = _near(document.text, [span for span in document.dropped if span.meets(window)])
    special = [_Piece(*span, "dropped") for span in dropped]
    for heading in headings(document):
        if heading.span.meets(window) and not any(heading.span.meets(span) for span in dropped):
            special.append(_Piece(*heading.span, "heading", heading.words))
    special += (piece for piece in _starts(document) if window.start <= piece.start < window.end)
    at = window.start
    for piece in sorted(special):
        start, end = max(at, piece.start), min(piece.end, window.end)
        yield _Piece(at, start)
        yield piece._replace(start=start, end=end)
        at = max(at, end)
    yield _Piece(at, max(at, window.end))


def page_starts(document: Document) -> list[_Piece]:
    """Where each page begins."""
    return [piece for piece in _starts(document) if piece.kind == "page"]


def _starts(document: Document) -> Iterator[_Piece]:
    """Where each page begins, before the heading of its first section, and each section of a recording."""
    at, page = 0, None
    for section in document.sections:
        if section.time is not None:
            yield _Piece(section.span.start, section.span.start, "time", label=section.locator.removeprefix("at "))
        if section.page and section.page != page:
            label = f"Page {section.page_label or section.page}{'' if section.ocr is None else ', read by OCR'}"
            yield _Piece(at, at, "page", page=section.page, label=label)
        at, page = section.span.end, section.page


def _near(text: str, spans: Sequence[Span]) -> list[Span]:
    """Spans with nothing but white space between them as one."""
    joined: list[Span] = []
    for span in spans:
        if joined and not text[joined[-1].end : span.start].strip():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined


_HERE = re.compile('<(p|tr) class="sw-here')


def within(matches: Sequence[Match], start: int, end: int) -> Sequence[Match]:
    """Those that meet a stretch of the text, of a list that rises."""
    first = bisect_right(matches, start, key=lambda match: match.span.end)
    return matches[first : bisect_left(matches, end, key=lambda match: match.span.start)]


def _paragraph(text: str, span: Span, shown: Shown, markdown: bool) -> str:
    """One block of text; ``sw-item`` when no empty line parts it from the one before."""
    return (
        f'<p{_classes(span, shown, " sw-item" * _follows(text, span))} data-at="{span.start}">'
        f"{_words(text, span, shown, markdown)}</p>"
    )


def _classes(span: Span, shown: Shown, more: str = "") -> str:
    """The attributes of a block or of a row: whether it is of the passage, and the notes on what is pinned of it."""
    pinned = _pinned(span, shown.pins)
    here = " sw-here" if shown.passage and shown.passage.meets(span) else ""
    classes = f"{here}{more}{' sw-kept' * (pinned is not None)}".strip()
    named = f' class="{classes}"' if classes else ""
    return named + (f' title="{escape(pinned)}"' if pinned else "")


def _words(text: str, span: Span, shown: Shown, markdown: bool) -> str:
    """A stretch of the text, with what of the passage is in it."""
    passage, matches = shown.passage, within(shown.matches, *span)
    if passage is None or not passage.meets(span):
        return marked(text[slice(*span)], span.start, markdown=markdown, matches=matches)
    start, end = max(span.start, passage.start), min(span.end, passage.end)
    inner = marked(text[start:end], start, shown.key, shown.marks, markdown, matches)
    before, after = (
        marked(text[slice(*part)], part[0], markdown=markdown, matches=matches)
        for part in ((span.start, start), (end, span.end))
    )
    return f'{before}<span class="sw-passage">{inner}</span>{after}'


def _pinned(block: Span, pins: Sequence[tuple[Span, str]]) -> str | None:
    """What is to be said of a block that has something pinned; None for one that has nothing."""
    notes = [note for span, note in pins if span.meets(block)]
    return "; ".join(["Pinned", *filter(None, notes)]) if notes else None


def _follows(text: str, span: Span) -> bool:
    """Whether no empty line parts a block from the one before."""
    before = text[max(0, span.start - 80) : span.start].rstrip(" \t")
    return before.endswith("\n") and not before[:-1].rstrip(" \t").endswith("\n")


def _heading(text: str, piece: _Piece, matches: Sequence[Match]) -> str:
    """The signs that make a line a heading stay, quietly."""
    before, after = escape(text[piece.start : piece.words.start]), escape(text[piece.words.end : piece.end])
    signs = [f'<span class="sw-sign">{sign}</span>' if sign else "" for sign in (before, after)]
    words = marked(text[slice(*piece.words)], piece.words.start, matches=matches)
    return f'<h2 id="sw-at-{piece.words.start}">{signs[0]}{words}{signs[1]}</h2>'


def _left_out(text: str, piece: _Piece, matches: Sequence[Match]) -> str:
    inner = marked(text[piece.start : piece.end], piece.start, matches=matches)
    count = piece.end - piece.start
    return f"<details><summary>Left out of the search: {count:,} characters</summary><p>{inner}</p></details>"


def left_out_html(document: Document) -> str:
    """What the extraction left behind, folded away; empty when there is nothing."""
    if not document.left_out:
        return ""
    inner = "".join(f"<p>{marked(block)}</p>" for block in document.left_out)
    count = sum(map(len, document.left_out))
    return (
        "<details><summary>Left out, and not part of the text above (menus, running heads and the like): "
        f"{count:,} characters</summary>{inner}</details>"
    )
