"""Blocks that recur over the documents of one site or folder: its menus, notices and calls, whatever they say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from index.types import Span
from ingest.boilerplate.clean import joined
from ingest.boilerplate.units import LONGEST_LINE, folded, units_of

# Fewer documents show nothing: three chapters may well have a heading in common.
FEWEST_DOCUMENTS = 5
_SHARE = 0.6


def recurring(documents: Iterable[Iterable[str]]) -> frozenset[str]:
    """The folded blocks that stand in most of the documents, which come as the texts of their blocks, one by one.

    A block counts once a document. Long ones recur too (a disclaimer), but not a single word: that is a heading.
    """
    counts: Counter[str] = Counter()
    total = 0
    for blocks in documents:
        total += 1
        counts.update({key for block in blocks if " " in (key := folded(block))})
    if total < FEWEST_DOCUMENTS:
        return frozenset()
    return frozenset(key for key, count in counts.items() if count >= _SHARE * total)


def blocks_of(text: str) -> Sequence[str]:
    """The lines, or wrapped paragraphs, that a text is looked at by."""
    return [unit.text for unit in units_of(text)]


def recurring_spans(text: str, known: frozenset[str]) -> tuple[Span, ...]:
    """Where the recurring blocks stand in a text, to be dropped."""
    found = (unit for unit in units_of(text) if _key(unit.key, unit.text) in known)
    return joined(Span(unit.start, unit.end) for unit in found)


def _key(key: str, text: str) -> str:
    return key if len(text) <= LONGEST_LINE else folded(text)
