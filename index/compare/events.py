"""One event, many accounts: sources that tell of the same event, by their words, their names and how they begin."""

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
"""What words, names and figures, and the first passages count for; each is a cosine."""

LEAST = 0.32
"""Mean likeness from which sources tell of one event. Fitted on half of two sets, with the weights:
python -m bench compare"""

MOST = 2000
"""Sources that are grouped together: likeness is known for each pair."""

# a word with a capital that does not begin a sentence, or a figure
_NAMED = re.compile(r"(?<=[a-z,;’'] )[A-Z][^\W\d_]{2,}|\d[\d,.]*\d")


@dataclass(frozen=True, slots=True)
class Event:
    """Sources that tell of one event, the oldest first; ``independent``: copies of one another counted once."""

    sources: tuple[Source, ...]
    independent: int


def find_events(index: Index, sources: Sequence[str] | None = None) -> tuple[Event, ...]:
    """Groups of two sources or more, the largest first; of all sources when None. Raises QueryError."""
    known = {source.id: source for source, _, _ in index.store.sources()}
    chosen = list(known if sources is None else dict.fromkeys(sources))
    if len(chosen) > MOST:
        raise QueryError(f"At most {MOST:,} sources can be grouped by event, not {len(chosen):,}. Choose some of them.")
    numbers = [index.store.live_document(identity).number for identity in chosen]
    labels = clustering.linked(likeness(index, numbers), LEAST)
    found = []
    for label in np.flatnonzero(np.bincount(labels) > 1).tolist():
        places = np.flatnonzero(labels == label).tolist()
        members = sorted((known[chosen[place]] for place in places), key=lambda one: (one.published or "9", one.id))
        found.append(Event(tuple(members), _independent(index, [numbers[place] for place in places])))
    return tuple(sorted(found, key=lambda one: (-len(one.sources), one.sources[0].id)))


def _independent(index: Index, numbers: Sequence[int]) -> int:
    copied = ([number, *(set(index.generation.copies.shared(number)) & set(numbers))] for number in numbers)
    return folding.count_sources(copied)[1]


def likeness(index: Index, numbers: Sequence[int]) -> Floats:
    """How likely each two documents tell of one event, as a symmetric matrix; 0 for one without passages."""
    texts = [(index.store.source(number).title, index.store.text(number)) for number in numbers]
    said = [Counter(forms(f"{title} {text}")) for title, text in texts]
    named = [Counter(name.lower() for name in _NAMED.findall(text)) for _, text in texts]
    words, names, first = WEIGHTS
    found: Floats = words * cosines(said) + names * cosines(named)
    openings = index.generation.vectors.gather(_first(index, numbers))
    there = np.isin(numbers, index.generation.passages.documents)
    found += np.float32(first) * np.where(there[:, None] & there, openings @ openings.T, 0).astype(np.float32)
    return found


def _first(index: Index, numbers: Sequence[int]) -> Rows:
    """The row of each document's first passage; any row for one without."""
    documents = index.generation.passages.documents
    there, rows = np.unique(documents, return_index=True)
    place = np.minimum(np.searchsorted(there, numbers), max(len(there) - 1, 0))
    found: Rows = rows[place] if len(there) else np.empty(0, np.int64)
    return found


def cosines(bags: Sequence[Counter[str]]) -> Floats:
    """Cosines of ``weighed`` bags."""
    vectors = weighed(bags)
    found: Floats = vectors @ vectors.T
    return found


def weighed(bags: Sequence[Counter[str]]) -> Floats:
    """A tf-idf vector for each bag, of length 1, over the words that two bags have at least."""
    times = Counter(word for bag in bags for word in bag)
    place = {word: number for number, word in enumerate(word for word, count in times.items() if count > 1)}
    vectors = np.zeros((len(bags), len(place)), np.float32)
    for row, bag in enumerate(bags):
        known = [(place[word], count, times[word]) for word, count in bag.items() if word in place]
        if known:
            columns, counts, shared = (np.array(one) for one in zip(*known, strict=True))
            vectors[row, columns] = (1 + np.log(counts)) * np.log(len(bags) / shared)
    vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return vectors
