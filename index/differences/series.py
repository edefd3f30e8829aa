"""Two sentences of one series speak of two things: "20,000 in 2019" and "24,000 in 2023" do not contradict each other,
nor do the parts of one whole."""

from __future__ import annotations

from collections.abc import Sequence
from math import isclose

from index.differences.dates import Period
from index.differences.figures import Figure
from index.differences.matching import unmatched
from index.differences.numbers import fit
from index.differences.tokens import TokenizedText, one_covers_other
from index.differences.types import Difference, DifferenceKind, Mention
from index.types import Span

_WHOLE_TOLERANCE = 0.02  # by which two rounded shares of one whole may miss it (a guess)

_PART_REACH = 3  # content words from a share among which stands what is told of it (a guess)
_VERB_REACH = 4  # words before a figure that its verb may be among (a guess)
_STATES = frozenset(
    (  # noqa: SIM905
        "is are was were has have had stands stood totals totalled totaled numbers numbered amounts amounted reaches "
        "reached averages averaged records recorded reports reported counts counted employs employed produces produced "
        "sells sold earns earned spends spent serves served carries carried rose risen fell fallen grew grown dropped "
        "declined increased decreased climbed shrank hit ran runs operated operates"
    ).split()
)
_BEFORE_FIGURE = frozenset(
    "a an the at to by about around only just over under nearly almost some more less than up".split()  # noqa: SIM905
)
_REFERENCES = frozenset(
    f"label {word}"
    for word in "chapter table figure section page appendix annex part paragraph footnote item episode".split()  # noqa: SIM905
)

Figures = tuple[Sequence[Mention[Figure]], Sequence[Mention[Figure]]]
Periods = tuple[Sequence[Mention[Period]], Sequence[Mention[Period]]]


def without_series(
    results: Sequence[Difference], texts: tuple[TokenizedText, TokenizedText], figures: Figures, periods: Periods
) -> list[Difference]:
    """The differences without those that only tell two entries of a series apart, and without a share and the denial of
    its complement ("one in ten relapsed", "nine in ten did not") or what it leaves ("four fifths are lost", "a fifth
    survives"). ``figures`` and ``periods``: those of both texts."""
    counted = [result for result in results if not result.compatible]
    figure_of = [{mention.span: mention.value for mention in side} for side in figures]
    indices = [result for result in counted if _is_index(result, figure_of, periods)]
    measures = [result for result in counted if result.kind is DifferenceKind.NUMBER and result not in indices]
    years = [index for index in indices if index.kind is DifferenceKind.DATE]
    ranks = [index for index in indices if index not in years]
    states = [result for result in measures if all(map(_is_state, texts, (result.draft, result.source)))]
    dropped = [*years, *states] if years and states else []
    dropped += [*ranks, *measures] if ranks and _other_values(figures) else []
    if not one_covers_other(*texts):
        dropped += [result for result in measures if _is_reference(result, figure_of)]
    denials = [result for result in counted if result.kind is DifferenceKind.NEGATION]
    if len(denials) == len(measures) == 1 and _are_parts(measures[0], figure_of):
        dropped += [*denials, *measures]
    dropped += [result for result in measures if _are_parts(result, figure_of) and _of_two_acts(texts, result)]
    return [result for result in results if result not in dropped]


def _of_two_acts(texts: tuple[TokenizedText, TokenizedText], result: Difference) -> bool:
    """Whether each of two shares has a word beside it that the other text has not, so that one may be what the other
    leaves: "four fifths are lost", "a fifth survives"."""
    left, right = (
        {stem for stem, distance in text.context(span).items() if distance <= _PART_REACH}
        for text, span in zip(texts, (result.draft, result.source), strict=True)
    )
    return not left <= texts[1].stems and not right <= texts[0].stems


def _is_state(text: TokenizedText, figure: Span) -> bool:
    """Whether a figure tells a state that each year has anew ("had 20,000", "was 5 %", "sales reached 30 million"), and
    not an event of one year."""
    last = text.first_token(figure.start)
    before = [
        token.word for token in text.tokens[max(0, last - _VERB_REACH) : last] if token.word not in _BEFORE_FIGURE
    ]
    return bool(before) and before[-1] in _STATES


def _other_values(figures: Figures) -> bool:
    """Whether each text has a figure of one dimension, no rank, that the other lacks."""
    lacking = unmatched(figures[0], figures[1], fit), unmatched(figures[1], figures[0], fit)
    dimensions = [{mention.value.dimension for mention in side} - {"rank"} for side in lacking]
    return bool(dimensions[0] & dimensions[1])


def _is_index(result: Difference, figure_of: Sequence[dict[Span, Figure]], periods: Periods) -> bool:
    """Whether what differs is the place in a series: a rank, or a whole year."""
    if result.kind is DifferenceKind.DATE:
        return all(
            any(mention.span == span and _is_year(mention.value) for mention in side)
            for span, side in zip((result.draft, result.source), periods, strict=True)
        )
    values = figure_of[0].get(result.draft), figure_of[1].get(result.source)
    return all(value is not None and value.dimension == "rank" for value in values)


def _is_reference(result: Difference, figure_of: Sequence[dict[Span, Figure]]) -> bool:
    """Whether what differs is the number of a part of a document, such as a chapter or a table."""
    figure = figure_of[0].get(result.draft)
    return figure is not None and figure.dimension in _REFERENCES


def _is_year(period: Period) -> bool:
    return period.first.year == period.last.year and (period.first[1:], period.last[1:]) == ((1, 1), (12, 31))


def _are_parts(result: Difference, figure_of: Sequence[dict[Span, Figure]]) -> bool:
    """Whether two shares make one whole."""
    left, right = figure_of[0].get(result.draft), figure_of[1].get(result.source)
    if left is None or right is None or not left.dimension == right.dimension == "share":
        return False
    for point, spread in ((left, right), (right, left)):  # "four fifths" is what "16 to 20 %" leave
        if point.low == point.high and not spread.bound:
            return 1 - spread.high - _WHOLE_TOLERANCE <= point.low <= 1 - spread.low + _WHOLE_TOLERANCE
    # "More than half did not" is "less than half did": the bounds are those of one whole too.
    return all(
        isclose(end, 1 - other, abs_tol=_WHOLE_TOLERANCE)
        for end, other in ((left.low, right.high), (left.high, right.low))
    )
