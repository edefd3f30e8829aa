"""An environment of its own for a program that is measured beside ours, made the way the Makefile makes ours."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.library import ROOT
from bench.sets import DataError

_LISTED = "from importlib.metadata import distributions as d; print(*sorted({one.name for one in d()}), sep='\\n')"


def make(folder: Path, packages: Sequence[str]) -> Path:
    """The Python of the environment in ``folder``, with these packages; what constraints.txt pins has that version
    there too. One that is there is kept. Raises DataError."""
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "installed.txt"
    wanted = "\n".join(packages)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return python
    print(f"{folder}: install {', '.join(packages)}", file=sys.stderr, flush=True)
    for command in _commands(folder, python, packages):
        _run(command, folder, packages)
    cuda = [name for name in _run([str(python), "-c", _LISTED], folder, packages).split() if name.startswith("nvidia-")]
    if cuda:
        print(f"{folder}: has CUDA packages ({len(cuda)}); the README says how to keep them out", file=sys.stderr)
    stamp.write_text(wanted, encoding="utf-8")
    return python


def _commands(folder: Path, python: Path, packages: Sequence[str]) -> list[list[str]]:
    """As in the Makefile: uv where it is, else venv and pip. uv does not read pip's setting for local wheels."""
    what = [*packages, "-c", str(ROOT / "constraints.txt")]
    uv = shutil.which("uv")
    if uv is None:
        return [[sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", *what]]
    places = [part for place in os.environ.get("PIP_FIND_LINKS", "").split() for part in ("--find-links", place)]
    backend = [] if places else ["--torch-backend", "cpu"]
    return [
        [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--python", str(python), *places, *backend, *what],
    ]


def _run(command: Sequence[str], folder: Path, packages: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        said = " ".join((done.stderr.strip() or done.stdout.strip()).split())[-400:]
        raise DataError(
            f"{', '.join(packages)} cannot be installed in {folder} ({said}). "
            "It takes a network or a folder of wheels in PIP_FIND_LINKS, once."
        )
    return done.stdout
