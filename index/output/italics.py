"""Marks what a citation has in italics, in a string, until a file says it in its own way.

Two characters that no text has stand around it: the last ones that Unicode leaves to private use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

START, END = "\U0010fffc", "\U0010fffd"
_MARK = re.compile(f"[{START}{END}]")


def without(text: str) -> str:
    """The text alone."""
    return _MARK.sub("", text)


def written(text: str, start: str, end: str) -> str:
    """The text with the signs of a format around what is in italics."""
    return text.replace(START, start).replace(END, end)


def runs(text: str) -> Iterator[tuple[str, bool]]:
    """The stretches of a text that are not empty, and whether each is in italics."""
    in_italics = False
    for part in re.split(f"([{START}{END}])", text):
        if part in (START, END) and part:
            in_italics = part == START
        elif part:
            yield part, in_italics
