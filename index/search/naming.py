"""Which sources a query names: by an author, a publisher or a title."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from index.storage.rows import NameRow
from index.text.analysis import TextWord, forms, plain_words, stems, words_in
from index.text.normal import normal, unaccented
from index.types import NamedBy, NamedSources, Span

_TITLE = 3  # stems of a title that is recognised inside a query: a shorter one is often a common phrase (a guess)
_SURNAME = 3  # letters of a surname that stands alone (a guess)
_BEGINNING = 64  # characters of a title that have its first two words (a guess)
_WORD = re.compile(r"\w+")

Name = tuple[NamedBy, str]


@dataclass(frozen=True, slots=True)
class _Spelling:
    """A way of writing a name. ``capital``: it counts only where the query writes it with a capital letter, since it is
    a single word, and may be a common one."""

    words: tuple[str, ...]
    capital: bool = False


@dataclass(frozen=True, slots=True)
class Naming:
    """The sources that a query names, in the order of the names; the numbers of the documents whose author or publisher
    is named; the query's words apart from these names; and the numbers of the documents that have each name."""

    sources: tuple[NamedSources, ...] = ()
    makers: tuple[int, ...] = ()
    rest: str = ""
    documents: tuple[tuple[int, ...], ...] = ()


class SourceNames:
    """The authors, publishers and titles of a library's sources. For all of them only the words are made that they are
    looked up by: a library has thousands, and a query names few."""

    def __init__(self, rows: Sequence[NameRow]) -> None:
        self._rows = rows
        self._owners: dict[Name, list[NameRow]] = {}
        for row in rows:
            names = [(NamedBy.TITLE, row.title), (NamedBy.PUBLISHER, row.publisher)]
            for name in (*names, *((NamedBy.AUTHOR, author) for author in row.authors)):
                self._owners.setdefault(name, []).append(row)
        self._by_words: dict[str, list[Name]] = {}
        for name in self._owners:
            for words in _looked_up_by(*name):
                self._by_words.setdefault(words, []).append(name)

    @property
    def count(self) -> int:
        return len(self._rows)

    @cached_property
    def authors(self) -> tuple[str, ...]:
        """The names of all authors."""
        return tuple(dict.fromkeys(author for row in self._rows for author in row.authors))

    @cached_property
    def forms(self) -> frozenset[str]:
        """The forms of the words in titles, authors, publishers and file names."""
        words: dict[str, None] = {}
        for row in self._rows:
            for text in (row.title, *row.authors, row.publisher, row.location):
                words.update(dict.fromkeys(normal(text).split()))
        return frozenset(forms(" ".join(words)))

    def named(self, query: str) -> Naming:
        """What a query names; a name inside a longer one does not count."""
        words = list(words_in(query))
        matches = sorted(self._matches(query, words), key=lambda match: (match[0].start, -match[0].end, match[1]))
        kept: list[tuple[Span, Name]] = []
        for span, name in matches:
            if not any(span.within(other) and other != span for other, _ in kept):
                kept.append((span, name))
        owners = {name: self._owners[name] for _, name in kept}
        makers = [span for span, (by, _) in kept if by is not NamedBy.TITLE]
        rest = [unaccented(word.text) for word in words if not any(word.span.within(span) for span in makers)]
        made = [row.number for (by, _), rows in owners.items() if by is not NamedBy.TITLE for row in rows]
        return Naming(
            tuple(NamedSources(*name, tuple(row.id for row in rows)) for name, rows in owners.items()),
            tuple(dict.fromkeys(made)),
            " ".join(rest),
            tuple(tuple(row.number for row in rows) for rows in owners.values()),
        )

    def _matches(self, query: str, words: Sequence[TextWord]) -> Iterator[tuple[Span, Name]]:
        plain = tuple(unaccented(word.text) for word in words)
        keys = dict.fromkeys([*plain, *map(" ".join, pairwise(plain))])
        for name in dict.fromkeys(name for key in keys for name in self._by_words.get(key, ())):
            for spelling in _spellings(*name):
                size = len(spelling.words)
                for first in range(len(plain) - size + 1):
                    if plain[first : first + size] != spelling.words:
                        continue
                    if not spelling.capital or _is_written_as_name(query, words, first):
                        yield Span(words[first].span.start, words[first + size - 1].span.end), name


def _looked_up_by(by: NamedBy, text: str) -> set[str]:
    """Words of which a query must have one to name this: of a title the first two together."""
    if by is NamedBy.TITLE:
        return {" ".join(_WORD.findall(unaccented(text[:_BEGINNING]))[:2])}
    words = _WORD.findall(unaccented(text))
    return {words[0], *(words[-1:] if by is NamedBy.AUTHOR else ())} if words else set()


def _spellings(by: NamedBy, text: str) -> Iterator[_Spelling]:
    words = tuple(plain_words(text))
    if by is NamedBy.TITLE:
        parts = dict.fromkeys((text, text.partition(":")[0]))
        yield from (_Spelling(tuple(plain_words(part))) for part in parts if len(stems(part)) >= _TITLE)
    elif words:
        yield _Spelling(words, capital=len(words) == 1)
        if by is NamedBy.AUTHOR:
            yield from _shorter(words)


def _shorter(words: tuple[str, ...]) -> Iterator[_Spelling]:
    """An author's name without the middle names, and the surname alone."""
    if len(words) > 2:
        yield _Spelling((words[0], words[-1]))
    if len(words) > 1 and len(words[-1]) >= _SURNAME:
        yield _Spelling(words[-1:], capital=True)


def _is_written_as_name(query: str, words: Sequence[TextWord], position: int) -> bool:
    """Whether a word has a capital letter that is not just that of the first word of a question."""
    text = query[slice(*words[position].span)]
    return text[:1].isupper() and (position > 0 or len(words) == 1 or (len(text) > 1 and text.isupper()))
