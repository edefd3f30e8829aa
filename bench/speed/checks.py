"""Measures what the checksums of the store cost: the same steps with and without them, in alternating pairs."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

from bench.library import SAMPLE, make, unpack
from bench.speed.measure import queries
from index.embedding.cache import model_folder
from index.publishing import verify
from index.search.index import Index
from index.snapshot.generation import Generation
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from index.types import Span


@dataclass(frozen=True, slots=True)
class Checks:
    """``ingest``, ``search``: the processor time that checksums take, as a share of the time without them; of an ingest
    what storing takes more, and None where the library was there already. ``storing``: milliseconds more for a
    document; ``opening``: for a library, without its model. ``verify``: megabytes (10⁶ bytes) of the library and its
    model, a second of the processor."""

    documents: int
    queries: int
    ingest: float | None
    search: float
    storing: float
    opening: float
    verify: float


def measure(work: Path, articles: Path | None, limit: int | None, rounds: int = 5, asked: int = 50) -> Checks:
    """On a library of ``articles`` (the sample corpus when None) below ``work``. Raises SourcewiseError, DataError."""
    library = work / "checks" / "library"
    is_new = not library.exists()
    seconds = _timed(
        lambda: make(unpack(articles, work / "checks" / "documents", limit) if articles else SAMPLE, library)
    )
    documents = list(_documents(Store.open(library)))
    index, texts = Index.open(library), queries(library, asked)
    for text in texts:
        index.search(text)
    stored = _pairs([lambda: _put_all(documents)], rounds)
    searched = _pairs([partial(index.search, text) for text in texts], rounds)
    opened = _pairs([lambda: _open(library)], 4 * rounds)
    return Checks(
        documents=len(documents),
        queries=len(texts),
        ingest=(stored[0] - stored[1]) / (seconds - stored[0] + stored[1]) if is_new else None,
        search=searched[0] / searched[1] - 1,
        storing=(stored[0] - stored[1]) * 1000 / len(documents),
        opening=(opened[0] - opened[1]) * 1000,
        verify=_verified(library, rounds),
    )


def as_text(figures: Checks) -> str:
    """A line for each figure, with its goal."""
    ingest = "not measured: the library was there" if figures.ingest is None else f"{figures.ingest:+.2%}"
    return "\n".join(
        [
            f"checksums, {figures.documents} documents, {figures.queries} queries",
            f"  ingest   {ingest} (at most 3 %)",
            f"  storing  {figures.storing:+.2f} ms a document",
            f"  search   {figures.search:+.2%} (at most 2 %)",
            f"  opening  {figures.opening:+.1f} ms (at most 10)",
            f"  verify   {figures.verify:.0f} MB/s (at least 200)",
        ]
    )


def _pairs(steps: Sequence[Callable[[], object]], rounds: int) -> tuple[float, float]:
    """Seconds of the processor with checksums and without: the sum of the least that each step took in some round."""
    least = {True: [float("inf")] * len(steps), False: [float("inf")] * len(steps)}
    for number in range(rounds):
        for position, step in enumerate(steps):
            for checked in (True, False) if (number + position) % 2 else (False, True):
                least[checked][position] = min(least[checked][position], _seconds(step, checked))
    return sum(least[True]), sum(least[False])


def _seconds(step: Callable[[], object], checked: bool) -> float:
    if checked:
        return _timed(step)
    with _unchecked():
        return _timed(step)


def _timed(step: Callable[[], object]) -> float:
    started = time.process_time()
    step()
    return time.process_time() - started


@contextmanager
def _unchecked() -> Iterator[None]:
    """Nothing is counted and nothing compared, neither of rows nor of files."""
    with (
        mock.patch("index.storage.checksums.checksum", return_value=b""),
        mock.patch("index.storage.checksums.is_sealed", return_value=False),
        mock.patch("index.storage.checksums.seal_document", return_value=None),
        mock.patch("index.disk.is_as_written", return_value=True),
    ):
        yield


def _documents(store: Store) -> Iterator[EmbeddedDocument]:
    """The documents of a library as an ingest gives them to the store."""
    for source, _, _ in store.documents.sources():
        number, document = store.documents.load(source.id)
        rows = store.documents.rows(number)
        pairs = [(passage, b"") for passage in store.documents.passages(number)]
        spans = [Span(int(start), int(end)) for start, end in rows.sentences]
        vectors = rows.sentence_vectors * rows.sentence_factors[:, None]
        yield EmbeddedDocument.of(document, b"", pairs, rows.vectors.astype("float32"), spans, vectors)


def _put_all(documents: Sequence[EmbeddedDocument]) -> None:
    """Into a new library, which is removed again."""
    with TemporaryDirectory() as folder:
        store = Store.create(Path(folder))
        root = store.files.root("/measured")
        for document in documents:
            store.documents.put(root, document, "2000-01-01T00:00:00+00:00")
        store.close()


def _open(library: Path) -> None:
    store, generation = Store.open(library), Generation.open(library)
    generation.manifest.belongs_to(store)
    store.close()


def _verified(library: Path, rounds: int) -> float:
    store = Store.open(library)
    model = model_folder(store.setting("fingerprint") or "", library / "models")
    store.close()
    paths = {path for folder in (library, model) for path in folder.rglob("*") if path.is_file()}
    seconds = [_timed(lambda: verify.find_damage(library)) for _ in range(rounds)]
    return sum(path.stat().st_size for path in paths) / 1e6 / min(seconds)
