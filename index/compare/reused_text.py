"""Text that stands in two sources word for word, however it is cut into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from index.text.segmentation import WORD
from index.types import Mask, Span

RUN = 5
"""Words in a row that make a text reused; a shorter text must be reused whole."""


@dataclass(frozen=True, slots=True)
class WordedText:
    """The words of a text's sentences, in order, without case, and where each stands."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]


def worded(text: str, sentences: Sequence[Span]) -> WordedText:
    found = [match for start, end in sentences for match in WORD.finditer(text, start, end)]
    return WordedText(tuple(match[0].casefold() for match in found), tuple(Span(*match.span()) for match in found))


def reused(one: WordedText, other: WordedText, run: int = RUN) -> Mask:
    """Which words of ``one`` belong to a run of words that stands in ``other`` too."""
    run = max(1, min(run, len(one.words), len(other.words)))
    there = set(_runs(other.words, run))
    mask = np.zeros(len(one.words), np.bool_)
    for place, words in enumerate(_runs(one.words, run)):
        if words in there:
            mask[place : place + run] = True
    return mask


def _runs(words: Sequence[str], run: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(run)), strict=False))


def share(worded: WordedText, mask: Mask) -> float:
    """The share of a text's characters, those between words left out, that a mask of its words covers."""
    lengths = np.array([end - start for start, end in worded.spans])
    return float(lengths[mask].sum() / lengths.sum()) if len(lengths) else 0.0


def spans(worded: WordedText, mask: Mask) -> tuple[Span, ...]:
    """Where the runs stand, from the first character of each to its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))).tolist()
    runs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(worded.spans[first].start, worded.spans[last - 1].end) for first, last in runs)


class Level(StrEnum):
    NONE = "none"
    HEAVY = "heavy revision"
    LIGHT = "light revision"
    COPY = "near copy"


TOUCHED, LIGHT, WHOLE = 0.16, 0.5, 0.78
"""Of the words that stand in runs of three, the share from which a text is revised from another, and lightly; and how
many of them stand in runs of eight in a near copy. Fitted by: python -m bench compare"""


def traces(one: WordedText, other: WordedText) -> tuple[float, float]:
    """The share of a text's words in runs of three that stand in the other, and the share of these in runs of eight."""
    short, long = (float(reused(one, other, run).mean()) if one.words else 0.0 for run in (3, 8))
    return short, long / short if short else 0.0


def level(one: WordedText, other: WordedText) -> Level:
    """How a text may have been made of another."""
    short, whole = traces(one, other)
    if short < TOUCHED:
        return Level.NONE
    if short < LIGHT:
        return Level.HEAVY
    return Level.COPY if whole >= WHOLE else Level.LIGHT
