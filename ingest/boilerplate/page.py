"""A text seen as a page: which of its units are running text, and where its body begins and ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.boilerplate.phrases import is_certain, is_edge, is_tail_head
from ingest.boilerplate.units import TextUnit

# What one short line costs the body, in words: thirty menu lines outweigh a teaser, not a chapter.
_SHORT_LINE_COST = 4
# So many different phrases of web pages show a text to be the copy of one: with one that stands nowhere else, or not.
_PHRASES_WITH_CERTAIN, _PHRASES = 3, 4


@dataclass(frozen=True)
class Page:
    """Units, and what the rules ask of them. ``title`` is folded."""

    units: Sequence[TextUnit]
    title: str = ""

    @cached_property
    def certain(self) -> frozenset[int]:
        return frozenset(certain_units(self.units))

    @cached_property
    def is_web_copy(self) -> bool:
        """True when menus, calls and forms betray the copy of a whole page; of any other text nothing is judged by
        where it stands."""
        keys = {key for unit in self.units for key in (unit.key, *unit.parts) if any(map(str.isalpha, key))}
        certain = sum(map(is_certain, keys))
        phrases = certain + sum(not is_certain(key) and (is_edge(key) or is_tail_head(key)) for key in keys)
        return phrases >= (_PHRASES_WITH_CERTAIN if certain else _PHRASES)

    @cached_property
    def titles(self) -> frozenset[int]:
        """Copies of the title, alone or with a site's or a tracker's name around it."""
        if len(self.title) < 8:
            return frozenset()
        longest = len(self.title) + 120
        lines = enumerate(unit.key for unit in self.units)
        return frozenset(i for i, key in lines if self.title in key and len(key) < longest and is_copy(key, self.title))

    @cached_property
    def prose(self) -> frozenset[int]:
        """Units of running text, form messages and titles apart."""
        aside = self.certain | self.titles
        return frozenset(i for i, unit in enumerate(self.units) if unit.is_prose and i not in aside)

    @cached_property
    def body(self) -> range:
        """The stretch with the most running text and the fewest short lines, from its first paragraph to its last."""
        best, start, score, best_score = range(0), 0, 0, 0
        for i, unit in enumerate(self.units):
            if score <= 0:
                start, score = i, 0
            if i in self.prose:
                score += max(unit.words, unit.length // 12)
                if score > best_score:
                    best, best_score = range(start, i + 1), score
            elif not unit.is_item:
                score -= _SHORT_LINE_COST
        return best


def is_copy(line: str, title: str) -> bool:
    """True for the title and for a line that a site's name or a tracker makes longer; not for a sentence about it."""
    return line == title or (len(title.split()) >= 4 and not line.endswith("."))


def certain_units(units: Sequence[TextUnit]) -> set[int]:
    found = {i for i, unit in enumerate(units) if is_certain(unit.key) or _is_certain_bar(unit)}
    return found | set(_broken_calls(units))


def _is_certain_bar(unit: TextUnit) -> bool:
    """True for a line of several menu words, one of which at least is boilerplate wherever it stands."""
    parts = unit.parts
    known = len(parts) >= 2 and all(is_certain(part) or is_edge(part) for part in parts)
    return known and any(is_certain(part) for part in parts)


def _broken_calls(units: Sequence[TextUnit]) -> Iterator[int]:
    """Calls set over several short lines, as a form shows them: "Sign up / for the / Newsletter"."""
    for first, unit in enumerate(units):
        if unit.gap_after or not unit.key or len(unit.key) > 40 or unit.is_prose:
            continue
        words, last = unit.key, first
        while last + 1 < len(units) and last < first + 3 and not units[last + 1].gap and len(units[last + 1].key) <= 40:
            last += 1
            words += " " + units[last].key
        if last > first and is_certain(words):
            yield from range(first, last + 1)
