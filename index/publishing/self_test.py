"""Tests a library on itself: is a passage found by one of its own sentences with a third of the words dropped?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.search.index import Index
from index.search.query import Query
from index.storage.store import Store
from index.text.segmentation import WORD
from index.types import Recall, Span

_SAMPLE = 100  # passages that are searched for
_TOP = 5  # hits among which a passage must be
_NEAREST = 10
_MINIMUM_WORDS = 6  # of a sentence that is used as a query (a guess)
_DROPPED = 1 / 3  # share of its words (a guess)
_DEVIATION = 2.33  # standard errors that chance alone exceeds once in a hundred times
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, an odd multiplier that spreads bits


def measure(index: Index, store: Store) -> Recall:
    """Recall@5 of known passages. The sample is the passages whose mixed numbers are smallest, so that it stays nearly
    the same as the library grows."""
    questions = list(_questions(index, store))
    results = index.rank([query for _, query in questions])
    hits = [_leads_to(index, row, scored.rows[:_TOP]) for (row, _), scored in zip(questions, results, strict=True)]
    return Recall(sum(hits), len(hits))


def nearest_recall(index: Index, texts: Sequence[str]) -> Recall | None:
    """How many of the ten vectors nearest to each text the search finds; None when the scan is exact."""
    vectors = index.generation.vectors
    exact = vectors.exact()
    if exact is vectors:
        return None
    queries = index.embedder.encode_queries(texts)
    pairs = zip(vectors.search(queries, _NEAREST), exact.search(queries, _NEAREST), strict=True)
    counts = [int(np.isin(exact_rows, rows).sum()) for (rows, _), (exact_rows, _) in pairs]
    return Recall(sum(counts), min(_NEAREST, len(vectors)) * len(texts))


def recall_fell(now: Recall, before: Recall) -> bool:
    """Whether recall is lower than before by more than chance explains (two-proportion z-test)."""
    if not now.asked or not before.asked:
        return False
    share = (now.found + before.found) / (now.asked + before.asked)
    error = math.sqrt(share * (1 - share) * (1 / now.asked + 1 / before.asked))
    return before.share - now.share > _DEVIATION * error


def _questions(index: Index, store: Store) -> Iterator[tuple[int, Query]]:
    """Rows of sampled passages, each with the query that should find it."""
    for row in _sample(index):
        words = _words(index, store, row)
        if len(words) < _MINIMUM_WORDS:
            continue
        generator = np.random.default_rng(int(index.generation.passages.numbers[row]))
        kept = np.sort(generator.permutation(len(words))[math.floor(len(words) * _DROPPED) :])
        text = " ".join(words[position] for position in kept)
        yield row, Query.plain(text)


def _sample(index: Index) -> list[int]:
    """Rows of the passages whose mixed numbers are smallest."""
    passages, mask = index.generation.passages, index.generation.mask
    rows = np.arange(len(passages)) if mask is None else np.flatnonzero(mask)
    mixed: NDArray[np.uint64] = passages.numbers[rows].astype(np.uint64) * _MIX
    return [int(row) for row in rows[np.argsort(mixed)[:_SAMPLE]]]


def _words(index: Index, store: Store, row: int) -> list[str]:
    """The words of the passage's longest sentence."""
    passages = index.generation.passages
    document = int(passages.documents[row])
    _, segment = index.generation.segment(row)
    first, last = passages.sentence_bounds(row)
    spans = [Span(start, end) for start, end in segment.sentences[first:last].tolist()]
    if not spans:
        return []
    return WORD.findall(store.documents.text(document, max(spans, key=lambda span: span.end - span.start)))


def _leads_to(index: Index, row: int, best: NDArray[np.int64]) -> bool:
    """Whether the passage or a copy of it is among the best."""
    return row in best or len(index.generation.copies.copying(row, best).rows) > 0
