"""Two values that both texts have, each beside what the other one is said of there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from index.differences.acronyms import long_form
from index.differences.matching import PAIRS, Pair
from index.differences.reading import Reading, Token
from index.differences.types import Fit, Mention, Value
from index.types import Span

MOST = 12  # values that two texts have in common: more make a list
REACH = 160  # characters on either side of a value in which its clause may go on
_PART = re.compile(
    r"[,;:!?()\n]|\.(?!\d)|\b(?:and|or|but|while|whereas|against|versus|vs|than|compared)\b", re.IGNORECASE
)

Mentions = Sequence[Mention[Value]]


@dataclass(frozen=True, slots=True)
class Clause:
    """What a value stands in, and the content words of it."""

    span: Span
    words: frozenset[str]


def swapped(
    draft: Reading, source: Reading, left: Mentions[Value], right: Mentions[Value], fit: Callable[[Value, Value], Fit]
) -> Iterator[Pair[Value]]:
    """Two pairs for each two values that changed places: of the words that both texts have, each value stands in one
    clause with some that stand with the other value in the other text, and neither keeps one."""
    both = _shared(left, right, fit)
    if len(both) < 2 or len(both) > MOST:
        return
    clauses = [(_clause(draft, one.span, source), _clause(source, its.span, draft)) for one, its in both]
    found: list[Pair[Value]] = []
    for i, j in combinations(range(len(both)), 2):
        (one, its), (two, other) = both[i], both[j]
        apart = fit(one.value, two.value) is fit(its.value, other.value) is Fit.APART
        mine, others = zip(clauses[i], clauses[j], strict=True)
        if apart and _crossed(_parted(*mine), _parted(*others)):
            found += [(one, other, Fit.APART), (two, its, Fit.APART)]
    times = Counter(place for pair in found for place in (("left", pair[0].span), ("right", pair[1].span)))
    yield from (pair for pair in found if times["left", pair[0].span] == times["right", pair[1].span] == 1)


def _shared(
    left: Mentions[Value], right: Mentions[Value], fit: Callable[[Value, Value], Fit]
) -> list[tuple[Mention[Value], Mention[Value]]]:
    """Values that stand once in each text."""
    if len(left) * len(right) > PAIRS:
        return []
    equal = [(i, j) for i, a in enumerate(left) for j, b in enumerate(right) if fit(a.value, b.value) is Fit.EQUAL]
    mine, others = Counter(i for i, _ in equal), Counter(j for _, j in equal)
    return [(left[i], right[j]) for i, j in equal if mine[i] == others[j] == 1]


Words = tuple[frozenset[str], frozenset[str]]


def _crossed(left: Words, right: Words) -> bool:
    stay = left[0] & right[0] or left[1] & right[1]
    return not stay and bool(left[0] & right[1]) and bool(left[1] & right[0])


def _parted(one: Clause, two: Clause) -> Words:
    """The words of each clause alone; nothing where both values stand in one."""
    if one.span.meets(two.span):
        return frozenset(), frozenset()
    return one.words - two.words, two.words - one.words


def _clause(reading: Reading, value: Span, other: Reading) -> Clause:
    """An acronym counts as the first word that the other text spells it out with."""
    text, start = reading.text, max(0, value.start - REACH)
    before = list(_PART.finditer(text, start, value.start))
    after = _PART.search(text, value.end, value.end + REACH)
    end = after.start() if after else min(len(text), value.end + REACH)
    span = Span(before[-1].end() if before else start, end)
    tokens = reading.tokens[reading.first_at(span.start) : reading.first_at(span.end)]
    return Clause(span, frozenset(_stem(reading, one, other) for one in tokens if one.stem is not None))


def _stem(reading: Reading, token: Token, other: Reading) -> str:
    spelled = long_form(token.word, other) if reading.text[slice(*token.span)].isupper() else None
    return (spelled or token).stem or token.word
