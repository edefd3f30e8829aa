"""Turns a passage into a query for passages like it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from index.errors import QueryError
from index.search.index import Index
from index.search.query import Query
from index.snapshot.bm25 import Terms
from index.snapshot.engine import NONE
from index.text.analysis import forms, stem
from index.text.nouns import Nouns
from index.text.segmentation import WORD
from index.types import By, Filter, Numbers

_KEYWORDS = 8  # words of the query (a guess)
_NEIGHBOURS = 10  # nearest passages of other sources, whose words choose the keywords (a guess)
_NOUN_SAMPLE = 100  # nearest passages of all sources, from which nouns are told from other words (a guess)


def similar_query(index: Index, identity: str, start: int) -> tuple[Query, tuple[str, ...]]:
    """A query for passages like the one of source ``identity`` that begins at character ``start``, and the ids of the
    sources to leave out: its own and those that copy it.

    The query ranks by the passage's vector and by its keywords, which are also its text and may come from the heading
    or the title. Raises QueryError when no passage of the source begins there.
    """
    generation, document = index.generation, index.store.documents.live(identity).number
    passages = generation.passages_of([document])
    passages = passages[generation.places(passages).starts == start]
    if not len(passages):
        raise QueryError(f"No passage of source {identity} begins at {start} any more. Search again.")
    number = int(passages[0])
    _, passage = index.store.documents.passage(number)
    (possible,) = generation.possible_copies(passages[:1], NONE)
    copies = np.unique(generation.copies_of(number, possible).documents).tolist()
    without = (identity, *(index.store.documents.source(copy).id for copy in copies))
    query = Query(passage.text, passage.text, Terms(passage.text), number)
    noun_sample = _texts(index, index.ranked(query, By.MEANING, _NOUN_SAMPLE, Filter()))
    neighbours = _texts(index, index.ranked(query, By.MEANING, _NEIGHBOURS, Filter(without=without)))
    # heading and title too, as the word index has them
    whole = "\n".join(filter(None, (passage.text, passage.heading, index.store.documents.source(document).title)))
    text = " ".join(_keywords(index, whole, Nouns(noun_sample), neighbours))
    return Query(text, text, Terms(text), number), without


def _texts(index: Index, passages: Numbers) -> list[str]:
    places = index.generation.places(passages)
    pairs = zip(places.documents.tolist(), places.spans(), strict=True)
    return [index.store.documents.text(document, span) for document, span in pairs]


def _keywords(index: Index, text: str, nouns: Nouns, neighbours: Sequence[str]) -> list[str]:
    """The rare nouns, with the words before them, that are more frequent in the neighbours than in the library. If
    there are none: the words that other passages have too; if there are none either: the passage's own words."""
    words: dict[str, str] = {}
    for word in WORD.findall(text):
        words.setdefault(stem(word) or "", word)
    words.pop("", None)
    frequencies = {form: index.generation.words.document_frequency(word) or 0 for form, word in words.items()}
    shared = [form for form in words if frequencies[form] > 1]
    counts = Counter(form for neighbour in neighbours for form in set(forms(neighbour)))
    total = index.generation.manifest.passages
    scores = {
        form: math.sqrt(counts[form]) * math.log(1 + total / frequencies[form])
        for form in shared
        if counts[form] * total > frequencies[form] * len(neighbours) and nouns.names(words[form])
    }
    best = sorted(scores, key=lambda form: (-scores[form], form)) or shared or list(words)
    return [words[form] for form in best[:_KEYWORDS]] or WORD.findall(text)[:_KEYWORDS]
