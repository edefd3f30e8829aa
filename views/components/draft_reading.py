"""A checked draft as HTML: its sentences with quiet signs, and the evidence for one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from html import escape

from index.check.draft import DraftCheck, Evidence, Finding, FindingStatus, QuoteFinding
from index.check.marks import Mark, MarkStatus, PinStatus, sentence_key
from index.check.sentences import SentenceKind
from index.differences import Difference
from index.types import Span
from views.components import layout
from views.components.marking import marked

SIGNS = {
    FindingStatus.FOUND: "●",
    FindingStatus.DIFFERS: "≠",
    FindingStatus.NOT_FOUND: "○",
    FindingStatus.NOT_CHECKABLE: "",
}
PARTLY = "◐"
SAID = {MarkStatus.CONFIRMED: "✓", MarkStatus.NEEDS_WORK: "✎", MarkStatus.NOT_CHECKED: ""}
TOLD = {
    FindingStatus.FOUND: "A source says something near it, and nothing that was compared differs.",
    FindingStatus.DIFFERS: "Your sources say something near it, but not the same.",
    FindingStatus.NOT_FOUND: "Your sources do not say this.",
    FindingStatus.NOT_CHECKABLE: "There is nothing in it to look for: a heading, a question, a greeting, or too few words.",
}
STANDING = {
    PinStatus.UNCHANGED: "The passage is as it was when you marked it.",
    PinStatus.MOVED: "The passage has moved in its source since you marked it; its words are the same.",
    PinStatus.EDITED: "The passage was edited in its source since you marked it. Look again.",
    PinStatus.GONE: "The passage is gone from your library since you marked it. Look again.",
}

Marks = Mapping[bytes, Mark]


# the draft ----------------------------------------------------------------------------------------------------


def draft_html(checked: DraftCheck, marks: Marks, now: int, shown: Collection[int]) -> str:
    """The draft, paragraph by paragraph, with the sentence ``now`` marked; those not ``shown`` stand back."""
    pieces: list[str] = []
    at, text = 0, checked.draft.text
    for number, one in enumerate(checked.findings):
        gap = text[at : one.sentence.span.start]
        if not pieces or "\n" in gap:
            pieces.append(f"{'</p>' if pieces else ''}<p{_kind_of(checked, one, gap)}>")
            gap = gap.rpartition("\n")[2]
        pieces += [
            escape(gap),
            _sentence(one, number, marks.get(sentence_key(one.sentence.text)), now, number in shown),
        ]
        at = one.sentence.span.end
    return f"{''.join(pieces)}{escape(text[at:].rstrip())}</p>" if pieces else ""


def _kind_of(checked: DraftCheck, one: Finding, gap: str) -> str:
    prose = checked.draft.prose
    if prose is not None and not any(one.sentence.span.within(span) for span in prose):
        return ' class="sw-head-line"'
    return ' class="sw-item"' if gap.count("\n") == 1 else ""


def _sentence(one: Finding, number: int, mark: Mark | None, now: int, shown: bool) -> str:
    inner = marked(one.sentence.text, one.sentence.span.start, None, in_draft(one))
    said = mark.status if mark else MarkStatus.NOT_CHECKED
    if one.sentence.kind is SentenceKind.OTHER and not mark:
        return f'<span class="sw-s">{inner}</span>'
    state = one.status.name.lower().replace("_", "-")
    here = ' aria-current="true" tabindex="0"' if number == now else ' tabindex="-1"'
    mark_of = f'<span class="sw-mark-of" aria-hidden="true">{sign(one)}</span>'
    own = f'<span class="sw-own" aria-hidden="true">{SAID[said]}</span>' if SAID[said] else ""
    told = [
        one.status.value,
        *(["not all of it"] if sign(one) == PARTLY else []),
        *([said.value] if SAID[said] else []),
    ]
    label = f"{', '.join(told)}: "
    back = "" if shown else " sw-back"
    return (
        f'<span class="sw-s sw-{state}{back}" id="sw-s-{number}" role="button" data-sentence="{number}"{here}>'
        f'{mark_of}<span class="sw-aside">{label}</span>{inner}{own}</span>'
    )


def sign(one: Finding) -> str:
    """What stands before a sentence in the margin."""
    return PARTLY if one.status is FindingStatus.FOUND and one.missing else SIGNS[one.status]


def in_draft(one: Finding) -> Iterator[Span]:
    """The places of a sentence that differ from what it is held against, and from its quotations' sources."""
    yield from (other.draft for voice in (one.leading or one.evidence[:1]) for other in voice.counted_differences)
    yield from (change.draft for quote in one.quotes for change in quote.located.changes)


# one sentence -------------------------------------------------------------------------------------------------


def sentence_html(one: Finding) -> str:
    """The sentence that is looked at, and what was found, in a line."""
    inner = marked(one.sentence.text, one.sentence.span.start, None, in_draft(one))
    said = f"{sign(one)} {one.status.value.capitalize()}."
    asides = "".join(f'<p class="sw-verdict">{escape(f"{aside[0].upper()}{aside[1:]}.")}</p>' for aside in one.asides)
    return (
        f'<blockquote class="sw-quote sw-asked">{inner}</blockquote>'
        f'<p class="sw-verdict" role="status"><strong>{said}</strong> <span>{TOLD[one.status]}</span></p>{asides}'
    )


def quote_html(quote: QuoteFinding) -> str:
    """A quotation, what was found of it, and the words of the sources."""
    found = quote.located
    notes = [change.note for change in found.changes] + list(found.notes)
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    changed = [change.source for change in found.changes]
    places = ""
    for number, place in enumerate(found.places[:3]):
        page = place.page_label or place.page
        about = " · ".join(map(escape, filter(None, [layout.title(place.source), f"p. {page}" if page else ""])))
        text = marked(place.text, place.span.start, None, changed if number == 0 else ())
        places += f'<p class="sw-meta">{about}</p><blockquote class="sw-quote">{text}</blockquote>'
    head = f"<strong>Quotation {escape(found.status.value)}</strong>: “{escape(quote.quotation.text)}”"
    return f'<section class="sw-quotation"><p>{head}</p>{f"<ul>{items}</ul>" if items else ""}{places}</section>'


def evidence_html(one: Evidence) -> str:
    """A passage with the sentences that were compared, and what differs, marked."""
    hit = one.hit
    about = " · ".join(escape(part) for part in [*layout.byline(hit.source), *layout.where_in(hit.passage)])
    spots = [other.source for other in one.counted_differences]
    text = marked(layout.verbatim(hit.passage), hit.passage.span.start, one.span, spots)
    rows = "".join(_difference(other) for other in one.differences)
    listed = f'<ul class="sw-differences">{rows}</ul>' if rows else ""
    return (
        f'<article class="sw-hit"><h3><span>{escape(layout.title(hit.source))}</span></h3>'
        f'<p class="sw-meta">{about}</p>'
        f'{listed}<blockquote class="sw-quote">{text}</blockquote></article>'
    )


def _difference(one: Difference) -> str:
    sign, allowed = ("≈", " (compatible)") if one.compatible else ("≠", "")
    return f"<li><span aria-hidden=true>{sign}</span> {one.kind.value}: {escape(one.note)}{allowed}</li>"


# claims × sources ---------------------------------------------------------------------------------------------


def grid_html(checked: DraftCheck) -> str:
    """A row for each sentence that was looked for, a column for each source that says something near one; a sentence
    leads to its place in the draft."""
    sources = checked.sources
    top = "".join(f'<th scope="col">{escape(layout.title(source))}</th>' for source in sources)
    rows = [
        _grid_row(number, one, [source.id for source in sources])
        for number, one in enumerate(checked.findings)
        if one.sentence.kind is not SentenceKind.OTHER
    ]
    return (
        '<div class="sw-claims" tabindex="0" role="region" aria-label="Claims and sources"><table class="sw-table">'
        f'<thead><tr><th scope="col">Sentence</th>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _grid_row(number: int, one: Finding, sources: Collection[str]) -> str:
    cells = "".join(f"<td>{_grid_cell(one, source)}</td>" for source in sources)
    mark_of = f'<span aria-hidden="true">{sign(one)} </span><span class="sw-aside">{one.status.value}: </span>'
    line = escape(" ".join(one.sentence.text.split()))
    button = f'<button type="button" class="sw-copy" data-sentence="{number}">{mark_of}{line}</button>'
    return f'<tr><th scope="row">{button}</th>{cells}</tr>'


def _grid_cell(one: Finding, source: str) -> str:
    status = one.status_in(source)
    if status is None:
        return ""
    notes = "; ".join(other.note for other in one.differences_in(source))
    note = f"<small>{escape(notes)}</small>" if notes else ""
    return f'<span aria-hidden="true">{SIGNS[status]}</span><span class="sw-aside">{status.value}</span> {note}'


# filters ------------------------------------------------------------------------------------------------------

Keeps = Callable[[Finding, Mark | None], bool]

SHOWN: Mapping[str, tuple[str, Keeps]] = {
    "all": ("All", lambda one, mark: one.sentence.kind is not SentenceKind.OTHER or mark is not None),
    "differs": ("≠ Differs", lambda one, _: one.status is FindingStatus.DIFFERS),
    "missing": ("○ Not found", lambda one, _: one.status is FindingStatus.NOT_FOUND),
    "found": ("● Found", lambda one, _: one.status is FindingStatus.FOUND),
    "partly": ("◐ Not all of it", lambda one, _: sign(one) == PARTLY),
    "disagree": ("Sources disagree", lambda one, _: bool(one.disagreeing)),
    "work": ("✎ Needs work", lambda _, mark: mark is not None and mark.status is MarkStatus.NEEDS_WORK),
    "open": (
        "Not marked",
        lambda one, mark: one.sentence.kind is not SentenceKind.OTHER and not (mark and SAID[mark.status]),
    ),
    "again": ("↻ Look again", lambda _, mark: mark is not None),
}
"""By its name in an address: what a filter is called, and which sentences it lets through; *again* only of those whose
passage changed."""


SOMETIMES = ("partly", "disagree", "again")
"""Filters that are only there when they let something through."""


def kept(checked: DraftCheck, marks: Marks, name: str, changed: Collection[bytes] = ()) -> list[int]:
    """The numbers of the sentences that a filter lets through, in order. ``changed``: keys of the sentences that were
    marked against a passage which is no longer as it was."""
    keeps = SHOWN[name][1]
    each = [(number, one, sentence_key(one.sentence.text)) for number, one in enumerate(checked.findings)]
    return [
        number
        for number, one, identity in each
        if keeps(one, marks.get(identity)) and (name != "again" or identity in changed)
    ]
