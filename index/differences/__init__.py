"""Where two sentences that speak of the same thing differ: figures, dates, names, negation and direction.

No model, and never a verdict: a difference is two places to look at. What has no counterpart is passed over, since a
false alarm costs more than a silence.
"""

from __future__ import annotations

from index.differences import dates, names, numbers, polarity
from index.differences.denial import denials
from index.differences.reading import Reading
from index.differences.roles import outside
from index.differences.types import Difference, Kind

__all__ = ["Difference", "Kind", "differences"]


def differences(draft: str, source: str) -> tuple[Difference, ...]:
    """In order of the draft. Empty where the texts are the same, or where either is empty.

    A figure, date or name that either text denies ("not in 1990") is held against nothing.
    """
    left, right = Reading(draft), Reading(source)
    denied = denials(left), denials(right)
    reached = [one.span for one in denied[0]], [one.span for one in denied[1]]
    days = dates.dates(left), dates.dates(right)
    counts = tuple(
        numbers.figures(one, [date.span for date in its]) for one, its in zip((left, right), days, strict=True)
    )
    found = [
        *numbers.differing(left, right, (outside(counts[0], reached[0]), outside(counts[1], reached[1]))),
        *dates.differing(left, right, (outside(days[0], reached[0]), outside(days[1], reached[1]))),
        *names.differing(left, right, reached),
        *polarity.differing(left, right, denied),
    ]
    return tuple(sorted(found, key=lambda one: (one.draft, one.source, one.kind)))
