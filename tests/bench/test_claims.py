"""Claims and their evidence: what is counted, and the whole way on a set of our own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from bench.__main__ import main
from bench.claims.claims import scores, spans
from index.check.evidence import SentenceMatch
from index.snapshot.near_duplicates import NOTHING
from index.types import Passage, Span
from tests.making import link_models

PAGE = """The old mill in the valley was built of oak by two brothers from the coast.
It ground barley for the whole valley until a flood took its wheel away one night.
Nobody has repaired the wheel since, and swallows nest under its roof every spring."""
PAIRS = [
    ("The mill was built of oak.", "The old mill was built of oak.", "SUPPORTS"),
    ("The mill was built of oak.", "Swallows nest under the roof of the mill.", "NOT_ENOUGH_INFO"),
    ("Rye is sown in autumn.", "Farmers there sow rye in the autumn months.", "SUPPORTS"),
    ("Rye is sown in autumn.", "Rye is never sown before spring.", "REFUTES"),
]


def ranked(*sentences: Span) -> list[SentenceMatch]:
    """These sentences of the page, in this order."""
    passage = Passage(PAGE, Span(0, len(PAGE)))
    return [SentenceMatch(None, 0, NOTHING, 1, passage, sentence, 0.0, 0.0) for sentence in sentences]


@pytest.mark.parametrize(
    ("sets", "order", "expected"),
    [
        ([[0]], [0, 1, 2], (1.0, 1.0, 1.0)),
        ([[2]], [0, 1, 2], (1.0, 1.0, 0.0)),
        ([[0, 1]], [0], (0.5, 0.5, 1.0)),
        ([[0], [1, 2]], [0], (1.0, 1 / 3, 1.0)),
        ([[0]], [], (0.0, 0.0, 0.0)),
        ([[], [1]], [1], (1.0, 1.0, 1.0)),
    ],
)
def test_the_best_of_a_claims_sets_counts(sets: list[list[int]], order: list[int], expected: tuple[float, ...]) -> None:
    """Sets are alternatives; recall of all of them is told beside."""
    lines = spans(PAGE)
    row: dict[str, Any] = {"evidence_text": PAGE, "supporting_sets": sets}
    assert scores(ranked(*(lines[number] for number in order)), row) == pytest.approx(expected)


def test_a_sentence_that_was_cut_otherwise_is_still_the_line_it_is_most_of() -> None:
    first = spans(PAGE)[0]
    row: dict[str, Any] = {"evidence_text": PAGE, "supporting_sets": [[0]]}
    assert scores(ranked(Span(first.start + 5, first.end + 9)), row)[0] == 1.0


@pytest.mark.slow
def test_from_end_to_end(prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """On two pages and four pairs of our own."""
    data, work = tmp_path / "data", tmp_path / "work"
    for name in ("wice", "healthver", "climate_fever"):
        shutil.copytree(prepared, work / name / "library", copy_function=link_models)
        (data / "claims" / name).mkdir(parents=True)
    other = "A bakery in the town sells rye bread on market days.\nIts oven was lit first in 1911 by a widow."
    cited = [
        {"id": "a", "claim": "The mill was built of oak by brothers.", "evidence_text": PAGE, "supporting_sets": [[0]]},
        {"id": "b", "claim": "The oven was lit in 1911.", "evidence_text": other, "supporting_sets": [[1]]},
    ]
    pairs = [{"claim": claim, "evidence_text": text, "label": label} for claim, text, label in PAIRS]
    write(data / "claims" / "wice" / "claims.jsonl", [{**row, "label": "SUPPORTS"} for row in cited])
    write(data / "claims" / "healthver" / "claims_passage_level.jsonl", pairs)
    write(data / "claims" / "climate_fever" / "pairs.jsonl", pairs)
    assert main(["claims", "--data", str(data), "--work", str(work), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["wice"] == [{"label": "SUPPORTS", "claims": 2, "recall": 1.0, "every": 1.0, "first": 1.0}]
    statuses = {(row["name"], row["evidence"]): row for row in figures["statuses"]}
    assert statuses.keys() == {(name, way) for name in ("wice", "climate_fever") for way in ("with", "without")}
    assert statuses["wice", "with"]["sentences"] == 2
    assert statuses["wice", "with"]["found"] > statuses["wice", "without"]["found"]
    assert {row["way"] for row in figures["evidence"]} == {"words", "meaning", "both", "check"}
    assert all((row["claims"], row["hit"], row["recall"]) == (2, 1.0, 1.0) for row in figures["evidence"])
    assert main(["claims", "--data", str(tmp_path), "--work", str(work)]) == 2
    assert main(["claims", "--data", str(data), "--work", str(work)]) == 0
    assert "own evidence in top 10" in capsys.readouterr().out


def write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
