"""What the model is given of two texts: both in their places, cut at word borders, in batches without much padding."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

from index.reader.pairs import HEADING_TOKENS, TextPair, batches, cut, padded, readings

BUDGET = 24
WORDS = ["a", "barn", "burn", "##s", "##t", "red", "roof", ":", "?"]


@cache
def tokenizer() -> Tokenizer:
    """WordPiece over a few words, as the encoder's: small letters, marks apart."""
    vocabulary = {token: number for number, token in enumerate(["[PAD]", "[UNK]", "[CLS]", "[SEP]", *WORDS])}
    made = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = normalizers.Lowercase()
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    return made


def tokens(pair: TextPair, budget: int = BUDGET) -> str:
    (reading,) = readings(tokenizer(), [pair], budget)
    return " ".join(tokenizer().id_to_token(number) or "" for number in reading.ids)


def test_the_second_text_stands_under_its_heading() -> None:
    assert (
        tokens(TextPair("Red barns?", "A roof burns", "Barn"))
        == "[CLS] red barn ##s ? [SEP] barn : a roof burn ##s [SEP]"
    )
    assert tokens(TextPair("", "a")) == "[CLS] [SEP] a [SEP]"
    assert tokens(TextPair("", "")) == "[CLS] [SEP] [SEP]"


def test_the_first_text_keeps_half_of_the_budget_and_what_the_second_leaves() -> None:
    long = "a " * 100
    both = tokens(TextPair(long, long)).split()
    assert len(both) == BUDGET
    assert both[1 : 1 + BUDGET // 2] == ["a"] * (BUDGET // 2)
    assert both[1 + BUDGET // 2] == "[SEP]"
    assert tokens(TextPair(long, "red")).split() == ["[CLS]", *["a"] * (BUDGET - 4), "[SEP]", "red", "[SEP]"]
    assert tokens(TextPair("red", long)).split() == ["[CLS]", "red", "[SEP]", *["a"] * (BUDGET - 4), "[SEP]"]


def test_a_long_heading_keeps_its_beginning_and_its_colon() -> None:
    parts = tokens(TextPair("", "roof", "red " * 50), 96).split()
    assert parts == ["[CLS]", "[SEP]", *["red"] * (HEADING_TOKENS - 1), ":", "roof", "[SEP]"]


@pytest.mark.parametrize(
    ("limit", "kept"),
    [(0, []), (1, [1]), (2, [1]), (3, [1]), (4, [1, 2, 8, 9]), (5, [1, 2, 8, 9, 3]), (9, [1, 2, 8, 9, 3])],
)
def test_text_is_cut_where_a_word_ends(limit: int, kept: list[int]) -> None:
    assert cut([1, 2, 8, 9, 3], limit, frozenset({8, 9})) == kept


def test_a_word_over_the_limit_is_cut_all_the_same() -> None:
    assert cut([1, 8, 9, 8], 2, frozenset({8, 9})) == [1, 8]


@given(st.lists(st.tuples(*[st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)] * 3), max_size=9))
def test_every_reading_is_within_the_budget_and_in_one_batch(texts: list[tuple[str, str, str]]) -> None:
    built = readings(tokenizer(), [TextPair(*three) for three in texts], BUDGET)
    made = batches(built, 4)
    assert all(3 <= len(reading.ids) <= BUDGET for reading in built)
    assert sorted(row for batch in made for row in batch.rows) == list(range(len(texts)))
    for batch in made:
        assert batch.ids.shape == batch.mask.shape == batch.types.shape
        for line, row in enumerate(batch.rows):
            reading, length = built[row], len(built[row].ids)
            assert batch.ids[line, :length].tolist() == reading.ids
            assert batch.mask[line].sum() == length
            assert np.flatnonzero(batch.types[line]).tolist() == list(range(reading.second, length))


def test_no_rows_make_an_empty_batch() -> None:
    assert batches([], 4) == []
    assert padded([], []).ids.shape == (0, 0)
