"""In the reading view: what the reader selects can be pinned, and what is pinned of a source has a rail beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from index import Document, Library, Span
from index.collections import PinnedPassage
from views.components import pinning, signed_in

_SCRIPT = Path(__file__).parent / "selection.js"


def listen(folder: Library, document: Document) -> None:
    """Pin what is selected once the reader says so."""
    if not signed_in.may_edit():
        return
    component = st.components.v2.component("sourcewise_selection", js=_SCRIPT.read_text(encoding="utf-8"))

    def pin() -> None:
        chosen = st.session_state["selection"]["pinned"]
        span = trimmed(document.text, chosen) if chosen else None
        if span:
            pinning.pin(folder, document.source.id, span, document.text[slice(*span)])

    component(key="selection", on_pinned_change=pin)


def trimmed(text: str, chosen: object) -> Span | None:
    """The part of a text that a window named, without the white space at its ends; None where it names none."""
    if not isinstance(chosen, dict):
        return None
    start, end = chosen.get("start"), chosen.get("end")
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        return None
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return Span(start, end) if start < end else None


def pinned(folder: Library, document: Document) -> Sequence[PinnedPassage]:
    """What is pinned of a source, in any collection, and stands as it did."""
    return [
        pin
        for collection in pinning.collections(folder)
        for pin in collection.pins
        if pin.source.id == document.source.id and document.text[slice(*pin.passage.span)] == pin.passage.text
    ]
