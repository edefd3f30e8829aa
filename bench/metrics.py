"""Measures of a ranking against judgements, as trec_eval defines them, and of a score."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from math import log2
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

Key = TypeVar("Key", bound=Hashable)


def ndcg(ranking: Sequence[Key], grades: Mapping[Key, int], depth: int = 10) -> float:
    """nDCG@depth with linear gain, 0–1; 0 when nothing is relevant.

    Σ grade(i) / log₂(i + 1) over ranks i from 1, divided by the same sum for the best order of all judged keys
    (Järvelin & Kekäläinen 2002, eq. 1–3, with the discount from rank 2 on, as in trec_eval's ``ndcg_cut``). Unjudged
    keys and negative grades gain nothing.
    """
    gain = _discounted([grades.get(key, 0) for key in ranking[:depth]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return gain / ideal if ideal else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / log2(i + 2) for i, gain in enumerate(gains))


def recall(ranking: Sequence[Key], grades: Mapping[Key, int], depth: int = 10) -> float:
    """Share of the relevant keys (grade 1 or more) among the first ``depth``; 0 without any. trec_eval's ``recall``."""
    relevant = {key for key, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def success(ranking: Sequence[Key], relevant: Collection[Key], depth: int) -> float:
    """1 when a relevant key is among the first ``depth``, else 0. trec_eval's ``success``."""
    return float(any(key in relevant for key in ranking[:depth]))


def auroc(above: ArrayLike, below: ArrayLike) -> float:
    """Area under the ROC curve: the probability that a value of ``above`` exceeds one of ``below``; ties count half. 0
    when either is empty."""
    high, ordered = np.asarray(above, np.float64), np.sort(np.asarray(below, np.float64))
    if not len(high) or not len(ordered):
        return 0.0
    less, at_most = (np.searchsorted(ordered, high, side=side) for side in ("left", "right"))
    return float((less + at_most).mean() / (2 * len(ordered)))


def mean(values: Sequence[float]) -> float:
    """The arithmetic mean; 0 for no values."""
    return sum(values) / len(values) if values else 0.0
