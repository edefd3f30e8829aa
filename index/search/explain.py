"""Explains a missing hit: the rank of an expected passage at each stage of a search, and what ranked above it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from index.search.confidence import label
from index.search.index import Index
from index.search.query import Query, held_and_missing, parse_query
from index.search.ranking import ScoredCandidates
from index.snapshot.bm25 import TEXT, Terms
from index.snapshot.engine import NONE
from index.text.analysis import stems
from index.text.segmentation import WORD
from index.types import By, Confidence, Filter, Numbers, Parts, Passage, Source

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
    *,
    fast: bool = False,
) -> Explanation:
    """Where the passage that contains ``expected``, word for word or nearly, ranks for the query ``text``. ``fast``:
    without the reader. Raises QueryError as a search does."""
    query, where = index.words.adapted(parse_query(text)), where or Filter()
    presence, share, number = _locate(index, expected)
    if number is None:
        return Explanation(presence, share)
    document, passage = index.store.documents.passage(number)
    excluded = tuple(_exclusions(index, number, document, query, where))
    if excluded:
        query, where = replace(query, terms=replace(query.terms, phrases=(), excluded=())), Filter()
    (scored,) = index.rank([query], by, where)
    scored = scored if fast else index.read(query, scored, by)
    source = index.store.documents.source(document)
    words = held_and_missing(query, passage.text, source.title, passage.heading)
    explanation = Explanation(presence, share, source, passage, excluded, *words)
    ranks = [_rank(index.ranked(query, ranker, DEEPEST, where), number) for ranker in (By.MEANING, By.WORDS)]
    explanation = replace(explanation, meaning=ranks[0], words=ranks[1])
    return _with_ranks(index, explanation, scored, number, by, per_source)


# the expected passage ---------------------------------------------------------------------------------------------


def _locate(index: Index, expected: str) -> tuple[Presence, float, int | None]:
    """How a text is present, the share of its words, and the passage that contains it word for word, else the one with
    most of its words; None when it is absent."""
    plain = parse_query(" ".join(WORD.findall(expected)))
    generation = index.generation
    asked = Terms("", (expected,))
    admitted = generation.words.admitted(asked, TEXT) if WORD.search(expected) else NONE
    (scored,) = index.rank([Query.plain(plain.text)])
    if len(admitted):
        ranked = scored.passages[np.isin(scored.passages, admitted)]
        return Presence.EXACT, 1.0, int([*ranked, *admitted][0])
    expected_stems = set(stems(plain.text))
    shares = [
        (_share(index, number, expected_stems), -position, number)
        for position, number in enumerate(scored.passages[:10].tolist())
    ]
    share, position, number = max(shares, default=(0.0, 0, -1))
    near = share >= _NEAR_SHARE or (shares and label(float(scored.evidences[-position])) is not Confidence.NONE)
    return (Presence.NEAR, share, number) if near else (Presence.ABSENT, share, None)


def _share(index: Index, number: int, expected_stems: set[str]) -> float:
    """The share of these stems that a passage has."""
    _, passage = index.store.documents.passage(number)
    return len(expected_stems.intersection(stems(passage.text))) / max(1, len(expected_stems))


# conditions -------------------------------------------------------------------------------------------------------


def _exclusions(index: Index, number: int, document: int, query: Query, where: Filter) -> Iterator[str]:
    """Each condition that a passage of a document does not meet, in words."""
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


def _rank(passages: Numbers, number: int) -> int | None:
    """The rank of a passage in a list, counted from 1."""
    positions = np.flatnonzero(passages == number)
    return int(positions[0]) + 1 if len(positions) else None


def _with_ranks(
    index: Index, explanation: Explanation, scored: ScoredCandidates, number: int, by: By, per_source: int | None
) -> Explanation:
    """The explanation with the passage's rank among the candidates and among the hits."""
    passages = scored.passages
    rank = _rank(passages, number)
    if rank is None:
        return replace(explanation, lost_to=_rivals(index, scored, None, by))
    fused = _rank(passages[np.lexsort((passages, -scored.ranker_scores(by)))], number)
    hits = [
        (int(passages[position]), copies.passages)
        for position, copies in index.folded(scored, per_source)
        if position < rank
    ]
    shown = next((place for place, (hit, _) in enumerate(hits, 1) if hit == number), None)
    folded = None if shown else next((place for place, (_, copies) in enumerate(hits, 1) if number in copies), None)
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
    for above in range(min(_RIVALS, len(scored.passages) if position is None else position)):
        document, passage = index.store.documents.passage(int(scored.passages[above]))
        lead = contributions[above] - own
        score = round(float(scored.scores[above]), 6)
        rivals.append(
            Rival(above + 1, score, index.store.documents.source(document), passage, _PARTS[int(lead.argmax())])
        )
    return tuple(rivals)
