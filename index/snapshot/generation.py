"""A generation in the files of one folder: a read-only snapshot of what search needs, derived from the store."""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from index.snapshot import bm25, near_duplicates, segment
from index.snapshot.bm25 import NO_TERMS, Terms
from index.snapshot.engine import NO_COPIES, NONE, Candidates, CopiedPassages, Places, Scope, Sentences
from index.snapshot.manifest import Manifest, live_manifest
from index.snapshot.near_duplicates import Copies
from index.snapshot.passage_table import PassageTable
from index.snapshot.segment import Segment
from index.snapshot.vectors import Joined
from index.storage.store import Store
from index.types import Floats, Mask, Numbers, Rows, Span

_MEMORY = 256_000_000  # bytes of sentence vectors that may stay in memory: about 120,000 passages (a guess)
# sentences that are read in a larger generation before its pages are released: a million passages have 2 GB (a guess)
_RELEASE_AFTER = 8192


class Generation:
    """The ``engine.SearchEngine`` of a library in a folder. Inside, a passage is a row of ``passages``, which holds
    those of all segments, one after the other, their numbers rising. ``keys``: for each row a hash of the id of its
    document; ``mask``: which rows still count, or None when all do."""

    def __init__(self, library: Path, manifest: Manifest, read_lock: IO[bytes] | None = None) -> None:
        """``read_lock`` is closed with the generation."""
        self.manifest = manifest
        if read_lock is not None:
            weakref.finalize(self, read_lock.close)
        self.segments = [Segment.open(library / name) for name in manifest.segments]
        self.vectors = Joined([part.vectors for part in self.segments])
        self.words = bm25.BM25Index(library / manifest.words)
        self.passages = PassageTable.concatenated(part.passages for part in self.segments)
        owners = (part.keys[np.searchsorted(part.documents, part.passages.documents)] for part in self.segments)
        self.keys = np.concatenate([np.empty(0, np.int64), *owners])
        self.mask = None
        if manifest.retired:
            self.mask = ~np.isin(self.passages.documents, manifest.retired)
        self.copies = Copies([part.shingled for part in self.segments], self.passages.documents, self.mask)
        sample = np.array(manifest.sample, np.int64)
        self.sample, self.sample_documents = self.vectors.gather(sample), self.passages.documents[sample]
        self._fits_memory = sum(part.sentence_vectors.nbytes for part in self.segments) <= _MEMORY
        self._unreleased = 0
        # BM25 releases Python's lock, so it is counted while sentences are read
        self._pool = ThreadPoolExecutor(2, "bm25")
        self._bases = np.cumsum([0, *(len(part.passages) for part in self.segments)])
        self._sentence_bases = np.cumsum([0, *(len(part.sentences) for part in self.segments)])

    @classmethod
    def open(cls, library: Path) -> Generation:
        """Opens the live generation. Raises LibraryError when there is none or when a file is not as it was written."""
        store = Store.open(library)
        try:
            return cls(library, *live_manifest(library, store))
        finally:
            store.close()

    # rows -----------------------------------------------------------------------------------------------------

    def rows(self, passages: Numbers) -> Rows:
        """The rows of these passages."""
        return np.searchsorted(self.passages.numbers, passages)

    def sentences(self, rows: Rows) -> NDArray[np.int32]:
        """Start and end of sentences, shape (n, 2), given their rows among the sentences of all segments."""
        owners = np.searchsorted(self._sentence_bases, rows, side="right") - 1
        return _gathered([part.sentences for part in self.segments], owners, rows - self._sentence_bases[owners])

    def _mask(self, scope: Scope) -> Mask | None:
        """Which rows are in a scope; None when all are."""
        masks = [] if self.mask is None else [self.mask]
        if scope.documents is not None:
            masks.append(np.isin(self.passages.documents, scope.documents))
        if len(scope.without):
            masks.append(~np.isin(self.passages.documents, scope.without))
        if scope.terms.conditions:
            masks.append(np.zeros(len(self.passages), np.bool_))
            masks[-1][self.rows(self.words.admitted(scope.terms))] = True
        return np.logical_and.reduce(masks) if masks else None

    # what an engine offers ------------------------------------------------------------------------------------

    @property
    def word_count(self) -> int:
        return sum(len(part.shingled.shingles) for part in self.segments)

    @property
    def newest_document(self) -> int:
        return int(self.passages.documents.max(initial=0))

    def counted(self, documents: Numbers) -> Numbers:
        counted: Numbers = np.setdiff1d(documents, self.manifest.retired)
        return counted

    def passages_of(self, documents: Sequence[int]) -> Numbers:
        numbers: Numbers = self.passages.numbers[np.isin(self.passages.documents, self.counted(np.array(documents)))]
        return numbers

    def nearest(self, searches: Sequence[tuple[Floats, Scope]], k: int) -> list[Numbers]:
        scans: dict[int, list[int]] = {}
        for position, (_, scope) in enumerate(searches):
            scans.setdefault(id(scope), []).append(position)
        found = [NONE] * len(searches)
        for positions in scans.values():
            vectors = np.stack([searches[position][0] for position in positions])
            results = self.vectors.search(vectors, k, self._mask(searches[positions[0]][1]))
            for position, (rows, _) in zip(positions, results, strict=True):
                found[position] = self.passages.numbers[rows]
        return found

    def candidates(
        self, passages: Numbers, terms: Terms = NO_TERMS, known: Mapping[int, float] | None = None
    ) -> Candidates:
        rows, known = self.rows(passages), known or {}
        asked = [number for number in passages.tolist() if number not in known]
        scores = self._pool.submit(self.words.scores, terms, asked)
        vectors, sentences = self.vectors.gather(rows), self._sentences_of(rows)
        return Candidates(self._places(rows), vectors, sentences, lambda: {**known, **scores.result()})

    def places(self, passages: Numbers) -> Places:
        return self._places(self.rows(passages))

    def _places(self, rows: Rows) -> Places:
        table = self.passages
        return Places(table.documents[rows], table.starts[rows], table.ends[rows], self.keys[rows])

    def vectors_of(self, passages: Numbers) -> Floats:
        return self.vectors.gather(self.rows(passages))

    def sentences_of(self, passages: Numbers) -> Sentences:
        return self._sentences_of(self.rows(passages))

    def _sentences_of(self, rows: Rows) -> Sentences:
        first = self.passages.first_sentences[rows]
        counts = self.passages.last_sentences[rows] - first
        owners = np.repeat(np.searchsorted(self._bases, rows, side="right") - 1, counts)
        within = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(len(owners))
        sentences = Sentences(
            counts,
            _gathered([part.sentences for part in self.segments], owners, within),
            _gathered([part.sentence_vectors for part in self.segments], owners, within),
            _gathered([part.sentence_factors for part in self.segments], owners, within),
        )
        self._release(len(owners))
        return sentences

    def _release(self, sentences: int) -> None:
        """Count the sentences that were read, and hand back the pages of many in a library larger than memory."""
        self._unreleased += sentences
        if self._unreleased > _RELEASE_AFTER and not self._fits_memory:
            self._unreleased = 0
            for part in self.segments:
                segment.release(part.sentence_vectors)

    def sentences_around(self, first: int, last: int, margin: int) -> tuple[int, list[Span]]:
        number = int(np.searchsorted(self._bases, self.rows(np.array([first]))[0], side="right")) - 1
        return self.segments[number].sentences_around(first, last, margin)

    def possible_copies(self, passages: Numbers, among: Numbers) -> list[Numbers]:
        if not len(passages):
            return []
        numbers = self.passages.numbers
        return [numbers[rows] for rows in self.copies.proposed(self.rows(passages), self.rows(among))]

    def copies_of(self, passage: int, others: Numbers) -> CopiedPassages:
        runs = self.copies.checked(int(self.rows(np.array([passage]))[0]), self.rows(others))
        if not len(runs.rows):
            return NO_COPIES
        numbers, documents = self.passages.numbers[runs.rows], self.passages.documents[runs.rows]
        starts, ends = self.sentences(runs.first)[:, 0], self.sentences(runs.last)[:, 1]
        return CopiedPassages(numbers, documents, starts.astype(np.int64), ends.astype(np.int64))

    def sharing(self, shingles: NDArray[np.uint32], most: int) -> Numbers:
        passages = [NONE]
        for part in self.segments:
            words = near_duplicates.positions_of(part.shingled, shingles, most)
            passages.append(part.passages.numbers[np.searchsorted(part.shingled.passages[0], words, side="right") - 1])
        found = np.concatenate(passages)
        return found if self.mask is None else found[self.mask[self.rows(found)]]


def _gathered(arrays: Sequence[NDArray[Any]], owners: Rows, rows: Rows) -> NDArray[Any]:
    """Rows of several arrays; ``owners``: which array each is a row of."""
    present = np.unique(owners).tolist()
    values: NDArray[Any]
    if len(present) == 1:
        values = arrays[present[0]][rows]
        return values
    values = np.empty((len(rows), *arrays[0].shape[1:]), arrays[0].dtype)
    for number in present:
        within = owners == number
        values[within] = arrays[number][rows[within]]
    return values
