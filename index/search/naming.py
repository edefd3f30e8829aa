"""Which sources a query names: by an author, a publisher or a title."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from index.text.analysis import TextWord, forms, plain_words, stems, words_in
from index.text.normal import normal, unaccented
from index.types import NamedBy, NamedSources, Source, Span

_TITLE = (
    3  # stems that a title must have to be recognised inside a query: shorter ones are often common phrases (a guess)
)
_SURNAME = 3  # letters of a surname that stands alone (a guess)


@dataclass(frozen=True, slots=True)
class _Name:
    """A way of writing a name. ``capital``: it counts only where the query writes it with a capital letter, since it is
    a single word, and may be a common one."""

    by: NamedBy
    text: str
    words: tuple[str, ...]
    capital: bool


@dataclass(frozen=True, slots=True)
class Naming:
    """The sources that a query names, in the order of the names, and the query's words apart from authors and
    publishers."""

    sources: tuple[NamedSources, ...] = ()
    rest: str = ""

    @property
    def makers(self) -> tuple[str, ...]:
        """The ids of the sources whose author or publisher is named."""
        ids = [ids for named in self.sources if named.by is not NamedBy.TITLE for ids in named.sources]
        return tuple(dict.fromkeys(ids))


@dataclass(slots=True)
class SourceNames:
    """The authors, publishers and titles of a library's sources, by their first word."""

    count: int = 0
    forms: frozenset[str] = frozenset()
    """Of the words in titles, authors, publishers and file names."""
    _by_first_word: dict[str, set[_Name]] = field(default_factory=lambda: defaultdict(set))
    _ids: dict[tuple[NamedBy, str], list[str]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, sources: Iterable[Source]) -> SourceNames:
        names, words = cls(), dict[str, None]()
        for source in sources:
            names.count += 1
            names._add(source)
            fields = (source.title, *source.authors, source.publisher or "", source.location)
            words.update(dict.fromkeys(word for text in fields for word in normal(text).split()))
        names.forms = frozenset(forms(" ".join(words)))
        return names

    def _add(self, source: Source) -> None:
        for name in _names(source):
            self._by_first_word[name.words[0]].add(name)
            ids = self._ids[name.by, name.text]
            if source.id not in ids[-1:]:
                ids.append(source.id)

    def named(self, query: str) -> Naming:
        """What a query names; a name inside a longer one does not count."""
        words = list(words_in(query))
        matches = sorted(self._matches(query, words), key=lambda match: (match[0].start, -match[0].end, match[1].text))
        kept: list[tuple[Span, _Name]] = []
        for span, name in matches:
            if not any(other.start <= span.start and span.end <= other.end and other != span for other, _ in kept):
                kept.append((span, name))
        named = dict.fromkeys((name.by, name.text) for _, name in kept)
        makers = [span for span, name in kept if name.by is not NamedBy.TITLE]
        rest = [
            unaccented(word.text)
            for word in words
            if not any(span.start <= word.span.start < span.end for span in makers)
        ]
        return Naming(tuple(NamedSources(*key, tuple(self._ids[key])) for key in named), " ".join(rest))

    def _matches(self, query: str, words: Sequence[TextWord]) -> Iterator[tuple[Span, _Name]]:
        for first, word in enumerate(words):
            for name in self._by_first_word.get(unaccented(word.text), ()):
                run = words[first : first + len(name.words)]
                if tuple(unaccented(word.text) for word in run) != name.words:
                    continue
                if name.capital and not _is_written_as_name(query, words, first):
                    continue
                yield Span(run[0].span.start, run[-1].span.end), name


def weight(named: int, count: int) -> float:
    """What a named author or publisher adds to BM25: the inverse document frequency of a word that ``named`` of
    ``count`` sources have, as in BM25."""
    return math.log(1 + max(0.0, count - named + 0.5) / (named + 0.5))


def _names(source: Source) -> Iterator[_Name]:
    for author in source.authors:
        words = tuple(plain_words(author))
        if words:
            yield from _author(author, words)
    publisher = tuple(plain_words(source.publisher or ""))
    if publisher:
        yield _Name(NamedBy.PUBLISHER, str(source.publisher), publisher, len(publisher) == 1)
    for title in dict.fromkeys((source.title, source.title.partition(":")[0])):
        if len(stems(title)) >= _TITLE:
            yield _Name(NamedBy.TITLE, source.title, tuple(plain_words(title)), False)


def _author(author: str, words: tuple[str, ...]) -> Iterator[_Name]:
    """The whole name, that without the middle names, and the surname alone."""
    yield _Name(NamedBy.AUTHOR, author, words, len(words) == 1)
    if len(words) > 2:
        yield _Name(NamedBy.AUTHOR, author, (words[0], words[-1]), False)
    if len(words) > 1 and len(words[-1]) >= _SURNAME:
        yield _Name(NamedBy.AUTHOR, author, words[-1:], True)


def _is_written_as_name(query: str, words: Sequence[TextWord], position: int) -> bool:
    """Whether a word has a capital letter that is not just that of the first word of a question."""
    text = query[slice(*words[position].span)]
    return text[:1].isupper() and (position > 0 or len(words) == 1 or (len(text) > 1 and text.isupper()))
