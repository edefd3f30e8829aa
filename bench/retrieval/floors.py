"""Floors for the project's own judged set: measures that the default search must not fall below, in ``floors.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import floor
from pathlib import Path

from bench.retrieval.judged import Scores

FLOORS = Path(__file__).with_name("floors.json")

_SLACK = 0.01
"""How much nDCG may fall because of rounding on another machine (a guess); a share may fall by one query."""


class RegressionError(Exception):
    """New floors would lie below the pinned ones."""


def pinned(path: Path = FLOORS) -> dict[str, float]:
    """The floors by measure, named as the fields of ``Scores``; empty without a file."""
    floors: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return floors


def measured(scores: Scores) -> dict[str, float]:
    """The measures that have a floor."""
    names = ("ndcg", "success_1", "success_2", "success_5", "foreign_none", "own_labelled")
    return {name: float(getattr(scores, name)) for name in names}


def below(scores: Scores, floors: Mapping[str, float]) -> list[str]:
    """A message for each measure below its floor."""
    values = measured(scores)
    missed = [name for name, limit in floors.items() if values[name] < limit]
    return [f"{name} is {values[name]:.4f}, its floor {floors[name]:.4f}" for name in missed]


def proposed(scores: Scores) -> dict[str, float]:
    """New floors, a little below what was measured: .01 of nDCG, one query of a share."""
    slack = dict.fromkeys(measured(scores), 1 / max(1, scores.queries))
    slack |= {"ndcg": _SLACK, "foreign_none": 1 / max(1, scores.foreign)}
    return {
        name: max(0.0, floor(round((value - slack[name]) * 1000, 6)) / 1000) for name, value in measured(scores).items()
    }


def update(scores: Scores, path: Path = FLOORS, *, allow_regression: bool = False) -> dict[str, float]:
    """Writes new floors and returns them.

    Raises RegressionError, and writes nothing, when a floor would be lower than before and that is not allowed.
    """
    old, new = pinned(path), proposed(scores)
    lower = [f"{name} from {old[name]:.3f} to {new[name]:.3f}" for name in new if name in old and new[name] < old[name]]
    if lower and not allow_regression:
        raise RegressionError(f"This would lower {', '.join(lower)}. If it is meant, add --allow-regression.")
    path.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")
    return new
