"""Tests a library on itself: is a passage found by one of its own sentences with a third of the words dropped?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.errors import LibraryError
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import Ranker
from index.snapshot.generation import Generation, Manifest, current_manifest
from index.storage.store import Store
from index.text.segmentation import WORD
from index.types import By, Mask, Recall, Span

_SAMPLE = 100  # passages that are searched for
_TOP = 5  # hits among which a passage must be
_NEAREST = 10
_MINIMUM_WORDS = 6  # of a sentence that is used as a query (a guess)
_DROPPED = 1 / 3  # share of its words (a guess)
_DEVIATION = 2.33  # standard errors that chance alone exceeds once in a hundred times
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, an odd multiplier that spreads bits


def measure(index: Index, store: Store, *, compare: bool = True) -> Recall:
    """Recall@5 of known passages, and (``compare``) how many were lost and gained since the live generation, where both
    are asked the same of the same documents. The sample is the passages whose mixed numbers are smallest, so that it
    stays nearly the same as the library grows."""
    generation = index.generation
    questions = list(_questions(generation, store, generation.mask))
    found = _found(generation, index.embedder, questions, None)
    return Recall(int(found.sum()), len(found), *(_changed(index, store) if compare else (0, 0)))


def _changed(index: Index, store: Store) -> tuple[int, int]:
    """How many passages of documents that the live generation has too it alone finds, and how many ``index`` alone;
    0 where there is none that can be asked."""
    generation, before = index.generation, _live(index)
    if before is None:
        return 0, 0
    common = np.intersect1d(_documents(generation), _documents(before))
    questions = list(_questions(generation, store, np.isin(generation.passages.documents, common)))
    numbers = generation.passages.numbers[[row for row, _ in questions]]
    same = list(zip(before.rows(numbers).tolist(), (query for _, query in questions), strict=True))
    now = _found(generation, index.embedder, questions, common)
    try:
        then = _found(before, index.embedder, same, common)
    except LibraryError:  # damaged
        return 0, 0
    return int((then & ~now).sum()), int((now & ~then).sum())


def _live(index: Index) -> Generation | None:
    """The live generation; None where there is none, or none that the same queries can be asked of."""
    try:
        path = current_manifest(index.library)
        manifest = None if path is None else Manifest.read(path)
        if manifest is None or manifest.generation == index.generation.manifest.generation:
            return None
        known = (manifest.fingerprint, manifest.analysis)
        expected = (index.generation.manifest.fingerprint, index.generation.manifest.analysis)
        return Generation(index.library, manifest) if known == expected else None
    except LibraryError:  # damaged, which is why it is built anew
        return None


def _documents(generation: Generation) -> NDArray[np.int64]:
    documents = generation.passages.documents
    return np.unique(documents if generation.mask is None else documents[generation.mask])


def _found(
    generation: Generation,
    embedder: Embedder,
    questions: Sequence[tuple[int, Query]],
    documents: NDArray[np.int64] | None,
) -> NDArray[np.bool_]:
    """Whether each question leads to its row, or a copy of it, among the passages of ``documents`` (all when None)."""
    results = Ranker(generation, embedder).rank([query for _, query in questions], By.BOTH, documents)
    pairs = zip(questions, results, strict=True)
    return np.array([_leads_to(generation, row, scored.rows[:_TOP]) for (row, _), scored in pairs], np.bool_)


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


def recall_fell(recall: Recall) -> bool:
    """Whether more was lost than gained among the same documents, by more than chance explains: a sign test on the
    passages that only one of the two generations finds (McNemar 1947)."""
    changed = recall.lost + recall.gained
    return recall.lost - recall.gained > _DEVIATION * math.sqrt(changed)


def _questions(generation: Generation, store: Store, mask: Mask | None) -> Iterator[tuple[int, Query]]:
    """Sampled rows among those of ``mask`` (all when None), each with the query that should find it."""
    for row in _sample(generation, mask):
        words = _words(generation, store, row)
        if len(words) < _MINIMUM_WORDS:
            continue
        generator = np.random.default_rng(int(generation.passages.numbers[row]))
        kept = np.sort(generator.permutation(len(words))[math.floor(len(words) * _DROPPED) :])
        text = " ".join(words[position] for position in kept)
        yield row, Query.plain(text)


def _sample(generation: Generation, mask: Mask | None) -> list[int]:
    """Those rows whose mixed passage numbers are smallest."""
    passages = generation.passages
    rows = np.arange(len(passages)) if mask is None else np.flatnonzero(mask)
    mixed: NDArray[np.uint64] = passages.numbers[rows].astype(np.uint64) * _MIX
    return [int(row) for row in rows[np.argsort(mixed)[:_SAMPLE]]]


def _words(generation: Generation, store: Store, row: int) -> list[str]:
    """The words of the passage's longest sentence."""
    passages = generation.passages
    document = int(passages.documents[row])
    _, segment = generation.segment(row)
    first, last = passages.sentence_bounds(row)
    spans = [Span(start, end) for start, end in segment.sentences[first:last].tolist()]
    if not spans:
        return []
    return WORD.findall(store.documents.text(document, max(spans, key=lambda span: span.end - span.start)))


def _leads_to(generation: Generation, row: int, best: NDArray[np.int64]) -> bool:
    """Whether the passage or a copy of it is among the best."""
    return row in best or len(generation.copies.copying(row, best).rows) > 0
