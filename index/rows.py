"""What goes into the store and comes out of it: rows with their arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Document, Passage, Span
from index.vectors import to_bytes


@dataclass(frozen=True, slots=True)
class Embedded:
    """A document with all that is derived from it. ``copies``: a digest of each passage's reading copy."""

    document: Document
    digest: bytes
    passages: Sequence[Passage]
    copies: Sequence[bytes]
    vectors: NDArray[np.float16]
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    sentence_factors: NDArray[np.float32]

    @staticmethod
    def of(
        document: Document,
        digest: bytes,
        passages: Sequence[tuple[Passage, bytes]],
        vectors: NDArray[np.float32],
        sentences: Sequence[Span],
        sentence_vectors: NDArray[np.float32],
    ) -> Embedded:
        """Vectors come as unit rows in the order of passages and sentences."""
        codes, factors = to_bytes(sentence_vectors)
        return Embedded(
            document,
            digest,
            [passage for passage, _ in passages],
            [copy for _, copy in passages],
            vectors.astype(np.float16),
            np.array(sentences, np.int32).reshape(-1, 2),
            codes,
            factors,
        )


@dataclass(frozen=True, slots=True)
class FileRow:
    """What is remembered of a file that was read, so that an unchanged one is not read again."""

    digest: bytes
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """A live document as ingest sees it. ``root`` and ``location`` say which file brought it."""

    number: int
    id: str
    root: int
    location: str
    record: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class Stored:
    """One document's rows as derived files take them, in reading order."""

    number: int
    title: str
    passages: NDArray[np.int64]
    """Shape (n, 3): number, start, end."""
    headings: Sequence[str | None]
    vectors: NDArray[np.float16]
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    sentence_factors: NDArray[np.float32]
