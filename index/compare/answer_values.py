"""Which value in a passage may answer a question that asks for a date, a figure or a name.

Such a value is a place to look at, not an answer: it has the kind that the question asks for, and stands among words
of the question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from index.compare import kinds
from index.compare.questions import Question
from index.differences import DifferenceKind, dates, names, numbers
from index.differences.figures import Figure, figures_in
from index.differences.tokens import TokenizedText
from index.differences.types import Fit, Mention
from index.text.numerals import numerals
from index.text.segmentation import sentences
from index.types import Span

MAX_COUNTED = 2
"""Content words between a figure and what it counts, both included (a guess)."""

ROUGH = 10.0
"""Factor between the ends of a figure, such as "thousands", from which it is held against nothing (a guess)."""

CHANGED = 2.0
"""Factor that a lasting measure, such as a population, hardly changes by between two counts (a guess)."""

_OF = re.compile(r"\s+(?:out\s+)?(?:of|in)\s+(?:every\s+)?")
_NONE = re.compile(r"\b(?:no|not a single|not one|zero)\b(?! (?:longer|more|fewer|less|other|matter|one)\b)", re.I)
_WORDS_AFTER = 4  # words after a figure among which what it counts is looked for (a guess)
_CLAUSE_START = re.compile(r"[.;:!?\n]\s|,\s")
_CLAUSE_BREAK = re.compile(r"[,;:]")
_CITED = re.compile(r"\([^()]*[^\W\d_]{3}[^()]*,\s*$")  # "(Journal of Mills, 2012)" is the year of what was published
_BEYOND = 20  # characters that a break of the clause counts for (a guess)
_PLANNED = re.compile(
    r"\b(?:meant|planned|plans|expect(?:ed|s)?|intended|promised|forecast|projected|budgeted|proposed|would|should|will|"
    r"predicted|supposed|target(?:ed)?|goal)\b",
    re.I,
)
_DASH, _OPENED = re.compile(r"\s*[–—-]\s*"), re.compile(r"\(\s*(?:born |b\. |c\. |circa )?$")
_CUE_LENGTH = 12  # characters before a date that are searched for its bracket: the longest cue and some


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A value in a text. ``span``: in the text as given; ``score``: see ``Question.min_score``; ``key_words``: the key
    words of the question that stand around it, as stems; ``related``: so does one of its ``relations``, if any;
    ``period``: of a figure, the date in its sentence that it is of, None without one; ``planned``: it was only meant,
    expected or promised; ``life``: it is a birth or death, of the two years of a life."""

    kind: DifferenceKind
    span: Span
    value: Any
    score: float
    key_words: frozenset[str]
    related: bool = True
    period: dates.Period | None = None
    planned: bool = False
    life: bool = False


def answer_values(question: Question, text: str) -> tuple[AnswerValue, ...]:
    """The values in ``text`` of the kind that the question asks for, best score first, without those that the question
    itself states. Empty where it asks for no value."""
    if question.kind is None:
        return ()
    asking, reading = TokenizedText(question.text), TokenizedText(text)
    periods = dates.dates(reading) if question.kind is DifferenceKind.NUMBER else []
    values = [
        AnswerValue(
            question.kind,
            mention.span,
            mention.value,
            sum(1 / mention.context[stem] for stem in question.stems & mention.context.keys()),
            frozenset(question.key_words & mention.context.keys()),
            _is_related(question, reading, mention),
            _period_of(text, mention.span, periods),
            bool(_PLANNED.search(_CLAUSE_START.split(text[: mention.span.start])[-1])),
            _tells_life(question, reading, mention),
        )
        for mention in _mentions(question, reading)
        if not _repeats(asking, text[slice(*mention.span)])
    ]
    return tuple(sorted(values, key=lambda value: (not value.related, -value.score, value.span)))


def _mentions(question: Question, reading: TokenizedText) -> Sequence[Mention[Any]]:
    periods = dates.dates(reading)
    if question.kind is DifferenceKind.DATE:
        if question.life_end is not None:
            periods = [_end_of_life(reading, period, question.life_end) for period in periods]
        days = {period.value.first for period in periods if not period.value.is_range}
        return [period for period in periods if not (period.value.is_range and days & {*period.value[:2]})]
    if question.kind is DifferenceKind.NUMBER:
        figures = figures_in(reading, [period.span for period in periods])
        counted = [_with_noun(question, reading, figure) for figure in figures if not _is_whole(reading, figure)]
        return [figure for figure in [*counted, *_none_of(question, reading)] if _is_asked_for(question, figure)]
    if question.thing:
        return list(kinds.things(question.thing, reading))
    mentions = names.names(reading)
    if question.asks_person:
        return [name for name in mentions if len(name.value.words) > 1]
    return [name for name in mentions if name.value.preposition == "in"] if question.asks_location else mentions


def _is_whole(reading: TokenizedText, figure: Mention[Figure]) -> bool:
    """Whether a figure is the whole of a share, "ten" of "nine of ten"."""
    start = figure.span.start
    return any(
        part.span.end < start and _OF.fullmatch(reading.text, part.span.end, start) for part in numerals(reading.text)
    )


def _with_noun(question: Question, reading: TokenizedText, figure: Mention[Figure]) -> Mention[Figure]:
    """A figure with what the question counts as its noun, where that follows it: "16 bulb turbines" are turbines."""
    stem = _counted_after(question, reading, figure.span.end)
    return replace(figure, value=replace(figure.value, noun=stem)) if stem else figure


def _counted_after(question: Question, reading: TokenizedText, end: int) -> str | None:
    """The stem of what the question counts: the first content word after an offset, or the next in the plural, as in
    "16 bulb turbines"."""
    following = reading.tokens[reading.first_token(end) :][:_WORDS_AFTER]
    content = [token for token in following if token.stem is not None][:MAX_COUNTED]
    nouns = [token.stem for number, token in enumerate(content) if not number or token.word.endswith("s")]
    return next((stem for stem in nouns if stem in question.counted), None)


def _none_of(question: Question, reading: TokenizedText) -> Iterator[Mention[Figure]]:
    """ "No jobs" as the figure 0 of what the question counts."""
    for match in _NONE.finditer(reading.text):
        stem = _counted_after(question, reading, match.end())
        if stem:
            following = reading.tokens[reading.first_token(match.end()) :]
            span = Span(match.start(), next(token.span.end for token in following if token.stem == stem))
            yield Mention(span, Figure(0.0, 0.0, "count", noun=stem), reading.context(Span(*match.span())))


def _period_of(text: str, span: Span, periods: Sequence[Mention[dates.Period]]) -> dates.Period | None:
    """The date of a figure: the nearest in its sentence, in its clause rather than beyond it."""

    def distance(period: Mention[dates.Period]) -> tuple[int, bool]:
        is_before = period.span.end <= span.start
        between = text[period.span.end : span.start] if is_before else text[span.end : period.span.start]
        return len(between) + _BEYOND * len(_CLAUSE_BREAK.findall(between)), is_before

    whole = next((part for part in sentences(text, Span(0, len(text))) if span.meets(part)), span)
    within = [
        period
        for period in periods
        if period.span.within(whole)
        and not period.span.meets(span)
        and not _CITED.search(text[whole.start : period.span.start])
    ]
    return min(within, key=distance).value if within else None


def _is_related(question: Question, reading: TokenizedText, mention: Mention[Any]) -> bool:
    """Whether what is asked about stands around a mention, or it is a life whose birth or death is asked."""
    is_life = _tells_life(question, reading, mention)
    return not question.relations or is_life or not question.relations.isdisjoint(mention.context)


def _tells_life(question: Question, reading: TokenizedText, mention: Mention[Any]) -> bool:
    return question.life_end is not None and question.kind is DifferenceKind.DATE and _is_life(reading, mention)


def _end_of_life(reading: TokenizedText, period: Mention[dates.Period], end: int) -> Mention[dates.Period]:
    """The birth (0) or death (1) of a life in brackets, "(1821 – 3 May 1880)"; any other period as it is."""
    if not _is_life(reading, period):
        return period
    written = _DASH.split(reading.text[slice(*period.span)])
    days = dates.dates(TokenizedText(f"in {written[end]}")) if len(written) == 2 else []
    return replace(period, value=days[0].value) if days else period


def _is_life(reading: TokenizedText, period: Mention[dates.Period]) -> bool:
    """Whether a mention is two dates with a dash that fill brackets."""
    start, end = period.span
    has_ends = len(_DASH.split(reading.text[start:end])) == 2
    is_opened = _OPENED.search(reading.text[max(0, start - _CUE_LENGTH) : start])
    return has_ends and bool(is_opened) and reading.text[end : end + 1] in (")", ";", ",")


def _is_asked_for(question: Question, figure: Mention[Figure]) -> bool:
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
    if isinstance(left.value, str) or isinstance(right.value, str):
        return Fit.EQUAL if left.value == right.value else Fit.CONTRADICTING
    return Fit.EQUAL if set(left.value.words) & set(right.value.words) else Fit.CONTRADICTING


def _is_rough(figure: Figure) -> bool:
    return not figure.bound and figure.low > 0 and figure.high / figure.low >= ROUGH


def _fit_periods(left: dates.Period, right: dates.Period) -> Fit:
    """A range, such as the years of a life, is compared with a date only at its ends: that it contains the date does
    not make both the answer."""
    if left.is_range == right.is_range:
        return dates.fit(left, right)
    span, date = (left, right) if left.is_range else (right, left)
    fits = (dates.fit(dates.Period(day, day), date) for day in (span.first, span.last))
    return Fit.COMPATIBLE if any(result in (Fit.EQUAL, Fit.COMPATIBLE) for result in fits) else Fit.INCOMPARABLE


def is_other_case(question: Question, left: AnswerValue, right: AnswerValue) -> bool:
    """Whether two figures are of two dates, or one is of a plan and the other of what came. A lasting measure that is
    ``CHANGED`` times as great in another year is not of the same thing, which is told."""
    if left.kind is not DifferenceKind.NUMBER:
        return False
    if question.of_lasting and max(left.value.size, right.value.size) >= CHANGED * min(
        left.value.size, right.value.size
    ):
        return False
    is_dated = (
        left.period is not None
        and right.period is not None
        and dates.fit(left.period, right.period) is Fit.CONTRADICTING
    )
    return left.planned != right.planned or is_dated


def disagree(
    question: Question, left: Sequence[AnswerValue], right: Sequence[AnswerValue]
) -> tuple[AnswerValue, AnswerValue] | None:
    """The best values of two texts if they contradict each other, else None. Both must score enough, be related, and
    stand by enough key words in common, and neither may equal, or be compatible with, any related one of the other."""
    sides = [[value for value in side if value.related] for side in (left, right)]
    if not all(sides):
        return None
    best = sides[0][0], sides[1][0]
    if min(value.score for value in best) < question.min_score or fit(*best) is not Fit.CONTRADICTING:
        return None
    if is_other_case(question, *best):
        return None
    if len(best[0].key_words & best[1].key_words) < (1 if question.counted else question.min_words):
        return None
    pairs = chain(((best[0], value) for value in sides[1]), ((value, best[1]) for value in sides[0]))
    return None if any(fit(*pair) in (Fit.EQUAL, Fit.COMPATIBLE) for pair in pairs) else best
