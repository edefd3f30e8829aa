"""Where a source comes from: its address on the web, and its file on this machine."""

from __future__ import annotations

from html import escape
from pathlib import Path

import streamlit as st

from index import Library, Source
from ingest.sync.original import original_path
from views.components import signed_in, source_words


def show(library: Library, source: Source) -> None:
    """Raises SourcewiseError. A page that a server sends may not open a file of this machine: its path is copied, or
    the file is handed over by the page's own server."""
    path = original_path(library, source.id)
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="original"):
        st.html(f'<p class="sw-lead">{web_link(source)}{file_html(path, source)}</p>', width="stretch")
        if path.is_file():
            st.download_button(
                "Get the file", path.read_bytes, path.name, on_click="ignore", type="tertiary", key="get-file"
            )


def web_link(source: Source) -> str:
    """A link that tells the other site nothing of this page, opened beside it; empty when there is no address."""
    address = source_words.web_address(source)
    if not address:
        return f"{escape(source.url)}<br>" if source.url else ""
    link = (
        f'<a class="sw-link" href="{escape(address)}" target="_blank" rel="noopener noreferrer">{escape(address)}</a>'
    )
    return f"{link}<br>"


def file_html(path: Path, source: Source) -> str:
    """The path, with a button that copies it; in a team, which is elsewhere, the file's name alone."""
    record = f" · record {escape(source.record)}" if source.record else ""
    gone = "" if path.is_file() else " · not there any more"
    if signed_in.in_team():
        return f"<span>{escape(source.location)}</span>{record}{gone}"
    copy = f'<button type="button" class="sw-copy" data-copy="{escape(str(path))}">Copy the path</button>'
    return f'<span title="{escape(str(path))}">{escape(source.location)}</span>{record}{gone} · {copy}'
