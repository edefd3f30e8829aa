"""One voice for each copy: which candidates are shown, and how many of their sources speak for themselves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from index.snapshot.near_duplicates import Copies, CopyRuns
from index.types import Rows

AHEAD = 16
"""Candidates whose copies are looked up together."""

_CROWDED = 1 / 8  # share of the candidates that copies of the first of them may be before they keep others out


def fold_duplicates(
    rows: Rows, others: Sequence[Rows], copies: Copies, documents: Rows, per_source: int | None
) -> Iterator[tuple[int, CopyRuns]]:
    """Of candidates, best first, the places of those that are no copies of a better one shown, with their copies; at
    most ``per_source`` of one document. How far one reads on changes nothing about the first. ``others``: what may be
    copies of the first ``AHEAD``."""
    shown: Counter[int] = Counter()
    folded: set[int] = set()
    left = list(range(len(rows)))
    while left:
        batch, left = left[:AHEAD], left[AHEAD:]
        for place, proposed in zip(batch, copies.proposed(rows[batch], rows) if batch[0] else others, strict=True):
            row, document = int(rows[place]), int(documents[rows[place]])
            if row in folded or shown[document] == per_source:
                continue
            found = copies.checked(row, proposed)
            folded.update(found.rows.tolist())
            shown[document] += 1
            yield place, found
        left = [place for place in left if int(rows[place]) not in folded]


def crowding_documents(rows: Rows, others: Sequence[Rows], documents: Rows) -> Rows | None:
    """The documents, but that of the best candidate, that may copy the first candidates; None when these are few."""
    copied = np.unique(np.concatenate([np.empty(0, np.int64), *others]))
    if np.isin(copied, rows).sum() <= _CROWDED * len(rows):
        return None
    return np.setdiff1d(documents[copied], documents[rows[:1]])


def runs(found: CopyRuns, documents: Rows) -> tuple[Rows, Rows, Rows]:
    """Document, first and last sentence of each place; passages side by side are one place."""
    own = documents[found.rows]
    begins = np.flatnonzero((np.diff(found.rows, prepend=-2) != 1) | (np.diff(own, prepend=-1) != 0))
    return own[begins], found.first[begins], found.last[np.append(begins[1:], len(own)) - 1]


def count_sources(groups: Iterable[Iterable[int]]) -> tuple[int, int]:
    """How many documents there are, and how many voices: documents in one group, or linked by groups, are one."""
    voices: list[set[int]] = []
    for group in groups:
        one = set(group)
        linked = [voice for voice in voices if voice & one]
        voices = [voice for voice in voices if not voice & one]
        voices.append(one.union(*linked))
    return sum(map(len, voices)), len(voices)


def earliest(dates: Sequence[str | None]) -> list[bool]:
    """Which of these ISO dates no other surely comes before: a year may hide any day. None when that is true of all."""
    known = [date for date in dates if date]
    first = [bool(date) and not any(_before(other, date) for other in known) for date in dates]
    return first if len(known) == 1 or sum(first) < len(known) else [False] * len(dates)


def _before(one: str, other: str | None) -> bool:
    return other is not None and one[: len(other)] < other[: len(one)]
