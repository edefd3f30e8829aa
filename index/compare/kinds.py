"""Things of a kind that a question may ask for by the name of the kind: "What sport does she play?"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.differences import labels
from index.differences.cohyponyms import CLASSES
from index.differences.occupations import trade
from index.differences.tokens import TokenizedText
from index.differences.types import Mention
from index.text.segmentation import sentences
from index.types import Span

LABEL = "label "
"""Begins the kind of a label, such as the "class B" that "what class is it" asks for."""

# In the singular: "what sports" may have several answers.
_ASKED = re.compile(
    r"\b(?:(?P<sport>sport)|(?P<colour>colou?r)|(?P<religion>religion|faith)|(?P<instrument>instrument)"
    r"|(?P<trade>profession|occupation))\b|\b(?:what|which)\s+(?P<label>class|schedule|grade|category|tier|stage|phase)\b"
    r"(?!\s+of\b)",
    re.IGNORECASE,
)
_WHAT = re.compile(r"\b(?:what|which)\b", re.IGNORECASE)


def asked_kind(question: str) -> str | None:
    """The kind of thing that a question with "what" or "which" asks for; None for another question."""
    match = _ASKED.search(question) if _WHAT.search(question) else None
    if match and match["label"]:
        return f"{LABEL}{match['label'].lower()}"
    return match.lastgroup if match else None


def things(kind: str, reading: TokenizedText) -> Iterator[Mention[str]]:
    """The things of a kind that a text names, in order, each by the word that stands for it."""
    if kind.startswith(LABEL):
        found = [label for label in labels.labels(reading) if label.value.word == kind.removeprefix(LABEL)]
        for part in sentences(reading.text, Span(0, len(reading.text))):
            own = [label for label in found if label.span.within(part)]
            if len({label.value for label in own}) == 1:  # "from class C to class B" says neither
                yield from (Mention(label.span, " ".join(label.value), label.context) for label in own)
        return
    for token in reading.tokens:
        thing = trade(token.word) if kind == "trade" else CLASSES[kind].get(token.word)
        if thing is not None:
            span = Span(*token.span)
            yield Mention(span, thing, reading.context(span))
