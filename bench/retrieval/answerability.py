"""Measures whether confidence parts questions that the sample corpus answers from others on the same subjects."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.metrics import auroc, mean
from bench.sets import records
from bench.tables import table
from index.search.index import Index
from index.types import Answer, Confidence

QUESTIONS = Path(__file__).parent / "answerable.jsonl"


@dataclass(frozen=True, slots=True)
class Separation:
    """One way of searching. ``answerable`` and ``unanswerable``: the share of these questions with each label;
    ``evidence`` and ``opinion``: the AUROC of the answer's evidence, and of the reader's best opinion of ten hits."""

    read: bool
    answerable: dict[str, float]
    unanswerable: dict[str, float]
    evidence: float
    opinion: float | None


def measure(index: Index, path: Path = QUESTIONS) -> list[Separation]:
    """The questions searched without the reader, and with it if the index has one. Raises DataError."""
    rows = list(records(path))
    return [_separation(index, rows, read=read) for read in ((False, True) if index.reader else (False,))]


def _separation(index: Index, rows: list[dict[str, object]], *, read: bool) -> Separation:
    answers = [(bool(row["answerable"]), index.search(str(row["query"]), 10, fast=not read)) for row in rows]
    own, foreign = ([answer for known, answer in answers if known is wanted] for wanted in (True, False))
    evidence = auroc(
        *([-np.inf if answer.evidence is None else answer.evidence for answer in kind] for kind in (own, foreign))
    )
    opinion = auroc(*([best_opinion(answer) for answer in kind] for kind in (own, foreign))) if read else None
    return Separation(read, _shares(own), _shares(foreign), evidence, opinion)


def best_opinion(answer: Answer) -> float:
    """The reader's highest opinion of a hit; 0 when it read none."""
    return max((hit.parts.reader or 0.0 for hit in answer.hits), default=0.0)


def _shares(answers: list[Answer]) -> dict[str, float]:
    return {level.value: mean([answer.confidence is level for answer in answers]) for level in Confidence}


def lines(results: list[Separation]) -> str:
    """The figures as a table."""
    rows = []
    for result in results:
        way = "with the reader" if result.read else "without"
        figures = [f"{result.evidence:.3f}", "" if result.opinion is None else f"{result.opinion:.3f}"]
        rows.append([f"{way}: answerable", *(f"{share:.3f}" for share in result.answerable.values()), *figures])
        rows.append([f"{way}: unanswerable", *(f"{share:.3f}" for share in result.unanswerable.values())])
    return table(["", *(level.value for level in Confidence), "AUROC evidence", "AUROC reader"], rows)
