"""Which value in a passage may answer a question that asks for a date, a figure or a name.

Such a value is a place to look at, not an answer: it has the kind that the question asks for, and stands among words
of the question.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from index.compare.questions import Question
from index.differences import DifferenceKind, dates, names, numbers
from index.differences.tokens import TokenizedText
from index.differences.types import Fit, Mention
from index.types import Span

MAX_COUNTED = 2
"""Content words between a figure and what it counts, both included (a guess)."""

ROUGH = 10.0
"""Factor between the ends of a figure, such as "thousands", from which it is held against nothing (a guess)."""


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A value in a text. ``span``: in the text as given; ``score``: see ``Question.min_score``; ``key_words``: the key
    words of the question that stand around it, as stems."""

    kind: DifferenceKind
    span: Span
    value: Any
    score: float
    key_words: frozenset[str]


def answer_values(question: Question, text: str) -> tuple[AnswerValue, ...]:
    """The values in ``text`` of the kind that the question asks for, best score first, without those that the question
    itself states. Empty where it asks for no value."""
    if question.kind is None:
        return ()
    asking, reading = TokenizedText(question.text), TokenizedText(text)
    values = [
        AnswerValue(
            question.kind,
            mention.span,
            mention.value,
            sum(1 / mention.context[stem] for stem in question.stems & mention.context.keys()),
            frozenset(question.key_words & mention.context.keys()),
        )
        for mention in _mentions(question, reading)
        if not _repeats(asking, text[slice(*mention.span)])
    ]
    return tuple(sorted(values, key=lambda value: (-value.score, value.span)))


def _mentions(question: Question, reading: TokenizedText) -> Sequence[Mention[Any]]:
    periods = dates.dates(reading)
    if question.kind is DifferenceKind.DATE:
        days = {period.value.first for period in periods if not period.value.is_range}
        return [period for period in periods if not (period.value.is_range and days & {*period.value[:2]})]
    if question.kind is DifferenceKind.NUMBER:
        figures = numbers.figures(reading, [period.span for period in periods])
        return [figure for figure in figures if _is_asked_for(question, figure)]
    mentions = names.names(reading)
    if question.asks_person:
        return [name for name in mentions if len(name.value.words) > 1]
    return [name for name in mentions if name.value.preposition == "in"] if question.asks_location else mentions


def _is_asked_for(question: Question, figure: Mention[numbers.Figure]) -> bool:
    """Whether a figure has a dimension that can answer; and, where the question counts something, stands by it, and by
    what befell it."""
    if question.dimensions is not None and figure.value.dimension not in question.dimensions:
        return False
    near = (figure.context[stem] <= MAX_COUNTED for stem in question.counted & figure.context.keys())
    if not question.counted:
        return True
    return any(near) and (not question.acts or bool(question.acts & figure.context.keys()))


def _repeats(question: TokenizedText, text: str) -> bool:
    return {token.word for token in TokenizedText(text).tokens} <= question.words


def fit(left: AnswerValue, right: AnswerValue) -> Fit:
    """How two values of one kind compare; rounding, a range or a shorter form of a name may make them compatible."""
    if left.kind is DifferenceKind.DATE:
        return _fit_periods(left.value, right.value)
    if left.kind is DifferenceKind.NUMBER:
        if _is_rough(left.value) or _is_rough(right.value):
            return Fit.INCOMPARABLE
        result, nouns = numbers.fit(left.value, right.value), {left.value.noun, right.value.noun} - {None}
        return Fit.INCOMPARABLE if result is Fit.CONTRADICTING and len(nouns) > 1 else result
    return Fit.EQUAL if set(left.value.words) & set(right.value.words) else Fit.CONTRADICTING


def _is_rough(figure: numbers.Figure) -> bool:
    return not figure.bound and figure.low > 0 and figure.high / figure.low >= ROUGH


def _fit_periods(left: dates.Period, right: dates.Period) -> Fit:
    """A range, such as the years of a life, is compared with a date only at its ends: that it contains the date does
    not make both the answer."""
    if left.is_range == right.is_range:
        return dates.fit(left, right)
    span, date = (left, right) if left.is_range else (right, left)
    fits = (dates.fit(dates.Period(day, day), date) for day in (span.first, span.last))
    return Fit.COMPATIBLE if any(result in (Fit.EQUAL, Fit.COMPATIBLE) for result in fits) else Fit.INCOMPARABLE


def disagree(
    question: Question, left: Sequence[AnswerValue], right: Sequence[AnswerValue]
) -> tuple[AnswerValue, AnswerValue] | None:
    """The best values of two texts if they contradict each other, else None. Both must score enough and stand by enough
    key words in common, and neither may equal, or be compatible with, any value of the other text."""
    if not left or not right or min(left[0].score, right[0].score) < question.min_score:
        return None
    if len(left[0].key_words & right[0].key_words) < question.min_words:
        return None
    if fit(left[0], right[0]) is not Fit.CONTRADICTING:
        return None
    pairs = chain(((left[0], value) for value in right), ((value, right[0]) for value in left))
    return None if any(fit(*pair) in (Fit.EQUAL, Fit.COMPATIBLE) for pair in pairs) else (left[0], right[0])
