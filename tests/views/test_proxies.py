"""A team's page behind real proxies, Caddy and nginx, set up as the documentation shows, over TLS."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import NAMESPACE_DNS, uuid5

import httpx2
import pytest
from playwright.sync_api import FilePayload, Page, expect, sync_playwright

from index.programs.access import add_token
from tests.making import ROOT, link_models
from tests.views.issuer import issuer
from tests.views.team_server import EDI, KIM, ROLES, served
from tests.views.test_admission import UPGRADE, free_port, wait_for
from tests.views.test_browser import ARGUMENTS, PATIENCE

pytestmark = [
    pytest.mark.slow,
    pytest.mark.browser,
    pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl, which makes the certificate"),
]
PROGRAMS = {"caddy": shutil.which("caddy"), "nginx": shutil.which("nginx") or shutil.which("/usr/sbin/nginx")}
STRANGER = "The sources here are for people of a team."
LONG = {**EDI, "groups": [str(uuid5(NAMESPACE_DNS, str(number))) for number in range(200)]}
"""As Entra ID has them: up to 200 groups by their ids, of which cookies are made that no packing makes small."""


@dataclass(frozen=True)
class Addresses:
    """Ports: of the proxy, of the page behind it, of the service that knows who somebody is."""

    proxy: int
    page: int
    who: int = 0

    @property
    def origin(self) -> str:
        return f"https://localhost:{self.proxy}"


def examples(language: str) -> list[str]:
    page = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
    return list(re.findall(rf"^```{language}\n(.*?)^```", page, re.MULTILINE | re.DOTALL))


def caddyfile(folder: Path, at: Addresses) -> str:
    """The first example, or with a service that knows who somebody is the second."""
    example = next(text for text in examples("text") if ("forward_auth" in text) is bool(at.who))
    tls = f"{at.origin} {{\n bind 127.0.0.1\n tls {folder / 'cert.pem'} {folder / 'key.pem'}\n"
    example = example.replace("sources.example.org {\n", tls)
    return "{\n admin off\n auto_https off\n}\n" + example


def nginx_conf(folder: Path, at: Addresses) -> str:
    """The first example; with a service that knows who somebody is, what the second adds to it."""
    server, added = examples("nginx")
    if at.who:
        inside, rest = re.split(r"^    }\n", added.removeprefix("    location / {\n"), maxsplit=1, flags=re.MULTILINE)
        server = server.replace("    location / {\n", f"{rest}    location / {{\n{inside}")
    changes = {
        "listen 443 ssl": f"listen 127.0.0.1:{at.proxy} ssl",
        "sources.example.org": "localhost",
        "/etc/ssl/sources.pem": str(folder / "cert.pem"),
        "/etc/ssl/sources.key": str(folder / "key.pem"),
    }
    for before, after in changes.items():
        assert before in server
        server = server.replace(before, after)
    paths = "".join(
        f"{name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    log = f"error_log {folder / 'error.txt'};\npid {folder / 'pid'};\ndaemon off;\nmaster_process off;\n"
    return f"{log}events {{}}\nhttp {{\naccess_log off;\n{paths}{server}}}\n"


@contextmanager
def proxied(name: str, folder: Path, at: Addresses) -> Iterator[None]:
    """The proxy, listening at its port."""
    file = folder / f"{name}.conf"
    text = caddyfile(folder, at) if name == "caddy" else nginx_conf(folder, at)
    text = text.replace("127.0.0.1:8501", f"127.0.0.1:{at.page}").replace("127.0.0.1:9091", f"127.0.0.1:{at.who}")
    file.write_text(text, encoding="utf-8")
    program = str(PROGRAMS[name])
    caddy = [program, "run", "--adapter", "caddyfile", "--config", str(file)]
    command = caddy if name == "caddy" else [program, "-e", str(folder / "first.txt"), "-c", str(file)]
    environment = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    log = folder / "proxy.txt"
    with log.open("wb") as out, subprocess.Popen(command, env=environment, stdout=out, stderr=out) as process:
        try:
            wait_for(at.proxy, process, log)
            yield
        finally:
            process.terminate()


@contextmanager
def who_service() -> Iterator[int]:
    """The port of a service that knows who somebody is: it believes a cookie, and says no to who has none."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            who = re.findall(r"who=([^;]+)", self.headers.get("Cookie", ""))
            self.send_response(200 if who else 401)
            if who:
                self.send_header("Remote-Email", who[0])
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a certificate of its own for localhost."""
    made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=localhost"]
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"]
    subprocess.run(["openssl", *made, *files], check=True, capture_output=True)
    return tmp_path


@pytest.fixture
def library(sample_library: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(sample_library, tmp_path / "library", copy_function=link_models))


def client(folder: Path, at: Addresses) -> httpx2.Client:
    trusted = ssl.create_default_context(cafile=str(folder / "cert.pem"))
    return httpx2.Client(base_url=at.origin, verify=trusted, timeout=600)


@contextmanager
def window(chromium: str, at: Addresses, cookies: dict[str, str], headers: dict[str, str]) -> Iterator[Page]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as play, play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS)) as browser:
        context = browser.new_context(base_url=at.origin, ignore_https_errors=True, extra_http_headers=headers)
        context.add_cookies([{"name": name, "value": value, "url": at.origin} for name, value in cookies.items()])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        yield page


def searched(page: Page) -> None:
    """Over the WebSocket an answer comes; and over a route, to who is signed in."""
    page.get_by_label("Search your sources").fill("bladder harm")
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Show in context").first).to_be_visible()
    answer = page.request.get("/api/search?q=bladder+harm&k=1")
    assert (answer.status, len(answer.json()["hits"])) == (200, 1)


@pytest.mark.parametrize("name", PROGRAMS)
def test_people_sign_in_through_the_proxy_of_the_documentation(
    name: str, folder: Path, library: Path, chromium: str
) -> None:
    """Pages, the WebSocket, files that are handed over, routes; and a stranger is one."""
    if PROGRAMS[name] is None:
        pytest.skip(f"no {name}")
    with ExitStack() as started:
        issuing = started.enter_context(issuer())
        proxy = free_port()
        page_port = started.enter_context(served(folder, library, issuing, origin=f"https://localhost:{proxy}"))
        at = Addresses(proxy, page_port)
        started.enter_context(proxied(name, folder, at))
        asked = started.enter_context(client(folder, at))
        forged = {"X-Forwarded-Email": EDI["email"], "Remote-Email": EDI["email"], "X-Forwarded-For": "127.0.0.1"}
        assert STRANGER in asked.get("/", headers=forged).text
        assert asked.get("/api/sources", headers=forged).status_code == 401
        assert asked.get("/_stcore/stream", headers={**UPGRADE, "Origin": at.origin}).status_code == 403
        token = add_token(library, "a program")
        assert asked.get("/api/sources", headers={"Authorization": f"Bearer {token}"}).json()["sources"]
        assert asked.get("/api/sources", headers={"Authorization": f"Bearer x{token}"}).status_code == 401

        issuing.claims = LONG
        page = started.enter_context(window(chromium, at, {}, {}))
        page.goto("/draft")
        page.get_by_role("link", name="Sign in").click()
        expect(page.locator("#sw-person")).to_contain_text("edi@desk.example · editor")
        assert page.url == f"{at.origin}/draft"
        assert all(
            cookie["secure"] for cookie in page.context.cookies() if cookie["name"].startswith("_streamlit_user")
        )
        page.goto("/")
        searched(page)
        page.get_by_role("link", name="Sign out").click()
        expect(page.get_by_role("main")).to_contain_text(STRANGER)

        issuing.claims = KIM
        page.goto("/library")
        page.get_by_role("link", name="Sign in").click()
        page.get_by_text("Bring in documents").click()
        large = b"<p>The lighthouse keeper lit the lamp at dusk.</p>" + b"<!-- left out -->" * (3 << 16)
        page.locator("input[type=file]").set_input_files(
            FilePayload(name="lighthouse.html", mimeType="text/html", buffer=large)
        )
        page.get_by_role("button", name="Bring in the files").click()
        expect(page.get_by_text("Last ingest: 1 added")).to_be_visible()


@pytest.mark.parametrize("name", PROGRAMS)
def test_the_proxy_of_the_documentation_says_who_somebody_is(
    name: str, folder: Path, library: Path, chromium: str
) -> None:
    """Whatever name or group a browser or a program sends."""
    if PROGRAMS[name] is None:
        pytest.skip(f"no {name}")
    forged = {"Remote-Email": "edi@desk.example", "Remote-Groups": "keepers"}
    with ExitStack() as started:
        proxy, who = free_port(), started.enter_context(who_service())
        origin = f"https://localhost:{proxy}"
        settings = re.sub(r'origin = ".*"', f'origin = "{origin}"', examples("toml")[2]) + ROLES
        page_port = started.enter_context(served(folder, library, None, origin=origin, settings=settings))
        at = Addresses(proxy, page_port, who)
        started.enter_context(proxied(name, folder, at))
        asked = started.enter_context(client(folder, at))
        assert asked.get("/", headers=forged).status_code == 401  # the service's own answer
        for path in ("/", "/_stcore/stream", "/static/js/index.js"):
            assert asked.get(path, headers={**forged, "Authorization": "Bearer x"}).status_code == 403
        token = add_token(library, "a program")
        assert asked.get("/api/sources", headers={"Authorization": f"Bearer {token}"}).json()["sources"]
        assert asked.get("/api/sources", headers={**forged, "Authorization": f"Bearer x{token}"}).status_code == 401

        page = started.enter_context(window(chromium, at, {"who": "rea@desk.example"}, forged))
        page.goto("/")
        expect(page.locator("#sw-person")).to_contain_text("rea@desk.example · reader")
        searched(page)
