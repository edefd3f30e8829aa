"""Why not this one? Where a passage that was expected stands at each stage of a search, and what it lost to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from index.search import query as queries
from index.search.confidence import label
from index.search.index import Index
from index.search.query import Query
from index.search.ranking import CANDIDATES, WEIGHTS, ScoredCandidates
from index.snapshot.bm25 import Terms
from index.text.analysis import stems
from index.text.reading_copy import reading_copy
from index.text.segmentation import WORD
from index.types import By, Confidence, Filter, Parts, Passage, Source

DEEPEST = 10_000
"""Ranks of one ranker that are looked up; a passage beyond has none."""

_NEAR = 0.6  # share of the expected words by which a passage is what was meant; else it must mean the same
_RIVALS = 3
_FILTERS = {"sources": "the choice of sources", "author": "the author", "since": "“from”", "until": "“until”"}
_PARTS = ("meaning", "words", "best sentence", "likeness to the best passages")


class Presence(StrEnum):
    """Whether a text stands in the library."""

    EXACT = "exact"
    NEAR = "near"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Rival:
    """A hit above the expected passage. ``by`` names the part of the score that set them apart most."""

    rank: int
    score: float
    source: Source
    passage: Passage
    by: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Ranks count from 1 among what was admitted, or, when ``excluded`` says why it was not, among everything; None is
    beyond what was looked at. ``fused``: before sentences and feedback counted; ``rank``: after; ``shown``: as a hit,
    once copies are folded; ``folded``: the hit that it stands with as a copy."""

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


def explain(
    index: Index,
    text: str,
    expected: str,
    by: By = By.BOTH,
    where: Filter | None = None,
    per_source: int | None = None,
) -> Explanation:
    """Where the passage that says ``expected`` stands among what ``text`` finds. Raises QueryError as a search does."""
    asked, where = queries.parse(text), where or Filter()
    there, share, row = _locate(index, expected)
    if row is None:
        return Explanation(there, share)
    document, passage = index.store.passage(int(index.generation.passages.numbers[row]))
    excluded = tuple(_excluded(index, row, asked, where))
    if excluded:
        asked, where = replace(asked, terms=Terms(asked.terms.text)), Filter()
    (scored,) = index.rank([asked], by, where)
    source = index.store.source(document)
    copy = reading_copy(passage.text, source.title, passage.heading)
    found = Explanation(there, share, source, passage, excluded, *queries.held_and_missing(asked, copy))
    alone = [_rank(index.ranked(asked, one, DEEPEST, where), row) for one in (By.MEANING, By.WORDS)]
    found = replace(found, meaning=alone[0], words=alone[1])
    return _placed(index, found, scored, row, by, per_source)


# where it is ------------------------------------------------------------------------------------------------------


def _locate(index: Index, expected: str) -> tuple[Presence, float, int | None]:
    """The row of the passage that holds a text word for word, else of the one that has most of its words."""
    plain = queries.parse(" ".join(WORD.findall(expected)))
    generation = index.generation
    numbers = generation.words.admitted(Terms("", (expected,))) if WORD.search(expected) else np.empty(0, np.int64)
    rows = generation.rows(numbers)
    live = rows if generation.mask is None else rows[generation.mask[rows]]
    (scored,) = index.rank([Query(plain.text, plain.text, Terms(plain.text))])
    if len(live):
        return Presence.EXACT, 1.0, next((int(row) for row in scored.rows if row in live), int(live[0]))
    wanted = set(stems(plain.text))
    shares = [(_share(index, int(row), wanted), -place, int(row)) for place, row in enumerate(scored.rows[:10])]
    share, place, row = max(shares, default=(0.0, 0, -1))
    near = share >= _NEAR or (shares and label(float(scored.evidences[-place])) is not Confidence.NONE)
    return (Presence.NEAR, share, row) if near else (Presence.ABSENT, share, None)


def _share(index: Index, row: int, wanted: set[str]) -> float:
    _, passage = index.store.passage(int(index.generation.passages.numbers[row]))
    return len(wanted.intersection(stems(passage.text))) / max(1, len(wanted))


# what keeps it out ------------------------------------------------------------------------------------------------


def _excluded(index: Index, row: int, asked: Query, where: Filter) -> Iterator[str]:
    """Each condition that the passage does not meet."""
    passages = index.generation.passages
    number, document = int(passages.numbers[row]), int(passages.documents[row])
    for one, said in _FILTERS.items():
        alone = replace(Filter(), **{one: getattr(where, one)})
        if alone.narrows and document not in index.store.admitted(alone):
            yield f"a filter, {said}"
    for phrase in asked.terms.phrases:
        if number not in index.generation.words.admitted(Terms("", (phrase,))):
            yield f"the quoted phrase “{phrase}”, which it does not hold"
    for word in asked.terms.excluded:
        if number in index.generation.words.admitted(Terms("", (word,))):
            yield f"-{word}, which it holds"


# where it stands --------------------------------------------------------------------------------------------------


def _rank(rows: NDArray[np.int64], row: int) -> int | None:
    found = np.flatnonzero(rows == row)
    return int(found[0]) + 1 if len(found) else None


def _placed(
    index: Index, found: Explanation, scored: ScoredCandidates, row: int, by: By, per_source: int | None
) -> Explanation:
    """With its place among the candidates and among the hits."""
    rank = _rank(scored.rows, row)
    if rank is None:
        return replace(found, lost_to=_rivals(index, scored, None, by))
    first = scored.ranker_scores(by)
    fused = _rank(scored.rows[np.lexsort((scored.rows, -first))], row)
    heard = [
        (int(scored.rows[place]), copies.rows) for place, copies in index.folded(scored, per_source) if place < rank
    ]
    shown = next((number for number, (one, _) in enumerate(heard, 1) if one == row), None)
    folded = None if shown else next((number for number, (_, copies) in enumerate(heard, 1) if row in copies), None)
    return replace(
        found,
        fused=fused,
        rank=rank,
        shown=shown,
        folded=folded,
        score=round(float(scored.scores[rank - 1]), 6),
        parts=Parts(*(round(float(value), 6) for value in scored.parts[rank - 1])),
        lost_to=_rivals(index, scored, rank - 1, by),
    )


def _rivals(index: Index, scored: ScoredCandidates, place: int | None, by: By) -> tuple[Rival, ...]:
    """The best of those above it, and what each has more of."""
    own = np.zeros(len(_PARTS)) if place is None else scored.scaled_parts[place]
    found = []
    for above in range(min(_RIVALS, len(scored.rows) if place is None else place)):
        document, passage = index.store.passage(int(index.generation.passages.numbers[scored.rows[above]]))
        more = (scored.scaled_parts[above] - own) * WEIGHTS[by]
        score = round(float(scored.scores[above]), 6)
        found.append(Rival(above + 1, score, index.store.source(document), passage, _PARTS[int(more.argmax())]))
    return tuple(found)


# in words ---------------------------------------------------------------------------------------------------------


def format_explanation(found: Explanation) -> list[str]:
    """A line for each stage."""
    share = f"{found.share:.0%} of its words"
    if found.there is Presence.ABSENT:
        return [f"No passage of the library says this: the nearest has {share}."]
    exact = found.there is Presence.EXACT
    lines = ["It stands in the library word for word." if exact else f"The passage nearest to it has {share}."]
    lines += [f"It is kept out by {reason}." for reason in found.excluded]
    if found.excluded:
        lines.append("Without conditions it would stand as follows.")
    if found.has:
        lines.append(f"Words of the query that it has: {', '.join(found.has)}.")
    if found.missing:
        lines.append(f"Words of the query that it does not have: {', '.join(found.missing)}.")
    lines += [f"By meaning: {_ordinal(found.meaning)}.", f"By words: {_ordinal(found.words)}."]
    return [*lines, *_told_end(found)]


def _ordinal(rank: int | None) -> str:
    return f"rank {rank:,}" if rank else "none"


def _told_end(found: Explanation) -> Iterator[str]:
    if found.rank is None:
        yield f"Neither ranker has it among its first {CANDIDATES}, so it was not looked at further."
    else:
        together = f"Together: rank {found.fused:,}"
        yield f"{together}; with its best sentence and its likeness to the best: rank {found.rank:,}."
        if found.folded:
            yield f"It is a copy of hit {found.folded} and stands with it."
        elif found.shown is None:
            yield "Its source has as many hits already as you asked for."
        else:
            yield f"It is hit {found.shown:,}."
    for one in found.lost_to:
        yield f"Above it, rank {one.rank}: {one.source.label}, by {one.by}."
