"""Which of two things is said to be more than the other, or before it: "women earned more than men", "exports exceeded
imports", "the bridge came before the tunnel"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
_ALONG = TokenizedText("higher larger longer faster older stronger better earlier wider deeper thicker heavier cheaper")
_AXES = {AXES[token.word][0][0] for token in _ALONG.tokens}
_MAX_REACH = 12  # words on either side of "than" that are looked at (a guess)
_FAR = 24  # words before "than" in its sentence, where what is compared may stand (a guess)
_MAX_TERM = 4  # content words of the term after "than" (a guess)
_MAX_LIST = 8  # content words of the things that another comes before (a guess)
# Words that order two things: along which line, and whether what stands before the word comes first.
_ORDER = {
    "before": ("time", 1),
    "after": ("time", -1),
    "earlier": ("time", 1),
    "later": ("time", -1),
    "above": ("rank", 1),
    "ahead": ("rank", 1),
    "below": ("rank", -1),
    "behind": ("rank", -1),
}
_JUST_AS = re.compile(r"\b(?:just|exactly|equally)\s+as\s+(?P<quality>[\w-]+)(?:\s+(?:of\s+)?an?\s+\w+)?\s+as\s+", re.I)
_AMOUNT = "amount"  # the quality of "more damping than stiffening"
_TERM_ENDS = frozenset(
    "to in on at for during among by from with as who which that when where while if because".split()  # noqa: SIM905
)
_SENTENCE = re.compile(r"[;:!?()\n]|\.(?!\d)")


class Comparative(NamedTuple):
    """``quality``: what is compared, a number of an axis or a stem; ``side``: 1 for more of it, -1 for less. ``first``
    and ``second``: the content words before and after "than". ``span``: from the comparative to the second term."""

    quality: str
    side: int
    first: frozenset[str]
    second: frozenset[str]
    span: Span


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The comparisons of the draft whose terms the source has exchanged, with the same word for them."""
    for left, right in _exchanged(draft, source):
        if left.side == right.side:
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note)

    for left, right in (*product(_equal(draft), comparatives(source)), *product(comparatives(draft), _equal(source))):
        if left.quality == right.quality and (_are_crossed(left, right) or _are_of_one(left, right)):
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note)
    for left, right in _implied(draft, source):
        if left.side == right.side and _share_much(draft, source, left, right):
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note)
    for left, right in product(orders(draft), orders(source)):
        is_reversed = left.side == right.side and _are_crossed(left, right)
        if left.quality == right.quality and (is_reversed or (left.quality == "rank" and _are_contrary(left, right))):
            note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
            yield Difference(DifferenceKind.NEGATION, left.span, right.span, note, aspect="order")


def confirms(draft: TokenizedText, span: Span, text: TokenizedText) -> bool | None:
    """Whether a text tells the comparison or the order that stands at this span of the draft; None where none does."""
    own = next((found for found in _all(draft) if found.span == span), None)
    if own is None:
        return None
    return any(
        own.quality == other.quality
        and (
            _are_of_one(own, other) if own.side == other.side else own.side == -other.side and _are_crossed(own, other)
        )
        for other in _all(text)
    )


def _all(reading: TokenizedText) -> Sequence[Comparative]:
    return [*comparatives(reading), *orders(reading), *_equal(reading), *_without_than(reading)]


def agreeing(draft: TokenizedText, source: TokenizedText) -> list[tuple[Span, Span]]:
    """Where both say the same from either end: "higher in A than in B", "lower in B than in A". What the other has
    agrees with all of it: "below B" with "behind B and above C"."""
    agreed = [(left.span, right.span) for left, right in _implied(draft, source) if left.side != right.side]
    whole = Span(0, len(draft.text)), Span(0, len(source.text))
    for left, right in _exchanged(draft, source):
        agreed += [(left.span, whole[1]), (whole[0], right.span)] if left.side != right.side else []
    for left, right in product(orders(draft), orders(source)):
        is_same = left.side == right.side and _are_of_one(left, right)
        is_crossed = left.side != right.side and _are_crossed(left, right)
        if left.quality == right.quality and (is_same or is_crossed):
            agreed += [(left.span, whole[1]), (whole[0], right.span)]
    return agreed


def _exchanged(draft: TokenizedText, source: TokenizedText) -> Iterator[tuple[Comparative, Comparative]]:
    for left, right in product(comparatives(draft), comparatives(source)):
        is_one = left.quality != _AMOUNT or _are_on_one(draft, source, left, right)
        has_exchanged_terms = left.quality == right.quality and is_one and _are_crossed(left, right)
        if has_exchanged_terms or _has_exchanged_qualities(left, right):
            yield left, right


def _has_exchanged_qualities(left: Comparative, right: Comparative) -> bool:
    """Whether one thing is called more of one quality than of another, and the reverse, or less of the other."""
    qualities = {left.quality, right.quality}
    rest = [(side.first | side.second) - qualities for side in (left, right)]
    is_crossed = len(qualities) == 2 and left.quality in right.second and right.quality in left.second
    is_of_one = bool(rest[0] & rest[1]) and (rest[0] <= rest[1] or rest[1] <= rest[0])
    return is_crossed and is_of_one


def _are_on_one(draft: TokenizedText, source: TokenizedText, left: Comparative, right: Comparative) -> bool:
    """Whether all that either sentence says besides the terms of its comparison stands in the other too."""
    terms = left.first | left.second | right.first | right.second
    rest = draft.stems - terms, source.stems - terms
    return rest[0] <= rest[1] or rest[1] <= rest[0]


def _implied(draft: TokenizedText, source: TokenizedText) -> Iterator[tuple[Comparative, Comparative]]:
    """Pairs of which one is of two terms, and the other says of the second alone that it is more: "binds more strongly
    than B", "B binds more strongly"."""
    for left, right in product(comparatives(draft), _without_than(source)):
        if _is_of_second(left, right):
            yield left, right
    for left, right in product(_without_than(draft), comparatives(source)):
        if _is_of_second(right, left):
            yield left, right


def _is_of_second(pair: Comparative, alone: Comparative) -> bool:
    """Whether a comparison without "than" is of the second term of a pair, and not of the first."""
    own = pair.first - alone.first
    return pair.quality == alone.quality and pair.second <= alone.first and bool(own) and bool(pair.first & alone.first)


def _share_much(draft: TokenizedText, source: TokenizedText, left: Comparative, right: Comparative) -> bool:
    """Whether two sentences have enough in common, and all of the pair but its first term, that both say one thing."""
    pair, alone = (left, right) if left.second else (right, left)
    return len(draft.stems & source.stems) >= _MAX_TERM and len(pair.first - alone.first) == 1


def _without_than(reading: TokenizedText) -> Iterator[Comparative]:
    """The comparisons that leave the second term out: "B binds more strongly"."""
    if "than" in reading.words or reading.words.isdisjoint(_DEGREES):
        return
    for index, token in enumerate(reading.tokens[:-1]):
        if token.word in _DEGREES and reading.tokens[index + 1].stem is not None:
            quality = reading.tokens[index + 1].stem or ""
            first = _stems(reading, [*_clause(reading, index, -1), *_clause(reading, index, 1)])
            span = Span(token.span.start, reading.tokens[index + 1].span.end)
            yield Comparative(quality, _DEGREES[token.word], first, frozenset(), span)


def _are_crossed(left: Comparative, right: Comparative) -> bool:
    """Whether what stands on one side of a comparison stands on the other side of the other, words in both apart."""
    first, second = left.second - right.second, right.second - left.second
    return (
        bool(first and second)
        and first <= right.first - right.second
        and second <= left.first - left.second
        and first.isdisjoint(left.first)
        and second.isdisjoint(right.first)
    )


def _are_of_one(left: Comparative, right: Comparative) -> bool:
    """Whether two orders are of the same two things."""
    first, second = left.first <= right.first or right.first <= left.first, left.second & right.second
    return first and bool(left.first and right.first) and second in (left.second, right.second)


def _are_contrary(left: Comparative, right: Comparative) -> bool:
    return left.side != right.side and _are_of_one(left, right)


@read_once
def orders(reading: TokenizedText) -> Sequence[Comparative]:
    """What comes before or after what, in order; the figures behind such a word are none ("after 12 weeks"). Cached, as
    a sentence is compared with many."""
    found: list[Comparative] = []
    if reading.words.isdisjoint(_ORDER):
        return found
    pivots = [index for index, token in enumerate(reading.tokens) if token.word in _ORDER]
    for index in pivots:
        quality, side = _ORDER[reading.tokens[index].word]
        after = _clause(reading, index, 1, _SENTENCE, frozenset(pivots))
        if after and reading.tokens[after[0]].word in ("of", "than"):
            after = after[1:]
        term = [] if after and reading.tokens[after[0]].word[0].isdigit() else _term(reading, after, _MAX_LIST)
        before = [other for other in _clause(reading, index, -1, _SENTENCE) if other not in pivots]
        first = _stems(reading, _without_lists(reading, before, [other for other in pivots if other < index]))
        if term and first:
            span = Span(reading.tokens[index].span.start, reading.tokens[term[-1]].span.end)
            found.append(Comparative(quality, side, first, _stems(reading, term), span))
    return found


def _without_lists(reading: TokenizedText, before: list[int], pivots: list[int]) -> list[int]:
    """The words before an order without what an earlier order is to: of "behind A and above", not A."""
    if not pivots:
        return before
    return [index for index in before if index < pivots[0]]


@read_once
def comparatives(reading: TokenizedText) -> Sequence[Comparative]:
    """The comparisons of two terms with "than" or a verb like "exceed", in order; "more than 200" is none. Cached, as a
    sentence is compared with many."""
    candidates = (
        candidate
        for index, token in enumerate(reading.tokens)
        if token.word == "than" or token.stem in _EXCEEDING
        for candidate in (
            (*_members(reading, index), _amount(reading, index))
            if token.word == "than"
            else (_exceeding(reading, index),)
        )
    )
    return [candidate for candidate in candidates if candidate is not None]


def _members(reading: TokenizedText, than: int) -> Iterator[Comparative]:
    """The comparison with "than", and, of a list behind it ("wider than A or B"), that with each member."""
    whole = _comparative(reading, than)
    if whole is None:
        return
    yield whole
    members: list[list[int]] = [[]]
    for index in _clause(reading, than, 1):
        if reading.tokens[index].span.end > whole.span.end:
            break
        if reading.tokens[index].word in ("or", "and"):
            members.append([])
        else:
            members[-1].append(index)
    if len(members) > 1 and all(_stems(reading, member) for member in members):
        yield from (whole._replace(second=_stems(reading, member)) for member in members)


def _equal(reading: TokenizedText) -> Iterator[Comparative]:
    """The comparisons of "just as powerful as" two terms."""
    for match in _JUST_AS.finditer(reading.text) if "as" in reading.words else ():
        second = reading.first_token(match.end())
        quality = reading.first_token(match.start("quality"))
        term = _term(reading, _clause(reading, second - 1, 1))
        if term and reading.tokens[quality].stem is not None:
            before = _clause(reading, reading.first_token(match.start()), -1, _SENTENCE, most=_FAR)
            span = Span(match.start(), reading.tokens[term[-1]].span.end)
            stem = reading.tokens[quality].stem or ""
            yield Comparative(stem, 0, _stems(reading, before), _stems(reading, term), span)


def _amount(reading: TokenizedText, than: int) -> Comparative | None:
    """The comparison of "more damping than stiffening"."""
    before, after = _clause(reading, than, -1), _clause(reading, than, 1)
    degree = next((index for index in before if reading.tokens[index].word in _DEGREES), None)
    if degree is None or not after or reading.tokens[after[0]].stem is None:
        return None
    compared = [index for index in before if index > degree]
    term = _term(reading, after)[: len(compared)]
    if not compared or not term or any(reading.tokens[index].stem is None for index in compared):
        return None
    span = Span(reading.tokens[degree].span.start, reading.tokens[term[-1]].span.end)
    side = _DEGREES[reading.tokens[degree].word]
    return Comparative(_AMOUNT, side, _stems(reading, compared), _stems(reading, term), span)


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
    before = _clause(reading, than, -1, _SENTENCE, most=_FAR)
    term = _term(reading, after)
    if degree is None or not term or (after[0] != term[0] and reading.tokens[after[0]].word.isdigit()):
        return None
    word = reading.tokens[degree].word
    quality, side = _quality(word, [reading.tokens[index] for index in range(degree + 1, than)])
    first = _stems(reading, [index for index in before if index != degree])
    span = Span(reading.tokens[degree].span.start, reading.tokens[term[-1]].span.end)
    return Comparative(quality, side, first, _stems(reading, term), span)


def _term(reading: TokenizedText, after: list[int], most: int = _MAX_TERM) -> list[int]:
    """The content words of the second thing, of those after "than": "women" of "than women to die of the fever"."""
    term: list[int] = []
    for index in after:
        if term and reading.tokens[index].word in _TERM_ENDS:
            break
        term += [index] if reading.tokens[index].stem is not None else []
    return term[:most]


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


def _clause(
    reading: TokenizedText,
    than: int,
    step: int,
    end: re.Pattern[str] = _BREAK,
    stops: frozenset[int] = frozenset(),
    most: int = _MAX_REACH,
) -> list[int]:
    """The words before (``step`` -1) or after (1) "than" in its clause, nearest first, up to one of ``stops``."""
    indices: list[int] = []
    for index in range(than + step, than + step * (most + 1), step):
        if not 0 <= index < len(reading.tokens) or end.search(reading.text_between(index - step, index)):
            break
        if index in stops:
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
