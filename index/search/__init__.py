"""How passages are ranked: candidates, fusion, confidence, folding of copies, and why a passage ranks where it does."""

from index.search.explain import Explanation, explain_passage
from index.search.index import Index, default_library
from index.search.query import Query, held_and_missing, matching_spans, parse_query
from index.search.similar import similar_query

__all__ = [
    "Explanation",
    "Index",
    "Query",
    "default_library",
    "explain_passage",
    "held_and_missing",
    "matching_spans",
    "parse_query",
    "similar_query",
]
