"""A text as tokens: the stem that each is matched by, and the content words around a span."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, wraps
from math import fsum
from typing import Any, NamedTuple, TypeVar

from index.differences.irregular import BASE_FORMS
from index.text.analysis import stem
from index.types import Span

NEAR = 6  # content words on either side of a value that tell its role (a guess)
CLOSE = 0.5  # share of the shorter text's content words that close texts have in common (a guess)

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_NOTE = re.compile(r"(?<=[^\W\d]{3})[⁰¹²³⁴-⁹]+$|(?<=\d)[⁰¹²³⁴-⁹]+$")  # a note's mark, not the square of a unit
_BRACKETED = re.compile(r"\([^()]*\)")
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
# Words that say nothing about a role, in addition to the stop words of the word index.
_EMPTY = frozenset(
    (  # noqa: SIM905
        "also however although though since within without upon among around about nearly almost more less "
        "than least most many much may might must shall yet still even ever never not no none per via said "
        "says"
    ).split()
)


Found = TypeVar("Found")


class Token(NamedTuple):
    """``word`` is folded: without capitals, accents and possessive. ``stem`` is None for a word without content."""

    span: Span
    word: str
    stem: str | None


class TokenizedText:
    """A text with its tokens in order. Made once a text and used by every detector. ``found``: what they read in it, by
    the function that reads it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.found: dict[Callable[..., Any], Any] = {}
        self.tokens = [_token(match) for match in _TOKEN.finditer(text)]
        self._starts = [token.span.start for token in self.tokens]
        self._content = [index for index, token in enumerate(self.tokens) if token.stem is not None]

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of all content words."""
        return frozenset(token.stem for token in self.tokens if token.stem is not None)

    @cached_property
    def words(self) -> frozenset[str]:
        """All words, folded."""
        return frozenset(token.word for token in self.tokens)

    @cached_property
    def lowercase_words(self) -> frozenset[str]:
        """Words, folded, that begin with a small letter somewhere in the text."""
        return frozenset(token.word for token in self.tokens if not self.text[token.span.start].isupper())

    @cached_property
    def plain_stems(self) -> frozenset[str]:
        """The stems of content words that are neither names nor adverbs of manner ("exclusively")."""
        plain = (token for token in self.tokens if token.word in self.lowercase_words and not token.word.endswith("ly"))
        return frozenset(token.stem for token in plain if token.stem is not None)

    @cached_property
    def prefixes(self) -> frozenset[str]:
        """The first four letters of every word of four letters or more."""
        return frozenset(word[:4] for word in self.words if len(word) >= 4)

    def first_token(self, offset: int) -> int:
        """The index of the first token that starts at this character or later; one past the last if none does."""
        return bisect_left(self._starts, offset)

    def tokens_in(self, span: Span) -> list[Token]:
        """The tokens that start in the span."""
        return self.tokens[self.first_token(span.start) : self.first_token(span.end)]

    def text_between(self, left: int, right: int) -> str:
        """The text between two tokens, given by their indices in either order."""
        first, last = sorted((left, right))
        return self.text[self.tokens[first].span.end : self.tokens[last].span.start]

    def context(self, span: Span, *, past_brackets: bool = False) -> Mapping[str, int]:
        """The stems of at most ``NEAR`` content words on either side of the span, each with its smallest distance from
        the span in content words, from 1. ``past_brackets``: what stands in brackets is left out, but around a span in
        them."""
        distances: dict[str, int] = {}
        is_free = past_brackets and self.first_token(span.start) not in self._bracketed
        content = self._unbracketed if is_free else self._content
        after = bisect_left(content, self.first_token(span.end))
        before = bisect_left(content, self.first_token(span.start)) - 1
        for distance in range(1, NEAR + 1):
            for rank in (before - distance + 1, after + distance - 1):
                if 0 <= rank < len(content):
                    distances.setdefault(self.tokens[content[rank]].stem or "", distance)
        return distances

    @cached_property
    def _bracketed(self) -> frozenset[int]:
        """The indices of the tokens in round brackets."""
        spans = [Span(*match.span()) for match in _BRACKETED.finditer(self.text)]
        return frozenset(
            index for span in spans for index in range(self.first_token(span.start), self.first_token(span.end))
        )

    @cached_property
    def _unbracketed(self) -> list[int]:
        """The indices of the content words that do not stand in them."""
        return [index for index in self._content if index not in self._bracketed]


@lru_cache(maxsize=1500)
def tokenized(text: str) -> TokenizedText:
    """The text with its tokens. Cached, as a sentence is compared with many."""
    return TokenizedText(text)


def read_once(read: Callable[[TokenizedText], Found]) -> Callable[[TokenizedText], Found]:
    """Keeps what is read in a text with the text, as a sentence is compared with many. Nobody may change it."""

    @wraps(read)
    def kept(reading: TokenizedText) -> Found:
        if read not in reading.found:
            reading.found[read] = read(reading)
        found: Found = reading.found[read]
        return found

    return kept


def context_similarity(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """How similar two contexts (stem → distance) are: the sum of 1 / (sum of both distances) over their common stems.
    0 with no common stem; a word adjacent to both spans adds 1/2. Symmetric to the last bit."""
    return fsum(1 / (left[word] + right[word]) for word in left if word in right)


def overlap(left: TokenizedText, right: TokenizedText) -> float:
    """The share of stems of the text with fewer that the other text has too, 0–1; 0 for a text without content."""
    fewer = min(len(left.stems), len(right.stems))
    return len(left.stems & right.stems) / fewer if fewer else 0.0


def are_close(left: TokenizedText, right: TokenizedText) -> bool:
    """Whether two texts say nearly the same: they share half the content words of the shorter, and at least two."""
    return overlap(left, right) >= CLOSE and len(left.stems & right.stems) > 1


def one_covers_other(left: TokenizedText, right: TokenizedText) -> bool:
    """Whether one of the texts, apart from its names, is all in the other. A single common word is not enough."""
    covered = (left.plain_stems and left.plain_stems <= right.stems) or (
        right.plain_stems and right.plain_stems <= left.stems
    )
    return bool(covered) and len(left.stems & right.stems) > 1


def _token(match: re.Match[str]) -> Token:
    return Token(Span(*match.span()), *_word_and_stem(match.group()))


@lru_cache(maxsize=65536)
def _word_and_stem(written: str) -> tuple[str, str | None]:
    word = fold(_POSSESSIVE.sub("", _NOTE.sub("", written)))
    return word, None if word in _EMPTY else _stem(word)


def _stem(word: str) -> str | None:
    """None for figures and for words without content. "o'neal" and "l'oreal" are stemmed by the part after the
    apostrophe, "sold" and "sale" as "sell"."""
    if word.isdigit():
        return None
    first, _, rest = word.replace("’", "'").partition("'")
    if not rest:
        return stem(BASE_FORMS.get(word, word))
    return stem(rest if len(first) == 1 and len(rest) > 2 else first)


def fold(word: str) -> str:
    """The word without case and accents."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
