"""Chooses the sentence of a passage that is marked: the nearest in meaning that also has most of the query's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.text.analysis import word_forms
from index.types import Floats, Passage, Span

WORD_SHARE_WEIGHT = 1.0
"""Weight of the share of the query's words, by rarity, that a sentence has, against its cosine. Chosen on one half of
squad_articles; values from .75 to 2 do as well."""


def scores(
    passage: Passage, spans: Sequence[Span], cosines: Floats, marks: Sequence[Span], weights: Mapping[str, float]
) -> Floats:
    """How well each sentence answers: its cosine plus the weighted share of the query's words. ``spans``: of the
    sentences, with their ``cosines``; ``marks``: of the passage's words that the query has; ``weights``: of the query's
    words, by stem."""
    marked = [(mark, frozenset(word_forms(passage.slice(mark)))) for mark in marks]
    total = max(sum(weights.values()), 1e-9)
    shares = np.zeros(len(spans), np.float32)
    for position, span in enumerate(spans):
        held = frozenset().union(*(forms for mark, forms in marked if mark.within(span)))
        shares[position] = sum(weight for form, weight in weights.items() if form in held) / total
    return cosines + WORD_SHARE_WEIGHT * shares
