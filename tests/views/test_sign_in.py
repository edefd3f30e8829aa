"""A page for a team: strangers get the sign-in page and nothing else, people what their role allows."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx2
import pytest
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import expect, sync_playwright
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from index.storage.store import Store
from tests.making import ROOT, link_models
from tests.views.issuer import Issuer, issuer
from tests.views.team_server import COOKIE_SECRET, EDI, KIM, REA, ROLES, cookie, served, write_team
from tests.views.test_admission import ROUTES, UPGRADE, ask
from tests.views.test_browser import ARGUMENTS, PATIENCE
from views import __main__ as command
from views.sign_in import SignedInOnly, own_path
from views.team import REQUESTS_PER_MINUTE, SESSION_HOURS, Proxy, Team, TeamError, read_team, roles

DAY = 24 * 3600.0


@pytest.fixture(scope="module")
def issuing() -> Iterator[Issuer]:
    with issuer() as one:
        yield one


@pytest.fixture(scope="module")
def library(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shared") / "library"
    return Path(shutil.copytree(sample_library, folder, copy_function=link_models))


@pytest.fixture(scope="module")
def port(issuing: Issuer, library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("team"), library, issuing) as number:
        yield number


def client(port: int) -> httpx2.Client:
    return httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=600, follow_redirects=True)


def test_a_stranger_gets_the_sign_in_page_and_nothing_else(port: int) -> None:
    """On every route, as WebSocket, with cookies that are forged, too old, of tomorrow or of another page."""
    origin = f"http://127.0.0.1:{port}"
    forged = [
        "",
        cookie(EDI, origin, secret="another secret that is long enough"),
        cookie(EDI, origin, ago=SESSION_HOURS * 3600 + 5),
        cookie(EDI, origin, ago=-DAY),
        cookie(EDI, "http://127.0.0.1:1"),
        cookie(EDI, origin, name="_streamlit_user_tokens"),
        cookie(EDI, origin)[:-1],
        json.dumps(EDI),
    ]
    named = ("Host", f"127.0.0.1:{port}"), ("X-Forwarded-Email", EDI["email"]), ("X-Forwarded-For", "127.0.0.1")
    for route, value in product([*ROUTES, "GET /_stcore/agent/mcp"], forged):
        status, _, body = ask(port, route, *named, ("Cookie", f"_streamlit_user={value}"))
        assert status == 401, (route, value)
        assert body.startswith((b"Sign in first.", b'{"type":"about:blank","title":"Unauthorized"')) or (
            b"The sources here are for people of a team." in body and b"<script" not in body
        )
    for value in forged:
        stream = [*named, ("Origin", origin), ("Cookie", f"_streamlit_user={value}"), *UPGRADE.items()]
        assert ask(port, "GET /_stcore/stream", *stream)[0] == 403
    good = [*named[:1], ("Cookie", f"_streamlit_user={cookie(EDI, origin)}")]
    assert ask(port, "GET /_stcore/stream", *good, ("Origin", origin), *UPGRADE.items())[0] == 101
    assert ask(port, "GET /static/js/index.js", *good)[0] != 401
    assert ask(port, "GET /", *good, ("Origin", "http://localhost:1"))[0] == 403


def test_signing_in_and_out_through_the_issuer(port: int, issuing: Issuer) -> None:
    """A cookie that was copied while it held opens nothing after the sign-out."""
    issuing.claims = EDI
    with client(port) as window:
        assert window.get("/").status_code == 401
        assert "<title>Streamlit</title>" in window.get("/sign-in").text
        assert window.get("/healthz").json() == {"status": "ok"}
        assert window.get("/api/sources").json()["sources"]
        copied = window.cookies["_streamlit_user"]
        window.get("/auth/logout", headers={"Sec-Fetch-Site": "same-site"})  # no other site signs anybody out
        assert window.get("/healthz").status_code == 200
        assert "The sources here are for people of a team." in window.get("/auth/logout").text
        assert window.get("/api/sources", headers={"Cookie": f"_streamlit_user={copied}"}).status_code == 401


def test_who_signs_in_comes_to_where_a_link_pointed(port: int, issuing: Issuer) -> None:
    """To a place of this page, whatever the link says; also at the second try."""
    issuing.claims = EDI

    def landed(asked: str) -> str:
        with client(port) as window:
            window.get(asked)
            return str(window.get("/sign-in" + link(window.get(asked).text)).url.raw_path, "ascii")

    def link(text: str) -> str:
        return html.unescape(re.findall('href="/sign-in([^"]*)"', text)[0])

    for there in ("/", "/source?id=0a1b&find=a+%26+b%3F", "/draft?a=%22,;%5C'&b=%C3%A9"):
        assert landed(there) == there
    with client(port) as window:
        issuing.is_down = True
        failed = window.get("/sign-in" + link(window.get("/draft?find=bees").text))
        issuing.is_down = False
        assert failed.status_code == 503
        assert window.get("/sign-in" + link(failed.text)).url.raw_path == b"/draft?find=bees"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://thief.example/",
        "//thief.example/",
        "/\\thief.example",
        "\\\\thief.example",
        "/\t/thief.example",
        "draft",
        "",
        "/draft\r\nSet-Cookie: a=b",
        "/sign-in",
        "/auth/%6Cogout?a=b",
        "/oauth2callback?code=a",
        "/" + "a" * 3000,
    ],
)
def test_no_link_leads_elsewhere_from_the_sign_in(elsewhere: str) -> None:
    assert own_path(elsewhere) == "/"


def test_who_cannot_be_signed_in_is_told_why(port: int, issuing: Issuer) -> None:
    """An issuer that is down; clocks that differ; nobody of the team; an address that the issuer does not vouch for."""

    def attempt(claims: dict[str, Any], clock: float = 0.0, down: bool = False) -> tuple[int, str]:
        issuing.claims, issuing.clock, issuing.is_down = claims, clock, down
        try:
            with client(port) as window:
                answer = window.get("/sign-in")
                assert answer.status_code == 200 or window.get("/api/sources").status_code == 401
                return answer.status_code, " ".join(re.findall("<p>([^<]*)", answer.text))
        finally:
            issuing.claims, issuing.clock, issuing.is_down = {}, 0.0, False

    assert attempt(EDI, down=True) == (503, "The sign-in server does not answer. Try again in a while. ")
    for clock in (-DAY, DAY):
        status, text = attempt(EDI, clock)
        assert (status, "the clock of this server or of the sign-in server may be off" in text) == (403, True)
    status, text = attempt({"sub": "edi@desk.example", "email": "edi@desk.example"})
    assert (status, text.startswith("You are signed in as subject edi@desk.example, and have no role")) == (403, True)
    assert attempt(KIM)[0] == 200


def test_a_body_of_a_gigabyte_is_refused_early(port: int) -> None:
    """Of a stranger before it is sent; of others after two megabytes, or as long as it says to be."""
    origin = f"http://127.0.0.1:{port}"
    known = f"Cookie: _streamlit_user={cookie(EDI, origin)}"
    assert sent_until_answered(port, "POST /api/check", "") == (401, 0)
    assert sent_until_answered(port, "PUT /_stcore/upload_file/a/b", "") == (401, 0)
    status, sent = sent_until_answered(port, "POST /api/check", known)
    assert (status, sent < 64 << 20) == (413, True)
    status, sent = sent_until_answered(port, "PUT /_stcore/upload_file/a/b", known)
    assert (status in (400, 403, 413), sent < 64 << 20) == (True, True)


def sent_until_answered(port: int, route: str, known: str) -> tuple[int, int]:
    """The status of the answer, and how many bytes were sent before it. A stranger waits for it first."""
    lines = [f"{route} HTTP/1.1", f"Host: 127.0.0.1:{port}", f"Content-Length: {1 << 30}"]
    head = "\r\n".join([*lines, *([known] if known else []), "", ""])
    with closing(socket.create_connection(("127.0.0.1", port), 600)) as connection:
        connection.sendall(head.encode())
        sent = 0
        while known and sent < 1 << 30:
            connection.settimeout(0.05)
            try:
                if connection.recv(1, socket.MSG_PEEK):
                    break
            except TimeoutError:
                pass
            connection.settimeout(600)
            try:
                connection.sendall(b" " * (1 << 20))
            except OSError:  # it has hung up, after its answer
                break
            sent += 1 << 20
        connection.settimeout(600)
        return int(connection.recv(65536).split()[1]), sent


def test_from_the_sign_in_page_to_the_sources_and_out_again(
    chromium: str, port: int, issuing: Issuer, library: Path
) -> None:
    """In a browser: what is pinned there is noted as that person's."""
    expect.set_options(timeout=PATIENCE)
    issuing.claims = EDI
    with sync_playwright() as play, play.chromium.launch(executable_path=chromium, args=list(ARGUMENTS)) as browser:
        page = browser.new_page(base_url=f"http://127.0.0.1:{port}")
        page.set_default_timeout(PATIENCE)
        page.goto("/")
        expect(page.get_by_role("main")).to_contain_text("The sources here are for people of a team.")
        page.goto("/?q=bladder+harm%3F&k=3")  # a link that somebody sent
        page.get_by_role("link", name="Sign in").click()
        expect(page.locator("#sw-person")).to_contain_text("edi@desk.example · editor")
        expect(page.get_by_label("Search your sources")).to_have_value("bladder harm?")
        assert "sourcewise_target" not in {cookie["name"] for cookie in page.context.cookies()}
        page.get_by_role("button", name="Pin", exact=True).first.click()
        expect(page.get_by_role("button", name="Pinned").first).to_be_visible()
        page.get_by_role("link", name="Sign out").click()
        expect(page.get_by_role("main")).to_contain_text("The sources here are for people of a team.")
        page.goto("/draft")
        expect(page.get_by_role("link", name="Sign in")).to_be_visible()
    store = Store.open(library)
    assert [(line.who, line.action) for line in store.audit() if line.action == "collection"] == [
        ("edi@desk.example", "collection")
    ]
    store.close()


# the gate, without a server -------------------------------------------------------------------------------------------


@pytest.fixture
def team(tmp_path: Path) -> Team:
    write_team(tmp_path / "team", "https://desk.example")
    return read_team(tmp_path / "team", tmp_path / "library")


def gate(team: Team, peer: str = "127.0.0.1") -> TestClient:
    """A page that says who asks, and repeats what it hears."""

    async def who(request: Request) -> Response:
        person = request.scope["person"]
        return JSONResponse([person.name, person.role.word, request.scope["address"]])

    async def repeat(socket: WebSocket) -> None:
        await socket.accept()
        try:
            while True:
                await socket.send_text(await socket.receive_text())
        except WebSocketDisconnect:
            return

    routes = [Route("/", who), WebSocketRoute("/stream", repeat)]
    app = Starlette(routes=routes, middleware=[Middleware(SignedInOnly, team=team)])
    return TestClient(app, base_url="https://desk.example", client=(peer, 50000))


def test_a_role_is_that_of_the_address_or_of_the_best_group(team: Team) -> None:
    asked = gate(team)
    for claims, expected in (
        (REA, ["rea@desk.example", "reader"]),
        (EDI, ["edi@desk.example", "editor"]),
        (KIM, ["subject kim", "keeper"]),
    ):
        asked.cookies.set("_streamlit_user", cookie(claims, team.origin))
        assert asked.get("/").json()[:2] == expected


@pytest.mark.parametrize("verified", [None, False, "true", 1])
def test_an_address_that_the_issuer_does_not_vouch_for_is_nobodys(team: Team, verified: object) -> None:
    asked = gate(team)
    for claims in ({**EDI, "email_verified": verified}, {"sub": EDI["email"]}, {**EDI, "email": "group:keepers"}):
        asked.cookies.set("_streamlit_user", cookie(claims, team.origin))
        assert asked.get("/").status_code == 403


def test_an_issuer_that_says_nothing_of_addresses_is_trusted_where_the_team_says_so(team: Team) -> None:
    """What it says that it has not verified stays nobody's, and so does an address that is none."""
    asked = gate(replace(team, issuer_verifies_email=True))
    silent = {name: value for name, value in EDI.items() if name != "email_verified"}
    for claims, status in (
        (silent, 200),
        (EDI, 200),
        *(({**silent, "email_verified": value}, 403) for value in (False, None, "true", 1)),
        ({**silent, "email": "group:keepers"}, 403),
        ({**silent, "email": "stranger@desk.example"}, 403),
    ):
        asked.cookies.set("_streamlit_user", cookie(claims, team.origin))
        assert (asked.get("/").status_code, claims) == (status, claims)


def test_a_cookie_in_pieces_is_one_and_a_missing_piece_is_none(team: Team) -> None:
    whole = json.dumps({**KIM, "groups": ["a" * 4000, "keepers"], "origin": team.origin, "is_logged_in": True})
    pieces = [whole[:3000], whole[3000:]]
    asked = gate(team)

    def put(name: str, text: str) -> None:
        asked.cookies.set(name, URLSafeTimedSerializer(COOKIE_SECRET, salt=name).dumps(text))

    put("_streamlit_user", "chunks-2")
    put("_streamlit_user_1", pieces[0])
    assert asked.get("/").status_code == 401
    put("_streamlit_user_2", pieces[1])
    assert asked.get("/").json()[1] == "keeper"


def test_an_open_websocket_ends_with_the_session_the_role_or_the_sign_out(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = gate(team)
    asked.cookies.set("_streamlit_user", cookie(EDI, team.origin))

    def ended(then: Any) -> bool:
        with asked.websocket_connect("/stream") as stream:
            stream.send_text("one")
            assert stream.receive_text() == "one"
            then()
            stream.send_text("two")
            try:
                stream.receive_text()
                stream.receive_text()
            except WebSocketDisconnect as closed:
                return closed.code == 1008
        return False

    assert ended(
        lambda: team.roles_file.write_text(ROLES.replace("editor", "keeper", 1).replace('keeper = ["g', 'editor = ["g'))
    )
    with monkeypatch.context() as patch:
        later = SimpleNamespace(time=lambda: 1e12)
        assert ended(lambda: patch.setattr("views.sign_in.time", later))
    assert ended(lambda: asked.get("/auth/logout"))
    with pytest.raises(WebSocketDisconnect), asked.websocket_connect("/stream"):
        pass


def test_who_is_taken_out_of_the_team_is_out_at_the_next_request(
    team: Team, capsys: pytest.CaptureFixture[str]
) -> None:
    """And nobody is let in while the file cannot be understood."""
    asked = gate(team)
    asked.cookies.set("_streamlit_user", cookie(EDI, team.origin))
    assert asked.get("/").status_code == 200
    team.roles_file.write_text("[roles]\nreader = []\n", encoding="utf-8")
    assert asked.get("/").status_code == 403
    team.roles_file.write_text("[roles]\nboss = []\n", encoding="utf-8")
    assert asked.get("/").status_code == 403
    assert "Nobody is let in" in capsys.readouterr().err


def test_a_proxy_is_believed_when_it_is_named_and_asks_itself(tmp_path: Path) -> None:
    write_team(tmp_path / "team", "https://desk.example")
    settings = (
        '[proxy]\naddress = "10.0.0.2"\nheader = "X-User"\ngroups = "X-Groups"\norigin = "https://desk.example"\n'
    )
    (tmp_path / "team" / "team.toml").write_text(settings + ROLES, encoding="utf-8")
    team = read_team(tmp_path / "team", tmp_path / "library")
    headers = {"X-User": "edi@desk.example", "X-Forwarded-For": "203.0.113.7, 198.51.100.9"}
    assert gate(team, "10.0.0.2").get("/", headers=headers).json() == ["edi@desk.example", "editor", "198.51.100.9"]
    named = {"X-User": "kim", "X-Groups": "a, keepers"}
    assert gate(team, "10.0.0.2").get("/", headers=named).json()[:2] == ["kim", "keeper"]
    signed = {"Cookie": f"_streamlit_user={cookie(EDI, team.origin)}"}
    assert gate(team, "10.0.0.2").get("/", headers={"X-User": "group:keepers"}).status_code == 403
    for peer, given in (("10.0.0.3", headers), ("10.0.0.2", {}), ("10.0.0.2", signed), ("10.0.0.2", {"X-User": " "})):
        assert gate(team, peer).get("/", headers=given).status_code == 403
    twice = [("X-User", "edi@desk.example"), ("X-User", "kim")]
    assert gate(team, "10.0.0.2").get("/", headers=twice).status_code == 403
    assert gate(team, "10.0.0.2").get("/sign-in", headers={}).status_code == 403


def test_cookies_of_a_page_behind_tls_go_over_tls_alone(team: Team) -> None:
    async def sets(request: Request) -> Response:
        response = Response()
        response.set_cookie("a", "b")
        return response

    app = Starlette(routes=[Route("/", sets)], middleware=[Middleware(SignedInOnly, team=team)])
    with TestClient(app, base_url="https://desk.example") as asked:
        asked.cookies.set("_streamlit_user", cookie(REA, team.origin))
        assert asked.get("/").headers["set-cookie"].endswith("; Secure")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("secrets.toml", COOKIE_SECRET, "short"), "is to have 32 characters or more"),
        (("secrets.toml", "https://desk", "http://desk"), "The address of the page is to begin with https://"),
        (("secrets.toml", "https://issuer", "http://issuer"), "server_metadata_url is to begin with https://"),
        (("secrets.toml", "/oauth2callback", "/elsewhere"), "is to be the address of the page and /oauth2callback"),
        (("secrets.toml", "client_id", "client"), "lacks client_id"),
        (("secrets.toml", "[auth]", "[auth"), "cannot be read"),
        (("team.toml", "[roles]", "session_hours = 0\n[roles]"), "session_hours in"),
        (("team.toml", "[roles]", "issuer_verifies_email = 1\n[roles]"), "is to be true or false"),
        (("team.toml", "[roles]", "hours = 3\n[roles]"), "has hours, which is none of its settings"),
        (("team.toml", "reader =", "boss ="), "has lists named reader, editor and keeper"),
        (("team.toml", "rea@desk.example", "@desk.example"), "is to be a list of e-mail addresses"),
        (("team.toml", "[roles]", "[proxy]\nheader = 'X-User'\n[roles]"), "needs address, header and origin"),
        (("team.toml", "[roles]", "behind = 'proxy'\n[roles]"), "proxy is no address of a proxy"),
    ],
)
def test_a_team_that_is_not_safely_written_down_is_not_served(
    tmp_path: Path, change: tuple[str, str, str], message: str
) -> None:
    write_team(tmp_path / "team", "https://desk.example")
    name, before, after = change
    file = tmp_path / "team" / name
    assert before in file.read_text(encoding="utf-8")
    file.write_text(file.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    with pytest.raises(TeamError, match=re.escape(message)) as refused:
        read_team(tmp_path / "team", tmp_path / "library")
    assert "\n" not in str(refused.value)


def test_the_examples_of_the_documentation_are_read(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "team.md").read_text(encoding="utf-8")
    secrets, settings, proxy = re.findall(r"^```toml\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    secrets = secrets.replace('cookie_secret = "…"', f'cookie_secret = "{COOKIE_SECRET}"')
    (tmp_path / "secrets.toml").write_text(secrets, encoding="utf-8")
    (tmp_path / "secrets.toml").chmod(0o600)
    (tmp_path / "team.toml").write_text(settings, encoding="utf-8")
    team = read_team(tmp_path, tmp_path / "library")
    assert (team.origin, team.session_seconds, team.requests_per_minute) == (
        "https://sources.example.org",
        SESSION_HOURS * 3600,
        REQUESTS_PER_MINUTE,
    )
    assert {role.word for role in roles(team).values()} == {"reader", "editor", "keeper"}
    (tmp_path / "team.toml").write_text(proxy, encoding="utf-8")
    assert read_team(tmp_path, tmp_path / "library").proxy == Proxy("127.0.0.1", "Remote-Email", "Remote-Groups")


def test_secrets_lie_outside_the_library_and_are_not_for_all(team: Team, tmp_path: Path) -> None:
    with pytest.raises(TeamError, match="whose backups would hold its secrets"):
        read_team(team.folder, tmp_path)
    (team.folder / "secrets.toml").chmod(0o604)
    with pytest.raises(TeamError, match="Every account of this machine may read"):
        read_team(team.folder, tmp_path / "library")
    assert COOKIE_SECRET not in repr(replace(team, folder=Path()))


def test_the_server_listens_where_the_team_says_and_answers_to_its_name(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And changes what programs ask for only where it is told to."""
    for name in (
        "SOURCEWISE_TEAM",
        "SOURCEWISE_COMMAND",
        "SOURCEWISE_ALLOW_WRITE",
        "FORWARDED_ALLOW_IPS",
        "WEBSOCKETS_MAX_LINE_LENGTH",
    ):
        monkeypatch.setenv(name, "")
    started: list[list[str]] = []
    monkeypatch.setattr("streamlit.web.cli.main", lambda args, **options: started.append(args))

    def start(*words: str) -> tuple[list[str], str]:
        monkeypatch.setattr("sys.argv", ["sourcewise", "serve", str(team.folder), *words])
        command.main()
        return started[-1][2:], os.environ["SOURCEWISE_ALLOW_WRITE"]

    options, allows_write = start("--server.port=9000")
    assert options == [
        "--server.address=127.0.0.1",
        "--server.allowedHosts=desk.example",
        "--server.headless=true",
        f"--secrets.files={team.folder / 'secrets.toml'}",
        "--server.port=9000",
    ]
    assert (allows_write, start("--allow-write")) == ("", (options[:-1], "1"))


@pytest.mark.parametrize("folder", ["", "--server.port=1", "nowhere"])
def test_serving_without_a_team_ends_with_one_line(
    folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCEWISE_TEAM", "")
    monkeypatch.setenv("SOURCEWISE_COMMAND", "")
    monkeypatch.setattr("sys.argv", ["sourcewise", "serve", *filter(None, [folder])])
    with pytest.raises(SystemExit) as ended:
        command.main()
    assert str(ended.value).startswith(("serve: name the folder", f"Sourcewise is not served: {tmp_path}"))
    assert "\n" not in str(ended.value)
