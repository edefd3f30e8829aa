"""Floors of the project's own judged set: what the default search must not fall below, pinned in ``floors.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from math import floor
from pathlib import Path

from bench.retrieval.judged import Scores

FLOORS = Path(__file__).with_name("floors.json")

_SLACK = 0.01
"""What nDCG may fall for rounding on another machine; a share may fall by one query."""


class RegressionError(Exception):
    """New floors would lie below the pinned ones."""


def pinned(path: Path = FLOORS) -> dict[str, float]:
    """The floors by measure, names as the fields of ``Scores``."""
    floors: dict[str, float] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return floors


def measured(scores: Scores) -> dict[str, float]:
    """The measures that have a floor."""
    names = ("ndcg", "success_1", "success_2", "success_5", "foreign_none", "own_labelled")
    return {name: float(getattr(scores, name)) for name in names}


def below(scores: Scores, floors: Mapping[str, float]) -> list[str]:
    """A line for each measure under its floor."""
    found = measured(scores)
    missed = [name for name, least in floors.items() if found[name] < least]
    return [f"{name} is {found[name]:.4f}, its floor {floors[name]:.4f}" for name in missed]


def proposed(scores: Scores) -> dict[str, float]:
    """A little under what was measured: .01 of nDCG, one query of a share."""
    slack = dict.fromkeys(measured(scores), 1 / max(1, scores.queries))
    slack |= {"ndcg": _SLACK, "foreign_none": 1 / max(1, scores.foreign)}
    return {
        name: max(0.0, floor(round((value - slack[name]) * 1000, 6)) / 1000) for name, value in measured(scores).items()
    }


def update(scores: Scores, path: Path = FLOORS, *, allow_regression: bool = False) -> dict[str, float]:
    """Pin new floors and return them. Raises RegressionError, and writes nothing, when one would be lower than before
    and that is not allowed."""
    old, new = pinned(path), proposed(scores)
    lower = [f"{name} from {old[name]:.3f} to {new[name]:.3f}" for name in new if name in old and new[name] < old[name]]
    if lower and not allow_regression:
        raise RegressionError(f"This would lower {', '.join(lower)}. If it is meant, add --allow-regression.")
    path.write_text(json.dumps(new, indent=1) + "\n", encoding="utf-8")
    return new
