"""Explains a missing hit: the rank of an expected passage at each stage of a search, and what ranked above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.search.confidence import label
from index.search.index import Index
from index.search.query import Query, held_and_missing, parse_query
from index.search.ranking import ScoredCandidates
from index.snapshot.bm25 import TEXT, Terms
from index.text.analysis import stems
from index.text.segmentation import WORD
from index.types import By, Confidence, Filter, Parts, Passage, Source

DEEPEST = 10_000
"""Ranks that are looked up in one ranker's list; a passage further down has none."""

_NEAR_SHARE = 0.6  # share of the expected words that a passage must have, unless its meaning is near (a guess)
_RIVALS = 3  # passages ranked above the expected one that are shown
_FILTERS = {"sources": "the choice of sources", "author": "the author", "since": "“from”", "until": "“until”"}
_PARTS = ("meaning", "words", "best sentence", "likeness to the best passages", "what the reader says")


class Presence(StrEnum):
    """Whether a text stands in the library."""

    EXACT = "exact"
    NEAR = "near"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Rival:
    """A passage ranked above the expected one. ``by`` names the part of the score in which it is furthest ahead."""

    rank: int
    score: float
    source: Source
    passage: Passage
    by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Ranks count from 1 among the admitted passages, or among all when ``excluded`` gives reasons why the passage was
    not admitted. None: it is beyond what was looked at. ``has`` and ``missing``: words of the query. ``meaning`` and
    ``words``: its rank by each ranker alone; ``fused``: by both; ``rank``: with sentence, feedback and the reader;
    ``shown``: among the hits, copies folded; ``folded``: the rank of the hit that it is listed with as a copy."""

    there: Presence
    share: float
    source: Source | None = None
    passage: Passage | None = None
    excluded: tuple[str, ...] = ()
    has: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    meaning: int | None = None
    words: int | None = None
    fused: int | None = None
    rank: int | None = None
    shown: int | None = None
    folded: int | None = None
    score: float | None = None
    parts: Parts | None = None
    lost_to: tuple[Rival, ...] = ()


def explain_passage(
    index: Index,
    text: str,
    expected: str,
    by: By = By.BOTH,
    where: Filter | None = None,
    per_source: int | None = None,
) -> Explanation:
    """Where the passage that contains ``expected``, word for word or nearly, ranks for the query ``text``. Raises
    QueryError as a search does."""
    query, where = index.words.adapted(parse_query(text)), where or Filter()
    presence, share, row = _locate(index, expected)
    if row is None:
        return Explanation(presence, share)
    document, passage = index.store.documents.passage(int(index.generation.passages.numbers[row]))
    excluded = tuple(_exclusions(index, row, query, where))
    if excluded:
        query, where = replace(query, terms=replace(query.terms, phrases=(), excluded=())), Filter()
    (scored,) = index.rank([query], by, where)
    scored = index.read(query, scored, by)
    source = index.store.documents.source(document)
    words = held_and_missing(query, passage.text, source.title, passage.heading)
    explanation = Explanation(presence, share, source, passage, excluded, *words)
    ranks = [_rank(index.ranked(query, ranker, DEEPEST, where), row) for ranker in (By.MEANING, By.WORDS)]
    explanation = replace(explanation, meaning=ranks[0], words=ranks[1])
    return _with_ranks(index, explanation, scored, row, by, per_source)


# the expected passage ---------------------------------------------------------------------------------------------


def _locate(index: Index, expected: str) -> tuple[Presence, float, int | None]:
    """How a text is present, the share of its words, and the row of the passage that contains it word for word, else of
    the one with most of its words; None when it is absent."""
    plain = parse_query(" ".join(WORD.findall(expected)))
    generation = index.generation
    asked = Terms("", (expected,))
    numbers = generation.words.admitted(asked, TEXT) if WORD.search(expected) else np.empty(0, np.int64)
    rows = generation.rows(numbers)
    admitted = rows if generation.mask is None else rows[generation.mask[rows]]
    (scored,) = index.rank([Query.plain(plain.text)])
    if len(admitted):
        return Presence.EXACT, 1.0, next((int(row) for row in scored.rows if row in admitted), int(admitted[0]))
    expected_stems = set(stems(plain.text))
    shares = [
        (_share(index, int(row), expected_stems), -position, int(row)) for position, row in enumerate(scored.rows[:10])
    ]
    share, position, row = max(shares, default=(0.0, 0, -1))
    near = share >= _NEAR_SHARE or (shares and label(float(scored.evidences[-position])) is not Confidence.NONE)
    return (Presence.NEAR, share, row) if near else (Presence.ABSENT, share, None)


def _share(index: Index, row: int, expected_stems: set[str]) -> float:
    """The share of these stems that a passage has."""
    _, passage = index.store.documents.passage(int(index.generation.passages.numbers[row]))
    return len(expected_stems.intersection(stems(passage.text))) / max(1, len(expected_stems))


# conditions -------------------------------------------------------------------------------------------------------


def _exclusions(index: Index, row: int, query: Query, where: Filter) -> Iterator[str]:
    """Each condition that the passage does not meet, in words."""
    passages = index.generation.passages
    number, document = int(passages.numbers[row]), int(passages.documents[row])
    for name, description in _FILTERS.items():
        condition = replace(Filter(), **{name: getattr(where, name)})
        if condition.narrows and document not in index.store.documents.admitted(condition):
            yield f"a filter, {description}"
    for phrase in query.terms.phrases:
        if number not in index.generation.words.admitted(Terms("", (phrase,))):
            yield f"the quoted phrase “{phrase}”, which it does not hold"
    for word in query.terms.excluded:
        if number in index.generation.words.admitted(Terms("", (word,)), TEXT):
            yield f"-{word}, which it holds"


# its ranks --------------------------------------------------------------------------------------------------------


def _rank(rows: NDArray[np.int64], row: int) -> int | None:
    """The rank of a row in a list, counted from 1."""
    positions = np.flatnonzero(rows == row)
    return int(positions[0]) + 1 if len(positions) else None


def _with_ranks(
    index: Index, explanation: Explanation, scored: ScoredCandidates, row: int, by: By, per_source: int | None
) -> Explanation:
    """The explanation with the row's rank among the candidates and among the hits."""
    rank = _rank(scored.rows, row)
    if rank is None:
        return replace(explanation, lost_to=_rivals(index, scored, None, by))
    fused = _rank(scored.rows[np.lexsort((scored.rows, -scored.ranker_scores(by)))], row)
    hits = [
        (int(scored.rows[position]), copies.rows)
        for position, copies in index.folded(scored, per_source)
        if position < rank
    ]
    shown = next((number for number, (hit_row, _) in enumerate(hits, 1) if hit_row == row), None)
    folded = None if shown else next((number for number, (_, copies) in enumerate(hits, 1) if row in copies), None)
    return replace(
        explanation,
        fused=fused,
        rank=rank,
        shown=shown,
        folded=folded,
        score=round(float(scored.scores[rank - 1]), 6),
        parts=scored.parts_of(rank - 1),
        lost_to=_rivals(index, scored, rank - 1, by),
    )


def _rivals(index: Index, scored: ScoredCandidates, position: int | None, by: By) -> tuple[Rival, ...]:
    """The best of the candidates above ``position``, or of all when it is None."""
    contributions = scored.contributions(by)
    own = np.zeros(len(_PARTS)) if position is None else contributions[position]
    rivals = []
    for above in range(min(_RIVALS, len(scored.rows) if position is None else position)):
        document, passage = index.store.documents.passage(int(index.generation.passages.numbers[scored.rows[above]]))
        lead = contributions[above] - own
        score = round(float(scored.scores[above]), 6)
        rivals.append(
            Rival(above + 1, score, index.store.documents.source(document), passage, _PARTS[int(lead.argmax())])
        )
    return tuple(rivals)
