"""Answers that start from a passage: others like it, and where one that was expected stands."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from index.types import Answer
from views.components import layout
from views.components.parameters import SearchParameters

if TYPE_CHECKING:
    from index.search.index import Index
    from index.search.query import Query


def question(index: Index, passage: str) -> tuple[Query, tuple[str, ...]]:
    """What a passage asks, named as an address names it, and the sources to leave out. Raises QueryError."""
    from index.search.similar import similar_query

    identity, _, start = passage.rpartition("-")
    return similar_query(index, identity, int(start))


def answer(index: Index, asked: SearchParameters) -> Answer:
    """The answer to words, or to a passage. Raises SourcewiseError."""
    if not asked.like:
        return index.search(asked.q, asked.k, asked.by, asked.where(), asked.per_source or None)
    query, without = question(index, asked.like)
    where = replace(asked.where(), without=without)
    return next(index.search_many([query], asked.k, asked.by, where, asked.per_source or None))


def box(folder: Path, asked: SearchParameters) -> None:
    """Under the results: paste a sentence, and learn where its passage stands."""
    with st.expander("Expected another passage?"):
        text = st.text_area(
            "A sentence that you expected to find",
            key="expected",
            placeholder="Paste it, or write it as you remember it",
        )
        st.button("Where does it stand?")
        if text.strip():
            with layout.errors_shown():
                stands(folder, asked, text)


def stands(folder: Path, asked: SearchParameters, text: str) -> None:
    from index.output.terminal import format_explanation
    from index.search.explain import explain

    found = explain(layout.opened(folder), asked.q, text, asked.by, asked.where(), asked.per_source or None)
    if found.source and found.passage:
        about = " · ".join(map(escape, [layout.title(found.source), *layout.where_in(found.passage)]))
        quote = escape(layout.verbatim(found.passage))
        st.html(f'<p class="sw-meta">{about}</p><blockquote class="sw-quote">{quote}</blockquote>')
    lines = "".join(f"<li>{escape(line)}</li>" for line in format_explanation(found))
    st.html(f'<ul class="sw-stages" role="status">{lines}</ul>')
