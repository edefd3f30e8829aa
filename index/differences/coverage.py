"""Whether a text has what another says, wherever it stands there: its figures, dates and names, or one denial."""

from __future__ import annotations

from collections.abc import Sequence

from index.differences import ParsedStatement, dates, names, numbers, parse_statement
from index.differences.matching import AT_LEAST, by_words, outside, unmatched
from index.differences.negation import head
from index.differences.numerals import numerals
from index.differences.reading import Reading
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span

_WHERE = frozenset(["in", "by"])  # "at" and "from" are read as "in"


def missing(draft: str, texts: Sequence[str]) -> tuple[Span, ...]:
    """The figures and dates of a sentence, and the names that say where or by whom, that none of the texts has in any
    form, in order; a compatible value is there. "First" is none of them: it mostly orders what is told."""
    mine = parse_statement(draft)
    if not (mine.figures or mine.days or any(one.value.led in _WHERE for one in names.names(mine.reading))):
        return ()
    found: list[Span] = []
    for number, other in enumerate(map(parse_statement, texts)):
        gone = _missing(mine, other, mentioned=False)
        found = [one for one in found if any(one.meets(span) for span in gone)] if number else gone
        if not found:
            break
    return tuple(sorted(found))


def _missing(mine: ParsedStatement, other: ParsedStatement, *, mentioned: bool) -> list[Span]:
    """``mentioned``: with all names, and what is first."""
    days = [one.span for one in unmatched(mine.days, other.days, dates.fit) if not _stands(mine, one.span, other)]
    figures = [one for one in mine.figures if mentioned or not _orders(mine, one)]
    called = [one for one in names.missing(mine.reading, other.reading) if mentioned or one.value.led in _WHERE]
    lost = [one.span for one in figures if not _has(one, mine.reading, other)]
    return [*lost, *days, *(one.span for one in called)]


def _orders(mine: ParsedStatement, one: Mention[numbers.Figure]) -> bool:
    """Whether it is a rank in words."""
    return one.value.dimension == "rank" and not any(map(str.isdigit, mine.reading.text[slice(*one.span)]))


def _stands(mine: ParsedStatement, span: Span, other: ParsedStatement) -> bool:
    """Whether a date of a single word, as a year is, stands there as it is written."""
    word = mine.reading.text[slice(*span)].casefold()
    return word in other.reading.words


def _has(one: Mention[numbers.Figure], mine: Reading, other: ParsedStatement) -> bool:
    """Whether an equal or compatible figure is there, or the same number of another thing. A range or a bound is
    compatible with too much to count for another thing."""
    for two in other.figures:
        how = numbers.fit(one.value, two.value)
        if how is Fit.EQUAL or (how is Fit.COMPATIBLE and (_near(one, two) or _is_exact(one, two))):
            return True
    written = {found.value for found in numerals(mine.text[slice(*one.span)])}
    same = [two.span for two in other.figures if two.value.dimension == one.value.dimension]
    return written <= {found.value for found in outside(list(numerals(other.reading.text)), same)}


def _is_exact(*figures: Mention[numbers.Figure]) -> bool:
    return all(one.value.low == one.value.high for one in figures)


def _near(one: Mention[numbers.Figure], two: Mention[numbers.Figure]) -> bool:
    return by_words(one, two) >= AT_LEAST


def agrees(draft: str, one: Difference, other: str) -> bool:
    """Whether another text has what the draft says where it differs from a source: the same value, or the same word as
    much denied."""
    mine, its = parse_statement(draft), parse_statement(other)
    if one.kind is DifferenceKind.NEGATION:
        return _as_denied(mine, its, one.draft)
    return bool(its.reading.tokens) and not any(one.draft.meets(span) for span in _missing(mine, its, mentioned=True))


def _as_denied(mine: ParsedStatement, other: ParsedStatement, span: Span) -> bool:
    """Whether a cue of the draft denies the same word there, or its word stands there undenied."""
    cue = next((denied for denied in mine.negations if mine.reading.tokens[denied.cue].span.meets(span)), None)
    if cue is not None:
        word = mine.reading.tokens[head(mine.reading, cue)].stem
        return any(other.reading.tokens[head(other.reading, one)].stem == word for one in other.negations)
    first = mine.reading.tokens[mine.reading.first_at(span.start)]
    far = {place for denied in other.negations for place in denied.far}
    return any(
        token.word == first.word or (token.stem is not None and token.stem == first.stem)
        for place, token in enumerate(other.reading.tokens)
        if place not in far
    )
