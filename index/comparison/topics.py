"""The map: what the sources speak of, topic by topic, and who speaks of what nobody else does."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import log

import numpy as np

from index.comparison import grouping
from index.comparison.grouping import Rows
from index.errors import QueryError
from index.search import Index
from index.segment import DOCUMENT, END, START
from index.types import Source, Span
from index.words import stem

FEWEST, LARGEST = 3, 24
"""Topics: about the square root of half the passages, within these bounds."""

MOST = 500
"""Sources on one map."""

READ = 40
"""Passages of a topic, the nearest to its middle, that its label is taken from."""

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_LONGEST = 3  # words of a label
_SHORTEST = 3  # characters of a word in it
_TERMS = 4


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
class Map:
    """``topics``: the one with the most passages first."""

    sources: tuple[Source, ...]
    topics: tuple[Topic, ...]

    def share(self, topic: int, source: int) -> float:
        """Of a source's passages the share that is on a topic."""
        total = sum(len(one.passages[source]) for one in self.topics)
        return len(self.topics[topic].passages[source]) / total if total else 0.0


def topics(index: Index, sources: Sequence[str] | None = None, count: int | None = None) -> Map:
    """The map of some sources, or of all; ``count`` topics instead of what suits their size. Raises QueryError."""
    known = {source.id: source for source, _, _ in index.store.sources()}
    chosen = list(known if sources is None else dict.fromkeys(sources))
    if len(chosen) > MOST:
        raise QueryError(f"A map takes at most {MOST} sources, not {len(chosen):,}. Choose some of them.")
    numbers = np.array([index.store.live_one(identity).number for identity in chosen], np.int64)
    rows = np.flatnonzero(np.isin(index.generation.passages[:, DOCUMENT], numbers))
    told = tuple(known[identity] for identity in chosen)
    if not len(rows):
        return Map(told, ())
    vectors = index.generation.vectors.gather(rows)
    labels, centres = grouping.clustered(vectors, count or suiting(len(rows)))
    typical = -(vectors * centres[labels]).sum(axis=1)
    order = np.lexsort((rows, typical))
    members = [order[labels[order] == label] for label in np.argsort(-np.bincount(labels), kind="stable")]
    members = [one for one in members if len(one)]
    terms = _terms(index, [rows[one[:READ]] for one in members])
    places = np.searchsorted(np.sort(numbers), index.generation.passages[rows, DOCUMENT])
    columns = np.argsort(numbers)[places]
    each = zip(terms, members, strict=True)
    return Map(told, tuple(_topic(index, said, rows[one], columns[one], len(chosen)) for said, one in each))


def suiting(passages: int) -> int:
    """How many topics suit this many passages."""
    return int(np.clip(round((passages / 2) ** 0.5), FEWEST, LARGEST))


def _topic(index: Index, terms: tuple[str, ...], rows: Rows, columns: Rows, sources: int) -> Topic:
    spans: list[list[Span]] = [[] for _ in range(sources)]
    for (start, end), column in zip(
        index.generation.passages[rows][:, START : END + 1].tolist(), columns.tolist(), strict=True
    ):
        spans[column].append(Span(start, end))
    speaking = [place for place, one in enumerate(spans) if one]
    return Topic(terms, tuple(map(tuple, spans)), speaking[0] if len(speaking) == 1 and sources > 1 else None)


# labels ----------------------------------------------------------------------------------------------------------


def _terms(index: Index, members: Sequence[Rows]) -> list[tuple[str, ...]]:
    """The phrases that each topic's passages have and the others' have not, as they stand there most often."""
    said: list[dict[tuple[str, ...], Counter[str]]] = []
    for rows in members:
        found: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for document, start, end in index.generation.passages[rows][:, DOCUMENT : END + 1].tolist():
            for phrase, form in dict(_phrases(index.store.text(document, Span(start, end)))).items():
                found[form][phrase] += 1
        said.append(found)
    everywhere: Counter[tuple[str, ...]] = Counter()
    for one in said:
        everywhere.update({form: sum(phrases.values()) for form, phrases in one.items()})
    total = sum(map(len, members))
    taken: set[str] = set()
    return [_telling(one, everywhere, len(rows), total, taken) for one, rows in zip(said, members, strict=True)]


def _telling(
    said: dict[tuple[str, ...], Counter[str]],
    everywhere: Counter[tuple[str, ...]],
    size: int,
    total: int,
    taken: set[str],
) -> tuple[str, ...]:
    """The best phrases; none has a word of a better one, and none is the label of another topic."""

    def worth(form: tuple[str, ...]) -> float:
        here = sum(said[form].values())
        elsewhere = (everywhere[form] - here + 0.5) / (total - size + 1)
        return (
            here / size * log(max((here / size) / elsewhere, 1e-9)) * (1 + 0.3 * (len(form) - 1))
            if here > 1 or size == 1
            else 0
        )

    chosen: list[tuple[str, ...]] = []
    for form in sorted(said, key=lambda form: (-worth(form), form)):
        if len(chosen) == _TERMS or worth(form) <= 0:
            break
        if not any(set(form) & set(one) for one in chosen) and (chosen or " ".join(form) not in taken):
            chosen.append(form)
    taken.update(" ".join(form) for form in chosen[:1])
    return tuple(max(said[form].items(), key=lambda item: (item[1], item[0].islower(), item[0]))[0] for form in chosen)


def _phrases(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """One to three words in a row, as they stand and as they are matched; no small word at either end."""
    words = [(match.start(), match.end(), stem(match[0])) for match in _WORD.finditer(text)]
    for first in range(len(words)):
        for last in range(first, min(first + _LONGEST, len(words))):
            if last > first and text[words[last - 1][1] : words[last][0]] != " ":
                break
            ends = words[first], words[last]
            if all(form and end - start >= _SHORTEST for start, end, form in ends):
                form = tuple(form for _, _, form in words[first : last + 1] if form)
                yield text[words[first][0] : words[last][1]], form
