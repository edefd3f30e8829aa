"""The map: what the sources speak of, topic by topic, and who speaks of what nobody else does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.compare import clustering, labels
from index.compare.labels import LabelledPassage
from index.errors import QueryError
from index.search.index import Index
from index.types import Rows, Source, Span

FEWEST, LARGEST = 3, 24
"""Topics: about the square root of half the passages, within these bounds."""

MOST = 500
"""Sources on one map."""

READ = 40
"""Passages of a topic, the nearest to its middle, that its label is taken from."""


@dataclass(frozen=True, slots=True)
class Topic:
    """``terms`` stand in the topic's passages as they are, the most telling first. ``passages``: for each source, in
    the map's order, the spans of its passages, the most typical first. ``only``: the place of the one source that
    speaks of it, if there is but one."""

    terms: tuple[str, ...]
    passages: tuple[tuple[Span, ...], ...]
    only: int | None

    @property
    def label(self) -> str:
        return self.terms[0] if self.terms else "without words"


@dataclass(frozen=True, slots=True)
class TopicMap:
    """``topics``: the one with the most passages first."""

    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]

    def share(self, topic: int, source: int) -> float:
        """Of a source's passages the share that is on a topic."""
        total = sum(len(one.passages[source]) for one in self.topics)
        return len(self.topics[topic].passages[source]) / total if total else 0.0


def map_topics(index: Index, sources: Sequence[str] | None = None, count: int | None = None) -> TopicMap:
    """The map of some sources, or of all; ``count`` topics instead of what suits their size. Raises QueryError."""
    known = {source.id: source for source, _, _ in index.store.sources()}
    chosen = list(known if sources is None else dict.fromkeys(sources))
    if len(chosen) > MOST:
        raise QueryError(f"A map takes at most {MOST} sources, not {len(chosen):,}. Choose some of them.")
    numbers = np.array([index.store.live_document(identity).number for identity in chosen], np.int64)
    rows = np.flatnonzero(np.isin(index.generation.passages.documents, numbers))
    told = tuple(known[identity] for identity in chosen)
    if not len(rows):
        return TopicMap(told, ())
    vectors = index.generation.vectors.gather(rows)
    clusters, typical = clustering.clustered(vectors, count or suiting(len(rows)))
    order = np.lexsort((rows, -typical))
    members = [order[clusters[order] == one] for one in np.argsort(-np.bincount(clusters), kind="stable")]
    members = [one for one in members if len(one)]
    terms = labels.terms([list(_said(index, rows[one[:READ]])) for one in members])
    places = np.searchsorted(np.sort(numbers), index.generation.passages.documents[rows])
    columns = np.argsort(numbers)[places]
    each = zip(terms, members, strict=True)
    return TopicMap(told, tuple(_topic(index, said, rows[one], columns[one], len(chosen)) for said, one in each))


def suiting(passages: int) -> int:
    """How many topics suit this many passages."""
    return int(np.clip(round((passages / 2) ** 0.5), FEWEST, LARGEST))


def _said(index: Index, rows: Rows) -> Iterator[LabelledPassage]:
    for number in index.generation.passages.numbers[rows].tolist():
        document, passage = index.store.passage(number)
        yield LabelledPassage(passage.text, document, passage.heading or index.store.source(document).title)


def _topic(index: Index, terms: tuple[str, ...], rows: Rows, columns: Rows, sources: int) -> Topic:
    spans: list[list[Span]] = [[] for _ in range(sources)]
    for span, column in zip(index.generation.passages.spans(rows), columns.tolist(), strict=True):
        spans[column].append(span)
    speaking = [place for place, one in enumerate(spans) if one]
    return Topic(terms, tuple(map(tuple, spans)), speaking[0] if len(speaking) == 1 and sources > 1 else None)
