"""The wheel: it installs into a folder, and its command does what ``python -m …`` does."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from email.parser import Parser
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.making import ROOT
from tests.views.test_admission import free_port, wait_for

PARTS = ("index", "ingest", "views", ".streamlit", "app.py", "setup.py", "pyproject.toml", "README.md", "LICENSE")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the wheel, built from a copy of the project and installed without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    (folder / "project").mkdir()
    for path in [*map(ROOT.joinpath, PARTS), *ROOT.glob("requirements*.txt")]:
        copy = shutil.copytree if path.is_dir() else shutil.copy
        copy(path, folder / "project" / path.name)
    pip = [sys.executable, "-m", "pip", "--isolated", "--no-input", "--disable-pip-version-check"]
    build = ["wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", str(folder), str(folder / "project")]
    done = subprocess.run([*pip, *build], capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    (wheel,) = folder.glob("*.whl")
    subprocess.run(
        [*pip, "install", "--no-deps", "--no-index", "--target", str(folder / "there"), str(wheel)], check=True
    )
    return folder / "there"


def settings(installed: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(installed)}


@pytest.mark.slow
def test_the_wheel_requires_what_the_requirement_files_list(installed: Path) -> None:
    (metadata,) = installed.glob("sourcewise-*.dist-info/METADATA")
    names = Parser().parsestr(metadata.read_text(encoding="utf-8")).get_all("Requires-Dist", [])
    required = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert len([name for name in names if "extra" not in name]) == len([line for line in required if line[0] != "#"])
    assert [name for name in names if name.startswith("mcp") and "extra" in name]


@pytest.mark.slow
def test_it_holds_every_file_that_the_code_reads(installed: Path) -> None:
    for package in ("index", "ingest", "views"):
        own = {path.relative_to(ROOT) for path in (ROOT / package).rglob("*") if path.is_file()}
        own = {path for path in own if "__pycache__" not in path.parts}
        assert not [path for path in own if not (installed / path).is_file()]
    assert {".streamlit", "app.py"} <= {path.name for path in (installed / "sourcewise").iterdir()}


@pytest.mark.slow
def test_its_commands_run_from_an_empty_folder(installed: Path, prepared: Path, tmp_path: Path) -> None:
    library, articles, empty = tmp_path / "library", tmp_path / "articles", tmp_path / "empty"
    for folder in (articles, empty):
        folder.mkdir()
    (articles / "bees.txt").write_text(
        "Honey bees\n\nA worker bee visits fifty flowers on one trip.\n", encoding="utf-8"
    )

    def sourcewise(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [installed / "bin" / "sourcewise", *arguments],
            cwd=empty,
            env=settings(installed),
            capture_output=True,
            encoding="utf-8",
            stdin=subprocess.DEVNULL,
        )

    missing = sourcewise("search", "flowers")
    assert missing.returncode == 2
    assert f"Make one: sourcewise ingest FOLDER --library {library}" in missing.stderr
    shutil.copytree(prepared, library)
    assert json.loads(sourcewise("ingest", str(articles), "--json").stdout)["documents"]["added"] == 1
    hit = json.loads(sourcewise("search", "how many flowers does a bee visit", "--json").stdout)["hits"][0]
    assert "fifty flowers" in hit["text"]
    (empty / "draft.txt").write_text("A worker bee visits fifty flowers on one trip.", encoding="utf-8")
    assert json.loads(sourcewise("check", "draft.txt", "--json").stdout)["sentences"][0]["status"] == "found"
    assert json.loads(sourcewise("sources", "--json").stdout)[0]["id"] == hit["source"]["id"]
    assert "sourcewise compare" in sourcewise("compare", "--help").stdout
    assert {"sourcewise ingest PATH", "sourcewise serve FOLDER"} <= set(
        re.findall(r"^(\w+ \w+ \w+) ", sourcewise("--help").stdout, re.M)
    )
    wrong = sourcewise("verify", "--nothing")
    assert (wrong.returncode, wrong.stderr) == (
        2,
        "sourcewise: unrecognized arguments: --nothing. Run: sourcewise --help\n",
    )


@pytest.mark.slow
def test_its_page_is_served_with_its_settings(installed: Path, tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "server.txt"
    env = settings(installed) | {"STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true"}
    command = [installed / "bin" / "sourcewise", "page"]
    with log.open("wb") as out, subprocess.Popen(command, cwd=tmp_path, env=env, stdout=out, stderr=out) as process:
        try:
            wait_for(port, process, log)
            with closing(urlopen(f"http://127.0.0.1:{port}/healthz")) as answer:
                assert answer.headers["X-Frame-Options"] == "DENY"
            with closing(urlopen(f"http://127.0.0.1:{port}/_stcore/host-config")) as answer:
                assert json.loads(answer.read())["allowedOrigins"] == []
        finally:
            process.terminate()
    assert "Traceback" not in log.read_text(encoding="utf-8")
