"""Dates in a text and the labels beside them, which say what happened on that day: published, updated, born, due."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from index.types import Origin
from ingest.metadata.date_labels import Label, is_label, last_label
from ingest.metadata.months import MONTH, MONTH_AFTER_DAY, MONTH_NUMBERS
from ingest.types import Metadata

_WIDE = "[０-９]"
_YEAR_PATTERN, _DAY_PATTERN = r"(?:1[5-9]|20)\d\d", r"(?:[0-2]?\d|3[01])"


def _month_pattern(number: int, names: str = MONTH) -> str:
    return rf"(?P<m{number}>{names})(?![^\W\d_])\.?"


_FULL = (
    rf"\b(?P<y1>{_YEAR_PATTERN})[-/.](?P<n1>0?[1-9]|1[0-2])(?:[-/.](?P<d1>{_DAY_PATTERN}))?(?!\d)"
    rf"|\b{_month_pattern(2)} (?P<d2>{_DAY_PATTERN})(?:st|nd|rd|th)?(?: ?, ?| )(?P<y2>{_YEAR_PATTERN})\b"
    rf"|\b(?P<d3>{_DAY_PATTERN})(?:st|nd|rd|th|er|º|°|\.)?(?: of| de)?[ /-]?{_month_pattern(3, MONTH_AFTER_DAY)},?"
    rf"(?: del?)?[ /-](?P<y3>{_YEAR_PATTERN})\b"
    rf"|(?<!\d)(?P<y6>{_YEAR_PATTERN}|{_WIDE}{{4}}) ?[年년] ?(?P<n6>1[0-2]|0?[1-9]|{_WIDE}{{1,2}}) ?[月월]"
    rf"(?: ?(?P<d6>{_DAY_PATTERN}|{_WIDE}{{1,2}}) ?[日일])?"
    rf"|(?<!\d)(?P<y8>{_YEAR_PATTERN})\. (?P<n8>1[0-2]|0?[1-9])\. (?P<d8>{_DAY_PATTERN})\."
    rf"|\b(?P<a7>\d\d?)(?P<s7>[./-])(?:(?<=\.) )?(?P<b7>\d\d?)(?P=s7)(?:(?<=\.) )?(?P<y7>{_YEAR_PATTERN})(?!\d)"
)
FULL_DATE = re.compile(_FULL, re.IGNORECASE)
DATE = re.compile(
    rf"{_FULL}|\b{_month_pattern(4)},?(?: del?)? (?P<y4>{_YEAR_PATTERN})\b|^(?P<y5>{_YEAR_PATTERN})$", re.IGNORECASE
)
_YEAR = re.compile(rf"\b{_YEAR_PATTERN}\b")
_COMPACT = re.compile(rf"^({_YEAR_PATTERN})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=$|[T ])")
_CLOCK = re.compile(r"(?<= )\d\d?:\d\d(?::\d\d)? (?:[A-Z]{3,4} |[+-]\d{4} )?(?=\d{4}$)")  # "Dec 20 12:08:19 EST 2023"
UNCERTAIN_ORDER = "the order of day and month in its date is not certain: only the year is taken"
"""The warning about a date like 5/6/2022 that nothing decides."""
_DAY_FIRST = frozenset(("de", "fr", "es", "it", "nl", "pt", "da", "sv", "no", "nb", "fi", "pl", "cs", "ru"))


_BRACKETED = re.compile(r"\s*[(\[]([^)\]\d]{2,40})[)\]]")


@dataclass(frozen=True, slots=True)
class LabelledDate:
    """``iso``: as exact as is certain; ``is_ambiguous``: day and month may be exchanged, so that only the year is."""

    label: Label
    iso: str
    is_ambiguous: bool


def labelled_dates(line: str, before: str = "", day_first: bool | None = None) -> Iterator[LabelledDate]:
    """The dates of a line, each with the label in brackets behind it, else the nearest in front of it; the first may
    have its label alone in the line ``before``."""
    start = 0
    for match in DATE.finditer(line):
        bracket = _BRACKETED.match(line, match.end())
        labels = [last_label(bracket[1]) if bracket else Label.NONE, last_label(line[start : match.start()])]
        if start == 0 and is_label(before):
            labels.append(last_label(before))
        start = bracket.end() if bracket else match.end()
        yield LabelledDate(
            next(filter(None, labels), Label.NONE), _iso(match, day_first), _is_ambiguous(match, day_first)
        )


def day_comes_first(text: str, language: str | None = None) -> bool | None:
    """Whether the dates in figures of a text have the day before the month: a day over 12 in one of them shows it, or
    else the language; None when nothing does."""
    pairs = [(int(match["a7"]), int(match["b7"])) for match in FULL_DATE.finditer(text) if match["y7"]]
    shown = {first > 12 for first, second in pairs if (first > 12) != (second > 12)}
    if len(shown) == 1:
        return shown.pop()
    return True if language in _DAY_FIRST and not shown else None


def iso_date(value: object, day_first: bool | None = None) -> str | None:
    """The first date in a value, ISO, as exact as is certain: 2022, 2022-05 or 2022-05-01; None without a date.

    ``day_first``: the order of day and month in dates like 5/6/2022; None when it is unknown.
    """
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    text = _CLOCK.sub("", _COMPACT.sub(r"\1-\2-\3", unicodedata.normalize("NFC", text[:200])))
    match = DATE.search(text)
    if match is not None:
        return _iso(match, day_first)
    year = _YEAR.search(text)
    return year[0] if year else None


def is_ambiguous_date(value: object) -> bool:
    """Whether the first date in a value is one of which ``iso_date`` takes only the year."""
    match = DATE.search(value.strip()[:200]) if isinstance(value, str) else None
    return match is not None and _is_ambiguous(match, None)


def dates_in(text: str) -> Iterator[str]:
    """The full dates (with a day) of a text, ISO, in its order."""
    return (iso for match in FULL_DATE.finditer(text) if len(iso := _iso(match, None)) == len("2022-05-01"))


def is_future(iso: str | None, today: date) -> bool:
    """Whether a date, possibly partial, is later than tomorrow, which may have begun elsewhere."""
    return bool(iso) and str(iso) > (today + timedelta(days=1)).isoformat()[: len(str(iso))]


def without_future_guesses(metadata: Metadata, today: date) -> Metadata:
    """The metadata without dates in the future that nobody stated."""
    dates = {"published": metadata.published, "updated": metadata.updated}
    origins = {name: metadata.origins.get(name, Origin.TEXT) for name in dates}
    dropped = [name for name, iso in dates.items() if is_future(iso, today) and origins[name].is_guess]
    if not dropped:
        return metadata
    kept = {name: None if name in dropped else iso for name, iso in dates.items()}
    remaining = {name: origin for name, origin in metadata.origins.items() if name not in dropped}
    return replace(metadata, published=kept["published"], updated=kept["updated"], origins=remaining)


def _iso(match: re.Match[str], day_first: bool | None) -> str:
    parts = {key[0]: part for key, part in match.groupdict().items() if part}
    if "a" in parts:
        return _partial_iso(int(parts["y"]), *_month_and_day(match, day_first))
    month = int(parts["n"]) if "n" in parts else MONTH_NUMBERS[parts["m"].casefold()] if "m" in parts else 0
    return _partial_iso(int(parts["y"]), month, int(parts.get("d", 0)))


def _month_and_day(match: re.Match[str], day_first: bool | None) -> tuple[int, int]:
    """Month and day of a date in figures; (0, 0) when their order is unknown. With full stops the day is first."""
    first, second = int(match["a7"]), int(match["b7"])
    if _is_ambiguous(match, day_first) or max(first, second) > 31 or min(first, second) > 12:
        return 0, 0
    is_day_first = first > 12 or (second <= 12 and (first == second or match["s7"] == "." or day_first is True))
    return (second, first) if is_day_first else (first, second)


def _is_ambiguous(match: re.Match[str], day_first: bool | None) -> bool:
    if not match["y7"] or match["s7"] == "." or day_first is not None:
        return False
    first, second = int(match["a7"]), int(match["b7"])
    return first != second and max(first, second) <= 12


def _partial_iso(year: int, month: int, day: int) -> str:
    """The date, ISO; without a day that does not exist. A month or day of 0 is unknown."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}" if 1 <= month <= 12 else f"{year:04}"
