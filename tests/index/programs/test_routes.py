"""The JSON routes beside the page: what they answer, what they refuse, and that nothing makes them fail."""

from __future__ import annotations

import json
import re
import shutil
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

import pytest
import uvicorn
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import validate
from starlette.applications import Starlette
from starlette.testclient import TestClient

from index.__main__ import main
from index.programs import OpenLibrary, Rules, api_routes, routes
from index.programs.access import add_token, forget_tokens, revoke_token
from index.programs.limits import MAX_KEYS, RateLimit
from index.programs.requests import MAX_BODY
from index.storage.people import Person, Role
from index.storage.store import Store
from ingest.draft import draft_of_text
from tests.making import PATIENCE, link_models

QUESTION = "what happens to the bladder"


def client(library: Path, seconds: float = 600.0, **rules: Any) -> TestClient:
    answered = Rules(seconds=seconds, **rules)
    return TestClient(Starlette(routes=api_routes(library, OpenLibrary(library).index, draft_of_text, answered)))


@pytest.fixture(scope="module")
def asked(sample_library: Path) -> TestClient:
    return client(sample_library)


def problem(answer: Any) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert (body["status"], body["type"]) == (answer.status_code, "about:blank")
    return answer.status_code, body["detail"]


def test_a_search_gives_the_hits_of_the_command_line(
    asked: TestClient, sample_library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = asked.get("/api/search", params={"q": QUESTION, "k": 4, "since": "2020"}).json()
    assert main(["search", QUESTION, "-k", "4", "--since", "2020", "--library", str(sample_library), "--json"]) == 0
    hits = json.loads(capsys.readouterr().out)["hits"]
    assert [(hit["source"]["id"], hit["start"], hit["text"]) for hit in answer["hits"]] == [
        (hit["source"]["id"], hit["start"], hit["text"]) for hit in hits
    ]
    assert all(hit["citation"] for hit in answer["hits"])
    assert answer["notice"]


def test_from_a_hit_to_its_words_and_its_source(asked: TestClient, sample_library: Path) -> None:
    hit = asked.get("/api/search", params={"q": QUESTION, "k": 1}).json()["hits"][0]
    source = hit["source"]["id"]
    assert source in [listed["id"] for listed in asked.get("/api/sources").json()["sources"]]
    read = asked.get(f"/api/sources/{source}/text", params={"start": hit["start"], "end": hit["end"]}).json()
    assert read["text"] == hit["text"]
    store = Store.open(sample_library)
    text = store.documents.load(source)[1].text
    store.close()
    assert asked.get(f"/api/sources/{source}/text").json()["text"] == text
    passages = asked.get(f"/api/sources/{source}/passages").json()["passages"]
    assert all(text[row["start"] : row["end"]] == row["text"] for row in passages)


def test_a_draft_is_checked_and_sources_are_compared(asked: TestClient) -> None:
    checked = asked.post("/api/check", json={"text": "Calvin Stevens synthesised ketamine in 1972."}).json()
    assert [row["status"] for row in checked["sentences"]] == ["differs"]
    ids = [row["id"] for row in asked.get("/api/sources").json()["sources"][:2]]
    compared = asked.get("/api/compare", params={"a": ids[0], "b": ids[1]}).json()
    assert [compared[side]["id"] for side in ("left", "right")] == ids
    answered = asked.get("/api/question", params={"q": "How long is the half-life of ketamine?"}).json()
    assert answered["questions"][0]["cells"]
    assert asked.get("/api/collections").json()["collections"] == []


def test_the_reader_is_left_out_where_a_program_wants_it_fast(asked: TestClient) -> None:
    for fast, is_read in (({"fast": "1"}, False), ({}, True)):
        answer = asked.get("/api/search", params={"q": QUESTION, **fast}).json()
        assert (answer["settings"]["reader"] is not None) == is_read
    assert problem(asked.get("/api/search", params={"q": QUESTION, "fast": "yes"})) == (
        400,
        "fast is 1, or is left out.",
    )


@pytest.fixture
def address(sample_library: Path) -> Iterator[str]:
    """The routes behind a server that listens on loopback."""
    app = Starlette(routes=api_routes(sample_library, OpenLibrary(sample_library).index, draft_of_text, Rules()))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


def test_a_program_searches_reads_and_checks_over_http(address: str) -> None:
    """With nothing but the standard library."""

    def answer(path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = Request(address + path, data, {"Content-Type": "application/json"})
        with urlopen(request, timeout=PATIENCE) as response:
            return json.load(response)

    hit = answer(f"/api/search?q={quote(QUESTION)}&k=1")["hits"][0]
    read = answer(f"/api/sources/{hit['source']['id']}/text?start={hit['start']}&end={hit['end']}")
    assert read["text"] == hit["text"]
    sentence = "Calvin Stevens synthesised ketamine in 1972."
    (checked,) = answer("/api/check", {"text": sentence})["sentences"]
    assert (checked["text"], checked["status"]) == (sentence, "differs")


@pytest.mark.parametrize("writes", [False, True])
def test_what_is_described_is_there_and_valid(writes: bool) -> None:
    rules = Rules(allows_write=writes)
    routes = api_routes(Path("none"), OpenLibrary(Path("none")).index, rules=rules)
    description = TestClient(Starlette(routes=routes)).get("/api/openapi.json").json()
    validate(description)
    described = {(path, method) for path, methods in description["paths"].items() for method in methods}
    own = [route for route in routes if "{rest" not in route.path and route.path != "/metrics"]  # served if asked for
    assert described == {
        (route.path, method.lower()) for route in own for method in route.methods or () if method != "HEAD"
    }


def test_what_cannot_be_answered_is_told_in_a_line(asked: TestClient) -> None:
    assert problem(asked.get("/api/search")) == (400, "The parameter q is missing.")
    assert problem(asked.get("/api/search", params={"q": "x", "k": "many"}))[0] == 400
    assert problem(asked.get("/api/search", params={"q": "x", "by": "luck"}))[0] == 400
    assert problem(asked.get("/api/sources/nowhere/text"))[0] == 404
    source = asked.get("/api/sources").json()["sources"][0]["id"]
    assert problem(asked.get(f"/api/sources/{source}/text", params={"start": 5, "end": 4}))[0] == 400
    assert problem(asked.post("/api/check", content=b"{")) == (400, 'Give JSON: {"text": "…"}')
    assert problem(asked.post("/api/check", content=b" " * (MAX_BODY + 1)))[0] == 413
    assert problem(asked.get("/api/nothing/here"))[0] == 404
    assert problem(asked.get("/api/%0A"))[0] == 404
    other = asked.delete("/api/sources")
    assert problem(other) == (405, "This is asked for by GET, HEAD alone. See /api/openapi.json.")
    assert other.headers["allow"] == "GET, HEAD"


def test_too_many_and_too_slow_requests_are_refused(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problem(client(sample_library, seconds=0.0).get("/api/search", params={"q": QUESTION}))[0] == 504
    monkeypatch.setattr(routes, "MAX_AT_ONCE", 0)
    answer = client(sample_library).get("/api/search", params={"q": QUESTION})
    assert problem(answer)[0] == 429
    assert answer.headers["retry-after"] == "1"


def test_more_requests_than_are_answered_at_once_wait_for_their_turn(asked: TestClient) -> None:
    with ThreadPoolExecutor(24) as pool:
        answers = list(pool.map(lambda _: asked.get("/api/search", params={"q": QUESTION}), range(24)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1


def test_metrics_count_answers_by_route_and_hold_nothing_that_was_asked(sample_library: Path) -> None:
    fresh = client(sample_library)
    for path in ("/api/search?q=bladder", "/api/search?q=bladder", "/api/search", "/api/sources/nowhere/text"):
        fresh.get(path)
    text = fresh.get("/metrics").text
    assert 'sourcewise_requests_total{route="/api/search",status="200"} 2\n' in text
    assert 'sourcewise_requests_total{route="/api/search",status="400"} 1\n' in text
    assert 'sourcewise_requests_total{route="/api/sources/{id}/text",status="404"} 1\n' in text
    assert 'sourcewise_request_seconds_bucket{route="/api/search",le="+Inf"} 3\n' in text
    assert "sourcewise_requests_at_work 0\n" in text
    assert not {"bladder", "nowhere"} & set(re.findall(r"\w+", text))


def test_no_answer_names_a_folder_of_this_machine(asked: TestClient, sample_library: Path, tmp_path: Path) -> None:
    status, detail = problem(client(tmp_path / "not here").get("/api/search", params={"q": QUESTION}))
    assert status == 503
    assert str(tmp_path) not in detail
    for path in ("/api/sources", f"/api/search?q={QUESTION}", f"/api/sources/{sample_library}/text"):
        assert str(sample_library) not in asked.get(path).text


def test_from_the_first_token_on_only_who_shows_one_that_holds_is_answered(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = tmp_path / "with tokens"
    shutil.copytree(sample_library, library, copy_function=link_models)
    asked = client(library)

    def command(*words: str) -> Any:
        code = main(["token", *words, "--library", str(library), "--json"])
        printed = capsys.readouterr()
        return json.loads(printed.out) if code == 0 else printed.err

    def status(token: str = "") -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return asked.get("/api/sources", headers=headers).status_code

    assert status() == 200
    token = command("add", "writer")["token"]
    assert problem(asked.get("/api/sources"))[0] == 401
    assert [status(), status("x" * 43), status(token[:-1]), status(token)] == [401, 401, 401, 200]
    assert "There is a token “writer” already" in command("add", "writer")
    stored = b"".join(path.read_bytes() for path in library.glob("sources.db*"))
    assert token.encode() not in stored
    assert [(row["name"], row["holds"]) for row in command("revoke", "writer")] == [("writer", False)]
    assert [status(), status(token)] == [401, 401]
    assert "There is no token “writer”" in command("revoke", "writer")
    again = command("add", "writer")["token"]
    assert [status(token), status(again)] == [401, 200]
    assert command("forget") == []
    assert status() == 200


@pytest.fixture(scope="module")
def written(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library that programs may change."""
    folder = tmp_path_factory.mktemp("written") / "library"
    return Path(shutil.copytree(sample_library, folder, copy_function=link_models))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_program_with_a_token_of_an_editor_pins_and_notes(written: Path) -> None:
    """Each as that token's; where another has changed the collection meanwhile, nothing is stored."""
    asked = client(written, allows_write=True)
    forget_tokens(written)
    source = asked.get("/api/sources").json()["sources"][0]["id"]
    place, pins = {"source": source, "start": 3, "end": 60}, "/api/collections/For the chapter/pins"
    assert problem(asked.post(pins, json=place))[0] == 401  # also where there is no token yet
    reader, editor = (bearer(add_token(written, role.word, role)) for role in (Role.READER, Role.EDITOR))
    assert problem(asked.post(pins, json=place, headers=reader))[0] == 403
    made = asked.post(pins, json={**place, "note": "use it"}, headers=editor)
    assert (made.status_code, made.json()["collection"], made.json()["revision"]) == (201, "For the chapter", 1)
    pin = f"{pins}/{made.json()['pin']}"
    assert problem(asked.put(pin, json={"revision": 1, "note": "x"}, headers=reader))[0] == 403
    noted = asked.put(pin, json={"revision": 1, "note": "seen", "tags": ["a"]}, headers=editor)
    assert (noted.status_code, noted.json()["revision"]) == (200, 2)
    assert problem(asked.put(pin, json={"revision": 1, "note": "late"}, headers=editor))[0] == 409
    (kept,) = asked.get("/api/collections", headers=reader).json()["collections"]
    text = asked.get(f"/api/sources/{source}/text", headers=reader).json()["text"]
    assert [(row["text"], row["note"], row["tags"]) for row in kept["pins"]] == [(text[3:60], "seen", ["a"])]
    store = Store.open(written)
    lines = [(line.who, line.changed) for line in store.audit() if line.action == "collection"]
    store.close()
    assert lines == [("token editor", f"pinned {source} 3–60"), ("token editor", f"noted {source} 3–60")]


def test_what_is_no_change_is_refused_and_nothing_is_stored(written: Path) -> None:
    """Also ids of sources and passages that this library does not have; and every change without --allow-write."""
    token = bearer(add_token(written, "another editor", Role.EDITOR))
    asked, closed = client(written, allows_write=True), client(written)
    before = asked.get("/api/collections", headers=token).json()["collections"]
    source = asked.get("/api/sources", headers=token).json()["sources"][0]["id"]
    place = {"source": source, "start": 0, "end": 9}

    def status(method: str, path: str, body: Any) -> int:
        return problem(asked.request(method, f"/api/collections/{path}", json=body, headers=token))[0]

    for wrong in ({"start": -1}, {"end": 0}, {"end": 10**9}, {"end": True}, {"source": 1}, {"note": 1}, {"tags": "a"}):
        assert status("POST", "A name/pins", {**place, **wrong}) == 400
    assert status("POST", "A name/pins", {**place, "source": "f" * 16}) == 404
    assert status("POST", "%20/pins", place) == 400
    assert status("POST", "A name/pins", [place]) == 400
    assert status("PUT", "Nowhere/pins/abc", {"revision": 1, "note": ""}) == 404
    assert status("PUT", "A name/pins/abc", {"revision": "1", "note": ""}) == 400
    for method, path in (("POST", "A name/pins"), ("PUT", "A name/pins/abc")):
        assert problem(closed.request(method, f"/api/collections/{path}", json=place, headers=token))[0] == 404
    revoke_token(written, "another editor")
    assert status("POST", "A name/pins", place) == 401
    reader = bearer(add_token(written, "looks"))
    assert asked.get("/api/collections", headers=reader).json()["collections"] == before


def test_who_asks_too_often_waits_by_address_and_by_token(written: Path) -> None:
    token = bearer(add_token(written, "busy"))
    asked = client(written, a_minute=2)
    assert [asked.get("/api/search").status_code for _ in range(3)] == [400, 400, 429]
    refused = asked.get("/api/search")
    assert problem(refused) == (429, "At most 2 requests a minute are answered.")
    assert 1 <= int(refused.headers["retry-after"]) <= 30
    elsewhere = [TestClient(asked.app, client=(f"192.0.2.{number}", 1)) for number in range(3)]
    assert [one.get("/api/sources", headers=token).status_code for one in elsewhere] == [200, 200, 429]


def test_a_rate_is_met_exactly_and_remembers_a_bounded_number() -> None:
    now = [0.0]
    limit = RateLimit(60, lambda: now[0])
    assert [limit.wait("a") for _ in range(60)] == [0.0] * 60
    assert limit.wait("a") == limit.wait("a") == pytest.approx(1.0)
    assert limit.wait("b") == 0.0
    now[0] = 1.0
    assert [limit.wait("a"), limit.wait("a")] == [0.0, pytest.approx(1.0)]
    for number in range(2 * MAX_KEYS):
        limit.wait(str(number))
    assert len(limit._empty) == MAX_KEYS


def test_in_a_team_only_who_is_signed_in_or_shows_a_token_is_answered(written: Path) -> None:
    """Also of health and metrics, and while there is no token at all; a token that was shown counts, not the cookie."""
    forget_tokens(written)
    rules = Rules(seconds=600.0, is_team=True)
    app = Starlette(routes=api_routes(written, OpenLibrary(written).index, draft_of_text, rules))
    signed_in: list[Person | None] = [None]

    async def gate(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "person": signed_in[0]}, receive, send)

    asked = TestClient(gate)
    paths = ("/api/sources", "/metrics", "/healthz")
    assert [asked.get(path).status_code for path in paths] == [401] * 3
    token = add_token(written, "a program")
    assert [asked.get(path, headers=bearer(f"x{token}")).status_code for path in paths] == [401] * 3
    assert [asked.get(path, headers=bearer(token)).status_code for path in paths] == [200] * 3
    signed_in[0] = Person("rea@desk.example", Role.READER)
    assert [asked.get(path).status_code for path in paths] == [200] * 3
    assert asked.get("/api/sources", headers=bearer(f"x{token}")).status_code == 401


PATHS = st.sampled_from(
    ["search", "compare", "question", "sources", "collections", "sources/{}/text", "sources/{}/passages", "{}"]
)
NAMES = st.sampled_from(["q", "k", "by", "source", "author", "since", "until", "a", "b", "start", "end"])
VALUES = st.text(max_size=12) | st.sampled_from(["1", "0", "-1", "1e9", "99999999999999999999", "both", "2024-13", '"'])


@given(PATHS, VALUES, st.dictionaries(NAMES, VALUES, max_size=5))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_asked_is_answered_or_refused(
    asked: TestClient, path: str, value: str, params: dict[str, str]
) -> None:
    answer = asked.get("/api/" + path.format(quote(value, safe="")), params=params)
    assert answer.status_code in (200, 400, 404)
    answer.json()


@given(st.binary(max_size=40) | st.text(max_size=40).map(lambda text: json.dumps({"text": text}).encode()))
@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_draft_is_sent_is_checked_or_refused(asked: TestClient, body: bytes) -> None:
    assert asked.post("/api/check", content=body).status_code in (200, 400)
