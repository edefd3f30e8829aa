"""Search with a reader: what it is given to read, and what its opinion changes. A double stands in for the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.reader import TextPair
from index.search import answering
from index.search.explain import explain_passage
from index.search.index import Index
from index.search.query import Query, parse_query
from index.snapshot.engine import NO_COPIES
from index.text.reading import unwrapped
from index.types import By, Filter, Floats, Hit, Passage, Span

ASKED = "what happens to the bladder"


class Double:
    """A reader whose opinion is a function of the sentence; it remembers what it was given."""

    def __init__(self, opinion: Callable[[str], float]) -> None:
        self.opinion = opinion
        self.pairs: list[TextPair] = []

    def answers(self, pairs: Sequence[TextPair]) -> Floats:
        self.pairs += pairs
        return np.array([self.opinion(pair.second) for pair in pairs], np.float32)


def likes_length(sentence: str) -> float:
    """An opinion that has nothing to do with the question."""
    return len(sentence) % 97 / 96


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


def by_rank(index: Index) -> list[Hit]:
    """The hits without a reader."""
    reader, index.reader = index.reader, None
    hits = list(index.search(ASKED, 20).hits)
    index.reader = reader
    return hits


@pytest.fixture
def reader(index: Index, monkeypatch: pytest.MonkeyPatch) -> Double:
    double = Double(likes_length)
    monkeypatch.setattr(index, "reader", double)
    return double


@given(question=st.sampled_from([ASKED, "1962 synthesised", "how much does an infusion cost?"]), k=st.integers(1, 40))
@settings(max_examples=10)
def test_the_laws_of_a_search_hold_with_a_reader(index: Index, question: str, k: int) -> None:
    """The first k of fifty are the top k; scores fall and stay in 0–1; what was read has an opinion, the rest none."""
    index.reader = Double(likes_length)
    try:
        fifty, few = index.search(question, 50), index.search(question, k)
    finally:
        index.reader = None
    assert [replace(hit, rank=0) for hit in few.hits] == [replace(hit, rank=0) for hit in fifty.hits[:k]]
    assert all(left.score >= right.score for left, right in pairwise(fifty.hits))
    assert all(0 <= hit.score <= 1 for hit in fifty.hits)
    opinions = [hit.parts.reader for hit in fifty.hits]
    assert sum(opinion is not None for opinion in opinions) == answering.READ_PASSAGES
    assert fifty.settings["reader"] == few.settings["reader"] > 0


def test_a_passage_with_a_sentence_that_answers_is_lifted(index: Index, reader: Double) -> None:
    """It is given under its title, it is the one that is marked, and the explanation tells of the same order."""
    without = by_rank(index)
    assert all(hit.parts.reader is None for hit in without)
    index.search(ASKED, 1)
    fifth = without[4]
    chosen = [pair for pair in reader.pairs if pair.second in unwrapped(fifth.passage.text)][-1]
    assert all(pair.first == ASKED for pair in reader.pairs)
    assert chosen.heading == fifth.source.title
    reader.opinion = lambda sentence: float(sentence == chosen.second)
    (lifted,) = [hit for hit in index.search(ASKED, 20).hits if hit.parts.reader == 1]
    assert lifted.passage == fifth.passage
    assert lifted.rank < fifth.rank
    assert lifted.key_sentence is not None
    assert lifted.key_sentence != fifth.key_sentence
    assert unwrapped(lifted.passage.slice(lifted.key_sentence)) == chosen.second
    explanation = explain_passage(index, ASKED, lifted.passage.text)
    assert (explanation.shown, explanation.parts) == (lifted.rank, lifted.parts)


@pytest.mark.parametrize(
    ("title", "heading", "read_under"),
    [
        ("Rye and its mills", "1 Mills › 1.2 Grinding", "Rye and its mills"),
        ("", "1 Mills › 1.2 Grinding", "1.2 Grinding"),
        ("", None, ""),
        ("The mill ground rye.", None, ""),
        ("The mill ground rye.", "Mills", "Mills"),
    ],
)
def test_a_title_that_is_the_beginning_of_the_passage_is_none(title: str, heading: str | None, read_under: str) -> None:
    """It was guessed from the text, and nobody gave it."""
    text = "The mill ground rye. It burnt down in 1962."
    passage = Passage(text, Span(0, len(text)), heading)
    assert answering._heading(answering.Candidate(0, NO_COPIES, passage, title)) == read_under


@pytest.mark.parametrize(
    ("text", "by", "is_read"),
    [
        ("Is it addictive", By.BOTH, True),
        ("the dose that helps, and who should not take it?", By.BOTH, True),
        ("street names", By.BOTH, True),
        ("street names", By.MEANING, False),
        ("Ketamine was first made in a laboratory in the city of Detroit by Calvin Stevens.", By.BOTH, False),
        (f"What {'really ' * 40}helps?", By.BOTH, False),
    ],
)
def test_questions_and_keywords_are_read_and_statements_and_letters_are_not(
    index: Index, reader: Double, text: str, by: By, is_read: bool
) -> None:
    answer = index.search(text, 3, by)
    assert bool(reader.pairs) == is_read == (answer.settings["reader"] is not None)
    assert not answering.is_question(Query(text, text, parse_query(text).terms, passage=1), by)


def test_what_is_not_in_english_and_what_is_not_there_are_not_read(
    index: Index, reader: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then all stays as it is without a reader."""
    source = index.store.documents.source
    monkeypatch.setattr(type(index.store.documents), "source", lambda _, number: replace(source(number), language="de"))
    assert list(index.search(ASKED, 20).hits) == by_rank(index)
    assert index.search(ASKED, 5, where=Filter(sources=())).hits == ()
    assert reader.pairs == []
