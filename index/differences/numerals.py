"""Numerals: digits and words read as numbers, each with how finely it is written."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.differences import units
from index.types import Span


class Numeral(NamedTuple):
    """``grain``: the place of the last figure that was written to count; 0 where nothing is rounded.

    ``scale``: what "million" or the like multiplied it by. ``style``: "cardinal", "ordinal", "share" (a fraction),
    "times" (twice), "vague" (hundreds of) or "several" (hundred).
    """

    span: Span
    value: float
    grain: float
    style: str = "cardinal"
    scale: float = 1.0


_ONES = (  # noqa: SIM905
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
    "sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()  # noqa: SIM905
_ORDINALS = (  # noqa: SIM905
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth "
    "fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth"
).split()
_SMALL = {word: float(value) for value, word in enumerate(_ONES)} | {
    word: 10.0 * value for value, word in enumerate(_TENS, 2)
}
_RANKS = {word: float(value) for value, word in enumerate(_ORDINALS) if value}
_RANKS |= {word[:-1] + "ieth": 10.0 * value for value, word in enumerate(_TENS, 2)}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7}
_SHORT = {"k": 1e3, "bn": 1e9, "mn": 1e6, "mln": 1e6, "tn": 1e12, "m": 1e6, "b": 1e9}
_PARTS = {"half": 2.0, "halves": 2.0, "third": 3.0, "quarter": 4.0, "fourth": 4.0, "fifth": 5.0, "sixth": 6.0}
_PARTS |= {"seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0}
_PARTS |= {f"{word}s": value for word, value in _PARTS.items() if word not in ("half", "halves")}
_GLYPHS = {"½": 0.5, "⅓": 1 / 3, "⅔": 2 / 3, "¼": 0.25, "¾": 0.75, "⅛": 0.125}
_ROUGH = 0.04  # as "a third" is said of 32 % and of 35 %
_TIMES = {"twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "tripled": 3.0, "twofold": 2.0}
_TIMES |= {"threefold": 3.0, "fourfold": 4.0, "fivefold": 5.0, "tenfold": 10.0}
_VAGUE = {"dozens": 12.0, "hundreds": 100.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9}

_LUMPS = _SCALES | {"hundred": 100.0, "dozen": 12.0}

_TEN, _ONE = "|".join(_TENS), "|".join(_ONES)
_SPELLED = rf"(?:(?:{_TEN})(?:[\s-](?:{'|'.join(_ONES[1:10])})\b)?|{_ONE})\b"
_HUNDRED = rf"(?:(?:(?:{_SPELLED}|an?)[\s-]+)hundred\b(?:\s+(?:and\s+)?{_SPELLED})?|{_SPELLED})"
_SCALE = "|".join(_SCALES)
_SPELLED_PART = re.compile(rf"(?P<small>{_HUNDRED})(?:[\s-]+(?P<scale>{_SCALE})\b)?", re.I)
_GOES_ON = re.compile(r",?\s+(?:and\s+)?(?=[a-z])", re.I)
_DIGITS = (
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,3}(?:[\u2009\u202f\u00a0]\d{3})+(?!\d)|\d{1,18})"
    r"(?:\.\d{1,12}(?!\d|\.\d)|,\d{1,2}(?!\d|,\d))?"
)
_NUMERAL = re.compile(
    rf"(?<![\w.,/])(?P<parts>(?:an?|one|two|three|four|five|six|seven|eight|nine)[\s-](?:{'|'.join(_PARTS)})|half)\b"
    rf"|(?<![\w.,])(?P<ratio>\d{{1,6}}/\d{{1,6}})(?![\w/])"
    rf"|(?<![\w.,/:])(?P<rank>\d{{1,6}})(?:st|nd|rd|th)\b"
    rf"|(?<![\w.,:])(?<!\d[/:])(?<![^\W\d_][-–])(?P<digits>{_DIGITS})(?P<glyph>[½⅓⅔¼¾⅛])?(?!\w*[\d_])(?![:.,]\d)"
    rf"(?:(?:\s|-)?(?P<scale>{_SCALE})\b|\s?(?P<short>k|bn|mn|mln|tn|m|b)\b)?"
    rf"|(?<![\w])(?P<several>(?:several|a\s+few)\s+(?:{'|'.join(_LUMPS)}))\b"
    rf"|(?P<alone>[½⅓⅔¼¾⅛])"
    rf"|(?<![\w])(?:(?:a|one|half\s+an?)\s+)?(?P<dozen>dozen|(?<=a )(?:{_SCALE}|hundred))\b"
    rf"|(?<![\w])(?P<spelled>{_HUNDRED})"
    rf"|(?<![\w-])(?P<ordinal>(?:(?:{_TEN})-)?(?:{'|'.join(_RANKS)}))\b"
    rf"|(?<![\w])(?P<times>{'|'.join(_TIMES)})\b"
    rf"|(?<![\w])(?P<vague>{'|'.join(_VAGUE)})\s+of\b",
    re.I,
)
_OF = re.compile(
    r"\s*(?:[.,;:)]|$)|\s+(?:of|in|to|on|by|from|compared|between|over|less|more|as|were|are|said|have|had|has|and|or|"
    r"than|after|the|do|did|is|was)\b",
    re.I,
)
_AND_PART = re.compile(
    rf"(?:\s+and\s+|-and-)(?P<many>an?|one|two|three)[\s-](?P<part>{'|'.join(_PARTS)})\b(?!\s+of\b)(?:\s+(?P<scale>{_SCALE})\b)?"
    rf"|\s(?P<above>[1-9])/(?P<below>[2-9])(?![\w/])",
    re.I,
)
_OF_A = re.compile(r"\s+(?:of\s+)?an?(?=\s)", re.I)
_SEPARATORS = re.compile(r"[,\u2009\u202f\u00a0]")
_MONEY = re.compile(r"[$€£¥₹]\s?$")


def numerals(text: str) -> Iterator[Numeral]:
    """In order, without overlap. A lone "a" is none; "a third" is a share only where nothing is counted after it."""
    place = 0
    while found := _NUMERAL.search(text, place):
        one = _read(text, found)
        place = max(found.end(), one.span.end) if one else found.end()
        if one:
            yield one


def _read(text: str, found: re.Match[str]) -> Numeral | None:
    span, style = Span(*found.span()), found.lastgroup or ""
    said = found.group().lower()
    if found["digits"]:
        return _and_part(text, _digits(text, found))
    if found["spelled"]:
        return _and_part(text, _spelled(text, span))
    if found["parts"]:
        return _fraction(text, span, said)
    if found["dozen"] or found["several"]:
        return _lump(span, said)
    if found["ratio"]:
        above, below = map(float, said.split("/"))
        return Numeral(span, above / below, 0.0, "share") if 0 < above <= below else None
    if found["rank"]:
        return Numeral(span, float(found["rank"]), 0.0, "ordinal")
    if style == "alone":
        return Numeral(span, _GLYPHS[said], _ROUGH, "share")
    if style == "ordinal":
        return Numeral(span, sum(_RANKS.get(word) or _SMALL[word] for word in said.split("-")), 0.0, style)
    if style == "times":
        return Numeral(span, _TIMES[said], 0.0, style)
    return Numeral(Span(span.start, found.end("vague")), _VAGUE[found["vague"].lower()], 0.0, "vague")


def _and_part(text: str, one: Numeral) -> Numeral:
    """With what follows a whole number: "two and a half", "one and a half million", "2 1/2"."""
    found = _AND_PART.match(text, one.span.end)
    if found is None or one.scale != 1 or one.value != int(one.value) or one.value < 0:
        return one
    if found["above"]:
        part = float(found["above"]) / float(found["below"])
        return one if part >= 1 else Numeral(Span(one.span.start, found.end()), one.value + part, 0.1)
    scale = _SCALES.get((found["scale"] or "").lower(), 1.0)
    part = _SMALL.get(found["many"].lower(), 1.0) / _PARTS[found["part"].lower()]
    return Numeral(Span(one.span.start, found.end()), (one.value + part) * scale, 0.1 * scale, "cardinal", scale)


def _digits(text: str, found: re.Match[str]) -> Numeral:
    plain, decimals = _decimal(found["digits"])
    value, end = float(plain), found.end()
    if found["glyph"]:
        value += _GLYPHS[found["glyph"]]
    scale = _SCALES.get((found["scale"] or "").lower(), 1.0)
    if found["short"]:
        # A lone letter is a scale only of money ("m" is also metres), and only where it touches the figure.
        short = found["short"].lower()
        clear = len(short) > 1 or _MONEY.search(text, max(0, found.start() - 2), found.start())
        if clear or (short == "k" and found.end("digits") + 1 == found.end()):
            scale = _SHORT[short]
        else:
            end = found.end("glyph") if found["glyph"] else found.end("digits")
    negative = text[max(0, found.start() - 1) : found.start()] in ("-", "−", "–") and not _joined(text, found.start())
    value, start = value * scale, found.start() - negative
    grain = _grain(plain, decimals) * scale
    return Numeral(Span(start, end), -value if negative else value, grain, "cardinal", scale)


def _joined(text: str, place: int) -> bool:
    """Whether the dash before this place joins two things: a range or a name."""
    return place >= 2 and not text[place - 2].isspace() and text[place - 2] != "("


def _decimal(digits: str) -> tuple[str, int]:
    """The figure with a point, and how many decimals it has; a comma before one or two figures is a decimal one."""
    whole, comma, rest = digits.rpartition(",")
    if comma and len(rest) < 3:
        return f"{_SEPARATORS.sub('', whole)}.{rest}", len(rest)
    plain = _SEPARATORS.sub("", digits)
    return plain, len(plain.partition(".")[2])


def _grain(plain: str, decimals: int) -> float:
    if decimals:
        return float(10.0**-decimals)
    return float(10 ** (len(plain) - len(plain.rstrip("0")))) if plain.strip("0") else 1.0


def _spelled(text: str, span: Span) -> Numeral:
    """ "two hundred and five", "one million two hundred thousand"."""
    total, limit, place, grain = 0.0, float("inf"), span.start, 1.0
    while found := _SPELLED_PART.match(text, place):
        scale = _SCALES.get((found["scale"] or "").lower(), 1.0)
        if scale >= limit:
            break
        total, limit, place = total + _small(found["small"]) * scale, scale, found.end()
        grain = scale if scale > 1 else 1.0
        follows = _GOES_ON.match(text, place) if scale > 1 else None
        if follows is None or not _SPELLED_PART.match(text, follows.end()):
            break
        place = follows.end()
    end = len(text[:place].rstrip(" ,")) if text[place - 1 : place].isspace() else place
    return Numeral(Span(span.start, end), total, grain, "cardinal", grain)


def _small(said: str) -> float:
    total = 0.0
    for word in re.split(r"[\s-]+", said.lower()):
        if word == "hundred":
            total = (total or 1.0) * 100
        else:
            total += _SMALL.get(word, 0.0)
    return total


def _fraction(text: str, span: Span, said: str) -> Numeral | None:
    words = re.split(r"[\s-]", said)
    parts = _PARTS[words[-1]]
    before = text[max(0, span.start - 8) : span.start].lower().split()
    if words[-1] in ("half", "halves"):
        lump = re.match(rf"\s+an?\s+({_SCALE}|dozen)\b", text[span.end : span.end + 20], re.I)
        if lump:
            value = 0.5 * _LUMPS[lump[1].lower()]
            return Numeral(Span(span.start, span.end + lump.end()), value, value / 5)
        if before and before[-1] in ("first", "second", "other", "latter", "better", "last"):
            return None
        if before and before[-1] == "and" and words[0] in ("a", "an"):  # "an hour and a half"
            return None
    share = (1.0 if words[0] in ("a", "an", "half") else _SMALL[words[0]]) / parts
    measure = _OF_A.match(text, span.end)
    if measure and units.after(text, measure.end()):
        return Numeral(Span(span.start, measure.end()), share, share / 5)
    if not _OF.match(text, span.end):
        return None
    return Numeral(span, share, _ROUGH, "share")


def _lump(span: Span, said: str) -> Numeral:
    words = said.split()
    value = _LUMPS[words[-1]]
    if words[0] == "several" or "few" in words:
        return Numeral(span, value, 0.0, "several")
    return Numeral(span, value / 2 if words[0] == "half" else value, value / 10)
