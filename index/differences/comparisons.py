"""Which of two things is said to be more than the other: "women earned more than men", "exports exceeded imports"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from index.differences.antonyms import AXES
from index.differences.tokens import Token, TokenizedText, read_once
from index.differences.types import Difference, DifferenceKind
from index.types import Span

_BREAK = re.compile(r"[,;:.!?()\n]")
_COMPARATIVE = re.compile(r"(?:[a-z]{3,}er|worse)$")
_DEGREES = {"more": 1, "less": -1, "fewer": -1}
_EXCEEDING = TokenizedText("exceeded outnumbered outperformed surpassed outweighed outpaced overtook outsold").stems
_AXES = {AXES[word][0][0] for word in "higher larger longer faster older stronger better earlier".split()}  # noqa: SIM905
_MAX_REACH = 12  # words on either side of "than" that are looked at (a guess)
_MAX_TERM = 4  # content words of the term after "than" (a guess)


class Comparative(NamedTuple):
    """``quality``: what is compared, a number of an axis or a stem; ``side``: 1 for more of it, -1 for less. ``first``
    and ``second``: the content words before and after "than". ``span``: from the comparative to the second term."""

    quality: str
    side: int
    first: frozenset[str]
    second: frozenset[str]
    span: Span


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The comparisons of the draft whose terms or qualities the source has exchanged, with the same word for them."""
    for left, right in _exchanged(draft, source):
        if left.side == right.side:
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note)


def agreeing(draft: TokenizedText, source: TokenizedText) -> list[tuple[Span, Span]]:
    """Where both say the same from either end: "higher in A than in B", "lower in B than in A", "more bodily than
    mental", "less mental than bodily"."""
    return [(left.span, right.span) for left, right in _exchanged(draft, source) if left.side != right.side]


def _exchanged(draft: TokenizedText, source: TokenizedText) -> Iterator[tuple[Comparative, Comparative]]:
    for left, right in product(comparatives(draft), comparatives(source)):
        if _has_exchanged_terms(left, right) or _has_exchanged_qualities(left, right):
            yield left, right


def _has_exchanged_terms(left: Comparative, right: Comparative) -> bool:
    is_crossed = left.second <= right.first and right.second <= left.first
    return left.quality == right.quality and is_crossed and not left.second & right.second


def _has_exchanged_qualities(left: Comparative, right: Comparative) -> bool:
    """Whether one thing is called more of one quality than of another, and the reverse, or less of the other."""
    qualities = {left.quality, right.quality}
    rest = [(side.first | side.second) - qualities for side in (left, right)]
    is_crossed = len(qualities) == 2 and left.quality in right.second and right.quality in left.second
    is_of_one = bool(rest[0] & rest[1]) and (rest[0] <= rest[1] or rest[1] <= rest[0])
    return is_crossed and is_of_one


@read_once
def comparatives(reading: TokenizedText) -> list[Comparative]:
    """The comparisons of two terms with "than" or a verb like "exceed", in order; "more than 200" is none."""
    candidates = (
        _comparative(reading, index) if token.word == "than" else _exceeding(reading, index)
        for index, token in enumerate(reading.tokens)
        if token.word == "than" or token.stem in _EXCEEDING
    )
    return [candidate for candidate in candidates if candidate is not None]


def _exceeding(reading: TokenizedText, verb: int) -> Comparative | None:
    before, after = _clause(reading, verb, -1), _clause(reading, verb, 1)
    term = _term(reading, after)
    if not term or reading.tokens[after[0]].word.isdigit():
        return None
    span = Span(reading.tokens[verb].span.start, reading.tokens[term[-1]].span.end)
    return Comparative(reading.tokens[verb].stem or "", 1, _stems(reading, before), _stems(reading, term), span)


def _comparative(reading: TokenizedText, than: int) -> Comparative | None:
    before, after = _clause(reading, than, -1), _clause(reading, than, 1)
    degree = _degree(reading, before)
    term = _term(reading, after)
    if degree is None or not term or (after[0] != term[0] and reading.tokens[after[0]].word.isdigit()):
        return None
    word = reading.tokens[degree].word
    quality, side = _quality(word, [reading.tokens[index] for index in range(degree + 1, than)])
    first = _stems(reading, [index for index in before if index != degree])
    span = Span(reading.tokens[degree].span.start, reading.tokens[term[-1]].span.end)
    return Comparative(quality, side, first, _stems(reading, term), span)


def _term(reading: TokenizedText, after: list[int]) -> list[int]:
    """The content words of the second thing, of those after "than": "women" of "than women to die of the fever"."""
    words = [reading.tokens[index].word for index in after]
    end = words.index("to", 1) if "to" in words[1:] else len(after)
    return [index for index in after[:end] if reading.tokens[index].stem is not None][:_MAX_TERM]


def _quality(word: str, following: list[Token]) -> tuple[str, int]:
    """What a comparative compares, and its side: "more" and "less" say it with the adjective after them."""
    if word in _DEGREES:
        return (following[0].stem or "" if following else ""), _DEGREES[word]
    axis, side = next((pair for pair in AXES.get(word, ()) if pair[0] in _AXES), (word, 1))
    return str(axis), side


def _degree(reading: TokenizedText, before: list[int]) -> int | None:
    """The comparative nearest to "than" of the words before it, nearest first. A noun in "-er" ("fever") has its form
    too, so it counts only where no "more" stands."""
    degrees = [index for index in before if reading.tokens[index].word in _DEGREES]
    formed = [
        index for index in before if reading.tokens[index].stem and _COMPARATIVE.match(reading.tokens[index].word)
    ]
    return next(iter([*degrees, *formed]), None)


def _clause(reading: TokenizedText, than: int, step: int) -> list[int]:
    """The words before (``step`` -1) or after (1) "than" in its clause, nearest first."""
    indices: list[int] = []
    for index in range(than + step, than + step * (_MAX_REACH + 1), step):
        if not 0 <= index < len(reading.tokens) or _BREAK.search(reading.text_between(index - step, index)):
            break
        indices.append(index)
    return indices


def _stems(reading: TokenizedText, indices: list[int]) -> frozenset[str]:
    """The stems of content words; a word that a hyphen joins to the one before is one with it ("non-smokers")."""
    stems: list[str] = []
    for index in sorted(indices):
        stem = reading.tokens[index].stem
        if stem is not None and index and stems and reading.text_between(index - 1, index) == "-":
            stems[-1] += f"-{stem}"
        elif stem is not None:
            stems.append(stem)
    return frozenset(stems)
