"""Two texts beside each other, sentence by sentence, and the lists drawn from them, as HTML that can only be read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby

from index import Document, Span
from index.compare import ComparedSide, Comparison, Pair, Relation
from index.differences import Difference, DifferenceKind
from index.text import blocks
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

_RANK = {Relation.DIFFERS: 0, Relation.SAME: 1, Relation.SIMILAR: 2}


@dataclass(frozen=True, slots=True)
class _Side:
    """One text: its name and the other's ("l" or "r"), what of it is not read, and what to mark. ``relations``: of
    sentences with a partner."""

    own: str
    other: str
    half: ComparedSide
    text: str
    dropped: Sequence[Span]
    partners: Mapping[Span, Sequence[Span]]
    relations: Mapping[Span, Relation]


def texts_html(comparison: Comparison, left: Document, right: Document) -> str:
    """Both texts. A sentence with a partner can be chosen: its ``data-partners`` are ids on the other side."""
    pairs_from_left = [(pair.left, pair.right, pair.relation) for pair in comparison.pairs]
    pairs_from_right = [(pair.right, pair.left, pair.relation) for pair in comparison.pairs]
    sides = (
        _Side("l", "r", comparison.left, left.text, left.dropped, *_partners(pairs_from_left)),
        _Side("r", "l", comparison.right, right.text, right.dropped, *_partners(pairs_from_right)),
    )
    return f'<div class="sw-beside">{"".join(map(_text, sides))}</div>'


def _partners(
    pairs: Iterable[tuple[Span, Span, Relation]],
) -> tuple[Mapping[Span, Sequence[Span]], Mapping[Span, Relation]]:
    """By sentence its partners, and the relation that matters most of those to them."""
    partners: dict[Span, list[Span]] = {}
    relations: dict[Span, Relation] = {}
    for own, other, relation in pairs:
        partners.setdefault(own, []).append(other)
        relations[own] = min(relations.get(own, relation), relation, key=_RANK.__getitem__)
    return partners, relations


def _text(side: _Side) -> str:
    spans = sorted({*side.half.only, *side.partners})
    paragraphs, at = [], 0
    for block in blocks(side.text, Span(0, min(len(side.text), SHOWN))):
        first = at
        while at < len(spans) and spans[at].start < block.end:
            at += 1
        if side.text[slice(*block)].strip() and not any(block.within(span) for span in side.dropped):
            paragraphs.append(f"<p>{_block(side, block, [span for span in spans[first:at] if span.within(block)])}</p>")
    if len(side.text) > SHOWN:
        paragraphs.append('<p class="sw-lead">The text goes on; the lists below are of all of it.</p>')
    name = "Left text" if side.own == "l" else "Right text"
    return f'<section class="sw-side" tabindex="0" aria-label="{name}">{"".join(paragraphs)}</section>'


def _block(side: _Side, block: Span, spans: Sequence[Span]) -> str:
    pieces, at = [], block.start
    for span in spans:
        pieces += [marked(side.text[at : span.start], at), _sentence(side, span)]
        at = span.end
    return "".join([*pieces, marked(side.text[at : block.end], at)])


def _sentence(side: _Side, span: Span) -> str:
    reused = [span_ for span_ in side.half.reused if span_.meets(span)]
    inner, own = marked(side.text[slice(*span)], span.start, None, reused), f"sw-{side.own}{span.start}"
    if span not in side.relations:
        return f'<span class="sw-only" id="{own}">{inner}</span>'
    to = " ".join(f"sw-{side.other}{span_.start}" for span_ in side.partners[span])
    kind = f"sw-said sw-{side.relations[span].value}"
    return f'<span class="{kind}" id="{own}" role="button" tabindex="0" data-partners="{to}">{inner}</span>'


# lists -----------------------------------------------------------------------------------------------------------


def pairs_html(pairs: Iterable[Pair], left: str, right: str, heads: Mapping[Relation, str] | None = None) -> str:
    """Both quotes of each pair in full, what differs marked in both, and what it is. ``heads``: what stands above the
    pairs of a relation, which must follow each other."""
    pieces = []
    for relation, group in groupby(pairs, key=lambda pair: pair.relation if heads else None):
        pieces += [f'<h3 class="sw-relation">{heads[relation]}</h3>'] if heads and relation else []
        pieces += [_pair(pair, left, right) for pair in group]
    return "".join(pieces)


def _pair(pair: Pair, left: str, right: str) -> str:
    quotes = (
        _quote(left, pair.left, [difference.draft for difference in pair.differences]),
        _quote(right, pair.right, [difference.source for difference in pair.differences]),
    )
    notes = "".join(f"<li>{_note(difference)}</li>" for difference in pair.differences)
    ids = f"sw-l{pair.left.start} sw-r{pair.right.start}"
    return (
        f'<article class="sw-pair"><div class="sw-two"><blockquote class="sw-quote">{quotes[0]}</blockquote>'
        f'<blockquote class="sw-quote">{quotes[1]}</blockquote></div><ul class="sw-notes">{notes}</ul>'
        f'<button class="sw-copy" data-show="{ids}">Show in the texts</button></article>'
    )


def _note(difference: Difference) -> str:
    compatible = " (rounding or a range allows both)" if difference.compatible else ""
    return f"<strong>{KINDS[difference.kind]}:</strong> {escape(difference.note)}{compatible}"


def _quote(text: str, span: Span, marks: Iterable[Span]) -> str:
    """A sentence with spans of it marked, each on its own."""
    pieces, at = [], 0
    sentence = text[slice(*span)]
    for start, end in sorted(marks):
        if start >= at:
            pieces += [marked(sentence[at:start]), f"<mark>{marked(sentence[start:end])}</mark>"]
            at = end
    return "".join([*pieces, marked(sentence[at:])])


def only_html(spans: Iterable[Span], text: str, side: str) -> str:
    """What one side alone says."""
    return "".join(
        f'<article class="sw-pair"><blockquote class="sw-quote">{marked(text[slice(*span)])}</blockquote>'
        f'<button class="sw-copy" data-show="sw-{side}{span.start}">Show in the text</button></article>'
        for span in spans
    )
