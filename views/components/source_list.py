"""What stands in a library, and opening another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from html import escape

import streamlit as st

from index import Library, Recall
from views.components import chosen_sources, folders, layout, signed_in, source_words
from views.components.marking import as_label
from views.components.source_facets import FACETS, PAGE, SORTS, Choice, Listing, counts, listed


def choose() -> None:
    """Which library is open, and a field to open another. A team has one."""
    if signed_in.in_team():
        return
    chosen = st.session_state.get("library") or st.query_params.get("library")
    st.html(f'<p class="sw-lead">Open now: {escape(str(chosen or layout.usual_library()))}</p>')
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


def show(folder: Library) -> None:
    """The sources, and the files of the last ingest that need a look."""
    generation = layout.generation(folder)
    if generation is None:
        where = "" if signed_in.in_team() else f" at {folder}"
        st.html(f'<p class="sw-lead">There is no library{escape(where)} yet. Bring in documents to make one.</p>')
        return
    known = layout.listings(folder, generation)
    passages = sum(listing.passages for listing in known)
    st.html(f'<h2 class="sw-head">{layout.counted(len(known), "source")}, {layout.counted(passages, "passage")}</h2>')
    self_test_result(folder)
    if signed_in.may_keep():
        folders.show(folder, generation)
    if known:
        sources(folder, known)
    folders.show_reports(folder, generation)


def choice() -> Choice:
    """What the address says of the list."""
    return Choice.from_params({name: st.query_params.get_all(name) for name in st.query_params})


def go(now: Choice) -> None:
    """Put what is shown into the address."""
    st.query_params.from_dict(layout.address(now.params()))


def sources(folder: Library, known: Sequence[Listing]) -> None:
    now = choice()
    with st.sidebar:
        narrow(known, now)
    st.html('<h2 class="sw-head">The sources</h2>')
    order(now)
    fitting = listed(known, now)
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(now.page, pages)
    chosen_sources.show(folder, [listing.source for listing in known if listing.source.id in now.chosen])
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    if not fitting:
        st.html('<p class="sw-lead">No source fits. Take a condition away.</p>')
    for listing in shown:
        row(listing, now)
    if any(layout.byline(listing.source) != layout.byline(replace(listing.source, origins={})) for listing in shown):
        st.html('<p class="sw-lead">In [square brackets]: a guess, read off the text or the file’s name.</p>')
    if len(fitting) > PAGE:
        turn(now, page, pages, len(fitting))


def narrow(known: Sequence[Listing], now: Choice) -> None:
    """The facets, each with how many sources every value leaves."""
    for name, facet in FACETS.items():
        left = counts(known, now, name)
        if len(left) < 2 and not now.facets.get(name) and name != "is":
            continue
        if left:
            _field(f"facet-{name}", list(now.facets.get(name, ())))
            st.multiselect(
                facet.label,
                list(left),
                format_func=partial(_with_count, left),
                key=f"facet-{name}",
                placeholder="Any",
                on_change=_narrowed,
                args=(name,),
                select_all=False,
            )
    if now.narrows:
        st.button(
            "Clear all conditions", on_click=go, args=(Choice(sort=now.sort, chosen=now.chosen),), width="stretch"
        )


def _with_count(left: Mapping[str, int], value: str) -> str:
    return f"{value} ({left.get(value, 0):,})"


def _field(key: str, value: object) -> None:
    """The address says what a field shows."""
    if st.session_state.get(key) != value:
        st.session_state[key] = value


def _narrowed(name: str) -> None:
    now = choice()
    go(replace(now, page=1, facets={**now.facets, name: tuple(st.session_state[f"facet-{name}"])}))


def order(now: Choice) -> None:
    """The box that finds sources, and their order."""
    _field("find", now.find)
    _field("sort", now.sort)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Find a source", key="find", placeholder="Part of a title, an author, a file name", on_change=_ordered
        )
        st.selectbox(
            "Order by",
            list(SORTS),
            format_func=lambda name: SORTS[name].label,
            key="sort",
            on_change=_ordered,
            width=220,
        )


def _ordered() -> None:
    go(replace(choice(), page=1, find=st.session_state["find"].strip(), sort=st.session_state["sort"]))


def row(listing: Listing, now: Choice) -> None:
    """A source with a box to choose it; its title leads to it."""
    source = listing.source
    words = [*layout.byline(source), source_words.kind_and_language(source), source.location]
    about = " · ".join(map(escape, [*filter(None, words), layout.counted(listing.passages, "passage")]))
    inside = layout.link("", {"source": [source.id]}, "Search in it")
    _field(f"choose-{source.id}", source.id in now.chosen)
    with st.container(horizontal=True, key=f"row-{source.id}", gap="small"):
        name = as_label(layout.title(source))
        st.checkbox(
            f"Choose {name}",
            key=f"choose-{source.id}",
            label_visibility="collapsed",
            on_change=_choose,
            args=(source.id,),
            width="content",
        )
        title = layout.source_link(source)
        st.html(f'<p class="sw-source">{title}<small>{about} · {inside}</small></p>', width="stretch")


def _choose(identity: str) -> None:
    now = choice()
    others = tuple(chosen for chosen in now.chosen if chosen != identity)
    go(replace(now, chosen=(*others, identity) if st.session_state[f"choose-{identity}"] else others))


def turn(now: Choice, page: int, pages: int, count: int) -> None:
    """Where in the list this is, and the buttons that turn its pages."""
    with st.container(horizontal=True, vertical_alignment="center", key="pages"):
        st.button("Earlier", on_click=go, args=(replace(now, page=page - 1),), disabled=page == 1)
        last = min(page * PAGE, count)
        st.html(f'<p class="sw-lead">{(page - 1) * PAGE + 1:,}–{last:,} of {count:,}</p>', width="content")
        st.button("Further", on_click=go, args=(replace(now, page=page + 1),), disabled=page == pages)


def self_test_result(folder: Library) -> None:
    """When the library was last published, and how its test of itself went."""
    from index import published_manifest, recall_fell

    manifest = published_manifest(folder)
    if manifest is None:
        return
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
