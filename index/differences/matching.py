"""Which value of one text stands for which of the other: the same role, told by the words around it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from math import inf
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

    A value that has its equal anywhere in the other text is settled and opposes nothing. One that has a compatible
    value is opposed only by another that plays its role better. Swapping the texts swaps the pairs. ``least``: a pair
    that scores less is in two roles; a compatible one raises no alarm, so ``AT_LEAST`` is enough.
    """
    if len(left) * len(right) > PAIRS:
        return
    fits = {(i, j): fit(one.value, two.value) for i, one in enumerate(left) for j, two in enumerate(right)}
    settled = [pair for pair, found in fits.items() if found is Fit.EQUAL]
    rows, columns = {i for i, _ in settled}, {j for _, j in settled}
    scores = {
        (i, j): score(left[i], right[j])
        for (i, j), found in fits.items()
        if found in (Fit.COMPATIBLE, Fit.APART) and i not in rows and j not in columns
    }
    allowed = {pair: worth for pair, worth in scores.items() if fits[pair] is Fit.COMPATIBLE}
    mine, others = _highest(allowed, 0), _highest(allowed, 1)
    scored = [(worth, *pair) for pair, worth in allowed.items() if worth >= AT_LEAST]
    for (i, j), worth in scores.items():
        if fits[i, j] is Fit.APART and worth >= least and worth > max(mine.get(i, -inf), others.get(j, -inf)):
            scored.append((worth, i, j))
    for i, j in assigned(scored, AT_LEAST):
        yield left[i], right[j], fits[i, j]


def _highest(scores: Mapping[tuple[int, int], float], side: int) -> Mapping[int, float]:
    """The highest score of each mention of one side."""
    found: dict[int, float] = {}
    for pair, worth in scores.items():
        found[pair[side]] = max(worth, found.get(pair[side], worth))
    return found


def assigned(scored: Sequence[tuple[float, int, int]], least: float) -> Iterator[tuple[int, int]]:
    """The best pair, then the best of what is left; ties go to what stands earlier in both. ``scored``:
    worth, number on the left, number on the right."""
    rows, columns = set[int](), set[int]()
    for worth, i, j in sorted(scored, key=lambda one: (-one[0], one[1] + one[2], abs(one[1] - one[2]), one[1])):
        if worth >= least and i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield i, j
