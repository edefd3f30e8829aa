"""The metadata of a source with the origin of each value, and the form that edits it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from index import Library, Origin, Source, SourcewiseError
from index.text import line
from ingest.metadata.kinds import CSL
from views.components import layout, signed_in

LABELS = {
    "title": "Title",
    "authors": "Authors",
    "published": "Published",
    "updated": "Updated",
    "publisher": "Publisher or journal",
    "url": "Link",
    "doi": "DOI",
    "language": "Language",
    "kind": "Kind",
}
ORIGINS = {
    Origin.EDIT: "your edit",
    Origin.SIDECAR: "the file beside it",
    Origin.BIBLIOGRAPHY: "your bibliography",
    Origin.FORMAT: "declared in the file",
    Origin.TEXT: "a guess, read off the text",
    Origin.NAME: "a guess, from the file’s name",
}
HINTS = {
    "authors": "One a line.",
    "published": "A date as 2022, 2022-05 or 2022-05-01.",
    "updated": "A date as 2022, 2022-05 or 2022-05-01.",
    "kind": "As in CSL, the language that reference managers share.",
}


def shown(source: Source, name: str) -> str:
    """A value as the form has it: authors one a line."""
    value = getattr(source, name)
    return "\n".join(value) if name == "authors" else str(value or "")


def details_html(source: Source) -> str:
    """Each value that is known, with where it comes from."""
    rows = "".join(
        f"<dt>{label}</dt><dd>{escape('; '.join(shown(source, name).splitlines()))} "
        f"<small>{origin(source, name)}</small></dd>"
        for name, label in LABELS.items()
        if shown(source, name)
    )
    file = escape(source.location) + (f" · record {escape(source.record)}" if source.record else "")
    return f'<dl class="sw-details">{rows}<dt>File</dt><dd>{file}</dd></dl>'


def origin(source: Source, name: str) -> str:
    value_origin = source.origins.get(name)
    return ORIGINS[value_origin] if value_origin else ""


def details(folder: Library, source: Source) -> None:
    """Folded away under the title: all that is known, and the form to change it."""
    with st.expander("Details"):
        st.html(details_html(source))
        # a save begins a new round: the toggle is off again, and the fields say what was saved
        key = f"{source.id}-{st.session_state.setdefault('saved', 0)}"
        if signed_in.may_edit() and st.toggle("Edit these details", key=f"mend-{key}"):
            form(folder, source, key)


def form(folder: Library, source: Source, key: str) -> None:
    # the form keeps what it showed first: what another window saves meanwhile is no change of this one
    base: dict[str, str] = st.session_state.setdefault(f"base-{key}", {name: shown(source, name) for name in LABELS})
    with st.form(f"details-{key}", border=False):
        values = {name: field(name, f"{name}-{key}", shown(source, name)) for name in LABELS}
        with st.container(horizontal=True):
            saved = st.form_submit_button("Save", type="primary")
            undone = st.form_submit_button("Undo all edits", disabled=Origin.EDIT not in source.origins.values())
    if not (saved or undone):
        return
    changes: Mapping[str, str | Sequence[str] | None] = dict.fromkeys(LABELS) if undone else changed(base, values)
    if overtaken := [name for name in changes if base[name] != shown(source, name)]:
        st.session_state[f"base-{key}"] = {name: shown(source, name) for name in LABELS}
        layout.problem(overtaken_message(source, overtaken))
        return
    try:
        with st.spinner("Saving"):
            save(folder, source, changes)
    except SourcewiseError as error:
        layout.problem(str(error))
        return
    st.session_state["saved"] += 1
    st.rerun()


def field(name: str, key: str, value: str = "") -> str:
    """The field of a form for one value of a source."""
    label, hint = LABELS[name], HINTS.get(name)
    if name == "authors":
        return st.text_area(label, value, key=key, help=hint, height=80)
    if name == "kind":
        kinds = sorted(CSL | {value})
        return st.selectbox(label, kinds, kinds.index(value), key=key, help=hint)
    return st.text_input(label, value, key=key, help=hint)


def changed(base: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str | list[str]]:
    """The fields that no longer say what the form showed first. An emptied field is known to be unknown."""
    return {
        name: [line.strip() for line in text.splitlines() if line.strip()] if name == "authors" else text.strip()
        for name, text in values.items()
        if text.strip() != base[name]
    }


def overtaken_message(source: Source, names: Sequence[str]) -> str:
    """That fields were changed in another window, and what they say now."""
    now = "; ".join(f"{LABELS[name]} is now “{line(shown(source, name))}”" for name in names)
    return f"Changed in another window meanwhile: {now}. Nothing was saved. Save again to put yours in its place."


def save(folder: Library, source: Source, changes: Mapping[str, str | Sequence[str] | None]) -> None:
    from ingest.sync.edit import edit

    if changes:
        edit(folder, source.id, changes)
