"""The word index against BM25 in thirty lines, and what phrases, exclusions and restrictions mean there."""

from __future__ import annotations

import math
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.disk import file_digest
from index.errors import LibraryError
from index.snapshot.bm25 import BM25Index, IndexedPassage, Terms, write
from index.text.analysis import STOP_WORDS, plain_words, stem, stems
from index.text.reading import fold

VOCABULARY = [
    *("ketamine", "bladder", "clinic", "doses", "alcohol", "relapse", "trial"),
    *("infusion", "nasal", "spray", "memory", "harm", "tolerance"),
]


class Bm25:
    """BM25 as tantivy states it (k1 1.2, b 0.75), by counting. Documents are short: their lengths are kept exactly."""

    def __init__(self, entries: Sequence[IndexedPassage]) -> None:
        self.counts = {entry.passage: Counter(_analyzed(entry.copy)) for entry in entries}
        self.mean = sum(sum(counts.values()) for counts in self.counts.values()) / max(1, len(entries))

    def scores(self, text: str) -> dict[int, float]:
        words = _analyzed(text)  # a word counts as often as it is asked for
        scores = {number: sum(self._term(word, counts) for word in words) for number, counts in self.counts.items()}
        return {number: score for number, score in scores.items() if score > 0}

    def _term(self, word: str, counts: Counter[str]) -> float:
        df = sum(word in passage for passage in self.counts.values())
        idf = math.log(1 + (len(self.counts) - df + 0.5) / (df + 0.5))
        norm = 1.2 * (1 - 0.75 + 0.75 * sum(counts.values()) / self.mean)
        return idf * 2.2 * counts[word] / (counts[word] + norm)


def _analyzed(text: str) -> list[str]:
    return [form for form in map(stem, text.split()) if form is not None]


def entries(count: int, seed: int = 0, first: int = 0) -> list[IndexedPassage]:
    """Passages of 3 to 30 words; every third passage starts a document."""
    pick = np.random.default_rng(seed)
    made = []
    for number in range(first, first + count):
        text = " ".join(VOCABULARY[int(n)] for n in pick.zipf(1.6, int(pick.integers(3, 30))) % len(VOCABULARY))
        made.append(IndexedPassage(number, number // 3, text, text))
    return made


@pytest.fixture(scope="module")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> BM25Index:
    folder = tmp_path_factory.mktemp("words") / "sixty"
    write(folder, entries(60))
    return BM25Index(folder)


ASKED = st.lists(st.sampled_from([*VOCABULARY, "dosing", "the", "absent", "KETAMINE"]), min_size=1, max_size=6).map(
    " ".join
)


@given(text=ASKED)
def test_scores_are_those_of_bm25(sixty: BM25Index, text: str) -> None:
    """Every passage with a word of the query has the score of the reference, best first; no other is there."""
    reference = Bm25(entries(60)).scores(text)
    if not stems(text):
        return
    ranked = sixty.top(Terms(text), 100)
    assert {number for number, _ in ranked} == set(reference)
    assert [score for _, score in ranked] == sorted((score for _, score in ranked), reverse=True)
    for number, score in ranked:
        assert score == pytest.approx(reference[number], rel=2e-5)


@given(text=ASKED, documents=st.lists(st.integers(0, 25), unique=True), k=st.integers(1, 80))
def test_a_restriction_takes_away_and_changes_no_score(
    sixty: BM25Index, text: str, documents: list[int], k: int
) -> None:
    """Among some documents the scores are the same as among all; an empty selection finds nothing."""
    unrestricted = dict(sixty.top(Terms(text), 100))
    expected = {number: score for number, score in unrestricted.items() if number // 3 in documents}
    ranked = sixty.top(Terms(text), k, documents)
    assert len(ranked) == min(k, len(expected))
    assert dict(ranked).items() <= expected.items()
    assert sorted(score for _, score in ranked) == sorted(expected.values())[-len(ranked) :] or not ranked


@given(text=ASKED, passages=st.lists(st.integers(0, 70), unique=True))
def test_scores_of_chosen_passages_are_those_of_the_ranking(sixty: BM25Index, text: str, passages: list[int]) -> None:
    """Asked for by number, a passage has its score of the ranking; one without a word of the query is left out."""
    ranked = dict(sixty.top(Terms(text), 100))
    assert sixty.scores(Terms(text), passages) == {number: ranked[number] for number in passages if number in ranked}


TEXTS = (
    "Side effects of treatment are mild.",
    "The effects on one side of the treatment room.",
    "Side-effects, as some say; SIDE EFFECTS as others do.",
    "Café naïveté in l'été.",
    "It was the best of times",
    "to be or not to be",
    "C++ and x^2 AND body:title",
)


@pytest.fixture(scope="module")
def seven(tmp_path_factory: pytest.TempPathFactory) -> BM25Index:
    folder = tmp_path_factory.mktemp("words") / "seven"
    write(folder, [IndexedPassage(number, number, f"Title\n{text}", text) for number, text in enumerate(TEXTS)])
    return BM25Index(folder)


@pytest.mark.parametrize(
    ("terms", "expected"),
    [
        (Terms("", ("side effects",)), {0, 2}),
        (Terms("", ("effects side",)), set()),
        (Terms("", ("Side", "treatment")), {0, 1}),
        (Terms("", ("cafe naivete",)), {3}),
        (Terms("", ("l’été",)), {3}),
        (Terms("", ("title",)), {6}),
        (Terms("", ("!!",)), set()),
        (Terms("", (), ("side effects",)), {1, 3, 4, 5, 6}),
        (Terms("", (), ("side", "to")), {3, 4, 6}),
        (Terms("", ("side",), ("side effects",)), {1}),
        (Terms("", (), ("!!",)), set(range(7))),
        (Terms("", ("to be", "not to be")), {5}),
        (Terms(""), set(range(7))),
    ],
)
def test_phrases_must_occur_and_exclusions_must_not(seven: BM25Index, terms: Terms, expected: set[int]) -> None:
    """A phrase is the words themselves, unstemmed, side by side, in the text and not in the title before it."""
    assert set(seven.admitted(terms).tolist()) == expected
    query = Terms("side effects treatment title", terms.phrases, terms.excluded)
    assert {number for number, _ in seven.top(query, 10)} <= expected


def test_a_query_of_stop_words_alone_is_matched_as_it_stands(seven: BM25Index) -> None:
    """Where nothing else is asked, 'to be' counts; beside a word that carries a subject it does not."""
    assert next(number for number, _ in seven.top(Terms("to be or not to be"), 10)) == 5
    assert {number for number, _ in seven.top(Terms("not the best"), 10)} == {4}
    assert all(stem(word) is None for word in STOP_WORDS)


WRITTEN = [
    "The caf\u00e9 of Zo\u00eb served cre\u0300me bru\u0302le\u0301e at 20 \u2103.",
    "The fund sup\u00adports enter\u00adprises on the north\u2060-\u2060south tram\u200dway.",
    "Their ap-\nprentices had a long-\nterm plan, paid\nby the day.",
    "The\u200bfish\u200bery officers count\u200bed nets.",
    "Each held 10\u2076 cells of CO\u2082 per m\u00b2, or 12\u00b3 percent, and barley[3] and <sup>7</sup> oats.",
    "The 400kV line cost 1,500 crowns, then 2\u2009500 and 3 500; it is 5m wide.",
    "\u6771\u4eac\u3067\u5927\u5b66\u306b\u884c\u304d\u307e\u3059\u3002",
    "Stra\u00dfe in \u0130stanbul; \ufb01nds of \uff11\uff12 shops; it\u2019s \u2018old\u2019\u2014very.",
]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> BM25Index:
    folder = tmp_path_factory.mktemp("words") / "written"
    write(folder, [IndexedPassage(number, number, fold(text), text) for number, text in enumerate(WRITTEN)])
    return BM25Index(folder)


@pytest.mark.parametrize(
    ("phrase", "passage"),
    [
        *[
            ("creme brulee", 0),
            ("cr\u00e8me br\u00fbl\u00e9e", 0),
            ("cre\u0300me", 0),
            ("caf\u00e9 of Zoe", 0),
            ("20 \u00b0C", 0),
        ],
        *[("supports enterprises", 1), ("sup\u00adports", 1), ("north-south tramway", 1), ("tramway", 1)],
        *[
            ("apprentices had a", 2),
            ("longterm plan", 2),
            ("long-term plan", 2),
            ("long term plan", 2),
            ("paid by the day", 2),
        ],
        *[("fishery officers counted nets", 3), ("counted", 3)],
        *[
            ("10^6 cells", 4),
            ("10\u2076 cells", 4),
            ("CO2 per m2", 4),
            ("CO\u2082 per m^2", 4),
            ("12 percent and barley and", 4),
        ],
        *[
            ("400 kV line", 5),
            ("400kV line", 5),
            ("cost 1500 crowns", 5),
            ("1 500 crowns", 5),
            ("1\u00a0500 crowns", 5),
        ],
        *[("2500", 5), ("2,500 and 3500", 5), ("3 500", 5), ("is 5 m wide", 5), ("is 5m wide", 5)],
        *[("\u6771\u4eac", 6), ("\u5927\u5b66\u306b", 6), ("\u5b66", 6)],
        *[("strasse in istanbul", 7), ("STRASSE", 7), ("finds of 12 shops", 7), ("it's 'old' - very", 7)],
    ],
)
def test_a_phrase_is_matched_however_it_is_written(written: BM25Index, phrase: str, passage: int) -> None:
    assert written.admitted(Terms("", (phrase,))).tolist() == [passage]
    assert passage not in written.admitted(Terms("", (), (phrase,))).tolist()
    assert [number for number, _ in written.top(Terms(phrase), 1)] == [passage]


@pytest.mark.parametrize("phrase", ["106", "123", "123 percent", "barley3", "500 crowns", "\u4eac\u6771", "sup ports"])
def test_what_no_text_says_is_not_matched(written: BM25Index, phrase: str) -> None:
    assert written.admitted(Terms("", (phrase,))).tolist() == []


@pytest.mark.parametrize(
    "word",
    [
        "creme",
        "bru\u0302le\u0301e",
        "fishery",
        "tramway",
        "apprentice",
        "long-term",
        "\u6771\u4eac",
        "Strasse",
        "1 500",
        "m2",
    ],
)
def test_a_word_that_stands_there_in_some_form_is_not_absent(written: BM25Index, word: str) -> None:
    assert written.missing([word, "zebra", "the"]) == ["zebra"], "a stop word is never missing"


def test_words_match_in_their_forms_and_without_accents(seven: BM25Index) -> None:
    """Stems and folded letters: treat finds treatment, naivete finds naïveté."""
    assert {number for number, _ in seven.top(Terms("treatments"), 10)} == {0, 1}
    assert {number for number, _ in seven.top(Terms("NAIVETÉ"), 10)} == {3}
    assert stems("Doses dosed THE dosing") == ["dose"]
    assert plain_words("Où: l'Été?") == ["ou", "l", "ete"]


def snapshot(folder: Path) -> dict[str, str]:
    return {path.name: file_digest(path) for path in sorted(folder.iterdir())}


def test_a_linked_index_ranks_as_one_written_anew(tmp_path: Path) -> None:
    """Part of the documents removed, others added: the same passages as in a fresh index, nearly the same scores,
    and the files of the base are untouched."""
    first, more = entries(60), entries(30, 5, first=60)
    write(tmp_path / "one", first)
    before = snapshot(tmp_path / "one")
    write(tmp_path / "two", more, base=tmp_path / "one", remove=[0, 7, 19])
    assert snapshot(tmp_path / "one") == before
    remaining = [entry for entry in [*first, *more] if entry.document not in (0, 7, 19)]
    write(tmp_path / "fresh", remaining)
    linked, fresh = BM25Index(tmp_path / "two"), BM25Index(tmp_path / "fresh")
    for word in VOCABULARY:
        expected, scores = dict(fresh.top(Terms(word), 200)), dict(linked.top(Terms(word), 200))
        assert scores.keys() == expected.keys()
        assert all(score == pytest.approx(expected[number], rel=0.25, abs=0.05) for number, score in scores.items())
    assert set(linked.admitted(Terms("")).tolist()) == {entry.passage for entry in remaining}
    assert dict(BM25Index(tmp_path / "one").top(Terms("clinic"), 99)) == pytest.approx(
        Bm25(first).scores("clinic"), rel=2e-5
    )


def test_a_chain_of_linked_indexes_stays_right_and_small(tmp_path: Path) -> None:
    """Twelve writes, each on the last: all passages are there once, and pieces are merged, not piled up."""
    base = None
    for step in range(12):
        write(tmp_path / f"{step}", entries(6, step, first=6 * step), base=base, remove=[2 * step - 2] if step else [])
        base = tmp_path / f"{step}"
    assert not list(tmp_path.glob("*/*.lock"))
    removed = {passage for step in range(1, 12) for passage in range(6 * step - 6, 6 * step - 3)}
    assert set(BM25Index(tmp_path / "11").admitted(Terms("")).tolist()) == set(range(72)) - removed
    assert len({path.stem for path in (tmp_path / "11").glob("*.idx")}) < 12


def test_removing_all_leaves_an_index_that_finds_nothing(tmp_path: Path) -> None:
    """An emptied library has words of nothing, and one that never had any too."""
    write(tmp_path / "one", entries(6))
    write(tmp_path / "two", [], base=tmp_path / "one", remove=[0, 1])
    write(tmp_path / "none", [])
    for name in ("two", "none"):
        index = BM25Index(tmp_path / name)
        assert index.top(Terms("ketamine"), 5) == []
        assert index.scores(Terms("ketamine"), [0, 1]) == {}
        assert index.admitted(Terms("")).tolist() == []


PIECES = st.lists(
    st.sampled_from([*"\"“-()[]{}:^~*+\\/&|!'\0 \n", "AND ", " OR ", "body:", "a", "side", "é", "😀", "漢"])
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(text=PIECES.map("".join) | st.text(), phrase=PIECES.map("".join) | st.text(), banned=st.text(max_size=9))
def test_no_text_is_an_error(seven: BM25Index, text: str, phrase: str, banned: str) -> None:
    """Operators and signs mean nothing here: any text is only words."""
    terms = Terms(text, (phrase,), (banned,))
    found = {number for number, _ in seven.top(terms, 10)}
    assert found <= set(seven.admitted(terms).tolist())
    assert set(seven.scores(terms, list(range(7)))) >= found


def test_a_very_long_query_is_answered(sixty: BM25Index) -> None:
    """Ten thousand different words are a slow question, not an error."""
    text = " ".join([*(f"w{n}" for n in range(10_000)), "ketamine"])
    assert dict(sixty.top(Terms(text), 100)).keys() == dict(sixty.top(Terms("ketamine"), 100)).keys()


def test_threads_share_an_index(sixty: BM25Index) -> None:
    """Four threads asking at once get what one gets."""
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda n: sixty.top(Terms(VOCABULARY[n % 13]), 50), range(104)))
    assert answers == [sixty.top(Terms(VOCABULARY[n % 13]), 50) for n in range(104)]


def test_a_folder_that_may_not_be_written_is_read_from_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A library on a read-only disk is searched all the same, nothing is written into it, and the copy goes away."""
    write(tmp_path / "words", entries(9))
    before = snapshot(tmp_path / "words")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    index = BM25Index(tmp_path / "words")
    assert index.top(Terms("ketamine"), 5)
    assert snapshot(tmp_path / "words") == before
    del index
    assert list(temporary.iterdir()) == []


def test_a_damaged_index_is_told_with_the_way_out(tmp_path: Path) -> None:
    """No folder, an empty one, and a broken list of files."""
    write(tmp_path / "words", entries(3))
    shutil.copytree(tmp_path / "words", tmp_path / "torn")
    (tmp_path / "torn" / "meta.json").write_text("{", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    for name in ("torn", "empty", "missing"):
        with pytest.raises(LibraryError, match="verify --repair"):
            BM25Index(tmp_path / name)


@given(text=ASKED, removed=st.lists(st.integers(0, 19), unique=True, max_size=6))
@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_removed_passages_count_in_no_score(tmp_path: Path, text: str, removed: list[int]) -> None:
    """Scores, weights and frequencies are those of an index that never had them, over several writings."""
    for name in ("first", "second", "third", "fresh"):
        shutil.rmtree(tmp_path / name, ignore_errors=True)
    more, long = entries(30, seed=3, first=60), [IndexedPassage(90, 30, *[" ".join(VOCABULARY * 9)] * 2)]
    write(tmp_path / "first", entries(60))
    write(tmp_path / "second", more, base=tmp_path / "first", remove=removed)
    write(tmp_path / "third", long, base=tmp_path / "second", remove=[25])
    kept = [entry for entry in (*entries(60), *more, *long) if entry.document not in (*removed, 25)]
    write(tmp_path / "fresh", kept)
    grown, fresh = BM25Index(tmp_path / "third"), BM25Index(tmp_path / "fresh")
    expected = fresh.top(Terms(text), 200)
    assert dict(grown.top(Terms(text), 200)) == pytest.approx(dict(expected), rel=1e-5)
    asked = [entry.passage for entry in kept][::3]
    assert grown.scores(Terms(text), asked) == pytest.approx(fresh.scores(Terms(text), asked), rel=1e-5)
    (own, unknown), (expected, absent) = grown.weights(text), fresh.weights(text)
    assert (own, unknown) == (pytest.approx(expected), pytest.approx(absent))
    for word in text.split():
        assert grown.document_frequency(word) == fresh.document_frequency(word)
        assert grown.missing([word]) == fresh.missing([word])
