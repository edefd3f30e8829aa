"""Builds what the reader reads of a pair: ``[CLS] question [SEP] heading: sentence [SEP]``, as token ids.

Training and search build it here, so that the model reads in use what it was taught on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from tokenizers import Tokenizer

ANSWER_TOKENS = 96
"""Tokens of a question and a sentence together, with three special ones. A longer pair is cut (a guess)."""
HEADING_TOKENS = 12
"""Tokens of a heading or title that are read before a sentence (a guess)."""

_SPECIAL = 3  # [CLS] and two [SEP]
_STEP = 8  # sequence lengths are rounded up to a multiple of this, so that compiled shapes are reused (a guess)

Ids = list[int]


@dataclass(frozen=True, slots=True)
class TextPair:
    """Two texts to be read together. ``heading``: the heading or title over ``second``, or ""."""

    first: str
    second: str
    heading: str = ""


@dataclass(frozen=True, slots=True)
class PairTokens:
    """Token ids of a pair with its special tokens. ``second``: where those of the second text begin (token type 1)."""

    ids: Ids
    second: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Readings padded to one length: three arrays of shape (rows, tokens). ``rows``: their positions in the input."""

    rows: list[int]
    ids: NDArray[np.int64]
    mask: NDArray[np.int64]
    types: NDArray[np.int64]


def readings(tokenizer: Tokenizer, pairs: Sequence[TextPair], budget: int) -> list[PairTokens]:
    """What is read of each pair, at most ``budget`` tokens, in the order of the pairs.

    A text that is too long loses its end, at a word border; the first keeps half of the budget if it needs it. An
    empty text leaves its special token alone. ``tokenizer``: without padding and truncation.
    """
    headings = _ids(tokenizer, [f"{pair.heading}:" if pair.heading else "" for pair in pairs])
    firsts = _ids(tokenizer, [pair.first for pair in pairs])
    seconds = _ids(tokenizer, [pair.second for pair in pairs])
    opening, closing, pieces = _marks(tokenizer)
    built = []
    for heading, first, second in zip(headings, firsts, seconds, strict=True):
        if len(heading) > HEADING_TOKENS:
            heading = [*cut(heading[:-1], HEADING_TOKENS - 1, pieces), heading[-1]]
        second = heading + second
        left = cut(first, max(budget - _SPECIAL - len(second), budget // 2), pieces)
        right = cut(second, budget - _SPECIAL - len(left), pieces)
        built.append(PairTokens([opening, *left, closing, *right, closing], len(left) + 2))
    return built


def cut(ids: Ids, limit: int, pieces: frozenset[int]) -> Ids:
    """The first ``limit`` ids or fewer, without a part of a word that goes on (ids in ``pieces`` continue a word).

    A first word over the limit is cut all the same.
    """
    if len(ids) <= limit:
        return ids
    end = limit
    while end and ids[end] in pieces:
        end -= 1
    return ids[: end or limit]


def batches(pairs: Sequence[PairTokens], size: int) -> list[Batch]:
    """The readings in batches of similar length, longest first, at most ``size`` in each."""
    order = sorted(range(len(pairs)), key=lambda row: -len(pairs[row].ids))
    return [padded(order[start : start + size], pairs) for start in range(0, len(order), size)]


def padded(rows: list[int], pairs: Sequence[PairTokens]) -> Batch:
    """The readings at ``rows``, padded with 0."""
    width = -(-max((len(pairs[row].ids) for row in rows), default=0) // _STEP) * _STEP
    ids, mask, types = (np.zeros((len(rows), width), np.int64) for _ in range(3))
    for line, row in enumerate(rows):
        length = len(pairs[row].ids)
        ids[line, :length] = pairs[row].ids
        mask[line, :length] = 1
        types[line, pairs[row].second : length] = 1
    return Batch(rows, ids, mask, types)


def _ids(tokenizer: Tokenizer, texts: Sequence[str]) -> list[Ids]:
    distinct = list(dict.fromkeys(texts))
    encodings = tokenizer.encode_batch_fast(distinct, add_special_tokens=False)
    by_text = {text: encoding.ids for text, encoding in zip(distinct, encodings, strict=True)}
    return [by_text[text] for text in texts]


@lru_cache(maxsize=2)
def _marks(tokenizer: Tokenizer) -> tuple[int, int, frozenset[int]]:
    """The ids of [CLS] and [SEP], and those of WordPiece tokens that continue a word."""
    vocabulary = tokenizer.get_vocab()
    pieces = frozenset(number for token, number in vocabulary.items() if token.startswith("##"))
    return vocabulary["[CLS]"], vocabulary["[SEP]"], pieces
