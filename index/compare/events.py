"""Which sources report the same event, judged by their words, their names and figures, and their first passages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from index.compare import clustering
from index.errors import QueryError
from index.search import folding
from index.search.index import Index
from index.text.analysis import forms
from index.types import Floats, Rows, Source

WEIGHTS = (0.4, 0.3, 0.3)
"""Weights of three cosines: of the words, of the names and figures, and of the first passages."""

LEAST = 0.32
"""Mean likeness from which sources report one event. Fitted on half of two data sets, with the weights:
python -m bench compare"""

MAX_EVENT_SOURCES = 2000
"""Sources that are grouped at once: the likeness of each pair is held in memory (a guess)."""

# a word with a capital that does not begin a sentence, or a figure
_NAMED = re.compile(r"(?<=[a-z,;’'] )[A-Z][^\W\d_]{2,}|\d[\d,.]*\d")


@dataclass(frozen=True, slots=True)
class Event:
    """Sources that report one event, the oldest first; ``independent``: copies of one another counted once."""

    sources: tuple[Source, ...]
    independent: int


def find_events(index: Index, sources: Sequence[str] | None = None) -> tuple[Event, ...]:
    """Groups of two or more of the sources (ids; all when None), the largest first. Raises QueryError for an unknown
    source, or more than ``MAX_EVENT_SOURCES``."""
    known = {source.id: source for source, _, _ in index.store.documents.sources()}
    chosen = list(known if sources is None else dict.fromkeys(sources))
    if len(chosen) > MAX_EVENT_SOURCES:
        raise QueryError(
            f"At most {MAX_EVENT_SOURCES:,} sources can be grouped by event, not {len(chosen):,}. Choose some of them."
        )
    numbers = [index.store.documents.live(identity).number for identity in chosen]
    labels = clustering.linked(likeness(index, numbers), LEAST)
    events = []
    for label in np.flatnonzero(np.bincount(labels) > 1).tolist():
        group = np.flatnonzero(labels == label).tolist()
        members = sorted(
            (known[chosen[position]] for position in group), key=lambda source: (source.published or "9", source.id)
        )
        events.append(Event(tuple(members), _independent(index, [numbers[position] for position in group])))
    return tuple(sorted(events, key=lambda event: (-len(event.sources), event.sources[0].id)))


def _independent(index: Index, numbers: Sequence[int]) -> int:
    copied = ([number, *(set(index.generation.copies.shared(number)) & set(numbers))] for number in numbers)
    return folding.count_sources(copied)[1]


def likeness(index: Index, numbers: Sequence[int]) -> Floats:
    """How likely each two documents report one event: symmetric, shape (n, n), in 0–1 or a little below. A document
    without passages has 0 for its first passage."""
    texts = [(index.store.documents.source(number).title, index.store.documents.text(number)) for number in numbers]
    word_counts = [Counter(forms(f"{title} {text}")) for title, text in texts]
    name_counts = [Counter(name.lower() for name in _NAMED.findall(text)) for _, text in texts]
    words, names, first = WEIGHTS
    total: Floats = words * cosines(word_counts) + names * cosines(name_counts)
    openings = index.generation.vectors.gather(_first_rows(index, numbers))
    present = np.isin(numbers, index.generation.passages.documents)
    total += np.float32(first) * np.where(present[:, None] & present, openings @ openings.T, 0).astype(np.float32)
    return total


def _first_rows(index: Index, numbers: Sequence[int]) -> Rows:
    """The row of each document's first passage; any row for a document without passages."""
    documents, rows = np.unique(index.generation.passages.documents, return_index=True)
    positions = np.minimum(np.searchsorted(documents, numbers), max(len(documents) - 1, 0))
    first: Rows = rows[positions] if len(documents) else np.empty(0, np.int64)
    return first


def cosines(bags: Sequence[Counter[str]]) -> Floats:
    """The cosine of each two bags of words, weighted by ``weighed``; shape (n, n)."""
    vectors = weighed(bags)
    products: Floats = vectors @ vectors.T
    return products


def weighed(bags: Sequence[Counter[str]]) -> Floats:
    """A tf-idf vector of length 1 for each bag of words, over the words of at least two bags; 0 for a bag without any:
    (1 + ln tf) · ln(n / df)."""
    frequencies = Counter(word for bag in bags for word in bag)
    column_of = {word: column for column, word in enumerate(word for word, count in frequencies.items() if count > 1)}
    vectors = np.zeros((len(bags), len(column_of)), np.float32)
    for row, bag in enumerate(bags):
        known = [(column_of[word], count, frequencies[word]) for word, count in bag.items() if word in column_of]
        if known:
            columns, counts, shared = (np.array(values) for values in zip(*known, strict=True))
            vectors[row, columns] = (1 + np.log(counts)) * np.log(len(bags) / shared)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors
