"""Where a draft joins two values that the source has in different pairs: "$590 for 84 mg", where the source has "$590
for 56 mg and $885 for 84 mg"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import permutations, product

from index.differences import dates, numbers
from index.differences.dates import Period
from index.differences.figures import Figure
from index.differences.swapped_values import MAX_SHARED
from index.differences.tokens import TokenizedText, are_close
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

# What parts a pair from the next; at commas only where the pairs are not apart without them.
_BREAKS = (
    re.compile(r"[;:()]|\b(?:and|but|while|whereas|versus|against|compared)\b", re.I),
    re.compile(r"[;:()]|,(?!\d)|\b(?:and|but|while|whereas|versus|against|compared)\b", re.I),
)
_SENTENCE_END = re.compile(r"\n|[.!?](?!\d)")
_FITTING = (Fit.EQUAL, Fit.COMPATIBLE)

Valued = Mention[Figure] | Mention[Period]
Pairs = Sequence[tuple[Valued, Valued]]


def differing(
    draft: TokenizedText, source: TokenizedText, values: tuple[Sequence[Valued], Sequence[Valued]]
) -> Iterator[Difference]:
    """For two values of the draft, each the only one of its kind, of which the source has several in other pairs: the
    figure against that which the source has beside the other value. Of two figures it is the one that the source has
    first. ``values``: the figures and dates of the draft and of the source."""
    if not are_close(draft, source) or max(map(len, values)) > MAX_SHARED:
        return
    single = [value for value in values[0] if len(_alike(value, values[0])) == 1]
    for first, second in permutations(single, 2):
        instead = _instead(first, second, _pairs(source.text, (first, second), values[1]))
        if instead and isinstance(first.value, Figure):
            note = f"{draft.text[slice(*first.span)]} against {source.text[slice(*instead.span)]}"
            yield Difference(DifferenceKind.NUMBER, first.span, instead.span, note)


def _instead(first: Valued, second: Valued, pairs: Pairs) -> Valued | None:
    """What stands beside the second value in the source, if the first stands beside another there."""
    having = [pair for pair in pairs if _fit(first, pair[0]) in _FITTING]
    wanted = [pair for pair in pairs if _fit(second, pair[1]) in _FITTING]
    if len(having) != 1 or len(wanted) != 1:
        return None
    (_, beside), (instead, other) = having[0], wanted[0]
    are_apart = _fit(first, instead) is _fit(second, beside) is Fit.CONTRADICTING
    is_first = instead.span < other.span or not isinstance(other.value, Figure)
    return instead if are_apart and is_first else None


def _pairs(text: str, kinds: tuple[Valued, Valued], values: Sequence[Valued]) -> Pairs:
    """The values that can be compared with the two, in pairs that share a clause, of the first sentence that has two
    pairs at least, and none of these values without another beside it."""
    alike = [_alike(kind, values) for kind in kinds]
    for sentence, pattern in product(_parts(text, Span(0, len(text)), _SENTENCE_END), _BREAKS):
        clauses = [
            [[value for value in group if value.span.within(clause)] for group in alike]
            for clause in _parts(text, sentence, pattern)
        ]
        pairs = [(first[0], second[0]) for first, second in clauses if len(first) == len(second) == 1]
        if len(pairs) > 1 and all(sum(map(len, group)) == len(pairs) for group in zip(*clauses, strict=True)):
            return pairs
    return []


def _alike(kind: Valued, values: Sequence[Valued]) -> list[Valued]:
    """The values that can be compared with one."""
    return [value for value in values if _fit(kind, value) is not Fit.INCOMPARABLE]


def _parts(text: str, whole: Span, sign: re.Pattern[str]) -> list[Span]:
    """The parts of a span of the text between the matches of a pattern."""
    matches = [match.span() for match in sign.finditer(text, whole.start, whole.end)]
    starts, ends = [whole.start, *(end for _, end in matches)], [*(start for start, _ in matches), whole.end]
    return [Span(start, end) for start, end in zip(starts, ends, strict=True)]


def _fit(left: Valued, right: Valued) -> Fit:
    if isinstance(left.value, Figure) and isinstance(right.value, Figure):
        return numbers.fit(left.value, right.value)
    if isinstance(left.value, Period) and isinstance(right.value, Period):
        return dates.fit(left.value, right.value)
    return Fit.INCOMPARABLE
