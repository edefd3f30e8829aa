"""The draft that is open on the page: how it comes in, where it is kept, and how it is left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing

import streamlit as st

from index import Draft, Library, SourcewiseError, Store
from index.check import KeptDraft, keep_draft, load_text
from index.check import read_draft as read_kept
from ingest.draft import SUFFIXES, draft_of_text, read_draft
from views.components import layout

UNKEPT = "not-kept"
"""Stands in the address for a draft that the library cannot keep."""


def hold(draft: Draft, kept: KeptDraft | None) -> None:
    """Make this the draft that is looked at. ``kept``: None where the library cannot keep it."""
    identity = kept.id if kept else UNKEPT
    state = st.session_state
    state["edited"] = state.get("draft") == identity
    if not state["edited"]:
        state.update({"sentence": None, "shown": "all", "checked": None})
    state.update(
        {"draft": identity, "draft_read": draft, "draft_kept": kept, "draft_text": draft.text, "counted": None}
    )
    for name in ("draft", "s", "show"):
        st.query_params.pop(name, None)


def leave() -> None:
    """Back to the list."""
    st.session_state.update({"draft": None, "draft_text": "", "draft_problem": "", "draft_note": "", "editing": False})
    for name in ("draft", "s", "show"):
        st.query_params.pop(name, None)


def held(folder: Library) -> Draft | None:
    """The draft that was chosen, else that the address names, else that of this visit. Raises QueryError for one that
    is not there."""
    state = st.session_state
    named = state.pop("draft_wanted", None) or st.query_params.get("draft")
    if named and named != state.get("draft"):
        state["draft"] = None
        with closing(Store.open(folder)) as store:
            kept = read_kept(store, named)
            draft = load_text(store, kept)
        state.update({"draft": named, "draft_read": draft, "draft_kept": kept, "sentence": None, "counted": None})
        state.pop("shown", None)
    return state["draft_read"] if state.get("draft") else None


def take_text() -> None:
    """What stands in the box; a Markdown file stays one when it is edited here."""
    text, kept = st.session_state["draft_text"], kept_draft()
    name = kept.file if kept and kept.file.lower().endswith((".md", ".markdown")) else ""
    take(lambda: read_draft(text.encode("utf-8", "replace"), name) if name and text.strip() else draft_of_text(text))


def take_file() -> None:
    handed = st.session_state["draft_file"]
    if handed is not None:
        take(lambda: read_draft(handed.getvalue(), handed.name), handed.name)


def take(read_it: Callable[[], Draft], file: str = "") -> None:
    """Keep what was handed over, as a version of the draft that is open; what cannot be kept is checked too."""
    st.session_state["draft_problem"] = ""
    try:
        draft = read_it()
    except SourcewiseError as error:
        st.session_state["draft_problem"] = str(error)
        return
    keep(draft, file)


def keep(draft: Draft, file: str = "") -> None:
    before = kept_draft()
    kept: KeptDraft | None
    st.session_state["acted"] = True
    try:
        identity, seen = (before.id, before.versions[0].id) if before else (None, None)
        kept, note = keep_draft(layout.library(), draft, file, identity, seen)
    except SourcewiseError as error:
        kept, note = before, f"This draft is not kept: it is gone when the page is closed. {error}"
    hold(draft, kept)
    st.session_state["draft_note"] = note


def kept_draft() -> KeptDraft | None:
    """The draft that is looked at, as it is kept."""
    kept = st.session_state.get("draft_kept")
    return kept if isinstance(kept, KeptDraft) and kept.id == st.session_state.get("draft") else None


def way_in(label: str, hand_over: str, text: str = "Your draft") -> None:
    """Two ways in: paste, or hand a file over."""
    st.session_state.setdefault("draft_text", "")
    st.text_area(text, key="draft_text", height=260, placeholder="Paste a paragraph, or all of it")
    st.button(label, on_click=take_text, type="primary", key="check_draft")
    suffixes = [suffix.removeprefix(".") for suffix in SUFFIXES]
    st.file_uploader(hand_over, suffixes, key="draft_file", on_change=take_file)
