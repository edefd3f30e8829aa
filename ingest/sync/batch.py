"""Documents that wait to be embedded together, then go to the store one transaction each."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from index.text.reading_copy import fold, reading_copy
from index.types import Document, Passage, Span
from ingest.chunking import split

FULL = 1024
"""Texts that are embedded together: enough to sort by length, few enough to hold."""


@dataclass(frozen=True, slots=True)
class _Waiting:
    """``copies`` and ``spoken`` are what the model reads of each passage and each sentence."""

    root: int
    document: Document
    digest: bytes
    passages: Sequence[Passage]
    sentences: Sequence[Span]
    copies: Sequence[str]
    spoken: Sequence[str]
    said: str


class Batch:
    """Embeds only what is new: a passage or sentence that the stored version has keeps its vector."""

    def __init__(self, store: Store, embedder: Embedder, go_on: Callable[[], None] = lambda: None) -> None:
        """``go_on`` is called between two calls of the model, and may raise: what waits is not stored then."""
        self._store, self._embedder, self._go_on = store, embedder, go_on
        self._waiting: list[_Waiting | Callable[[], None]] = []
        self._texts = 0
        self.passages = self.sentences = 0
        self.seconds = 0.0
        """Time spent in the model."""

    def add(self, root: int, document: Document, digest: bytes, said: str = "") -> int:
        """Split a document and let it wait; how many passages it has. ``said``: what its source was made of."""
        passages, sentences = split(document, self._embedder)
        copies = self._copies(document.source.title, passages)
        spoken = [fold(document.text[start:end]) for start, end in sentences]
        self._waiting.append(_Waiting(root, document, digest, passages, sentences, copies, spoken, said))
        self._texts += len(copies) + len(spoken)
        if self._texts >= FULL:
            self.flush()
        return len(passages)

    def then(self, action: Callable[[], None]) -> None:
        """Do this when all that was added before is stored."""
        if self._waiting:
            self._waiting.append(action)
        else:
            action()

    def flush(self) -> None:
        """Embed and store all that waits, in the order it came."""
        waiting, self._waiting, self._texts = self._waiting, [], 0
        documents = [one for one in waiting if isinstance(one, _Waiting)]
        known = self._known(documents)
        wanted = (text for one in documents for text in (*one.copies, *one.spoken) if text not in known)
        texts = list(dict.fromkeys(wanted))
        started = time.monotonic()
        for first in range(0, len(texts), 2 * FULL):
            some = texts[first : first + 2 * FULL]
            self._go_on()
            known |= zip(some, self._embedder.encode(some), strict=True)
        self.seconds += time.monotonic() - started
        for one in waiting:
            if isinstance(one, _Waiting):
                self._put(one, known)
            else:
                one()

    def _known(self, documents: Sequence[_Waiting]) -> dict[str, NDArray[np.float32]]:
        """Vectors that the stored versions of these documents already have."""
        known: dict[str, NDArray[np.float32]] = {}
        for one in documents:
            passages, sentences = self._store.vectors_of(one.document.source.id)
            known |= {text: sentences[text] for text in one.spoken if text in sentences}
            known |= {text: passages[_digest(text)] for text in one.copies if _digest(text) in passages}
        return known

    def _copies(self, title: str, passages: Sequence[Passage]) -> list[str]:
        """Reading copies; where title and heading would push the text over the model's limit they stay away."""
        copies = [reading_copy(one.text, title, one.heading) for one in passages]
        counts = self._embedder.count(copies)
        limit = self._embedder.max_tokens
        return [
            copy if count <= limit else fold(one.text)
            for copy, count, one in zip(copies, counts, passages, strict=True)
        ]

    def _put(self, one: _Waiting, known: dict[str, NDArray[np.float32]]) -> None:
        self.passages += len(one.passages)
        self.sentences += len(one.sentences)
        pairs = [(passage, _digest(copy)) for passage, copy in zip(one.passages, one.copies, strict=True)]
        embedded = EmbeddedDocument.of(
            one.document,
            one.digest,
            pairs,
            self._stack(one.copies, known),
            one.sentences,
            self._stack(one.spoken, known),
            one.said,
        )
        self._store.put(one.root, embedded, datetime.now(UTC).isoformat(timespec="seconds"))

    def _stack(self, texts: Sequence[str], known: dict[str, NDArray[np.float32]]) -> NDArray[np.float32]:
        if not texts:
            return np.empty((0, self._embedder.dimension), np.float32)
        return np.stack([known[text] for text in texts])


def _digest(copy: str) -> bytes:
    return hashlib.blake2b(copy.encode(), digest_size=16).digest()
