"""The project's own judged set on the sample corpus: passages as units, quotes as gold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.metrics import mean, ndcg, success
from bench.retrieval.quality import answers
from bench.sets import DataError, records
from index.search.index import Index
from index.storage.store import Store
from index.types import Answer, By, Confidence, Span

QUERIES = Path(__file__).parent.parent / "corpus_queries.jsonl"

DEPTH = 10
"""Passages asked for a query."""

Place = tuple[str, int, int]
"""A passage: the id of its source, start and end in characters of the document."""


@dataclass(frozen=True, slots=True)
class Own:
    """A query of the set; ``gold``: the passages that answer it, none when the corpus has no answer."""

    id: str
    text: str
    gold: frozenset[Place]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the queries that have an answer; ``foreign_none``: share of the others that are labelled *none*;
    ``own_labelled``: share of those with an answer that are labelled *plausible* or *strong*."""

    by: By
    queries: int
    foreign: int
    ndcg: float
    success_1: float
    success_2: float
    success_5: float
    foreign_none: float
    own_labelled: float


@dataclass(frozen=True, slots=True)
class _Text:
    """A document of the library, with what its quotes are looked up in."""

    source: str
    text: str
    passages: tuple[Span, ...]


def load(store: Store, path: Path = QUERIES) -> list[Own]:
    """The set, its quotes found in the library's documents. Raises DataError where one is not."""
    texts: dict[tuple[str, str | None], _Text] = {}
    for source, _, _ in store.sources():
        number, document = store.document(source.id)
        spans = tuple(passage.span for passage in store.passages(number))
        texts[source.location, source.record] = _Text(source.id, document.text, spans)
    rows = list(records(path))
    gold = [[place for answer in row["answers"] for place in _places_of(row["_id"], answer, texts)] for row in rows]
    return [Own(row["_id"], row["text"], frozenset(places)) for row, places in zip(rows, gold, strict=True)]


def _places_of(asked: str, answer: Mapping[str, str], texts: Mapping[tuple[str, str | None], _Text]) -> Iterator[Place]:
    one = texts.get((answer["location"], answer["record"]))
    if one is None:
        raise DataError(f"{asked}: the library has no document {answer['location']} {answer['record'] or ''}.")
    quote = locate(one.text, answer["quote"])
    if quote is None:
        raise DataError(f"{asked}: {answer['location']} does not say: {answer['quote']}")
    for span in holders(quote, one.passages):
        yield one.source, *span


def locate(text: str, quote: str) -> Span | None:
    """Where a quote stands, whatever the white space between its words."""
    found = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return None if found is None else Span(*found.span())


def holders(quote: Span, spans: Sequence[Span]) -> list[Span]:
    """Those of ``spans`` that hold the quote in full; where a cut goes through it, those with at least half of it."""
    whole = [span for span in spans if quote.within(span)]
    half = (quote.end - quote.start) / 2
    return whole or [span for span in spans if min(span.end, quote.end) - max(span.start, quote.start) >= half]


def measure(index: Index, by: By = By.BOTH, path: Path = QUERIES) -> Scores:
    """Search the sample library for every query of the set. Raises DataError."""
    asked = load(index.store, path)
    return score(asked, list(answers(index, [one.text for one in asked], by, DEPTH)), by)


def score(asked: Sequence[Own], found: Sequence[Answer | None], by: By) -> Scores:
    """The measures of answers that stand in the order of their queries; a refused query (None) scores 0."""
    pairs = list(zip(asked, found, strict=True))
    own = [(_places(answer), one.gold) for one, answer in pairs if one.gold]
    return Scores(
        by=by,
        queries=len(own),
        foreign=len(pairs) - len(own),
        ndcg=mean([ndcg(places, dict.fromkeys(gold, 1)) for places, gold in own]),
        success_1=mean([success(places, gold, 1) for places, gold in own]),
        success_2=mean([success(places, gold, 2) for places, gold in own]),
        success_5=mean([success(places, gold, 5) for places, gold in own]),
        foreign_none=mean([not _labelled(answer) for one, answer in pairs if not one.gold]),
        own_labelled=mean([_labelled(answer) for one, answer in pairs if one.gold]),
    )


def _places(answer: Answer | None) -> list[Place]:
    return [] if answer is None else [(hit.source.id, *hit.passage.span) for hit in answer.hits]


def _labelled(answer: Answer | None) -> bool:
    """Plausible or strong."""
    return answer is not None and answer.confidence is not Confidence.NONE
