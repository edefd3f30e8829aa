"""Reads a plain text's own metadata off its lines: title, authors, dates, site and link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from index.types import Span
from ingest.boilerplate.clean import MIN_MENU_LINES, merge_spans
from ingest.boilerplate.page import Page, is_title_copy
from ingest.boilerplate.phrases import is_certain, is_edge
from ingest.boilerplate.text_units import TextUnit, fold, split_units
from ingest.metadata.bylines import boxed_author, byline, is_date_line, line_below
from ingest.metadata.date_labels import Label
from ingest.metadata.dates import (
    FULL_DATE,
    UNCERTAIN_ORDER,
    LabelledDate,
    day_comes_first,
    is_future,
    labelled_dates,
)
from ingest.metadata.dates import dates_in as dates_in
from ingest.metadata.dates import iso_date as iso_date
from ingest.metadata.languages import language_of
from ingest.metadata.signatures import BY, ENDS_IN_INITIAL, Signature, looks_signed, title_and_author
from ingest.types import Metadata

# Bylines and dates come above the text; what looks like one further down belongs to the text. (All are guesses.)
_HEAD_CHARS = 20_000
_MAX_TITLE_LINES = 60  # lines before the body among which a repeated title is looked for
_LONGEST_HEADLINE = 25  # words of a title that ends as a sentence does
_MAX_LINES_ABOVE = 30  # lines between the title or a byline and the body

_URL_LINE = re.compile(
    r"(?:(?:source|url|link|from|retrieved from|available at|original article) ?:? ?)?(https?://\S{4,})", re.I
)
_DOI_LINE = re.compile(r"(?:doi ?:? ?|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)", re.I)
_PART = re.compile(  # headings of parts that many documents have: none names its document
    r"(?:abstract|(?:executive )?summary|introduction|preface|foreword|(?:table of )?contents|key ?words|references"
    r"|bibliography|acknowledge?ments?|appendix(?: \w)?|chapter \w{1,5}|zusammenfassung|einleitung"
    r"|inhalt(?:sverzeichnis)?|vorwort|r[ée]sum[ée]n?|sommaire)\W*",
    re.IGNORECASE,
)
_FIELD = re.compile(r"[^\W\d_][^:.]{0,24}:\s")
_SITE_TAIL = re.compile(r" (?P<mark>[|·•»]|[-–—]|::) (?P<site>[^|·•»]{2,50})$")


@dataclass(frozen=True, slots=True)
class Description:
    """Metadata, and the spans of the lines that it was read from, which can be dropped from the text.

    ``byline_spans``: lines that stay text, and are bylines rather than headings.
    """

    metadata: Metadata
    metadata_spans: tuple[Span, ...] = ()
    byline_spans: tuple[Span, ...] = ()
    warnings: tuple[str, ...] = ()


def describe(text: str, known: Metadata | None = None, today: date | None = None) -> Description:
    """Metadata from the lines above the text and from the author box below it.

    Values that are ``known`` are not replaced. Without running text there is nothing to add. Dates after ``today``
    (None: the clock's) are no dates of the document.
    """
    given = known or Metadata()
    page = Page(split_units(text[:_HEAD_CHARS]))
    if not page.body:
        return Description(given)
    units = page.units
    title, publisher, title_lines = _title(page)
    head = _head(page, title_lines)
    signature, signed = byline(units, head)
    title, signature = _parted_title(title, signature)
    publisher_below, dated_line = line_below(units, signed)
    day_first = day_comes_first(text[:_HEAD_CHARS], given.language or language_of(text))
    dates = _dates(units, head, day_first, today or datetime.now(UTC).date())
    url, link_lines = _link(units, head)
    metadata = replace(
        given,
        title=given.title or title,
        authors=given.authors or signature.authors or boxed_author(text[-_HEAD_CHARS:]),
        published=given.published or (dates.published.iso if dates.published else iso_date(signature.date)),
        updated=given.updated or (dates.updated.iso if dates.updated else None),
        publisher=given.publisher or publisher or signature.publisher or publisher_below,
        url=given.url or url,
    )
    moved_titles = (i for i in title_lines if not given.title or _is_title(units[i], given.title))
    whole = [i for i in signed if signature.is_whole or units[i].text.startswith("#")]
    lines = {*whole, *dated_line, *dates.lines, *link_lines, *moved_titles}
    bylines = [i for i in head if i < page.body.start and i not in lines and looks_signed(units[i].text)]
    is_ambiguous = dates.published is not None and dates.published.is_ambiguous and not given.published
    moved, kept = (merge_spans(Span(units[i].start, units[i].end) for i in chosen) for chosen in (lines, bylines))
    return Description(metadata, moved, kept, (UNCERTAIN_ORDER,) * is_ambiguous)


def split_site(title: str, site: str | None = None) -> tuple[str, str | None]:
    """A page's title without its " - Site name", and the site's name; the arguments as they are when it has none.

    A dash separates only the name of ``site``, because subtitles follow dashes too. Other marks (a bar, a dot) also
    separate any short capitalised name.
    """
    match = _SITE_TAIL.search(title)
    if match is None or match.start() < 8:
        return title, site
    name = match["site"].strip()
    is_site = site is not None and fold(name).replace(" ", "") in (fold(site).replace(" ", ""), _host_name(site))
    is_marked = match["mark"] not in "-–—" and name[0].isupper() and len(name.split()) <= 5
    return (title[: match.start()].rstrip(), site or name) if is_site or is_marked else (title, site)


def _host_name(site: str) -> str:
    """ "example" for "www.example.org"."""
    return fold(site).removeprefix("www.").split(".")[0].replace("-", "")


def _is_title(unit: TextUnit, title: str) -> bool:
    return bool(unit.key) and unit.key == fold(title)


def _head(page: Page, title_lines: Sequence[int]) -> range:
    """The lines that may hold bylines and dates: from the title, or some lines above the body, to its second
    paragraph."""
    above = [i for i in title_lines if i < page.body.start]
    start = min(above) if above else max(0, page.body.start - _MAX_LINES_ABOVE)
    later_prose = [i for i in page.body if i in page.prose and i > page.body.start]
    return range(start, later_prose[0] if later_prose else page.body.stop)


def _title(page: Page) -> tuple[str, str | None, list[int]]:
    """The title, the site's name and the indices of the lines with the title; ("", None, []) without a title."""
    units = page.units
    repeated = _repeated_title(page)
    if repeated is not None:
        line = units[repeated]
        copies = [i for i in range(page.body.start) if units[i].key == line.key]
        return line.text, _site_after_title(units, line), copies
    best = _best_title(page)
    if best is None and page.body.start == 0 and _is_headline(units):
        best = 0
    if best is None:
        return "", None, []
    title, site = split_site(units[best].text)
    return title, site, [best]


def _parted_title(title: str, signature: Signature) -> tuple[str, Signature]:
    """The title without the author and year that stand in it, which count where there is no byline."""
    parted = title_and_author(title)
    if parted is None:
        return title, signature
    return parted[0], signature if signature.authors else parted[1]


def _may_be_title(unit: TextUnit) -> bool:
    ends_open = unit.text[-1] in ".,;:" and not ENDS_IN_INITIAL.search(unit.text)
    is_short = len(unit.key) < (4 if unit.key.isascii() else 2)  # a Chinese word has two characters
    if not unit.key or unit.wrapped or unit.is_item or unit.is_bar or ends_open or is_short:
        return False
    is_dated = is_date_line(unit) or _states_a_date(unit)
    is_other = BY.fullmatch(unit.text) or _PART.fullmatch(unit.text)
    return not (is_certain(unit.key) or is_edge(unit.key) or is_dated or is_other)


def _repeated_title(page: Page) -> int | None:
    """The index of a title that occurs twice, as the page's and as the article's, perhaps with a site's name around
    one of them; None when there is none."""
    units = page.units
    candidates = [i for i in range(min(len(units), page.body.start + 2)) if units[i].key][-_MAX_TITLE_LINES:]
    for i in candidates:
        if units[i].words < 4 or units[i].is_prose or not _may_be_title(units[i]):
            continue
        if any(j != i and _repeats(units[j], units[i]) for j in candidates):
            return i
    return None


def _repeats(line: TextUnit, title: TextUnit) -> bool:
    """True when the line contains the title and little more."""
    contains_title = title.key in line.key and line.length <= title.length + 120
    return contains_title and is_title_copy(line.key, title.key)


def _site_after_title(units: Sequence[TextUnit], title: TextUnit) -> str | None:
    """The site's name from a line "Title - Site"; None when there is no such line."""
    for unit in units[:_MAX_TITLE_LINES]:
        _, match, after = unit.key.partition(title.key)
        name = unit.text[len(unit.text) - len(after) :] if match else ""
        mark = name.strip()[:1]
        if mark and mark in "|-–—·•»" and 2 <= len(name.strip(" |-–—·•»")) <= 50:
            return name.strip(" |-–—·•»")
    return None


def _best_title(page: Page) -> int | None:
    """The index of the first line that can be a title; under a menu, of the line that looks most like a title."""
    units, start = page.units, page.body.start
    candidates = [i for i in range(start) if _may_be_title(units[i])]
    if sum(units[i].is_label for i in range(start)) < MIN_MENU_LINES:
        return next((i for i in candidates if units[i].words >= 2 or i == 0), None)
    longer = [i for i in candidates if i >= start - _MAX_LINES_ABOVE and units[i].words >= 4]
    return max(longer, key=lambda i: _title_score(units, i, start), default=None)


def _is_headline(units: Sequence[TextUnit]) -> bool:
    """Whether the first line is a title though it ends as a sentence does ("… that wall!'"): a byline or a date is
    below it."""
    below = next((unit for unit in units[1:] if unit.key), None)
    is_short = units[0].words <= _LONGEST_HEADLINE and _may_be_title(units[0])
    return is_short and below is not None and (is_date_line(below) or BY.fullmatch(below.text) is not None)


def _title_score(units: Sequence[TextUnit], i: int, start: int) -> float:
    """How much line ``i`` looks like the title of the body that begins at ``start`` (weights are guesses).

    Length, capitals and a byline or date within five lines below count for it, distance to the body against it.
    """
    is_signed = any(is_date_line(unit) or BY.fullmatch(unit.text) for unit in units[i + 1 : min(i + 6, start + 1)])
    return min(units[i].words, 9) + 6 * is_signed + 2 * units[i].is_title_like - 0.3 * (start - i)


@dataclass(frozen=True, slots=True)
class _Dates:
    """ISO dates; ``lines``: the indices of all lines that hold nothing but a date."""

    published: LabelledDate | None
    updated: LabelledDate | None
    lines: list[int]


def _dates(units: Sequence[TextUnit], head: range, day_first: bool | None, today: date) -> _Dates:
    """The dates of the head. A date that is labelled as published counts before one without a label; a date of another
    kind, or after tomorrow, is none."""
    lines = [i for i in head if is_date_line(units[i])]
    others = [i for i in head if i not in lines and _is_dated_label(units[i])]
    dated = [
        labelled
        for i in (*lines, *others)
        for labelled in labelled_dates(units[i].text, units[i - 1].text if i else "", day_first)
        if not is_future(labelled.iso, today)
    ]
    first = {label: next((labelled for labelled in dated if labelled.label is label), None) for label in Label}
    return _Dates(first[Label.PUBLISHED] or first[Label.NONE], first[Label.UPDATED], lines)


def _is_dated_label(unit: TextUnit) -> bool:
    """True for a short line with a date that is not a sentence: "12 May 2022 / Health / By Ann Bee"."""
    return bool(unit.key) and unit.words <= 24 and not unit.is_prose and FULL_DATE.search(unit.text) is not None


def _states_a_date(unit: TextUnit) -> bool:
    """True for a line with a label and its date: "Patient: A. A., born 4 March 1951"."""
    has_label = any(labelled.label is not Label.NONE for labelled in labelled_dates(unit.text))
    return has_label or (_FIELD.match(unit.text) is not None and FULL_DATE.search(unit.text) is not None)


def _link(units: Sequence[TextUnit], head: range) -> tuple[str | None, list[int]]:
    """The address in the first line that is a link or a DOI, and the index of that line."""
    for i in head:
        doi = _DOI_LINE.fullmatch(units[i].text) if units[i].key else None
        link = _URL_LINE.fullmatch(units[i].text) if units[i].key else None
        if doi or link:
            return ("https://doi.org/" + doi[1] if doi else link[1] if link else None), [i]
    return None, []
