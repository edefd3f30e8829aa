"""Check a draft: the draft at the left with quiet signs, the evidence of one sentence at the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape
from pathlib import Path, PurePath

import streamlit as st

from index import Draft, Library, SourcewiseError, check_draft
from index.check import (
    DraftCheck,
    Evidence,
    Finding,
    FindingStatus,
    Mark,
    MarkStatus,
    Pin,
    PinStatus,
    SentenceKind,
    carried,
    counts_of,
    pin_status,
    read_marks,
    record_check,
    replace_mark,
    sentence_key,
)
from index.output import DRAFT_FORMATS, CitationStyle, format_language_note, timestamp, write_clean_copy
from views.components import citing, draft_list, draft_reading, getting_started, layout, open_draft, pinning, results
from views.components.parameters import SearchParameters
from views.components.signed_in import may_edit

KEYS = "<kbd>k</kbd> <kbd>j</kbd> go · <kbd>c</kbd> confirmed <kbd>w</kbd> needs work <kbd>x</kbd> not marked"
CLEAN = "draft.docx"
FILES = {
    "Word, clean: what I confirmed is cited, differences are comments": CLEAN,
    "Word, with footnotes": "checked.docx",
    "Markdown, with footnotes": "checked.md",
    "Table, CSV": "claims.csv",
    "Table, HTML": "claims.html",
}


def teach() -> None:
    rows = "".join(
        f"<dt>{draft_reading.SIGNS[status]} {status.value}</dt><dd>{draft_reading.EXPLANATIONS[status]}</dd>"
        for status in (FindingStatus.FOUND, FindingStatus.DIFFERS, FindingStatus.NOT_FOUND)
    )
    partly = (
        f"<dt>{draft_reading.PARTLY} found in part</dt>"
        "<dd>What no passage shown has is underlined: a figure, date or name, or many of its words.</dd>"
    )
    st.html(
        '<div class="sw-teach"><p>Every sentence is looked for in your sources. You see who says something near it, '
        "where, and what differs. Whether it is true is for you to say.</p>"
        f"<dl>{rows}{partly}<dt><kbd>j</kbd> <kbd>k</kbd></dt><dd>The next sentence, the one before.</dd>"
        "<dt><kbd>c</kbd> <kbd>w</kbd> <kbd>x</kbd></dt><dd>Mark it: confirmed, needs work, not marked.</dd>"
        "</dl></div>"
    )


# checking -----------------------------------------------------------------------------------------------------


def checked_now(folder: Library, draft: Draft) -> DraftCheck:
    """What was found; only what changed since is looked for again, and the sentence that is looked at stays."""
    before = st.session_state.get("checked")
    previous = before if isinstance(before, DraftCheck) and st.session_state.get("checked_in") == folder else None
    index = layout.opened(folder)
    if previous and previous.draft == draft and previous.generation == index.generation.manifest.generation:
        return previous
    with st.spinner("Looking for each sentence…"):
        checked = check_draft(index, draft, previous=previous)
    now = st.session_state.get("sentence")
    if st.session_state.pop("edited", False) and previous and now is not None:
        old, new = ([finding.sentence.text for finding in check.findings] for check in (previous, checked))
        st.session_state["sentence"] = carried(old, new, now)
    st.session_state.update({"checked": checked, "checked_in": folder})
    return checked


# the sentence that is looked at ---------------------------------------------------------------------------------


def arrive() -> None:
    """After Back the address says where one is, unless something was done meanwhile: then it may be one run behind."""
    state, params = st.session_state, dict(st.query_params)
    if not state.pop("acted", False) and "s" in params and params != state.get("departed", params):
        state["sentence"] = None
        state.pop("shown", None)


def acted() -> None:
    st.session_state["acted"] = True


def filtered() -> None:
    """Another filter: from the sentence that is looked at to the first that is shown, if it is not."""
    acted()
    st.session_state["narrowed"] = True


def go(step: int) -> None:
    """To the next sentence that is shown, or the one before."""
    acted()
    numbers, now = st.session_state["numbers"], st.session_state["sentence"]
    if numbers:
        beyond = [number for number in numbers if (number > now if step > 0 else number < now)]
        st.session_state["sentence"] = (beyond[0] if step > 0 else beyond[-1]) if beyond else now


def chosen() -> None:
    acted()
    number = st.session_state["draft-keys"]["chosen"]
    if number is not None:
        st.session_state["sentence"] = number


def settle(checked: DraftCheck, numbers: Sequence[int]) -> int:
    """The number of the sentence that is looked at: the one chosen, that of the address, or the first
    that has a problem; after another filter the first that is shown."""
    now = st.session_state.get("sentence")
    if now is None:
        named = st.query_params.get("s", "")
        now = int(named) - 1 if named.isascii() and named.isdigit() and len(named) < 7 else -1
    outside = st.session_state.pop("narrowed", False) and now not in numbers
    if outside and numbers:
        now = numbers[0]
    elif not 0 <= now < len(checked.findings):
        now = draft_reading.first_problem(checked, numbers)
    st.session_state.update({"sentence": now, "numbers": list(numbers)})
    return now


# the person's mark --------------------------------------------------------------------------------------------


def marked_by_key() -> None:
    """``number:status``: the window says which sentence it marks, as this may not be the one that was sent last."""
    acted()
    number, _, status = str(st.session_state["draft-keys"]["said"] or "").partition(":")
    checked: DraftCheck | None = st.session_state.get("checked")
    if checked is None or not number.isdecimal() or int(number) >= len(checked.findings):
        return
    finding, state = checked.findings[int(number)], st.session_state
    state["sentence"] = int(number)
    identity = sentence_key(finding.sentence.text)
    try:
        folder = layout.library()
        stored = read_marks(layout.opened(folder).store).get(identity)
        before: Mark | None = state.get(f"seen-{identity.hex()}", stored)
        note = state.get(f"note-{identity.hex()}", before.note if before else "")
        replace_mark(folder, finding.sentence.text, before, Mark(MarkStatus(status), note, pin_of(finding)))
    except (SourcewiseError, ValueError) as error:
        state["draft_problem"] = str(error)


def mark(folder: Library, finding: Finding, before: Mark | None) -> None:
    """What the person says of a sentence, and a note; kept at once."""
    identity = sentence_key(finding.sentence.text).hex()
    status_key, note_key, seen_key = f"said-{identity}", f"note-{identity}", f"seen-{identity}"

    def keep() -> None:
        acted()
        state = st.session_state
        try:
            wanted = Mark(state[status_key] or MarkStatus.NOT_CHECKED, state[note_key], pin_of(finding))
            state[seen_key] = replace_mark(folder, finding.sentence.text, state[seen_key], wanted)
        except SourcewiseError as error:
            state["draft_problem"] = str(error)

    # another window may have marked the sentence since this one last showed it: then that mark is shown
    if status_key not in st.session_state or st.session_state.get(seen_key, before) != before:
        st.session_state[status_key] = before.status if before else MarkStatus.NOT_CHECKED
        st.session_state[note_key] = before.note if before else ""
    st.session_state.setdefault(note_key, before.note if before else "")
    st.session_state[seen_key] = before
    with st.container(horizontal=True, vertical_alignment="center", key="marking-row"):
        st.segmented_control(
            "My mark",
            list(MarkStatus),
            format_func=lambda status: status.label.capitalize(),
            key=status_key,
            required=True,
            on_change=keep,
            label_visibility="collapsed",
            width="content",
            disabled=not may_edit(),
        )
        st.text_input(
            "My note",
            key=note_key,
            on_change=keep,
            placeholder="My note",
            label_visibility="collapsed",
            disabled=not may_edit(),
        )


def pin_of(finding: Finding) -> Pin | None:
    """The passage that a sentence is marked against: the best."""
    if not finding.counted_evidence:
        return None
    best = finding.counted_evidence[0]
    return Pin.of(best.hit.source.id, best.span, best.text)


# the page -----------------------------------------------------------------------------------------------------


def evidence_column(folder: Library, finding: Finding, before: Mark | None) -> None:
    """All about one sentence."""
    pinning.problem()
    st.html(draft_reading.sentence_html(finding, st.session_state["sentence"]))
    if before and before.pin:
        became, _ = pin_status(layout.opened(folder).store, before.pin)
        changed = "sw-note sw-flush" if became is PinStatus.UNCHANGED else "sw-changed"
        st.html(f'<p class="{changed}">{draft_reading.PIN_NOTES[became]}</p>')
    if finding.sentence.kind is not SentenceKind.OTHER or before:
        mark(folder, finding, before)
    for quote in finding.quotes:
        st.html(draft_reading.quote_html(quote))
    counted = finding.counted_evidence
    rest = [evidence for evidence in finding.evidence if evidence not in counted]
    pinned = pinning.pinned_ids(folder)
    for evidence in counted:
        passage(folder, evidence, pinned)
    if rest:
        with st.expander("Further passages" if counted else "The nearest passages"):
            for evidence in rest:
                passage(folder, evidence, pinned)


def passage(folder: Library, evidence: Evidence, pinned: frozenset[str]) -> None:
    with st.container(key=f"evidence-{evidence.hit.rank}", gap=None):
        context = results.in_context(evidence.hit.source, evidence.hit.passage.span, SearchParameters(), evidence.span)
        back = {"draft": st.session_state["draft"], "s": str(st.session_state["sentence"] + 1)}
        st.html(draft_reading.evidence_html(evidence, {**context, **back}))
        with st.container(
            horizontal=True, vertical_alignment="center", gap="medium", key=f"actions-{evidence.hit.rank}"
        ):
            st.page_link(layout.SOURCE, label="Show in context", query_params=layout.address({**context, **back}))
            where = f"evidence-{evidence.hit.rank}"
            pinning.button(folder, pinned, evidence.hit.source.id, evidence.span, evidence.text, where)
            quoted = replace(evidence.hit.passage, text=evidence.text, span=evidence.span)
            citing.copy_button(folder, evidence.hit.source, quoted)


def changed(folder: Library, checked: DraftCheck, marks: draft_reading.Marks) -> frozenset[bytes]:
    """The sentences that were marked against a passage which is no longer as it was."""
    store = layout.opened(folder).store
    marked = {
        identity: marks.get(identity) for identity in (sentence_key(mark.sentence.text) for mark in checked.findings)
    }
    pins = {identity: mark.pin for identity, mark in marked.items() if mark and mark.pin}
    return frozenset(mark for mark, pin in pins.items() if pin_status(store, pin)[0] is not PinStatus.UNCHANGED)


def head(checked: DraftCheck, marks: draft_reading.Marks, again: frozenset[bytes]) -> list[int]:
    """The filters with what they let through; the numbers of the sentences that the chosen one does."""
    every = {name: draft_reading.kept(checked, marks, name, again) for name in draft_reading.SHOWN}
    offered = [name for name in every if name not in draft_reading.SOMETIMES or every[name]]
    if st.session_state.get("shown") not in (None, *offered):
        st.session_state["shown"] = "all"
    if "shown" not in st.session_state:
        named = st.query_params.get("show", "")
        st.session_state["shown"] = named if named in offered else "all"
    st.segmented_control(
        "Show",
        offered,
        format_func=lambda name: f"{draft_reading.SHOWN[name][0]} {len(every[name])}",
        key="shown",
        required=True,
        on_change=filtered,
        label_visibility="collapsed",
    )
    return every[st.session_state["shown"] or "all"]


def sentence_of(warning: str) -> str:
    """A warning of the reader as a sentence."""
    return f"{warning[0].upper()}{warning[1:].removesuffix('.')}."


def workbench(folder: Library, checked: DraftCheck) -> None:
    store = layout.opened(folder).store
    marks = read_marks(store)
    for note in filter(None, (format_language_note(checked.draft), *map(sentence_of, checked.draft.warnings))):
        st.html(f'<p class="sw-lead" role="status">{escape(note)}</p>')
    arrive()
    numbers = head(checked, marks, changed(folder, checked, marks))
    now = settle(checked, numbers)
    depart(st.session_state["shown"] or "all", now)
    keys(checked, marks, now)
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        if st.session_state.get("editing"):
            with st.container(key="editor"):
                open_draft.way_in("Check again", "Or hand a newer file of it over", "The text")
        body = draft_reading.draft_html(checked, marks, now, frozenset(numbers))
        st.html(f'<div class="sw-draft" aria-label="Your draft">{body}</div>')
    with right, st.container(key="evidence"):
        with st.container(horizontal=True, vertical_alignment="center", key="steps"):
            st.button("Previous", on_click=go, args=(-1,), type="tertiary", icon=":material/arrow_upward:")
            st.button("Next", on_click=go, args=(1,), type="tertiary", icon=":material/arrow_downward:")
            st.html(f'<p class="sw-keys">{KEYS}</p>', width="content")
        if checked.findings:
            finding = checked.findings[now]
            evidence_column(folder, finding, marks.get(sentence_key(finding.sentence.text)))
    with st.expander("Claims × sources"):
        st.html(draft_reading.grid_html(checked))
    count(folder, checked, marks)
    counted = [evidence.hit.source for finding in checked.findings for evidence in finding.counted_evidence]
    citing.take_along(
        folder,
        "Take it along, and how it cites",
        FILES,
        lambda file, style, keys: written(file, checked, marks, style, keys),
        list({source.id: source for source in counted}.values()),
    )


def written(
    file: str, checked: DraftCheck, marks: draft_reading.Marks, style: CitationStyle, keys: Mapping[str, str]
) -> bytes:
    write = write_clean_copy if file == CLEAN else DRAFT_FORMATS[PurePath(file).suffix]
    return write(checked, marks, timestamp(), style, keys)


def count(folder: Library, checked: DraftCheck, marks: draft_reading.Marks) -> None:
    """Note in the list what was counted, once for each change of it."""
    kept, counted = open_draft.kept_draft(), counts_of(checked, marks)
    if kept is None or st.session_state.get("counted") == counted or not may_edit():
        return
    st.session_state["counted"] = counted
    with layout.errors_shown():
        st.session_state["draft_kept"] = record_check(folder, kept, checked, marks)


def keys(checked: DraftCheck, marks: draft_reading.Marks, now: int) -> None:
    """The sentence that is looked at has the focus: put there once, and again after its mark."""
    script = (Path(__file__).parent / "components" / "draft.js").read_text(encoding="utf-8")
    component = st.components.v2.component("sourcewise_draft", js=script)
    mark = marks.get(sentence_key(checked.findings[now].sentence.text)) if checked.findings else None
    data = {"place": f"sw-s-{now}", "token": f"{st.session_state['draft']}-{now}-{mark.status if mark else ''}"}
    component(
        key="draft-keys",
        data=data,
        on_chosen_change=chosen,
        on_said_change=marked_by_key,
    )


def depart(shown: str, now: int) -> None:
    """Put the place in the address, so that it can be come back to."""
    params = {"draft": st.session_state["draft"], "s": str(now + 1), **({"show": shown} if shown != "all" else {})}
    wanted = layout.address(params)
    st.session_state["departed"] = wanted
    if wanted != dict(st.query_params):
        st.query_params.from_dict(wanted)


def start(folder: Library) -> None:
    """The ways in, and the drafts that are kept."""
    open_draft.way_in("Check", "Or hand a file over; it stays on this machine")
    with layout.errors_shown():
        draft_list.show(folder)
    teach()
    layout.warm(folder)


def page() -> None:
    kept = open_draft.kept_draft()
    layout.frame(f"{kept.name} · Check a draft" if kept else "Check a draft")
    st.html('<h1 class="sw-title">Check a draft</h1>')
    with layout.errors_shown():
        folder = layout.library()
        if layout.is_empty(folder):
            getting_started.no_library(folder)
            return
        draft = None
        with layout.errors_shown():
            draft = open_draft.held(folder)
        kept = open_draft.kept_draft()
        if st.session_state.get("draft_problem"):
            layout.problem(st.session_state["draft_problem"])
        if draft is None:
            start(folder)
            return
        draft_list.bar(folder, kept, open_draft.leave, open_draft.keep)
        if st.session_state.get("draft_note"):
            st.html(f'<p class="sw-lead" role="status">{escape(st.session_state["draft_note"])}</p>')
        workbench(folder, checked_now(folder, draft))


page()
