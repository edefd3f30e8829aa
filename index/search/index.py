"""A library opened: from a question to passages with their sources."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder
from index.errors import LibraryError
from index.search import confidence, folding
from index.search import query as queries
from index.search.query import Query
from index.search.ranking import CANDIDATES, WEIGHTS, Ranker, ScoredCandidates
from index.snapshot.generation import Generation
from index.snapshot.near_duplicates import CopyRuns
from index.storage.store import Store
from index.text.segmentation import WORD
from index.types import Answer, By, Confidence, Copy, Filter, Hit, Lacking, Parts, Passage, Source, Span


def default_library() -> Path:
    """``$SOURCEWISE_LIBRARY``, else ``library`` in the folder one stands in."""
    return Path(os.environ.get("SOURCEWISE_LIBRARY") or "library")


class Index:
    """A library as it stood when it was opened. Safe to share between threads; later ingests do not change it."""

    def __init__(self, library: Path, generation: Generation, embedder: Embedder) -> None:
        self.library, self.generation, self.embedder = library, generation, embedder
        self._stores = threading.local()
        self._ranker = Ranker(generation, embedder)

    @classmethod
    def open(cls, library: Path | None = None) -> Index:
        """Open the live generation. Raises LibraryError or ModelError with the next step."""
        library = library or default_library()
        if not library.is_dir():
            raise LibraryError(
                f"There is no library at {library}. Make one: python -m ingest FOLDER --library {library}"
            )
        store = Store.open(library)
        fingerprint = store.setting("fingerprint") or ""
        store.close()
        # the model compiles without Python's lock, while the index is opened
        with ThreadPoolExecutor(1) as pool:
            embedder = pool.submit(open_embedder, fingerprint, library / "models")
            return cls(library, Generation.open(library), embedder.result())

    @property
    def store(self) -> Store:
        """This thread's connection to the truth behind the generation."""
        if not hasattr(self._stores, "one"):
            self._stores.one = Store.open(self.library)
        store: Store = self._stores.one
        return store

    def search(
        self, text: str, k: int = 10, by: By = By.BOTH, where: Filter | None = None, per_source: int | None = None
    ) -> Answer:
        """The best ``k`` passages for a question, at most twice ``CANDIDATES``; the first k of more are the same.

        Copies of a better passage stand with it; at most ``per_source`` passages come from one source.

        Raises QueryError when the question has no word to look for or a filter cannot be understood.
        """
        return next(self.search_many([queries.parse(text)], k, by, where, per_source))

    def search_many(
        self,
        asked: Sequence[Query],
        k: int = 10,
        by: By = By.BOTH,
        where: Filter | None = None,
        per_source: int | None = None,
    ) -> Iterator[Answer]:
        """One answer a query, in order; the filter is read once and holds for all."""
        where = where or Filter()
        for one, scored in zip(asked, self.rank(asked, by, where), strict=True):
            yield self._answer(one, scored, k, by, where, per_source)

    def rank(self, asked: Sequence[Query], by: By = By.BOTH, where: Filter | None = None) -> Iterator[ScoredCandidates]:
        """All candidates of each query, in order, without their texts."""
        return self._ranker.rank(asked, by, self._documents(where or Filter()))

    def ranked(self, one: Query, by: By, k: int, where: Filter | None = None) -> NDArray[np.int64]:
        """The rows that one ranker alone puts first, best first; ``by`` is *meaning* or *words*."""
        return self._ranker.rank_by_one(one, by, k, self._documents(where or Filter()))

    def _documents(self, where: Filter) -> NDArray[np.int64] | None:
        """Numbers of the admitted documents, or None when all are."""
        if not where.narrows:
            return None
        queries.check_range(where.since, where.until)
        for identity in where.sources or ():
            self.store.live_document(identity)
        return np.setdiff1d(self.store.admitted(where), self.generation.manifest.retired)

    def folded(self, scored: ScoredCandidates, per_source: int | None = None) -> Iterator[tuple[int, CopyRuns]]:
        """The places of the candidates that become hits, each with its copies: see ``voices.heard``."""
        documents = self.generation.passages.documents
        return folding.fold_duplicates(scored.rows, scored.others, self.generation.copies, documents, per_source)

    def _answer(
        self, one: Query, scored: ScoredCandidates, k: int, by: By, where: Filter, per_source: int | None
    ) -> Answer:
        manifest, documents = self.generation.manifest, self.generation.passages.documents
        words = self.generation.words
        shown = list(islice(self.folded(scored, per_source), k))
        source = cache(self.store.source)
        hits = tuple(
            self.hit(rank, place, found, self.passage(scored, place)[1], scored, one, source)
            for rank, (place, found) in enumerate(shown, 1)
        )
        groups = ([documents[scored.rows[place]], *documents[found.rows]] for place, found in shown)
        usual = asdict(Filter())
        settings = {
            "by": by.value,
            "k": k,
            "weights": dict(zip(("dense", "words", "sentence", "feedback"), WEIGHTS[by], strict=True)),
            "candidates": CANDIDATES,
            "per_source": per_source,
            "filter": {name: value for name, value in asdict(where).items() if value != usual[name]},
        }
        named = bool(hits) and queries.is_title_or_heading(one, hits[0].source.title, hits[0].passage.heading)
        sure = Confidence.NONE if scored.evidence is None else confidence.label(scored.evidence, named)
        return Answer(
            *(one.text, sure, manifest.generation, manifest.model, settings, hits, scored.evidence),
            *folding.count_sources(groups),
            absent=tuple(
                word for word in dict.fromkeys(WORD.findall(one.meaning)) if words.document_frequency(word) == 0
            ),
            unknown=round(scored.unknown, 6),
            lacking=None if hits else self._lacking(where),
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is no passage to be found."""
        mask = self.generation.mask
        return not (len(self.generation.passages) if mask is None else mask.any())

    def _lacking(self, where: Filter) -> Lacking | None:
        if self.is_empty:
            return Lacking.SOURCES
        documents = self._documents(where)
        return None if documents is None or len(documents) else Lacking.ADMITTED

    def passage(self, scored: ScoredCandidates, place: int) -> tuple[int, Passage]:
        """The number of a candidate's document, and the candidate. Raises LibraryError when it is gone."""
        return self.store.passage(int(self.generation.passages.numbers[scored.rows[place]]))

    def hit(
        self,
        rank: int,
        place: int,
        found: CopyRuns,
        passage: Passage,
        scored: ScoredCandidates,
        one: Query,
        source: Callable[[int], Source],
    ) -> Hit:
        """The candidate at a place, with its copies. ``source``: by the number of its document."""
        document = int(self.generation.passages.documents[scored.rows[place]])
        parts = Parts(*(round(float(value), 6) for value in scored.parts[place]))
        sentence = int(scored.sentences[place])
        named = queries.is_title_or_heading(one, source(document).title, passage.heading)
        earliest, copies = self._copies(source(document), found, source)
        return Hit(
            rank=rank,
            score=round(float(scored.scores[place]), 6),
            confidence=confidence.label(parts.evidence, named),
            passage=passage,
            source=source(document),
            parts=parts,
            key_sentence=None if sentence < 0 else self.generation.sentence(sentence),
            marks=queries.matches(one, passage.text, passage.span.start),
            copies=copies,
            earliest=earliest,
        )

    def _copies(self, own: Source, found: CopyRuns, source: Callable[[int], Source]) -> tuple[bool, tuple[Copy, ...]]:
        """Where a passage stands elsewhere, the oldest first, and whether none of them is older than its own source."""
        if not len(found.rows):
            return False, ()
        documents, first, last = folding.runs(found, self.generation.passages.documents)
        others = [source(document) for document in documents.tolist()]
        mine, *theirs = folding.earliest([own.published, *(other.published for other in others)])
        starts, ends = self.generation.sentences(first)[:, 0], self.generation.sentences(last)[:, 1]
        spans = map(Span, starts.tolist(), ends.tolist())
        copies = [Copy(*one) for one in zip(others, spans, theirs, strict=True)]
        copies.sort(key=lambda one: (not one.source.published, one.source.published or "", one.source.id, one.span))
        return mine, tuple(copies)
