"""Which figure of a text counts what a question counts: the one that stands by the noun and the verb it asks for.

"How many passengers were on board?" is answered by "141 passengers were on board", and not by "nineteen passengers were
hurt", although both count passengers.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from index.compare.alike import PEOPLE, PERSONS, with_alike
from index.compare.questions import Question
from index.differences.figures import Figure
from index.differences.tokens import Token, TokenizedText
from index.differences.types import Mention
from index.text.numerals import numerals
from index.text.segmentation import sentences
from index.types import Span

MAX_COUNTED = 2
"""Content words between a figure and what it counts, both included (a guess)."""

_WORDS_AFTER = 4  # words after a figure among which what it counts is looked for (a guess)
_OF = re.compile(
    r"\s+(?:out\s+)?(?:of|in)\s+(?:every\s+|all\s+)?(?:(?:the|its|their|his|her|our|these|those)\s+)?"
    r"(?:[\w’'-]+['’]s?\s+)?(?:total\s+of\s+)?"
)
_BREAK = re.compile(r"[()]|,\s|\b(?:and|but|or|of\s+whom|including|when|where|after|before)\b", re.I)
# Beyond these nothing is told of a figure.
_END = re.compile(r"[;:—–]\s|\b(?:while|whereas|nobody|none|no\s+one)\b", re.I)
_EFFECTIVE = re.compile(r"\b(?:effective(?:ness)?|efficacy)\b", re.I)
_AND = re.compile(r"\b(?:and|or)\b", re.I)
_LISTED = re.compile(r"\s+[\w’'-]+(?:,|,?\s+(?:and|or)\b)\s+(?:(?:an?|the)\s+[\w’'-]+\s+of\s+)?", re.I)
_PART = re.compile(r"\b(?:including|among\s+(?:them|whom|those))\b[^,;:.]*$", re.I)
_OF_FIRST, _CUE_LENGTH = re.compile(r"(?:^|[.;:!?]\s+)Of\s+(?:(?:the|all|its|our|these|those)\s+)*$"), 24
# "1,900 died of all causes" does not count those who died of one.
_OF_ALL = re.compile(
    r"\b(?:of|for|from|on|with)\s+(?:any|every|all|whatever)\s+(?:sort|kind|type|cause|reason|form|age)s?\b", re.I
)
_OF_THEM = re.compile(r"\s+of\s+(?:them|whom|these|those)\b", re.I)


def is_whole(reading: TokenizedText, span: Span) -> bool:
    """Whether a figure is the whole of a share: "ten" of "nine of ten", "eleven" of "three of the city's eleven", "44"
    of "Of 44 pairs nine came back"."""
    return any(_is_part(reading.text, part.span, span) for part in numerals(reading.text)) or bool(
        _part_of_first(reading.text, span)
    )


def _part_of_first(text: str, whole: Span) -> Span | None:
    """The next figure of a sentence that begins with "Of" and this one."""
    if not _OF_FIRST.search(text[: whole.start][-_CUE_LENGTH:]):
        return None
    end = _sentence(text, whole).end
    return next((other.span for other in numerals(text) if whole.end <= other.span.start < end), None)


def noun_start(reading: TokenizedText, span: Span) -> int:
    """From where on what a figure counts may stand: behind the whole that it is a part of, if any."""
    wholes = (whole.span.end for whole in numerals(reading.text) if _is_part(reading.text, span, whole.span))
    return next(wholes, span.end)


def _is_part(text: str, part: Span, whole: Span) -> bool:
    return part.end < whole.start and bool(_OF.fullmatch(text, part.end, whole.start))


def noun_after(reading: TokenizedText, start: int, nouns: frozenset[str]) -> Token | None:
    """Which of these nouns follows an offset: the first content word, or the next in the plural, as in "16 bulb
    turbines"."""
    following = reading.tokens_in(Span(start, _sentence(reading.text, Span(start - 1, start)).end))[:_WORDS_AFTER]
    content = [token for token in following if token.stem is not None][:MAX_COUNTED]
    return next(
        (
            token
            for number, token in enumerate(content)
            if token.stem in nouns and (not number or token.word.endswith("s"))
        ),
        None,
    )


def counting(question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]]) -> list[Mention[Figure]]:
    """The figures that count what a question counts, each with the noun, if it follows."""
    wholes = [figure for figure in figures if not is_whole(reading, figure.span)]
    return [
        replace(figure, value=replace(figure.value, noun=token.stem)) if token else figure
        for figure in wholes
        for is_counted, token in [_counts(question, reading, wholes, figure)]
        if is_counted
        and tells(question, reading, wholes, figure.span)
        and (_OF_ALL.search(question.text) or not _OF_ALL.search(_reached(question, reading, wholes, figure.span)))
    ]


def tells(question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]], span: Span) -> bool:
    """Whether a figure stands by the verb of the question: in its clause, or in one beside it that has no figure of its
    own; of a clause with nothing but the noun, "in 2020 only 293 barges", in the sentence. True where none is asked."""
    if not question.telling:
        return True
    reached = _reached(question, reading, figures, span)
    if question.asks_effect:
        return bool(_EFFECTIVE.search(reached))
    stems = TokenizedText(reached).stems
    if stems <= question.counted:
        stems = TokenizedText(reading.text[slice(*_sentence(reading.text, span))]).stems
    return not with_alike(question.telling).isdisjoint(stems)


def _counts(
    question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]], figure: Mention[Figure]
) -> tuple[bool, Token | None]:
    """Whether the noun of the question stands by a figure; and the noun that follows it."""
    nouns = question.counted | PERSONS if question.counted & PEOPLE else question.counted
    token = noun_after(reading, noun_start(reading, figure.span), nouns)
    sentence = _sentence(reading.text, figure.span)
    if _PART.search(reading.text[sentence.start : figure.span.start]):
        others = (other for other in figures if other.span != figure.span and other.span.meets(sentence))
        return bool(token) and not any(noun_after(reading, other.span.end, nouns) for other in others), token
    if token is not None:
        return True, token
    wholes = (other.span for other in numerals(reading.text) if other.span.within(sentence))
    if any(
        _part_of_first(reading.text, whole) == figure.span and noun_after(reading, whole.end, nouns) for whole in wholes
    ):
        return True, None
    if _OF_THEM.match(reading.text, figure.span.end):  # a part of those of whom the text spoke before
        return False, None
    if question.counted & PEOPLE and question.acts & {figure.value.noun}:  # "at least 12 injured"
        return True, None
    return _has_noun_before(question, reading, figures, figure, sentence), None


def _has_noun_before(
    question: Question,
    reading: TokenizedText,
    figures: Sequence[Mention[Figure]],
    figure: Mention[Figure],
    sentence: Span,
) -> bool:
    """Whether what is counted stands before a figure, and belongs to no other: "of the users 40 fell ill"."""
    first = reading.first_token(figure.span.start)
    content = [token for token in reading.tokens[:first] if token.stem is not None][-MAX_COUNTED:]
    owned = [noun_after(reading, other.span.end, question.counted) for other in figures if other.span != figure.span]
    return any(
        token.stem in question.counted
        and token.span.within(sentence)
        and not _AND.search(reading.text[token.span.end : figure.span.start])
        and token not in owned
        for token in content
    )


def _sentence(text: str, span: Span) -> Span:
    whole = Span(0, len(text))
    return next((part for part in sentences(text, whole) if span.meets(part)), whole)


def _reached(question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]], span: Span) -> str:
    return reading.text[slice(*_reach(question, reading, figures, span))]


def _reach(question: Question, reading: TokenizedText, figures: Sequence[Mention[Figure]], span: Span) -> Span:
    """The clauses of a sentence that tell of a figure: its own, and those beside it that have no other figure. Figures
    of one list share what is told of them."""
    text, sentence = reading.text, _sentence(reading.text, span)
    start = max((match.start() for match in _END.finditer(text, sentence.start, span.start)), default=sentence.start)
    end = next((match.start() for match in _END.finditer(text, span.end, sentence.end)), sentence.end)
    for other in (figure.span for figure in figures if not figure.span.meets(span)):
        between = Span(min(other.end, span.end), max(other.start, span.start))
        if _PART.search(text[sentence.start : other.start]) or _is_list(question, text[slice(*between)]):
            continue
        breaks = [match.start() for match in _BREAK.finditer(text, *between)]
        if sentence.start <= other.start < span.start:
            start = max(start, breaks[0] if breaks else other.end)
        elif span.start < other.start < sentence.end:
            end = min(end, breaks[-1] if breaks else other.start)
    return Span(min(start, span.start), max(end, span.end))


def _is_list(question: Question, between: str) -> bool:
    """Whether nothing but the noun stands between two figures: "143 passengers and 11 crew"."""
    stems = TokenizedText(between).stems
    return bool(_LISTED.fullmatch(between)) and stems.isdisjoint(with_alike(question.telling))
