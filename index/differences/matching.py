"""Which value of one text plays the same role as which of the other, judged by the content words around both."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import inf
from typing import Protocol, TypeVar

from index.differences.tokens import context_similarity
from index.differences.types import Fit, Mention, Value
from index.types import Span

MAX_PAIRS = 40_000  # pairs of mentions; texts with more are not two sentences, and nothing is compared (a guess)
_MOST_PAIRS = 400  # the same, where each pair may be a difference, and these are compared with one another (a guess)
SAME_ROLE = 0.4  # nearness from which two values play one role (a guess)
CLOSE_SAME_ROLE = 0.2  # the same, where the two texts are close, and for compatible values (a guess)

Pair = tuple[Mention[Value], Mention[Value], Fit]
Score = Callable[[Mention[Value], Mention[Value]], float]


class HasSpan(Protocol):
    @property
    def span(self) -> Span: ...


Item = TypeVar("Item", bound=HasSpan)


def few_pairs(left: Sequence[Item], right: Sequence[Item]) -> Iterator[tuple[Item, Item]]:
    """What was found in one text with what was found in the other, each with each; none where there are more than
    ``_MOST_PAIRS``, all of which may differ."""
    return product(left, right) if len(left) * len(right) <= _MOST_PAIRS else iter(())


def without_overlap(items: Sequence[Item], spans: Sequence[Span]) -> list[Item]:
    """The items that meet none of the spans. Items and spans must be in order of the text."""
    remaining, index = [], 0
    for item in items:
        while index < len(spans) and spans[index].end <= item.span.start:
            index += 1
        if index == len(spans) or not item.span.meets(spans[index]):
            remaining.append(item)
    return remaining


def unmatched(
    mentions: Sequence[Mention[Value]], references: Sequence[Mention[Value]], fit: Callable[[Value, Value], Fit]
) -> list[Mention[Value]]:
    """The mentions that have neither an equal nor a compatible value among the references. All of them where there are
    more than ``MAX_PAIRS`` pairs."""
    if len(mentions) * len(references) > MAX_PAIRS:
        return list(mentions)
    accepted = (Fit.EQUAL, Fit.COMPATIBLE)
    return [
        mention
        for mention in mentions
        if not any(fit(mention.value, reference.value) in accepted for reference in references)
    ]


def context_nearness(left: Mention[Value], right: Mention[Value]) -> float:
    """How much the content words around two mentions agree, from 0; see ``context_similarity``."""
    return context_similarity(left.context, right.context)


def conflicting_pairs(
    left: Sequence[Mention[Value]],
    right: Sequence[Mention[Value]],
    fit: Callable[[Value, Value], Fit],
    score: Score[Value] = context_nearness,
    threshold: float = SAME_ROLE,
) -> Iterator[Pair[Value]]:
    """Pairs of mentions in the same role whose values are not equal, best first; no mention is in two pairs.

    A value that has its equal anywhere in the other text is settled and is in no pair. A value that has a compatible
    one is opposed only by a value that plays its role better. Swapping the texts swaps the pairs. ``threshold``: a pair
    with a lower score is in two roles. A compatible pair raises no alarm, so ``CLOSE_SAME_ROLE`` is enough for it.
    """
    if not left or not right or len(left) * len(right) > MAX_PAIRS:
        return
    fits = {(i, j): fit(a.value, b.value) for i, a in enumerate(left) for j, b in enumerate(right)}
    settled = [pair for pair, result in fits.items() if result is Fit.EQUAL]
    rows, columns = {i for i, _ in settled}, {j for _, j in settled}
    scores = {
        (i, j): score(left[i], right[j])
        for (i, j), result in fits.items()
        if result in (Fit.COMPATIBLE, Fit.CONTRADICTING) and i not in rows and j not in columns
    }
    compatible = {pair: value for pair, value in scores.items() if fits[pair] is Fit.COMPATIBLE}
    left_best, right_best = _highest(compatible, 0), _highest(compatible, 1)
    scored = [(value, *pair) for pair, value in compatible.items() if value >= CLOSE_SAME_ROLE]
    for (i, j), value in scores.items():
        if (
            fits[i, j] is Fit.CONTRADICTING
            and value >= threshold
            and value > max(left_best.get(i, -inf), right_best.get(j, -inf))
        ):
            scored.append((value, i, j))
    for i, j in greedy_assignment(scored, CLOSE_SAME_ROLE):
        yield left[i], right[j], fits[i, j]


def _highest(scores: Mapping[tuple[int, int], float], side: int) -> Mapping[int, float]:
    """The highest score of each mention of one side (0 or 1)."""
    highest: dict[int, float] = {}
    for pair, score in scores.items():
        highest[pair[side]] = max(score, highest.get(pair[side], score))
    return highest


def greedy_assignment(scored: Sequence[tuple[float, int, int]], threshold: float) -> Iterator[tuple[int, int]]:
    """The best pair (left index, right index), then the best of what is left; ties go to the pair that is earlier in
    both texts. ``scored``: score, left index, right index; a pair that scores below ``threshold`` is dropped."""
    rows, columns = set[int](), set[int]()
    for score, i, j in sorted(scored, key=lambda row: (-row[0], row[1] + row[2], abs(row[1] - row[2]), row[1])):
        if score >= threshold and i not in rows and j not in columns:
            rows.add(i)
            columns.add(j)
            yield i, j
