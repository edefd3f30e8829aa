"""What other programs ask of a library, over MCP or HTTP: the JSON of the command line, with what they need beside it.

Each answer quotes documents word for word and says where the words stand; each says so when there is nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.programs.answers import (
    NOTICE,
    check,
    collections_of,
    compare,
    list_sources,
    passages_of,
    read,
    search,
    source_of,
)
from index.programs.opened import OpenLibrary

if TYPE_CHECKING:
    from index.programs.routes import Rules, api_routes


def __getattr__(name: str) -> Any:
    """What serves HTTP is imported when it is asked for: an assistant's program does not wait for it."""
    if name not in ("Rules", "api_routes"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from index.programs import routes

    return getattr(routes, name)


def __dir__() -> list[str]:
    return sorted(__all__)


__all__ = [
    "NOTICE",
    "OpenLibrary",
    "Rules",
    "api_routes",
    "check",
    "collections_of",
    "compare",
    "list_sources",
    "passages_of",
    "read",
    "search",
    "source_of",
]
