"""Whether what a sentence tells belongs to what the question asks about, or to something else that it speaks of."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from index.differences import labels, names
from index.differences.tokens import tokenized
from index.types import Span

if TYPE_CHECKING:
    from index.compare.questions import Question

_PRONOUNS = frozenset("it its they them their he him his she her this these those".split())  # noqa: SIM905
_JOINED, _BEYOND = re.compile(r"[,;:]|\band\b|\bbut\b"), 20  # characters that it counts for (a guess)
_CLAUSE = re.compile(r"[,;:()]\s|\b(?:while|whereas|but|than|compared\s+with|against)\b", re.I)


def is_of_labels(question: Question, sentence: str, value: Span, named: str) -> bool:
    """Whether a value of a sentence is of each label of the question, such as "class B": of those in the sentence it
    stands nearest to this one; where the sentence has none of the kind, ``named`` has it: the title, the heading, the
    sentence before."""
    own = labels.labels(tokenized(sentence))
    for asked in question.labels:
        alike = [label for label in own if label.value.word == asked.word]
        if not alike and asked not in (label.value for label in labels.labels(tokenized(named))):
            return False
        if alike and min(alike, key=lambda label: _distance(sentence, label.span, value)).value != asked:
            return False
    return True


def _distance(text: str, left: Span, right: Span) -> int:
    """Characters between two spans, 0 where they meet; what joins two clauses counts for more."""
    between = text[min(left.end, right.end) : max(left.start, right.start)]
    return len(between) + _BEYOND * len(_JOINED.findall(between))


def is_of_another(question: Question, sentence: str) -> bool:
    """Whether a sentence names something and has neither a pronoun nor any word of the question that is common in the
    library: in a library on aspirin, "Heroin was made by Hoffmann" does not say who made aspirin."""
    reading = tokenized(sentence)
    if not question.common or not reading.stems.isdisjoint(question.common) or not reading.words.isdisjoint(_PRONOUNS):
        return False
    asked = tokenized(question.text).words
    return any(
        not {token.word for token in reading.tokens_in(mention.span)} <= asked for mention in names.names(reading)
    )


def of_thing(question: Question, text: str, values: Sequence[Span]) -> list[Span]:
    """The values of a sentence without those in whose clause the thing that is measured does not stand, where it stands
    in that of another: "melts at 1,538 °C, far above the 660 °C of aluminium". ``text``: the sentence."""
    has_thing = [span for span in values if not question.measured.isdisjoint(tokenized(_clause(text, span)).stems)]
    return has_thing or list(values)


def _clause(text: str, span: Span) -> str:
    start = max((match.end() for match in _CLAUSE.finditer(text, 0, span.start)), default=0)
    end = next((match.start() for match in _CLAUSE.finditer(text, span.end)), len(text))
    return text[start:end]
