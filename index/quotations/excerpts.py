"""Reads the parts of documents that may hold a quotation: those that share words with it.

Two indexes find them: the fingerprints of word runs, which find any text that shares eleven words in a row, and the
word index, asked for all words of the quotation, for its first few and for its last few.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.quotations.wording import Wording, wording
from index.search.index import Index
from index.snapshot import near_duplicates
from index.snapshot.bm25 import Terms
from index.snapshot.passage_table import PassageTable
from index.text.analysis import plain_words
from index.text.reading import fold
from index.types import Rows, Span

_MAX_POSTINGS = 50  # positions of one fingerprint that are read (a guess)
_MAX_EXCERPTS = 12  # excerpts read for one quotation, those with the most passages found (a guess)
_MAX_RANKED = 10  # passages taken from the word index for all words of a quotation (a guess)
_MAX_EDGE_RANKED = 5  # passages taken for its first words, and for its last (a guess)
_MAX_EDGE_CANDIDATES = 200  # passages of either that are compared, to find two side by side (a guess)
_EDGE_WORDS = 5  # first and last words of a quotation that are searched as a phrase (a guess)
_SHORT = 12  # words up to which the fingerprints may miss a quotation, as they need eleven in a row
_MAX_QUERY_WORDS = 64  # words of a quotation asked of the word index; longer ones have fingerprints (a guess)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Consecutive sentences of one document: ``text`` is ``span`` of the document, with all that lies between them.
    ``row``: the first of its passages."""

    document: int
    row: int
    span: Span
    text: str
    wording: Wording


def rows_by_fingerprint(index: Index, text: str) -> Rows:
    """Rows of passages that share a run of words with the text. A row is repeated for each fingerprint shared."""
    values, _ = near_duplicates.shingles([text])
    rows, base = [np.empty(0, np.int64)], 0
    for segment in index.generation.segments:
        words = near_duplicates.positions_of(segment.shingled, values, _MAX_POSTINGS)
        rows.append(np.searchsorted(segment.shingled.passages[0], words, side="right") - 1 + base)
        base += len(segment.passages)
    return _live_rows(index, np.concatenate(rows))


def rows_by_words(index: Index, text: str) -> Rows:
    """Rows of passages that the word index finds for a text; a row may be repeated.

    They have most of its words, or all words of a short text in a row, or its first or last few words in a row. A pair
    of adjacent passages counts too when the first has the first words and the second the last.
    """
    word_index, words = index.generation.words, plain_words(fold(text.encode("utf-8", "replace").decode()))
    query = " ".join(words[:_MAX_QUERY_WORDS])

    def top(phrase: Sequence[str], limit: int) -> Rows:
        ranked = word_index.top(Terms(query, (" ".join(phrase),) if phrase else ()), limit)
        return _live_rows(index, index.generation.rows(np.array([number for number, _ in ranked], np.int64)))

    size = max(2, min(_EDGE_WORDS, len(words) // 2))
    whole = [top(words, _MAX_RANKED)] if len(words) <= _SHORT else []
    first, last = top(words[:size], _MAX_EDGE_CANDIDATES), top(words[-size:], _MAX_EDGE_CANDIDATES)
    adjacent = np.intersect1d(top(words[:2], _MAX_EDGE_CANDIDATES), top(words[-2:], _MAX_EDGE_CANDIDATES) - 1)
    return np.concatenate([top((), _MAX_RANKED), *whole, adjacent, first[:_MAX_EDGE_RANKED], last[:_MAX_EDGE_RANKED]])


def _live_rows(index: Index, rows: Rows) -> Rows:
    mask = index.generation.mask
    return rows if mask is None else rows[mask[rows]]


def read_excerpts(index: Index, rows: Rows, margin: int, known: Sequence[Excerpt] = ()) -> Iterator[Excerpt]:
    """Excerpts of the passages in ``rows`` with ``margin`` characters before and after; those closer than that share
    one. The excerpt with the most rows comes first; passages inside a known excerpt are left out."""
    table = index.generation.passages
    clusters: list[list[int]] = []
    for row in sorted(rows.tolist()):
        last = clusters[-1][-1] if clusters else -1
        if last >= 0 and _is_close(table, last, row, margin):
            clusters[-1].append(row)
        else:
            clusters.append([row])
    for first, *rest in sorted(clusters, key=len, reverse=True)[:_MAX_EXCERPTS]:
        last = rest[-1] if rest else first
        span = Span(int(table.starts[first]), int(table.ends[last]))
        if not any(excerpt.document == table.documents[first] and span.within(excerpt.span) for excerpt in known):
            yield _excerpt(index, first, last, margin)


def _is_close(table: PassageTable, row: int, following: int, margin: int) -> bool:
    same = table.documents[row] == table.documents[following]
    return bool(same and table.starts[following] - table.ends[row] <= margin)


def _excerpt(index: Index, first: int, last: int, margin: int) -> Excerpt:
    table = index.generation.passages
    base, segment = index.generation.segment(first)
    document, segment_end = int(table.documents[first]), base + len(segment.passages)
    start, end = int(table.starts[first]) - margin, int(table.ends[last]) + margin
    while first > base and table.documents[first - 1] == document and table.ends[first - 1] > start:
        first -= 1
    while last + 1 < segment_end and table.documents[last + 1] == document and table.starts[last + 1] < end:
        last += 1
    rows = segment.sentences[table.first_sentences[first] : table.last_sentences[last]]
    spans = [Span(*row) for row in rows[(rows[:, 1] > start) & (rows[:, 0] < end)].tolist()]
    span = Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)
    text = index.store.documents.text(document, span)
    return Excerpt(document, first, span, text, wording(text, spans, span.start))
