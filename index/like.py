"""More like this: a passage as a question."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from index.errors import QueryError
from index.query import Query
from index.search import Index
from index.segment import DOCUMENT, NUMBER, START
from index.text import WORD
from index.words import Terms, stem

_TELLING = 8  # words


def like(index: Index, identity: str, start: int) -> tuple[Query, tuple[str, ...]]:
    """The question that a passage makes, and the sources to leave out: its own, and those that copy it.

    The passage's own vector ranks, and its most telling words, which are also what is shown of the question.
    Raises QueryError when no passage of the source begins there.
    """
    passages = index.generation.passages
    document = index.store.live_one(identity).number
    rows = np.flatnonzero((passages[:, DOCUMENT] == document) & (passages[:, START] == start))
    if not len(rows):
        raise QueryError(f"No passage of source {identity} begins at {start} any more. Search again.")
    number = int(passages[rows[0], NUMBER])
    _, passage = index.store.passage(number)
    text = " ".join(_telling(index, passage.text))
    copies = passages[index.generation.copies.of(int(rows[0])).rows, DOCUMENT]
    without = [identity, *(index.store.source(int(one)).id for one in np.unique(copies))]
    return Query(text, text, Terms(text), number), tuple(without)


def _telling(index: Index, text: str) -> list[str]:
    """The words that stand often here and seldom elsewhere, but do stand elsewhere; a lone passage's own words."""
    said: dict[str, str] = {}
    count: Counter[str] = Counter()
    for word in WORD.findall(text):
        form = stem(word)
        if form is not None:
            count[form] += 1
            said.setdefault(form, word)
    times = {form: index.generation.words.times(word) or 0 for form, word in said.items()}
    worth = {form: count[form] * _rarity(index, times[form]) for form in said if times[form] > 1}
    best = sorted(worth, key=lambda form: -worth[form])[:_TELLING]
    return [said[form] for form in best] or list(said.values())[:_TELLING] or WORD.findall(text)[:_TELLING]


def _rarity(index: Index, times: int) -> float:
    return math.log(1 + index.generation.manifest.passages / times)
