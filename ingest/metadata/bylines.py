"""Reads the lines between a title and its text: whose text it is, who published it, and which lines are only a date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.lexicon import MONTHS, WEEKDAYS
from ingest.boilerplate.text_units import TextUnit
from ingest.metadata.dates import DATE
from ingest.metadata.people import PARTICLES, has_affiliation, parse_names

_LONGEST_PUBLISHER = 6  # words of a publisher's name
_DATE_WORDS = re.compile(
    r"\b(?:(?:first|originally|last|date|article|post|published|posted|updated|modified|reviewed|revised"
    r"|created|written|issued|online"
    r"|veröffentlicht|aktualisiert|erschienen|stand|am|den|vom|uhr|publiée?|mise? à jour|le|à|publicad[oa]"
    r"|actualizad[oa]|el|atualizad[oa]|em|às|pubblicat[oa]|aggiornat[oa]|il|alle|ore|gepubliceerd|bijgewerkt|op|om"
    r"|opublikowan[oay]|zaktualizowan[oay]|dnia|r|опубликован[оа]?|обновлен[оа]?|года?|г|publicerad|uppdaterad|kl"
    r"|medically|on|at|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[ecmp][ds]?t|utc|gmt|bst|cet)\b)"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?", re.IGNORECASE)
BY = re.compile(
    r"(?P<label>(?:(?:written|posted|reported|story|words|article|text|published) )?by:?|authors?:|author\(s\):)"
    r"\s+(?P<who>\S.{1,150})",
    re.IGNORECASE,
)
# in other languages names of two words or more must follow: these words begin titles and surnames too
_FOREIGN_BY = re.compile(
    r"(?:[Vv]on|VON|[Pp]ar|PAR|[Pp]or|POR|[Dd]i|DI|[Dd]oor|[Aa]v|[Aa]f) (?P<who>[^\W\d_a-z]\S* \S.{1,150})"
)
_FOREIGN_LABEL = re.compile(
    r"(?:(?:aut(?:or(?:in|en|es|a|e|i|zy)?|eurs?|rice|rici)|авторы?|författare) ?:"
    r"|(?:ein (?:beitrag|artikel|kommentar)|text:?) von) (?P<who>\S.{1,150})",
    re.IGNORECASE,
)
_UNDER_BYLINE = re.compile(r"(?P<name>[^\W\d_a-z][^\d|·•]{1,60}?)\s*(?:[,|·•]|\s[-–—])\s*(?P<date>.{4,40})")
_PUBLISHER = re.compile(  # words that tell a publisher's name from that of a town
    r"\b(?:courier|times|post|news|herald|review|journal|gazette|press|tribune|daily|weekly|monthly|magazine|observer"
    r"|chronicle|guardian|telegraph|mail|standard|independent|express|bulletin|radio|tv|today|echo|globe|mirror|record"
    r"|examiner|inquirer|sentinel|dispatch|report|reports|books|verlag|zeitung|anzeiger|kurier|nachrichten|rundschau"
    r"|tageblatt|blatt|revue|gazeta|diario|jornal|giornale|corriere|universit\w+|institut\w*|college|society|agency"
    r"|[\w.-]+\.(?:com|org|net|co\.uk|de|fr|eu))\b",
    re.IGNORECASE,
)
_BY_ALONE = re.compile(r"(?:(?:written|posted|story|words|reported|article) by|by|authors?):?", re.IGNORECASE)
_PLACE = re.compile(r"\s+in (?=[^\W\d_a-z]).*$")
_AUTHOR_BOX = re.compile(r"^[ \t]*(?:view all|more) posts by (\S.{1,60})$", re.IGNORECASE | re.MULTILINE)
ENDS_IN_INITIAL = re.compile(r"\b(?:[^\W\d_a-z]|Inc|Ltd|Co|Jr|Sr)\.$")
# Words that no name of a person has: of buttons, and of the calendar when a name has no others.
_BUTTONS = frozenset(
    "share follow subscribe staff print email e-mail tweet comment comments login menu search contact".split()  # noqa: SIM905
)
_CALENDAR = frozenset((*MONTHS, *WEEKDAYS, *(month[:3] for month in MONTHS), "today", "yesterday"))


def byline(units: Sequence[TextUnit], head: range) -> tuple[tuple[str, ...], list[int]]:
    """The authors in the first byline, and the indices of its lines."""
    for i in head:
        text = units[i].text.strip("*_ ")
        match = BY.fullmatch(text) if units[i].key and not units[i].is_prose else None
        # "By the sea" begins a poem; "Written by", or a date after the name, is certainly a byline.
        is_explicit = match is not None and (match["label"].casefold() != "by" or DATE.search(text) is not None)
        names = _names(DATE.split(match["who"])[0], lenient=is_explicit) if match else ()
        names = names or (_foreign_names(text) if i > head.start and not units[i].is_prose else ())
        if names:
            return names, [i]
        next_line = units[i + 1].text if i + 1 < len(units) else ""
        if _BY_ALONE.fullmatch(text) and (names := _names(next_line, lenient=True)):
            return names, [i, i + 1]
        under_title = head.start < i <= head.start + 2 and units[i].words <= 4
        if under_title and _is_date_line_at(units, i + 1) and (names := _names(text, lenient=True)):
            return names, [i]
        if head.start < i <= head.start + 2 and (names := _listed_names(units, i)):
            return names, [i]
    return (), []


def _listed_names(units: Sequence[TextUnit], i: int) -> tuple[str, ...]:
    """The authors in a line of nothing but full names, above a journal or publisher with its date: of a paper."""
    names = _names(units[i].text) if units[i].key and "," in units[i].text else ()
    are_full = len(names) > 1 and all(sum(word not in PARTICLES for word in name.split()) > 1 for name in names)
    return names if are_full and (line_below(units, [i])[1] or _is_date_line_at(units, i + 1)) else ()


def _foreign_names(text: str) -> tuple[str, ...]:
    """The people in a byline of another language: "Von Ann Sample", "Auteur : Ann Sample"."""
    if labelled := _FOREIGN_LABEL.fullmatch(text):
        return _names(DATE.split(labelled["who"])[0])
    match = _FOREIGN_BY.fullmatch(text)
    names = _names(DATE.split(match["who"])[0]) if match else ()
    are_whole = all(sum(word not in PARTICLES for word in name.split()) > 1 for name in names)
    return names if are_whole else ()


def line_below(units: Sequence[TextUnit], lines: Sequence[int]) -> tuple[str | None, list[int]]:
    """The publisher in a line such as "Fenland Courier, 21 January 2023" right under a byline of these ``lines``, None
    where the name may as well be that of a town; and the index of the line, none where it is of another kind."""
    below = next((i for i in range(max(lines, default=-1) + 1, len(units)) if units[i].key), None)
    match = _UNDER_BYLINE.fullmatch(units[below].text) if lines and below is not None else None
    if match is None or below is None or DATE.fullmatch(match["date"].strip()) is None:
        return None, []
    words = match["name"].split()
    if len(words) > _LONGEST_PUBLISHER or any(word[0].islower() and word not in PARTICLES for word in words):
        return None, []
    return match["name"].strip() if _PUBLISHER.search(match["name"]) else None, [below]


def _is_date_line_at(units: Sequence[TextUnit], i: int) -> bool:
    return i < len(units) and is_date_line(units[i])


def _names(text: str, lenient: bool = False) -> tuple[str, ...]:
    """The people in a byline; none when any part of it cannot be a name."""
    text = _PLACE.sub("", re.sub(r"^the ", "", text, flags=re.IGNORECASE))
    names = tuple(name.partition(",")[0] for name in parse_names(text))  # "Ann Sample, London"
    return names if names and all(_is_name(name, lenient) for name in names) else ()


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


def boxed_author(text: str) -> tuple[str, ...]:
    """The name in "View all posts by …" in the last part of a text."""
    match = _AUTHOR_BOX.search(text)
    return _names(match[1].strip()) if match else ()


def is_date_line(unit: TextUnit) -> bool:
    """True for a line with a date and nothing else but a label, a weekday or a time."""
    if not unit.key or unit.length > 100 or unit.wrapped or not any(map(str.isdigit, unit.text)):
        return False
    rest = _CLOCK.sub(" ", DATE.sub(" ", unit.text))
    return (
        rest != unit.text
        and DATE.search(unit.text) is not None
        and not _DATE_WORDS.sub("", rest.casefold()).strip(" ,.:;|·•-–—()/@*_")
    )
