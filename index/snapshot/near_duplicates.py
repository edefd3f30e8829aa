"""Near-copies: passages of different documents that share most of their words in the same order.

Five words in a row make a shingle; of every seven shingles in a row the least is a fingerprint (MinHash by the window:
"winnowing", Schleimer, Wilkerson & Aiken 2003). So two texts that share eleven words in a row share a fingerprint,
wherever their passages begin and however long they are, which one MinHash of a whole passage cannot promise. The
fingerprints are looked up; what they propose is then counted exactly, shingle by shingle.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from index.text.reading_copy import fold
from index.types import Rows

SHINGLE = 5
"""Words; a passage of fewer has no shingle, and so no copy."""

STANDS = 0.6
"""Share of a passage's shingles that must stand in the other or right beside it, for one of the two: the shorter, when
one is an excerpt. One word changed in twenty leaves .77 of the shingles, one in ten .59; half is what a line under
every article of a publisher makes of a short passage."""

SHARES = 0.3
"""Share of a passage's shingles that must stand in the other itself, for both: a copy that is packed into other
passages meets one of them with half its words."""

MOST = 1000
"""Copies of one passage that are looked for; those among a query's own candidates always are."""

EVERY = 24
"""Shingles of the shorter passage for each fingerprint that the two must share to be compared: what ``SHARES`` asks for
holds about two."""

WINDOW = 7
"""Shingles in a row of which one is a fingerprint."""

_TOKEN = re.compile(r"[^\W_]+|\0")
_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)
_SEED = b"sourcewise"
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_KNOWN = 1 << 19  # words whose hashes are remembered


class _Hashes(dict[str, int]):
    """64 bits of each word, the same in every process."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _KNOWN:
            self.clear()
        data = word.encode("utf-8", "replace")
        value = self[word] = int.from_bytes(hashlib.blake2b(data, digest_size=8, key=_SEED).digest(), "little")
        return value


_hashes = _Hashes()


def shingles(sentences: Iterable[str]) -> tuple[NDArray[np.uint32], Rows]:
    """The shingle that begins at each word of a document's sentences, and the number of words in each sentence.

    Words are compared without case, hyphenated ones joined, ligatures taken apart. The lowest bit says which shingles
    are fingerprints. The last four words begin none: 0.
    """
    text = "".join(f"{sentence}\0" for sentence in sentences)
    if "\n" in text or "\u00ad" in text:
        text = fold(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    found = np.fromiter(map(_hashes.__getitem__, _TOKEN.findall(text.casefold())), np.uint64)
    ends = np.flatnonzero(found == _hashes["\0"])
    hashes = np.delete(found, ends)
    values = np.zeros(len(hashes), np.uint32)
    if len(hashes) >= SHINGLE:
        short = _mixed(sliding_window_view(hashes, SHINGLE))
        windows = sliding_window_view(short, min(WINDOW, len(short)))
        short[windows.argmin(axis=1) + np.arange(len(windows))] |= 1
        values[: len(short)] = short
    return values, np.diff(ends - np.arange(len(ends)), prepend=0)


def _mixed(runs: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """One even number for each run of words."""
    mixed = np.zeros(len(runs), np.uint64)
    for column in runs.T:
        mixed = (mixed ^ column) * _PRIME
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(33) << np.uint64(1)).astype(np.uint32)


def table(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """Fingerprints with where they stand in ``values``, rising: the fingerprint in the upper half."""
    places = np.flatnonzero(values & 1)
    return np.sort(values[places].astype(np.uint64) << _HALF | places.astype(np.uint64))


@dataclass(frozen=True, slots=True)
class Shingled:
    """A segment's words in order. ``shingles`` and ``fingerprints`` as above; ``passages``, shape (2, n): the first
    word of each passage and the one after its last; ``sentences``: the first word of each sentence, rising."""

    shingles: NDArray[np.uint32]
    fingerprints: NDArray[np.uint64]
    passages: Rows
    sentences: Rows


@dataclass(frozen=True, slots=True)
class CopyRuns:
    """Where a passage stands elsewhere. ``rows``: passages, rising; ``first`` and ``last``: rows of the sentences, of
    each, that begin and end what they share."""

    rows: Rows
    first: Rows
    last: Rows


NOTHING = CopyRuns(*[np.empty(0, np.int64)] * 3)


class Copies:
    """Looks copies up among the passages of all segments. ``documents``: each passage's document; ``mask``: which still
    count, or None when all do."""

    def __init__(self, parts: Sequence[Shingled], documents: Rows, mask: NDArray[np.bool_] | None) -> None:
        self._parts, self._documents, self._mask = parts, documents, mask
        self._bases = np.cumsum([0, *(len(one.shingles) for one in parts)])
        self._sentence_bases = np.cumsum([0, *(len(one.sentences) for one in parts)])
        spans = [one.passages + base for one, base in zip(parts, self._bases, strict=False)]
        self._first, last = np.concatenate([np.empty((2, 0), np.int64), *spans], axis=1)
        self._end = np.maximum(self._first, last - SHINGLE + 1)  # after the last word that begins a shingle of its own

    def proposed(self, rows: Rows, among: Rows) -> list[Rows]:
        """For each passage those of other documents that share fingerprints enough, rising; of more than ``MOST`` the
        first, with all that are ``among`` these."""
        owner, at = _ranges(self._first[rows], self._end[rows])
        keys = self._values(at)
        marked = np.flatnonzero(keys & 1)
        marked = marked[np.argsort(keys[marked], kind="stable")]  # neighbours in the table are looked up in turn
        owner, keys = owner[marked], keys[marked]
        pairs, crowded = [np.empty(0, np.int64)], np.zeros(len(rows), np.bool_)
        for part, base in zip(self._parts, self._bases, strict=False):
            low, high = _postings(part.fingerprints, keys)
            crowded[owner[high - low > MOST]] = True
            key, posting = _ranges(low, np.minimum(high, low + MOST))
            place = (part.fingerprints[posting] & _LOWER).astype(np.int64) + base
            pairs.append(self._pairs(rows, owner[key], place))
        pair, shared = np.unique(np.concatenate(pairs), return_counts=True)
        one, other = np.divmod(pair, max(len(self._first), 1))
        least = np.minimum(self._size(rows[one]), self._size(other))
        enough = shared * EVERY >= least
        one, other = one[enough], other[enough]
        each = np.split(other, np.searchsorted(one, np.arange(1, len(rows))))
        full = crowded.tolist()
        return [self._bounded(*one, among) for one in zip(rows, each, full, strict=True)]

    def _pairs(self, rows: Rows, owner: Rows, place: Rows) -> Rows:
        """``owner`` and the passage that ``place`` lies in, as one number; of other, living documents."""
        other = np.searchsorted(self._first, place, side="right") - 1
        fits = (place < self._end[other]) & (self._documents[other] != self._documents[rows[owner]])
        if self._mask is not None:
            fits &= self._mask[other]
        pairs: Rows = owner[fits] * len(self._first) + other[fits]
        return pairs

    def _bounded(self, row: int, others: Rows, crowded: bool, among: Rows) -> Rows:
        if len(others) <= MOST and not crowded:
            return others
        fits = (self._documents[among] != self._documents[row]) & (self._size(among) > 0)
        return np.union1d(others[:MOST], among[fits])

    def checked(self, row: int, others: Rows) -> CopyRuns:
        """Those of ``others`` that are copies of a passage, or it of them, by the exact shares."""
        if not len(others):
            return NOTHING
        own = self._values(np.arange(self._first[row], self._end[row])) | 1  # a fingerprint here need be none there
        _, around = _ranges(*self._around(np.array([row])))
        known = np.unique(self._values(around) | 1)
        weight = np.bincount(np.searchsorted(known, own), minlength=len(known))
        pair, at = _ranges(*self._around(others))
        values = self._values(at) | 1
        place = np.minimum(np.searchsorted(known, values), len(known) - 1)
        there = np.flatnonzero(known[place] == values)
        pair, at, place = pair[there], at[there], place[there]
        inside = (at >= self._first[others][pair]) & (at < self._end[others][pair])
        own_stands = _weights(pair, place, weight, len(others)) / len(own)
        pair, at, place = pair[inside], at[inside], place[inside]
        own_shares = _weights(pair, place, weight, len(others)) / len(own)
        size = self._size(others)
        other_stands = np.bincount(pair, minlength=len(others)) / size
        common = weight[place] > 0
        pair, at = pair[common], at[common]
        other_shares = np.bincount(pair, minlength=len(others)) / size
        copied = (np.maximum(own_stands, other_stands) >= STANDS) & (np.minimum(own_shares, other_shares) >= SHARES)
        chosen = np.flatnonzero(copied)
        first = at[np.searchsorted(pair, chosen)]
        last = at[np.searchsorted(pair, chosen, side="right") - 1] + SHINGLE - 1
        return CopyRuns(others[chosen], self._sentences(first), self._sentences(last))

    def of(self, row: int) -> CopyRuns:
        """The copies of one passage."""
        return self.checked(row, self.proposed(np.array([row]), np.empty(0, np.int64))[0])

    def shared(self, document: int) -> dict[int, float]:
        """Documents that copy one, or it them: the share of its passages that have a copy in each."""
        rows = np.flatnonzero(self._documents == document)
        others = [np.unique(self._documents[self.of(int(row)).rows]) for row in rows]
        numbers, counts = np.unique(np.concatenate([np.empty(0, np.int64), *others]), return_counts=True)
        return dict(zip(numbers.tolist(), (counts / max(len(rows), 1)).tolist(), strict=True))

    def _size(self, rows: Rows) -> Rows:
        """Shingles of each passage."""
        size: Rows = self._end[rows] - self._first[rows]
        return size

    def _around(self, rows: Rows) -> tuple[Rows, Rows]:
        """The words that begin a shingle in a passage or in the two beside it."""
        before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, len(self._first) - 1)
        before = np.where(self._documents[before] == self._documents[rows], before, rows)
        after = np.where(self._documents[after] == self._documents[rows], after, rows)
        return self._first[before], np.maximum(self._end[rows], self._end[after])

    def _values(self, at: Rows) -> NDArray[np.uint32]:
        """The shingles at places among all segments."""
        place = np.searchsorted(self._bases, at, side="right") - 1
        values = np.zeros(len(at), np.uint32)
        for number in np.unique(place):
            mine = place == number
            values[mine] = self._parts[number].shingles[at[mine] - self._bases[number]]
        return values

    def _sentences(self, at: Rows) -> Rows:
        """The rows of the sentences that words stand in."""
        place = np.searchsorted(self._bases, at, side="right") - 1
        rows = np.zeros(len(at), np.int64)
        for number in np.unique(place):
            mine = place == number
            within = np.searchsorted(self._parts[number].sentences, at[mine] - self._bases[number], side="right") - 1
            rows[mine] = within + self._sentence_bases[number]
        return rows


def _ranges(low: Rows, high: Rows) -> tuple[Rows, Rows]:
    """All numbers from each low to below its high, with the place of the pair that each comes from."""
    counts = np.maximum(high - low, 0)
    owner = np.repeat(np.arange(len(counts)), counts)
    return owner, np.arange(len(owner)) + np.repeat(low - (np.cumsum(counts) - counts), counts)


def _postings(fingerprints: NDArray[np.uint64], keys: NDArray[np.uint32]) -> tuple[Rows, Rows]:
    """Where each fingerprint's places begin and end."""
    wide = keys.astype(np.uint64) << _HALF
    low = np.searchsorted(fingerprints, wide)
    high = low + _is_at(fingerprints, low, keys)
    # most have one place: their own
    several = np.flatnonzero(_is_at(fingerprints, low + 1, keys))
    high[several] = np.searchsorted(fingerprints, wide[several] | _LOWER, side="right")
    return low, high


def _is_at(fingerprints: NDArray[np.uint64], places: Rows, keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
    last = len(fingerprints) - 1
    if last < 0:
        return np.zeros(len(places), np.bool_)
    found: NDArray[np.bool_] = (fingerprints[np.minimum(places, last)] >> _HALF == keys) & (places <= last)
    return found


def _weights(pair: Rows, place: Rows, weight: Rows, count: int) -> NDArray[np.float32]:
    """For each of ``count`` others the sum of the weights of the places that it has."""
    seen = np.zeros((count, len(weight)), np.float32)
    seen[pair, place] = 1
    found: NDArray[np.float32] = seen @ weight.astype(np.float32)
    return found


def positions_of(part: Shingled, values: NDArray[np.uint32], most: int) -> Rows:
    """Words of a segment that begin one of these shingles, as far as fingerprints tell; for each the first ``most``."""
    low, high = _postings(part.fingerprints, np.unique(values[values > 0] | 1))
    _, posting = _ranges(low, np.minimum(high, low + most))
    return (part.fingerprints[posting] & _LOWER).astype(np.int64)
