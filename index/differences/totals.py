"""Where one text tells of all, or of most, what the other tells of a part: "all pupils" against "203 of the 240
pupils", "most pupils" against "12 % of the pupils"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from index.differences.matching import few_pairs
from index.differences.tokens import TokenizedText, one_covers_other, read_once
from index.differences.types import Difference, DifferenceKind
from index.text.numerals import numerals
from index.types import Span

_NOUN_REACH = 2  # content words after "all" or a part among which what is told of stands (a guess)
_WORDS_REACH = 5  # words, with "of the" and the like (a guess)

_ALL = re.compile(r"\b(?:all|every|each|everyone|everybody)\b(?!\s+(?:over|along|the\s+more|but|other)\b)", re.I)
# "Not all", "almost all" and "at all" are not all.
_HEDGED = re.compile(
    r"(?:\b(?:not|nearly|almost|virtually|practically|at|after|above|of)|n['’]t)(?:\s+[\w’'-]+){0,2}\s+$", re.I
)
_OF = re.compile(r"\s+(?:out\s+)?of\s+(?:(?:the|its|their|his|her|our|all|these|those)\s+)*")
_SHARE = re.compile(
    r"\b(?:only\s+)?(?:half|most|some|a\s+third|a\s+quarter|two\s+thirds|three\s+quarters)\s+of\s+", re.I
)
_ONLY = re.compile(r"\b(?:only|just)\s+$", re.I)
_OF_THE = re.compile(r"\s+of\s+(?:the|its|their|these|those)\b")
_MOST = re.compile(r"\b(?:most|(?:the|a)\s+(?:great\s+|large\s+|vast\s+)?majority\s+of)\s+(?:of\s+(?:the\s+)?)?", re.I)
_PER_CENT = re.compile(
    r"(?<![\d.,])(?:\d{1,2}(?:\.\d+)?\s*(?:to|and|[-–])\s*)?(?P<share>\d{1,3}(?:\.\d+)?)\s*(?:%|per\s?cent|percent)\s+of\s+",
    re.I,
)
_AT_LEAST = re.compile(r"\b(?:at\s+least|more\s+than|over|above|another|further|not)\s+$", re.I)
_WHOLE, _HALF = 95.0, 50.0  # per cent from which a share may be told as "all", or as "most"
_PREDICATE = 6  # content words behind a noun that tell what is said of it (a guess)
_ALIKE = 0.6  # share of these words that two texts that say the same have in common, and three at least (a guess)
_CLAUSE = re.compile(r"[.,;:!?()]")
_CUE_LENGTH = 24  # characters before "all" that are searched for its hedge (a guess)


class Quantity(NamedTuple):
    """``span``: of "all" or of the part; ``nouns``: stems of what it may be of, ``end``: where they end; ``share``: how
    much of it, in per cent; ``least``: from which share on it would be true."""

    span: Span
    nouns: frozenset[str]
    end: int
    share: float = 100.0
    least: float = 0.0


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """What either text tells of all and the other of a part, where all words of one are in the other; and of all or
    most where the other states a lesser share of the same, of which both say nearly the same."""
    if one_covers_other(draft, source):
        for left, right in (*few_pairs(_wholes(draft), _parts(source)), *few_pairs(_parts(draft), _wholes(source))):
            if left.nouns & right.nouns:
                yield _difference(draft, left, source, right)
    for left, right in (*few_pairs(_claims(draft), _shares(source)), *few_pairs(_shares(draft), _claims(source))):
        is_less = min(left.share, right.share) < max(left.least, right.least)
        if is_less and left.nouns & right.nouns and _say_the_same(draft, left, source, right):
            yield _difference(draft, left, source, right)


def _difference(draft: TokenizedText, left: Quantity, source: TokenizedText, right: Quantity) -> Difference:
    note = " against ".join(
        " ".join(text.text[quantity.span.start : quantity.end].split())
        for text, quantity in ((draft, left), (source, right))
    )
    return Difference(DifferenceKind.NUMBER, left.span, right.span, note)


def _claims(reading: TokenizedText) -> Sequence[Quantity]:
    """What is told of all or of most."""
    most = [_quantity(reading, Span(*match.span()))._replace(least=_HALF) for match in _MOST.finditer(reading.text)]
    return [*(quantity._replace(least=_WHOLE) for quantity in _wholes(reading)), *most]


def _shares(reading: TokenizedText) -> Sequence[Quantity]:
    """What is told of so many per cent; of a range, its upper end. A lower bound is none."""
    return [
        _quantity(reading, Span(*match.span()))._replace(share=float(match["share"]))
        for match in _PER_CENT.finditer(reading.text)
        if not _AT_LEAST.search(reading.text[: match.start()][-_CUE_LENGTH:])
    ]


def _say_the_same(draft: TokenizedText, left: Quantity, source: TokenizedText, right: Quantity) -> bool:
    """Whether two texts say nearly the same of what they count."""
    first, second = _predicate(draft, left, right.nouns), _predicate(source, right, left.nouns)
    common = first & second
    return first == second != frozenset() or len(common) >= max(3.0, _ALIKE * min(len(first), len(second)))


def _predicate(reading: TokenizedText, quantity: Quantity, nouns: frozenset[str]) -> frozenset[str]:
    """The content words behind the noun that both count, in its clause."""
    index = reading.first_token(quantity.span.end)
    while index < len(reading.tokens) and reading.tokens[index].stem not in nouns:
        index += 1
    end = _CLAUSE.search(reading.text, reading.tokens[index].span.end) if index < len(reading.tokens) else None
    limit = end.start() if end else len(reading.text)
    stems = [token.stem for token in reading.tokens[index + 1 :] if token.stem and token.span.end <= limit]
    return frozenset(stems[:_PREDICATE])


@read_once
def _wholes(reading: TokenizedText) -> list[Quantity]:
    return [
        _quantity(reading, Span(*match.span()))
        for match in _ALL.finditer(reading.text)
        if not _HEDGED.search(reading.text[: match.start()][-_CUE_LENGTH:])
    ]


@read_once
def _parts(reading: TokenizedText) -> Sequence[Quantity]:
    """Parts of a number that is told, "203 of the 240 pupils", parts that are told as such, "only two of the pupils",
    and shares, "half of the pupils"."""
    text, found = reading.text, numerals(reading.text)
    counted = [
        Span(part.span.start, whole.span.end)
        for part, whole in pairwise(found)
        if _OF.fullmatch(text, part.span.end, whole.span.start) and 0 < part.value < whole.value
    ]
    counted += [
        part.span
        for part in found
        if _ONLY.search(text[: part.span.start][-_CUE_LENGTH:]) and _OF_THE.match(text, part.span.end)
    ]
    return [_quantity(reading, span) for span in (*counted, *(Span(*match.span()) for match in _SHARE.finditer(text)))]


def _quantity(reading: TokenizedText, span: Span) -> Quantity:
    first = reading.first_token(span.end)
    content = [token for token in reading.tokens[first : first + _WORDS_REACH] if token.stem is not None][:_NOUN_REACH]
    return Quantity(
        span, frozenset(token.stem for token in content if token.stem), content[0].span.end if content else span.end
    )
