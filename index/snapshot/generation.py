"""What search needs, derived from the store: built beside the old, published by one rename, checked, swept.

A generation is a manifest: which segments, which word index, which documents are gone. ``CURRENT`` names the live one.
"""

from __future__ import annotations

import json
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO

import numpy as np
from numpy.typing import NDArray

from index.embedding.reference import file_digest
from index.errors import LibraryError
from index.snapshot import bm25, segment
from index.snapshot.near_duplicates import Copies
from index.snapshot.passage_table import PassageTable
from index.snapshot.segment import Segment
from index.snapshot.vectors import Joined
from index.storage import lock
from index.types import Recall, Span

FORMAT = 2
_RETIRED_KEY = "gone"  # of ``retired`` on disk
_RECALLS = ("recall", "recall_before", "nearest")
_ROOM = 256_000_000  # bytes of sentence vectors that may stay in memory: those of some 120,000 passages
_RELEASED = 8192  # sentences of more than these read until their pages are handed back: a million passages have 2 GB


@dataclass(frozen=True, slots=True)
class Manifest:
    """Paths are relative to the library. ``files`` gives size and SHA-256 of each; ``null`` the evidence that each
    question of the null list finds here, rising; ``sample`` rows spread evenly; ``recall`` how the library's test of
    itself went, and the time before; ``nearest`` what is found of the truly nearest vectors, None when all are looked
    at; ``untried`` the passages that came and went since these were measured."""

    generation: int
    made: str
    model: str
    fingerprint: str
    dimension: int
    segments: tuple[str, ...]
    words: str
    retired: tuple[int, ...]
    passages: int
    sample: tuple[int, ...]
    null: tuple[float, ...]
    recall: Recall
    recall_before: Recall
    files: dict[str, tuple[int, str]]
    format: int = FORMAT
    untried: int = 0
    nearest: Recall | None = None

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Raises LibraryError when it is missing, torn, or of another format."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            if values["format"] != FORMAT:
                raise LibraryError(f"{path} has format {values['format']}. Run: python -m index verify --repair")
            lists = {name: tuple(values[name]) for name in ("segments", "sample", "null")}
            retired = tuple(values.pop(_RETIRED_KEY))
            files = {name: (size, digest) for name, (size, digest) in values["files"].items()}
            recalls = {name: Recall(**values[name]) for name in _RECALLS if values.get(name)}
            return cls(**{**values, **lists, **recalls, "retired": retired, "files": files})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"The manifest {path} cannot be read. Run: python -m index verify --repair") from error

    def to_json(self) -> str:
        """The text that ``read`` takes."""
        values = {_RETIRED_KEY if name == "retired" else name: value for name, value in asdict(self).items()}
        return json.dumps(values)


def current(library: Path) -> Path | None:
    """The live generation's manifest, or None before the first is published."""
    try:
        name = (library / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair") from error
    return library / "generations" / f"{name}.json"


class Generation:
    """A read-only snapshot. ``passages``: the rows of all segments, columns as in ``segment``; ``mask``: which rows
    still count, or None when all do; ``sample``: vectors, shape (≤ 256, dimension)."""

    def __init__(self, library: Path, manifest: Manifest, held: IO[bytes] | None = None) -> None:
        self.manifest = manifest
        if held is not None:
            weakref.finalize(self, held.close)
        self.segments = [Segment.open(library / name) for name in manifest.segments]
        self.vectors = Joined([one.vectors for one in self.segments])
        self.words = bm25.BM25Index(library / manifest.words)
        self.passages = PassageTable.concatenated(one.passages for one in self.segments)
        self.mask = None
        if manifest.retired:
            self.mask = ~np.isin(self.passages.documents, manifest.retired)
        self.copies = Copies([one.shingled for one in self.segments], self.passages.documents, self.mask)
        self.sample = self.vectors.gather(np.array(manifest.sample, np.int64))
        self._roomy = sum(one.sentence_vectors.nbytes for one in self.segments) <= _ROOM
        self._unreleased = 0
        self._bases = np.cumsum([0, *(len(one.passages) for one in self.segments)])
        self._sentence_bases = np.cumsum([0, *(len(one.sentences) for one in self.segments)])

    @classmethod
    def open(cls, library: Path) -> Generation:
        """The live one. Raises LibraryError when there is none or when its files do not match the manifest."""
        path = current(library)
        if path is None:
            raise LibraryError(
                f"The library {library} holds nothing to search yet. Run: python -m ingest FOLDER --library {library}"
            )
        try:
            held = lock.read_lock(path)
        except OSError as error:
            raise LibraryError(f"The manifest {path} is missing. Run: python -m index verify --repair") from error
        try:
            manifest = Manifest.read(path)
            for name, (size, _) in manifest.files.items():
                _check_size(library / name, size)
            return cls(library, manifest, held)
        except LibraryError:
            held.close()
            raise

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of passages by their numbers, which rise with the row."""
        return np.searchsorted(self.passages.numbers, numbers)

    def segment(self, row: int) -> tuple[int, Segment]:
        """The segment that a passage's row lies in, and the row of the first passage there."""
        place = int(np.searchsorted(self._bases, row, side="right")) - 1
        return int(self._bases[place]), self.segments[place]

    def sentence(self, row: int) -> Span:
        """The span of a sentence by its row among all segments."""
        start, end = self.sentences(np.array([row]))[0]
        return Span(int(start), int(end))

    def sentences(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """The spans of sentences by their rows among all segments."""
        place = np.searchsorted(self._sentence_bases, rows, side="right") - 1
        spans = np.empty((len(rows), 2), np.int32)
        for number in np.unique(place):
            mine = place == number
            spans[mine] = self.segments[number].sentences[rows[mine] - self._sentence_bases[number]]
        return spans

    def sentence_cosines(self, row: int, query: NDArray[np.float32]) -> tuple[list[Span], NDArray[np.float32]]:
        """The sentences of a passage, by its row, with their cosines to a query."""
        _, one = self.segment(row)
        first, last = self.passages.sentence_bounds(row)
        spans = [Span(start, end) for start, end in one.sentences[first:last].tolist()]
        return spans, one.sentence_vectors[first:last].astype(np.float32) @ query * one.sentence_factors[first:last]

    def best_sentences(
        self, rows: NDArray[np.int64], query: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For each passage the row of its sentence nearest to the query, and the cosine; -1 and 0: it has none."""
        best = np.full(len(rows), -1, np.int64)
        cosines = np.zeros(len(rows), np.float32)
        place = np.searchsorted(self._bases, rows, side="right") - 1
        for number, one in enumerate(self.segments):
            mine = np.flatnonzero(place == number)
            first, last = self.passages.first_sentences[rows[mine]], self.passages.last_sentences[rows[mine]]
            mine, first, last = mine[last > first], first[last > first], last[last > first]
            if not len(mine):
                continue
            starts = np.cumsum(last - first) - (last - first)
            wanted = np.repeat(first - starts, last - first) + np.arange((last - first).sum())
            # not ``@``: for so few rows BLAS spends more on waking its threads than on the products
            products = np.vecdot(one.sentence_vectors[wanted].astype(np.float32), query)
            scores = products * one.sentence_factors[wanted]
            cosines[mine] = np.maximum.reduceat(scores, starts)
            hits = np.flatnonzero(scores == np.repeat(cosines[mine], last - first))
            at = hits[np.searchsorted(hits, starts)]
            best[mine] = wanted[at] + self._sentence_bases[number]
            self._unreleased += len(wanted)
        if self._unreleased > _RELEASED and not self._roomy:
            self._unreleased = 0
            for one in self.segments:
                segment.release(one.sentence_vectors)
        return best, cosines


def _check_size(path: Path, size: int) -> None:
    try:
        found = path.stat().st_size
    except OSError as error:
        raise LibraryError(f"{path} is missing. Run: python -m index verify --repair") from error
    if found != size:
        raise LibraryError(f"{path} has {found} bytes instead of {size}. Run: python -m index verify --repair")


def find_damage(library: Path) -> list[str]:
    """What does not match the live manifest, a line each; reads every file."""
    found = []
    try:
        path = current(library)
        if path is None:
            return ["there is no published generation"]
        manifest = Manifest.read(path)
    except LibraryError as error:
        return [str(error)]
    for name, (size, digest) in manifest.files.items():
        try:
            if (library / name).stat().st_size != size or file_digest(library / name) != digest:
                found.append(f"{name} was changed after it was written")
        except OSError:
            found.append(f"{name} is missing")
    return found
