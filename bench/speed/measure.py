"""Measures speed and memory in one run: embedding, ingest, a cold search, warm queries."""

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
from index.disk import Address, Library
from index.errors import QueryError
from index.search import query
from index.storage.store import Store

_QUOTES = str.maketrans(dict.fromkeys('"“”«»„-–—', " "))


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: ``texts`` embedded ``repeats`` times, ``starts`` of cold processes, warm ``queries``."""

    texts: int = 512
    repeats: int = 5
    starts: int = 7
    queries: int = 300


@dataclass(frozen=True, slots=True)
class Ingest:
    """The ingest that made the library, possibly in an earlier run.

    ``model_seconds``: the part of ``seconds`` spent in the model; ``measured``: ISO date and time of that run.
    """

    documents: int
    passages: int
    sentences: int
    seconds: float
    model_seconds: float
    measured: str


@dataclass(frozen=True, slots=True)
class Cold:
    """``seconds``: median of new ``python -m index search`` processes, the first not counted; ``torch``: whether such a
    process imported it."""

    starts: int
    seconds: float
    torch: bool


@dataclass(frozen=True, slots=True)
class Speed:
    """All figures.

    ``ingest``: None when the library existed without stored figures; ``passages``: of the library that is searched, of
    which ``real`` were ingested and the others are changed copies.
    """

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
    """All figures on a library of ``articles`` (a record file; the sample corpus when None) made below ``work``.

    ``limit``: number of articles; ``passages``: grows the library that is searched to so many.

    Raises SourcewiseError and DataError.
    """
    effort = effort or Effort()
    _print_progress("ingest")
    library, ingest = prepare(work, articles, limit)
    texts = queries(library, effort.queries)
    searched = library if passages is None else grow(library, library.with_name(f"grown-{passages}"), passages)
    _print_progress(f"{effort.starts} cold starts")
    cold_figures = cold(searched, texts[0], effort.starts)
    _print_progress(f"{len(texts)} warm queries")
    warm_figures = warm(searched, texts)
    _print_progress(f"embedding, {effort.repeats} rounds")
    embedding_figures = embedding.measure(library, effort.texts, effort.repeats)
    counts = _passages(searched), _passages(library)
    return Speed(cores(), *counts, embedding_figures, ingest, cold_figures, warm_figures)


def _passages(library: Path) -> int:
    return sum(count for _, count, _ in Store.open(library).documents.sources())


def _print_progress(step: str) -> None:
    print(f"speed: {step}", file=sys.stderr, flush=True)


def cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def prepare(work: Path, articles: Path | None, limit: int | None) -> tuple[Path, Ingest | None]:
    """The library and the figures of its ingest, stored beside it because only a whole ingest can be timed."""
    if articles is None:
        folder, documents = work / "sample", SAMPLE
    else:
        folder = work / f"{articles.name.split('.')[0]}-{limit or 'all'}"
        documents = unpack(articles, folder / "documents", limit)
    library, figures = folder / "library", folder / "ingest.json"
    report = make(documents, library)
    counts = report.documents
    if counts["added"] and not counts["unchanged"] + counts["replaced"] + counts["removed"]:
        ingest = Ingest(
            documents=counts["added"],
            passages=report.passages,
            sentences=report.sentences,
            seconds=report.seconds,
            model_seconds=report.embedding_seconds,
            measured=datetime.now(UTC).isoformat(timespec="minutes"),
        )
        figures.write_text(json.dumps(asdict(ingest)), encoding="utf-8")
    return library, Ingest(**json.loads(figures.read_text(encoding="utf-8"))) if figures.exists() else None


def queries(library: Path, count: int) -> list[str]:
    """At most ``count`` different queries, spread evenly over the library: titles, and sentences if these are too few.

    Quotation marks and dashes are removed, so that no query has a condition. Raises DataError when there is no text.
    """
    store = Store.open(library)
    titles = list(dict.fromkeys(_plain(source.title) for source, _, _ in store.documents.sources()))
    texts = [title for title in titles if _is_valid_query(title)]
    if len(texts) < count:
        sentences = _sentences(store, 4 * count)
        texts += [sentence for sentence in sentences if sentence not in titles and _is_valid_query(sentence)]
    if not texts:
        raise DataError(f"The library {library} has neither titles nor sentences to ask for.")
    step = max(1.0, len(texts) / count)
    return [texts[int(i * step)] for i in range(min(count, len(texts)))]


def _sentences(store: Store, limit: int) -> list[str]:
    """The different sentences of the first documents, at least ``limit`` if the library has as many."""
    sentences: dict[str, None] = {}
    for number in store.documents.live_numbers():
        text, spans = store.documents.text(int(number)), store.documents.rows(int(number)).sentences
        sentences |= dict.fromkeys(_plain(text[start:end]) for start, end in spans)
        if len(sentences) >= limit:
            break
    return list(sentences)


def _plain(text: str) -> str:
    return " ".join(text.translate(_QUOTES).split())


def _is_valid_query(text: str) -> bool:
    try:
        query.parse_query(text)
    except QueryError:
        return False
    return True


def cold(library: Path, text: str, starts: int) -> Cold:
    """Wall clock time of whole search processes, from start to exit; the files are in the system's cache."""
    command = [sys.executable, "-m", "index", "search", text, "--library", str(library.resolve())]
    seconds = []
    for _ in range(starts + 1):
        started = time.perf_counter()
        _run(command)
        seconds.append(time.perf_counter() - started)
    script = "import sys; from index.__main__ import main; main(sys.argv[1:]); print('torch' in sys.modules)"
    output = _run([sys.executable, "-c", script, *command[3:]])
    return Cold(starts, median(seconds[1:]), output.split()[-1] == "True")


def warm(library: Library, texts: Sequence[str]) -> Warm:
    """The figures of warm queries, from a process of their own."""
    place = library.url if isinstance(library, Address) else str(library.resolve())
    output = _run([sys.executable, "-m", "bench.speed.warm", place], json.dumps(texts))
    return Warm(**json.loads(output))


def _run(command: Sequence[str], standard_input: str = "") -> str:
    """The output of a command. Raises DataError when it fails; exit code 1, nothing found, is no failure."""
    process = subprocess.run(command, cwd=ROOT, input=standard_input, capture_output=True, text=True, encoding="utf-8")
    if process.returncode not in (0, 1) or "Traceback" in process.stderr:
        raise DataError(f"{' '.join(command[1:4])} failed: {process.stderr.strip()[-500:]}")
    return process.stdout
