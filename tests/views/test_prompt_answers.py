"""Answers leave at once: what a real uvicorn serves from a socket like Streamlit's is not held back."""

from __future__ import annotations

import asyncio
import socket

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from views.prompt_answers import PromptAnswers


async def _held_back(request: Request) -> Response:
    """Whether the system may hold back what is sent on this connection."""
    connection = request.receive.__self__.transport.get_extra_info("socket")  # type: ignore[attr-defined]
    return PlainTextResponse(str(connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 0))


async def _ask(app: Starlette) -> bytes:
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen()
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    reader, writer = await asyncio.open_connection(*listening.getsockname())
    writer.write(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
    answer = await reader.read()
    writer.close()
    server.should_exit = True
    await serving
    return answer


def test_a_connection_holds_nothing_back() -> None:
    routes = [Route("/", _held_back)]
    assert asyncio.run(_ask(Starlette(routes=routes, middleware=[Middleware(PromptAnswers)]))).endswith(b"False")
    assert asyncio.run(_ask(Starlette(routes=routes))).endswith(b"True")
