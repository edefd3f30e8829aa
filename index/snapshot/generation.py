"""Opens a generation: a read-only snapshot of what search needs, derived from the store.

A generation is a manifest that lists segments, a word index and the retired documents. ``CURRENT`` names the live one.
"""

from __future__ import annotations

import hashlib
import json
import weakref
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from index import disk
from index.disk import Entry
from index.errors import LibraryError
from index.snapshot import bm25, segment
from index.snapshot.near_duplicates import Copies
from index.snapshot.passage_table import PassageTable
from index.snapshot.segment import Segment
from index.snapshot.vectors import Joined
from index.storage import lock
from index.storage.store import EPOCH, Store
from index.text import analysis
from index.types import Recall, Span

FORMAT = 2
_OTHER_WORDS = "the word index was made by another version of Sourcewise"
APART = "sources.db and the files derived from it do not belong together, as one of them was put back or replaced"
_RETIRED_KEY = "gone"  # the key of ``retired`` on disk
# files that are read whole at each opening anyway, and without which words would be shown under a wrong source
_READ_WHOLE = ("documents.npy", "keys.npy", "passages.npy", "passage_words.npy", "removed.npy")
_RECALLS = ("recall", "recall_before", "nearest")
_MEMORY = 256_000_000  # bytes of sentence vectors that may stay in memory: about 120,000 passages (a guess)
# sentences that are read in a larger generation before its pages are released: a million passages have 2 GB (a guess)
_RELEASE_AFTER = 8192


@dataclass(frozen=True, slots=True)
class Manifest:
    """Paths are relative to the library. ``retired``: numbers of documents that still have rows but no longer count;
    ``sample``: rows chosen by their words; ``null``: the evidence that each null question finds, rising; ``recall`` and
    ``recall_before``: results of the last two self-tests; ``nearest``: recall of the nearest vectors, None when the
    scan is exact; ``untried``: passages added and removed since these were measured; ``files``: by their paths;
    ``analysis``: the version of the words that texts are indexed under; ``epoch`` and ``token``: random names of the
    library and of this generation, which the store knows too; empty in manifests of earlier versions."""

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
    files: dict[str, Entry]
    format: int = FORMAT
    untried: int = 0
    nearest: Recall | None = None
    analysis: int = 1
    epoch: str = ""
    token: str = ""

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Raises LibraryError when the file is missing, incomplete, altered, or of another format."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            checksum = values.pop("checksum", "")
            if checksum != _checksum(values) and (checksum or values.get("token")):
                raise ValueError("checksum")
            if values["format"] != FORMAT:
                raise LibraryError(f"{path} has format {values['format']}. Run: python -m index verify --repair")
            lists = {name: tuple(values[name]) for name in ("segments", "sample", "null")}
            retired = tuple(values.pop(_RETIRED_KEY))
            files = {name: Entry(*known) for name, known in values["files"].items()}
            recalls = {name: Recall(**values[name]) for name in _RECALLS if values.get(name)}
            return cls(**{**values, **lists, **recalls, "retired": retired, "files": files})
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise LibraryError(f"The manifest {path} cannot be read. Run: python -m index verify --repair") from error

    def to_json(self) -> str:
        """The contents of the file that ``read`` reads."""
        values = {_RETIRED_KEY if name == "retired" else name: value for name, value in asdict(self).items()}
        return json.dumps({**values, "checksum": _checksum(values)})

    @property
    def name(self) -> str:
        """The name of the generation on disk."""
        return f"{self.generation:06d}"

    def belongs_to(self, store: Store) -> bool:
        """Whether the store, as it is now, is the one that this generation was built from."""
        tokens = store.tokens()
        if not tokens and not self.token:  # both of earlier versions
            return True
        return tokens.get(self.name) == self.token and (not self.token or self.epoch == store.setting(EPOCH))


def _checksum(values: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def current_manifest(library: Path) -> Path | None:
    """The path of the live generation's manifest, or None before the first is published."""
    try:
        name = (library / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair") from error
    if not name.isdecimal():
        raise LibraryError(f"{library / 'CURRENT'} cannot be read. Run: python -m index verify --repair")
    return library / "generations" / f"{name}.json"


class Generation:
    """A read-only snapshot. ``passages``: those of all segments, one after the other; ``keys``: for each, a hash of the
    id of its document; ``mask``: which rows still count, or None when all do; ``sample``: vectors, shape (≤ 256,
    dimension)."""

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
        self.sample = self.vectors.gather(np.array(manifest.sample, np.int64))
        self._fits_memory = sum(part.sentence_vectors.nbytes for part in self.segments) <= _MEMORY
        self._unreleased = 0
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

    def rows(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of passages with these numbers; numbers rise with the row."""
        return np.searchsorted(self.passages.numbers, numbers)

    def segment(self, row: int) -> tuple[int, Segment]:
        """The row of the first passage of the segment that a passage's row lies in, and that segment."""
        position = int(np.searchsorted(self._bases, row, side="right")) - 1
        return int(self._bases[position]), self.segments[position]

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


def live_manifest(library: Path, store: Store) -> tuple[Manifest, IO[bytes]]:
    """The manifest of the live generation, which is not removed while the file beside it is open. Raises LibraryError
    when there is none, when a file is not as it was written, or when it was not built from this store."""
    while True:
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
            if manifest.name == path.stem and manifest.belongs_to(store):
                _check_files(library, manifest)
                return manifest, read_lock
            if current_manifest(library) == path:
                raise LibraryError(f"{library}: {APART}. Run: python -m index verify --repair")
        except LibraryError:
            read_lock.close()
            raise
        read_lock.close()  # another generation was published in between


def _check_files(library: Path, manifest: Manifest) -> None:
    if manifest.analysis != analysis.VERSION:
        raise LibraryError(f"{library}: {_OTHER_WORDS}. Run: python -m index verify --repair")
    times = library / "generations" / f"{manifest.name}.times"
    change = disk.first_change(library, manifest.files, times, _READ_WHOLE)
    if change:
        raise LibraryError(f"{change}. Run: python -m index verify --repair")


def find_damage(library: Path) -> list[str]:
    """A line for each file that does not match the manifests; reads every file."""
    damage: list[str] = []
    try:
        live = current_manifest(library)
    except LibraryError as error:
        return [str(error)]
    if live is None:
        return ["there is no published generation"]
    checked: dict[str, Entry] = {}
    for path in sorted({live, *(library / "generations").glob("[0-9]*.json")}):
        try:
            with lock.read_lock(path):
                damage += _damage(library, path, path == live, checked)
        except OSError:
            damage += [f"{path} is missing"] if path == live else []  # an older one may be removed at any time
    return damage


def _damage(library: Path, path: Path, is_live: bool, checked: dict[str, Entry]) -> Iterator[str]:
    """A line for each file of one manifest that does not match it, unless it was ``checked`` for another."""
    try:
        manifest = Manifest.read(path)
    except LibraryError as error:
        yield str(error)
        return
    if manifest.name != path.stem:
        yield f"{path} is the manifest of another generation"
    if is_live and manifest.analysis != analysis.VERSION:
        yield _OTHER_WORDS
    for name, written in manifest.files.items():
        if checked.get(name) == written:
            continue
        checked[name] = written
        if not (library / name).is_file():
            yield f"{name} is missing"
        elif not disk.is_as_written(library / name, written):
            yield f"{name} was changed after it was written"
