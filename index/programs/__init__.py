"""What other programs ask of a library, over MCP or HTTP: the JSON of the command line, with what they need beside it.

Each answer quotes documents word for word and says where the words stand; each says so when there is nothing.
"""

from index.programs.answers import check, compare, list_sources, passages_of, read, search, source_of
from index.programs.opened import OpenLibrary
from index.programs.routes import api_routes

__all__ = [
    "OpenLibrary",
    "api_routes",
    "check",
    "compare",
    "list_sources",
    "passages_of",
    "read",
    "search",
    "source_of",
]
