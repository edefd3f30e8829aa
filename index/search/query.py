"""Parses a typed query into words that rank, phrases that must occur, and words that must not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from index.errors import QueryError
from index.snapshot.bm25 import Terms
from index.text.analysis import LIGHT_WORDS, TextWord, forms, is_run, stems, word_forms, words_in
from index.text.reading import reading_copy
from index.text.segmentation import WORD
from index.types import NamedSources, Span

_PHRASE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<a>[^"]*)"|“(?P<b>[^“”]*)”|«(?P<c>[^«»]*)»|„(?P<d>[^„“”]*)[“”])')
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_EXCLUDED = re.compile(r"(?<!\S)-(?=[^\W_])(\S+)")
_NAMED = 3  # words that a message names (a guess)

PASTED = 30
"""A longer text, in words, is taken for a pasted paragraph (a guess)."""


@dataclass(frozen=True, slots=True)
class Makers:
    """The documents whose author or publisher a query names. ``weight``: what the name adds to the BM25 of their
    passages; ``rest``: the query's words apart from the name."""

    documents: tuple[int, ...]
    weight: float
    rest: str


@dataclass(frozen=True, slots=True)
class Query:
    """``meaning`` is what is asked in words, ``terms`` what the word index searches for. ``passage``: the number of a
    passage whose vector is used instead of an embedding of ``meaning``. Once a library was asked: ``named``, sources
    that the query names; ``makers``, None when it names no author or publisher; ``absent``, its words that the library
    has nowhere."""

    text: str
    meaning: str
    terms: Terms
    passage: int | None = None
    makers: Makers | None = None
    named: tuple[NamedSources, ...] = ()
    absent: tuple[str, ...] = ()

    @classmethod
    def plain(cls, text: str) -> Query:
        """A text in which quotation marks and minus signs have no special meaning."""
        return cls(text, text, Terms(text))

    @property
    def subject(self) -> str:
        """What the model embeds: the meaning apart from an author or publisher that it names."""
        return self.makers.rest if self.makers else self.meaning


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
    return tuple(span.shifted(start) for span in _spans_of(query.meaning, text))


@lru_cache(maxsize=512)  # a question put to all sources is then put to each, and finds the same passages
def _spans_of(meaning: str, text: str) -> tuple[Span, ...]:
    wanted = _wanted(meaning)
    words = list(words_in(text))
    spans: list[Span] = []
    for position, word in enumerate(words):
        source = text[slice(*word.span)]
        # a word with a line end or an unseen space in it has another reading, in its parts
        is_wanted = wanted[word.text if {"\n", "\u200b"}.isdisjoint(source) else source]
        if not is_wanted and not (word.dense and _in_pair(words, position, wanted.stems)):
            continue
        continues = word.dense and spans and spans[-1].end == word.span.start
        spans.append(Span(spans.pop().start, word.span.end) if continues else word.span)
    return tuple(spans)


def _in_pair(words: Sequence[TextWord], position: int, stems: frozenset[str]) -> bool:
    """Whether a character stands in one of these pairs, with the character before or after it."""
    pairs = (words[max(0, first) : first + 2] for first in (position - 1, position))
    return any(is_run(pair) and "".join(word.text for word in pair) in stems for pair in pairs)


class _Wanted(dict[str, bool]):
    """Caches for each word whether the query contains it in any form; a character of a script without spaces only where
    the query has it alone."""

    def __init__(self, meaning: str) -> None:
        super().__init__()
        self.stems = frozenset(stems(meaning))
        self._carries_subject = not self.stems <= _light_stems()
        self._words = frozenset(form for word in query_words(meaning) for form in word_forms(word) if len(word) == 1)

    def __missing__(self, word: str) -> bool:
        forms = self._words if len(word) == 1 and not word.isascii() else self.stems
        light = self._carries_subject and word.lower() in LIGHT_WORDS
        value = self[word] = not light and not forms.isdisjoint(word_forms(word))
        return value


@lru_cache(maxsize=1)
def _light_stems() -> frozenset[str]:
    return frozenset(stems(" ".join(sorted(LIGHT_WORDS))))


@lru_cache(maxsize=16)
def _wanted(meaning: str) -> _Wanted:
    return _Wanted(meaning)


def query_words(text: str) -> list[str]:
    """The distinct words of a query in normal form, in order; a run of a script without spaces is one word."""
    runs: list[list[TextWord]] = []
    for word in words_in(text):
        if runs and is_run([runs[-1][-1], word]):
            runs[-1].append(word)
        else:
            runs.append([word])
    return list(dict.fromkeys("".join(word.text for word in run) for run in runs))


def _checked(query: Query) -> Query:
    """The query itself. Raises QueryError when it has no word, or only such as name no subject, outside quotes."""
    if not WORD.search(query.meaning):
        raise QueryError("The query has no word to look for. Ask in your own words, or put an exact phrase in quotes.")
    if not query.terms.phrases and not forms(query.meaning):
        words = ", ".join(f"“{word}”" for word in query_words(query.meaning)[:_NAMED])
        raise QueryError(
            f"The query has no word to look for, only {words}. Add a subject, or put the phrase in quotes."
        )
    return query


def held_and_missing(
    query: Query, text: str, title: str, heading: str | None
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a query that a passage, its title or its heading contains in any form, and those that it lacks; both
    without stop words and ``LIGHT_WORDS``, in the query's order."""
    # The reading copy has one reading of what a line end breaks, the text itself all of them.
    copy_stems = frozenset(stems(f"{reading_copy(text, title, heading)}\n{text}"))
    subject = [word for word in query_words(query.meaning) if word.lower() not in LIGHT_WORDS]
    words = [(word, frozenset(word_forms(word))) for word in subject]
    held = tuple(word for word, forms in words if forms & copy_stems)
    return held, tuple(word for word, forms in words if forms and not forms & copy_stems)


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
