"""Scores the search on the project's own judged set over the sample corpus: ranked passages against gold quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.metrics import mean, ndcg, success
from bench.retrieval.quality import answers
from bench.sets import DataError, records
from index.search.index import Index
from index.storage.truth import Truth
from index.types import Answer, By, Confidence, Span

QUERIES = Path(__file__).parent.parent / "corpus_queries.jsonl"

DEPTH = 10
"""Passages searched for a query."""

PassageKey = tuple[str, int, int]
"""A passage: the id of its source, start and end in characters of the document."""


@dataclass(frozen=True, slots=True)
class CorpusQuery:
    """A query of the set; ``gold``: the passages that answer it, none when the corpus has no answer."""

    id: str
    text: str
    gold: frozenset[PassageKey]


@dataclass(frozen=True, slots=True)
class Scores:
    """Means over the ``queries`` that have an answer.

    ``foreign_none``: share of the ``foreign`` queries, which have no answer, with the confidence *none*;
    ``own_labelled``: share of the queries with an answer with the confidence *plausible* or *strong*.
    """

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
class _LibraryDocument:
    """A document of the library: its source's id, its text, and the spans of its passages."""

    source: str
    text: str
    passages: tuple[Span, ...]


def load(store: Truth, path: Path = QUERIES) -> list[CorpusQuery]:
    """The queries of the set, with the passages of the library that hold their quotes.

    Raises DataError when a quote is not in the library.
    """
    texts: dict[tuple[str, str | None], _LibraryDocument] = {}
    for source, _, _ in store.documents.sources():
        number, document = store.documents.load(source.id)
        spans = tuple(passage.span for passage in store.documents.passages(number))
        texts[source.location, source.record] = _LibraryDocument(source.id, document.text, spans)
    rows = list(records(path))
    gold = [[key for answer in row["answers"] for key in _gold_passages(row["_id"], answer, texts)] for row in rows]
    return [CorpusQuery(row["_id"], row["text"], frozenset(keys)) for row, keys in zip(rows, gold, strict=True)]


def _gold_passages(
    query_id: str, answer: Mapping[str, str], texts: Mapping[tuple[str, str | None], _LibraryDocument]
) -> Iterator[PassageKey]:
    document = texts.get((answer["location"], answer["record"]))
    if document is None:
        raise DataError(f"{query_id}: the library has no document {answer['location']} {answer['record'] or ''}.")
    quote = locate(document.text, answer["quote"])
    if quote is None:
        raise DataError(f"{query_id}: {answer['location']} does not say: {answer['quote']}")
    for span in holders(quote, document.passages):
        yield document.source, *span


def locate(text: str, quote: str) -> Span | None:
    """The span of a quote, whatever the white space between its words; None when it is not in the text."""
    match = re.search(r"\s+".join(map(re.escape, quote.split())), text)
    return None if match is None else Span(*match.span())


def holders(quote: Span, spans: Sequence[Span]) -> list[Span]:
    """The spans that hold the quote in full; if none does, those that hold at least half of it."""
    whole = [span for span in spans if quote.within(span)]
    half = (quote.end - quote.start) / 2
    return whole or [span for span in spans if min(span.end, quote.end) - max(span.start, quote.start) >= half]


def measure(index: Index, by: By = By.BOTH, path: Path = QUERIES) -> Scores:
    """Searches the sample library for every query of the set. Raises DataError."""
    queries = load(index.store, path)
    return score(queries, list(answers(index, [query.text for query in queries], by, DEPTH)), by)


def score(queries: Sequence[CorpusQuery], results: Sequence[Answer | None], by: By) -> Scores:
    """The measures of answers in the order of their queries; a refused query (None) scores 0."""
    pairs = list(zip(queries, results, strict=True))
    own = [(_passage_keys(answer), query.gold) for query, answer in pairs if query.gold]
    return Scores(
        by=by,
        queries=len(own),
        foreign=len(pairs) - len(own),
        ndcg=mean([ndcg(keys, dict.fromkeys(gold, 1)) for keys, gold in own]),
        success_1=mean([success(keys, gold, 1) for keys, gold in own]),
        success_2=mean([success(keys, gold, 2) for keys, gold in own]),
        success_5=mean([success(keys, gold, 5) for keys, gold in own]),
        foreign_none=mean([not _labelled(answer) for query, answer in pairs if not query.gold]),
        own_labelled=mean([_labelled(answer) for query, answer in pairs if query.gold]),
    )


def _passage_keys(answer: Answer | None) -> list[PassageKey]:
    return [] if answer is None else [(hit.source.id, *hit.passage.span) for hit in answer.hits]


def _labelled(answer: Answer | None) -> bool:
    """True for an answer with the confidence *plausible* or *strong*."""
    return answer is not None and answer.confidence is not Confidence.NONE
