"""A checked draft as HTML: its sentences with quiet signs, and the evidence for one of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import escape

from index import Span
from index.check import (
    Difference,
    DraftCheck,
    Evidence,
    Finding,
    FindingStatus,
    Mark,
    MarkStatus,
    PinStatus,
    QuoteFinding,
    SentenceKind,
    sentence_key,
)
from index.text import is_markdown
from views.components import layout
from views.components.marking import marked
from views.components.parameters import Params

SIGNS = {
    FindingStatus.FOUND: "●",
    FindingStatus.DIFFERS: "≠",
    FindingStatus.NOT_FOUND: "○",
    FindingStatus.NOT_CHECKABLE: "",
}
PARTLY = "◐"
MARK_SIGNS = {MarkStatus.CONFIRMED: "✓", MarkStatus.NEEDS_WORK: "✎", MarkStatus.NOT_CHECKED: ""}
EXPLANATIONS = {
    FindingStatus.FOUND: "A source says something near it, and nothing that was compared differs.",
    FindingStatus.DIFFERS: "Your sources say something near it, but not the same.",
    FindingStatus.NOT_FOUND: (
        "No passage with enough of its words was found. Read the nearest ones: they may say it in others."
    ),
    FindingStatus.NOT_CHECKABLE: (
        "There is nothing in it to look for: a heading, a question, a greeting, or too few words."
    ),
}
PIN_NOTES = {
    PinStatus.UNCHANGED: "The passage is as it was when you marked it.",
    PinStatus.MOVED: "The passage has moved in its source since you marked it; its words are the same.",
    PinStatus.EDITED: "The passage was edited in its source since you marked it. Look again.",
    PinStatus.MISSING: "The passage is gone from your library since you marked it. Look again.",
}

Marks = Mapping[bytes, Mark]


# the draft ----------------------------------------------------------------------------------------------------


def draft_html(checked: DraftCheck, marks: Marks, now: int, shown: Collection[int]) -> str:
    """The draft in paragraphs. The sentence number ``now`` is marked; sentences not in ``shown`` are dimmed."""
    pieces: list[str] = []
    at, text = 0, checked.draft.text
    for number, finding in enumerate(checked.findings):
        gap = text[at : finding.sentence.span.start]
        if not pieces or "\n" in gap:
            pieces.append(f"{'</p>' if pieces else ''}<p{_kind_of(checked, finding, gap)}>")
            gap = gap.rpartition("\n")[2]
        pieces += [
            escape(gap),
            _sentence(finding, number, marks.get(sentence_key(finding.sentence.text)), now, number in shown),
        ]
        at = finding.sentence.span.end
    return f"{''.join(pieces)}{escape(text[at:].rstrip())}</p>" if pieces else ""


def _kind_of(checked: DraftCheck, finding: Finding, gap: str) -> str:
    prose = checked.draft.prose
    if prose is not None and not any(finding.sentence.span.within(span) for span in prose):
        return ' class="sw-head-line"'
    return ' class="sw-item"' if gap.count("\n") == 1 else ""


def _sentence(finding: Finding, number: int, mark: Mark | None, now: int, shown: bool) -> str:
    inner = marked(finding.sentence.text, finding.sentence.span.start, None, in_draft(finding))
    status = mark.status if mark else MarkStatus.NOT_CHECKED
    if finding.sentence.kind is SentenceKind.OTHER and not mark:
        return f'<span class="sw-s">{inner}</span>'
    state = finding.status.name.lower().replace("_", "-")
    here = ' aria-current="true" tabindex="0"' if number == now else ' tabindex="-1"'
    mark_of = f'<span class="sw-mark-of" aria-hidden="true">{sign(finding)}</span>'
    own = f'<span class="sw-own" aria-hidden="true">{MARK_SIGNS[status]}</span>' if MARK_SIGNS[status] else ""
    labels = [
        finding.label,
        *([status.label] if MARK_SIGNS[status] else []),
    ]
    label = f"{', '.join(labels)}: "
    back = "" if shown else " sw-back"
    return (
        f'<span class="sw-s sw-{state}{back}" id="sw-s-{number}" role="button" data-sentence="{number}"{here}>'
        f'{mark_of}<span class="sw-aside">{label}</span>{inner}{own}</span>'
    )


def sign(finding: Finding) -> str:
    """The sign in the margin before a sentence."""
    return PARTLY if finding.is_partial else SIGNS[finding.status]


def first_problem(checked: DraftCheck, numbers: Sequence[int]) -> int:
    """Of these sentences the first that differs, else that is partly found, else not found, else the first; 0 without
    any."""
    order = (SIGNS[FindingStatus.DIFFERS], PARTLY, SIGNS[FindingStatus.NOT_FOUND])
    signs = [(sign(checked.findings[number]), number) for number in numbers]
    problems = [(order.index(shown), number) for shown, number in signs if shown in order]
    return min(problems)[1] if problems else next(iter(numbers), 0)


def in_draft(finding: Finding) -> Iterator[Span]:
    """The spans of a sentence that differ from its evidence or from the sources of its quotations, that no passage has,
    or that a source has in other words."""
    yield from finding.missing_spans
    yield from (words.draft for words in finding.other_words)
    yield from (
        difference.draft
        for evidence in (finding.leading_evidence or finding.evidence[:1])
        for difference in evidence.counted_differences
    )
    yield from (change.draft for quote in finding.quotes for change in quote.located.changes)


# one sentence -------------------------------------------------------------------------------------------------


def sentence_html(finding: Finding, number: int) -> str:
    """The selected sentence, which has this number in the draft, with its status in a line."""
    inner = marked(finding.sentence.text, finding.sentence.span.start, None, in_draft(finding))
    verdict = f"{sign(finding)} {finding.label.capitalize()}."
    asides = "".join(
        f'<p class="sw-verdict">{escape(f"{aside[0].upper()}{aside[1:]}.")}</p>' for aside in finding.remarks
    )
    return (
        f'<blockquote class="sw-quote sw-asked" data-of="{number}">{inner}</blockquote>'
        f'<p class="sw-verdict" role="status"><strong>{verdict}</strong> '
        f"<span>{EXPLANATIONS[finding.status]}</span></p>{asides}"
    )


def quote_html(quote: QuoteFinding) -> str:
    """A quotation with its status and the words of the sources."""
    located = quote.located
    notes = [change.note for change in located.changes] + list(located.notes)
    items = "".join(f"<li>{escape(note)}</li>" for note in notes)
    changed = [change.source for change in located.changes]
    matches = ""
    for number, match in enumerate(located.matches[:3]):
        about = " · ".join(map(escape, filter(None, [layout.title(match.source), match.passage.locator])))
        text = marked(match.text, match.span.start, None, changed if number == 0 else ())
        matches += f'<p class="sw-meta">{about}</p><blockquote class="sw-quote">{text}</blockquote>'
    head = f"<strong>Quotation {escape(located.status.value)}</strong>: “{escape(quote.quotation.text)}”"
    return f'<section class="sw-quotation"><p>{head}</p>{f"<ul>{items}</ul>" if items else ""}{matches}</section>'


def evidence_html(evidence: Evidence, context: Params) -> str:
    """A passage with the compared sentences marked, and its differences. ``context``: its address in its source."""
    hit = evidence.hit
    about = " · ".join(escape(part) for part in [*layout.byline(hit.source), *layout.where_in(hit.passage)])
    spots = [difference.source for difference in evidence.counted_differences]
    markdown = is_markdown(hit.source)
    text = marked(layout.verbatim(hit.passage), hit.passage.span.start, evidence.span, spots, markdown)
    rows = "".join(_difference(difference) for difference in evidence.differences)
    listed = f'<ul class="sw-differences">{rows}</ul>' if rows else ""
    return (
        f'<article class="sw-hit"><h3><span>{layout.source_link(hit.source, context)}</span></h3>'
        f'<p class="sw-meta">{about}</p>'
        f'{listed}<blockquote class="sw-quote">{text}</blockquote></article>'
    )


def _difference(difference: Difference) -> str:
    sign, allowed = ("≈", " (compatible)") if difference.compatible else ("≠", "")
    return f"<li><span aria-hidden=true>{sign}</span> {escape(difference.summary)}{allowed}</li>"


# claims × sources ---------------------------------------------------------------------------------------------


def grid_html(checked: DraftCheck) -> str:
    """A row for each sentence that was looked for, a column for each source that says something near one; a sentence
    leads to its place in the draft."""
    sources = checked.sources
    top = "".join(f'<th scope="col">{escape(layout.title(source))}</th>' for source in sources)
    rows = [
        _grid_row(number, finding, [source.id for source in sources])
        for number, finding in enumerate(checked.findings)
        if finding.sentence.kind is not SentenceKind.OTHER
    ]
    return (
        '<div class="sw-claims" tabindex="0" role="region" aria-label="Claims and sources"><table class="sw-table">'
        f'<thead><tr><th scope="col">Sentence</th>{top}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
    )


def _grid_row(number: int, finding: Finding, sources: Collection[str]) -> str:
    cells = "".join(f"<td>{_grid_cell(finding, source)}</td>" for source in sources)
    mark_of = f'<span aria-hidden="true">{sign(finding)} </span><span class="sw-aside">{finding.status.value}: </span>'
    line = escape(" ".join(finding.sentence.text.split()))
    button = f'<button type="button" class="sw-copy" data-sentence="{number}">{mark_of}{line}</button>'
    return f'<tr><th scope="row">{button}</th>{cells}</tr>'


def _grid_cell(finding: Finding, source: str) -> str:
    status = finding.status_in(source)
    if status is None:
        return ""
    notes = "; ".join(difference.note for difference in finding.differences_in(source))
    note = f"<small>{escape(notes)}</small>" if notes else ""
    return f'<span aria-hidden="true">{SIGNS[status]}</span><span class="sw-aside">{status.value}</span> {note}'


# filters ------------------------------------------------------------------------------------------------------

Keeps = Callable[[Finding, Mark | None], bool]

SHOWN: Mapping[str, tuple[str, Keeps]] = {
    "all": ("All", lambda finding, mark: finding.sentence.kind is not SentenceKind.OTHER or mark is not None),
    "differs": ("≠ Differs", lambda finding, _: finding.status is FindingStatus.DIFFERS),
    "missing": ("○ Not found", lambda finding, _: finding.status is FindingStatus.NOT_FOUND),
    "found": ("● Found", lambda finding, _: sign(finding) == SIGNS[FindingStatus.FOUND]),
    "partly": (f"{PARTLY} Found in part", lambda finding, _: sign(finding) == PARTLY),
    "disagree": ("Sources disagree", lambda finding, _: bool(finding.disagreeing_evidence)),
    "work": ("✎ Needs work", lambda _, mark: mark is not None and mark.status is MarkStatus.NEEDS_WORK),
    "open": (
        "Not marked",
        lambda finding, mark: (
            finding.sentence.kind is not SentenceKind.OTHER and not (mark and MARK_SIGNS[mark.status])
        ),
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
    each = [(number, finding, sentence_key(finding.sentence.text)) for number, finding in enumerate(checked.findings)]
    return [
        number
        for number, finding, identity in each
        if keeps(finding, marks.get(identity)) and (name != "again" or identity in changed)
    ]
