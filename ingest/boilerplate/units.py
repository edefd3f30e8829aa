"""Plain text as units: a line each, or a whole paragraph where lines were wrapped at a fixed width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Lines longer than this are paragraphs whatever they look like; nothing is matched against them.
LONGEST_LINE = 200

_ENDS_SENTENCE = re.compile(r"[.!?。！？…:;](?:[\"'”’»)\]]|\[\d{1,3}\])*$")
_ITEM = re.compile(r"(?:[-*•–·▪●○]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+\S")
_DIRECTORY = re.compile(r"[^\s,–—|][^,–—|]{2,70} [–—|-] [^,–—|]{2,40}, [^,–—|.]{2,30}")
_BAR = re.compile(r"[|·•»]|\t|\s{2,}")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " ", "–": "-", "—": "-", "…": "..."})
_DECORATION = " \t•*·»«›‹>|<-_#→←▼▲×✕✓►▶+=~"


@dataclass(frozen=True, slots=True)
class TextUnit:
    """One line or one wrapped paragraph, without the white space around it.

    ``key`` is its folded text, "" when too long to be matched. ``gap`` and ``gap_after`` tell of blank lines
    (or the text's ends) around it; ``wrapped`` that it has several lines.
    """

    start: int
    end: int
    text: str
    key: str
    words: int
    gap: bool
    gap_after: bool
    wrapped: bool

    @property
    def length(self) -> int:
        return self.end - self.start

    @property
    def ends_sentence(self) -> bool:
        return bool(_ENDS_SENTENCE.search(self.text[-12:]))

    @property
    def is_item(self) -> bool:
        """An entry of a list, by its bullet or number."""
        return bool(_ITEM.match(self.text))

    @property
    def is_bullet(self) -> bool:
        return self.text[0] in "-*•–·▪●○"

    @property
    def is_prose(self) -> bool:
        """Running text: long, or a sentence with its end. Questions are as often titles as sentences."""
        if self.length >= 180 or (self.wrapped and self.words >= 12):
            return True
        if not self.ends_sentence:
            return self.words >= 25
        if self.words <= 2:
            return self.length >= 12 and not self.text.isascii()
        return self.words >= (15 if self.text[-1] in "?:" else 5)

    @property
    def is_label(self) -> bool:
        """A few words without figures and without a sentence end, as in menus."""
        return self.words <= 4 and self.length <= 40 and not self.ends_sentence and not self.has_figures

    @property
    def parts(self) -> list[str]:
        """What bars, dots or wide spaces part on one line, folded; a menu copied as one line has several."""
        if not self.key or self.wrapped:
            return []
        return [part for piece in _BAR.split(self.text) if (part := folded(piece))]

    @property
    def is_bar(self) -> bool:
        """Several labels in one line, as menus come out of some browsers."""
        parts = self.parts
        return len(parts) >= 3 and not self.ends_sentence and all(len(part.split()) <= 4 for part in parts)

    @property
    def has_figures(self) -> bool:
        return any(map(str.isdigit, self.text))

    @property
    def is_title_like(self) -> bool:
        """Reads like the title of an article: most of its longer words have capitals, or it asks."""
        if self.length > LONGEST_LINE or self.words < 3 or self.text[-1] in ".:;,":
            return False
        longer = [word for word in self.text.split() if len(word) > 3]
        capitals = sum(not word[0].islower() for word in longer)
        return not self.is_item and (self.text[-1] == "?" or capitals >= 0.65 * len(longer))

    @property
    def is_directory_line(self) -> bool:
        """ "Name – Place, Region", as lists of branches and partners have it."""
        return self.length <= LONGEST_LINE and bool(_DIRECTORY.fullmatch(self.text))


def folded(text: str) -> str:
    """For comparing lines: case, quotation marks, spaces and decoration at the ends do not count."""
    return " ".join(text.translate(_QUOTES).casefold().split()).strip(_DECORATION)


def units_of(text: str) -> list[TextUnit]:
    """All of the text but white space, in order."""
    return [unit for lines in _blocks(text) for unit in _units(text, lines)]


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines that are not blank, as stripped offsets."""
    block: list[tuple[int, int]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        bare = line.strip()
        if bare:
            start = at + line.index(bare[0])
            block.append((start, start + len(bare)))
        elif block:
            yield block
            block = []
        at += len(line)
    if block:
        yield block


def _units(text: str, lines: list[tuple[int, int]]) -> Iterator[TextUnit]:
    last = len(lines) - 1
    if last > 0 and _is_wrapped(text, lines):
        yield _unit(text, lines[0][0], lines[-1][1], True, True, wrapped=True)
        return
    for i, (start, end) in enumerate(lines):
        yield _unit(text, start, end, i == 0, i == last, wrapped=False)


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """True when each line breaks just where the next word would not have fitted."""
    lengths = [end - start for start, end in lines]
    width = max(lengths)
    if not 45 <= width <= 120 or any(_ITEM.match(text, start) for start, _ in lines[1:]):
        return False
    if len(lines) == 2 and not _runs_on(text[slice(*lines[0])], text[lines[1][0]]):
        return False
    return all(end - start + 1 + _first_word(text, *after) >= 0.88 * width for (start, end), after in pairwise(lines))


def _runs_on(line: str, following: str) -> bool:
    """True when the second of two lines goes on with the first's sentence; two alone could be two titles."""
    return len(line) <= 90 and not _ENDS_SENTENCE.search(line[-3:]) and (not following.isupper() or line[-1] == ",")


def _first_word(text: str, start: int, end: int) -> int:
    space = text.find(" ", start, end)
    return (space if space >= 0 else end) - start


def _unit(text: str, start: int, end: int, gap: bool, gap_after: bool, *, wrapped: bool) -> TextUnit:
    body = text[start:end]
    key = folded(body) if end - start <= LONGEST_LINE else ""
    return TextUnit(start, end, body, key, len(body.split()), gap, gap_after, wrapped)
