"""Ranks the sentences of a claim's best passages by how well they support it: by meaning and by the claim's words."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice

import numpy as np

from index.differences.dates import with_years_only
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import ScoredCandidates
from index.search.sentences import with_cosines
from index.snapshot.engine import NO_COPIES, CopiedPassages
from index.text.analysis import stem, stems
from index.text.reading import unwrapped
from index.text.segmentation import WORD
from index.types import Passage, Span

MAX_PASSAGES = 12
"""Best passages of a claim whose sentences are scored (a guess)."""

MAX_SOURCES = 5
"""Best sources of a claim that evidence is returned of (a guess)."""

WORD_SHARE_WEIGHT = 1.0
"""Weight of the share of the claim's words against the cosine. Chosen by: python -m bench claims, on half of wice."""

CONTEXT_WEIGHT = 0.5
"""Weight of the share of the words that a claim leans on which the passage has (a guess)."""


@dataclass(frozen=True, slots=True)
class SentenceMatch:
    """A sentence of a passage. ``position``: the passage's position among the candidates. ``sentence``: its span in the
    document. ``share``: the claim's words that it has, by weight, 0–1. ``score``: cosine plus weighted share.
    ``scored``: the candidates that ``position`` counts in."""

    scored: ScoredCandidates
    position: int
    copies: CopiedPassages
    document: int
    passage: Passage
    sentence: Span
    share: float
    score: float


def word_weights(index: Index, text: str) -> dict[str, float]:
    """The stems of a claim's words, without stop words, and the weight of each: its rarity in the library."""
    words = {form: word for word in WORD.findall(with_years_only(text)) if (form := stem(word)) is not None}
    passages = max(1, index.generation.manifest.passages)
    return {
        form: math.log(1 + passages / ((index.generation.words.document_frequency(word) or 0) + 0.5))
        for form, word in words.items()
    }


def word_share(text: str, weights: Mapping[str, float]) -> float:
    """The share of the words' total weight whose words a text has, 0–1; 0 when there are no words."""
    return sum(weights.get(form, 0.0) for form in stems(text)) / max(sum(weights.values()), 1e-9)


def sentence_matches(
    index: Index,
    query: Query,
    scored: ScoredCandidates,
    leaning: tuple[str, ScoredCandidates] | None = None,
    places: Sequence[tuple[int, Span]] = (),
) -> list[SentenceMatch]:
    """The sentences of the best passages for a claim, best first.

    ``leaning``: what the claim leans on, and the candidates for both together. Their passages are read too, and a
    passage counts more as it has the words of what the claim leans on, in its title and heading too. ``places``: spans
    of documents, which are given by their numbers; the candidates in which they begin are read too.
    """
    weights = word_weights(index, query.meaning)
    context_weights = word_weights(index, leaning[0]) if leaning else {}
    pools = [scored, *([replace(leaning[1], vector=scored.vector)] if leaning else [])]
    by_sentence: dict[tuple[int, Span], SentenceMatch] = {}
    for pool in pools:
        for position, copies in islice(index.folded(pool), MAX_PASSAGES):
            matches = list(_passage_matches(index, position, copies, pool, weights, context_weights))
            for copy in np.flatnonzero(np.isin(pool.passages, copies.passages)).tolist():
                matches += _rivals(
                    list(_passage_matches(index, copy, NO_COPIES, pool, weights, context_weights)), matches
                )
            for match in matches:
                by_sentence.setdefault((match.document, match.sentence), match)
        for position in _positions(pool, places):
            for match in _passage_matches(index, position, NO_COPIES, pool, weights, context_weights):
                by_sentence.setdefault((match.document, match.sentence), match)
    return sorted(by_sentence.values(), key=lambda match: (-match.score, match.position, match.sentence))


def _positions(scored: ScoredCandidates, places: Sequence[tuple[int, Span]]) -> Iterator[int]:
    """The positions of the candidates in which the places begin."""
    for document, span in places:
        at = scored.places
        yield from np.flatnonzero(
            (at.documents == document) & (at.starts <= span.start) & (span.start < at.ends)
        ).tolist()


def _rivals(copied: Sequence[SentenceMatch], originals: Sequence[SentenceMatch]) -> Sequence[SentenceMatch]:
    """The sentences of a near-copy, if the best of them stands otherwise in the passage that it copies: a copy may have
    another figure. Empty if it stands there word for word."""
    known = {unwrapped(match.passage.slice(match.sentence)) for match in originals}
    best = max(copied, key=lambda match: match.score, default=None)
    return copied if best and unwrapped(best.passage.slice(best.sentence)) not in known else ()


def _passage_matches(
    index: Index,
    position: int,
    copies: CopiedPassages,
    scored: ScoredCandidates,
    weights: Mapping[str, float],
    context_weights: Mapping[str, float],
) -> Iterator[SentenceMatch]:
    document, passage = index.passage(scored, position)
    about = 0.0
    if context_weights:
        title = index.store.documents.source(document).title
        about = CONTEXT_WEIGHT * word_share(f"{title}\n{passage.heading or ''}\n{passage.text}", context_weights)
    number = int(scored.passages[position])
    for span, cosine in zip(*with_cosines(index.generation, number, scored.vector), strict=True):
        share = word_share(passage.slice(span), weights)
        score = float(cosine) + WORD_SHARE_WEIGHT * share + about
        yield SentenceMatch(scored, position, copies, document, passage, span, share, score)
