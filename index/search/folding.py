"""Folds near-duplicates: which candidates are shown, with their copies, and how many of the sources are independent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.snapshot.engine import NONE, CopiedPassages, Places, SearchEngine
from index.types import Numbers, Span

AHEAD = 16
"""Candidates whose copies are looked up in one batch (a guess)."""

_CROWDED = 1 / 8  # share of the candidates that may copy the first ones before others are fetched (a guess)


def fold_duplicates(
    passages: Numbers, places: Places, others: Sequence[Numbers], generation: SearchEngine, per_source: int | None
) -> Iterator[tuple[int, CopiedPassages]]:
    """Yields the positions of the candidates that are shown, each with its copies, best first: those that copy no
    better one that is shown, at most ``per_source`` of one document. ``passages``: the candidates, best first;
    ``others``: possible copies of each of the first ``AHEAD``. What is yielded first does not depend on how much is
    read."""
    shown: Counter[int] = Counter()
    folded: set[int] = set()
    remaining = list(range(len(passages)))
    while remaining:
        batch, remaining = remaining[:AHEAD], remaining[AHEAD:]
        possible = generation.possible_copies(passages[batch], passages) if batch[0] else others
        for position, proposed in zip(batch, possible, strict=True):
            passage, document = int(passages[position]), int(places.documents[position])
            if passage in folded or shown[document] == per_source:
                continue
            copies = generation.copies_of(passage, proposed)
            folded.update(copies.passages.tolist())
            shown[document] += 1
            yield position, copies
        remaining = [position for position in remaining if int(passages[position]) not in folded]


def crowding_documents(
    passages: Numbers, places: Places, others: Sequence[Numbers], generation: SearchEngine
) -> Numbers | None:
    """The documents that may copy the first candidates, without that of the best candidate; None when their passages
    are at most ``_CROWDED`` of the candidates. Parameters as in ``fold_duplicates``."""
    copied = np.unique(np.concatenate([NONE, *others]))
    if np.isin(copied, passages).sum() <= _CROWDED * len(passages):
        return None
    return np.setdiff1d(generation.places(copied).documents, places.documents[:1])


def stretches(copies: CopiedPassages) -> tuple[Numbers, list[Span]]:
    """The document and the span of each copied stretch; adjacent passages of one document make one stretch."""
    owners = copies.documents
    # the passages of a document have consecutive numbers
    begins = np.flatnonzero((np.diff(copies.passages, prepend=-2) != 1) | (np.diff(owners, prepend=-1) != 0))
    ends = copies.ends[np.append(begins[1:], len(owners)) - 1]
    return owners[begins], list(map(Span, copies.starts[begins].tolist(), ends.tolist()))


def copying_documents(generation: SearchEngine, document: int) -> Numbers:
    """The documents that have copies of passages of a document, rising."""
    passages = generation.passages_of([document])
    possible = zip(passages.tolist(), generation.possible_copies(passages, NONE), strict=True)
    copies = (generation.copies_of(passage, others).documents for passage, others in possible)
    return np.unique(np.concatenate([NONE, *copies]))


def count_sources(groups: Iterable[Iterable[int]]) -> tuple[int, int]:
    """The number of documents, and of independent sources among them: documents of one group, or of groups that share a
    document, count as one."""
    clusters: list[set[int]] = []
    for group in groups:
        documents = set(group)
        linked = [cluster for cluster in clusters if cluster & documents]
        clusters = [cluster for cluster in clusters if not cluster & documents]
        clusters.append(documents.union(*linked))
    return sum(map(len, clusters)), len(clusters)


def earliest(dates: Sequence[str | None]) -> list[bool]:
    """Which of these ISO dates are earliest: no other is certainly before them (a bare year may be any of its days).
    All are False when every known date would be True, unless only one is known. Undated entries are False."""
    known = [date for date in dates if date]
    first = [bool(date) and not any(_is_before(other, date) for other in known) for date in dates]
    return first if len(known) == 1 or sum(first) < len(known) else [False] * len(dates)


def _is_before(left: str, right: str | None) -> bool:
    """Whether ``left`` certainly comes before ``right``, by the parts that both have."""
    return right is not None and left[: len(right)] < right[: len(left)]
