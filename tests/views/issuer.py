"""A small OpenID Connect issuer on this machine, for tests: it signs in whoever it was told, at once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "sourcewise", "a secret of the client"


class Issuer:
    """``claims``: of who signs in next. ``clock``: seconds that its clock is ahead. ``is_down``: answers nothing."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.claims: dict[str, Any] = {}
        self.clock = 0.0
        self.is_down = False
        self.key = RSAKey.generate_key(2048, {"kid": "one", "use": "sig", "alg": "RS256"})
        self._nonces: dict[str, str] = {}

    def metadata(self) -> dict[str, Any]:
        ways = {name: f"{self.address}/{way}" for name, way in WAYS.items()}
        return {"issuer": self.address, **ways, "id_token_signing_alg_values_supported": ["RS256"]}

    def code_for(self, asked: dict[str, str]) -> str:
        code = f"code-{len(self._nonces)}"
        self._nonces[code] = asked["nonce"]
        return code

    def token(self, code: str) -> dict[str, Any]:
        now = int(time.time() + self.clock)
        standard = {"iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": self._nonces.pop(code)}
        signed = jwt.encode({"alg": "RS256", "kid": "one"}, {**standard, **self.claims}, self.key)
        return {"access_token": "of no use here", "token_type": "Bearer", "expires_in": 300, "id_token": signed}


WAYS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "token",
    "jwks_uri": "keys",
    "end_session_endpoint": "end",
}


@contextmanager
def issuer() -> Iterator[Issuer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.issuer = Issuer(server.server_address[1])  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.issuer  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined]
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if issuer.is_down:
            self._send(503, {})
        elif parts.path == "/.well-known/openid-configuration":
            self._send(200, issuer.metadata())
        elif parts.path == "/keys":
            self._send(200, {"keys": [issuer.key.as_dict(private=False)]})
        elif parts.path == "/authorize":
            answer = {"code": issuer.code_for(asked), "state": asked["state"]}
            self._send(302, {}, f"{asked['redirect_uri']}?{urlencode(answer)}")
        elif parts.path == "/end":
            self._send(302, {}, asked["post_logout_redirect_uri"])
        else:
            self._send(404, {})

    def do_POST(self) -> None:
        issuer: Issuer = self.server.issuer  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if issuer.is_down or self.path != "/token":
            self._send(503, {})
        else:
            self._send(200, issuer.token(form["code"]))

    def _send(self, status: int, value: object, location: str = "") -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass
