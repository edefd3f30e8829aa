"""Nearest vectors under a mask. Rows count from 0; scores are inner products of unit vectors, that is cosines."""

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
"""Vectors from which on looking at one-bit codes first is faster than one exact scan by more than it costs: 6 ms
against 32 for a million, found again .98 of the nearest 200 and all of the nearest 10 (docs/retrieval.md)."""

_LEAST_CANDIDATES = 1000  # rows at least that codes put forward
_OVER = 5  # and as many for each that is asked for
_WIDE = 0.9  # share of the rows that a mask must admit for codes, which know no mask, to be looked at

_SAMPLE = 50_000  # vectors held at once while codes are made, and those that their centre is taken from
_CORES = os.cpu_count() or 1


def _faiss() -> Any:
    """Imported at its first use: a fifth of a second that listing sources need not wait for."""
    import faiss

    return faiss


class VectorIndex(Protocol):
    """A fixed set of vectors. All give the same cosines, and the same rows but for ties and, where codes are looked at
    first, a few far down the list."""

    def __len__(self) -> int: ...

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        """For each query (rows of ``queries``) at most ``k`` admitted rows with their cosines, best first.

        ``mask``: one bool a row, True admits; a mask of False alone gives empty arrays.
        """
        ...

    def gather(self, rows: Rows) -> Floats:
        """The vectors of ``rows``, shape (len(rows), dimension)."""
        ...


class Exact:
    """Every product by numpy: the reference that the others are held to."""

    def __init__(self, vectors: Floats) -> None:
        self._vectors = np.asarray(vectors, np.float32)

    def __len__(self) -> int:
        return len(self._vectors)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        admitted = np.arange(len(self)) if mask is None else np.flatnonzero(mask)
        answers = []
        for scores in queries @ self._vectors[admitted].T:
            best = np.argsort(-scores, kind="stable")[:k]
            answers.append((admitted[best], scores[best]))
        return answers

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
        """Raises LibraryError when the file is missing or no FAISS index."""
        return cls(_read(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        parameters = None
        if mask is not None:
            parameters = _only(mask)
        k = min(k, len(self) if mask is None else int(mask.sum()))
        if k == 0:
            return [(np.empty(0, np.int64), np.empty(0, np.float32)) for _ in queries]
        _share_out(len(queries))
        scores, rows = self._index.search(np.ascontiguousarray(queries), k, params=parameters)
        return list(zip(rows, scores, strict=True))

    def gather(self, rows: Rows) -> Floats:
        return self._rows[rows].astype(np.float32)


class RaBitQ:
    """One-bit codes (RaBitQ: Gao & Long, 2024) put forward what may be near, the exact vectors decide."""

    def __init__(self, codes: Any, exact: Faiss) -> None:
        self._codes, self.exact = codes, exact

    @classmethod
    def open(cls, path: Path, exact: Faiss) -> RaBitQ:
        """``exact``: the same vectors. Raises LibraryError when the file is missing or no FAISS index."""
        return cls(_read(path), exact)

    def __len__(self) -> int:
        return len(self.exact)

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        share = 1.0 if mask is None else float(mask.mean())
        looked = min(int(max(_LEAST_CANDIDATES, _OVER * k) / max(share, _WIDE)), len(self))
        if share < _WIDE or k > looked:
            return self.exact.search(queries, k, mask)
        _share_out(len(queries))
        _, proposed = self._codes.search(np.ascontiguousarray(queries), looked)
        return [self._rescore(*one, k, mask) for one in zip(queries, proposed, strict=True)]

    def _rescore(self, query: Floats, proposed: Rows, k: int, mask: Mask | None) -> tuple[Rows, Floats]:
        # sorted, so that a page of the file is read once; -1 stands for vectors that have no code
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


def _share_out(queries: int) -> None:
    """One query gains nothing from threads here, and waits for each of them when the cores are busy."""
    _faiss().omp_set_num_threads(1 if queries == 1 else _CORES)


def _only(mask: Mask) -> Any:
    """FAISS's own form of a mask."""
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
        _faiss().write_index(self._index, str(path))


def write_codes(path: Path, exact: Faiss) -> None:
    """The codes of these vectors, at least one of them."""
    faiss = _faiss()
    index = faiss.IndexRaBitQFastScan(exact.gather(np.empty(0, np.int64)).shape[1], faiss.METRIC_INNER_PRODUCT)
    rows = np.arange(len(exact))
    index.train(exact.gather(rows[:: -(-len(rows) // _SAMPLE)]))
    for some in np.array_split(rows, -(-len(rows) // _SAMPLE)):
        index.add(exact.gather(some))
    faiss.write_index(index, str(path))


class Joined:
    """Several indexes as one: row = the sizes of those before + the row within."""

    def __init__(self, parts: Sequence[VectorIndex]) -> None:
        self._parts = list(parts)
        self._bases = np.cumsum([0, *(len(part) for part in parts)])

    def exact(self) -> Joined:
        """The same without codes; itself when no part has any."""
        parts = [part.exact if isinstance(part, RaBitQ) else part for part in self._parts]
        return self if parts == self._parts else Joined(parts)

    def __len__(self) -> int:
        return int(self._bases[-1])

    def search(self, queries: Floats, k: int, mask: Mask | None = None) -> list[tuple[Rows, Floats]]:
        found = []
        for part, base in zip(self._parts, self._bases, strict=False):
            within = None if mask is None else mask[base : base + len(part)]
            found.append([(rows + base, scores) for rows, scores in part.search(queries, k, within)])
        return [_best(answers, k) for answers in zip(*found, strict=True)]

    def gather(self, rows: Rows) -> Floats:
        if len(self._parts) == 1:
            return self._parts[0].gather(rows)
        place = np.searchsorted(self._bases, rows, side="right") - 1
        pieces = [part.gather(rows[place == number] - self._bases[number]) for number, part in enumerate(self._parts)]
        vectors = np.empty((len(rows), max((piece.shape[1] for piece in pieces), default=0)), np.float32)
        for number, piece in enumerate(pieces):
            vectors[place == number] = piece
        return vectors


def _best(answers: tuple[tuple[Rows, Floats], ...], k: int) -> tuple[Rows, Floats]:
    rows = np.concatenate([rows for rows, _ in answers])
    scores = np.concatenate([scores for _, scores in answers])
    best = np.argsort(-scores, kind="stable")[:k]
    return rows[best], scores[best]
