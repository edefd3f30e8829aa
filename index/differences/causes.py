"""Where one text gives as a cause what the other says was none: "because of the wind", "the cause was not the wind"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.differences.matching import few_pairs
from index.differences.tokens import TokenizedText, read_once
from index.differences.types import Difference, DifferenceKind
from index.types import Span

_REACH = 3  # content words of a cause that tell it (a guess)

_BY = (
    r"(?:because\s+of|due\s+to|owing\s+to|caused\s+by|as\s+a\s+result\s+of|blamed\s+on|attributed\s+to|"
    r"on\s+account\s+of)"
)
_WAS = r"(?:cause|reason|explanation)\b[\w\s’'-]{0,30}?\s(?:was|is|were|are)"
_STATED = re.compile(rf"\b(?:{_BY}|{_WAS})\s+(?!not\b)", re.I)
# "Not because of X", "the cause was not X", and behind a cause that is given ", not to X".
_DENIED = re.compile(
    rf"\b(?=not\s)(?P<not>)not\s+{_BY}\s+|\b{_WAS}\s+(?P<was>)not\s+|"
    rf"(?:\b{_BY}|\bdown\s+to)\s+[^.;:]{{1,60}}?(?:,|\band)\s+(?P<nor>)not\s+(?:to\s+|of\s+|by\s+)?",
    re.I,
)
_END = re.compile(r"[,;:.()]|\b(?:and|but|or|which|who|that|when|while|as|rather)\b", re.I)


class Cause(NamedTuple):
    """``span``: of the cause, with the "not" that denies it; ``stems``: of its words."""

    span: Span
    stems: frozenset[str]


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The causes that either text gives and the other denies."""
    pairs = [*few_pairs(_stated(draft), _denied(source)), *few_pairs(_denied(draft), _stated(source))]
    for left, right in pairs:
        if left.stems & right.stems:
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note, aspect="cause")


@read_once
def _stated(reading: TokenizedText) -> list[Cause]:
    return _causes(reading, _STATED)


@read_once
def _denied(reading: TokenizedText) -> list[Cause]:
    return _causes(reading, _DENIED)


def _causes(reading: TokenizedText, pattern: re.Pattern[str]) -> list[Cause]:
    causes = []
    for match in pattern.finditer(reading.text):
        end = _END.search(reading.text, match.end())
        tokens = reading.tokens_in(Span(match.end(), end.start() if end else len(reading.text)))
        content = [token for token in tokens if token.stem is not None][:_REACH]
        if content:
            begins = [start for start in map(match.start, match.groupdict()) if start >= 0]
            span = Span(begins[0] if begins else content[0].span.start, content[-1].span.end)
            causes.append(Cause(span, frozenset(token.stem for token in content if token.stem)))
    return causes
