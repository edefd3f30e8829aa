"""A draft as sentences: what claims something, what quotes, and what there is nothing to check about."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.text.analysis import STOP_WORDS
from index.text.segmentation import WORD, blocks, sentences, trim
from index.types import Draft, Span


class SentenceKind(StrEnum):
    """``OTHER``: headings, questions, greetings, transitions, and what has too few words to be looked for."""

    CLAIM = "claim"
    QUOTE = "quote"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """``text == draft.text[start:end]``."""

    span: Span
    text: str
    kind: SentenceKind


_QUOTED = 0.5  # share of a sentence's words in quotation marks that makes it a quote
_FEWEST = 2  # words with a subject in them, or figures among letters, that a claim has at least
_QUESTION = re.compile(r"\?[\"'”’»)\]*_]*$")
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|thanks(?! to)|thank you|many thanks|welcome"
    r"|(?:(?:with )?(?:best|kind|warm) )?regards|sincerely|yours (?:sincerely|faithfully|truly)|cheers)\b",
    re.IGNORECASE,
)
_SHORT = 12  # words of the longest greeting
_PART = r"(?:section|chapter|part|paragraph|article|essay|post|paper|report|review|draft|page|text|overview)"
_TURN = re.compile(
    rf"(?:(?:in|for) (?:this|the (?:next|following|previous|last|first|second)) {_PART}s?\b.{{0,40}}\b(?:we|i|you)\b"
    rf"|(?:this|the (?:next|following|previous)) {_PART}s? (?:describe|look|deal|cover|explain|ask|discuss|summari[sz]e"
    r"|turn|set|show|is about|are about|will)"
    r"|(?:so |now |first,? |next,? |finally,? |but )?let (?:us|me)\b|let['’]s\b"
    r"|as (?:we|i) (?:shall|will|have) (?:see|seen|show|shown|argue|argued)\b"
    r"|(?:first|next|now|finally|below|above|here),? (?:we|i) (?:turn|look|describe|discuss|list|begin|will)"
    r"|(?:we|i) (?:now|first|next|will now|will first|begin|start|end|conclude|turn)\b"
    r"|(?:to (?:sum up|summari[sz]e|conclude|begin)|in (?:short|sum|summary|conclusion)),?$"
    r"|(?:more on (?:this|that)|read on|see (?:below|above)))",
    re.IGNORECASE,
)
# Words that say nothing a source could be asked about.
_THIN = frozenset(STOP_WORDS) | frozenset(
    "think believe feel hope wish love like hate find found view opinion matter matters important interesting great "  # noqa: SIM905
    "good bad well really quite rather much many thing things way ways case point question questions worth note noting "
    "remember say said see seen look consider also however therefore thus indeed course perhaps maybe clear clearly "
    "simple simply true enough lot deal one two first second last next us may might must shall make makes made get "
    "gets got still even yet often always never personally sure surely story picture topic subject reader readers "
    "wonderful terrible exciting fascinating beautiful".split()
)


def sentences_of(draft: Draft, quoted: Sequence[Span] = ()) -> list[DraftSentence]:
    """All of the draft but white space and signs, in order. ``quoted``: its quotations, in order."""
    found: list[DraftSentence] = []
    at = 0
    for span in (Span(0, len(draft.text)),) if draft.prose is None else draft.prose:
        found += _aside(draft.text, Span(at, span.start))
        for one in sentences(draft.text, span):
            found.append(DraftSentence(one, draft.text[slice(*one)], _kind(draft.text, one, quoted)))
        at = span.end
    return [*found, *_aside(draft.text, Span(at, len(draft.text)))]


def _aside(text: str, span: Span) -> Iterator[DraftSentence]:
    """Headings and other lines that are no prose."""
    for block in blocks(text, span):
        line = trim(text, block)
        if WORD.search(text, *line):
            yield DraftSentence(line, text[slice(*line)], SentenceKind.OTHER)


def _kind(text: str, span: Span, quoted: Sequence[Span]) -> SentenceKind:
    if not _is_checkable(text[slice(*span)]):
        return SentenceKind.OTHER
    first = bisect_left(quoted, span.start, key=lambda one: one.end)
    inside = 0
    for one in quoted[first:]:
        if one.start >= span.end:
            break
        inside += len(WORD.findall(text, max(one.start, span.start), min(one.end, span.end)))
    return SentenceKind.QUOTE if inside > _QUOTED * len(WORD.findall(text, *span)) else SentenceKind.CLAIM


def _is_checkable(text: str) -> bool:
    bare = re.sub(r"^[\W\d_]*", "", text)
    words = [word.casefold() for word in WORD.findall(text)]
    if _QUESTION.search(text) or not bare or _TURN.match(bare):
        return False
    if len(words) <= _SHORT and _GREETING.match(bare):
        return False
    telling = [word for word in words if word not in _THIN]
    return len(telling) >= _FEWEST and any(any(map(str.isalpha, word)) for word in telling)
