"""Where two sentences about the same thing differ: in figures, dates, names, negation and direction.

Rules only, no model and no verdict: a difference is two spans to look at. A value without a clear counterpart in the
other text is ignored, since a false alarm costs more than a miss.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from index.differences import (
    alternatives,
    causes,
    changes,
    clock,
    comparisons,
    dates,
    denied_counts,
    labels,
    modifiers,
    names,
    numbers,
    offices,
    polarity,
    posts,
    ratios,
    roles,
    subjects,
    tables,
    totals,
    value_pairs,
)
from index.differences.alternatives import merged
from index.differences.figures import Figure, figures_in
from index.differences.matching import HasSpan, unmatched, without_overlap
from index.differences.negation import Negation, negations
from index.differences.series import without_series
from index.differences.tokens import TokenizedText, read_once, tokenized
from index.differences.types import Difference, DifferenceKind, Mention
from index.types import Span

__all__ = ["Difference", "DifferenceKind", "differences", "parse_statement"]


class ParsedStatement(NamedTuple):
    """What is read from one text, independent of the text that it is compared with."""

    reading: TokenizedText
    negations: Sequence[Negation]
    periods: Sequence[Mention[dates.Period]]
    figures: Sequence[Mention[Figure]]
    class_labels: Sequence[Mention[labels.ClassLabel]]
    times: Sequence[Mention[clock.Time]]
    ratios: Sequence[Mention[ratios.Ratio]]


def differences(draft: str, source: str) -> tuple[Difference, ...]:
    """The differences in order of the draft; empty if the texts are the same or one is empty.

    A figure, date or name that either text denies ("not in 1990") is compared with nothing, nor is one that only one of
    them tells of another thing than the one that holds ("instead of 1990").
    """
    left, right = parse_statement(draft), parse_statement(source)
    unknown = _unknown_names(left, right), _unknown_names(right, left)
    texts, figures = (left.reading, right.reading), (left.figures, right.figures)
    denied = _spans_apart(left, right), _spans_apart(right, left)
    is_of_two_dates = _are_of_two_dates(left, right)  # what was so in 1990 need not be so in 2001
    results = [
        *numbers.differing(
            *texts, (without_overlap(left.figures, denied[0]), without_overlap(right.figures, denied[1]))
        ),
        *dates.differing(*texts, (without_overlap(left.periods, denied[0]), without_overlap(right.periods, denied[1]))),
        *labels.differing(*texts, (left.class_labels, right.class_labels)),
        *names.differing(*texts, (without_overlap(unknown[0], denied[0]), without_overlap(unknown[1], denied[1]))),
        *names.spellings(*texts),
        *(() if is_of_two_dates else roles.differing(*texts)),
        *(() if is_of_two_dates else subjects.differing(*texts)),
        *posts.differing(*texts),
        *ratios.differing(*texts, (left.ratios, right.ratios)),
        *changes.differing(*texts, (left.figures, right.figures)),
        *clock.differing(*texts, (left.times, right.times)),
        *modifiers.differing(*texts),
        *(() if is_of_two_dates else comparisons.differing(*texts)),
        *totals.differing(*texts),
        *value_pairs.differing(*texts, ((*left.figures, *left.periods), (*right.figures, *right.periods))),
    ]
    results = _with_tables(dict.fromkeys(results), left, right)
    results += _opposites(left, right, unknown, results)
    results += [
        other
        for other in (
            *causes.differing(*texts),
            *(() if is_of_two_dates else denied_counts.differing(*texts, figures, (left.negations, right.negations))),
        )
        if not any(other.draft.meets(known.draft) or other.source.meets(known.source) for known in results)
    ]
    results = [result for result in results if not any(_is_part(result, other) for other in results)]
    results = [
        result for result in results if not offices.are_of_two_offices(texts[0], result.draft, texts[1], result.source)
    ]
    results += [
        rival
        for rival in offices.differing(*texts)
        if not any(rival.draft.meets(other.draft) or rival.source.meets(other.source) for other in results)
    ]
    results = without_series(results, texts, (left.figures, right.figures), (left.periods, right.periods))
    return tuple(sorted(results, key=lambda difference: (difference.draft, difference.source, difference.kind)))


def _opposites(
    left: ParsedStatement,
    right: ParsedStatement,
    unknown: tuple[Sequence[Mention[names.Name]], Sequence[Mention[names.Name]]],
    results: Sequence[Difference],
) -> list[Difference]:
    """The denied and the opposite predicates, but those that a comparison, a score or one of the ``results`` explains.
    ``unknown``: the names of each that the other lacks."""
    texts = left.reading, right.reading
    agreeing = [*comparisons.agreeing(*texts), *roles.agreeing(*texts)]
    certain = _predicate_negations(left, right, unknown[0]), _predicate_negations(right, left, unknown[1])
    scores = [{score.span for score in changes.scores(text)} for text in texts]  # "51 votes against 40" opposes nothing
    # "More" of "more than 400" belongs to the figure, "North" of "North Street" to the name.
    return [
        opposite
        for opposite in polarity.differing(*texts, certain, (left.negations, right.negations))
        if not (_in_figure(opposite.draft, left.figures) and _in_figure(opposite.source, right.figures))
        and not any(opposite.draft.within(span) for span in scores[0])
        and not any(opposite.source.within(span) for span in scores[1])
        and not any(opposite.draft.within(other.draft) and opposite.source.within(other.source) for other in results)
        and not any(opposite.draft.within(own) and opposite.source.within(other) for own, other in agreeing)
    ]


def _with_tables(results: Iterable[Difference], draft: ParsedStatement, source: ParsedStatement) -> list[Difference]:
    """The differences with those from the row of a table that the draft names, and without others in its figures."""
    reading = tables.read(draft.reading, draft.figures, source.reading.text)
    if reading is None:
        return list(results)
    settled = [*reading.agreed, *(difference.draft for difference in reading.differing)]
    others = (result for result in results if not any(result.draft.meets(span) for span in settled))
    return [*others, *reading.differing]


def _are_of_two_dates(left: ParsedStatement, right: ParsedStatement) -> bool:
    """Whether both state dates, and none of one fits one of the other."""
    apart = unmatched(left.periods, right.periods, dates.fit)
    return bool(right.periods and apart) and len(apart) == len(left.periods)


def _is_part(result: Difference, whole: Difference) -> bool:
    """Whether a difference lies within another of its kind, as a figure does in a change from one to another."""
    is_within = result.draft.within(whole.draft) and result.source.within(whole.source)
    return is_within and result.kind is whole.kind and result != whole


def parse_statement(text: str) -> ParsedStatement:
    """The text with its negations and values."""
    return _parsed(tokenized(text))


@read_once
def _parsed(reading: TokenizedText) -> ParsedStatement:
    periods = dates.dates(reading)
    scores = without_overlap(changes.scores(reading), [period.span for period in periods])
    times, pairs = clock.times(reading), ratios.ratios(reading)
    groups: tuple[Sequence[HasSpan], ...] = (periods, scores, times, pairs)
    others = tuple(sorted(found.span for group in groups for found in group))
    figures = figures_in(reading, others)
    return ParsedStatement(reading, negations(reading), periods, figures, labels.labels(reading), times, pairs)


def _unknown_names(statement: ParsedStatement, other: ParsedStatement) -> list[Mention[names.Name]]:
    """The names that the other text lacks, without those in labels, times ("EST") and figures ("40 degrees")."""
    unknown = names.unknown_names(statement.reading, other.reading)
    unlabelled = without_overlap(unknown, [label.span for label in statement.class_labels])
    timeless = without_overlap(unlabelled, [time.span for time in statement.times])
    return [name for name in timeless if not _in_figure(name.span, statement.figures)]


def _predicate_negations(
    statement: ParsedStatement, other: ParsedStatement, unknown: Sequence[Mention[names.Name]]
) -> list[Negation]:
    """Negations that reverse the predicate. "Not in 1990" does not, if the other text has another year, nor one that is
    limited to what the other text does not have ("not reviewed since")."""
    spans = [
        *(figure.span for figure in unmatched(statement.figures, other.figures, numbers.fit)),
        *(period.span for period in unmatched(statement.periods, other.periods, dates.fit)),
        *(name.span for name in unknown),
    ]
    may_count = [
        negation
        for negation in statement.negations
        if not negation.limit or negation.limit in other.reading.text.lower()
    ]
    return without_overlap(may_count, sorted(spans))


def _spans_apart(statement: ParsedStatement, other: ParsedStatement) -> list[Span]:
    """Where values stand that the text denies, or tells of an alternative. A limited denial has its limit there: "not
    open until 2010"."""
    denied = [negation.span for negation in statement.negations if not negation.limit]
    return merged(denied, alternatives.spans(statement.reading, other.reading))


def _in_figure(span: Span, figures: Sequence[Mention[Figure]]) -> bool:
    """Whether one of the figures, which are in order, contains the span."""
    index = bisect_right(figures, span.start, key=lambda figure: figure.span.start) - 1
    return index >= 0 and span.within(figures[index].span)
