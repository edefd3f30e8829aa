"""Finds near-duplicates: passages of different documents that share most of their words in the same order.

Five consecutive words make a shingle. Of every seven consecutive shingles the smallest hash is a fingerprint
("winnowing", Schleimer, Wilkerson & Aiken 2003). Two texts that share eleven consecutive words thus share a
fingerprint, wherever their passages begin and however long they are, which one MinHash of a whole passage cannot
guarantee. Fingerprints propose candidates, whose shared shingles are then counted exactly.
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

from index.text.reading import fold
from index.types import Rows

SHINGLE = 5
"""Words of a shingle; a passage with fewer has no shingle, and so no copy (a guess)."""

STANDS = 0.6
"""Share of a passage's shingles that must occur in the other passage or right beside it. One of the two must reach it:
the shorter, when one is an excerpt. Changing one word in twenty leaves .77 of the shingles, one in ten .59; .5 would
be reached by short passages that share only the line under every article of a publisher."""

SHARES = 0.3
"""Share of a passage's shingles that must occur in the other passage itself, for both: a copy that is split into other
passages shares half its words with one of them."""

MOST = 1000
"""Copies of one passage that are looked for; copies among a query's candidates are always found (a guess)."""

EVERY = 24
"""Shingles of the shorter passage for each fingerprint that two passages must share to be compared; passages that meet
``SHARES`` share about two for as many shingles (a guess)."""

WINDOW = 7
"""Consecutive shingles of which one is a fingerprint (a guess)."""

_TOKEN = re.compile(r"[^\W_]+|\0")
_HALF, _LOWER = np.uint64(32), np.uint64(0xFFFFFFFF)  # a table's entry: fingerprint in the upper half, position below
_SEED = b"sourcewise"
_PRIME = np.uint64(0x9E3779B97F4A7C15)  # 2**64 divided by the golden ratio, an odd multiplier that spreads bits
_CACHED = 1 << 19  # words whose hashes are cached (a guess)


class _Hashes(dict[str, int]):
    """Caches a 64-bit hash of each word, which is the same in every process."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _CACHED:
            self.clear()
        data = word.encode("utf-8", "replace")
        value = self[word] = int.from_bytes(hashlib.blake2b(data, digest_size=8, key=_SEED).digest(), "little")
        return value


_hashes = _Hashes()


def hash_of(word: str) -> int:
    """32 bits that are the same for a word in every process."""
    return _hashes[word] & 0xFFFFFFFF


def shingles(sentences: Iterable[str]) -> tuple[NDArray[np.uint32], Rows]:
    """The shingle that begins at each word of a document's sentences, shape (words,), and the number of words in each
    sentence.

    Words are compared case-folded, without hyphenation, with ligatures split. The lowest bit marks fingerprints. The
    last four words begin no shingle and have 0.
    """
    text = "".join(f"{sentence}\0" for sentence in sentences)
    if "\n" in text or "\u00ad" in text:
        text = fold(text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    tokens = np.fromiter(map(_hashes.__getitem__, _TOKEN.findall(text.casefold())), np.uint64)
    ends = np.flatnonzero(tokens == _hashes["\0"])
    words = np.delete(tokens, ends)
    values = np.zeros(len(words), np.uint32)
    if len(words) >= SHINGLE:
        mixed = _mixed(sliding_window_view(words, SHINGLE))
        windows = sliding_window_view(mixed, min(WINDOW, len(mixed)))
        mixed[windows.argmin(axis=1) + np.arange(len(windows))] |= 1
        values[: len(mixed)] = mixed
    return values, np.diff(ends - np.arange(len(ends)), prepend=0)


def _mixed(runs: NDArray[np.uint64]) -> NDArray[np.uint32]:
    """An even hash for each run of words, which is a row of ``runs``."""
    mixed = np.zeros(len(runs), np.uint64)
    for column in runs.T:
        mixed = (mixed ^ column) * _PRIME
        mixed ^= mixed >> np.uint64(29)
    return (mixed >> np.uint64(33) << np.uint64(1)).astype(np.uint32)


def table(values: NDArray[np.uint32]) -> NDArray[np.uint64]:
    """The fingerprints of ``values`` with their positions, rising: fingerprint in the upper 32 bits, position below."""
    positions = np.flatnonzero(values & 1)
    return np.sort(values[positions].astype(np.uint64) << _HALF | positions.astype(np.uint64))


@dataclass(frozen=True, slots=True)
class Shingled:
    """A segment's words, numbered from 0 in order. ``shingles``: see ``shingles()``; ``fingerprints``: see ``table()``;
    ``passages``, shape (2, n): the first word of each passage and the one after its last; ``sentences``: the first word
    of each sentence, rising."""

    shingles: NDArray[np.uint32]
    fingerprints: NDArray[np.uint64]
    passages: Rows
    sentences: Rows


@dataclass(frozen=True, slots=True)
class CopyRuns:
    """The copies of a passage. ``rows``: the copies, rising; ``first`` and ``last``: for each, the rows of the first
    and the last sentence of the shared text."""

    rows: Rows
    first: Rows
    last: Rows

    def among(self, rows: Rows) -> CopyRuns:
        """Those copies that are in ``rows``."""
        kept = np.isin(self.rows, rows)
        return CopyRuns(self.rows[kept], self.first[kept], self.last[kept])


NOTHING = CopyRuns(*[np.empty(0, np.int64)] * 3)


class Copies:
    """Finds copies among the passages of all segments. Words are numbered across the segments. ``documents``: each
    passage's document; ``mask``: which passages still count, or None when all do."""

    def __init__(self, parts: Sequence[Shingled], documents: Rows, mask: NDArray[np.bool_] | None) -> None:
        self._parts, self._documents, self._mask = parts, documents, mask
        self._bases = np.cumsum([0, *(len(part.shingles) for part in parts)])
        self._sentence_bases = np.cumsum([0, *(len(part.sentences) for part in parts)])
        spans = [part.passages + base for part, base in zip(parts, self._bases, strict=False)]
        self._first, last = np.concatenate([np.empty((2, 0), np.int64), *spans], axis=1)
        self._end = np.maximum(self._first, last - SHINGLE + 1)  # after the last word that begins a shingle inside

    def proposed(self, rows: Rows, among: Rows) -> list[Rows]:
        """For each passage the possible copies, rising: passages of other documents that share enough fingerprints. Of
        more than ``MOST`` only the first, and all that are in ``among``."""
        owners, words = _ranges(self._first[rows], self._end[rows])
        keys = self._values(words)
        marked = np.flatnonzero(keys & 1)
        marked = marked[np.argsort(keys[marked], kind="stable")]  # so that neighbours in the table are read in turn
        owners, keys = owners[marked], keys[marked]
        pairs, crowded = [np.empty(0, np.int64)], np.zeros(len(rows), np.bool_)
        for part, base in zip(self._parts, self._bases, strict=False):
            low, high = _postings(part.fingerprints, keys)
            crowded[owners[high - low > MOST]] = True
            key, posting = _ranges(low, np.minimum(high, low + MOST))
            positions = (part.fingerprints[posting] & _LOWER).astype(np.int64) + base
            pairs.append(self._pairs(rows, owners[key], positions))
        pair, shared = np.unique(np.concatenate(pairs), return_counts=True)
        owner, candidates = np.divmod(pair, max(len(self._first), 1))
        shorter = np.minimum(self._size(rows[owner]), self._size(candidates))
        enough = shared * EVERY >= shorter
        owner, candidates = owner[enough], candidates[enough]
        grouped = np.split(candidates, np.searchsorted(owner, np.arange(1, len(rows))))
        return [self._bounded(*group, among) for group in zip(rows, grouped, crowded.tolist(), strict=True)]

    def fingerprints(self, rows: Rows) -> NDArray[np.uint32]:
        """The fingerprints of the passages, rising."""
        keys = np.unique(self._values(_ranges(self._first[rows], self._end[rows])[1]))
        marked: NDArray[np.uint32] = keys[keys & 1 == 1]
        return marked

    def _pairs(self, rows: Rows, owners: Rows, positions: Rows) -> Rows:
        """``owner * passages + candidate`` for the passage that each position lies in, if it counts and is of another
        document than its owner, which is an index into ``rows``."""
        candidates = np.searchsorted(self._first, positions, side="right") - 1
        other = self._documents[candidates] != self._documents[rows[owners]]
        fits = (positions < self._end[candidates]) & other
        if self._mask is not None:
            fits &= self._mask[candidates]
        pairs: Rows = owners[fits] * len(self._first) + candidates[fits]
        return pairs

    def _bounded(self, row: int, candidates: Rows, crowded: bool, among: Rows) -> Rows:
        """At most ``MOST`` candidates, plus those in ``among``, when there are more or a fingerprint is too common."""
        if len(candidates) <= MOST and not crowded:
            return candidates
        return np.union1d(candidates[:MOST], self._others(row, among))

    def _others(self, row: int, among: Rows) -> Rows:
        """Those of ``among`` that have shingles and are of another document than the passage."""
        fits: NDArray[np.bool_] = (self._documents[among] != self._documents[row]) & (self._size(among) > 0)
        return among[fits]

    def copying(self, row: int, among: Rows) -> CopyRuns:
        """The copies of the passage that are in ``among``: as ``of``, but only these few are looked at."""
        has_shingles = self._size(np.array([row]))[0] > 0
        return self.checked(row, np.unique(self._others(row, among))) if has_shingles else NOTHING

    def checked(self, row: int, others: Rows) -> CopyRuns:
        """Those of ``others`` that are copies of the passage, or it of them, by the exact shares of shingles."""
        if not len(others):
            return NOTHING
        # the lowest bit is ignored: a fingerprint in one passage need not be one in the other
        own = self._values(np.arange(self._first[row], self._end[row])) | 1
        _, nearby_words = _ranges(*self._with_neighbours(np.array([row])))
        known = np.unique(self._values(nearby_words) | 1)
        weights = np.bincount(np.searchsorted(known, own), minlength=len(known))
        # for each word that begins a known shingle: which of ``others`` it is in or beside, and the shingle's index
        owners, words = _ranges(*self._with_neighbours(others))
        values = self._values(words) | 1
        shingle = np.minimum(np.searchsorted(known, values), len(known) - 1)
        matched = np.flatnonzero(known[shingle] == values)
        owners, words, shingle = owners[matched], words[matched], shingle[matched]
        inside = (words >= self._first[others][owners]) & (words < self._end[others][owners])
        own_stands = _weight_sums(owners, shingle, weights, len(others)) / len(own)
        owners, words, shingle = owners[inside], words[inside], shingle[inside]
        own_shares = _weight_sums(owners, shingle, weights, len(others)) / len(own)
        size = self._size(others)
        other_stands = np.bincount(owners, minlength=len(others)) / size
        common = weights[shingle] > 0
        owners, words = owners[common], words[common]
        other_shares = np.bincount(owners, minlength=len(others)) / size
        copied = (np.maximum(own_stands, other_stands) >= STANDS) & (np.minimum(own_shares, other_shares) >= SHARES)
        chosen = np.flatnonzero(copied)
        first = words[np.searchsorted(owners, chosen)]
        last = words[np.searchsorted(owners, chosen, side="right") - 1] + SHINGLE - 1
        return CopyRuns(others[chosen], self._sentences(first), self._sentences(last))

    def of(self, row: int) -> CopyRuns:
        """The copies of the passage at ``row``."""
        return self.checked(row, self.proposed(np.array([row]), np.empty(0, np.int64))[0])

    def _size(self, rows: Rows) -> Rows:
        """The number of shingles of each passage."""
        size: Rows = self._end[rows] - self._first[rows]
        return size

    def _with_neighbours(self, rows: Rows) -> tuple[Rows, Rows]:
        """The first word of each passage with the two beside it in its document, and the one after the last that begins
        a shingle there."""
        before, after = np.maximum(rows - 1, 0), np.minimum(rows + 1, len(self._first) - 1)
        before = np.where(self._documents[before] == self._documents[rows], before, rows)
        after = np.where(self._documents[after] == self._documents[rows], after, rows)
        return self._first[before], np.maximum(self._end[rows], self._end[after])

    def _values(self, words: Rows) -> NDArray[np.uint32]:
        """The shingles that begin at words, by their numbers across all segments."""
        owners = np.searchsorted(self._bases, words, side="right") - 1
        values = np.zeros(len(words), np.uint32)
        for number in np.unique(owners):
            within = owners == number
            values[within] = self._parts[number].shingles[words[within] - self._bases[number]]
        return values

    def _sentences(self, words: Rows) -> Rows:
        """The rows of the sentences that contain words, both numbered across all segments."""
        owners = np.searchsorted(self._bases, words, side="right") - 1
        rows = np.zeros(len(words), np.int64)
        for number in np.unique(owners):
            within = owners == number
            part_words = words[within] - self._bases[number]
            part_rows = np.searchsorted(self._parts[number].sentences, part_words, side="right") - 1
            rows[within] = part_rows + self._sentence_bases[number]
        return rows


def _ranges(low: Rows, high: Rows) -> tuple[Rows, Rows]:
    """All numbers from each low to below its high, preceded by the index of the pair that each number comes from."""
    counts = np.maximum(high - low, 0)
    owners = np.repeat(np.arange(len(counts)), counts)
    return owners, np.arange(len(owners)) + np.repeat(low - (np.cumsum(counts) - counts), counts)


def _postings(fingerprints: NDArray[np.uint64], keys: NDArray[np.uint32]) -> tuple[Rows, Rows]:
    """Where the entries of each key begin and end in a table of fingerprints."""
    wide = keys.astype(np.uint64) << _HALF
    low = np.searchsorted(fingerprints, wide)
    high = low + _has_key(fingerprints, low, keys)
    # most keys have a single entry, so that the end of the others alone is searched for
    several = np.flatnonzero(_has_key(fingerprints, low + 1, keys))
    high[several] = np.searchsorted(fingerprints, wide[several] | _LOWER, side="right")
    return low, high


def _has_key(fingerprints: NDArray[np.uint64], indexes: Rows, keys: NDArray[np.uint32]) -> NDArray[np.bool_]:
    """Whether the table's entry at each index has that key; False beyond the end."""
    last = len(fingerprints) - 1
    if last < 0:
        return np.zeros(len(indexes), np.bool_)
    equal: NDArray[np.bool_] = (fingerprints[np.minimum(indexes, last)] >> _HALF == keys) & (indexes <= last)
    return equal


def _weight_sums(owners: Rows, shingle: Rows, weights: Rows, count: int) -> NDArray[np.float32]:
    """For each of ``count`` passages the sum of the weights of the distinct shingles that it has."""
    present = np.zeros((count, len(weights)), np.float32)
    present[owners, shingle] = 1
    sums: NDArray[np.float32] = present @ weights.astype(np.float32)
    return sums


def positions_of(part: Shingled, values: NDArray[np.uint32], limit: int) -> Rows:
    """Numbers of the words of a segment at which a fingerprint equal to one of these shingles begins; at most ``limit``
    for each shingle."""
    low, high = _postings(part.fingerprints, np.unique(values[values > 0] | 1))
    _, posting = _ranges(low, np.minimum(high, low + limit))
    return (part.fingerprints[posting] & _LOWER).astype(np.int64)
