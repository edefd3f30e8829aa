"""Superscripts and subscripts as characters of their own (10⁶, CO₂, Jones³), so that no figure joins another.

Whether a raised figure is an exponent or the mark of a note is not decided here: the text keeps what the page shows.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

# U+2212, the hyphens and the figure dash are all used as a minus sign; an en dash is left: it joins two numbers.
_MINUS = "-−‐‑‒"
_SUPERSCRIPTS: Mapping[str, str] = MappingProxyType(
    dict(zip("0123456789+=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁼⁽⁾ⁿ", strict=True)) | dict.fromkeys(_MINUS, "⁻")
)
_SUBSCRIPTS: Mapping[str, str] = MappingProxyType(
    dict(zip("0123456789+=()", "₀₁₂₃₄₅₆₇₈₉₊₌₍₎", strict=True)) | dict.fromkeys(_MINUS, "₋")
)
_LETTERS: Mapping[str, str] = MappingProxyType(
    dict(zip("abcdefghijklmoprstuvwxyz", "ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", strict=True))
)


def superscript(text: str, before: str) -> str:
    """Raised text as it joins ``before``, the text in front of it: figures and signs in raised form, and single letters
    after a word (the marks of notes and affiliations). Other letters stay as they are: 1st, Mme."""
    if not any(map(str.isalpha, text)) or text == "n" or _is_sum(text):
        return "".join(_SUPERSCRIPTS.get(char, char) for char in text)
    follows_word = before[-1:].isalpha() and before[-2:-1].isalpha()
    if follows_word and all(len(part.strip()) == 1 for part in text.split(",")):
        return "".join(_LETTERS.get(char, _SUPERSCRIPTS.get(char, char)) for char in text)
    return text


def subscript(text: str) -> str:
    """Lowered text: figures and signs in lowered form; letters stay as they are: CO₂, Vmax."""
    return "".join(_SUBSCRIPTS.get(char, char) for char in text)


def _is_sum(text: str) -> bool:
    """Whether it is an exponent like n+1 or 2n."""
    return set(text) <= set(_SUPERSCRIPTS) and any(map(str.isdigit, text))
