"""How a request is refused: a status and one line, as problem+json (RFC 9457), that names no folder of this machine."""

from __future__ import annotations

import math
from http import HTTPStatus
from pathlib import Path

from starlette.responses import JSONResponse, Response


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


def without_path(message: str, library: Path) -> str:
    """The message without the folder of the library."""
    for path in (str(library.resolve()), str(library.absolute()), str(library)):
        message = message.replace(path, "the library") if Path(path).parent != Path() else message
    return message
