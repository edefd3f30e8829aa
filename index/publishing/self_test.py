"""The library tests itself: does a sentence of a passage, a third of its words dropped, lead back to that passage?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.search.index import Index
from index.search.query import Query
from index.storage.store import Store
from index.text.segmentation import WORD
from index.types import Recall

_SAMPLE = 100
_TOP = 5
_NEAREST = 10
_LEAST = 6  # words of a sentence that is asked
_DROPPED = 1 / 3
_CHANCE = 2.33  # standard errors: a fall that chance alone brings once in a hundred
_MIX = np.uint64(0x9E3779B97F4A7C15)


def measure(index: Index, store: Store) -> Recall:
    """Recall@5 of known items. Nearly the same passages are asked for as the library grows: those whose mixed numbers
    are least."""
    asked = list(_questions(index, store))
    found = index.rank([one for _, one in asked])
    led = [_leads_to(index, row, scored.rows[:_TOP]) for (row, _), scored in zip(asked, found, strict=True)]
    return Recall(sum(led), len(led))


def nearest_recall(index: Index, texts: Sequence[str]) -> Recall | None:
    """How many of the ten vectors that are truly nearest to each text are found; None when all are looked at."""
    vectors = index.generation.vectors
    exact = vectors.exact()
    if exact is vectors:
        return None
    asked = index.embedder.encode_queries(texts)
    pairs = zip(vectors.search(asked, _NEAREST), exact.search(asked, _NEAREST), strict=True)
    found = [int(np.isin(wanted, rows).sum()) for (rows, _), (wanted, _) in pairs]
    return Recall(sum(found), min(_NEAREST, len(vectors)) * len(texts))


def recall_fell(now: Recall, before: Recall) -> bool:
    """Whether recall is lower than before by more than chance explains (a test of two shares)."""
    if not now.asked or not before.asked:
        return False
    share = (now.found + before.found) / (now.asked + before.asked)
    error = math.sqrt(share * (1 - share) * (1 / now.asked + 1 / before.asked))
    return before.share - now.share > _CHANCE * error


def _questions(index: Index, store: Store) -> Iterator[tuple[int, Query]]:
    """A passage's row, and what is asked to find it."""
    for row in _sample(index):
        words = _words(index, store, row)
        if len(words) < _LEAST:
            continue
        pick = np.random.default_rng(int(index.generation.passages.numbers[row]))
        kept = np.sort(pick.permutation(len(words))[math.floor(len(words) * _DROPPED) :])
        text = " ".join(words[place] for place in kept)
        yield row, Query.plain(text)


def _sample(index: Index) -> list[int]:
    passages, mask = index.generation.passages, index.generation.mask
    rows = np.arange(len(passages)) if mask is None else np.flatnonzero(mask)
    mixed: NDArray[np.uint64] = passages.numbers[rows].astype(np.uint64) * _MIX
    return [int(row) for row in rows[np.argsort(mixed)[:_SAMPLE]]]


def _words(index: Index, store: Store, row: int) -> list[str]:
    """The words of the passage's longest sentence."""
    passages = index.generation.passages
    document = int(passages.documents[row])
    spans = [index.generation.sentence(one) for one in range(*passages.sentence_bounds(row))]
    if not spans:
        return []
    return WORD.findall(store.text(document, max(spans, key=lambda span: span.end - span.start)))


def _leads_to(index: Index, row: int, best: NDArray[np.int64]) -> bool:
    """The passage is among the best, or a copy of it."""
    return row in best or bool(np.isin(index.generation.copies.of(row).rows, best).any())
