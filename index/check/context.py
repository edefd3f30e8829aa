"""What a sentence of a draft leans on: "It was banned soon after" says little without the sentence before."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.check.sentences import DraftSentence, SentenceKind

_FIRST = r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|the (?:former|latter|same))"
# A pronoun at the start, or a personal one among the first words with no name before it, or a thing in capitals that
# only its kind names ("The Court ruled").
_LEANING = re.compile(
    rf"\W*(?i:{_FIRST})\b(?! [A-Z])"
    r"|\W*[A-Z][\w'’-]*,? (?:[a-z][\w'’-]*,? ){0,3}?(?:he|she|it|they)\b"
    r"|\W*The [A-Z][a-z]+ (?=[a-z])"
)
_MAX_BACK = 3  # sentences back that the sentence leant on may stand (a guess)
_MAX_HEADING_WORDS = 12  # a longer line is no heading (a guess)


def contexts(sentences: Sequence[DraftSentence]) -> list[str]:
    """For each sentence the text that it leans on: the nearest sentence before that leans on none, else the heading
    above; "" for a sentence that leans on none, or where there is nothing before."""
    results: list[str] = []
    heading, before, distance = "", "", 0
    for sentence in sentences:
        leans = bool(_LEANING.match(sentence.text))
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
