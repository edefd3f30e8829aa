"""Values that both texts have, but of other things: exchanged, or standing where the source has another value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Generic

from index.differences.acronyms import long_form
from index.differences.matching import MAX_PAIRS, Pair
from index.differences.tokens import Token, TokenizedText
from index.differences.types import Fit, Mention, Value
from index.types import Span

MAX_SHARED = 12  # values that two texts have in common; more are a list, which is not compared (a guess)
REACH = 160  # characters on either side of a value that its clause may take in (a guess)
_CLAUSE_BREAK = re.compile(
    r"[,;:!?()\n]|\.(?!\d)|\b(?:and|or|but|while|whereas|against|versus|vs|than|compared|instead of)\b", re.IGNORECASE
)
_REPLACED = re.compile(r"\b(?:instead of|rather than)\W+(?:\w+\W+)?$", re.IGNORECASE)  # the value that was given up
_SHORT = 2  # content words of a clause that leaves its verb out: "and 13 % in hospital" (a guess)

_LETTER = re.compile(r"[B-HJ-Z]")  # class B, vitamin C; not an article or a pronoun
_JOINED = re.compile(r"(?:-\w+)?\s+")
_SENTENCE_END = re.compile(r"[.!?]\s")

Mentions = Sequence[Mention[Value]]
Words = tuple[frozenset[str], frozenset[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause that a value stands in, and the stems of its content words."""

    span: Span
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sides(Generic[Value]):
    """Two texts, their values of one kind (``left`` of the draft, ``right`` of the source), and how two compare."""

    draft: TokenizedText
    source: TokenizedText
    left: Mentions[Value]
    right: Mentions[Value]
    fit: Callable[[Value, Value], Fit]

    @property
    def reverse(self) -> Sides[Value]:
        return Sides(self.source, self.draft, self.right, self.left, self.fit)

    @property
    def is_list(self) -> bool:
        """Whether a text has so many values that they are a list, which is not compared."""
        return max(len(self.left), len(self.right)) > MAX_SHARED


def swapped(texts: Sides[Value]) -> Iterator[Pair[Value]]:
    """Two pairs (draft mention, source mention) for each two values that were exchanged: in the source, each value
    shares a clause with words that share a clause with the other value in the draft, and neither keeps a word."""
    shared = _shared(texts)
    if len(shared) < 2 or len(shared) > MAX_SHARED:
        return
    clauses = [(_rest(texts.draft, a.span, texts.source), _rest(texts.source, b.span, texts.draft)) for a, b in shared]
    pairs: list[Pair[Value]] = []
    for i, j in combinations(range(len(shared)), 2):
        (draft_first, source_first), (draft_second, source_second) = shared[i], shared[j]
        differ = (
            texts.fit(draft_first.value, draft_second.value)
            is texts.fit(source_first.value, source_second.value)
            is Fit.CONTRADICTING
        )
        draft_clauses, source_clauses = zip(clauses[i], clauses[j], strict=True)
        if differ and _crossed(_distinct_words(*draft_clauses), _distinct_words(*source_clauses)):
            pairs += [(draft_first, source_second, Fit.CONTRADICTING), (draft_second, source_first, Fit.CONTRADICTING)]
    times = Counter(mention for pair in pairs for mention in (("left", pair[0].span), ("right", pair[1].span)))
    yield from (pair for pair in pairs if times["left", pair[0].span] == times["right", pair[1].span] == 1)


def of_another_member(texts: Sides[Value]) -> Iterator[Pair[Value]]:
    """A pair (draft mention, source mention) for each value of the draft that the source has of one member of a series
    and the draft of another, with the value of that member: "women earned £18" for "men earned £18 an hour, women
    £15"."""
    if texts.is_list:
        return
    for mention in texts.left:
        equals = [other for other in texts.right if texts.fit(mention.value, other.value) is Fit.EQUAL]
        if len(equals) != 1 or any(texts.fit(mention.value, other.value) is Fit.CONTRADICTING for other in texts.left):
            continue
        rivals = [
            other
            for other in texts.right
            if texts.fit(mention.value, other.value) is Fit.CONTRADICTING
            and texts.fit(equals[0].value, other.value) is not Fit.EQUAL
            if (members := _members(texts.source, equals[0].span, other.span))
            and texts.draft.stems.isdisjoint(members[0])
            and members[1] <= texts.draft.stems
        ]
        if len(rivals) == 1:
            yield mention, rivals[0], Fit.CONTRADICTING


def misplaced(texts: Sides[Value]) -> Iterator[Pair[Value]]:
    """A pair (draft mention, source mention) for each value of either text that the other has of another thing only,
    while another value stands there in a clause with all words of its own clause: "13 people left", where the source
    has "31 people left the ward, and 13 nurses stayed"."""
    if not texts.is_list:
        pairs = {*_misplaced(texts)}
        pairs |= {(mention, rival) for rival, mention in _misplaced(texts.reverse)}
        for mention, rival in sorted(pairs, key=lambda pair: (pair[0].span, pair[1].span)):
            yield mention, rival, Fit.CONTRADICTING


def elsewhere(texts: Sides[Value]) -> Iterator[Pair[Value]]:
    """As ``misplaced``, for names of the draft: what the source says with all words of the name's clause, it says of
    another name, and of this one something else."""
    for mention in () if texts.is_list else texts.left:
        own = _rest(texts.draft, mention.span, texts.source).words
        clauses = [(other, _rest(texts.source, other.span, texts.draft).words) for other in texts.right]
        equals = [words for other, words in clauses if texts.fit(mention.value, other.value) is Fit.EQUAL]
        rivals = [
            other
            for other, words in clauses
            if texts.fit(mention.value, other.value) is Fit.CONTRADICTING and own <= words
        ]
        if len(own) > 2 and equals and len(rivals) == 1 and all(own - words and words - own for words in equals):
            yield mention, rivals[0], Fit.CONTRADICTING


def _misplaced(texts: Sides[Value]) -> Iterator[tuple[Mention[Value], Mention[Value]]]:
    """The values of the first text that the second has of another thing only, each with what stands in its stead."""
    for mention in texts.left:
        equals = [other for other in texts.right if texts.fit(mention.value, other.value) is Fit.EQUAL]
        own = _clause(texts.draft, mention.span, texts.source).words if equals else frozenset()
        if len(own) < 2 or not all(
            _is_of_another_thing(own, _clause(texts.source, other.span, texts.draft)) for other in equals
        ):
            continue
        rivals = [
            other
            for other in texts.right
            if texts.fit(mention.value, other.value) is Fit.CONTRADICTING
            and own <= _clause(texts.source, other.span, texts.draft).words
            and not any(texts.fit(value.value, other.value) is Fit.EQUAL for value in texts.left)
        ]
        if len(rivals) == 1:
            yield mention, rivals[0]


def _members(reading: TokenizedText, first: Span, second: Span) -> Words | None:
    """The words that tell two values of a series apart, where one of their clauses leaves out what the other has: its
    words, and what stands in their place in the other: "women" and "men", "hospital" and "home". None elsewhere."""
    clauses = _clause_tokens(reading, first), _clause_tokens(reading, second)
    short = min((0, 1), key=lambda side: len(clauses[side]))
    words, others = clauses[short], clauses[1 - short]
    value, other = (first, second)[short], (first, second)[1 - short]
    between = reading.text[min(value.end, other.end) : max(value.start, other.start)]
    if not 0 < len(words) <= min(_SHORT, len(others) - 1) or other.start > value.start or _SENTENCE_END.search(between):
        return None
    comes_first = words[0].span.end <= value.start
    place = others[0] if comes_first else others[-1]
    if (words[-1].span.end <= value.start) is not comes_first or (place.span.end <= other.start) is not comes_first:
        return None
    if comes_first and not _JOINED.fullmatch(reading.text, words[-1].span.end, value.start):  # a verb may stand there
        return None
    keys = frozenset(token.stem or "" for token in words), frozenset([place.stem or ""])
    return (keys[0], keys[1]) if short == 0 else (keys[1], keys[0])


def _clause_tokens(reading: TokenizedText, value: Span) -> list[Token]:
    """The content words of the clause around a value, without its own; around the brackets that it stands alone in."""
    text = reading.text
    outer = Span(value.start - 1, value.end + 1)
    alone = outer.start >= 0 and text[outer.start : value.start] == "(" and text[value.end : outer.end] == ")"
    span = _clause_span(text, outer if alone else value)
    tokens = reading.tokens_in(span)
    return [token for token in tokens if token.stem is not None and not token.span.meets(value)]


def _is_of_another_thing(words: frozenset[str], clause: Clause) -> bool:
    """Whether a clause lacks some of the words, and has others."""
    return bool(words - clause.words) and bool(clause.words - words)


def _shared(texts: Sides[Value]) -> list[tuple[Mention[Value], Mention[Value]]]:
    """Values that both texts have, exactly once each."""
    left, right = texts.left, texts.right
    if len(left) * len(right) > MAX_PAIRS:
        return []
    equal = [
        (i, j) for i, a in enumerate(left) for j, b in enumerate(right) if texts.fit(a.value, b.value) is Fit.EQUAL
    ]
    left_counts, right_counts = Counter(i for i, _ in equal), Counter(j for _, j in equal)
    return [(left[i], right[j]) for i, j in equal if left_counts[i] == right_counts[j] == 1]


def _crossed(left: Words, right: Words) -> bool:
    """Whether the words of both values were exchanged, and no word stayed with its value; or all words of the second in
    clauses that leave out what the first have."""
    if not (left[0] & right[1] and left[1] & right[0]) or left[1] & right[1]:
        return False
    all_exchanged = left[1] <= right[0] and right[1] <= left[0] and max(len(left[1]), len(right[1])) <= _SHORT
    return all_exchanged or not left[0] & right[0]


def _distinct_words(first: Clause, second: Clause) -> Words:
    """The words that only one of the two clauses has; nothing where both values stand in one clause."""
    if first.span.meets(second.span):
        return frozenset(), frozenset()
    return first.words - second.words, second.words - first.words


def _clause(reading: TokenizedText, value: Span, other: TokenizedText) -> Clause:
    """The clause around a value. An acronym counts as the first word of its long form in the other text; what was given
    up for something has the word "instead"."""
    span = _clause_span(reading.text, value)
    tokens = reading.tokens_in(span)
    words = {_stem(reading, token, other) for token in tokens if token.stem is not None}
    words |= {token.word for token in tokens[1:] if _LETTER.fullmatch(reading.text, *token.span)}
    if _REPLACED.search(reading.text[max(0, value.start - REACH) : value.start]):
        words.add("instead")
    return Clause(span, frozenset(words))


def _clause_span(text: str, value: Span) -> Span:
    start = max(0, value.start - REACH)
    breaks_before = list(_CLAUSE_BREAK.finditer(text, start, value.start))
    break_after = _CLAUSE_BREAK.search(text, value.end, value.end + REACH)
    end = break_after.start() if break_after else min(len(text), value.end + REACH)
    return Span(breaks_before[-1].end() if breaks_before else start, end)


def _rest(reading: TokenizedText, value: Span, other: TokenizedText) -> Clause:
    """The clause around a value, without its own words; where it has no others, with the clause before it."""
    own = {token.stem for token in reading.tokens_in(value)}
    clause = _clause(reading, value, other)
    if clause.words <= own and reading.text[max(0, clause.span.start - 1) : clause.span.start] == ",":
        before = _clause(reading, Span(clause.span.start - 1, clause.span.start - 1), other)
        clause = Clause(Span(before.span.start, clause.span.end), before.words)
    return Clause(clause.span, clause.words - own)


def _stem(reading: TokenizedText, token: Token, other: TokenizedText) -> str:
    spelled_out = long_form(token.word, other) if reading.text[slice(*token.span)].isupper() else None
    return (spelled_out or token).stem or token.word
