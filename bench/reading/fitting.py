"""The weights by which ``ingest.article`` scores a line: a logistic regression on pages whose article is known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.reading.shingles import share_of
from ingest.boilerplate.article import features
from ingest.boilerplate.page import Page
from ingest.boilerplate.units import TextUnit, folded, units_of

_MOST_WORDS = 60  # a line counts by its words, up to these
_SHRINKAGE = 20.0  # keeps weights small that few lines bear out
_STEPS = 30


def fit(pages: Iterable[tuple[str, str]]) -> dict[str, float]:
    """Weights by name, out of copies and their articles."""
    rows, labels, counts = [], list[bool](), list[int]()
    for copy, article in pages:
        page = Page(units_of(copy))
        rows += list(features(page))
        labels += _labels(page.units, article)
        counts += [min(unit.words + 1, _MOST_WORDS) for unit in page.units]
    names = sorted({name for row in rows for name in row})
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    weights = logistic(values, np.array(labels, float), np.array(counts, float))
    return {name: round(float(weight), 1) for name, weight in zip(names, weights, strict=True)}


def _labels(units: Sequence[TextUnit], article: str) -> list[bool]:
    """Whether most of a line stands in the article."""
    lines = {folded(line) for line in article.split("\n")}
    return [unit.key in lines if unit.words < 4 else share_of(unit.text, article) > 0.5 for unit in units]


def logistic(
    values: NDArray[np.float64], labels: NDArray[np.float64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Newton's method on the weighted log likelihood with a ridge."""
    counts = counts / counts.mean()
    weights = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (counts * (likely - labels)) + _SHRINKAGE * weights
        curve = (values * (counts * likely * (1 - likely))[:, None]).T @ values + _SHRINKAGE * np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    return weights
