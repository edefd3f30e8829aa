"""Whether an ellipsis or square brackets turn what a source says into its opposite.

They do where they leave out a negation whose head stays ("is … permitted" for "is not permitted"), where a negation
that stays meets words of another clause, where a condition in the same sentence is gone, and where brackets bring a
negation in. A negation that is left out together with what it denies reverses nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.quotations.wording import Wording, is_negation
from index.text.analysis import STOP_WORDS

MAX_CONDITION_WORDS = (
    30  # words left out, beyond which a condition among them is thought to be of another matter (a guess)
)
MAX_ADDED_WORDS = 4  # words in brackets, beyond which they are a remark and no part of the sentence (a guess)

_DENIALS = frozenset(
    "fail fails failed failing refuse refuses refused decline declines declined deny denies denied lack lacks lacked "  # noqa: SIM905
    "unable rarely seldom".split()
)
# After "not" or "no": what is still said when the two are gone.
_NO_DENIAL = frozenset("only just merely simply least until fewer less more later earlier".split())  # noqa: SIM905
_PHRASES = frozenset("means way account circumstances circumstance time case sense longer event yet".split())  # noqa: SIM905
_AUXILIARIES = frozenset(
    "am is are was were be been being do does did has have had can could will would shall should may might must to "  # noqa: SIM905
    "need dare".split()
)
_JOINING = frozenset("and but or yet so who which that because although though while whereas if when".split())  # noqa: SIM905
_EMPTY = frozenset(STOP_WORDS) | _AUXILIARIES | frozenset("any all at ever even very so been by".split())  # noqa: SIM905
_CLAUSE_END = re.compile(r"[.;:!?—()]")
_SENTENCE_END = re.compile(r"[.!?]")
_CLAUSE = re.compile(r"[,;:.!?—()]|\band\b")
_CONDITION = re.compile(
    r"\b(?:unless|only\s+(?:if|when|where|after|with|upon|under|in)|except|save\s+(?:if|where|when|in)|"
    r"provided(?:\s+that)?|on\s+(?:the\s+)?condition|if\s+and\s+only)\b",
    re.I,
)
_REMARK = re.compile(r"\b(?:emphasis|italics|original|sic|note|translat\w+|author|editor|ed)\b", re.I)


class Reversal(NamedTuple):
    """``joint``: the number of the quotation's word before which the ellipsis or the brackets stand. ``source``: the
    words of the source (first, after the last) that are left out or denied; empty where brackets bring a negation
    in."""

    joint: int
    source: tuple[int, int]


def reversals(quote: Wording, source: Wording, text: str, pairs: Sequence[tuple[int, int]]) -> Iterator[Reversal]:
    """The reversals in order. ``text``: that of the source's wording. ``pairs``: equal words (quotation, source)."""
    partners = dict(pairs)
    for joint in sorted({*quote.joints, *quote.insertions}):
        added = quote.insertions.get(joint, "")
        before, after = partners.get(joint - 1), partners.get(joint)
        if before is None and after is None:
            continue
        hidden = (before + 1, after) if before is not None and after is not None else (0, 0)
        cue = _hidden_cue(source, text, *hidden) if hidden[0] < hidden[1] else None
        if _adds_negation(added):
            if not any(map(is_negation, source.words[slice(*hidden)])):
                end = hidden[0] if before is not None else after or 0
                yield Reversal(joint, (end, end))
        elif cue is not None:
            yield Reversal(joint, cue)


def _adds_negation(added: str) -> bool:
    words = [word.casefold().replace("’", "'").strip(".,;:!?") for word in added.split()]
    return 0 < len(words) <= MAX_ADDED_WORDS and any(map(is_negation, words)) and not _REMARK.search(added)


def _hidden_cue(source: Wording, text: str, first: int, last: int) -> tuple[int, int] | None:
    """The words of the source that reverse what is quoted when words ``first`` to before ``last`` are left out."""
    for number in range(first, last):
        if _reverses(source, text, number, first, last):
            return number, number + 1
    if is_negation(source.words[first - 1]) and _meets_another_clause(source, text, first, last):
        return first, last
    return _hidden_condition(source, text, first, last)


def _reverses(source: Wording, text: str, cue: int, first: int, last: int) -> bool:
    """Whether a word that is left out denies a word that stays."""
    words = source.words
    denies = is_negation(words[cue])
    if not (denies or words[cue] in _DENIALS) or (cue + 1 < len(words) and words[cue + 1] in _NO_DENIAL):
        return False
    head = _head(source, text, cue, last)
    if head == last:
        return True
    # "Is not, at this time, permitted": the verb that is denied is cut in two.
    follows_auxiliary = (
        denies
        and words[first - 1] in _AUXILIARIES
        and all(word.endswith("ly") or word in _EMPTY for word in words[first:cue])
    )
    return follows_auxiliary and not {*_JOINING, words[first - 1]}.intersection(words[cue + 1 : last + 1])


def _head(source: Wording, text: str, cue: int, last: int) -> int | None:
    """The number of the word that is denied, at most ``last``, which stands for all that stays after it; None where the
    clause ends before."""
    words, position = source.words, cue + 1
    if position < last and words[position] in _PHRASES:  # "by no means", "no longer"
        position += 1
    while position < last and (words[position] in _EMPTY or words[position].endswith("ly")):
        position += 1
    between = text[source.edges[cue][1] : source.edges[position][0]] if position < len(words) else "."
    if _CLAUSE_END.search(between) or ("," in between and not between.startswith(",")):
        return None
    return None if position == last and words[last] in _JOINING else position


def _meets_another_clause(source: Wording, text: str, first: int, last: int) -> bool:
    """Whether a negation right before what is left out meets words that it did not deny."""
    hidden = text[source.edges[first - 1][1] : source.edges[last][0]]
    return bool(_CLAUSE_END.search(hidden)) or bool({"but", "and"}.intersection(source.words[first:last]))


def _hidden_condition(source: Wording, text: str, first: int, last: int) -> tuple[int, int] | None:
    """The words of a condition that is left out of the sentence that is quoted before it."""
    start, end = source.edges[first][0], source.edges[last - 1][1]
    condition = _CONDITION.search(text, start, end)
    if condition is None or last - first > MAX_CONDITION_WORDS:
        return None
    before = text[source.edges[first - 1][1] : condition.start()]
    if _CLAUSE.search(before.rstrip(" ,;:—(")) or _SENTENCE_END.match(before):
        return None  # it is a condition of something else that is left out
    numbers = [
        number
        for number in range(first, last)
        if condition.start() <= source.edges[number][0] and source.edges[number][1] <= condition.end()
    ]
    return (numbers[0], numbers[-1] + 1) if numbers else None
