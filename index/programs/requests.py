"""What a request gives: its parameters, and its body up to a size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from index.programs.refusals import RefusedError

MAX_BODY = 2 << 20  # bytes of a request (a guess: a long draft ten times over)


async def json_body(request: Request, example: str) -> Mapping[str, Any]:
    """The JSON object that a request sends; ``example`` says how it looks."""
    too_long = RefusedError(413, f"A request has at most {MAX_BODY:,} bytes. Check the draft in parts.")
    length, body = request.headers.get("content-length", ""), b""
    if length.isdigit() and int(length) > MAX_BODY:
        raise too_long
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise too_long
    try:
        value = json.loads(body)
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise RefusedError(400, f"Give JSON: {example}")
    return value


def text(values: Mapping[str, Any], name: str, example: str, default: str | None = None) -> str:
    value = values.get(name, default)
    if not isinstance(value, str):
        raise RefusedError(400, f"Give {name} as a text: {example}")
    return value


def whole(values: Mapping[str, Any], name: str, example: str) -> int:
    value = values.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        raise RefusedError(400, f"Give {name} as a whole number: {example}")
    return value


def required(request: Request, name: str) -> str:
    if not (value := request.query_params.get(name, "")).strip():
        raise RefusedError(400, f"The parameter {name} is missing.")
    return value


def number(request: Request, name: str, default: int | None = None) -> int:
    value = request.query_params.get(name)
    if value is None and default is not None:
        return default
    try:
        return int(value or "")
    except ValueError:
        raise RefusedError(400, f"The parameter {name} is to be a whole number.") from None
