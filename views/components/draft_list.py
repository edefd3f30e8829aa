"""The drafts that are kept: a list of them, and above an open one its name, its versions and what to do with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from html import escape

import streamlit as st

from index import Draft, Library, SourcewiseError, Store
from index.check import (
    PARTLY,
    FindingStatus,
    KeptDraft,
    MarkStatus,
    RemovedDraft,
    load_text,
    read_drafts,
    remove_draft,
    rename_draft,
    restore_draft,
)
from views.components import layout, signed_in
from views.components.marking import as_label

STEP = 20
"""Drafts of the list that are shown at first, and added by each "More drafts"."""
SIGNS = {
    FindingStatus.DIFFERS.value: "≠",
    PARTLY: "◐",
    FindingStatus.NOT_FOUND.value: "○",
    FindingStatus.FOUND.value: "●",
}
MARK_SIGNS = {MarkStatus.CONFIRMED.value: "✓", MarkStatus.NEEDS_WORK.value: "✎"}

Keep = Callable[[Draft], None]


def show(folder: Library) -> None:
    """The list, the latest first, and what is kept."""
    with closing(Store.open(folder)) as store:
        drafts = read_drafts(store)
    removed = st.session_state.get("draft_removed")
    if isinstance(removed, RemovedDraft):
        undo(folder, removed)
    if not drafts:
        st.html(
            '<p class="sw-note sw-note-flat">Drafts that you check here are kept in this library, and listed here.</p>'
        )
        return
    st.html('<h2 class="sw-draft-name">Your drafts</h2>')
    shown = st.session_state.setdefault("drafts_shown", STEP)
    with st.container(key="drafts"):
        for kept in drafts[:shown]:
            row(folder, kept)
    if len(drafts) > shown:
        st.button(f"More drafts ({len(drafts) - shown:,})", on_click=show_more, type="tertiary")
    st.html(
        '<p class="sw-note sw-note-flat">They are kept in this library, each with its last 20 texts, and nowhere else. '
        "Remove takes one out with all its texts; your marks on sentences stay.</p>"
    )


def show_more() -> None:
    st.session_state["drafts_shown"] += STEP


def row(folder: Library, kept: KeptDraft) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"draft-{kept.id}"):
        with st.container(gap=None, width="stretch"):
            st.button(as_label(kept.name), key=f"look-{kept.id}", type="tertiary", on_click=look, args=(kept.id,))
            st.html(f'<p class="sw-meta">{escape(about(kept))}</p>')
        if signed_in.may_edit():
            st.button("Remove", key=f"remove-{kept.id}", type="tertiary", on_click=remove, args=(folder, kept))


def look(identity: str) -> None:
    """Open a draft of the list."""
    st.session_state.update({"draft_wanted": identity, "draft_problem": "", "draft_note": ""})


def about(kept: KeptDraft) -> str:
    """When a draft was last opened, what was counted in it, and how many texts of it there are."""
    versions = [f"{len(kept.versions)} versions"] if len(kept.versions) > 1 else []
    return " · ".join(
        [layout.day_and_time(kept.last), *counted(kept.counts, SIGNS), *counted(kept.marks, MARK_SIGNS), *versions]
    )


def counted(counts: Mapping[str, int], signs: Mapping[str, str]) -> list[str]:
    return [f"{sign} {name} {counts[name]:,}" for name, sign in signs.items() if counts.get(name)]


# what can be done ---------------------------------------------------------------------------------------------


def attempt(action: Callable[[], None]) -> None:
    try:
        action()
        st.session_state["draft_problem"] = ""
    except SourcewiseError as error:
        st.session_state["draft_problem"] = str(error)


def remove(folder: Library, kept: KeptDraft, leave: Callable[[], None] | None = None) -> None:
    def removing() -> None:
        st.session_state["draft_removed"] = remove_draft(folder, kept)
        if leave:
            leave()

    attempt(removing)


def undo(folder: Library, removed: RemovedDraft) -> None:
    def put_back() -> None:
        restore_draft(folder, removed)
        st.session_state["draft_removed"] = None

    with st.container(horizontal=True, vertical_alignment="center", key="removed-draft"):
        st.html(f'<p class="sw-lead" role="status">“{escape(removed.draft.name)}” is removed.</p>', width="content")
        st.button("Undo", on_click=attempt, args=(put_back,), type="tertiary")


def bar(folder: Library, kept: KeptDraft | None, leave: Callable[[], None], keep: Keep) -> None:
    """Above an open draft: its name, and what can be done with it."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="draft-bar"):
        if kept:
            st.html(f'<h2 class="sw-draft-name">{escape(kept.name)}</h2>', width="content")
        st.toggle("Edit", key="editing", on_change=edit, width="content")
        if kept:
            with st.popover("Versions", width="content"):
                versions(folder, kept, keep)
            if signed_in.may_edit():
                with st.popover("More", width="content"):
                    more(folder, kept, leave)
        st.button("All drafts", on_click=leave, type="tertiary", icon=":material/arrow_back:")


def edit() -> None:
    """The box begins with the text that is checked."""
    st.session_state.update({"acted": True, "draft_text": st.session_state["draft_read"].text})


def versions(folder: Library, kept: KeptDraft, keep: Keep) -> None:
    st.html(
        f'<p class="sw-note">First checked {escape(layout.day_and_time(kept.first))}. The last 20 texts are kept.</p>'
    )
    for number, version in enumerate(kept.versions):
        about = f"{layout.day_and_time(version.made)} · {version.characters:,} characters"
        with st.container(horizontal=True, vertical_alignment="center", key=f"version-{number}"):
            st.html(f'<p class="sw-meta">{escape(about)}</p>', width="content")
            if number == 0:
                st.html('<p class="sw-note">This one</p>', width="content")
            else:
                arguments = (folder, kept, version.id, keep)
                st.button("Open", key=f"open-{version.id}", type="tertiary", on_click=open_version, args=arguments)


def open_version(folder: Library, kept: KeptDraft, version: str, keep: Keep) -> None:
    """An earlier text becomes the latest again; the others stay."""

    def opening() -> None:
        with closing(Store.open(folder)) as store:
            keep(load_text(store, kept, version))

    attempt(opening)


def more(folder: Library, kept: KeptDraft, leave: Callable[[], None]) -> None:
    key = f"name-{kept.id}"
    st.session_state.setdefault(key, kept.name)

    def rename() -> None:
        def renaming() -> None:
            st.session_state["draft_kept"] = rename_draft(folder, kept, st.session_state[key])

        st.session_state["acted"] = True
        attempt(renaming)
        st.session_state[key] = st.session_state["draft_kept"].name

    st.text_input("Name", key=key, on_change=rename, max_chars=200)
    st.button("Remove this draft", on_click=remove, args=(folder, kept, leave))
    st.html('<p class="sw-note">With all its texts. Your marks on sentences stay.</p>')
