"""What a sentence of a draft leans on: "It was banned soon after" says little without the sentence before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.check.sentences import DraftSentence, SentenceKind

_FIRST = r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|the (?:former|latter|same))"
_KINDS = (
    "Academy|Act|Agency|Agreement|Army|Assembly|Association|Authority|Bank|Bill|Bishop|Board|Captain|Chancellor|Charter"
    "|Church|College|Commission|Committee|Company|Congress|Convention|Council|Court|Department|Director|Foundation|Fund"
    "|Government|Governor|Group|Hospital|House|Institute|Judge|King|Mayor|Minister|Ministry|Museum|Navy|Office|Panel"
    "|Parliament|Party|Pope|President|Prince|Princess|Professor|Queen|School|Secretary|Senate|Senator|Service|Society"
    "|State|Treaty|Tribunal|Trust|Union|University"
)
_LEAD = r"[^\w\"“”„«»‘’']*"  # no quotation mark: what is quoted leans on nothing in the draft
# A pronoun at the start, or a thing in capitals that only its kind names ("The Court ruled").
_LEANING = re.compile(rf"{_LEAD}(?:(?i:{_FIRST})\b(?! [A-Z])|The (?:{_KINDS}) (?!(?:of|for|on|in)\b)(?=[a-z]))")
# A personal pronoun among the first words; its group is the first word, which may be a name.
_LEANING_LATER = re.compile(rf"{_LEAD}([A-Z][\w'’-]*),? (?:[a-z][\w'’-]*,? ){{0,3}}?(?:he|she|it|they)\b")
_INNER_WORD = re.compile(r"(?<=[\w,;] )[A-Z][\w'’-]*")  # capitalised inside a sentence
_MAX_BACK = 3  # sentences back that the sentence leant on may stand (a guess)
_MAX_HEADING_WORDS = 12  # a longer line is no heading (a guess)


def contexts(sentences: Sequence[DraftSentence]) -> list[str]:
    """For each sentence the text that it leans on: the nearest sentence before that leans on none, else the heading
    above; "" for a sentence that leans on none, or where there is nothing before."""
    results: list[str] = []
    heading, before, distance = "", "", 0
    names = {word for sentence in sentences for word in _INNER_WORD.findall(sentence.text)}
    for sentence in sentences:
        later = _LEANING_LATER.match(sentence.text)
        leans = bool(_LEANING.match(sentence.text)) or (later is not None and later[1] not in names)
        if sentence.kind is SentenceKind.OTHER and _is_heading(sentence.text):
            heading, before = sentence.text.lstrip("# "), ""
        results.append((before or heading) if leans and sentence.kind is not SentenceKind.OTHER else "")
        distance += 1
        if sentence.kind is not SentenceKind.OTHER and not leans:
            before, distance = sentence.text, 0
        elif distance >= _MAX_BACK:
            before = ""
    return results


def _is_heading(text: str) -> bool:
    return not text.rstrip().endswith((".", "?", "!", ":")) and len(text.split()) <= _MAX_HEADING_WORDS
