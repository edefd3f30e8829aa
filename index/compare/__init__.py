"""Source against source: two side by side, one question asked of many, events that several report, a map of topics."""

from index.compare.answer_table import MAX_ASKED, AnswerCell, AnswerRow, AnswerTable, Dispute, ask_sources
from index.compare.events import MAX_EVENT_SOURCES, Event, find_events
from index.compare.sources import ComparedSide, Comparison, Pair, Relation, compare_sources, folded, read_ahead
from index.compare.topics import MAX_MAPPED, Topic, TopicMap, map_topics
from index.differences.types import Difference, DifferenceKind

__all__ = [
    "MAX_ASKED",
    "MAX_EVENT_SOURCES",
    "MAX_MAPPED",
    "AnswerCell",
    "AnswerRow",
    "AnswerTable",
    "ComparedSide",
    "Comparison",
    "Difference",
    "DifferenceKind",
    "Dispute",
    "Event",
    "Pair",
    "Relation",
    "Topic",
    "TopicMap",
    "ask_sources",
    "compare_sources",
    "find_events",
    "folded",
    "map_topics",
    "read_ahead",
]
