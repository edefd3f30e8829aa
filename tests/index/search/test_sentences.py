"""Which sentence of a passage is marked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.query import matching_spans, parse_query
from index.search.sentences import WORD_SHARE_WEIGHT, scores
from index.types import Passage, Span

TEXT = "The mill was built of stone. Its wheels turned by water, and grinding ended in 1931. Nobody lives there."
SENTENCES = [Span(0, 28), Span(29, 84), Span(85, len(TEXT))]
WEIGHTS = {"grind": 3.0, "end": 1.0, "mill": 0.5}
START = 100


def scored(question: str, cosines: list[float], weights: dict[str, float]) -> list[float]:
    passage = Passage(TEXT, Span(START, START + len(TEXT)))
    spans = [span.shifted(START) for span in SENTENCES]
    marks = matching_spans(parse_query(question), TEXT, START)
    return [float(value) for value in scores(passage, spans, np.array(cosines, np.float32), marks, weights)]


def test_words_of_the_question_outweigh_a_little_nearness() -> None:
    """In any form, by rarity, each once; a sentence without any has its cosine alone."""
    first, second, third = scored("When did the mill end grinding?", [0.5, 0.4, 0.3], WEIGHTS)
    assert first == pytest.approx(0.5 + WORD_SHARE_WEIGHT * 0.5 / 4.5)
    assert second == pytest.approx(0.4 + WORD_SHARE_WEIGHT * 4.0 / 4.5)
    assert third == pytest.approx(0.3)


@given(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3))
def test_without_words_the_nearest_is_marked(cosines: list[float]) -> None:
    """A question without weights, and an unknown word that stands nowhere."""
    assert scored("zebra", cosines, {}) == pytest.approx(cosines)
    assert scored("zebra", cosines, {"zebra": 7.0}) == pytest.approx(cosines)


def test_a_passage_without_sentences_has_no_scores() -> None:
    assert not len(scores(Passage("", Span(0, 0)), [], np.empty(0, np.float32), [], WEIGHTS))
