"""The nouns as JSON, for programs. Names and shapes are relied on from outside: add, never remove."""

from __future__ import annotations

import io
import sys
from dataclasses import asdict
from typing import Any

from index.types import Answer, Hit, Passage, Source


def source_json(source: Source) -> dict[str, Any]:
    return {**asdict(source), "authors": list(source.authors)}


def passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "heading": passage.heading,
        "page": passage.page,
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "confidence": hit.confidence.value,
        **passage_json(hit.passage),
        "page_label": hit.passage.page_label,
        "key_sentence": None if hit.key_sentence is None else list(hit.key_sentence),
        "marks": [list(span) for span in hit.marks],
        "copies": [
            {"source": one.source.id, "record": one.source.record, "start": one.span.start, "end": one.span.end}
            for one in hit.copies
        ],
        "parts": asdict(hit.parts),
        "source": source_json(hit.source),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "query": answer.query,
        "confidence": answer.confidence.value,
        "generation": answer.generation,
        "model": answer.model,
        "settings": answer.settings,
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def speak_utf8() -> None:
    """Standard output and error in UTF-8 whatever the terminal's code page; half a character as ``\\udxxx``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
