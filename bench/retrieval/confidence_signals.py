"""The weights of ``index.confidence``: a logistic regression on what libraries found for queries of their own and for
foreign ones, and its thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from bench.retrieval.confidence import Floats, Library, Tried, auroc
from index.search import confidence
from index.search.ranking import SURE

_WITHOUT = 0.3  # what own queries weigh as negatives once the documents that answer them are out
_SHRINKAGE = 0.01
_ROUNDS, _STEPS = 6, 40  # in each round the best passage is chosen by the weights of the one before
_LOST = 0.035  # share of own queries that may be called *none*
_DECEIVED = 0.15  # share of those without their answering documents that may stay *strong*


@dataclass(frozen=True, slots=True)
class Fitted:
    """``left_out``: AUROC of each set's libraries under weights that were fitted without that set, and of all."""

    weights: tuple[float, ...]
    plausible: float
    strong: float
    left_out: dict[str, float]


def fit(libraries: Sequence[Library]) -> Fitted:
    weights = np.round(_weights(libraries), 2)
    own, _, without = _scores(libraries, weights)
    plausible, strong = np.quantile(own, _LOST), np.quantile(without, 1 - _DECEIVED)
    return Fitted(tuple(map(float, weights)), round(float(plausible), 2), round(float(strong), 2), _left_out(libraries))


def told(found: Fitted) -> str:
    """The constants as code, then how well they do where they were not fitted."""
    constants = [
        f"WEIGHTS = np.array({list(found.weights)})",
        f"PLAUSIBLE = {found.plausible}",
        f"STRONG = {found.strong}",
    ]
    return "\n".join([*constants, *(f"AUROC {name}: {value:.3f}" for name, value in found.left_out.items())])


def _left_out(libraries: Sequence[Library]) -> dict[str, float]:
    """Each set judged by the others' weights; *all* pools these scores."""
    found: dict[str, float] = {}
    pool: list[tuple[Floats, Floats, Floats]] = []
    for name in dict.fromkeys(one.of for one in libraries):
        weights = _weights([one for one in libraries if one.of != name])
        for one in (one for one in libraries if one.of == name):
            pool.append(_scores([one], weights))
            found[f"{name}, {one.size}"] = auroc(*pool[-1][:2])
    own, foreign, _ = (np.concatenate(some) for some in zip(*pool, strict=True))
    return {**found, "mean": float(np.mean(list(found.values()))), "all": auroc(own, foreign)}


def _weights(libraries: Sequence[Library]) -> Floats:
    weights = np.ones(len(confidence.WEIGHTS))
    for _ in range(_ROUNDS):
        rows = [row for one in libraries for row in _rows(one, weights)]
        signals, labels, counts = (np.array(column) for column in zip(*rows, strict=True))
        weights = _logistic(signals, labels, counts)
    return weights


def _rows(library: Library, weights: Floats) -> list[tuple[Floats, float, float]]:
    """Signals less those of the null questions, the label, and what the row counts: a library's two sides the same."""
    zero = np.median([_best(one.signals, weights) for one in library.null], axis=0)
    own, foreign = 100 / len(library.own), 100 / len(library.foreign)
    rows = [(_best(one.signals, weights) - zero, 1.0, own) for one in library.own]
    rows += [(_best(one.signals, weights) - zero, 0.0, foreign) for one in library.foreign]
    left = [_without(one) for one in library.own]
    return rows + [(_best(some, weights) - zero, 0.0, own * _WITHOUT) for some in left if len(some)]


def _best(signals: Floats, weights: Floats) -> Floats:
    """The signals of the passage that most speaks for."""
    if not len(signals):
        return np.zeros(len(weights))
    best: Floats = signals[(signals[:SURE] @ weights).argmax()]
    return best


def _without(one: Tried) -> Floats:
    return one.signals[~one.answers]


def _scores(libraries: Sequence[Library], weights: Floats) -> tuple[Floats, Floats, Floats]:
    """As ``bench.retrieval.confidence.scores``, with other weights."""
    found: tuple[list[float], list[float], list[float]] = ([], [], [])
    for library in libraries:
        zero = np.median([_best(one.signals, weights) @ weights for one in library.null])
        without = [some for some in map(_without, library.own) if len(some)]
        kinds = ([one.signals for one in library.own], [one.signals for one in library.foreign], without)
        for scores, kind in zip(found, kinds, strict=True):
            scores += [float(_best(signals, weights) @ weights - zero) for signals in kind]
    own, foreign, left = (np.array(scores) for scores in found)
    return own, foreign, left


def _logistic(signals: Floats, labels: Floats, counts: Floats) -> Floats:
    """Newton's method on the weighted log likelihood with a ridge; the constant is left out of what it returns."""
    values = np.column_stack([signals, np.ones(len(signals))])
    ridge = np.diag([*[_SHRINKAGE] * signals.shape[1], 0.0])
    weights = np.zeros(values.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (counts * (likely - labels)) + ridge @ weights
        curve = (values * (counts * likely * (1 - likely))[:, None]).T @ values + ridge
        weights -= np.linalg.solve(curve, slope)
    return weights[:-1]
