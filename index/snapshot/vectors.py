"""Finds the nearest vectors under a mask. Rows count from 0; scores are inner products of unit vectors, i.e.
cosines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import LibraryError
from index.types import Floats, Mask, Rows

RABITQ_FROM = 100_000
"""Vectors from which on a segment has one-bit codes, because a scan of these is then much faster: 6 ms instead of 32
for a million vectors, with .98 of the nearest 200 and all of the nearest 10 (docs/retrieval.md)."""

_MINIMUM_CANDIDATES = 1000  # rows that codes propose at least (docs/retrieval.md)
_CANDIDATES_PER_ROW = 5  # rows that they propose for each wanted one (docs/retrieval.md: 1,000 for the nearest 200)
_WIDE_MASK = 0.9  # share of the rows that a mask must admit for codes to be used, which ignore it (a guess)

_SAMPLE = 50_000  # vectors in memory at once while codes are made, and for their centre (a guess)
_CORES = os.cpu_count() or 1


def _save(index: Any, path: Path) -> None:
    """Write an index. Raises OSError; faiss itself says what the system refuses as a RuntimeError."""
    try:
        _faiss().write_index(index, str(path))
    except RuntimeError as error:
        raise OSError(f"{path.name} could not be written whole") from error


def _faiss() -> Any:
    """Imported at its first use: it takes a fifth of a second, and listing sources does not need it."""
    import faiss

    return faiss


class VectorIndex(Protocol):
    """A fixed set of vectors. All implementations give the same cosines, and the same rows except for ties and, with
    codes, for a few rows far down the list."""

    def __len__(self) -> int: ...

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        """For each query (a row of ``queries``) at most ``k`` admitted rows with their cosines, best first.

        ``mask``: True admits a row; if it admits none, the arrays are empty.
        """
        ...

    def gather(self, rows: Rows) -> Floats:
        """The vectors of ``rows``, shape (len(rows), dimension)."""
        ...


class Exact:
    """All products by numpy: the reference for the tests of the others."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = np.asarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        admitted = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        results = []
        for scores in queries @ self._vectors[admitted].T:
            best = np.argsort(-scores, kind="stable")[:k]
            results.append((admitted[best], scores[best]))
        return results

    def gather(self, rows: Rows) -> Floats:
        return self._vectors[rows]


class Faiss:
    """An exact scan of float16 codes by FAISS, memory-mapped from its file."""

    def __init__(self, index: Any) -> None:
        self._index = index
        values = (
            _faiss().rev_swig_ptr(index.codes.data(), index.codes.size()) if index.ntotal else np.empty(0, np.uint8)
        )
        self._rows: NDArray[np.float16] = values.view(np.float16).reshape(-1, index.d)

    @classmethod
    def open(cls, path: Path) -> Faiss:
        """Raises LibraryError when the file is missing or is no FAISS index."""
        return cls(_read(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        parameters = None
        if mask is not None:
            parameters = _mask_parameters(mask)
        k = min(k, len(self) if mask is None else int(mask.sum()))
        if k == 0:
            return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
        _set_threads(len(queries))
        scores, rows = self._index.search(np.ascontiguousarray(queries), k, params=parameters)
        return list(zip(rows, scores, strict=True))

    def gather(self, rows: Rows) -> Floats:
        return self._rows[rows].astype(np.float32)


class RaBitQ:
    """One-bit codes (RaBitQ: Gao & Long, 2024) propose rows, and the exact vectors rank these."""

    def __init__(self, codes: Any, exact: Faiss) -> None:
        self._codes, self.exact = codes, exact

    @classmethod
    def open(cls, path: Path, exact: Faiss) -> RaBitQ:
        """``exact``: the same vectors. Raises LibraryError when the file is missing or is no FAISS index."""
        return cls(_read(path), exact)

    def __len__(self) -> int:
        return len(self.exact)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        share = 1.0 if mask is None else float(mask.mean())
        count = min(int(max(_MINIMUM_CANDIDATES, _CANDIDATES_PER_ROW * k) / max(share, _WIDE_MASK)), len(self))
        if share < _WIDE_MASK or k > count:
            return self.exact.search(queries, k, mask)
        _set_threads(len(queries))
        _, proposed = self._codes.search(np.ascontiguousarray(queries), count)
        return [self._rescore(query, rows, k, mask) for query, rows in zip(queries, proposed, strict=True)]

    def _rescore(self, query: Floats, proposed: Rows, k: int, mask: Mask | None) -> tuple[Rows, Floats]:
        # sorted, so that each page of the file is read once; -1 stands for no row
        rows = np.sort(proposed[proposed >= 0])
        rows = rows if mask is None else rows[mask[rows]]
        if len(rows) < k:
            return self.exact.search(query[None], k, mask)[0]
        scores = np.vecdot(self.gather(rows), query)
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def gather(self, rows: Rows) -> Floats:
        return self.exact.gather(rows)


def _read(path: Path) -> Any:
    faiss = _faiss()
    try:
        return faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC | faiss.IO_FLAG_READ_ONLY)
    except RuntimeError as error:
        raise LibraryError(f"The vectors in {path} cannot be read. Run: python -m index verify --repair") from error


def _set_threads(queries: int) -> None:
    """One thread for a single query, which gains nothing from more and would wait for each when the cores are busy."""
    _faiss().omp_set_num_threads(1 if queries == 1 else _CORES)


def _mask_parameters(mask: Mask) -> Any:
    """The mask as search parameters of FAISS."""
    faiss = _faiss()
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(mask, bitorder="little")))


class FaissWriter:
    """Collects float16 vectors and writes them as one file."""

    def __init__(self, dimension: int) -> None:
        faiss = _faiss()
        quantizer = faiss.ScalarQuantizer.QT_fp16
        self._index = faiss.IndexScalarQuantizer(dimension, quantizer, faiss.METRIC_INNER_PRODUCT)

    def add(self, vectors: NDArray[np.float16]) -> None:
        if len(vectors):
            self._index.add(vectors.astype(np.float32))

    def write(self, path: Path) -> None:
        _save(self._index, path)


def write_codes(path: Path, exact: Faiss) -> None:
    """Write the codes of these vectors, of which there must be at least one."""
    faiss = _faiss()
    index = faiss.IndexRaBitQFastScan(exact.gather(np.empty(0, np.int64)).shape[1], faiss.METRIC_INNER_PRODUCT)
    rows = np.arange(len(exact))
    index.train(exact.gather(rows[:: -(-len(rows) // _SAMPLE)]))
    for batch in np.array_split(rows, -(-len(rows) // _SAMPLE)):
        index.add(exact.gather(batch))
    _save(index, path)


class Joined:
    """Several indexes as one. A row is the row within its index plus the sizes of the indexes before it."""

    def __init__(self, parts: Sequence[VectorIndex]) -> None:
        self._parts = list(parts)
        self._bases = np.cumsum([0, *(len(part) for part in parts)])

    def exact(self) -> Joined:
        """The same vectors without codes; itself when no part has codes."""
        parts = [part.exact if isinstance(part, RaBitQ) else part for part in self._parts]
        return self if parts == self._parts else Joined(parts)

    def __len__(self) -> int:
        return int(self._bases[-1])

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        results = []
        for part, base in zip(self._parts, self._bases, strict=False):
            part_mask = None if mask is None else mask[base : base + len(part)]
            results.append([(rows + base, scores) for rows, scores in part.search(queries, k, part_mask)])
        return [_best(query_results, k) for query_results in zip(*results, strict=True)]

    def gather(self, rows: Rows) -> Floats:
        if len(self._parts) == 1:
            return self._parts[0].gather(rows)
        owners = np.searchsorted(self._bases, rows, side="right") - 1
        gathered = [
            part.gather(rows[owners == number] - self._bases[number]) for number, part in enumerate(self._parts)
        ]
        vectors = np.empty((len(rows), max((values.shape[1] for values in gathered), default=0)), np.float32)
        for number, values in enumerate(gathered):
            vectors[owners == number] = values
        return vectors


def _best(results: tuple[tuple[Rows, Floats], ...], k: int) -> tuple[Rows, Floats]:
    """The ``k`` best rows of the results of all parts for one query."""
    rows = np.concatenate([rows for rows, _ in results])
    scores = np.concatenate([scores for _, scores in results])
    best = np.argsort(-scores, kind="stable")[:k]
    return rows[best], scores[best]
