"""Writes and opens a segment: an immutable part of a generation with passages, sentences, their vectors and words."""

from __future__ import annotations

import mmap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tokenize import TokenError
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.snapshot import near_duplicates
from index.snapshot.arrays import load_array
from index.snapshot.near_duplicates import Shingled
from index.snapshot.passage_table import COLUMNS, PassageTable
from index.snapshot.vectors import RABITQ_FROM, Faiss, FaissWriter, RaBitQ, VectorIndex, write_codes
from index.storage.rows import DocumentRows
from index.storage.store import Store
from index.types import Span

_SHINGLED = ("shingles", "fingerprints", "passage_words", "sentence_words")


@dataclass(frozen=True, slots=True)
class Segment:
    """Memory-mapped arrays of the documents ``documents``, whose numbers rise. ``keys``: a hash of each one's id, which
    orders equal passages alike however they came here. ``passages`` and ``vectors`` have the same rows, and so have the
    three arrays of sentences: ``sentences`` (start and end), ``sentence_vectors`` (int8), and ``sentence_factors``, by
    which these are multiplied."""

    documents: NDArray[np.int64]
    passages: PassageTable
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    sentence_factors: NDArray[np.float32]
    vectors: VectorIndex
    shingled: Shingled
    keys: NDArray[np.int64]

    @classmethod
    def open(cls, folder: Path) -> Segment:
        """Raises LibraryError when a file is missing or incomplete."""
        names = ("documents", "passages", "sentences", "sentence_vectors", "sentence_factors")
        try:
            documents, passages, *sentences = (_mapped(folder, name) for name in names)
            shingled = Shingled(*(_mapped(folder, name) for name in _SHINGLED))
            keys = _mapped(folder, "keys") if (folder / "keys.npy").exists() else documents
        except (OSError, ValueError, EOFError, SyntaxError, TokenError, MemoryError) as error:  # all by numpy.load
            raise LibraryError(f"The files in {folder} cannot be read. Run: python -m index verify --repair") from error
        exact, codes = Faiss.open(folder / "vectors.faiss"), folder / "codes.faiss"
        vectors = RaBitQ.open(codes, exact) if codes.exists() else exact
        return cls(*[documents, PassageTable(passages), *sentences, vectors, shingled, keys])

    def sentences_around(self, first: int, last: int, margin: int) -> tuple[int, list[Span]]:
        return sentences_around(self.passages, self.sentences, (first, last), margin)


def sentences_around(
    table: PassageTable, sentences: NDArray[np.int32], passages: tuple[int, int], margin: int
) -> tuple[int, list[Span]]:
    """See ``engine.Engine``. ``table``: with the passages of the document; ``sentences``: those that it has rows of."""
    low, high = np.searchsorted(table.numbers, passages).tolist()
    document, start, end = table.documents[low], table.starts[low] - margin, table.ends[high] + margin
    while low > 0 and table.documents[low - 1] == document and table.ends[low - 1] > start:
        low -= 1
    while high + 1 < len(table) and table.documents[high + 1] == document and table.starts[high + 1] < end:
        high += 1
    spans = sentences[table.first_sentences[low] : table.last_sentences[high]]
    near = spans[(spans[:, 1] > start) & (spans[:, 0] < end)]
    return int(table.numbers[low]), [Span(*span) for span in near.tolist()]


def release(array: NDArray[Any]) -> None:
    """Tell the system that it may drop the pages of a memory-mapped array; it reads them again when they are needed."""
    mapped: Any = getattr(array.base, "base", None)
    if isinstance(mapped, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        mapped.madvise(mmap.MADV_DONTNEED)


def _mapped(folder: Path, name: str) -> Any:
    """A memory-mapped file as a plain array, since slicing a memmap object costs more than reading through it."""
    return load_array(folder / f"{name}.npy", mapped=True)


def write(folder: Path, store: Store, documents: Sequence[int], dimension: int) -> None:
    """Write the segment of these documents (their numbers rising), with one document in memory at a time."""
    folder.mkdir(parents=True)
    totals = store.documents.counts(documents).sum(axis=0)
    passages = _array(folder / "passages.npy", np.int64, (int(totals[0]), COLUMNS))
    sentences = _array(folder / "sentences.npy", np.int32, (int(totals[1]), 2))
    codes = _array(folder / "sentence_vectors.npy", np.int8, (int(totals[1]), dimension))
    factors = _array(folder / "sentence_factors.npy", np.float32, (int(totals[1]),))
    vectors = FaissWriter(dimension)
    shingles: list[NDArray[np.uint32]] = []
    counts = np.zeros(int(totals[1]), np.int64)
    row, base, keys = 0, 0, []
    for number in documents:
        stored = store.documents.rows(int(number))
        end, last = row + len(stored.passages), base + len(stored.sentences)
        passages[row:end] = passage_rows(stored, base)
        sentences[base:last], factors[base:last] = stored.sentences, stored.sentence_factors
        if last > base:
            codes[base:last] = stored.sentence_vectors
        vectors.add(stored.vectors)
        keys.append(near_duplicates.hash_of(stored.id))
        text = store.documents.text(int(number))
        values, counts[base:last] = near_duplicates.shingles(text[start:end] for start, end in stored.sentences)
        shingles.append(values)
        row, base = end, last
    for array in (passages, sentences, codes, factors):
        if isinstance(array, np.memmap):
            array.flush()
    np.save(folder / "documents.npy", np.array(documents, np.int64))
    np.save(folder / "keys.npy", np.array(keys, np.int64))
    vectors.write(folder / "vectors.faiss")
    if row >= RABITQ_FROM:
        write_codes(folder / "codes.faiss", Faiss.open(folder / "vectors.faiss"))
    _write_words(folder, PassageTable(passages), shingles, counts)


def _write_words(
    folder: Path, passages: PassageTable, shingles: Sequence[NDArray[np.uint32]], counts: NDArray[np.int64]
) -> None:
    """Write the arrays of ``Shingled``. ``counts``: the number of words of each sentence."""
    values = np.concatenate([np.empty(0, np.uint32), *shingles])
    starts = np.concatenate([[0], np.cumsum(counts)])
    words = starts[np.column_stack([passages.first_sentences, passages.last_sentences]).T]
    arrays = (values, near_duplicates.table(values), words, starts[:-1])
    for name, array in zip(_SHINGLED, arrays, strict=True):
        np.save(folder / f"{name}.npy", array)


def passage_rows(stored: DocumentRows, base: int) -> NDArray[np.int64]:
    """Rows of ``passages.npy``. A sentence belongs to the passage in which it starts; ``base``: sentences before."""
    starts = stored.sentences[:, 0]
    first = np.searchsorted(starts, stored.passages[:, 1]) + base
    last = np.searchsorted(starts, stored.passages[:, 2]) + base
    document = np.full(len(stored.passages), stored.number)
    return np.column_stack([stored.passages[:, 0], document, stored.passages[:, 1:], first, last])


def _array(path: Path, kind: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    """An array that is mapped to a file; an empty one cannot be mapped and is saved at once."""
    if 0 in shape:
        empty = np.empty(shape, kind)
        np.save(path, empty)
        return empty
    return np.lib.format.open_memmap(path, mode="w+", dtype=kind, shape=shape)
