"""The numbers of paragraphs and notes in the right margin of a page, which are no words of the line that they stand
beside. Those in the left margin stay in front of their paragraphs, as those of lists do."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.pdf.line_numbers import is_prose
from ingest.readers.pdf.lines import Line

_NUMBER = re.compile(r"[\[(]?(?:§ ?)?(\d{1,4})[\])]?")
# Guesses.
_GAP = 4.0  # points between the text and its margin
_FEWEST = 3  # numbers of a document
_LONG = 25  # characters of a line of text


def without_margin_numbers(pages: Sequence[Sequence[Line]]) -> tuple[list[list[Line]], tuple[str, ...]]:
    """The lines of each page without such numbers, and the numbers in one text. They count on by one from page to page,
    beside running text: the last column of a table does not."""
    found = [_in_margin(lines) for lines in pages]
    counted = [int(number) for lines in found for line in lines for number in _NUMBER.findall(line.text)]
    if len(counted) < _FEWEST or any(after - before != 1 for before, after in pairwise(counted)):
        return [list(lines) for lines in pages], ()
    taken = {id(line) for lines in found for line in lines}
    kept = [[line for line in lines if id(line) not in taken] for lines in pages]
    return kept, (" ".join(line.text for lines in found for line in lines),)


def _in_margin(lines: Sequence[Line]) -> list[Line]:
    """The numbers of a page that stand right of all its text, from top to bottom."""
    text = [line for line in lines if not line.turned and len(line.text) >= _LONG]
    if not is_prose(text):
        return []
    edge = max(line.box.right for line in text) + _GAP
    numbers = [line for line in lines if _NUMBER.fullmatch(line.text) and line.box.left >= edge]
    beside = [line for line in numbers if any(line.box.shares_row(other.box) for other in text)]
    return sorted(beside, key=lambda line: line.box.top)
