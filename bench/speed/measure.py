"""How fast and how large: embedding, ingest, a cold search, warm queries and memory, all in one run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.library import ROOT, SAMPLE, make, unpack
from bench.sets import DataError
from bench.speed import embedding
from bench.speed.embedding import Embedding
from bench.speed.grow import grow
from bench.speed.warm import Warm
from index.errors import QueryError
from index.search import query
from index.storage.store import Store

_QUOTES = str.maketrans(dict.fromkeys('"“”«»„-–—', " "))


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured. ``texts`` are embedded ``repeats`` times; ``starts`` cold processes; ``queries`` warm."""

    texts: int = 512
    repeats: int = 5
    starts: int = 7
    queries: int = 300


@dataclass(frozen=True, slots=True)
class Ingest:
    """The ingest that made the library, in ``seconds``, of which ``model_seconds`` in the model; ``measured`` is when
    (ISO): a library that was kept keeps the figures of the run that made it."""

    documents: int
    passages: int
    sentences: int
    seconds: float
    model_seconds: float
    measured: str


@dataclass(frozen=True, slots=True)
class Cold:
    """``seconds``: median of fresh ``python -m index search`` processes, after one that is not counted; ``torch``:
    whether such a process imported it."""

    starts: int
    seconds: float
    torch: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """``ingest`` is None when the library was there already and no figures were kept with it. Cold and warm searches
    run on ``passages``, of which ``real`` were ingested and the rest are copies with moved vectors."""

    cores: int
    passages: int
    real: int
    embedding: Embedding
    ingest: Ingest | None
    cold: Cold
    warm: Warm


def measure(
    work: Path,
    articles: Path | None = None,
    limit: int | None = None,
    effort: Effort | None = None,
    passages: int | None = None,
) -> Speed:
    """All figures on a library of ``articles`` (records; the sample corpus when None) below ``work``; searches on one
    grown to ``passages`` when that is given.

    Raises SourcewiseError and DataError.
    """
    effort = effort or Effort()
    _tell("ingest")
    library, made = prepare(work, articles, limit)
    texts = queries(library, effort.queries)
    searched = library if passages is None else grow(library, library.with_name(f"grown-{passages}"), passages)
    _tell(f"{effort.starts} cold starts")
    started = cold(searched, texts[0], effort.starts)
    _tell(f"{len(texts)} warm queries")
    warmed = warm(searched, texts)
    _tell(f"embedding, {effort.repeats} rounds")
    embedded = embedding.measure(library, effort.texts, effort.repeats)
    return Speed(cores(), _passages(searched), _passages(library), embedded, made, started, warmed)


def _passages(library: Path) -> int:
    return sum(count for _, count, _ in Store.open(library).sources())


def _tell(what: str) -> None:
    print(f"speed: {what}", file=sys.stderr, flush=True)


def cores() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def prepare(work: Path, articles: Path | None, limit: int | None) -> tuple[Path, Ingest | None]:
    """The library and what its ingest took. The figures are kept beside it, for only a whole ingest can be timed."""
    if articles is None:
        folder, documents = work / "sample", SAMPLE
    else:
        folder = work / f"{articles.name.split('.')[0]}-{limit or 'all'}"
        documents = unpack(articles, folder / "documents", limit)
    library, kept = folder / "library", folder / "ingest.json"
    report = make(documents, library)
    counts = report.documents
    if counts["added"] and not counts["unchanged"] + counts["replaced"] + counts["removed"]:
        made = Ingest(
            documents=counts["added"],
            passages=report.passages,
            sentences=report.sentences,
            seconds=report.seconds,
            model_seconds=report.embedding_seconds,
            measured=datetime.now(UTC).isoformat(timespec="minutes"),
        )
        kept.write_text(json.dumps(asdict(made)), encoding="utf-8")
    return library, Ingest(**json.loads(kept.read_text(encoding="utf-8"))) if kept.exists() else None


def queries(library: Path, count: int) -> list[str]:
    """At most ``count`` different texts as people ask them: titles, spread evenly over the library, and where they do
    not suffice sentences. Quotation marks and dashes are taken out, so that none is a condition."""
    store = Store.open(library)
    titles = list(dict.fromkeys(_plain(source.title) for source, _, _ in store.sources()))
    asked = [title for title in titles if _can_be_asked(title)]
    if len(asked) < count:
        asked += [one for one in _sentences(store, 4 * count) if one not in titles and _can_be_asked(one)]
    if not asked:
        raise DataError(f"The library {library} has neither titles nor sentences to ask for.")
    step = max(1.0, len(asked) / count)
    return [asked[int(place * step)] for place in range(min(count, len(asked)))]


def _sentences(store: Store, most: int) -> list[str]:
    found: dict[str, None] = {}
    for number in store.live_numbers():
        text, spans = store.text(int(number)), store.rows(int(number)).sentences
        found |= dict.fromkeys(_plain(text[start:end]) for start, end in spans)
        if len(found) >= most:
            break
    return list(found)


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())


def _can_be_asked(text: str) -> bool:
    try:
        query.parse(text)
    except QueryError:
        return False
    return True


def cold(library: Path, text: str, starts: int) -> Cold:
    """Whole processes by the wall clock, from start to exit; the files are in the system's cache."""
    command = [sys.executable, "-m", "index", "search", text, "--library", str(library.resolve())]
    seconds = []
    for _ in range(starts + 1):
        started = time.perf_counter()
        _run(command)
        seconds.append(time.perf_counter() - started)
    script = "import sys; from index.__main__ import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    told = _run([sys.executable, "-c", script, *command[3:]])
    return Cold(starts, median(seconds[1:]), told.split()[-1] == "True")


def warm(library: Path, texts: Sequence[str]) -> Warm:
    """The figures of a process that does nothing else."""
    told = _run([sys.executable, "-m", "bench.speed.warm", str(library.resolve())], json.dumps(texts))
    return Warm(**json.loads(told))


def _run(command: Sequence[str], given: str = "") -> str:
    """What a command prints. Raises DataError when it fails (1, nothing found, is no failure)."""
    done = subprocess.run(command, cwd=ROOT, input=given, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 1) or "Traceback" in done.stderr:
        raise DataError(f"{' '.join(command[1:4])} failed: {done.stderr.strip()[-500:]}")
    return done.stdout
