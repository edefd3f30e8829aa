"""Nobody but the page itself is served: every route of a real server, asked as other sites would ask."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import product
from pathlib import Path

import pytest
from starlette.datastructures import Headers

from tests.making import ROOT
from views.admission import HEADERS, is_admitted, refuse_network

ROUTES = (
    "GET /",
    "GET /draft?q=a+question",
    "GET /index.html",
    "GET /static/js/index.js",
    "GET /_stcore/health",
    "GET /_stcore/host-config",
    "GET /_stcore/metrics",
    "GET /_stcore/script-health-check",
    "PUT /_stcore/upload_file/session/file",
    "DELETE /_stcore/upload_file/session/file",
    "OPTIONS /_stcore/upload_file/session/file",
    "GET /media/file.png",
    "GET /component/name/index.html",
    "GET /_stcore/bidi-components/name/index.js",
    "POST /_stcore/agent/interact",
    "GET /_stcore/agent/openapi.json",
    "GET /_stcore/stream",
    "GET /api/search?q=a+question",
    "POST /api/check",
    "GET /api/sources",
    "GET /healthz",
    "GET /metrics",
    "GET /no/such/path",
)
UPGRADE = {
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol": "streamlit",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The page as a person starts it, over an empty library; its port."""
    number = free_port()
    folder = tmp_path_factory.mktemp("admission")
    env = os.environ | {
        "SOURCEWISE_LIBRARY": str(folder / "library"),
        "STREAMLIT_SERVER_PORT": str(number),
        "STREAMLIT_SERVER_HEADLESS": "true",
        "HOME": str(folder),
    }
    command = [sys.executable, "-m", "streamlit", "run", "app.py"]
    log = folder / "server.txt"
    with log.open("wb") as out, subprocess.Popen(command, cwd=ROOT, env=env, stdout=out, stderr=out) as process:
        try:
            wait_for(number, process, log)
            yield number
        finally:
            process.terminate()
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
        return number


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(3000):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            assert process.poll() is None, log.read_text(encoding="utf-8", errors="replace")
            time.sleep(0.1)
    raise AssertionError("the page's server does not answer")


def ask(port: int, route: str, *headers: tuple[str, str]) -> tuple[int, Mapping[str, str], bytes]:
    """Status, headers and body of the answer to a request with these headers and no others."""
    lines = [f"{route} HTTP/1.1", *(f"{name}: {value}" for name, value in headers)]
    if "Upgrade" not in dict(headers):
        lines += ["Connection: close", "Content-Length: 0"]
    answer = b""
    with closing(socket.create_connection(("127.0.0.1", port), 120)) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        while b"\r\n\r\n" not in answer or not answer.startswith(b"HTTP/1.1 101"):
            if not (piece := connection.recv(65536)):
                break
            answer += piece
    head, _, body = answer.partition(b"\r\n\r\n")
    status, *rest = head.decode("latin-1").split("\r\n")
    return (
        int(status.split()[1]),
        {name.lower(): value for name, _, value in (line.partition(": ") for line in rest)},
        body,
    )


def strangers(port: int) -> Iterator[list[tuple[str, str]]]:
    """How requests of others look: other hosts, other origins, other sites without an origin, frames."""
    own = f"127.0.0.1:{port}"
    for host in (
        "site.example",
        f"site.example:{port}",
        f"127.0.0.1.site.example:{port}",
        f"{own}@site.example",
        "",
        "10.0.0.1",
    ):
        yield [("Host", host)]
        yield [("Host", host), ("Origin", f"http://{host}")]
    yield []
    yield [("Host", own), ("Host", "site.example")]
    for origin in (
        "http://site.example",
        f"http://127.0.0.1:{port + 1}",
        "http://127.0.0.1",
        f"http://localhost:{port}",
        "null",
        "",
    ):
        yield [("Host", own), ("Origin", origin)]
    yield [("Host", own), ("Origin", f"http://{own}"), ("Origin", "http://site.example")]
    for site, (mode, dest) in product(
        ("cross-site", "same-site"),
        (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"), ("navigate", "object")),
    ):
        yield [("Host", own), ("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", mode), ("Sec-Fetch-Dest", dest)]


def test_a_stranger_gets_nothing_anywhere(port: int) -> None:
    """No route answers another host, origin, site or frame with anything but a refusal, as a WebSocket neither."""
    refused = 0
    for route, headers in product(ROUTES, strangers(port)):
        status, _, body = ask(port, route, *headers)
        assert status in (400, 403), (route, headers)
        assert b"<" not in body
        assert b"{" not in body
        refused += 1
    for headers in strangers(port):
        status, _, _ = ask(port, "GET /_stcore/stream", *headers, *UPGRADE.items())
        assert status in (400, 403), headers
        refused += 1
    assert refused > 500


def test_the_page_itself_is_served_and_by_nobody_framed(port: int) -> None:
    """In a window, by its own scripts, through a link from elsewhere; each answer refuses frames and guessed types."""
    own, local = ("Host", f"127.0.0.1:{port}"), ("Host", f"localhost:{port}")
    link = [("Sec-Fetch-Site", "cross-site"), ("Sec-Fetch-Mode", "navigate"), ("Sec-Fetch-Dest", "document")]
    for headers in ([own], [local], [own, ("Sec-Fetch-Site", "same-origin")], [own, *link]):
        status, answer, body = ask(port, "GET /", *headers)
        assert (status, b"<title>" in body) == (200, True)
        assert {name: answer.get(name.lower()) for name in HEADERS} == HEADERS
    status, _, body = ask(port, "GET /_stcore/host-config", own)
    assert (status, json.loads(body)["allowedOrigins"]) == (200, [])
    origin = ("Origin", f"http://127.0.0.1:{port}")
    assert ask(port, "GET /_stcore/stream", own, origin, *UPGRADE.items())[0] == 101
    assert ask(port, "GET /_stcore/stream", own, *link, *UPGRADE.items())[0] == 403
    _, answer, _ = ask(port, "GET /", ("Host", "site.example"))
    assert {name: answer.get(name.lower()) for name in HEADERS} == HEADERS


def test_programs_are_refused_in_their_own_form_whatever_the_path_has(port: int) -> None:
    own = ("Host", f"127.0.0.1:{port}")
    for route in ("GET /api/%0A", "GET /api/sources/%0A%2F/text", "PUT /api/%0A/sources"):
        status, answer, body = ask(port, route, own)
        assert (status, answer["content-type"]) == (404, "application/problem+json"), route
        assert json.loads(body)["status"] == 404
    assert ask(port, "DELETE /api/sources", own)[0] == ask(port, "TRACE /healthz", own)[0] == 405


@pytest.mark.parametrize(
    ("headers", "admitted"),
    [
        ({"host": "localhost:8501"}, True),
        ({"host": "LOCALHOST:8501", "origin": "http://localhost:8501"}, True),
        ({"host": "localhost:8501", "origin": "http://["}, False),
        ({"host": "localhost:8501", "origin": "file://localhost:8501"}, False),
        ({"host": "localhost:99999"}, False),
    ],
)
def test_a_request_is_its_own_by_host_and_origin(headers: dict[str, str], admitted: bool) -> None:
    assert is_admitted(Headers(headers)) is admitted


@pytest.mark.parametrize(
    ("address", "hosts", "refused"),
    [
        ("127.0.0.1", ["localhost", "127.0.0.1"], ""),
        ("::1", ["[::1]"], ""),
        ("unix:///run/page.sock", ["localhost"], ""),
        ("0.0.0.0", ["localhost"], "It does not listen on 0.0.0.0: leave server.address at 127.0.0.1."),
        (None, ["localhost"], "It does not listen on every address: leave server.address at 127.0.0.1."),
        ("10.0.0.7", ["localhost"], "It does not listen on 10.0.0.7: leave server.address at 127.0.0.1."),
        ("localhost", [], "It does not answer to every name: leave server.allowedHosts as it is."),
        ("localhost", ["localhost", "*.example"], "It does not answer to localhost, *.example: leave"),
    ],
)
def test_without_a_sign_in_it_serves_this_machine_alone(address: str | None, hosts: list[str], refused: str) -> None:
    if not refused:
        refuse_network(address, hosts)
        return
    with pytest.raises(SystemExit) as ended:
        refuse_network(address, hosts)
    message = str(ended.value)
    assert message.startswith(f"Sourcewise has no sign-in, so its page is for this machine alone. {refused}")
    assert "\n" not in message


def test_a_server_for_a_network_does_not_start(tmp_path: Path) -> None:
    """And says why in one line."""
    env = os.environ | {"STREAMLIT_SERVER_PORT": str(free_port()), "STREAMLIT_SERVER_HEADLESS": "true"}
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "0.0.0.0"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, encoding="utf-8", timeout=600)
    assert done.returncode != 0
    assert (done.stdout + done.stderr).splitlines() == [
        "Sourcewise has no sign-in, so its page is for this machine alone. "
        "It does not listen on 0.0.0.0: leave server.address at 127.0.0.1."
    ]
