"""Measures how much faster two Dask workers ingest than one. Each has a core, which must be free."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from bench.cluster import cluster
from bench.library import ROOT
from bench.server import Server
from bench.sets import DataError

_RECORDS = 1000  # that are ingested twice, so that publishing takes a small part of the time (a guess)


def times_faster(records: Path, server: Server) -> float:
    """How many times as long one worker takes as two for the first of some records, with publishing. Raises
    DataError."""
    with tempfile.TemporaryDirectory(prefix="sourcewise-workers-") as made:
        folder = Path(made) / "documents"
        folder.mkdir()
        with records.open(encoding="utf-8") as lines, (folder / records.name).open("w", encoding="utf-8") as first:
            first.writelines(islice(lines, _RECORDS))
        return _seconds(folder, Path(made), 1, server) / _seconds(folder, Path(made), 2, server)


def _seconds(folder: Path, made: Path, workers: int, server: Server) -> float:
    here = made / f"{workers}"
    here.mkdir()
    with cluster(here, workers, on_own_cores=True) as (scheduler, _):
        command = [sys.executable, "-m", "ingest", str(folder), "--library", server.database().url, "--json"]
        began = time.perf_counter()
        process = subprocess.run([*command, "--workers", scheduler], cwd=ROOT, capture_output=True, text=True)
        taken = time.perf_counter() - began
    if process.returncode != 0 or not json.loads(process.stdout)["documents"]["added"]:
        raise DataError(f"ingest --workers failed: {process.stderr.strip()[-500:]}")
    return taken
