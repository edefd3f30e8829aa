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
from index.text.analysis import plain_words
from index.text.reading import fold
from index.types import Numbers, Span

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
    ``passage``: the number of the first of its passages."""

    document: int
    passage: int
    span: Span
    text: str
    wording: Wording


def passages_by_fingerprint(index: Index, text: str, documents: Numbers | None = None) -> Numbers:
    """Passages of these documents (None: of all) that share a run of words with the text, repeated for each fingerprint
    shared."""
    values, _ = near_duplicates.shingles([text])
    passages = index.generation.sharing(values, _MAX_POSTINGS)
    if documents is None or not len(passages):
        return passages
    return passages[np.isin(index.generation.places(passages).documents, documents)]


def passages_by_words(index: Index, text: str, documents: Numbers | None = None) -> Numbers:
    """Passages of these documents (None: of all) that the word index finds for a text; one may be repeated.

    They have most of its words, or all words of a short text in a row, or its first or last few words in a row. A pair
    of adjacent passages counts too when the first has the first words and the second the last.
    """
    word_index, words = index.generation.words, plain_words(fold(text.encode("utf-8", "replace").decode()))
    query = " ".join(words[:_MAX_QUERY_WORDS])
    admitted = None if documents is None else documents.tolist()

    def top(phrase: Sequence[str], limit: int) -> Numbers:
        ranked = word_index.top(Terms(query, (" ".join(phrase),) if phrase else ()), limit, admitted)
        return np.array([number for number, _ in ranked], np.int64)

    size = max(2, min(_EDGE_WORDS, len(words) // 2))
    whole = [top(words, _MAX_RANKED)] if len(words) <= _SHORT else []
    first, last = top(words[:size], _MAX_EDGE_CANDIDATES), top(words[-size:], _MAX_EDGE_CANDIDATES)
    adjacent = np.intersect1d(top(words[:2], _MAX_EDGE_CANDIDATES), top(words[-2:], _MAX_EDGE_CANDIDATES) - 1)
    return np.concatenate([top((), _MAX_RANKED), *whole, adjacent, first[:_MAX_EDGE_RANKED], last[:_MAX_EDGE_RANKED]])


def read_excerpts(index: Index, passages: Numbers, margin: int, known: Sequence[Excerpt] = ()) -> Iterator[Excerpt]:
    """Excerpts of the passages with ``margin`` characters before and after; those closer than that share one. The
    excerpt with the most passages comes first; passages inside a known excerpt are left out."""
    if not len(passages):
        return
    numbers = np.sort(passages)
    places = index.generation.places(numbers)
    apart = (np.diff(places.documents) != 0) | (places.starts[1:] - places.ends[:-1] > margin)
    clusters = np.split(np.arange(len(numbers)), np.flatnonzero(apart) + 1)
    for cluster in sorted(clusters, key=len, reverse=True)[:_MAX_EXCERPTS]:
        first, last = int(cluster[0]), int(cluster[-1])
        document, span = int(places.documents[first]), Span(int(places.starts[first]), int(places.ends[last]))
        if not any(excerpt.document == document and span.within(excerpt.span) for excerpt in known):
            yield _excerpt(index, document, int(numbers[first]), int(numbers[last]), margin)


def _excerpt(index: Index, document: int, first: int, last: int, margin: int) -> Excerpt:
    passage, spans = index.generation.sentences_around(first, last, margin)
    span = Span(spans[0].start, spans[-1].end) if spans else Span(0, 0)
    text = index.store.documents.text(document, span)
    return Excerpt(document, passage, span, text, wording(text, spans, span.start))
