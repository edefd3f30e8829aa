"""More like this: a passage as a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from index.errors import QueryError
from index.search.index import Index
from index.search.query import Query
from index.snapshot.bm25 import Terms
from index.text.analysis import forms, stem
from index.text.nouns import Nouns
from index.text.segmentation import WORD
from index.types import By, Filter, Rows

_TELLING = 8  # words
_NEAR = 10  # passages of other sources that tell which words these are
_AROUND = 100  # passages of all sources that tell which of them are nouns


def similar_query(index: Index, identity: str, start: int) -> tuple[Query, tuple[str, ...]]:
    """The question that a passage makes, and the sources to leave out: its own, and those that copy it.

    The passage's own vector ranks, and its most telling words, which are also what is shown of the question; they may
    stand in its heading or its title.
    Raises QueryError when no passage of the source begins there.
    """
    passages = index.generation.passages
    document = index.store.live_document(identity).number
    rows = np.flatnonzero((passages.documents == document) & (passages.starts == start))
    if not len(rows):
        raise QueryError(f"No passage of source {identity} begins at {start} any more. Search again.")
    number = int(passages.numbers[rows[0]])
    _, passage = index.store.passage(number)
    copies = passages.documents[index.generation.copies.of(int(rows[0])).rows]
    without = (identity, *(index.store.source(int(one)).id for one in np.unique(copies)))
    asked = Query(passage.text, passage.text, Terms(passage.text), number)
    around = _texts(index, index.ranked(asked, By.MEANING, _AROUND, Filter()))
    near = _texts(index, index.ranked(asked, By.MEANING, _NEAR, Filter(without=without)))
    # as the words of a passage are indexed: with what stands above it
    whole = "\n".join(filter(None, (passage.text, passage.heading, index.store.source(document).title)))
    text = " ".join(_telling(index, whole, Nouns(around), near))
    return Query(text, text, Terms(text), number), without


def _texts(index: Index, rows: Rows) -> list[str]:
    passages = index.generation.passages
    pairs = zip(passages.documents[rows].tolist(), passages.spans(rows), strict=True)
    return [index.store.text(document, span) for document, span in pairs]


def _telling(index: Index, text: str, nouns: Nouns, near: Sequence[str]) -> list[str]:
    """The rare nouns, and what stands before them, that passages near by meaning have oftener than the library has; of
    a passage that shares none with those, all words that another has; a lone passage's own words."""
    said: dict[str, str] = {}
    for word in WORD.findall(text):
        said.setdefault(stem(word) or "", word)
    said.pop("", None)
    times = {form: index.generation.words.document_frequency(word) or 0 for form, word in said.items()}
    known = [form for form in said if times[form] > 1]
    shared = Counter(form for one in near for form in set(forms(one)))
    total = index.generation.manifest.passages
    worth = {
        form: math.sqrt(shared[form]) * math.log(1 + total / times[form])
        for form in known
        if shared[form] * total > times[form] * len(near) and nouns.names(said[form])
    }
    best = sorted(worth, key=lambda form: (-worth[form], form)) or known or list(said)
    return [said[form] for form in best[:_TELLING]] or WORD.findall(text)[:_TELLING]
