"""How near sentences are to a query, and which of a passage is marked: the nearest that also has most of the query's
words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from index.snapshot.engine import SearchEngine, Sentences
from index.text.analysis import word_forms
from index.types import Floats, Passage, Span

WORD_SHARE_WEIGHT = 1.0
"""Weight of the share of the query's words, by rarity, that a sentence has, against its cosine. Chosen on one half of
squad_articles; values from .75 to 2 do as well."""

ANSWER_WEIGHT = 1.5
"""Weight of the reader's opinion that a sentence answers, against its score. Chosen on one half of squad_articles and
covidqa_articles (docs/retrieval.md)."""


def best_cosines(sentences: Sentences, query: Floats) -> Floats:
    """For each passage the cosine of its sentence nearest to a query's vector; 0 when it has no sentence."""
    cosines = np.zeros(len(sentences.counts), np.float32)
    # not ``@``: for so few rows BLAS spends more on waking its threads than on the products
    products = np.vecdot(sentences.codes.astype(np.float32), query) * sentences.factors
    held = sentences.counts > 0
    if held.any():
        starts = (np.cumsum(sentences.counts) - sentences.counts)[held]
        cosines[held] = np.maximum.reduceat(products, starts)
    return cosines


def with_cosines(generation: SearchEngine, passage: int, query: Floats) -> tuple[list[Span], Floats]:
    """The spans of the sentences of a passage, with their cosines to a query's vector."""
    sentences = generation.sentences_of(np.array([passage]))
    cosines: Floats = sentences.codes.astype(np.float32) @ query * sentences.factors
    return [Span(start, end) for start, end in sentences.spans.tolist()], cosines


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


def key_sentence(spans: Sequence[Span], scores: Floats, answers: Mapping[Span, float]) -> Span | None:
    """The sentence that answers best; None when there is none. ``answers``: the reader's opinion of those that it has
    read, 0–1."""
    if not spans:
        return None
    joined = scores + ANSWER_WEIGHT * np.array([answers.get(span, 0.0) for span in spans], np.float32)
    return spans[int(joined.argmax())]
