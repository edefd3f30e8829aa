"""Two values that both texts have, each beside what the other one is said of there."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations

from index.differences.acronyms import long_form
from index.differences.reading import Reading
from index.differences.roles import PAIRS, Pair
from index.differences.types import Fit, Mention, Value
from index.types import Span

MOST = 12  # values that two texts have in common: more make a list
REACH = 160  # characters on either side of a value in which its clause may go on
_PART = re.compile(
    r"[,;:!?()\n]|\.(?!\d)|\b(?:and|or|but|while|whereas|against|versus|vs|than|compared)\b", re.IGNORECASE
)

Mentions = Sequence[Mention[Value]]


def swapped(
    draft: Reading, source: Reading, left: Mentions[Value], right: Mentions[Value], fit: Callable[[Value, Value], Fit]
) -> Iterator[Pair[Value]]:
    """Two pairs for each two values that changed places: of the words that both texts have, each value stands in one
    clause with some that stand with the other value in the other text, and neither keeps one."""
    both = _shared(left, right, fit)
    if len(both) > MOST:
        return
    told = draft, source
    found = []
    for (one, its), (two, other) in combinations(both, 2):
        apart = fit(one.value, two.value) is fit(its.value, other.value) is Fit.APART
        if apart and _crossed(*_beside(told, (one, two), (its, other))):
            found += [(one, other, Fit.APART), (two, its, Fit.APART)]
    times = Counter(span for pair in found for span in (("left", pair[0].span), ("right", pair[1].span)))
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


Words = tuple[set[str], set[str]]  # of the clauses of two values, those of the one alone


def _crossed(left: Words, right: Words) -> bool:
    stay = left[0] & right[0] or left[1] & right[1]
    return not stay and bool(left[0] & right[1]) and bool(left[1] & right[0])


def _beside(
    told: tuple[Reading, Reading],
    left: tuple[Mention[Value], Mention[Value]],
    right: tuple[Mention[Value], Mention[Value]],
) -> tuple[Words, Words]:
    draft, source = told
    return _parted(draft, left, source), _parted(source, right, draft)


def _parted(reading: Reading, values: tuple[Mention[Value], Mention[Value]], other: Reading) -> Words:
    """Nothing where both values stand in one clause."""
    one, two = (_clause(reading.text, value.span) for value in values)
    if one.meets(two):
        return set(), set()
    mine, its = (_words(reading, clause, other) for clause in (one, two))
    return mine - its, its - mine


def _clause(text: str, span: Span) -> Span:
    start = max(0, span.start - REACH)
    before = list(_PART.finditer(text, start, span.start))
    after = _PART.search(text, span.end, span.end + REACH)
    return Span(before[-1].end() if before else start, after.start() if after else min(len(text), span.end + REACH))


def _words(reading: Reading, clause: Span, other: Reading) -> set[str]:
    """Content words; an acronym also by the first word that the other text spells it out with."""
    found = set()
    for token in reading.tokens[reading.first_at(clause.start) : reading.first_at(clause.end)]:
        if token.stem is not None:
            spelled = long_form(token.word, other) if reading.text[slice(*token.span)].isupper() else None
            found.add((spelled or token).stem or token.stem)
    return found
