"""The lines of a draft that become paragraphs of a Word document, and what stands between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from index.types import Span

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")


class DraftLine(NamedTuple):
    """``span``: without the signs of a heading, whose ``level`` counts from 1; 0 for any other line."""

    span: Span
    level: int


def lines_of(text: str) -> Iterator[DraftLine]:
    """The lines that are not blank, in order."""
    start = 0
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        if line.strip():
            words = Span(start + (heading.end() if heading else 0), start + len(line))
            yield DraftLine(words, len(heading[1]) if heading else 0)
        start += len(line) + 1


def between(text: str) -> list[str]:
    """What stands before each of these lines, and after the last: one more than there are lines."""
    ends = [Span(0, 0), *(line.span for line in lines_of(text)), Span(len(text), len(text))]
    return [text[before.end : after.start] for before, after in pairwise(ends)]
