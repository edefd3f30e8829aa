"""Which sources report the same event, judged by their words, their names and figures, their first passages, and days.

An account has days: the one on which it was published, and those that its beginning states. Two accounts without a day
in common, but for a few, are of two events however alike they are; a text without a day is no account. Texts that all
have the same authors are their writings on a subject, not accounts of an event.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from index.compare import clustering
from index.differences import dates
from index.differences.tokens import TokenizedText
from index.errors import QueryError
from index.search import folding
from index.search.index import Index
from index.text.analysis import forms
from index.types import Floats, Mask, Source

WEIGHTS = (0.4, 0.3, 0.3)
"""Weights of three cosines: of the words, of the names and figures, and of the first passages."""

LEAST = 0.32
"""Mean likeness from which sources report one event. Fitted on half of two data sets, with the weights:
python -m bench compare"""

MAX_DAYS = 4
"""Days that the accounts of one event may be apart (a guess)."""

OPENING = 1000
"""Characters at the beginning of a text in which it states its day; days further on are mostly of something else (a
guess)."""

LEADING = 8000
"""Characters of each text that are read: a report of an event is seldom longer, and a book costs no more (a guess)."""

_APART = -100.0
"""Likeness of two accounts of different days: no mean with it reaches ``LEAST``."""

MAX_EVENT_SOURCES = 2000
"""Sources that are grouped at once: the likeness of each pair is held in memory (a guess)."""

# a word with a capital that does not begin a sentence, or a figure
_NAMED = re.compile(r"(?<=[a-z,;’'] )[A-Z][^\W\d_]{2,}|\d[\d,.]*\d")


@dataclass(frozen=True, slots=True)
class Event:
    """Sources that report one event, the oldest first; ``independent``: copies of one another counted once."""

    sources: tuple[Source, ...]
    independent: int

    @property
    def copies(self) -> str:
        """How many of them are independent, in words; empty where all are."""
        if self.independent == 1:
            return "copies of one text"
        return f"{self.independent:,} independent" if self.independent < len(self.sources) else ""


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
    alike = likeness(index, numbers)
    published = [frozenset(_published(index.store.documents.source(number))) for number in numbers]
    alike[~share_days([_days(index, number) for number in numbers], published)] = _APART
    labels = clustering.linked(alike, LEAST)
    events = []
    for label in np.flatnonzero(np.bincount(labels) > 1).tolist():
        group = np.flatnonzero(labels == label).tolist()
        members = sorted(
            (known[chosen[position]] for position in group), key=lambda source: (source.published or "9", source.id)
        )
        if are_accounts(members):
            events.append(Event(tuple(members), _independent(index, [numbers[position] for position in group])))
    return tuple(sorted(events, key=lambda event: (-len(event.sources), event.sources[0].id)))


def are_accounts(sources: Sequence[Source]) -> bool:
    """Whether some of the sources have no author, or other authors than the first."""
    return not sources[0].authors or any(source.authors != sources[0].authors for source in sources)


def _independent(index: Index, numbers: Sequence[int]) -> int:
    copying = (folding.copying_documents(index.generation, number).tolist() for number in numbers)
    copied = ([number, *(set(others) & set(numbers))] for number, others in zip(numbers, copying, strict=True))
    return folding.count_sources(copied)[1]


def _days(index: Index, number: int) -> frozenset[int]:
    """The days of an account, counted from the year 1: of its publication, and those that its beginning states."""
    source, text = index.store.documents.source(number), index.store.documents.text(number)
    return frozenset([*_published(source), *stated_days(f"{source.title}\n\n{text[:OPENING]}")])


def _published(source: Source) -> Iterator[int]:
    """The day of publication; none where only the month or the year is known."""
    try:
        yield date.fromisoformat(source.published or "").toordinal()
    except ValueError:
        return


def stated_days(text: str) -> Iterator[int]:
    """The days that a text states with their year, counted from the year 1."""
    for mention in dates.dates(TokenizedText(text)):
        first, last = mention.value.first, mention.value.last
        if first == last and first.year and not mention.value.is_short:
            try:
                yield date(*first).toordinal()
            except ValueError:  # 30 February
                continue


def share_days(days_of: Sequence[frozenset[int]], published: Sequence[frozenset[int]]) -> Mask:
    """Whether each two accounts have days that are at most ``MAX_DAYS`` apart, shape (n, n). One of these must be a day
    of ``published``, unless neither account has one: a history and an obituary may mention one accident in passing."""
    dated = np.array([bool(days) for days in published], np.bool_)
    reported = _near(published, days_of)
    shared: Mask = _near(days_of, days_of) & (reported | reported.T | ~(dated[:, None] | dated))
    return shared


def _near(left: Sequence[frozenset[int]], right: Sequence[frozenset[int]]) -> Mask:
    """Whether each of the left has a day that is at most ``MAX_DAYS`` from one of each of the right."""
    known = {day: column for column, day in enumerate(sorted(frozenset().union(*left)))}
    exact = np.zeros((len(left), len(known)), np.float32)
    around = np.zeros((len(right), len(known)), np.float32)
    for row, days in enumerate(left):
        exact[row, [known[day] for day in days]] = 1
    for row, days in enumerate(right):
        reach = {day + offset for day in days for offset in range(-MAX_DAYS, MAX_DAYS + 1)}
        around[row, [known[day] for day in reach & known.keys()]] = 1
    near: Mask = exact @ around.T > 0
    return near


def likeness(index: Index, numbers: Sequence[int]) -> Floats:
    """How likely each two documents report one event: symmetric, shape (n, n), in 0–1 or a little below. A document
    without passages has 0 for its first passage."""
    documents = index.store.documents
    word_counts, name_counts = list[Counter[str]](), list[Counter[str]]()
    for number in numbers:
        title, text = documents.source(number).title, documents.text(number)[:LEADING]
        word_counts.append(Counter(forms(f"{title} {text}")))
        name_counts.append(Counter(name.lower() for name in _NAMED.findall(text)))
    words, names, first = WEIGHTS
    total: Floats = words * cosines(word_counts) + names * cosines(name_counts)
    openings, present = _openings(index, numbers)
    total += np.float32(first) * np.where(present[:, None] & present, openings @ openings.T, 0).astype(np.float32)
    return total


def _openings(index: Index, numbers: Sequence[int]) -> tuple[Floats, Mask]:
    """The vector of each document's first passage, and whether it has one; zeros for one without passages."""
    passages = index.generation.passages_of(numbers)
    documents, first = np.unique(index.generation.places(passages).documents, return_index=True)
    openings = np.zeros((len(numbers), index.embedder.dimension), np.float32)
    present: Mask = np.isin(numbers, documents)
    positions = np.searchsorted(documents, np.array(numbers)[present])
    openings[present] = index.generation.vectors_of(passages[first])[positions]
    return openings, present


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
