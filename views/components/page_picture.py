"""The picture of a page of a PDF or of what OCR read, one click away from its text."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from index import Document, Section, SourcewiseError, Span
from views.components import layout

SHOW, HIDE = "Show the page’s picture", "Hide the page’s picture"


def toggle(key: str) -> None:
    """The button that shows and hides a picture; ``key`` names the place on the page."""
    st.button(
        HIDE if is_shown(key) else SHOW,
        key=f"picture-of-{key}",
        type="tertiary",
        on_click=_turn,
        args=(key,),
    )


def is_shown(key: str) -> bool:
    return bool(st.session_state.get(f"picture-{key}"))


def _turn(key: str) -> None:
    st.session_state[f"picture-{key}"] = not is_shown(key)


def picture(identity: str, page: int | None, words: str = "", *, ocr: bool = False) -> None:
    """The picture of a page of a source with ``words`` marked on it, which OCR read or the file has, or the one line
    that says why it cannot be shown."""
    from ingest.sync.original import original

    with st.spinner("Drawing the page …"):
        try:
            path, digest = original(layout.library(), identity)
            drawn = _drawn(path, digest, page or 1, words, ocr)
        except SourcewiseError as error:
            layout.problem(str(error))
            return
    name = f"{path.name}, page {page}" if page else path.name
    st.image(drawn, caption=name, alt=f"The picture of {name}")


@st.cache_data(show_spinner=False, max_entries=32)
def _drawn(path: Path, digest: bytes, page: int, words: str, ocr: bool) -> bytes:
    """Kept for all visitors; ``digest`` is that of the file, so that a changed one is drawn again."""
    from ingest.sandbox.page_picture import page_picture

    return page_picture(path, path.name, page, words, ocr=ocr)


def of_document(document: Document, passage: Span | None) -> None:
    """The button for the pages of a PDF or of what OCR read, if there are any, and the picture of one of them: at first
    the passage's, which is marked on it."""
    is_pdf = document.source.location.lower().endswith(".pdf")
    drawable = [section for section in document.sections if section.ocr is not None or (is_pdf and section.page)]
    if not drawable:
        return
    toggle("document")
    if not is_shown("document"):
        return
    pages = list(dict.fromkeys(section.page for section in drawable))
    now = _page_of(drawable, passage)
    first = pages.index(now)
    page = pages[0] if len(pages) == 1 else st.selectbox("Page", pages, index=first, key=f"page-{document.source.id}")
    words = document.text[slice(*passage)] if passage and page == now else ""
    by_ocr = any(section.ocr is not None for section in drawable if section.page == page)
    picture(document.source.id, page, words, ocr=by_ocr)


def _page_of(sections: Sequence[Section], passage: Span | None) -> int | None:
    """The page of the section that holds the passage; of the first section when none does."""
    holding = (section.page for section in sections if passage is not None and passage.within(section.span))
    return next(holding, sections[0].page)
