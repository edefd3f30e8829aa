"""What somebody is by trade or post: "the finance director Ann Holm", "John Lilly, a physician"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from index.differences.name_words import are_rivals, share_word
from index.differences.occupations import trade
from index.differences.tokens import TokenizedText, read_once
from index.differences.types import Difference, DifferenceKind
from index.types import Span

# Each line is a kind of post, by its words; of one post somebody has one kind.
_KINDS = """
managing
finance/financial
artistic
technical
sporting/sports
medical
creative
musical/music
research
commercial
sales
marketing
legal
foreign
interior
defence/defense
health
justice
education
transport
agriculture
culture
environment
energy
chemistry
physics
biology
mathematics
history
law
philosophy
psychology
economics
""".strip().splitlines()
_KIND_OF = {word: line.split("/")[0] for line in _KINDS for word in line.split("/")}
RANKS = frozenset("head chief senior junior deputy assistant associate vice acting".split())  # noqa: SIM905
_PAST = frozenset("former ex late once then previously".split())  # noqa: SIM905
_DESCRIBED = re.compile(r",\s+(?:[^\s,.;:!?()]+\s+){0,4}$")


class Post(NamedTuple):
    """``who``: the words of a name, ``trade``: what the words of the trade begin with, ``kind``: of the post, "" for
    none; ``span``: of the trade with its kind; ``is_past``: whether it is no longer held."""

    who: tuple[str, ...]
    trade: str
    kind: str
    span: Span
    is_past: bool


@read_once
def posts(reading: TokenizedText) -> Sequence[Post]:
    """The trades that stand directly before a name, or between commas behind it, in order. Cached, as a sentence is
    compared with many."""
    found = []
    for index, token in enumerate(reading.tokens):
        beginning = trade(token.word)
        if beginning is None:
            continue
        who = _name_behind(reading, index) or _name_before(reading, index)
        if who:
            before = reading.tokens[index - 1] if index and reading.text_between(index - 1, index) in " -" else None
            kind = _KIND_OF.get(before.word, "") if before else ""
            start = before.span.start if before and kind else token.span.start
            near = {other.word for other in reading.tokens[max(0, index - 3) : index]}
            found.append(Post(who, beginning, kind, Span(start, token.span.end), bool(near & _PAST)))
    return found


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """The posts of which each text gives one person another kind: "finance director", "managing director"."""
    for left in posts(draft):
        for right in posts(source) if left.kind and not left.is_past else ():
            are_apart = right.kind and left.kind != right.kind and left.trade == right.trade and not right.is_past
            elsewhere = _has(source, left.kind) or _has(draft, right.kind)
            if are_apart and not elsewhere and _is_one_person(left.who, right.who):
                note = f"{draft.text[slice(*left.span)]} against {source.text[slice(*right.span)]}"
                yield Difference(DifferenceKind.NAME, left.span, right.span, note)


def missing(draft: TokenizedText, texts: Sequence[TokenizedText]) -> list[Span]:
    """The trades that the draft gives somebody to whom the texts give other trades alone, though they have the word of
    somebody else."""
    spans = []
    for post in posts(draft):
        known = [other for text in texts for other in posts(text) if _is_one_person(post.who, other.who)]
        if known and not any(_is_of(post, text) for text in texts):
            spans.append(post.span)
    return spans


def _is_of(post: Post, text: TokenizedText) -> bool:
    """Whether a text that names somebody has the trade, and not as that of somebody else."""
    others = [other.span for other in posts(text) if not _is_one_person(post.who, other.who)]
    return post.who[-1] in text.words and any(
        token.word.startswith(post.trade) and not any(token.span.meets(span) for span in others)
        for token in text.tokens
    )


def _has(text: TokenizedText, kind: str) -> bool:
    return any(_KIND_OF.get(word) == kind for word in text.words)


def _is_one_person(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    return share_word(left, right) and not are_rivals(left, right)


def _name_behind(reading: TokenizedText, index: int) -> tuple[str, ...]:
    words: list[str] = []
    for other in range(index + 1, len(reading.tokens)):
        gap = reading.text_between(other - 1, other)
        if gap not in ((" ",) if not words else (" ", ". ", "-")) or not _is_capital(reading, other):
            break
        words.append(reading.tokens[other].word)
    return tuple(words)


def _name_before(reading: TokenizedText, index: int) -> tuple[str, ...]:
    start = reading.tokens[index].span.start
    described = _DESCRIBED.search(reading.text, max(0, start - 60), start)
    last = reading.first_token(described.start()) - 1 if described else -1
    words: list[str] = []
    while last >= 0 and _is_capital(reading, last):
        words.insert(0, reading.tokens[last].word)
        if last and reading.text_between(last - 1, last) not in (" ", ". ", "-"):
            break
        last -= 1
    return tuple(words)


def _is_capital(reading: TokenizedText, index: int) -> bool:
    token = reading.tokens[index]
    return reading.text[token.span.start].isupper() and token.stem is not None
