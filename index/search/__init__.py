"""How passages are ranked: candidates, fusion, confidence, folding of copies, and why a passage ranks where it does."""

from index.disk import default_library
from index.search.explain import Explanation, explain_passage
from index.search.index import Index
from index.search.kept_searches import (
    AskedQuestion,
    History,
    KeptQuestion,
    SavedSearch,
    clear_history,
    find_new,
    look_at,
    note_question,
    read_history,
    read_searches,
    remove_search,
    save_search,
    switch_history,
)
from index.search.query import Query, held_and_missing, matching_spans, parse_query
from index.search.similar import similar_query

__all__ = [
    "AskedQuestion",
    "Explanation",
    "History",
    "Index",
    "KeptQuestion",
    "Query",
    "SavedSearch",
    "clear_history",
    "default_library",
    "explain_passage",
    "find_new",
    "held_and_missing",
    "look_at",
    "matching_spans",
    "note_question",
    "parse_query",
    "read_history",
    "read_searches",
    "remove_search",
    "save_search",
    "similar_query",
    "switch_history",
]
