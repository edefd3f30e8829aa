"""Ranks the sentences of a document by how like they are to a question: the encoder's cosine and shared words."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from index.embedding.compiled import Embedder
from index.text.analysis import stems

Vectors = NDArray[np.float32]


class Ranker:
    """Ranks the sentences of one document. ``encoder``: None to rank by words alone."""

    def __init__(self, sentences: Sequence[str], encoder: Embedder | None = None) -> None:
        self._stems = [frozenset(stems(sentence)) for sentence in sentences]
        counts = Counter(stem for words in self._stems for stem in words)
        self._weights = {stem: math.log(1 + len(sentences) / count) for stem, count in counts.items()}
        self._encoder = encoder
        self._vectors = encoder.encode(sentences) if encoder else None

    def ranked(self, questions: Sequence[str]) -> list[list[int]]:
        """For each question the rows of the sentences, the likest first."""
        return [list(map(int, np.argsort(-row, kind="stable"))) for row in self.scores(questions)]

    def scores(self, questions: Sequence[str]) -> Vectors:
        """Cosine, if there is an encoder, plus share of shared words: of each question, in rows, and each sentence."""
        shares = np.stack([self._overlap(question) for question in questions])
        if self._encoder is None or self._vectors is None:
            return shares
        return np.asarray(shares + self._encoder.encode_queries(questions) @ self._vectors.T, np.float32)

    def _overlap(self, question: str) -> Vectors:
        """The share of the question's weight (inverse document frequency) that stands in each sentence."""
        wanted = {stem: self._weights[stem] for stem in stems(question) if stem in self._weights}
        total = sum(wanted.values()) or 1.0
        shares = [sum(wanted[stem] for stem in wanted.keys() & words) / total for words in self._stems]
        return np.asarray(shares, np.float32)
