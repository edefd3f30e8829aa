"""Compares texts by shingles of four words, as scrapinghub's article-extraction-benchmark does.

Precision and recall are averaged over pages; a page without extracted text counts for recall alone. F1 is that of the
two averages (github.com/scrapinghub/article-extraction-benchmark, evaluate.py, MIT).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from bench.metrics import mean

_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 4


@dataclass(frozen=True, slots=True)
class Overlap:
    f1: float
    precision: float
    recall: float


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """Sequences of four words with how often they occur; a text with fewer words is one shingle."""
    words = _WORD.findall(text)
    count = max(1, len(words) - _SHINGLE_WORDS + 1)
    return Counter(tuple(words[i : i + _SHINGLE_WORDS]) for i in range(count) if words)


def overlap(pairs: Iterable[tuple[str, str]]) -> Overlap:
    """The overlap of pairs (gold text, extracted text)."""
    precisions, recalls = [], []
    for gold, text in pairs:
        expected, extracted = shingles(gold), shingles(text)
        common = (expected & extracted).total()
        if extracted:
            precisions.append(common / extracted.total())
        if expected:
            recalls.append(common / expected.total())
    return harmonic(mean(precisions), mean(recalls))


def harmonic(precision: float, recall: float) -> Overlap:
    """Precision and recall with their F1, 0 when both are 0."""
    total = precision + recall
    return Overlap(2 * precision * recall / total if total else 0.0, precision, recall)


def share_of(part: str, text: str) -> float:
    """The share of the shingles of ``part`` that ``text`` has, 0 when there are none."""
    part_shingles = shingles(part)
    common = part_shingles & _cached_shingles(text)
    return common.total() / part_shingles.total() if part_shingles else 0.0


@lru_cache(maxsize=4)
def _cached_shingles(text: str) -> Counter[tuple[str, ...]]:
    return shingles(text)
