"""Where one text denies what the other says, or says the opposite. Only predicates that both texts have count."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from index.differences.antonyms import AXES, CONVERSES, FIRST_BESIDE, FREQUENCIES
from index.differences.matching import greedy_assignment
from index.differences.negation import AUXILIARIES, PASSIVE, Negation, weakened
from index.differences.negation import denied as denied_words
from index.differences.negation import head as head_of
from index.differences.tokens import (
    CLOSE,
    Token,
    TokenizedText,
    context_similarity,
    one_covers_other,
    overlap,
    read_once,
)
from index.differences.types import Difference, DifferenceKind
from index.types import Span

SAME_PREDICATE = 0.5  # nearness from which two words are one predicate: one common neighbour next to both (a guess)
COVERED_PREDICATE = 0.1  # the same, where all words of one text are in the other (a guess)
CLEARLY_NEARER = 10.0  # how many times as alike opposite words are as any two on one side (a guess)
MAX_PAIRS = 400  # pairs of tokens compared for one word, or for all negations of a text; more are no sentence (a guess)

_PARTICIPLE = re.compile(r"(?:ed|bought|sold)$")
_CLAUSE_END = re.compile(r"[,;:.!?()]")
_VOTE_REACH = 5  # words before "for" among which a vote makes it the opposite of "against" (a guess)

Sides = dict[int, list[tuple[int, int]]]  # axis → (index of a token on it, its side: 1 or -1)
Cues = Mapping[int, int]  # index of a denied word → that of what denies it
Alike = Callable[[Mapping[str, int], Mapping[str, int]], bool]


def differing(
    draft: TokenizedText,
    source: TokenizedText,
    certain: tuple[Sequence[Negation], Sequence[Negation]],
    denied: tuple[Sequence[Negation], Sequence[Negation]],
) -> Iterator[Difference]:
    """Negations of either text that the other lacks, then opposite words, in order; no two on the same words.

    ``denied``: all negations of the draft and of the source. ``certain``: those that may make a difference.
    """
    threshold = COVERED_PREDICATE if one_covers_other(draft, source) else SAME_PREDICATE
    min_words = 1 if overlap(draft, source) >= CLOSE else 2

    def alike(left: Mapping[str, int], right: Mapping[str, int]) -> bool:
        return context_similarity(left, right) >= threshold and len(left.keys() & right.keys()) >= min_words

    candidates = [
        *_denied(draft, certain[0], source, denied[1], alike),
        *(_exchanged(found, draft) for found in _denied(source, certain[1], draft, denied[0], alike)),
        *_opposite(
            (draft, _sides(draft, certain[0], denied[0]), _cues(certain[0])),
            (source, _sides(source, certain[1], denied[1]), _cues(certain[1])),
            alike,
        ),
    ]
    accepted: list[Difference] = []
    for candidate in sorted(
        candidates, key=lambda row: (row.draft.start + row.source.start, row.draft.end + row.source.end)
    ):
        if not any(
            candidate.draft.meets(earlier.draft) or candidate.source.meets(earlier.source) for earlier in accepted
        ):
            accepted.append(candidate)
    return iter(accepted)


def _wide_scope(negations: Sequence[Negation]) -> frozenset[int]:
    """The indices of all tokens that the negations may deny."""
    return frozenset(index for negation in negations for index in negation.wide_scope)


def _denied(
    reading: TokenizedText,
    negations: Sequence[Negation],
    other: TokenizedText,
    other_negations: Sequence[Negation],
    alike: Alike,
) -> Iterator[Difference]:
    """What the first text denies and the other states. ``reading`` counts as the draft."""
    if len(negations) > MAX_PAIRS:
        return
    indices_of = _indices(other)
    denied_there = _wide_scope(other_negations)
    for negation in negations:
        head = head_of(reading, negation)
        word = reading.tokens[head]
        indices = indices_of.get(word.stem or word.word, ())
        if not indices or len(indices) * len(negations) > MAX_PAIRS or any(index in denied_there for index in indices):
            continue
        if reading.tokens[negation.cue].word == "no" and (
            _has_denied_verb(other, indices, other_negations)
            or any(index in denied_there for verb in _verbs(reading, negation) for index in indices_of.get(verb, ()))
        ):
            continue
        context = _context(reading, head)
        best = max(indices, key=lambda index: (context_similarity(context, _context(other, index)), -index))
        if not alike(context, _context(other, best)) and not _is_limited_alike(other, best, negation.limit):
            continue
        cue, stated = reading.tokens[negation.cue].span, other.tokens[best].span
        note = f"{reading.text[cue.start : word.span.end]} against {_slice(other, stated)}"
        yield Difference(DifferenceKind.NEGATION, cue, stated, note)


def _denied_beside(negation: Negation) -> range:
    """The words that are denied beyond doubt: the first, with what stands before it; of "not all" the second."""
    return (
        range(negation.degree, negation.degree + 1)
        if negation.degree >= 0
        else range(negation.cue + 1, negation.scope[0] + 1)
    )


def _has_denied_verb(reading: TokenizedText, indices: Sequence[int], negations: Sequence[Negation]) -> bool:
    """Whether one of the words is followed by a denial in its clause: "a decision was not made" is "no decision"."""
    return any(
        index < negation.cue and not _CLAUSE_END.search(reading.text_between(index, negation.cue))
        for index in indices
        for negation in negations
    )


def _verbs(reading: TokenizedText, negation: Negation) -> list[str]:
    """The stem of the verb behind "no" and a noun: "no deaths were linked to it" denies the linking alone."""
    return [reading.tokens[index].stem or "" for index in denied_words(reading, negation)[1:]]


def _is_limited_alike(reading: TokenizedText, index: int, limit: str) -> bool:
    """Whether the clause of a word has the limit of a denial too: "not reviewed since", "reviewed twice since"."""
    rest = _CLAUSE_END.split(reading.text[reading.tokens[index].span.end :], maxsplit=1)[0]
    return bool(limit) and limit in rest.lower()


def _exchanged(difference: Difference, draft: TokenizedText) -> Difference:
    """The same difference with draft and source exchanged; ``draft`` counted as the source."""
    stated = _slice(draft, difference.source)
    denied = difference.note.removesuffix(f" against {stated}")  # which may have the word itself: "not against it"
    return Difference(
        difference.kind, difference.source, difference.draft, f"{stated} against {denied}", difference.compatible
    )


def _context(reading: TokenizedText, index: int) -> Mapping[str, int]:
    """The content words around a token: "(born 1985)" does not part who from what."""
    return reading.context(reading.tokens[index].span, past_brackets=True)


@read_once
def _indices(reading: TokenizedText) -> dict[str, list[int]]:
    """Where each word stands: by its stem, one without content ("all") by the word."""
    indices: dict[str, list[int]] = {}
    for index, token in enumerate(reading.tokens):
        indices.setdefault(token.stem or token.word, []).append(index)
    return indices


def _opposite(
    left_text: tuple[TokenizedText, Sides, Cues], right_text: tuple[TokenizedText, Sides, Cues], alike: Alike
) -> Iterator[Difference]:
    """Pairs of words on opposite sides of one axis, where each text has words on one side of it only; or one text, if
    one covers the other, and no words of the same side come near to being as alike."""
    (draft, draft_sides, draft_cues), (source, source_sides, source_cues) = left_text, right_text
    covered = one_covers_other(draft, source)
    for axis in sorted(draft_sides.keys() & source_sides.keys()):
        left, right = draft_sides[axis], source_sides[axis]
        sides = {side for _, side in left}, {side for _, side in right}
        is_clear = max(map(len, sides)) == 1 or (covered and min(map(len, sides)) == 1)
        if not is_clear or sides[0] == sides[1] or len(left) * len(right) > MAX_PAIRS:
            continue
        left_contexts = [_context(draft, index) for index, _ in left]
        right_contexts = [_context(source, index) for index, _ in right]
        nearness = [[context_similarity(a, b) for b in right_contexts] for a in left_contexts]
        rival = max(
            (nearness[i][j] for i, (_, a) in enumerate(left) for j, (_, b) in enumerate(right) if a == b), default=0.0
        )
        scored = [
            (nearness[i][j], i, j)
            for i, a in enumerate(left_contexts)
            for j, b in enumerate(right_contexts)
            if left[i][1] != right[j][1] and nearness[i][j] >= CLEARLY_NEARER * rival
            if not _is_one_word(draft.tokens[left[i][0]], source.tokens[right[j][0]])  # one denied is told as such
            if alike(a, b) and (axis < FIRST_BESIDE or _share_neighbour(a, b))
            if axis not in CONVERSES or _have_one_actor(draft, left[i][0], source, right[j][0])
        ]
        for i, j in greedy_assignment(scored, 0):
            spans = _with_cue(draft, left[i][0], draft_cues), _with_cue(source, right[j][0], source_cues)
            yield Difference(
                DifferenceKind.NEGATION, *spans, f"{_slice(draft, spans[0])} against {_slice(source, spans[1])}"
            )


def _share_neighbour(left: Mapping[str, int], right: Mapping[str, int]) -> bool:
    """Whether one content word is adjacent in both contexts."""
    return any(distance == right.get(word) == 1 for word, distance in left.items())


def _have_one_actor(draft: TokenizedText, left: int, source: TokenizedText, right: int) -> bool:
    """Whether the word before two verbs, helpers left out, is one; in the passive voice it does not tell who acts. Two
    nouns that begin a sentence have none: "Exports rose" is not "Imports rose"."""
    actors = _actor(draft, left), _actor(source, right)
    return actors[0] is not None and actors[0] == actors[1]


def _actor(reading: TokenizedText, verb: int) -> str | None:
    """The stem of the last content word before a verb that is no adverb ("quietly"), None where it is the object, ""
    where there is none."""
    for token in reversed(reading.tokens[:verb]):
        if token.word in PASSIVE:
            return None
        if token.word not in AUXILIARIES and token.stem is not None and not token.word.endswith("ly"):
            return token.stem
    return None if _PARTICIPLE.search(reading.tokens[verb].word) else ""


def _with_cue(reading: TokenizedText, index: int, cues: Cues) -> Span:
    """The word with what denies it: "not safe" says the opposite of "safe"."""
    return Span(reading.tokens[cues.get(index, index)].span.start, reading.tokens[index].span.end)


def _is_one_word(left: Token, right: Token) -> bool:
    return left.word == right.word or (left.stem is not None and left.stem == right.stem)


def _slice(reading: TokenizedText, span: Span) -> str:
    return reading.text[slice(*span)]


def _is_vote_for(reading: TokenizedText, index: int) -> bool:
    """Whether it is the "for" of "voted by 14 to 9 for"."""
    before = reading.tokens[max(0, index - _VOTE_REACH) : index]
    return reading.tokens[index].word == "for" and any(token.word in ("vote", "votes", "voted") for token in before)


def _cues(certain: Sequence[Negation]) -> Cues:
    """The words that are surely denied, each with what denies it."""
    return {index: negation.cue for negation in certain for index in _denied_beside(negation)}


@read_once
def _on_axes(reading: TokenizedText) -> list[tuple[int, Sequence[tuple[int, int]]]]:
    """The tokens that stand on an axis, each with its axes and its side on each."""
    placed = (
        (index, AXES["favour"] if _is_vote_for(reading, index) else AXES.get(token.word, ()))
        for index, token in enumerate(reading.tokens)
        if not (token.word in ("least", "most") and index > 0 and reading.tokens[index - 1].word == "at")  # a bound
    )
    return [(index, axes) for index, axes in placed if axes]


def _sides(reading: TokenizedText, certain: Sequence[Negation], denied: Sequence[Negation]) -> Sides:
    """For each axis the tokens on it and their sides. A word that is surely denied counts for the opposite side; a word
    that a negation may reach ("did not lead to a rise") counts for none."""
    reversed_indices = _cues(certain).keys()
    uncertain = {
        index for negation in denied for index in (*range(negation.cue + 1, negation.scope[0]), *negation.wide_scope)
    } - reversed_indices
    for negation in denied:
        before = weakened(reading, negation)
        if before >= 0 and reading.tokens[before].word in FREQUENCIES:
            uncertain.add(before)
    sides: Sides = {}
    for index, axes in _on_axes(reading):
        if index not in uncertain:
            for axis, side in axes:
                sides.setdefault(axis, []).append((index, -side if index in reversed_indices else side))
    return sides
