"""What a published generation offers to those who rank, check and compare, whatever keeps it.

Passages and documents travel as their numbers, which rise in the order in which they were stored. A generation puts
passages forward and hands over what it stores of them; what they score, how copies are folded and how sure an answer
is are computed above it, once for all kinds. Nothing that is handed over is as long as the library.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from index.snapshot.bm25 import NO_TERMS, PHRASE_FIELDS, Terms
from index.snapshot.manifest import Manifest
from index.types import Floats, Numbers, Rows, Span

NONE: Numbers = np.empty(0, np.int64)
"""No passage, or no document."""


class Scope(NamedTuple):
    """The passages that are searched: those of ``documents`` (all when None), none of those of ``without``, and those
    with the phrases of ``terms`` and none of its excluded words, whose text is ignored."""

    documents: Numbers | None = None
    without: Numbers = NONE
    terms: Terms = NO_TERMS


@dataclass(frozen=True, slots=True)
class Places:
    """Where some passages stand: the numbers of their documents, the first character in each and the one after the
    last, and for each a hash of the document's id, which orders equal passages alike however they came here."""

    documents: Numbers
    starts: Numbers
    ends: Numbers
    keys: Numbers

    def at(self, positions: Rows) -> Places:
        """The places at these positions, in that order."""
        columns = (self.documents, self.starts, self.ends, self.keys)
        return Places(*(column[positions] for column in columns))

    def spans(self) -> list[Span]:
        return list(map(Span, self.starts.tolist(), self.ends.tolist()))


@dataclass(frozen=True, slots=True)
class Sentences:
    """The sentences of some passages, those of one after those of the other. ``counts``: how many each passage has;
    ``spans``: start and end of each sentence in its document, shape (n, 2); ``codes`` times ``factors``: their vectors,
    shape (n, dimension) and (n,)."""

    counts: Rows
    spans: NDArray[np.int32]
    codes: NDArray[np.int8]
    factors: Floats


@dataclass(frozen=True, slots=True)
class Candidates:
    """What is stored of some passages, in their order. ``vectors``: shape (n, dimension); ``scores``: waits for the
    BM25 of those in which a word stands, by their numbers."""

    places: Places
    vectors: Floats
    sentences: Sentences
    scores: Callable[[], Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class CopiedPassages:
    """The copies of a passage, rising, with the numbers of their documents. ``starts`` and ``ends``: the whole
    sentences there that share words with it, in characters."""

    passages: Numbers
    documents: Numbers
    starts: Numbers
    ends: Numbers

    def among(self, passages: Numbers) -> CopiedPassages:
        """Those that are in ``passages``."""
        kept = np.isin(self.passages, passages)
        columns = (self.passages, self.documents, self.starts, self.ends)
        return CopiedPassages(*(column[kept] for column in columns))


NO_COPIES = CopiedPassages(NONE, NONE, NONE, NONE)


class WordIndex(Protocol):
    """The words of a generation's passages. See ``bm25.BM25Index`` for each method."""

    def top(
        self, terms: Terms, k: int, documents: Sequence[int] | None = None, without: Sequence[int] = ()
    ) -> list[tuple[int, float]]: ...

    def scores(self, terms: Terms, passages: Sequence[int]) -> dict[int, float]: ...

    def admitted(self, terms: Terms, fields: Sequence[str] = PHRASE_FIELDS) -> Numbers: ...

    def weights(self, text: str) -> tuple[dict[str, float], float]: ...

    def rarity(self, forms: Iterable[str]) -> dict[str, float]: ...

    def document_frequency(self, word: str) -> int | None: ...

    def missing(self, words: Sequence[str], documents: Sequence[int] | None = None) -> list[str]: ...

    def spelt_like(self, word: str, distance: int, most: int = 30) -> list[int]: ...

    def passages_with(self, words: Sequence[str], most: int = 10) -> Iterator[list[int]]: ...


class SearchEngine(Protocol):
    """One generation, which never changes. Safe to share between threads.

    Passages that a method is given are of this generation; what it gives back are passages that count in it: none of a
    document that was removed or replaced before the generation was published.
    """

    manifest: Manifest
    sample: Floats
    """Vectors of up to 256 passages, chosen by their words."""
    sample_documents: Numbers
    """The document of each of the sample."""

    @property
    def words(self) -> WordIndex: ...

    @property
    def word_count(self) -> int:
        """The words of all passages."""
        ...

    @property
    def newest_document(self) -> int:
        """The highest number of its documents; 0 in an empty library."""
        ...

    def counted(self, documents: Numbers) -> Numbers:
        """The documents without those that no longer count in this generation, rising."""
        ...

    def passages_of(self, documents: Sequence[int]) -> Numbers:
        """The passages of these documents, rising."""
        ...

    def nearest(self, searches: Sequence[tuple[Floats, Scope]], k: int) -> list[Numbers]:
        """For each vector at most ``k`` passages of its scope with the highest cosines, best first. Those with the very
        same scope share a scan."""
        ...

    def candidates(
        self, passages: Numbers, terms: Terms = NO_TERMS, known: Mapping[int, float] | None = None
    ) -> Candidates:
        """What is stored of the passages, with their BM25 for ``terms``, of which some is ``known``."""
        ...

    def places(self, passages: Numbers) -> Places: ...

    def vectors_of(self, passages: Numbers) -> Floats:
        """The vectors of the passages, shape (n, dimension)."""
        ...

    def sentences_of(self, passages: Numbers) -> Sentences: ...

    def sentences_around(self, first: int, last: int, margin: int) -> tuple[int, list[Span]]:
        """The sentences of one document from passage ``first`` to ``last``, with those that begin up to ``margin``
        characters before and after, and the number of the first passage that was read for them."""
        ...

    def possible_copies(self, passages: Numbers, among: Numbers) -> list[Numbers]:
        """For each passage those of other documents that share runs of words with it, rising. Of very many only some,
        and all that are in ``among``."""
        ...

    def copies_of(self, passage: int, others: Numbers) -> CopiedPassages:
        """Those of ``others`` that have nearly the text of the passage, or the larger part of it, or it theirs."""
        ...

    def sharing(self, shingles: NDArray[np.uint32], most: int) -> Numbers:
        """The passages in which a fingerprint equal to one of these shingles begins, repeated for each; of one shingle
        at most ``most``."""
        ...
