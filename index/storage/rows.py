"""What goes into the store and comes out of it: rows with their arrays."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.types import Document, Filter, Origin, Passage, Section, Source, Span


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with all that is derived from it. ``copies``: a digest of each passage's reading copy. ``said``: what
    its source was made of, in the words of whoever made it."""

    document: Document
    digest: bytes
    passages: Sequence[Passage]
    copies: Sequence[bytes]
    vectors: NDArray[np.float16]
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    sentence_factors: NDArray[np.float32]
    statements: str = ""

    @staticmethod
    def of(
        document: Document,
        digest: bytes,
        passages: Sequence[tuple[Passage, bytes]],
        vectors: NDArray[np.float32],
        sentences: Sequence[Span],
        sentence_vectors: NDArray[np.float32],
        said: str = "",
    ) -> EmbeddedDocument:
        """Vectors come as unit rows in the order of passages and sentences."""
        codes, factors = quantized(sentence_vectors)
        return EmbeddedDocument(
            document,
            digest,
            [passage for passage, _ in passages],
            [copy for _, copy in passages],
            vectors.astype(np.float16),
            np.array(sentences, np.int32).reshape(-1, 2),
            codes,
            factors,
            said,
        )


@dataclass(frozen=True, slots=True)
class FileRow:
    """What is remembered of a file that was read, so that an unchanged one is not read again."""

    digest: bytes
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """What a person said of a sentence, and (as JSON) of which passage. ``made`` is an ISO time."""

    text: str
    status: str
    note: str
    pin: str
    made: str


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """A live document as ingest sees it. ``root`` and ``location`` say which file brought it."""

    number: int
    id: str
    root: int
    location: str
    record: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class DocumentRows:
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


def quantized(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each row as int8 and the factor that gives it back: ``row ≈ bytes * factor``, error below half a factor."""
    factors = np.abs(vectors).max(axis=1, initial=1e-12) / 127
    return np.rint(vectors / factors[:, None]).astype(np.int8), factors.astype(np.float32)


SOURCE = "id, location, record, title, authors, published, publisher, url, language, kind, updated, doi, origins"
"""The columns that make a source."""


def source_of(row: sqlite3.Row) -> Source:
    values = {name: row[name] for name in SOURCE.split(", ")}
    origins = {name: Origin(value) for name, value in json.loads(values["origins"]).items()}
    return Source(**{**values, "authors": tuple(json.loads(values["authors"])), "origins": origins})


def sections_of(text: str) -> tuple[Section, ...]:
    return tuple(Section(Span(start, end), *rest) for start, end, *rest in json.loads(text))


def dump_sections(sections: Sequence[Section]) -> str:
    return json.dumps([[*one.span, one.heading, one.page, one.page_label] for one in sections])


def admits(where: Filter, author: str, row: sqlite3.Row) -> bool:
    """Whether a filter lets a document through; ``author`` is the filter's, case-folded."""
    if row["id"] in where.without or (where.sources is not None and row["id"] not in where.sources):
        return False
    if author and not any(author in name.casefold() for name in json.loads(row["authors"])):
        return False
    if not (where.since or where.until):
        return True
    published = row["published"]
    if not published:
        return False
    # a partial date is as wide as it is vague: it is admitted when any of its days is
    return (not where.since or published >= where.since[: len(published)]) and (
        not where.until or published[: len(where.until)] <= where.until
    )
