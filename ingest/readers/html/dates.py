"""Whether a date on a page is the page's own: not the day of a visit, of an event, or of a copyright."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.metadata.describe import dates_in

_LONGEST_LINE = 300  # characters of a line with a date that is not running text (a guess)
_MIN_WRITTEN, _CENTURY = 100, 1900  # smaller years are written without their century
_TURN = 50  # two-digit years below it are of this century (a guess)

_PIECES = re.compile(r"(?<=[^\d\s][.;])\s+|\s+[|·•]\s+")
_SHORT_DATE = re.compile(r"(?<![\d/.-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?![\d/]|[.-]\d)")
_FOREIGN = re.compile(
    r"©|\(c\)|\bcopyright|\b(?:visited|accessed|retrieved|viewed|downloaded|printed|abgerufen|zugriff|consult[ée]e? le"
    r"|today|heute|aujourd'hui|current (?:date|time)|upcoming|coming|next|events?|meetings?|agenda|calendar|starts?"
    r"|starting|begins?|opens?|closes?|closing|deadline|due|expires?|valid (?:until|from)|until|register|registration"
    r"|join us|save the date|tickets?|born|founded|established|since)\b",
    re.I,
)
_LATER = re.compile(r"\b(?:updated?|modified|revised|reviewed|changed|edited|aktualisiert|stand|mise? à jour)\b", re.I)
_FIRST = re.compile(r"\b(?:published|posted|created|written|issued|veröffentlicht|publié)\b", re.I)
# Where a language alone does not decide: English is written in both orders.
_MONTH_FIRST = re.compile(r"en[-_](?:us|ph)\b", re.I)
_DAY_FIRST = re.compile(r"(?!en\b)[a-z]{2,3}\b|en[-_](?!us\b|ph\b|ca\b)[a-z]{2}\b", re.I)


@dataclass(frozen=True, slots=True)
class _Shown:
    """A date as a line shows it. ``days``: all that it can mean; ``value``: as exact as is certain."""

    days: frozenset[str]
    value: str
    piece: str


def own_dates(guess: str | None, lines: Sequence[str], page: str, locale: str) -> tuple[str | None, str | None]:
    """The days of publication and of the last change that a guessed day stands for; each is None when it is neither.

    ``lines``: what the page shows; ``page``: its source; ``locale``: its declared language, e.g. "en-GB", which decides
    whether 5/6/99 is in May or in June. Undecided, only the year counts.
    """
    if guess is None or is_future(guess):
        return None, None
    shown = [day for line in lines for day in _dates_of(line, locale) if guess in day.days]
    if not shown:
        return (guess if _is_written(guess, page) else None), None
    own = [day for day in shown if not _FOREIGN.search(day.piece)]
    first = [day.value for day in own if _FIRST.search(day.piece) or not _LATER.search(day.piece)]
    return next(iter(first), None), None if first else next((day.value for day in own), None)


def is_foreign(line: str) -> bool:
    """True for a line that speaks of a visit, a copyright or an event, and may have a date of that."""
    return len(line) <= _LONGEST_LINE and _FOREIGN.search(line) is not None


def is_future(day: str) -> bool:
    """True for an ISO date, possibly partial, after tomorrow; tomorrow has begun in another time zone."""
    tomorrow = (date.today() + timedelta(days=1)).isoformat()
    return day > tomorrow[: len(day)]


def _dates_of(line: str, locale: str) -> Iterator[_Shown]:
    for piece in _PIECES.split(line) if any(map(str.isdigit, line)) else ():
        yield from (_Shown(frozenset((day,)), day, piece) for day in dates_in(piece))
        for first_figure, mark, second_figure, year_figure in _SHORT_DATE.findall(piece):
            first, second, year = int(first_figure), int(second_figure), _full_year(int(year_figure))
            days = _days(first, second, year, "de" if mark == "." else locale)
            if days:
                value = days[0] if len(set(days)) == 1 else days[0][: len("1999")]
                yield _Shown(
                    frozenset((*days, *_days(int(second), int(first), _full_year(int(year)), ""))), value, piece
                )


def _days(first: int, second: int, year: int, locale: str) -> list[str]:
    """The days that two figures and a year can mean in a locale; points always stand between day and month."""
    orders = []
    if not _MONTH_FIRST.match(locale):
        orders.append((second, first))
    if not _DAY_FIRST.match(locale):
        orders.append((first, second))
    return [date(year, month, day).isoformat() for month, day in orders if _is_day(year, month, day)]


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _full_year(year: int) -> int:
    return year if year >= _MIN_WRITTEN else year + _CENTURY + (100 if year < _TURN else 0)


def _is_written(day: str, page: str) -> bool:
    """Whether the source has the day in figures, as in an address or an attribute."""
    year, month, number = day.split("-")
    return re.search(rf"{year}[-/._]?0?{int(month)}[-/._]?0?{int(number)}(?!\d)", page) is not None
