"""What is sought in one document: every place that has it in any way of writing, and the box that asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from index import Document, Library, Span
from index.text import bare, normal_with_offsets
from views.components import layout
from views.components.marking import Match

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SearchableText:
    """A text in normal form, without case and accents, and for each of its characters where it stands in the text."""

    form: str
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, text: str) -> SearchableText:
        form, offsets = normal_with_offsets(text)
        letters = {letter: letter.lower() if letter.isascii() else bare(letter) for letter in set(form)}
        lengths = np.fromiter((len(letters[letter]) for letter in form), np.int64, len(form))
        return cls("".join(map(letters.__getitem__, form)), np.repeat(offsets, lengths, axis=0))

    def matches(self, wanted: str) -> list[Match]:
        """Where the text has ``wanted``, in order, without overlaps; none for what has no letter left."""
        result = list[Match]()
        pattern = bare(wanted)
        for match in re.finditer(re.escape(pattern), self.form) if pattern else ():
            span = Span(int(self.offsets[match.start(), 0]), int(self.offsets[match.end() - 1, 1]))
            if not result or result[-1].span.end <= span.start:
                result.append(Match(span, len(result) + 1))
        return result


@st.cache_resource(show_spinner=False, max_entries=4)
def _searchable(folder: Library, generation: str | None, identity: str, _text: str) -> SearchableText:
    """Kept for all visitors: the normal form of a whole book takes seconds."""
    return SearchableText.of(_text)


def matches(folder: Library, document: Document) -> list[Match]:
    """Where the document has what the address asks for."""
    wanted = st.query_params.get("find", "")
    if not wanted.strip():
        return []
    with st.spinner("Searching the text…"):
        text = _searchable(folder, layout.generation(folder), document.source.id, document.text)
    return text.matches(wanted)


def chosen(known: list[Match], place: int) -> Match | None:
    """The match that the address names, else the first one from ``place`` on, else the first of all."""
    number = layout.number("match")
    if number is not None and 1 <= number <= len(known):
        return known[number - 1]
    return next((match for match in known if match.span.start >= place), known[0] if known else None)


def box(document: Document, known: list[Match], current: Match | None) -> None:
    """The box, the count, and the buttons to the next match and the one before."""
    wanted = st.query_params.get("find", "")
    key = f"find-in-{document.source.id}"
    if st.session_state.get(key) != wanted:
        st.session_state[key] = wanted
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="find"):
        st.text_input(
            "Find in this text",
            key=key,
            placeholder="Find in this text",
            label_visibility="collapsed",
            on_change=_seek,
            args=(key,),
            width=240,
        )
        if wanted.strip():
            st.html(steps_html(document, len(known), current), width="content")


def _seek(key: str) -> None:
    """Put what the box says into the address."""
    st.query_params.pop("match", None)
    if wanted := st.session_state[key].strip():
        st.query_params["find"] = wanted
    else:
        st.query_params.pop("find", None)


def steps_html(document: Document, count: int, current: Match | None) -> str:
    """ "3 of 17" between two links. The browser steps to a match that it has, and follows the link to any other."""
    if current is None:
        return '<p class="sw-steps" role="status">Not in this text</p>'
    before, after = ((current.number - 2) % count + 1, current.number % count + 1)
    return (
        f'<p class="sw-steps" data-count="{count}" data-current="{current.number}">'
        f"{_step(-1, before, 'Previous match', '↑')}"
        f'<span role="status"><span class="sw-count">{current.number:,}</span> of {count:,}</span>'
        f"{_step(1, after, 'Next match', '↓')}</p>"
    )


def _step(by: int, number: int, name: str, sign: str) -> str:
    params = {name: st.query_params.get_all(name) for name in st.query_params if name != "library"}
    more = f' data-step="{by}" role="button" aria-label="{name}" title="{name}"'
    return layout.link("source", {**params, "match": str(number)}, escape(sign), "sw-link sw-step", more)
