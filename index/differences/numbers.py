"""Where figures differ, each against the one in the same role."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from math import isclose

from index.differences.figures import CHANGE_VERBS, Figure, Figures
from index.differences.matching import (
    CLOSE_SAME_ROLE,
    MAX_PAIRS,
    SAME_ROLE,
    conflicting_pairs,
    context_nearness,
)
from index.differences.reckoning import agree_when_reckoned
from index.differences.swapped_values import Sides, misplaced, of_another_member, swapped
from index.differences.tokens import TokenizedText, are_close
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text import units
from index.types import Span

ABOUT = 0.1  # share of the value that "about" allows (a guess)
MAGNITUDE = 10.0  # factor up to which a value is compatible with a bound: "at least 30" does not mean 300 (a guess)
_TWO_WORDS = 0.75  # nearness that an adjacent word and the one beyond it give
_CUE_LENGTH = 24  # characters before a figure that are searched for its verb (a guess)
# Measures of one thing that are told in one unit.
_MEASURES = {
    words: TokenizedText(words).stems
    for words in (
        "high height tall altitude elevation",
        "long length",
        "wide width broad",
        "deep depth",
        "thick thickness",
    )
}
_REACHED = re.compile(rf"{CHANGE_VERBS}to\s+$", re.I)


def differing(draft: TokenizedText, source: TokenizedText, figures: tuple[Figures, Figures]) -> Iterator[Difference]:
    """The differences between ``figures``: those of the draft and those of the source that may be compared."""
    threshold = CLOSE_SAME_ROLE if are_close(draft, source) else SAME_ROLE
    sides = Sides(draft, source, figures[0], figures[1], fit)
    pairs = (
        *conflicting_pairs(figures[0], figures[1], fit, _role, threshold),
        *swapped(sides),
        *misplaced(sides),
        *of_another_member(sides),
    )
    for left, right, result in dict.fromkeys(pairs):
        if result is Fit.COMPATIBLE or not agree_when_reckoned(left, right, (draft, source), figures):
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NUMBER, left.span, right.span, note, result is Fit.COMPATIBLE)
    for left, right in _changes_and_levels(draft, source, figures):
        note = f"{_with_word_before(draft, left.span)} against {_with_word_before(source, right.span)}"
        yield Difference(DifferenceKind.NUMBER, left.span, right.span, note)


def _changes_and_levels(
    draft: TokenizedText, source: TokenizedText, figures: tuple[Figures, Figures]
) -> Iterator[tuple[Mention[Figure], Mention[Figure]]]:
    """One value that is a change in one text and what was reached in the other: "fell by 5 %", "fell to 5 %"."""
    if len(figures[0]) * len(figures[1]) > MAX_PAIRS:
        return
    for left, right in product(*figures):
        was_reached = _was_reached(draft, left) or _was_reached(source, right)
        if was_reached and _is_change_of(left.value, right.value) and context_nearness(left, right) >= SAME_ROLE:
            yield left, right


def _with_word_before(text: TokenizedText, span: Span) -> str:
    first = max(0, text.first_token(span.start) - 1)
    return text.text[text.tokens[first].span.start : span.end]


def _was_reached(text: TokenizedText, figure: Mention[Figure]) -> bool:
    return bool(_REACHED.search(text.text[: figure.span.start][-_CUE_LENGTH:]))


def _is_change_of(left: Figure, right: Figure) -> bool:
    """Whether one value is that of a change in one figure and of an amount in the other."""
    dimensions = {left.dimension, right.dimension}
    plain = {dimension.removeprefix("change of ") for dimension in dimensions}
    return len(dimensions) == 2 and len(plain) == 1 and _same(left.low, right.low) and _same(left.high, right.high)


def _role(left: Mention[Figure], right: Mention[Figure]) -> float:
    """How much two figures play one role. A count or rank must be of the same noun, or, without one, beside the
    same two words ("sales reached 30 million"); for a measure the context is enough."""
    nearness = context_nearness(left, right)
    if left.value.dimension not in ("count", "rank"):
        attributes = _attributes(left), _attributes(right)
        return 0.0 if all(attributes) and attributes[0].isdisjoint(attributes[1]) else nearness
    if left.value.noun is None and right.value.noun is None:
        return nearness if nearness >= _TWO_WORDS else 0.0
    return nearness if left.value.noun == right.value.noun else 0.0


def _attributes(figure: Mention[Figure]) -> frozenset[str]:
    """Which measure a figure is of by the word beside it: "42 metres high"."""
    beside = {stem for stem, distance in figure.context.items() if distance == 1}
    return frozenset(name for name, stems in _MEASURES.items() if stems & beside)


def fit(left: Figure, right: Figure) -> Fit:
    """How two figures compare, by the readings that fit best, of which one at least is the likely one; symmetric."""
    pairs = [(a, right) for a in left.readings] + [(left, b) for b in right.readings[1:]]
    return min((_fit(*pair) for pair in pairs), key=list(Fit).index)


def _fit(left: Figure, right: Figure) -> Fit:
    if left.dimension != right.dimension:
        is_other_unit = _in_other_currency(left, right) or _is_in_points(left, right) or _is_in_points(right, left)
        return Fit.CONTRADICTING if is_other_unit else Fit.INCOMPARABLE
    if _same(left.low, right.low) and _same(left.high, right.high):
        return Fit.EQUAL
    if left.is_vague and right.is_vague:  # "dozens" and "thousands"
        small, large = sorted((left.low, right.low))
        return Fit.COMPATIBLE if large < MAGNITUDE * small else Fit.CONTRADICTING
    if left.end_slacks and right.end_slacks:
        return Fit.COMPATIBLE if _ends_fit(left, right, left.end_slacks, right.end_slacks) else Fit.CONTRADICTING
    if left.bound and left.bound == right.bound:
        bounds = (left.low, right.low) if left.bound > 0 else (left.high, right.high)
        slack = max(_slack(left, right), ABOUT * max(left.size, right.size))  # "over 100" and "at least 110" are true
        return Fit.COMPATIBLE if abs(bounds[0] - bounds[1]) <= slack else Fit.CONTRADICTING
    slack = _slack(left, right)
    compatible = left.low - slack <= right.high and right.low - slack <= left.high
    if left.bound * right.bound < 0:  # "at most 50" and "at least 20" may both be true, of one number they exclude
        compatible = compatible and not _same(left.size, right.size)
    elif left.bound or right.bound:
        compatible = compatible and _one_magnitude(left, right)
    return Fit.COMPATIBLE if compatible else Fit.CONTRADICTING


def _in_other_currency(left: Figure, right: Figure) -> bool:
    """Whether both are the same amount, of two currencies that no one sign stands for, or amounts so far apart that no
    exchange rate of the last decades makes them one."""
    kinds = frozenset((left.dimension, right.dimension))
    if not kinds <= units.CURRENCIES or any(kinds <= alike for alike in units.SAME_SIGN):
        return False
    if _same(left.low, right.low) and _same(left.high, right.high):
        return True
    rates = units.RATES.get((left.dimension, right.dimension))
    if rates is None or left.bound or right.bound or min(left.low, right.low) <= 0:
        return False
    lowest, highest = left.low * rates[0] * (1 - ABOUT), left.high * rates[1] * (1 + ABOUT)
    return right.high < lowest or right.low > highest


def _is_in_points(points: Figure, share: Figure) -> bool:
    """Whether a change by so many percentage points is told as one by so many per cent."""
    is_pair = (points.dimension, share.dimension) == ("change of points", "change of share")
    return is_pair and _same(points.low, 100 * share.low) and _same(points.high, 100 * share.high)


def _same(left: float, right: float) -> bool:
    return left == right or isclose(left, right, rel_tol=1e-6)


def _ends_fit(left: Figure, right: Figure, left_slacks: tuple[float, float], right_slacks: tuple[float, float]) -> bool:
    """Whether rounding explains the gaps between the ends of two ranges. One range inside the other is not enough."""
    gaps = abs(left.low - right.low), abs(left.high - right.high)
    return all(gap <= max(slacks) for gap, *slacks in zip(gaps, left_slacks, right_slacks, strict=True))


def _one_magnitude(left: Figure, right: Figure) -> bool:
    small, large = sorted((left.size, right.size))
    return large <= MAGNITUDE * small


def _slack(left: Figure, right: Figure) -> float:
    """How far two compatible figures may be apart."""
    about = ABOUT * max(left.size, right.size) if left.approximate or right.approximate else 0.0
    return max(about, left.slack, right.slack)
