"""Raised and lowered characters: how they are written (10⁶, CO₂, Jones³), and how they are read.

What a page raises or lowers is written in characters of its own, so that no figure joins another. They are read as an
exponent, a power, an index, or the mark of a note.
After 10, and with a sign, a raised figure is an exponent; after a unit or the sign of a quantity it is a power; lowered
figures belong to what they follow. All others mark notes, which are no part of the text.
"""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni", strict=True))
_SUBSCRIPTS = dict(zip("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", "0123456789+-=()", strict=True))
_LETTERS = "ᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
_FRACTIONS = "¼½¾⅐-⅟↉"
_UP, _DOWN = "".join(_SUPERSCRIPTS), "".join(_SUBSCRIPTS)

CHARACTERS = f"{_UP}{_DOWN}{_LETTERS}{_FRACTIONS}⁄∕"
"""Characters that have a meaning by what stands before them, as they may be written in a class of a pattern."""

FRACTION = re.compile(
    rf"(?P<joint>(?<=\d))?(?:(?P<sign>[{_FRACTIONS}])|(?<![⁰¹²³⁴-⁹])(?P<top>[⁰¹²³⁴-⁹]++)[/⁄∕](?P<bottom>[₀-₉]+))|[⁄∕]"
)
RAISED = re.compile(rf"[{_UP}{_LETTERS}]+(?:[,;*–-][{_UP}{_LETTERS}]+)*")
LOWERED = re.compile(f"[{_DOWN}]+")
TAG = re.compile(r"<(su[bp])>\s*([^<>\n]{1,24}?)\s*</\1>", re.IGNORECASE)
CARET = re.compile(r"\^\{([+-]?\w{1,8})\}|(?<=[^\W\d_])\^(?=\d)|(?<=\d)\^([+-]?\d{1,4})\^")
REFERENCE = re.compile(
    r"(?<=[^\s\[({<|/*+=,-])(?:\[\^?\d{1,3}(?:\s*[-–,;]\s*\d{1,3})*\]|\[(?:[a-z]|nb? \d{1,2}|note \d{1,2})\])(?![(\w])"
)
"""The mark of a note in square brackets, right after a word or a sign: word[3], “end.”[12], [4, 7–9]."""

_TEN = re.compile(r"(?<!\d)10$")
_TWO = re.compile(r"(?<![\d.,])2$")  # 2³² is a power of the computer; a single raised figure after 2 is as often a note
_WORD = re.compile(r"[^\W\d_]+$")
_MEASURED = re.compile(r"\d[ \u00a0\u2009\u202f]?[^\W\d_]{1,3}$|[/·⋅][^\W\d_]{1,3}$")
_OPERATION = re.compile(r"[+\-−×·*/=^][^()\[\]]*[)\]]$")
_CHARGE = re.compile(r"(?<![a-z])[A-Z][A-Za-z]{0,7}$|[\d₀-₉)\]]$")
# symbols after which a raised 2, 3 or 4 is a power, besides every single letter
_POWERED = frozenset(
    "mm cm dm km nm pm µm μm ft yd mi ms ns μs kg mg dl ml hz pa ev mol rad sr au pc ly mc sin cos tan log ln".split()  # noqa: SIM905
)


# U+2212, the hyphens and the figure dash are all used as a minus sign; an en dash is one only before the first number:
# elsewhere it joins two.
_MINUS = "-−‐‑‒"
_WRITTEN_UP = dict(zip("0123456789+=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾ⁿ", strict=True)) | dict.fromkeys(_MINUS, "⁻")
_WRITTEN_DOWN = dict(zip("0123456789+=()", "₀₁₂₃₄₅₆₇₈₉₊₌₍₎", strict=True)) | dict.fromkeys(_MINUS, "₋")
_WRITTEN_LETTERS = dict(zip("abcdefghijklmoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
_FIGURES = frozenset("0123456789")


def superscript(text: str, before: str) -> str:
    """Raised text as it joins ``before``, the text in front of it: figures and signs in raised form, and single letters
    after a word (the marks of notes and affiliations). Other letters stay as they are: 1st, Mme; figures never do."""
    text = _with_minus(text, before)
    if not any(map(str.isalpha, text)) or text == "n" or _is_sum(text):
        return "".join(_WRITTEN_UP.get(char, char) for char in text)
    follows_word = before[-1:].isalpha() and before[-2:-1].isalpha()
    if follows_word and all(len(part.strip()) == 1 for part in text.split(",")):
        return "".join(_WRITTEN_LETTERS.get(char, _WRITTEN_UP.get(char, char)) for char in text)
    return "".join(_WRITTEN_UP[char] if char in _FIGURES else char for char in text)


def _with_minus(text: str, before: str = "x") -> str:
    is_sign = text[:1] == "–" and before[-1:].isalnum() and before[-1:] not in _SUPERSCRIPTS
    return f"−{text[1:]}" if is_sign else text


def subscript(text: str) -> str:
    """Lowered text: figures and signs in lowered form; letters stay as they are: CO₂, Vmax."""
    return "".join(_WRITTEN_DOWN.get(char, char) for char in _with_minus(text))


def _is_sum(text: str) -> bool:
    """Whether it is an exponent like n+1 or 2n."""
    return set(text) <= set(_WRITTEN_UP) and any(map(str.isdigit, text))


# reading -------------------------------------------------------------------------------------------------------------


def from_tag(match: re.Match[str]) -> str:
    """What a ``<sup>`` or ``<sub>`` of Markdown holds, as raised or lowered characters if there are such."""
    above = match[1].lower() == "sup"
    content = match[2].strip("[]") if above else match[2]
    known = {plain: sign for sign, plain in (_SUPERSCRIPTS if above else _SUBSCRIPTS).items()} | (
        {"−": "⁻", "–": "⁻", ",": ","} if above else {"−": "₋"}
    )
    if all(letter in known for letter in content):
        return "".join(known[letter] for letter in content)
    before = match.string[max(0, match.start() - 2) : match.start()]
    if above and len(content) == 1 and content.isalpha() and len(before) == 2 and before.isalpha():
        return next((sign for sign in _LETTERS if unicodedata.normalize("NFKC", sign) == content), content)
    return match[2]


def fraction(match: re.Match[str]) -> str:
    """A fraction on the line: "1 1/2" for "1½", "1/2" for "¹/₂"."""
    if match["sign"]:
        value = unicodedata.normalize("NFKC", match["sign"]).replace("⁄", "/")
    elif match["top"]:
        value = f"{_plain(match['top'])}/{_plain(match['bottom'])}"
    else:
        return "/"
    return value if match["joint"] is None else f" {value}"


def on_the_line(match: re.Match[str]) -> str:
    """Raised characters as they are read after what stands before them; empty when they mark a note."""
    before, plain = match.string[max(0, match.start() - 32) : match.start()], _plain(match[0])
    after = match.string[match.end() : match.end() + 1]
    if not any(map(str.isdigit, plain)):
        return _raised_letters(before, plain)
    if plain[-1] in "+-":
        part = "^" if before[-1:].isdigit() else ""
        return f"{part}{plain}" if _CHARGE.search(before) else ""
    if before[-1:] in tuple(_SUBSCRIPTS):
        return f"^{plain}"
    if before[-1:].isdigit():
        is_power = plain[0] in "+-" or _TEN.search(before) or (len(plain) > 1 and _TWO.search(before))
        return f"^{plain}" if is_power else ""
    if word := _WORD.search(before):
        if plain[0] in "+-":
            return f"^{plain}"
        return plain if _takes_power(word[0], plain, before) else ""
    if before[-1:] in tuple(")]|"):
        return f"^{plain}" if plain[0] in "+-" or _OPERATION.search(before) else ""
    # a raised figure right before a word is the mass of a nuclide (¹⁴C), otherwise the number of the note itself
    return plain if after.isalpha() and not before[-1:].strip() else ""


def _raised_letters(before: str, plain: str) -> str:
    """Letters and signs: an exponent (10ⁿ, xⁿ), a charge (Na⁺), the end of an abbreviation (1ˢᵗ, Mᵐᵉ), or a mark."""
    word = _WORD.search(before)
    if plain.strip("+-") in ("", "n", "x", "i"):
        if before[-1:].isdigit() and plain.strip("+-"):
            return f"^{plain}"
        return plain if _CHARGE.search(before) or (word and len(word[0]) == 1) else ""
    is_mark = word and len(word[0]) > 1 and all(len(part) == 1 for part in re.split("[,;*–-]", plain))
    return "" if is_mark else plain


def _takes_power(word: str, plain: str, before: str) -> bool:
    """Whether a raised figure after a word is a power: it is a unit, a quantity, or stands after a number."""
    if not plain.isdigit() or len(plain) > 2:
        return len(word) == 1
    if len(word) == 1:
        return True
    return plain in ("2", "3", "4") and (word.lower() in _POWERED or bool(_MEASURED.search(before)))


def lowered(match: re.Match[str]) -> str:
    """Lowered characters as part of what stands before them; a base after a figure is parted from it."""
    plain = "".join(_SUBSCRIPTS[letter] for letter in match[0])
    return f"_{plain}" if match.string[match.start() - 1 : match.start()].isdigit() else plain


def without_caret(match: re.Match[str]) -> str:
    """A power as it is written with raised figures: "m2" for "m^2", "10^6" for "10^{6}" and "10^6^"."""
    if match[1]:
        is_power = match[1].isdigit() and match.string[match.start() - 1 : match.start()].isalpha()
        return match[1] if is_power else f"^{match[1]}"
    return f"^{match[2]}" if match[2] else ""


def _plain(text: str) -> str:
    return "".join(
        _SUPERSCRIPTS.get(letter) or _SUBSCRIPTS.get(letter) or unicodedata.normalize("NFKC", letter) for letter in text
    )
