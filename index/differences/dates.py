"""Where dates and periods differ. A coarser date that contains a finer one is the same; what cannot be laid on one
calendar, such as a month alone and a year alone, is not compared."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.differences.matching import AT_LEAST, ENOUGH, by_words, opposed
from index.differences.reading import Reading, close
from index.differences.swapped_values import swapped
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.types import Span


class Day(NamedTuple):
    """``year`` is 0 where none is said."""

    year: int
    month: int
    day: int


class Period(NamedTuple):
    """First and last day. ``about``: years that "around" adds at either end. ``ends``: both were said."""

    first: Day
    last: Day
    about: int = 0
    ends: bool = False


_MONTHS = (  # noqa: SIM905
    "January February March April May June July August September October November December"
).split()
_NUMBERS = {name[:3].lower(): number for number, name in enumerate(_MONTHS, 1)}
_SHORT = "Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec"
_MONTH = rf"(?:{'|'.join(_MONTHS)}|(?:{_SHORT})\b\.?)"
_DECADES = "twenties thirties forties fifties sixties seventies eighties nineties".split()  # noqa: SIM905
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_YEAR = r"(?:1\d{3}|20\d{2})"
_DATE = re.compile(
    rf"(?<![\w.,/-])(?:"
    rf"(?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)(?![\w-])"
    rf"|(?P<dmy>{_DAY}\s+(?:of\s+)?{_MONTH}(?:\s*,?\s*{_YEAR})?)(?!\w)"
    rf"|(?P<mdy>{_MONTH}\s+{_DAY}(?!\d)(?:\s*,?\s*{_YEAR})?)(?!\w)"
    rf"|(?P<my>{_MONTH}\s*,?\s*(?:of\s+)?{_YEAR})(?!\w)"
    rf"|(?:(?P<early>(?:early|mid|late)[\s-]+))?(?P<decade>1\d\d0|20\d0)['’]?s(?!\w)"
    rf"|(?<=the )(?:(?P<part>(?:early|mid|late)[\s-]+))?(?P<spelled>(?:nineteen[\s-])?{'|'.join(_DECADES)})(?!\w)"
    rf"|(?<=the )['’](?P<short>[2-9]0)s(?!\w)"
    rf"|(?P<century>(?:1\d|2[01]|[1-9])(?:st|nd|rd|th)[\s-]century)(?!\w)"
    rf"|(?P<month>{_MONTH})(?!\w)"
    rf"|(?P<year>{_YEAR})(?![\w%]|[.,:/]\d)"
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
_LOOK = 16  # characters before a date in which a cue may stand


def differing(
    draft: Reading, source: Reading, found: tuple[Sequence[Mention[Period]], Sequence[Mention[Period]]]
) -> Iterator[Difference]:
    """``found``: the dates of either text that are held against each other."""
    least = AT_LEAST if close(draft, source) else ENOUGH
    akin = bool(draft.stems & source.stems)

    def role(one: Mention[Period], two: Mention[Period]) -> float:
        """One day of one month in two years is one day misdated, as soon as the texts have a word in common."""
        near = by_words(one, two)
        return max(near, ENOUGH) if akin and _is_one_day(one.value, two.value) else near

    for one, two, how in (
        *opposed(found[0], found[1], fit, role, least),
        *swapped(draft, source, found[0], found[1], fit),
    ):
        note = f"{draft.text[slice(*one.span)]} against {source.text[slice(*two.span)]}"
        yield Difference(DifferenceKind.DATE, one.span, two.span, note, how is Fit.COMPATIBLE)


def _is_one_day(left: Period, right: Period) -> bool:
    days = {one[1:] for one in (left.first, left.last, right.first, right.last)}
    return len(days) == 1 and 0 not in (left.first.year, right.first.year) and not (left.ends or right.ends)


def fit(left: Period, right: Period) -> Fit:
    """Symmetric."""
    if (left.first.year == 0) != (right.first.year == 0):
        return _without_year(left, right)
    if left.first.year == 0:
        return Fit.EQUAL if _meet(left, right) else Fit.APART
    shared = (left.first.year == right.first.year) + (left.last.year == right.last.year)
    if left.ends and right.ends and shared == 1:
        return Fit.APART
    if _holds(left, right) or _holds(right, left):
        return Fit.EQUAL
    about = max(left.about, right.about)
    if _meet(_widened(left, about), right):
        return Fit.COMPATIBLE
    return Fit.APART


def _without_year(left: Period, right: Period) -> Fit:
    """A day or month without its year agrees with any year that has it; a whole year says nothing of it."""
    dated, bare = (left, right) if left.first.year else (right, left)
    if dated.first.year != dated.last.year or (dated.first[1:], dated.last[1:]) == ((1, 1), (12, 31)):
        return Fit.ALIEN
    plain = Period(Day(0, *dated.first[1:]), Day(0, *dated.last[1:]))
    return Fit.EQUAL if _meet(plain, bare) else Fit.APART


def _holds(outer: Period, inner: Period) -> bool:
    return outer.first <= inner.first and inner.last <= outer.last


def _meet(left: Period, right: Period) -> bool:
    return left.first <= right.last and right.first <= left.last


def _widened(one: Period, years: int) -> Period:
    return Period(one.first._replace(year=one.first.year - years), one.last._replace(year=one.last.year + years))


def dates(reading: Reading) -> list[Mention[Period]]:
    """The dates and periods of a text, in order, without overlap."""
    text, place, mentions = reading.text, 0, []
    while found := _DATE.search(text, place):
        period = _read(text, found)
        span, place = Span(*found.span()), found.end()
        if period is None:
            continue
        period, end = _to(text, period, span)
        span = Span(span.start, end)
        place = end
        if _ABOUT.search(text[max(0, span.start - _LOOK) : span.start]):
            period = period._replace(about=2)
        mentions.append(Mention(span, period, reading.around(span)))
    return mentions


def _to(text: str, first: Period, span: Span) -> tuple[Period, int]:
    """The period that goes on to a second date: "1990-1995", "1990-95", "between 1990 and 1995"."""
    if tail := _TAIL.match(text, span.end):
        last = first.first.year // 100 * 100 + int(tail[1])
        if last > first.first.year and first.first.year == first.last.year:
            return Period(first.first, Day(last, 12, 31), ends=True), tail.end()
    joint = _RANGE.match(text, span.end)
    if joint is None or (
        joint.group().strip() == "and" and not _BETWEEN.search(text[max(0, span.start - _LOOK) : span.start])
    ):
        return first, span.end
    found = _DATE.match(text, joint.end())
    second = _read(text, found, ranged=True) if found else None
    if found is None or second is None or 0 in (first.first.year, second.first.year) or second.last < first.first:
        return first, span.end
    return Period(first.first, second.last, ends=True), found.end()


def _read(text: str, found: re.Match[str], *, ranged: bool = False) -> Period | None:
    if found["iso"]:
        year, month, *day = map(int, found["iso"].split("-"))
        return _period(year, month, day[0] if day else 0)
    if found["decade"]:
        return _decade(int(found["decade"]), (found["early"] or "").strip(" -").lower())
    if found["short"]:
        return _decade(1900 + int(found["short"]), "")
    if found["spelled"]:
        tens = 2 + _DECADES.index(found["spelled"].split()[-1].rpartition("-")[2].lower())
        return _decade(1900 + 10 * tens, (found["part"] or "").strip(" -").lower())
    if found["century"]:
        last = 100 * int(re.sub(r"\D", "", found["century"]))
        return Period(Day(last - 99, 1, 1), Day(last, 12, 31))
    if found["year"]:
        return _period(int(found["year"])) if ranged or _is_year(text, found) else None
    before = text[max(0, found.start() - _LOOK) : found.start()]
    if (
        found["month"]
        and found["month"] in ("May", "March", "Mar", "August", "Dec", "Jan", "Sep")
        and not _MONTH_CUE.search(before)
    ):
        return None
    said = found.group()
    month = _NUMBERS[next(word for word in re.findall(r"[A-Za-z]+", said) if word[:3].lower() in _NUMBERS)[:3].lower()]
    figures = [int(one) for one in re.findall(r"\d+", said)]
    year = next((one for one in figures if one > 31), 0)
    return _period(year, month, next((one for one in figures if one <= 31), 0))


def _is_year(text: str, found: re.Match[str]) -> bool:
    """A bare figure of four places: a year where a preposition, a bracket or the end says so and nothing is counted."""
    if text[max(0, found.start() - 2) : found.start()].strip()[-1:] in ("$", "€", "£", "¥", "#"):
        return False
    if _COUNTED.match(text, found.end()):
        return False
    before = text[max(0, found.start() - _LOOK) : found.start()]
    return bool(_CUE.search(before)) or text[found.end() : found.end() + 1] not in ("-",)


def _decade(year: int, part: str) -> Period:
    first, last = {"early": (0, 4), "mid": (3, 7), "late": (5, 9)}.get(part, (0, 9))
    return Period(Day(year + first, 1, 1), Day(year + last, 12, 31))


def _period(year: int, month: int = 0, day: int = 0) -> Period | None:
    """None for a day that the month does not have."""
    if not month:
        return Period(Day(year, 1, 1), Day(year, 12, 31))
    days = monthrange(year or 2000, month)[1]
    if day > days:
        return None
    return Period(Day(year, month, day or 1), Day(year, month, day or days))
