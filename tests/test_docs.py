"""What the README, the Makefile and the requirement files say is so."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.test_layout import CODE, ROOT, imports, name_of

README = (ROOT / "README.md").read_text(encoding="utf-8")
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
OWN = {"index", "ingest", "views", "bench", "tests", "app"}
# bench.retrieval.peers installs the first into an environment of its own; whoever runs tests.fuzz installs the other
APART = {"txtai", "atheris"}
KNOWN = {"make", "python", "python3", "uv", ".venv/bin/python", ".ci/run"}


def blocks(language: str) -> list[str]:
    """Every fenced block of a language, as it stands."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def commands(language: str) -> list[str]:
    """The command lines of every fenced block of a language, long lines joined, remarks and settings taken off."""
    lines = [line for block in blocks(language) for line in block.replace("\\\n", " ").splitlines()]
    return [re.sub(r"\s+#.*$", "", line).strip() for line in lines if line.strip() and not line.startswith("#")]


def words(command: str) -> list[str]:
    """The words of a command, without leading NAME=value settings."""
    parts = shlex.split(command)
    while parts and re.match(r"[A-Z_]+=", parts[0]):
        parts.pop(0)
    return parts


SHELL = commands("sh")
TARGETS = set(re.findall(r"^([a-z][\w-]*):", MAKEFILE, re.MULTILINE))


def own_command(command: str) -> bool:
    parts = words(command)
    return parts[:1] == ["python"] and parts[1:2] == ["-m"] and parts[2] in OWN


@pytest.mark.parametrize("command", SHELL)
def test_every_command_is_one_that_exists(command: str) -> None:
    first, *rest = words(command)
    assert first in KNOWN, f"unknown command in the README: {command}"
    if first == "make":
        assert {word for word in rest if "=" not in word} <= TARGETS
    for word in rest:
        if re.fullmatch(r"\w[\w./-]*\.(txt|py|jsonl)", word):
            assert (ROOT / word).is_file(), f"{command}: no {word}"


def test_both_commands_are_there() -> None:
    assert {"make run", "make test"} <= set(SHELL)


def test_windows_has_the_same_commands() -> None:
    def core(lines: list[str], python: str) -> list[str]:
        return [line.removeprefix(python) for line in lines if line.startswith(python)]

    assert core(commands("powershell"), r".venv\Scripts\python ") == core(SHELL, ".venv/bin/python ")


def shell(command: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "-c", command],
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=1800,
    )


@pytest.fixture
def reader(tmp_path: Path) -> dict[str, str]:
    """The environment of a person with a folder ``articles`` at home and a library that is still to be made."""
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / "note.txt").write_text("A note.\n\nKetamine is a dissociative anaesthetic.\n", encoding="utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    # What the suite itself was told must not leak into what a reader of the README sees.
    told = ("CI", "PYTEST_ADDOPTS", "SOURCEWISE_LIBRARY")
    rest = {name: value for name, value in os.environ.items() if name not in told}
    return rest | {"HOME": str(tmp_path), "SOURCEWISE_LIBRARY": str(tmp_path / "library"), "PATH": path}


@pytest.mark.skipif(os.name == "nt", reason="the examples are for a POSIX shell")
@pytest.mark.timeout(600)
@pytest.mark.slow
def test_the_command_lines_run_as_printed(reader: dict[str, str]) -> None:
    """In the README's order, on the sample corpus. Where a model or data is needed: the options only."""
    made = shell("python -m ingest corpus", reader)
    assert made.returncode == 0, made.stderr
    sources = json.loads(shell("python -m index sources --json", reader).stdout)
    for command in filter(own_command, SHELL):
        parts = words(command)
        if parts[2] == "bench" or "--model" in parts:
            stated = shell(f"python -m {parts[2]} --help", reader)
            assert all(part in stated.stdout for part in parts if part.startswith("--")), command
            continue
        named = command.replace("SOURCE_ID", sources[0]["id"]).replace("OTHER_ID", sources[1]["id"])
        done = shell(named, reader)
        assert done.returncode == 0, f"{command}\n{done.stderr}"
        if "--json" in parts:
            lines = done.stdout.splitlines() if "--queries" in parts else [done.stdout]
            assert all(json.loads(line) for line in lines)


def test_the_python_example_runs_as_printed(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It prints three passages of the sample corpus."""
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(sample_library))
    printed: list[tuple[object, ...]] = []
    for code in blocks("python"):
        exec(code, {"print": lambda *values: printed.append(values)})
    assert len(printed) == 3
    assert all(title and text for title, _, text in printed)


def requirement_names(name: str) -> set[str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    names = (re.match(r"[A-Za-z0-9][\w.-]*", line) for line in lines)
    return {re.sub(r"[-_.]+", "-", found.group()).lower() for found in names if found}


def missing(paths: list[Path], listed: set[str]) -> list[str]:
    """Imports whose distribution is not listed."""
    owners = packages_distributions()
    found = []
    for path in paths:
        for module in sorted({name.split(".")[0] for name in imports(path)} - OWN - set(sys.stdlib_module_names)):
            names = {re.sub(r"[-_.]+", "-", owner).lower() for owner in owners.get(module, [module])}
            if not names & listed:
                found.append(f"{name_of(path)} imports {module}")
    return found


def test_what_the_code_imports_is_required() -> None:
    benched = [path for path in CODE if ROOT / "bench" in path.parents]
    run = requirement_names("requirements.txt")
    extra = [ROOT / "index" / "commands" / "mcp.py"]  # it says what to install when that is missing
    assert not missing(extra, run | requirement_names("requirements-mcp.txt"))
    benched += extra
    on_server = [*(ROOT / "index").rglob("server*.py"), ROOT / "ingest" / "sync" / "distributed.py"]  # so do these
    assert not missing(on_server, run | requirement_names("requirements-distributed.txt"))
    benched += on_server
    building = [ROOT / "setup.py"]  # pyproject.toml says by what
    assert not missing(building, {re.split(r"\W", name)[0] for name in PYPROJECT["build-system"]["requires"]})
    benched += building
    assert not missing([path for path in CODE if path not in benched], run)
    dev = run.union(
        *(
            map(
                requirement_names,
                (
                    "requirements-dev.txt",
                    "requirements-mcp.txt",
                    "requirements-team.txt",
                    "requirements-distributed.txt",
                ),
            )
        )
    )
    assert not missing(
        [path for path in benched if path not in building] + sorted(ROOT.joinpath("tests").rglob("*.py")), dev | APART
    )


def test_constraints_pin_exactly_what_is_required_and_no_cuda() -> None:
    text = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    pins = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins), "not exact, or a local build"
    assert "nvidia" not in text
    assert "@" not in text
    required = requirement_names("requirements.txt") | requirement_names("requirements-dev.txt")
    assert required <= requirement_names("constraints.txt")


def test_torch_is_pinned_in_both() -> None:
    pin = re.compile(r"^torch==(\S+)$", re.MULTILINE)
    found = {tuple(pin.findall((ROOT / name).read_text("utf-8"))) for name in ("requirements.txt", "constraints.txt")}
    assert len(found) == 1
    assert all(found)


def test_each_promise_names_a_test_that_is_there() -> None:
    named = re.findall(r"`([\w/]*test_\w+\.py)`", (ROOT / "SECURITY.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_the_changelog_has_a_place_for_what_comes() -> None:
    assert re.search(r"^## (Unreleased|\[?0\.1\.0)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_asks_nothing_and_sends_nothing() -> None:
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["server"]["showEmailPrompt"] is False
    assert settings["server"]["address"] == "127.0.0.1"
    assert settings["server"]["allowedHosts"] == ["localhost", "127.0.0.1"]
    assert not re.search(r"https?://", json.dumps(settings)), "a font or a style from elsewhere"


def test_the_examples_for_python_print_what_stands_below_them(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(sample_library))
    page = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
    examples = re.findall(r"^```python\n(.*?)^```\n\n```text\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(examples) == 5 == page.count("```python")
    names: dict[str, object] = {}
    for code, printed in examples:
        exec(code, names)
        assert capsys.readouterr().out == printed
