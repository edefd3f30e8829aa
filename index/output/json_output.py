"""The nouns as JSON, for programs. Names and shapes are relied on from outside: add, never remove."""

from __future__ import annotations

import io
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.types import Answer, Copy, Hit, Passage, Source

if TYPE_CHECKING:
    from index.check.draft import DraftCheck, Evidence, Finding, QuoteFinding
    from index.check.marks import Mark
    from index.compare.answer_table import AnswerRow, AnswerTable
    from index.compare.events import Event
    from index.compare.sources import Comparison, Pair
    from index.compare.topics import TopicMap
    from index.differences import Difference
    from index.search.explain import Explanation as Place
    from index.storage.store import Store


def source_json(source: Source) -> dict[str, Any]:
    origins = {name: origin.value for name, origin in source.origins.items()}
    return {**asdict(source), "authors": list(source.authors), "origins": origins}


def passage_json(passage: Passage) -> dict[str, Any]:
    return {
        "start": passage.span.start,
        "end": passage.span.end,
        "text": passage.text,
        "heading": passage.heading,
        "page": passage.page,
    }


def copy_json(copy: Copy) -> dict[str, Any]:
    return {
        "source": copy.source.id,
        "record": copy.source.record,
        "start": copy.span.start,
        "end": copy.span.end,
        "title": copy.source.title,
        "published": copy.source.published,
        "earliest": copy.earliest,
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
        "earliest": hit.earliest,
        "copies": [copy_json(one) for one in hit.copies],
        "parts": asdict(hit.parts),
        "source": source_json(hit.source),
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "query": answer.query,
        "confidence": answer.confidence.value,
        "evidence": answer.evidence,
        "absent": list(answer.absent),
        "unknown": answer.unknown,
        "lacking": None if answer.lacking is None else answer.lacking.value,
        "generation": answer.generation,
        "model": answer.model,
        "settings": answer.settings,
        "sources": answer.sources,
        "independent": answer.independent,
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def difference_json(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "draft": list(one.draft),
        "source": list(one.source),
        "note": one.note,
        "compatible": one.compatible,
    }


def evidence_json(one: Evidence) -> dict[str, Any]:
    opinion = None if one.opinion is None else asdict(one.opinion)
    told = {"told": list(one.span), "share": round(one.share, 6), "opinion": opinion}
    return {**hit_json(one.hit), **told, "differences": [difference_json(other) for other in one.differences]}


def quote_json(one: QuoteFinding) -> dict[str, Any]:
    """``start`` and ``end`` are of the draft, and so is ``draft`` in its places and changes."""
    places = [
        {
            "source": place.source.id,
            "title": place.source.title,
            "start": place.span.start,
            "end": place.span.end,
            "text": place.text,
            "draft": list(place.draft),
            "page": place.page,
            "page_label": place.page_label,
        }
        for place in one.located.places
    ]
    return {
        "start": one.quotation.span.start,
        "end": one.quotation.span.end,
        "status": one.located.status.value,
        "attributed": one.quotation.attributed,
        "elided": one.located.elided,
        "places": places,
        "differences": [difference_json(other) for other in one.located.changes],
        "notes": list(one.located.notes),
    }


def finding_json(one: Finding) -> dict[str, Any]:
    return {
        "start": one.sentence.span.start,
        "end": one.sentence.span.end,
        "text": one.sentence.text,
        "kind": one.sentence.kind.value,
        "status": one.status.value,
        "confidence": one.confidence.value,
        "missing": [list(span) for span in one.missing],
        "disagreeing": [other.hit.rank for other in one.disagreeing],
        "evidence": [evidence_json(other) for other in one.evidence],
        "quotations": [quote_json(other) for other in one.quotes],
    }


def mark_json(mark: Mark, store: Store) -> dict[str, Any]:
    """What the person said of a sentence, and what became of the passage that it was said of."""
    from index.check.marks import pin_status  # a search does without

    became = pin_status(store, mark.pin)[0] if mark.pin else None
    return {
        "said": mark.status.value,
        "note": mark.note,
        "made": mark.made,
        "passage": None if became is None else became.value,
    }


def checked_json(checked: DraftCheck, store: Store, known: Mapping[bytes, Mark]) -> dict[str, Any]:
    from index.check.marks import sentence_key

    marks = [known.get(sentence_key(one.sentence.text)) for one in checked.findings]
    return {
        "generation": checked.generation,
        "model": checked.model,
        "settings": checked.settings,
        "characters": len(checked.draft.text),
        "language": checked.draft.language,
        "counts": {status.value: count for status, count in checked.counts.items()},
        "sources": [source_json(one) for one in checked.sources],
        "sentences": [
            {**finding_json(one), "mark": mark_json(mark, store) if mark else None}
            for one, mark in zip(checked.findings, marks, strict=True)
        ],
    }


def explanation_json(found: Place) -> dict[str, Any]:
    """Where an expected passage stands; what is not known of it is null."""
    rivals = [
        {**passage_json(one.passage), "rank": one.rank, "score": one.score, "by": one.by, "source": one.source.id}
        for one in found.lost_to
    ]
    return {
        **asdict(found),
        "there": found.there.value,
        "source": None if found.source is None else source_json(found.source),
        "passage": None if found.passage is None else passage_json(found.passage),
        "lost_to": rivals,
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "left": list(pair.left),
        "right": list(pair.right),
        "similarity": pair.similarity,
        "relation": pair.relation.value,
        "differences": [difference_json(one) for one in pair.differences],
    }


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Offsets of ``differences`` are in the two sentences, all others in the documents."""
    left, right = found.left, found.right
    return {
        "left": source_json(left.source),
        "right": source_json(right.source),
        "pairs": [pair_json(pair) for pair in found.pairs],
        "left_only": [list(span) for span in left.only],
        "right_only": [list(span) for span in right.only],
        "coverage": {"left": left.coverage, "right": right.coverage},
        "reused_text": {"left": left.share, "right": right.share},
        "reused_spans": {"left": [list(one) for one in left.reused], "right": [list(one) for one in right.reused]},
        "reuse": {"left": left.level.value, "right": right.level.value},
        "notes": list(found.notes),
        "generation": found.generation,
        "model": found.model,
        "settings": found.settings,
    }


def table_json(table: AnswerTable) -> dict[str, Any]:
    """Sources by their ids. Offsets of ``disputes`` are in the two passages, all others in the documents."""
    return {
        "generation": table.generation,
        "model": table.model,
        "settings": table.settings,
        "sources": [source_json(one) for one in table.sources],
        "more": table.more,
        "silent": table.silent,
        "questions": [row_json(row) for row in table.rows],
    }


def row_json(row: AnswerRow) -> dict[str, Any]:
    ids = [cell.source.id for cell in row.cells]
    return {
        "question": row.question,
        "saying": row.saying,
        "independent": row.independent,
        "cells": [
            {
                "source": cell.source.id,
                "hit": None if cell.hit is None else hit_json(cell.hit),
                "cue": None if cell.value is None else list(cell.value),
            }
            for cell in row.cells
        ],
        "groups": [[ids[place] for place in group] for group in row.groups],
        "disputes": [
            {"left": ids[one.left], "right": ids[one.right], "difference": difference_json(one.difference)}
            for one in row.disputes
        ],
    }


def map_json(found: TopicMap) -> dict[str, Any]:
    """``only``: the one source that speaks of a topic, or null; ``passages``: spans by the ids of those that do."""
    ids = [source.id for source in found.sources]
    topics = [
        {
            "label": topic.label,
            "terms": list(topic.terms),
            "only": None if topic.only is None else ids[topic.only],
            "passages": {
                ids[place]: [list(span) for span in cell] for place, cell in enumerate(topic.passages) if cell
            },
        }
        for topic in found.topics
    ]
    return {"sources": [source_json(one) for one in found.sources], "topics": topics}


def events_json(found: Sequence[Event]) -> dict[str, Any]:
    events = [
        {"sources": [source_json(one) for one in event.sources], "independent": event.independent} for event in found
    ]
    return {"events": events}


def speak_utf8() -> None:
    """Standard output and error in UTF-8 whatever the terminal's code page; half a character as ``\\udxxx``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
