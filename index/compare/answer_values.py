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

from index.compare import counted, kinds, studies
from index.compare import question_forms as forms
from index.compare.alike import with_alike
from index.compare.counted import MAX_COUNTED
from index.compare.questions import Question
from index.differences import DifferenceKind, changes, clock, dates, names, numbers
from index.differences.figures import Figure, figures_in
from index.differences.negation import negations
from index.differences.tokens import TokenizedText, tokenized
from index.differences.types import Fit, Mention
from index.text.segmentation import sentences
from index.types import Span

MAX_ROLE = 3
"""Content words from a name within which stands what the one is (a guess)."""

ROUGH = 10.0
"""Factor between the ends of a figure, such as "thousands", from which it is held against nothing (a guess)."""

CHANGED = 2.0
"""Factor that a lasting measure, such as a population, hardly changes by between two counts (a guess)."""

_NONE = re.compile(r"\b(?:no|not a single|not one|zero)\b(?! (?:longer|more|fewer|less|other|matter|one)\b)", re.I)
_CLAUSE_START = re.compile(r"[.;:!?\n]\s|,\s")
_CLAUSE_BREAK = re.compile(r"[,;:]")
_CITED = re.compile(r"\([^()]*[^\W\d_]{3}[^()]*,\s*$")  # "(Journal of Mills, 2012)" is the year of what was published
_CITED_PERSON = re.compile(r"\s+(?:and\s+(?:colleagues|others|co-workers)|et\s+al)\b")  # behind a surname
_BEYOND = 20  # characters that a break of the clause counts for (a guess)
_PLANNED = re.compile(
    r"\b(?:meant|planned|plans|expect(?:ed|s)?|intended|promised|forecast|projected|budgeted|proposed|would|should|will|"
    r"predicted|supposed|target(?:ed)?|goal)\b",
    re.I,
)
# "The previous record, 38.7 degrees", is not what is asked for.
_FORMER = re.compile(
    r"\b(?:previous|former|earlier)\s+[\w’'-]+(?:,|\s+(?:was|had\s+been|of)\b)(?:\s+(?:the|about|some))?\s*$", re.I
)
_FORMER_ASKED, _FORMER_LENGTH = re.compile(r"\b(?:previous|former|earlier|before)\b", re.I), 48
_WITHDRAWN = re.compile(
    r"\b(?:I|we)\s+(?:had\s+|once\s+|also\s+)*(?:wrote|said|thought|believed|claimed|assumed|reported|told)\b[^.;]{0,80}\bhad\b|"
    r"\b(?:wrongly|mistakenly|falsely|erroneously|in\s+error|long\s+(?:thought|believed|held)|once\s+(?:thought|believed))\b",
    re.I,
)
_DASH, _OPENED = re.compile(r"\s*[–—-]\s*"), re.compile(r"\(\s*(?:born |b\. |c\. |circa )?$")
_CUE_LENGTH = 12  # characters before a date or an age that are searched for its bracket or cue: the longest and some
_AGED = re.compile(r"\b(?:aged?|age\s+of|turned)\s*$", re.I)
_AGE = re.compile(rf"(?:{_AGED.pattern}|\b(?:at|was|is|of)|,)\s*$", re.I)
_AUXILIARIES = frozenset("is are was were gets got".split())  # noqa: SIM905
_DEGREES = frozenset(["degree", "degrees"])
_LASTING = TokenizedText("long length last lasts lasted takes took duration half life").stems
_MEASURED = TokenizedText(
    "tall height high elevation altitude deep depth wide width far distance weighs weight temperature degrees speed"
).stems


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A value in a text. ``span``: in the text as given; ``score``: see ``Question.min_score``; ``key_words``: the key
    words of the question that stand around it, as stems; ``related``: so does one of its ``relations``, if any;
    ``period``: of a figure, the date in its sentence that it is of, None without one; ``planned``: it was only meant,
    expected or promised; ``life``: it is a birth or death, of the two years of a life; ``study``: of one study, group
    or patient."""

    kind: DifferenceKind
    span: Span
    value: Any
    score: float
    key_words: frozenset[str]
    related: bool = True
    period: dates.Period | None = None
    planned: bool = False
    life: bool = False
    study: bool = False


def answer_values(question: Question, text: str) -> tuple[AnswerValue, ...]:
    """The values in ``text`` of the kind that the question asks for, best score first, without those that the question
    itself states. Empty where it asks for no value."""
    if question.kind is None:
        return ()
    asking, reading = tokenized(question.text), tokenized(text)
    periods = dates.dates(reading) if question.kind is DifferenceKind.NUMBER else []
    denied = [negation.span for negation in negations(reading) if not negation.limit]
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
            question.kind is DifferenceKind.NUMBER and studies.is_of_study(_sentence_of(text, mention.span)),
        )
        for mention in _mentions(question, reading)
        if not _repeats(asking, text[slice(*mention.span)])
        and not _is_denied(reading, denied, mention.span)
        and (_FORMER_ASKED.search(question.text) or not _FORMER.search(text[: mention.span.start][-_FORMER_LENGTH:]))
    ]
    return tuple(sorted(values, key=lambda value: (not value.related, -value.score, value.span)))


def _is_denied(reading: TokenizedText, denied: Sequence[Span], span: Span) -> bool:
    """Whether a text denies a value ("not at Withy Bank"), or takes it back ("I wrote that it had killed 34")."""
    before = _CLAUSE_START.split(reading.text[: span.start])[-1]
    return any(span.meets(other) and span.start > other.start for other in denied) or bool(_WITHDRAWN.search(before))


def _mentions(question: Question, reading: TokenizedText) -> Sequence[Mention[Any]]:
    periods = dates.dates(reading)
    if question.kind is DifferenceKind.DATE:
        return (
            clock.times(reading) if question.asks_time else _dates(question, reading, periods) or clock.times(reading)
        )
    if question.kind is DifferenceKind.NUMBER:
        return _figures(
            question, reading, sorted([*(day.span for day in periods), *(time.span for time in clock.times(reading))])
        )
    if question.thing:
        return list(kinds.things(question.thing, reading))
    mentions = names.names(reading)
    if question.asks_person:
        persons = (
            name for name in mentions if len(name.value.words) > 1 or _CITED_PERSON.match(reading.text, name.span.end)
        )
        return [name for name in persons if has_role(question, reading, name)]
    return [name for name in mentions if name.value.preposition == "in"] if question.asks_location else mentions


def _dates(
    question: Question, reading: TokenizedText, periods: Sequence[Mention[dates.Period]]
) -> list[Mention[dates.Period]]:
    if question.life_end is not None:
        periods = [_end_of_life(reading, period, question.life_end) for period in periods]
    days = {period.value.first for period in periods if not period.value.is_range}
    return [period for period in periods if not (period.value.is_range and days & {*period.value[:2]})]


def _figures(question: Question, reading: TokenizedText, without: Sequence[Span]) -> list[Mention[Any]]:
    """The figures that can answer: of a dimension that is asked for, and of what is counted by the verb that is asked;
    of a vote, its count."""
    votes = changes.scores(reading) if question.asks_vote else []
    if votes:
        return [Mention(vote.span, vote, reading.context(vote.span)) for vote in votes]
    figures = figures_in(reading, tuple(without))
    found = [figure for figure in figures if question.dimensions is None or _is_of_dimension(question, reading, figure)]
    if question.counted:
        return [*counted.counting(question, reading, found), *_none_of(question, reading, found)]
    return [
        figure
        for figure in found
        if not counted.is_whole(reading, figure.span) and counted.tells(question, reading, found, figure.span)
    ]


def _is_of_dimension(question: Question, reading: TokenizedText, figure: Mention[Figure]) -> bool:
    """Whether a figure has a dimension that is asked for. A bare number is a measure only beside its word, as in "a
    height of 62", "39.8 degrees", "aged 31"."""
    dimension = figure.value.dimension
    if dimension not in (question.dimensions or ()):
        return False
    if question.asks_age and dimension != "age":
        cue = _AGE if dimension == "count" else _AGED
        return bool(cue.search(reading.text[: figure.span.start][-_CUE_LENGTH:])) and not _has_noun(reading, figure)
    if dimension == "share" and forms.AMOUNT.search(question.text):
        return _has_act_after(question, reading, figure)
    near = {stem for stem, distance in figure.context.items() if distance <= MAX_COUNTED}
    if question.asks_duration:
        return not near.isdisjoint(_LASTING)
    if dimension != "count" or question.counted or question.dimensions == ("count",):
        return True
    return not near.isdisjoint(_MEASURED) and not _has_noun(reading, figure)


def _has_act_after(question: Question, reading: TokenizedText, figure: Mention[Figure]) -> bool:
    """Whether the next word after a figure is one of what is asked: "20 % evaporates", "a third is lost"."""
    rest = reading.tokens[reading.first_token(figure.span.end) :]
    following = rest[1:2] if rest and rest[0].word in _AUXILIARIES else rest[:1]
    return any(token.stem in with_alike(question.event) for token in following)


def _has_noun(reading: TokenizedText, figure: Mention[Figure]) -> bool:
    """Whether a content word follows a figure at once, which it may count."""
    following = reading.tokens[reading.first_token(figure.span.end) :][:1]
    is_next = bool(following) and reading.text[figure.span.end : following[0].span.start] in (" ", "-")
    return is_next and following[0].stem is not None and following[0].word not in _DEGREES


def has_role(question: Question, reading: TokenizedText, name: Mention[names.Name]) -> bool:
    """Whether what the one is that "who is" asks for stands beside a name, in its sentence. True where none is asked
    for."""
    if not question.role:
        return True
    near = {stem for stem in question.role if name.context.get(stem, MAX_ROLE + 1) <= MAX_ROLE}
    sentence = next(part for part in sentences(reading.text, Span(0, len(reading.text))) if name.span.meets(part))
    return bool(near & tokenized(reading.text[slice(*sentence)]).stems)


def _none_of(
    question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]]
) -> Iterator[Mention[Figure]]:
    """ "No jobs" as the figure 0 of what the question counts."""
    for match in _NONE.finditer(reading.text):
        token = counted.noun_after(reading, match.end(), question.counted)
        if token is not None and counted.tells(question, reading, figures, Span(*match.span())):
            span = Span(match.start(), token.span.end)
            yield Mention(span, Figure(0.0, 0.0, "count", noun=token.stem), reading.context(Span(*match.span())))


def _span_of(text: str, span: Span) -> Span:
    """The sentence that holds a span; the span where none does."""
    return next((part for part in sentences(text, Span(0, len(text))) if span.meets(part)), span)


def _sentence_of(text: str, span: Span) -> str:
    return text[slice(*_span_of(text, span))]


def _period_of(text: str, span: Span, periods: Sequence[Mention[dates.Period]]) -> dates.Period | None:
    """The date of a figure: the nearest in its sentence, in its clause rather than beyond it."""

    def distance(period: Mention[dates.Period]) -> tuple[int, bool]:
        is_before = period.span.end <= span.start
        between = text[period.span.end : span.start] if is_before else text[span.end : period.span.start]
        return len(between) + _BEYOND * len(_CLAUSE_BREAK.findall(between)), is_before

    whole = _span_of(text, span)
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
    days = dates.dates(tokenized(f"in {written[end]}")) if len(written) == 2 else []
    return replace(period, value=days[0].value) if days else period


def _is_life(reading: TokenizedText, period: Mention[dates.Period]) -> bool:
    """Whether a mention is two dates with a dash that fill brackets."""
    start, end = period.span
    has_ends = len(_DASH.split(reading.text[start:end])) == 2
    is_opened = _OPENED.search(reading.text[max(0, start - _CUE_LENGTH) : start])
    return has_ends and bool(is_opened) and reading.text[end : end + 1] in (")", ";", ",")


def _repeats(question: TokenizedText, text: str) -> bool:
    return {token.word for token in tokenized(text).tokens} <= question.words


def fit(left: AnswerValue, right: AnswerValue) -> Fit:
    """How two values of one kind compare; rounding, a range or a shorter form of a name may make them compatible."""
    if left.kind is DifferenceKind.DATE:
        return _fit_dates(left.value, right.value)
    if isinstance(left.value, changes.Score) or isinstance(right.value, changes.Score):
        return _fit_votes(left.value, right.value)
    if left.kind is DifferenceKind.NUMBER:
        if _is_rough(left.value) or _is_rough(right.value):
            return Fit.INCOMPARABLE
        result, nouns = numbers.fit(left.value, right.value), {left.value.noun, right.value.noun} - {None}
        return Fit.INCOMPARABLE if result is Fit.CONTRADICTING and len(nouns) > 1 else result
    if isinstance(left.value, str) or isinstance(right.value, str):
        if left.value != right.value and str(left.value).split()[0] == str(right.value).split()[0]:
            return Fit.INCOMPARABLE  # a thing may be of one class here and of another there
        return Fit.EQUAL if left.value == right.value else Fit.CONTRADICTING
    return Fit.EQUAL if set(left.value.words) & set(right.value.words) else Fit.CONTRADICTING


def _is_rough(figure: Figure) -> bool:
    return not figure.bound and figure.low > 0 and figure.high / figure.low >= ROUGH


def _fit_dates(left: dates.Period | clock.Time, right: dates.Period | clock.Time) -> Fit:
    if isinstance(left, clock.Time) and isinstance(right, clock.Time):
        return clock.fit(left, right)
    if isinstance(left, clock.Time) or isinstance(right, clock.Time):
        return Fit.INCOMPARABLE
    return _fit_periods(left, right)


def _fit_votes(left: object, right: object) -> Fit:
    """How two counts of votes compare; a unanimous vote may have had any count."""
    if not isinstance(left, changes.Score) or not isinstance(right, changes.Score):
        return Fit.INCOMPARABLE
    if (left.first, left.second) == (right.first, right.second):
        return Fit.EQUAL
    is_unanimous = any(
        (vote.first, vote.second) == (1, 0) and other.second == 0 for vote, other in ((left, right), (right, left))
    )
    return Fit.COMPATIBLE if is_unanimous else Fit.CONTRADICTING


def _fit_periods(left: dates.Period, right: dates.Period) -> Fit:
    """A range, such as the years of a life, is compared with a date only at its ends: that it contains the date does
    not make both the answer."""
    if left.is_range == right.is_range:
        return dates.fit(left, right)
    span, date = (left, right) if left.is_range else (right, left)
    fits = (dates.fit(dates.Period(day, day), date) for day in (span.first, span.last))
    return Fit.COMPATIBLE if any(result in (Fit.EQUAL, Fit.COMPATIBLE) for result in fits) else Fit.INCOMPARABLE


def is_other_case(question: Question, left: AnswerValue, right: AnswerValue) -> bool:
    """Whether two figures are of two dates, one is of a plan and the other of what came, or one is of a study, group or
    patient that the question does not name and the other of none. A lasting measure that is ``CHANGED`` times as great
    in another year is not of the same thing, which is told."""
    if left.kind is not DifferenceKind.NUMBER:
        return False
    if isinstance(left.value, changes.Score) or isinstance(right.value, changes.Score):
        return False
    if left.study != right.study and not question.names and not studies.is_of_study(question.text):
        return True
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
