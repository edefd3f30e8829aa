"""What a passage offers as the answer to a question that asks for a date, a figure or a name: its cue.

A cue is a place to look at, no answer: the value of the right kind among the words that the question has too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import chain
from typing import Any

from index.differences import DifferenceKind, dates, names, numbers
from index.differences.matching import outside
from index.differences.reading import Reading
from index.differences.types import Fit, Mention
from index.types import Span

_DATE = re.compile(r"\b(?:when|dates?|what year|which year|what day|birthday|since|how long ago)\b", re.I)
_NUMBER = re.compile(
    r"\bhow (?:many|much|old|long|large|big|high|far|fast|tall|often|strong)\b|\b(?:population|number|percentage|share|"
    r"rate|amount|size|height|length|area|price|cost|dose|half-life|age|total|count|elevation|score)\b",
    re.I,
)
_PERSON, _PLACE = re.compile(r"\bwho(?:m|se)?\b", re.I), re.compile(r"\bwhere\b", re.I)
_NAME = re.compile(r"\b(?:who|whom|whose|where|which|what)\b", re.I)

# What a question can only be answered in, by dimension; of the others nothing is known.
_IN = (
    (re.compile(r"\b(?:percent|percentage|per cent|share|proportion)\b", re.I), ("share",)),
    (re.compile(r"\b(?:how many|population|number of)\b", re.I), ("count",)),
    (re.compile(r"\b(?:how long|half-life|duration)\b", re.I), ("time", "length")),
    (re.compile(r"\bdose\b", re.I), ("mass", "mass/mass", "volume", "amount", "dose")),
)

TELLING = 1 / 3
"""Of the weight of the rarest word of a question: a word that weighs less stands in too many passages to say of which
thing a value is."""

LEAST, LEAST_PERSON, LEAST_NAMED = 0.2, 1.0, 1.3
"""Worth below which a value is no cue; 1 is a word of the question right beside it. Names are many, and a question that
says neither *who* nor *where* may ask for none, so there it takes more."""


@dataclass(frozen=True, slots=True)
class AnswerValue:
    """A value in a text. ``span``: of the text as given; ``near``: the telling words of the question around it."""

    kind: DifferenceKind
    span: Span
    value: Any
    worth: float
    near: frozenset[str]


def asked_kind(question: str) -> DifferenceKind | None:
    """The kind of value that a question asks for, or None: it asks for none, or for an account."""
    for kind, words in ((DifferenceKind.DATE, _DATE), (DifferenceKind.NUMBER, _NUMBER), (DifferenceKind.NAME, _NAME)):
        if words.search(question):
            return kind
    return None


def content_words(question: str, rarity: Mapping[str, float]) -> frozenset[str]:
    """The words of a question, by their stems, that say of what it asks. ``rarity``: what they weigh. No name does for
    a figure: it says of whom, not which."""
    wanted = Reading(question)
    named = [one.span for one in names.names(wanted)] if asked_kind(question) is DifferenceKind.NUMBER else []
    found = frozenset(one.stem for one in outside(wanted.tokens, named) if one.stem is not None) or wanted.stems
    least = TELLING * max((rarity[word] for word in found), default=0.0)
    return frozenset(word for word in found if rarity[word] >= least)


def answer_values(question: str, text: str, near: Set[str]) -> tuple[AnswerValue, ...]:
    """The values of the kind that the question asks for, the likeliest first; none that the question has itself.
    ``near``: its telling words."""
    kind = asked_kind(question)
    if kind is None:
        return ()
    wanted, reading = Reading(question), Reading(text)
    found = [
        AnswerValue(kind, one.span, one.value, _worth(wanted, one), frozenset(near & one.around.keys()))
        for one in _mentions(kind, question, reading)
        if not _repeats(wanted, text[slice(*one.span)])
    ]
    return tuple(sorted(found, key=lambda cue: (-cue.worth, cue.span)))


def least(question: str) -> float:
    """The worth from which a value is a cue."""
    if asked_kind(question) is not DifferenceKind.NAME or _PLACE.search(question):
        return LEAST
    return LEAST_PERSON if _PERSON.search(question) else LEAST_NAMED


def _mentions(kind: DifferenceKind, question: str, reading: Reading) -> Sequence[Mention[Any]]:
    periods = dates.dates(reading)
    if kind is DifferenceKind.DATE:
        return periods
    if kind is DifferenceKind.NUMBER:
        figures = numbers.figures(reading, [one.span for one in periods])
        within = next((dimensions for words, dimensions in _IN if words.search(question)), None)
        return [one for one in figures if within is None or one.value.dimension in within]
    found = names.names(reading)
    if _PERSON.search(question):
        return [one for one in found if len(one.value.words) > 1]
    return [one for one in found if one.value.led == "in"] if _PLACE.search(question) else found


def _worth(question: Reading, one: Mention[Any]) -> float:
    """More for each word of the question, the nearer it stands."""
    return sum(1 / one.around[stem] for stem in question.stems & one.around.keys())


def _repeats(question: Reading, said: str) -> bool:
    return {token.word for token in Reading(said).tokens} <= question.words


def fit(one: AnswerValue, other: AnswerValue) -> Fit:
    """How two cues of one kind stand to each other: rounding, a range or a shorter form may allow both."""
    if one.kind is DifferenceKind.DATE:
        return dates.fit(one.value, other.value)
    if one.kind is DifferenceKind.NUMBER:
        found, counted = numbers.fit(one.value, other.value), {one.value.noun, other.value.noun} - {None}
        return Fit.ALIEN if found is Fit.APART and len(counted) > 1 else found
    return Fit.EQUAL if set(one.value.words) & set(other.value.words) else Fit.APART


def shared(question: str, near: Set[str]) -> int:
    """How many telling words of a question two cues must both stand by: most of them for a figure, since "users" alone
    stands by those who fell ill and by those in all."""
    return len(near) // 2 + 1 if asked_kind(question) is DifferenceKind.NUMBER else 1


def disagree(
    left: Sequence[AnswerValue], right: Sequence[AnswerValue], least: float, words: int = 1
) -> tuple[AnswerValue, AnswerValue] | None:
    """The likeliest cues of two texts when they are apart, each worth the ``least``, both by as many ``words`` of the
    question, and neither text has the other's anywhere."""
    if not left or not right or min(left[0].worth, right[0].worth) < least:
        return None
    if len(left[0].near & right[0].near) < words:
        return None
    if fit(left[0], right[0]) is not Fit.APART:
        return None
    pairs = chain(((left[0], each) for each in right), ((each, right[0]) for each in left))
    return None if any(fit(*pair) in (Fit.EQUAL, Fit.COMPATIBLE) for pair in pairs) else (left[0], right[0])
