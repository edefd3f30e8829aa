"""How sure an answer is, on one scale for every library: its zero is what unrelated questions find in that library."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.types import Confidence

# Log odds of "the library answers this" by the passage's cosine, its best sentence's, and its BM25 as a share of what
# the query's words weigh. Fitted, and the thresholds chosen, by: python -m bench confidence --fit
WEIGHTS = np.array([2.88, 7.26, 2.08])
PLAUSIBLE = 1.96
STRONG = 5.24

_MOST = 2.0  # what BM25 may amount to: a short passage that says one word over and over is no better than another
UNKNOWN = 0.2
"""Share of a query's words, by weight, beyond which their standing nowhere counts."""

_QUESTIONS = Path(__file__).with_name("null_questions.txt")


def signals(
    cosines: NDArray[np.float32], sentences: NDArray[np.float32], bm25: NDArray[np.float32], weight: float
) -> NDArray[np.float64]:
    """What the evidence is the weighted sum of, a row for each passage. ``weight``: of the query's words."""
    share = np.minimum(bm25 / max(weight, 1e-9), _MOST)
    return np.column_stack([cosines, sentences, share]).astype(np.float64)


def evidence(signals: NDArray[np.float64], baseline: float = 0.0, unknown: float = 0.0) -> NDArray[np.float64]:
    """How much speaks for each passage, beyond what is ``usual`` for an unrelated question's best. ``unknown``: the
    share of the query's words, by weight, that no passage has: when it is large, nothing speaks strongly."""
    found: NDArray[np.float64] = signals @ WEIGHTS - baseline
    return np.minimum(found, STRONG - 0.01) if unknown > UNKNOWN else found


def baseline(null: Sequence[float]) -> float:
    """The zero of a library's scale, from the evidence that the null questions find in it (none: an empty library)."""
    return float(np.median(null)) if null else 0.0


def label(beyond: float, named: bool = False) -> Confidence:
    """``beyond``: evidence beyond the usual. ``named``: the query is a title or a heading of the passage, which is
    evidence however few its words: then it is plausible at least."""
    if beyond < PLAUSIBLE and not named:
        return Confidence.NONE
    return Confidence.STRONG if beyond >= STRONG else Confidence.PLAUSIBLE


@cache
def null_questions() -> tuple[str, ...]:
    """Questions, claims, topics and whole paragraphs on all sorts of subjects: what they find in a library is what
    chance finds there."""
    return tuple(_QUESTIONS.read_text(encoding="utf-8").split("\n")[:-1])
