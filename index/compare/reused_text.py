"""Text that two sources have in common word for word, however it is cut into sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from index.text.segmentation import WORD
from index.types import Mask, Span

RUN = 5
"""Words in a row that count as reused; a text with fewer words must be reused whole (a guess)."""


@dataclass(frozen=True, slots=True)
class WordedText:
    """The words of a text's sentences, in order and case-folded, and the span of each."""

    words: tuple[str, ...]
    spans: tuple[Span, ...]


def worded(text: str, sentences: Sequence[Span]) -> WordedText:
    """The words inside the sentences of a text."""
    matches = [match for start, end in sentences for match in WORD.finditer(text, start, end)]
    return WordedText(tuple(match[0].casefold() for match in matches), tuple(Span(*match.span()) for match in matches))


def reused(text: WordedText, original: WordedText, run: int = RUN) -> Mask:
    """Which words of ``text`` belong to a run of ``run`` words that stands in ``original`` too; shape (words,)."""
    run = max(1, min(run, len(text.words), len(original.words)))
    known = set(_runs(original.words, run))
    mask = np.zeros(len(text.words), np.bool_)
    for start, words in enumerate(_runs(text.words, run)):
        if words in known:
            mask[start : start + run] = True
    return mask


def _runs(words: Sequence[str], run: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(run)), strict=False))


def share(worded: WordedText, mask: Mask) -> float:
    """The share of a text's characters, in words only, that a mask of its words covers; 0 for an empty text."""
    lengths = np.array([end - start for start, end in worded.spans])
    return float(lengths[mask].sum() / lengths.sum()) if len(lengths) else 0.0


def spans(worded: WordedText, mask: Mask) -> tuple[Span, ...]:
    """A span for each run of masked words, from its first character to its last."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))).tolist()
    runs = zip(edges[::2], edges[1::2], strict=True)
    return tuple(Span(worded.spans[first].start, worded.spans[last - 1].end) for first, last in runs)


class Level(StrEnum):
    """How closely a text follows another, the loosest first."""

    NONE = "none"
    HEAVY = "heavy revision"
    LIGHT = "light revision"
    COPY = "near copy"


LEAST = (0.16, 0.6, 0.9)
"""The traces from which a text is a heavy revision, a light one, and a near copy: the means of those fitted on either
half of a data set by python -m bench compare"""

_TRACE = 3  # words in a row (chosen among 2 to 8 on the same set)


def traces(text: WordedText, original: WordedText) -> float:
    """The share of a text's words in runs of three that stand in the original; 0 for an empty text."""
    return float(reused(text, original, _TRACE).mean()) if text.words else 0.0


def level(text: WordedText, original: WordedText) -> Level:
    """How closely ``text`` may follow ``original``."""
    return list(Level)[int(np.searchsorted(LEAST, traces(text, original), side="right"))]
