"""Beside a document: its headings, its pages, what is sought in it and what answers the question, as links."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape

import streamlit as st

from index import Document, Filter, Hit, Library, SourcewiseError, Span
from index.text import line, plain
from views.components import layout
from views.components.document_text import headings, page_starts
from views.components.marking import Match

OPEN = 60
"""A longer list of headings or pages is folded away at first (a guess)."""
LISTED = 200
"""Matches that are listed; the box steps through all (a guess)."""
HITS = 10
"""Passages of this source that are listed for a question (a guess)."""
AROUND = 30
"""Characters shown on each side of a match (a guess)."""

KEPT = ("id", "q", "draft", "s", "find")
"""What of the address a link within the document keeps."""


def show(document: Document, known: Sequence[Match]) -> None:
    """All of the document, the parts that are not shown included."""
    sections = sections_html(document)
    pages = pages_html(document)
    lists = f"{matches_html(document, known)}{sections}{pages}"
    if lists:
        st.html(f'<nav class="sw-outline" aria-label="In this text">{lists}</nav>')


def hits(folder: Library, document: Document) -> None:
    """The passages of this source that come first for the question of the address."""
    question = st.query_params.get("q", "")
    if not question.strip():
        return
    try:
        best = _hits(folder, layout.generation(folder), document.source.id, question)
    except SourcewiseError:
        return  # the search itself says why
    if best:
        st.html(f'<nav class="sw-outline" aria-label="Passages">{hits_html(document, best)}</nav>')


@st.cache_resource(show_spinner=False, max_entries=64)
def _hits(folder: Library, generation: str | None, identity: str, question: str) -> list[Hit]:
    answer = layout.opened(folder).search(question, HITS, where=Filter(sources=(identity,)))
    return sorted(answer.hits, key=lambda hit: hit.passage.span)


def hits_html(document: Document, best: Sequence[Hit]) -> str:
    """In the order of the text, each with the sentence that counted most."""
    here = layout.number("start")
    items = []
    for hit in best:
        key = hit.key_sentence or hit.passage.span
        about = f"<small>{escape(hit.passage.locator)}</small> " if hit.passage.locator else ""
        address = {"start": str(hit.passage.span.start), "end": str(hit.passage.span.end)}
        address |= {"key": "-".join(map(str, hit.key_sentence))} if hit.key_sentence else {}
        now = ' aria-current="true"' if hit.passage.span.start == here else ""
        items.append(_link(address, f"{about}{escape(_short(document.text, key))}", now))
    return _fold(f"Nearest to the question ({len(best)})", items, True)


def matches_html(document: Document, known: Sequence[Match]) -> str:
    """Each with the words around it; folded away, as the box steps through them."""
    items = [
        f'<li><a class="sw-step" target="_self" data-to="{match.number}" href="{_href({"match": str(match.number)})}">'
        f"{_context(document.text, match.span)}</a></li>"
        for match in known[:LISTED]
    ]
    if len(known) > LISTED:
        items.append(f"<li>and {len(known) - LISTED:,} more</li>")
    return _fold(f"Matches ({len(known):,})", items, False)


def sections_html(document: Document) -> str:
    """The headings by their levels."""
    known = headings(document)
    items = [
        _link(
            {"at": str(heading.words.start)},
            escape(line(document.text[slice(*heading.words)])),
            f' data-at="sw-at-{heading.words.start}"',
            heading.level,
        )
        for heading in known
    ]
    return _fold(f"Sections ({len(items):,})", items, len(items) <= OPEN)


def pages_html(document: Document) -> str:
    """The numbers of the pages, as they are printed on them."""
    links = [
        f'<a class="sw-open" target="_self" data-at="sw-page-{page.page}" '
        f'href="{_href({"at": str(page.start)})}">{escape(page.label.removeprefix("Page ").partition(",")[0])}</a>'
        for page in page_starts(document)
    ]
    if len(links) < 2:
        return ""
    opened = " open" * (len(links) <= OPEN)
    return (
        f'<details{opened}><summary>Pages ({len(links):,})</summary><p class="sw-pages">{" ".join(links)}</p></details>'
    )


def _fold(name: str, items: Iterable[str], is_open: bool) -> str:
    listed = "".join(items)
    return f"<details{' open' * is_open}><summary>{name}</summary><ol>{listed}</ol></details>" if listed else ""


def _href(params: dict[str, str]) -> str:
    kept = {name: st.query_params[name] for name in KEPT if name in st.query_params}
    return layout.href("source", {**kept, **params})


def _link(params: dict[str, str], words: str, more: str, level: int = 0) -> str:
    indent = f' class="sw-level-{min(level, 4)}"' if level else ""
    return f'<li{indent}><a class="sw-open" target="_self" href="{_href(params)}"{more}>{words}</a></li>'


def _short(text: str, span: Span, most: int = 90) -> str:
    """The beginning of a stretch, in one line."""
    plain = line(text[span.start : min(span.end, span.start + 2 * most)])
    return plain if len(plain) <= most else f"{plain[:most].rsplit(' ', 1)[0]} …"


def _context(text: str, span: Span) -> str:
    """A match with the words around it, which begin and end where words do."""
    start, end = max(0, span.start - AROUND), min(len(text), span.end + AROUND)
    start = text.find(" ", start, span.start) + 1 or start
    end = text.rfind(" ", span.end, end) if " " in text[span.end : end] else end
    before, match, after = (_flat(text[slice(*part)]) for part in ((start, span.start), span, (span.end, end)))
    return f"{before}<mark>{match}</mark>{after}"


def _flat(text: str) -> str:
    """Escaped, on one line, with the spaces at its ends."""
    return escape(re.sub(r"\s+", " ", plain(text)))
