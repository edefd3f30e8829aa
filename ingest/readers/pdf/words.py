"""The words of a page: characters between spaces, their boxes and the gaps between them. Lengths are in points."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any, NamedTuple

from ingest.encoding import without_holes
from ingest.readers.pdf.characters import Box, Direction, Type, box_of, direction_of, is_generated, type_of, upright
from ingest.readers.pdf.glyphs import HYPHEN, LINE_END

# How much larger the first letter of small capitals and of a paragraph is, and how far the rest of the word stands off,
# in sizes of the rest (guesses).
_CAPITAL, _INITIAL = 1.1, 1.5
_INITIAL_GAP, _HAIR_GAP = 0.4, 0.1
# A heading with letters apart has so many; a gap so much wider than the others parts its words (guesses).
_MIN_SPACED, _WORD_SPACED = 5, 1.7
_ENDS = frozenset((" ", LINE_END, HYPHEN))
_LATIN_THEN_ARABIC = re.compile("(?<=[A-Za-z])(?=[\u0621-\u064a])")


class Word(NamedTuple):
    """Characters of one type between spaces, or a part of them that is ``glued`` to the part before.

    ``first`` is the index of its first character on the page; ``by_gap``: no space stands before it in the file.
    """

    text: str
    box: Box
    first: int
    direction: Direction
    type: Type
    glued: bool = False
    by_gap: bool = False
    starts_line: bool = False
    broken: bool = False


def words_of_page(text_page: Any, letters: Sequence[str]) -> Iterator[Word]:
    """The runs of characters between spaces, parted where their type changes, with their boxes."""
    start, starts_line, by_gap, direction = 0, True, False, Direction(0)
    for i, letter in enumerate([*letters, " "]):
        if letter not in _ENDS:
            continue
        visible = [j for j in range(start, i) if letters[j]]
        if visible:
            direction = direction_of(text_page, visible[0]) if starts_line or by_gap else direction
            parts = list(_parts(text_page, letters, visible, direction))
            parts[0] = parts[0]._replace(glued=False, by_gap=by_gap, starts_line=starts_line)
            if letter == HYPHEN:
                parts[-1] = parts[-1]._replace(broken=True)
            yield from parts
            starts_line = False
        starts_line = starts_line or letter != " "
        by_gap = letter != " " or (i < len(letters) and is_generated(text_page, i))
        start = i + 1


def _parts(text_page: Any, letters: Sequence[str], indices: Sequence[int], direction: Direction) -> Iterator[Word]:
    """The characters at these indices as words of one type each."""
    start, box = 0, box_of(text_page, indices[0])
    kind = type_of(text_page, indices[0], direction.quarter_turns)
    edges = upright(box, direction.quarter_turns)
    for end, i in enumerate(indices[1:], start=1):
        character = box_of(text_page, i)
        character_edges = upright(character, direction.quarter_turns) if direction.quarter_turns else character
        if character_edges[1::2] != edges[1::2] and not direction.slanted:
            character_kind = type_of(text_page, i, direction.quarter_turns)
            edges = character_edges
            if character_kind != kind:
                yield _part(letters, indices[start:end], box, direction, kind)
                start, box, kind = end, character, character_kind
        box = box.union(character)
    yield _part(letters, indices[start:], box, direction, kind)


def _part(letters: Sequence[str], indices: Sequence[int], box: Box, direction: Direction, kind: Type) -> Word:
    return Word(_joined([letters[i] for i in indices]), box, indices[0], direction, kind, glued=True)


def _joined(letters: Sequence[str]) -> str:
    text = "".join(letters)
    if text.isascii():
        return text
    text = _LATIN_THEN_ARABIC.sub(" ", text)
    # Letters beyond the first plane may come as two surrogates; a lone one is a hole.
    return without_holes(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))


def is_late(last_two: Sequence[Word], word: Word) -> bool:
    """True for a small character that the file draws after the word to its right, as with the exponents of a sum."""
    if len(last_two) < 2 or last_two[1].type.size <= word.type.size:
        return False
    a, b, c = (upright(each.box, word.direction.quarter_turns) for each in (last_two[0], word, last_two[1]))
    return a.left < b.left and a.right <= b.left + 0.3 * b.width and b.right <= c.left + 0.3 * b.width


def gaps_of(words: Sequence[Word]) -> list[float]:
    """The gaps before the words of a line, in shares of the type size: 0 inside a word, infinite where the file holds a
    space."""
    return _letter_spaced(words) or [0.0, *(_gap(before, word) for before, word in pairwise(words))]


def _letter_spaced(words: Sequence[Word]) -> list[float] | None:
    """The gaps of a heading whose letters stand apart (A B S T R A C T): 0 between letters, infinite between words.
    None when it is none; letters in alphabetical order are names of columns."""
    letters = [word.text for word in words]
    if len(words) < _MIN_SPACED or not all(len(letter) == 1 and letter.isupper() for letter in letters):
        return None
    if letters == sorted(letters) or len(set(letters)) < _MIN_SPACED - 2:
        return None
    turns = words[0].direction.quarter_turns
    boxes = [upright(word.box, turns) for word in words]
    gaps = [b.left - a.right for a, b in pairwise(boxes)]
    typical = max(median(gaps), 0.1)
    return [0.0, *(math.inf if gap > _WORD_SPACED * typical else 0.0 for gap in gaps)]


def _gap(before: Word, word: Word) -> float:
    """The gap between two words in shares of the type size; infinite when the file holds a space, 0 inside a word."""
    if word.glued:
        return 0.0
    turns = word.direction.quarter_turns
    gap = upright(word.box, turns).left - upright(before.box, turns).right
    if _is_initial(before, word, gap):
        return 0.0
    return max(gap / max(before.type.size, 1.0), 0.01) if word.by_gap else math.inf


def _is_initial(before: Word, word: Word, gap: float) -> bool:
    """True for a large first letter and the rest of its word. A, I and O may be words themselves."""
    ratio = before.type.size / max(word.type.size, 1.0)
    if len(before.text) > 1 or not before.text.isupper() or ratio < _CAPITAL or not word.by_gap:
        return False
    limit = _INITIAL_GAP if ratio > _INITIAL and before.text not in "AIO" else _HAIR_GAP
    return word.text[0].isalpha() and gap < limit * word.type.size
