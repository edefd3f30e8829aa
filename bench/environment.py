"""Makes a Python environment for a program that ours is compared with, the way the Makefile makes ours."""

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
    """The Python of the environment in ``folder``, with these packages in the versions that constraints.txt pins.

    An environment that exists with the same packages is kept. Raises DataError when they cannot be installed.
    """
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
    """As in the Makefile: uv where it is installed, else venv and pip. uv does not read PIP_FIND_LINKS itself."""
    requirements = [*packages, "-c", str(ROOT / "constraints.txt")]
    uv = shutil.which("uv")
    if uv is None:
        return [[sys.executable, "-m", "venv", str(folder)], [str(python), "-m", "pip", "install", *requirements]]
    locations = os.environ.get("PIP_FIND_LINKS", "").split()
    find_links = [part for location in locations for part in ("--find-links", location)]
    backend = [] if find_links else ["--torch-backend", "cpu"]
    return [
        [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, str(folder)],
        [uv, "pip", "install", "--python", str(python), *find_links, *backend, *requirements],
    ]


def _run(command: Sequence[str], folder: Path, packages: Sequence[str]) -> str:
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace")
    if done.returncode:
        output = " ".join((done.stderr.strip() or done.stdout.strip()).split())[-400:]
        raise DataError(
            f"{', '.join(packages)} cannot be installed in {folder} ({output}). "
            "It takes a network or a folder of wheels in PIP_FIND_LINKS, once."
        )
    return done.stdout
