"""What a plain text says of itself: its title, who wrote it and when, and in which language."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from index.types import Span
from ingest.boilerplate.clean import joined
from ingest.boilerplate.page import Page, is_title_copy
from ingest.boilerplate.phrases import is_certain, is_edge
from ingest.boilerplate.units import TextUnit, folded, units_of
from ingest.metadata.people import people
from ingest.types import Metadata

# Bylines and dates stand above the text; what looks like one further down belongs to the text.
HEAD_CHARS = 20_000
_TITLE_UNITS = 60
_LINES_ABOVE = 30
_MENU_LINES = 6
LANGUAGE_CHARS = 2_000
SHORTEST_FOR_LANGUAGE = 40

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?P<{0}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{{0,6}}\.?"
_DATE = re.compile(
    r"\b(?P<y1>(?:1[5-9]|20)\d\d)[-/.](?P<n1>0?[1-9]|1[0-2])(?:[-/.](?P<d1>[0-2]?\d|3[01]))?(?!\d)"
    rf"|\b{_MONTH.format('m2')} (?P<d2>[0-2]?\d|3[01])(?:st|nd|rd|th)?,? (?P<y2>(?:1[5-9]|20)\d\d)\b"
    rf"|\b(?P<d3>[0-2]?\d|3[01])(?:st|nd|rd|th)?(?: of)?[ -]{_MONTH.format('m3')},?[ -](?P<y3>(?:1[5-9]|20)\d\d)\b"
    rf"|\b{_MONTH.format('m4')} (?P<y4>(?:1[5-9]|20)\d\d)\b"
    r"|^(?P<y5>(?:1[5-9]|20)\d\d)$",
    re.IGNORECASE,
)
_FULL_DATE = re.compile(_DATE.pattern.rpartition("|")[0].rpartition("|")[0], re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")
_DATE_WORDS = re.compile(
    r"\b(?:(?:first|originally|last|date|article|post|published|posted|updated|modified|reviewed|revised|created|written"
    r"|medically|on|at|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[ecmp][ds]?t|utc|gmt|bst|cet)\b)"
)
_LATER = re.compile(r"updated|modified|revised|reviewed|accessed", re.IGNORECASE)
_FIRST = re.compile(r"published|posted|created|written", re.IGNORECASE)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?", re.IGNORECASE)
_PARTICLES = frozenset(
    ("de", "da", "di", "del", "dos", "van", "von", "der", "den", "la", "le", "al", "el", "bin", "of", "the", "for")
)
_BY = re.compile(
    r"(?P<label>(?:(?:written|posted|reported|story|words|article|text|published) )?by:?|authors?:|author\(s\):)"
    r"\s+(?P<who>\S.{1,150})",
    re.IGNORECASE,
)
_BY_ALONE = re.compile(r"(?:(?:written|posted|story|words|reported|article) by|by|authors?):?", re.IGNORECASE)
_BOX = re.compile(r"^[ \t]*(?:view all|more) posts by (\S.{1,60})$", re.IGNORECASE | re.MULTILINE)
_URL_LINE = re.compile(
    r"(?:(?:source|url|link|from|retrieved from|available at|original article) ?:? ?)?(https?://\S{4,})", re.I
)
_DOI_LINE = re.compile(r"(?:doi ?:? ?|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)", re.I)
_SITE_TAIL = re.compile(r" (?P<mark>[|·•»]|[-–—]|::) (?P<site>[^|·•»]{2,50})$")


@dataclass(frozen=True, slots=True)
class Description:
    """``moved`` are the lines that now are metadata; the text without them loses nothing."""

    metadata: Metadata
    moved: tuple[Span, ...] = ()


def describe(text: str, known: Metadata | None = None) -> Description:
    """Reads the lines above the text, and the author box below it. What is ``known`` already is not looked for."""
    given = known or Metadata()
    page = Page(units_of(text[:HEAD_CHARS]))
    if not page.body:
        return Description(given)
    units = page.units
    title, publisher, titled = _title(page)
    zone = _zone(page, titled)
    authors, signed = _byline(units, zone)
    published, dated = _dates(units, zone)
    url, linked = _link(units, zone)
    metadata = replace(
        given,
        title=given.title or title,
        authors=given.authors or authors or _boxed_author(text),
        published=given.published or published,
        publisher=given.publisher or publisher,
        url=given.url or url,
    )
    lines = {*signed, *dated, *linked, *(i for i in titled if not given.title or _same(units[i], given.title))}
    return Description(metadata, joined(Span(units[i].start, units[i].end) for i in lines))


def language_of(text: str) -> str | None:
    """ISO 639-1 code of the language, judged on the beginning; None when there is too little to judge."""
    sample = " ".join(text[: 2 * LANGUAGE_CHARS].split())[:LANGUAGE_CHARS]
    if sum(map(str.isalpha, sample)) < SHORTEST_FOR_LANGUAGE:
        return None
    from py3langid import classify

    return str(classify(sample)[0])


def split_site(title: str, site: str | None = None) -> tuple[str, str | None]:
    """A page title without its " - Site name", and that name. Without ``site`` only marks that no title has count."""
    found = _SITE_TAIL.search(title)
    if found is None or found.start() < 8:
        return title, site
    name = found["site"].strip()
    known = site is not None and folded(name).replace(" ", "") in (folded(site).replace(" ", ""), _host_name(site))
    clear = found["mark"] not in "-–—" and name[0].isupper() and len(name.split()) <= 5
    return (title[: found.start()].rstrip(), site or name) if known or clear else (title, site)


def _host_name(site: str) -> str:
    """ "example" for "www.example.org"."""
    return folded(site).removeprefix("www.").split(".")[0].replace("-", "")


def _same(unit: TextUnit, title: str) -> bool:
    return bool(unit.key) and unit.key == folded(title)


def _zone(page: Page, titled: Sequence[int]) -> range:
    """Where bylines and dates stand: from the title, or some lines above the text, to its second paragraph."""
    above = [i for i in titled if i < page.body.start]
    start = min(above) if above else max(0, page.body.start - _LINES_ABOVE)
    after = [i for i in page.body if i in page.prose and i > page.body.start]
    return range(start, after[0] if after else page.body.stop)


def _title(page: Page) -> tuple[str, str | None, list[int]]:
    units = page.units
    repeated = _repeated(page)
    if repeated is not None:
        line = units[repeated]
        copies = [i for i in range(page.body.start) if units[i].key == line.key]
        return line.text, _site_beside(units, line), copies
    chosen = _chosen(page)
    if chosen is None:
        return "", None, []
    title, site = split_site(units[chosen].text)
    return title, site, [chosen]


def _may_be_title(unit: TextUnit) -> bool:
    if not unit.key or unit.wrapped or unit.is_item or unit.is_bar or unit.text[-1] in ".,;:" or len(unit.key) < 4:
        return False
    return not (is_certain(unit.key) or is_edge(unit.key) or _is_date_line(unit) or _BY.fullmatch(unit.text))


def _repeated(page: Page) -> int | None:
    """The title often stands twice: as the page's and as the article's, at times with more around the first."""
    units = page.units
    near = [i for i in range(min(len(units), page.body.start + 2)) if units[i].key][-_TITLE_UNITS:]
    for i in near:
        if units[i].words < 4 or units[i].is_prose or not _may_be_title(units[i]):
            continue
        if any(j != i and _repeats(units[j], units[i]) for j in near):
            return i
    return None


def _repeats(line: TextUnit, title: TextUnit) -> bool:
    near = title.key in line.key and line.length <= title.length + 120
    return near and is_title_copy(line.key, title.key)


def _site_beside(units: Sequence[TextUnit], title: TextUnit) -> str | None:
    """The site's name where it follows the title: "Title - Site"."""
    for unit in units[:_TITLE_UNITS]:
        _, found, after = unit.key.partition(title.key)
        name = unit.text[len(unit.text) - len(after) :] if found else ""
        mark = name.strip()[:1]
        if mark and mark in "|-–—·•»" and 2 <= len(name.strip(" |-–—·•»")) <= 50:
            return name.strip(" |-–—·•»")
    return None


def _chosen(page: Page) -> int | None:
    """The first line that can be a title; under a menu, the one that looks most like it."""
    units, start = page.units, page.body.start
    head = [i for i in range(start) if _may_be_title(units[i])]
    if sum(units[i].is_label for i in range(start)) < _MENU_LINES:
        return next((i for i in head if units[i].words >= 2 or i == 0), None)
    near = [i for i in head if i >= start - _LINES_ABOVE and units[i].words >= 4]
    return max(near, key=lambda i: _likeness(units, i, start), default=None)


def _likeness(units: Sequence[TextUnit], i: int, start: int) -> float:
    """How much a line above the text is like its title: of some length, near, and signed or dated below."""
    signed = any(_is_date_line(unit) or _BY.fullmatch(unit.text) for unit in units[i + 1 : min(i + 6, start + 1)])
    return min(units[i].words, 9) + 6 * signed + 2 * units[i].is_title_like - 0.3 * (start - i)


def _byline(units: Sequence[TextUnit], zone: range) -> tuple[tuple[str, ...], list[int]]:
    for i in zone:
        text = units[i].text.strip("*_ ")
        found = _BY.fullmatch(text) if units[i].key and not units[i].is_prose else None
        # "By the sea" begins a poem; "Written by" and a date after the name leave no doubt.
        sure = found is not None and (found["label"].casefold() != "by" or _DATE.search(text) is not None)
        names = _names(_DATE.split(found["who"])[0], lenient=sure) if found else ()
        if names:
            return names, [i]
        following = units[i + 1].text if i + 1 < len(units) else ""
        if _BY_ALONE.fullmatch(text) and (names := _names(following, lenient=True)):
            return names, [i, i + 1]
        under_title = zone.start < i <= zone.start + 2 and units[i].words <= 4
        if under_title and _is_date_line_at(units, i + 1) and (names := _names(text, lenient=True)):
            return names, [i]
    return (), []


def _is_date_line_at(units: Sequence[TextUnit], i: int) -> bool:
    return i < len(units) and _is_date_line(units[i])


def _names(text: str, lenient: bool = False) -> tuple[str, ...]:
    """The people in a byline; none at all when some of it can be no name."""
    found = people(text)
    return found if found and all(_is_name(name, lenient) for name in found) else ()


def _is_name(name: str, lenient: bool) -> bool:
    """True for capitalised words; ``lenient`` takes a team's name too, "Sample project"."""
    words = name.split()
    if not 1 <= len(words) <= 6 or any(c.isdigit() for c in name) or name[-1] in "?!:.":
        return False
    capitals = [not word[0].islower() or word in _PARTICLES for word in words]
    return all(capitals) or (lenient and capitals[0])


def _boxed_author(text: str) -> tuple[str, ...]:
    found = _BOX.search(text[-HEAD_CHARS:])
    return _names(found[1].strip()) if found else ()


def _dates(units: Sequence[TextUnit], zone: range) -> tuple[str | None, list[int]]:
    """The first date of publication above the text, and all lines there that are nothing but a date."""
    lines = [i for i in zone if _is_date_line(units[i])]
    dated = lines or [i for i in zone if _is_dated_label(units[i])]
    first = sorted(dated, key=lambda i: bool(_LATER.search(units[i].text)) and not _FIRST.search(units[i].text))
    return (iso_date(units[first[0]].text) if first else None), lines


def _is_dated_label(unit: TextUnit) -> bool:
    """A short line that is no sentence and has a date, as in "12 May 2022 / Health / By Ann Bee"."""
    return bool(unit.key) and unit.words <= 16 and not unit.is_prose and _FULL_DATE.search(unit.text) is not None


def _is_date_line(unit: TextUnit) -> bool:
    """A date and nothing else but its label, its weekday and its time."""
    if not unit.key or unit.length > 100 or unit.wrapped or not any(map(str.isdigit, unit.text)):
        return False
    rest = _CLOCK.sub(" ", _DATE.sub(" ", unit.text))
    return (
        rest != unit.text
        and _DATE.search(unit.text) is not None
        and not _DATE_WORDS.sub("", rest.casefold()).strip(" ,.:;|·•-–—()/@*_")
    )


def _link(units: Sequence[TextUnit], zone: range) -> tuple[str | None, list[int]]:
    for i in zone:
        doi = _DOI_LINE.fullmatch(units[i].text) if units[i].key else None
        link = _URL_LINE.fullmatch(units[i].text) if units[i].key else None
        if doi or link:
            return ("https://doi.org/" + doi[1] if doi else link[1] if link else None), [i]
    return None, []


def iso_date(value: object) -> str | None:
    """ISO, with as much of the date as is certain: 2022, 2022-05 or 2022-05-01; None when there is none."""
    if isinstance(value, (date, datetime)):
        return value.isoformat()[:10]
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value).strip() if isinstance(value, (str, int)) and not isinstance(value, bool) else ""
    found = _DATE.search(text[:200])
    if found is None:
        year = _YEAR.search(text[:200])
        return year[0] if year else None
    parts = {key[0]: part for key, part in found.groupdict().items() if part}
    return _checked(int(parts["y"]), _month(parts), int(parts.get("d", 0)))


def dates_in(text: str) -> Iterator[str]:
    """The days that a text names, ISO, in its order."""
    return (iso for found in _FULL_DATE.finditer(text) if len(iso := iso_date(found[0]) or "") == len("2022-05-01"))


def _month(parts: Mapping[str, str]) -> int:
    if "n" in parts:
        return int(parts["n"])
    return _MONTHS.index(parts["m"][:3].casefold()) + 1 if "m" in parts else 0


def _checked(year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return f"{year:04}-{month:02}" if month else f"{year:04}"
