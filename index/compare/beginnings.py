"""Finds the words of a question that ask for the beginning of an event, as in "when was it first synthesised"."""

from __future__ import annotations

from collections.abc import Callable

from index.differences.tokens import TokenizedText

_FROM_THE_BEGINNING = frozenset("first originally initially".split())  # noqa: SIM905
# Words that say little of an event.
_LIGHT = _FROM_THE_BEGINNING | frozenset(
    (  # noqa: SIM905
        "make makes made do does did done get got give gives gave given have has had take takes took taken use used "
        "put set begin began begun start started become became come came go went gone see seen say said"
    ).split()
)
_DETERMINERS = frozenset("the a an his her its their our my your this that".split())  # noqa: SIM905


def adverbs_of(reading: TokenizedText, is_rare: Callable[[str], bool]) -> frozenset[str]:
    """The stems of words that ask for the beginning of an event, "first synthesised", which a text that tells of it
    need not have; not that of "the first boat", nor where no other rare word is left: "first made"."""
    if not any(token.stem and is_rare(token.stem) and token.word not in _LIGHT for token in reading.tokens):
        return frozenset()
    before = ("", *(token.word for token in reading.tokens))
    return frozenset(
        token.stem
        for token, previous in zip(reading.tokens, before, strict=False)
        if token.stem and token.word in _FROM_THE_BEGINNING and previous not in _DETERMINERS and "’" not in previous
    )
