"""Extracts the names of people from bylines and from the values of author fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

PARTICLES = frozenset(
    (  # noqa: SIM905
        "de da di do du del dela della dos das des van von vom zu zur der den ter ten te het la le les al el ibn bin "
        "bint ben af av och of the for y e"
    ).split()
)
"""Words in lower case that belong to a name, in front of a surname or inside the name of a group."""

_DEGREE = (
    r"(?:M\.?D|Ph\.? ?D|D\.?Phil|R\.?N|M\.?P\.?H|M\.?S|M\.?Sc|M\.?A|B\.?A|B\.?Sc|D\.?O|J\.?D|M\.?B\.?A|Ed\.?D|D\.?D\.?S"
    r"|Pharm\.?D|Psy\.?D|LCSW|MSW|NP|MBBS|FRCP|FRS)\.?"
)
# Without a comma, two words must come first: in "Berg MS" the letters are initials.
_DEGREES = re.compile(rf",\s*{_DEGREE}(?=[,\s]|$)|(?<=[^\s,]\s)(?P<name>\S+)\s+{_DEGREE}(?=[,\s]|$)")
_SUFFIX = re.compile(r"(?:Jr|Sr|Jnr|Snr)\.?|II|III|IV|VI{1,3}", re.IGNORECASE)
_JOB = r"(?:reporter|correspondent|editor|writer|columnist|contributor|journalist|producer|photographer)s?"
_ROLE = re.compile(
    r"(?:, *|\s+[-–—|] *)(?:(?:staff|senior|contributing|freelance|chief)\b.*|(?:[a-z]+ ){0,3}" + _JOB + r"\b.*)$"
    r"|\s+(?:special to|for the|(?:staff|senior|contributing|freelance|chief) (?:[a-z]+ )?" + _JOB + r")\b.*$"
    r"|(?<=\w)(?<=[^\s,]) (?P<name>\S+)\s+(?:[a-z]+ )?" + _JOB + r"\b.*$",
    re.IGNORECASE,
)
_AFFILIATION = re.compile(
    r"\b(?:universit|department|dept\b|institut|school of|hospital|college|laborator|facult|cent(?:er|re) (?:for|of)\b"
    r"|division of|ministry|inc\b|ltd\b|llc\b|gmbh\b)",
    re.IGNORECASE,
)
_BY = re.compile(r"^(?:written |posted )?by:? (?:the )?", re.IGNORECASE)
_ET_AL = re.compile(r",? (?:et al\b\.?|and others)$", re.IGNORECASE)
_ID = re.compile(r"\s*\(\d+\)$")  # Scopus writes its number of an author after the name
_INITIALS = re.compile(r"(?:[^\W\d_a-z]\.?[ -]?){1,4}")


def parse_names(value: object) -> tuple[str, ...]:
    """The distinct names in a string of several names, a {name} or {family, given}, or a list of these; else ().

    The given name comes first where a comma shows the order.
    """
    if isinstance(value, str):
        names = [name for part in _split_names(value) if (name := _clean_name(part))]
    elif isinstance(value, Mapping):
        names = _mapped_name(value)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        names = [name for part in value for name in parse_names(part)]
    else:
        names = []
    return tuple(dict.fromkeys(names))


def given_name_first(name: str) -> str:
    """ "Ann Sample" for "Sample, Ann", "Tom Ude Jr." for "Ude, Tom, Jr." and "Ude, Jr., Tom"."""
    pieces = [piece for part in name.split(",") if (piece := " ".join(part.split()))]
    suffixes = [piece for piece in pieces[1:] if _SUFFIX.fullmatch(piece)]
    family, *given = [piece for piece in pieces if piece not in suffixes] or [""]
    words = " ".join(given).split()
    if len(words) > 1 and not suffixes and _SUFFIX.fullmatch(words[-1]):
        suffixes = [words.pop()]
    *front, last = family.split() or [""]
    if words and front and not suffixes and _SUFFIX.fullmatch(last):
        family, suffixes = " ".join(front), [last]
    return " ".join([*words, family, *suffixes]).strip()


def _mapped_name(value: Mapping[object, object]) -> list[str]:
    """One name from its parts; a literal one is not cut, because groups are named so too."""
    literal = value.get("name") or value.get("literal")
    if literal:
        parts: list[object] = [_without_degrees(_BY.sub("", " ".join(str(literal).split())))]
    else:
        given = value.get("given") or value.get("first") or value.get("first_name") or value.get("firstname")
        family = value.get("family") or value.get("last") or value.get("last_name") or value.get("lastname")
        particles = [value.get(f"{kind}-particle") for kind in ("dropping", "non-dropping")]
        parts = [given, *particles, family, value.get("suffix")]
    name = " ".join(" ".join(str(part).split()) for part in parts if part)
    return [name] if (name := _checked(name)) else []


def _split_names(text: str) -> list[str]:
    """The single names in a text, as they are written but with the given name first."""
    if re.search("[;；]", text):
        return [given_name_first(_without_affiliations(part)) for part in re.split("[;；]", text)]
    parts = [part for part in re.split(r"\band\b(?! others)|&|\bund\b|\bet\b(?! al)|[|、，]", text) if part.strip()]
    return [name for part in parts for name in _split_commas(part.strip(" ,"))]


def _without_affiliations(name: str) -> str:
    first, *others = _without_degrees(_ID.sub("", name.strip())).split(",")
    return ",".join([first, *(part for part in others if not _AFFILIATION.search(part))])


def _split_commas(text: str) -> list[str]:
    """ "Ann Bee, Carl Dee" is two people, "Bee, Ann" is one."""
    pieces: list[str] = []
    for piece in filter(None, map(str.strip, _without_degrees(text).split(","))):
        if pieces and _SUFFIX.fullmatch(piece):
            pieces[-1] += f" {piece}"
        elif not pieces or not (_ROLE.match(f", {piece}") or _AFFILIATION.search(piece)):
            pieces.append(piece)
    if len(pieces) != 2 or min(map(_size, pieces)) >= 2:
        return pieces
    family, given = pieces
    # "Ann Sample, London" may be a name and a place as well as a surname of two words
    is_certain = _size(family) < 2 or _INITIALS.fullmatch(given)
    return [given_name_first(", ".join(pieces)) if is_certain else ", ".join(pieces)]


def _size(name: str) -> int:
    """The number of words, without particles and suffixes."""
    return sum(word not in PARTICLES and not _SUFFIX.fullmatch(word) for word in name.split())


def _without_degrees(text: str) -> str:
    return _DEGREES.sub(lambda match: match["name"] or "", text)


def _clean_name(text: str) -> str:
    """The name without "by", academic degrees, roles and a number; "" for a link or an address."""
    name = _ID.sub("", _BY.sub("", " ".join(text.split())))
    name = _ROLE.sub(lambda match: f" {match['name']}" if match["name"] else "", _without_degrees(name))
    return _checked(_ET_AL.sub("", name))


def _checked(name: str) -> str:
    """The name without signs around it; "" for a link or an address."""
    return "" if "://" in name or "@" in name else name.strip(" ,;:|-–—·•*")


def has_affiliation(name: str) -> bool:
    """Whether the name is that of a university, a department, a company."""
    return _AFFILIATION.search(name) is not None
