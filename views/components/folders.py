"""The folders that a library was filled from: when, what has changed in them since, and bringing that in."""

from __future__ import annotations

import time
from collections.abc import Sequence
from html import escape

import streamlit as st

from index import Library
from ingest.report import FileReport
from ingest.sync.folders import Folder, folders
from views.components import ingest_job, layout, signed_in, upload

SOURCES_A_SECOND = 500
"""A look at so many sources is kept for a second (a guess: some twenty times as long as it takes)."""


@st.cache_resource(show_spinner=False, max_entries=4)
def reports(library: Library, generation: str) -> dict[str, list[FileReport]]:
    """For each folder what was said of its files when they were last read."""
    from index import Store

    store = Store.open(library)
    try:
        return {
            path: [FileReport(**row.report) for row in store.files.of_root(number).values()]
            for number, path in store.files.roots().items()
        }
    finally:
        store.close()


def looked_at(library: Library, generation: str) -> Sequence[Folder]:
    """The folders as they are, or in a large library as they were a moment ago: to look takes time, and each click
    draws the page anew."""
    kept: tuple[object, float, Sequence[Folder]] = st.session_state.get("folders", (None, 0.0, ()))
    key, until, listed = kept
    if key != (library, generation) or time.monotonic() >= until:
        listed = folders(library)
        seconds = sum(folder.sources + folder.new for folder in listed) / SOURCES_A_SECOND
        st.session_state["folders"] = (library, generation), time.monotonic() + seconds, listed
    return listed


def show(library: Library, generation: str) -> None:
    """Where the sources came from, and what has changed there since."""
    listed = looked_at(library, generation)
    if not listed:
        return
    st.html('<h2 class="sw-head">Where they come from</h2>')
    under_way = ingest_job.last(library)
    running = under_way is not None and not under_way.ended.is_set()
    changed = [folder.path for folder in listed if folder.differs]
    if len(changed) > 1 and st.button("Update all folders now", disabled=running):
        upload.take(library, changed)
    for number, folder in enumerate(listed):
        row(library, number, folder, running)


def show_reports(library: Library, generation: str) -> None:
    """What was guessed, left out or refused of the files when they were last read."""
    files = [report for of_folder in reports(library, generation).values() for report in of_folder]
    if files:
        st.html('<h2 class="sw-head">How they were read</h2>')
        upload.remarks([report for report in files if report.warnings])
        upload.every(files)


def row(library: Library, number: int, folder: Folder, running: bool) -> None:
    with st.container(horizontal=True, key=f"folder-{number}", gap="medium"):
        about = f"{layout.counted(folder.sources, 'source')} · {state(folder)}"
        st.html(f'<p class="sw-source">{escape(name(folder))}<br><small>{escape(about)}</small></p>', width="stretch")
        if not folder.is_missing:
            st.button(
                "Update now",
                key=f"update-{number}",
                on_click=ingest_job.start,
                args=(library, [folder.path]),
                disabled=running,
            )


def name(folder: Folder) -> str:
    """Its path; in a team, which is elsewhere, its name."""
    return folder.path.name if signed_in.in_team() else str(folder.path)


def state(folder: Folder) -> str:
    """When a folder was last brought in, and what has changed in it since."""
    if folder.is_missing:
        return "not there now: it was moved, or its disk is not connected. Its sources stay in the library."
    if folder.ingested is None:
        return "not known what has changed since it was brought in"
    counts = {"new": folder.new, "changed": folder.changed, "gone": folder.gone}
    since = ", ".join(f"{count:,} {what}" for what, count in counts.items() if count)
    when = folder.ingested[:16].replace("T", " ")
    return f"brought in on {when} UTC · since then {since or 'nothing has changed'}"
