"""What a library knows of the words of a query: the sources that they name, what abbreviations stand for, which words
stand nowhere, and which are only spelt otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain, islice, pairwise

from index.embedding.compiled import Embedder
from index.errors import DamageError
from index.search import spelling
from index.search.abbreviations import equivalents
from index.search.naming import Naming, SourceNames
from index.search.query import Makers, Query, query_words
from index.snapshot.bm25 import Terms
from index.snapshot.engine import SearchEngine
from index.snapshot.removed_words import rarity
from index.storage.rows import Wanted
from index.storage.truth import Truth
from index.text.analysis import LIGHT_WORDS, word_forms
from index.types import NamedBy, NamedSources

_MAX_SUBJECT = 8  # words of a question that are looked for in the sources that it names (a guess)
_LONGEST_COMPOUND = 30  # letters (a guess)
_MIN_PART = 3  # letters of either part of a word that may also stand as two (a guess)
_MAX_RESPELT = 3  # absent words whose nearest spelling is looked for (a guess)


class LibraryWords:
    """The words of one generation. ``store``: gives the calling thread's connection."""

    def __init__(self, generation: SearchEngine, embedder: Embedder, store: Callable[[], Truth]) -> None:
        self._generation, self._embedder, self._store = generation, embedder, store

    def adapted(self, query: Query) -> Query:
        """A query with what this library knows of it: the words that it has nowhere; of a typed one also the sources
        that it names, and what its abbreviations stand for."""
        query = replace(query, absent=tuple(self._absent(query)))
        if query.passage is not None:
            return query
        terms = replace(query.terms, equivalents=equivalents(query.meaning, self._texts_with))
        naming = self._naming(query)
        makers = None
        if naming.makers:
            added = rarity(self._names.count, len(naming.makers))
            makers = Makers(naming.makers, added, naming.rest or query.meaning)
        return replace(query, terms=terms, makers=makers, named=tuple(self._named(naming)))

    def _absent(self, query: Query) -> Iterator[str]:
        """The words of a query that no passage, title, author, publisher or file name has in any form; not those that
        carry no subject."""
        words = [word for word in query_words(query.meaning) if word.lower() not in LIGHT_WORDS]
        for word in self._generation.words.missing(words):
            if self._names.forms.isdisjoint(word_forms(word)) and not self._is_compound(query, word):
                yield word

    def _is_compound(self, query: Query, word: str) -> bool:
        """Whether a word that is absent stands in the library in another way: "heatwave" as "heat wave", and each of
        "heat wave" as "heatwave"."""
        if len(word) > _LONGEST_COMPOUND or not (word.isascii() and word.isalpha()):
            return False
        words = self._generation.words
        joined = ["".join(pair) for pair in pairwise(query_words(query.meaning)) if word in pair]
        halves = [(word[:cut], word[cut:]) for cut in range(_MIN_PART, len(word) - _MIN_PART + 1)]
        missing = set(words.missing([*joined, *chain.from_iterable(halves)]))
        if not missing.issuperset(joined):
            return True
        known = (" ".join(pair) for pair in halves if missing.isdisjoint(pair))
        return any(len(words.admitted(Terms("", (phrase,)))) > 0 for phrase in known)

    def nearest(self, absent: Sequence[str]) -> dict[str, str]:
        """For absent words that look misspelt, the word of the library that is spelt most like each."""
        misspelt = [word for word in absent[:_MAX_RESPELT] if not self._is_known(word)]
        nearest = {
            word: spelling.nearest(word.lower(), chain(self._texts_like(word), self._names.authors))
            for word in misspelt
        }
        return {word: other for word, other in nearest.items() if other is not None}

    def _is_known(self, word: str) -> bool:
        """Whether the model has a word whole, as it has frequent ones that are spelt rightly."""
        return len(self._embedder.pieces(word)) == 1

    def _named(self, naming: Naming) -> Iterator[NamedSources]:
        """The sources that a query names, each with what the query asks of and none of their passages has."""
        words = self._generation.words
        subject = [word for word in query_words(naming.rest) if word.lower() not in LIGHT_WORDS and word_forms(word)]
        asked = subject if len(subject) <= _MAX_SUBJECT else []
        absent = words.missing(asked) if naming.makers else []
        for named, documents in zip(naming.sources, naming.documents, strict=True):
            made = asked and named.by is not NamedBy.TITLE
            lacking = [word for word in words.missing(asked, documents) if word not in absent] if made else []
            yield replace(named, lacking=tuple(lacking))

    def _naming(self, query: Query) -> Naming:
        """The sources that a query names; nothing where what they are called is damaged."""
        naming = self._names.named(query.meaning)
        try:
            for document in dict.fromkeys(documents[0] for documents in naming.documents):
                self._store().documents.source(document)
        except DamageError:
            return Naming()
        return naming

    def _texts_like(self, word: str) -> Iterator[str]:
        """Texts of passages with words that are spelt like a word."""
        passages = self._generation.words.spelt_like(word.lower(), spelling.distance_for(word))
        with self._store().documents.ahead(Wanted(passages)):
            yield from self._texts(passages)

    def _texts_with(self, words: Sequence[str], most: int) -> dict[str, list[str]]:
        """Texts of passages with each of the first ``most`` words that any passage has."""
        found = zip(words, self._generation.words.passages_with(words), strict=False)
        having = dict(islice(((word, passages) for word, passages in found if passages), most))
        wanted = Wanted([number for passages in having.values() for number in passages])
        with self._store().documents.ahead(wanted):
            return {word: list(self._texts(passages)) for word, passages in having.items()}

    def _texts(self, passages: Sequence[int]) -> Iterator[str]:
        for number in passages:
            with suppress(DamageError):  # these texts only help: the hits tell of damage
                yield self._store().documents.passage(number)[1].text

    @cached_property
    def _names(self) -> SourceNames:
        """What the sources are called; nothing where that cannot be read: the hits tell of damage."""
        try:
            return SourceNames(self._store().documents.names())
        except DamageError:
            return SourceNames([])
