"""Which value in a passage may answer a question that asks for a date, a figure or a name.

Such a value is a place to look at, not an answer: it has the kind that the question asks for, and stands among words
of the question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Any

from index.differences import DifferenceKind, dates, names, numbers
from index.differences.matching import without_overlap
from index.differences.tokens import TokenizedText
from index.differences.types import Fit, Mention
from index.types import Span

_DATE = re.compile(r"\b(?:when|dates?|what year|which year|what day|birthday|since|how long ago)\b", re.I)
_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|large|big|high|far|fast|tall|often|strong)\b|\b(?:population|number|percentage|share|"
    r"rate|amount|size|height|length|area|price|cost|dose|half-life|age|total|count|elevation|score)\b",
    re.I,
)
_PERSON, _LOCATION = re.compile(r"\bwho(?:m|se)?\b", re.I), re.compile(r"\bwhere\b", re.I)
_NAME = re.compile(r"\b(?:who|whom|whose|where|which|what)\b", re.I)

# The dimensions that a question can be answered in, by its words; other questions take a figure of any dimension.
_DIMENSIONS = (
    (re.compile(r"\b(?:percent|percentage|per cent|share|proportion)\b", re.I), ("share",)),
    (re.compile(r"\b(?:how many|population|number of)\b", re.I), ("count",)),
    (re.compile(r"\b(?:how long|half-life|duration)\b", re.I), ("time", "length")),
    (re.compile(r"\bdose\b", re.I), ("mass", "mass/mass", "volume", "amount", "dose")),
)

MIN_WEIGHT = 1 / 3
"""Weight of a key word, as a share of the weight of the question's rarest word. A lighter word stands in too many
passages to identify what a value belongs to (fitted on half of ramdocs)."""

MIN_SCORE, MIN_SCORE_PERSON, MIN_SCORE_NAME = 0.2, 1.0, 1.3
"""Scores from which a value may answer the question; a word of the question right beside the value adds 1. Names are
many, and a question without *who* or *where* may ask for none, so names need more (fitted on half of ramdocs)."""


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A value in a text. ``span``: in the text as given; ``score``: see ``MIN_SCORE``; ``key_words``: the key words of
    the question that stand around it, as stems."""

    kind: DifferenceKind
    span: Span
    value: Any
    score: float
    key_words: frozenset[str]


def expected_kind(question: str) -> DifferenceKind | None:
    """The kind of value that a question asks for; None where it asks for no value."""
    for kind, words in ((DifferenceKind.DATE, _DATE), (DifferenceKind.NUMBER, _NUMBER), (DifferenceKind.NAME, _NAME)):
        if words.search(question):
            return kind
    return None


def content_words(question: str, rarity: Mapping[str, float]) -> frozenset[str]:
    """The key words of a question, as stems: those rare enough to identify what it asks about. ``rarity``: the weight
    of each stem. Where a figure is asked for, names are no key words: they say whose figure it is, not which."""
    reading = TokenizedText(question)
    name_spans = (
        [name.span for name in names.names(reading)] if expected_kind(question) is DifferenceKind.NUMBER else []
    )
    words = (
        frozenset(token.stem for token in without_overlap(reading.tokens, name_spans) if token.stem is not None)
        or reading.stems
    )
    threshold = MIN_WEIGHT * max((rarity[word] for word in words), default=0.0)
    return frozenset(word for word in words if rarity[word] >= threshold)


def answer_values(question: str, text: str, key_words: Set[str]) -> tuple[AnswerValue, ...]:
    """The values in ``text`` of the kind that the question asks for, best score first, without those that the question
    itself states. Empty where it asks for no value."""
    kind = expected_kind(question)
    if kind is None:
        return ()
    asking, reading = TokenizedText(question), TokenizedText(text)
    values = [
        AnswerValue(
            kind, mention.span, mention.value, _score(asking, mention), frozenset(key_words & mention.context.keys())
        )
        for mention in _mentions(kind, question, reading)
        if not _repeats(asking, text[slice(*mention.span)])
    ]
    return tuple(sorted(values, key=lambda value: (-value.score, value.span)))


def minimum_score(question: str) -> float:
    """The score from which a value may answer this question."""
    if expected_kind(question) is not DifferenceKind.NAME or _LOCATION.search(question):
        return MIN_SCORE
    return MIN_SCORE_PERSON if _PERSON.search(question) else MIN_SCORE_NAME


def _mentions(kind: DifferenceKind, question: str, reading: TokenizedText) -> Sequence[Mention[Any]]:
    periods = dates.dates(reading)
    if kind is DifferenceKind.DATE:
        return periods
    if kind is DifferenceKind.NUMBER:
        figures = numbers.figures(reading, [period.span for period in periods])
        allowed = next((dimensions for words, dimensions in _DIMENSIONS if words.search(question)), None)
        return [figure for figure in figures if allowed is None or figure.value.dimension in allowed]
    mentions = names.names(reading)
    if _PERSON.search(question):
        return [name for name in mentions if len(name.value.words) > 1]
    return [name for name in mentions if name.value.preposition == "in"] if _LOCATION.search(question) else mentions


def _score(question: TokenizedText, mention: Mention[Any]) -> float:
    """The sum of 1 / distance over the words of the question that stand around the value."""
    return sum(1 / mention.context[stem] for stem in question.stems & mention.context.keys())


def _repeats(question: TokenizedText, text: str) -> bool:
    return {token.word for token in TokenizedText(text).tokens} <= question.words


def fit(left: AnswerValue, right: AnswerValue) -> Fit:
    """How two values of one kind compare; rounding, a range or a shorter form of a name may make them compatible."""
    if left.kind is DifferenceKind.DATE:
        return dates.fit(left.value, right.value)
    if left.kind is DifferenceKind.NUMBER:
        result, nouns = numbers.fit(left.value, right.value), {left.value.noun, right.value.noun} - {None}
        return Fit.INCOMPARABLE if result is Fit.CONTRADICTING and len(nouns) > 1 else result
    return Fit.EQUAL if set(left.value.words) & set(right.value.words) else Fit.CONTRADICTING


def required_words(question: str, key_words: Set[str]) -> int:
    """How many key words two values must have in common to be compared: most of them for a figure, since "users" alone
    stands both by those who fell ill and by the total."""
    return len(key_words) // 2 + 1 if expected_kind(question) is DifferenceKind.NUMBER else 1


def disagree(
    left: Sequence[AnswerValue], right: Sequence[AnswerValue], min_score: float, min_words: int = 1
) -> tuple[AnswerValue, AnswerValue] | None:
    """The best values of two texts if they contradict each other, else None. Both need ``min_score`` and ``min_words``
    common key words, and neither may equal, or be compatible with, any value of the other text."""
    if not left or not right or min(left[0].score, right[0].score) < min_score:
        return None
    if len(left[0].key_words & right[0].key_words) < min_words:
        return None
    if fit(left[0], right[0]) is not Fit.CONTRADICTING:
        return None
    pairs = chain(((left[0], value) for value in right), ((value, right[0]) for value in left))
    return None if any(fit(*pair) in (Fit.EQUAL, Fit.COMPATIBLE) for pair in pairs) else (left[0], right[0])
