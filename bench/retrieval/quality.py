"""How well the real search ranks on judged sets of others: nDCG@10 and recall@10, or the answer in the top 5."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.library import make, unpack
from bench.metrics import mean, ndcg, recall
from bench.sets import ArticleSet, Question, RankingSet, records
from index.errors import QueryError
from index.search import query
from index.search.index import Index
from index.search.query import Query
from index.types import Answer, By, Hit

DEPTH = 100
"""Passages asked for a query; documents are ranked by their best passage."""

TOP = 5
"""Passages that a person looks at when the answer itself is asked for."""

WAYS = (By.WORDS, By.MEANING, By.BOTH)
BASELINES: dict[str, Any] = json.loads(Path(__file__).with_name("baselines.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Made:
    """The library of a set. ``missing``: records of the corpus that did not get into it; ``seconds`` of this run."""

    name: str
    documents: int
    missing: int
    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One ranking set, searched one way; means over ``queries``, of which ``refused`` counted as 0."""

    name: str
    by: By
    queries: int
    refused: int
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class Answering:
    """One article set, searched one way. ``found``: share of the questions whose answer one of the top 5 passages
    holds in full; ``words``: white-space-separated words of such a passage, on average."""

    name: str
    by: By
    queries: int
    refused: int
    found: float
    words: float


@dataclass(frozen=True, slots=True)
class Quality:
    libraries: tuple[Made, ...]
    rankings: tuple[Ranking, ...]
    answerings: tuple[Answering, ...]


def measure(sets: Sequence[RankingSet | ArticleSet], work: Path) -> Quality:
    """All sets, each in a library of its own below ``work``. Raises SourcewiseError and DataError."""
    libraries: list[Made] = []
    rankings: list[Ranking] = []
    answerings: list[Answering] = []
    for one in sets:
        print(f"{one.name}: ingest", file=sys.stderr, flush=True)
        made, index = _made(one, work / one.name)
        libraries.append(made)
        print(f"{one.name}: search", file=sys.stderr, flush=True)
        if isinstance(one, RankingSet):
            rankings += [_ranking(index, one, by) for by in WAYS]
        else:
            answerings += [_answering(index, one, by) for by in WAYS]
    return Quality(tuple(libraries), tuple(rankings), tuple(answerings))


def _made(one: RankingSet | ArticleSet, work: Path) -> tuple[Made, Index]:
    started = time.monotonic()
    make(unpack(one.corpus, work / "documents"), work / "library")
    seconds = time.monotonic() - started
    index = Index.open(work / "library")
    wanted = {str(row["_id"]) for row in records(one.corpus)}
    there = {source.record for source, _, _ in index.store.sources()}
    passages = index.generation.manifest.passages
    return Made(one.name, len(there), len(wanted - there), passages, round(seconds, 1)), index


def answers(index: Index, texts: Sequence[str], by: By, k: int) -> Iterator[Answer | None]:
    """The answer to each text, in order; None for a text that is refused as a query."""
    asked = [_parsed(text) for text in texts]
    found = index.search_many([one for one in asked if one is not None], k, by)
    for one in asked:
        yield None if one is None else next(found)


def _parsed(text: str) -> Query | None:
    try:
        return query.parse(text)
    except QueryError:
        return None


def documents(hits: Sequence[Hit]) -> list[str]:
    """Record ids in the order of their best passages; those of its copies, which no hit of their own shows, follow."""
    sources = (source for hit in hits for source in (hit.source, *(one.source for one in hit.copies)))
    return list(dict.fromkeys(source.record or "" for source in sources))


def _ranking(index: Index, one: RankingSet, by: By) -> Ranking:
    found = answers(index, [asked.text for asked in one.queries], by, DEPTH)
    ranked = [None if answer is None else documents(answer.hits) for answer in found]
    pairs = [(ranking or [], asked.grades) for ranking, asked in zip(ranked, one.queries, strict=True)]
    return Ranking(
        one.name,
        by,
        len(one.queries),
        ranked.count(None),
        mean([ndcg(ranking, grades) for ranking, grades in pairs]),
        mean([recall(ranking, grades) for ranking, grades in pairs]),
    )


def holds_answer(hit: Hit, question: Question) -> bool:
    """The passage, or its copy, is of the question's document and has one of the gold spans in full."""
    places = [(hit.source, hit.passage.span), *((one.source, one.span) for one in hit.copies)]
    own = [place for source, place in places if source.record == question.document]
    return any(span.within(place) for span in question.spans for place in own)


def _answering(index: Index, one: ArticleSet, by: By) -> Answering:
    found = list(answers(index, [question.text for question in one.questions], by, TOP))
    hits = [() if answer is None else answer.hits for answer in found]
    held = [any(holds_answer(hit, asked) for hit in own) for own, asked in zip(hits, one.questions, strict=True)]
    lengths = [len(hit.passage.text.split()) for own in hits for hit in own]
    return Answering(one.name, by, len(one.questions), found.count(None), mean(held), mean(lengths))


def gains(quality: Quality) -> dict[str, float]:
    """By set, nDCG@10 of the default search less that of the published hybrid, where there is one."""
    published = BASELINES["ndcg@10"]
    both = [one for one in quality.rankings if one.by is By.BOTH and one.name in published]
    return {one.name: one.ndcg - float(published[one.name]["hybrid"]) for one in both}
