"""Where times of day differ: "9.15 am" against "21:15"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.differences.matching import CLOSE_SAME_ROLE, SAME_ROLE, conflicting_pairs
from index.differences.tokens import TokenizedText, are_close
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

_HALF_DAY = 12 * 60  # minutes
_ABOUT = 30  # minutes by which a time with "about" may be off (a guess)
_TIME = re.compile(
    r"(?<![\w.,:£$€-])(?:(?P<hour>0?[1-9]|1[0-2])(?:[:.](?P<minute>[0-5]\d))?\s?(?P<half>[ap])(?:\.\s?m\.|m\b)"
    r"|(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)(?!\d|[:.]\d))"
    r"(?:\s(?P<zone>(?-i:[A-Z]{2,4}))\b)?",
    re.IGNORECASE,
)
_CUE = re.compile(r"\b(?:at|by|from|until|till|since|before|after|around|about|to|and)\s+$", re.IGNORECASE)
_VAGUE = re.compile(
    r"\b(?:about|around|nearly|almost|approximately|roughly|shortly|just)\s+(?:after\s+|before\s+)?$", re.IGNORECASE
)
_CUE_LENGTH = 24  # characters before a time that are searched for a cue (a guess)


class Time(NamedTuple):
    """``minutes``: since midnight, by every reading. ``zone``: as written, "" without. ``vague``: "about" precedes."""

    minutes: tuple[int, ...]
    zone: str
    vague: bool


def differing(
    draft: TokenizedText, source: TokenizedText, times: tuple[Sequence[Mention[Time]], Sequence[Mention[Time]]]
) -> Iterator[Difference]:
    """The differences between ``times``: those of the draft and those of the source. Two zones are not compared."""
    threshold = CLOSE_SAME_ROLE if are_close(draft, source) else SAME_ROLE
    for left, right, result in conflicting_pairs(*times, fit, threshold=threshold):
        note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
        yield Difference(DifferenceKind.DATE, left.span, right.span, note, result is Fit.COMPATIBLE, "time")


def times(reading: TokenizedText) -> list[Mention[Time]]:
    """The times of day of a text, in order. One without "am" or "pm" needs a colon and a word like "at" before it."""
    mentions = []
    for match in _TIME.finditer(reading.text):
        before = reading.text[max(0, match.start() - _CUE_LENGTH) : match.start()]
        if match["half"] or _CUE.search(before):
            span = Span(*match.span())
            time = Time(_minutes(match), match["zone"] or "", bool(_VAGUE.search(before)))
            mentions.append(Mention(span, time, reading.context(span)))
    return mentions


def _minutes(match: re.Match[str]) -> tuple[int, ...]:
    if match["half"]:
        afternoon = match["half"].lower() == "p"
        return (int(match["hour"]) % 12 * 60 + int(match["minute"] or 0) + afternoon * _HALF_DAY,)
    minutes = 60 * int(match["hour24"]) + int(match["minute24"])
    is_ambiguous = minutes < 13 * 60 and not match["hour24"].startswith("0")
    return (minutes, (minutes + _HALF_DAY) % (2 * _HALF_DAY)) if is_ambiguous else (minutes,)


def fit(left: Time, right: Time) -> Fit:
    if left.zone != right.zone:
        return Fit.INCOMPARABLE
    gap = min(abs(a - b) for a in left.minutes for b in right.minutes)
    if gap == 0:
        return Fit.EQUAL
    return Fit.COMPATIBLE if gap <= _ABOUT and (left.vague or right.vague) else Fit.CONTRADICTING
