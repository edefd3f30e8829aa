"""Reads a line that says who wrote a text: "Opinion, by Ann Sample", "By Ann Sample, Fenland Courier, 3 May 2019"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.text.lexicon import MONTHS, WEEKDAYS
from index.text.publishers import names_publisher
from ingest.metadata.dates import DATE
from ingest.metadata.people import PARTICLES, has_affiliation, parse_names

_LONGEST_PUBLISHER = 6  # words of a publisher's name
BY = re.compile(
    r"(?P<label>(?:(?:written|posted|reported|story|words|article|text|published) )?by:?|authors?:|author\(s\):)"
    r"\s+(?P<who>\S.{1,150})",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\s+in (?=[^\W\d_a-z]).*$")
ENDS_IN_INITIAL = re.compile(r"\b(?:[^\W\d_a-z]|Inc|Ltd|Co|Jr|Sr)\.$")
# Words that no name of a person has: of buttons, and of the calendar when a name has no others.
_BUTTONS = frozenset(
    "share follow subscribe staff print email e-mail tweet comment comments login menu search contact".split()  # noqa: SIM905
)
_CALENDAR = frozenset((*MONTHS, *WEEKDAYS, *(month[:3] for month in MONTHS), "today", "yesterday"))

_YEAR = r"1[5-9]\d\d|20\d\d"
# What a text is, before its author: "Talk to the society, by Ann Sample", "A short history by Ann Sample (1998)".
_KIND_BY = re.compile(
    rf"(?P<kind>[^\W\d_][^.:;!?()\d]{{2,80}}?)(?P<comma>,?) by (?P<who>[^\W\d_a-z].{{2,120}}?)"
    rf"(?: \((?P<year>{_YEAR})\))?"
)
_KIND = re.compile(
    r"(?:an? |the )?(?:[a-z'-]+ ){0,3}(?:account|address|analysis|column|comment|commentary|essay|feature|history"
    r"|interview|lecture|letter|memoir|notes?|obituary|opinion|paper|poem|report|review|sermon|speech|story|study|talk"
    r"|thesis)\b.{0,40}",
    re.IGNORECASE,
)
_NOT_WRITTEN = re.compile(
    r"\b(?:photo\w*|pictures?|images?|drawings?|illustrat\w+|paintings?|music|maps?|edited|translated|compiled|reviewed"
    r"|directed|presented|sponsored|published|fact-checked|introduced|preface|foreword|introduction)\b",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"\s*\(([^()]{2,80})\)$")
_BEFORE_PUBLISHER = re.compile(r"(?P<names>.+)(?:,| for(?: the)?) (?P<publisher>[^,]+)")
_BARS = re.compile(r"\s*[|·•]\s*|\s+[-–—]\s+")
_LAST_YEAR = re.compile(rf"(?<=[,\s])({_YEAR})$")
_LOOKS_SIGNED = re.compile(r"(?:^[Bb][Yy]|, by) [^\W\d_a-z]|, by (?:the|our|an?) ")


@dataclass(frozen=True, slots=True)
class Signature:
    """``date``: as it is written; ``is_whole``: the line says nothing else, so that it is no text."""

    authors: tuple[str, ...]
    publisher: str | None = None
    date: str | None = None
    is_whole: bool = True


def after_by(who: str, *, lenient: bool) -> Signature | None:
    """What follows "by": names, perhaps a publisher, perhaps a date; None where no name stands there."""
    who, date = _parted_date(_IN_BRACKETS.sub(r", \1", who))
    people, publisher = _parted_publisher(who)
    names = names_in(people, lenient)
    return Signature(names, publisher, date) if names else None


def kind_and_author(text: str) -> Signature | None:
    """The author of a line that says first what the text is. Full names must follow; and a comma, a word for a kind of
    text, or the year, must show that it is no sentence or title."""
    match = _KIND_BY.fullmatch(text)
    if match is None or _NOT_WRITTEN.search(match["kind"]):
        return None
    signed = after_by(match["who"], lenient=False)
    is_shown = match["comma"] or match["year"] or _KIND.fullmatch(match["kind"])
    if signed is None or not is_shown or not are_full(signed.authors):
        return None
    return Signature(signed.authors, signed.publisher, match["year"] or signed.date, is_whole=False)


def title_and_author(title: str) -> tuple[str, Signature] | None:
    """A title and its author from "The wall, by Ann Sample" or "The wall by Ann Sample (1998)"; None for another, such
    as "Killed by Friendly Fire (1998)"."""
    match = _KIND_BY.fullmatch(title)
    if match and not match["comma"] and match["kind"].endswith("ed"):
        return None
    signed = kind_and_author(title) if match and (match["year"] or match["comma"]) else None
    return (match["kind"], signed) if match and signed else None


def names_and_publisher(text: str) -> Signature | None:
    """The author in "Ann Sample, Journal of Tides, March 2011" and "Ann Sample | 3 May 2019". With a comma a place may
    stand there as well as a name, so that a publisher must follow."""
    rest, date = _parted_date(text)
    has_bar = _BARS.search(text) is not None
    people, publisher = _parted_publisher(_BARS.sub(", ", rest))
    names = names_in(people)
    if date is None or not names or not (publisher or has_bar):
        return None
    if not are_full(names) or any(map(names_publisher, names)) or any(map(_is_place_or_office, names)):
        return None
    return Signature(names, publisher, date)


def _is_place_or_office(name: str) -> bool:
    """Whether a name is that of a place, or of what somebody is: "New York", "Prime Minister"."""
    from index.differences.occupations import OCCUPATIONS  # slow to load, and asked for few lines
    from index.differences.places import place_path

    words = name.casefold().split()
    return bool(place_path(words)) or words[-1] in OCCUPATIONS


def looks_signed(text: str) -> bool:
    """Whether a line is a byline rather than a heading, even where it cannot be told who is named."""
    match = _KIND_BY.fullmatch(text)
    names = names_in(match["who"]) if match else ()
    has_names = bool(names) and are_full(names)
    return has_names or _LOOKS_SIGNED.search(text) is not None or kind_and_author(text) is not None


def are_full(names: tuple[str, ...]) -> bool:
    """Whether each name has two words or more; true of no names."""
    return all(sum(word not in PARTICLES for word in name.split()) > 1 for name in names)


def is_publisher_name(text: str) -> bool:
    """Whether a text may be the name of a publisher or a place: a few words with capitals."""
    words = text.split()
    return len(words) <= _LONGEST_PUBLISHER and not any(word[0].islower() and word not in PARTICLES for word in words)


def names_in(text: str, lenient: bool = False) -> tuple[str, ...]:
    """The people in a byline; none when any part of it cannot be a name."""
    text = _PLACE.sub("", re.sub(r"^the ", "", text, flags=re.IGNORECASE))
    names = tuple(name.partition(",")[0] for name in parse_names(text))  # "Ann Sample, London"
    return names if names and all(_is_name(name, lenient) for name in names) else ()


def _parted_date(text: str) -> tuple[str, str | None]:
    """A text without what stands from its first date on, and that date."""
    match = DATE.search(text) or _LAST_YEAR.search(text)
    return (text[: match.start()].rstrip(" ,|·•–—-("), match[0]) if match else (text, None)


def _parted_publisher(people: str) -> tuple[str, str | None]:
    """The names, and the publisher at their end: "Ann Sample, Fenland Courier", "Ann Sample for the Courier"."""
    match = _BEFORE_PUBLISHER.fullmatch(people)
    publisher = match["publisher"].strip() if match else ""
    is_publisher = names_publisher(publisher) and is_publisher_name(publisher) and not has_affiliation(publisher)
    return (match["names"], publisher) if match and is_publisher else (people, None)


def _is_name(name: str, lenient: bool) -> bool:
    """True for capitalised words; with ``lenient`` only the first must be, as in a team's name, "Sample project"."""
    words = name.split()
    ends_open = name[-1] in "?!:." and not ENDS_IN_INITIAL.search(name)
    if not 1 <= len(words) <= 6 or any(letter.isdigit() for letter in name) or ends_open or has_affiliation(name):
        return False
    folded = {word.casefold().strip(".,") for word in words}
    if folded & _BUTTONS or folded <= _CALENDAR:
        return False
    capitalised = [not word[0].islower() or word in PARTICLES for word in words]
    return all(capitalised) or (lenient and capitalised[0])
