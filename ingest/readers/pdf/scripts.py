"""Raised and lowered characters of a line, told by their size and baseline."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from index.text.raised import subscript, superscript
from ingest.readers.pdf.characters import Type

# Shares of the size of the characters beside: how small a raised or lowered one is, and how far off their baseline.
# LaTeX sets them at 0.7 (+0.36, -0.15), Chromium prints them at 0.83 (+0.40, -0.26), word processors at 0.58 to 0.65.
_SMALLEST, _LARGEST = 0.45, 0.87
_HIGHEST, _LOWEST = 0.65, 0.6
_RAISED, _LOWERED = 0.12, 0.08
_CLEARLY = 0.15  # how far figures that are not smaller stand off the line (a guess)
_FIGURES = re.compile(r"[-−–+]?\d{1,3}(?:[,–-]\d{1,3}){0,3}[-−–+]?")
_CLOSING = ".,;:!?)]»”’\"'"
_LONGEST = 24  # characters: a longer text in small type is no exponent and no mark (a guess)

# Shares of the type size: a gap before a raised or lowered character, and one behind it, that is no space (guesses).
_LETTER_GAP, _HAIR_GAP = 0.2, 0.06
_STOPS = frozenset(",.;:)]/⁄")
# A fraction whose figures are both small: the upper ones are raised, the lower ones stand on the line.
_FRACTION = re.compile(r"([⁰¹²³⁴-⁹]+) ?⁄ ?(\d+)")


class Piece(NamedTuple):
    """Characters of one type. ``gap``: from the piece before, in shares of that one's size, where only the page shows
    it; 0 inside a word; infinite where the file holds a space."""

    text: str
    type: Type
    gap: float


def levels_of(pieces: Sequence[Piece]) -> list[int]:
    """1 for each raised piece of a line, -1 for each lowered, 0 for others."""
    levels = [_level(pieces, i) for i in range(len(pieces))]
    for level, run in groupby(range(len(pieces)), key=levels.__getitem__):
        indices = list(run)
        if level and sum(len(pieces[i].text) for i in indices) > _LONGEST:
            for i in indices:
                levels[i] = 0
    return levels


def _level(pieces: Sequence[Piece], i: int) -> int:
    size = pieces[i].type.size
    others = (*reversed(pieces[:i]), *pieces[i + 1 :])
    larger = (other for other in others if size <= _LARGEST * other.type.size)
    base = next(
        (other.type for other in larger if any(map(str.isalnum, other.text)) or other.text[-1] in _CLOSING), None
    )
    if base is None:
        return _level_of_figures(pieces, i)
    if size < _SMALLEST * base.size:
        return 0
    height = (base.baseline - pieces[i].type.baseline) / base.size
    return (_RAISED < height < _HIGHEST) - (_LOWERED < -height < _LOWEST)


def _level_of_figures(pieces: Sequence[Piece], i: int) -> int:
    """The level of a few figures in type that is as large as the rest of the line, by their height alone."""
    size = pieces[i].type.size
    others = [piece for piece in pieces if piece.type != pieces[i].type and abs(piece.type.size - size) < 0.05 * size]
    if not _FIGURES.fullmatch(pieces[i].text) or not others:
        return 0
    main = max(others, key=lambda piece: len(piece.text))
    height = (main.type.baseline - pieces[i].type.baseline) / size
    is_short = len(main.text) >= len(pieces[i].text)
    return ((_CLEARLY < height < _HIGHEST) - (_CLEARLY < -height < _LOWEST)) * is_short


def is_beside(word: Type, base: Type) -> bool:
    """True for the type of a raised or lowered character that stands beside one of ``base``."""
    height = (base.baseline - word.baseline) / max(base.size, 1.0)
    return _SMALLEST * base.size <= word.size <= _LARGEST * base.size and (
        _RAISED < height < _HIGHEST or _LOWERED < -height < _LOWEST
    )


def text_of_pieces(pieces: Sequence[Piece], levels: Sequence[int]) -> str:
    """The text of a line, its raised and lowered pieces as characters of their own."""
    text, last_level = "", 0
    for level, indices in groupby(range(len(pieces)), key=levels.__getitem__):
        run = [pieces[i] for i in indices]
        bare = run[0].text + "".join(" " * _is_apart(piece, level, level) + piece.text for piece in run[1:])
        text += " " * _is_apart(run[0], level, last_level) + _rendered(bare, level, text)
        last_level = level
    return _FRACTION.sub(lambda match: f"{match[1]}⁄{subscript(match[2])}", text).strip()


def _rendered(text: str, level: int, before: str) -> str:
    if not level or set(text) <= {"(", ")"}:
        return text
    return superscript(text, before) if level > 0 else subscript(text)


def _is_apart(piece: Piece, level: int, last_level: int) -> bool:
    """True when a space parts the piece from the one before, which has ``last_level``. PDFium sees gaps where the type
    changes."""
    if level or (last_level and piece.text[0] in _STOPS):
        return piece.gap > _LETTER_GAP
    return piece.gap > (_HAIR_GAP if last_level else 0)
