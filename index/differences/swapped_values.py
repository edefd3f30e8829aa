"""Values that both texts have, but of other things: exchanged, or standing where the source has another value."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.differences.acronyms import long_form
from index.differences.matching import MAX_PAIRS, Pair
from index.differences.tokens import Token, TokenizedText
from index.differences.types import Fit, Mention, Value
from index.types import Span

MAX_SHARED = 12  # values that two texts have in common; more are a list, which is not compared (a guess)
REACH = 160  # characters on either side of a value that its clause may take in (a guess)
_CLAUSE_BREAK = re.compile(
    r"[,;:!?()\n]|\.(?!\d)|\b(?:and|or|but|while|whereas|against|versus|vs|than|compared)\b", re.IGNORECASE
)

Mentions = Sequence[Mention[Value]]


@dataclass(frozen=True, slots=True)
class Clause:
    """The clause that a value stands in, and the stems of its content words."""

    span: Span
    words: frozenset[str]


def swapped(
    draft: TokenizedText,
    source: TokenizedText,
    left: Mentions[Value],
    right: Mentions[Value],
    fit: Callable[[Value, Value], Fit],
) -> Iterator[Pair[Value]]:
    """Two pairs (draft mention, source mention) for each two values that were exchanged: in the source, each value
    shares a clause with words that share a clause with the other value in the draft, and neither keeps a word."""
    shared = _shared(left, right, fit)
    if len(shared) < 2 or len(shared) > MAX_SHARED:
        return
    clauses = [(_rest(draft, a.span, source), _rest(source, b.span, draft)) for a, b in shared]
    pairs: list[Pair[Value]] = []
    for i, j in combinations(range(len(shared)), 2):
        (draft_first, source_first), (draft_second, source_second) = shared[i], shared[j]
        differ = (
            fit(draft_first.value, draft_second.value)
            is fit(source_first.value, source_second.value)
            is Fit.CONTRADICTING
        )
        draft_clauses, source_clauses = zip(clauses[i], clauses[j], strict=True)
        if differ and _crossed(_distinct_words(*draft_clauses), _distinct_words(*source_clauses)):
            pairs += [(draft_first, source_second, Fit.CONTRADICTING), (draft_second, source_first, Fit.CONTRADICTING)]
    times = Counter(mention for pair in pairs for mention in (("left", pair[0].span), ("right", pair[1].span)))
    yield from (pair for pair in pairs if times["left", pair[0].span] == times["right", pair[1].span] == 1)


def misplaced(
    draft: TokenizedText,
    source: TokenizedText,
    left: Mentions[Value],
    right: Mentions[Value],
    fit: Callable[[Value, Value], Fit],
) -> Iterator[Pair[Value]]:
    """A pair (draft mention, source mention) for each value of either text that the other has of another thing only,
    while another value stands there in a clause with all words of its own clause: "13 people left", where the source
    has "31 people left the ward, and 13 nurses stayed"."""
    if max(len(left), len(right)) <= MAX_SHARED:
        pairs = {*_misplaced(draft, source, left, right, fit)}
        pairs |= {(mention, rival) for rival, mention in _misplaced(source, draft, right, left, fit)}
        for mention, rival in sorted(pairs, key=lambda pair: (pair[0].span, pair[1].span)):
            yield mention, rival, Fit.CONTRADICTING


def _misplaced(
    draft: TokenizedText,
    source: TokenizedText,
    left: Mentions[Value],
    right: Mentions[Value],
    fit: Callable[[Value, Value], Fit],
) -> Iterator[tuple[Mention[Value], Mention[Value]]]:
    """The values of the first text that the second has of another thing only, each with what stands in its stead."""
    for mention in left:
        equals = [other for other in right if fit(mention.value, other.value) is Fit.EQUAL]
        own = _clause(draft, mention.span, source).words if equals else frozenset()
        if len(own) < 2 or not all(_is_of_another_thing(own, _clause(source, other.span, draft)) for other in equals):
            continue
        rivals = [
            other
            for other in right
            if fit(mention.value, other.value) is Fit.CONTRADICTING
            and own <= _clause(source, other.span, draft).words
            and not any(fit(value.value, other.value) is Fit.EQUAL for value in left)
        ]
        if len(rivals) == 1:
            yield mention, rivals[0]


def _is_of_another_thing(words: frozenset[str], clause: Clause) -> bool:
    """Whether a clause lacks some of the words, and has others."""
    return bool(words - clause.words) and bool(clause.words - words)


def _shared(
    left: Mentions[Value], right: Mentions[Value], fit: Callable[[Value, Value], Fit]
) -> list[tuple[Mention[Value], Mention[Value]]]:
    """Values that both texts have, exactly once each."""
    if len(left) * len(right) > MAX_PAIRS:
        return []
    equal = [(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if fit(a.value, b.value) is Fit.EQUAL]
    left_counts, right_counts = Counter(i for i, _ in equal), Counter(j for _, j in equal)
    return [(left[i], right[j]) for i, j in equal if left_counts[i] == right_counts[j] == 1]


Words = tuple[frozenset[str], frozenset[str]]


def _crossed(left: Words, right: Words) -> bool:
    """Whether the words of both values were exchanged, and no word stayed with its value."""
    unchanged = left[0] & right[0] or left[1] & right[1]
    return not unchanged and bool(left[0] & right[1]) and bool(left[1] & right[0])


def _distinct_words(first: Clause, second: Clause) -> Words:
    """The words that only one of the two clauses has; nothing where both values stand in one clause."""
    if first.span.meets(second.span):
        return frozenset(), frozenset()
    return first.words - second.words, second.words - first.words


def _clause(reading: TokenizedText, value: Span, other: TokenizedText) -> Clause:
    """The clause around a value. An acronym counts as the first word of its long form in the other text."""
    text, start = reading.text, max(0, value.start - REACH)
    breaks_before = list(_CLAUSE_BREAK.finditer(text, start, value.start))
    break_after = _CLAUSE_BREAK.search(text, value.end, value.end + REACH)
    end = break_after.start() if break_after else min(len(text), value.end + REACH)
    span = Span(breaks_before[-1].end() if breaks_before else start, end)
    tokens = reading.tokens[reading.first_token(span.start) : reading.first_token(span.end)]
    return Clause(span, frozenset(_stem(reading, token, other) for token in tokens if token.stem is not None))


def _rest(reading: TokenizedText, value: Span, other: TokenizedText) -> Clause:
    """The clause around a value, without its own words."""
    clause, own = _clause(reading, value, other), {token.stem for token in reading.tokens_in(value)}
    return Clause(clause.span, clause.words - own)


def _stem(reading: TokenizedText, token: Token, other: TokenizedText) -> str:
    spelled_out = long_form(token.word, other) if reading.text[slice(*token.span)].isupper() else None
    return (spelled_out or token).stem or token.word
