"""Numbers as a spreadsheet shows them: 17%, 1,234.50 €, dates in ISO form, and 4.4 for a stored 4.4000000000000004."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from math import isinf
from types import MappingProxyType

BUILT_IN: Mapping[int, str] = MappingProxyType(
    {
        **{1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 48: "##0.0E+0"},
        **dict.fromkeys((5, 6), '"$"#,##0'),
        **dict.fromkeys((7, 8), '"$"#,##0.00'),
        **dict.fromkeys((14, 15, 30, *range(27, 32), *range(50, 59)), "yyyy-mm-dd"),
        **{16: "d-mmm", 17: "mmm-yy", 18: "h:mm", 19: "h:mm:ss", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy-mm-dd h:mm"},
        **dict.fromkeys((37, 38, 41, 42), "#,##0"),
        **dict.fromkeys((39, 40, 43, 44), "#,##0.00"),
        **{45: "mm:ss", 46: "[h]:mm:ss", 47: "mm:ss"},
    }
)
"""The formats that a workbook refers to by number alone (ECMA-376, part 1, 18.8.30)."""

_NUMBER = re.compile(r"[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[Ee][+-]?\d{1,3})?")
_TOKEN = re.compile(
    r"""\[\$(?P<currency>[^\]-]{0,20})[^\]]{0,20}\]|\[(?P<elapsed>[hms]{1,3})\]|\[[^\]]{0,40}\]|"(?P<quoted>[^"]{0,200})"|\\(?P<escaped>.)"""
    r"""|_.|\*.|(?P<ampm>AM/PM|A/P)|(?P<general>General)|(?P<number>[0#?][0#?,.]*(?:E[+-][0#?]+)?,*)|(?P<when>[ymdhs]+)|(?P<sign>.)""",
    re.IGNORECASE | re.DOTALL,
)
_SIGNS = dict.fromkeys(map(ord, "()-−"))  # a negative number gets a minus sign, however its format marks it
_EXACT = Context(prec=1000)  # digits: as many as _NUMBER and a format can have
_LONGEST_FORMAT = 255  # characters, the limit of the format itself
_DIGITS = 15  # significant digits that a spreadsheet keeps
_LARGEST_DAY = 2_958_465  # 9999-12-31, the last day that a spreadsheet shows
_DAY_ZERO, _DAY_ZERO_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_MARCH_1900 = 61  # days are counted as if there had been a 29 February 1900


@dataclass(frozen=True, slots=True)
class _Pattern:
    """One section of a number format. ``number``: its digits ("#,##0.00"), "" without any; ``when``: the letters of
    dates and times in it, in order; ``elapsed``: hours count on beyond 24."""

    before: str = ""
    number: str = ""
    after: str = ""
    when: str = ""
    elapsed: bool = False
    percent: bool = False
    is_plain: bool = False


def shown(value: str, number_format: str = "", *, from_1904: bool = False) -> str:
    """A stored value as the format shows it; a value that is no number, or a format too rare to be known, as it is.

    ``from_1904``: the workbook counts its days from 1904.
    """
    if not _NUMBER.fullmatch(value) or isinf(float(value)):
        return value
    number = _fifteen_digits(value)
    sections = _sections(number_format[:_LONGEST_FORMAT])
    is_negative = number < 0
    pattern = sections[1] if is_negative and len(sections) > 1 else sections[0]
    if not number and len(sections) > 2:
        pattern = sections[2]
    if pattern.when:
        return _date_and_time(number, pattern, from_1904=from_1904) or plain(value)
    if pattern.is_plain or not pattern.number:
        return plain(value)
    digits = _digits(number.copy_abs(), pattern)
    before, after = (part.translate(_SIGNS) if is_negative else part for part in (pattern.before, pattern.after))
    sign = "-" if is_negative and any(c in "123456789" for c in digits) else ""
    return " ".join(f"{sign}{before}{digits}{after}".split())


def plain(value: str) -> str:
    """A number without a format: 4.4 for 4.4000000000000004, 1200 for 1.2E3; whole numbers keep all their digits."""
    if not _NUMBER.fullmatch(value) or (value.lstrip("-").isdigit() and len(value) < 300):
        return value
    if isinf(float(value)):
        return value
    number = _fifteen_digits(value)
    return f"{number.normalize():f}" if 1e-9 < abs(number) < 1e21 else f"{float(number):.15g}"


def _fifteen_digits(value: str) -> Decimal:
    if value.lstrip("+-").isdigit():
        return Decimal(value)
    return Decimal(f"{float(value):.{_DIGITS}g}")


@cache
def _sections(number_format: str) -> tuple[_Pattern, ...]:
    """The sections of a format: for positive numbers, negative ones, zero. Always at least one."""
    patterns, tokens = [], list[re.Match[str]]()
    for token in _TOKEN.finditer(number_format):
        if token["sign"] == ";":
            patterns.append(_pattern(tokens))
            tokens = []
        else:
            tokens.append(token)
    return (*patterns, _pattern(tokens))


def _pattern(tokens: list[re.Match[str]]) -> _Pattern:
    texts, number, when = ["", ""], "", ""
    is_elapsed = is_plain = False
    for token in tokens:
        if token["number"]:
            is_plain = is_plain or bool(number)  # two groups of digits: a fraction or a telephone number
            number = number or token["number"]
        literal = next((token[name] for name in ("currency", "quoted", "escaped", "sign") if token[name]), "")
        texts[bool(number)] += literal or (" " if token[0].startswith("_") else "")
        when += (token["when"] or token["elapsed"] or "").lower()
        is_elapsed = is_elapsed or bool(token["elapsed"])
        is_plain = is_plain or bool(token["general"]) or token["sign"] == "@"
    is_percent = any(token["sign"] == "%" for token in tokens)
    return _Pattern(texts[0], number, texts[1], when, is_elapsed, is_percent, is_plain)


def _digits(number: Decimal, pattern: _Pattern) -> str:
    """The digits of a number that is not negative."""
    digits = pattern.number.rstrip(",")
    number = number.scaleb((2 if pattern.percent else 0) - 3 * (len(pattern.number) - len(digits)), _EXACT)
    mantissa, _, exponent = digits.upper().partition("E")
    whole, _, decimals = mantissa.partition(".")
    if exponent:
        return f"{number:.{len(decimals)}E}"
    rounded = (
        f"{number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP, _EXACT):{',' if ',' in whole else ''}f}"
    )
    optional = len(decimals) - len(decimals.rstrip("#?"))
    while optional and rounded.endswith("0") and "." in rounded:
        rounded, optional = rounded[:-1], optional - 1
    return rounded.rstrip(".").zfill(whole.count("0"))


def _date_and_time(number: Decimal, pattern: _Pattern, *, from_1904: bool) -> str:
    """ISO, as exactly as the format shows it; "" for a number that is no day."""
    if not 0 <= number <= _LARGEST_DAY:
        return ""
    seconds = round(number * 86_400)
    has_seconds = "s" in pattern.when
    if pattern.elapsed:
        hours, rest = divmod(seconds, 3600)
        return f"{hours}:{rest // 60:02}" + (f":{rest % 60:02}" if has_seconds else "")
    early = timedelta(days=1) if not from_1904 and number < _MARCH_1900 - 1 else timedelta()
    moment = (_DAY_ZERO_1904 if from_1904 else _DAY_ZERO) + early + timedelta(seconds=seconds)
    has_time, has_day = "h" in pattern.when or has_seconds, "d" in pattern.when
    day = moment.strftime("%Y-%m-%d")
    if "y" in pattern.when and not has_day and not has_time:
        day = day[:7] if "m" in pattern.when else day[:4]
    time = moment.strftime("%H:%M:%S" if has_seconds else "%H:%M")
    return " ".join([*([day] if has_day or "y" in pattern.when or not has_time else []), *([time] if has_time else [])])
