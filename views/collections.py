"""Collections: the passages that were pinned, with their sources, notes and tags, and what became of each since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import PurePath

import streamlit as st

from index import Library, SourcewiseError, Store
from index.collections import (
    Collection,
    PinnedPassage,
    PinOutcome,
    PinStatus,
    moved,
    noted,
    outcomes_of,
    put_back,
    removed,
    update,
)
from index.collections import create as make_collection
from index.collections import delete as delete_collection
from index.collections import merge as merge_collections
from index.output import CitationStyle, collection_quotations, timestamp, write_quotations
from views.components import citing, layout, pinned_passages, pinning, signed_in

PAGE = 20
"""Passages shown at once (a guess)."""


@st.cache_resource(show_spinner=False, max_entries=4)
def _outcomes(
    folder: Library, generation: str | None, identities: Sequence[str], _pins: Sequence[PinnedPassage]
) -> Mapping[str, PinOutcome]:
    """Looked at again when the library is another or other passages are pinned, not for an order or a note."""
    store = Store.open(folder)
    try:
        return outcomes_of(store, _pins)
    finally:
        store.close()


# changes --------------------------------------------------------------------------------------------------------


def change(what: str, act: Callable[[], Sequence[Collection]], seen: Sequence[Collection] = ()) -> None:
    """Do something to collections, and remember how it is undone: each as it was ``seen``, over what is stored now."""
    try:
        after = {collection.id: collection.revision for collection in act()}
    except SourcewiseError as error:
        st.session_state["collections_problem"] = str(error)
        return
    before = [replace(collection, revision=after.get(collection.id, 0)) for collection in seen]
    # where another window changed it too, to put back what was seen here would undo that as well
    own = all(after.get(collection.id, collection.revision + 1) == collection.revision + 1 for collection in seen)
    st.session_state["undo"] = (what, before) if before and own else None


def undo(folder: Library) -> None:
    _, before = st.session_state["undo"]
    st.session_state["undo"] = None
    change("", lambda: put_back(folder, *before))


def updated(folder: Library, what: str, seen: Collection, how: Callable[[Collection], Collection]) -> None:
    change(what, lambda: [update(folder, seen.id, how)], [seen])


def keep_note(folder: Library, seen: Collection, pin: PinnedPassage, note_key: str, tags_key: str) -> None:
    note, tags = st.session_state[note_key], st.session_state[tags_key].split(",")
    updated(folder, "the note", seen, lambda collection: noted(collection, pin, note, tags))


def remove(folder: Library, seen: Collection, pin: PinnedPassage) -> None:
    updated(folder, "removing a passage", seen, lambda collection: removed(collection, [pin.id]))


def move(folder: Library, seen: Collection, pin: PinnedPassage, by: int) -> None:
    updated(folder, "moving a passage", seen, lambda collection: moved(collection, pin.id, by))


def rename(folder: Library, seen: Collection) -> None:
    name = st.session_state[f"rename-{seen.id}"]
    change("the name", lambda: put_back(folder, replace(seen, name=name)), [seen])


def merge(folder: Library, seen: Collection, others: Mapping[str, Collection]) -> None:
    other = others[st.session_state[f"merge-{seen.id}"]]
    change("merging", lambda: [merge_collections(folder, seen, other)], [seen, other])


def delete(folder: Library, seen: Collection) -> None:
    def act() -> list[Collection]:
        delete_collection(folder, seen)
        return []

    change("deleting a collection", act, [seen])


def create(folder: Library) -> None:
    def act() -> list[Collection]:
        made = make_collection(folder, st.session_state["new_collection"])
        st.session_state.update({"collection": made.id, "new_collection": ""})
        return [made]

    change("", act)


# the page -------------------------------------------------------------------------------------------------------


def choose(known: Sequence[Collection], shown: Collection) -> None:
    """Which collection is shown; new pins go to it too."""
    names = {collection.id: f"{collection.name} ({len(collection.pins):,})" for collection in known}
    st.session_state["collection_shown"] = shown.id
    label = "Collection (what you pin goes to it)"
    st.selectbox(
        label, list(names), format_func=lambda identity: names[identity], key="collection_shown", on_change=chosen
    )


def chosen() -> None:
    st.session_state.update({"collection": st.session_state["collection_shown"], "pins_page": 1})


def manage(folder: Library, known: Sequence[Collection], shown: Collection | None) -> None:
    with st.popover("New collection, rename, merge, delete" if shown else "New collection"):
        st.text_input("A new collection", key="new_collection", placeholder="Its name")
        st.button("Make it", on_click=create, args=(folder,))
        if shown is None:
            return
        st.session_state.setdefault(f"rename-{shown.id}", shown.name)
        st.text_input("The name of this one", key=f"rename-{shown.id}")
        st.button("Rename", on_click=rename, args=(folder, shown))
        others = {collection.id: collection for collection in known if collection.id != shown.id}
        if others:
            key = f"merge-{shown.id}"
            st.selectbox("Take in another", list(others), format_func=lambda identity: others[identity].name, key=key)
            st.button("Merge", on_click=merge, args=(folder, shown, others))
        st.button("Delete this collection", on_click=delete, args=(folder, shown))


def summary(outcomes: Mapping[str, PinOutcome]) -> None:
    count = Counter(outcome.status for outcome in outcomes.values())
    changed = [f"{count[status]:,} {words}" for status, words in pinned_passages.CHANGES.items() if count[status]]
    became = f"Since they were pinned: {', '.join(changed)}." if changed else "All stand as they did when pinned."
    st.html(f'<p class="sw-lead" role="status">{layout.counted(len(outcomes), "passage")}. {became}</p>')


def with_tag(shown: Collection) -> list[PinnedPassage]:
    """The passages with any of the tags that are chosen; all while none is."""
    count = Counter(tag for pin in shown.pins for tag in pin.tags)
    if not count:
        return list(shown.pins)
    wanted = st.multiselect(
        "Tags",
        sorted(count),
        format_func=lambda tag: f"{tag} ({count[tag]:,})",
        key=f"tags-of-{shown.id}",
        placeholder="Any",
    )
    return [pin for pin in shown.pins if not wanted or not set(wanted).isdisjoint(pin.tags)]


def shown_pins(shown: Collection, outcomes: Mapping[str, PinOutcome]) -> list[PinnedPassage]:
    """One page of the passages: of those with a tag, or only of those that changed, if that is asked for."""
    pins = with_tag(shown)
    changed = [pin for pin in pins if outcomes[pin.id].status is not PinStatus.UNCHANGED]
    pins = changed if changed and st.toggle("Only what has changed", key="only_changed") else pins
    pages = max(1, -(-len(pins) // PAGE))
    if pages == 1:
        return pins
    number = min(st.session_state.get("pins_page", 1), pages)
    st.session_state["pins_page"] = number
    page = st.number_input(f"Page, of {pages:,}", 1, pages, key="pins_page")
    return pins[(int(page) - 1) * PAGE : int(page) * PAGE]


def show(folder: Library, shown: Collection) -> None:
    outcomes = _outcomes(folder, layout.generation(folder), sorted(pin.id for pin in shown.pins), shown.pins)
    if not shown.pins:
        st.html('<p class="sw-lead">Nothing is pinned in this collection yet.</p>')
        return
    summary(outcomes)
    for pin in shown_pins(shown, outcomes):
        outcome = outcomes.get(pin.id, PinOutcome(PinStatus.MISSING))
        with st.container(key=f"pinned-{pin.id}", gap=None):
            st.html(pinned_passages.pin_html(pin, outcome))
            note(folder, shown, pin)
            actions(folder, shown, pin, outcome)
    take_along(folder, shown, outcomes)


def take_along(folder: Library, shown: Collection, outcomes: Mapping[str, PinOutcome]) -> None:
    """The whole collection as a file, in its order, with notes, tags and citations."""
    files = {label: f"collection{suffix}" for label, suffix in citing.TABLE_FILES.items()}

    def make(file: str, style: CitationStyle, keys: Mapping[str, str]) -> bytes:
        listed = collection_quotations(layout.opened(folder).generation.manifest, shown, outcomes, timestamp())
        return write_quotations(PurePath(file).suffix, listed, style, keys)

    cited = [outcomes[pin.id].source or pin.source for pin in shown.pins]
    sources = list({source.id: source for source in cited}.values())
    citing.take_along(folder, "Take it along, and how it is cited", files, make, sources)


def note(folder: Library, shown: Collection, pin: PinnedPassage) -> None:
    # what another window keeps meanwhile makes other fields: these show it
    version = f"{pin.id}-{hash((pin.note, pin.tags))}"
    note_key, tags_key = f"note-{version}", f"tags-{version}"
    keep = partial(keep_note, folder, shown, pin, note_key, tags_key)
    fields = {
        "Note": (pin.note, note_key, "Note"),
        "Tags": (", ".join(pin.tags), tags_key, "Tags, with commas"),
    }
    with st.container(horizontal=True, key=f"notes-{pin.id}"):
        for label, (value, key, hint) in fields.items():
            st.text_input(
                label,
                value,
                key=key,
                placeholder=hint,
                label_visibility="collapsed",
                on_change=keep,
                disabled=not signed_in.may_edit(),
            )


def actions(folder: Library, shown: Collection, pin: PinnedPassage, outcome: PinOutcome) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"actions-{pin.id}"):
        if outcome.now is not None:
            where = {"id": pin.source.id, "start": str(outcome.now.start), "end": str(outcome.now.end)}
            st.page_link(layout.SOURCE, label="Show in context", query_params=layout.address(where))
        citing.copy_button(folder, outcome.source or pin.source, pin.passage)
        args = (folder, shown, pin)
        if not signed_in.may_edit():
            return
        at_top, at_end = pin == shown.pins[0], pin == shown.pins[-1]
        st.button("Up", key=f"up-{pin.id}", type="tertiary", disabled=at_top, on_click=move, args=(*args, -1))
        st.button("Down", key=f"down-{pin.id}", type="tertiary", disabled=at_end, on_click=move, args=(*args, 1))
        st.button("Remove", key=f"remove-{pin.id}", type="tertiary", on_click=remove, args=args)


def page() -> None:
    layout.frame("Collections")
    st.html('<h1 class="sw-title">Collections</h1>')
    with layout.errors_shown():
        folder = layout.library()
        if text := st.session_state.pop("collections_problem", ""):
            layout.problem(text)
        known = [] if layout.generation(folder) is None else pinning.collections(folder)
        shown = pinning.current(folder) if known else None
        if shown is not None:
            choose(known, shown)
        if layout.generation(folder) is not None and signed_in.may_edit():
            with st.container(horizontal=True, vertical_alignment="center", key="manage"):
                manage(folder, known, shown)
                if last := st.session_state.get("undo"):
                    st.button(f"Undo {last[0]}", on_click=undo, args=(folder,), type="tertiary", icon=":material/undo:")
        if shown is None:
            st.html(
                '<p class="sw-lead">Nothing is pinned yet: press Pin beside a passage, in a search, a draft or a '
                "source, and it is kept here with its source.</p>"
            )
        else:
            show(folder, shown)


page()
