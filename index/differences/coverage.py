"""Whether a text has the figures, dates and names of a sentence, or its negation, anywhere and in any form."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from index.differences import (
    ParsedStatement,
    arguments,
    changes,
    comparisons,
    dates,
    labels,
    names,
    numbers,
    parse_statement,
    posts,
    ratios,
    roles,
)
from index.differences.figures import Figure
from index.differences.matching import CLOSE_SAME_ROLE, context_nearness, unmatched, without_overlap
from index.differences.negation import denied, head
from index.differences.occupations import WORKPLACES, trade
from index.differences.tokens import TokenizedText
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text import units
from index.text.numerals import numerals
from index.types import Span


def missing_spans(draft: str, texts: Sequence[str]) -> tuple[Span, ...]:
    """The spans of the draft's figures, dates, names, labels and trades that no text has in any form; in order. A
    compatible value counts as present. "First" is ignored: it mostly only orders the account."""
    statement = parse_statement(draft)
    missing_everywhere: list[Span] = []
    others = [parse_statement(text) for text in texts]
    for number, text in enumerate(others):
        missing_here = _missing_spans(statement, text, complete=False)
        missing_everywhere = (
            [span for span in missing_everywhere if any(span.meets(other) for other in missing_here)]
            if number
            else missing_here
        )
        if not missing_everywhere:
            break
    of_others = _missing_passing(statement, others)
    of_others += posts.missing(statement.reading, [other.reading for other in others])
    missing_everywhere += [span for span in of_others if not any(span.meets(known) for known in missing_everywhere)]
    return tuple(sorted(missing_everywhere))


def _missing_passing(draft: ParsedStatement, texts: Sequence[ParsedStatement]) -> list[Span]:
    """The verbs by which the draft has something pass from one name to another ("sold … to"), where no text has a verb
    of giving or getting."""
    passing = [found for found in arguments.ends(draft.reading) if found.verb[0] == arguments.PASSES and found.names]
    if not passing or any(text.reading.stems & arguments.PASSING for text in texts):
        return []
    spans = [token.span for token in draft.reading.tokens if token.stem in arguments.PASSING]
    return [span for span in spans if any(span.within(found.span) for found in passing)]


def _missing_spans(draft: ParsedStatement, text: ParsedStatement, *, complete: bool) -> list[Span]:
    """The spans of the draft's values that the text lacks. ``complete``: also "first"."""
    periods = [
        period.span
        for period in unmatched(draft.periods, text.periods, dates.fit)
        if not _is_written_in(draft, period.span, text)
    ]
    periods += [
        period.span for period in draft.periods if _lacks_year(period.value, text) and period.span not in periods
    ]
    figures = [figure for figure in draft.figures if complete or not _is_first(draft, figure)]
    spans = [figure.span for figure in figures if not _is_covered(figure, draft.reading, text)]
    spans += periods
    spans += [ratio.span for ratio in unmatched(draft.ratios, text.ratios, ratios.fit)]
    spans += [label.span for label in unmatched(draft.class_labels, text.class_labels, labels.fit)]
    in_values = sorted(value.span for values in (draft.figures, draft.times, draft.class_labels) for value in values)
    unknown = without_overlap(names.missing(draft.reading, text.reading), in_values)  # "EUR" of a price is no name
    for candidates in ([name.span for name in unknown], _missing_trades(draft, text)):
        spans += [span for span in candidates if not any(span.meets(other) for other in spans)]
    return spans


def _is_first(draft: ParsedStatement, figure: Mention[Figure]) -> bool:
    return figure.value.dimension == "rank" and draft.reading.text[slice(*figure.span)].lower() == "first"


def _missing_trades(draft: ParsedStatement, text: ParsedStatement) -> list[Span]:
    """The words for somebody's trade, and those for a rank before them, of which the text has no form, told by their
    beginning."""
    tokens = draft.reading.tokens
    trades = [(token, start) for token in tokens if (start := trade(token.word))]
    words = text.reading.words - WORKPLACES
    ranks = [
        before.span
        for before, token in pairwise(tokens)
        if before.word in posts.RANKS and trade(token.word) and before.word not in words
        if draft.reading.text[before.span.end : token.span.start] in (" ", "-")
    ]
    return [*ranks, *(token.span for token, start in trades if not any(word.startswith(start) for word in words))]


def _lacks_year(period: dates.Period, text: ParsedStatement) -> bool:
    """Whether a text has the day or month of a date, but no date of its year."""
    year, others = period.first.year, [other.value for other in text.periods]
    if not year or year != period.last.year or any(other.first.year <= year <= other.last.year for other in others):
        return False
    return any(dates.fit(period, other) in (Fit.EQUAL, Fit.COMPATIBLE) for other in others)


def _is_written_in(draft: ParsedStatement, span: Span, text: ParsedStatement) -> bool:
    """Whether a date of a single word, such as a year, is in the text as it is written in the draft."""
    word = draft.reading.text[slice(*span)].casefold()
    return word in text.reading.words


def _is_covered(figure: Mention[Figure], draft: TokenizedText, text: ParsedStatement) -> bool:
    """Whether the text has an equal or compatible figure, or the same number of another thing. A range or a bound is
    compatible with many values, so it counts only if it plays the same role."""
    for candidate in text.figures:
        result = numbers.fit(figure.value, candidate.value)
        if result is Fit.EQUAL or (
            result is Fit.COMPATIBLE and (_same_role(figure, candidate) or _are_exact(figure, candidate))
        ):
            return True
    if any(token.word == "half" and token.word in text.reading.words for token in draft.tokens_in(figure.span)):
        return True  # "half received a dose", which is no figure
    written = list(numerals(draft.text[slice(*figure.span)]))
    dimension = figure.value.dimension
    barred = units.MEASURES | {dimension} if dimension in units.MEASURES else {dimension}
    measured = [candidate.span for candidate in text.figures if candidate.value.dimension in barred]
    others = without_overlap(list(numerals(text.reading.text)), measured)
    values = {value for numeral in others for value in numeral.values}
    return all(values.intersection(numeral.values) for numeral in written)


def _are_exact(*figures: Mention[Figure]) -> bool:
    return all(figure.value.low == figure.value.high for figure in figures)


def _same_role(left: Mention[Figure], right: Mention[Figure]) -> bool:
    return context_nearness(left, right) >= CLOSE_SAME_ROLE


def confirms(draft: str, difference: Difference, text: str) -> bool:
    """Whether another text confirms the draft where the draft differs from a source: it has the same value or, for a
    negation, the same word, denied or not as in the draft, or who did what to whom."""
    statement, other = parse_statement(draft), parse_statement(text)
    compared = comparisons.confirms(statement.reading, difference.draft, other.reading)
    if compared is not None:
        return compared
    if difference.kind is DifferenceKind.NEGATION:
        return _has_same_polarity(statement, other, difference.draft)
    if difference.kind is DifferenceKind.DATE:
        return _states_date(statement, difference.draft, other)
    for confirmed in (
        roles.confirms(statement.reading, difference.draft, other.reading),
        changes.confirms(difference.draft, (statement.reading, other.reading), (statement.figures, other.figures)),
    ):
        if confirmed is not None:
            return confirmed
    return bool(other.reading.tokens) and not any(
        difference.draft.meets(span) for span in _missing_spans(statement, other, complete=True)
    )


def _states_date(draft: ParsedStatement, span: Span, text: ParsedStatement) -> bool:
    """Whether a text has each date of the draft in this span, as exactly: a month states no day in it."""
    return all(
        any(
            dates.fit(period.value, other.value) is Fit.EQUAL and dates.days(other.value) <= dates.days(period.value)
            for other in text.periods
        )
        or _is_written_in(draft, period.span, text)
        for period in draft.periods
        if period.span.meets(span)
    )


def _has_same_polarity(draft: ParsedStatement, text: ParsedStatement, span: Span) -> bool:
    """If the span is a cue, whether the text denies the same word; else whether the text has its word undenied."""
    cue = next((negation for negation in draft.negations if draft.reading.tokens[negation.cue].span.meets(span)), None)
    if cue is not None:
        stem = draft.reading.tokens[head(draft.reading, cue)].stem
        return any(
            text.reading.tokens[index].stem == stem
            for negation in text.negations
            for index in denied(text.reading, negation)
        )
    first = draft.reading.tokens[draft.reading.first_token(span.start)]
    uncertain = {index for negation in text.negations for index in negation.wide_scope}
    return any(
        token.word == first.word or (token.stem is not None and token.stem == first.stem)
        for index, token in enumerate(text.reading.tokens)
        if index not in uncertain
    )
