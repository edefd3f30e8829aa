"""Documents made by hand, and a model without a network behind it: for tests of what is stored, not of meaning."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np

from index.embedding.compiled import Embedder, Vectors, normalized
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from index.text.reading import reading_copy
from index.text.segmentation import sentences, words
from index.types import Document, Passage, Section, Source, Span
from ingest.sandbox.pool import Pool

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "golden"

WITHOUT_KEPT = "DROP TABLE kept;"
"""What turns a store into one of version 6, but for its number and the digest of its tables."""

WITHOUT_CHECKSUMS = (
    WITHOUT_KEPT
    + "".join(
        f"ALTER TABLE {table} DROP COLUMN checksum;"
        for table in ("settings", "roots", "files", "documents", "edits", "texts", "passages", "sentences", "marks")
    )
    + "ALTER TABLE documents DROP COLUMN details; DELETE FROM settings WHERE name IN ('epoch', 'schema');"
)
"""What turns a store into one of version 5, but for its number."""

WHEN = "2026-01-01T00:00:00+00:00"
PATIENCE = 600.0
"""Seconds after which a test gives up what it waits for: many times what a slow machine takes that does much else."""


class Hashed:
    """An ``Embedder``: a text is the sum of fixed random vectors of its words, a token is a word."""

    name, fingerprint, dimension, max_tokens = "hashed", "0123456789abcdef", 32, 200

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(words(text)) for text in texts]

    def pieces(self, text: str) -> list[Span]:
        return words(text)

    def encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for start, end in words(text):
                vector += _of_word(text[start:end].lower(), self.dimension)
        return normalized(vectors)

    encode_queries = encode


@cache
def _of_word(word: str, dimension: int) -> Vectors:
    seed = hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=4).digest()
    return np.random.default_rng(int.from_bytes(seed)).standard_normal(dimension).astype(np.float32)


def document(identity: str, text: str, sections: tuple[Section, ...] = (), **about: Any) -> Document:
    return Document(Source(identity, about.pop("location", f"{identity}.txt"), **about), text, sections)


def embedded(made: Document) -> EmbeddedDocument:
    """A passage for each paragraph; vectors by ``Hashed``."""
    model, passages = Hashed(), []
    for section in made.sections or (Section(Span(0, len(made.text))),):
        start = section.span.start
        for paragraph in made.text[section.span.start : section.span.end].split("\n\n"):
            span = Span(start, start + len(paragraph))
            if paragraph.strip():
                passages.append(Passage(paragraph, span, section.heading, section.page, section.page_label))
            start = span.end + 2
    copies = [reading_copy(one.text, made.source.title, one.heading) for one in passages]
    spans = [span for one in passages for span in sentences(made.text, one.span)]
    return EmbeddedDocument.of(
        made,
        _digest(made.text),
        [(one, _digest(copy)) for one, copy in zip(passages, copies, strict=True)],
        model.encode(copies),
        spans,
        model.encode([made.text[start:end] for start, end in spans]),
    )


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def work(step: Callable[[], object]) -> float:
    """The processor time that a call takes, as a multiple of that of a loop of a million steps: on a slow machine or a
    busy one it is much the same. What grows with the square of a long text gives hundreds of times as much."""
    return _processor_seconds(step) / _loop_seconds()


def _processor_seconds(step: Callable[[], object]) -> float:
    started = time.process_time()
    step()
    return time.process_time() - started


@cache
def _loop_seconds() -> float:
    return min(_processor_seconds(lambda: sum(number for number in range(1_000_000))) for _ in range(3))


def put(store: Store, identity: str, text: str, sections: tuple[Section, ...] = (), **about: Any) -> int:
    """Store a document of the root ``/docs``; its number."""
    store.documents.put(store.files.root("/docs"), embedded(document(identity, text, sections, **about)), WHEN)
    found = store.documents.by_id(identity)
    assert found is not None
    return found.number


def link_models(source: str, target: str) -> str:
    """The model's files are large and never written again: linked. The rest is copied."""
    if "models" in Path(source).parts:
        os.link(source, target)
        return target
    return shutil.copy2(source, target)


class Counting:
    """An ``Embedder`` that remembers what it was given to embed; questions are embedded once."""

    def __init__(self, model: Embedder) -> None:
        self.name, self.fingerprint = model.name, model.fingerprint
        self.dimension, self.max_tokens = model.dimension, model.max_tokens
        self.count, self.pieces = model.count, model.pieces
        self._model = model
        self._asked = cache(model.encode_queries)
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.embedded += texts
        return self._model.encode(texts)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._asked(tuple(texts))

    def taken(self) -> list[str]:
        """The texts embedded since this was last asked."""
        taken, self.embedded = self.embedded, []
        return taken


class KeptPool(Pool):
    """A ``Pool`` for one ingest after another, whose processes live on between them. An exception ends them, as it ends
    those of any pool."""

    def lent(self, *, ocr: bool = True, check: Callable[[], None] = lambda: None) -> Self:
        self.ocr, self._check = ocr, check
        return self

    def __exit__(self, *reason: object) -> None:
        if reason[0] is not None:
            self.end()

    def end(self) -> None:
        super().__exit__(None, None, None)
