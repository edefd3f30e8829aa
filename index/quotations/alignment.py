"""Aligns a quotation with a source: word for word, with the fewest changes, or as runs of shared words."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from index.quotations.wording import MAX_ELIDED_WORDS, Wording, count_negations, figures

MIN_RUN = 4
"""Words in a row that a quotation must share with a source for a run (a guess)."""

_MAX_PAIR_POSITIONS = 50  # positions in a quotation that are tried for one pair of words (a guess)
_BAND = 256  # words of a quotation after which only the columns around the best one are kept (a guess)

# word for word -------------------------------------------------------------------------------------------------------


def exact_matches(quote: Wording, source: Wording) -> list[tuple[int, int]]:
    """The word-for-word matches of a quotation in a source, in order: the first word and the one after the last.

    Empty when there is none, or when the quotation has no words.
    """
    bounds = [0, *sorted(quote.joints), len(quote)]
    pieces = ["\n".join(["", *quote.words[a:b], ""]) for a, b in pairwise(bounds)]
    sizes = [b - a for a, b in pairwise(bounds)]
    text = "\n".join(["", *source.words, ""])
    if not len(quote) or any(piece not in text for piece in pieces):
        return []
    starts = [_piece_starts(piece, text) for piece in pieces]
    return _chain_pieces(starts, sizes, [0, *(quote.joints[bound] for bound in bounds[1:-1])])


def _piece_starts(piece: str, text: str) -> list[int]:
    """The numbers of the words in ``text`` at which ``piece`` begins."""
    starts, word, position, counted = [], 0, text.find(piece), 0
    while position >= 0:
        word, counted = word + text.count("\n", counted, position), position
        starts.append(word)
        position = text.find(piece, position + 1)
    return starts


def _chain_pieces(starts: Sequence[Sequence[int]], sizes: Sequence[int], gaps: Sequence[int]) -> list[tuple[int, int]]:
    """Start and end of each match of the first piece that all others follow in order, each after at most its gap."""
    ends = {start + sizes[0]: start for start in starts[0]}
    for piece_starts, size, gap in zip(starts[1:], sizes[1:], gaps[1:], strict=True):
        next_ends: dict[int, int] = {}
        sorted_ends = sorted(ends)
        passed = 0
        for start in piece_starts:
            while passed < len(sorted_ends) and sorted_ends[passed] <= start:
                passed += 1
            if passed and start - sorted_ends[passed - 1] <= gap:
                next_ends[start + size] = ends[sorted_ends[passed - 1]]
        ends = next_ends
    spans: dict[int, int] = {}
    for end, start in ends.items():
        spans[start] = min(end, spans.get(start, end))
    return sorted(spans.items())


# with the fewest changes ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of the quotation and the words of the source that they replace, as (first, after the last). One of the two
    may be empty."""

    quote: tuple[int, int]
    source: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Alignment:
    """The best match of a quotation: words ``first`` to before ``last`` of the source. ``pairs``: equal words, as
    (quotation, source). ``cost``: the number of words changed, added or left out by the ``edits``."""

    first: int
    last: int
    pairs: Sequence[tuple[int, int]]
    edits: Sequence[Edit]
    cost: int


def align(quote: Wording, source: Wording) -> Alignment:
    """The alignment of the whole quotation with the part of the source that needs the fewest changes."""
    ids: defaultdict[str, int] = defaultdict(lambda: len(ids))
    quote_ids = [ids[word] for word in quote.words]
    rows = _cost_table(quote_ids, np.array([ids[word] for word in source.words], np.int64), quote.joints)
    low, row = rows[-1]
    last = low + int(row.argmin())
    if len(quote) not in quote.joints:
        last = _with_replaced(source, last, dict(enumerate(row.tolist(), low)))
    steps = list(_trace_back(quote_ids, [ids[word] for word in source.words], rows, last, quote.joints))[::-1]
    steps = list(_limit_joints(steps, quote.joints))
    pairs = [(i, j) for kind, i, j in steps if kind == "="]
    first = steps[0][2] if steps else last
    edits = [edit for edit in _edits(steps) if not _is_immaterial(quote, source, edit)]
    cost = sum(max(b - a, d - c) for (a, b), (c, d) in ((edit.quote, edit.source) for edit in edits))
    return Alignment(first, last, pairs, edits, cost)


def _with_replaced(source: Wording, last: int, costs: Mapping[int, int]) -> int:
    """Where a match ends, with the words that others replace at its end: these are no more changes than if words had
    been added there. ``costs``: of ending before each source word. Only a space stands before such a word."""
    while last and costs.get(last + 1) == costs[last] and source.edges[last][0] - source.edges[last - 1][1] == 1:
        last += 1
    return last


def _cost_table(
    quote_ids: Sequence[int], source_ids: NDArray[np.int64], joints: Mapping[int, int]
) -> list[tuple[int, NDArray[np.int32]]]:
    """The edit-distance table, a row for each number of quotation words: its first column, and the least cost of ending
    before each source word from that column on. All columns are kept for the first ``_BAND`` words only, so the work
    grows linearly with both lengths."""
    low, high = 0, len(source_ids)
    rows: list[tuple[int, NDArray[np.int32]]] = [(0, np.zeros(high + 1, np.int32))]
    for number, word_id in enumerate(quote_ids):
        if number and number % _BAND == 0:
            rows[-1] = _narrow_row(*rows[-1], len(source_ids))
            low, high = rows[-1][0], rows[-1][0] + len(rows[-1][1]) - 1
        previous = rows[-1][1]
        row = previous + 1
        np.minimum(row[1:], previous[:-1] + (source_ids[low:high] != word_id), out=row[1:])
        ramp = np.arange(len(row), dtype=np.int32) * (number + 1 not in joints)
        rows.append((low, np.minimum.accumulate(row - ramp) + ramp))
    return rows


def _narrow_row(low: int, row: NDArray[np.int32], size: int) -> tuple[int, NDArray[np.int32]]:
    """The columns of a row around its best one. Columns that the row lacks on the right cost one more word each."""
    best = low + int(row.argmin())
    first, last = max(low, best - _BAND), min(size, best + 2 * _BAND + MAX_ELIDED_WORDS)
    columns = row[first - low : last - low + 1]
    beyond = np.arange(1, last - first + 2 - len(columns), dtype=np.int32)
    return first, np.concatenate([columns, columns[-1] + beyond])


def _trace_back(
    quote_ids: Sequence[int],
    source_ids: Sequence[int],
    rows: Sequence[tuple[int, NDArray[np.int32]]],
    j: int,
    joints: Mapping[int, int],
) -> Iterator[tuple[str, int, int]]:
    """The steps from the table's end to its beginning: = equal, x changed, + added, - left out, ~ covered by a joint.
    Each with its position in the quotation and in the source."""
    i = len(quote_ids)
    while i:
        (low, row), (low_above, row_above) = rows[i], rows[i - 1]
        cost = int(row[j - low])
        column = j - low_above
        equal = j > 0 and quote_ids[i - 1] == source_ids[j - 1]
        left = int(row[j - 1 - low]) if j > low else cost + 9
        diagonal = int(row_above[column - 1]) if 0 < column <= len(row_above) else cost + 9
        if equal and diagonal == cost:
            i, j = i - 1, j - 1
            yield "=", i, j
        elif i in joints and left == cost:
            j -= 1
            yield "~", i, j
        elif diagonal + 1 == cost:
            i, j = i - 1, j - 1
            yield "x", i, j
        elif i not in joints and left + 1 == cost:
            j -= 1
            yield "-", i, j
        else:
            i -= 1
            yield "+", i, j


def _limit_joints(steps: Sequence[tuple[str, int, int]], joints: Mapping[int, int]) -> Iterator[tuple[str, int, int]]:
    """The steps; words covered by a joint count as left out when they are more than it may stand for."""
    covered = Counter(i for kind, i, _ in steps if kind == "~")
    for kind, i, j in steps:
        yield "-" if kind == "~" and covered[i] > joints[i] else kind, i, j


def _edits(steps: Sequence[tuple[str, int, int]]) -> Iterator[Edit]:
    """An edit for each run of steps that change something."""
    run: list[tuple[str, int, int]] = []
    for step in [*steps, ("=", 0, 0)]:
        if step[0] not in "=~":
            run.append(step)
            continue
        if run:
            (_, i, j), (kind, last_i, last_j) = run[0], run[-1]
            yield Edit((i, last_i + (kind in "x+")), (j, last_j + (kind in "x-")))
        run = []


def _is_immaterial(quote: Wording, source: Wording, edit: Edit) -> bool:
    """Whether an edit only drops or adds a reference, or only splits words elsewhere. Splits that change a figure or a
    negation do count."""
    quote_words, source_words = quote.words[slice(*edit.quote)], source.words[slice(*edit.source)]
    if not (quote_words and source_words) and all(word.startswith("#") for word in [*quote_words, *source_words]):
        return True
    if "".join(quote_words) != "".join(source_words):
        return False
    same_figures = figures(quote_words) == figures(source_words)
    return same_figures and count_negations(quote_words) == count_negations(source_words)


# in runs of shared words ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Run:
    """Words ``first`` to before ``last`` of a quotation that are words ``source_first`` to before ``source_last`` of
    source number ``source``."""

    first: int
    last: int
    source: int
    source_first: int
    source_last: int


def longest_runs(quote: Wording, sources: Sequence[Wording]) -> list[Run]:
    """The runs that cover a quotation from left to right, each the longest at its position, of ``MIN_RUN`` words or
    more. Words in no run are skipped; of equally long runs the first source's first wins."""
    lengths = _run_lengths(quote.words, sources)
    runs: list[Run] = []
    position = 0
    while position < len(quote):
        candidates = lengths.get(position, [(0, 0, 0)])
        length, source, start = max(candidates, key=lambda run: (run[0], -run[1], -run[2]))
        if length >= MIN_RUN:
            runs.append(Run(position, position + length, source, start, start + length))
        position += length if length >= MIN_RUN else 1
    return runs


def _run_lengths(words: Sequence[str], sources: Sequence[Wording]) -> dict[int, list[tuple[int, int, int]]]:
    """By position in the quotation, the runs that begin there: words, number of the source, first word in it."""
    pair_positions: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for position, pair in enumerate(pairwise(words)):
        if len(pair_positions[pair]) < _MAX_PAIR_POSITIONS:
            pair_positions[pair].append(position)
    runs: dict[int, list[tuple[int, int, int]]] = {}
    for number, source in enumerate(sources):
        following: dict[int, int] = {}
        for start in range(len(source) - 2, -1, -1):
            positions = pair_positions.get((source.words[start], source.words[start + 1]), ())
            lengths = {position: following.get(position + 1, 1) + 1 for position in positions}
            for position, length in lengths.items():
                if length >= MIN_RUN:
                    runs.setdefault(position, []).append((length, number, start))
            following = lengths
    return runs
