"""Two sources side by side: what both say, what only one says, where they differ, and what one may have copied.

Nothing here decides who is right.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field
from enum import StrEnum

import numpy as np

from index.compare import alignment, pair_differences, reused_text, shared_phrases
from index.compare.alignment import Pairs, SentenceSide
from index.compare.reused_text import Level, WordedText
from index.differences import Difference, parse_statement
from index.search import folding
from index.search.index import Index
from index.text.analysis import stems
from index.text.languages import language_name
from index.text.reading import fold
from index.text.segmentation import WORD
from index.types import Document, Source, Span

SAME_WORDS = 0.75
"""Share of the words of either sentence, by weight, that must stand in the other for both to say the same (a guess)."""

MIN_COSINE_UNPAIRED = 0.5
"""The cosine from which two sentences that are no partners may give one quantity two values (a guess)."""

MIN_COPIED = 0.15
"""Share of a text that must stand word for word in the other before a note says who may have copied (a guess)."""

_SETTINGS = {
    "same": SAME_WORDS,
    "least": alignment.MIN_EVIDENCE,
    "loose": alignment.MIN_LOOSE_EVIDENCE,
    "margin": alignment.MARGIN,
    "words": reused_text.RUN,
}
_LETTERS = re.compile(r"[^\W\d_]{2}")
_READ_AHEAD = 1000  # sentences, of which what is read fits what is kept (a guess)
_UNKNOWN_WORD = ""  # a stem that no passage has; its weight is the unit of the others
_NONE_DIFFER = "No figures, dates, names or denials were found that differ"
_MIN_PROSE = 0.5  # share of a source's sentences that must state something, else it is called a list (a guess)


class Relation(StrEnum):
    """What the sentences of a pair are to each other."""

    SAME = "same"
    SIMILAR = "similar"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class Pair:
    """A sentence of each side, as spans of the two documents. ``similarity``: how likely both state the same thing, in
    0–1; ``differences``: their spans are in the two sentences. The pair DIFFERS if one of them is not compatible.
    ``sure``: both state the same thing; else they are on the same, and no differences are asked; ``compared``: they are
    near enough in meaning or words for differences to be told."""

    left: Span
    right: Span
    similarity: float
    relation: Relation
    differences: tuple[Difference, ...] = ()
    sure: bool = True
    compared: bool = True


@dataclass(frozen=True, slots=True)
class ComparedSide:
    """One side of a comparison. ``only``: its sentences without a partner; ``coverage``: the share of its sentences
    with a sure one; ``reused``: spans that the other has word for word; ``share``: the share of its characters, in
    words only, that these cover; ``level``: how closely it may follow the other."""

    source: Source
    only: tuple[Span, ...]
    coverage: float
    reused: tuple[Span, ...]
    share: float
    level: Level = Level.NONE

    @property
    def shares(self) -> str:
        """How much of it the other has, in words."""
        return (
            f"{self.coverage:.0%} of its sentences have a sure partner; "
            f"{self.share:.0%} of its text stands word for word in the other"
        )


@dataclass(frozen=True, slots=True)
class Comparison:
    """``pairs``: in order of the left text; ``notes``: what a reader must know to judge them, a sentence each;
    ``settings``: the thresholds used."""

    left: ComparedSide
    right: ComparedSide
    pairs: tuple[Pair, ...]
    notes: tuple[str, ...]
    generation: int
    model: str
    settings: Mapping[str, object] = field(default_factory=dict)
    epoch: str = ""

    @property
    def verdict(self) -> str:
        """What was found, in a sentence: of the sure pairs, and of those alone that were compared."""
        if self.left.source.id == self.right.source.id:
            return "Both are one source."
        sure = [pair for pair in self.pairs if pair.sure]
        if not sure:
            return "No two sentences on the same thing were found."
        differing = sum(pair.relation is Relation.DIFFERS for pair in sure)
        compared, total = sum(pair.compared for pair in sure), len(sure)
        differ = f"differ{'s' * (differing == 1)}"
        of_one_thing = "pair{} of sentences on the same thing"
        pairs_ = f"{compared:,} {of_one_thing.format('s' * (compared != 1))}"
        found = f"{differing:,} of {pairs_} {differ}." if differing else f"{_NONE_DIFFER} in {pairs_}."
        if not (far := total - compared):
            return found
        more = "more pair{}" if compared else of_one_thing
        are = "is" if far == 1 else "are"
        too_far = f"{far:,} {more.format('s' * (far != 1))} {are} worded too differently to compare."
        return f"{found} {too_far}" if compared else too_far


def folded(pairs: Sequence[Pair]) -> list[tuple[Pair, ...]]:
    """The pairs in order, those together that have one sentence of either side in common: a sentence that the other
    text repeats is one entry."""
    entries: list[list[Pair]] = []
    for pair in pairs:
        for entry in entries:
            if {member.left for member in entry} == {pair.left} or {member.right for member in entry} == {pair.right}:
                entry.append(pair)
                break
        else:
            entries.append([pair])
    return [tuple(entry) for entry in entries]


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A document ready for comparison. ``spans``: its sentences; ``side``: their vectors and words, in that order."""

    document: Document
    spans: tuple[Span, ...]
    side: SentenceSide

    def sentence(self, position: int) -> str:
        return self.document.text[slice(*self.spans[position])]

    @property
    def sentences(self) -> list[str]:
        return [self.sentence(position) for position in range(len(self.spans))]


def compare_sources(index: Index, left: str, right: str) -> Comparison:
    """Compares two sources, given by their ids. Raises QueryError when there is no such source."""
    documents = read_document(index, left), read_document(index, right)
    compared = _compared_pairs(*documents, pairs(*documents))
    words = [reused_text.worded(document.document.text, document.spans) for document in documents]
    left_side = _side(documents[0], {pair.left: pair.sure for pair in _loose_first(compared)}, words[0], words[1])
    right_side = _side(documents[1], {pair.right: pair.sure for pair in _loose_first(compared)}, words[1], words[0])
    notes, manifest = tuple(_notes(*documents, left_side, right_side)), index.generation.manifest
    library = manifest.generation, manifest.model, dict(_SETTINGS), manifest.epoch
    return Comparison(left_side, right_side, compared, notes, *library)


def read_ahead(index: Index, identity: str) -> None:
    """Reads the beginning of a source sentence by sentence, as a comparison with it will: what is read is kept for a
    while, and the comparison takes less time. Raises QueryError when there is no such source."""
    document = read_document(index, identity)
    texts = document.sentences[:_READ_AHEAD]
    shared_phrases.phrases(texts, document.side.words[:_READ_AHEAD])
    for text in texts:
        parse_statement(text)


def _compared_pairs(left: ComparedDocument, right: ComparedDocument, partners: Pairs) -> tuple[Pair, ...]:
    """The partners with their differences, and other sentences that give one quantity two values."""
    left_texts, right_texts = left.sentences, right.sentences
    spans_of = shared_phrases.shared(
        shared_phrases.phrases(left_texts, left.side.words), shared_phrases.phrases(right_texts, right.side.words)
    )
    twins = np.isposinf(partners.evidence)
    left_twins, right_twins = set(partners.left[twins].tolist()), set(partners.right[twins].tolist())
    compared = []
    for a, b, evidence, close, sure in zip(*(column.tolist() for column in astuple(partners)), strict=True):
        texts, spans = (left_texts[a], right_texts[b]), spans_of.pop((a, b), set())
        differing = pair_differences.of_partners(*texts, close=close) if sure and evidence < np.inf else ()
        if spans and not differing:
            differing = shared_phrases.differing(*texts, spans)
        near = close or evidence == np.inf or bool(differing) or pair_differences.are_comparable(*texts)
        sure = sure or bool(differing)
        compared.append(_pair(left, right, a, b, evidence, differing, sure=sure, near=sure and near))
    for (a, b), spans in spans_of.items():
        free = a not in left_twins and b not in right_twins
        if free and left.side.vectors[a] @ right.side.vectors[b] >= MIN_COSINE_UNPAIRED:
            differing = shared_phrases.differing(left_texts[a], right_texts[b], spans)
            if differing:
                compared.append(_pair(left, right, a, b, alignment.MIN_EVIDENCE, differing))
    return tuple(sorted(compared, key=lambda pair: (pair.left, pair.right)))


def _loose_first(compared: Sequence[Pair]) -> list[Pair]:
    return sorted(compared, key=lambda pair: pair.sure)


def _side(
    document: ComparedDocument, paired: Mapping[Span, bool], words: WordedText, opposite: WordedText
) -> ComparedSide:
    """``paired``: for each sentence with a partner whether it has a sure one."""
    mask = reused_text.reused(words, opposite)
    return ComparedSide(
        document.document.source,
        tuple(span for span in document.spans if span not in paired),
        sum(paired.values()) / len(document.spans) if document.spans else 0.0,
        reused_text.spans(words, mask),
        reused_text.share(words, mask),
        reused_text.level(words, opposite),
    )


def read_document(index: Index, identity: str) -> ComparedDocument:
    """A source's sentences with their vectors and word weights. Raises QueryError when there is no such source."""
    number, document = index.store.documents.load(identity)
    stored = index.store.documents.rows(number)
    # a lone number or sign is no sentence
    rows = [
        row for row, (start, end) in enumerate(stored.sentences.tolist()) if _LETTERS.search(document.text, start, end)
    ]
    spans = tuple(Span(*span) for span in stored.sentences[rows].tolist())
    vectors = stored.sentence_vectors[rows].astype(np.float32) * stored.sentence_factors[rows, None]
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    forms = [stems(document.text[start:end]) for start, end in spans]
    weights = index.generation.words.rarity({_UNKNOWN_WORD, *(form for sentence in forms for form in sentence)})
    words = [{form: weights[form] / weights[_UNKNOWN_WORD] for form in sentence} for sentence in forms]
    generation = index.generation
    elsewhere = generation.sample[generation.sample_documents != number]
    return ComparedDocument(document, spans, SentenceSide(vectors, alignment.baseline(vectors, elsewhere), words))


def pairs(left: ComparedDocument, right: ComparedDocument) -> Pairs:
    """The partners: twins, which have the same words, and sentences aligned by ``alignment``. A twin has no other
    partner, and its evidence is infinite."""
    twins = _twins(left, right)
    aligned = alignment.align(left.side, right.side)
    left_twins, right_twins = [set(positions) for positions in zip(*twins, strict=True)] or [set(), set()]
    rows = [
        row
        for row, (a, b) in enumerate(zip(aligned.left.tolist(), aligned.right.tolist(), strict=True))
        if a not in left_twins
        and b not in right_twins
        and _is_statement(left.sentence(a))
        and _is_statement(right.sentence(b))
    ]
    a, b = (np.array([twin[side] for twin in twins], np.int64) for side in (0, 1))
    all_left, all_right = np.concatenate([aligned.left[rows], a]), np.concatenate([aligned.right[rows], b])
    order = np.lexsort((all_right, all_left))
    evidence = np.concatenate([aligned.evidence[rows], np.full(len(twins), np.inf)])
    close = np.concatenate([aligned.close[rows], np.zeros(len(twins), np.bool_)])
    sure = np.concatenate([aligned.sure[rows], np.ones(len(twins), np.bool_)])
    return Pairs(all_left[order], all_right[order], evidence[order], close[order], sure[order])


def _twins(left: ComparedDocument, right: ComparedDocument) -> list[tuple[int, int]]:
    """Positions of sentences with the same words: the first occurrence left with the first right, and so on."""
    positions: dict[str, list[int]] = defaultdict(list)
    for position in reversed(range(len(right.spans))):
        positions[_plain_words(right.sentence(position))].append(position)
    return [
        (position, matching.pop())
        for position in range(len(left.spans))
        if (matching := positions.get(_plain_words(left.sentence(position))))
    ]


def _plain_words(sentence: str) -> str:
    return " ".join(WORD.findall(fold(sentence).casefold()))


def _is_statement(sentence: str) -> bool:
    """Whether a sentence can state anything: a web address, a byline or a page number does not."""
    return "://" not in sentence and sum(word.isalpha() for word in WORD.findall(sentence)) >= 4


def _pair(
    left: ComparedDocument,
    right: ComparedDocument,
    a: int,
    b: int,
    evidence: float,
    differing: tuple[Difference, ...],
    *,
    sure: bool = True,
    near: bool = True,
) -> Pair:
    """The pair of the left sentence ``a`` and the right sentence ``b``."""
    relation = Relation.SIMILAR
    if any(not difference.compatible for difference in differing):
        relation = Relation.DIFFERS
    elif evidence == np.inf or _have_same_words(left.side.words[a], right.side.words[b]):
        relation = Relation.SAME
    similarity = round(float(1 / (1 + np.exp(-evidence))), 4)
    return Pair(left.spans[a], right.spans[b], similarity, relation, differing, sure, near)


def _have_same_words(left: alignment.Weights, right: alignment.Weights) -> bool:
    shared = sum(left[form] for form in left.keys() & right.keys())
    return shared >= SAME_WORDS * max(sum(left.values()), sum(right.values()), 1e-9)


# notes for the reader --------------------------------------------------------------------------------------------


def _notes(
    left: ComparedDocument, right: ComparedDocument, left_side: ComparedSide, right_side: ComparedSide
) -> list[str]:
    notes = []
    sources = left.document.source, right.document.source
    if sources[0].id == sources[1].id:
        notes.append("This is a source beside itself.")
    for document in (left, right):
        label = _quoted_label(document.document.source)
        if not document.spans:
            notes.append(f"{label} has no sentence to compare.")
        elif sum(map(_is_statement, document.sentences)) < _MIN_PROSE * len(document.spans):
            notes.append(f"{label} is mostly a list of addresses, numbers or single words, which are not compared.")
    languages = [language_name(source.language or "") for source in sources]
    if all(languages) and languages[0] != languages[1]:
        notes.append(f"The two are in different languages ({', '.join(languages)}): much that both say is missed.")
    if max(left_side.share, right_side.share) >= MIN_COPIED and sources[0].id != sources[1].id:
        notes.append(_copy_note(left_side, right_side))
    return notes


def _copy_note(left: ComparedSide, right: ComparedSide) -> str:
    """Who may have copied whom, as far as the dates show."""
    copied, other = (left, right) if left.share >= right.share else (right, left)
    copied_label, other_label = _quoted_label(copied.source), _quoted_label(other.source)
    note = f"{copied.share:.0%} of {copied_label} stands word for word in {other_label}"
    is_earliest = folding.earliest([left.source.published, right.source.published])
    if is_earliest[0] == is_earliest[1]:
        return f"{note}. Their dates do not say which is the older."
    older, younger = (left.source, right.source) if is_earliest[0] else (right.source, left.source)
    if not younger.published:
        return f"{note}. Only {_quoted_label(older)} has a date ({older.published})."
    dates = f"{younger.published} against {older.published}"
    return (
        f"{note}. By date, {_quoted_label(younger)} is the younger ({dates}): it may have copied, or both have a third."
    )


def _quoted_label(source: Source) -> str:
    return f"“{source.label}”"
