"""Reads the lines between a title and its text: whose text it is, who published it, and which lines are only a date."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.text.publishers import names_publisher
from ingest.boilerplate.text_units import TextUnit
from ingest.metadata.dates import DATE
from ingest.metadata.signatures import (
    BY,
    Signature,
    after_by,
    are_full,
    is_publisher_name,
    kind_and_author,
    names_and_publisher,
    names_in,
)

_DATE_WORDS = re.compile(
    r"\b(?:(?:first|originally|last|date|article|post|published|posted|updated|modified|reviewed|revised"
    r"|created|written|issued|online"
    r"|veröffentlicht|aktualisiert|erschienen|stand|am|den|vom|uhr|publiée?|mise? à jour|le|à|publicad[oa]"
    r"|actualizad[oa]|el|atualizad[oa]|em|às|pubblicat[oa]|aggiornat[oa]|il|alle|ore|gepubliceerd|bijgewerkt|op|om"
    r"|opublikowan[oay]|zaktualizowan[oay]|dnia|r|опубликован[оа]?|обновлен[оа]?|года?|г|publicerad|uppdaterad|kl"
    r"|medically|on|at|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?|[ecmp][ds]?t|utc|gmt|bst|cet)\b)"
)
_CLOCK = re.compile(r"\b\d{1,2}[:.]\d\d(?::\d\d)?(?: ?[ap]\.?m\b\.?)?", re.IGNORECASE)
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
_BY_ALONE = re.compile(r"(?:(?:written|posted|story|words|reported|article) by|by|authors?):?", re.IGNORECASE)
_AUTHOR_BOX = re.compile(r"^[ \t]*(?:view all|more) posts by (\S.{1,60})$", re.IGNORECASE | re.MULTILINE)


def byline(units: Sequence[TextUnit], head: range) -> tuple[Signature, list[int]]:
    """What the first byline says, and the indices of its lines."""
    for i in head:
        unit, text = units[i], units[i].text.strip("#*_ ")
        signed = _signature(text, unit, is_below_title=i > head.start)
        if signed is None and head.start < i <= head.start + 2 and unit.key:
            signed = names_and_publisher(text) or _under_title(units, i)
        if signed is not None:
            return signed, [i]
        next_line = units[i + 1].text if i + 1 < len(units) else ""
        if _BY_ALONE.fullmatch(text) and (names := names_in(next_line, lenient=True)):
            return Signature(names), [i, i + 1]
    return Signature(()), []


def _signature(text: str, unit: TextUnit, *, is_below_title: bool) -> Signature | None:
    """What a line says by its own words."""
    if unit.is_prose:
        return None
    match = BY.fullmatch(text) if unit.key else None
    # "By the sea" begins a poem; "Written by", or a date after the name, is certainly a byline.
    is_explicit = match is not None and (match["label"].casefold() != "by" or DATE.search(text) is not None)
    signed = after_by(match["who"], lenient=is_explicit) if match else None
    if signed is None and is_below_title:
        signed = _foreign_signature(text) or (kind_and_author(text) if unit.key else None)
    return signed


def _under_title(units: Sequence[TextUnit], i: int) -> Signature | None:
    """The author in a line without any label: a name above a date; of a paper, several full names above the journal or
    publisher with its date."""
    names = names_in(units[i].text, lenient=True) if units[i].words <= 4 and _is_date_line_at(units, i + 1) else ()
    if not names and "," in units[i].text:
        listed = names_in(units[i].text)
        is_paper = line_below(units, [i])[1] or _is_date_line_at(units, i + 1)
        names = listed if len(listed) > 1 and are_full(listed) and is_paper else ()
    return Signature(names) if names else None


def _foreign_signature(text: str) -> Signature | None:
    """What a byline of another language says: "Von Ann Sample", "Auteur : Ann Sample"."""
    if labelled := _FOREIGN_LABEL.fullmatch(text):
        return after_by(labelled["who"], lenient=False)
    match = _FOREIGN_BY.fullmatch(text)
    signed = after_by(match["who"], lenient=False) if match else None
    return signed if signed and are_full(signed.authors) else None


def line_below(units: Sequence[TextUnit], lines: Sequence[int]) -> tuple[str | None, list[int]]:
    """The publisher in a line such as "Fenland Courier, 21 January 2023" right under a byline of these ``lines``, None
    where the name may as well be that of a town; and the index of the line, none where it is of another kind."""
    below = next((i for i in range(max(lines, default=-1) + 1, len(units)) if units[i].key), None)
    match = _UNDER_BYLINE.fullmatch(units[below].text) if lines and below is not None else None
    if match is None or below is None or DATE.fullmatch(match["date"].strip()) is None:
        return None, []
    if not is_publisher_name(match["name"]):
        return None, []
    return match["name"].strip() if names_publisher(match["name"]) else None, [below]


def _is_date_line_at(units: Sequence[TextUnit], i: int) -> bool:
    return i < len(units) and is_date_line(units[i])


def boxed_author(text: str) -> tuple[str, ...]:
    """The name in "View all posts by …" in the last part of a text."""
    match = _AUTHOR_BOX.search(text)
    return names_in(match[1].strip()) if match else ()


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
