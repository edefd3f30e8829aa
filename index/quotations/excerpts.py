"""What may hold a quotation: stretches of documents that share words with it, read from the store.

They are looked up, not scanned for: by the fingerprints of runs of words, which find whatever shares eleven in a row,
and in the word index by all words, by the first few and by the last few.
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
from index.text.reading_copy import fold
from index.types import Rows, Span

_POSTINGS = 50  # places of one run of words that are looked at
_STRETCHES = 12  # read of one quotation, those that most speaks for
_RANKED = 10  # passages that the word index puts forward, by all words of a quotation
_EDGED = 5  # and by those of its beginning and of its end
_EDGES = 200  # that are held against each other, whether they stand side by side
_EDGE = 5  # words
_SHORT = 12  # words that runs of words may not find
_ASKED = 64  # words that are asked for: runs of words find what is longer


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Sentences of one document in a row, with what stands between them: ``text`` is ``span`` of the document.
    ``row``: the first of its passages."""

    document: int
    row: int
    span: Span
    text: str
    wording: Wording


def by_fingerprint(index: Index, text: str) -> Rows:
    """Rows of passages that share a run of words with the text, one for each that is shared."""
    values, _ = near_duplicates.shingles([text])
    found, base = [np.empty(0, np.int64)], 0
    for one in index.generation.segments:
        words = near_duplicates.positions_of(one.shingled, values, _POSTINGS)
        found.append(np.searchsorted(one.shingled.passages[0], words, side="right") - 1 + base)
        base += len(one.passages)
    return _living(index, np.concatenate(found))


def by_word(index: Index, text: str) -> Rows:
    """Rows of passages that have all words of a short text in a row, or most of the words, or the first few or the last
    few in a row; and of two passages side by side, when the one has the first and the other the last."""
    words, plain = index.generation.words, plain_words(fold(text.encode("utf-8", "replace").decode()))
    asked = " ".join(plain[:_ASKED])

    def top(phrase: Sequence[str], most: int) -> Rows:
        found = words.top(Terms(asked, (" ".join(phrase),) if phrase else ()), most)
        return _living(index, index.generation.rows(np.array([number for number, _ in found], np.int64)))

    size = max(2, min(_EDGE, len(plain) // 2))
    whole = [top(plain, _RANKED)] if len(plain) <= _SHORT else []
    first, last = top(plain[:size], _EDGES), top(plain[-size:], _EDGES)
    beside = np.intersect1d(top(plain[:2], _EDGES), top(plain[-2:], _EDGES) - 1)
    return np.concatenate([top((), _RANKED), *whole, beside, first[:_EDGED], last[:_EDGED]])


def _living(index: Index, rows: Rows) -> Rows:
    mask = index.generation.mask
    return rows if mask is None else rows[mask[rows]]


def excerpts(index: Index, rows: Rows, around: int, known: Sequence[Excerpt] = ()) -> Iterator[Excerpt]:
    """What stands in passages and so many characters before and after; what is most often named comes first, what lies
    in a known excerpt is left out."""
    table = index.generation.passages
    clusters: list[list[int]] = []
    for row in sorted(rows.tolist()):
        last = clusters[-1][-1] if clusters else -1
        if last >= 0 and _beside(table, last, row, around):
            clusters[-1].append(row)
        else:
            clusters.append([row])
    for first, *rest in sorted(clusters, key=len, reverse=True)[:_STRETCHES]:
        last = rest[-1] if rest else first
        span = Span(int(table.starts[first]), int(table.ends[last]))
        if not any(one.document == table.documents[first] and span.within(one.span) for one in known):
            yield _excerpt(index, first, last, around)


def _beside(table: PassageTable, one: int, other: int, around: int) -> bool:
    same = table.documents[one] == table.documents[other]
    return bool(same and table.starts[other] - table.ends[one] <= around)


def _excerpt(index: Index, first: int, last: int, around: int) -> Excerpt:
    table = index.generation.passages
    base, segment = index.generation.segment(first)
    documents, starts, ends = table.documents, table.starts, table.ends
    document, beyond = int(documents[first]), base + len(segment.passages)
    begin, end = int(starts[first]) - around, int(ends[last]) + around
    while first > base and documents[first - 1] == document and ends[first - 1] > begin:
        first -= 1
    while last + 1 < beyond and documents[last + 1] == document and starts[last + 1] < end:
        last += 1
    rows = segment.sentences[table.first_sentences[first] : table.last_sentences[last]]
    spans = [Span(*one) for one in rows[(rows[:, 1] > begin) & (rows[:, 0] < end)].tolist()]
    whole = Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)
    text = index.store.text(document, whole)
    return Excerpt(document, first, whole, text, wording(text, spans, whole.start))
