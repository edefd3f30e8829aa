"""Whether a passage that differs from a sentence is of the same event: without that no sources disagree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.differences import ParsedStatement, dates, parse_statement
from index.differences.matching import unmatched
from index.differences.names import names, unknown_names
from index.differences.tokens import tokenized
from index.types import Span

_MOST = 0.5  # share of a sentence's other names that a passage of the same event has (a guess)


class Compared(NamedTuple):
    """``text``: what was compared with the sentence; ``around``: the passage with its title and heading."""

    text: str
    around: str


def is_same_event(sentence: str, apart: Sequence[Span], differing: Compared, agreeing: Sequence[Compared]) -> bool:
    """Whether a sentence and a passage that differs from it in the spans ``apart`` are of the same thing or event: the
    passage has most of the other names of the sentence, or, where there are none, a name of a passage that agrees, if
    both name something; and no dates of both exclude each other."""
    statement = parse_statement(sentence)
    own = parse_statement(differing.text)
    if _are_of_other_dates(statement, own, apart):
        return False
    wanted = [name for name in names(statement.reading) if not any(name.span.meets(span) for span in apart)]
    if wanted:
        lacking = {name.span for name in unknown_names(statement.reading, tokenized(differing.around))}
        return sum(name.span not in lacking for name in wanted) >= _MOST * len(wanted)
    if not names(own.reading):
        return True
    others = [parse_statement(other.text) for other in agreeing]
    named = [other for other in others if names(other.reading)]
    return not named or any(_share_name(own, other) for other in named)


def _are_of_other_dates(statement: ParsedStatement, own: ParsedStatement, apart: Sequence[Span]) -> bool:
    """Whether both state dates that are not what differs, and none of one fits one of the other."""
    stated = [period for period in statement.periods if not any(period.span.meets(span) for span in apart)]
    return bool(stated and own.periods) and len(unmatched(stated, own.periods, dates.fit)) == len(stated)


def _share_name(left: ParsedStatement, right: ParsedStatement) -> bool:
    return len(unknown_names(left.reading, right.reading)) < len(names(left.reading))
