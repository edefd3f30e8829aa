"""Our search beside another's: the drivers' protocol, the figures and their table, with a stand-in for the other."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from bench import environment
from bench.__main__ import main
from bench.retrieval import peers
from bench.retrieval.driver import Job
from bench.retrieval.peers import OTHER, OWN, Figures, Peers, SetComparison
from bench.sets import DataError
from tests.making import link_models

# Ranks by how many words a document shares with the query.
STAND_IN = """
import json, time
from pathlib import Path
from bench.retrieval.driver import serve

class StandIn:
    def version(self):
        return "0.1"

    def prepare(self, job):
        pass

    def ingest(self, job):
        Path(job.index).write_text(Path(job.texts).read_text())
        return 2.5, 1.5

    def open(self, job):
        rows = [json.loads(line) for line in Path(job.index).read_text().splitlines()]

        def search(text, k):
            asked = set(text.lower().split())
            ranked = sorted(rows, key=lambda row: -len(asked & set(row["text"].lower().split())))
            return [row["_id"] for row in ranked[:k]]

        return search

serve(StandIn())
"""

ROWS = [
    {"_id": "cats", "title": "Cats", "text": "Cats sleep for most of the day and hunt mice at dusk."},
    {"_id": "bread", "title": "", "text": "Bread rises because yeast makes gas in the dough."},
    {"_id": "moon", "title": "The Moon", "text": "It goes round the Earth and pulls the tides."},
    {"_id": "empty", "title": "", "text": ""},
]
QUERIES = [("1", "which animals hunt mice at dusk"), ("2", "what pulls the tides"), ("3", "?!")]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "retrieval" / "facts"
    folder.mkdir(parents=True)
    (folder / "corpus.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "queries.jsonl").write_text(
        "".join(json.dumps({"_id": key, "text": text}) + "\n" for key, text in QUERIES)
    )
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tcats\t1\n2\tmoon\t1\n3\tbread\t1\n")
    return tmp_path / "data"


@pytest.fixture
def work(prepared: Path, tmp_path: Path) -> Path:
    """A work folder in which our model is ready."""
    shutil.copytree(prepared / "models", tmp_path / "work" / OWN / "models", copy_function=link_models)
    return tmp_path / "work"


def stand_in(work: Path) -> peers.Commands:
    return {OWN: [sys.executable, "-m", "bench.retrieval.peer_sourcewise"], OTHER: [sys.executable, "-c", STAND_IN]}


@pytest.mark.slow
def test_both_are_asked_the_same_and_stand_beside_each_other(
    data: Path, work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(peers, "commands", stand_in)
    assert main(["peers", "--data", str(data), "--work", str(work), "--sets", "facts", "--rounds", "1", "--json"]) == 0
    figures: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert figures == json.loads((work / "peers.json").read_text(encoding="utf-8"))
    assert figures["versions"] == {OWN: "this working copy", OTHER: "0.1"}
    (comparison,) = figures["sets"]
    assert (comparison["name"], comparison["documents"], comparison["queries"]) == ("facts", 3, 3)
    # ours refuses the last query, the other ranks all documents alike for it: bread stands second
    assert comparison["own"]["ndcg"] == pytest.approx(2 / 3)
    assert comparison["other"]["ndcg"] == pytest.approx((2 + 0.6309) / 3, abs=1e-4)
    assert (comparison["other"]["ingest"], comparison["other"]["ingest_cpu"]) == (2.5, 1.5)
    assert all(comparison["own"][name] > 0 for name in ("ingest", "ingest_cpu", "p50", "p95", "peak", "resident"))


def test_a_ratio_says_how_many_times_less_ours_is_and_a_missed_goal_is_said() -> None:
    own, other = Figures(5, 4, 2, 3, 2, 900, 300, 0.7), Figures(10, 12, 8, 6, 4, 450, 600, 0.71)
    result = Peers("2030-01-01T00:00+00:00", 2, 3, {}, {}, (SetComparison("facts", 3, 2, own, other),))
    table = {name: rest for _, name, *rest in peers.rows(result)}
    assert table["nDCG@10"] == ["0.700", "0.710", "-0.010", "> 0", "NO"]
    assert table["ingest, s"] == ["5.0", "10.0", "2.00 ×", "≥ 3 ×", "NO"]
    assert table["query p50, ms"] == ["2.0", "8.0", "4.00 ×", "≥ 2 ×", "yes"]
    assert table["ingest peak, MB"] == ["900", "450", "0.50 ×"]


def test_a_document_is_one_text_with_its_title_said_once(tmp_path: Path) -> None:
    twice = {"_id": 7, "title": "Rust", "text": "RUST needs water."}
    path = tmp_path / "corpus.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in [*ROWS, twice]))
    texts = {row["_id"]: row["text"] for row in peers.texts(path)}
    assert list(texts) == ["cats", "bread", "moon", "7"]
    assert texts["moon"] == "The Moon\nIt goes round the Earth and pulls the tides."
    assert (texts["cats"][:5], texts["7"]) == ("Cats ", "RUST needs water.")


def test_a_driver_that_fails_is_told_in_its_own_last_line() -> None:
    job = Job("", "", "", "", "")
    with pytest.raises(DataError, match="prepare failed: ModuleNotFoundError: No module named 'nothing_here'"):
        peers._call([sys.executable, "-c", "import nothing_here"], "prepare", job)
    with pytest.raises(DataError, match="it told nothing"):
        peers._call([sys.executable, "-c", "pass"], "prepare", job)


def test_what_cannot_be_installed_is_named_with_what_it_takes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failing = [sys.executable, "-c", "import sys; sys.exit('no such package')"]
    monkeypatch.setattr(environment, "_commands", lambda folder, python, packages: [failing])
    with pytest.raises(DataError, match=r"txtai cannot be installed in .*no such package.*PIP_FIND_LINKS"):
        environment.make(tmp_path / "other", ["txtai"])


@pytest.mark.skipif(os.name == "nt", reason="the stand-in of an environment is a POSIX link")
def test_an_environment_is_made_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python, folders = tmp_path / "other" / "bin" / "python", []

    def link(folder: Path, *_: object) -> list[list[str]]:
        folders.append(folder)
        python.parent.mkdir(parents=True, exist_ok=True)
        python.unlink(missing_ok=True)
        python.symlink_to(sys.executable)
        return []

    monkeypatch.setattr(environment, "_commands", link)
    assert environment.make(tmp_path / "other", ["one"]) == python
    assert environment.make(tmp_path / "other", ["one"]) == python
    assert len(folders) == 1
    environment.make(tmp_path / "other", ["one", "two"])
    assert len(folders) == 2
