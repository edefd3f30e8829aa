"""Whether a date on a page is the page's own: not the day of a visit, of an event, or of a copyright."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ingest.boilerplate.text_units import fold
from ingest.metadata.date_labels import Label
from ingest.metadata.dates import DATE, FULL_DATE, LabelledDate, labelled_dates
from ingest.metadata.describe import dates_in
from ingest.types import Metadata

_LONGEST_LINE = 300  # characters of a line with a date that is not running text (a guess)
_MIN_WRITTEN, _CENTURY = 100, 1900  # smaller years are written without their century
_LINES_ABOVE, _LINES_BELOW = 3, 12  # a headline, where the day of its article stands (guesses)
_MAX_OTHER_WORDS = 12  # of a line beside a headline, without its dates: more is a paragraph or a caption (a guess)
_DAY, _MONTH = len("2022-05-01"), len("2022-05")
_TURN = 50  # two-digit years below it are of this century (a guess)

_PIECES = re.compile(r"(?<=[^\d\s][.;])\s+|\s+[|·•]\s+")
_PATH_MARK = re.compile(r"(?<=\d)/(?=\d)")
# Pages set a date apart by its style alone: "Ann SampleDec 19, 2023", "7 May 20239:53 AM".
_GLUED = re.compile(
    r"(?<=[^\W\d_])(?=(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}\.? \d{1,2}, \d{4})"
    r"|(?<=[^\W\d_])(?=\d{1,2}\.? [^\W\d_]{3,9} \d{4}\b)|(?<=[.?!])(?=[^\W\d_]{3,10}, \d{1,2}\.? [^\W\d_]{3,9} \d{4}\b)"
    r"|(?<=\b\d{4})(?=\d{1,2}:\d\d)"
)
_YEAR = re.compile(r"\d{4}")
_SCRIPT = re.compile(r"<script\b(?![^>]{0,200}json)", re.I)
_OTHER_FIELD = re.compile(r"<meta\b[^>]{0,200}\b(?:expir|unpublish|event|valid|start|end)[^>]{0,500}>", re.I)
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


def dates_beside_headline(
    shown: Sequence[str], title: str, locale: str, paragraphs: int = 2
) -> tuple[LabelledDate, ...]:
    """The full dates in the short lines around the headline, in the order of the page; none without a headline.

    ``shown``: the lines that the page shows. Below the headline stand a summary, perhaps a caption, then the text; what
    follows so many ``paragraphs`` may belong to other pages.
    """
    headline = next((i for i, line in enumerate(shown) if _is_headline(line, title)), None)
    if headline is None:
        return ()
    below = shown[headline + 1 : headline + 1 + _LINES_BELOW]
    long = [i for i, line in enumerate(below) if len(line.split()) > _MAX_OTHER_WORDS]
    lines = (*shown[max(0, headline - _LINES_ABOVE) : headline], *below[: next(iter(long[paragraphs:]), None)])
    return tuple(_dates_in_short_lines((line for line in lines if not _is_headline(line, title)), locale))


def _is_headline(line: str, title: str) -> bool:
    """True for a line that is most of the title, or little more than it."""
    if not title or len(line) > 4 * len(title):  # too long, however much of it is signs and spaces
        return False
    key, title_key = fold(line), fold(title)
    is_part = key in title_key and 2 * len(key) >= len(title_key)
    return bool(key) and (is_part or (title_key in key and len(key) <= 2 * len(title_key)))


def _dates_in_short_lines(lines: Iterable[str], locale: str) -> Iterator[LabelledDate]:
    """The full dates of the lines that hold a date and little else, none of them in the future."""
    day_first = False if _MONTH_FIRST.match(locale) else True if _DAY_FIRST.match(locale) else None
    short = (line for line in lines if len(line) <= 2 * _LONGEST_LINE)  # a long piece may stand before the date
    parted = (_GLUED.sub("\n", line) if _YEAR.search(line) else line for line in short)
    pieces = [piece for line in parted for piece in line.split("\n")]
    for before, piece in zip(("", *pieces), pieces, strict=False):
        if _is_date_line(piece):
            dates = labelled_dates(piece, before, day_first)
            yield from (day for day in dates if len(day.iso) == _DAY and not is_future(day.iso))


def _is_date_line(line: str) -> bool:
    is_short = len(line) <= _LONGEST_LINE and _YEAR.search(line) and FULL_DATE.search(line)
    return bool(is_short) and not _FOREIGN.search(line) and len(DATE.sub(" ", line).split()) <= _MAX_OTHER_WORDS


def with_shown_day(declared: Metadata, beside: Sequence[LabelledDate], shown: Sequence[str], locale: str) -> Metadata:
    """The metadata with the day of publication that readers of the page see.

    ``beside``: the dates beside the headline; ``shown``: all lines of the page. A shown day, or else the one in the
    address, counts before the declared day when it is the day before or after it: a declared time may be in another
    time zone. Where the page does not show the declared day, the only day beside the headline counts, if it is labelled
    as that of publication, or has no label and is the declared day of the last change.
    """
    published = declared.published
    if published is None or len(published) < _DAY:
        return declared
    days = _days_of_publication(beside)
    anywhere = _days_of_publication(list(_dates_in_short_lines(shown, locale)))
    if published in (days or anywhere):
        return declared
    days = days or anywhere * (len(set(anywhere)) == 1)
    in_address = list(dates_in(_PATH_MARK.sub("-", declared.url or "")))
    for seen in (days, in_address):
        near = set(seen) & _days_around(published)
        if near:
            return replace(declared, published=near.pop()) if len(near) == 1 else declared
    only = {(day.label, day.iso) for day in beside if day.label is not Label.UPDATED}
    label, day = only.pop() if len(only) == 1 else (Label.NEVER, "")
    is_last_change = label is Label.NONE and declared.updated is not None and day in _days_around(declared.updated)
    if (label is Label.PUBLISHED or is_last_change) and not _is_stated(published, shown):
        return replace(declared, published=day)
    is_moved = len(in_address) == 1 and in_address[0] < published and not beside
    return replace(declared, published=in_address[0]) if is_moved else declared


def _days_of_publication(dates: Sequence[LabelledDate]) -> list[str]:
    """The days that are labelled as published; without such, those without a label."""
    labelled = [day.iso for day in dates if day.label is Label.PUBLISHED]
    return labelled or [day.iso for day in dates if day.label is Label.NONE]


def _days_around(day: str) -> frozenset[str]:
    """The day, the one before and the one after; none of a date that is not a day."""
    if len(day) != _DAY:
        return frozenset()
    return frozenset((date.fromisoformat(day) + timedelta(by)).isoformat() for by in (-1, 0, 1))


def _is_stated(day: str, lines: Iterable[str]) -> bool:
    """Whether one of the lines says that something was published on this day, or in its month."""
    stating = (line for line in lines if len(line) <= _LONGEST_LINE and _FIRST.search(line))
    stated = (dated.iso for line in stating for dated in labelled_dates(line))
    return any(len(iso) >= _MONTH and day.startswith(iso) for iso in stated)


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
    """Whether the source has the day in figures, as in an address or an attribute, but not in a program, where it may
    be anything, such as the end of a session, nor in a field of an event or of the end of something."""
    year, month, number = day.split("-")
    written = re.compile(rf"{year}[-/._]?0?{int(month)}[-/._]?0?{int(number)}(?!\d)")
    return any(
        written.search(part.partition("</script")[2] if i else part)
        for i, part in enumerate(_SCRIPT.split(_OTHER_FIELD.sub("", page)))
    )
