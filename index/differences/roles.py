"""Which value of one text stands for which of the other: the same role, told by the words around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

from index.differences.reading import nearness
from index.differences.types import Fit, Mention, Value
from index.types import Span

PAIRS = 40_000  # more pairs than this are no two sentences: nothing is compared
ENOUGH = 0.4  # how near the surroundings of two values in one role are
AT_LEAST = 0.2  # the same, where the two texts have most of their words in common

Pair = tuple[Mention[Value], Mention[Value], Fit]
Score = Callable[[Mention[Value], Mention[Value]], float]


class Spanned(Protocol):
    @property
    def span(self) -> Span: ...


Placed = TypeVar("Placed", bound=Spanned)


def outside(found: Sequence[Placed], without: Sequence[Span]) -> list[Placed]:
    """Those that meet none of the spans; both rise."""
    kept, place = [], 0
    for one in found:
        while place < len(without) and without[place].end <= one.span.start:
            place += 1
        if place == len(without) or not one.span.meets(without[place]):
            kept.append(one)
    return kept


def unmatched(
    mine: Sequence[Mention[Value]], others: Sequence[Mention[Value]], fit: Callable[[Value, Value], Fit]
) -> list[Mention[Value]]:
    """Mentions that have neither an equal nor a compatible one in the other text; all of them where there are too many
    to compare."""
    if len(mine) * len(others) > PAIRS:
        return list(mine)
    fine = (Fit.EQUAL, Fit.COMPATIBLE)
    return [one for one in mine if not any(fit(one.value, other.value) in fine for other in others)]


def by_words(left: Mention[Value], right: Mention[Value]) -> float:
    return nearness(left.around, right.around)


def opposed(
    left: Sequence[Mention[Value]],
    right: Sequence[Mention[Value]],
    fit: Callable[[Value, Value], Fit],
    score: Score[Value] = by_words,
    least: float = ENOUGH,
) -> Iterator[Pair[Value]]:
    """Pairs in the same role whose values are not equal, best first; no mention is in two.

    A value that has its equal anywhere in the other text is settled and opposes nothing, and one that has a compatible
    value is opposed by no other. Swapping the texts swaps the pairs. ``least``: a pair
    that scores less is in two roles.
    """
    if len(left) * len(right) > PAIRS:
        return
    fits = {(i, j): fit(one.value, two.value) for i, one in enumerate(left) for j, two in enumerate(right)}
    for settled, asked in ((Fit.EQUAL, Fit.COMPATIBLE), (Fit.COMPATIBLE, Fit.APART)):
        used = [pair for pair, found in fits.items() if found is settled]
        rows, columns = {i for i, _ in used}, {j for _, j in used}
        fits = {
            (i, j): found for (i, j), found in fits.items() if (i not in rows and j not in columns) or found is settled
        }
        scored = [(score(left[i], right[j]), i, j) for (i, j), found in fits.items() if found is asked]
        for i, j in assigned(scored, least):
            yield left[i], right[j], asked


def assigned(scored: Sequence[tuple[float, int, int]], least: float) -> Iterator[tuple[int, int]]:
    """The best pair, then the best of what is left; ties go to what stands earlier in both. ``scored``:
    worth, number on the left, number on the right."""
    rows, columns = set[int](), set[int]()
    for worth, i, j in sorted(scored, key=lambda one: (-one[0], one[1] + one[2], abs(one[1] - one[2]), one[1])):
        if worth >= least and i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield i, j
