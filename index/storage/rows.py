"""The rows of the store as objects: what is written, what is read, and how values become columns and back."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.text.normal import bare
from index.types import Document, Filter, Origin, Passage, Section, Source, Span

PART = 1 << 16
"""Characters of one stored part of a text: reading a slice reads one or two parts."""


def parts_of(start: int, end: int) -> range:
    """The numbers of the parts of a text that hold a span of it."""
    return range(start // PART, end // PART + 1)


@dataclass(frozen=True, slots=True)
class EmbeddedDocument:
    """A document with all that is derived from it, ready to be stored.

    ``copies``: a digest of the reading copy of each passage. ``vectors``: unit rows, float16, one for each passage.
    ``sentences``: their spans, shape (n, 2). ``sentence_vectors`` with ``sentence_factors``: see ``quantized``.
    ``statements``: what its source was made of, as JSON of whoever wrote it; the store does not read it.
    """

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
        statements: str = "",
    ) -> EmbeddedDocument:
        """From unit rows in the order of the passages and sentences; each passage with the digest of its copy."""
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
            statements,
        )


@dataclass(frozen=True, slots=True)
class FileRow:
    """What is remembered of a file, so that it is not read again unchanged. ``report``: its line of the report."""

    digest: bytes
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class MarkRow:
    """A person's mark on a sentence of a draft. ``pin``: the marked passage, as JSON. ``made``: an ISO time."""

    text: str
    status: str
    note: str
    pin: str
    made: str


@dataclass(frozen=True, slots=True)
class KeptRow:
    """Something that a person keeps. ``value``: as JSON has it. ``revision``: 1 at first, one more with each change.
    ``changed``: an ISO time."""

    value: Any
    revision: int
    changed: str


class Wanted(NamedTuple):
    """What is read at once: passages; ``places``: passages of which the place is enough; documents, for their sources;
    spans of the texts of documents."""

    passages: Sequence[int] = ()
    places: Sequence[int] = ()
    documents: Sequence[int] = ()
    spans: Sequence[tuple[int, Span]] = ()


class NameRow(NamedTuple):
    """What a live document is called, as it stands in the store, altered or not."""

    number: int
    id: str
    title: str
    authors: tuple[str, ...]
    publisher: str
    location: str


def authors_of(column: str) -> tuple[str, ...]:
    """The authors of a column that may have been altered; none where it cannot be read."""
    try:
        return tuple(map(str, json.loads(column)))
    except (ValueError, TypeError):
        return ()


@dataclass(frozen=True, slots=True)
class LiveDocument:
    """A live document as ingest sees it. ``root`` and ``location`` name the file that brought it."""

    number: int
    id: str
    root: int
    location: str
    record: str | None
    digest: bytes


@dataclass(frozen=True, slots=True)
class DocumentRows:
    """The rows of one document as the files of a generation take them, in reading order."""

    number: int
    id: str
    title: str
    passages: NDArray[np.int64]
    """Shape (n, 3): number, start, end."""
    headings: Sequence[str | None]
    vectors: NDArray[np.float16]
    sentences: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    sentence_factors: NDArray[np.float32]


def quantized(vectors: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float32]]:
    """Each row as int8 with the factor that gives it back: ``row ≈ codes * factor``, error below half a factor."""
    factors = np.abs(vectors).max(axis=1, initial=1e-12) / 127
    return np.rint(vectors / factors[:, None]).astype(np.int8), factors.astype(np.float32)


SOURCE = "id, location, record, title, authors, published, publisher, url, language, kind, updated, doi, origins"
"""The columns of ``documents`` that make a source."""


def source_of(row: sqlite3.Row) -> Source:
    values = {name: row[name] for name in SOURCE.split(", ")}
    origins = {name: Origin(value) for name, value in json.loads(values["origins"]).items()}
    return Source(**{**values, "authors": tuple(json.loads(values["authors"])), "origins": origins})


def real(value: float | None) -> float | None:
    """A number as the file gives it back."""
    return None if value is None else float(value)


def sections_of(text: str) -> tuple[Section, ...]:
    return tuple(Section(Span(start, end), *rest) for start, end, *rest in json.loads(text))


def dump_sections(sections: Sequence[Section]) -> str:
    places = ((section.heading, section.page, section.page_label, section.time, section.ocr) for section in sections)
    return json.dumps([[*section.span, *place] for section, place in zip(sections, places, strict=True)])


COLUMNS = (
    "id, root, location, record, digest, title, authors, published, publisher, url, language, kind, updated, doi, "
    "origins, characters, passages, sentences, sections, dropped, left_out, said, added"
)
"""The columns of ``documents`` that are stored of a document."""


def document_values(root: int, embedded: EmbeddedDocument, added: str) -> tuple[Any, ...]:
    """The values of ``COLUMNS``. ``added``: an ISO time."""
    document, source = embedded.document, embedded.document.source
    return (
        *(source.id, root, source.location, source.record, embedded.digest, source.title, json.dumps(source.authors)),
        *(source.published, source.publisher, source.url, source.language, source.kind, source.updated, source.doi),
        *(json.dumps(dict(source.origins)), len(document.text), len(embedded.passages), len(embedded.sentences)),
        *(dump_sections(document.sections), json.dumps(document.dropped), json.dumps(document.left_out)),
        *(embedded.statements, added),
    )


def marks(values: Sequence[Any]) -> str:
    """A question mark for each value."""
    return ", ".join("?" * len(values))


def admitted(conditions: Filter, rows: Iterable[sqlite3.Row]) -> list[int]:
    """The numbers of the documents that a filter admits."""
    sources, without, author = {*(conditions.sources or ())}, {*conditions.without}, bare(conditions.author or "")
    return [
        row["number"]
        for row in rows
        if (conditions.sources is None or row["id"] in sources)
        and row["id"] not in without
        and _admits(conditions, author, row)
    ]


def _admits(conditions: Filter, author: str, row: sqlite3.Row) -> bool:
    """Whether the author and dates of a filter admit a document. ``author``: without case and accents."""
    if author and not any(author in bare(name) for name in json.loads(row["authors"])):
        return False
    if not (conditions.since or conditions.until):
        return True
    published = row["published"]
    if not published:
        return False
    # a partial date stands for all of its days: it is admitted when any of them is
    return (not conditions.since or published >= conditions.since[: len(published)]) and (
        not conditions.until or published[: len(conditions.until)] <= conditions.until
    )
