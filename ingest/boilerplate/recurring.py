"""Finds blocks that recur in most documents of a site or folder: its menus, notices and calls, whatever the words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from index.types import Span
from ingest.boilerplate.clean import merge_spans
from ingest.boilerplate.text_units import MAX_LINE_CHARS, fold, split_units

# Fewer documents prove nothing: three chapters may well share a heading (a guess).
MIN_DOCUMENTS = 5
_MIN_SHARE = 0.6  # of the documents (a guess)


def recurring_blocks(documents: Iterable[Iterable[str]]) -> frozenset[str]:
    """The folded blocks that occur in most of the documents; none when there are too few documents.

    Each document comes as the texts of its blocks. A block counts once per document. Long blocks count too (a
    disclaimer); single words do not, because they are headings.
    """
    counts: Counter[str] = Counter()
    total = 0
    for blocks in documents:
        total += 1
        counts.update({key for block in blocks if " " in (key := fold(block))})
    if total < MIN_DOCUMENTS:
        return frozenset()
    return frozenset(key for key, count in counts.items() if count >= _MIN_SHARE * total)


def block_texts(text: str) -> Sequence[str]:
    """The texts of the units (lines or wrapped paragraphs) that are compared."""
    return [unit.text for unit in split_units(text)]


def recurring_spans(text: str, known: frozenset[str]) -> tuple[Span, ...]:
    """The spans of the blocks that are in ``known``, to be dropped."""
    matches = (unit for unit in split_units(text) if _key(unit.key, unit.text) in known)
    return merge_spans(Span(unit.start, unit.end) for unit in matches)


def _key(key: str, text: str) -> str:
    """The folded text also of a long unit, whose own ``key`` is empty."""
    return key if len(text) <= MAX_LINE_CHARS else fold(text)
