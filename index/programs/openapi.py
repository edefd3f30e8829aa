"""What the routes take and give, as OpenAPI 3.1."""

from __future__ import annotations

from typing import Any


def _query(name: str, required: bool = False, **schema: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": required, "schema": {"type": "string", **schema}}


def _operation(summary: str, *parameters: dict[str, Any], made: bool = False, **more: Any) -> dict[str, Any]:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    answer = {"description": "The answer.", "content": {"application/json": {"schema": {}}}}
    problems = {
        "4XX": {"description": "The request cannot be answered as it is.", "content": problem},
        "5XX": {"description": "The server cannot answer now.", "content": problem},
    }
    answers = {"201" if made else "200": answer, **problems}
    return {"summary": summary, "parameters": list(parameters), "responses": answers, **more}


_DATE = r"^(\d{4}(-\d{2}(-\d{2})?)?)?$"
_ID = {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
_SPAN = tuple(_query(name, type="integer", minimum=0) for name in ("start", "end"))
_BODY = {
    "required": True,
    "content": {
        "application/json": {
            "schema": {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
        }
    },
}


def _sent(required: tuple[str, ...], **properties: dict[str, Any]) -> dict[str, Any]:
    schema = {"type": "object", "required": list(required), "properties": properties}
    return {"required": True, "content": {"application/json": {"schema": schema}}}


_TAGS = {"type": "array", "items": {"type": "string"}}
_WHOLE = {"type": "integer", "minimum": 0}
_PATH = {"in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
_CHANGES: dict[str, Any] = {
    "/api/collections/{name}/pins": {
        "post": _operation(
            "Pin a slice of a source into a collection, which is made where there is none",
            {"name": "name", **_PATH},
            made=True,
            security=[{"token": []}],
            requestBody=_sent(
                ("source", "start", "end"),
                source={"type": "string"},
                start=_WHOLE,
                end=_WHOLE,
                note={"type": "string"},
                tags=_TAGS,
            ),
        )
    },
    "/api/collections/{name}/pins/{pin}": {
        "put": _operation(
            "Another note and other tags for a pin, unless its collection was changed since that revision",
            {"name": "name", **_PATH},
            {"name": "pin", **_PATH},
            security=[{"token": []}],
            requestBody=_sent(("revision", "note"), revision=_WHOLE, note={"type": "string"}, tags=_TAGS),
        )
    },
}
_PROBLEM = {
    "type": "object",
    "required": ["title", "status", "detail"],
    "properties": {"title": {"type": "string"}, "status": {"type": "integer"}, "detail": {"type": "string"}},
}

_READ_ONLY: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Sourcewise", "version": "1", "description": "One's own library, asked by programs. Read-only."},
    "paths": {
        "/api/search": {
            "get": _operation(
                "The best passages for a question",
                _query("q", required=True, pattern=r"\S"),
                _query("k", type="integer", minimum=1, maximum=50),
                _query("by", enum=["both", "meaning", "words"]),
                _query("source", type="array", items={"type": "string"}),
                _query("author"),
                *(_query(name, pattern=_DATE) for name in ("since", "until")),
                _query("fast", enum=["1"]),
            )
        },
        "/api/check": {"post": _operation("A finding for each sentence of a draft", requestBody=_BODY)},
        "/api/compare": {
            "get": _operation(
                "Two sources side by side", *(_query(name, required=True, minLength=1) for name in ("a", "b"))
            )
        },
        "/api/question": {
            "get": _operation("What each source says on a question", _query("q", required=True, pattern=r"\S"))
        },
        "/api/sources": {"get": _operation("All sources")},
        "/api/sources/{id}/text": {"get": _operation("The text of a source, or a span of it", _ID, *_SPAN)},
        "/api/sources/{id}/passages": {"get": _operation("The passages of a source", _ID)},
        "/api/collections": {"get": _operation("The collections and what is pinned in them")},
        "/api/openapi.json": {"get": _operation("This description")},
        "/healthz": {"get": _operation("Whether the server answers")},
    },
    "security": [{}, {"token": []}],
    "components": {
        "schemas": {"Problem": _PROBLEM},
        "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
    },
}


def describe(allows_write: bool = False) -> dict[str, Any]:
    """The routes, with those that change something if there are any."""
    if not allows_write:
        return _READ_ONLY
    about = "One's own library, asked by programs. Pins and their notes may be changed, with a token of an editor."
    return {
        **_READ_ONLY,
        "info": {**_READ_ONLY["info"], "description": about},
        "paths": {**_READ_ONLY["paths"], **_CHANGES},
    }
