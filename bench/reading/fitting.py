"""Fits the weights of ``ingest.boilerplate.article`` by logistic regression on lines of pages with known article."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from bench.reading.shingles import share_of
from ingest.boilerplate.article import features
from ingest.boilerplate.page import Page
from ingest.boilerplate.text_units import TextUnit, fold, split_units

_MAX_WORDS = 60  # a line weighs as much as it has words, up to this (a guess)
_SHRINKAGE = 20.0  # ridge penalty (a guess): keeps the weights of rare features small
_STEPS = 30  # of Newton's method


def fit(pages: Iterable[tuple[str, str]]) -> dict[str, float]:
    """The weights by the names of features, rounded to a decimal. ``pages``: pairs of copied text and article."""
    rows, labels, counts = [], list[bool](), list[int]()
    for copy, article in pages:
        page = Page(split_units(copy))
        rows += list(features(page))
        labels += _labels(page.units, article)
        counts += [min(unit.words + 1, _MAX_WORDS) for unit in page.units]
    names = sorted({name for row in rows for name in row})
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    weights = logistic(values, np.array(labels, float), np.array(counts, float))
    return {name: round(float(weight), 1) for name, weight in zip(names, weights, strict=True)}


def _labels(units: Sequence[TextUnit], article: str) -> list[bool]:
    """For each line, whether most of it is in the article."""
    lines = {fold(line) for line in article.split("\n")}
    return [unit.key in lines if unit.words < 4 else share_of(unit.text, article) > 0.5 for unit in units]


def logistic(
    values: NDArray[np.float64], labels: NDArray[np.float64], counts: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weights of a logistic regression, shape (features,), by Newton's method with a ridge penalty.

    ``values``: (rows, features); ``labels``: (rows,), 0 or 1; ``counts``: (rows,), the weight of each row.
    """
    counts = counts / counts.mean()
    weights = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        probabilities = 1 / (1 + np.exp(-values @ weights))
        gradient = values.T @ (counts * (probabilities - labels)) + _SHRINKAGE * weights
        variances = counts * probabilities * (1 - probabilities)
        hessian = (values * variances[:, None]).T @ values + _SHRINKAGE * np.eye(len(weights))
        weights -= np.linalg.solve(hessian, gradient)
    return weights
