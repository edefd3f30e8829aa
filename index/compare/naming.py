"""Which named things a question asks about, and whether a text is about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.differences import names
from index.differences.tokens import Token, TokenizedText, tokenized
from index.types import Span

if TYPE_CHECKING:
    from index.compare.questions import Question

MIN_LAST = 0.5
"""Weight of the last word of a name, as a share of that of its rarest, from which it identifies the name (a guess)."""

_PREFIX = 4  # letters, those of ``TokenizedText.prefixes``


def identifying(reading: TokenizedText, span: Span, weights: Mapping[str, float]) -> Token | None:
    """The last word of a name, such as a surname, unless it is far more common than the rarest, such as that of "Waffle
    House"; then the rarest. None where the name has no content."""
    tokens = [token for token in reading.tokens if token.span.within(span) and token.stem is not None]
    if not tokens:
        return None
    rarest = max(tokens, key=lambda token: weights[stem_of(token)])
    return tokens[-1] if weights[stem_of(tokens[-1])] >= MIN_LAST * weights[stem_of(rarest)] else rarest


def stem_of(token: Token) -> str:
    return token.stem or ""


def is_named(question: Question, text: str) -> bool:
    """Whether a text has each name of the question, in any form, as a surname, or spelled out."""
    asking, reading = tokenized(question.text), tokenized(text)
    missing = [name.span for name in names.missing(asking, reading)] if question.names else []
    for token in question.names:
        if question.text[slice(*token.span)].isupper():  # an acronym, which may be spelled out
            present = not any(token.span.meets(span) for span in missing)
        else:
            present = _has(reading, token) or _has_in_small_letters(reading, token, _beside(asking, token))
        if not present:
            return False
    return True


def _beside(asking: TokenizedText, token: Token) -> list[Token]:
    """The other words of the name that a word of a question belongs to."""
    spans = [mention.span for mention in names.names(asking) if token.span.within(mention.span)]
    return [
        other
        for span in spans
        for other in asking.tokens_in(span)
        if other.stem is not None and other.span != token.span
    ]


def _has_in_small_letters(reading: TokenizedText, token: Token, others: Sequence[Token]) -> bool:
    """Whether a text has a word of a name in small letters, where it is all of the name ("covid"), or beside another of
    its words: "the dam" of a text on Kelbrook need not be Kelbrook Dam, but is likely to."""
    return token.stem in reading.stems and (not others or any(_has(reading, other) for other in others))


def names_another(question: Question, sentence: str) -> bool:
    """Whether a sentence has some of two names or more that the question has, and others in place of the rest: what a
    club paid for another player."""
    reading, asking = tokenized(sentence), tokenized(question.text)
    present = [_has(reading, token) for token in question.names]
    if all(present) or not any(present):
        return False
    return any(
        not {token.word for token in reading.tokens_in(mention.span)} & asking.words for mention in names.names(reading)
    )


def _has(reading: TokenizedText, token: Token) -> bool:
    """Whether a text has a word of a name, or one that begins like it, "Armenia", "Armenian"; not in small letters."""
    is_long = len(token.word) > _PREFIX
    return any(
        other.stem == token.stem or (is_long and other.word[:_PREFIX] == token.word[:_PREFIX])
        for other in reading.tokens
        if not reading.text[other.span.start].islower()
    )
