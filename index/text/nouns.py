"""Words that texts use as nouns, told by what stands beside them: no dictionary, no model. English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

from index.text.analysis import stem

SHORTEST = 3  # characters of a word that says something
WORD = re.compile(r"[^\W\d_][\w’'-]*")
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
"""Words of number, of time and of anything at all: no subject by themselves, nor before one."""

_LEADING = frozenset(
    (  # noqa: SIM905
        "a an the this that these those its his her their our my your whose no any some each every either another such "
        "of over in on at from with without for by about into between through during against under over per"
    ).split()
)
_ACTING = frozenset(
    (  # noqa: SIM905
        "to not will would can could may might must should shall cannot he she it they we i you who which be is are "
        "was were been being has have had does did do never also often"
    ).split()
)
# what a verb takes, and a noun seldom has behind it
_TAKEN = frozenset("the a an his her their its our my your him them me us it himself themselves itself".split())  # noqa: SIM905
_BEHIND = frozenset("of and or is are was were has have had can may will that which who".split())  # noqa: SIM905
_SURE = 3  # what a word right after an article or a preposition tells, beside one that stands a word further on


class Nouns:
    """How some texts use their words."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._head: Counter[str] = Counter()
        self._modifier: Counter[str] = Counter()
        self._other: Counter[str] = Counter()
        self._small: set[str] = set()
        self._named: Counter[str] = Counter()
        for text in texts:
            self._read(text)

    def heads(self, word: str) -> bool:
        """It stands as a noun more often than as anything else."""
        return self._head[word.lower()] > self._other[word.lower()]

    def modifies(self, word: str) -> bool:
        """It stands before nouns, and is no adverb and no verb ("by taking pills")."""
        word = word.lower()
        return self.heads(word) or (self._modifier[word] > self._other[word] and not word.endswith(("ly", "ing")))

    def names(self, word: str) -> bool:
        """It says what a text is about: a noun, what stands before one, or a name; no number and no time."""
        usable = len(word) >= SHORTEST and word.lower() not in COUNTING
        return usable and (self.modifies(word) or self.is_name(word))

    def is_name(self, word: str) -> bool:
        """It is never written small."""
        return word[0].isupper() and word.lower() not in self._small

    def begins_name(self, word: str) -> bool:
        """Another name stands behind it more often than not: a given name, or half of one."""
        return self._named[word.lower()] > 0

    def _read(self, text: str) -> None:
        found = list(WORD.finditer(text))
        gaps = ["", "", *(text[one.end() : two.start()] for one, two in pairwise(found)), "."]
        written = ["", "", *(one[0] for one in found), ""]
        for place in range(2, len(written) - 1):
            before = written[place - 1].lower() if gaps[place - 1].isspace() else ""
            further = written[place - 2].lower() if before and gaps[place - 2].isspace() else ""
            self._count(written[place], before, further, gaps[place].strip()[:1] or written[place + 1])

    def _count(self, word: str, before: str, further: str, after: str) -> None:
        small = word.lower()
        if word == small:
            self._small.add(small)
        else:
            self._named[small] += 1 if after[:1].isupper() else -1
        if before in _ACTING or after.lower() in _TAKEN:
            self._other[small] += _SURE
        elif after[0].isalnum() and stem(after) is not None:
            self._modifier[small] += _SURE * (before in _LEADING)
        elif before in _LEADING:
            self._head[small] += _SURE
        elif further in _LEADING and stem(before) is not None:  # "the stone bridge", but "the bridge fell" too
            self._head[small] += not after[0].isalnum() or after in _BEHIND
