"""Who did it, by the verb beside the name: "Crewe was dismissed in 1799" where the source has Thackeray dismissed and
tells something else of Crewe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from index.differences.name_words import share_word
from index.differences.roles import MUTUAL, actors
from index.differences.tokens import TokenizedText, one_covers_other, read_once
from index.differences.types import Difference, DifferenceKind
from index.types import Span

# With whom somebody did it: "Crewe and colleagues (1799) dismissed".
_WITH = re.compile(
    r"(?:\s+and\s+(?:(?:his|her|their)\s+)?(?:colleagues|co-?workers|co-?authors|others|associates|team|staff)|\s+et\s+al\b\.?)"
    r"(?:\s*\([^()]{0,120}\))?"
)
_BESIDE = re.compile(
    r"(?:,?\s+who)?(?:\s+(?:(?:has|have|had|was|were|is|are|been|be|later|then|also|once|finally|soon|\w+ly)))*\s+"
)
_AND = re.compile(r"[\w’'\s-]*?\band\s+(?:(?:then|later|also|was|were)\s+)*")
_JOINED = re.compile(r"(?:,\s*|\s+)(?:and\s+|or\s+)?")
_BE = re.compile(r"\b(?:was|were|is|are|been|be)\b")
_PAST = frozenset(
    (  # noqa: SIM905
        "won lost beat led wrote built left ran sold bought found took gave held sent paid made met told fought drove "
        "flew spoke stood struck taught threw caught drew fell began became came went brought cut hit shot sank"
    ).split()
)
_SHORTEST = 4  # letters of a verb in "-ed" (a guess)
# A name behind one of these is no subject: "the pupil of Thackeray was dismissed".
_NO_SUBJECT = re.compile(
    r"(?:\b(?:of|by|to|with|from|for|in|at|on|near|against|than|as|like|after|before|under|over|into|between)"
    r"(?:\s+the)?|['’]s?)\s+$",
    re.I,
)
_NEAR_COPY = 4  # content words in common from which a word at the start may be a name, if the other is (a guess)
_LOOKED_BACK = 24  # characters before a name that are searched for what makes it no subject (a guess)


class Deed(NamedTuple):
    """``who``: the words of the names that did or suffered it; ``verb``: its stem, and whether it is passive; ``span``:
    of the last name; ``is_name``: whether it is a name even if it opens the sentence and is in no other."""

    who: tuple[str, ...]
    verb: tuple[str, bool]
    span: Span
    is_name: bool


def differing(draft: TokenizedText, source: TokenizedText) -> Iterator[Difference]:
    """Where a text tells a deed of one whom the other names too, and tells it of somebody else; empty unless all words
    of one, names apart, are in the other."""
    if not one_covers_other(draft, source):
        return
    common = draft.lowercase_words | source.lowercase_words  # "Women" at the beginning of a sentence is no name
    left, right = ([deed for deed in _deeds(text) if common.isdisjoint(deed.who)] for text in (draft, source))
    for deed in left:
        others = [other for other in right if other.verb == deed.verb and deed.verb[0] not in MUTUAL]
        if any(share_word(deed.who, other.who) for other in others):
            continue
        for other in others[:1]:
            is_known = set(deed.who) <= source.words  # a rival of a name that a source lacks is told elsewhere
            is_name = deed.is_name or (len(deed.who + other.who) > 2 and len(draft.stems & source.stems) >= _NEAR_COPY)
            if (is_known or is_name) and not any(share_word(other.who, own.who) for own in left):
                note = f"{draft.text[slice(*deed.span)]} against {source.text[slice(*other.span)]}"
                yield Difference(DifferenceKind.NAME, deed.span, other.span, note)


@read_once
def _deeds(reading: TokenizedText) -> list[Deed]:
    deeds: list[Deed] = []
    runs = actors(reading)
    for number, run in enumerate(runs):
        span = Span(reading.tokens[run[0]].span.start, reading.tokens[run[1]].span.end)
        who = _words(reading, run)
        if number and _JOINED.fullmatch(reading.text_between(runs[number - 1][1], run[0])):
            who = (*_words(reading, runs[number - 1]), *who)
        if max(map(len, who)) == 1 or _NO_SUBJECT.search(reading.text[: span.start][-_LOOKED_BACK:]):
            continue
        beside = _WITH.match(reading.text, span.end)
        verb = _verb(reading, _BESIDE.match(reading.text, beside.end() if beside else span.end))
        if verb is None:
            continue
        deeds.append(Deed(who, verb[0], span, is_name=bool(beside)))
        second = _verb(reading, _AND.match(reading.text, verb[1]))  # "Rye beat Ash and won the cup"
        if second is not None and not any(
            verb[1] <= reading.tokens[other[0]].span.start < second[1] for other in runs[number + 2 :]
        ):
            deeds.append(Deed(who, second[0], span, is_name=bool(beside)))
    return deeds


def _verb(reading: TokenizedText, gap: re.Match[str] | None) -> tuple[tuple[str, bool], int] | None:
    """The verb behind a gap, and where it ends; None for any other word."""
    index = reading.first_token(gap.end()) if gap else len(reading.tokens)
    if gap is None or index == len(reading.tokens):
        return None
    token = reading.tokens[index]
    is_past = (token.word.endswith("ed") and len(token.word) > _SHORTEST) or token.word in _PAST
    if (
        token.span.start != gap.end()
        or token.stem is None
        or not is_past
        or not reading.text[token.span.start].islower()
    ):
        return None
    return (token.stem, bool(_BE.search(gap.group()))), token.span.end


def _words(reading: TokenizedText, run: tuple[int, int]) -> tuple[str, ...]:
    return tuple(token.word for token in reading.tokens[run[0] : run[1] + 1])
