"""Extracts the names of people from bylines and from the values of author fields."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_CREDENTIALS = re.compile(
    r",? (?:M\.?D|Ph\.?D|R\.?N|M\.?P\.?H|M\.?S|M\.?A|B\.?A|D\.?O|Pharm\.?D|Psy\.?D|LCSW|MSW|NP|MBBS|FRCP)\.?(?=[,\s]|$)"
)
_ROLE = re.compile(
    r"(?:, *|\s+[-–—|] *|\s+)(?:(?:staff|senior|contributing|freelance|chief|special to|for the)\b.*"
    r"|(?:[a-z]+ )?(?:reporter|correspondent|editor|writer|columnist|contributor)s?\b.*)$",
    re.IGNORECASE,
)
_AFTER_BY = re.compile(r"^(?:(?:written )?by:? )?(?:the )?", re.IGNORECASE)


def parse_names(value: object) -> tuple[str, ...]:
    """The distinct names in a string of several names, a {name} or {family, given}, or a list of these; else ()."""
    if isinstance(value, str):
        names = [name for part in _split_names(value) if (name := _clean_name(part))]
    elif isinstance(value, Mapping):
        names = _mapped_name(value)
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        names = [name for part in value for name in parse_names(part)]
    else:
        names = []
    return tuple(dict.fromkeys(names))


def _mapped_name(value: Mapping[object, object]) -> list[str]:
    full_name = value.get("name") or value.get("literal")
    if full_name:
        return [_clean_name(str(full_name))]
    given = value.get("given") or value.get("first") or value.get("first_name")
    family = value.get("family") or value.get("last") or value.get("last_name")
    name = " ".join(str(part).strip() for part in (given, family) if part)
    return [name] if name else []


def _split_names(text: str) -> list[str]:
    if ";" in text or "|" in text:
        return re.split("[;|]", text)
    parts = [part for part in re.split(r"\band\b|&|\bund\b", text) if part.strip()]
    return [name for part in parts for name in _split_commas(part.strip(" ,"))]


def _split_commas(text: str) -> list[str]:
    """ "Ann Bee, Carl Dee" is two people, "Bee, Ann" is one."""
    pieces = [piece.strip() for piece in _CREDENTIALS.sub("", text).split(",")]
    pieces = [piece for piece in pieces if not _ROLE.match(f", {piece}")]
    is_one_name = len(pieces) == 2 and any(len(piece.split()) < 2 for piece in pieces)
    return [text] if is_one_name else pieces


def _clean_name(text: str) -> str:
    """The name without "by", academic degrees and roles; "" for a link or an address."""
    name = _CREDENTIALS.sub("", " ".join(text.split()))
    name = _ROLE.sub("", _AFTER_BY.sub("", name))
    return "" if "://" in name or "@" in name else name.strip(" ,;:|-–—·•")
