"""Two sources side by side: what both tell, what only one does, where they differ, and what one may have of the other.

Nothing here says who is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from enum import StrEnum

import numpy as np

from index.compare import alignment, reused_text, shared_phrases
from index.compare.alignment import Pairs, SentenceSide
from index.compare.reused_text import Level, WordedText
from index.differences import Difference, differences
from index.search import folding
from index.search.index import Index
from index.text.analysis import stems
from index.text.escaping import line
from index.text.reading_copy import fold
from index.text.segmentation import WORD
from index.types import Document, Source, Span

SAME = 0.75
"""Share of the words of either sentence that must stand in the other for both to say the same."""

TIED = 0.5
"""The cosine from which two sentences that are no partners may give one quantity two values."""

COPIED = 0.15
"""Share of a text that must stand in another word for word before it is asked who has it of whom."""

_SETTINGS = {"same": SAME, "least": alignment.LEAST, "margin": alignment.MARGIN, "words": reused_text.RUN}
_LETTERS = re.compile(r"[^\W\d_]{2}")
_UNHEARD = ""  # stands for a word that no passage has
_LISTED = 0.5  # share of the sentences that say nothing, above which a source is a list


class Relation(StrEnum):
    SAME = "same"
    SIMILAR = "similar"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of each side. ``similarity``: how likely both tell of the same thing, in 0–1. ``differences``: in
    characters of the two sentences; with one that counts the pair differs."""

    left: Span
    right: Span
    similarity: float
    relation: Relation
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """What the comparison says of one side. ``only``: its sentences without a partner; ``coverage``: the share of its
    sentences that have one; ``reused``: where text stands that the other has word for word; ``share``: of its
    characters, spaces and signs left out; ``level``: how much of it may have been made of the other."""

    source: Source
    only: tuple[Span, ...]
    coverage: float
    reused: tuple[Span, ...]
    share: float
    level: Level = Level.NONE


@dataclass(frozen=True, slots=True)
class Comparison:
    """``pairs`` in order of the left text; ``notes``: what a reader must know to judge them, a sentence each; and what
    they were compared with."""

    left: ComparedSide
    right: ComparedSide
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document as it is compared. ``side``: of the sentences, one for each of ``spans``."""

    document: Document
    spans: tuple[Span, ...]
    side: SentenceSide

    def sentence(self, place: int) -> str:
        return self.document.text[slice(*self.spans[place])]


def compare_sources(index: Index, left: str, right: str) -> Comparison:
    """Two sources by their ids. Raises QueryError when there is no such source."""
    one, other = read_document(index, left), read_document(index, right)
    own = _pairs(one, other, pairs(one, other))
    paired = {pair.left for pair in own}, {pair.right for pair in own}
    words = reused_text.worded(one.document.text, one.spans), reused_text.worded(other.document.text, other.spans)
    left_half = _half(one, paired[0], *words)
    right_half = _half(other, paired[1], *reversed(words))
    notes, manifest = tuple(_notes(one, other, left_half, right_half)), index.generation.manifest
    return Comparison(left_half, right_half, own, notes, manifest.generation, manifest.model, dict(_SETTINGS))


def _pairs(one: ComparedDocument, other: ComparedDocument, found: Pairs) -> tuple[Pair, ...]:
    """The partners with what differs in them, and others whose figures differ in one phrase."""
    sides = (one.side.words, other.side.words)
    said = [[each.sentence(place) for place in range(len(each.spans))] for each in (one, other)]
    tied = shared_phrases.shared(shared_phrases.phrases(said[0], sides[0]), shared_phrases.phrases(said[1], sides[1]))
    twins = np.isposinf(found.evidence)
    alone = set(found.left[twins].tolist()), set(found.right[twins].tolist())
    told = []
    for a, b, evidence, close in zip(*(each.tolist() for each in astuple(found)), strict=True):
        spans = tied.pop((a, b), set())
        differing = differences(said[0][a], said[1][b]) if close else ()
        differing = shared_phrases.sound(said[0][a], said[1][b], differing) or shared_phrases.differing(
            said[0][a], said[1][b], spans
        )
        told.append(_pair(one, other, a, b, evidence, differing))
    for (a, b), spans in tied.items():
        near = a not in alone[0] and b not in alone[1] and one.side.vectors[a] @ other.side.vectors[b] >= TIED
        differing = shared_phrases.differing(said[0][a], said[1][b], spans) if near else ()
        if differing:
            told.append(_pair(one, other, a, b, alignment.LEAST, differing))
    return tuple(sorted(told, key=lambda pair: (pair.left, pair.right)))


def _half(each: ComparedDocument, paired: set[Span], own: WordedText, other: WordedText) -> ComparedSide:
    mask = reused_text.reused(own, other)
    return ComparedSide(
        each.document.source,
        tuple(span for span in each.spans if span not in paired),
        len(paired) / len(each.spans) if each.spans else 0.0,
        reused_text.spans(own, mask),
        reused_text.share(own, mask),
        reused_text.level(own, other),
    )


def read_document(index: Index, identity: str) -> ComparedDocument:
    """A source's sentences with what they are compared by. Raises QueryError when there is no such source."""
    number, document = index.store.document(identity)
    stored = index.store.rows(number)
    # a lone number or sign is no sentence
    rows = [
        row for row, (start, end) in enumerate(stored.sentences.tolist()) if _LETTERS.search(document.text, start, end)
    ]
    spans = tuple(Span(*span) for span in stored.sentences[rows].tolist())
    vectors = stored.sentence_vectors[rows].astype(np.float32) * stored.sentence_factors[rows, None]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    forms = [stems(document.text[start:end]) for start, end in spans]
    weights = index.generation.words.rarity({_UNHEARD, *(form for each in forms for form in each)})
    words = [{form: weights[form] / weights[_UNHEARD] for form in each} for each in forms]
    known = index.generation
    elsewhere = known.sample[known.passages.documents[list(known.manifest.sample)] != number]
    return ComparedDocument(document, spans, SentenceSide(vectors, alignment.baseline(vectors, elsewhere), words))


def pairs(one: ComparedDocument, other: ComparedDocument) -> Pairs:
    """The sentences that tell of the same thing; one that stands in both as it is has its twin alone."""
    twins = _twins(one, other)
    found = alignment.align(one.side, other.side)
    taken = [set(places) for places in zip(*twins, strict=True)] or [set(), set()]
    kept = [
        place
        for place, (a, b) in enumerate(zip(found.left.tolist(), found.right.tolist(), strict=True))
        if a not in taken[0] and b not in taken[1] and _tells(one.sentence(a)) and _tells(other.sentence(b))
    ]
    a, b = (np.array([twin[side] for twin in twins], np.int64) for side in (0, 1))
    left, right = np.concatenate([found.left[kept], a]), np.concatenate([found.right[kept], b])
    order = np.lexsort((right, left))
    evidence = np.concatenate([found.evidence[kept], np.full(len(twins), np.inf)])
    close = np.concatenate([found.close[kept], np.zeros(len(twins), np.bool_)])
    return Pairs(left[order], right[order], evidence[order], close[order])


def _twins(one: ComparedDocument, other: ComparedDocument) -> list[tuple[int, int]]:
    """Sentences with the same words; the first such of one with the first of the other, and so on."""
    there: dict[str, list[int]] = defaultdict(list)
    for place in reversed(range(len(other.spans))):
        there[_plain(other.sentence(place))].append(place)
    return [(place, twin.pop()) for place in range(len(one.spans)) if (twin := there.get(_plain(one.sentence(place))))]


def _plain(sentence: str) -> str:
    return " ".join(WORD.findall(fold(sentence).casefold()))


def _tells(sentence: str) -> bool:
    """Whether a sentence says anything: an address, a byline or a page number does not."""
    return "://" not in sentence and sum(word.isalpha() for word in WORD.findall(sentence)) >= 4


def _pair(
    one: ComparedDocument, other: ComparedDocument, a: int, b: int, evidence: float, found: tuple[Difference, ...]
) -> Pair:
    relation = Relation.SIMILAR
    if any(not each.compatible for each in found):
        relation = Relation.DIFFERS
    elif evidence == np.inf or _alike(one.side.words[a], other.side.words[b]):
        relation = Relation.SAME
    return Pair(one.spans[a], other.spans[b], round(float(1 / (1 + np.exp(-evidence))), 4), relation, found)


def _alike(left: alignment.Weights, right: alignment.Weights) -> bool:
    shared = sum(left[form] for form in left.keys() & right.keys())
    return shared >= SAME * max(sum(left.values()), sum(right.values()), 1e-9)


# what a reader must know -----------------------------------------------------------------------------------------


def _notes(one: ComparedDocument, other: ComparedDocument, left: ComparedSide, right: ComparedSide) -> list[str]:
    notes = []
    if left.source.id == right.source.id:
        notes.append("This is a source beside itself.")
    for each in (one, other):
        name = _name(each.document.source)
        if not each.spans:
            notes.append(f"{name} has no sentence to compare.")
        elif sum(_tells(each.sentence(place)) for place in range(len(each.spans))) < _LISTED * len(each.spans):
            notes.append(f"{name} is mostly a list of addresses, numbers or single words, which are not compared.")
    languages = left.source.language, right.source.language
    if all(languages) and languages[0] != languages[1]:
        notes.append(
            f"The two are in different languages ({languages[0]}, {languages[1]}): much that both say is missed."
        )
    if max(left.share, right.share) >= COPIED and left.source.id != right.source.id:
        notes.append(_origin(left, right))
    return notes


def _origin(left: ComparedSide, right: ComparedSide) -> str:
    """Who may have copied whom, as far as the dates say."""
    more, other = (left, right) if left.share >= right.share else (right, left)
    told = f"{more.share:.0%} of {_name(more.source)} stands word for word in {_name(other.source)}"
    first = folding.earliest([left.source.published, right.source.published])
    if first[0] == first[1]:
        return f"{told}. Their dates do not say which is the older."
    older, younger = (left, right) if first[0] else (right, left)
    if not younger.source.published:
        return f"{told}. Only {_name(older.source)} has a date ({older.source.published})."
    dates = f"{younger.source.published} against {older.source.published}"
    return (
        f"{told}. By date, {_name(younger.source)} is the younger ({dates}): it may have copied, or both have a third."
    )


def _name(source: Source) -> str:
    return f"“{source.label}”"


# in words --------------------------------------------------------------------------------------------------------


def format_comparison(found: Comparison, left: str, right: str) -> list[str]:
    """A comparison for a person at a terminal; ``left`` and ``right`` are the two texts."""
    lines = []
    for side, half in (("A", found.left), ("B", found.right)):
        about = [half.source.label, ", ".join(half.source.authors), half.source.published or ""]
        share = f"{half.coverage:.0%} of its sentences have a partner, {half.share:.0%} of its text stands in the other"
        lines.append(f"{side}: {' · '.join(filter(None, about))} (source {half.source.id}): {share}")
    lines += found.notes
    titles = {Relation.DIFFERS: "They differ", Relation.SAME: "Both say the same", Relation.SIMILAR: "Both speak of it"}
    for relation, title in titles.items():
        chosen = [pair for pair in found.pairs if pair.relation is relation]
        lines += ["", f"{title}: {len(chosen)}"]
        for pair in chosen:
            lines += ["", f"  A {_quote(left, pair.left)}", f"  B {_quote(right, pair.right)}"]
            lines += [f"    {one.kind.value}: {one.note}{' (compatible)' * one.compatible}" for one in pair.differences]
    for side, half, text in (("A", found.left, left), ("B", found.right, right)):
        lines += ["", f"Only {side}: {len(half.only)}", *(f"  {_quote(text, span)}" for span in half.only)]
    return lines


def _quote(text: str, span: Span) -> str:
    return f"{line(text[slice(*span)])} [{span.start}:{span.end}]"
