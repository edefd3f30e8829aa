"""Neither ingest nor search opens a connection or writes outside the library, as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import PATIENCE, ROOT

# Runs a module as ``python -m`` does, under an audit hook; at the end tells what was asked of the network, which
# modules are there, and to which hosts this process has sockets. OpenVINO's native code is seen by the last alone.
WATCHED = """
import atexit, json, os, runpy, sys

asked = []

def watch(event, args):
    kind = event.removeprefix("socket.")
    if kind != event and kind.startswith(("connect", "getaddrinfo", "gethostby", "sendto", "sendmsg")):
        asked.append(f"{event} {args[-1] if event != 'socket.getaddrinfo' else args[0]}")

def remote():
    mine = set()
    for name in os.listdir("/proc/self/fd"):
        try:
            mine.add(os.readlink(f"/proc/self/fd/{name}"))
        except OSError:
            pass
    rows = []
    for name in ("tcp", "tcp6", "udp", "udp6"):
        try:
            lines = open(f"/proc/self/net/{name}").read().splitlines()[1:]
        except OSError:
            continue
        rows += [line.split()[2] for line in lines if f"socket:[{line.split()[9]}]" in mine]
    return rows

def tell():
    sockets = remote() if os.path.isdir("/proc/self/fd") else []
    with open(os.environ["TOLD"], "w") as file:
        json.dump({"asked": asked, "sockets": sockets, "modules": sorted(sys.modules)}, file)

def told_exit(code, leave=os._exit):
    tell()
    leave(code)

sys.addaudithook(watch)
atexit.register(tell)
os._exit = told_exit  # a process that ends at once tells all the same
module = sys.argv[1]
sys.argv = [module, *sys.argv[2:]]
runpy.run_module(module, run_name="__main__", alter_sys=True)
"""

# Python itself imports this at each start: what the processes that an ingest starts ask of the network is told too.
CHILD = """
import os, sys

def watch(event, args):
    kind = event.removeprefix("socket.")
    if kind != event and kind.startswith(("connect", "getaddrinfo", "gethostby", "sendto", "sendmsg")):
        with open(os.environ["TOLD"] + ".children", "a") as file:
            file.write(f"{event} {args}\\n")

sys.addaudithook(watch)
with open(os.environ["TOLD"] + ".started", "a") as file:
    file.write(" ".join(sys.orig_argv) + "\\n")
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def run(home: Path, module: str, *arguments: str) -> dict[str, list[str]]:
    """Run a module as a person does: no CI, a home of its own, the hub not forbidden."""
    told = home.parent / "told.json"
    left_out = {"CI", "HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "XDG_CACHE_HOME", "HF_HOME"}
    env = {name: value for name, value in os.environ.items() if name not in left_out}
    watcher = home.parent / "watcher"
    watcher.mkdir(exist_ok=True)
    (watcher / "sitecustomize.py").write_text(CHILD, encoding="utf-8")
    env |= {"HOME": str(home), "USERPROFILE": str(home), "TOLD": str(told), "PYTHONPATH": str(watcher)}
    done = subprocess.run(
        [sys.executable, "-c", WATCHED, module, *arguments],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, list[str]] = json.loads(told.read_text(encoding="utf-8"))
    children = told.with_name("told.json.children")
    found["asked"] += children.read_text(encoding="utf-8").splitlines() if children.exists() else []
    found["started"] = told.with_name("told.json.started").read_text(encoding="utf-8").splitlines()
    return found


def silent(told: dict[str, list[str]], home: Path) -> bool:
    assert told["asked"] == []
    assert told["sockets"] == []
    assert list(home.iterdir()) == []
    return True


def test_ingest_and_search_keep_to_themselves(home: Path, library: Path, tmp_path: Path) -> None:
    """No look-up, no connection, nothing in the home folder; a search loads no training framework, no page, and
    nothing that checks a draft or compares."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Ketamine was first made in 1962.", encoding="utf-8")
    (tmp_path / "docs" / "b.html").write_text("<title>B</title><p>The bladder may suffer.</p>", encoding="utf-8")
    made = run(home, "ingest", str(tmp_path / "docs"), "--library", str(library))
    assert silent(made, home)
    assert any("ingest.sandbox.worker" in line for line in made["started"]), "the readers are watched too"
    assert not {"torch", "streamlit"} & set(made["modules"])
    told = run(home, "index", "search", "when was it made", "--library", str(library), "--json")
    assert silent(told, home)
    heavy = {"torch", "transformers", "sentence_transformers", "huggingface_hub", "streamlit", "ingest"}
    assert not heavy & set(told["modules"])
    assert not {"index.check.draft", "index.compare.sources", "index.differences"} & set(told["modules"]), (
        "nor what checks drafts"
    )
    for command in (["sources"], ["verify"]):
        assert silent(run(home, "index", *command, "--library", str(library)), home)


@pytest.mark.slow
def test_the_first_ingest_converts_the_model_without_a_network(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch, transformers and OpenVINO's converter run once; none of them calls anybody."""
    monkeypatch.setenv("SOURCEWISE_MODELS", str(tmp_path / "models"))
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Ketamine was first made in 1962.", encoding="utf-8")
    told = run(home, "ingest", str(tmp_path / "docs"), "--library", str(tmp_path / "new"))
    assert "torch" in told["modules"]
    assert silent(told, home)
