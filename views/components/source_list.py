"""What stands in a library, and opening another."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path

import streamlit as st

from index import Recall, Source
from views.components import folders, layout

PAGE = 30
"""Sources listed at first, and added by each "More sources"."""


def choose() -> None:
    """Which library is open, and a field to open another."""
    chosen = st.session_state.get("library") or st.query_params.get("library")
    st.html(f'<p class="sw-lead">Open now: {escape(str(chosen or layout.default_library_folder()))}</p>')
    with st.expander("Open another library"):
        st.text_input("Folder of the library", key="other", placeholder="A folder that an ingest has filled")
        with st.container(horizontal=True):
            st.button("Open", on_click=change, type="primary")
            st.button("Back to the usual one", on_click=open_default, disabled=not chosen)


def change() -> None:
    """Open what the field names, once there is a library there."""
    named = st.session_state["other"].strip()
    if named:
        st.session_state["library"] = named
        st.session_state.pop("asked", None)
        st.query_params["library"] = named


def open_default() -> None:
    for name in ("library", "asked"):
        st.session_state.pop(name, None)
    st.query_params.pop("library", None)


def show(folder: Path) -> None:
    """The sources, by title, and the files of the last ingest that need a look."""
    generation = layout.generation(folder)
    if generation is None:
        st.html(
            f'<p class="sw-lead">There is no library at {escape(str(folder))} yet. Bring in documents to make one.</p>'
        )
        return
    known = layout.sources(folder, generation)
    passages = sum(count for _, count, _ in known)
    st.html(f'<h2 class="sw-head">{layout.counted(len(known), "source")}, {layout.counted(passages, "passage")}</h2>')
    self_test_result(folder)
    folders.show(folder, generation)
    if known:
        st.html('<h2 class="sw-head">The sources</h2>')
    wanted = (
        st.text_input("Find a source", key="find", placeholder="Part of a title, an author, a file name")
        if known
        else ""
    )
    listed = [listing for listing in known if fits(listing[0], wanted)]
    shown = st.session_state.setdefault("listed", PAGE)
    for source, count, _ in listed[:shown]:
        row(source, count)
    if any(layout.byline(source) != layout.byline(replace(source, origins={})) for source, _, _ in listed[:shown]):
        st.html('<p class="sw-lead">In [square brackets]: a guess, read off the text or the file’s name.</p>')
    if known and not listed:
        st.html('<p class="sw-lead">No source has that in its title, author or file name.</p>')
    if len(listed) > shown:
        st.button(f"More sources ({len(listed) - shown:,})", on_click=more)
    folders.show_reports(folder, generation)


def self_test_result(folder: Path) -> None:
    """When the library was last published, and how its test of itself went."""
    from index import Manifest, current_manifest, recall_fell

    path = current_manifest(folder)
    if path is None:
        return
    manifest = Manifest.read(path)
    now = manifest.recall
    made = f"Last changed on {manifest.made[:10]} (generation {manifest.generation})"
    if not now.asked:
        st.html(f'<p class="sw-lead">{made}.</p>')
        return
    st.html(
        f'<p class="sw-lead">{made}. To test the search, {layout.counted(now.asked, "sentence")} of your sources were '
        f"asked with a third of their words missing: {now.found} were found again among the first five "
        f"passages. {near(manifest.nearest)}</p>"
    )
    if recall_fell(now):
        layout.problem(
            f"The same sentences asked again of the same sources: {now.lost:,} are no longer found, {now.gained:,} are "
            "found anew, which is no chance. Run: python -m index verify"
        )


def near(recall: Recall | None) -> str:
    if recall is None:
        return "Each question is compared with every passage."
    return f"Of the ten passages truly nearest in meaning, {recall.share:.1%} are found without comparing all."


def more() -> None:
    st.session_state["listed"] += PAGE


def fits(source: Source, wanted: str) -> bool:
    text = " ".join([source.title, *source.authors, source.location, source.publisher or ""]).casefold()
    return all(word in text for word in wanted.casefold().split())


def row(source: Source, passages: int) -> None:
    about = " · ".join(map(escape, [*layout.byline(source), source.location, layout.counted(passages, "passage")]))
    with st.container(horizontal=True, key=f"row-{source.id}", gap="medium"):
        st.html(f'<p class="sw-source">{escape(layout.title(source))}<br><small>{about}</small></p>', width="stretch")
        st.page_link(layout.SOURCE, label="Read", query_params=layout.address({"id": source.id}))
        st.page_link(layout.SEARCH, label="Search in it", query_params=layout.address({"source": [source.id]}))
