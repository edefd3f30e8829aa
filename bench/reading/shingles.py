"""How much of one text is in another: runs of four words, as scrapinghub's article-extraction-benchmark counts them.

Precision and recall are taken page by page and averaged; a page where nothing was found counts for recall alone. F1 is
that of the two averages (github.com/scrapinghub/article-extraction-benchmark, evaluate.py, MIT).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bench.metrics import mean

_WORD = re.compile(r"\w+")
_RUN = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    f1: float
    precision: float
    recall: float


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Runs of four words with how often they occur; a shorter text is one run."""
    words = _WORD.findall(text)
    return Counter(tuple(words[i : i + _RUN]) for i in range(max(1, len(words) - _RUN + 1)) if words)


def overlap(pairs: Iterable[tuple[str, str]]) -> Overlap:
    """Of pairs (true text, found text)."""
    precisions, recalls = [], []
    for true, found in pairs:
        expected, got = shingles(true), shingles(found)
        common = (expected & got).total()
        if got:
            precisions.append(common / got.total())
        if expected:
            recalls.append(common / expected.total())
    return harmonic(mean(precisions), mean(recalls))


def harmonic(precision: float, recall: float) -> Overlap:
    both = precision + recall
    return Overlap(2 * precision * recall / both if both else 0.0, precision, recall)


def share_of(part: str, text: str) -> float:
    """The share of the runs of ``part`` that ``text`` has."""
    own = shingles(part)
    return (own & _known(text)).total() / own.total() if own else 0.0


@lru_cache(maxsize=4)
def _known(text: str) -> Counter[tuple[str, ...]]:
    return shingles(text)
