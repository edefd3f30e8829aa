"""Parses a typed query into words that rank, phrases that must occur, and words that must not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.errors import QueryError
from index.snapshot.bm25 import Terms
from index.text.analysis import forms, stem, stems
from index.text.segmentation import WORD
from index.types import Span

_PHRASE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<a>[^"]*)"|“(?P<b>[^“”]*)”|«(?P<c>[^«»]*)»|„(?P<d>[^„“”]*)[“”])')
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCLUDED = re.compile(r"(?<!\S)-(?=[^\W_])(\S+)")


PASTED = 30
"""A longer text, in words, is taken for a pasted paragraph (a guess)."""


@dataclass(frozen=True, slots=True)
class Query:
    """``meaning`` is the text that the model embeds, ``terms`` what the word index searches for. ``passage``: the
    number of a passage whose vector is used instead of an embedding of ``meaning``."""

    text: str
    meaning: str
    terms: Terms
    passage: int | None = None

    @classmethod
    def plain(cls, text: str) -> Query:
        """A text in which quotation marks and minus signs have no special meaning."""
        return cls(text, text, Terms(text))


def parse_query(text: str) -> Query:
    """A typed text as a query. Quoted phrases must occur, ``-word`` and ``-"a phrase"`` must not. An unclosed quotation
    mark has no special meaning, nor has any sign in a text of more than ``PASTED`` words: a pasted paragraph quotes.

    A lone surrogate (broken bytes on a command line, ``\\ud800`` in JSON) is read as U+FFFD.
    Raises QueryError when no word is left to look for.
    """
    text = _SURROGATE.sub("\ufffd", text)
    if len(text.split()) > PASTED:
        return _checked(Query.plain(text))
    phrases: list[str] = []
    excluded: list[str] = []

    def take_phrase(match: re.Match[str]) -> str:
        phrase = next(group for group in match.group("a", "b", "c", "d") if group is not None)
        if not WORD.search(phrase):
            return " "
        (excluded if match["minus"] else phrases).append(phrase)
        return " " if match["minus"] else f" {phrase} "

    def take_word(match: re.Match[str]) -> str:
        excluded.append(match[1])
        return " "

    without_phrases = _PHRASE.sub(lambda match: f" \0{take_phrase(match)}\0 ", text.replace("\0", " "))
    # every second part was quoted: a minus sign in it excludes nothing
    parts = without_phrases.split("\0")
    plain = [part if position % 2 else _EXCLUDED.sub(take_word, part) for position, part in enumerate(parts)]
    meaning = " ".join(" ".join(plain).split())
    return _checked(Query(text, meaning, Terms(meaning, tuple(phrases), tuple(excluded))))


def matching_spans(query: Query, text: str, start: int = 0) -> tuple[Span, ...]:
    """Spans of the words of ``text`` that the query contains in any form, in order. ``start``: the offset of ``text``
    in its document, which is added to each span."""
    words = _query_words(query.meaning)
    candidates = words.pattern.finditer(text)
    return tuple(Span(*match.span()).shifted(start) for match in candidates if words[match[0]])


class _QueryWords(dict[str, bool]):
    """Caches for each word whether the query contains it in any form. ``pattern`` matches the words that may be one:
    those with the first letter of a query word, as stemming keeps it, and those that begin with a letter outside
    ASCII."""

    def __init__(self, meaning: str) -> None:
        super().__init__()
        self._stems = frozenset(stems(meaning))
        letters = {letter for form in self._stems for letter in (form[0], form[0].upper())} or {"\0"}
        self.pattern = re.compile(rf"(?<![^\W_])(?=[{re.escape(''.join(sorted(letters)))}]|[^\x00-\x7f])[^\W_]+")

    def __missing__(self, word: str) -> bool:
        value = self[word] = stem(word) in self._stems
        return value


@lru_cache(maxsize=16)
def _query_words(meaning: str) -> _QueryWords:
    return _QueryWords(meaning)


def _checked(query: Query) -> Query:
    """The query itself. Raises QueryError when it has no word."""
    if not WORD.search(query.meaning):
        raise QueryError("The query has no word to look for. Ask in your own words, or put an exact phrase in quotes.")
    return query


def held_and_missing(query: Query, copy: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a query that a reading copy contains in any form, and those that it lacks; both without stop words,
    in the query's order."""
    copy_stems = frozenset(stems(copy))
    words = [(word, stem(word)) for word in dict.fromkeys(WORD.findall(query.meaning))]
    held = tuple(word for word, form in words if form in copy_stems)
    return held, tuple(word for word, form in words if form is not None and form not in copy_stems)


def is_title_or_heading(query: Query, title: str, heading: str | None) -> bool:
    """Whether a query equals the title, or the lowest of the headings that ``›`` joins, apart from word forms and stop
    words."""
    query_forms = _forms(query.meaning)
    return bool(query_forms) and query_forms in (forms(title), forms((heading or "").split(" › ")[-1]))


@lru_cache(maxsize=16)
def _forms(meaning: str) -> list[str]:
    return forms(meaning)


def check_range(since: str | None, until: str | None) -> None:
    """Raises QueryError unless both are ISO dates, or None, and some date may lie between them."""
    for bound in filter(None, (since, until)):
        check_date(bound)
    if since and until and since[: len(until)] > until:
        raise QueryError(f"No date is both from {since} on and until {until}. Exchange the two, or leave one out.")


def check_date(text: str) -> None:
    """Raises QueryError unless the text is an ISO date, possibly without day or month."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        raise QueryError(f"{text} is no date. Write 2022, 2022-05 or 2022-05-31.") from error
