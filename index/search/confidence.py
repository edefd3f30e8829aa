"""How well a library answers a query, on a scale that is the same for every library: zero is the evidence that
unrelated questions find in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.types import Confidence

# Log odds that the library answers the query, for each unit of the passage's cosine, of its best sentence's cosine, and
# of BM25 as a share of the weight of the query's words. Fitted, and the thresholds chosen, by
# `python -m bench confidence --fit`
WEIGHTS = np.array([2.88, 7.26, 2.08])
PLAUSIBLE = 1.96
STRONG = 5.24

_MAXIMUM_SHARE = 2.0  # limit of BM25's share, so that a short passage gains nothing by repeating one word (a guess)
UNKNOWN = 0.2
"""Share of a query's words, by weight, above which an answer is not strong if these words occur nowhere in the library
(a guess)."""

_LEAD = 1.5
"""Evidence by which a passage must be ahead of all others to be judged by those words alone that the library has. Of
450 queries asked of foreign libraries none became plausible by it, with 1.0 four did (docs/retrieval.md)."""

_QUESTIONS = Path(__file__).with_name("null_questions.txt")


def signals(
    cosines: NDArray[np.float32], sentences: NDArray[np.float32], bm25: NDArray[np.float32], weight: float
) -> NDArray[np.float64]:
    """The three values that ``WEIGHTS`` weigh, shape (n, 3), a row for each passage. ``cosines``: of the passages;
    ``sentences``: cosines of their best sentences; ``weight``: the summed weight of the query's words."""
    share = np.minimum(bm25 / max(weight, 1e-9), _MAXIMUM_SHARE)
    return np.column_stack([cosines, sentences, share]).astype(np.float64)


def evidence(signals: NDArray[np.float64], baseline: float = 0.0, unknown: float = 0.0) -> NDArray[np.float64]:
    """The log odds of each passage above ``baseline``, shape (n,). ``unknown``: the share of the query's words, by
    weight, that no passage has; above ``UNKNOWN`` the result stays below ``STRONG``."""
    log_odds: NDArray[np.float64] = signals @ WEIGHTS - baseline
    if 0 < unknown < 1 and len(log_odds) > 1:
        _judge_leader(log_odds, signals, baseline, unknown)
    return np.minimum(log_odds, STRONG - 0.01) if unknown > UNKNOWN else log_odds


def _judge_leader(log_odds: NDArray[np.float64], signals: NDArray[np.float64], baseline: float, unknown: float) -> None:
    """Where a distant passage is far ahead of all others, it may answer in other words than one that no source has: its
    log odds are those of the query without such words."""
    second, best = np.argsort(log_odds, kind="stable")[-2:]
    if log_odds[best] < PLAUSIBLE and log_odds[best] - log_odds[second] >= _LEAD:
        cosine, sentence, share = signals[best]
        known = np.array([cosine, sentence, min(share / (1 - unknown), _MAXIMUM_SHARE)])
        log_odds[best] = known @ WEIGHTS - baseline


def baseline(null: Sequence[float]) -> float:
    """The zero of a library's scale: the median evidence that the null questions find in it, 0 if it is empty."""
    return float(np.median(null)) if null else 0.0


def label(beyond: float, named: bool = False, lacking: bool = False) -> Confidence:
    """The class of a passage or of an answer. ``beyond``: its evidence above the baseline. ``named``: the query is the
    passage's title or heading, which makes it at least plausible however few words that has. ``lacking``: the passage
    lacks a year or figure of the query, which keeps it from being strong."""
    if beyond < PLAUSIBLE and not named:
        return Confidence.NONE
    return Confidence.STRONG if beyond >= STRONG and not lacking else Confidence.PLAUSIBLE


@cache
def null_questions() -> tuple[str, ...]:
    """Questions, claims, topics and whole paragraphs on many subjects. What they find in a library is taken for what
    chance finds in it."""
    return tuple(_QUESTIONS.read_text(encoding="utf-8").split("\n")[:-1])
