"""Which words a set of texts uses as nouns, judged by the words beside them. No dictionary, no model. English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import zip_longest

from index.text.analysis import stem

SHORTEST = 3  # characters of a word that can be a subject (a guess)
_WORD = re.compile(r"([^\W\d_][\w’'-]*)")
COUNTING = frozenset(
    (  # noqa: SIM905
        "one two three four five six seven eight nine ten eleven twelve thirteen fifteen twenty thirty forty fifty "
        "sixty seventy eighty ninety hundred hundreds thousand thousands million millions billion billions trillion "
        "dozen dozens first second third fourth fifth half quarter percent per cent number numbers second seconds "
        "minute minutes hour hours day days week weeks weekend month months year years decade decades century "
        "today yesterday tomorrow morning afternoon evening night time times moment monday tuesday wednesday thursday "
        "friday saturday sunday january february march april may june july august september october november december "
        "thing things way ways lot part parts kind kinds sort end rest others something anything everything nothing "
        "next last past many several new same different certain"
    ).split()
)
"""Words of number, of time and of no content: no subject by themselves, nor in front of a noun."""

_DETERMINERS = frozenset(
    (  # noqa: SIM905
        "a an the this that these those its his her their our my your whose no any some each every either another such "
        "of over in on at from with without for by about into between through during against under over per"
    ).split()
)
_BEFORE_VERBS = frozenset(
    (  # noqa: SIM905
        "to not will would can could may might must should shall cannot he she it they we i you who which be is are "
        "was were been being has have had does did do never also often"
    ).split()
)
# Words that follow a verb, and seldom a noun.
_OBJECTS = frozenset("the a an his her their its our my your him them me us it himself themselves itself".split())  # noqa: SIM905
_FOLLOWING = frozenset("of and or is are was were has have had can may will that which who".split())  # noqa: SIM905
_DIRECT = 3  # weight of a determiner right before a word; one that stands a word earlier weighs 1 (a guess)


def words_and_gaps(text: str) -> tuple[list[str], list[str]]:
    """The words of a text, and what stands between each and the next; after the last what is left."""
    pieces = _WORD.split(text)
    return pieces[1::2], pieces[2::2]


class Nouns:
    """How a set of texts uses its words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._head: Counter[str] = Counter()
        self._modifier: Counter[str] = Counter()
        self._other: Counter[str] = Counter()
        self._small: set[str] = set()
        self._named: Counter[str] = Counter()
        for text in texts:
            self._read(text)

    def heads(self, word: str) -> bool:
        """Whether the word stands as a noun more often than as anything else."""
        return self._head[word.lower()] > self._other[word.lower()]

    def modifies(self, word: str) -> bool:
        """Whether the word can stand before a noun and is neither adverb nor verb ("by taking pills")."""
        word = word.lower()
        return self.heads(word) or (self._modifier[word] > self._other[word] and not word.endswith(("ly", "ing")))

    def names(self, word: str) -> bool:
        """Whether the word can name a subject: a noun, a modifier of one or a name, but no number and no time."""
        usable = len(word) >= SHORTEST and word.lower() not in COUNTING
        return usable and (self.modifies(word) or self.is_name(word))

    def is_name(self, word: str) -> bool:
        """Whether the word is never written in lower case."""
        return word[0].isupper() and word.lower() not in self._small

    def begins_name(self, word: str) -> bool:
        """Whether another name usually follows: a given name, or the first half of a name."""
        return self._named[word.lower()] > 0

    def _read(self, text: str) -> None:
        words, gaps = words_and_gaps(text)
        before = second_before = ""  # the words right before in small letters, with nothing but spaces between
        for word, gap, following in zip_longest(words, gaps, words[1:], fillvalue=""):
            small, is_beside = word.lower(), gap.isspace()
            after = following if is_beside else gap.strip()[:1]
            self._count(word, small, before, second_before, (after or following) if following else ".")
            before, second_before = (small, before) if is_beside else ("", "")

    def _count(self, word: str, small: str, before: str, second_before: str, after: str) -> None:
        if word == small:
            self._small.add(small)
        else:
            self._named[small] += 1 if after[:1].isupper() else -1
        if before in _BEFORE_VERBS or after.lower() in _OBJECTS:
            self._other[small] += _DIRECT
        elif after[0].isalnum() and stem(after) is not None:
            self._modifier[small] += _DIRECT * (before in _DETERMINERS)
        elif before in _DETERMINERS:
            self._head[small] += _DIRECT
        elif (
            second_before in _DETERMINERS and stem(before) is not None
        ):  # "the stone bridge", but "the bridge fell" too
            self._head[small] += not after[0].isalnum() or after in _FOLLOWING
