"""The figures of a search with the reader and without it, on a set small enough to reckon by hand."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.__main__ import main
from index.search.index import Index
from tests.making import Counting

TEXTS = {
    "mill": "The mill stands by the pond. It ground its last corn in 1931. The owner sold the wheel.",
    "pond": "The pond is four metres deep. Carp live in the pond. The mill takes its water.",
}


class Double:
    """A reader that takes every sentence with a figure for the answer."""

    def answers(self, pairs: list) -> np.ndarray:
        return np.array([any(map(str.isdigit, pair.second)) for pair in pairs], np.float32)


@pytest.mark.usefixtures("counting")
def test_both_ways_stand_beside_each_other(
    library: Path,
    tmp_path: Path,
    counting: Counting,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The same queries are asked of the same library both ways."""
    data = tmp_path / "data" / "retrieval" / "water"
    data.mkdir(parents=True)
    rows = [{"_id": key, "title": "", "text": text} for key, text in TEXTS.items()]
    (data / "corpus.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    start = TEXTS["mill"].index("1931")
    question = {
        "_id": "1",
        "text": "When did the mill end?",
        "doc_id": "mill",
        "answers": [{"start": start, "end": start + 4}],
    }
    (data / "questions.jsonl").write_text(json.dumps(question), encoding="utf-8")
    (tmp_path / "work" / "water").mkdir(parents=True)
    library.rename(tmp_path / "work" / "water" / "library")
    opened = Index.open

    def with_double(folder: Path, *, reader: bool) -> Index:
        index = opened(folder)
        index.reader = Double() if reader else None
        return index

    monkeypatch.setattr("bench.reader.search.Index.open", with_double)
    work = ["--work", str(tmp_path / "work"), "--json"]
    assert main(["reader", "search", "--data", str(tmp_path / "data"), *work]) == 0
    without, read = json.loads(capsys.readouterr().out)
    assert (without["read"], read["read"], read["queries"], read["ndcg"]) == (False, True, 1, None)
    assert (without["first"], read["first"], without["five"], read["five"]) == (1.0, 1.0, 1.0, 1.0)
