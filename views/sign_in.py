"""Who is let in where the page serves a team: people who have signed in, and nobody else, on every route.

Streamlit's own routes sign people in (OIDC) and set a signed cookie. Streamlit looks at it only when a WebSocket opens,
and only to fill in ``st.user``: the page's files, uploads, media and the WebSocket itself are open to everybody there.
So every request, and every message of an open WebSocket, is asked here. A stranger gets a page of ours, without a
script.
"""

from __future__ import annotations

import asyncio
import re
import time
from urllib.parse import quote, unquote, urlsplit

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.auth_util import encode_provider_token
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME

from views.admission import peer_of
from views.sessions import Session, address_of, session_of
from views.sign_in_pages import FAILED, LOGIN, LOGOUT, NO_ISSUER, SIGN_IN, page, refusal
from views.team import CALLBACK, Team

_STEPS = (LOGIN, LOGOUT, CALLBACK, SIGN_IN)
_TARGET_COOKIE = "sourcewise_target"  # where the person wanted to go
_TARGET_SECONDS = 900  # that signing in may take (a guess)
_MAX_TARGET = 3_000  # characters: with its attributes a cookie has 4,096 at most


class SignedInOnly:
    """Lets in who has signed in and has a role. ``scope["person"]`` says who, for the routes, and ``scope["address"]``
    from where."""

    def __init__(self, app: ASGIApp, team: Team) -> None:
        self._app, self._team = app, team
        self._ended: dict[str, float] = {}  # sessions that were signed out, until they would have ended

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        session, peer = self._session(scope, receive), peer_of(scope, receive)
        person = session.person if session else None
        inner = {**scope, "person": person, "address": address_of(self._team, Headers(scope=scope), peer)}
        if scope["type"] == "websocket":
            await self._websocket(inner, receive, send)
        elif person is not None and scope["path"] not in _STEPS:
            await self._app(inner, receive, self._sealed(send))
        else:
            await self._stranger(inner, receive, self._sealed(send), session)

    def _session(self, scope: Scope, receive: Receive) -> Session | None:
        asked = HTTPConnection(scope)
        session = session_of(self._team, asked.headers, asked.cookies, peer_of(scope, receive))
        return None if session is None or session.key in self._ended else session

    def _sealed(self, send: Send) -> Send:
        """Cookies go over TLS alone, where the page does."""

        async def seal(message: Message) -> None:
            if message["type"] == "http.response.start" and self._team.origin.startswith("https:"):
                message["headers"] = [
                    (
                        name,
                        value + b"; Secure"
                        if name.lower() == b"set-cookie" and b"secure" not in value.lower()
                        else value,
                    )
                    for name, value in message["headers"]
                ]
            await send(message)

        return seal

    async def _stranger(self, scope: Scope, receive: Receive, send: Send, session: Session | None) -> None:
        """The steps of signing in and out, and programs that show a token; all else is the sign-in page."""
        path, headers = scope["path"], Headers(scope=scope)
        takes_steps = scope["method"] == "GET" and self._team.proxy is None
        if takes_steps and path == SIGN_IN:
            await _to_issuer(QueryParams(scope["query_string"]).get("to", "/"))(scope, receive, send)
        elif takes_steps and path in (LOGIN, CALLBACK):
            await self._step(scope, receive, send)
        elif takes_steps and path == LOGOUT and headers.get("sec-fetch-site") not in ("cross-site", "same-site"):
            self._end(session)
            await self._app(scope, receive, send)
        elif (path.startswith("/api/") or path in ("/healthz", "/metrics")) and headers.get("authorization"):
            await self._app(scope, receive, send)  # the routes look at the token
        elif scope["person"] is not None:
            await RedirectResponse("/", 303)(scope, receive, send)
        else:
            name = session.name if session else None
            sign_in = "" if self._team.proxy else _sign_in_link(_asked_for(scope))
            await refusal(scope["method"], path, name, sign_in)(scope, receive, send)

    def _end(self, session: Session | None) -> None:
        now = time.time()
        self._ended = {key: until for key, until in self._ended.items() if until > now}
        if session is not None:
            self._ended[session.key] = session.until

    async def _step(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Streamlit's answer to a step of the sign-in. It leads to the first page: here it leads to where the person
        wanted to go. Where the step failed it does so in silence: here that is said."""
        answer: list[Message] = []

        async def keep(message: Message) -> None:
            answer.append(message)

        await self._app(scope, receive, keep)
        set_cookies = Headers(raw=answer[0]["headers"]).getlist("set-cookie")
        signed_in = any(line.startswith(f"{USER_COOKIE_NAME}=") and "Max-Age=0" not in line for line in set_cookies)
        is_answer = {"code", "error", "state"} & QueryParams(scope["query_string"]).keys()
        target = own_path(HTTPConnection(scope).cookies.get(_TARGET_COOKIE, "/"))
        if answer[0]["status"] >= 400:
            await page(503, NO_ISSUER, _sign_in_link(target))(scope, receive, send)
        elif scope["path"] == CALLBACK and is_answer and not signed_in:
            await page(403, FAILED, _sign_in_link(target))(scope, receive, send)
        else:
            if signed_in:
                headers = MutableHeaders(scope=answer[0])
                headers["location"] = target
                headers.append("set-cookie", f"{_TARGET_COOKIE}=; Path=/; Max-Age=0")
            for message in answer:
                await send(message)

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Closed where nobody is signed in, and once that is so: at the next message, or when the session ends."""
        if scope["person"] is None:
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the answer is 403
            return
        closed = asyncio.Event()

        async def hear() -> Message:
            session = self._session(scope, receive)
            left = session.until - time.time() if session else 0.0
            try:
                message = await asyncio.wait_for(receive(), max(left, 0.0))
            except TimeoutError:
                return await close()
            session = self._session(scope, receive)
            return message if session and session.person == scope["person"] else await close()

        async def close() -> Message:
            if not closed.is_set():
                closed.set()
                await send({"type": "websocket.close", "code": 1008})
            return {"type": "websocket.disconnect", "code": 1008}

        async def tell(message: Message) -> None:
            if not closed.is_set():
                await send(message)

        await self._app(scope, hear, tell)


def own_path(text: str) -> str:
    """The path and question of this page that a text names; the first page for what a browser could take for another
    address, and for a step of the sign-in."""
    is_path = len(text) <= _MAX_TARGET and re.fullmatch(r"/(?!/)[!-\[\]-~]*", text)  # no backslash: it is a slash there
    return text if is_path and unquote(urlsplit(text).path) not in _STEPS else "/"


def _asked_for(scope: Scope) -> str:
    """What a request asks for, to be asked for again."""
    question = scope["query_string"].decode("latin-1")
    return quote(scope["path"]) + (f"?{question}" if question else "")


def _sign_in_link(target: str) -> str:
    return SIGN_IN if target == "/" else f"{SIGN_IN}?to={quote(target, safe='')}"


def _to_issuer(target: str) -> Response:
    """The first step. What it leads to is valid for two minutes, so it is made when it is asked for."""
    step = RedirectResponse(f"{LOGIN}?provider={encode_provider_token('default')}", 303)
    step.set_cookie(_TARGET_COOKIE, own_path(target), _TARGET_SECONDS, httponly=True, samesite="lax")
    return step
