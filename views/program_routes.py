"""The JSON routes for other programs, beside the page: put together when one is first asked, not at the start.

They ask the library that the page has open. ``SOURCEWISE_METRICS=1`` adds ``/metrics``.
"""

from __future__ import annotations

import os
from functools import cache

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send


@cache
def _routes() -> Starlette:
    """Of the usual library."""
    from index.programs import api_routes
    from ingest.draft import draft_of_text
    from views.components.layout import default_library_folder, opened

    library = default_library_folder()
    return Starlette(routes=api_routes(library, lambda: opened(library), draft_of_text))


class _AtFirstRequest:
    """An ASGI app that is made in a thread when it is first asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await run_in_threadpool(_routes)
        await app(scope, receive, send)


async def _healthy(request: Request) -> Response:
    return JSONResponse({"status": "ok"})


ROUTES = (
    Route("/healthz", _healthy),
    Route("/api/{rest:path}", _AtFirstRequest()),
    *[Route("/metrics", _AtFirstRequest())] * (os.environ.get("SOURCEWISE_METRICS") == "1"),
)
