"""Which sentences of the sources carry a claim: all those of the best passages, by meaning and by the claim's words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from index.search.index import Index
from index.search.query import Query
from index.search.ranking import ScoredCandidates
from index.snapshot.near_duplicates import CopyRuns
from index.text.analysis import stem, stems
from index.text.segmentation import WORD
from index.types import Passage, Span

PASSAGES = 12
"""Passages, the best, whose sentences are looked at."""

SOURCES = 5
"""Sources, the most telling among these, that evidence is told of."""

WORDS = 1.0
"""What the share of the claim's words counts beside the cosine. Chosen by: python -m bench claims, on half of wice."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """A sentence, in characters of its document, with the place of its passage among the candidates. ``share``: of the
    claim's words by their weight, 0–1."""

    position: int
    copies: CopyRuns
    document: int
    passage: Passage
    sentence: Span
    share: float
    score: float


def weights(index: Index, text: str) -> dict[str, float]:
    """The words of a claim in the form they are matched by, each with its rarity in the library."""
    words = {form: word for word in WORD.findall(text) if (form := stem(word)) is not None}
    passages = max(1, index.generation.manifest.passages)
    return {
        form: math.log(1 + passages / ((index.generation.words.document_frequency(word) or 0) + 0.5))
        for form, word in words.items()
    }


def share(text: str, weight: Mapping[str, float]) -> float:
    """How much of the words' weight a text has."""
    return sum(weight.get(form, 0.0) for form in stems(text)) / max(sum(weight.values()), 1e-9)


def sentence_matches(index: Index, one: Query, scored: ScoredCandidates) -> list[SentenceMatch]:
    """The sentences of the best passages, the most telling first."""
    weight = weights(index, one.meaning)
    found = [
        sentence for place in islice(index.folded(scored), PASSAGES) for sentence in _of(index, *place, scored, weight)
    ]
    return sorted(found, key=lambda sentence: (-sentence.score, sentence.position, sentence.sentence))


def _of(
    index: Index, place: int, found: CopyRuns, scored: ScoredCandidates, weight: Mapping[str, float]
) -> Iterator[SentenceMatch]:
    row = int(scored.rows[place])
    document, passage = index.passage(scored, place)
    for span, cosine in zip(*index.generation.sentence_cosines(row, scored.vector), strict=True):
        text = passage.text[span.start - passage.span.start : span.end - passage.span.start]
        part = share(text, weight)
        yield SentenceMatch(place, found, document, passage, span, part, float(cosine) + WORDS * part)
