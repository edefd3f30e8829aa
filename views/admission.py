"""Who may ask the page's server for anything: the page itself, in a window of its own on this machine.

Streamlit asks whose page it is only when a WebSocket opens. Here every request is asked: another site that points its
own name at this machine, a page served from another port, and a page that shows this one in a frame get nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.web.server.starlette.starlette_websocket import is_host_allowed

HEADERS = {
    # no other page shows this one in a frame, and so none is told its title or sends it messages
    "Content-Security-Policy": "frame-ancestors 'none'; object-src 'none'; base-uri 'self'; form-action 'self'",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",  # a question stands in the address
}
"""What every answer carries."""

_NO_SIGN_IN = "Sourcewise has no sign-in, so its page is for this machine alone."
_REFUSED = "This address answers only the page of Sourcewise itself. Open http://127.0.0.1 with its port in a window."


def refuse_network(address: str | None, hosts: Sequence[str], signed_in_host: str = "") -> None:
    """Ends the program with one line where the server is to listen, or to answer, beyond this machine, and there is no
    sign-in. ``address``: None is every address; ``hosts``: the names that it answers to, none is every name;
    ``signed_in_host``: the one name of a page on which people sign in."""
    if signed_in_host:
        if list(hosts) != [signed_in_host]:
            sys.exit(f"A page with sign-in answers to {signed_in_host} alone: leave server.allowedHosts as it is.")
        return
    if not _is_here(address or ""):
        sys.exit(
            f"{_NO_SIGN_IN} It does not listen on {address or 'every address'}: leave server.address at 127.0.0.1."
        )
    if not (hosts and all(map(_is_here, hosts))):
        named = ", ".join(hosts) or "every name"
        sys.exit(f"{_NO_SIGN_IN} It does not answer to {named}: leave server.allowedHosts as it is.")


def _is_here(name: str) -> bool:
    """Whether an address or a name is of this machine alone, or a socket in its folders."""
    try:
        return ip_address(name.strip("[]")).is_loopback
    except ValueError:
        return name == "localhost" or name.startswith("unix://")


def peer_of(scope: Scope, receive: Receive) -> str:
    """The address at the other end of the connection, whatever headers say of it; empty for a socket in a folder."""
    transport: Any = getattr(getattr(receive, "__self__", None), "transport", None)
    peer = transport.get_extra_info("peername") if transport is not None else scope.get("client")
    try:
        return str(ip_address(peer[0])) if peer else ""
    except (ValueError, TypeError, IndexError):
        return ""


class OwnPageOnly:
    """Refuses what does not come from the page itself, and adds ``HEADERS`` to every answer. ``origin``: the page's
    address, where it is another than its host by http."""

    def __init__(self, app: ASGIApp, origin: str = "") -> None:
        self._app, self._origin = app, origin

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
        elif is_admitted(Headers(scope=scope), self._origin, is_websocket=scope["type"] == "websocket"):
            await self._app({**scope, "address": peer_of(scope, receive)}, receive, _with_headers(send))
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the answer is 403
        else:
            await PlainTextResponse(_REFUSED, 403)(scope, receive, _with_headers(send))


def is_admitted(headers: Headers, origin: str = "", *, is_websocket: bool = False) -> bool:
    """Whether a request names this machine as its host and comes from a page of the same address, or from no page.

    A browser says where a request comes from in the header Origin or, without it, in Sec-Fetch-Site. A link
    elsewhere may open the page in a window: that shows it to the person, and nothing to the site.
    """
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    if len(hosts) != 1 or not is_host_allowed(hosts[0]) or len(origins) > 1:
        return False
    if origins:
        return origins[0] == origin if origin else _is_same(origins[0], hosts[0])
    if headers.get("sec-fetch-site", "none") in ("same-origin", "none"):
        return True
    opened = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
    return opened and not is_websocket


def _is_same(origin: str, host: str) -> bool:
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc.lower() == host.lower()


def _with_headers(send: Send) -> Send:
    async def add(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers[name] = value
        await send(message)

    return add
