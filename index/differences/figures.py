"""Figures of a text: counts, shares, measures, money and ranks, with their unit, range and hedge."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import inf, isinf

from index.differences.matching import (
    without_overlap,
)
from index.differences.tokens import TokenizedText
from index.differences.types import Mention
from index.text import units
from index.text.lexicon import NUMBER_WORDS, TENS
from index.text.numerals import Numeral, numerals
from index.types import Span

ROUNDED = 0.03  # share of the value by which rounding may change a figure (a guess)
SEVERAL = (2, 12)  # multiples that "several hundred" and the like stand for (a guess)

_ABOUT = (
    r"about|around|approximately|approx\.?|roughly|nearly|almost|some|circa|ca\.?|close to|an estimated|just under|"
    r"just over|(?<!~)~|≈"
)
_LEAST = (
    "at least|more than|over|above|no fewer than|no less than|not less than|minimum of|exceeding|upwards of|"
    "greater than|>=|>|≥"
)
_MOST = "at most|up to|less than|fewer than|under|below|no more than|not more than|maximum of|as many as|<=|<|≤"
_LEAST = (
    rf"{_LEAST}|(?:longer|higher|taller|wider|deeper|thicker|heavier|larger|bigger|greater|older|faster|farther)\s+than"
)
_MOST = rf"{_MOST}|(?:shorter|lower|narrower|thinner|lighter|smaller|younger|slower|nearer|earlier)\s+than"
_DENIED = re.compile(
    r"(?:(?:\b(?:not|never|cannot|nobody|no\s+one|none)|n['’]t)\s+(?:(?!but\b)[\w’'-]+\s+){0,5}|\bno\s+)$", re.I
)
_THAN = re.compile(r"\bthan\b", re.I)
_DENIED_LENGTH = 60  # characters before a bound that are searched for what denies it (a guess)
_HEDGE = re.compile(rf"(?<![\w])(?:(?P<about>{_ABOUT})|(?P<least>{_LEAST})|(?P<most>{_MOST}))\s*(?:an?\s+)?$", re.I)
_CUE_LENGTH = 24  # characters before a figure that are searched for a cue (a guess)
_MORE = re.compile(
    r"[\s-]+(?:more|less|fewer|lower|higher|longer|shorter|greater|larger|smaller|better|worse|faster|slower|"
    r"older|younger|others?|further|additional|increase|decrease|reduction|rise|fall|drop|decline|difference|growth|gain|loss|improvement)\b"
)
# "In two decades fewer than fifteen": the bound of another figure.
_BOUND_BEHIND = re.compile(rf"\s+(?:more|less|fewer)\s+than\s+(?:\d|(?:{'|'.join((*NUMBER_WORDS, *TENS))})\b)", re.I)
CHANGE_VERBS = (
    r"\b(?:rose|risen|rises?|rising|fell|fallen|falls?|falling|grew|grown|grows?|growing|dropp?(?:ed|s|ing)?|"
    r"declin(?:ed?|es|ing)|increas(?:ed?|es|ing)|decreas(?:ed?|es|ing)|reduc(?:ed?|es|ing|tion)|improved?|"
    r"jump(?:ed|s|ing)?|surg(?:ed?|es|ing)|soar(?:ed|s|ing)?|plung(?:ed?|es|ing)|slump(?:ed|s|ing)?|shr[aiu]nk(?:s|ing)?|"
    r"(?:go(?:es|ing|ne)?|went)\s(?:up|down)|(?:up|down)(?=\sby\b)|(?:de|in)crease of|rise of)\s+"
)
_CHANGED = re.compile(rf"{CHANGE_VERBS}(?:by\s+)?$", re.I)


_EVERY = re.compile(r"\b(?:every|each)\s+$", re.I)
_CITED, _CLOSED = re.compile(r"\[[\d,;\s–-]*\Z"), re.compile(r"[\d,;\s–-]{0,24}\]")
_INTERVAL = re.compile(r"\s*(?:%|percent|per cent)?[\s-]*(?:confidence|credible|CI\b)", re.I)
_OR = re.compile(
    r"\s+(?:or|and)\s+(?:(?P<least>more|over|older|above|higher)|(?P<most>fewer|less|under|younger|below))\b"
)
_RANGE = re.compile(r"\s*(?:-|–|—|‒|\bto\b|\band\b)\s*$")
_SPREAD = re.compile(r"\s*(?:[±∓]|\+\s?/?\s?[-−–])\s*$")
_BETWEEN = re.compile(r"\bbetween\s+[^\w\s]?$", re.I)
_FROM = re.compile(r"\bfrom\s+[^\w\s]?$", re.I)
_OUT_OF = re.compile(r"\s+(?:(?:in|out\s+of)\s+(?:every\s+)?|of\s+every\s+|of\s+(?=$))$", re.I)
# "One patient in eight has": no noun of its own stands behind the second number.
_ONE_IN = re.compile(r"\s+[a-z]+\s+(?:in|out\s+of)\s+(?:every\s+)?", re.I)
_ALONE = re.compile(r"\s*(?:$|[.,;:!?)])|\s+(?:has|have|had|is|are|was|were|will|may|can|could|did|do|does|said|who)\b")
_SPACE = re.compile(r"[\s-]*")
_LABEL = re.compile(r"(?<![\w])(?P<word>[A-Z][a-z]+|phase|grade|stage|type|level|season|episode|version|step|part)\s$")
_OPENERS = frozenset(
    (  # noqa: SIM905
        "a about after all an and are around as at before between but by during for from had has have he her "
        "his i if in into is it its of on only or over she since some than that the their there they this "
        "through to under until up was were when with nearly almost roughly approximately"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A value or range from ``low`` to ``high`` in the base unit of ``dimension``; "at least" makes ``high`` infinite,
    "up to" ``low``.

    ``slack``: how far rounding may change the value, in the base unit. ``approximate``: it is hedged by "about".
    ``noun``: the stem of what is counted, where there is no unit. ``end_slacks``: the slack of each end, for a range
    that states both ends and hedges neither. ``other``: the figure by another reading of its digits.
    ``is_vague``: of "dozens" and the like.
    """

    low: float
    high: float
    dimension: str
    slack: float = 0.0
    approximate: bool = False
    noun: str | None = None
    end_slacks: tuple[float, float] | None = None
    other: Figure | None = None
    is_vague: bool = False

    @property
    def readings(self) -> tuple[Figure, ...]:
        """The figure, and by another reading of its digits."""
        return (self, self.other) if self.other else (self,)

    @property
    def bound(self) -> int:
        """1: a lower bound, -1: an upper bound, 0: neither."""
        return int(isinf(self.high)) - int(isinf(self.low))

    @property
    def size(self) -> float:
        """The largest absolute value of its finite ends."""
        return max(abs(end) for end in (self.low, self.high) if not isinf(end))


Figures = Sequence[Mention[Figure]]


@lru_cache(maxsize=4096)
def figures_in(reading: TokenizedText, without: tuple[Span, ...] = ()) -> Figures:
    """The figures of a text, in order. Numerals that meet a span of ``without``, which is in order, are ignored.
    Cached, as a sentence is compared with many."""
    text = reading.text
    candidates = [
        numeral for numeral in without_overlap(numerals(text), without) if not _is_citation_or_level(text, numeral.span)
    ]
    mentions: list[Mention[Figure]] = []
    index = 0
    while index < len(candidates):
        figure, span, used = _figure(text, candidates, index)
        index += used
        if text[slice(*span)].lower() == "one" or (mentions and _restates(text, mentions[-1], figure, span)):
            continue
        noun = _noun(reading, span) if figure.dimension in ("count", "rank") else None
        mentions.append(Mention(span, replace(figure, noun=noun), reading.context(span)))
    return mentions


def _is_citation_or_level(text: str, span: Span) -> bool:
    """Whether it is the number of a reference in square brackets, or the level of a confidence interval."""
    cited = _CITED.search(text[max(0, span.start - _CUE_LENGTH) : span.start]) and _CLOSED.match(text, span.end)
    return bool(cited or _INTERVAL.match(text, span.end))


def _restates(text: str, before: Mention[Figure], figure: Figure, span: Span) -> bool:
    """Whether a figure in brackets gives the one before in another unit, or its spread: "2 °C (3.6 °F)"."""
    opened = text[before.span.end : span.start].strip() == "("
    return opened and text[span.end : span.end + 1] in (")", ",", ";") and before.value.dimension == figure.dimension


def _figure(text: str, candidates: Sequence[Numeral], index: int) -> tuple[Figure, Span, int]:
    """The figure that starts with the numeral at ``index``, its span, and how many numerals it takes: 2 for a range and
    for "3 in 10"."""
    first = candidates[index]
    figure, span = _single(text, first, _unit(text, first))
    if index + 1 == len(candidates) or not first.style == candidates[index + 1].style == "cardinal":
        return figure, span, 1
    second = candidates[index + 1]
    gap = text[span.end : second.span.start]
    if len(gap) <= 8 and _SPREAD.fullmatch(gap) and figure.dimension == "count":
        # The unit after the spread is that of both: "4.2 ± 0.3 mg".
        return *_single(text, first, (_unit(text, second)[0], *first.span)), 1
    is_share = len(gap) <= 16 and _OUT_OF.fullmatch(gap)
    is_share = is_share or (len(gap) <= 24 and _ONE_IN.fullmatch(gap) and _ALONE.match(text, second.span.end))
    if is_share and 0 < first.value < second.value <= 1000:
        share = first.value / second.value
        return *_hedged(text, Figure(share, share, "share"), Span(first.span.start, second.span.end)), 2
    if len(gap) <= 8 and _RANGE.fullmatch(gap) and (start := _range_start(text, span.start, gap)) is not None:
        return _range(text, first, second, start) or (figure, span, 1)
    return figure, span, 1


def _range(text: str, first: Numeral, second: Numeral, range_start: int) -> tuple[Figure, Span, int] | None:
    """The two ends as one figure; None where they cannot be one range. A unit or scale at one end counts for both:
    "$10-20 million", "10-20 kg"."""
    if first.scale == 1 and first.value * second.scale < second.value:
        first = first._replace(value=first.value * second.scale, grain=first.grain * second.scale, scale=second.scale)
    (unit, start, _), (second_unit, _, end) = _unit(text, first), _unit(text, second)
    unit = second_unit if unit.dimension == "count" else unit
    if second_unit.dimension not in (unit.dimension, "count"):
        return None
    if second.value < first.value < 0:  # "-20 to -80 °C"
        first, second = second, first
    low, high = _converted(first.value, unit), _converted(second.value, unit)
    if low >= high:
        return None
    slacks = _rounding_slack(first, unit, low), _rounding_slack(second, unit, high)
    figure = Figure(low, high, unit.dimension, slacks[1], end_slacks=slacks)
    if first.other is not None or second.other is not None:
        figure = replace(figure, other=_other_range(figure, first, second, unit))
    figure, span = _hedged(text, figure, Span(start, end))
    return figure, Span(min(range_start, span.start), span.end), 2


def _other_range(figure: Figure, first: Numeral, second: Numeral, unit: units.Unit) -> Figure | None:
    """A range by the other reading of its ends; None where that is no range."""
    ends = [numeral.values[-1] for numeral in (first, second)]
    if ends[0] >= ends[1]:
        return None
    slack = figure.slack * ends[1] / second.value
    low, high = _converted(ends[0], unit), _converted(ends[1], unit)
    return replace(figure, low=low, high=high, slack=slack, end_slacks=(slack, slack))


def _converted(value: float, unit: units.Unit) -> float:
    return value * unit.factor + unit.offset


def _range_start(text: str, start: int, gap: str) -> int | None:
    """Where the range begins, including "between", whose ends are two figures with this gap between them. None if they
    are two separate values, as in "from 10 to 20"."""
    window = max(0, start - 12)
    if gap.strip() == "and":
        between = _BETWEEN.search(text[window:start])
        return window + between.start() if between else None
    return None if gap.strip() == "to" and _FROM.search(text[window:start]) else start


def _rounding_slack(numeral: Numeral, unit: units.Unit, value: float) -> float:
    """Half of the last written place, in the base unit; at most ``ROUNDED`` of the value unless it is a fraction or a
    whole number of per cent ("4 %" for 4.2 %)."""
    half = numeral.grain / 2 * abs(unit.factor)
    is_share = numeral.style == "share" or (unit.dimension == "share" and numeral.grain <= 1)
    return half if is_share else min(half, ROUNDED * abs(value))


def _single(text: str, numeral: Numeral, with_unit: tuple[units.Unit, int, int]) -> tuple[Figure, Span]:
    """The figure of one numeral, and its span with unit, currency and hedge. ``with_unit``: as ``_unit`` gives it."""
    unit, start, end = with_unit
    value = _converted(numeral.value, unit)
    if numeral.style == "vague":
        return Figure(value, value * 100, unit.dimension, is_vague=True), Span(start, end)
    if numeral.style == "several":
        return Figure(value * SEVERAL[0], value * SEVERAL[1], unit.dimension), Span(start, end)
    figure = Figure(value, value, unit.dimension, _rounding_slack(numeral, unit, value))
    if numeral.other is not None:
        other = _converted(numeral.other, unit)
        slack = figure.slack * numeral.other / numeral.value
        figure = replace(figure, other=replace(figure, low=other, high=other, slack=slack))
    return _hedged(text, figure, Span(start, end))


def _hedged(text: str, figure: Figure, span: Span) -> tuple[Figure, Span]:
    """The figure changed by the words before and after it ("about", "at least", "or more", "5 % lower"), and its span
    with the hedges."""
    hedge = _HEDGE.search(text[max(0, span.start - _CUE_LENGTH) : span.start])
    suffix = _OR.match(text, span.end)
    widened = Span(
        max(0, span.start - _CUE_LENGTH) + hedge.start() if hedge else span.start,
        suffix.end() if suffix else span.end,
    )
    dimension = _dimension(text, figure.dimension, widened)
    # "not longer than 7", and not "not reduced for those over 80"
    is_denied = bool(hedge and _THAN.search(hedge[0]) and _DENIED.search(text[: widened.start][-_DENIED_LENGTH:]))
    hedged, *others = (_bounded(reading, hedge, suffix, dimension, is_denied) for reading in figure.readings)
    return replace(hedged, other=others[0] if others else None), widened


def _bounded(
    figure: Figure, hedge: re.Match[str] | None, suffix: re.Match[str] | None, dimension: str, is_denied: bool
) -> Figure:
    """``is_denied``: the hedge stands in a denial, "not longer than", and bounds the other end."""
    about, lower_bound, upper_bound = ((hedge and hedge[name]) for name in ("about", "least", "most"))
    if is_denied:
        lower_bound, upper_bound = upper_bound, lower_bound
    return replace(
        figure,
        low=-inf if upper_bound or (suffix and suffix["most"]) else figure.low,
        high=inf if lower_bound or (suffix and suffix["least"]) else figure.high,
        dimension=dimension,
        approximate=bool(about),
        end_slacks=None if hedge or suffix else figure.end_slacks,
        other=None,
    )


def _dimension(text: str, dimension: str, span: Span) -> str:
    """A change ("rose by 5 %", "5 % more"), a frequency ("every 5 days") and a spread ("± 5") are dimensions of their
    own."""
    before = text[max(0, span.start - _CUE_LENGTH) : span.start]
    if _SPREAD.search(before):
        return f"spread of {dimension}"
    is_more = _MORE.match(text, span.end) and not (dimension == "time" and _BOUND_BEHIND.match(text, span.end))
    if is_more or _CHANGED.search(before):
        return f"change of {dimension}"
    return f"every {dimension}" if _EVERY.search(before) else dimension


def _unit(text: str, numeral: Numeral) -> tuple[units.Unit, int, int]:
    """The unit of a numeral, and where the figure starts and ends with it. "Count" where none is written."""
    start, end = numeral.span
    if numeral.style == "times" and (rate := units.each(text, end)):
        return rate[0], start, rate[1]
    if numeral.style in ("share", "times"):
        return units.Unit(numeral.style), start, end
    if numeral.style == "ordinal":
        return units.Unit("rank"), start, end
    if currency := units.before(text, start):
        return currency[0], currency[1], end
    if suffix := units.after(text, end):
        rate = units.each(text, suffix[1]) if suffix[0].dimension == "times" else None
        return (rate[0], start, rate[1]) if rate else (suffix[0], start, suffix[1])
    label = _LABEL.search(text[max(0, start - _CUE_LENGTH) : start])
    is_plain = not any(map(str.isspace, text[start:end]))  # "Norway 5.5 million" leaves out "has"
    if label and is_plain and label["word"].lower() not in _OPENERS:
        return units.Unit(f"label {label['word'].lower()}"), start, end
    return units.Unit("count"), start, end


def _noun(reading: TokenizedText, span: Span) -> str | None:
    """The stem of what is counted: the first content word of the two words after the figure, None if there is none."""
    first, end = reading.first_token(span.end), span.end
    for token in reading.tokens[first : first + 2]:
        if not _SPACE.fullmatch(reading.text, end, token.span.start):
            return None
        if token.stem is not None:
            return token.stem
        end = token.span.end
    return None
