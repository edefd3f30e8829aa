"""How a request is refused: a status and one line, as problem+json (RFC 9457), that names no folder of this machine."""

from __future__ import annotations

import math
from collections.abc import Iterable
from http import HTTPStatus
from pathlib import Path

from starlette.responses import JSONResponse, Response

from index.disk import Address, Library


class RefusedError(Exception):
    """A request that is not answered: its status and why. ``seconds``: after which it may be."""

    def __init__(self, status: int, detail: str, seconds: float = 1.0) -> None:
        super().__init__(detail)
        self.status, self.seconds = status, seconds


def problem(status: int, detail: str, seconds: float = 1.0) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    after = str(max(1, math.ceil(seconds)))
    headers = {429: {"Retry-After": after}, 401: {"WWW-Authenticate": "Bearer"}}.get(status)
    return JSONResponse(body, status, headers, "application/problem+json")


def not_allowed(ways: Iterable[str]) -> Response:
    """Where something is that is asked for in other ways, such as GET."""
    allowed = ", ".join(sorted(ways))
    refused = problem(405, f"This is asked for by {allowed} alone. See /api/openapi.json.")
    refused.headers["Allow"] = allowed
    return refused


def without_place(message: str, library: Library) -> str:
    """The message without the folder or the address of the library."""
    if isinstance(library, Address):
        return message.replace(str(library), "the library")
    for path in (str(library.resolve()), str(library.absolute()), str(library)):
        message = message.replace(path, "the library") if Path(path).parent != Path() else message
    return message
