"""Where a quotation stands in a source: word for word, with the fewest changes, or in runs of words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.quotations.wording import ELIDED, Wording, count_negations, figures

RUN = 4
"""Words in a row by which a part of a quotation is known again."""

_OFTEN = 50  # places of one pair of words in a quotation that are followed
_BLOCK = 256  # words of a quotation after which only the columns about its best place are kept

# where it stands word for word ---------------------------------------------------------------------------------------


def exact(quote: Wording, source: Wording) -> list[tuple[int, int]]:
    """First word, and the one after the last, of each place where a quotation stands word for word."""
    edges = [0, *sorted(quote.joints), len(quote)]
    pieces = ["\n".join(["", *quote.words[a:b], ""]) for a, b in pairwise(edges)]
    sizes = [b - a for a, b in pairwise(edges)]
    text = "\n".join(["", *source.words, ""])
    if not len(quote) or any(piece not in text for piece in pieces):
        return []
    starts = [_starts(piece, text) for piece in pieces]
    return _chained(starts, sizes, [0, *(quote.joints[at] for at in edges[1:-1])])


def _starts(piece: str, text: str) -> list[int]:
    """The words of ``text``, by number, at which ``piece`` begins."""
    found, word, place, counted = [], 0, text.find(piece), 0
    while place >= 0:
        word, counted = word + text.count("\n", counted, place), place
        found.append(word)
        place = text.find(piece, place + 1)
    return found


def _chained(starts: Sequence[Sequence[int]], sizes: Sequence[int], most: Sequence[int]) -> list[tuple[int, int]]:
    """Each place of the first piece from which all others follow in order, none after too many words."""
    ends = {start + sizes[0]: start for start in starts[0]}
    for own, size, gap in zip(starts[1:], sizes[1:], most[1:], strict=True):
        following: dict[int, int] = {}
        before = sorted(ends)
        place = 0
        for start in own:
            while place < len(before) and before[place] <= start:
                place += 1
            if place and start - before[place - 1] <= gap:
                following[start + size] = ends[before[place - 1]]
        ends = following
    spans: dict[int, int] = {}
    for end, start in ends.items():
        spans[start] = min(end, spans.get(start, end))
    return sorted(spans.items())


# where it stands nearly so -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Block:
    """Words of a quotation that stand for other words of the source; one side may be empty."""

    quote: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Fit:
    """The best place of a quotation: words ``first`` to before ``last`` of the source, pairs of same words, what
    differs. ``cost``: words changed, added or left out."""

    first: int
    last: int
    pairs: Sequence[tuple[int, int]]
    blocks: Sequence[Block]
    cost: int


def fit(quote: Wording, source: Wording) -> Fit:
    """The alignment of a quotation, whole, with the part of a source that makes the fewest changes."""
    known: defaultdict[str, int] = defaultdict(lambda: len(known))
    wanted = [known[word] for word in quote.words]
    rows = _table(wanted, np.array([known[word] for word in source.words], np.int64), quote.joints)
    low, row = rows[-1]
    last = low + int(row.argmin())
    steps = list(_steps(wanted, [known[word] for word in source.words], rows, last, quote.joints))[::-1]
    steps = list(_limited(steps, quote.joints))
    pairs = [(i, j) for kind, i, j in steps if kind == "="]
    first = steps[0][2] if steps else last
    blocks = [one for one in _blocks(steps) if not _same(quote, source, one)]
    cost = sum(max(b - a, d - c) for (a, b), (c, d) in ((one.quote, one.source) for one in blocks))
    return Fit(first, last, pairs, blocks, cost)


def _table(
    wanted: Sequence[int], source: NDArray[np.int64], joints: Mapping[int, int]
) -> list[tuple[int, NDArray[np.int32]]]:
    """For each number of words of the quotation the first column kept, and from there on the least cost of ending
    before each word of the source. All columns are kept for the first words, so the work grows with the lengths only.
    """
    low, high = 0, len(source)
    rows: list[tuple[int, NDArray[np.int32]]] = [(0, np.zeros(high + 1, np.int32))]
    for number, word in enumerate(wanted):
        if number and number % _BLOCK == 0:
            rows[-1] = _narrowed(*rows[-1], len(source))
            low, high = rows[-1][0], rows[-1][0] + len(rows[-1][1]) - 1
        before = rows[-1][1]
        row = before + 1
        np.minimum(row[1:], before[:-1] + (source[low:high] != word), out=row[1:])
        steps = np.arange(len(row), dtype=np.int32) * (number + 1 not in joints)
        rows.append((low, np.minimum.accumulate(row - steps) + steps))
    return rows


def _narrowed(low: int, row: NDArray[np.int32], size: int) -> tuple[int, NDArray[np.int32]]:
    best = low + int(row.argmin())
    first, last = max(low, best - _BLOCK), min(size, best + 2 * _BLOCK + ELIDED)
    kept = row[first - low : last - low + 1]
    beyond = np.arange(1, last - first + 2 - len(kept), dtype=np.int32)
    return first, np.concatenate([kept, kept[-1] + beyond])


def _steps(
    wanted: Sequence[int],
    source: Sequence[int],
    rows: Sequence[tuple[int, NDArray[np.int32]]],
    j: int,
    joints: Mapping[int, int],
) -> Iterator[tuple[str, int, int]]:
    """The way back through the table: same =, other x, added +, left out -, and what a joint stands for."""
    i = len(wanted)
    while i:
        (low, row), (low_before, before) = rows[i], rows[i - 1]
        here = int(row[j - low])
        above = j - low_before
        same = j > 0 and wanted[i - 1] == source[j - 1]
        left = int(row[j - 1 - low]) if j > low else here + 9
        diagonal = int(before[above - 1]) if 0 < above <= len(before) else here + 9
        if same and diagonal == here:
            i, j = i - 1, j - 1
            yield "=", i, j
        elif i in joints and left == here:
            j -= 1
            yield "~", i, j
        elif diagonal + 1 == here:
            i, j = i - 1, j - 1
            yield "x", i, j
        elif i not in joints and left + 1 == here:
            j -= 1
            yield "-", i, j
        else:
            i -= 1
            yield "+", i, j


def _limited(steps: Sequence[tuple[str, int, int]], joints: Mapping[int, int]) -> Iterator[tuple[str, int, int]]:
    """Where more stands at a joint than it may stand for, that is left out."""
    stood = Counter(i for kind, i, _ in steps if kind == "~")
    for kind, i, j in steps:
        yield "-" if kind == "~" and stood[i] > joints[i] else kind, i, j


def _blocks(steps: Sequence[tuple[str, int, int]]) -> Iterator[Block]:
    """Runs of steps that change something."""
    run: list[tuple[str, int, int]] = []
    for step in [*steps, ("=", 0, 0)]:
        if step[0] not in "=~":
            run.append(step)
            continue
        if run:
            (_, i, j), (kind, last_i, last_j) = run[0], run[-1]
            yield Block((i, last_i + (kind in "x+")), (j, last_j + (kind in "x-")))
        run = []


def _same(quote: Wording, source: Wording, block: Block) -> bool:
    """Whether a block is a reference that one side leaves out, or differs only in where words are parted; figures and
    what denies must be parted alike."""
    ours, theirs = quote.words[slice(*block.quote)], source.words[slice(*block.source)]
    if not (ours and theirs) and all(word.startswith("#") for word in [*ours, *theirs]):
        return True
    if "".join(ours) != "".join(theirs):
        return False
    return figures(ours) == figures(theirs) and count_negations(ours) == count_negations(theirs)


# what stands in several places --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Words of a quotation, from ``first`` to before ``last``, that stand in source ``number`` from word ``at`` to
    before ``end``."""

    first: int
    last: int
    number: int
    at: int
    end: int


def runs(quote: Wording, sources: Sequence[Wording]) -> list[Run]:
    """A quotation covered from its beginning by the longest runs of at least ``RUN`` words that stand in a source."""
    lengths = _lengths(quote.words, sources)
    found: list[Run] = []
    place = 0
    while place < len(quote):
        length, number, at = max(lengths.get(place, [(0, 0, 0)]), key=lambda one: (one[0], -one[1], -one[2]))
        if length >= RUN:
            found.append(Run(place, place + length, number, at, at + length))
        place += length if length >= RUN else 1
    return found


def _lengths(words: Sequence[str], sources: Sequence[Wording]) -> dict[int, list[tuple[int, int, int]]]:
    """By place in the quotation: how many words stand alike from there on, in which source, from which word."""
    grams: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for place, pair in enumerate(pairwise(words)):
        if len(grams[pair]) < _OFTEN:
            grams[pair].append(place)
    found: dict[int, list[tuple[int, int, int]]] = {}
    for number, source in enumerate(sources):
        after: dict[int, int] = {}
        for at in range(len(source) - 2, -1, -1):
            here = {
                place: after.get(place + 1, 1) + 1 for place in grams.get((source.words[at], source.words[at + 1]), ())
            }
            for place, length in here.items():
                if length >= RUN:
                    found.setdefault(place, []).append((length, number, at))
            after = here
    return found
