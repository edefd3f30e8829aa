"""Embeds documents in batches and stores them. Every document that ingest stores passes through here."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

import numpy as np

from index.embedding.compiled import Embedder
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from index.text.reading import fold, reading_copy
from index.types import Document, Floats, Passage, Span
from ingest import digest
from ingest.chunking import split
from ingest.metadata.origin import Statements

BATCH = 1024
"""Texts that are embedded together (a guess): enough to sort them by length, few enough to hold in memory."""


def document_digest(document: Document, statements: Statements) -> bytes:
    """Differs when anything that is stored of the document differs: an equal one need not be stored again."""
    about = {
        **asdict(document.source),
        "sections": document.sections,
        "dropped": document.dropped,
        "left_out": document.left_out,
        "said": statements.to_json(),
    }
    head = json.dumps(about, sort_keys=True, default=asdict).encode()
    return digest.stamped(head + b"\0" + document.text.encode())


@dataclass(frozen=True, slots=True)
class _QueuedDocument:
    """A split document. ``copies`` and ``sentence_texts`` are what is embedded for ``passages`` and ``sentences``."""

    root: int
    document: Document
    digest: bytes
    statements: str
    passages: Sequence[Passage]
    copies: Sequence[str]
    sentences: Sequence[Span]
    sentence_texts: Sequence[str]

    @property
    def texts(self) -> Sequence[str]:
        return (*self.copies, *self.sentence_texts)


class DocumentWriter:
    """Queues documents, embeds a batch of them together, and stores them in the order they were added.

    Only new texts are embedded: a passage or sentence that the document's stored version has keeps its vector.
    """

    def __init__(self, store: Store, embedder: Embedder, check: Callable[[], None] = lambda: None) -> None:
        """``check`` is called before each call of the model and may raise: then no queued document is stored."""
        self._store, self._embedder, self._check = store, embedder, check
        self._queue: list[_QueuedDocument] = []
        self._queued_texts = 0
        self.passages = self.sentences = 0
        """Stored so far."""
        self.embedding_seconds = 0.0

    @property
    def has_stored_all(self) -> bool:
        """Whether no document is queued any more."""
        return not self._queue

    def add(self, root: int, document: Document, digest: bytes, statements: str) -> int:
        """Queue a document, to replace the stored one with its id. Stores the batch when it is full.

        ``statements``: ``Statements`` as JSON. Returns the number of its passages.
        """
        passages, sentences = split(document, self._embedder)
        copies = self._reading_copies(document.source.title, passages)
        sentence_texts = [fold(document.text[start:end]) for start, end in sentences]
        self._queue.append(
            _QueuedDocument(root, document, digest, statements, passages, copies, sentences, sentence_texts)
        )
        self._queued_texts += len(copies) + len(sentence_texts)
        if self._queued_texts >= BATCH:
            self.flush()
        return len(passages)

    def flush(self) -> None:
        """Embed and store all queued documents."""
        vectors = self._vectors(self._queue)
        for queued in self._queue:
            self._put(queued, vectors)
        self._queue, self._queued_texts = [], 0

    def _vectors(self, batch: Sequence[_QueuedDocument]) -> dict[str, Floats]:
        """The vector of each text of the batch, stored or new."""
        vectors = self._stored_vectors(batch)
        texts = list(dict.fromkeys(text for queued in batch for text in queued.texts if text not in vectors))
        started = time.monotonic()
        for first in range(0, len(texts), 2 * BATCH):
            part = texts[first : first + 2 * BATCH]
            self._check()
            vectors |= zip(part, self._embedder.encode(part), strict=True)
        self.embedding_seconds += time.monotonic() - started
        return vectors

    def _stored_vectors(self, batch: Sequence[_QueuedDocument]) -> dict[str, Floats]:
        """Vectors that the stored versions of these documents have."""
        vectors: dict[str, Floats] = {}
        for queued in batch:
            by_digest, by_sentence = self._store.documents.vectors_of(queued.document.source.id)
            vectors |= {text: by_sentence[text] for text in queued.sentence_texts if text in by_sentence}
            vectors |= {copy: by_digest[_digest(copy)] for copy in queued.copies if _digest(copy) in by_digest}
        return vectors

    def _reading_copies(self, title: str, passages: Sequence[Passage]) -> list[str]:
        """With title and heading, unless these make the copy longer than the model reads."""
        copies = [reading_copy(passage.text, title, passage.heading) for passage in passages]
        counts = self._embedder.count(copies)
        limit = self._embedder.max_tokens
        return [
            copy if count <= limit else fold(passage.text)
            for copy, count, passage in zip(copies, counts, passages, strict=True)
        ]

    def _put(self, queued: _QueuedDocument, vectors: dict[str, Floats]) -> None:
        self.passages += len(queued.passages)
        self.sentences += len(queued.sentences)
        embedded = EmbeddedDocument.of(
            queued.document,
            queued.digest,
            [(passage, _digest(copy)) for passage, copy in zip(queued.passages, queued.copies, strict=True)],
            self._stack(vectors[copy] for copy in queued.copies),
            queued.sentences,
            self._stack(vectors[text] for text in queued.sentence_texts),
            queued.statements,
        )
        self._store.documents.put(queued.root, embedded, datetime.now(UTC).isoformat(timespec="seconds"))

    def _stack(self, vectors: Iterable[Floats]) -> Floats:
        """Shape (n, dimension), also for n = 0."""
        rows = list(vectors)
        return np.stack(rows) if rows else np.empty((0, self._embedder.dimension), np.float32)


def _digest(copy: str) -> bytes:
    return hashlib.blake2b(copy.encode(), digest_size=16).digest()
