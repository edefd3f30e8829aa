"""Where one text tells of all what the other tells of a part: "all pupils" against "203 of the 240 pupils"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product
from typing import NamedTuple

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
_CUE_LENGTH = 24  # characters before "all" that are searched for its hedge (a guess)


class Quantity(NamedTuple):
    """``span``: of "all" or of the part; ``nouns``: stems of what it may be of, ``end``: where they end."""

    span: Span
    nouns: frozenset[str]
    end: int


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """What either text tells of all and the other of a part; empty unless all words of one are in the other."""
    if not one_covers_other(draft, source):
        return
    for left, right in (*product(_wholes(draft), _parts(source)), *product(_parts(draft), _wholes(source))):
        if left.nouns & right.nouns:
            note = " against ".join(
                " ".join(text.text[quantity.span.start : quantity.end].split())
                for text, quantity in ((draft, left), (source, right))
            )
            yield Difference(DifferenceKind.NUMBER, left.span, right.span, note)


@read_once
def _wholes(reading: TokenizedText) -> list[Quantity]:
    return [
        _quantity(reading, Span(*match.span()))
        for match in _ALL.finditer(reading.text)
        if not _HEDGED.search(reading.text[: match.start()][-_CUE_LENGTH:])
    ]


@read_once
def _parts(reading: TokenizedText) -> Sequence[Quantity]:
    """Parts of a number that is told, "203 of the 240 pupils", and shares, "half of the pupils"."""
    text, found = reading.text, numerals(reading.text)
    counted = [
        Span(part.span.start, whole.span.end)
        for part, whole in pairwise(found)
        if _OF.fullmatch(text, part.span.end, whole.span.start) and 0 < part.value < whole.value
    ]
    return [_quantity(reading, span) for span in (*counted, *(Span(*match.span()) for match in _SHARE.finditer(text)))]


def _quantity(reading: TokenizedText, span: Span) -> Quantity:
    first = reading.first_token(span.end)
    content = [token for token in reading.tokens[first : first + _WORDS_REACH] if token.stem is not None][:_NOUN_REACH]
    return Quantity(
        span, frozenset(token.stem for token in content if token.stem), content[0].span.end if content else span.end
    )
