"""Pairs of figures whose order tells something: "from 24 to 29", "9, down from 31", and "by 88 votes to 71"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

from index.differences.figures import Figure, Figures
from index.differences.tokens import TokenizedText, are_close, read_once
from index.differences.types import Difference, DifferenceKind, Mention
from index.text.numerals import numerals
from index.types import Span

_FROM = re.compile(r"\bfrom\s+(?:\w+\s+){0,2}?$", re.I)
_TO = re.compile(r"[^.;:!?]{0,40}?\bto\s+(?:\w+\s+){0,2}?$", re.I)
_WAS = re.compile(r"[^.;:!?]{0,40}?\b(?:up|down)\s+from\s+(?:\w+\s+){0,2}?$", re.I)
_CUE_LENGTH = 24  # characters before a figure that are searched for "from" (a guess)
_NUMBER = r"\d{1,3}(?:,\d{3})+|\d{1,4}"
_SCORE = re.compile(
    rf"(?<![\w.,/:-])(?P<first>{_NUMBER})(?P<votes>\s+votes)?\s*(?:\bto\b|\bagainst\b|[-–])\s*(?P<second>{_NUMBER})"
    r"(?!\s?%|\s(?:per\s?cent|years?)\b|[\w/:-]|[.,]\d)"
)
_VOTED = re.compile(
    r"\b(?:vot(?:ed|ing|es?)|majority|passed|rejected|approved|adopted|elected|defeated)"
    r"(?:\s+(?:it|the\s+\w+))?,?\s+(?:(?:by|of|with|a|vote)\s+){0,4}$",
    re.I,
)
_VOTED_LENGTH = 48  # characters before a score that are searched for its vote (a guess)
# The score of a match, told of the side that won or lost it: "beat Rye 2-1".
_PLAYED = re.compile(
    r"\b(?P<verb>beat|beaten|won|win|wins|lost|loses|lose|defeated|victory|defeat)\b[^.,;:!?()]{0,40}$", re.I
)
_PLAYED_SCORE = re.compile(
    r"(?<![\w.,/:-])(?P<first>\d{1,3})\s?[-–]\s?(?P<second>\d{1,3})(?=\s*(?:[.,;:!?)]|$)|\s+(?:at|in|on|to|away|against|over|after|and|with|by|thanks|before|but)\b)(?![.,:]\d)"
)
_UNANIMOUS = re.compile(
    r"\b(?:vot|approv|adopt|pass|elect|reject)\w*\b[^.;:!?]{0,60}\b(?P<word>unanimous(?:ly)?)\b", re.I
)


class Change(NamedTuple):
    """``start`` and ``end``: the numbers of what a value was and became, as written; ``units``: their dimensions,
    without that of bare counts; ``span``: both figures with what stands between them."""

    start: float
    end: float
    units: frozenset[str]
    span: Span


class Score(NamedTuple):
    """The votes of a decision, or the score of a match: ``first`` and ``second`` as they are written, 1 and 0 of a
    unanimous decision. ``verb``: of a match, "beat" or the like, in small letters; "" of a decision."""

    first: float
    second: float
    span: Span
    verb: str = ""


def differing(draft: TokenizedText, source: TokenizedText, figures: tuple[Figures, Figures]) -> Iterator[Difference]:
    """The changes that run the other way in the source, and votes with another count."""
    for left, right in product(changes(draft, figures[0]), changes(source, figures[1])):
        if left.units == right.units and (left.start, left.end) == (right.end, right.start) != (left.end, left.start):
            yield _difference(draft, left.span, source, right.span)
    counts = scores(draft), scores(source)
    if are_close(draft, source) and len(counts[0]) == len(counts[1]) == 1:
        left_count, right_count = counts[0][0], counts[1][0]
        # "Lost 1-2" may be "was beaten 2-1".
        is_told_alike = left_count.verb == right_count.verb
        is_reversed = left_count[:2] == right_count[1::-1]
        if left_count[:2] != right_count[:2] and (is_told_alike or not is_reversed):
            yield _difference(draft, left_count.span, source, right_count.span)


def confirms(span: Span, texts: tuple[TokenizedText, TokenizedText], figures: tuple[Figures, Figures]) -> bool | None:
    """Whether the second text has the change, or the count of votes, that stands at this span of the first; None where
    none does."""
    changed = [change for change in changes(texts[0], figures[0]) if change.span == span]
    if changed:
        return any(other[:3] == changed[0][:3] for other in changes(texts[1], figures[1]))
    counted = [score for score in scores(texts[0]) if score.span == span]
    return any(other[:2] == counted[0][:2] for other in scores(texts[1])) if counted else None


def changes(reading: TokenizedText, figures: Sequence[Mention[Figure]]) -> list[Change]:
    """What a text says to have been one value and become another, in order."""
    candidates = (_change(reading.text, first, second) for first, second in pairwise(figures))
    return [change for change in candidates if change is not None]


def _change(text: str, first: Mention[Figure], second: Mention[Figure]) -> Change | None:
    between = text[first.span.end : second.span.start]
    values = [next(iter(numerals(text[slice(*figure.span)])), None) for figure in (first, second)]
    if values[0] is None or values[1] is None:
        return None
    units = frozenset(figure.value.dimension.removeprefix("change of ") for figure in (first, second)) - {"count"}
    span = Span(first.span.start, second.span.end)
    if _WAS.fullmatch(between):
        return Change(values[1].value, values[0].value, units, span)
    if _TO.fullmatch(between) and _FROM.search(text[max(0, first.span.start - _CUE_LENGTH) : first.span.start]):
        return Change(values[0].value, values[1].value, units, span)
    return None


@read_once
def scores(reading: TokenizedText) -> list[Score]:
    """The counts of votes and the scores of matches in a text, in order."""
    text = reading.text
    counted = [
        Score(_value(match["first"]), _value(match["second"]), Span(*match.span()))
        for match in _SCORE.finditer(text)
        if match["votes"] or _VOTED.search(text[max(0, match.start() - _VOTED_LENGTH) : match.start()])
    ]
    for match in _PLAYED_SCORE.finditer(text):
        played = _PLAYED.search(text[max(0, match.start() - _VOTED_LENGTH) : match.start()])
        span = Span(*match.span())
        if played and not any(span.meets(score.span) for score in counted):
            counted.append(Score(_value(match["first"]), _value(match["second"]), span, played["verb"].lower()))
    unanimous = [Score(1, 0, Span(*match.span("word"))) for match in _UNANIMOUS.finditer(text)]
    return sorted([*counted, *unanimous], key=lambda score: score.span)


def _value(written: str) -> float:
    return float(written.replace(",", ""))


def _difference(draft: TokenizedText, left: Span, source: TokenizedText, right: Span) -> Difference:
    note = f"{draft.text[slice(*left)]} against {source.text[slice(*right)]}"
    return Difference(DifferenceKind.NUMBER, left, right, note)
