"""Rank, fuse, rescore, explain: from a question to passages with their sources."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index import query as queries
from index.embed import Embedder
from index.errors import LibraryError
from index.generation import Generation
from index.models import open_embedder
from index.query import Query
from index.segment import DOCUMENT, NUMBER
from index.store import Store
from index.types import Answer, By, Confidence, Filter, Hit, Parts

CANDIDATES = 200
"""Passages that each ranker puts forward; never depends on how many hits are asked for."""

WEIGHTS = {
    By.BOTH: (0.23, 0.31, 0.23, 0.23),
    By.MEANING: (0.5, 0.0, 0.5, 0.0),
    By.WORDS: (0.0, 1.0, 0.0, 0.0),
}
"""What dense, words, sentence and feedback count for; each row sums to 1."""

FEEDBACK = 3
"""Passages, the best by the first three parts, whose mean is what the others are fed back against (pseudo-relevance
feedback after Rocchio, on vectors, among the candidates only)."""

_COSINE = 4  # the column of the raw cosine in ``Scored.parts``
# Shares of the way from what an unrelated question usually finds (the median) to 1:
_PLAUSIBLE = 0.1
_STRONG = 0.37
_BATCH = 256  # questions that are embedded and scanned together


def default_library() -> Path:
    """``$SOURCEWISE_LIBRARY``, else ``library`` in the folder one stands in."""
    return Path(os.environ.get("SOURCEWISE_LIBRARY") or "library")


@dataclass(frozen=True, slots=True)
class Scored:
    """Candidates of one query, best first: rows of the generation, their scores, the parts of these (columns as the
    fields of ``Parts``), and the row of each one's best sentence (-1: it has none)."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float32]
    parts: NDArray[np.float64]
    sentences: NDArray[np.int64]


class Index:
    """A library as it stood when it was opened. Safe to share between threads; later ingests do not change it."""

    def __init__(self, library: Path, generation: Generation, embedder: Embedder) -> None:
        self.library, self.generation, self.embedder = library, generation, embedder
        self._stores = threading.local()
        null = generation.manifest.null
        self._usual = float(np.median(null)) if null else 1.0

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

    def search(self, text: str, k: int = 10, by: By = By.BOTH, where: Filter | None = None) -> Answer:
        """The best ``k`` passages for a question, at most twice ``CANDIDATES``; the first k of more are the same.

        Raises QueryError when the question has no word to look for or a filter cannot be understood.
        """
        return next(self.search_many([queries.parse(text)], k, by, where))

    def search_many(
        self, asked: Sequence[Query], k: int = 10, by: By = By.BOTH, where: Filter | None = None
    ) -> Iterator[Answer]:
        """One answer a query, in order; the filter is read once and holds for all."""
        where = where or Filter()
        documents = self._documents(where)
        mask = self._mask(documents)
        for first in range(0, len(asked), _BATCH):
            batch = asked[first : first + _BATCH]
            vectors = np.stack([self.embedder.encode_query(one.meaning) for one in batch])
            for one, vector, dense in zip(batch, vectors, self._dense(batch, vectors, by, mask), strict=True):
                scored = self._score(one, vector, dense, by, documents)
                yield self._answer(one, scored, k, by, where)

    # filters --------------------------------------------------------------------------------------------------

    def _documents(self, where: Filter) -> NDArray[np.int64] | None:
        """Numbers of the admitted documents, or None when all are."""
        if not where.narrows:
            return None
        for date in filter(None, (where.since, where.until)):
            queries.check_date(date)
        for identity in where.sources or ():
            self.store.live_one(identity)
        return np.setdiff1d(self.store.admitted(where), self.generation.manifest.gone)

    def _mask(self, documents: NDArray[np.int64] | None) -> NDArray[np.bool_] | None:
        mask = self.generation.mask
        if documents is None:
            return mask
        chosen = np.isin(self.generation.passages[:, DOCUMENT], documents)
        return chosen if mask is None else chosen & mask

    def _with_conditions(self, one: Query, mask: NDArray[np.bool_] | None) -> NDArray[np.bool_] | None:
        """The mask, narrowed to passages that hold the query's phrases and none of its excluded words."""
        if not one.terms.conditions:
            return mask
        chosen = np.zeros(len(self.generation.passages), np.bool_)
        chosen[self.generation.rows(self.generation.words.admitted(one.terms))] = True
        return chosen if mask is None else chosen & mask

    # ranking --------------------------------------------------------------------------------------------------

    def _dense(
        self, batch: Sequence[Query], vectors: NDArray[np.float32], by: By, mask: NDArray[np.bool_] | None
    ) -> list[NDArray[np.int64]]:
        """Rows of the nearest passages for each query; queries without conditions of their own share one scan."""
        if by is By.WORDS:
            return [np.empty(0, np.int64)] * len(batch)
        found: list[NDArray[np.int64]] = [np.empty(0, np.int64)] * len(batch)
        plain = [place for place, one in enumerate(batch) if not one.terms.conditions]
        if plain:
            shared = self.generation.vectors.search(vectors[plain], CANDIDATES, mask)
            for place, (rows, _) in zip(plain, shared, strict=True):
                found[place] = rows
        for place, one in enumerate(batch):
            if one.terms.conditions:
                own = self._with_conditions(one, mask)
                found[place] = self.generation.vectors.search(vectors[place : place + 1], CANDIDATES, own)[0][0]
        return found

    def _score(
        self,
        one: Query,
        vector: NDArray[np.float32],
        dense: NDArray[np.int64],
        by: By,
        documents: NDArray[np.int64] | None,
    ) -> Scored:
        """Unite both rankers' candidates, give each all its parts exactly, and order them."""
        generation = self.generation
        admitted = None if documents is None else [int(number) for number in documents]
        bm25 = {} if by is By.MEANING else dict(generation.words.top(one.terms, CANDIDATES, admitted))
        rows = np.union1d(dense, generation.rows(np.fromiter(bm25, np.int64)))
        if generation.mask is not None:
            rows = rows[generation.mask[rows]]
        numbers = [int(number) for number in generation.passages[rows, NUMBER]]
        missing = [number for number in numbers if number not in bm25]
        bm25.update(generation.words.scores(one.terms, missing))
        lexical = np.array([bm25.get(number, 0.0) for number in numbers], np.float32)
        vectors = generation.vectors.gather(rows)
        sentences, nearest = generation.best_sentences(rows, vector)
        scale = self._scale(vector, cosine := vectors @ vector)
        worded = lexical / max(float(lexical.max(initial=0.0)), 1e-9)
        # a sentence alone comes nearer to a query than a passage: its scale must reach as far, or the best are all 1
        further = self._scale(vector, np.concatenate([cosine, nearest]))
        parts = np.column_stack([scale(cosine), worded, further(nearest), np.zeros(len(rows)), cosine, lexical])
        parts[:, 3] = self._feedback(vectors, parts[:, :3] @ WEIGHTS[by][:3])
        score = parts[:, :4] @ WEIGHTS[by]
        order = np.lexsort((rows, -score))
        return Scored(rows[order], score[order].astype(np.float32), parts[order], sentences[order])

    def _scale(self, vector: NDArray[np.float32], cosines: NDArray[np.float32]) -> Callable[[Any], Any]:
        """Cosines to 0–1: 0 at the farthest of the sample's passages, 1 at the best of ``cosines``; clipped."""
        low = float((self.generation.sample @ vector).min(initial=1.0))
        high = float(cosines.max(initial=-1.0))
        if high <= low:
            return np.ones_like
        return lambda some: np.clip((some - low) / (high - low), 0.0, 1.0)

    def _feedback(self, vectors: NDArray[np.float32], score: NDArray[np.float64]) -> NDArray[np.float32]:
        """How near each candidate is to the mean of the best, weighted by their scores."""
        best = np.argsort(-score, kind="stable")[:FEEDBACK]
        mean = score[best].astype(np.float32) @ vectors[best]
        mean /= max(float(np.linalg.norm(mean)), 1e-9)
        near = vectors @ mean
        scaled: NDArray[np.float32] = self._scale(mean, near)(near)
        return scaled

    # answering ------------------------------------------------------------------------------------------------

    def _answer(self, one: Query, scored: Scored, k: int, by: By, where: Filter) -> Answer:
        manifest = self.generation.manifest
        shown = min(k, len(scored.rows))
        hits = tuple(self._hit(place, scored, one) for place in range(shown))
        best = float(scored.parts[:, _COSINE].max(initial=-1.0))
        settings = {
            "by": by.value,
            "k": k,
            "weights": dict(zip(("dense", "words", "sentence", "feedback"), WEIGHTS[by], strict=True)),
            "candidates": CANDIDATES,
            "filter": {name: value for name, value in asdict(where).items() if value is not None},
        }
        confidence = self._confidence(best) if hits else Confidence.NONE
        return Answer(one.text, confidence, manifest.generation, manifest.model, settings, hits)

    def _hit(self, place: int, scored: Scored, one: Query) -> Hit:
        number = int(self.generation.passages[scored.rows[place], NUMBER])
        document, passage = self.store.passage(number)
        parts = Parts(*(round(float(value), 6) for value in scored.parts[place]))
        sentence = int(scored.sentences[place])
        return Hit(
            rank=place + 1,
            score=round(float(scored.scores[place]), 6),
            confidence=self._confidence(parts.cosine),
            passage=passage,
            source=self.store.source(document),
            parts=parts,
            key_sentence=None if sentence < 0 else self.generation.sentence(sentence),
            marks=queries.matches(one, passage.text, passage.span.start),
        )

    def _confidence(self, cosine: float) -> Confidence:
        """Where a cosine stands beside the best that unrelated questions find in this library."""
        beyond = (cosine - self._usual) / max(1 - self._usual, 1e-9)
        if beyond < _PLAUSIBLE:
            return Confidence.NONE
        return Confidence.STRONG if beyond >= _STRONG else Confidence.PLAUSIBLE
