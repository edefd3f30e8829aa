"""Dask workers on this machine, to measure and to test with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from bench.library import ROOT

_PATIENCE = 600.0  # seconds until a process that does not start is given up: many times what a busy machine takes


@contextmanager
def cluster(
    folder: Path, workers: int = 2, options: Sequence[str] = (), *, on_own_cores: bool = False
) -> Iterator[tuple[str, list[subprocess.Popen[str]]]]:
    """A scheduler and workers, each a process: its address, and they, the scheduler last. ``folder``: an empty one for
    their files; ``options``: of the workers; ``on_own_cores``: each has a core for itself (Linux), as one uses all."""
    place = folder / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    quiet = ["--no-dashboard", "--scheduler-file", str(place)]
    work = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *quiet]
    with ExitStack() as stack:
        scheduler = stack.enter_context(_started([*command, *quiet], folder))
        address = _address(place)
        here = ["--local-directory", str(folder), *options]
        processes = [stack.enter_context(_started([*work, *here], folder)) for _ in range(workers)]
        for process, core in zip(processes, sorted(os.sched_getaffinity(0)) if on_own_cores else (), strict=False):
            os.sched_setaffinity(process.pid, {core})  # before it starts threads, which inherit it
        from distributed import Client

        with Client(address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=_PATIENCE)
        yield address, [*processes, scheduler]


def _address(place: Path) -> str:
    """What a scheduler writes of itself, once it has started. Raises TimeoutError."""
    ends = time.monotonic() + _PATIENCE
    while not (place.exists() and "address" in place.read_text(encoding="utf-8")):
        if time.monotonic() > ends:
            raise TimeoutError(f"no scheduler wrote {place}")
        time.sleep(0.02)
    return str(json.loads(place.read_text(encoding="utf-8"))["address"])


@contextmanager
def _started(command: Sequence[str], folder: Path) -> Iterator[subprocess.Popen[str]]:
    with (folder / "log").open("a", encoding="utf-8") as log:
        process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=log, stderr=log)
        with process:
            try:
                yield process
            finally:
                process.kill()
