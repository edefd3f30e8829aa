"""Where labels differ: "class A" against "class B", "Schedule II" against "Schedule III", "vitamin C" against "D"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.differences.matching import CLOSE_SAME_ROLE, conflicting_pairs
from index.differences.name_words import ROMAN
from index.differences.swapped_values import Sides, misplaced, swapped
from index.differences.tokens import TokenizedText
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

_ROMAN = [numeral.upper() for numeral in ROMAN]
_LABEL = re.compile(
    r"(?<![\w-])(?P<word>class|schedule|type|group|grade|category|phase|stage|level|tier|part|vitamin|hepatitis|influenza"
    r"|appendix|annex|chapter|section|title|article|division|zone|list|protocol|model)[ -]"
    rf"(?P<value>(?-i:{'|'.join(sorted(_ROMAN, key=len, reverse=True))}|[A-Z]\d{{0,2}}|\d{{1,2}}))"
    r"(?![\w'’]|[.,]\d|-[a-z])",
    re.IGNORECASE,
)


class ClassLabel(NamedTuple):
    """``word``: in small letters. ``value``: a letter, or a number that may have been Roman."""

    word: str
    value: str


def labels(reading: TokenizedText) -> list[Mention[ClassLabel]]:
    """The labels of a text, in order."""
    return [
        Mention(span, ClassLabel(match["word"].lower(), _plain(match["value"])), reading.context(span))
        for match in _LABEL.finditer(reading.text)
        for span in [Span(*match.span())]
    ]


def fit(left: ClassLabel, right: ClassLabel) -> Fit:
    if left.word != right.word:
        return Fit.INCOMPARABLE
    return Fit.EQUAL if left.value == right.value else Fit.CONTRADICTING


def differing(
    draft: TokenizedText,
    source: TokenizedText,
    labels: tuple[Sequence[Mention[ClassLabel]], Sequence[Mention[ClassLabel]]],
) -> Iterator[Difference]:
    """The differences between ``labels``: those of the draft and those of the source. Two in digits are figures, and
    left to these."""
    sides = Sides(draft, source, labels[0], labels[1], fit)
    for left, right, _ in (
        *conflicting_pairs(labels[0], labels[1], fit, threshold=CLOSE_SAME_ROLE),
        *swapped(sides),
        *misplaced(sides),
    ):
        written = draft.text[slice(*left.span)], source.text[slice(*right.span)]
        if not all(text[-1].isdigit() for text in written):
            yield Difference(DifferenceKind.NAME, left.span, right.span, " against ".join(written))


def _plain(value: str) -> str:
    return str(_ROMAN.index(value) + 1) if value in _ROMAN else value
