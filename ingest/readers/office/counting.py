"""The numbers of list items: in figures, letters and Roman numerals, as the formats state them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from ingest.readers.office.archive import Element, kind_of

_NUMERALS = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X")),
    *((9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_MAX_LETTERS = 780  # "zz…" thirty times; Word itself goes no further
_INTEGER = re.compile(r"[+-]?\d{1,9}")


def roman(number: int) -> str:
    """The number in Roman numerals; in digits from 4000 on, for which there are no numerals."""
    if not 0 < number < 4000:
        return str(number)
    numerals = ""
    for value, numeral in _NUMERALS:
        numerals += numeral * (number // value)
        number %= value
    return numerals


def letters(number: int) -> str:
    """A to Z, then AA, BB … to ZZ with the same letter twice, as Word counts."""
    if not 0 < number <= _MAX_LETTERS:
        return str(number)
    return chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)


FORMS: Mapping[str, Callable[[int], str]] = MappingProxyType(
    {
        "I": roman,
        "i": lambda number: roman(number).lower(),
        "A": letters,
        "a": lambda number: letters(number).lower(),
    }
)
"""How a number is shown, by the letter with which HTML and OpenDocument name it; every other is in figures."""


@dataclass(slots=True)
class ItemMarks:
    """Counts the items of the numbered lists of a page. ``following``: of each list the number of its next item."""

    following: dict[Element, int] = field(default_factory=dict)

    def of(self, item: Element) -> str:
        """The number in front of an item of an HTML list, "-" in a list without numbers or that counts down."""
        parent = item.getparent()
        is_numbered = kind_of(item) == "li" and parent is not None and kind_of(parent) == "ol"
        if not is_numbered or parent.get("reversed") is not None:
            return "-"
        number = _integer(item.get("value"), self.following.get(parent, _integer(parent.get("start"), 1)))
        self.following[parent] = number + 1
        return f"{FORMS.get(parent.get('type') or '', str)(number)}."


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and _INTEGER.fullmatch(text.strip()) else default
