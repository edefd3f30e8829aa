"""A text as a page: which of its lines are running text, copies of the title or certain boilerplate, and where its body
begins and ends."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ingest.boilerplate.phrases import begins_notice, is_certain, is_credit, is_edge, is_tail_head
from ingest.boilerplate.text_units import MAX_LINE_CHARS, TextUnit, fold

# Words that a short line costs the body: thirty menu lines outweigh a teaser, but not a chapter (a guess).
_SHORT_LINE_COST = 4
# A text with so many different phrases of web pages is a copy of a page; fewer will do if any is certain (a guess).
_MIN_PHRASES_WITH_CERTAIN, _MIN_PHRASES = 3, 4
_FIRST_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")


@dataclass(frozen=True)
class Page:
    """The units of a text, in order, with what the rules need to know of them. ``title`` is folded, "" if unknown.

    Sets and ranges hold indices of units.
    """

    units: Sequence[TextUnit]
    title: str = ""

    @cached_property
    def certain(self) -> frozenset[int]:
        """Units that are boilerplate wherever they stand."""
        return frozenset(certain_units(self.units))

    @cached_property
    def is_web_copy(self) -> bool:
        """True when enough phrases of menus, calls and forms show that a whole web page was copied.

        In any other text no line is judged by its position.
        """
        keys = {key for unit in self.units for key in (unit.key, *unit.parts) if any(map(str.isalpha, key))}
        certain = sum(map(is_certain, keys))
        phrases = certain + sum(not is_certain(key) and (is_edge(key) or is_tail_head(key)) for key in keys)
        return phrases >= (_MIN_PHRASES_WITH_CERTAIN if certain else _MIN_PHRASES)

    @cached_property
    def credits_and_notices(self) -> frozenset[int]:
        """Of a copied page, whom its pictures are from, and what it says of itself; elsewhere such a line is text."""
        lines = enumerate(self.units) if self.is_web_copy else ()
        return frozenset(i for i, unit in lines if is_credit(unit.key) or _is_notice(unit))

    @cached_property
    def titles(self) -> frozenset[int]:
        """Copies of the title, alone or with a site's or a tracker's name around it; none of a very short title."""
        if len(self.title) < 8:
            return frozenset()
        limit = len(self.title) + 120
        keys = enumerate(unit.key for unit in self.units)
        return frozenset(
            i for i, key in keys if self.title in key and len(key) < limit and is_title_copy(key, self.title)
        )

    @cached_property
    def prose(self) -> frozenset[int]:
        """Units of running text that are neither boilerplate for certain nor copies of the title."""
        excluded = self.certain | self.titles | self.credits_and_notices
        return frozenset(i for i, unit in enumerate(self.units) if unit.is_prose and i not in excluded)

    @cached_property
    def body(self) -> range:
        """The stretch with the most running text and the fewest short lines, from its first paragraph to its last.

        It is the maximum subarray over words of prose minus the cost of short lines; empty when there is no prose.
        """
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


def is_title_copy(line: str, title: str) -> bool:
    """True for a folded line that is the title, or the title with a site's or a tracker's name around it.

    The caller has checked that the line contains the title. A sentence that mentions the title is no copy.
    """
    return line == title or (len(title.split()) >= 4 and not line.endswith("."))


def certain_units(units: Sequence[TextUnit]) -> set[int]:
    """The indices of units that are boilerplate wherever they stand."""
    single = {i for i, unit in enumerate(units) if is_certain(unit.key) or _is_certain_bar(unit)}
    return single | set(_split_calls(units))


def _is_notice(unit: TextUnit) -> bool:
    return begins_notice(fold(_FIRST_SENTENCE.split(unit.text[:MAX_LINE_CHARS], maxsplit=1)[0]))


def _is_certain_bar(unit: TextUnit) -> bool:
    """True for a line of several menu words or certain phrases, at least one of them certain."""
    parts = unit.parts
    all_known = len(parts) >= 2 and all(is_certain(part) or is_edge(part) for part in parts)
    return all_known and any(is_certain(part) for part in parts)


def _split_calls(units: Sequence[TextUnit]) -> Iterator[int]:
    """Certain phrases split over two to four short lines, as in a form: "Sign up / for the / Newsletter"."""
    for first, unit in enumerate(units):
        if unit.gap_after or not unit.key or len(unit.key) > 40 or unit.is_prose:
            continue
        words, last = unit.key, first
        while (
            last + 1 < len(units)
            and last < first + 3
            and not units[last + 1].gap_before
            and len(units[last + 1].key) <= 40
        ):
            last += 1
            words += " " + units[last].key
        if last > first and is_certain(words):
            yield from range(first, last + 1)
