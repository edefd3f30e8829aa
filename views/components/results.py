"""How an answer is shown: the headline, the hits, and advice when there are none."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

import streamlit as st

from index import Answer, Copy, Hit, Lacking, Library, Parts, Source, Span
from index.output import CONFIDENCE_LABELS, format_copies, format_copy, format_counts, format_named, format_verdict
from index.text import is_markdown
from views.components import citing, layout, page_picture, pinning
from views.components.marking import marked
from views.components.parameters import USUAL_PER_SOURCE, SearchParameters

ROWS = (("Meaning", "dense"), ("Words", "words"), ("Best sentence", "sentence"), ("Like the best passages", "feedback"))
READ = "Reads as an answer"
NAMED = 3
"""Names of sources that are offered as a filter (a guess)."""
NAMED_SOURCES = 50
"""Sources of one name that still make a filter that a person reads (a guess)."""
COPIES = 20
"""Copies of a passage that are listed; the others are counted."""

Ask = Callable[..., None]


def summary(answer: Answer, seconds: float, parameters: SearchParameters, clear: Callable[[], None], ask: Ask) -> None:
    """The headline of an answer, what is damaged, and the filters, if any are set, with a button to clear them."""
    for line in answer.damage:
        layout.problem(line)
    if not answer.hits:
        nothing(answer, parameters)
    else:
        headline = like(parameters) if parameters.like else format_verdict(answer)
        counts = f"{format_counts(answer)} · {seconds * 1000:.0f} ms"
        verdict = f"<strong>{escape(headline)}</strong> <span>{counts}</span>"
        st.html(f'<div role="status"><h2 class="sw-verdict">{verdict}</h2></div>')
    if parameters.like:
        question_before(ask)
    hints(answer, parameters, ask)
    if parameters.narrows:
        with st.container(horizontal=True, vertical_alignment="center", key="narrowed"):
            st.html(f'<p class="sw-lead">{escape(conditions(parameters))}</p>')
            st.button("Clear filters", on_click=clear, type="tertiary")


def question_before(ask: Ask) -> None:
    """The question from whose results "More like this" was chosen, a click away."""
    before = st.session_state.get("before")
    if before:
        with st.container(horizontal=True, vertical_alignment="center", gap="medium", key="before-like"):
            st.html(f'<p class="sw-lead">You had asked: “{escape(before)}”</p>', width="content")
            st.button("Back to the question", type="tertiary", on_click=ask, kwargs={"q": before, "like": ""})


def hints(answer: Answer, parameters: SearchParameters, ask: Ask) -> None:
    """Other ways to ask, each a click away: a word spelt as the library spells it, the sources that the query names."""
    offered = [
        named
        for named in answer.named[:NAMED]
        if len(named.sources) <= NAMED_SOURCES and set(named.sources) != set(parameters.source)
    ]
    if not answer.nearest and not offered:
        return
    with st.container(key="hints", gap="xsmall"):
        for word, other in answer.nearest.items():
            respelt = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", other, parameters.q)
            kwargs: dict[str, object] = {"q": respelt}
            st.button(f"Search for {other} instead", key=f"spelt-{word}", type="tertiary", on_click=ask, kwargs=kwargs)
        for number, named in enumerate(offered):
            with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"named-{number}"):
                st.html(f'<p class="sw-lead">{escape(format_named(named, answer.hits))}</p>', width="content")
                label = "Search only there" if len(named.sources) == 1 else "Search only these"
                kwargs = {"source": list(named.sources)}
                st.button(label, key=f"only-named-{number}", type="tertiary", on_click=ask, kwargs=kwargs)


def like(parameters: SearchParameters) -> str:
    """The headline of a search for passages like another: the name of that passage's source."""
    folder = layout.library()
    known = layout.names(folder, layout.generation(folder))
    return f"Like “{known.get(parameters.like.rpartition('-')[0], 'the passage you chose')}”."


def conditions(parameters: SearchParameters) -> str:
    """The conditions in words."""
    conditions_by_text = {
        f"{len(parameters.source)} of the sources": bool(parameters.source),
        f"author “{parameters.author}”": bool(parameters.author),
        f"from {parameters.since}": bool(parameters.since),
        f"until {parameters.until}": bool(parameters.until),
        f"by {parameters.by} alone": parameters.by != "both",
        f"at most {parameters.per_source} of each source": parameters.per_source not in (0, USUAL_PER_SOURCE),
    }
    return "Only " + ", ".join(text for text, holds in conditions_by_text.items() if holds)


def nothing(answer: Answer, parameters: SearchParameters) -> None:
    """Advice when there are no hits: which conditions to loosen."""
    loosen = [
        *loosened_filters(parameters),
        *([] if answer.lacking is Lacking.ADMITTED else loosened_words(parameters)),
    ]
    items = "".join(
        f"<li>{escape(advice[0].upper() + advice[1:])}.</li>" for advice in loosen or ["ask in other words"]
    )
    why = "No source fits the filters." if answer.lacking is Lacking.ADMITTED else "No passage fits."
    st.html(f'<div class="sw-teach" role="status"><h2>{why}</h2><ul>{items}</ul></div>')


def loosened_filters(parameters: SearchParameters) -> list[str]:
    loosen = []
    if parameters.source or parameters.author:
        loosen.append("take a source or the author out of the filters")
    if parameters.since or parameters.until:
        loosen.append("widen the dates: sources without a date are left out by them")
    return loosen


def loosened_words(parameters: SearchParameters) -> list[str]:
    loosen = []
    if '"' in parameters.q or "“" in parameters.q:
        loosen.append("take the quotation marks off: a quoted phrase must occur as it stands")
    if " -" in f" {parameters.q}":
        loosen.append("take out the words with a minus sign: they must not occur")
    if parameters.by == "words":
        loosen.append("search by meaning too: no passage has these words")
    return loosen


def show(folder: Library, hit: Hit, parameters: SearchParameters, ask: Ask, pinned: frozenset[str]) -> None:
    """A hit with its source and its actions. ``pinned``: see ``pinning.pinned_ids``."""
    with st.container(key=f"hit-{hit.rank}", gap=None):
        st.html(hit_html(hit, parameters))
        copies(hit, parameters)
        actions(folder, hit, parameters, ask, pinned)
        if hit.passage.ocr is not None and page_picture.is_shown(picture_key(hit)):
            page_picture.picture(hit.source.id, hit.passage.page, layout.verbatim(hit.passage), ocr=True)


def picture_key(hit: Hit) -> str:
    return layout.place_of(hit.source.id, hit.passage.span.start)


def actions(folder: Library, hit: Hit, parameters: SearchParameters, ask: Ask, pinned: frozenset[str]) -> None:
    context = in_context(hit.source, hit.passage.span, parameters, hit.key_sentence)
    with st.container(horizontal=True, vertical_alignment="center", gap="medium", key=f"actions-{hit.rank}"):
        st.page_link(layout.SOURCE, label="Show in context", query_params=layout.address(context))
        if parameters.source != (hit.source.id,):
            st.button(
                "Only this source",
                key=f"only-{hit.rank}",
                type="tertiary",
                on_click=ask,
                kwargs={"source": [hit.source.id]},
            )
        st.button(
            "More like this",
            key=f"like-{hit.rank}",
            type="tertiary",
            on_click=ask,
            kwargs={
                "like": f"{hit.source.id}-{hit.passage.span.start}",
                "q": "",
                "source": [],
                "before": st.session_state.get("before") if parameters.like else parameters.q,
            },
        )
        if hit.passage.ocr is not None:
            page_picture.toggle(picture_key(hit))
        pinning.button(folder, pinned, hit.source.id, hit.passage.span, hit.passage.text, f"hit-{hit.rank}")
        citing.copy_button(folder, hit.source, hit.passage)


def in_context(
    source: Source, span: Span, parameters: SearchParameters, key: Span | None = None
) -> dict[str, str | list[str]]:
    """The address of a passage in its document."""
    start, end = span
    address: dict[str, str | list[str]] = {"id": source.id, "start": str(start), "end": str(end), "q": parameters.q}
    if key:
        address["key"] = "-".join(map(str, key))
    return address


def copies(hit: Hit, parameters: SearchParameters) -> None:
    """The copies of a hit, the oldest first, folded away."""
    if not hit.copies:
        return
    st.html(copies_html(hit))
    with st.expander("Where else it stands"):
        for copy in hit.copies[:COPIES]:
            with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
                st.html(copy_html(copy), width="content")
                context = layout.address(in_context(copy.source, copy.span, parameters))
                st.page_link(layout.SOURCE, label="Show in context", query_params=context)
        if len(hit.copies) > COPIES:
            st.html(f'<p class="sw-note">And in {layout.counted(len(hit.copies) - COPIES, "other place")}.</p>')


def hit_html(hit: Hit, parameters: SearchParameters) -> str:
    text = layout.verbatim(hit.passage)
    anchor = layout.place_of(hit.source.id, hit.passage.span.start)
    about = " · ".join(escape(part) for part in [*layout.byline(hit.source), *layout.where_in(hit.passage)])
    quoted = marked(text, hit.passage.span.start, hit.key_sentence, hit.marks, is_markdown(hit.source))
    context = in_context(hit.source, hit.passage.span, parameters, hit.key_sentence)
    return (
        f'<article class="sw-hit" id="{anchor}" tabindex="-1" aria-labelledby="{anchor}-title">'
        f'<h3 id="{anchor}-title"><span class="sw-rank">{hit.rank}</span>'
        f"<span>{layout.source_link(hit.source, context)}</span></h3>"
        f'<p class="sw-meta">{about}</p>'
        f'<blockquote class="sw-quote">{quoted}</blockquote>'
        f"{parts_html(hit, parameters.q)}</article>"
    )


def copies_html(hit: Hit) -> str:
    """How many other sources have the text of a hit, or nearly, and which is the earliest."""
    others = escape(". ".join(format_copies(hit)))
    first = next((copy.source.published for copy in hit.copies if copy.earliest), None)
    age = " This is the earliest." if hit.earliest else f" The earliest is of {first}." if first else ""
    return f'<p class="sw-note">{others}.{escape(age)}</p>'


def copy_html(copy: Copy) -> str:
    about = [layout.title(copy.source), *layout.byline(copy.source)]
    first = " <strong>earliest</strong>" if copy.earliest else ""
    likeness = escape(f" · {format_copy(copy)}")
    return f'<p class="sw-meta">{" · ".join(map(escape, about))}{likeness}{first}</p>'


def words_html(hit: Hit, query: str) -> str:
    """The words of the query that the passage, its title or its heading has, and those that it lacks."""
    from index import QueryError
    from index.search import held_and_missing, parse_query

    try:
        parsed = parse_query(query)
    except QueryError:
        return ""  # a search for similar passages has no words
    has, lacks = held_and_missing(parsed, hit.passage.text, hit.source.title, hit.passage.heading)
    words_by_label = {"It has": has, "It does not have": lacks}
    lines = (
        f"{name} {', '.join(f'“{escape(text)}”' for text in words)}." for name, words in words_by_label.items() if words
    )
    return "".join(f"<p>{text}</p>" for text in lines)


def parts_html(hit: Hit, query: str) -> str:
    """Why a hit has its rank, folded away: the words of the query, then the parts of its score."""
    rows = "".join(part_html(name, getattr(hit.parts, part), raw(hit.parts, part)) for name, part in ROWS)
    if hit.parts.reader is not None:
        rows += part_html(READ, hit.parts.reader, "")
    return (
        f'<details class="sw-parts"><summary>Why this passage: {CONFIDENCE_LABELS[hit.confidence]}</summary>'
        f"{words_html(hit, query)}<dl>{rows}{part_html('Together', hit.score, ' within this search')}</dl></details>"
    )


def part_html(name: str, share: float, note: str) -> str:
    bar = f'<span class="sw-bar"><span style="width:{share:.0%}"></span></span>'
    return f"<dt>{name}</dt><dd>{bar}</dd><dd>{share:.2f}{note}</dd>"


def raw(scores: Parts, part: str) -> str:
    return {"dense": f" (cosine {scores.cosine:.2f})", "words": f" (BM25 {scores.bm25:.1f})"}.get(part, "")
