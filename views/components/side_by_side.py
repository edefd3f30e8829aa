"""Two texts beside each other, sentence by sentence, and the lists drawn from them, as HTML that can only be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from index import Document, Span
from index.compare import ComparedSide, Comparison, Difference, DifferenceKind, Pair, Relation, folded
from index.text import blocks, is_markdown, without_signs
from views.components import layout
from views.components.marking import marked

KINDS = {
    DifferenceKind.NUMBER: "Figures",
    DifferenceKind.DATE: "Dates",
    DifferenceKind.NAME: "Names",
    DifferenceKind.NEGATION: "Yes and no",
    DifferenceKind.QUOTE: "Quotations",
}
SHOWN = 60_000
"""Characters of each text that stand side by side; the lists go on beyond."""

_CLASSES = (Relation.DIFFERS.value, Relation.SAME.value, Relation.SIMILAR.value, "loose")
"""Classes of a sentence with a partner, that which matters most first."""


@dataclass(frozen=True, slots=True)
class _Side:
    """One text: its name and the other's ("l" or "r"), and what to mark. ``classes``: of sentences with a partner."""

    own: str
    other: str
    half: ComparedSide
    document: Document
    partners: Mapping[Span, Sequence[Span]]
    classes: Mapping[Span, str]

    @property
    def text(self) -> str:
        return self.document.text

    def marked(self, start: int, end: int, marks: Sequence[Span] = ()) -> str:
        return marked(self.text[start:end], start, None, marks, is_markdown(self.document.source))


def texts_html(comparison: Comparison, left: Document, right: Document) -> str:
    """Both texts. A sentence with a partner can be chosen: its ``data-partners`` are ids on the other side."""
    pairs_from_left = [(pair.left, pair.right, _class(pair)) for pair in comparison.pairs]
    pairs_from_right = [(pair.right, pair.left, _class(pair)) for pair in comparison.pairs]
    sides = (
        _Side("l", "r", comparison.left, left, *_partners(pairs_from_left)),
        _Side("r", "l", comparison.right, right, *_partners(pairs_from_right)),
    )
    return f'<div class="sw-beside">{"".join(map(_text, sides))}</div>'


def _class(pair: Pair) -> str:
    return pair.relation.value if pair.sure else _CLASSES[-1]


def _partners(pairs: Iterable[tuple[Span, Span, str]]) -> tuple[Mapping[Span, Sequence[Span]], Mapping[Span, str]]:
    """By sentence its partners, and the class that matters most of those with them."""
    partners: dict[Span, list[Span]] = {}
    classes: dict[Span, str] = {}
    for own, other, kind in pairs:
        partners.setdefault(own, []).append(other)
        classes[own] = min(classes.get(own, kind), kind, key=_CLASSES.index)
    return partners, classes


def _text(side: _Side) -> str:
    spans = sorted({*side.half.only, *side.partners})
    paragraphs, at = [], 0
    for block in blocks(side.text, Span(0, min(len(side.text), SHOWN))):
        first = at
        while at < len(spans) and spans[at].start < block.end:
            at += 1
        if side.text[slice(*block)].strip() and not any(block.within(span) for span in side.document.dropped):
            is_heading = is_markdown(side.document.source) and side.text.startswith("#", block.start)
            inner = _block(side, block, [span for span in spans[first:at] if span.within(block)])
            paragraphs.append(f"<p{' class=sw-heading' * is_heading}>{inner}</p>")
    if len(side.text) > SHOWN:
        paragraphs.append('<p class="sw-lead">The text goes on; the lists below are of all of it.</p>')
    name = "Left text" if side.own == "l" else "Right text"
    return f'<section class="sw-side" tabindex="0" aria-label="{name}">{"".join(paragraphs)}</section>'


def _block(side: _Side, block: Span, spans: Sequence[Span]) -> str:
    pieces, at = [], block.start
    for span in spans:
        pieces += [side.marked(at, span.start), _sentence(side, span)]
        at = span.end
    return "".join([*pieces, side.marked(at, block.end)])


def _sentence(side: _Side, span: Span) -> str:
    reused = [span_ for span_ in side.half.reused if span_.meets(span)]
    inner, own = side.marked(*span, reused), f"sw-{side.own}{span.start}"
    if span not in side.classes:
        return f'<span class="sw-only" id="{own}">{inner}</span>'
    to = " ".join(f"sw-{side.other}{span_.start}" for span_ in side.partners[span])
    kind = f"sw-said sw-{side.classes[span]}"
    return f'<span class="{kind}" id="{own}" role="button" tabindex="0" data-partners="{to}">{inner}</span>'


# lists -----------------------------------------------------------------------------------------------------------


def pairs_html(pairs: Sequence[Pair], left: Document, right: Document, head: str = "") -> str:
    """The quotes of each entry in full, without signs of Markdown, what differs marked in them, and what it is. A
    sentence with several partners is one entry. ``head``: what stands above them."""
    entries = "".join(_entry(entry, left, right) for entry in folded(pairs))
    return f'<h3 class="sw-relation">{escape(head)}</h3>{entries}' if head and entries else entries


def _entry(entry: Sequence[Pair], left: Document, right: Document) -> str:
    sides = (
        (left, [(pair.left, [difference.draft for difference in pair.differences]) for pair in entry]),
        (right, [(pair.right, [difference.source for difference in pair.differences]) for pair in entry]),
    )
    quotes = "".join(f"<div>{_quotes(document, marks)}</div>" for document, marks in sides)
    differences = dict.fromkeys(difference for pair in entry for difference in pair.differences)
    notes = "".join(f"<li>{_note(difference)}</li>" for difference in differences)
    left_span, right_span = entry[0].left, entry[0].right
    ids = f"sw-l{left_span.start} sw-r{right_span.start}"
    pins = layout.pin_button("l", left_span, "Pin the left") + layout.pin_button("r", right_span, "Pin the right")
    return (
        f'<article class="sw-pair"><div class="sw-two">{quotes}</div><ul class="sw-notes">{notes}</ul>'
        f'<p class="sw-buttons"><button class="sw-copy" data-show="{ids}">Show in the texts</button>'
        f"{pins}</p></article>"
    )


def _quotes(document: Document, marked_spans: Iterable[tuple[Span, Sequence[Span]]]) -> str:
    """Each sentence once, with all that is marked in it."""
    marks: dict[Span, list[Span]] = {}
    for span, own in marked_spans:
        marks.setdefault(span, []).extend(own)
    return "".join(
        f'<blockquote class="sw-quote">{_quote(document, span, own)}</blockquote>' for span, own in marks.items()
    )


def _note(difference: Difference) -> str:
    compatible = " (rounding or a range allows both)" if difference.compatible else ""
    kind = difference.aspect.capitalize() or KINDS[difference.kind]
    return f"<strong>{kind}:</strong> {escape(difference.note)}{compatible}"


def _quote(document: Document, span: Span, marks: Iterable[Span] = ()) -> str:
    """A sentence with spans of it marked, each on its own."""
    pieces, at = [], span.start
    for start, end in sorted(mark.shifted(span.start) for mark in marks):
        if start >= at:
            pieces += [_shown(document, at, start), f"<mark>{_shown(document, start, end)}</mark>"]
            at = end
    return "".join([*pieces, _shown(document, at, span.end)])


def _shown(document: Document, start: int, end: int) -> str:
    text = document.text
    return marked(without_signs(text, Span(start, end)) if is_markdown(document.source) else text[start:end])


def only_html(spans: Iterable[Span], document: Document, side: str) -> str:
    """What one side alone says."""
    return "".join(
        f'<article class="sw-pair"><blockquote class="sw-quote">{_quote(document, span)}</blockquote>'
        f'<p class="sw-buttons"><button class="sw-copy" data-show="sw-{side}{span.start}">Show in the text</button>'
        f"{layout.pin_button(side, span)}</p></article>"
        for span in spans
    )
