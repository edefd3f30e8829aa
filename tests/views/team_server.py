"""The page of a team, served as a keeper of a server starts it; and cookies as it signs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from itsdangerous import TimestampSigner, URLSafeTimedSerializer

from index import Address, Library
from tests.making import ROOT
from tests.views.issuer import CLIENT, SECRET, Issuer
from tests.views.test_admission import free_port, wait_for

COOKIE_SECRET = "0123456789abcdef" * 4
ROLES = """
[roles]
reader = ["rea@desk.example", "rob@desk.example"]
editor = ["Edi@Desk.example", "rea@desk.example.org"]
keeper = ["group:keepers"]
"""
REA, EDI = ({"sub": name, "email": f"{name}@desk.example", "email_verified": True} for name in ("rea", "edi"))
KIM = {"sub": "kim", "groups": ["others", "Keepers"]}


def write_team(
    folder: Path, origin: str, metadata: str = "https://issuer.example/.well-known/openid-configuration"
) -> None:
    folder.mkdir(exist_ok=True)
    auth = {
        "redirect_uri": f"{origin}/oauth2callback",
        "cookie_secret": COOKIE_SECRET,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "server_metadata_url": metadata,
    }
    lines = [f'{name} = "{value}"' for name, value in auth.items()]
    (folder / "secrets.toml").write_text("\n".join(["[auth]", *lines, ""]), encoding="utf-8")
    (folder / "secrets.toml").chmod(0o600)
    (folder / "team.toml").write_text(ROLES, encoding="utf-8")


@contextmanager
def served(
    folder: Path, library: Library, issuer: Issuer | None, *options: str, origin: str = "", settings: str = ROLES
) -> Iterator[int]:
    """The port of a server for a team. ``origin``: the page's address, where a proxy has another than the server;
    ``issuer``: None where the proxy signs people in; ``settings``: what stands in ``team.toml``."""
    port = free_port()
    if issuer:
        metadata = f"{issuer.address}/.well-known/openid-configuration"
        write_team(folder / "team", origin or f"http://127.0.0.1:{port}", metadata)
    (folder / "team").mkdir(exist_ok=True)
    (folder / "team" / "team.toml").write_text(settings, encoding="utf-8")
    env = os.environ | {
        "SOURCEWISE_LIBRARY": library.url if isinstance(library, Address) else str(library),
        "STREAMLIT_SERVER_PORT": str(port),
        "HOME": str(folder),
    }
    command = [sys.executable, "-m", "views", "serve", str(folder / "team"), *options]
    log = folder / "server.txt"
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out) as process:
        try:
            wait_for(port, process, log)
            yield port
        finally:
            process.terminate()


class _Then(TimestampSigner):
    ago = 0.0

    def get_timestamp(self) -> int:
        return int(time.time() - self.ago)


def cookie(
    claims: dict[str, Any], origin: str, ago: float = 0.0, secret: str = COOKIE_SECRET, name: str = "_streamlit_user"
) -> str:
    """The value of the cookie that Streamlit sets at the end of a sign-in, ``ago`` seconds old."""
    signer = type("Signer", (_Then,), {"ago": ago})
    values = json.dumps({**claims, "origin": origin, "is_logged_in": True, "provider": "default"})
    return str(URLSafeTimedSerializer(secret, salt=name, signer=signer).dumps(values))
