"""Where two sentences that speak of the same thing differ: figures, dates, names, negation and direction.

No model, and never a verdict: a difference is two places to look at. What has no counterpart is passed over, since a
false alarm costs more than a silence.
"""

from __future__ import annotations

from index.differences import dates, names, numbers, polarity
from index.differences.reading import Reading
from index.differences.types import Difference, Kind

__all__ = ["Difference", "Kind", "differences"]


def differences(draft: str, source: str) -> tuple[Difference, ...]:
    """In order of the draft. Empty where the texts are the same, or where either is empty."""
    left, right = Reading(draft), Reading(source)
    periods = dates.dates(left), dates.dates(right)
    spans = [one.span for one in periods[0]], [one.span for one in periods[1]]
    found = [
        *numbers.differing(left, right, spans),
        *dates.differing(left, right, periods),
        *names.differing(left, right),
        *polarity.differing(left, right),
    ]
    return tuple(sorted(found, key=lambda one: (one.draft, one.source, one.kind)))
