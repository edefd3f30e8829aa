"""What programs may change, where the server was started with ``--allow-write``: pins in collections, and their notes.

Each change takes a token of an editor, and is stored and noted as that token's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request

from index.collections import Collection, noted, pin_id, pin_passage, read_collections, update
from index.collections.collection import find
from index.disk import Library
from index.errors import QueryError
from index.programs.answers import whole_id
from index.programs.refusals import RefusedError
from index.programs.requests import json_body, text, whole
from index.search.index import Index
from index.types import Span

_PIN = '{"source": "ID", "start": 0, "end": 80, "note": "", "tags": []}'
_NOTE = '{"revision": 1, "note": "…", "tags": []}'


async def pin(request: Request, library: Library) -> Callable[[Index], object]:
    """Pins a slice of a source into the collection of a name, which is made where there is none."""
    given, name = await json_body(request, _PIN), request.path_params["name"]
    span = Span(whole(given, "start", _PIN), whole(given, "end", _PIN))
    note, tags, source = text(given, "note", _PIN, ""), _tags(given, _PIN), text(given, "source", _PIN)

    def pinned(index: Index) -> dict[str, Any]:
        try:
            identity = whole_id(index, source)
        except QueryError as error:
            raise RefusedError(404, str(error)) from None
        collection = pin_passage(library, None, identity, span, note=note, tags=tags, name=name)
        (made,) = (each for each in collection.pins if (each.source.id, each.passage.span) == (identity, span))
        return _stored(collection, pin_id(identity, span, made.passage.text))

    return pinned


async def put_note(request: Request, library: Library) -> Callable[[Index], object]:
    """Another note and other tags for a pin of a collection that nobody has changed since it was read."""
    given, name, identity = await json_body(request, _NOTE), request.path_params["name"], request.path_params["pin"]
    revision, note, tags = whole(given, "revision", _NOTE), text(given, "note", _NOTE), _tags(given, _NOTE)

    def change(now: Collection) -> Collection:
        if now.revision != revision:
            raise RefusedError(409, f"The collection is at revision {now.revision} by now. Look at it, then ask again.")
        return noted(now, find(now, identity), note, tags)

    def put(index: Index) -> dict[str, Any]:
        known = {each.name.casefold(): each for each in read_collections(index.store)}
        collection = known.get(name.casefold())
        if collection is None or identity not in {each.id for each in collection.pins}:
            raise RefusedError(404, "There is no such passage in a collection of this name. See /api/collections.")
        return _stored(update(library, collection.id, change), identity)

    return put


def _tags(given: Mapping[str, Any], example: str) -> list[str]:
    tags = given.get("tags", [])
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise RefusedError(400, f"Give tags as a list of texts: {example}")
    return tags


def _stored(collection: Collection, identity: str) -> dict[str, Any]:
    return {"collection": collection.name, "revision": collection.revision, "pin": identity}
