"""Where a text speaks of another value than the one that holds: what somebody wants, what something stands instead of,
a figure that it denies ("in 1976, not in 1970"), and the record before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.differences.tokens import TokenizedText, read_once
from index.types import Span

# Each kind: a cue, and the rest of its clause, whose values are no values of the thing.
_KINDS = (
    re.compile(
        r"\b(?:want(?:s|ed)?|propos(?:e|es|ed|ing|al|als)|call(?:s|ed|ing)?\s+for|demand(?:s|ed)?|urg(?:e|es|ed)|"
        r"would\s+like|ask(?:s|ed)?\s+for)\b(?:[^.;:!?]|\.(?=\d))*",
        re.I,
    ),
    re.compile(r"\b(?:rather\s+than|instead\s+of)\b(?:[^.,;:!?]|[.,](?=\d))*", re.I),
    re.compile(
        r"[,(]\s*(?:and\s+)?not\s+(?:(?:in|on|at|by|of|for|from|until)\s+)?(?=\d)(?:[^.,;:!?()]|[.,](?=\d))*",
        re.I,
    ),
    re.compile(
        r"\b(?:previous|old|former|earlier)\s+(?:\w+\s+)?(?:record|mark|high|low|best|maximum|minimum|limit|price)\b"
        r"(?:[^.;:!?]|\.(?=\d))*",
        re.I,
    ),
)


def spans(reading: TokenizedText, other: TokenizedText) -> list[Span]:
    """The spans, in order, in which a text speaks of another value, where the other text does so nowhere."""
    kinds = zip(_spans_of_kinds(reading), _spans_of_kinds(other), strict=True)
    return sorted(span for own, others in kinds if not others for span in own)


@read_once
def _spans_of_kinds(reading: TokenizedText) -> Sequence[Sequence[Span]]:
    return [[Span(*match.span()) for match in kind.finditer(reading.text)] for kind in _KINDS]


def merged(first: Sequence[Span], second: Sequence[Span]) -> list[Span]:
    """Both in one list, in order; those that meet become one."""
    joined: list[Span] = []
    for span in sorted([*first, *second]):
        if joined and span.start < joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(span.end, joined[-1].end))
        else:
            joined.append(span)
    return joined
