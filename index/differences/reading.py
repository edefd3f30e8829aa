"""A sentence as words: what each is matched by, and which content words stand near a place."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from math import fsum

from index.text.analysis import stem
from index.types import Span

NEAR = 6  # content words on either side that tell the role of what stands between them
CLOSE = 0.5  # of the shorter text's words in common

_TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_POSSESSIVE = re.compile(r"(?:['’]s|['’])$")
# Words that say nothing of a role, beside those that the word index leaves out.
_EMPTY = frozenset(
    (  # noqa: SIM905
        "also however although though since within without upon among around about nearly almost more less "
        "than least most many much may might must shall yet still even ever never not no none per via said "
        "says"
    ).split()
)


@dataclass(frozen=True, slots=True)
class Token:
    """``word`` is folded: no capitals, accents or possessive. ``stem`` is None where the word has no content."""

    span: Span
    word: str
    stem: str | None


class Reading:
    """A text with its words, made once and asked by every detector."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [_token(found) for found in _TOKEN.finditer(text)]
        self._starts = [token.span.start for token in self.tokens]
        self._content = [place for place, token in enumerate(self.tokens) if token.stem is not None]

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for token in self.tokens if token.stem is not None)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(token.word for token in self.tokens)

    @cached_property
    def small(self) -> frozenset[str]:
        """Words that stand in small letters somewhere."""
        return frozenset(token.word for token in self.tokens if not self.text[token.span.start].isupper())

    @cached_property
    def said(self) -> frozenset[str]:
        """Content words that are neither names nor manner ("exclusively")."""
        said = (token for token in self.tokens if token.word in self.small and not token.word.endswith("ly"))
        return frozenset(token.stem for token in said if token.stem is not None)

    @cached_property
    def beginnings(self) -> frozenset[str]:
        """The first four letters of every word that has as many."""
        return frozenset(word[:4] for word in self.words if len(word) >= 4)

    def first_at(self, place: int) -> int:
        """The number of the first token that starts at this character or after it; may be one past the last."""
        return bisect_left(self._starts, place)

    def between(self, one: int, two: int) -> str:
        """What stands between two tokens, in whichever order they are."""
        first, last = sorted((one, two))
        return self.text[self.tokens[first].span.end : self.tokens[last].span.start]

    def around(self, span: Span) -> Mapping[str, int]:
        """Content words outside the span, at most ``NEAR`` on either side; the distance counts content words."""
        found: dict[str, int] = {}
        after = bisect_left(self._content, self.first_at(span.end))
        before = bisect_left(self._content, self.first_at(span.start)) - 1
        for distance in range(1, NEAR + 1):
            for place in (before - distance + 1, after + distance - 1):
                if 0 <= place < len(self._content):
                    found.setdefault(self.tokens[self._content[place]].stem or "", distance)
        return found


def nearness(left: Mapping[str, int], right: Mapping[str, int]) -> float:
    """How much alike two surroundings are: 0 with no word in common; one word next to both places gives a half."""
    return fsum(1 / (left[word] + right[word]) for word in left if word in right)


def overlap(left: Reading, right: Reading) -> float:
    """The share of the shorter text's content words that the other has too; 0 for a text without any."""
    fewer = min(len(left.stems), len(right.stems))
    return len(left.stems & right.stems) / fewer if fewer else 0.0


def close(left: Reading, right: Reading) -> bool:
    """Whether two texts say nearly the same: half the words of the shorter, two at least, are in both."""
    return overlap(left, right) >= CLOSE and len(left.stems & right.stems) > 1


def contains(left: Reading, right: Reading) -> bool:
    """Whether all that one text says, names apart, is in the other, whichever it is; of a single word it is no sign."""
    covered = (left.said and left.said <= right.stems) or (right.said and right.said <= left.stems)
    return bool(covered) and len(left.stems & right.stems) > 1


def _token(found: re.Match[str]) -> Token:
    word = fold(_POSSESSIVE.sub("", found.group()))
    return Token(Span(*found.span()), word, None if word in _EMPTY else _stem(word))


@lru_cache(maxsize=65536)
def _stem(word: str) -> str | None:
    """None for figures and for words without content; "o'neal" and "l'oreal" are told by what follows the article."""
    if word.isdigit():
        return None
    if word == "won":  # which the word index takes for the front of "won't"
        return word
    first, _, rest = word.replace("’", "'").partition("'")
    return stem(rest if len(first) == 1 and len(rest) > 2 else first)


def fold(word: str) -> str:
    """Case and accents apart."""
    if word.isascii():
        return word.lower()
    plain = unicodedata.normalize("NFKD", word)
    return "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold()
