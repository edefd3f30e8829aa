"""Where two numbers that belong together differ: blood pressures (140/90 mmHg) and ratios (3:1, "odds of 3 to 1")."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from math import isclose
from typing import NamedTuple

from index.differences.matching import CLOSE_SAME_ROLE, SAME_ROLE, conflicting_pairs
from index.differences.tokens import TokenizedText, are_close
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text.lexicon import NUMBER_WORDS
from index.types import Span

_WORDS = {word: float(value) for value, word in enumerate(NUMBER_WORDS[:11])}
_NUMBER = rf"\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}(?:\.\d{{1,3}})?|{'|'.join(NUMBER_WORDS[1:11])}"
_PAIR = re.compile(
    rf"(?<![\w.,:/-])(?P<first>{_NUMBER})(?P<sign>\s?[:/]\s?|\s+to\s+|\s+over\s+)(?P<second>{_NUMBER})(?![\w:/-]|[.,]\d)",
    re.I,
)
_RATIO_BEFORE = re.compile(r"\b(?:ratios?|odds|scale|proportions?|diluted|dilution)\b[^.,;:!?()]{0,30}$", re.I)
_RATIO_AFTER = re.compile(r"\s+(?:ratio|odds|scale|dilution|mixture)\b", re.I)
_PRESSURE_BEFORE = re.compile(r"\b(?:blood pressures?|BP|systolic)\b[^.;!?()]{0,50}$", re.I)
_PRESSURE_AFTER = re.compile(r"\s?mm\s?Hg\b", re.I)
_CUE_LENGTH = 64  # characters before a pair that are searched for what it is (a guess)


class Ratio(NamedTuple):
    """``is_pressure``: a blood pressure, whose numbers each count; else what the first is to the second counts."""

    is_pressure: bool
    first: float
    second: float


def ratios(reading: TokenizedText) -> list[Mention[Ratio]]:
    """The blood pressures and ratios of a text that are named as such, in order."""
    text, mentions = reading.text, []
    for match in _PAIR.finditer(text):
        before = text[max(0, match.start() - _CUE_LENGTH) : match.start()]
        sign = match["sign"].strip().lower()
        is_pressure = sign in ("/", "over") and bool(
            _PRESSURE_AFTER.match(text, match.end()) or _PRESSURE_BEFORE.search(before)
        )
        is_ratio = sign in (":", "to") and bool(_RATIO_AFTER.match(text, match.end()) or _RATIO_BEFORE.search(before))
        if is_pressure or is_ratio:
            ratio = Ratio(is_pressure, _value(match["first"]), _value(match["second"]))
            span = Span(*match.span())
            mentions.append(Mention(span, ratio, reading.context(span)))
    return mentions


def differing(
    draft: TokenizedText, source: TokenizedText, found: tuple[Sequence[Mention[Ratio]], Sequence[Mention[Ratio]]]
) -> Iterator[Difference]:
    """The differences between ``found``: the ratios of the draft and those of the source."""
    threshold = CLOSE_SAME_ROLE if are_close(draft, source) else SAME_ROLE
    for left, right, _ in conflicting_pairs(*found, fit, threshold=threshold):
        note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
        yield Difference(DifferenceKind.NUMBER, left.span, right.span, note)


def fit(left: Ratio, right: Ratio) -> Fit:
    """How two ratios compare: 6:2 is 3:1, but a blood pressure is its two numbers."""
    if left.is_pressure != right.is_pressure:
        return Fit.INCOMPARABLE
    if left.is_pressure:
        return Fit.EQUAL if left == right else Fit.CONTRADICTING
    are_equal = isclose(left.first * right.second, left.second * right.first, rel_tol=1e-6)
    return Fit.EQUAL if are_equal else Fit.CONTRADICTING


def _value(written: str) -> float:
    return _WORDS.get(written.lower()) or float(written.replace(",", ""))
