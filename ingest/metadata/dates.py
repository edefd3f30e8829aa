"""Dates in a text and the labels beside them, which say what happened on that day: published, updated, born, due."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from index.text.lexicon import MONTHS
from index.types import Origin
from ingest.types import Metadata

# Months of the languages whose dates are read, each in the order of the year; abbreviations of English are added below.
_MONTH_NAMES = (
    MONTHS,
    "januar februar märz april mai juni juli august september oktober november dezember".split(),  # noqa: SIM905
    "jänner feb maerz apr mai jun jul aug sep okt nov dez".split(),  # noqa: SIM905
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),  # noqa: SIM905
    "janv fevrier mars avr mai juin juil aout sept oct nov decembre".split(),  # noqa: SIM905
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),  # noqa: SIM905
    [month[:3] for month in MONTHS],
)
_MONTH_NUMBERS: Mapping[str, int] = MappingProxyType(
    {name: number for names in _MONTH_NAMES for number, name in enumerate(names, start=1)}
)
_NAMES = "|".join(sorted(_MONTH_NUMBERS, key=len, reverse=True))
_YEAR_PATTERN, _DAY_PATTERN = r"(?:1[5-9]|20)\d\d", r"(?:[0-2]?\d|3[01])"


def _month_pattern(number: int) -> str:
    return rf"(?P<m{number}>{_NAMES})(?![^\W\d_])\.?"


_FULL = (
    rf"\b(?P<y1>{_YEAR_PATTERN})[-/.](?P<n1>0?[1-9]|1[0-2])(?:[-/.](?P<d1>{_DAY_PATTERN}))?(?!\d)"
    rf"|\b{_month_pattern(2)} (?P<d2>{_DAY_PATTERN})(?:st|nd|rd|th)?,? (?P<y2>{_YEAR_PATTERN})\b"
    rf"|\b(?P<d3>{_DAY_PATTERN})(?:st|nd|rd|th|er|º|\.)?(?: of| de)?[ -]?{_month_pattern(3)},?(?: del?)?[ -]"
    rf"(?P<y3>{_YEAR_PATTERN})\b"
    rf"|(?<!\d)(?P<y6>{_YEAR_PATTERN}) ?[年년] ?(?P<n6>1[0-2]|0?[1-9]) ?[月월](?: ?(?P<d6>{_DAY_PATTERN}) ?[日일])?"
    rf"|\b(?P<a7>\d\d?)(?P<s7>[./-])(?P<b7>\d\d?)(?P=s7)(?P<y7>{_YEAR_PATTERN})(?!\d)"
)
FULL_DATE = re.compile(_FULL, re.IGNORECASE)
DATE = re.compile(
    rf"{_FULL}|\b{_month_pattern(4)},?(?: del?)? (?P<y4>{_YEAR_PATTERN})\b|^(?P<y5>{_YEAR_PATTERN})$", re.IGNORECASE
)
_YEAR = re.compile(rf"\b{_YEAR_PATTERN}\b")
UNCERTAIN_ORDER = "the order of day and month in its date is not certain: only the year is taken"
"""The warning about a date like 5/6/2022 that nothing decides."""
_DAY_FIRST = frozenset(("de", "fr", "es", "it", "nl", "pt", "da", "sv", "no", "nb", "fi", "pl", "cs", "ru"))


class Label(StrEnum):
    """What the words beside a date say of it. HISTORY: a step before the publication, such as "accepted"; NEVER: no
    date of the document, such as a birth or a deadline."""

    PUBLISHED = "published"
    UPDATED = "updated"
    HISTORY = "history"
    NEVER = "never"
    NONE = ""


_LABELS: Mapping[Label, str] = MappingProxyType(
    {
        Label.PUBLISHED: (
            r"(?:published|posted)(?: and|/| &)? (?:last )?updated|publi(?:shed|cation)(?! history)|posted|issued?"
            r"|written|date of (?:the )?(?:report|issue|publication|letter|document)|report(?:ed)? date|released?|dated"
            r"|(?:ver|er)öffentlicht|veroeffentlicht|erschienen|erscheinungs\w*|ausgestellt|stand|publié|paru|émis"
            r"|publicad[oa]|emitid[oa]|发布|发表|公開|発行"
        ),
        Label.UPDATED: (
            r"updated?|modified|last (?:edited|changed|reviewed|revised)|reviewed|aktualisiert|geändert|mise? à jour"
            r"|modifié|actualizad[oa]|modificad[oa]|更新"
        ),
        Label.HISTORY: (
            r"submitted|received|accepted|revised|revision|resubmitted|eingereicht|eingegangen|angenommen|reçue?|acceptée?"
            r"|soumise?|recibid[oa]|aceptad[oa]|enviad[oa]"
        ),
        Label.NEVER: (
            r"date of (?:birth|death)|born|birth\w*"
            r"|d\. ?o\. ?b|dob|died|death|due|payable|pay(?:ment)? by|valid|until|expir\w+|deadline|closing"
            r"|visited|accessed|retrieved|checked|viewed|downloaded|printed|archived|held|takes? place|event|starts?"
            r"|begins?|ends?|effective|in force|next review|review by|renewal|register by|apply by|copyright|©|\(c\)"
            r"|geb(?:oren)?|geburts\w*|fällig\w*|zahlbar|gültig|ablauf\w*|abgerufen|besucht|née?|naissance|échéance"
            r"|valable|expire|consultée?|nacid[oa]|nacimiento|vence|vencimiento|válid[oa]|consultad[oa]|出生|生年月日"
        ),
    }
)
_LABEL = re.compile(
    "|".join(rf"(?P<{label.name}>(?<![a-zß-ÿ])(?:{words})(?![a-zß-ÿ]))" for label, words in _LABELS.items()),
    re.IGNORECASE,
)
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
        labels = [_last_label(bracket[1]) if bracket else Label.NONE, _last_label(line[start : match.start()])]
        if start == 0 and _is_label(before):
            labels.append(_last_label(before))
        start = bracket.end() if bracket else match.end()
        yield LabelledDate(
            next(filter(None, labels), Label.NONE), _iso(match, day_first), _is_ambiguous(match, day_first)
        )


def _is_label(line: str) -> bool:
    """Whether a line is nothing but the label of what follows."""
    return (line.endswith(":") and len(line.split()) <= 4) or _LABEL.fullmatch(line.strip(" :|*_")) is not None


def _last_label(text: str) -> Label:
    matches = list(_LABEL.finditer(text))
    return Label[matches[-1].lastgroup or "NONE"] if matches else Label.NONE


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
    match = DATE.search(text[:200])
    if match is not None:
        return _iso(match, day_first)
    year = _YEAR.search(text[:200])
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
    month = int(parts["n"]) if "n" in parts else _MONTH_NUMBERS[parts["m"].casefold()] if "m" in parts else 0
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
