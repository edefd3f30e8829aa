"""Comparing: two sources side by side, one question across many, and the map of what they speak of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from itertools import groupby
from operator import itemgetter
from pathlib import Path, PurePath

import streamlit as st

from index import Document, Library, Source, compare_sources
from index.compare import (
    MAX_ASKED,
    MAX_MAPPED,
    AnswerTable,
    Comparison,
    DifferenceKind,
    Pair,
    Relation,
    TopicMap,
    ask_sources,
    map_topics,
    read_ahead,
)
from index.output import TABLE_FORMATS, CitationStyle, ExportTable, answers_table, comparison_table, timestamp
from views.components import citing, comparison_tables, event_suggestions, layout, pinning, side_by_side

VIEWS = {"two": "Two sources", "question": "One question", "map": "Map"}
LISTS = ("Differ", "In both", "Left, no partner", "Right, no partner", "Also on this")
ORDER = (Relation.SAME, Relation.DIFFERS, Relation.SIMILAR)
HEADS = {
    Relation.SAME: "Both say it in the same words",
    Relation.DIFFERS: "Both speak of it, and differ",
    Relation.SIMILAR: "Both speak of it",
}
FAR = "Both speak of it, worded too differently to compare"
LOOSE = "Perhaps the same, perhaps beside it"
STEP = 12
COLUMNS = 40
"""Sources beside each other on the map; of more, those that matter for a topic are listed."""
UNDECIDED = 3.0
"""Seconds without a choice after which the map is made (a guess)."""
LEAST_REUSED = 0.005
"""Share of a text that stands in the other from which it is told."""


def arrive(known: Mapping[str, str]) -> None:
    """Fill the fields from the address, when it is not what was shown last; back from another page, from that."""
    params = {name: st.query_params.get_all(name) for name in st.query_params if name != "library"}
    before: dict[str, list[str]] = st.session_state.get("compared", {})
    if "view" not in st.session_state:
        fill(params or before, known)
    elif params != before:
        fill(params, known)


def fill(params: dict[str, list[str]], known: Mapping[str, str]) -> None:
    state = st.session_state
    values_by_name = {name: values[-1] for name, values in params.items() if values}
    state["view"] = values_by_name["view"] if values_by_name.get("view") in VIEWS else "two"
    for name in ("a", "b"):
        state[name] = values_by_name[name] if values_by_name.get(name) in known else None
    state["questions"] = "\n".join(params.get("q", ()))
    state["columns"] = [identity for identity in params.get("source", ()) if identity in known]


def depart(**params: str | list[str] | None) -> None:
    """Put what is shown in the address."""
    kept = {name: value if isinstance(value, list) else [value] for name, value in params.items() if value}
    st.session_state["compared"] = kept
    wanted = layout.address(kept)
    now = {name: st.query_params.get_all(name) for name in st.query_params}
    if now != {name: value if isinstance(value, list) else [value] for name, value in wanted.items()}:
        st.query_params.from_dict(wanted)


def take_along(
    library: Library,
    name: str,
    sources: Sequence[Source],
    table: Callable[[CitationStyle, Mapping[str, str]], ExportTable],
) -> None:
    files = {label: name + suffix for label, suffix in citing.TABLE_FILES.items()}

    def make(file: str, style: CitationStyle, keys: Mapping[str, str]) -> bytes:
        return TABLE_FORMATS[PurePath(file).suffix](table(style, keys))

    citing.take_along(library, "Take it along, each quotation with its citation", files, make, sources)


def pinned(named: str) -> None:
    """A button of a list names the left or the right source, one of a table names its source."""
    side, _, span = named.partition(":")
    source = {"l": st.session_state.get("a"), "r": st.session_state.get("b")}.get(side, side)
    pinning.pin_named(layout.library(), f"{source}:{span}")


# two sources -----------------------------------------------------------------------------------------------------


@st.cache_resource(show_spinner="Comparing…", max_entries=8)
def compared(library: Library, generation: str, left: str, right: str) -> tuple[Comparison, Document, Document]:
    index = layout.opened(library)
    return (
        compare_sources(index, left, right),
        index.store.documents.load(left)[1],
        index.store.documents.load(right)[1],
    )


@st.cache_resource(show_spinner=False, max_entries=8)
def read(library: Library, generation: str, identity: str) -> None:
    """Reads a source that will be compared."""
    read_ahead(layout.opened(library), identity)


def two(library: Library, generation: str, known: Mapping[str, str]) -> None:
    columns = st.columns(2)
    for column, name, label in zip(columns, ("a", "b"), ("Left", "Right"), strict=True):
        column.selectbox(
            label, list(known), format_func=known.__getitem__, key=name, index=None, placeholder="Choose a source"
        )
    left, right = st.session_state["a"], st.session_state["b"]
    depart(view="two", a=left, b=right)
    for column, identity in zip(columns, (left, right), strict=True):
        if identity:
            column.html(head(library, generation, identity))
    if not left or not right:
        st.html('<p class="sw-lead">Choose two sources: what both say, what only one says, where they differ.</p>')
        event_suggestions.suggestions(library, known)
        if chosen := left or right:
            layout.beforehand(lambda: read(library, generation, chosen))
        else:
            map_beforehand(library, generation, known, UNDECIDED)
        return
    comparison, left_document, right_document = compared(library, generation, left, right)
    summary(comparison)
    lists(comparison, left_document, right_document)
    take_along(
        library,
        "comparison",
        [left_document.source, right_document.source],
        lambda style, keys: comparison_table(comparison, left_document, right_document, timestamp(), style, keys),
    )
    st.html(
        '<h2 class="sw-head">The two texts</h2>'
        '<p class="sw-lead">Choose a coloured sentence: both texts go to it. '
        '<span class="sw-said sw-differs">differs</span> <span class="sw-said sw-same">says the same</span> '
        '<span class="sw-said sw-similar">speaks of it</span> '
        '<span class="sw-said sw-loose">also on this</span> <u>stands in the other word for word</u></p>'
    )
    back = '<button class="sw-copy" data-back>Back to the list (Esc)</button>'
    st.html(side_by_side.texts_html(comparison, left_document, right_document) + back)
    map_beforehand(library, generation, known)


def head(library: Library, generation: str, identity: str) -> str:
    """What is known of a chosen source, seen while the two are compared."""
    found = (listed for listed in layout.sources(library, generation) if listed[0].id == identity)
    source, passages, _ = next(found)
    opened = layout.link("source", {"id": identity}, "Open")
    number = layout.counted(passages, "passage").replace(" ", "&nbsp;")
    known = [*map(escape, layout.byline(source)), f"{number}&nbsp;·&nbsp;{opened}"]
    return f'<p class="sw-lead sw-chosen">{" · ".join(known)}</p>'


def summary(comparison: Comparison) -> None:
    left, right = comparison.left, comparison.right
    sentences = [f"<strong>{escape(comparison.verdict)}</strong>"]
    if comparison.pairs or max(left.share, right.share) >= LEAST_REUSED:
        sentences += [f"Left: {left.shares}.", f"Right: {right.shares}."]
    notes = "".join(f'<p class="sw-note sw-flush">{escape(note)}</p>' for note in comparison.notes)
    st.html(f'<div role="status"><h2 class="sw-verdict">{" ".join(sentences)}</h2>{notes}</div>')


def lists(comparison: Comparison, left: Document, right: Document) -> None:
    """What differs and the other lists, one at a time."""
    differing = [pair for pair in comparison.pairs if pair.differences]
    loose = [pair for pair in comparison.pairs if not pair.sure]
    counts = (
        sum(pair.relation is Relation.DIFFERS for pair in differing),
        len(comparison.pairs) - len(loose),
        len(comparison.left.only),
        len(comparison.right.only),
        len(loose),
    )
    labels = {name: f"{name} ({count:,})" for name, count in zip(LISTS, counts, strict=True)}
    chosen = st.segmented_control(
        "List",
        LISTS,
        format_func=labels.__getitem__,
        key="list",
        default=LISTS[0] if differing else next((LISTS[at] for at in (1, 4, 2, 3) if counts[at]), LISTS[0]),
        required=True,
        label_visibility="collapsed",
    )
    shown = st.session_state.setdefault("shown", STEP)
    if chosen == LISTS[0]:
        disagreements(differing, left, right)
    elif chosen in (LISTS[1], LISTS[4]):
        listed = loose if chosen == LISTS[4] else [pair for pair in comparison.pairs if pair.sure]
        ranked = sorted(listed, key=lambda pair: (not pair.compared, ORDER.index(pair.relation), -pair.similarity))
        headed = [(_head(pair), pair) for pair in ranked[:shown]]
        pieces = [
            side_by_side.pairs_html([pair for _, pair in group], left, right, head)
            for head, group in groupby(headed, key=itemgetter(0))
        ]
        st.html("".join(pieces) or '<p class="sw-lead">Nothing.</p>')
        more(len(ranked))
    else:
        half, document, side = (comparison.left, left, "l") if chosen == LISTS[2] else (comparison.right, right, "r")
        st.html(side_by_side.only_html(half.only[:shown], document, side) or '<p class="sw-lead">Nothing.</p>')
        more(len(half.only))


def _head(pair: Pair) -> str:
    if not pair.sure:
        return LOOSE
    return HEADS[pair.relation] if pair.compared else FAR


def disagreements(differing: list[Pair], left: Document, right: Document) -> None:
    """What differs, by kind; what rounding or a range allows only when asked for."""
    present = {difference.kind for pair in differing for difference in pair.differences}
    kinds = [kind for kind in side_by_side.KINDS if kind in present]
    wanted: list[DifferenceKind] = []
    if len(kinds) > 1:
        wanted = st.pills(
            "Only", kinds, format_func=side_by_side.KINDS.__getitem__, selection_mode="multi", key="kinds"
        )
    counted = [pair for pair in differing if pair.relation is Relation.DIFFERS]
    allowed = [pair for pair in differing if pair.relation is not Relation.DIFFERS]
    fits = [pair for pair in counted if not wanted or any(difference.kind in wanted for difference in pair.differences)]
    nothing = '<p class="sw-lead">No figures, dates, names or denials were found that differ.</p>'
    st.html(side_by_side.pairs_html(fits, left, right) or nothing)
    if allowed:
        with st.expander(f"Figures that rounding or a range allows to agree ({len(allowed)})", expanded=not counted):
            st.html(side_by_side.pairs_html(allowed, left, right))


def more(count: int) -> None:
    if count > st.session_state["shown"]:
        st.button("Show more", on_click=lambda: st.session_state.update(shown=st.session_state["shown"] + STEP))


# many sources ----------------------------------------------------------------------------------------------------


def columns(known: Mapping[str, str], without_choice: str) -> list[str]:
    chosen: list[str] = st.multiselect(
        "Sources",
        list(known),
        format_func=known.__getitem__,
        key="columns",
        max_selections=MAX_ASKED,
        placeholder=without_choice,
    )
    return chosen


@st.cache_resource(show_spinner="Asking each source…", max_entries=16)
def answered(library: Library, generation: str, questions: tuple[str, ...], sources: tuple[str, ...]) -> AnswerTable:
    return ask_sources(layout.opened(library), questions, sources or None)


def question(library: Library, generation: str, known: Mapping[str, str]) -> None:
    st.text_area("Questions, one a line", key="questions", height=100, placeholder="How long is the half-life?")
    chosen = columns(known, "All that answer; choose some to ask only these")
    questions = tuple(
        dict.fromkeys(line.strip() for line in st.session_state["questions"].splitlines() if line.strip())
    )
    depart(view="question", q=list(questions), source=chosen)
    if not questions:
        st.html('<p class="sw-lead">Ask, then Ctrl+Enter: what each source says on it, who agrees, who differs.</p>')
    else:
        table = answered(library, generation, questions, tuple(chosen))
        st.html(comparison_tables.table_html(table))
        take_along(
            library, "answers", table.sources, lambda style, keys: answers_table(table, timestamp(), style, keys)
        )


@st.cache_resource(show_spinner=False, max_entries=4)
def mapped(library: Library, generation: str, sources: tuple[str, ...]) -> TopicMap:
    """``sources``: none for all."""
    return map_topics(layout.opened(library), sources or None)


def map_beforehand(library: Library, generation: str, known: Mapping[str, str], seconds: float = 0.0) -> None:
    """The map of all sources, while something else is looked at; a server is not asked for all vectors unbidden."""
    if isinstance(library, Path) and len(known) <= MAX_MAPPED:
        layout.beforehand(lambda: mapped(library, generation, ()), seconds)


def chart(library: Library, generation: str, known: Mapping[str, str]) -> None:
    address = [st.query_params.get(name, "") for name in ("topic", "column")]
    columns_chosen = columns(known, "All; choose some to map only these")
    if not columns_chosen and len(known) > MAX_MAPPED:
        st.html(f'<p class="sw-lead">A map takes {MAX_MAPPED:,} of your {len(known):,} sources. Choose some.</p>')
        return
    with st.spinner("Drawing the map…"):
        topic_map = mapped(library, generation, tuple(columns_chosen))
    if not topic_map.topics:
        st.html('<p class="sw-lead">There is no passage to map.</p>')
        return
    topic, column = cell(topic_map, *address)
    places = {"topic": topic, "column": column}
    numbers = {name: None if position is None else str(position) for name, position in places.items()}
    depart(view="map", source=columns_chosen, **numbers)
    if len(topic_map.sources) <= COLUMNS:
        beside(topic_map, columns_chosen, topic, column)
    else:
        topics_first(topic_map, columns_chosen, topic, column)
    if topic is not None and column is not None:
        source = topic_map.sources[column]
        text = layout.opened(library).store.documents.load(source.id)[1].text
        st.html(comparison_tables.passages_html(source, topic_map.topics[topic].passages(column), text))


def size(topic_map: TopicMap) -> str:
    topics, sources = len(topic_map.topics), len(topic_map.sources)
    return f"{layout.counted(topics, 'topic')} of {layout.counted(sources, 'source')}"


def beside(topic_map: TopicMap, chosen: list[str], topic: int | None, column: int | None) -> None:
    """All sources as columns."""
    st.html(
        f'<p class="sw-lead">{size(topic_map)}. '
        "A cell says how many passages of a source are on a topic; the stronger the colour, the more. "
        "Choose one to read them.</p>"
    )
    st.html(comparison_tables.map_html(topic_map, (topic, column), chosen))


def topics_first(topic_map: TopicMap, chosen: list[str], topic: int | None, column: int | None) -> None:
    """The topics, and under the chosen one the sources with the most passages on it."""
    st.html(f'<p class="sw-lead">{size(topic_map)}. Choose a topic to see which sources speak of it.</p>')
    st.html(comparison_tables.topics_html(topic_map, topic, chosen))
    if topic is not None:
        shown = st.session_state.setdefault("shown", STEP)
        st.html(comparison_tables.covering_html(topic_map, topic, column, shown, chosen))
        more(len(topic_map.topics[topic].covering))


def cell(topic_map: TopicMap, topic: str, column: str) -> tuple[int | None, int | None]:
    """A topic from the address, and a source with passages on it; None for what is not there."""
    row = int(topic) if topic.isdecimal() and len(topic) < 9 else len(topic_map.topics)
    if row >= len(topic_map.topics):
        return None, None
    source = int(column) if column.isdecimal() and len(column) < 9 else len(topic_map.sources)
    inside = source < len(topic_map.sources) and bool(topic_map.topics[row].counts[source])
    return row, source if inside else None


def page() -> None:
    address = f"{st.query_params.get('topic', '')}-{st.query_params.get('column', '')}"
    layout.frame("Compare", "sw-cell" if len(address) > 1 else "", f"compare {address}", pinned)
    st.html('<h1 class="sw-title sw-compare">Compare</h1>')
    with layout.errors_shown():
        library = layout.library()
        generation = layout.generation(library)
        if generation is None or layout.is_empty(library):
            st.html('<p class="sw-lead">There are no sources yet. Bring in documents on the Library page.</p>')
            return
        pinning.problem()
        known = layout.names(library, generation)
        arrive(known)
        chosen = st.segmented_control(
            "View", list(VIEWS), format_func=VIEWS.__getitem__, key="view", required=True, label_visibility="collapsed"
        )
        {"two": two, "question": question, "map": chart}[chosen or "two"](library, generation, known)


page()
