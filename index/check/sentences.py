"""Splits a draft into sentences and classifies each: a claim, a quote, or nothing to check."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from index.differences import names, parse_statement
from index.text.analysis import STOP_WORDS
from index.text.segmentation import WORD, blocks, sentences, trim
from index.types import Draft, Span


class SentenceKind(StrEnum):
    """``OTHER``: headings, questions of the writer, greetings, transitions, opinions, and sentences with too few words
    to search for."""

    CLAIM = "claim"
    QUOTE = "quote"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """``text == draft.text[start:end]``."""

    span: Span
    text: str
    kind: SentenceKind


_MIN_QUOTED_SHARE = 0.5  # of a sentence's words in quotation marks, above which it is a quote (a guess)
_MIN_CONTENT_WORDS = 2  # content words or figures, at least one with a letter, that a claim must have (a guess)
_QUESTION = re.compile(r"\?[\"'”’»)\]*_]*$")
_GREETING = re.compile(
    r"(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|thanks(?! to)|thank you|many thanks|welcome"
    r"|(?:(?:with )?(?:best|kind|warm) )?regards|sincerely|yours (?:sincerely|faithfully|truly)|cheers)\b",
    re.IGNORECASE,
)
# What only the writer thinks, or an announcement; with a figure, a date or a name in it, a claim all the same.
_OPINION = re.compile(
    r"(?:i (?:do not |don['’]t |really |personally )?(?:find|love|like|hate|prefer)\b"
    r"|(?:i|we) (?:hope|wish|(?:am|are) (?:delighted|pleased|proud|happy|glad|sorry|afraid|excited))\b"
    r"|to my mind\b|personally,|.{0,200}\bin (?:my|our) (?:opinion|view|eyes)\b)",
    re.IGNORECASE,
)
_MAX_GREETING_WORDS = 12  # a guess
_PART = r"(?:section|chapter|part|paragraph|article|essay|post|paper|report|review|draft|page|text|overview)"
_TRANSITION = re.compile(
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
# Words that give a search nothing to look for.
_EMPTY_WORDS = frozenset(STOP_WORDS) | frozenset(
    "think believe feel hope wish love like hate find found view opinion matter matters important interesting great "  # noqa: SIM905
    "good bad well really quite rather much many thing things way ways case point question questions worth note noting "
    "remember say said see seen look consider also however therefore thus indeed course perhaps maybe clear clearly "
    "simple simply true enough lot deal one two first second last next us may might must shall make makes made get "
    "gets got still even yet often always never personally sure surely story picture topic subject reader readers "
    "wonderful terrible exciting fascinating beautiful".split()
)


def sentences_of(draft: Draft, quoted: Sequence[Span] = ()) -> list[DraftSentence]:
    """The sentences of a draft and the lines outside its prose, in order; only white space and signs are left out.

    ``quoted``: the spans of the draft's quotations, in order.
    """
    draft_sentences: list[DraftSentence] = []
    end = 0
    for span in (Span(0, len(draft.text)),) if draft.prose is None else draft.prose:
        draft_sentences += _other_lines(draft.text, Span(end, span.start))
        for sentence in sentences(draft.text, span):
            kind = _kind(draft.text, sentence, quoted)
            draft_sentences.append(DraftSentence(sentence, draft.text[slice(*sentence)], kind))
        end = span.end
    return [*draft_sentences, *_other_lines(draft.text, Span(end, len(draft.text)))]


def _other_lines(text: str, span: Span) -> Iterator[DraftSentence]:
    """Headings and other lines that are not prose."""
    for block in blocks(text, span):
        line = trim(text, block)
        if WORD.search(text, *line):
            yield DraftSentence(line, text[slice(*line)], SentenceKind.OTHER)


def _kind(text: str, span: Span, quoted: Sequence[Span]) -> SentenceKind:
    """What is mostly quoted is a quote, whatever it says: a question of who is quoted, half of what they said."""
    first = bisect_left(quoted, span.start, key=lambda quotation: quotation.end)
    quoted_words, asked_by_writer = 0, True
    mark = text.rfind("?", *span)
    for quotation in quoted[first:]:
        if quotation.start >= span.end:
            break
        start, end = max(quotation.start, span.start), min(quotation.end, span.end)
        quoted_words += len(WORD.findall(text, start, end))
        asked_by_writer &= not start <= mark < end
    if quoted_words > _MIN_QUOTED_SHARE * len(WORD.findall(text, *span)):
        return SentenceKind.QUOTE
    sentence = text[slice(*span)]
    is_question = asked_by_writer and bool(_QUESTION.search(sentence))
    return SentenceKind.CLAIM if not is_question and _is_checkable(sentence) else SentenceKind.OTHER


def _is_checkable(text: str) -> bool:
    without_lead = re.sub(r"^[\W\d_]*", "", text)  # numbering and list markers
    words = [word.casefold() for word in WORD.findall(text)]
    if not without_lead or _TRANSITION.match(without_lead) or _is_opinion(without_lead):
        return False
    if len(words) <= _MAX_GREETING_WORDS and _GREETING.match(without_lead):
        return False
    content_words = [word for word in words if word not in _EMPTY_WORDS]
    return len(content_words) >= _MIN_CONTENT_WORDS and any(any(map(str.isalpha, word)) for word in content_words)


def _is_opinion(text: str) -> bool:
    if not _OPINION.match(text):
        return False
    statement = parse_statement(text)
    return not (statement.figures or statement.periods or names.names(statement.reading))
