"""Source text to HTML that can do nothing but be read: escaped first, then marked. All spans are of the document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from typing import NamedTuple

from index import Document, Source, Span
from index.text import blocks, line

_MARKDOWN = re.compile(
    # the rule of a table, or across the page
    r"^[ \t]*(?:\|[ \t]*)?:?-{3,}:?[ \t]*(?:\|[ \t]*:?-{3,}:?[ \t]*)*(?:\|[ \t]*)?$"
    r"|^[ \t]*(?:#{1,6}|>+)(?=[ \t])|`+"
    r"|(?<![\w*])[*_]{1,3}(?=[^\W_]|[“\"‘'(\[])|(?<=[\w.,;:!?…)\]”\"’'])(?:\*{1,3}|(?<!_)_{1,3})(?![\w*])",
    re.MULTILINE,
)
_ROW = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def is_markdown(source: Source) -> bool:
    return source.location.lower().endswith(".md")


def marked(
    text: str, base: int = 0, key: Span | None = None, marks: Iterable[Span] = (), markdown: bool = False
) -> str:
    """``text``, which starts at ``base`` in its document, with ``key`` in <mark> and ``marks`` in <u>, and the signs of
    Markdown quietly.

    Only tags are added: taken off again, and unescaped, the text is as it was. Spans may overlap and lie outside.
    """
    first, last = _inside(key, base, len(text)) if key else (0, 0)
    points = _Signs(_breaks(text), _signs(text) if markdown else ())
    underlined = _joined(_inside(span, base, len(text)) for span in marks)
    before, middle, after = (
        "".join(_underlined(text, start, end, underlined, points))
        for start, end in ((0, first), (first, last), (last, len(text)))
    )
    return f"{before}<mark>{middle}</mark>{after}" if middle else before + after


class _Signs(NamedTuple):
    """Where blocks end, and what shows it; and what is shown quietly, in order."""

    breaks: Mapping[int, str]
    quiet: Sequence[tuple[int, int]]


def _signs(text: str) -> list[tuple[int, int]]:
    """The signs of Markdown: headings, quotations, emphasis, and the lines of tables."""
    spans = [match.span() for match in _MARKDOWN.finditer(text)]
    for row in _ROW.finditer(text):
        spans += [(position, position + 1) for position in range(*row.span()) if text[position] == "|"]
    return _joined(spans)


def _inside(span: Span, base: int, length: int) -> tuple[int, int]:
    """The part of a document's span that lies in a text, as offsets of that text; (0, 0) when none does."""
    start, end = max(span.start - base, 0), min(span.end - base, length)
    return (start, end) if start < end else (0, 0)


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        elif end > start:
            joined.append((start, end))
    return joined


def _breaks(text: str) -> dict[int, str]:
    """Where a block ends and another follows, and what shows it: a line end, or the gap between paragraphs."""
    parts = list(blocks(text, Span(0, len(text))))
    return {
        block.end: "<br>" if text.count("\n", block.end, following.start) < 2 else '<span class="sw-gap"></span>'
        for block, following in pairwise(parts)
    }


def _underlined(text: str, start: int, end: int, spans: Sequence[tuple[int, int]], points: _Signs) -> Iterator[str]:
    at = start
    for first, last in spans:
        first, last = max(first, at), min(last, end)
        if first < last:
            yield _broken(text, at, first, points)
            yield f"<u>{_broken(text, first, last, points)}</u>"
            at = last
    yield _broken(text, at, end, points)


def _broken(text: str, start: int, end: int, points: _Signs) -> str:
    """Escaped text with a sign at each end of a block."""
    pieces = []
    for point in sorted(position for position in points.breaks if start <= position < end):
        pieces += [_quiet(text, start, point, points.quiet), points.breaks[point]]
        start = point
    return "".join([*pieces, _quiet(text, start, end, points.quiet)])


def _quiet(text: str, start: int, end: int, signs: Sequence[tuple[int, int]]) -> str:
    """Escaped text, its signs apart."""
    pieces = []
    for first, last in signs:
        first, last = max(first, start), min(last, end)
        if first < last:
            pieces += [escape(text[start:first]), f'<span class="sw-sign">{escape(text[first:last])}</span>']
            start = last
    return "".join([*pieces, escape(text[start:end])])


# a whole document ---------------------------------------------------------------------------------------------

_SIGNS = re.compile(r"[#=*_\s]*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A section's own heading where it stands in the text. ``span`` is its line, ``words`` what it says."""

    span: Span
    words: Span


def headings(document: Document) -> list[Heading]:
    """In order, the upper ones that stand right above others included; those that are not in the text are left out."""
    result = list[Heading]()
    at = 0
    for section in document.sections:
        above, end = list[Heading](), section.span.start
        for title in reversed((section.heading or "").split(" › ")):
            start = document.text.rfind(title, at, end) if title else -1
            if start < 0:
                break
            words = Span(start, start + len(title))
            above.append(Heading(_line(document.text, words), words))
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
) -> str:
    """The part of a document that lies in ``window``: headings, paragraphs, what was left out folded away, the
    passage marked. Its first paragraph has the id ``sw-passage``. A block of text says at which character it begins.
    ``pins``: what the reader pinned, with notes; the blocks that have it have a rail."""
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
            shown.append(_left_out(text, piece))
        elif piece.kind == "heading":
            shown.append(_heading(text, piece))
        else:
            inner_blocks = blocks(text, Span(piece.start, piece.end))
            shown += [
                _paragraph(text, block, passage, key, marks, markdown, _pinned(block, pins)) for block in inner_blocks
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
    special += (piece for piece in _pages(document) if window.start <= piece.start < window.end)
    at = window.start
    for piece in sorted(special):
        start, end = max(at, piece.start), min(piece.end, window.end)
        yield _Piece(at, start)
        yield piece._replace(start=start, end=end)
        at = max(at, end)
    yield _Piece(at, max(at, window.end))


def _pages(document: Document) -> Iterator[_Piece]:
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


def _paragraph(
    text: str,
    span: Span,
    passage: Span | None,
    key: Span | None,
    marks: Sequence[Span],
    markdown: bool,
    pinned: str | None = None,
) -> str:
    """One block of text; ``sw-item`` when no empty line parts it from the one before. ``pinned``: the notes on it."""
    classes = " sw-item" * _follows(text, span) + " sw-kept" * (pinned is not None)
    about = f' data-at="{span.start}"' + (f' title="{escape(pinned)}"' if pinned else "")
    if passage is None or not passage.meets(span):
        inner = marked(text[span.start : span.end], markdown=markdown)
        named = f' class="{classes.strip()}"' if classes else ""
        return f"<p{named}{about}>{inner}</p>"
    start, end = max(span.start, passage.start), min(span.end, passage.end)
    inner = marked(text[start:end], start, key, marks, markdown)
    before, after = (marked(part, markdown=markdown) for part in (text[span.start : start], text[end : span.end]))
    return f'{_HERE}{classes}"{about}>{before}<span class="sw-passage">{inner}</span>{after}</p>'


def _pinned(block: Span, pins: Sequence[tuple[Span, str]]) -> str | None:
    """What is to be said of a block that has something pinned; None for one that has nothing."""
    notes = [note for span, note in pins if span.meets(block)]
    return "; ".join(["Pinned", *filter(None, notes)]) if notes else None


def _follows(text: str, span: Span) -> bool:
    """Whether no empty line parts a block from the one before."""
    before = text[max(0, span.start - 80) : span.start].rstrip(" \t")
    return before.endswith("\n") and not before[:-1].rstrip(" \t").endswith("\n")


def _heading(text: str, piece: _Piece) -> str:
    """The signs that make a line a heading stay, quietly."""
    before, after = escape(text[piece.start : piece.words.start]), escape(text[piece.words.end : piece.end])
    signs = [f'<span class="sw-sign">{sign}</span>' if sign else "" for sign in (before, after)]
    return f'<h2 id="sw-at-{piece.words.start}">{signs[0]}{escape(text[slice(*piece.words)])}{signs[1]}</h2>'


def _left_out(text: str, piece: _Piece) -> str:
    inner = marked(text[piece.start : piece.end], piece.start)
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


def as_label(text: str) -> str:
    """A text as the label of a button, in which Markdown is read: every sign stands for itself."""
    return _PUNCTUATION.sub(r"\\\1", line(text))
