"""What somebody gets who is not let in: a page without a script and without a file, or a line for a program."""

from __future__ import annotations

from html import escape

from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response

SIGN_IN, LOGIN, LOGOUT = "/sign-in", "/auth/login", "/auth/logout"

FAILED = (
    "Signing in did not succeed: the sign-in server’s answer was refused, too late, or not for this page. Try once "
    "more. Where it fails each time, the clock of this server or of the sign-in server may be off: the server’s log "
    "says more."
)
NO_ISSUER = "The sign-in server does not answer. Try again in a while."
_FIRST = "The sources here are for people of a team."
_NO_ROLE = "You are signed in as {name}, and have no role here. Whoever keeps the server can give you one."
_BY_PROXY = "This page is reached through its proxy, which signs you in."
_CLOSED = {"Connection": "close"}  # what else of a body is sent is not read
_STYLE = (
    "body{font:1.1rem/1.6 system-ui,sans-serif;margin:18vh auto;max-width:34rem;padding:0 1rem;color:#26241f;"
    "background:#fcfbf8}a{color:#2a5685}"
)


def refusal(method: str, path: str, name: str | None, sign_in: str) -> Response:
    """``name``: of somebody who has signed in and has no role; None for a stranger. ``sign_in``: where one signs in;
    empty where a proxy signs people in."""
    if path.startswith("/api/"):
        body = {"type": "about:blank", "title": "Unauthorized", "status": 401, "detail": "Sign in, or show a token."}
        return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer", **_CLOSED}, "application/problem+json")
    if method not in ("GET", "HEAD"):
        return PlainTextResponse("Sign in first.", 401, _CLOSED)
    if name is not None:
        return page(403, _NO_ROLE.format(name=name), LOGOUT if sign_in else "", "Sign out")
    return page(401, _FIRST, sign_in) if sign_in else page(403, _BY_PROXY, "")


def page(status: int, text: str, target: str, label: str = "Sign in") -> Response:
    link = f'<p><a href="{escape(target)}">{escape(label)}</a></p>' if target else ""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Sourcewise</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head>'
        f"<body><main><h1>Sourcewise</h1><p>{escape(text)}</p>{link}</main></body></html>",
        status,
        {"Cache-Control": "no-store"},
    )
