"""Numerals: digits and words read as numbers, each with the precision that it is written with."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from index.text import digits, units
from index.text.lexicon import NUMBER_WORDS, ORDINAL_WORDS, TENS
from index.types import Span


class Numeral(NamedTuple):
    """``grain``: the place value of the last significant digit (100 for "1,200"); 0 where nothing is rounded.

    ``other``: the value by another reading, as of "1.234", if there is one.
    ``scale``: the factor of "million" or the like, already in ``value``. ``style``: "cardinal", "ordinal", "share" (a
    fraction), "times" (twice), "vague" (hundreds of) or "several" (hundred).
    """

    span: Span
    value: float
    grain: float
    style: str = "cardinal"
    scale: float = 1.0
    other: float | None = None

    @property
    def values(self) -> tuple[float, ...]:
        """The value by each reading."""
        return (self.value,) if self.other is None else (self.value, self.other)


_SMALL = {word: float(value) for value, word in enumerate(NUMBER_WORDS)} | {
    word: 10.0 * value for value, word in enumerate(TENS, 2)
}
_RANKS = {word: float(value) for value, word in enumerate(ORDINAL_WORDS) if value}
_RANKS |= {word[:-1] + "ieth": 10.0 * value for value, word in enumerate(TENS, 2)}
_SCALES = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12, "lakh": 1e5, "crore": 1e7}
_SHORT = {"k": 1e3, "bn": 1e9, "mn": 1e6, "mln": 1e6, "tn": 1e12, "m": 1e6, "b": 1e9}
_PARTS = {"half": 2.0, "halves": 2.0, "third": 3.0, "quarter": 4.0, "fourth": 4.0, "fifth": 5.0, "sixth": 6.0}
_PARTS |= {"seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0}
_PARTS |= {f"{word}s": value for word, value in _PARTS.items() if word not in ("half", "halves")}
_SHARE_GRAIN = 0.04  # of a share in words: "a third" stands for 32 % and for 35 % (a guess)
_TIMES = {"twice": 2.0, "thrice": 3.0, "double": 2.0, "doubled": 2.0, "triple": 3.0, "tripled": 3.0, "trebled": 3.0}
_TIMES |= {"quadruple": 4.0, "quadrupled": 4.0}
_VAGUE = {"dozens": 12.0, "hundreds": 100.0, "thousands": 1e3, "millions": 1e6, "billions": 1e9}

_SCALE_WORDS = _SCALES | {"hundred": 100.0, "dozen": 12.0}

_TEN, _SMALL_NUMBER = "|".join(TENS), "|".join(NUMBER_WORDS)
_SPELLED = rf"(?:(?:{_TEN})(?:[\s-](?:{'|'.join(NUMBER_WORDS[1:10])})\b)?|{_SMALL_NUMBER})\b"
_HUNDRED = rf"(?:(?:(?:{_SPELLED}|an?)[\s-]+)hundred\b(?:\s+(?:and\s+)?{_SPELLED})?|{_SPELLED})"
_HUNDRED_AND = (  # before a rank: "two hundred and fifth", but not "two hundred first editions"
    rf"(?:(?:(?:{_SPELLED}|an?)[\s-]{{1,3}})?hundred[\s-]{{1,3}}(?:and[\s-]{{1,3}}|(?=(?:{_TEN})[\s-])))?"
)
_SCALE = "|".join(_SCALES)
_SPELLED_PART = re.compile(rf"(?P<small>{_HUNDRED})(?:[\s-]+(?P<scale>{_SCALE})\b)?", re.I)
_GOES_ON = re.compile(r",?\s+(?:and\s+)?(?=[a-z])", re.I)
_NUMERAL = re.compile(
    rf"(?<![\w.,/])(?P<parts>(?:an?|{'|'.join(NUMBER_WORDS[1:10])})[\s-](?:{'|'.join(_PARTS)})|half)\b"
    rf"|(?<![\w.,/])(?P<fold>(?:\d{{1,6}}(?:\.\d{{1,3}})?|(?:{_TEN})|(?:{_SMALL_NUMBER}))[\s-]?fold)\b"
    rf"|(?<![\w.,/])(?P<ratio>\d{{1,6}}[/⁄]\d{{1,6}})(?![\w/])"
    rf"|(?<![\w.,/:])(?P<rank>\d{{1,6}})(?:st|nd|rd|th)\b"
    rf"|(?<![\w.,:^])(?<!\d[/:])(?<![^\W\d_{digits.RAISED}][-–])(?P<digits>{digits.WRITTEN})"
    rf"(?P<glyph>{digits.FRACTION})?(?:\s?[×xX*·⋅]\s?(?P<tens>{digits.POWER_OF_TEN}))?{digits.NOTE}?"
    rf"(?!\w*[\d_])(?![:.,]\d|/\d+/\d)"
    rf"(?:(?:\s|-)?(?P<scale>{_SCALE})\b|\s?(?P<short>k|bn|mn|mln|tn|m|b)\b)?"
    rf"|(?<![\w])(?P<several>(?:several|a\s+few|a\s+couple(?:\s+of)?)\s+(?:{'|'.join(_SCALE_WORDS)}))\b"
    rf"|(?P<alone>{digits.FRACTION})"
    rf"|(?<![\w-])(?P<ordinal>{_HUNDRED_AND}(?:(?:{_TEN})[\s-]{{1,3}})?(?:{'|'.join(_RANKS)}))\b"
    rf"|(?<![\w])(?:(?:a|one|half\s+an?)\s+)?(?P<dozen>dozen|(?<=a )(?:{_SCALE}|hundred))\b"
    rf"|(?<![\w])(?P<spelled>{_HUNDRED})"
    rf"|(?<![\w])(?P<times>{'|'.join(_TIMES)})\b"
    rf"|(?<![\w])(?P<vague>{'|'.join(_VAGUE)})\s+of\b",
    re.I,
)
_OF = re.compile(
    r"\s*(?:[.,;:)]|$)|\s+(?:of|in|to|on|by|from|compared|between|over|less|more|as|were|are|said|have|had|has|and|or|"
    r"than|after|the|do|did|is|was|since|at|for|during|before|within|when|while|but|with|this|last|next|until)\b",
    re.I,
)
_AND_PART = re.compile(
    rf"(?:\s+and\s+|-and-)(?P<many>an?|one|two|three)[\s-](?P<part>{'|'.join(_PARTS)})\b(?!\s+of\b)(?:\s+(?P<scale>{_SCALE})\b)?"
    rf"|\s(?P<above>[1-9])[/⁄](?P<below>[2-9])(?![\w/])",
    re.I,
)
# Without one of these or a figure there is no numeral; this is found out in a tenth of the time.
_WORDS = {*_SMALL, *_RANKS, *_PARTS, *_SCALE_WORDS, *_TIMES, *_VAGUE, *(f"{word}fold" for word in _SMALL)}
_LETTERS = re.compile("[a-z]+")
_OF_A = re.compile(r"\s+(?:of\s+)?an?(?=\s)", re.I)
_MONEY = re.compile(r"(?:[$€£¥₹]|\b(?:USD|EUR|GBP|JPY|CHF|CNY|AUD|CAD|NZD|SEK|NOK|DKK))\s?$")
_MONEY_LENGTH = 5  # characters before a figure that are searched for its currency: a code, a space and one before
_MINUS = re.compile(rf"(?:(?<![\w)\]}}%°'’\"”+/])(?<!\d\s)[{digits.MINUS}]|\bminus\s)$", re.I)
_MINUS_LENGTH = 9  # characters before a figure that are searched for its sign: "minus", a space and some before
MAX_VALUE = 1e30  # beyond it nothing is read; no text counts or measures so much (a guess)


@lru_cache(maxsize=4096)
def numerals(text: str) -> tuple[Numeral, ...]:
    """The numerals of a text in order, without overlap. "A" alone is none; "a third" is one only where no noun that it
    counts follows. Cached, as a sentence is compared with many."""
    if _WORDS.isdisjoint(_LETTERS.findall(text.casefold())) and not any(map(str.isnumeric, text)):
        return ()
    found, offset = list[Numeral](), 0
    while match := _NUMERAL.search(text, offset):
        numeral = _numeral(text, match)
        offset = numeral.span.end if numeral else match.end()
        if numeral:
            found.append(numeral)
    return tuple(found)


def _numeral(text: str, match: re.Match[str]) -> Numeral | None:
    span, style = Span(*match.span()), match.lastgroup or ""
    written = match.group().lower()
    if match["digits"]:
        numeral = _digits(text, match)
        return _with_fraction(text, numeral) if abs(numeral.value) < MAX_VALUE else None
    if match["spelled"]:
        return _with_fraction(text, _spelled(text, span))
    if match["parts"]:
        return _fraction(text, span, written)
    if match["dozen"] or match["several"]:
        return _scale_word(span, written)
    if match["ratio"]:
        above, below = map(float, re.split("[/⁄]", written))
        return Numeral(span, above / below, 0.0, "share") if 0 < above <= below else None
    if match["rank"]:
        return Numeral(span, float(match["rank"]), 0.0, "ordinal")
    if style == "alone":
        return Numeral(span, digits.fraction(written), _SHARE_GRAIN, "share")
    if style == "ordinal":
        return Numeral(span, _rank(written), 0.0, style)
    if style in ("times", "fold"):
        return Numeral(span, _TIMES.get(written) or _fold(written), 0.0, "times")
    return Numeral(Span(span.start, match.end("vague")), _VAGUE[match["vague"].lower()], 0.0, "vague")


def _rank(written: str) -> float:
    """Of "hundred and third" as of "thirty-seventh"."""
    above, hundred, below = written.rpartition("hundred")
    values = [_RANKS.get(word) or _SMALL.get(word, 0.0) for word in re.split(r"[\s-]+", below)]
    hundreds = sum(_SMALL.get(word, 0.0) for word in re.split(r"[\s-]+", above)) or 1.0
    return (100.0 * hundreds if hundred else 0.0) + sum(values)


def _fold(written: str) -> float:
    number = written.removesuffix("fold").rstrip(" -")
    return _SMALL[number] if number in _SMALL else float(number)


def _with_fraction(text: str, numeral: Numeral) -> Numeral:
    """A whole number with the fraction that follows it: "two and a half", "one and a half million", "2 1/2"."""
    match = _AND_PART.match(text, numeral.span.end)
    if match is None or numeral.scale != 1 or numeral.value != int(numeral.value) or numeral.value < 0:
        return numeral
    if match["above"]:
        part = float(match["above"]) / float(match["below"])
        return numeral if part >= 1 else Numeral(Span(numeral.span.start, match.end()), numeral.value + part, 0.1)
    scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
    part = _SMALL.get(match["many"].lower(), 1.0) / _PARTS[match["part"].lower()]
    span = Span(numeral.span.start, match.end())
    return Numeral(span, (numeral.value + part) * scale, 0.1 * scale, "cardinal", scale)


def _digits(text: str, match: re.Match[str]) -> Numeral:
    written = match["digits"]
    if digits.splits(text, match.start(), written):
        written = written.split(" ")[0]
        return Numeral(Span(match.start(), match.start() + len(written)), float(written), _grain(written))
    plain, *others = digits.readings(written)
    fraction = digits.fraction(match["glyph"]) if match["glyph"] else 0.0
    scale, end = _scale(text, match)
    if match["tens"]:
        scale *= float(digits.readings(match["tens"])[0])
    sign = _MINUS.search(text, max(0, match.start() - _MINUS_LENGTH), match.start())
    factor = -scale if sign else scale
    value, other = (float(plain) + fraction) * factor, float(others[0]) * factor if others else None
    span = Span(sign.start() if sign else match.start(), end)
    return Numeral(span, value, _grain(plain) * scale, "cardinal", scale, other)


def _scale(text: str, match: re.Match[str]) -> tuple[float, int]:
    """The factor of "million" or the like after a figure, and where the figure ends with it."""
    if not match["short"]:
        return _SCALES.get((match["scale"] or "").lower(), 1.0), match.end()
    # A lone letter is a scale only of money ("m" is also metres), and only where it touches the figure.
    short, start = match["short"].lower(), match.start("short")
    touches = not text[start - 1].isspace()
    if (
        len(short) > 1
        or _MONEY.search(text, max(0, match.start() - _MONEY_LENGTH), match.start())
        or (short == "k" and touches)
    ):
        return _SHORT[short], match.end()
    return 1.0, start if touches else start - 1


def _grain(plain: str) -> float:
    """The place value of the last digit, without trailing zeros of a whole number."""
    if decimals := len(plain.partition(".")[2]):
        return float(10.0**-decimals)
    return 10.0 ** (len(plain) - len(plain.rstrip("0"))) if plain.strip("0") else 1.0


def _spelled(text: str, span: Span) -> Numeral:
    """A cardinal in words: "two hundred and five", "one million two hundred thousand"."""
    total, limit, offset, grain = 0.0, float("inf"), span.start, 1.0
    while match := _SPELLED_PART.match(text, offset):
        scale = _SCALES.get((match["scale"] or "").lower(), 1.0)
        if scale >= limit:
            break
        total, limit, offset = total + _small_value(match["small"]) * scale, scale, match.end()
        grain = scale if scale > 1 else 1.0
        follows = _GOES_ON.match(text, offset) if scale > 1 else None
        if follows is None or not _SPELLED_PART.match(text, follows.end()):
            break
        offset = follows.end()
    end = len(text[:offset].rstrip(" ,")) if text[offset - 1 : offset].isspace() else offset
    return Numeral(Span(span.start, end), total, grain, "cardinal", grain)


def _small_value(written: str) -> float:
    total = 0.0
    for word in re.split(r"[\s-]+", written.lower()):
        if word == "hundred":
            total = (total or 1.0) * 100
        else:
            total += _SMALL.get(word, 0.0)
    return total


def _fraction(text: str, span: Span, written: str) -> Numeral | None:
    """A fraction in words, of a unit ("half an hour"), of a scale ("half a million") or as a share; None for other
    uses."""
    words = re.split(r"[\s-]+", written)
    parts = _PARTS[words[-1]]
    before = text[max(0, span.start - 8) : span.start].lower().split()
    if words[-1] in ("half", "halves"):
        scale = re.match(rf"\s+an?\s+({_SCALE}|dozen)\b", text[span.end : span.end + 20], re.I)
        if scale:
            value = 0.5 * _SCALE_WORDS[scale[1].lower()]
            return Numeral(Span(span.start, span.end + scale.end()), value, value / 5)
        if before and before[-1] in ("first", "second", "other", "latter", "better", "last"):
            return None
        if before and before[-1] == "and" and words[0] in ("a", "an"):  # "an hour and a half"
            return None
    share = (1.0 if words[0] in ("a", "an", "half") else _SMALL[words[0]]) / parts
    measure = _OF_A.match(text, span.end)
    if measure and units.after(text, measure.end()):
        return Numeral(Span(span.start, measure.end()), share, share / 5)
    is_half_of_all = words[-1] == "half" and before and before[-1] in ("than", "over", "under", "nearly", "almost")
    if not is_half_of_all and not _OF.match(text, span.end):
        return None
    return Numeral(span, share, _SHARE_GRAIN, "share")


def _scale_word(span: Span, written: str) -> Numeral:
    """A dozen, hundred, million and so on, whole, halved ("half a dozen") or several of them."""
    words = written.split()
    value = _SCALE_WORDS[words[-1]]
    if words[0] == "several" or {"few", "couple"} & {*words}:
        return Numeral(span, value, 0.0, "several")
    return Numeral(span, value / 2 if words[0] == "half" else value, value / 10)
