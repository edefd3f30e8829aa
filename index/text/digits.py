"""Numbers written in digits: how they are grouped, raised to a power, and which values they may stand for.

Digits are grouped by commas, dots, apostrophes and spaces, and decimals follow a dot, a comma or a raised dot. A lone
"1.234" or "1,234" has two readings.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal

from index.text.lexicon import NUMBER_LABELS

RAISED = "⁰¹²³⁴-⁹"  # for a regex class
MINUS = "-−–‐‑‒﹣－⁻"  # signs that stand for a minus before a figure; for a regex class
MAX_DIGITS = 40  # of a power that is written in full; nothing is counted or measured beyond (a guess)
_NARROW = "\u00a0\u2005-\u2009\u202f\u205f"  # spaces that do not break a line or are narrow
_FIRST = r"[1-9]\d{0,2}"
_AFTER_POINT = r"\.\d{1,12}(?!\d|[.,]\d)"
_AFTER_COMMA = r",\d{1,12}(?!\d|[.,]\d)"
_ANY_DECIMALS = rf"(?:{_AFTER_POINT}|{_AFTER_COMMA})?"
# Plain spaces group digits only where no third number stands beside them, which would make a list or a table; a year
# may stand before.
_SPACED = rf"(?:(?<!\d[ ])|(?<=\b[12]\d{{3}}[ ]))(?<!\+){_FIRST}(?:[ ]\d{{3}}){{1,9}}(?!\d|[ ]\d)"

NUMBER = (
    rf"(?:{_FIRST}(?:,\d{{3}}){{2,9}}(?!\d)(?:{_AFTER_POINT})?|[1-9]\d?(?:,\d\d){{1,9}},\d{{3}}(?!\d)(?:{_AFTER_POINT})?"
    rf"|{_FIRST},\d{{3}}(?!\d)(?:{_AFTER_POINT}|(?!,\d))|{_FIRST}(?:\.\d{{3}}){{2,9}}(?!\d)(?:{_AFTER_COMMA}|(?!\.\d))"
    rf"|{_FIRST}\.\d{{3}}{_AFTER_COMMA}|{_FIRST}(?:['’]\d{{3}}){{1,9}}(?!\d){_ANY_DECIMALS}"
    rf"|{_FIRST}(?:[{_NARROW}]\d{{3}}){{1,9}}(?!\d){_ANY_DECIMALS}|{_SPACED}{_ANY_DECIMALS}"
    rf"|\d{{1,18}}(?:\.\d{{1,12}}(?!\d|\.\d)|·(?!10[⁻⁺^{RAISED}])\d{{1,12}}(?!\d)|,(?:\d\d?|\d{{4,12}}|(?<=\b0,)\d{{3}})(?!\d|,\d))?)"
)
"""A regex for a number in digits, without its sign, as it is written in English or another language."""

_PLAIN_POWER = rf"(?:\^\{{?[{MINUS}+]?\d{{1,3}}(?!\d)\}}?\^?|\*\*[{MINUS}+]?\d{{1,3}}(?!\d)|⁻[{RAISED}]+)"
_POWER = rf"(?:[⁻⁺]?[{RAISED}]+|{_PLAIN_POWER})"
POWER_OF_TEN = rf"(?<![\d.,])10{_POWER}"
NOTE = rf"(?:[{RAISED}]+(?:[,⁻–-][{RAISED}]+)*|\[\d{{1,3}}(?:[,–-]\d{{1,3}})*\])"
"""A regex for the mark of a note that touches a number. A raised figure is one, except after 10."""

_SCIENTIFIC = r"\d{1,18}(?:\.\d{1,12})?[eE][-−+]\d{1,3}(?!\d)"
WRITTEN = rf"(?:{_SCIENTIFIC}|{POWER_OF_TEN}|{NUMBER}{_PLAIN_POWER}?)"
"""A regex for a number in digits or a power: 10⁶, 10^6, 2**8, 4.2e-6."""

FRACTION = rf"(?:[½⅓⅔¼¾⅕-⅞↉⅐⅑⅒]|[{RAISED}]+[/⁄][₀-₉]+|(?<![\d/⁄])\d{{1,3}}⁄\d{{1,3}}(?!\d))"
"""A regex for a fraction in characters of its own: ½, ¹/₂."""

_SEPARATORS = re.compile(rf"[,.'’ {_NARROW}]")
_GROUPED = re.compile(rf"[1-9]\d{{0,2}}(?:([,.'’ {_NARROW}])\d{{3}})(?:\1\d{{3}})*|[1-9]\d?(?:,\d\d){{1,9}},\d{{3}}")
_RAISED_DIGITS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_LOWERED = str.maketrans(_RAISED_DIGITS, "0123456789")
_POWERED = re.compile(rf"(.*?)({_POWER})")
_LONE = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_DECIMALS = re.compile(r"(.*)[.,·](\d+)")
_LABEL = re.compile(rf"(?<![^\W_])(?:{'|'.join(map(re.escape, NUMBER_LABELS))})\.?\s?$", re.I)
_LABEL_LENGTH = 12  # characters before a number that are searched for a label: the longest and two more


def readings(written: str) -> tuple[str, ...]:
    """The values that a match of ``WRITTEN`` may have, as digits with a decimal point, the more likely first.

    "1,234" is 1234 or 1.234, and "1.234" is 1.234 or 1234; 10³ is 1000, or 10 with the mark of a note. All else has one
    reading. So has "25,000", as nobody writes three zeros after a decimal comma where the whole number says the same.
    """
    power = _POWERED.fullmatch(written)
    if power:
        base = Decimal(readings(power[1])[0])
        value = _in_full(base ** exponent(power[2]) if base else base)
        return (value, power[1]) if power[2][0] in _RAISED_DIGITS else (value,)
    if "e" in written or "E" in written:
        return (_in_full(Decimal(written.replace("−", "-"))),)
    if _LONE.fullmatch(written):
        whole, point = _SEPARATORS.sub("", written), written.replace(",", ".")
        if "," in written:
            return (whole,) if written.endswith("000") else (whole, point)
        return point, whole
    if _GROUPED.fullmatch(written):
        return (_SEPARATORS.sub("", written),)
    decimal = _DECIMALS.fullmatch(written)
    return (f"{_SEPARATORS.sub('', decimal[1])}.{decimal[2]}",) if decimal else (written,)


def _in_full(value: Decimal) -> str:
    return format(value, "f") if abs(value.adjusted()) < MAX_DIGITS else str(value)


def canonical(written: str) -> str:
    """One form for all ways of writing a number. A lone "1.234" and "1,234" are both taken as grouped."""
    return min(readings(written), key=lambda reading: "." in reading)


def exponent(written: str) -> int:
    """The exponent that is written after a base: -6 for "⁻⁶" and "^-6"."""
    digits = "".join("-" if char in MINUS else char for char in written.translate(_LOWERED))
    return int(digits.strip("^*{}+⁺"))


def fraction(written: str) -> float:
    """The value of a match of ``FRACTION``; 0 where it has none, as in "1⁄0"."""
    above, _, below = unicodedata.normalize("NFKC", written).replace("/", "⁄").partition("⁄")
    return int(above) / int(below) if int(below) else 0.0


def splits(text: str, start: int, written: str) -> bool:
    """Whether a number grouped by plain spaces is two: the number of a table, page or the like, and another one."""
    return " " in written and bool(_LABEL.search(text, max(0, start - _LABEL_LENGTH), start))
