"""Where words differ of which one thing has one at most: a gold and a silver medal, spring and autumn 2010, Tuesday and
Thursday. Pairs of opposites stand in ``antonyms``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from index.differences.cohyponyms import CLASSES
from index.differences.matching import SAME_ROLE, conflicting_pairs
from index.differences.tokens import TokenizedText, are_close, read_once
from index.differences.types import Difference, DifferenceKind, Fit, Mention
from index.text.lexicon import WEEKDAYS

# Each word with its group and the word that stands for it. A word counts only with the same word after it in both
# texts, a weekday with the same word before it.
_GROUPS = {word: (name, stands) for name in ("colour", "season") for word, stands in CLASSES[name].items()}
_GROUPS |= {"fall": ("season", "autumn"), **{medal: ("metal", medal) for medal in ("gold", "silver", "bronze")}}


class Modifier(NamedTuple):
    """``group``: only words of one are compared. ``value``: the word that stands for its forms. ``beside``: the word
    next to it, by its stem where it has one, "" if there is none."""

    group: str
    value: str
    beside: str


_BETWEEN = {
    1: ("of",),
    -1: ("on", "until"),
}  # words between a modifier and what it is beside: "spring of 2010", "fell on Monday"


@read_once
def modifiers(reading: TokenizedText) -> list[Mention[Modifier]]:
    """The modifiers of a text that have a word beside them, and its weekdays, in order."""
    mentions = []
    for index, token in enumerate(reading.tokens):
        if token.word in WEEKDAYS:
            modifier = Modifier("weekday", token.word, _beside(reading, index, -1))
        elif token.word in _GROUPS:
            modifier = Modifier(*_GROUPS[token.word], _beside(reading, index, 1))
        else:
            continue
        if modifier.beside:
            mentions.append(Mention(token.span, modifier, reading.context(token.span)))
    return mentions


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The modifiers of two close texts that exclude each other; empty for texts that are not close."""
    if not are_close(draft, source):
        return
    left, right = modifiers(draft), modifiers(source)
    for first, second, _ in conflicting_pairs(left, right, _fit, threshold=SAME_ROLE):
        kind = DifferenceKind.DATE if first.value.group == "weekday" else DifferenceKind.NAME
        note = f"{draft.text[slice(*first.span)]} against {source.text[slice(*second.span)]}"
        yield Difference(kind, first.span, second.span, note, aspect=first.value.group)


def _fit(left: Modifier, right: Modifier) -> Fit:
    if left.group != right.group or left.beside != right.beside:
        return Fit.INCOMPARABLE
    return Fit.EQUAL if left.value == right.value else Fit.CONTRADICTING


def _beside(reading: TokenizedText, index: int, step: int) -> str:
    """The word after (``step`` 1) a modifier, or the nearest content word before (-1) it, a preposition at most between
    them; "" where a sign parts them."""
    limit = ""  # "closed until Monday" is not "closed on Monday"
    for distance in (1, 2):
        other = index + step * distance
        if not 0 <= other < len(reading.tokens) or not reading.text_between(other - step, other).isspace():
            return ""
        token = reading.tokens[other]
        if token.stem is not None or token.word.isdigit():
            return f"{limit}{token.stem or token.word}"
        if token.word not in _BETWEEN[step]:
            return ""
        limit = "until " if token.word == "until" else ""
    return ""
