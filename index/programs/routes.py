"""Routes that answer programs in JSON, beside the page. They read; what they may write, where that is allowed, is in
``writing``."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from index.disk import Library
from index.errors import QueryError, ReadError, RoleError, SourcewiseError, as_started
from index.programs import answers, writing
from index.programs.access import read_tokens, shown_token
from index.programs.limits import RateLimit
from index.programs.metrics import Metrics
from index.programs.openapi import describe
from index.programs.refusals import RefusedError, not_allowed, problem, without_place
from index.programs.requests import json_body, number, required, text
from index.search.index import Index
from index.storage.people import Person, acting_as
from index.types import By, Draft

MAX_AT_WORK = 8  # requests answered at once; the others wait (a guess)
MAX_AT_ONCE = 64  # requests being answered or waiting (a guess)
CLIENT_GONE = 499  # what is counted for a client that went away, as nginx does
MAX_A_MINUTE = 30_000  # requests of one address, and of one token: more than 30 programs of this machine ask (a guess)
MAX_SECONDS = 60.0  # of one answer (a guess: a long draft on a slow machine)

_Question = Callable[[Index], object]
_Work = tuple[ThreadPoolExecutor, threading.BoundedSemaphore]
_Asking = Callable[[Request], Awaitable[_Question]]
_CLOSED = as_started("The library cannot be read as it is. See what is wrong on this machine: python -m index verify")


class _Any(PathConvertor):
    """The rest of a path, line breaks too."""

    regex = "(?s:.*)"


register_url_convertor("any", _Any())


@dataclass(frozen=True, slots=True)
class Rules:
    """Who is answered, and how much. ``seconds``: the time that an answer may take. ``a_minute``: requests of one
    address, and of one token. ``is_team``: whether only those are answered who have signed in or show a token.
    ``allows_write``: whether there are the routes of ``writing``."""

    seconds: float = MAX_SECONDS
    a_minute: int = MAX_A_MINUTE
    is_team: bool = False
    allows_write: bool = False


class _Api:
    """A library, and the rules by which it answers."""

    def __init__(self, library: Library, opened: Callable[[], Index], rules: Rules) -> None:
        self.library, self.opened, self.rules = library, opened, rules
        self.work = ThreadPoolExecutor(MAX_AT_WORK, "answer"), threading.BoundedSemaphore(MAX_AT_ONCE)
        self.metrics, self.limit = Metrics(), RateLimit(rules.a_minute)

    def route(self, path: str, asking: _Asking, method: str = "GET", writes: bool = False) -> Route:
        async def measured(request: Request) -> Response:
            began, ended_with = self.metrics.began(), CLIENT_GONE
            try:
                response = await self.answer(request, asking, writes)
                ended_with = response.status_code
            finally:
                self.metrics.ended(path, ended_with, began)
            return response

        return Route(path, measured, methods=[method])

    async def answer(self, request: Request, asking: _Asking, writes: bool) -> Response:
        try:
            self._count(f"address {address_of(request)}")
            question = await asking(request)
            answer = await _work(self.work, self.rules.seconds, lambda: self._asked(request, question, writes))
            return JSONResponse(answer, 201 if writes and request.method == "POST" else 200)
        except RefusedError as refused:
            return problem(refused.status, without_place(str(refused), self.library), refused.seconds)
        except RoleError as error:
            return problem(403, str(error))
        except (QueryError, ReadError) as error:  # of a draft too
            return problem(400, without_place(str(error), self.library))
        except SourcewiseError:  # its message may name folders of this machine
            return problem(503, _CLOSED)

    def guarded(self, handler: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """What tells nothing of the library: in a team for those alone who may ask it."""

        async def handle(request: Request) -> Response:
            if self.rules.is_team:
                try:
                    await run_in_threadpool(self._asked, request, lambda index: None, False)
                except RefusedError as refused:
                    return problem(refused.status, str(refused), refused.seconds)
                except SourcewiseError:
                    return problem(503, _CLOSED)
            return await handler(request)

        return handle

    def _count(self, key: str) -> None:
        if seconds := self.limit.wait(key):
            raise RefusedError(429, f"At most {self.rules.a_minute:,} requests a minute are answered.", seconds)

    def _asked(self, request: Request, question: _Question, writes: bool) -> object:
        index = self.opened()
        with acting_as(self._person(request, index, writes)):
            return question(index)

    def _person(self, request: Request, index: Index, writes: bool) -> Person | None:
        """Who asks; None for any program of this machine, while there is no token."""
        shown, tokens = request.headers.get("authorization", ""), read_tokens(index.store)
        person = shown_token(tokens, shown)
        if person is not None:
            self._count(person.name)
            return person
        signed_in: Person | None = None if shown else request.scope.get("person")
        if writes or (signed_in is None and (tokens or self.rules.is_team)):
            raise RefusedError(401, "Show a token that holds in the header Authorization: Bearer TOKEN.")
        return signed_in


def address_of(request: Request) -> str:
    """Where a request comes from, as the page's server found, which no header changes; else the client's address."""
    found: str | None = request.scope.get("address")
    return found if found is not None else request.client.host if request.client else ""


def api_routes(
    library: Library, opened: Callable[[], Index], draft_of: Callable[[str], Draft] = Draft, rules: Rules = Rules()
) -> list[Route]:
    """The routes of a library. ``opened`` gives it as it stands now; ``draft_of`` reads a draft's text."""
    api, description = _Api(library, opened, rules), describe(rules.allows_write)

    async def check(request: Request) -> _Question:
        example = '{"text": "…"}'
        draft = text(await json_body(request, example), "text", example)
        return lambda index: answers.check(index, draft_of(draft))

    async def described(request: Request) -> Response:
        return JSONResponse(description)

    routes = [
        Route("/api/openapi.json", described),
        api.route("/api/search", _search),
        api.route("/api/check", check, "POST"),
        api.route("/api/compare", _compare),
        api.route("/api/question", _question),
        api.route("/api/sources", _sources),
        api.route("/api/sources/{id}/text", _source_text),
        api.route("/api/sources/{id}/passages", _passages),
        api.route("/api/collections", _collections),
        *(_writing(api) if rules.allows_write else ()),
        Route("/metrics", api.guarded(api.metrics.shown)),
        Route("/healthz", api.guarded(_healthy)),
    ]

    async def nothing(request: Request) -> Response:
        ways = {way for route in routes if _is_at(route, request) for way in route.methods or ()}
        return not_allowed(ways) if ways else problem(404, "There is nothing here. See /api/openapi.json.")

    return [*routes, Route("/api/{rest:any}", nothing, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])]


def _is_at(route: Route, request: Request) -> bool:
    return route.matches(request.scope)[0] is not Match.NONE


def _writing(api: _Api) -> list[Route]:
    async def pin(request: Request) -> _Question:
        return await writing.pin(request, api.library)

    async def put_note(request: Request) -> _Question:
        return await writing.put_note(request, api.library)

    return [
        api.route("/api/collections/{name}/pins", pin, "POST", writes=True),
        api.route("/api/collections/{name}/pins/{pin}", put_note, "PUT", writes=True),
    ]


async def _work(work: _Work, seconds: float, question: Callable[[], object]) -> object:
    """The answer, made in a thread, once one of the others has ended. What runs over its time keeps its thread."""
    threads, admitted = work
    if not admitted.acquire(blocking=False):
        raise RefusedError(429, "Too many requests are waiting for an answer. Ask again in a second.")
    task = threads.submit(question)
    task.add_done_callback(lambda _: admitted.release())
    answer = asyncio.wrap_future(task)
    answer.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more
    try:
        return await asyncio.wait_for(asyncio.shield(answer), seconds)
    except TimeoutError:
        task.cancel()  # if it has not begun
        raise RefusedError(504, f"This took more than {seconds:g} seconds. Ask for less.") from None


async def _search(request: Request) -> _Question:
    given = request.query_params
    query, k = required(request, "q"), number(request, "k", 10)
    where = [given.get(name) or None for name in ("author", "since", "until")]
    sources = given.getlist("source") or None
    fast = given.get("fast")
    if fast not in (None, "1"):
        raise RefusedError(400, "fast is 1, or is left out.")

    def question(index: Index) -> object:
        known = sources and [_known(index, source) for source in sources]
        return answers.search(index, query, k, given.get("by", By.BOTH), known, *where, fast=bool(fast))

    return question


async def _compare(request: Request) -> _Question:
    left, right = required(request, "a"), required(request, "b")
    return lambda index: answers.compare(index, _known(index, left), _known(index, right))


async def _question(request: Request) -> _Question:
    query = required(request, "q")
    return lambda index: answers.compare(index, questions=[query])


async def _sources(request: Request) -> _Question:
    return lambda index: {"notice": answers.NOTICE, "sources": answers.list_sources(index)}


async def _source_text(request: Request) -> _Question:
    source = request.path_params["id"]
    if not {"start", "end"} & request.query_params.keys():
        return lambda index: answers.source_of(index, _known(index, source))
    start, end = number(request, "start"), number(request, "end")
    return lambda index: answers.read(index, _known(index, source), start, end, around=0)


async def _passages(request: Request) -> _Question:
    source = request.path_params["id"]
    return lambda index: {"notice": answers.NOTICE, "passages": answers.passages_of(index, _known(index, source))}


def _known(index: Index, source: str) -> str:
    """The whole id of a source that is there."""
    try:
        return answers.whole_id(index, source)
    except QueryError as error:
        raise RefusedError(404, str(error)) from None


async def _collections(request: Request) -> _Question:
    return lambda index: {"notice": answers.NOTICE, "collections": answers.collections_of(index)}


async def _healthy(request: Request) -> Response:
    return JSONResponse({"status": "ok"})
