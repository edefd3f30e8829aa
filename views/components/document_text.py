"""A whole document to HTML: headings, paragraphs, pages, what was left out, and the marks on them."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import NamedTuple

from index import Document, Span
from index.text import blocks
from views.components.marking import Match, is_markdown, marked

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


def document_html(
    document: Document,
    window: Span,
    passage: Span | None,
    key: Span | None,
    marks: Sequence[Span],
    pins: Sequence[tuple[Span, str]] = (),
    matches: Sequence[Match] = (),
) -> str:
    """The part of a document that lies in ``window``: headings, paragraphs, what was left out folded away, the
    passage marked. Its first paragraph has the id ``sw-passage``. A block of text says at which character it begins.
    ``pins``: what the reader pinned, with notes; the blocks that have it have a rail. ``matches`` rise."""
    text, markdown = document.text, is_markdown(document.source)
    shown = []
    for piece in _pieces(document, window):
        if piece.kind == "page":
            shown.append(f'<p class="sw-page" id="sw-page-{piece.page}">{escape(piece.label)}</p>')
        elif piece.kind == "time":
            shown.append(f'<p class="sw-page">{escape(piece.label)}</p>')
        if not text[piece.start : piece.end].strip():
            continue
        if piece.kind == "dropped":
            shown.append(_left_out(text, piece, within(matches, piece.start, piece.end)))
        elif piece.kind == "heading":
            shown.append(_heading(text, piece, within(matches, piece.start, piece.end)))
        else:
            inner_blocks = blocks(text, Span(piece.start, piece.end))
            shown += [
                _paragraph(text, block, passage, key, marks, markdown, within(matches, *block), _pinned(block, pins))
                for block in inner_blocks
            ]
    return "\n".join(shown).replace(_HERE, f'<p id="sw-passage" tabindex="-1" {_HERE[3:]}', 1)


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


_HERE = '<p class="sw-here'


def within(matches: Sequence[Match], start: int, end: int) -> Sequence[Match]:
    """Those that meet a stretch of the text, of a list that rises."""
    first = bisect_right(matches, start, key=lambda match: match.span.end)
    return matches[first : bisect_left(matches, end, key=lambda match: match.span.start)]


def _paragraph(
    text: str,
    span: Span,
    passage: Span | None,
    key: Span | None,
    marks: Sequence[Span],
    markdown: bool,
    matches: Sequence[Match],
    pinned: str | None = None,
) -> str:
    """One block of text; ``sw-item`` when no empty line parts it from the one before. ``pinned``: the notes on it."""
    classes = " sw-item" * _follows(text, span) + " sw-kept" * (pinned is not None)
    about = f' data-at="{span.start}"' + (f' title="{escape(pinned)}"' if pinned else "")
    if passage is None or not passage.meets(span):
        inner = marked(text[span.start : span.end], span.start, markdown=markdown, matches=matches)
        named = f' class="{classes.strip()}"' if classes else ""
        return f"<p{named}{about}>{inner}</p>"
    start, end = max(span.start, passage.start), min(span.end, passage.end)
    inner = marked(text[start:end], start, key, marks, markdown, matches)
    before, after = (
        marked(text[slice(*part)], part[0], markdown=markdown, matches=matches)
        for part in ((span.start, start), (end, span.end))
    )
    return f'{_HERE}{classes}"{about}>{before}<span class="sw-passage">{inner}</span>{after}</p>'


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
