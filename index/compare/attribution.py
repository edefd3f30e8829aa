"""Who a sentence is told by, which is no part of what it tells: "the dam held, engineers said"."""

from __future__ import annotations

import re

_SAYING = (
    r"(?:said|says|told\s+\w+|announced|reported|added|complained|explained|claimed|insisted|stated|wrote|confirmed|"
    r"warned|admitted)"
)
_WORDS = r"(?:[^\s,.;:!?()]+\s+){1,8}?"
_ATTRIBUTIONS = (
    re.compile(rf"^(?:{_WORDS}|[^,;:!?()]{{1,40}},\s[^,;:!?()]{{1,40}},\s){_SAYING}\s+(?:that\s+)?(?=[A-Za-z])"),
    re.compile(r"^According\s+to\s+[^,]{1,60},\s"),
    re.compile(r",\s+according\s+to\s+[^,;]{1,60}(?=[.!?]?\s*$)"),
    re.compile(rf",\s+{_WORDS}{_SAYING}(?=[.!?]?\s*$)"),
    re.compile(rf",\s+{_SAYING}\s+[^;]{{1,80}}(?=[.!?]\s*$)"),
)
_MIN_REST = 3  # words that a sentence has left without the words of its attribution (a guess)


def blanked(sentence: str) -> str:
    """The sentence with blanks for the words that say by whom it is told; as it is where little would be left."""
    for attribution in _ATTRIBUTIONS:
        match = attribution.search(sentence)
        if match is not None:
            rest = sentence[: match.start()] + " " * (match.end() - match.start()) + sentence[match.end() :]
            if len(rest.split()) >= _MIN_REST:
                sentence = rest
    return sentence
