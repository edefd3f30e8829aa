"""Abbreviations of a query and their long forms, as the library's own texts define them: "… Drug Agency (NDA)"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice

from index.text.analysis import STOP_WORDS, TextWord, plain_words, words_in

_MOST_READ = 500  # words of a query; a longer one is a text (a guess)
_MAX_WORDS = 7  # of a long form (a guess)
_MAX_LOOKED_UP = 4  # abbreviations of one query whose definition is looked for, as each costs a search (a guess)
_SHORT = re.compile(r"[A-Z][A-Z0-9&-]{0,6}[A-Z0-9]")
_STOP = frozenset(STOP_WORDS)

TextsWith = Callable[[Sequence[str], int], Mapping[str, Sequence[str]]]
"""Gives texts of the library that have a word, for each of the first few of some words that any text has."""


def equivalents(query: str, texts_with: TextsWith) -> tuple[tuple[str, str], ...]:
    """Pairs of a word or phrase of the query and the words that the library's texts define as meaning the same."""
    words = list(islice(words_in(query), _MOST_READ))
    pairs: dict[str, str] = {}
    for written, other in [*_long_forms(query, words, texts_with), *_short_forms(words, texts_with)]:
        pairs.setdefault(written, other)
    return tuple(pairs.items())


def _long_forms(query: str, words: Sequence[TextWord], texts_with: TextsWith) -> Iterator[tuple[str, str]]:
    written = dict.fromkeys(query[slice(*word.span)] for word in words)
    short_words = [short for short in written if _SHORT.fullmatch(short)][:_MAX_LOOKED_UP]
    texts = texts_with([short.lower() for short in short_words], _MAX_LOOKED_UP)
    for short in short_words:
        long = next(filter(None, (defined(short, text) for text in texts.get(short.lower(), ()))), None)
        if long is not None:
            yield short, long


def _short_forms(words: Sequence[TextWord], texts_with: TextsWith) -> Iterator[tuple[str, str]]:
    shortened = [(run, short) for run in _runs([word.text.lower() for word in words]) for short in _initials(run)]
    texts = texts_with(list(dict.fromkeys(short for _, short in shortened)), _MAX_LOOKED_UP)
    for run, short in shortened:
        if any(plain_words(defined(short.upper(), text) or "") == run for text in texts.get(short, ())):
            yield " ".join(run), short


def _runs(words: Sequence[str]) -> Iterator[list[str]]:
    """Runs of words that may be a long form: the first and the last carry a meaning."""
    for first in range(len(words)):
        for last in range(first + 2, min(first + _MAX_WORDS, len(words)) + 1):
            if not _STOP & {words[first], words[last - 1]}:
                yield list(words[first:last])


def _initials(run: Sequence[str]) -> list[str]:
    """The initials of all words, and those without the stop words."""
    variants = (run, [word for word in run if word not in _STOP])
    return list(dict.fromkeys("".join(word[0] for word in words) for words in variants))


def defined(short: str, text: str) -> str | None:
    """The long form of an abbreviation in capitals where the text defines it, before or in brackets; None where it does
    not. After Schwartz and Hearst (2003), with every letter at the beginning of a word."""
    for match in re.finditer(rf"(?<!\w){re.escape(short)}(?!\w)", text):
        before, after = text[: match.start()], text[match.end() :]
        if before.endswith("("):
            long = _aligned(short, before[:-1].split()[-_MAX_WORDS:])
        elif bracket := re.match(r"\s*\(([^()]{4,100})\)", after):
            long = _aligned(short, bracket[1].split())
        else:
            continue
        if long is not None:
            return long
    return None


def _aligned(short: str, words: Sequence[str]) -> str | None:
    """The last of the words whose initials are the abbreviation; stop words need not take part."""
    letters = [letter for letter in short.lower() if letter.isalnum()]
    for first in range(len(words) - 1, -1, -1):
        run = plain_words(" ".join(words[first:]))
        if run and run[0][0] == letters[0] and len(run) > 1 and "".join(letters) in _initials(run):
            return " ".join(run)
    return None
