"""How the marks of the difference engine are counted: which twins count, and the small run from end to end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.claims import cues
from bench.claims.cues import Marked, Retrieved, changed, plain
from bench.sets import DataError


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        ("It opened in 1990.", "It opened in 1991.", "date"),
        ("It opened in May.", "It opened in June.", "date"),
        ("It has 30 rooms.", "It has forty rooms.", "number"),
        ("It lies in Denmark.", "It lies in Norway.", "name"),
        ("He is an Italian.", "He is a Dane.", "name"),
        ("It is old.", "It is not old.", "negation"),
        ("It was sold.", "It was never sold.", "negation"),
        # Something else changed, or something else too.
        ("It is old.", "It is new.", None),
        ("It lies in Denmark.", "It stands in Norway.", None),
        ("It has 30 rooms.", "It has many rooms.", None),
        ("It is old.", "It is old.", None),
    ],
)
def test_a_twin_counts_where_all_changed_words_are_of_one_kind(left: str, right: str, kind: str | None) -> None:
    assert changed(left, right) == changed(right, left) == kind


def test_parted_marks_are_joined_again() -> None:
    parted = "Sample 's inn -LRB- built 1990 -RRB- is n't `` old '' , it 's new ."

    assert plain(parted) == "Sample's inn (built 1990) isn't \" old \", it's new."


def test_shares_of_nothing_are_zero() -> None:
    assert Marked("x", 0, 0).share == Retrieved("x", 0, 0, 0).precision == Retrieved("x", 0, 0, 0).recall == 0.0


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two families of twins, one claim with two gold sentences, two claims on a record."""
    evidence = ["The inn was built in 1990 .", "The mill was sold in May ."]
    twins = [
        {"orig_id": number, "claim": claim, "evidence_text": evidence[i], "label": label}
        for i, number, claim, label in (
            (0, "11", "The inn was built in 1990 .", "SUPPORTS"),
            (0, "110000003", "The inn was built in 1980 .", "REFUTES"),
            (1, "22", "The mill was sold in May .", "SUPPORTS"),
            (1, "220000003", "The mill was sold in June .", "REFUTES"),
        )
    ]
    sentences = ["It has 30 rooms.", "Menu", "It has 30 rooms and a yard."]
    wice = {"claim": "It has 30 rooms.", "evidence_sentences": sentences, "supporting_sets": [[0, 2]]}
    lines = {"gold_lines_primary": ["The dose was 5 mg."], "gold_lines_secondary": None}
    trials = [
        {"claim": "The dose was 5 mg.", "label": "SUPPORTS", **lines},
        {"claim": "The dose was 9 mg.", "label": "REFUTES", **lines},
        {"claim": "The dose was small.", "label": "REFUTES", **lines},
    ]
    for name, rows in (("fever_symmetric", twins), ("wice", [{"label": "SUPPORTS", **wice}]), ("nli4ct", trials)):
        folder = tmp_path / "claims" / name
        folder.mkdir(parents=True)
        folder.joinpath("claims.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return tmp_path


def test_twins_alarms_and_figures_are_counted(data: Path) -> None:
    results = cues.measure(data)

    counted = {row.name: (row.rows, row.marked) for row in (*results.twins, *results.supported) if row.rows}
    assert sum(rows for name, (rows, _) in counted.items() if name.endswith(", date")) == 2
    assert all(rows == marked for name, (rows, marked) in counted.items() if name.endswith((", date", ", all")))
    assert counted["wice, each gold sentence"] == (2, 0)
    assert counted["wice, all gold sentences"] == (1, 0)
    assert results.figures == Retrieved("nli4ct, figures", 1, 1, 1)


def test_the_command_prints_the_tables(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["cues", "--data", str(data)]) == 0
    assert "nli4ct, figures" in capsys.readouterr().out

    assert main(["cues", "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["figures"]["right"] == 1


def test_data_that_is_missing_or_not_as_described_is_named(data: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="has no claims"):
        cues.measure(tmp_path / "elsewhere")
    data.joinpath("claims", "wice", "claims.jsonl").write_text('{"label": "SUPPORTS"}', encoding="utf-8")
    with pytest.raises(DataError, match="not as described"):
        cues.measure(data)
