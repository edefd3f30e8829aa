"""Routes that answer programs in JSON, beside the page. They read and never write."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from index.errors import QueryError, ReadError, SourcewiseError, as_started
from index.programs import answers
from index.programs.access import admits
from index.programs.metrics import Metrics
from index.programs.openapi import DESCRIPTION
from index.search.index import Index
from index.types import By, Draft

MAX_BODY = 2 << 20  # bytes of a request (a guess: a long draft ten times over)
MAX_AT_WORK = 8  # requests answered at once; the others wait (a guess)
MAX_AT_ONCE = 64  # requests being answered or waiting (a guess)
CLIENT_GONE = 499  # what is counted for a client that went away, as nginx does
MAX_SECONDS = 60.0  # of one answer (a guess: a long draft on a slow machine)

_Question = Callable[[Index], object]
_Work = tuple[ThreadPoolExecutor, threading.BoundedSemaphore]
_Asking = Callable[[Request], Awaitable[_Question]]
_CLOSED = as_started("The library cannot be read as it is. See what is wrong on this machine: python -m index verify")


class _Any(PathConvertor):
    """The rest of a path, line breaks too."""

    regex = "(?s:.*)"


register_url_convertor("any", _Any())


class _RefusedError(Exception):
    """A request that is not answered: its status and why."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


def api_routes(
    library: Path, opened: Callable[[], Index], draft_of: Callable[[str], Draft] = Draft, seconds: float = MAX_SECONDS
) -> list[Route]:
    """The routes of a library. ``opened`` gives it as it stands now; ``draft_of`` reads a draft's text."""
    work = ThreadPoolExecutor(MAX_AT_WORK, "answer"), threading.BoundedSemaphore(MAX_AT_ONCE)
    metrics = Metrics()

    async def answer(request: Request, asking: _Asking) -> Response:
        try:
            question = await asking(request)
            return JSONResponse(await _work(work, seconds, lambda: question(_admitted(request, opened()))))
        except _RefusedError as refused:
            return _problem(refused.status, _without_path(str(refused), library))
        except (QueryError, ReadError) as error:  # of a draft too
            return _problem(400, _without_path(str(error), library))
        except SourcewiseError:  # its message may name folders of this machine
            return _problem(503, _CLOSED)

    def route(path: str, asking: _Asking, method: str = "GET") -> Route:
        async def measured(request: Request) -> Response:
            began, status = metrics.began(), CLIENT_GONE
            try:
                response = await answer(request, asking)
                status = response.status_code
            finally:
                metrics.ended(path, status, began)
            return response

        return Route(path, measured, methods=[method])

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
        Route("/metrics", metrics.shown),
        Route("/api/{rest:any}", _nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
    ]


def _admitted(request: Request, index: Index) -> Index:
    """The library, for who may ask it."""
    if not admits(index.store, request.headers.get("authorization", "")):
        raise _RefusedError(401, "Show a token that holds in the header Authorization: Bearer TOKEN.")
    return index


async def _work(work: _Work, seconds: float, question: Callable[[], object]) -> object:
    """The answer, made in a thread, once one of the others has ended. What runs over its time keeps its thread."""
    threads, admitted = work
    if not admitted.acquire(blocking=False):
        raise _RefusedError(429, "Too many requests are waiting for an answer. Ask again in a second.")
    task = threads.submit(question)
    task.add_done_callback(lambda _: admitted.release())
    answer = asyncio.wrap_future(task)
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more
    try:
        return await asyncio.wait_for(asyncio.shield(answer), seconds)
    except TimeoutError:
        task.cancel()  # if it has not begun
        raise _RefusedError(504, f"This took more than {seconds:g} seconds. Ask for less.") from None


def _problem(status: int, detail: str) -> Response:
    body = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    headers = {429: {"Retry-After": "1"}, 401: {"WWW-Authenticate": "Bearer"}}.get(status)
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
    return lambda index: {"notice": answers.NOTICE, "sources": answers.list_sources(index)}


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
