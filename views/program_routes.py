"""The JSON routes for other programs, beside the page: put together when one is first asked, not at the start.

They ask the library that the page has open. ``SOURCEWISE_METRICS=1`` adds ``/metrics``, ``SOURCEWISE_ALLOW_WRITE=1``,
which ``--allow-write`` sets, the routes that change something.
"""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cache

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from views import TEAM_VARIABLE


@cache
def _routes() -> Starlette:
    """Of the usual library."""
    from index.programs import Rules, api_routes
    from ingest.draft import draft_of_text
    from views.components.layout import opened, usual_library
    from views.sessions import served_team

    library, team = usual_library(), served_team()
    rules = Rules(a_minute=team.requests_per_minute, is_team=True) if team else Rules()
    rules = replace(rules, allows_write=os.environ.get("SOURCEWISE_ALLOW_WRITE") == "1")
    return Starlette(routes=api_routes(library, lambda: opened(library), draft_of_text, rules))


class _AtFirstRequest:
    """An ASGI app that is made in a thread when it is first asked."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await run_in_threadpool(_routes)
        await app(scope, receive, send)


class _Healthy(_AtFirstRequest):
    """For one person nothing is put together for it; in a team the routes look at who asks."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if TEAM_VARIABLE in os.environ:
            await super().__call__(scope, receive, send)
        else:
            await JSONResponse({"status": "ok"})(scope, receive, send)


class _Any(PathConvertor):
    """The rest of a path, line breaks too: as in the routes themselves, which are not loaded yet."""

    regex = "(?s:.*)"


register_url_convertor("any", _Any())

ROUTES = (
    Route("/healthz", _Healthy(), methods=["GET"]),
    Route("/api/{rest:any}", _AtFirstRequest()),
    *[Route("/metrics", _AtFirstRequest())] * (os.environ.get("SOURCEWISE_METRICS") == "1"),
)
