"""Folds near-duplicates: which candidates are shown, with their copies, and how many of the sources are independent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.snapshot.near_duplicates import Copies, CopyRuns
from index.types import Rows

AHEAD = 16
"""Candidates whose copies are looked up in one batch (a guess)."""

_CROWDED = 1 / 8  # share of the candidates that may copy the first ones before others are fetched (a guess)


def fold_duplicates(
    rows: Rows, others: Sequence[Rows], copies: Copies, documents: Rows, per_source: int | None
) -> Iterator[tuple[int, CopyRuns]]:
    """Yields the positions of the candidates that are shown, each with its copies, best first: those that copy no
    better one that is shown, at most ``per_source`` of one document. ``rows``: the candidates, best first; ``others``:
    possible copies of each of the first ``AHEAD``; ``documents``: the document of each row of the generation. What is
    yielded first does not depend on how much is read."""
    shown: Counter[int] = Counter()
    folded: set[int] = set()
    remaining = list(range(len(rows)))
    while remaining:
        batch, remaining = remaining[:AHEAD], remaining[AHEAD:]
        for position, proposed in zip(batch, copies.proposed(rows[batch], rows) if batch[0] else others, strict=True):
            row, document = int(rows[position]), int(documents[rows[position]])
            if row in folded or shown[document] == per_source:
                continue
            checked = copies.checked(row, proposed)
            folded.update(checked.rows.tolist())
            shown[document] += 1
            yield position, checked
        remaining = [position for position in remaining if int(rows[position]) not in folded]


def crowding_documents(rows: Rows, others: Sequence[Rows], documents: Rows) -> Rows | None:
    """The documents that may copy the first candidates, without that of the best candidate; None when their passages
    are at most ``_CROWDED`` of the candidates. Parameters as in ``fold_duplicates``."""
    copied = np.unique(np.concatenate([np.empty(0, np.int64), *others]))
    if np.isin(copied, rows).sum() <= _CROWDED * len(rows):
        return None
    return np.setdiff1d(documents[copied], documents[rows[:1]])


def runs(copies: CopyRuns, documents: Rows) -> tuple[Rows, Rows, Rows]:
    """Document, row of the first and row of the last sentence of each copied stretch; adjacent passages of one document
    make one stretch. ``documents``: the document of each row of the generation."""
    owners = documents[copies.rows]
    begins = np.flatnonzero((np.diff(copies.rows, prepend=-2) != 1) | (np.diff(owners, prepend=-1) != 0))
    return owners[begins], copies.first[begins], copies.last[np.append(begins[1:], len(owners)) - 1]


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
