"""Opens a generation: a read-only snapshot of what search needs, derived from the store.

A generation is a manifest that lists segments, a word index and the retired documents. ``CURRENT`` names the live one.
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
from index.text import analysis
from index.types import Recall, Span

FORMAT = 2
_OTHER_WORDS = "the word index was made by another version of Sourcewise"
_RETIRED_KEY = "gone"  # the key of ``retired`` on disk
_RECALLS = ("recall", "recall_before", "nearest")
_MEMORY = 256_000_000  # bytes of sentence vectors that may stay in memory: about 120,000 passages (a guess)
# sentences that are read in a larger generation before its pages are released: a million passages have 2 GB (a guess)
_RELEASE_AFTER = 8192


@dataclass(frozen=True, slots=True)
class Manifest:
    """Paths are relative to the library. ``retired``: numbers of documents that still have rows but no longer count;
    ``sample``: rows spread evenly; ``null``: the evidence that each null question finds, rising; ``recall`` and
    ``recall_before``: results of the last two self-tests; ``nearest``: recall of the nearest vectors, None when the
    scan is exact; ``untried``: passages added and removed since these were measured; ``files``: size and SHA-256;
    ``analysis``: the version of the words that texts are indexed under."""

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
    analysis: int = 1

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Raises LibraryError when the file is missing, incomplete, or of another format."""
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
        """The contents of the file that ``read`` reads."""
        values = {_RETIRED_KEY if name == "retired" else name: value for name, value in asdict(self).items()}
        return json.dumps(values)


def current_manifest(library: Path) -> Path | None:
    """The path of the live generation's manifest, or None before the first is published."""
    try:
        name = (library / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair") from error
    return library / "generations" / f"{name}.json"


class Generation:
    """A read-only snapshot. ``passages``: those of all segments, one after the other; ``mask``: which rows still count,
    or None when all do; ``sample``: vectors, shape (≤ 256, dimension)."""

    def __init__(self, library: Path, manifest: Manifest, read_lock: IO[bytes] | None = None) -> None:
        """``read_lock`` is closed with the generation."""
        self.manifest = manifest
        if read_lock is not None:
            weakref.finalize(self, read_lock.close)
        self.segments = [Segment.open(library / name) for name in manifest.segments]
        self.vectors = Joined([part.vectors for part in self.segments])
        self.words = bm25.BM25Index(library / manifest.words)
        self.passages = PassageTable.concatenated(part.passages for part in self.segments)
        self.mask = None
        if manifest.retired:
            self.mask = ~np.isin(self.passages.documents, manifest.retired)
        self.copies = Copies([part.shingled for part in self.segments], self.passages.documents, self.mask)
        self.sample = self.vectors.gather(np.array(manifest.sample, np.int64))
        self._fits_memory = sum(part.sentence_vectors.nbytes for part in self.segments) <= _MEMORY
        self._unreleased = 0
        self._bases = np.cumsum([0, *(len(part.passages) for part in self.segments)])
        self._sentence_bases = np.cumsum([0, *(len(part.sentences) for part in self.segments)])

    @classmethod
    def open(cls, library: Path) -> Generation:
        """Opens the live generation. Raises LibraryError when there is none or when a file lacks its listed size."""
        path = current_manifest(library)
        if path is None:
            raise LibraryError(
                f"The library {library} holds nothing to search yet. Run: python -m ingest FOLDER --library {library}"
            )
        try:
            read_lock = lock.read_lock(path)
        except OSError as error:
            raise LibraryError(f"The manifest {path} is missing. Run: python -m index verify --repair") from error
        try:
            manifest = Manifest.read(path)
            if manifest.analysis != analysis.VERSION:
                raise LibraryError(f"{library}: {_OTHER_WORDS}. Run: python -m index verify --repair")
            for name, (size, _) in manifest.files.items():
                _check_size(library / name, size)
            return cls(library, manifest, read_lock)
        except LibraryError:
            read_lock.close()
            raise

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of passages with these numbers; numbers rise with the row."""
        return np.searchsorted(self.passages.numbers, numbers)

    def segment(self, row: int) -> tuple[int, Segment]:
        """The row of the first passage of the segment that a passage's row lies in, and that segment."""
        position = int(np.searchsorted(self._bases, row, side="right")) - 1
        return int(self._bases[position]), self.segments[position]

    def sentence(self, row: int) -> Span:
        """The span of a sentence, given its row among the sentences of all segments."""
        start, end = self.sentences(np.array([row]))[0]
        return Span(int(start), int(end))

    def sentences(self, rows: NDArray[np.int64]) -> NDArray[np.int32]:
        """Start and end of sentences, shape (n, 2), given their rows among the sentences of all segments."""
        owners = np.searchsorted(self._sentence_bases, rows, side="right") - 1
        spans = np.empty((len(rows), 2), np.int32)
        for number in np.unique(owners):
            within = owners == number
            spans[within] = self.segments[number].sentences[rows[within] - self._sentence_bases[number]]
        return spans

    def sentence_cosines(self, row: int, query: NDArray[np.float32]) -> tuple[list[Span], NDArray[np.float32]]:
        """The spans of the sentences of the passage at ``row``, with their cosines to a query's vector."""
        _, part = self.segment(row)
        first, last = self.passages.sentence_bounds(row)
        spans = [Span(start, end) for start, end in part.sentences[first:last].tolist()]
        return spans, part.sentence_vectors[first:last].astype(np.float32) @ query * part.sentence_factors[first:last]

    def best_sentences(
        self, rows: NDArray[np.int64], query: NDArray[np.float32]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """For each passage the row of its sentence nearest to the query's vector, and the cosine; -1 and 0 when it has
        no sentence."""
        best = np.full(len(rows), -1, np.int64)
        cosines = np.zeros(len(rows), np.float32)
        owners = np.searchsorted(self._bases, rows, side="right") - 1
        for number, part in enumerate(self.segments):
            within = np.flatnonzero(owners == number)
            first, last = self.passages.first_sentences[rows[within]], self.passages.last_sentences[rows[within]]
            within, first, last = within[last > first], first[last > first], last[last > first]
            if not len(within):
                continue
            starts = np.cumsum(last - first) - (last - first)
            sentences = np.repeat(first - starts, last - first) + np.arange((last - first).sum())
            # not ``@``: for so few rows BLAS spends more on waking its threads than on the products
            products = np.vecdot(part.sentence_vectors[sentences].astype(np.float32), query)
            scores = products * part.sentence_factors[sentences]
            cosines[within] = np.maximum.reduceat(scores, starts)
            maxima = np.flatnonzero(scores == np.repeat(cosines[within], last - first))
            first_maxima = maxima[np.searchsorted(maxima, starts)]
            best[within] = sentences[first_maxima] + self._sentence_bases[number]
            self._unreleased += len(sentences)
        if self._unreleased > _RELEASE_AFTER and not self._fits_memory:
            self._unreleased = 0
            for part in self.segments:
                segment.release(part.sentence_vectors)
        return best, cosines


def _check_size(path: Path, size: int) -> None:
    try:
        actual = path.stat().st_size
    except OSError as error:
        raise LibraryError(f"{path} is missing. Run: python -m index verify --repair") from error
    if actual != size:
        raise LibraryError(f"{path} has {actual} bytes instead of {size}. Run: python -m index verify --repair")


def find_damage(library: Path) -> list[str]:
    """A line for each file that does not match the live manifest; reads every file."""
    damage = []
    try:
        path = current_manifest(library)
        if path is None:
            return ["there is no published generation"]
        manifest = Manifest.read(path)
    except LibraryError as error:
        return [str(error)]
    if manifest.analysis != analysis.VERSION:
        damage.append(_OTHER_WORDS)
    for name, (size, digest) in manifest.files.items():
        try:
            if (library / name).stat().st_size != size or file_digest(library / name) != digest:
                damage.append(f"{name} was changed after it was written")
        except OSError:
            damage.append(f"{name} is missing")
    return damage
