"""An ingest on many machines: Dask workers read the files of a root and store their documents in a library on a server.
They find the files under the same paths. What is done once for a whole root, and publishing, stay with the process that
was started. A batch that is done twice stores nothing twice."""

from __future__ import annotations

import logging
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Self

from index.disk import Address, Library
from index.embedding.compiled import Embedder
from index.errors import LibraryError, SourcewiseError
from index.storage.rows import FileRow
from index.storage.store import Store
from ingest import digest
from ingest.report import Report
from ingest.sandbox.pool import Pool
from ingest.sync.catalogue import Catalogue
from ingest.sync.library_model import library_embedder
from ingest.sync.pipeline import FileResult, IngestRun
from ingest.sync.prefetch import PrefetchedFile, Prefetcher, size_of
from ingest.sync.roots import File, Root

_MOST_FILES = 20  # in a batch (a guess)
_MOST_BYTES = 2_000_000  # of files in a batch that has several (a guess)
_PART = 250_000  # bytes of a file of records for each batch (a guess)
_PARTS = 8  # batches at most for a file, for each worker: each reads it anew (a guess)
_OF_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv", ".mbox")
_TURN = 1.0  # seconds after which is looked whether the ingest was stopped (a guess)
_LOST = "The Dask scheduler was lost. Start it, and run this again to go on."


@dataclass(frozen=True, slots=True)
class FileBatch:
    """Some files of a root with what is remembered of them, or a ``part`` of one: see ``IngestRun``, from which the
    rest comes."""

    library: Address
    fingerprint: str
    root: Root
    catalogue: Catalogue
    moved_roots: frozenset[int]
    moved_from: Mapping[File, str]
    ocr: bool
    files: Sequence[File] = ()
    rows: Mapping[int, Mapping[str, FileRow]] | None = None
    part: tuple[int, int] = (0, 1)


@dataclass(frozen=True, slots=True)
class StoredBatch:
    """What a batch has stored: its files, documents by status, passages, sentences, and seconds of embedding."""

    files: Sequence[FileResult]
    documents: Mapping[str, int]
    passages: int
    sentences: int
    embedding_seconds: float


def store_files(batch: FileBatch) -> StoredBatch:
    """Read and store the files of a batch, in a worker."""
    with closing(Store.create(batch.library)) as store, Pool(1, ocr=batch.ocr) as pool:
        embedder = _embedder(batch.library, batch.fingerprint)
        quiet, going_on = lambda what, done, total: None, lambda: False
        run = IngestRun(store, embedder, Report(""), quiet, going_on, batch.ocr, part=batch.part)
        run.catalogue, run.moved_roots, run.moved_from = batch.catalogue, set(batch.moved_roots), dict(batch.moved_from)
        run.unfinished = f"unfinished {batch.root.number}"
        rows = {root: dict(held) for root, held in (batch.rows or {}).items()}
        found = Prefetcher(store, pool, rows).files(batch.root, batch.files)
        files = [run.read_file(pool, prefetched) for prefetched in found]
        run.flush()
        writer = run.writer
        return StoredBatch(files, run.report.documents, writer.passages, writer.sentences, writer.embedding_seconds)


@cache
def _embedder(library: Address, fingerprint: str) -> Embedder:
    """The model of a library, opened once a process. It is converted where this machine has none yet."""
    with closing(Store.open(library)) as store:
        return library_embedder(store, library, None)


class Workers:
    """The workers of a Dask scheduler."""

    def __init__(self, library: Library, scheduler: str) -> None:
        """Raises LibraryError when there are none, or when the library is in a folder of this machine."""
        if not isinstance(library, Address):
            raise LibraryError("--workers is for a library on a server, which they all reach: --library postgresql://…")
        try:
            from distributed import Client
        except ImportError as error:
            raise LibraryError(
                "--workers takes more packages. Run: pip install -r requirements-distributed.txt"
            ) from error
        self._library = library
        logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # told here in a line
        try:
            self._client: Any = Client(scheduler, timeout="10s")
        except (OSError, ValueError) as error:
            raise LibraryError(f"No Dask scheduler answers at {scheduler}. Start one: dask scheduler") from error
        if not self._client.nthreads():
            self._client.close()
            raise LibraryError(f"The scheduler {scheduler} has no workers. Start some: dask worker {scheduler}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def read_files(self, run: IngestRun, pool: Pool, root: Root, present: Sequence[File]) -> None:
        """Have the files read and their documents stored, and take the results into the run, in the files' order."""
        prefetcher, results, new = Prefetcher(run.store, pool), dict[File, FileResult](), list[File]()
        for file in present:
            run.check_cancelled()
            report = prefetcher.report_unread(root, file)
            if report is None:
                new.append(file)
            else:
                known = prefetcher.stored_row(file) is not None
                results[file] = run.read_file(pool, PrefetchedFile(file, size_of(file.path), known, report))
        fingerprint = run.store.setting("fingerprint") or ""
        moved = (frozenset(run.moved_roots), run.moved_from)
        whole = FileBatch(self._library, fingerprint, root, run.catalogue, *moved, run.ocr)
        batches = list(self._batches(whole, new, prefetcher))
        counts = {file: batch.part[1] for batch in batches for file in batch.files}
        parts: dict[File, list[FileResult]] = defaultdict(list)
        waiting = deque(present)
        for done in self._done(batches, run.check_cancelled):
            for result in done.files:
                parts[result.file].append(result)
                run.progress(result.file.location, len(parts), len(new))
                if len(parts[result.file]) == counts[result.file]:
                    results[result.file] = _merged(parts[result.file])
                    run.report.count("removed", len(results[result.file].removed))
            for status, count in done.documents.items():
                run.report.count(status, 0 if status == "removed" else count)
            run.writer.passages += done.passages
            run.writer.sentences += done.sentences
            run.writer.embedding_seconds += done.embedding_seconds
            while waiting and waiting[0] in results:  # at once: an ingest that is stopped does not read them again
                run.add_file(results[waiting.popleft()])
        for file in waiting:
            run.add_file(results[file])

    def _batches(self, whole: FileBatch, files: Sequence[File], prefetcher: Prefetcher) -> Iterator[FileBatch]:
        """Some files each, or a part of one file of records."""
        few, size = list[File](), 0

        def of(chosen: Sequence[File]) -> FileBatch:
            rows: dict[int, dict[str, FileRow]] = {file.root: {} for file in chosen}
            for file in chosen:
                if row := prefetcher.stored_row(file):
                    rows[file.root][file.location] = row
            moved = {file: whole.moved_from[file] for file in chosen if file in whole.moved_from}
            catalogue = whole.catalogue.of(chosen)
            return replace(whole, files=tuple(chosen), rows=rows, catalogue=catalogue, moved_from=moved)

        for file in files:
            own = size_of(file.path)
            if file.path.suffix.lower() in _OF_RECORDS and own > _PART:
                count = min(-(-own // _PART), _PARTS * len(self._client.nthreads()))
                batch = of([file])
                yield from (replace(batch, part=(part, count)) for part in range(count))
                continue
            if few and (len(few) == _MOST_FILES or size + own > _MOST_BYTES):
                yield of(few)
                few, size = [], 0
            few, size = [*few, file], size + own
        if few:
            yield of(few)

    def _done(self, batches: Sequence[FileBatch], check: Callable[[], None]) -> Iterator[StoredBatch]:
        """What the batches have stored, as they are done. Raises SourcewiseError."""
        waiting = {self._client.submit(store_files, batch, pure=False) for batch in batches}
        try:
            while waiting:
                check()
                finished = _finished(waiting)
                waiting -= finished
                for future in finished:
                    yield _result(future)
        finally:
            self._client.cancel(list(waiting))


def _finished(futures: set[Any]) -> set[Any]:
    """Those that are finished, waited for a moment where none is. Raises LibraryError."""
    from distributed import wait

    try:
        finished: set[Any] = wait(futures, timeout=_TURN, return_when="FIRST_COMPLETED").done
    except TimeoutError:
        return set()
    except (OSError, CancelledError) as error:
        raise LibraryError(_LOST) from error
    return finished


def _result(future: Any) -> StoredBatch:
    """What a batch has stored. Raises SourcewiseError: that of the worker, or one for whatever else went wrong there,
    such as another version or folder of the program."""
    from distributed import KilledWorker

    try:
        stored: StoredBatch = future.result()
    except SourcewiseError:
        raise
    except CancelledError as error:
        raise LibraryError(_LOST) from error
    except KilledWorker as error:
        raise LibraryError("Workers were lost again and again. Look at their logs, and run this again.") from error
    except Exception as error:
        reason = " ".join(str(error.__cause__ or error).split())
        raise LibraryError(
            f"A worker failed ({type(error).__name__}: {reason}). Start workers in the folder of this version of "
            "Sourcewise, look at their logs, and run this again."
        ) from error
    return stored


def _merged(parts: Sequence[FileResult]) -> FileResult:
    """The result for a file of which each part was read for itself: gone is what none of them has. Where some could not
    be read it is read again next time, and nothing of it is gone."""
    first, *others = parts
    whole = first.report
    languages = {part.report.language for part in parts if part.report.documents}
    whole.language = languages.pop() if len(languages) == 1 else None
    for report in (other.report for other in others):
        whole.documents, whole.passages = whole.documents + report.documents, whole.passages + report.passages
        whole.characters, whole.dropped_chars = (
            whole.characters + report.characters,
            whole.dropped_chars + report.dropped_chars,
        )
        whole.seconds = max(whole.seconds, report.seconds)
        if report.status == "failed":
            whole.fail(report.reason or "")
        for warning in report.warnings:
            whole.warn(warning)
    if any(other.digest != first.digest for other in others):
        try:
            partly = digest.partly_read(digest.of_file(first.file.path))
        except OSError:
            partly = None  # then it is not remembered
        return replace(first, digest=partly, removed=())
    return replace(first, removed=sorted(set(first.removed).intersection(*(other.removed for other in others))))
