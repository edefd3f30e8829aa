"""Questions that the sample corpus answers, and others on the same subjects: what is measured of them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bench.library import SAMPLE
from bench.retrieval import answerability
from bench.sets import records
from index.search.index import Index

ROWS = [
    {"query": "What is the drug made of?", "answerable": True, "source": "bladder-harm.md"},
    {"query": "Who repairs bicycles in Lisbon?", "answerable": False, "source": "bladder-harm.md"},
]


class Double:
    """A reader that takes every question about a drug for answered."""

    def answers(self, pairs: list) -> np.ndarray:
        return np.array(["drug" in pair.first for pair in pairs], np.float32)


def test_the_kinds_are_of_equal_number_and_name_files_of_the_corpus() -> None:
    rows = list(records(answerability.QUESTIONS))
    assert [sum(row["answerable"] is kind for row in rows) for kind in (True, False)] == [70, 70]
    assert len({row["query"] for row in rows}) == len(rows)
    kinds = [{row["source"] for row in rows if row["answerable"] is kind} for kind in (True, False)]
    assert kinds[0] == kinds[1]
    assert all((SAMPLE / name).is_file() for name in kinds[0])


def test_the_labels_and_the_separation_are_measured_with_the_reader_and_without(
    sample_library: Path, tmp_path: Path
) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    index = Index.open(sample_library)
    (alone,) = answerability.measure(index, path)
    assert (alone.read, alone.opinion, alone.evidence) == (False, None, 1.0)
    assert alone.unanswerable == {"strong": 0.0, "plausible": 0.0, "none": 1.0}
    assert sum(alone.answerable.values()) == pytest.approx(1.0)
    index.reader = Double()
    without, read = answerability.measure(index, path)
    assert without == alone
    assert (read.read, read.opinion, read.evidence) == (True, 1.0, 1.0)
    assert "with the reader: unanswerable" in answerability.lines([without, read])
