"""What can be done with the sources that were chosen in the list."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from index import Library, Source, SourcewiseError
from index.text import line
from views.components import layout, signed_in, source_details

FIELDS = ("authors", "published", "publisher", "language", "kind")
"""What several sources may share."""
NAMED = 3
"""Chosen sources that are named (a guess)."""


def show(folder: Library, chosen: Sequence[Source]) -> None:
    """A bar above the list; nothing while no source is chosen."""
    if not chosen:
        return
    identities = [source.id for source in chosen]
    with st.container(border=True, key="chosen", gap="small"):
        names = "; ".join(layout.title(source) for source in chosen[:NAMED])
        more = f" and {len(chosen) - NAMED:,} more" if len(chosen) > NAMED else ""
        st.html(f'<p class="sw-lead">Chosen: {escape(line(names))}{more}</p>')
        with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
            search = layout.address({**layout.last_parameters().params(), "source": identities})
            st.page_link(
                layout.SEARCH, label="Search in it" if len(chosen) == 1 else "Search in them", query_params=search
            )
            if len(chosen) == 2:
                beside = layout.address({"a": identities[0], "b": identities[1]})
                st.page_link(layout.COMPARE, label="Compare the two", query_params=beside)
            if signed_in.may_keep():
                with st.popover(f"Remove {layout.counted(len(chosen), 'source')}"):
                    removal(folder, identities)
            st.button("Choose none", on_click=_none, type="tertiary")
        if signed_in.may_edit():
            with st.expander(f"Edit {layout.counted(len(chosen), 'source')}"):
                form(folder, identities)


def removal(folder: Library, identities: Sequence[str]) -> None:
    """What is removed and what stays, and the button that does it."""
    st.html(
        '<p class="sw-note sw-flush">They go out of the library. Their files stay on the disk: the next update of '
        "their folder brings back those that are still in it. To leave one out, move its file elsewhere first.</p>"
    )
    if not st.button("Remove from the library", type="primary"):
        return
    from index import remove_sources

    try:
        with st.spinner("Removing"):
            remove_sources(folder, identities)
    except SourcewiseError as error:
        layout.problem(str(error))
        return
    _none()
    st.rerun()


def _none() -> None:
    st.query_params.pop("chosen", None)


def form(folder: Library, identities: Sequence[str]) -> None:
    """Fields that all of them get; a field that is left empty changes nothing."""
    with st.form(f"several-{st.session_state.setdefault('saved', 0)}", border=False):
        st.html('<p class="sw-lead">What you write here is set for all of them; what you leave empty stays.</p>')
        values = {name: source_details.field(name, f"all-{name}") for name in FIELDS}
        saved = st.form_submit_button("Save for all", type="primary")
    changes = {name: value.strip() for name, value in values.items() if value.strip()}
    if not saved or not changes:
        return
    from ingest.sync.edit import edit_several

    try:
        with st.spinner("Saving"):
            edit_several(folder, identities, changes)
    except SourcewiseError as error:
        layout.problem(str(error))
        return
    st.session_state["saved"] += 1
    st.rerun()
