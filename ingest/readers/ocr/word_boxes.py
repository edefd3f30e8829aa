"""Where words that OCR read off a picture stand on it: the picture is read again, as it was at first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from index.types import Span
from ingest.readers.ocr.engine import Image, OcrLine, engine

_SURE = 10  # letters of a line that stand nowhere else in a passage (a guess)
_FEWEST = 4  # letters of a part of a line that is looked for (a guess)

Box = tuple[int, int, int, int]
"""Left, top, right, bottom, in pixels from the top left corner."""


def boxes_on(image: Image, words: str) -> tuple[Image, list[Box]]:
    """A box for each line of the words, and the picture that they are of: turned by right angles so that it can be
    read. Only letters and digits are compared; no boxes when the words do not stand on it."""
    reader = engine()
    unread = reader.find(image)
    lines = list(reader.read(unread))
    parts = parts_in([_letters(line) for line in lines], _folded(words))
    return unread.image, [_box(line, part) for line, part in zip(lines, parts, strict=True) if part is not None]


def _folded(text: str) -> str:
    return "".join(filter(str.isalnum, text)).casefold()


def _letters(line: OcrLine) -> str:
    return "".join(_folded(word.text) for word in line.words)


def parts_in(lines: Sequence[str], wanted: str) -> list[Span | None]:
    """The part of each line that belongs to a passage, whose lines may come in any order among others.

    The longest lines are looked for first. A line with few letters, which might stand in the passage by chance, belongs
    to it where it fills what lies between others.
    """
    taken = bytearray(len(wanted))
    parts: list[Span | None] = [None] * len(lines)
    for number in sorted(range(len(lines)), key=lambda number: -len(lines[number])):
        line = lines[number]
        for part in _candidates(line, wanted):
            at = _free(line[slice(*part)], wanted, taken)
            if at is not None:
                parts[number] = part
                taken[at : at + part.end - part.start] = b"\1" * (part.end - part.start)
                break
    return parts


def _candidates(line: str, wanted: str) -> Iterator[Span]:
    """The whole line; the passage within it; its end where the passage begins, or its beginning where that ends."""
    if not line or not wanted:
        return
    yield Span(0, len(line))
    within = line.find(wanted)
    if within >= 0:
        yield Span(within, within + len(wanted))
    for length in range(min(len(line), len(wanted)) - 1, _FEWEST - 1, -1):
        if wanted.startswith(line[-length:]):
            yield Span(len(line) - length, len(line))
        if wanted.endswith(line[:length]):
            yield Span(0, length)


def _free(letters: str, wanted: str, taken: bytearray) -> int | None:
    """Where letters stand in a passage that no other line has taken; few must fill it from one to the next."""
    at, length = wanted.find(letters), len(letters)
    while at >= 0:
        end = at + length
        fills = (at == 0 or taken[at - 1]) and (end == len(wanted) or taken[end])
        if not any(taken[at:end]) and (length >= _SURE or fills):
            return at
        at = wanted.find(letters, at + 1)
    return None


def _box(line: OcrLine, part: Span) -> Box:
    """Around the words of a line that have these of its letters."""
    ends = list(accumulate(len(_folded(word.text)) for word in line.words))
    words = [
        word
        for word, start, end in zip(line.words, [0, *ends], ends, strict=False)
        if start < part.end and end > part.start
    ]
    corners = _along(line.corners, words[0].start, words[-1].end)
    (left, top), (right, bottom) = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
    return max(0, int(left)), max(0, int(top)), max(0, int(right)), max(0, int(bottom))


def _along(corners: NDArray[np.float64], start: float, end: float) -> NDArray[np.float64]:
    """The corners of a part of a line, from one share of its length to another."""
    upper, lower = corners[1] - corners[0], corners[2] - corners[3]
    return np.array(
        [corners[0] + start * upper, corners[0] + end * upper, corners[3] + end * lower, corners[3] + start * lower]
    )
