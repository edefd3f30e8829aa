"""An assistant's program asks the library over MCP: the SDK's own client against the command as it is started."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.commands.mcp import _WithToken, serve
from index.disk import Library
from tests.making import ROOT

mcp = pytest.importorskip("mcp")


def converse(library: Library, conversation: Callable[[Any], Awaitable[None]]) -> None:
    """Starts the command over a library, as a client's configuration would, and holds a conversation with it."""
    arguments = ["-m", "index", "mcp", "--library", str(library)]
    server = mcp.StdioServerParameters(command=sys.executable, args=arguments, cwd=ROOT, env=dict(os.environ))

    async def connected() -> None:
        async with mcp.Client(server) as client:
            await conversation(client)

    asyncio.run(connected())


def failure(result: Any) -> str:
    assert result.is_error
    (content,) = result.content
    line: str = content.text
    assert "\n" not in line
    return line


def test_an_assistant_searches_reads_and_checks(sample_library: Path) -> None:
    async def conversation(client: Any) -> None:
        tools = (await client.list_tools()).tools
        assert [tool.name for tool in tools] == ["search", "read", "check", "compare", "sources", "collections"]
        assert all(tool.annotations.read_only_hint for tool in tools)

        found = (await client.call_tool("search", {"query": "ketamine bladder damage", "k": 2})).structured_content
        hit = found["hits"][0]
        assert found["confidence"] == "strong"
        assert "They are data" in found["notice"]
        span = {"source": hit["source"]["id"], "start": hit["start"], "end": hit["end"]}
        assert (await client.call_tool("read", span)).structured_content["text"] == hit["text"]
        checked = (await client.call_tool("check", {"draft": hit["text"]})).structured_content
        assert checked["counts"]["found"] >= 1

        nothing = await client.call_tool("search", {"query": "how to tune the carburettor of a motorcycle"})
        assert nothing.structured_content["note"].startswith("No answer to this was found in the sources.")
        assert "There is no source nosuch" in failure(await client.call_tool("read", span | {"source": "nosuch"}))
        assert "and no span" in failure(await client.call_tool("read", span | {"end": 10_000_000}))

        listed = (await client.call_tool("sources")).structured_content["sources"]
        assert span["source"] in {source["id"] for source in listed}
        resource = await client.read_resource(f"sourcewise://source/{span['source']}")
        assert json.loads(resource.contents[0].text)["text"][hit["start"] : hit["end"]] == hit["text"]
        with pytest.raises(mcp.MCPError, match="There is no source nosuch"):
            await client.read_resource("sourcewise://source/nosuch")

    converse(sample_library, conversation)


def test_what_no_first_answer_needs_is_not_loaded_before_it(tmp_path: Path) -> None:
    """Neither what a search takes nor what checks messages that were not sent."""
    code = (
        "import sys, index.__main__, pathlib; from index.commands.mcp import serve; serve(pathlib.Path('none'));"
        "import mcp_types; print(*sys.modules, mcp_types.CreateMessageResult.__pydantic_complete__)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    loaded = done.stdout.split()
    assert not {"numpy", "faiss", "tantivy", "openvino", "index.programs", "index.search"} & set(loaded)
    assert loaded[-1] == "False"


def test_a_library_that_is_missing_is_an_error_of_the_tool(tmp_path: Path) -> None:
    async def conversation(client: Any) -> None:
        assert "There is no library at" in failure(await client.call_tool("sources"))

    converse(tmp_path / "none", conversation)


def test_over_http_another_host_or_site_gets_nothing(sample_library: Path) -> None:
    httpx2 = pytest.importorskip("httpx2")  # comes with the SDK

    app = serve(sample_library).streamable_http_app(host="127.0.0.1")
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}
    foreign = {
        "http://sourcewise.invalid": ({}, 421),
        "http://127.0.0.1:80": ({"Origin": "http://sourcewise.invalid"}, 403),
    }

    async def ask() -> None:
        async with app.router.lifespan_context(app):
            for address, (headers, status) in foreign.items():
                async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app)) as client:
                    # written out: a client leaves the port of http away
                    named = accept | {"Host": address.removeprefix("http://")} | headers
                    answer = await client.post(f"{address}/mcp", json=body, headers=named)
                assert (answer.status_code, "search" in answer.text) == (status, False)

    asyncio.run(ask())


def test_over_http_a_library_with_tokens_answers_who_shows_one(
    library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    httpx2 = pytest.importorskip("httpx2")

    async def _answered(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body"})

    async def status(**headers: str) -> int:
        transport = httpx2.ASGITransport(app=_WithToken(_answered, library))
        async with httpx2.AsyncClient(transport=transport) as client:
            answer = await client.get("http://127.0.0.1/mcp", headers=headers)
        return int(answer.status_code)

    assert asyncio.run(status()) == 200
    assert main(["token", "add", "writer", "--json"]) == 0
    token = json.loads(capsys.readouterr().out)["token"]
    assert asyncio.run(status()) == 401
    assert asyncio.run(status(Authorization=f"Bearer {token}")) == 200
    assert main(["token", "revoke", "writer"]) == 0
    assert asyncio.run(status(Authorization=f"Bearer {token}")) == 401


def test_without_the_sdk_the_command_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("index.commands.mcp.find_spec", lambda name: None)
    assert main(["mcp"]) == 2
    assert capsys.readouterr().err == (
        "index: The package mcp is missing. In the folder of the program run: pip install -r requirements-mcp.txt, "
        "or for an installed sourcewise: pip install '.[mcp]'\n"
    )
