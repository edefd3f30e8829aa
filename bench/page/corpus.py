"""A library to look at: the sample corpus in a few long sources, and changed copies of them up to a size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from bench.library import SAMPLE, make
from bench.speed.grow import grow
from ingest.readers import read
from ingest.types import Extract

REAL = 3
"""Sources that are read and embedded; the others are copies with other words and nearly the same vectors."""


def library(work: Path, sources: int, passages: int) -> Path:
    """A library below ``work`` with this many passages, in about so many sources as long as each other; an existing one
    is kept."""
    target, documents = work / f"page-{sources}-{passages}", work / "page-real" / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    (documents / "sources.jsonl").write_text(_records(), encoding="utf-8")
    make(documents, work / "page-real" / "library")
    return grow(work / "page-real" / "library", target, passages)


def _records() -> str:
    """The articles of the sample dealt out to a few sources, each with a title, an author and a date."""
    texts = [text for path in sorted(SAMPLE.iterdir()) for text in _texts(path)]
    records = [
        {
            "_id": str(number),
            "title": f"Collected notes on ketamine, volume {number + 1}",
            "author": f"Author {number + 1}",
            "date": f"{2001 + number}-05-0{number + 1}",
            "text": "\n\n".join(texts[number::REAL]),
        }
        for number in range(REAL)
    ]
    return "".join(f"{json.dumps(record)}\n" for record in records)


def _texts(path: Path) -> Iterator[str]:
    if path.is_file() and path.name != "README.md":
        reading = read(path.read_bytes(), path.name)
        yield from (extract.text for extract in reading.extracts if isinstance(extract, Extract))
