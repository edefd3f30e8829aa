"""A document in its place: the whole text, with the passage that was found marked and in view."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from index import Document, Span
from views.components import layout, page_picture, pinning, selection
from views.components.marking import document_html, headings, left_out_html
from views.components.parameters import SearchParameters
from views.components.source_details import details

WINDOW = 20_000
"""Characters shown around the place of a long document, and added at each end by "Show more"."""


def number(name: str) -> int | None:
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else None


def span(start: int | None, end: int | None, length: int) -> Span | None:
    """A span from the address, when it is one of this text."""
    return Span(start, end) if start is not None and end is not None and start < end <= length else None


def key_sentence(passage: Span | None, length: int) -> Span | None:
    first, _, last = st.query_params.get("key", "").partition("-")
    if passage is None or not (first.isdigit() and last.isdigit()) or len(first + last) > 24:
        return None
    return span(int(first), int(last), length)


def read(folder: Path, identity: str) -> Document:
    """The live document. Raises SourcewiseError."""
    from index import Store

    store = Store.open(folder)
    try:
        return store.documents.load(identity)[1]
    finally:
        store.close()


def window(document: Document, passage: Span | None) -> Span:
    """All of a document, or of a long one the part around the passage; it grows by buttons."""
    length = len(document.text)
    if length <= 2 * WINDOW:
        return Span(0, length)
    at = passage.start if passage else 0
    key = f"window-{document.source.id}-{at}"
    before, after = st.session_state.setdefault(key, (WINDOW // 2, WINDOW))
    start, end = max(0, at - before), min(length, at + after)
    # whole lines, where there are any
    if start:
        start = document.text.find("\n", start, at) + 1 or start
    if end < length:
        end = document.text.rfind("\n", passage.end if passage else at, end) + 1 or end
    return Span(start, end)


def grow(document: Document, passage: Span | None, before: int, after: int) -> None:
    key = f"window-{document.source.id}-{passage.start if passage else 0}"
    was = st.session_state[key]
    st.session_state[key] = (was[0] + before, was[1] + after)


def about(document: Document) -> None:
    """Who says it, above the text."""
    source = document.source
    known = [*layout.byline(source), source.location, *([f"record {source.record}"] if source.record else [])]
    link = f"<br><span>{escape(source.url)}</span>" if source.url else ""
    st.html(f'<p class="sw-lead">{escape(" · ".join(known))}{link}</p>')


def outline(document: Document, seen: Span) -> None:
    """The headings in view, as links to them."""
    items = "".join(
        f'<li><a href="#sw-at-{heading.words.start}">{escape(document.text[slice(*heading.words)])}</a></li>'
        for heading in headings(document)
        if heading.span.meets(seen)
    )
    if items:
        st.html(f'<nav class="sw-outline" aria-label="Sections"><p><strong>Sections</strong></p><ol>{items}</ol></nav>')


def links(document: Document) -> None:
    before = layout.last_parameters()
    if not before.q:
        before = SearchParameters(q=st.query_params.get("q", ""))
    label = "Back to the results" if before.q else "Back to the search"
    with st.container(horizontal=True, gap="medium", key="links"):
        if draft := st.query_params.get("draft"):
            back = layout.address({"draft": draft, "s": st.query_params.get("s", "")})
            st.page_link(layout.DRAFT, label="Back to the draft", icon=":material/arrow_back:", query_params=back)
        st.page_link(
            layout.SEARCH, label=label, icon=":material/arrow_back:", query_params=layout.address(before.params())
        )
        only = layout.address({**before.params(), "source": [document.source.id]})
        st.page_link(layout.SEARCH, label="Search in this source", icon=":material/manage_search:", query_params=only)
        pinning.of_document(document, span(number("start"), number("end"), len(document.text)))
        beside = layout.address({"a": document.source.id})
        st.page_link(layout.COMPARE, label="Compare", icon=":material/compare_arrows:", query_params=beside)


def text(document: Document) -> None:
    """The document, as much of it as is shown at once."""
    length = len(document.text)
    passage = span(number("start"), number("end"), length)
    seen = window(document, passage)
    with st.sidebar:
        outline(document, seen)
    words = layout.matches(document.text, passage, st.query_params.get("q", "")) if passage else []
    if seen.start > 0:
        st.button("Show earlier text", on_click=grow, args=(document, passage, WINDOW, 0))
    pins = [(pin.passage.span, pin.note) for pin in selection.pinned(layout.library(), document)]
    body = document_html(document, seen, passage, key_sentence(passage, length), words, pins)
    st.html(f'<article class="sw-document" aria-label="Text">{body}</article>')
    if seen.end < length:
        st.button("Show later text", on_click=grow, args=(document, passage, 0, WINDOW))
    elif document.left_out:
        st.html(f'<aside class="sw-document" aria-label="Left out">{left_out_html(document)}</aside>')


def page() -> None:
    identity = st.query_params.get("id", "")
    with layout.errors_shown():
        document = read(layout.library(), identity)
        start = number("start")
        layout.frame(layout.title(document.source), "sw-passage" if start is not None else "", f"{identity} {start}")
        # where the reader is when he comes back to the results
        st.session_state["place"] = "" if start is None else layout.place_of(identity, start)
        links(document)
        st.html(f'<h1 class="sw-title">{escape(layout.title(document.source))}</h1>')
        about(document)
        details(layout.library(), document.source)
        page_picture.of_document(document, span(start, number("end"), len(document.text)))
        text(document)
        selection.listen(layout.library(), document)


page()
