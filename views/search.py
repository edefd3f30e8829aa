"""The search page: a box, conditions beside it, and the passages found."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import PurePath

import streamlit as st

from index import Answer, By, Library, SourcewiseError
from index.output import CitationStyle, answer_quotations, timestamp, write_quotations
from views.components import citing, expected_passage, getting_started, kept_questions, layout, pinning, results
from views.components.parameters import MOST, PER_SOURCE, STEP, USUAL_PER_SOURCE, SearchParameters

NAMES = {By.BOTH: "Both", By.MEANING: "Meaning", By.WORDS: "Words"}
FAST = (
    "Leave out the small model that reads the best passages of a question in English: an answer takes less time, and "
    "the passage that answers comes first a little less often."
)
NO_READER = (
    "The small model that reads the best passages cannot be opened; the search goes on without it. "
    "python -m index search says why."
)
"""Without the reason, which names folders that a team need not know."""
FIELDS = ("q", "like", "by", "source", "author", "since", "until", "per_source", "fast")


def arrive() -> None:
    """Fill the fields from the address; after another page, from the last query."""
    address = SearchParameters.from_params({name: st.query_params.get_all(name) for name in st.query_params})
    before = layout.last_parameters()
    returned = "q" not in st.session_state
    if returned and address == SearchParameters():
        address = before
    if returned or address != before:
        fill(address)


def fill(parameters: SearchParameters) -> None:
    for name in FIELDS:
        value = getattr(parameters, name)
        st.session_state[name] = list(value) if name == "source" else value
    st.session_state["k"] = parameters.k


def ask(**change: object) -> None:
    """Change fields before the next run, as buttons do. The number of hits starts at ``STEP`` again."""
    st.session_state.update({"k": STEP, "place": "", **change})


def clear() -> None:
    ask(source=[], author="", since="", until="", by=By.BOTH, per_source=USUAL_PER_SOURCE)


def fill_similar_query() -> None:
    """For a search like a passage, put the words that describe the passage into the box."""
    if not st.session_state["like"] or st.session_state["q"]:
        return
    try:
        index = layout.opened(layout.library())
        st.session_state["q"] = expected_passage.question(index, st.session_state["like"])[0].text
    except SourcewiseError:
        return  # the search itself will say so, in its place


def current_parameters() -> SearchParameters:
    """The query and its conditions as the fields have them now."""
    state = st.session_state
    return SearchParameters(
        q="" if state["like"] else state["q"].strip(),
        like=state["like"],
        by=state["by"] or By.BOTH,
        source=tuple(state["source"]),
        author=state["author"].strip(),
        since=state["since"].strip(),
        until=state["until"].strip(),
        per_source=USUAL_PER_SOURCE if state["per_source"] is None else state["per_source"],
        fast=state["fast"],
        k=state["k"],
    )


def box() -> None:
    st.text_input(
        "Search your sources",
        key="q",
        type="search",
        icon=":material/search:",
        placeholder="Ask a question, or give a few words",
        on_change=ask,
        kwargs={"like": ""},
    )


def conditions(folder: Library, generation: str | None) -> None:
    """The filters in the sidebar."""
    known = layout.names(folder, generation)
    missing = [identity for identity in st.session_state["source"] if identity not in known]
    st.segmented_control("Search by", list(By), format_func=NAMES.__getitem__, key="by", required=True, on_change=ask)
    st.multiselect(
        "Sources",
        [*known, *missing],
        format_func=lambda identity: known.get(identity, f"{identity} (not in this library)"),
        key="source",
        placeholder=f"All {len(known):,}" if known else "None yet",
        select_all=False,
        on_change=ask,
    )
    st.text_input("Author", key="author", placeholder="Part of a name", on_change=ask)
    since, until = st.columns(2)
    since.text_input("From", key="since", placeholder="2024", on_change=ask)
    until.text_input("Until", key="until", placeholder="2025-06", on_change=ask)
    st.segmented_control(
        "Of each source at most",
        PER_SOURCE,
        format_func=lambda limit: str(limit) if limit else "All",
        key="per_source",
        required=True,
        on_change=ask,
    )
    st.toggle("Fast", key="fast", help=FAST, on_change=ask)
    st.button("Clear all filters", on_click=clear, disabled=not current_parameters().narrows, width="stretch")


def depart(parameters: SearchParameters) -> None:
    """Put the query into the address, so that it can be bookmarked and shared."""
    st.session_state["asked"] = parameters
    wanted = layout.address(parameters.params())
    if wanted != {name: one_or_all(st.query_params.get_all(name), name) for name in st.query_params}:
        st.query_params.from_dict(wanted)


def one_or_all(values: list[str], name: str) -> str | list[str]:
    return values if name == "source" else values[-1]


def search(folder: Library, parameters: SearchParameters) -> tuple[Answer, float]:
    """The answer and its time in seconds, without opening the library."""
    with st.spinner("Opening the library…"):
        index = layout.opened(folder)
    if index.reader_missing and not parameters.fast:
        layout.problem(NO_READER)
    started = time.perf_counter()
    answer = expected_passage.answer(index, parameters)
    return answer, time.perf_counter() - started


def show_results(folder: Library, parameters: SearchParameters) -> None:
    with layout.errors_shown():
        pinning.problem()
        answer, seconds = search(folder, parameters)
        results.summary(answer, seconds, parameters, clear, ask)
        with layout.errors_shown():
            kept_questions.saved(folder, parameters)
        pinned = pinning.pinned_ids(folder)
        for hit in answer.hits:
            results.show(folder, hit, parameters, ask, pinned)
        if len(answer.hits) == parameters.k < MOST:
            st.button("More results", on_click=ask, kwargs={"k": min(parameters.k + STEP, MOST)})
        elif answer.hits and expected_passage.limit(parameters):
            st.button("More of these sources", on_click=ask, kwargs={"per_source": 0, "k": parameters.k})
        if answer.hits:
            take_along(folder, answer)
        if parameters.q:
            expected_passage.box(folder, parameters)
        kept_questions.note(folder, parameters, answer)  # last: it is written to the disk


def take_along(folder: Library, answer: Answer) -> None:
    """The hits as a file with their citations."""
    files = {label: f"passages{suffix}" for label, suffix in citing.TABLE_FILES.items()}

    def make(file: str, style: CitationStyle, keys: Mapping[str, str]) -> bytes:
        return write_quotations(PurePath(file).suffix, answer_quotations(answer, timestamp()), style, keys)

    sources = list({hit.source.id: hit.source for hit in answer.hits}.values())
    citing.take_along(folder, "Take these passages along, and how they are cited", files, make, sources)


def page() -> None:
    arrive()
    fill_similar_query()
    target = st.session_state.setdefault("place", "")
    layout.frame(st.session_state["q"], target, target)
    st.html('<h1 class="sw-name">Sourcewise</h1>')
    box()
    with layout.errors_shown():
        folder = layout.library()
        generation = layout.generation(folder)
        parameters = current_parameters()
        depart(parameters)
        if generation is None or layout.is_empty(folder):
            getting_started.no_library(folder)
            return
        with st.sidebar:
            conditions(folder, generation)
        if not parameters.q and not parameters.like:
            with layout.errors_shown():
                kept_questions.show(folder, ask)
            getting_started.teach(folder, generation, ask)
            layout.warm(folder)
        else:
            show_results(folder, parameters)


page()
