"""Answers that start from a passage: others like it, and where one that was expected stands."""

from __future__ import annotations

from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

import streamlit as st

from index import Answer, Library
from views.components import layout
from views.components.parameters import SearchParameters

if TYPE_CHECKING:
    from index import Index
    from index.search import Query


def question(index: Index, passage: str) -> tuple[Query, tuple[str, ...]]:
    """What a passage asks, named as an address names it, and the sources to leave out. Raises QueryError."""
    from index.search import similar_query

    identity, _, start = passage.rpartition("-")
    return similar_query(index, identity, int(start))


def limit(parameters: SearchParameters) -> int | None:
    """How many passages of one source the page shows; None for all."""
    folder = layout.library()
    return parameters.limit(len(layout.names(folder, layout.generation(folder))))


def answer(index: Index, parameters: SearchParameters) -> Answer:
    """The answer to words, or to a passage. Raises SourcewiseError."""
    if not parameters.like:
        return index.search(
            *(parameters.q, parameters.k, parameters.by, parameters.where(), limit(parameters)), fast=parameters.fast
        )
    query, without = question(index, parameters.like)
    where = replace(parameters.where(), without=without)
    return next(index.search_many([query], parameters.k, parameters.by, where, limit(parameters)))


def box(folder: Library, parameters: SearchParameters) -> None:
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
                stands(folder, parameters, text)


def stands(folder: Library, parameters: SearchParameters, text: str) -> None:
    from index.output import format_explanation
    from index.search import explain_passage

    explanation = explain_passage(
        *(layout.opened(folder), parameters.q, text, parameters.by, parameters.where(), limit(parameters)),
        fast=parameters.fast,
    )
    if explanation.source and explanation.passage:
        about = " · ".join(map(escape, [layout.title(explanation.source), *layout.where_in(explanation.passage)]))
        quote = escape(layout.verbatim(explanation.passage))
        st.html(f'<p class="sw-meta">{about}</p><blockquote class="sw-quote">{quote}</blockquote>')
    lines = "".join(f"<li>{escape(line)}</li>" for line in format_explanation(explanation))
    st.html(f'<ul class="sw-stages" role="status">{lines}</ul>')
