"""What of a sentence no passage has: its values in any form, and, where they are many, its words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.differences import parse_statement
from index.differences.coverage import missing_spans
from index.differences.places import lies_in, paths_in, place_path
from index.differences.tokens import TokenizedText
from index.text.analysis import LIGHT_WORDS, stem, stems
from index.text.segmentation import WORD
from index.types import Span

_FORM = re.compile(r"(?<=[a-z]{3})(?:ly|er|est|ness)$")  # "weaker" and "weakly" are forms of one word
_ALIKE = 5  # first letters of two stems that are forms of one word ("synthesis", "synthetic") (a guess)
# Words without a subject of their own, which a passage may lack.
_JOINING = LIGHT_WORDS | frozenset(
    (  # noqa: SIM905
        "since within without among around while although though whereas per via also however still yet even much many "
        "including using used use uses called known several various became become made make taken takes take took "
        "taking according seem seems seemed stand stands stood goes went gone himself herself itself themselves unlike "
        "far may might can could would should must shall other others another person persons whether such own"
    ).split()
)
MANY = 0.45
"""Share of a sentence's words, by weight and without its values, from which those that no passage has are told (a
guess between .40 and .50, which told two thirds and a half of the partly supported claims of wice)."""


class Unsupported(NamedTuple):
    """``spans``: what no text has, in order. ``lacking``: as ``Finding.lacking``."""

    spans: tuple[Span, ...]
    lacking: float


def unsupported(sentence: str, texts: Sequence[str], weights: Mapping[str, float]) -> Unsupported:
    """The spans of a sentence's values that no text has, and of its words where the texts lack ``MANY`` of them."""
    if not texts:
        return Unsupported((), 1.0)
    total = max(sum(weights.values()), 1e-9)
    values = missing_spans(sentence, texts)
    absent = absent_words(sentence, texts, weights)
    others = {span: form for span, form in absent.items() if not any(span.meets(value) for value in values)}
    in_values = {form for value in values for form in stems(sentence[slice(*value)])}
    lacking = sum(weights.get(form, 0.0) for forms in (set(absent.values()), in_values) for form in forms) / total
    are_many = sum(weights[form] for form in set(others.values())) >= MANY * total
    missing = _joined(sentence, list(others)) if are_many else []
    return Unsupported(tuple(sorted([*values, *missing])), lacking)


def absent_words(sentence: str, texts: Sequence[str], weights: Mapping[str, float]) -> dict[Span, str]:
    """The spans of the words that no text has in any form, in order, each with its stem. Figures, dates and times are
    no words."""
    text = "\n".join(texts)
    present, places = set(stems(text)), set(paths_in(TokenizedText(text)))
    beginnings = {form[:_ALIKE] for form in present if len(form) >= _ALIKE}
    plain = {_plain(word) for word in WORD.findall(text)}
    statement = parse_statement(sentence)
    values = [figure.span for figure in statement.figures] + [period.span for period in statement.periods]
    values += [time.span for time in statement.times]
    absent: dict[Span, str] = {}
    for match in WORD.finditer(sentence):
        form, word, span = stem(match[0]), match[0].casefold(), Span(*match.span())
        if form not in weights or form is None or word in _JOINING or any(span.meets(value) for value in values):
            continue
        place = place_path([word])
        is_there = (
            form in present
            or form[:_ALIKE] in beginnings
            or _plain(word) in plain
            or any(lies_in(path, place) for path in places)
        )
        if not is_there:
            absent[span] = form
    return absent


def _plain(word: str) -> str:
    """The word without an ending, by which "weaker" and "weakly" are one, and in one spelling of "anaesthetic"."""
    return _FORM.sub("", word.casefold()).replace("ae", "e").replace("oe", "e")


def _joined(sentence: str, spans: Sequence[Span]) -> list[Span]:
    """The spans, those with nothing but white space between them as one."""
    joined = list(spans[:1])
    for before, span in pairwise(spans):
        if sentence[before.end : span.start].isspace():
            joined[-1] = Span(joined[-1].start, span.end)
        else:
            joined.append(span)
    return joined
