"""A document in its place: the whole text, with the passage that was found marked and in view."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from index import Document, Library, Span
from views.components import find_in_text, layout, original, outline, page_picture, pinning, selection, source_words
from views.components.document_text import Shown, document_html, left_out_html, within
from views.components.marking import Match
from views.components.parameters import SearchParameters
from views.components.source_details import details

WINDOW = 20_000
"""Characters shown around the place of a long document, and added at each end by "Show more"."""


LONG_TITLE = 120
"""Characters of a title above which it is set smaller (a guess)."""


def span(start: int | None, end: int | None, length: int) -> Span | None:
    """A span from the address, when it is one of this text."""
    return Span(start, end) if start is not None and end is not None and start < end <= length else None


def key_sentence(passage: Span | None, length: int) -> Span | None:
    first, _, last = st.query_params.get("key", "").partition("-")
    if passage is None or not (first.isdigit() and last.isdigit()) or len(first + last) > 24:
        return None
    return span(int(first), int(last), length)


def read(folder: Library, identity: str) -> Document:
    """The live document. Raises SourcewiseError."""
    from index import Store

    store = Store.open(folder)
    try:
        return store.documents.load(identity)[1]
    finally:
        store.close()


def window(document: Document, place: Span) -> Span:
    """All of a document, or of a long one the part around a place. It stays while the place lies in it, and grows by
    buttons."""
    length = len(document.text)
    if length <= 2 * WINDOW:
        return Span(0, length)
    key = f"window-{document.source.id}"
    kept: Span | None = st.session_state.get(key)
    if kept is None or not place.within(kept) or kept.end > length:
        kept = Span(max(0, place.start - WINDOW // 2), min(length, place.start + WINDOW))
        st.session_state[key] = kept = Span(*whole_lines(document.text, kept, place))
    return kept


def whole_lines(text: str, part: Span, place: Span) -> Span:
    """A part of a text cut to whole lines, where there are any on both sides of the place."""
    start = text.find("\n", part.start, place.start) + 1 or part.start if part.start else 0
    end = part.end if part.end == len(text) else text.rfind("\n", place.end, part.end) + 1 or part.end
    return Span(start, end)


def grow(document: Document, before: int, after: int) -> None:
    key, text = f"window-{document.source.id}", document.text
    was = st.session_state[key]
    wider = Span(max(0, was.start - before), min(len(text), was.end + after))
    st.session_state[key] = whole_lines(text, wider, was)


def about(document: Document) -> None:
    """Who says it and what it is, above the text; and where the original is."""
    source = document.source
    known = [*layout.byline(source), source_words.kind_and_language(source)]
    st.html(f'<p class="sw-lead">{escape(" · ".join(filter(None, known)))}</p>')
    original.show(layout.library(), source)


def links(document: Document) -> None:
    before = layout.last_parameters()
    if not before.q:
        before = SearchParameters(q=st.query_params.get("q", ""))
    label = "Back to the results" if before.q else "Back to the search"
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="ways"):
        if draft := st.query_params.get("draft"):
            back = layout.address({"draft": draft, "s": st.query_params.get("s", "")})
            st.page_link(layout.DRAFT, label="Back to the draft", icon=":material/arrow_back:", query_params=back)
        st.page_link(
            layout.SEARCH, label=label, icon=":material/arrow_back:", query_params=layout.address(before.params())
        )
        only = layout.address({**before.params(), "source": [document.source.id]})
        st.page_link(layout.SEARCH, label="Search in this source", icon=":material/manage_search:", query_params=only)
        pinning.of_document(document, span(layout.number("start"), layout.number("end"), len(document.text)))
        beside = layout.address({"a": document.source.id})
        st.page_link(layout.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=beside)


def text(document: Document, place: Span, known: Sequence[Match]) -> None:
    """The document, as much of it as is shown at once."""
    length = len(document.text)
    passage = span(layout.number("start"), layout.number("end"), length)
    seen = window(document, place)
    words = layout.matches(document.text, passage, st.query_params.get("q", "")) if passage else []
    if seen.start > 0:
        st.button("Show earlier text", on_click=grow, args=(document, WINDOW, 0))
    pins = [(pin.passage.span, pin.note) for pin in selection.pinned(layout.library(), document)]
    matches = within(known, *seen)
    body = document_html(document, seen, Shown(passage, key_sentence(passage, length), words, pins, matches))
    st.html(f'<article class="sw-document" aria-label="Text">{body}</article>')
    if seen.end < length:
        st.button("Show later text", on_click=grow, args=(document, 0, WINDOW))
    elif document.left_out:
        st.html(f'<aside class="sw-document" aria-label="Left out">{left_out_html(document)}</aside>')


def page() -> None:
    identity = st.query_params.get("id", "")
    with layout.errors_shown():
        folder = layout.library()
        document = read(folder, identity)
        start, length = layout.number("start"), len(document.text)
        passage = span(start, layout.number("end"), length)
        known = find_in_text.matches(folder, document)
        current = find_in_text.chosen(known, start or 0)
        place, target = at(passage, current, length)
        layout.frame(layout.title(document.source), target, f"{identity} {target} {place.start} {wanted()}")
        # where the reader is when he comes back to the results
        st.session_state["place"] = "" if start is None else layout.place_of(identity, start)
        with st.container(key="links", gap=None):
            links(document)
            find_in_text.box(document, known, current)
        long = " sw-long" * (len(layout.title(document.source)) > LONG_TITLE)
        st.html(f'<h1 class="sw-title{long}">{escape(layout.title(document.source))}</h1>')
        about(document)
        details(folder, document.source)
        page_picture.of_document(document, passage)
        text(document, place, known)
        selection.listen(folder, document)
        with st.sidebar:
            outline.show(document, known)
            outline.hits(folder, document)


def at(passage: Span | None, match: Match | None, length: int) -> tuple[Span, str]:
    """The place in the text that the address names, and the id of what stands there, empty for the beginning."""
    if match is not None:
        return match.span, str(match.number)
    heading = layout.number("at")
    if heading is not None and heading < length:
        return Span(heading, heading), f"sw-at-{heading}"
    return (passage, "sw-passage") if passage else (Span(0, 0), "")


def wanted() -> str:
    return st.query_params.get("find", "")


page()
