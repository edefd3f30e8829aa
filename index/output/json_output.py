"""Results as JSON, for programs. Other programs rely on the keys and shapes: add to them, never remove."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from index.storage.truth import Truth
from index.types import Answer, Copy, Hit, Passage, Source

if TYPE_CHECKING:
    from index.check.draft import DraftCheck, Evidence, Finding, QuoteFinding
    from index.check.marks import Mark
    from index.compare.answer_table import AnswerRow, AnswerTable
    from index.compare.events import Event
    from index.compare.sources import Comparison, Pair
    from index.compare.topics import TopicMap
    from index.differences import Difference
    from index.search.explain import Explanation


def source_json(source: Source) -> dict[str, Any]:
    origins = {name: origin.value for name, origin in source.origins.items()}
    return {**asdict(source), "authors": list(source.authors), "origins": origins}


def listed_json(rows: Iterable[tuple[Source, int, int]]) -> list[dict[str, Any]]:
    """``rows``: sources with the numbers of their passages and characters."""
    return [{**source_json(source), "passages": passages, "characters": size} for source, passages, size in rows]


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
        "likeness": copy.likeness.value,
        "differing": [list(pair) for pair in copy.differing],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "confidence": hit.confidence.value,
        **passage_json(hit.passage),
        "page_label": hit.passage.page_label,
        "time": hit.passage.time,
        "ocr": hit.passage.ocr,
        "key_sentence": None if hit.key_sentence is None else list(hit.key_sentence),
        "marks": [list(span) for span in hit.marks],
        "earliest": hit.earliest,
        "copies": [copy_json(copy) for copy in hit.copies],
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
        "missing_figures": list(answer.missing_figures),
        "nearest": dict(answer.nearest),
        "named": [
            {**asdict(name), "by": name.by.value, "sources": list(name.sources), "lacking": list(name.lacking)}
            for name in answer.named
        ],
        "lacking": None if answer.lacking is None else answer.lacking.value,
        "generation": answer.generation,
        "model": answer.model,
        "settings": answer.settings,
        "sources": answer.sources,
        "independent": answer.independent,
        "epoch": answer.epoch,
        "damage": list(answer.damage),
        "hits": [hit_json(hit) for hit in answer.hits],
    }


def difference_json(difference: Difference) -> dict[str, Any]:
    return {
        "kind": difference.kind.value,
        "draft": list(difference.draft),
        "source": list(difference.source),
        "note": difference.note,
        "compatible": difference.compatible,
    }


def evidence_json(evidence: Evidence) -> dict[str, Any]:
    return {
        **hit_json(evidence.hit),
        "told": list(evidence.span),
        "share": round(evidence.share, 6),
        "share_with_context": round(evidence.share_with_context, 6),
        "opinion": None if evidence.opinion is None else asdict(evidence.opinion),
        "differences": [difference_json(difference) for difference in evidence.differences],
    }


def quote_json(quote: QuoteFinding) -> dict[str, Any]:
    """``start`` and ``end`` are in the draft, and so is ``draft`` in the places and differences."""
    places = [
        {
            "source": location.source.id,
            "title": location.source.title,
            "start": location.span.start,
            "end": location.span.end,
            "text": location.text,
            "draft": list(location.draft),
            "page": location.passage.page,
            "page_label": location.passage.page_label,
            "time": location.passage.time,
        }
        for location in quote.located.matches
    ]
    return {
        "start": quote.quotation.span.start,
        "end": quote.quotation.span.end,
        "status": quote.located.status.value,
        "attributed": quote.quotation.attributed_to,
        "elided": quote.located.has_elisions,
        "places": places,
        "differences": [difference_json(change) for change in quote.located.changes],
        "notes": list(quote.located.notes),
    }


def finding_json(finding: Finding) -> dict[str, Any]:
    return {
        "start": finding.sentence.span.start,
        "end": finding.sentence.span.end,
        "text": finding.sentence.text,
        "kind": finding.sentence.kind.value,
        "status": finding.status.value,
        "confidence": finding.confidence.value,
        "read_with": finding.read_with,
        "partial": finding.is_partial,
        "missing": [list(span) for span in finding.missing_spans],
        "exchanged": [{"draft": list(words.draft), "source": words.instead} for words in finding.other_words],
        "disagreeing": [evidence.hit.rank for evidence in finding.disagreeing_evidence],
        "evidence": [evidence_json(evidence) for evidence in finding.evidence],
        "quotations": [quote_json(quote) for quote in finding.quotes],
    }


def mark_json(mark: Mark, store: Truth) -> dict[str, Any]:
    """The person's mark of a sentence. ``passage``: whether the passage that the mark refers to still stands."""
    from index.collections.pins import pin_status  # not loaded for a search

    status = pin_status(store, mark.pin)[0] if mark.pin else None
    return {
        "said": mark.status.value,
        "note": mark.note,
        "made": mark.made,
        "passage": None if status is None else status.value,
    }


def checked_json(checked: DraftCheck, store: Truth, marks: Mapping[bytes, Mark]) -> dict[str, Any]:
    from index.check.marks import sentence_key

    sentence_marks = [marks.get(sentence_key(finding.sentence.text)) for finding in checked.findings]
    return {
        "generation": checked.generation,
        "model": checked.model,
        "settings": checked.settings,
        "characters": len(checked.draft.text),
        "language": checked.draft.language,
        "warnings": list(checked.draft.warnings),
        "counts": {status.value: count for status, count in checked.counts.items()},
        "partial": sum(finding.is_partial for finding in checked.findings),
        "sources": [source_json(source) for source in checked.sources],
        "sentences": [
            {**finding_json(finding), "mark": mark_json(mark, store) if mark else None}
            for finding, mark in zip(checked.findings, sentence_marks, strict=True)
        ],
    }


def explanation_json(explanation: Explanation) -> dict[str, Any]:
    """How an expected passage ranks; null for what is not known of it."""
    rivals = [
        {
            **passage_json(rival.passage),
            "rank": rival.rank,
            "score": rival.score,
            "by": rival.by,
            "source": rival.source.id,
        }
        for rival in explanation.lost_to
    ]
    return {
        **asdict(explanation),
        "there": explanation.there.value,
        "source": None if explanation.source is None else source_json(explanation.source),
        "passage": None if explanation.passage is None else passage_json(explanation.passage),
        "lost_to": rivals,
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "left": list(pair.left),
        "right": list(pair.right),
        "similarity": pair.similarity,
        "relation": pair.relation.value,
        "sure": pair.sure,
        "compared": pair.compared,
        "differences": [difference_json(difference) for difference in pair.differences],
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Offsets of ``differences`` are in the two sentences, all others in the documents."""
    left, right = comparison.left, comparison.right
    return {
        "verdict": comparison.verdict,
        "left": source_json(left.source),
        "right": source_json(right.source),
        "pairs": [pair_json(pair) for pair in comparison.pairs],
        "left_only": [list(span) for span in left.only],
        "right_only": [list(span) for span in right.only],
        "coverage": {"left": left.coverage, "right": right.coverage},
        "reused_text": {"left": left.share, "right": right.share},
        "reused_spans": {"left": [list(span) for span in left.reused], "right": [list(span) for span in right.reused]},
        "reuse": {"left": left.level.value, "right": right.level.value},
        "notes": list(comparison.notes),
        "generation": comparison.generation,
        "model": comparison.model,
        "settings": comparison.settings,
    }


def table_json(table: AnswerTable) -> dict[str, Any]:
    """Sources by their ids. Offsets of ``disputes`` are in the two passages, all others in the documents."""
    return {
        "generation": table.generation,
        "model": table.model,
        "settings": table.settings,
        "sources": [source_json(source) for source in table.sources],
        "asked": table.asked,
        "more": table.more,
        "silent": table.silent,
        "questions": [row_json(row) for row in table.rows],
    }


def row_json(row: AnswerRow) -> dict[str, Any]:
    ids = [cell.source.id for cell in row.cells]
    return {
        "question": row.question,
        "saying": row.saying,
        "unshown": row.unshown,
        "independent": row.independent,
        "cells": [
            {
                "source": cell.source.id,
                "hit": None if cell.hit is None else hit_json(cell.hit),
                "sentence": None if cell.sentence is None else list(cell.sentence),
                "cue": None if cell.value is None else list(cell.value),
            }
            for cell in row.cells
        ],
        "groups": [[ids[column] for column in group] for group in row.groups],
        "disputes": [
            {
                "left": ids[dispute.left],
                "right": ids[dispute.right],
                "difference": difference_json(dispute.difference),
            }
            for dispute in row.disputes
        ],
    }


def map_json(topic_map: TopicMap) -> dict[str, Any]:
    """``only``: the id of the one source on a topic, or null; ``passages``: spans by the ids of all sources on it."""
    ids = [source.id for source in topic_map.sources]
    topics = [
        {
            "label": topic.label,
            "terms": list(topic.terms),
            "only": None if topic.only is None else ids[topic.only],
            "passages": {ids[column]: list(map(list, topic.passages(column))) for column in sorted(topic.covering)},
        }
        for topic in topic_map.topics
    ]
    return {"sources": [source_json(source) for source in topic_map.sources], "topics": topics}


def events_json(events: Sequence[Event]) -> dict[str, Any]:
    return {
        "events": [
            {"sources": [source_json(source) for source in event.sources], "independent": event.independent}
            for event in events
        ]
    }
