"""Search over the sample corpus: laws that hold for any query, and what filters, phrases and exclusions mean."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LibraryError, QueryError
from index.search.index import Index
from index.search.ranking import CANDIDATES
from index.types import By, Confidence, Filter, Hit

ASKED = [
    "is it addictive",
    "how much does an infusion cost",
    "bladder damage in people who use it often",
    "half-life hours",
    "1962 synthesised",
    "alcohol relapse trial",
]
QUESTIONS = st.sampled_from(ASKED)


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


def places(hits: list[Hit] | tuple[Hit, ...]) -> list[tuple[str, int, int]]:
    return [(hit.source.id, *hit.passage.span) for hit in hits]


@pytest.fixture(scope="module")
def fifty(index: Index) -> dict[tuple[str, By], tuple[Hit, ...]]:
    """The first fifty hits for each question by each ranker."""
    return {(question, by): tuple(index.search(question, 50, by).hits) for question in ASKED for by in By}


@pytest.fixture(scope="module")
def every(index: Index) -> dict[str, set[tuple[str, int, int]]]:
    """All that meaning proposes for each question."""
    return {question: set(places(index.search(question, 2 * CANDIDATES, By.MEANING).hits)) for question in ASKED}


@given(question=QUESTIONS, by=st.sampled_from(list(By)), k=st.integers(1, 40))
def test_the_first_k_of_fifty_are_the_top_k(
    index: Index, fifty: dict[tuple[str, By], tuple[Hit, ...]], question: str, by: By, k: int
) -> None:
    """Asking for more hits changes nothing about the first ones, scores included."""
    first, few = fifty[question, by][:k], index.search(question, k, by).hits
    assert places(few) == places(first)
    assert [hit.score for hit in few] == [hit.score for hit in first]


@given(question=QUESTIONS, by=st.sampled_from(list(By)))
def test_every_hit_is_a_slice_and_its_marks_lie_inside(index: Index, question: str, by: By) -> None:
    """Passage, key sentence and marks are spans of the stored document; ranks rise and scores fall."""
    hits = index.search(question, 20, by).hits
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(left.score >= right.score for left, right in pairwise(hits))
    for hit in hits:
        text = index.store.documents.load(hit.source.id)[1].text
        assert hit.passage.text == text[hit.passage.span.start : hit.passage.span.end]
        assert hit.key_sentence is None or hit.key_sentence.within(hit.passage.span)
        assert all(mark.within(hit.passage.span) for mark in hit.marks)
        assert 0.0 <= hit.score <= 1.0
        assert all(0.0 <= part <= 1.0 for part in (hit.parts.dense, hit.parts.words, hit.parts.sentence))


@given(
    question=QUESTIONS,
    by=st.sampled_from(list(By)),
    author=st.sampled_from([None, "SOURCEWISE", "nobody of this name"]),
    since=st.sampled_from([None, "2024", "2024-06", "2025-06-15"]),
    until=st.sampled_from([None, "2024-12-31", "2025"]),
)
def test_a_condition_never_adds_a_hit(
    index: Index,
    every: dict[str, set[tuple[str, int, int]]],
    question: str,
    by: By,
    author: str | None,
    since: str | None,
    until: str | None,
) -> None:
    """A filter only narrows: what it admits is a subset, and every admitted source meets it. One that no date can meet
    is an error."""
    where = Filter(None, author, since, until)
    if (since, until) == ("2025-06-15", "2024-12-31"):
        with pytest.raises(QueryError, match="No date is both from 2025-06-15 on and until 2024-12-31"):
            index.search(question, 1, by, where)
        return
    hits = index.search(question, 2 * CANDIDATES, by, where).hits
    assert set(places(hits)) <= every[question]
    for hit in hits:
        assert not author or any(author.casefold() in name.casefold() for name in hit.source.authors)
        if since or until:
            published = hit.source.published
            assert published
            assert not since or published >= since[: len(published)]
            assert not until or published[: len(until)] <= until


def test_an_empty_selection_finds_nothing(index: Index) -> None:
    """No source admitted means no hit, with every ranker; it never means no filter."""
    for by in By:
        answer = index.search("is it addictive", 10, by, Filter(sources=()))
        assert answer.hits == ()
        assert answer.confidence is Confidence.NONE


def test_several_sources_are_alternatives(index: Index) -> None:
    """Hits come from the named sources and from both of them."""
    ids = tuple(source.id for source, _, _ in index.store.documents.sources()[:2])
    hits = index.search("ketamine", 50, where=Filter(sources=ids)).hits
    assert {hit.source.id for hit in hits} == set(ids)


def test_an_unknown_source_is_an_error(index: Index) -> None:
    """A misspelt id is told, not answered with nothing."""
    with pytest.raises(QueryError, match="no source nowhere"):
        index.search("ketamine", where=Filter(sources=("nowhere",)))


@pytest.mark.parametrize("by", list(By))
def test_a_quoted_phrase_must_occur(index: Index, by: By) -> None:
    """Every hit of a query with a phrase, its title or its heading holds it word for word, whatever ranks."""
    hits = index.search('"side effects" of treatment', 50, by).hits
    assert hits
    texts = (f"{hit.source.title}\n{hit.passage.heading}\n{hit.passage.text}" for hit in hits)
    assert all("side effects" in " ".join(text.lower().split()) for text in texts)


@pytest.mark.parametrize("by", list(By))
def test_an_excluded_word_must_not_occur(index: Index, by: By) -> None:
    """-word removes every passage that holds it, whatever ranks."""
    hits = index.search("ketamine -bladder", 2 * CANDIDATES, by).hits
    assert hits
    assert not any("bladder" in hit.passage.text.lower().split() for hit in hits)


def test_a_phrase_that_stands_nowhere_finds_nothing(index: Index) -> None:
    """Meaning does not stand in for a phrase that must occur."""
    assert index.search('"purple elephants of Tuesday" ketamine').hits == ()


def test_one_batch_answers_as_single_searches_do(index: Index) -> None:
    """Questions answered together give what they give alone, in order."""
    from index.search.query import parse_query

    questions = ["is it addictive", '"side effects"', "ketamine -bladder", "half-life"]
    for question, answer in zip(questions, index.search_many([parse_query(text) for text in questions]), strict=True):
        assert places(answer.hits) == places(index.search(question).hits)


def test_there_is_no_library_is_said_with_the_next_step(tmp_path: Path) -> None:
    """A missing folder leads to a line with the command that makes one."""
    with pytest.raises(LibraryError, match="python -m ingest"):
        Index.open(tmp_path / "nowhere")
