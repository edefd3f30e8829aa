"""Lets the reader read the best passages of a question: how likely one of their sentences answers it. Its opinion joins
the score."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.reader import Reader, TextPair
from index.search import folding, sentences
from index.search.query import Query, matching_spans
from index.search.ranking import READER, READER_WEIGHT, ScoredCandidates
from index.snapshot.engine import CopiedPassages, SearchEngine
from index.text.reading import unwrapped
from index.types import By, Floats, Numbers, Passage, Span

READ_PASSAGES = 8
"""Best passages, copies left out, that are read."""

READ_SENTENCES = 3
"""Sentences of each that are read."""

_KEYWORDS = 8  # words of a query without the form of a question that is read all the same (a guess)
_LONGEST = 30  # words of a question; a longer text is a letter or a pasted paragraph (a guess)
_OPENING = re.compile(
    r"(?:what|which|who|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|should|will|would|has|have)"
    r"(?:'s)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage to be read. ``position``: among the candidates; ``copies``: its copies."""

    position: int
    copies: CopiedPassages
    passage: Passage
    title: str


def is_question(query: Query, by: By) -> bool:
    """Whether a query is read: a typed question, or a few keywords, that meaning and words rank together."""
    words = query.meaning.split()
    if by is not By.BOTH or query.passage is not None or len(words) > _LONGEST:
        return False
    asks = query.meaning.rstrip().endswith("?") or _OPENING.match(query.meaning.lstrip())
    return bool(asks) or len(words) <= _KEYWORDS


def read(
    query: Query, scored: ScoredCandidates, candidates: Sequence[Candidate], generation: SearchEngine, reader: Reader
) -> ScoredCandidates:
    """The candidates in the order of a score that the reader's opinion has joined. A copy has the opinion of what it
    copies; a passage that was not read has none."""
    chosen = [_sentences(query, scored, candidate, generation) for candidate in candidates]
    pairs = [
        TextPair(query.meaning, unwrapped(candidate.passage.slice(span)), _heading(candidate))
        for candidate, spans in zip(candidates, chosen, strict=True)
        for span in spans
    ]
    opinions = iter(_softened(reader.answers(pairs)).tolist())
    values = np.full(len(scored.passages), np.nan)
    answers: dict[int, dict[Span, float]] = {}
    for candidate, spans in zip(candidates, chosen, strict=True):
        if spans:
            own = int(scored.passages[candidate.position])
            answers[own] = {span: next(opinions) for span in spans}
            alike = np.isin(scored.passages, [own, *candidate.copies.passages])
            values[alike] = max(answers[own].values())
    return replace(_reordered(scored, values, candidates), answers=answers)


def _softened(likelihoods: Floats) -> Floats:
    """Opinions of half the log-odds. The reader was taught on hard lists and is shy: a sentence that is three times as
    likely as another counts for more though both are unlikely (docs/retrieval.md)."""
    answering, not_answering = np.sqrt(likelihoods), np.sqrt(1 - likelihoods)
    opinions: Floats = answering / (answering + not_answering)
    return opinions


def _sentences(query: Query, scored: ScoredCandidates, candidate: Candidate, generation: SearchEngine) -> list[Span]:
    """The sentences of a passage that are worth reading, the most promising first."""
    passage = candidate.passage
    number = int(scored.passages[candidate.position])
    spans, cosines = sentences.with_cosines(generation, number, scored.vector)
    marks = matching_spans(query, passage.text, passage.span.start)
    values = sentences.scores(passage, spans, cosines, marks, scored.weights)
    return [spans[number] for number in np.argsort(-values, kind="stable")[:READ_SENTENCES]]


def _heading(candidate: Candidate) -> str:
    """The title of its document, as in training; without one, the lowest heading over the passage. A title that is the
    beginning of the passage is none that anybody gave."""
    title = "" if candidate.passage.text.lstrip().startswith(candidate.title) else candidate.title
    return title or (candidate.passage.heading or "").split(" › ")[-1]


def _reordered(
    scored: ScoredCandidates, opinions: NDArray[np.float64], candidates: Sequence[Candidate]
) -> ScoredCandidates:
    """The candidates with these opinions, shape (n,), NaN for those that were not read, ordered anew."""
    if np.isnan(opinions).all():
        return scored
    scores = (1 - READER_WEIGHT) * scored.scores + READER_WEIGHT * np.nan_to_num(opinions)
    order = np.argsort(-scores, kind="stable")
    passages, parts = scored.passages[order], scored.parts[order]
    parts[:, READER] = opinions[order]
    return replace(
        scored,
        passages=passages,
        places=scored.places.at(order),
        scores=scores[order].astype(np.float32),
        parts=parts,
        signals=scored.signals[order],
        others=_others(scored, passages, candidates),
    )


def _others(scored: ScoredCandidates, passages: Numbers, candidates: Sequence[Candidate]) -> list[Numbers]:
    """Possible copies of each of the first of ``passages``, the candidates in their new order. Only what was read and
    its copies have risen."""
    known: dict[int, Numbers] = {}
    for candidate in candidates:
        group = np.append(candidate.copies.passages, scored.passages[candidate.position])
        known |= {number: group[group != number] for number in group.tolist()}
    known |= dict(zip(scored.passages.tolist(), scored.others, strict=False))
    return [known[number] for number in passages[: folding.AHEAD].tolist()]
