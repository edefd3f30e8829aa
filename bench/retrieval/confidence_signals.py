"""Fits the weights and thresholds of ``index.search.confidence``: a logistic regression on the results that libraries
give for queries of their own set and of other sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.metrics import auroc
from bench.retrieval.confidence import Floats, Library, Tried
from index.search import confidence
from index.search.ranking import SURE

_WITHOUT_WEIGHT = 0.3  # of an own query as a negative example, without its answers (a guess)
_SHRINKAGE = 0.01  # ridge penalty (a guess)
_ROUNDS, _STEPS = 6, 40  # each round selects the best passages by the weights of the round before
_OWN_NONE_SHARE = 0.035  # share of own queries that may be labelled *none* (a guess)
_WITHOUT_STRONG_SHARE = 0.15  # share of own queries without their answers that may stay *strong* (a guess)


@dataclass(frozen=True, slots=True)
class Fitted:
    """The fitted constants. ``left_out``: AUROC of each library with weights fitted without its set, the mean of these,
    and the AUROC of all pooled."""

    weights: tuple[float, ...]
    plausible: float
    strong: float
    left_out: dict[str, float]


def fit(libraries: Sequence[Library]) -> Fitted:
    """Weights and thresholds, rounded to two decimals, and how well they do on sets that they were not fitted on."""
    weights = np.round(_weights(libraries), 2)
    own, _, without = _scores(libraries, weights)
    plausible, strong = np.quantile(own, _OWN_NONE_SHARE), np.quantile(without, 1 - _WITHOUT_STRONG_SHARE)
    thresholds = round(float(plausible), 2), round(float(strong), 2)
    return Fitted(tuple(map(float, weights)), *thresholds, _left_out_auroc(libraries))


def as_text(fitted: Fitted) -> str:
    """The constants as code, then a line for each AUROC."""
    constants = [
        f"WEIGHTS = np.array({list(fitted.weights)})",
        f"PLAUSIBLE = {fitted.plausible}",
        f"STRONG = {fitted.strong}",
    ]
    return "\n".join([*constants, *(f"AUROC {name}: {value:.3f}" for name, value in fitted.left_out.items())])


def _left_out_auroc(libraries: Sequence[Library]) -> dict[str, float]:
    """The AUROC of each library with weights fitted on the other sets; *all*: of the pooled scores."""
    aurocs: dict[str, float] = {}
    pool: list[tuple[Floats, Floats, Floats]] = []
    for name in dict.fromkeys(library.of for library in libraries):
        weights = _weights([library for library in libraries if library.of != name])
        for library in (library for library in libraries if library.of == name):
            pool.append(_scores([library], weights))
            aurocs[f"{name}, {library.size}"] = auroc(*pool[-1][:2])
    own, foreign, _ = (np.concatenate(kind) for kind in zip(*pool, strict=True))
    return {**aurocs, "mean": float(np.mean(list(aurocs.values()))), "all": auroc(own, foreign)}


def _weights(libraries: Sequence[Library]) -> Floats:
    weights = np.ones(len(confidence.WEIGHTS))
    for _ in range(_ROUNDS):
        rows = [row for library in libraries for row in _rows(library, weights)]
        signals, labels, counts = (np.array(column) for column in zip(*rows, strict=True))
        weights = _logistic(signals, labels, counts)
    return weights


def _rows(library: Library, weights: Floats) -> list[tuple[Floats, float, float]]:
    """A library's rows: signals minus those of the null questions, label (1 for own queries), and weight.

    Own and foreign queries weigh the same in total.
    """
    baseline = np.median([_best(result.signals, weights) for result in library.null], axis=0)
    own, foreign = 100 / len(library.own), 100 / len(library.foreign)
    rows = [(_best(result.signals, weights) - baseline, 1.0, own) for result in library.own]
    rows += [(_best(result.signals, weights) - baseline, 0.0, foreign) for result in library.foreign]
    without = [_without_answers(result) for result in library.own]
    negative = own * _WITHOUT_WEIGHT
    return rows + [(_best(signals, weights) - baseline, 0.0, negative) for signals in without if len(signals)]


def _best(signals: Floats, weights: Floats) -> Floats:
    """The signals of the passage with the highest weighted sum among the first; zeros when there is none."""
    if not len(signals):
        return np.zeros(len(weights))
    best: Floats = signals[(signals[:SURE] @ weights).argmax()]
    return best


def _without_answers(result: Tried) -> Floats:
    return result.signals[~result.answers]


def _scores(libraries: Sequence[Library], weights: Floats) -> tuple[Floats, Floats, Floats]:
    """The same as ``bench.retrieval.confidence.scores``, with other weights."""
    kinds: tuple[list[float], list[float], list[float]] = ([], [], [])
    for library in libraries:
        baseline = np.median([_best(result.signals, weights) @ weights for result in library.null])
        own_signals = [result.signals for result in library.own]
        foreign_signals = [result.signals for result in library.foreign]
        without_signals = [signals for signals in map(_without_answers, library.own) if len(signals)]
        for scores, kind in zip(kinds, (own_signals, foreign_signals, without_signals), strict=True):
            scores += [float(_best(signals, weights) @ weights - baseline) for signals in kind]
    own, foreign, without = (np.array(scores) for scores in kinds)
    return own, foreign, without


def _logistic(signals: Floats, labels: Floats, counts: Floats) -> Floats:
    """Weights of a logistic regression with a ridge penalty, by Newton's method; the intercept is not returned.

    ``signals``: (rows, signals); ``labels``: (rows,), 0 or 1; ``counts``: (rows,), the weight of each row.
    """
    values = np.column_stack([signals, np.ones(len(signals))])
    ridge = np.diag([*[_SHRINKAGE] * signals.shape[1], 0.0])
    weights = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        probabilities = 1 / (1 + np.exp(-values @ weights))
        gradient = values.T @ (counts * (probabilities - labels)) + ridge @ weights
        hessian = (values * (counts * probabilities * (1 - probabilities))[:, None]).T @ values + ridge
        weights -= np.linalg.solve(hessian, gradient)
    return weights[:-1]
