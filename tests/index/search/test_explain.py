"""Why not this one, and more like this: on the sample library."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main
from index.errors import QueryError
from index.output.terminal import format_explanation
from index.search.explain import Presence, explain_passage
from index.search.index import Index
from index.search.query import parse_query
from index.search.similar import similar_query
from index.text.nouns import Nouns
from index.text.segmentation import WORD
from index.types import By, Filter, Hit
from tests.views.test_pages import html, opened, said

ASKED = "bladder damage in people who use it often"


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


def location(hit: Hit) -> tuple[str, int, int]:
    return (hit.source.id, *hit.passage.span)


# why not ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def forty(index: Index) -> dict[By, tuple[Hit, ...]]:
    """The first forty hits by each ranker."""
    return {by: tuple(index.search(ASKED, 40, by).hits) for by in By}


@given(number=st.integers(0, 39), by=st.sampled_from(list(By)))
def test_a_hit_is_explained_as_what_it_is(index: Index, forty: dict[By, tuple[Hit, ...]], number: int, by: By) -> None:
    """A hit's own text leads to it: word for word, with its number, its score, and better ones above it."""
    hits = forty[by]
    hit = hits[number % len(hits)]
    explanation = explain_passage(index, ASKED, hit.passage.text, by)
    assert (explanation.there, explanation.share, explanation.excluded) == (Presence.EXACT, 1.0, ())
    assert explanation.source is not None
    assert explanation.passage is not None
    assert (explanation.source.id, *explanation.passage.span) == location(hit)
    assert (explanation.shown, explanation.score, explanation.folded) == (hit.rank, hit.score, None)
    assert all(rival.score >= hit.score and rival.rank < (explanation.rank or 0) for rival in explanation.lost_to)
    assert len(explanation.lost_to) == min(3, (explanation.rank or 0) - 1)


def test_the_rankers_own_ranks_are_told(index: Index) -> None:
    """What stands first by meaning alone has rank 1 there; a passage without a word of the query has none by words."""
    first = index.search(ASKED, 1, By.MEANING).hits[0]
    by_meaning = index.ranked(parse_query(ASKED), By.MEANING, 5)
    assert explain_passage(index, ASKED, first.passage.text).meaning in range(1, 6)
    assert len(by_meaning) == 5
    last = next(hit for hit in index.search(ASKED, 400, By.MEANING).hits if hit.parts.bm25 == 0)
    explanation = explain_passage(index, ASKED, last.passage.text)
    assert explanation.words is None
    assert {"bladder", "damage"} <= set(explanation.missing)


def test_a_part_of_a_sentence_with_a_word_changed_is_near(index: Index) -> None:
    """What is remembered badly still finds its passage, and is not called exact."""
    hit = index.search(ASKED).hits[0]
    words = hit.passage.text.split()[:20]
    words[3] = "zyxwv"
    explanation = explain_passage(index, ASKED, " ".join(words))
    assert explanation.there is Presence.NEAR
    assert 0.6 <= explanation.share < 1
    assert explanation.passage == hit.passage


def test_what_no_source_says_is_absent(index: Index) -> None:
    explanation = explain_passage(index, ASKED, "Sourdough wants a warm kitchen and a patient baker with floury hands.")
    assert explanation.there is Presence.ABSENT
    assert explanation.passage is None
    assert format_explanation(explanation)[0].startswith("No passage of the library says this")


def test_each_condition_that_keeps_it_out_is_named(index: Index) -> None:
    """Filter, phrase and excluded word; the ranks are those that it would have without them."""
    hit = index.search(ASKED).hits[0]
    other = next(source.id for source, _, _ in index.store.documents.sources() if source.id != hit.source.id)
    held = max(hit.passage.text.replace("\n", " ").split(" "), key=lambda word: word.isalpha() * len(word)).lower()
    text = f'{ASKED} "purple elephants" -{held}'
    explanation = explain_passage(index, text, hit.passage.text, where=Filter(sources=(other,), until="1900"))
    assert [reason.split(",")[0] for reason in explanation.excluded] == [
        "a filter",
        "a filter",
        "the quoted phrase “purple elephants”",
        f"-{held}",
    ]
    assert explanation.rank is not None
    assert "Without conditions it would stand as follows." in format_explanation(explanation)


def test_words_of_title_and_heading_are_words_that_it_has(index: Index) -> None:
    """What ranks a passage by words is what is told of its words."""
    hit = index.search("A cruel loop").hits[0]
    assert "loop" not in hit.passage.text
    explanation = explain_passage(index, "A cruel loop of zyxwv", hit.passage.text)
    assert (explanation.has, explanation.missing) == (("cruel", "loop"), ("zyxwv",))
    assert "Words of the query that it has: cruel, loop." in format_explanation(explanation)


def test_a_source_with_enough_hits_is_told(index: Index) -> None:
    """At most one hit of a source: its second best is not shown, and it is said why."""
    hits = index.search(ASKED, 40).hits
    second = next(hit for i, hit in enumerate(hits) if hit.source.id in {better.source.id for better in hits[:i]})
    explanation = explain_passage(index, ASKED, second.passage.text, per_source=1)
    assert explanation.shown is None
    assert "Its source has as many hits already as you asked for." in format_explanation(explanation)


def test_the_command_line_explains(sample_library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As lines, and as JSON beside the answer."""
    line = ["search", ASKED, "-k", "1", "--library", str(sample_library)]
    assert main([*line, "--json"]) == 0
    plain = json.loads(capsys.readouterr().out)
    text = plain["hits"][0]["text"]
    assert "explained" not in plain
    assert main([*line, "--json", "--explain", text]) == 0
    explained = json.loads(capsys.readouterr().out)["explained"]
    assert (explained["there"], explained["shown"], explained["passage"]["text"]) == ("exact", 1, text)
    assert main([*line, "--explain", text]) == 0
    assert "It is hit 1." in capsys.readouterr().out.splitlines()


# more like this ---------------------------------------------------------------------------------------------------


@given(number=st.integers(0, 30))
def test_others_like_a_passage_are_of_other_sources(
    index: Index, forty: dict[By, tuple[Hit, ...]], number: int
) -> None:
    """Its own source and those that copy it stay out; the question is its own words, and those that stand above it."""
    hit = forty[By.BOTH][number % len(forty[By.BOTH])]
    query, without = similar_query(index, hit.source.id, hit.passage.span.start)
    (answer,) = index.search_many([query], 10, where=Filter(without=without))
    assert answer.hits
    assert hit.source.id in without
    assert not {hit.source.id for hit in answer.hits} & set(without)
    assert 1 <= len(query.text.split()) <= 8
    above = [hit.passage.text, hit.passage.heading or "", hit.source.title]
    assert set(query.text.split()) <= set(WORD.findall(" ".join(above)))


def test_a_passage_is_asked_for_by_its_nouns(index: Index) -> None:
    """Of the first passage on the bladder: what it is about, and none of the verbs and adverbs it has."""
    source = next(source for source, _, _ in index.store.documents.sources() if source.location == "bladder-harm.md")
    number, document = index.store.documents.load(source.id)
    first = next(passage for passage in index.store.documents.passages(number) if "urinary" in passage.text)
    assert {"heavily", "began", "linked"} <= set(WORD.findall(document.text[slice(*first.span)]))
    words = similar_query(index, source.id, first.span.start)[0].text.split()
    assert words[0].lower() == "bladder"
    assert not {"heavily", "began", "linked", "years", "light"} & set(words)


def test_words_are_told_for_nouns_by_what_stands_beside_them() -> None:
    nouns = Nouns(["The old bridge fell heavily.", "It fell to the river.", "Ann Sample heavily taxed the old bridge."])
    assert [word for word in ("bridge", "river", "fell", "heavily", "taxed", "old") if nouns.heads(word)] == [
        "bridge",
        "river",
    ]
    assert nouns.modifies("old")
    assert not nouns.modifies("heavily")
    assert nouns.begins_name("Ann")
    assert not nouns.begins_name("Sample")
    assert [word for word in ("bridge", "two", "day", "fell", "Ann") if nouns.names(word)] == ["bridge", "Ann"]


def test_a_passage_is_nearest_to_itself(index: Index) -> None:
    """Its own vector ranks: with nothing left out the first by meaning is the passage, at cosine 1."""
    hit = index.search(ASKED).hits[0]
    query, _ = similar_query(index, hit.source.id, hit.passage.span.start)
    (answer,) = index.search_many([query], 1, By.MEANING)
    assert location(answer.hits[0]) == location(hit)
    assert answer.hits[0].parts.cosine == pytest.approx(1, abs=0.002)


def test_a_passage_that_is_gone_is_an_error(index: Index) -> None:
    identity = index.store.documents.sources()[0][0].id
    with pytest.raises(QueryError, match="Search again"):
        similar_query(index, identity, 10_000_000)
    with pytest.raises(QueryError, match="no source nowhere"):
        similar_query(index, "nowhere", 0)


# the page ---------------------------------------------------------------------------------------------------------


def test_the_page_says_where_an_expected_passage_stands(
    sample_library: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pasted under the results, it is quoted with its place and a line for each stage."""
    at = opened(sample_library, monkeypatch, q=ASKED, per_source="0")
    assert "sw-stages" not in html(at)
    expected = index.search(ASKED, 12).hits[11]
    at.text_area(key="expected").input(expected.passage.text).run()
    assert "It stands in the library word for word." in html(at)
    assert "It is hit 12." in html(at)


def test_what_no_word_of_stands_anywhere_is_said(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = "one of your sources has the word"
    assert f"n{nowhere} “zyxwv”." in html(opened(sample_library, monkeypatch, q="bladder zyxwv"))
    long = "bladder damage in people who use ketamine often, and what urine tests and doctors show them, zyxwv"
    assert f"N{nowhere} “zyxwv”." in html(opened(sample_library, monkeypatch, q=long))
    assert nowhere not in html(opened(sample_library, monkeypatch, q="bladder"))


def test_more_like_this_leaves_its_source_and_words_come_back(
    sample_library: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address names the passage; the box says what it is about; new words in the box are a new question."""
    first = index.search(ASKED).hits[0]
    at = opened(sample_library, monkeypatch, q=ASKED)
    at.button(key="like-1").click().run()
    address = f"{first.source.id}-{first.passage.span.start}"
    assert said(at, "like") == [address]
    assert "q" not in at.query_params
    assert at.text_input(key="q").value == similar_query(index, first.source.id, first.passage.span.start)[0].text
    assert f'id="sw-hit-{first.source.id}-' not in html(at)
    assert "<article" in html(at)
    assert f"Like “{escape(first.source.title)}”." in html(at)
    at.text_input(key="q").input("bladder").run()
    assert said(at, "q") == ["bladder"]
    assert "like" not in at.query_params
    assert f'id="sw-hit-{first.source.id}-' in html(at)


def test_an_address_of_a_passage_brings_others_like_it(
    sample_library: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a fresh visit; one that is gone is told in a line."""
    first = index.search(ASKED).hits[0]
    at = opened(sample_library, monkeypatch, like=f"{first.source.id}-{first.passage.span.start}")
    assert at.text_input(key="q").value
    assert "<article" in html(at)
    page = opened(sample_library, monkeypatch, like=f"{first.source.id}-99999999")
    assert 'role="alert"' in html(page)
    assert "Search again." in html(page)


def test_the_library_page_shows_how_it_tested_itself(
    sample_library: Path, index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    recall = index.generation.manifest.recall
    at = opened(sample_library, monkeypatch)
    at.switch_page("views/library.py").run()
    assert f"{recall.asked} sentences of your sources were asked" in html(at)
    assert f"{recall.found} were found again among the first five passages" in html(at)
    monkeypatch.setattr("index.publishing.recall_fell", lambda now: True)
    assert 'role="alert"' in html(at.run())
