"""Our search beside another's: the same model, corpus, queries and machine, taking turns in the same run."""

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
"""Goals: how many times as fast as the other. The third is a better ranking of every set."""

Commands = Mapping[str, Sequence[str]]
"""By engine, ours first: what runs its driver (bench.retrieval.driver); the phase follows as the last argument."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One engine on one set, medians over the rounds: seconds of the ingest, milliseconds of a query, by the wall clock
    and of the processor (all cores added up); megabytes (10⁶ bytes) at the ingest's peak and of the warm process that
    answers; and the ranking's mean nDCG@10."""

    ingest: float
    ingest_cpu: float
    p50: float
    p95: float
    p50_cpu: float
    peak: float
    resident: float
    ndcg: float


@dataclass(frozen=True, slots=True)
class Compared:
    name: str
    documents: int
    queries: int
    own: Figures
    other: Figures


@dataclass(frozen=True, slots=True)
class Peers:
    """``prepared``: seconds that each engine took once, before anything was counted."""

    measured: str
    cores: int
    rounds: int
    versions: dict[str, str]
    prepared: dict[str, float]
    sets: tuple[Compared, ...]


def commands(work: Path) -> Commands:
    """Our driver here, the other's in an environment made for it below ``work``. Raises DataError."""
    python = environment.make(work / "txtai-environment", PACKAGES)
    return {
        OWN: [sys.executable, "-m", "bench.retrieval.peer_sourcewise"],
        OTHER: [str(python), "-m", "bench.retrieval.peer_txtai"],
    }


def measure(sets: Sequence[RankingSet], work: Path, run: Commands, rounds: int) -> Peers:
    """All sets; the figures are kept in ``work/peers.json`` too. Raises DataError and ModelError."""
    check_default(default_folder())
    told = {engine: _call(command, "prepare", _job(work, engine)) for engine, command in run.items()}
    found = Peers(
        measured=datetime.now(UTC).isoformat(timespec="minutes"),
        cores=cores(),
        rounds=rounds,
        versions={engine: one["version"] for engine, one in told.items()},
        prepared={engine: round(one["seconds"], 2) for engine, one in told.items()},
        sets=tuple(_compared(one, work, run, rounds) for one in sets),
    )
    (work / "peers.json").write_text(json.dumps(asdict(found), indent=1), encoding="utf-8")
    return found


def _job(work: Path, engine: str, one: RankingSet | None = None) -> Job:
    own, place = (work / engine).resolve(), (work / (one.name if one else "")).resolve()
    queries = tuple(asked.text for asked in one.queries) if one else ()
    documents, texts = str(place / "documents"), str(place / "texts.jsonl")
    return Job(str(default_folder()), documents, texts, str(own), str(place / engine), queries)


def _compared(one: RankingSet, work: Path, run: Commands, rounds: int) -> Compared:
    """The engines take turns, and take turns in going first."""
    unpack(one.corpus, work / one.name / "documents")
    count = _write(texts(one.corpus), work / one.name / "texts.jsonl")
    told: dict[str, dict[str, list[dict[str, Any]]]] = {engine: {"ingest": [], "ask": []} for engine in run}
    for number in range(rounds):
        for phase in ("ingest", "ask"):
            for engine in list(run)[:: -1 if number % 2 else 1]:
                told[engine][phase].append(_call(run[engine], phase, _job(work, engine, one)))
                _tell(f"{one.name}: round {number + 1}, {phase}, {engine}", told[engine][phase][-1])
    own, other = (_figures(one, phases["ingest"], phases["ask"]) for phases in told.values())
    return Compared(one.name, count, len(one.queries), own, other)


def _tell(what: str, told: dict[str, Any]) -> None:
    """At once, so that a run that is stopped was not for nothing."""
    clocks = (f"{name} {np.median(told[name]):.1f}" for name in ("seconds", "ms", "cpu", "cpu_ms") if name in told)
    print(f"{what}: {', '.join(clocks)}", file=sys.stderr, flush=True)


def texts(corpus: Path) -> Iterator[dict[str, str]]:
    """Each document in one text: its title on a line of its own, unless the text begins with it. Empty ones are left
    out, as an ingest leaves them out."""
    for row in records(corpus):
        title, text = (row.get("title") or "").strip(), (row.get("text") or "").strip()
        whole = text if text.casefold().startswith(title.casefold()) else f"{title}\n{text}".strip()
        if whole:
            yield {"_id": str(row["_id"]), "text": whole}


def _write(rows: Iterator[dict[str, str]], path: Path) -> int:
    """How many lines were written."""
    lines = [json.dumps(row) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8", newline="\n")
    return len(lines)


def _call(command: Sequence[str], phase: str, job: Job) -> dict[str, Any]:
    """What a driver tells of a phase. Raises DataError."""
    done = subprocess.run(
        [*command, phase],
        cwd=ROOT,
        env={**os.environ, "HF_HUB_OFFLINE": "1"},
        input=json.dumps(asdict(job)),
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    try:
        told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1]) if not done.returncode else {}
    except (IndexError, ValueError):
        told = {}
    if not told:
        said = done.stderr.strip().splitlines()[-1:] or ["it told nothing"]
        raise DataError(f"{' '.join([*command[-2:], phase])} failed: {said[0][:400]}")
    return told


def _figures(one: RankingSet, ingests: Sequence[dict[str, Any]], asks: Sequence[dict[str, Any]]) -> Figures:
    grades = [asked.grades for asked in one.queries]
    return Figures(
        ingest=median(told["seconds"] for told in ingests),
        ingest_cpu=median(told["cpu"] for told in ingests),
        p50=median(float(np.quantile(told["ms"], 0.50)) for told in asks),
        p95=median(float(np.quantile(told["ms"], 0.95)) for told in asks),
        p50_cpu=median(float(np.quantile(told["cpu_ms"], 0.50)) for told in asks),
        peak=median(told["peak"] for told in ingests),
        resident=median(told["resident"] for told in asks),
        ndcg=median(mean([ndcg(*pair) for pair in zip(told["ranked"], grades, strict=True)]) for told in asks),
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
"""What a row is called, its field of ``Figures``, digits, and how many times less of it than the other is the goal."""


def rows(found: Peers) -> list[list[str]]:
    """A set's figures below each other; the ratio says how many times less ours is."""
    return [row for one in found.sets for row in (_ranking(one), *(_row(one, *about) for about in _MEASURED))]


def _ranking(one: Compared) -> list[str]:
    own, other = one.own.ndcg, one.other.ndcg
    return [one.name, "nDCG@10", f"{own:.3f}", f"{other:.3f}", f"{own - other:+.3f}", "> 0", _met(own > other)]


def _row(one: Compared, name: str, field: str, digits: int, goal: float | None) -> list[str]:
    own, other = getattr(one.own, field), getattr(one.other, field)
    aim = [f"≥ {goal:.0f} ×", _met(other / own >= goal)] if goal else []
    return [one.name, name, f"{own:.{digits}f}", f"{other:.{digits}f}", f"{other / own:.2f} ×", *aim]


def _met(met: bool) -> str:
    return "yes" if met else "NO"


def about(found: Peers) -> str:
    engines = ", ".join(f"{engine} {version}" for engine, version in found.versions.items())
    sizes = ", ".join(f"{one.name} {one.documents} documents and {one.queries} queries" for one in found.sets)
    once = ", ".join(f"{engine} {seconds:.1f} s" for engine, seconds in found.prepared.items())
    return (
        f"{engines}; {found.cores} cores, median of {found.rounds} rounds; {sizes}\n"
        f"done once before, and not counted: {once}"
    )
