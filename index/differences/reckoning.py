"""Figures that differ only because one text reckons with those of the other: the sum of two counts, or the total of a
yearly sum."""

from __future__ import annotations

import re
from math import isclose

from index.differences.figures import Figure, Figures
from index.differences.tokens import TokenizedText
from index.differences.types import Mention
from index.text import units
from index.types import Span

_JOINED = re.compile(r"[^.;:!?]{0,60}(?:\band\b|\bplus\b|,)\s*")
_CLAUSE_END = re.compile(r"[.,;:!?]|$")
_DURATION_REACH = 40  # characters between a total and the time that it is spent in (a guess)
_ROUNDED = 0.03  # share by which a rounded total may miss the sum (a guess)


def agree_when_reckoned(
    left: Mention[Figure],
    right: Mention[Figure],
    texts: tuple[TokenizedText, TokenizedText],
    figures: tuple[Figures, Figures],
) -> bool:
    """Whether one figure follows from the other and those beside it."""
    return any(
        _is_sum(whole, part, of_whole, of_part, beside) or _is_total(whole, part, of_whole, of_part, around)
        for whole, part, of_whole, of_part, around, beside in (
            (left, right, texts[0], texts[1], figures[0], figures[1]),
            (right, left, texts[1], texts[0], figures[1], figures[0]),
        )
    )


def _is_sum(
    whole: Mention[Figure], part: Mention[Figure], of_whole: TokenizedText, of_part: TokenizedText, figures: Figures
) -> bool:
    """Whether a count is that of two, of which the text of the whole names what is counted in each: "20 killed or
    injured" of "three people were killed and 17 injured"."""
    place = list(figures).index(part)
    pairs = [figures[start : start + 2] for start in (place - 1, place) if 0 <= start < len(figures) - 1]
    return any(
        {first.value.dimension, second.value.dimension} == {whole.value.dimension} == {"count"}
        and isclose(first.value.low + second.value.low, whole.value.low)
        and bool(_JOINED.fullmatch(of_part.text, first.span.end, second.span.start))
        and bool(_stems(of_part, first.span.end, second.span.start) & of_whole.stems)
        and bool(_stems(of_part, second.span.end, _clause_end(of_part, second.span)) & of_whole.stems)
        for first, second in pairs
    )


def _is_total(
    whole: Mention[Figure], rate: Mention[Figure], of_whole: TokenizedText, of_rate: TokenizedText, figures: Figures
) -> bool:
    """Whether an amount is what a rate comes to in the time that follows it: "£20m over four years", "£5m a year"."""
    each = units.each(of_rate.text, rate.span.end)
    if each is None:
        return False
    reach = Span(whole.span.end, whole.span.end + _DURATION_REACH)
    durations = [figure.value for figure in figures if figure.value.dimension == "time" and figure.span.within(reach)]
    return any(
        isclose(whole.value.low, rate.value.low * each[0].factor * duration.low, rel_tol=_ROUNDED)
        for duration in durations
    )


def _clause_end(text: TokenizedText, span: Span) -> int:
    match = _CLAUSE_END.search(text.text, span.end)
    return match.start() if match else len(text.text)


def _stems(text: TokenizedText, start: int, end: int) -> frozenset[str]:
    return frozenset(token.stem for token in text.tokens_in(Span(start, end)) if token.stem is not None)
