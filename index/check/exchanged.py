"""Where a source has nearly the same sentence, with other words in the place of one or two."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from index.differences import cohyponyms, parse_statement
from index.differences.tokens import Token, TokenizedText, tokenized
from index.types import Span

_NEAR_COPY = 0.75  # share of a sentence's content words that a near copy has in their order (a guess)
_MIN_COPIED = 4  # content words in this order, at least (a guess)
_ALIKE = 5  # first letters of two stems that are forms of one word (a guess)
# Verbs that say little, in the place of which others may stand: "went on the list", "has kept on the list".
_LIGHT = TokenizedText(
    "go went gone come came get got put take took taken make made keep kept become became remain remained stay stayed "
    "give gave given hold held bring brought turn turned begin began start started say said tell told"
).stems
# A word alone that points back, of which another text says what it stands for: "the substance", "ketamine".
_POINTING = re.compile(r"\b(?:the|this|that|these|those|its|their)\s+$", re.I)
_LINK = re.compile(r"(?:\w+ly\s*,|according\b)", re.I)  # what links a sentence to others says nothing itself
_BREAK = re.compile(r"[.;:!?)(]")
_MAX_WORDS = 2  # content words that stand in the place of as many others (a guess)


class Exchanged(NamedTuple):
    """``draft``: the span of the sentence's words; ``instead``: the source's words in their place, verbatim."""

    draft: Span
    instead: str


def exchanged_words(sentence: str, texts: Sequence[str], around: Sequence[str] = ()) -> tuple[Exchanged, ...]:
    """The words of a sentence in the place of which a text has others, in order.

    They are those for which the first near copy of the sentence has others, and no near copy has them or forms of them;
    and those of a class (``cohyponyms``) that neither the texts nor what stands ``around`` these has. Words of values,
    which are compared by what they mean, and words without content are none."""
    replaced = _in_near_copies(sentence, texts)
    others = _of_one_class(sentence, texts, around)
    return tuple(
        sorted([*replaced, *(word for word in others if not any(word.draft.meets(x.draft) for x in replaced))])
    )


def _of_one_class(sentence: str, texts: Sequence[str], around: Sequence[str]) -> list[Exchanged]:
    """For each word that no text has but as another of its class, that of the first text that has it in its place."""
    reading, known = tokenized(sentence), [tokenized(text) for text in (*texts, *around)]
    found: dict[Span, Exchanged] = {}
    for text in texts:
        for own, there in cohyponyms.exchanged(reading, tokenized(text), known):
            found.setdefault(own, Exchanged(own, text[slice(*there)]))
    return list(found.values())


def _in_near_copies(sentence: str, texts: Sequence[str]) -> tuple[Exchanged, ...]:
    words = _content(sentence)
    copies = [(text, others) for text in texts if _is_near_copy(words, others := _content(text))]
    known = {beginning for _, others in copies for token in others for beginning in _forms(token)}
    return tuple(
        Exchanged(_span(own), text[slice(*_span(there))])
        for text, others in copies[:1]
        for own, there in _replaced(words, others, text)
        if not any(form in known for token in own for form in _forms(token))
        if not _LINK.match(sentence, own[0].span.start) and not _is_pointing(sentence, own, text, there)
    )


def _is_pointing(sentence: str, own: Sequence[Token], text: str, there: Sequence[Token]) -> bool:
    """Whether the words of the source point back to what the sentence names: "the substance" stands for "ketamine"."""
    points = _POINTING.search(text, 0, there[0].span.start)
    return bool(points) and not _POINTING.search(sentence, 0, own[0].span.start)


def _content(text: str) -> list[Token]:
    """The words with content, without those of figures, dates and times."""
    statement = parse_statement(text)
    values = [
        mention.span
        for mentions in (statement.figures, statement.periods, statement.times, statement.class_labels)
        for mention in mentions
    ]
    return [
        token
        for token in statement.reading.tokens
        if token.stem is not None and not any(token.span.meets(value) for value in values)
    ]


def _forms(token: Token) -> tuple[str, str]:
    """The stem, and its beginning, which other forms of the word have in common with it ("chairs", "chairwoman")."""
    return token.stem or "", (token.stem or "")[:_ALIKE]


def _steps(words: Sequence[Token], others: Sequence[Token]) -> list[tuple[str, int, int, int, int]]:
    left, right = ([token.stem for token in side] for side in (words, others))
    return list(SequenceMatcher(None, left, right, autojunk=False).get_opcodes())


def _is_near_copy(words: Sequence[Token], others: Sequence[Token]) -> bool:
    copied = sum(end - start for step, start, end, _, _ in _steps(words, others) if step == "equal")
    return copied >= max(_MIN_COPIED, _NEAR_COPY * len(words))


def _replaced(
    words: Sequence[Token], others: Sequence[Token], text: str
) -> Iterator[tuple[Sequence[Token], Sequence[Token]]]:
    """The runs of as many words that stand in the place of each other, within one clause of the other text."""
    for step, start, end, other_start, other_end in _steps(words, others):
        if step == "replace" and end - start == other_end - other_start <= _MAX_WORDS:
            around = _span(others[max(0, other_start - 1) : other_end + 1])
            is_light = _LIGHT.issuperset(token.stem or "" for token in words[start:end])
            if not is_light and not _BREAK.search(text[slice(*around)]):
                yield words[start:end], others[other_start:other_end]


def _span(tokens: Sequence[Token]) -> Span:
    return Span(tokens[0].span.start, tokens[-1].span.end)
