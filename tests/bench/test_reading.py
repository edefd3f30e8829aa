"""The measuring programs for reading: their formulas on a few words, and small runs from end to end."""

from __future__ import annotations

import io
import json
import tarfile
from collections import Counter
from pathlib import Path

import pytest
import zstandard

from bench import tables
from bench.__main__ import main
from bench.reading import cleaning, metadata, ocr, sentences
from bench.reading.copied import copied
from bench.reading.fitting import fit
from bench.reading.pages import TestPage as Page
from bench.reading.pages import load
from bench.reading.shingles import overlap, share_of, shingles
from bench.sets import DataError
from ingest.boilerplate.article import WEIGHTS

PARAGRAPHS = [
    "Each inn on the road had a yard, a well and a wall, and the drivers slept on their loads so that nothing went.",
    "The towns paid for the wells, because every caravan that stopped there left silver behind when it went on.",
    "Only the inn at the ford is still open today, and its kitchen serves what the drivers ate: barley and salt tea.",
]
MENU = ["Home", "Roads", "Newsletter", "Log in"]


def html(title: str) -> str:
    menu = "".join(f"<li>{text}</li>" for text in MENU)
    body = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    head = f'<title>{title}</title><meta name="author" content="Ann Sample"><meta name="date" content="2022-05-01">'
    return f"<html><head>{head}</head><body><ul>{menu}</ul><article><h1>{title}</h1>{body}</article></body></html>"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Two page sets of three pages, a document with sentence ends, one with headings, and two edge cases."""
    folder = tmp_path / "cleaning"
    for name in (
        "news_articles_424",
        "trafilatura_eval",
        "ud_ewt_sentences",
        "gum_structure",
        "pragmatic_segmenter_en",
    ):
        (folder / name).mkdir(parents=True)
    names = [f"{n}.html" for n in range(3)]
    known = {"title": "The stone inns", "date": "2022-05-01"}
    news = [{"file": name, "articleBody": "\n".join(PARAGRAPHS), "authors": "Ann Sample", **known} for name in names]
    pieces = [{"file": name, "with": [PARAGRAPHS[0]], "without": ["Log in"], "author": "", **known} for name in names]
    lines(folder / "news_articles_424" / "pages.jsonl", [*news, {**news[0], "file": "lost.html"}])
    lines(folder / "trafilatura_eval" / "pages.jsonl", pieces)
    with zstandard.open(folder / "news_articles_424" / "html.tar.zst", "wb") as packed:
        packed.write(tarred({name: html("The stone inns").encode() for name in names}))
    (folder / "trafilatura_eval" / "html").mkdir()
    for name in names:
        (folder / "trafilatura_eval" / "html" / name).write_text(html("The stone inns"), encoding="utf-8")
    row = {
        "sentences": ["It rained.", "All day.", "Then not."],
        "par_start": [True, False, True],
        "space_after": [True] * 3,
    }
    lines(folder / "ud_ewt_sentences" / "dev.jsonl", [row])
    blocks = [{"type": "head", "text": "The Road"}, {"type": "p", "text": PARAGRAPHS[0]}, {"type": "p", "text": "So."}]
    lines(folder / "gum_structure" / "docs.jsonl", [{"blocks": blocks}])
    rules = [
        {"text": "It rained. It snowed.", "expected": ["It rained.", "It snowed."]},
        {"text": "A. B.", "expected": []},
    ]
    lines(folder / "pragmatic_segmenter_en" / "rules.jsonl", rules)
    return tmp_path


def lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


def tarred(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as members:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            members.addfile(member, io.BytesIO(content))
    return packed.getvalue()


# formulas -----------------------------------------------------------------------------------------------------------


def test_shingles_are_runs_of_four_words() -> None:
    """A text of fewer words is one run; signs do not count."""
    assert shingles("a b, c d e") == Counter({("a", "b", "c", "d"): 1, ("b", "c", "d", "e"): 1})
    assert shingles("a b") == Counter({("a", "b"): 1})
    assert shingles("") == Counter()
    assert share_of("a b c d x", "0 a b c d 1") == 0.5


def test_overlap_is_the_mean_over_pages() -> None:
    """A page where nothing was found counts for recall alone."""
    score = overlap([("a b c d e", "a b c d"), ("f g h i", "")])
    assert (score.precision, score.recall) == (1.0, 0.25)
    assert score.f1 == pytest.approx(0.4)


@pytest.mark.parametrize(
    ("gold", "value", "same"),
    [
        ("The stone inns", "The Stone Inns", True),
        ("The stone inns", "The stone inns | Tea Times", True),
        ("The stone inns - Tea Times", "The stone inns", True),
        ("The stone inns", "The inns", False),
        ("The stone inns", "", False),
    ],
)
def test_titles_are_compared_by_their_words(gold: str, value: str, same: bool) -> None:
    """With or without the site's name."""
    assert metadata.same_title(gold, value) is same


@pytest.mark.parametrize(
    ("gold", "value", "same"),
    [
        ("Ann Sample, Carl Model", "Carl Model; Ann Sample", True),
        ("By Dr. Ann Sample and Carl Model", "Ann Sample; Carl Model", True),
        ("Ann Sample", "Ann Sample; Tea Times", False),
        ("Ann Sample", "", False),
    ],
)
def test_authors_are_compared_as_sets(gold: str, value: str, same: bool) -> None:
    """One name too many is as wrong as one too few."""
    assert metadata.same_people(gold, value) is same


def test_a_page_is_copied_as_a_browser_shows_it() -> None:
    """Blank lines around paragraphs, a line for each item, tabs between cells; nothing hidden."""
    body = "<h1>A</h1><p>b <b>c</b><br>d</p><ul><li>e</li><li>f</li></ul><table><tr><td>g</td><td>h</td></tr></table>"
    hidden = "<script>1</script><p hidden>2</p><div style='display:none'>3</div>"
    assert copied(f"<html><head><title>t</title></head><body>{body}{hidden}</body></html>".encode()) == (
        "A\n\nb c\nd\n\ne\nf\n\ng\th\n"
    )


def test_weights_tell_the_article_from_the_rest() -> None:
    """Fitted on a few pages, running text speaks for the article and one or two words against it."""
    copy = "\n\n".join([*MENU, *PARAGRAPHS, *MENU])
    weights = fit([(copy, "\n".join(PARAGRAPHS))] * 6)
    assert weights["1 or 2 words"] < 0 < weights["small letters"]
    assert set(weights) <= set(WEIGHTS)


# runs ---------------------------------------------------------------------------------------------------------------


def test_pages_come_packed_or_not(data: Path) -> None:
    """A page that is not there is passed over."""
    news, pieces = load(data)
    assert [len(news.pages), len(pieces.pages)] == [3, 3]
    assert (news.has_texts, pieces.has_texts) == (True, False)
    assert news.pages[0].html == pieces.pages[0].html
    assert {Page(f"{n}", b"", None).is_held_out for n in range(40)} == {True, False}


def test_no_pages_are_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is missing, and where."""
    with pytest.raises(DataError, match="no test pages"):
        load(tmp_path)
    for command in ("cleaning", "metadata", "sentences"):
        assert main([command, "--data", str(tmp_path)]) == 2
        assert capsys.readouterr().err.count("\n") == 1


def test_cleaning_is_measured_beside_trafilatura(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each setting on each set; the copied text before and after cleaning."""
    results = cleaning.measure(data)
    assert [result.way for result in results.html[:5]] == [
        *(f"trafilatura {name}" for name in cleaning.SETTINGS),
        "Sourcewise",
    ]
    ours = [result for result in results.html if result.way == cleaning.OURS]
    assert [result.score.recall for result in ours] == [1.0, 1.0]
    raw, cleaned = results.plain[:2]
    assert raw.score.precision < cleaned.score.precision <= 1.0
    assert "NO" in tables.cleaning(results) or "yes" in tables.cleaning(results)
    assert main(["cleaning", "--data", str(data), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["html"][0]["pages"] == 3


def test_metadata_is_counted_by_field(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is right of the annotated, and what is given where the page is said to have none."""
    results = [result for result in metadata.measure(data) if result.way == metadata.OURS]
    assert [(result.field, result.right, result.annotated) for result in results[:3]] == [
        ("title", 3, 3),
        ("date", 3, 3),
        ("authors", 3, 3),
    ]
    assert (results[5].without, results[5].spurious) == (3, 3)
    assert main(["metadata", "--data", str(data)]) == 0
    assert "3 of 3" in capsys.readouterr().out


def test_sentence_ends_and_headings_are_counted(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Documents are built again as they were; all ends count."""
    results = sentences.measure(data)
    assert (results.ends.gold, results.ends.right, results.ends.f1) == (3, 3, 1.0)
    assert (results.headings.gold, results.headings.right) == (1, 1)
    assert results.rules == (1, 2)
    assert main(["sentences", "--data", str(data)]) == 0
    assert "edge cases: 1 of 2" in capsys.readouterr().out


def test_a_document_is_built_as_it_was_typed() -> None:
    """Blank lines between paragraphs, spaces where the writer set them."""
    row = {"sentences": ["A.", "B.", "C."], "par_start": [True, False, True], "space_after": [False, True, True]}
    assert sentences.rebuilt(row) == ("A.B.\n\nC. ", {2, 4, 8})


# --- ocr ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("test", "passed"),
    [
        ({"type": "present", "text": "salt  keeps"}, True),
        ({"type": "present", "text": "salt kesps"}, False),
        ({"type": "present", "text": "salt kesps", "max_diffs": 1}, True),
        ({"type": "absent", "text": "sugar"}, True),
        ({"type": "absent", "text": "butter"}, False),
        ({"type": "order", "before": "salt", "after": "butter"}, True),
        ({"type": "order", "before": "butter", "after": "salt"}, False),
        ({"type": "order", "before": "butter", "after": "sugar"}, False),
        ({"type": "table", "cell": "salt"}, None),
    ],
)
def test_a_text_passes_what_others_ask_of_a_page(test: dict[str, object], passed: bool | None) -> None:
    assert ocr._passes(test, "The salt\nkeeps the butter.") is passed


@pytest.mark.slow
def test_the_words_of_printed_pages_are_read_back(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ocr", "--pages", "1", "--data", str(tmp_path), "--work", str(tmp_path), "--json"]) == 0
    figures = json.loads(capsys.readouterr().out)
    assert figures["pages"] == 1
    assert figures["recall"] >= ocr.GOAL
    assert figures["judged"] == []
