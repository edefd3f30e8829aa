"""Measures how well the real search ranks on public judged sets: nDCG@10 and recall@10, or answer in the top 5."""

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
"""Passages searched for a query; documents are ranked by their best passage."""

TOP = 5
"""Passages in which a person looks for an answer."""

WAYS = (By.WORDS, By.MEANING, By.BOTH)
BASELINES: dict[str, Any] = json.loads(Path(__file__).with_name("baselines.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class SetLibrary:
    """The library of a set. ``missing``: records of the corpus that are not in it; ``seconds``: time of this ingest."""

    name: str
    documents: int
    missing: int
    passages: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """One ranking set, searched one way: means over ``queries``; ``refused`` queries count as 0."""

    name: str
    by: By
    queries: int
    refused: int
    ndcg: float
    recall: float


@dataclass(frozen=True, slots=True)
class Answering:
    """One article set, searched one way.

    ``found``: share of the questions whose answer one of the top 5 passages holds in full; ``words``: mean number of
    words in a top 5 passage.
    """

    name: str
    by: By
    queries: int
    refused: int
    found: float
    words: float


@dataclass(frozen=True, slots=True)
class Quality:
    libraries: tuple[SetLibrary, ...]
    rankings: tuple[Ranking, ...]
    answerings: tuple[Answering, ...]


def measure(sets: Sequence[RankingSet | ArticleSet], work: Path) -> Quality:
    """All sets, searched in each of ``WAYS``, each in its own library below ``work``.

    Raises SourcewiseError and DataError.
    """
    libraries: list[SetLibrary] = []
    rankings: list[Ranking] = []
    answerings: list[Answering] = []
    for test_set in sets:
        print(f"{test_set.name}: ingest", file=sys.stderr, flush=True)
        library, index = _make_library(test_set, work / test_set.name)
        libraries.append(library)
        print(f"{test_set.name}: search", file=sys.stderr, flush=True)
        if isinstance(test_set, RankingSet):
            rankings += [_ranking(index, test_set, by) for by in WAYS]
        else:
            answerings += [_answering(index, test_set, by) for by in WAYS]
    return Quality(tuple(libraries), tuple(rankings), tuple(answerings))


def _make_library(test_set: RankingSet | ArticleSet, work: Path) -> tuple[SetLibrary, Index]:
    started = time.monotonic()
    make(unpack(test_set.corpus, work / "documents"), work / "library")
    seconds = time.monotonic() - started
    index = Index.open(work / "library")
    wanted = {str(row["_id"]) for row in records(test_set.corpus)}
    stored = {source.record for source, _, _ in index.store.documents.sources()}
    passages = index.generation.manifest.passages
    return SetLibrary(test_set.name, len(stored), len(wanted - stored), passages, round(seconds, 1)), index


def answers(index: Index, texts: Sequence[str], by: By, k: int) -> Iterator[Answer | None]:
    """The answer to each text, in order; None for a text that is refused as a query."""
    parsed = [_parsed(text) for text in texts]
    results = index.search_many([item for item in parsed if item is not None], k, by)
    for item in parsed:
        yield None if item is None else next(results)


def _parsed(text: str) -> Query | None:
    try:
        return query.parse_query(text)
    except QueryError:
        return None


def documents(hits: Sequence[Hit]) -> list[str]:
    """Record ids in the order of their best passages. The records of a hit's copies, which have no hit, follow it."""
    sources = (source for hit in hits for source in (hit.source, *(copy.source for copy in hit.copies)))
    return list(dict.fromkeys(source.record or "" for source in sources))


def _ranking(index: Index, test_set: RankingSet, by: By) -> Ranking:
    results = answers(index, [judged.text for judged in test_set.queries], by, DEPTH)
    ranked = [None if answer is None else documents(answer.hits) for answer in results]
    pairs = [(ranking or [], judged.grades) for ranking, judged in zip(ranked, test_set.queries, strict=True)]
    return Ranking(
        test_set.name,
        by,
        len(test_set.queries),
        ranked.count(None),
        mean([ndcg(ranking, grades) for ranking, grades in pairs]),
        mean([recall(ranking, grades) for ranking, grades in pairs]),
    )


def holds_answer(hit: Hit, question: Question) -> bool:
    """True when the passage or one of its copies is from the question's document and holds an answer span in full."""
    locations = [(hit.source, hit.passage.span), *((copy.source, copy.span) for copy in hit.copies)]
    passages = [passage for source, passage in locations if source.record == question.document]
    return any(answer.within(passage) for answer in question.spans for passage in passages)


def _answering(index: Index, test_set: ArticleSet, by: By) -> Answering:
    results = list(answers(index, [question.text for question in test_set.questions], by, TOP))
    hits = [() if answer is None else answer.hits for answer in results]
    pairs = zip(hits, test_set.questions, strict=True)
    answered = [any(holds_answer(hit, question) for hit in top) for top, question in pairs]
    lengths = [len(hit.passage.text.split()) for top in hits for hit in top]
    return Answering(test_set.name, by, len(test_set.questions), results.count(None), mean(answered), mean(lengths))


def gains(quality: Quality) -> dict[str, float]:
    """For each set with a published hybrid: nDCG@10 of the default search minus that of the hybrid."""
    published = BASELINES["ndcg@10"]
    default = [ranking for ranking in quality.rankings if ranking.by is By.BOTH and ranking.name in published]
    return {ranking.name: ranking.ndcg - float(published[ranking.name]["hybrid"]) for ranking in default}
