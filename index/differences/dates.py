"""Where dates and periods differ. A coarser date that contains a finer one is equal to it. Dates that cannot be placed
on one calendar, such as a month alone and a year alone, are not compared."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from itertools import product
from typing import NamedTuple

from index.differences.matching import CLOSE_SAME_ROLE, SAME_ROLE, conflicting_pairs, context_nearness
from index.differences.swapped_values import Sides, misplaced, swapped
from index.differences.tokens import TokenizedText, are_close, read_once
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text.digits import RAISED
from index.text.lexicon import MONTHS, TENS
from index.types import Span


class Day(NamedTuple):
    """``year`` is 0 where none is given."""

    year: int
    month: int
    day: int


class Period(NamedTuple):
    """First and last day. ``margin``: years that "around" adds at either end. ``is_range``: both ends are stated.
    ``is_short``: the year was written in two digits. ``other``: another reading, of "5/6/1999"."""

    first: Day
    last: Day
    margin: int = 0
    is_range: bool = False
    is_short: bool = False
    other: Period | None = None

    @property
    def readings(self) -> tuple[Period, ...]:
        return (self, self.other) if self.other else (self,)


_MONTH_NUMBERS = {name[:3]: number for number, name in enumerate(MONTHS, 1)}
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_MONTH = rf"(?:{'|'.join(map(str.capitalize, MONTHS))}|(?:{_SHORT})\b\.?)"
_DECADES = [tens.removesuffix("y") + "ies" for tens in TENS]
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1\d{3}|20\d{2})"
_YEAR_FIRST = rf"{_YEAR}(?P<join>[-/.])\d\d?(?P=join)\d\d?"
_YEAR_LAST = rf"\d\d?(?P<joint>\s?/\s?|\.\s?|-)\d\d?(?P=joint){_YEAR}"
_IN_FIGURES = re.compile(rf"(?<![\w.,/-])(?:{_YEAR_FIRST}|{_YEAR_LAST})(?!\w|[/-]\d|\.\d)")
_END = rf"(?![^\W{RAISED}])"  # the mark of a note may follow
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:"
    rf"(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?(?![\w-])"
    rf"|(?P<ymd>{_YEAR_FIRST})(?![\w/-]|\.\d)"
    rf"|(?P<numeric>{_YEAR_LAST})(?![^\W{RAISED}]|/\d|\.\d)"
    rf"|(?P<brief>\d\d?/\d\d?/\d\d|\d\d\.\d\d\.\d\d|\d\d-\d\d-\d\d)(?![^\W{RAISED}]|/\d|\.\d)"
    rf"|(?P<dmy>{_DAY}(?:\.?\s+(?:of\s+)?|-){_MONTH}(?:(?:\s*,?\s*|-){_YEAR})?){_END}"
    rf"|(?P<mdy>{_MONTH}\s+{_DAY}(?!\d)(?:\s*,?\s*{_YEAR})?){_END}"
    rf"|(?P<my>{_MONTH}\s*,?\s*(?:of\s+)?{_YEAR}){_END}"
    rf"|(?:(?P<early>(?:early|mid|late)[\s-]+))?(?P<decade>1\d\d0|20\d0)['’]?s{_END}"
    rf"|(?<=the )(?:(?P<part>(?:early|mid|late)[\s-]+))?(?P<spelled>(?:nineteen[\s-])?{'|'.join(_DECADES)}){_END}"
    rf"|(?<=the )['’](?P<short>[2-9]0)s{_END}"
    rf"|(?P<century>(?:1\d|2[01]|[1-9])(?:st|nd|rd|th)[\s-]century){_END}"
    rf"|(?P<month>{_MONTH}){_END}"
    rf"|(?P<year>{_YEAR})(?![^\W{RAISED}]|%|[.,:/]\d)"
    rf")"
)
_CUE = re.compile(
    r"(?:\b(?:in|of|since|by|until|till|from|to|during|before|after|between|and|around|circa|c\.|ca\.|about|year|early|"
    r"late|mid|for|the|on|through|season)\s|\b[Ii]n|[(–—−/-]|,)\s*$",
    re.I,
)
_MONTH_CUE = re.compile(
    r"\b(?:in|of|since|by|until|till|from|to|during|early|late|mid|last|next|this|and|through|every|each)[\s-]$", re.I
)
_COUNTED = re.compile(
    r"[\s-]+(?:of\s+(?:them|these|those|the)|[a-z]+s|people|men|women|children|percent|kg|km|m|mg|g|ml|feet|hp)\b(?<!as)(?<!is)(?<!its)(?<!us)(?<!ss)"
)
_RANGE = re.compile(r"\s*(?:-|–|—|−|‒|\bto\b|\buntil\b|\bthrough\b|\band\b)\s*")
_TAIL = re.compile(r"[–—-](\d{2})(?!\d)")
_BETWEEN = re.compile(r"\bbetween\s+$", re.I)
_ABOUT = re.compile(r"(?:\b(?:around|about|circa|c\.|ca\.|approximately|roughly)|~)\s*$", re.I)
# The year of a law is a part of its name: "the Misuse of Drugs Act 1971".
_LAW = re.compile(r"\b(?:Act|Acts|Bill|Code|Regulations?|Rules|Order|Ordinance|Statute|Directive)\s+(?:of\s+)?$")
FIRST_SHORT_YEAR = 30  # a year of two digits from here on is of the 1900s (a guess)
_CUE_LENGTH = 16  # characters before a date that are searched for a cue (a guess)


def differing(
    draft: TokenizedText, source: TokenizedText, periods: tuple[Sequence[Mention[Period]], Sequence[Mention[Period]]]
) -> Iterator[Difference]:
    """The differences between ``periods``: those of the draft and those of the source that may be compared."""
    threshold = CLOSE_SAME_ROLE if are_close(draft, source) else SAME_ROLE
    share_word = bool(draft.stems & source.stems)

    def role(left: Mention[Period], right: Mention[Period]) -> float:
        """One day of one month in two years is one day misdated, as soon as the texts have a word in common. The year
        of a law is held against that of a law alone."""
        if _is_of_law(draft, left) != _is_of_law(source, right):
            return 0.0
        nearness = context_nearness(left, right)
        return max(nearness, SAME_ROLE) if share_word and _is_one_day(left.value, right.value) else nearness

    sides = Sides(draft, source, periods[0], periods[1], fit)
    for left, right, result in (
        *conflicting_pairs(periods[0], periods[1], fit, role, threshold),
        *swapped(sides),
        *misplaced(sides),
    ):
        note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
        yield Difference(DifferenceKind.DATE, left.span, right.span, note, result is Fit.COMPATIBLE)


def _is_of_law(reading: TokenizedText, period: Mention[Period]) -> bool:
    return bool(_LAW.search(reading.text[max(0, period.span.start - _CUE_LENGTH) : period.span.start]))


def days(period: Period) -> int:
    """How long a period is, about; 0 for a day."""
    years, months, rest = (last - first for first, last in zip(period.first, period.last, strict=True))
    return years * 365 + months * 31 + rest


def _is_one_day(left: Period, right: Period) -> bool:
    """Whether both are the same day of the same month, each with a year."""
    if left.other or right.other:
        return any(_is_one_day(a._replace(other=None), b._replace(other=None)) for a, b in _pairs(left, right))
    days = {day[1:] for day in (left.first, left.last, right.first, right.last)}
    return len(days) == 1 and 0 not in (left.first.year, right.first.year) and not (left.is_range or right.is_range)


def fit(left: Period, right: Period) -> Fit:
    """How two periods compare, each by the reading that fits best; symmetric."""
    return min((_fit(a, b) for a, b in _pairs(left, right)), key=list(Fit).index)


def _pairs(left: Period, right: Period) -> Iterator[tuple[Period, Period]]:
    return product(left.readings, right.readings)


def _fit(left: Period, right: Period) -> Fit:
    if left.is_short != right.is_short:
        return _fit_short(left, right) if left.is_short else _fit_short(right, left)
    if (left.first.year == 0) != (right.first.year == 0):
        return _fit_without_year(left, right)
    if left.first.year == 0:
        return Fit.EQUAL if _overlap(left, right) else Fit.CONTRADICTING
    shared = (left.first.year == right.first.year) + (left.last.year == right.last.year)
    if left.is_range and right.is_range and (shared == 1 or (shared == 2 and not _ends_fit(left, right))):
        return Fit.CONTRADICTING
    if _contains(left, right) or _contains(right, left):
        return Fit.EQUAL
    margin = max(left.margin, right.margin)
    if _overlap(_widened(left, margin), right):
        return Fit.COMPATIBLE
    return Fit.CONTRADICTING


def _ends_fit(left: Period, right: Period) -> bool:
    """Whether two ranges of the same years begin and end alike, as far as both are told."""
    year, month = Day(left.first.year, 1, 1), left.first._replace(day=1)
    year_end = Day(left.last.year, 12, 31)
    month_end = left.last._replace(day=monthrange(left.last.year, left.last.month)[1])
    return _is_same_end(left.first, right.first, year, month) and _is_same_end(
        left.last, right.last, year_end, month_end
    )


def _is_same_end(left: Day, right: Day, of_year: Day, of_month: Day) -> bool:
    """``of_year`` and ``of_month``: the outermost day of the year and of the month, which may stand for all of it."""
    return left == right or of_year in (left, right) or (left.month == right.month and of_month in (left, right))


def _fit_short(short: Period, other: Period) -> Fit:
    """A date whose century is not written against one whose is: only another day can contradict it."""
    years = other.first.year - short.first.year
    century = 100 * round(years / 100) if other.first.year else 0
    moved = short._replace(
        first=short.first._replace(year=short.first.year + century),
        last=short.last._replace(year=short.last.year + century),
        is_short=False,
    )
    result = _fit(moved, other)
    return Fit.INCOMPARABLE if result is Fit.CONTRADICTING and other.first != other.last else result


def _fit_without_year(left: Period, right: Period) -> Fit:
    """One of the two has no year. A day or month agrees with any year's date that overlaps it; it cannot be compared
    with a whole year."""
    dated, yearless = (left, right) if left.first.year else (right, left)
    if dated.first.year != dated.last.year or (dated.first[1:], dated.last[1:]) == ((1, 1), (12, 31)):
        return Fit.INCOMPARABLE
    stripped = Period(Day(0, *dated.first[1:]), Day(0, *dated.last[1:]))
    return Fit.EQUAL if _overlap(stripped, yearless) else Fit.CONTRADICTING


def _contains(outer: Period, inner: Period) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _overlap(left: Period, right: Period) -> bool:
    return left.first <= right.last and right.first <= left.last


def _widened(period: Period, years: int) -> Period:
    first, last = period.first, period.last
    return Period(first._replace(year=first.year - years), last._replace(year=last.year + years))


@read_once
def dates(reading: TokenizedText) -> list[Mention[Period]]:
    """The dates and periods of a text, in order, without overlap."""
    text, offset, mentions = reading.text, 0, []
    while match := _DATE.search(text, offset):
        period = _period_of(text, match)
        span, offset = Span(*match.span()), match.end()
        if period is None:
            continue
        period, end = _extended(text, period, span)
        span = Span(span.start, end)
        offset = end
        if _ABOUT.search(text[max(0, span.start - _CUE_LENGTH) : span.start]):
            period = period._replace(margin=2)
        mentions.append(Mention(span, period, reading.context(span)))
    return mentions


def with_years_only(text: str) -> str:
    """The text with each date in figures ("13/05/1994") cut to its year, as its day and month are no words."""
    return _IN_FIGURES.sub(lambda match: max(re.findall(r"\d+", match.group()), key=len), text)


def _extended(text: str, first: Period, span: Span) -> tuple[Period, int]:
    """The period up to a second date, and where that ends: "1990-1995", "1990-95", "between 1990 and 1995". The first
    period and its own end if there is none."""
    if tail := _TAIL.match(text, span.end):
        last = first.first.year // 100 * 100 + int(tail[1])
        if last > first.first.year and first.first.year == first.last.year:
            return Period(first.first, Day(last, 12, 31), is_range=True), tail.end()
    joint = _RANGE.match(text, span.end)
    if joint is None or (
        joint.group().strip() == "and" and not _BETWEEN.search(text[max(0, span.start - _CUE_LENGTH) : span.start])
    ):
        return first, span.end
    match = _DATE.match(text, joint.end())
    second = _period_of(text, match, in_range=True) if match else None
    if match is None or second is None or 0 in (first.first.year, second.first.year) or second.last < first.first:
        return first, span.end
    return Period(first.first, second.last, is_range=True), match.end()


def _period_of(text: str, match: re.Match[str], *, in_range: bool = False) -> Period | None:
    """The period that a match of ``_DATE`` means; None where it is no date. ``in_range``: it ends a range."""
    if match["iso"]:
        year, month, *day = map(int, match["iso"].split("-"))
        return _period(year, month, day[0] if day else 0)
    if match["ymd"] or match["numeric"] or match["brief"]:
        return _numeric(*map(int, re.findall(r"\d+", match.group())), is_short=bool(match["brief"]))
    if match["decade"]:
        return _decade(int(match["decade"]), (match["early"] or "").strip(" -").lower())
    if match["short"]:
        return _decade(1900 + int(match["short"]), "")
    if match["spelled"]:
        tens = 2 + _DECADES.index(match["spelled"].split()[-1].rpartition("-")[2].lower())
        return _decade(1900 + 10 * tens, (match["part"] or "").strip(" -").lower())
    if match["century"]:
        last = 100 * int(re.sub(r"\D", "", match["century"]))
        return Period(Day(last - 99, 1, 1), Day(last, 12, 31))
    if match["year"]:
        return _period(int(match["year"])) if in_range or _is_year(text, match) else None
    before = text[max(0, match.start() - _CUE_LENGTH) : match.start()]
    if (
        match["month"]
        and match["month"] in ("May", "March", "Mar", "August", "Dec", "Jan", "Sep")
        and not _MONTH_CUE.search(before)
    ):
        return None
    written = match.group()
    words = re.findall(r"[A-Za-z]+", written)
    month = _MONTH_NUMBERS[next(word for word in words if word[:3].lower() in _MONTH_NUMBERS)[:3].lower()]
    numbers = [int(digits) for digits in re.findall(r"\d+", written)]
    year = next((number for number in numbers if number > 31), 0)
    return _period(year, month, next((number for number in numbers if number <= 31), 0))


def _numeric(first: int, second: int, third: int, *, is_short: bool) -> Period | None:
    """A day in figures: year first, or day and month in either order before the year. ``is_short``: the year has two
    digits. None where it is no day."""
    year, orders = third, [(second, first), (first, second)]
    if first > 31:
        year, orders = first, [(second, third)]
    if is_short:
        year += 1900 if year >= FIRST_SHORT_YEAR else 2000
    days = [_period(year, month, day) for month, day in orders if 0 < month <= 12 and 0 < day <= 31]
    readings = list(dict.fromkeys(day._replace(is_short=is_short) for day in days if day))
    if not readings:
        return None
    return readings[0]._replace(other=readings[1]) if len(readings) > 1 else readings[0]


def _is_year(text: str, match: re.Match[str]) -> bool:
    """Whether a bare figure of four digits is a year: no currency stands before it, it counts nothing, and it follows a
    cue ("in", a bracket …) or no hyphen follows it."""
    if text[max(0, match.start() - 2) : match.start()].strip()[-1:] in ("$", "€", "£", "¥", "#"):
        return False
    if _COUNTED.match(text, match.end()):
        return False
    before = text[max(0, match.start() - _CUE_LENGTH) : match.start()]
    return bool(_CUE.search(before)) or text[match.end() : match.end() + 1] not in ("-",)


def _decade(year: int, part: str) -> Period:
    """``part``: "early", "mid", "late", or "" for the whole decade."""
    first, last = {"early": (0, 4), "mid": (3, 7), "late": (5, 9)}.get(part, (0, 9))
    return Period(Day(year + first, 1, 1), Day(year + last, 12, 31))


def _period(year: int, month: int = 0, day: int = 0) -> Period | None:
    """A year, a month or a day; 0 stands for what is not given. None for a day that the month does not have."""
    if not month:
        return Period(Day(year, 1, 1), Day(year, 12, 31))
    days = monthrange(year or 2000, month)[1]
    if day > days:
        return None
    return Period(Day(year, month, day or 1), Day(year, month, day or days))
