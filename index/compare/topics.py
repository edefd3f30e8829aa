"""The map of topics: which sources have passages on each topic, and which topics only one source covers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from index.compare import clustering, labels
from index.compare.labels import LabelledPassage
from index.disk import Address
from index.errors import QueryError
from index.search.index import Index
from index.snapshot.engine import Places, SearchEngine
from index.types import Floats, Numbers, Rows, Source, Span

MIN_TOPICS, MAX_TOPICS = 3, 24
"""Bounds of the number of topics, which is about the square root of half the passages (a guess)."""

MAX_MAPPED = 5000
"""Sources on one map: the vectors of their passages are clustered in memory (a guess)."""

LABELLED = 40
"""Passages of a topic, the nearest to its centre, that its label is taken from (a guess)."""


@dataclass(frozen=True, slots=True, eq=False)
class Topic:
    """``terms``: phrases as they stand in the topic's passages, the most specific first. ``counts``: for each source,
    in the map's order, the number of its passages; ``starts`` and ``ends``: of all passages, those of one source after
    those of the other, the most typical first. ``only``: the position of the source that alone covers the topic; None
    where several do, or the map has one source."""

    terms: tuple[str, ...]
    counts: Rows
    starts: Numbers
    ends: Numbers
    only: int | None

    @property
    def label(self) -> str:
        return self.terms[0] if self.terms else "without words"

    @property
    def covering(self) -> list[int]:
        """The positions of the sources with passages on it, the one with the most first."""
        order = np.argsort(-self.counts, kind="stable")
        covering: list[int] = order[: np.count_nonzero(self.counts)].tolist()
        return covering

    def passages(self, source: int) -> list[Span]:
        """The spans of a source's passages, the most typical first."""
        first = int(self.counts[:source].sum())
        own = slice(first, first + int(self.counts[source]))
        return list(map(Span, self.starts[own].tolist(), self.ends[own].tolist()))


@dataclass(frozen=True, slots=True)
class TopicMap:
    """``topics``: the one with the most passages first."""

    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]

    def share(self, topic: int, source: int) -> float:
        """The share of a source's passages that are on a topic; 0 for a source without passages."""
        total = sum(int(counted.counts[source]) for counted in self.topics)
        return int(self.topics[topic].counts[source]) / total if total else 0.0


@dataclass(frozen=True, slots=True)
class _Stored:
    """The vectors of passages, read from the library when they are asked for: a few at a time need little memory."""

    engine: SearchEngine
    passages: Numbers

    def __len__(self) -> int:
        return len(self.passages)

    def __getitem__(self, rows: Rows) -> Floats:
        return self.engine.vectors_of(self.passages[rows])


def map_topics(index: Index, sources: Sequence[str] | None = None, count: int | None = None) -> TopicMap:
    """The map of the sources (ids; all when None), with ``count`` topics or as many as suit the passages; no topics
    without passages. Raises QueryError for an unknown source, or more than ``MAX_MAPPED``."""
    known = {source.id: source for source, _, _ in index.store.documents.sources()}
    chosen = list(known if sources is None else dict.fromkeys(sources))
    if len(chosen) > MAX_MAPPED:
        raise QueryError(f"A map takes at most {MAX_MAPPED} sources, not {len(chosen):,}. Choose some of them.")
    numbers = np.array([index.store.documents.live(identity).number for identity in chosen], np.int64)
    passages = index.generation.passages_of(numbers.tolist())
    shown = tuple(known[identity] for identity in chosen)
    if not len(passages):
        return TopicMap(shown, ())
    places, stored = index.generation.places(passages), _Stored(index.generation, passages)
    at_once = isinstance(index.library, Address)  # over the network they go once
    vectors = stored[np.arange(len(passages))] if at_once else stored
    clusters, typical = clustering.clustered(vectors, count or suiting(len(passages)))
    order = np.lexsort((passages, -typical))
    groups = [order[clusters[order] == cluster] for cluster in np.argsort(-np.bincount(clusters), kind="stable")]
    groups = [group for group in groups if len(group)]
    titles = {number: known[identity].title for number, identity in zip(numbers.tolist(), chosen, strict=True)}
    terms = labels.terms([list(_labelled(index, passages[group[:LABELLED]], titles)) for group in groups])
    positions = np.searchsorted(np.sort(numbers), places.documents)
    columns = np.argsort(numbers)[positions]
    named = zip(terms, groups, strict=True)
    topics = (_topic(phrases, places.at(group), columns[group], len(chosen)) for phrases, group in named)
    return TopicMap(shown, tuple(topics))


def suiting(passages: int) -> int:
    """The number of topics that suits this many passages."""
    return int(np.clip(round((passages / 2) ** 0.5), MIN_TOPICS, MAX_TOPICS))


def _labelled(index: Index, passages: Numbers, titles: Mapping[int, str]) -> Iterator[LabelledPassage]:
    """``titles``: by the numbers of documents."""
    for number in passages.tolist():
        document, passage = index.store.documents.passage(number)
        yield LabelledPassage(passage.text, document, f"{titles[document]}\n{passage.heading or ''}")


def _topic(terms: tuple[str, ...], places: Places, columns: Rows, sources: int) -> Topic:
    """``columns``: for each place the position of its source."""
    counts, order = np.bincount(columns, minlength=sources), np.argsort(columns, kind="stable")
    covering = np.flatnonzero(counts).tolist()
    only = covering[0] if len(covering) == 1 and sources > 1 else None
    return Topic(terms, counts, places.starts[order], places.ends[order], only)
