"""The button that pins a passage, and which collection it goes to."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

import streamlit as st

from index import Document, Library, SourcewiseError, Span, Store
from index.collections import Collection, PinnedPassage, pin_id, pin_passage, read_collections
from views.components import layout, signed_in


@st.cache_resource(show_spinner=False, max_entries=4)
def _read(folder: Library, stamps: str) -> list[Collection]:
    """Kept for all visitors until one of the collections is changed."""
    store = Store.open(folder)
    try:
        return read_collections(store)
    finally:
        store.close()


def collections(folder: Library) -> list[Collection]:
    """All of a library, the one that was changed last first."""
    store = Store.open(folder)
    try:
        return _read(folder, store.kept.stamps("collection"))
    finally:
        store.close()


def current(folder: Library) -> Collection | None:
    """The collection that this visitor chose, else the one that was changed last; None before the first pin."""
    known = collections(folder)
    chosen = st.session_state.get("collection")
    return next((collection for collection in known if collection.id == chosen), known[0] if known else None)


@st.cache_resource(show_spinner=False, max_entries=8)
def _ids(collection: str, revision: int, _pins: Sequence[PinnedPassage]) -> frozenset[str]:
    return frozenset(pin.id for pin in _pins)


def pinned_ids(folder: Library) -> frozenset[str]:
    """The ids of what is in the collection that pins go to: looked up once for all buttons of a page."""
    collection = current(folder)
    return _ids(collection.id, collection.revision, collection.pins) if collection else frozenset()


def button(folder: Library, known: frozenset[str], source: str, span: Span, text: str, where: str) -> None:
    """Pin a passage that is shown, or say that it is pinned. ``known``: see ``pinned_ids``; ``where``: what tells the
    buttons of a page apart."""
    pinned = pin_id(source, span, text) in known
    st.button(
        "Pinned" if pinned else "Pin",
        key=f"pin-{where}",
        type="tertiary",
        disabled=pinned or not signed_in.may_edit(),
        on_click=pin,
        args=(folder, source, span, text),
    )


def of_document(document: Document, passage: Span | None) -> None:
    """The button for the passage of a document that is shown, if one is."""
    if passage is not None:
        problem()
        folder = layout.library()
        text = document.text[slice(*passage)]
        button(folder, pinned_ids(folder), document.source.id, passage, text, "passage")


def pin(folder: Library, source: str, span: Span, text: str) -> None:
    """Pin a passage into the collection that pins go to."""
    try:
        known = current(folder)
        collection = known.id if known else None
        st.session_state["collection"] = pin_passage(folder, collection, source, span, text).id
        st.toast("Pinned. It is in Collections.")
    except SourcewiseError as error:
        st.session_state["pin_problem"] = str(error)


def pin_named(folder: Library, named: str) -> None:
    """Pin what a button of the page names: ``source:start:end``. What names nothing is passed over."""
    source, *ends = named.split(":")
    if len(ends) != 2 or not all(end.isascii() and end.isdigit() and len(end) < 12 for end in ends):
        return
    span = Span(int(ends[0]), int(ends[1]))
    try:
        with closing(Store.open(folder)) as store:
            text = store.documents.load(source)[1].text[slice(*span)]
    except SourcewiseError as error:
        st.session_state["pin_problem"] = str(error)
        return
    pin(folder, source, span, text)


def problem() -> None:
    """Why the last passage was not pinned, once."""
    if text := st.session_state.pop("pin_problem", ""):
        layout.problem(text)
