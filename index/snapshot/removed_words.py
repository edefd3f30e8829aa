"""BM25 as if removed passages had never been there.

tantivy counts these in its statistics until it merges them away, so that the same texts would score differently by how
they came there. Once some were removed, scores are counted here, from the words of each passage, which are kept as
hashes in files beside tantivy's.

A file holds the passages of one or more writings, each more than twice as large as the next; none is ever changed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.snapshot.arrays import load_array
from index.snapshot.near_duplicates import hash_of
from index.types import Rows

_K1, _B = 1.2, 0.75  # as tantivy has them
REMOVED = "removed.npy"
_WORN = 3  # the word index is built anew when one in so many of its documents was removed (a guess)


def _representable() -> NDArray[np.int64]:
    """The lengths that tantivy can tell apart, rising: in a byte, as Lucene's SmallFloat."""
    codes = np.arange(256) - 24
    shifts = codes // 8 - 1
    large = np.where(shifts < 0, codes % 8, (codes % 8 + 8) << np.clip(shifts, 0, 40))
    lengths: NDArray[np.int64] = np.where(codes < 0, np.arange(256), 24 + large)
    return lengths


LENGTHS = _representable()
"""The lengths that ``rounded`` gives, rising."""


def hashes(words: Sequence[str]) -> NDArray[np.uint32]:
    return np.fromiter((hash_of(word) for word in words), np.uint32, len(words))


def write(folder: Path, added: Sequence[tuple[int, int, NDArray[np.uint32]]], removed: Sequence[int]) -> None:
    """Add a file for the passages ``added`` (number, document, hashes of the words; their numbers rising) to a folder
    that has the files of those before, and note the documents ``removed``."""
    places = np.array([(passage, document, len(words)) for passage, document, words in added], np.int64).reshape(-1, 3)
    words = np.concatenate([np.empty(0, np.uint32), *(words for _, _, words in added)])
    paths = _paths(folder)
    while paths and len(load_array(paths[-1], mapped=True)) <= 2 * len(words):
        last = paths.pop()
        places = np.concatenate([load_array(_places(last)), places])
        words = np.concatenate([load_array(last), words])
        last.unlink()
        _places(last).unlink()
    path = folder / f"forms-{len(paths):03d}.npy"
    np.save(path, words)
    np.save(_places(path), places)
    earlier = load_array(folder / REMOVED) if (folder / REMOVED).exists() else np.empty(0, np.int64)
    (folder / REMOVED).unlink(missing_ok=True)  # it may be a link to that of an earlier generation
    np.save(folder / REMOVED, np.union1d(earlier, np.array(removed, np.int64)))


def _paths(folder: Path) -> list[Path]:
    return sorted(folder.glob("forms-*.npy"))


def _places(path: Path) -> Path:
    return path.with_name(path.name.replace("forms", "places"))


def can_remove(folder: Path, removed: Sequence[int]) -> bool:
    """Whether documents may be removed from a word index, which otherwise is built anew: not from one of an earlier
    version, nor when too many were removed before."""
    paths = _paths(folder)
    if not paths:
        return False
    documents = np.unique(np.concatenate([load_array(_places(path))[:, 1] for path in paths]))
    return len(load_array(folder / REMOVED)) + len(removed) <= len(documents) / _WORN


class LivePassages:
    """The words of the passages that were not removed, and the statistics of BM25 over these."""

    def __init__(self, folder: Path) -> None:
        """Raises OSError and ValueError."""
        paths = _paths(folder)
        removed = load_array(folder / REMOVED) if paths else np.empty(0, np.int64)
        self.any_removed = bool(len(removed))
        if not self.any_removed:
            return
        places = np.concatenate([load_array(_places(path)) for path in paths])
        self._words = [load_array(path, mapped=True) for path in paths]
        self._bases = np.cumsum([0, *map(len, self._words)])
        self._numbers, self._lengths = places[:, 0], places[:, 2]
        self._starts = np.cumsum(self._lengths) - self._lengths
        self._live = ~np.isin(places[:, 1], removed)
        self.count = int(self._live.sum())
        self._mean = float(self._lengths[self._live].sum()) / max(self.count, 1)

    def scores(self, passages: Rows, words: Mapping[str, int], frequencies: Mapping[str, int]) -> NDArray[np.float64]:
        """BM25 of passages by their numbers, 0 for one that was removed or never there. ``words``: of the query, with
        how often it has each; ``frequencies``: how many live passages have each."""
        if not self.count:
            return np.zeros(len(passages))
        rows = np.minimum(np.searchsorted(self._numbers, passages), len(self._numbers) - 1)
        is_live = self._live[rows] & (self._numbers[rows] == passages)
        lengths = self._lengths[rows]
        owners = np.repeat(np.arange(len(rows)), lengths)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        hashes = self._hashes(np.repeat(self._starts[rows], lengths) + within)
        known = rounded(lengths)
        scores = np.zeros(len(rows))
        for word, count in words.items():
            occurrences = np.bincount(owners[hashes == np.uint32(hash_of(word))], minlength=len(rows))
            scores += count * rarity(self.count, frequencies[word]) * saturated(occurrences, known, self._mean)
        live_scores: NDArray[np.float64] = scores * is_live
        return live_scores

    def _hashes(self, positions: Rows) -> NDArray[np.uint32]:
        """The hashes of words at positions across all files."""
        hashes = np.zeros(len(positions), np.uint32)
        owners = np.searchsorted(self._bases, positions, side="right") - 1
        for number in np.unique(owners).tolist():
            within = owners == number
            hashes[within] = self._words[number][positions[within] - self._bases[number]]
        return hashes


def rounded(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """Lengths of passages in words as tantivy remembers them."""
    known: NDArray[np.int64] = LENGTHS[np.searchsorted(LENGTHS, lengths, side="right") - 1]
    return known


def saturated(times: NDArray[Any], lengths: NDArray[np.int64], mean: float) -> NDArray[np.float64]:
    """What a word's times in passages of these (rounded) lengths count in BM25. ``mean``: the mean length of all."""
    norms = _K1 * (1 - _B + _B * lengths / max(mean, 1e-9))
    counted: NDArray[np.float64] = (_K1 + 1) * times / (times + norms)
    return counted


def rarity(passages: int, frequency: int) -> float:
    """The inverse document frequency of a word, as in BM25."""
    return math.log(1 + max(0.0, passages - frequency + 0.5) / (frequency + 0.5))


def best(scores: Iterable[tuple[int, float]], k: int) -> list[tuple[int, float]]:
    """The ``k`` best passages, ties by number."""
    return sorted(scores, key=lambda pair: (-pair[1], pair[0]))[:k]
