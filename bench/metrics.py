"""Measures of a ranking against judgements, as trec_eval defines them."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from math import log2
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


def ndcg(ranking: Sequence[Key], grades: Mapping[Key, int], depth: int = 10) -> float:
    """nDCG@depth with linear gain: Σ grade(i) / log₂(i + 1) over ranks i from 1, divided by that of the best order of
    all judged. Järvelin & Kekäläinen 2002, eq. 1–3, with the discount from rank 2 on, as trec_eval's ``ndcg_cut``
    computes it; unjudged and negative grades gain nothing. 0 where nothing is relevant."""
    found = _discounted([grades.get(one, 0) for one in ranking[:depth]])
    ideal = _discounted(sorted(grades.values(), reverse=True)[:depth])
    return found / ideal if ideal else 0.0


def _discounted(gains: Sequence[int]) -> float:
    return sum(max(gain, 0) / log2(place + 2) for place, gain in enumerate(gains))


def recall(ranking: Sequence[Key], grades: Mapping[Key, int], depth: int = 10) -> float:
    """Share of the relevant (grade 1 or more) that stand among the first ``depth``: trec_eval's ``recall``."""
    relevant = {one for one, grade in grades.items() if grade > 0}
    return len(relevant.intersection(ranking[:depth])) / len(relevant) if relevant else 0.0


def success(ranking: Sequence[Key], relevant: Collection[Key], depth: int) -> float:
    """1 when a relevant one stands among the first ``depth``, else 0: trec_eval's ``success``."""
    return float(any(one in relevant for one in ranking[:depth]))


def mean(values: Sequence[float]) -> float:
    """The mean; 0 of nothing."""
    return sum(values) / len(values) if values else 0.0
