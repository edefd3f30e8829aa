"""On the search page: the questions that were asked, and the searches that are saved, with what is new in them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from functools import partial
from html import escape

import streamlit as st

from index import Answer, Hit, Library, SourcewiseError, Store
from index.search import (
    AskedQuestion,
    History,
    KeptQuestion,
    SavedSearch,
    clear_history,
    find_new,
    look_at,
    note_question,
    read_history,
    read_searches,
    remove_search,
    save_search,
    switch_history,
)
from views.components import expected_passage, layout, signed_in
from views.components.marking import as_label
from views.components.parameters import SearchParameters

STEP = 20
"""Questions that are listed at first, and added by each "More questions"."""

Ask = Callable[..., None]


def question_of(parameters: SearchParameters) -> KeptQuestion:
    return KeptQuestion(parameters.q, parameters.by, parameters.where(), expected_passage.limit(parameters))


def fields_of(question: KeptQuestion) -> dict[str, object]:
    """The fields of the page that ask a question again."""
    where = question.where
    return {
        "q": question.text,
        "like": "",
        "by": question.by,
        "source": list(where.sources or ()),
        "author": where.author or "",
        "since": where.since or "",
        "until": where.until or "",
        "per_source": question.per_source or 0,
        "fast": False,
    }


def conditions(question: KeptQuestion) -> str:
    """The conditions of a question, in a few words; empty without any."""
    where = question.where
    parts = {
        layout.counted(len(where.sources or ()), "source"): where.sources,
        f"author “{where.author}”": where.author,
        f"from {where.since}": where.since,
        f"until {where.until}": where.until,
        f"by {question.by}": question.by != "both",
    }
    return ", ".join(text for text, holds in parts.items() if holds)


# under an empty box -------------------------------------------------------------------------------------------


def show(folder: Library, ask: Ask) -> None:
    """The saved searches, and the questions folded away."""
    with closing(Store.open(folder)) as store:
        searches, history = read_searches(store), read_history(store)
    if searches:
        st.html('<h2 class="sw-draft-name">Saved searches</h2>')
        with st.container(key="searches", gap=None):
            for search in searches:
                saved_row(folder, search, ask)
    if signed_in.in_team():  # nobody keeps the questions of another
        return
    with st.expander("Questions asked here"):
        questions(folder, history, ask)


def saved_row(folder: Library, search: SavedSearch, ask: Ask) -> None:
    new = count_new(folder, search)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"search-{search.name}"):
        label, fields = as_label(search.name), fields_of(search.question)
        st.button(label, key=f"ask-{search.name}", type="tertiary", on_click=ask, kwargs=fields)
        narrowed = conditions(search.question)
        about = [f"{new} new" if new else "", "" if search.name.endswith(narrowed) else narrowed]
        st.html(f'<p class="sw-note">{escape(" · ".join(filter(None, about)))}</p>', width="stretch")
        forget = partial(remove_search, folder, search.name)
        if signed_in.may_edit():
            st.button("Remove", key=f"forget-{search.name}", type="tertiary", on_click=attempt, args=(forget,))


@st.cache_data(show_spinner=False, max_entries=512)
def _count_new(folder: Library, generation: str | None, name: str, seen_in: str, _search: SavedSearch) -> int:
    """Kept until the library is another, or the search was looked at in it."""
    return len(find_new(layout.opened(folder), _search)[1])


def count_new(folder: Library, search: SavedSearch) -> int:
    """How many hits are new; 0 where the search can no longer be asked, which it says itself when it is."""
    try:
        return _count_new(folder, layout.generation(folder), search.name, search.library, search)
    except SourcewiseError:
        return 0


def questions(folder: Library, history: History, ask: Ask) -> None:
    """The history, the latest first, and how it is cleared and switched off."""
    st.toggle("Keep the questions that I ask", history.is_on, key="history_on", on_change=switch, args=(folder,))
    st.html(
        '<p class="sw-note sw-note-flat">The last 200 are kept in this library, and nowhere else.</p>'
        if history.is_on
        else '<p class="sw-note sw-note-flat">No further questions are kept.</p>'
    )
    if st.session_state.get("history_problem"):
        st.html(f'<p class="sw-changed">{escape(st.session_state["history_problem"])}</p>')
    shown = st.session_state.setdefault("questions_shown", STEP)
    for number, asked in enumerate(history.questions[:shown]):
        asked_row(number, asked, ask)
    with st.container(horizontal=True, key="history-actions"):
        if len(history.questions) > shown:
            st.button("More questions", on_click=show_more)
        if history.questions:
            st.button("Clear", on_click=attempt, args=(lambda: clear_history(folder),))


def asked_row(number: int, asked: AskedQuestion, ask: Ask) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"asked-{number}"):
        label = as_label(asked.question.text)
        st.button(label, key=f"again-{number}", type="tertiary", on_click=ask, kwargs=fields_of(asked.question))
        about = filter(None, [layout.day_and_time(asked.asked), conditions(asked.question)])
        st.html(f'<p class="sw-note">{escape(" · ".join(about))}</p>', width="content")


def show_more() -> None:
    st.session_state["questions_shown"] += STEP


def switch(folder: Library) -> None:
    attempt(lambda: switch_history(folder, bool(st.session_state["history_on"])))


def attempt(action: Callable[[], object]) -> None:
    try:
        action()
        st.session_state["history_problem"] = ""
    except SourcewiseError as error:
        st.session_state["history_problem"] = str(error)


# with an answer -----------------------------------------------------------------------------------------------


def note(folder: Library, parameters: SearchParameters, answer: Answer) -> None:
    """Put what was asked into the history, once. A library of an early version is not upgraded for this."""
    question = question_of(parameters)
    if parameters.like or st.session_state.get("noted") == question or signed_in.in_team():
        return
    st.session_state["noted"] = question
    if layout.opened(folder).generation.manifest.epoch:
        attempt(lambda: note_question(folder, question, answer.confidence.value))


def saved(folder: Library, parameters: SearchParameters) -> None:
    """Offer to save a search, or say what is new in it."""
    if parameters.like:
        return
    question, index = question_of(parameters), layout.opened(folder)
    search = next((search for search in read_searches(index.store) if search.question == question), None)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="saved-search"):
        if search is None and not signed_in.may_edit():
            pass
        elif search is None:
            name = " · ".join(filter(None, [question.text, conditions(question)]))
            save = partial(save_search, folder, index, name, question)
            st.button("Save this search", type="tertiary", on_click=attempt, args=(save,))
        else:
            text = news_of(looked(folder, search))
            st.html(f'<p class="sw-lead" role="status">{escape(text)}</p>', width="content")
            forget = partial(remove_search, folder, search.name)
            if signed_in.may_edit():
                st.button("Remove from saved", type="tertiary", on_click=attempt, args=(forget,))
    if st.session_state.get("history_problem"):
        st.html(f'<p class="sw-changed">{escape(st.session_state["history_problem"])}</p>')


def looked(folder: Library, search: SavedSearch) -> tuple[str, list[Hit]]:
    """When a saved search was last looked at, and what is new since; it stays new for as long as this visit lasts."""
    key = f"looked-{layout.generation(folder)}-{search.name}-{search.saved}"
    if key not in st.session_state:
        index = layout.opened(folder)
        # a reader leaves it as new for those who keep it
        _, new = look_at(folder, index, search.name) if signed_in.may_edit() else find_new(index, search)
        st.session_state[key] = (search.looked, new)
    kept: tuple[str, list[Hit]] = st.session_state[key]
    return kept


def news_of(looked: tuple[str, list[Hit]]) -> str:
    moment, new = looked
    if not new:
        return f"Saved. Nothing new since {layout.day_and_time(moment)}."
    where = "; ".join(dict.fromkeys(f"{hit.rank}. {layout.title(hit.source)}" for hit in new))
    return f"Saved. {len(new)} new since {layout.day_and_time(moment)}: {where}."
