"""The letters of a page's glyphs: what PDFium gives, with ligatures taken apart, symbols of old fonts and accents put
right. A glyph that no table knows is U+FFFD."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import pypdfium2.raw as pdfium

from ingest.readers.pdf.characters import Box, box_of, font_of, is_generated, is_unmapped
from ingest.readers.pdf.symbols import from_private_use

HOLE = "\ufffd"
HYPHEN = "\x02"  # a hyphen at a line's end, as PDFium marks it
SOFT_HYPHEN = "\u00ad"
LINE_END = "\n"
_LINE_HYPHENS = frozenset((0x02, 0xFFFE))
_SPACES = frozenset((9, 10, 11, 12, 13, 32, 0xA0, 0x2028, 0x2029))
_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}
_TEX_LIGATURES = {0x0B: "ff", 0x0C: "fi", 0x0D: "fl", 0x0E: "ffi", 0x0F: "ffl"}
_INVISIBLE = frozenset((0xFEFF, 0x200B, 0x2060))
# Glyphs without a letter that spell words are letters: a fifth to three fifths of those are vowels, and most are small
# (guesses).
_MIN_LEGIBLE = 20  # letters
_VOWELS = frozenset("aeiouyäöüéèáíóú")
_MARKS = dict(
    zip("`´ˆ˜¯˘˙¨˚˝ˇ¸˛", "\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328", strict=True)
)
_COMBINING = _MARKS | {mark: mark for mark in _MARKS.values()}
_REACH = 300  # characters before and after an accent among which its letter is (a guess)
_LAM, _ALEFS = "ل", frozenset("اأإآ")


def letters_of(text_page: Any, codes: Sequence[int]) -> list[str]:
    """For each code of a page its letters: " " for a space, ``LINE_END``, ``HYPHEN``, "" for what is no letter."""
    letters = [_letter(text_page, i, code) for i, code in enumerate(codes)]
    unmapped = [i for i, code in enumerate(codes) if letters[i] != HYPHEN and is_unmapped(text_page, i)]
    is_legible = _is_legible("".join(chr(codes[i]) for i in unmapped))
    for i in unmapped:
        letters[i] = _TEX_LIGATURES.get(codes[i], letters[i] if codes[i] >= 0x20 else HOLE) if is_legible else HOLE
    if not _ALEFS.isdisjoint(letters):
        _put_lam_first(text_page, letters)
    if not _COMBINING.keys().isdisjoint(letters):
        _compose_accents(text_page, letters)
    return letters


def _letter(text_page: Any, i: int, code: int) -> str:
    if 0x20 < code < 0x7F or 0xFF < code < 0x2000:
        return chr(code)
    if code in _LINE_HYPHENS and pdfium.FPDFText_IsHyphen(text_page, i) == 1:
        return HYPHEN
    if code in _SPACES:
        return LINE_END if code in (10, 13) and is_generated(text_page, i) else " "
    if 0xE000 <= code <= 0xF8FF:
        return from_private_use(font_of(text_page, i).decode("latin-1"), code) or HOLE
    if code in (0, 0xFFFE, 0xFFFF):
        return HOLE
    return _visible(code)


def _visible(code: int) -> str:
    if 0x80 <= code < 0xA0:  # a table of letters that counts in Windows' code page
        return bytes((code,)).decode("cp1252", "ignore")
    return "" if code < 0x20 or code == 0x7F or code in _INVISIBLE else _LIGATURES.get(code, chr(code))


def _is_legible(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    small = sum(map(str.islower, letters))
    vowels = sum(letter in _VOWELS for letter in letters)
    return len(letters) >= _MIN_LEGIBLE and small > 0.6 * len(letters) and 0.2 < vowels / len(letters) < 0.6


def _put_lam_first(text_page: Any, letters: list[str]) -> None:
    """Arabic lam and alef are one glyph, whose two letters PDFium gives in the wrong order and with the same box."""
    for i in range(len(letters) - 1):
        if letters[i] in _ALEFS and letters[i + 1] == _LAM and box_of(text_page, i) == box_of(text_page, i + 1):
            letters[i], letters[i + 1] = letters[i + 1], letters[i]


def _compose_accents(text_page: Any, letters: list[str]) -> None:
    """Puts accents that are glyphs of their own on the letters under or over which they stand."""
    boxes: dict[int, Box] = {}
    for i, accent in enumerate(letters):
        if accent not in _COMBINING:
            continue
        base = _letter_at(text_page, letters, i, boxes)
        if base is not None:
            letters[base] = unicodedata.normalize("NFC", _dotted(letters[base]) + _COMBINING[accent])
            letters[i] = ""
            _close_gap(text_page, letters, i)


def _letter_at(text_page: Any, letters: Sequence[str], accent: int, boxes: dict[int, Box]) -> int | None:
    """The index of the letter on whose middle third the accent's middle stands, when both make one character."""
    mark = box_of(text_page, accent)
    middle = (mark.left + mark.right) / 2
    near = sorted(range(max(0, accent - _REACH), min(len(letters), accent + _REACH)), key=lambda j: abs(j - accent))
    for j in near:
        if not letters[j].isalpha() or len(letters[j]) > 1 or letters[j] in _COMBINING:
            continue
        box = boxes.get(j) or boxes.setdefault(j, box_of(text_page, j))
        margin = 0.1 * box.width
        if box.left + margin <= middle <= box.right - margin and box.shares_row(mark):
            joined = unicodedata.normalize("NFC", _dotted(letters[j]) + _COMBINING[letters[accent]])
            return j if len(joined) == 1 else None
    return None


def _dotted(letter: str) -> str:
    """Letters under accents are set without their dot."""
    return {"ı": "i", "ȷ": "j"}.get(letter, letter)


def _close_gap(text_page: Any, letters: list[str], removed: int) -> None:
    """Takes out the gap that PDFium saw where an accent stood, when the letters around it touch."""
    start, end = removed, removed + 1
    while start > 0 and (not letters[start - 1] or _is_gap(text_page, letters, start - 1)):
        start -= 1
    while end < len(letters) and (not letters[end] or _is_gap(text_page, letters, end)):
        end += 1
    if start == 0 or end == len(letters) or not any(letters[start:end]):
        return
    before, after = box_of(text_page, start - 1), box_of(text_page, end)
    if before.shares_row(after) and abs(after.left - before.right) < 0.1 * before.height:
        letters[start:end] = [""] * (end - start)


def _is_gap(text_page: Any, letters: Sequence[str], i: int) -> bool:
    return letters[i] in (" ", LINE_END) and is_generated(text_page, i)
