"""Where two sentences that speak of the same thing differ: figures, dates, names, negation and direction.

No model, and never a verdict: a difference is two places to look at. What has no counterpart is passed over, since a
false alarm costs more than a silence.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from index.differences import dates, names, numbers, polarity
from index.differences.matching import outside, unmatched
from index.differences.negation import Negation, negations
from index.differences.reading import Reading
from index.differences.types import Difference, DifferenceKind, Mention
from index.types import Span

__all__ = ["Difference", "DifferenceKind", "differences", "parse_statement"]


class ParsedStatement(NamedTuple):
    """What one text says, whatever it is held against."""

    reading: Reading
    negations: Sequence[Negation]
    days: Sequence[Mention[dates.Period]]
    figures: Sequence[Mention[numbers.Figure]]


def differences(draft: str, source: str) -> tuple[Difference, ...]:
    """In order of the draft. Empty where the texts are the same, or where either is empty.

    A figure, date or name that either text denies ("not in 1990") is held against nothing.
    """
    left, right = parse_statement(draft), parse_statement(source)
    called = names.unknown(left.reading, right.reading), names.unknown(right.reading, left.reading)
    free = [one.span for one in left.negations], [one.span for one in right.negations]
    texts = left.reading, right.reading
    found = [
        *numbers.differing(*texts, (outside(left.figures, free[0]), outside(right.figures, free[1]))),
        *dates.differing(*texts, (outside(left.days, free[0]), outside(right.days, free[1]))),
        *names.differing(*texts, (outside(called[0], free[0]), outside(called[1], free[1]))),
    ]
    sure = _sure(left, right, called[0]), _sure(right, left, called[1])
    turned = polarity.differing(*texts, sure, (left.negations, right.negations))
    # "More" of "more than 400" belongs to the figure.
    found += [one for one in turned if not (_within(one.draft, left.figures) and _within(one.source, right.figures))]
    return tuple(sorted(found, key=lambda one: (one.draft, one.source, one.kind)))


@lru_cache(maxsize=32)
def parse_statement(text: str) -> ParsedStatement:
    """Kept, since a sentence of a draft is held against many."""
    reading = Reading(text)
    days = dates.dates(reading)
    return ParsedStatement(reading, negations(reading), days, numbers.figures(reading, [one.span for one in days]))


def _sure(mine: ParsedStatement, other: ParsedStatement, called: Sequence[Mention[names.Name]]) -> list[Negation]:
    """Denials that turn the predicate round. "Not in 1990" does not, where the other text has another year."""
    own = [
        *(one.span for one in unmatched(mine.figures, other.figures, numbers.fit)),
        *(one.span for one in unmatched(mine.days, other.days, dates.fit)),
        *(one.span for one in called),
    ]
    return outside(mine.negations, sorted(own))


def _within(span: Span, others: Sequence[Mention[numbers.Figure]]) -> bool:
    """Whether one of the others, which rise, holds the span."""
    place = bisect_right(others, span.start, key=lambda one: one.span.start) - 1
    return place >= 0 and span.within(others[place].span)
