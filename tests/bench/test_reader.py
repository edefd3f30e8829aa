"""What the reader is taught, and how it is measured: lists and claims drawn by rule, nothing of a test set, figures."""

from __future__ import annotations

import gzip
import json
import random
from pathlib import Path

import numpy as np
import pytest

from bench.__main__ import main
from bench.metrics import auroc
from bench.reader import claims
from bench.reader.claims import Claim, focused, split
from bench.reader.evaluation import macro_f1, threshold
from bench.reader.negatives import Ranker
from bench.reader.overlap import shingles, shingles_below, stands_in
from bench.reader.questions import Document, Question, answer_list, held_out, keywords

SENTENCES = (
    "The mill at Oster burned down in a storm.",
    "Its owner rebuilt the mill of brick.",
    "Flour was sold to three towns.",
    "The mill closed when the river was moved.",
    "A bakery stands there today.",
    "Visitors may see the old stones.",
    "The bakery sells bread made of rye.",
    "Its oven is heated with beech wood.",
)
DOCUMENT = Document("mill", "Oster mill", SENTENCES, (0, 0, 0, 0, 1, 1, 1, 1))
QUESTION = Question("made", "mill", "When did the mill close?", (3,), ("the river was moved",))


def test_what_stands_in_a_test_set_is_known_by_its_words(tmp_path: Path) -> None:
    folder = tmp_path / "claims" / "made"
    folder.mkdir(parents=True)
    text = "The bridge over the Lund was built of oak by forty carpenters in one dry summer."
    folder.joinpath("claims.jsonl").write_text(json.dumps({"claim": "Oak is hard.", "evidence_text": text}) + "\n")
    known = shingles_below(tmp_path)

    assert stands_in(f"As we read, {text.lower()}", known)
    assert stands_in("oak is HARD", known)
    assert not stands_in("Oak is hard wood.", known)
    assert not stands_in("The bridge over the Lund was built of stone.", known)
    assert not stands_in("", known)
    assert shingles("") == set()


def test_a_question_becomes_keywords_in_its_order() -> None:
    assert keywords("When did the mill of Oster close?") == "mill Oster close"


def test_sentences_are_ranked_by_the_words_that_they_share() -> None:
    assert Ranker(SENTENCES).ranked(["Which bread does the bakery sell?"])[0][:2] == [6, 4]


def test_a_list_holds_an_answer_first_or_none_at_all() -> None:
    ranked = Ranker(SENTENCES).ranked([QUESTION.text])[0]
    seen = set()
    for seed in range(60):
        made = answer_list(QUESTION, DOCUMENT, ranked, random.Random(seed))
        assert made is not None
        rows = [SENTENCES.index(sentence) for sentence in made.sentences]
        assert (rows[0] == 3) is made.answered
        assert 3 not in rows[1:]
        seen.add((made.answered, made.heading, made.question))
    assert {answered for answered, _, _ in seen} == {True}, "four sentences of other paragraphs are too few"
    assert {heading for _, heading, _ in seen} == {"", "Oster mill"}
    assert {question for _, _, question in seen} == {QUESTION.text, "When did the mill close", "mill close"}


def test_a_list_without_an_answer_is_of_other_paragraphs() -> None:
    document = Document("mill", "", SENTENCES * 2, (0, 0, 0, 0, *[1] * 12))
    made = [answer_list(QUESTION, document, range(16), random.Random(seed)) for seed in range(60)]
    without = [row for row in made if row is not None and not row.answered]
    assert without
    assert {row.sentences for row in without} == {SENTENCES[4:7] + SENTENCES[7:8] + SENTENCES[:1]}


def test_claims_are_split_by_group_and_by_evidence() -> None:
    group = next(name for name in map(str, range(999)) if held_out(name))
    other = next(name for name in map(str, range(999)) if not held_out(name))
    held = Claim("a", "shared", "supports", group, "made")
    rows = [held, Claim("b", "shared", "neither", other, "made"), Claim("c", "own", "neither", other, "made")]

    assert [(claim.text, claim.dev) for claim in split(rows)] == [("a", True), ("c", False)]


def test_long_evidence_is_cut_around_the_sentence_that_matters() -> None:
    filler = [f"Nothing of note happened in year {number} of that long and quiet century." for number in range(30)]
    evidence = " ".join([*filler[:15], "The mill at Oster burned down.", *filler[15:]])
    cut = focused("The mill at Oster burned.", evidence)

    assert "The mill at Oster burned down." in cut
    assert len(cut.split()) <= 90
    assert cut in evidence
    assert focused("A claim.", "Short evidence. It stays.") == "Short evidence. It stays."


def test_labels_are_capped_set_by_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "CAPS", {"made": 3})
    monkeypatch.setattr(claims, "_LABEL_CAPS", {("made", "neither"): 1})
    rows = [{"claim": str(n), "evidence": "e", "label": label, "group": "g"} for n, label in enumerate(["neither"] * 5)]
    rows += [{"claim": "s", "evidence": "e", "label": "supports", "group": "g"}]
    folder = tmp_path / "made"
    folder.mkdir()
    with gzip.open(folder / "pairs.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)

    assert sorted(claim.label for claim in claims.claims(folder, 1)) == ["neither", "supports"]


def test_the_figures_of_a_ranking() -> None:
    assert auroc([3.0, 2.0], [1.0, 2.0]) == pytest.approx(0.875)
    assert auroc([], [1.0]) == 0.0
    assert macro_f1(["a", "a", "b"], ["a", "b", "b"]) == pytest.approx(2 / 3)
    assert macro_f1(["a"], ["b"]) == 0.0


def test_a_threshold_is_the_lowest_that_is_right_nine_times_in_ten() -> None:
    scores, right = np.linspace(1.0, 0.0, 41), np.array([True] * 18 + [False] * 23)
    assert threshold(scores, right) == pytest.approx(scores[19])
    assert threshold(scores, ~right) == 2.0


def test_missing_training_sets_are_an_error_in_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["reader", "train", "--data", str(tmp_path), "--work", str(tmp_path / "w")]) == 2
    assert capsys.readouterr().err.startswith("bench: There are no training sets in ")
