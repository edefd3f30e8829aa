"""Routes that answer programs in JSON, beside the page. They read and never write."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from index.errors import QueryError, ReadError, SourcewiseError, as_started
from index.programs import answers
from index.programs.openapi import DESCRIPTION
from index.programs.opened import OpenLibrary
from index.search.index import Index
from index.types import By, Draft

MAX_BODY = 2 << 20  # bytes of a request (a guess: a long draft ten times over)
MAX_AT_WORK = 8  # requests answered at once (a guess)
MAX_SECONDS = 60.0  # of one answer (a guess: a long draft on a slow machine)

_Question = Callable[[Index], object]
_Asking = Callable[[Request], Awaitable[_Question]]
_CLOSED = as_started("The library cannot be read as it is. See what is wrong on this machine: python -m index verify")


class _RefusedError(Exception):
    """A request that is not answered: its status and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def api_routes(
    opened: OpenLibrary, draft_of: Callable[[str], Draft] = Draft, seconds: float = MAX_SECONDS
) -> list[Route]:
    """The routes of a library. ``draft_of`` reads a draft's text."""
    slots = threading.BoundedSemaphore(MAX_AT_WORK)

    def route(path: str, asking: _Asking, method: str = "GET") -> Route:
        async def answer(request: Request) -> Response:
            try:
                question = await asking(request)
                return JSONResponse(await _work(slots, seconds, lambda: question(opened.index())))
            except _RefusedError as refused:
                return _problem(refused.status, _without_path(str(refused), opened.library))
            except (QueryError, ReadError) as error:  # of a draft too
                return _problem(400, _without_path(str(error), opened.library))
            except SourcewiseError:  # its message may name folders of this machine
                return _problem(503, _CLOSED)

        return Route(path, answer, methods=[method])

    async def check(request: Request) -> _Question:
        text = await _text(request)
        return lambda index: answers.check(index, draft_of(text))

    return [
        Route("/api/openapi.json", _description),
        route("/api/search", _search),
        route("/api/check", check, "POST"),
        route("/api/compare", _compare),
        route("/api/question", _question),
        route("/api/sources", _sources),
        route("/api/sources/{id}/text", _source_text),
        route("/api/sources/{id}/passages", _passages),
        route("/api/collections", _collections),
        Route("/api/{rest:path}", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


async def _work(slots: threading.BoundedSemaphore, seconds: float, question: Callable[[], object]) -> object:
    """The answer, made in a thread. What runs over its time keeps its slot until it ends."""
    if not slots.acquire(blocking=False):
        raise _RefusedError(429, "Too many requests are being answered. Ask again in a second.")

    def ended(task: asyncio.Future[object]) -> None:
        slots.release()
        if not task.cancelled():
            task.exception()  # looked at: nobody may be waiting any more

    task = asyncio.ensure_future(run_in_threadpool(question))
    task.add_done_callback(ended)
    try:
        return await asyncio.wait_for(asyncio.shield(task), seconds)
    except TimeoutError:
        raise _RefusedError(504, f"This took more than {seconds:g} seconds. Ask for less.") from None


def _problem(status: int, detail: str) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    headers = {"Retry-After": "1"} if status == 429 else {}
    return JSONResponse(body, status, headers, "application/problem+json")


def _without_path(message: str, library: Path) -> str:
    """The message without the folder of the library."""
    for path in (str(library.resolve()), str(library.absolute()), str(library)):
        message = message.replace(path, "the library") if Path(path).parent != Path() else message
    return message


async def _text(request: Request) -> str:
    """The draft of a request."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BODY:
            raise _RefusedError(413, f"A request has at most {MAX_BODY:,} bytes. Check the draft in parts.")
    try:
        text = json.loads(body)["text"]
        text.encode()
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise _RefusedError(400, 'Give the draft as JSON: {"text": "…"}') from None
    return str(text)


def _required(request: Request, name: str) -> str:
    if not (value := request.query_params.get(name, "")).strip():
        raise _RefusedError(400, f"The parameter {name} is missing.")
    return value


def _number(request: Request, name: str, default: int | None = None) -> int:
    value = request.query_params.get(name)
    if value is None and default is not None:
        return default
    try:
        return int(value or "")
    except ValueError:
        raise _RefusedError(400, f"The parameter {name} is to be a whole number.") from None


async def _search(request: Request) -> _Question:
    given = request.query_params
    query, k = _required(request, "q"), _number(request, "k", 10)
    where = [given.get(name) or None for name in ("author", "since", "until")]
    sources = given.getlist("source") or None
    return lambda index: answers.search(
        index, query, k, given.get("by", By.BOTH), sources and [_known(index, source) for source in sources], *where
    )


async def _compare(request: Request) -> _Question:
    left, right = _required(request, "a"), _required(request, "b")
    return lambda index: answers.compare(index, _known(index, left), _known(index, right))


async def _question(request: Request) -> _Question:
    query = _required(request, "q")
    return lambda index: answers.compare(index, questions=[query])


async def _sources(request: Request) -> _Question:
    return lambda index: {"sources": answers.list_sources(index)}


async def _source_text(request: Request) -> _Question:
    source = request.path_params["id"]
    if not {"start", "end"} & request.query_params.keys():
        return lambda index: answers.source_of(index, _known(index, source))
    start, end = _number(request, "start"), _number(request, "end")
    return lambda index: answers.read(index, _known(index, source), start, end, around=0)


async def _passages(request: Request) -> _Question:
    source = request.path_params["id"]
    return lambda index: {"notice": answers.NOTICE, "passages": answers.passages_of(index, _known(index, source))}


def _known(index: Index, source: str) -> str:
    """The whole id of a source that is there."""
    try:
        return answers.whole_id(index, source)
    except QueryError as error:
        raise _RefusedError(404, str(error)) from None


async def _collections(request: Request) -> _Question:
    return lambda index: {"notice": answers.NOTICE, "collections": answers.collections_of(index)}


async def _description(request: Request) -> Response:
    return JSONResponse(DESCRIPTION)


async def _nothing(request: Request) -> Response:
    return _problem(404, "There is nothing here. See /api/openapi.json.")
