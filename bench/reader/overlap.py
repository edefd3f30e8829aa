"""Finds training texts that stand in a test set, by shingles of ten words."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

_WORD = re.compile(r"\w+")
_SHINGLE_WORDS = 10
_SHARE = 0.1
"""Share of a text's shingles that may stand in a test set."""
_FIELDS = ("claim", "evidence_text", "text")


def shingles(text: str) -> set[int]:
    """Hashes of the sequences of ten words, in small letters; a shorter text is one, an empty text none."""
    words = _WORD.findall(text.lower())
    last = max(len(words) - _SHINGLE_WORDS, 0)
    return {hash(" ".join(words[at : at + _SHINGLE_WORDS])) for at in range(last + 1)} if words else set()


def stands_in(text: str, tests: set[int] | frozenset[int]) -> bool:
    """Whether more than a tenth of a text's shingles are among those of the tests; a short text: whether it is one."""
    own = shingles(text)
    return bool(own) and len(own & tests) > _SHARE * len(own)


def shingles_below(folder: Path) -> frozenset[int]:
    """The shingles of all claims, evidence, questions, queries and articles with questions below ``folder``."""
    return frozenset().union(*(shingles(text) for path in _files(folder) for text in _texts(path)))


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("*/*/*.jsonl*")):
        if path.parent.parent.name == "claims" or path.name.startswith("q") or path.parent.name.endswith("_articles"):
            yield path


def _texts(path: Path) -> Iterator[str]:
    lines: Iterable[str]
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            yield from (record[field] for field in _FIELDS if isinstance(record.get(field), str))
