"""Splits plain text into units: single lines, or whole paragraphs where lines were wrapped at a fixed width."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# Characters. Longer lines are paragraphs whatever they look like; no phrase is matched against them (a guess).
MAX_LINE_CHARS = 200

_ENDS_SENTENCE = re.compile(r"[.!?。！？…:;](?:[\"'”’»)\]]|\[\d{1,3}\])*$")
_ITEM = re.compile(r"(?:[-*•–·▪●○]|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+\S")
_DIRECTORY = re.compile(r"[^\s,–—|][^,–—|]{2,70} [–—|-] [^,–—|]{2,40}, [^,–—|.]{2,30}")
_BAR = re.compile(r"[|·•»]|\t|\s{2,}")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\xa0": " ", "–": "-", "—": "-", "…": "..."})
_DECORATION = " \t•*·»«›‹>|<-_#→←▼▲×✕✓►▶+=~"


@dataclass(frozen=True, slots=True)
class TextUnit:
    """A line or a wrapped paragraph, ``text[start:end]``, without the white space around it.

    ``key`` is the folded text, "" if too long to be matched. ``words`` counts the words. ``gap_before`` and
    ``gap_after`` are True when a blank line or an end of the text is before or after it; ``wrapped`` when it has
    several lines.
    """

    start: int
    end: int
    text: str
    key: str
    words: int
    gap_before: bool
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
        """True for an entry of a list, recognised by its bullet or number."""
        return bool(_ITEM.match(self.text))

    @property
    def is_bullet(self) -> bool:
        return self.text[0] in "-*•–·▪●○"

    @property
    def is_prose(self) -> bool:
        """True for running text: a long unit, or a complete sentence.

        Lines that end with "?" or ":" need more words, because questions are as often titles as sentences.
        """
        if self.length >= 180 or (self.wrapped and self.words >= 12):
            return True
        if not self.ends_sentence:
            return self.words >= 25
        if self.words <= 2:
            return self.length >= 12 and not self.text.isascii()
        return self.words >= (15 if self.text[-1] in "?:" else 5)

    @property
    def is_label(self) -> bool:
        """True for up to four words without digits and without the end of a sentence, as in menus."""
        return self.words <= 4 and self.length <= 40 and not self.ends_sentence and not self.has_figures

    @property
    def parts(self) -> list[str]:
        """The folded parts of the line between bars, dots or wide spaces; a menu copied as one line has several."""
        if not self.key or self.wrapped:
            return []
        return [part for piece in _BAR.split(self.text) if (part := fold(piece))]

    @property
    def is_bar(self) -> bool:
        """True for three or more short labels in one line, as some browsers copy menus."""
        parts = self.parts
        return len(parts) >= 3 and not self.ends_sentence and all(len(part.split()) <= 4 for part in parts)

    @property
    def has_figures(self) -> bool:
        return any(map(str.isdigit, self.text))

    @property
    def is_title_like(self) -> bool:
        """True when it reads like the title of an article: a question, or most longer words are capitalised."""
        if self.length > MAX_LINE_CHARS or self.words < 3 or self.text[-1] in ".:;,":
            return False
        long_words = [word for word in self.text.split() if len(word) > 3]
        capitalised = sum(not word[0].islower() for word in long_words)
        return not self.is_item and (self.text[-1] == "?" or capitalised >= 0.65 * len(long_words))

    @property
    def is_directory_line(self) -> bool:
        """True for "Name – Place, Region", a line in lists of branches and partners."""
        return self.length <= MAX_LINE_CHARS and bool(_DIRECTORY.fullmatch(self.text))


def fold(text: str) -> str:
    """The text in a form for comparison: without case, kinds of quotation marks, extra spaces or decoration around."""
    return " ".join(text.translate(_QUOTES).casefold().split()).strip(_DECORATION)


def split_units(text: str) -> list[TextUnit]:
    """The units of the text in order; together they cover all of it but white space."""
    return [unit for block in _blocks(text) for unit in _units(text, block)]


def _blocks(text: str) -> Iterator[list[tuple[int, int]]]:
    """Runs of lines that are not blank; each line as the offsets of its stripped text."""
    block: list[tuple[int, int]] = []
    offset = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            start = offset + line.index(stripped[0])
            block.append((start, start + len(stripped)))
        elif block:
            yield block
            block = []
        offset += len(line)
    if block:
        yield block


def _units(text: str, lines: list[tuple[int, int]]) -> Iterator[TextUnit]:
    """The units of a block: the whole block if it is a wrapped paragraph, else each line."""
    last = len(lines) - 1
    if last > 0 and _is_wrapped(text, lines):
        yield _unit(text, lines[0][0], lines[-1][1], True, True, wrapped=True)
        return
    for i, (start, end) in enumerate(lines):
        yield _unit(text, start, end, i == 0, i == last, wrapped=False)


def _is_wrapped(text: str, lines: list[tuple[int, int]]) -> bool:
    """True when the first word of each following line would not have fitted on the line before."""
    lengths = [end - start for start, end in lines]
    width = max(lengths)
    if not 45 <= width <= 120 or any(_ITEM.match(text, start) for start, _ in lines[1:]):
        return False
    if len(lines) == 2 and not _runs_on(text[slice(*lines[0])], text[lines[1][0]]):
        return False
    if all(text[start].isupper() for start, _ in lines):  # a list whose entries happen to be of one length
        return False
    return all(
        end - start + 1 + _first_word_length(text, *following) >= 0.88 * width
        for (start, end), following in pairwise(lines)
    )


def _runs_on(line: str, next_letter: str) -> bool:
    """True when the second of two lines continues the sentence of the first; otherwise they could be two titles."""
    return len(line) <= 90 and not _ENDS_SENTENCE.search(line[-3:]) and (not next_letter.isupper() or line[-1] == ",")


def _first_word_length(text: str, start: int, end: int) -> int:
    space = text.find(" ", start, end)
    return (space if space >= 0 else end) - start


def _unit(text: str, start: int, end: int, gap: bool, gap_after: bool, *, wrapped: bool) -> TextUnit:
    content = text[start:end]
    key = fold(content) if end - start <= MAX_LINE_CHARS else ""
    return TextUnit(start, end, content, key, len(content.split()), gap, gap_after, wrapped)
