"""The measuring programs: their formulas against trec_eval's own, their floors, and small runs from end to end."""

from __future__ import annotations

import gzip
import json
import shutil
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytrec_eval
import zstandard

from bench import metrics, tables
from bench.__main__ import main, parser
from bench.claims import quotations
from bench.page import measure as page_speed
from bench.page.visits import Step
from bench.retrieval import ablation, floors, judged, quality
from bench.retrieval.ablation import SHIPPED
from bench.retrieval.quality import WAYS, holds_answer
from bench.sets import DataError, Question, load, records
from bench.speed import checks, embedding, measure
from index.search.index import Index
from index.search.query import parse_query
from index.types import By, Confidence, Hit, Parts, Passage, Source, Span
from tests.making import link_models

# metrics ------------------------------------------------------------------------------------------------------------


def by_trec_eval(grades: dict[str, int], ranking: list[str]) -> tuple[float, float, float]:
    run = {"q": {record: float(-rank) for rank, record in enumerate(ranking)}}
    names = {"ndcg_cut.10", "recall.10", "success.5"}
    measures = pytrec_eval.RelevanceEvaluator({"q": grades}, names).evaluate(run)["q"]
    return measures["ndcg_cut_10"], measures["recall_10"], measures["success_5"]


@pytest.mark.parametrize("seed", range(60))
def test_the_measures_are_those_of_trec_eval(seed: int) -> None:
    random = np.random.default_rng(seed)
    records = [f"d{number}" for number in range(random.integers(1, 60))]
    grades = {record: int(random.integers(-1, 4)) for record in records if random.random() < 0.5}
    grades["elsewhere"] = int(random.integers(1, 4))
    ranking = [str(record) for record in random.permutation(records)[: random.integers(1, len(records) + 1)]]
    relevant = {record for record, grade in grades.items() if grade > 0}
    own = metrics.ndcg(ranking, grades), metrics.recall(ranking, grades), metrics.success(ranking, relevant, 5)
    assert own == pytest.approx(by_trec_eval(grades, ranking), abs=1e-9)


def test_a_grade_counts_linearly() -> None:
    assert metrics.ndcg(["b", "a"], {"a": 3, "b": 1}) == pytest.approx((1 + 3 / np.log2(3)) / (3 + 1 / np.log2(3)))


def test_nothing_relevant_is_zero() -> None:
    assert metrics.ndcg(["a"], {"a": 0}) == 0
    assert metrics.recall(["a"], {}) == 0
    assert metrics.mean([]) == 0


# gold spans ---------------------------------------------------------------------------------------------------------


def hit(record: str, start: int, end: int) -> Hit:
    return Hit(
        1,
        1.0,
        Confidence.NONE,
        Passage("x", Span(start, end)),
        Source("s", "corpus.jsonl", record),
        Parts(0, 0, 0, 0, 0, 0, 0),
    )


@pytest.mark.parametrize(
    ("result", "held"),
    [
        (hit("d", 10, 20), True),
        (hit("d", 0, 100), True),
        (hit("d", 11, 30), False),
        (hit("d", 0, 19), False),
        (hit("other", 0, 100), False),
        (hit("d", 40, 50), True),
    ],
)
def test_an_answer_is_held_in_full_and_in_its_own_document(result: Hit, held: bool) -> None:
    assert holds_answer(result, Question("q", "?", "d", (Span(10, 20), Span(42, 44)))) is held


def test_a_quote_is_found_across_line_ends() -> None:
    assert judged.locate("So it\nis  said.", "it is said") == Span(3, 14)
    assert judged.locate("So it is said.", "it was said") is None


def test_a_quote_that_a_cut_runs_through_belongs_to_the_half() -> None:
    spans = [Span(0, 10), Span(10, 30), Span(25, 40)]
    assert judged.holders(Span(2, 8), spans) == [Span(0, 10)]
    assert judged.holders(Span(26, 29), spans) == [Span(10, 30), Span(25, 40)]
    assert judged.holders(Span(4, 16), spans) == [Span(0, 10), Span(10, 30)]
    assert judged.holders(Span(8, 20), spans) == [Span(10, 30)]


def test_documents_stand_where_their_best_passage_does() -> None:
    assert quality.documents([hit("a", 0, 1), hit("b", 0, 1), hit("a", 1, 2), hit("c", 0, 1)]) == ["a", "b", "c"]


# floors -------------------------------------------------------------------------------------------------------------

SCORES = judged.Scores(By.BOTH, 50, 10, 0.8, 0.7, 0.8, 0.9, 0.6, 0.9)


def test_floors_lie_a_little_below_what_was_measured(tmp_path: Path) -> None:
    pinned = floors.update(SCORES, tmp_path / "floors.json")
    assert pinned == floors.pinned(tmp_path / "floors.json")
    assert pinned == {
        "ndcg": 0.79,
        "success_1": 0.68,
        "success_2": 0.78,
        "success_5": 0.88,
        "foreign_none": 0.5,
        "own_labelled": 0.88,
    }
    assert not floors.below(SCORES, pinned)
    assert len(floors.below(replace(SCORES, ndcg=0.78, success_5=0.8), pinned)) == 2


def test_floors_are_not_lowered_by_the_way(tmp_path: Path) -> None:
    path = tmp_path / "floors.json"
    before = floors.update(SCORES, path)
    worse = replace(SCORES, ndcg=0.9, success_1=0.6)
    with pytest.raises(floors.RegressionError, match=r"success_1 from 0\.680 to 0\.580"):
        floors.update(worse, path)
    assert floors.pinned(path) == before
    assert floors.update(worse, path, allow_regression=True)["success_1"] == 0.58


# test sets ----------------------------------------------------------------------------------------------------------

TEXTS = {
    "cats": ("Cats", "Cats sleep for most of the day. They hunt mice at dusk and at dawn."),
    "bread": ("Bread", "Bread rises because yeast makes gas. Salt slows the yeast down."),
    "moon": ("The Moon", "The Moon goes round the Earth in about twenty-seven days. It pulls the tides."),
    "rust": ("Rust", "Iron rusts where water and air meet it. Paint keeps both away."),
}
ROWS = [{"_id": name, "title": title, "text": text} for name, (title, text) in TEXTS.items()]


def lines(rows: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A ranking set (one record of which is empty, one query refused, one without anything relevant) and articles."""
    ranking, articles = tmp_path / "data" / "retrieval" / "facts", tmp_path / "data" / "retrieval" / "articles"
    ranking.mkdir(parents=True)
    articles.mkdir()
    with gzip.open(ranking / "corpus.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines([*ROWS, {"_id": "empty", "title": "", "text": ""}]))
    texts = {"1": "What do cats eat?", "2": "Why does dough rise?", "3": "?!", "4": "How far is Mars?"}
    (ranking / "queries.jsonl").write_text(lines([{"_id": key, "text": text} for key, text in texts.items()]))
    (ranking / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\tcats\t2\n1\tmoon\t0\n2\tbread\t1\n3\trust\t1\n")
    (articles / "corpus.jsonl").write_text(lines(ROWS))
    start = TEXTS["moon"][1].index("twenty")
    gold = {"_id": "1", "text": "How long does the Moon take to go round?", "doc_id": "moon"}
    answer = {"text": "twenty-seven days", "start": start, "end": start + 17}
    with gzip.open(articles / "questions.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(lines([{**gold, "answers": [answer]}]))
    return tmp_path / "data"


@pytest.fixture
def work(prepared: Path, tmp_path: Path) -> Path:
    """A work folder whose libraries need not convert the model again."""
    for name in ("facts", "articles", "news-all"):
        shutil.copytree(prepared, tmp_path / "work" / name / "library", copy_function=link_models)
    return tmp_path / "work"


@pytest.mark.slow
def test_quality_from_end_to_end(data: Path, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", "--data", str(data), "--work", str(work), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    libraries = {library["name"]: library for library in figures["libraries"]}
    assert libraries["facts"] == libraries["facts"] | {"documents": 4, "missing": 1, "passages": 4}
    rankings = {ranking["by"]: ranking for ranking in figures["rankings"]}
    assert set(rankings) == {by.value for by in WAYS}
    default = rankings["both"]
    assert (default["queries"], default["refused"]) == (3, 1)
    assert default["ndcg"] == default["recall"] == pytest.approx(2 / 3)
    (answered,) = [answering for answering in figures["answerings"] if answering["by"] == "both"]
    assert answered["found"] == 1
    assert 10 < answered["words"] < 20


@pytest.mark.slow
def test_ablation_from_end_to_end(data: Path, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each way has a figure for each set, and what is shipped ranks as the search does."""
    assert main(["ablation", "--data", str(data), "--work", str(work), "--json"]) == 0
    figures = {(result["way"], result["name"]): result["value"] for result in json.loads(capsys.readouterr().out)}
    ways = {SHIPPED, "question words not read", *ablation.ORDERS, *ablation.SEARCH_CHANGES}
    assert set(figures) == {(way, name) for way in ways for name in ("facts", "articles")}
    assert figures[SHIPPED, "facts"] == figures[SHIPPED, "articles"] == 1
    header, rows = ablation.rows([ablation.AblationResult(name, way, value) for (way, name), value in figures.items()])
    assert header == ["", "articles", "facts", "mean"]
    assert rows[0] == [SHIPPED, "1.000", "1.000", "1.000"]
    assert ["words alone", "+0.000", "+0.000", "+0.000"] in rows


@pytest.mark.parametrize(
    ("question", "read"),
    [
        ("What is the boiling point of water?", "boiling point of water?"),
        ("how long does a wombat sleep", "wombat sleep"),
        ("the what of it", "the what of it"),
        ("whoever sleeps", "whoever sleeps"),
    ],
)
def test_question_words_are_taken_off_the_front(question: str, read: str) -> None:
    assert ablation.without_opening(question) == read


def test_neighbours_lift_a_passage_beside_a_good_one(sample_library: Path) -> None:
    """And a share of nothing changes nothing."""
    index = Index.open(sample_library)
    (scored,) = index.rank([parse_query("what happens to the bladder")])
    ranks = np.arange(len(scored.passages))
    np.testing.assert_array_equal(ablation.beside(0.0)(index, scored), ranks)
    lifted = ablation.beside(0.5)(index, scored)
    assert sorted(lifted) == ranks.tolist()
    assert not np.array_equal(lifted, ranks)


def test_a_second_run_embeds_nothing(data: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (test_set,) = load(data, ["facts"])
    first = quality.measure([test_set], work)

    def refuse(*_: object) -> None:
        raise AssertionError("embedded again")

    monkeypatch.setattr(
        "index.embedding.compiled.CompiledEmbedder.encode",
        lambda self, texts: refuse() if len(texts) else np.empty((0, 384)),
    )
    assert quality.measure([test_set], work).rankings == first.rankings


def test_what_lowers_the_figures_is_said_aloud() -> None:
    library = quality.SetLibrary("cacm", 9, 2, 12, 1.5)
    rankings = tuple(quality.Ranking("cacm", by, 5, 1, 0.6, 0.5) for by in WAYS)
    answerings = tuple(quality.Answering("squad_articles", by, 5, 0, 0.95, 120.0) for by in WAYS)
    text = tables.quality(quality.Quality((library,), rankings, answerings))
    assert "2 RECORDS ARE NOT IN THE LIBRARY" in text
    assert "1 QUERIES WERE REFUSED" in text
    assert "+0.036" in text
    assert "120.0" in text


def test_unknown_sets_and_folders_are_named(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["quality", "--data", str(data), "--sets", "nothing"]) == 2
    assert "articles, facts" in capsys.readouterr().err
    with pytest.raises(DataError, match="no test sets"):
        load(tmp_path / "nowhere")
    (data / "retrieval" / "facts" / "qrels.tsv").write_text("head\n1 2\n")
    with pytest.raises(DataError, match="not as described"):
        load(data, ["facts"])


# speed --------------------------------------------------------------------------------------------------------------


def test_operations_are_counted_by_the_formula() -> None:
    assert embedding.flops([3], embedding.Shape(2, 5, 7)) == 2 * 3 * (2 * (4 * 25 + 2 * 35) + 4 * 3 * 5)


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_speed_from_end_to_end(work: Path, tmp_path: Path) -> None:
    packed = tmp_path / "news.jsonl.zst"
    packed.write_bytes(zstandard.compress(lines(ROWS).encode()))
    assert len(list(records(packed))) == len(ROWS)
    effort = measure.Effort(texts=4, repeats=1, starts=1, queries=6)
    results = measure.measure(work, packed, effort=effort)
    assert results.ingest is not None
    assert (results.ingest.documents, results.passages, results.warm.queries) == (4, 4, 6)
    assert not results.cold.torch
    assert not results.warm.torch
    figures_by_part = json.loads(json.dumps(asdict(results)))
    for part in ("embedding", "ingest", "cold", "warm"):
        figures = {name: value for name, value in figures_by_part[part].items() if not isinstance(value, str | bool)}
        assert all(value > 0 for value in figures.values()), figures
    text = tables.speed(results)
    for name in ("embedding", "GFLOP/s", "ingest", "cold search", "query p50", "query p95", "batch", "resident"):
        assert name in text
    assert measure.measure(work, packed, effort=effort).ingest == results.ingest


@pytest.mark.timeout(300)
@pytest.mark.slow
def test_the_cost_of_checksums_from_end_to_end(prepared: Path, tmp_path: Path) -> None:
    packed = tmp_path / "news.jsonl.zst"
    packed.write_bytes(zstandard.compress(lines(ROWS).encode()))
    shutil.copytree(prepared, tmp_path / "work" / "checks" / "library", copy_function=link_models)
    figures = checks.measure(tmp_path / "work", packed, None, rounds=1, asked=3)
    assert (figures.documents, figures.queries, figures.ingest) == (4, 3, None)
    assert figures.verify > 0
    assert "not measured" in checks.as_text(figures)


# command line -------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_quotations_from_end_to_end(sample_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each rule in its turn; what is drawn depends on the seed alone; a figure changed is never verbatim."""
    results = quotations.measure(sample_library, 60)
    assert {rule: sum(labels.values()) for rule, labels in results.said.items()} == dict.fromkeys(
        ("typography", "number", "negation", "word", "stitched", "invented"), 10
    )
    assert results.right >= 57
    assert results.as_verbatim == 0
    again = quotations.measure(sample_library, 60)
    assert (results.said, results.placed, results.marked) == (again.said, again.placed, again.marked)
    assert quotations.measure(sample_library, 60, seed=2).seed == 2
    assert main(["quotations", "--library", str(sample_library), "--count", "12"]) == 0
    assert "altered by" in capsys.readouterr().out


def test_quotations_are_cut_from_a_library_or_from_articles(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One of the two, and not too little."""
    assert main(["quotations"]) == 2
    assert "--library DIR" in capsys.readouterr().err
    assert main(["quotations", "--data", str(tmp_path)]) == 2
    assert str(tmp_path) in capsys.readouterr().err


def test_every_option_stands_in_the_first_help() -> None:
    stated = parser().format_help()
    for option in (
        "--data",
        "--sets",
        "--work",
        "--json",
        "--update-floors",
        "--allow-regression",
        "--articles",
        "--limit",
    ):
        assert option in stated


def test_the_steps_of_a_visit_are_told_by_their_median_and_their_slowest() -> None:
    steps = [Step("search", 0.2, 0.4), Step("j", 0.1, 0.15), Step("search", 0.5, 0.4), Step("search", 0.3, 0.4)]
    search, key = page_speed.figures(steps)
    assert (search.name, search.times, search.median, search.worst, search.limit) == ("search", 3, 0.3, 0.5, 0.4)
    shown = page_speed.as_text(page_speed.Visit(2, 1.5, 1000, 65_000, [search, key], [12_000, 61_000]))
    assert "1,000 sources, 65,000 passages, 2 cores, load 1.5" in shown
    assert [line.split()[-1] for line in shown.splitlines() if line.startswith(("search", "j"))] == ["NO", "yes"]
    assert "at most 61.0 KB on the wire, both ways (aim 60; NO)" in shown


@pytest.mark.distributed
@pytest.mark.usefixtures("prepared")
def test_a_server_is_measured_beside_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every goal is told with what was measured; of a few documents the database itself takes most of the disk."""
    made = np.random.default_rng(0)
    texts = [" ".join("".join(made.choice(list("aeilnorst"), 6)) for _ in range(80)) for _ in range(9)]
    rows = [{"_id": str(number), "title": text[:20], "text": f"It was {text}."} for number, text in enumerate(texts)]
    (tmp_path / "scale").mkdir()
    (tmp_path / "scale" / "news_8000.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    arguments = ["engines", "--data", str(tmp_path), "--work", str(tmp_path / "work"), "--docs", "9", "--queries", "4"]
    assert main([*arguments, "--json"]) == 1
    figures = {figure["name"]: figure for figure in json.loads(capsys.readouterr().out)}
    assert figures["top tens the same, exact"]["value"] == figures["recall@200 of the vector index"]["value"] == 1
    met = ("round trips after the embedding, median", "two shards: round trips …, median")
    assert all(figures[name]["met"] for name in (*met, "a searching process, MB more than in a small one"))
    assert not figures["disk"]["met"]
