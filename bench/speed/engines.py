"""Measures a library on a PostgreSQL server beside the same one in a folder, in turns on one machine: whether the
answers are the same, and what they cost."""

from __future__ import annotations

import random
import resource
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np

from bench.library import make, unpack
from bench.server import RoundTrips, Server, copy_documents, running
from bench.sets import find
from bench.speed import workers
from bench.speed.measure import queries, warm
from index.disk import Address
from index.publishing import publish_to
from index.search.index import Index
from index.search.ranking import CANDIDATES
from index.snapshot.engine import Scope
from index.snapshot.manifest import published_manifest
from index.storage import lock
from index.storage.server_shards import add
from index.storage.store import Store
from index.types import Filter, Hit
from ingest.sync import pipeline

_TOLERANCE = 1e-4  # of scores
_SHARE = 0.05  # of the sources that a filter admits
_INGESTED = 200  # documents that are ingested twice (a guess)
_SMALL = 10_000  # passages of the library beside whose a searching process may not grow much
_ASKED = 50  # queries after which the memory of a process is looked at


@dataclass(frozen=True, slots=True)
class Figure:
    """What was measured, with its goal: at least that, or at most."""

    name: str
    value: float
    goal: float
    at_most: bool = False

    @property
    def is_met(self) -> bool:
        return self.value <= self.goal if self.at_most else self.value >= self.goal


def measure(data: Path, work: Path, documents: int, asked: int, *, with_workers: bool = False) -> Iterator[Figure]:
    """Each when it is measured, on a library of news below ``data/scale``, kept below ``work``. ``with_workers``: two
    Dask workers beside one too, which takes two free cores. Raises SourcewiseError and DataError."""
    folder, library = work / "engines" / f"documents-{documents}", work / "engines" / f"library-{documents}"
    unpack(find(data / "scale", "news_8000.jsonl"), folder, documents)
    make(folder, library)
    if (
        manifest := published_manifest(library)
    ) and manifest.generation > 1:  # brought up to date, it holds what it was before too
        shutil.rmtree(library)
        make(folder, library)
    texts, embedded = queries(library, asked), Index.open(library)
    with running() as server, mock.patch("index.publishing.server.EXACT_BELOW", 0):  # a small one has an index too
        address, dealt, small = server.database(), server.database(), server.database()
        add(dealt, server.database())
        for target, passages in ((address, None), (dealt, None), (small, _SMALL)):
            with (
                lock.write_lock(target),
                closing(Store.create(target)) as store,
                closing(Store.open(library)) as source,
            ):
                copy_documents(source, store, passages)
                publish_to(target, store, embedded.embedder)
        with mock.patch("index.snapshot.server.EXACT_BELOW", 0):
            exact, walked = Index.open(address, exact=True), Index.open(address)
            shards, walked_shards = Index.open(dealt, exact=True), Index.open(dealt)
        sources = [source.id for source, _, _ in embedded.store.documents.sources()]
        some = tuple(random.Random(0).sample(sources, max(1, int(_SHARE * len(sources)))))
        yield Figure("top tens the same, exact", _same(texts, embedded, exact, Filter()), 1.0)
        yield Figure("top tens the same, exact, 5 % of the sources", _same(texts, embedded, exact, Filter(some)), 1.0)
        yield Figure("two shards: top tens the same, exact", _same(texts, embedded, shards, Filter()), 1.0)
        yield Figure("two shards: … 5 % of the sources", _same(texts, embedded, shards, Filter(some)), 1.0)
        yield Figure("two shards: … by the vector index", _same(texts, embedded, walked_shards, Filter()), 0.97)
        yield Figure("two shards: recall@200", _recall(texts, shards, walked_shards), 0.95)
        yield Figure("two shards: processor time, exact", _ratio(texts, embedded, shards, server), 8.0, at_most=True)
        yield Figure("top tens the same, by the vector index", _same(texts, embedded, walked, Filter()), 0.97)
        yield Figure("recall@200 of the vector index", _recall(texts, exact, walked), 0.95)
        yield Figure("processor time, exact", _ratio(texts, embedded, exact, server), 8.0, at_most=True)
        yield Figure("processor time, by the vector index", _ratio(texts, embedded, walked, server), 8.0, at_most=True)
        yield Figure("round trips after the embedding, median", _trips(texts, address, server), 4.0, at_most=True)
        yield Figure("two shards: round trips …, median", _trips(texts, dealt, server), 4.0, at_most=True)
        yield Figure("disk", server.size(address) / _size(library), 2.2, at_most=True)
        yield Figure("unchanged records, times faster than new", _unchanged(folder, work, server), 10.0)
        grown = _grown(texts, small, address)
        yield Figure("a searching process, MB more than in a small one", grown, 30.0, at_most=True)
        if with_workers:
            faster = workers.times_faster(folder / "corpus.jsonl", server)
            yield Figure("two Dask workers, times faster than one", faster, 1.6)


def as_line(figure: Figure) -> str:
    """A figure with its goal."""
    return (
        f"  {figure.name:<48} {figure.value:8.3f}  {'at most' if figure.at_most else 'at least'} {figure.goal:g}"
        f"  {'met' if figure.is_met else 'NOT MET'}"
    )


def as_text(figures: Sequence[Figure]) -> str:
    """A line for each figure."""
    return "\n".join(["a library on a server beside the same in a folder", *map(as_line, figures)])


def _same(texts: Sequence[str], left: Index, right: Index, where: Filter) -> float:
    """The share of queries with the same best ten passages in the same order, and nearly the same scores."""
    pairs = ([index.search(text, where=where).hits for index in (left, right)] for text in texts)
    return float(np.mean([_alike(*pair) for pair in pairs]))


def _alike(left: Sequence[Hit], right: Sequence[Hit]) -> bool:
    places = [[(hit.source.id, hit.passage.span) for hit in hits] for hits in (left, right)]
    return places[0] == places[1] and all(
        abs(one.score - other.score) < _TOLERANCE for one, other in zip(left, right, strict=True)
    )


def _recall(texts: Sequence[str], exact: Index, walked: Index) -> float:
    searches = [(vector, Scope()) for vector in exact.embedder.encode_queries(texts)]
    found = zip(*(index.generation.nearest(searches, CANDIDATES) for index in (exact, walked)), strict=True)
    return float(np.mean([len(np.intersect1d(*pair)) / max(len(pair[0]), 1) for pair in found]))


def _ratio(texts: Sequence[str], embedded: Index, index: Index, server: Server) -> float:
    """The processor time of client and server together, as a multiple of that of the embedded library."""
    own = served = 0.0
    before = server.seconds()
    for text in texts:
        own += _taken(embedded, text)
        served += _taken(index, text)
    return (served + server.seconds() - before) / own


def _taken(index: Index, text: str) -> float:
    began = time.process_time()
    index.search(text)
    return time.process_time() - began


def _trips(texts: Sequence[str], address: Address, server: Server) -> float:
    """The median number of times that a server is asked after the embedding."""
    trips = RoundTrips(server.port)
    with closing(trips), trips.opened(lambda: Index.open(address)) as asked:
        return float(np.median([asked(text)[1] for text in texts]))


def _grown(texts: Sequence[str], small: Address, large: Address) -> float:
    """By how many megabytes a process that searches the larger library is larger."""
    left, right = (warm(address, texts[:_ASKED]).resident for address in (small, large))
    return right - left


def _size(library: Path) -> int:
    """The bytes of a library's files, without the models, which a server has none of."""
    files = (path for path in library.rglob("*") if path.is_file() and "models" not in path.parts)
    return sum(path.stat().st_size for path in files)


def _unchanged(folder: Path, work: Path, server: Server) -> float:
    """How much longer a few records take than the same with another one behind them, which is stored alone."""
    few, address = work / "engines" / "few", server.database()
    few.mkdir(parents=True, exist_ok=True)
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    seconds = []
    for count in (_INGESTED, min(_INGESTED + 1, len(lines))):
        (few / "corpus.jsonl").write_text("".join(lines[:count]), encoding="utf-8")
        before = _processor() + server.seconds()
        pipeline.ingest([few], address)
        seconds.append(_processor() + server.seconds() - before)
    return seconds[0] / seconds[1]


def _processor() -> float:
    """The processor time of this process and of those that it started."""
    return time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
