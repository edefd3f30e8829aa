"""Values of a kind of which each of two partner sentences has one: the price in both, the weekday in both, the rank in
both. Nothing else in the other sentence can be what the value is to be held against."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.compare.alike import with_alike
from index.differences import Difference, DifferenceKind, ParsedStatement, dates, names, numbers, parse_statement
from index.differences.figures import Figure
from index.differences.names import Name
from index.differences.tokens import TokenizedText
from index.differences.types import Fit, Mention
from index.text import units
from index.text.lexicon import WEEKDAYS
from index.types import Span

MIN_COMMON = 3
"""Content words that two sentences must have in common (a guess)."""

MIN_COVERED = 0.8
"""Share of the content words of one sentence, without the weekdays, that the other must have (a guess)."""

MAX_NEAR = 3
"""Content words from an amount within which both must have a word in common (a guess)."""

_DIMENSIONS = units.CURRENCIES | units.MEASURES | {"rank"}


def differing(left: str, right: str, *, close: bool) -> Iterator[Difference]:
    """The amounts and measures of ``close`` sentences, the places behind one word, and the weekdays of sentences of
    which one has nearly all words of the other, where each has one, and they exclude each other."""
    statements = parse_statement(left), parse_statement(right)
    if close and _common(*statements) >= MIN_COMMON and not _differ_in_date(*statements):
        for first, second in _amounts(*statements):
            yield _difference(DifferenceKind.NUMBER, statements, first.span, second.span)
    for first_place, second_place in _places(*statements):
        yield _difference(DifferenceKind.NAME, statements, first_place.span, second_place.span)
    days = [[token for token in side.reading.tokens if token.word in WEEKDAYS] for side in statements]
    if len(days[0]) == len(days[1]) == 1 and days[0][0].word != days[1][0].word and _is_covered(*statements):
        yield _difference(DifferenceKind.DATE, statements, days[0][0].span, days[1][0].span)


def _amounts(left: ParsedStatement, right: ParsedStatement) -> Iterator[tuple[Mention[Figure], Mention[Figure]]]:
    """The only figures of a dimension, that contradict each other; two ranks of one noun."""
    for dimension in _DIMENSIONS:
        sides = [_of(statement.figures, dimension) for statement in (left, right)]
        if len(sides[0]) == len(sides[1]) == 1:
            first, second = sides[0][0], sides[1][0]
            is_one_role = first.value.noun == second.value.noun and _share_neighbour(first, second)
            if is_one_role and numbers.fit(first.value, second.value) is Fit.CONTRADICTING:
                yield first, second


def _places(left: ParsedStatement, right: ParsedStatement) -> Iterator[tuple[Mention[Name], Mention[Name]]]:
    """The places, one in each, that stand with "in" behind one word: "headquarters in Linz", "headquarters in Graz"."""
    sides = [[name for name in names.names(side.reading) if name.value.preposition == "in"] for side in (left, right)]
    if len(sides[0]) == len(sides[1]) == 1 and _common(left, right) >= MIN_COMMON:
        first, second = sides[0][0], sides[1][0]
        is_known = second.value.words[-1] in left.reading.words or first.value.words[-1] in right.reading.words
        texts = left.reading, right.reading
        name_others = any(len(names.unknown_names(*pair)) > 1 for pair in (texts, texts[::-1]))
        are_places = bool(first.value.path and second.value.path) and not is_known and not name_others
        is_one_role = first.value.before == second.value.before != ""
        if are_places and is_one_role and names.fit(first.value, second.value) is Fit.CONTRADICTING:
            yield first, second


def _share_neighbour(left: Mention[Figure], right: Mention[Figure]) -> bool:
    near = [{stem for stem, distance in side.context.items() if distance <= MAX_NEAR} for side in (left, right)]
    return not with_alike(frozenset(near[0])).isdisjoint(near[1])


def _of(figures: Sequence[Mention[Figure]], dimension: str) -> list[Mention[Figure]]:
    return [figure for figure in figures if figure.value.dimension == dimension]


def _common(left: ParsedStatement, right: ParsedStatement) -> int:
    return len(with_alike(left.reading.stems) & right.reading.stems)


def _differ_in_date(left: ParsedStatement, right: ParsedStatement) -> bool:
    """Whether the sentences tell of two dates."""
    return any(
        dates.fit(first.value, second.value) is Fit.CONTRADICTING for first in left.periods for second in right.periods
    )


def _is_covered(left: ParsedStatement, right: ParsedStatement) -> bool:
    return max(_covered(left.reading, right.reading), _covered(right.reading, left.reading)) >= MIN_COVERED


def _covered(text: TokenizedText, other: TokenizedText) -> float:
    """The share of a text's content words, without weekdays, that the other has; 0 where they are few."""
    stems = text.stems - {token.stem for token in text.tokens if token.word in WEEKDAYS}
    common = stems & with_alike(other.stems)
    return len(common) / len(stems) if len(common) >= MIN_COMMON else 0.0


def _difference(kind: DifferenceKind, sides: Sequence[ParsedStatement], left: Span, right: Span) -> Difference:
    note = f"{sides[0].reading.text[slice(*left)]} against {sides[1].reading.text[slice(*right)]}"
    return Difference(kind, left, right, note)
