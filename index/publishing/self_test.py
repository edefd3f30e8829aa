"""Tests a library on itself: is a passage found by one of its own sentences with a third of the words dropped?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.errors import LibraryError
from index.search.query import Query
from index.search.ranking import Ranker
from index.snapshot.generation import Generation
from index.snapshot.manifest import Manifest, current_manifest
from index.storage.store import Store
from index.text.segmentation import WORD
from index.types import By, Mask, Numbers, Recall, Span

_SAMPLE = 100  # passages that are searched for
_TOP = 5  # hits among which a passage must be
_NEAREST = 10
_MINIMUM_WORDS = 6  # of a sentence that is used as a query (a guess)
_DROPPED = 1 / 3  # share of its words (a guess)
_DEVIATION = 2.33  # standard errors that chance alone exceeds once in a hundred times
_MIX = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, an odd multiplier that spreads bits


def measure(library: Path, generation: Generation, embedder: Embedder, store: Store, *, compare: bool = True) -> Recall:
    """Recall@5 of known passages, and (``compare``) how many were lost and gained since the live generation, where both
    are asked the same of the same documents. The sample is the passages whose mixed numbers are smallest, so that it
    stays nearly the same as the library grows."""
    questions = list(_questions(generation, store, generation.mask))
    found = _found(generation, embedder, questions, None)
    changed = _changed(generation, _live(library, generation.manifest), embedder, store) if compare else (0, 0)
    return Recall(int(found.sum()), len(found), *changed)


def _changed(generation: Generation, before: Generation | None, embedder: Embedder, store: Store) -> tuple[int, int]:
    """How many passages of documents that the live generation ``before`` has too it alone finds, and how many
    ``generation`` alone; 0 where there is none that can be asked."""
    if before is None:
        return 0, 0
    common = np.intersect1d(_documents(generation), _documents(before))
    questions = list(_questions(generation, store, np.isin(generation.passages.documents, common)))
    now = _found(generation, embedder, questions, common)
    try:
        then = _found(before, embedder, questions, common)
    except LibraryError:  # damaged
        return 0, 0
    return int((then & ~now).sum()), int((now & ~then).sum())


def _live(library: Path, new: Manifest) -> Generation | None:
    """The live generation; None where there is none, or none that the same queries can be asked of."""
    try:
        path = current_manifest(library)
        manifest = None if path is None else Manifest.read(path)
        if manifest is None or manifest.generation == new.generation:
            return None
        expected = (new.fingerprint, new.analysis)
        return Generation(library, manifest) if (manifest.fingerprint, manifest.analysis) == expected else None
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
    return np.array([_leads_to(generation, number, scored.passages[:_TOP]) for (number, _), scored in pairs], np.bool_)


def nearest_recall(generation: Generation, embedder: Embedder, texts: Sequence[str]) -> Recall | None:
    """How many of the ten vectors nearest to each text the search finds; None when the scan is exact."""
    vectors = generation.vectors
    exact = vectors.exact()
    if exact is vectors:
        return None
    queries = embedder.encode_queries(texts)
    pairs = zip(vectors.search(queries, _NEAREST), exact.search(queries, _NEAREST), strict=True)
    counts = [int(np.isin(exact_rows, rows).sum()) for (rows, _), (exact_rows, _) in pairs]
    return Recall(sum(counts), min(_NEAREST, len(vectors)) * len(texts))


def recall_fell(recall: Recall) -> bool:
    """Whether more was lost than gained among the same documents, by more than chance explains: a sign test on the
    passages that only one of the two generations finds (McNemar 1947)."""
    changed = recall.lost + recall.gained
    return recall.lost - recall.gained > _DEVIATION * math.sqrt(changed)


def _questions(generation: Generation, store: Store, mask: Mask | None) -> Iterator[tuple[int, Query]]:
    """Sampled passages among the rows of ``mask`` (all when None), each with the query that should find it."""
    for number in _sample(generation, mask):
        words = _words(generation, store, number)
        if len(words) < _MINIMUM_WORDS:
            continue
        generator = np.random.default_rng(number)
        kept = np.sort(generator.permutation(len(words))[math.floor(len(words) * _DROPPED) :])
        text = " ".join(words[position] for position in kept)
        yield number, Query.plain(text)


def _sample(generation: Generation, mask: Mask | None) -> list[int]:
    """The passages whose mixed numbers are smallest."""
    passages = generation.passages
    rows = np.arange(len(passages)) if mask is None else np.flatnonzero(mask)
    numbers = passages.numbers[rows]
    mixed: NDArray[np.uint64] = numbers.astype(np.uint64) * _MIX
    return [int(number) for number in numbers[np.argsort(mixed)[:_SAMPLE]]]


def _words(generation: Generation, store: Store, number: int) -> list[str]:
    """The words of the passage's longest sentence."""
    passage = np.array([number])
    spans = [Span(start, end) for start, end in generation.sentences_of(passage).spans.tolist()]
    if not spans:
        return []
    document = int(generation.places(passage).documents[0])
    return WORD.findall(store.documents.text(document, max(spans, key=lambda span: span.end - span.start)))


def _leads_to(generation: Generation, number: int, best: Numbers) -> bool:
    """Whether the passage or a copy of it is among the best."""
    (row,) = generation.rows(np.array([number])).tolist()
    return number in best or len(generation.copies.copying(row, generation.rows(best)).rows) > 0
