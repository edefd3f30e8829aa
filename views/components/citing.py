"""The style in which a person cites, the button that copies a quotation in it, and the files to take along."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from html import escape
from pathlib import PurePath

import streamlit as st

from index import Library, Passage, Source, SourcewiseError
from index.output import (
    BIBLIOGRAPHY_FORMATS,
    STYLE_NAMES,
    CitationStyle,
    choose_style,
    citation_keys,
    doubts,
    quotation,
    read_style,
)
from views.components import layout, signed_in

TABLE_FILES = {"Word": ".docx", "Markdown": ".md", "HTML": ".html", "CSV": ".csv"}
SOURCE_FILES = {"BibTeX": "sources.bib", "RIS": "sources.ris", "CSL-JSON": "sources.json"}

Make = Callable[[str, CitationStyle, Mapping[str, str]], bytes]
"""Makes a file by its name, with citations in a style and the keys of BibTeX."""


def style(folder: Library) -> CitationStyle:
    """What was chosen in this library."""
    return read_style(layout.opened(folder).store)


def choose(folder: Library) -> None:
    """The field that chooses the style; the choice is kept in the library."""
    st.session_state["cite_as"] = style(folder)
    st.selectbox(
        "Cite as",
        list(STYLE_NAMES),
        format_func=STYLE_NAMES.__getitem__,
        key="cite_as",
        on_change=_chosen,
        args=(folder,),
        width=220,
        disabled=not signed_in.may_edit(),
    )
    if text := st.session_state.pop("style_problem", ""):
        layout.problem(text)


def _chosen(folder: Library) -> None:
    try:
        choose_style(folder, st.session_state["cite_as"])
    except SourcewiseError as error:
        st.session_state["style_problem"] = str(error)


@st.cache_data(show_spinner=False, max_entries=4)
def keys(folder: Library, generation: str | None) -> dict[str, str]:
    """The BibTeX key of each source, by its id: the same on every page and in every file."""
    return citation_keys(source for source, _, _ in layout.opened(folder).store.documents.sources())


def copy_button(folder: Library, source: Source, passage: Passage) -> None:
    """Copies the passage with its citation. What the citation lacks stands beside."""
    chosen = style(folder)
    key = keys(folder, layout.generation(folder)).get(source.id, "") if chosen is CitationStyle.BIBTEX else ""
    text = quotation(source, passage, layout.verbatim(passage), chosen, key)
    known = doubts(source)
    about = f"Copy the quotation with its source ({STYLE_NAMES[chosen]}{''.join(f'; {doubt}' for doubt in known)})"
    attributes = f'class="sw-copy" data-copy="{escape(text)}" title="{escape(about)}" aria-label="{escape(about)}"'
    lacks = ", ".join(doubt for doubt in known if doubt.startswith("no "))
    beside = f' <span class="sw-lacks">{escape(lacks)}</span>' if lacks else ""
    st.html(f'<button type="button" {attributes}>Copy</button>{beside}', width="content")


def take_along(folder: Library, heading: str, files: Mapping[str, str], make: Make, sources: Sequence[Source]) -> None:
    """Files by their labels, each made when it is asked for, and the sources for other programs."""
    with st.expander(heading, key="take_along"):
        choose(folder)
        with st.container(horizontal=True):
            for label, file in files.items():
                content = partial(_made, make, folder, file)
                st.download_button(label, content, file, on_click="ignore", key=file)
        st.html(
            f'<p class="sw-note sw-note-flat">Its {layout.counted(len(sources), "source")}, for other programs:</p>'
        )
        with st.container(horizontal=True):
            for label, file in SOURCE_FILES.items():
                content = partial(_bibliography, folder, PurePath(file).suffix, sources)
                st.download_button(label, content, file, on_click="ignore", key=file)


def _made(make: Make, folder: Library, file: str) -> bytes:
    return make(file, style(folder), keys(folder, layout.generation(folder)))


def _bibliography(folder: Library, suffix: str, sources: Sequence[Source]) -> bytes:
    return BIBLIOGRAPHY_FORMATS[suffix](sources, keys(folder, layout.generation(folder)))
