"""What a person typed, taken apart: words that rank, phrases that must occur, words that must not."""

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
_HALF = re.compile("[\ud800-\udfff]")
_EXCLUDED = re.compile(r"(?<!\S)-(?=[^\W_])(\S+)")


PASTED = 30


@dataclass(frozen=True, slots=True)
class Query:
    """``meaning`` is what the model reads; ``terms`` what the word index takes. ``passage``: the number of a passage
    whose own vector stands for the meaning."""

    text: str
    meaning: str
    terms: Terms
    passage: int | None = None

    @classmethod
    def plain(cls, text: str) -> Query:
        """A text taken as it stands: its quotation marks and minus signs give no orders."""
        return cls(text, text, Terms(text))


def parse(text: str) -> Query:
    """Quoted phrases must occur, ``-word`` and ``-"a phrase"`` must not; an unclosed quote is a plain sign.

    So are all signs in a text of more than ``PASTED`` words: a pasted paragraph quotes, it gives no orders.
    Half a character (broken bytes on a command line, ``\\ud800`` in JSON) is read as U+FFFD.

    Raises QueryError when nothing is left to look for.
    """
    text = _HALF.sub("\ufffd", text)
    if len(text.split()) > PASTED:
        return _with_a_word(Query.plain(text))
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
    # what stood in quotes is no longer searched for a minus sign
    parts = without_phrases.split("\0")
    plain = [part if place % 2 else _EXCLUDED.sub(take_word, part) for place, part in enumerate(parts)]
    meaning = " ".join(" ".join(plain).split())
    return _with_a_word(Query(text, meaning, Terms(meaning, tuple(phrases), tuple(excluded))))


def matches(query: Query, text: str, start: int = 0) -> tuple[Span, ...]:
    """The words of ``text`` that the query asks for, in any of their forms; ``start`` is where the text stands."""
    asked = _query_words(query.meaning)
    found = asked.alike.finditer(text)
    return tuple(Span(start + one.start(), start + one.end()) for one in found if asked[one[0]])


class _QueryWords(dict[str, bool]):
    """Whether a word is one of a query's, in any of their forms; asked once a word. ``alike``: the words that begin as
    one of these does, since stemming keeps a first letter, and those that begin with a letter beyond ASCII."""

    def __init__(self, meaning: str) -> None:
        super().__init__()
        self._stems = frozenset(stems(meaning))
        begun = {letter for form in self._stems for letter in (form[0], form[0].upper())} or {"\0"}
        self.alike = re.compile(rf"(?<![^\W_])(?=[{re.escape(''.join(sorted(begun)))}]|[^\x00-\x7f])[^\W_]+")

    def __missing__(self, word: str) -> bool:
        value = self[word] = stem(word) in self._stems
        return value


@lru_cache(maxsize=16)
def _query_words(meaning: str) -> _QueryWords:
    return _QueryWords(meaning)


def _with_a_word(query: Query) -> Query:
    if not WORD.search(query.meaning):
        raise QueryError("The query has no word to look for. Ask in your own words, or put an exact phrase in quotes.")
    return query


def held_and_missing(query: Query, copy: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of a query that a reading copy has in any form, and those that it does not have; no stop words."""
    there = frozenset(stems(copy))
    told = [(word, stem(word)) for word in dict.fromkeys(WORD.findall(query.meaning))]
    has = tuple(word for word, form in told if form in there)
    return has, tuple(word for word, form in told if form is not None and form not in there)


def is_title_or_heading(query: Query, title: str, heading: str | None) -> bool:
    """Whether a query is a title, or the lowest of the headings joined by ``›``, but for word forms and stop words."""
    asked = _forms(query.meaning)
    return bool(asked) and asked in (forms(title), forms((heading or "").split(" › ")[-1]))


@lru_cache(maxsize=16)
def _forms(meaning: str) -> list[str]:
    return forms(meaning)


def check_range(since: str | None, until: str | None) -> None:
    """Raises QueryError unless both are dates, or None, and a date may lie between them."""
    for one in filter(None, (since, until)):
        check_date(one)
    if since and until and since[: len(until)] > until:
        raise QueryError(f"No date is both from {since} on and until {until}. Exchange the two, or leave one out.")


def check_date(text: str) -> None:
    """Raises QueryError unless the text is a day, a month or a year as ISO writes them."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError as error:
        raise QueryError(f"{text} is no date. Write 2022, 2022-05 or 2022-05-31.") from error
