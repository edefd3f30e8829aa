"""The passages of a segment or of a generation as a table with named columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.types import Rows, Span

_NUMBER, _DOCUMENT, _START, _END, _FIRST_SENTENCE, _LAST_SENTENCE = range(6)

COLUMNS = 6
"""Columns of ``passages.npy``."""


@dataclass(frozen=True, slots=True)
class PassageTable:
    """One row for each passage, their numbers rising. ``array``: as in ``passages.npy``, shape (n, ``COLUMNS``). Each
    column is a view of it, shape (n,)."""

    array: NDArray[np.int64]

    @classmethod
    def concatenated(cls, tables: Iterable[PassageTable]) -> PassageTable:
        """The rows of all tables, in order; no table gives an empty one."""
        return cls(np.concatenate([np.empty((0, COLUMNS), np.int64), *(table.array for table in tables)]))

    def __len__(self) -> int:
        return len(self.array)

    @property
    def numbers(self) -> Rows:
        """The passages' numbers in the store."""
        return self.array[:, _NUMBER]

    @property
    def documents(self) -> Rows:
        """The numbers of their documents."""
        return self.array[:, _DOCUMENT]

    @property
    def starts(self) -> Rows:
        """Where they begin in their documents, in characters."""
        return self.array[:, _START]

    @property
    def ends(self) -> Rows:
        """Where they end in their documents, in characters."""
        return self.array[:, _END]

    @property
    def first_sentences(self) -> Rows:
        """The row of each passage's first sentence within its segment."""
        return self.array[:, _FIRST_SENTENCE]

    @property
    def last_sentences(self) -> Rows:
        """The row after each passage's last sentence within its segment: equal to the first when it has none."""
        return self.array[:, _LAST_SENTENCE]

    def places(self, document: int) -> Rows:
        """Number, start and end of the passages of a document, in reading order, shape (n, 3)."""
        places: Rows = self.array[self.documents == document][:, [_NUMBER, _START, _END]]
        return places

    def spans(self, rows: Rows) -> list[Span]:
        """Where the passages of some rows stand in their documents."""
        return [Span(start, end) for start, end in self.array[rows, _START : _END + 1].tolist()]

    def sentence_bounds(self, row: int) -> tuple[int, int]:
        """The rows of one passage's first sentence and after its last, within its segment."""
        first, last = self.array[row, _FIRST_SENTENCE : _LAST_SENTENCE + 1].tolist()
        return first, last
