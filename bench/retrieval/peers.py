"""Compares our search with txtai: the same model, corpus, queries and machine, in alternating runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from bench import environment
from bench.library import ROOT, unpack
from bench.metrics import mean, ndcg
from bench.retrieval.driver import Job
from bench.sets import DataError, RankingSet, records
from bench.speed.measure import cores
from index.embedding.reference import check_default, default_folder

SETS = ("cranfield", "nfcorpus", "scifact")
OWN, OTHER = "sourcewise", "txtai"
PACKAGES = ("txtai>=9.14,<10", "torch", "faiss-cpu", "numpy")
INGEST, QUERY = 3.0, 2.0
"""Goals: how many times as fast as the other engine. The third goal is a better ranking on every set."""

Commands = Mapping[str, Sequence[str]]
"""The command of each engine's driver (bench.retrieval.driver), ours first; the phase is added as last argument."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine on one set, medians over the rounds.

    ``ingest``: seconds; ``p50``, ``p95``: milliseconds of a query; by the wall clock, or as CPU time over all cores
    (``_cpu``); ``peak``: megabytes (10⁶ bytes) at the ingest's peak; ``resident``: of the warm process that answers;
    ``ndcg``: the mean nDCG@10.
    """

    ingest: float
    ingest_cpu: float
    p50: float
    p95: float
    p50_cpu: float
    peak: float
    resident: float
    ndcg: float


@dataclass(frozen=True, slots=True)
class SetComparison:
    name: str
    documents: int
    queries: int
    own: Figures
    other: Figures


@dataclass(frozen=True, slots=True)
class Peers:
    """The whole comparison. ``prepared``: seconds that each engine needed once, not counted in the figures."""

    measured: str
    cores: int
    rounds: int
    versions: dict[str, str]
    prepared: dict[str, float]
    sets: tuple[SetComparison, ...]


def commands(work: Path) -> Commands:
    """Our driver in this environment, txtai's in an environment made for it below ``work``. Raises DataError."""
    python = environment.make(work / "txtai-environment", PACKAGES)
    return {
        OWN: [sys.executable, "-m", "bench.retrieval.peer_sourcewise"],
        OTHER: [str(python), "-m", "bench.retrieval.peer_txtai"],
    }


def measure(sets: Sequence[RankingSet], work: Path, run: Commands, rounds: int) -> Peers:
    """Both engines on all sets. Also writes the figures to ``work/peers.json``. Raises DataError and ModelError."""
    check_default(default_folder())
    prepared = {engine: _call(command, "prepare", _job(work, engine)) for engine, command in run.items()}
    result = Peers(
        measured=datetime.now(UTC).isoformat(timespec="minutes"),
        cores=cores(),
        rounds=rounds,
        versions={engine: output["version"] for engine, output in prepared.items()},
        prepared={engine: round(output["seconds"], 2) for engine, output in prepared.items()},
        sets=tuple(_set_comparison(test_set, work, run, rounds) for test_set in sets),
    )
    (work / "peers.json").write_text(json.dumps(asdict(result), indent=1), encoding="utf-8")
    return result


def _job(work: Path, engine: str, test_set: RankingSet | None = None) -> Job:
    home, folder = (work / engine).resolve(), (work / (test_set.name if test_set else "")).resolve()
    queries = tuple(query.text for query in test_set.queries) if test_set else ()
    documents, texts = str(folder / "documents"), str(folder / "texts.jsonl")
    return Job(str(default_folder()), documents, texts, str(home), str(folder / engine), queries)


def _set_comparison(test_set: RankingSet, work: Path, run: Commands, rounds: int) -> SetComparison:
    """Both engines on one set. They alternate, and alternate in going first."""
    unpack(test_set.corpus, work / test_set.name / "documents")
    count = _write(texts(test_set.corpus), work / test_set.name / "texts.jsonl")
    outputs: dict[str, dict[str, list[dict[str, Any]]]] = {engine: {"ingest": [], "ask": []} for engine in run}
    for number in range(rounds):
        for phase in ("ingest", "ask"):
            for engine in list(run)[:: -1 if number % 2 else 1]:
                output = _call(run[engine], phase, _job(work, engine, test_set))
                outputs[engine][phase].append(output)
                _print_progress(f"{test_set.name}: round {number + 1}, {phase}, {engine}", output)
    own, other = (_figures(test_set, phases["ingest"], phases["ask"]) for phases in outputs.values())
    return SetComparison(test_set.name, count, len(test_set.queries), own, other)


def _print_progress(step: str, output: dict[str, Any]) -> None:
    """Printed after each phase, so that a stopped run leaves some results."""
    clocks = (f"{name} {np.median(output[name]):.1f}" for name in ("seconds", "ms", "cpu", "cpu_ms") if name in output)
    print(f"{step}: {', '.join(clocks)}", file=sys.stderr, flush=True)


def texts(corpus: Path) -> Iterator[dict[str, str]]:
    """Each document as one text, with its title as the first line unless the text begins with it.

    Empty documents are left out, as in an ingest.
    """
    for row in records(corpus):
        title, text = (row.get("title") or "").strip(), (row.get("text") or "").strip()
        whole = text if text.casefold().startswith(title.casefold()) else f"{title}\n{text}".strip()
        if whole:
            yield {"_id": str(row["_id"]), "text": whole}


def _write(rows: Iterator[dict[str, str]], path: Path) -> int:
    """Writes JSON Lines and returns their number."""
    lines = [json.dumps(row) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def _call(command: Sequence[str], phase: str, job: Job) -> dict[str, Any]:
    """The output of a driver for a phase. Raises DataError when the driver fails."""
    process = subprocess.run(
        [*command, phase],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    try:
        output: dict[str, Any] = json.loads(process.stdout.splitlines()[-1]) if not process.returncode else {}
    except (IndexError, ValueError):
        output = {}
    if not output:
        errors = process.stderr.strip().splitlines()[-1:] or ["it told nothing"]
        raise DataError(f"{' '.join([*command[-2:], phase])} failed: {errors[0][:400]}")
    return output


def _figures(test_set: RankingSet, ingests: Sequence[dict[str, Any]], asks: Sequence[dict[str, Any]]) -> Figures:
    grades = [query.grades for query in test_set.queries]
    return Figures(
        ingest=median(output["seconds"] for output in ingests),
        ingest_cpu=median(output["cpu"] for output in ingests),
        p50=median(float(np.quantile(output["ms"], 0.50)) for output in asks),
        p95=median(float(np.quantile(output["ms"], 0.95)) for output in asks),
        p50_cpu=median(float(np.quantile(output["cpu_ms"], 0.50)) for output in asks),
        peak=median(output["peak"] for output in ingests),
        resident=median(output["resident"] for output in asks),
        ndcg=median(mean([ndcg(*pair) for pair in zip(output["ranked"], grades, strict=True)]) for output in asks),
    )


# the table ----------------------------------------------------------------------------------------------------------

HEADER = ("set", "figure", OWN, OTHER, "ratio", "goal", "met")

_MEASURED: tuple[tuple[str, str, int, float | None], ...] = (
    ("ingest, s", "ingest", 1, INGEST),
    ("ingest, s of the processor", "ingest_cpu", 1, None),
    ("query p50, ms", "p50", 1, QUERY),
    ("query p95, ms", "p95", 1, QUERY),
    ("query p50, ms of the processor", "p50_cpu", 1, None),
    ("ingest peak, MB", "peak", 0, None),
    ("warm process, MB", "resident", 0, None),
)
"""A row's label, its field of ``Figures``, decimals, and the goal: how many times less than the other engine."""


def rows(result: Peers) -> list[list[str]]:
    """The rows of the table, set by set. The ratio says how many times less ours is than the other's."""
    return [
        row
        for comparison in result.sets
        for row in (_ranking(comparison), *(_row(comparison, *measured) for measured in _MEASURED))
    ]


def _ranking(comparison: SetComparison) -> list[str]:
    own, other = comparison.own.ndcg, comparison.other.ndcg
    values = [f"{own:.3f}", f"{other:.3f}", f"{own - other:+.3f}"]
    return [comparison.name, "nDCG@10", *values, "> 0", _yes_or_no(own > other)]


def _row(comparison: SetComparison, name: str, field: str, digits: int, goal: float | None) -> list[str]:
    own, other = getattr(comparison.own, field), getattr(comparison.other, field)
    aim = [f"≥ {goal:.0f} ×", _yes_or_no(other / own >= goal)] if goal else []
    return [comparison.name, name, f"{own:.{digits}f}", f"{other:.{digits}f}", f"{other / own:.2f} ×", *aim]


def _yes_or_no(met: bool) -> str:
    return "yes" if met else "NO"


def summary(result: Peers) -> str:
    """Two lines: versions, machine and sizes of the sets, then the time of the preparation."""
    engines = ", ".join(f"{engine} {version}" for engine, version in result.versions.items())
    sizes = ", ".join(f"{sizes.name} {sizes.documents} documents and {sizes.queries} queries" for sizes in result.sets)
    once = ", ".join(f"{engine} {seconds:.1f} s" for engine, seconds in result.prepared.items())
    return (
        f"{engines}; {result.cores} cores, median of {result.rounds} rounds; {sizes}\n"
        f"done once before, and not counted: {once}"
    )
