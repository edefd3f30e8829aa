"""An ingest: reads the files that are new, stores their documents, removes missing ones and publishes the library."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from index.embedding.compiled import Embedder
from index.embedding.models import open_embedder, prepare, remove_stale
from index.embedding.reference import DEFAULT, same_name
from index.errors import ModelError, ReadError
from index.publishing.publish import publish
from index.storage import lock
from index.storage.rows import FileRow, LiveDocument
from index.storage.store import Store
from index.types import Document
from ingest import digest
from ingest.metadata.describe import language_of
from ingest.metadata.origin import with_origins
from ingest.report import FileReport, Report
from ingest.sandbox.frames import Outcome
from ingest.sandbox.pool import Pool, Task
from ingest.sync import roots
from ingest.sync.batch import Batch
from ingest.sync.catalogue import Catalogue, read_catalogue
from ingest.sync.drop_repeated import drop_repeated
from ingest.sync.prefetch import PrefetchedFile, Prefetcher, size_of
from ingest.sync.restore import document_digest
from ingest.sync.roots import File, Root
from ingest.sync.update_metadata import update_metadata
from ingest.types import Extract, Metadata, Unreadable

_MULTILINGUAL = "paraphrase-multilingual-MiniLM-L12-v2"

Progress = Callable[[str, int, int], None]
"""Called with the current file or step, the bytes done, and the bytes in all (0: unknown)."""


def ingest(
    paths: Sequence[Path],
    library: Path,
    *,
    model: str | None = None,
    prune: bool = False,
    progress: Progress = lambda what, done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Bring a library up to date with these roots and publish it. Whatever stops it, documents already stored stay, and
    the next run goes on from there.

    ``cancelled`` is called often, in this thread. Once it returns True, what is stored so far is published, nothing is
    removed, and ``Report.cancelled`` is set. Raises ReadError (a root cannot be read, or too much of it is missing:
    nothing was changed), ModelError, LibraryError.
    """
    started = time.monotonic()
    for path in paths:
        roots.check_readable(path)
    with lock.write_lock(library):
        store = Store.create(library)
        try:
            plans = [_plan(path, store, prune) for path in dict.fromkeys(path.resolve() for path in paths)]
            progress("opening the model", 0, 0)
            run = _Run(store, library_embedder(store, library, model), Report(str(library)), progress, cancelled)
            run.sync_all(plans)
            progress("building the index", 0, 0)
            publish(library, store, run.embedder)
        finally:
            store.close()
    return run.finish(time.monotonic() - started)


_Plan = tuple[Root, list[File], dict[str, FileRow]]


class _Cancelled(Exception):  # noqa: N818 - not an error
    pass


def _plan(path: Path, store: Store, prune: bool) -> _Plan:
    root = Root.of(path, store)
    present = roots.files(root, store)
    return root, present, roots.missing_files(root, present, store, prune=prune)


def library_embedder(store: Store, library: Path, model: str | None) -> Embedder:
    """The library's model; the first ingest decides which. Raises ModelError when ``model`` is another one."""
    models = library / "models"
    name, fingerprint = store.setting("model"), store.setting("fingerprint")
    if name is None or fingerprint is None:
        fingerprint = prepare(model, models)
        with store.transaction():
            store.set("model", model or DEFAULT)
            store.set("fingerprint", fingerprint)
    elif model and not same_name(model, name) and not (os.path.isdir(model) and prepare(model, models) == fingerprint):
        raise ModelError(
            f"The library {library} was made with the model {name}; its vectors cannot be mixed with those of {model}. "
            "Leave --model out, or use another --library."
        )
    elif not (models / fingerprint / "embedder.json").exists() and prepare(name, models) != fingerprint:
        raise ModelError(
            f"The model {name} is no longer the one that {library} was made with. "
            "Put the old one back, or use another --library."
        )
    remove_stale(models, fingerprint)
    return open_embedder(fingerprint, models, ingest=True)


@dataclass(slots=True)
class _Run:
    """The state of one ingest. ``done`` and ``total`` are bytes of the current root's files."""

    store: Store
    embedder: Embedder
    report: Report
    progress: Progress
    cancelled: Callable[[], bool]
    batch: Batch = field(init=False)
    catalogue: Catalogue = field(default_factory=Catalogue)
    edits: dict[str, dict[str, Any]] = field(init=False)
    moved_roots: set[int] = field(default_factory=set)
    visited: set[Path] = field(default_factory=set)
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.batch = Batch(self.store, self.embedder, self.check_cancelled)
        self.edits = self.store.edits()

    def finish(self, seconds: float) -> Report:
        self.report.seconds = round(seconds, 3)
        self.report.embedding_seconds = round(self.batch.seconds, 3)
        self.report.passages, self.report.sentences = self.batch.passages, self.batch.sentences
        return self.report

    def check_cancelled(self) -> None:
        if self.cancelled():
            raise _Cancelled

    def sync_all(self, plans: Sequence[_Plan]) -> None:
        try:
            with Pool(check=self.check_cancelled) as pool:
                for root, present, missing in plans:
                    self.sync(pool, root, present, missing)
        except _Cancelled:
            self.report.cancelled = True

    def sync(self, pool: Pool, root: Root, present: Sequence[File], missing: dict[str, FileRow]) -> None:
        """Add and replace what is new in a root, then remove what is missing from it."""
        self.moved_roots = roots.moved_roots(root, present, self.store)
        present = [file for file in present if file.path not in self.visited]
        self.visited.update(file.path for file in present)
        first, (self.catalogue, present) = len(self.report.files), read_catalogue(root, present)
        self.total, self.done = sum(size_of(file.path) for file in present), 0
        for prefetched in Prefetcher(self.store, pool).files(root, present):
            self.check_cancelled()
            self.progress(prefetched.file.location, self.done, self.total)
            result = prefetched.result
            self._add_file_report(result if isinstance(result, FileReport) else self._read(pool, prefetched, result))
            self.done += prefetched.size
        self.batch.flush()
        update_metadata(self.store, self.batch, root, present, self.catalogue, self.report, first)
        changed = {
            file_report.location
            for file_report in self.report.files[first:]
            if file_report.status in ("added", "replaced")
        }
        drop_repeated(self.store, self.batch, root.number, frozenset(changed))
        self.progress("", self.total, self.total)
        for location in missing:
            self.report.files.append(self._remove(root, location))

    def _add_file_report(self, file_report: FileReport) -> None:
        if file_report.status in ("failed", "skipped"):
            self._count(file_report.status)
        elif file_report.status == "unchanged":
            self._count(file_report.status, file_report.documents)
        self.batch.then(lambda: self.report.files.append(file_report))

    def _count(self, status: str, documents: int = 1) -> None:
        """Count once the documents added so far are stored: an ingest may be cancelled before."""
        self.batch.then(lambda: self.report.count(status, documents))

    def _remove(self, root: Root, location: str) -> FileReport:
        documents = self.store.documents_of_file(root.number, location)
        with self.store.transaction():
            self.store.retire([live.number for live in documents])
            self.store.forget_files(root.number, [location])
        self.report.documents["removed"] += len(documents)
        return FileReport(location, "removed", documents=len(documents))

    def _read(self, pool: Pool, prefetched: PrefetchedFile, task: Task) -> FileReport:
        """Queue a file's documents to be stored. Returns its report."""
        file_report = FileReport(prefetched.file.location, "replaced" if prefetched.is_known else "added")
        try:
            reading, content = pool.read(task)
        except ReadError as error:
            file_report.fail(str(error))
            return file_report
        file_report.encoding, file_report.pages = reading.encoding, reading.pages
        if reading.encoding_guessed:
            file_report.warn(f"The encoding {reading.encoding} was guessed; look for odd letters.")
        for text in reading.warnings:
            file_report.warn(text)
        file = prefetched.file
        before = {live.record: live for live in self.store.documents_of_file(file.root, file.location)}
        seen, is_complete = self._read_documents(file, reading.extracts, before, file_report)
        file_report.seconds = task.seconds
        # an unreadable record may be one of the missing documents: their last good versions stay
        removed = [live.number for live in before.values() if live.id not in seen] if is_complete else []
        self._count("removed", len(removed))
        if seen or file_report.status != "failed":
            self.batch.then(
                partial(self._remember, file, file_report, digest.stamped(content) if is_complete else b"", removed)
            )
        return file_report

    def _read_documents(
        self, file: File, outcomes: Iterable[Outcome], before: dict[str | None, LiveDocument], file_report: FileReport
    ) -> tuple[set[str], bool]:
        """Queue each document of a file. Returns their ids, and whether the whole file was read."""
        seen: set[str] = set()
        unreadable, read_so_far = 0, self.done
        try:
            for outcome in outcomes:
                self.check_cancelled()
                if isinstance(outcome, Extract):
                    seen.add(self._document(file, outcome, before, file_report))
                    read_so_far = min(read_so_far + len(outcome.text), self.total)
                    self.progress(file.location, read_so_far, self.total)
                elif isinstance(outcome, Unreadable):
                    unreadable += 1
                    file_report.warn(f"{outcome.position}: {outcome.reason}")
                else:
                    file_report.warn(f"{outcome.position}: no text")
                    self._count("skipped")
        except ReadError as error:
            file_report.fail(str(error))
        self._count("failed", unreadable)
        return seen, not unreadable and file_report.status != "failed"

    def _document(
        self, file: File, extract: Extract, before: dict[str | None, LiveDocument], file_report: FileReport
    ) -> str:
        """Queue one document unless it is unchanged. Returns its id."""
        stored = before.get(extract.record)
        identity = stored.id if stored else self._identity(file, extract.record)
        statements = self.catalogue.statements(file.path, file.location, extract.record, _metadata(extract))
        source = statements.source(identity, file.location, extract.record, self.edits.get(identity, {}))
        document = Document(source, extract.text, extract.sections, extract.dropped, extract.left_out)
        content = document_digest(document, statements)
        file_report.take(extract, source.language)
        if source.language not in (None, "en") and self.embedder.name == DEFAULT:
            file_report.warn(
                f"The text looks like {source.language}; the model {DEFAULT} reads English. "
                f"For other languages: a library of its own, made with --model {_MULTILINGUAL}"
            )
        stored = stored or self._adopted(source.id, file.root)
        if stored is not None and stored.digest == content:
            self._count("unchanged")
            file_report.passages += int(self.store.counts([stored.number])[0, 0])
        else:
            file_report.passages += self.batch.add(file.root, document, content, statements.to_json())
            self._count("added" if stored is None else "replaced")
        return source.id

    def _identity(self, file: File, record: str | None) -> str:
        """The document's id: a hash of location and record. If a document of another root has that id, a salted hash;
        but if that root was moved here, it is the same document and keeps its id."""
        for salt in range(1000):
            parts = [file.location, record or "", *([str(salt)] if salt else [])]
            identity = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
            holder = self.store.by_id(identity)
            if holder is None or holder.root in self.moved_roots:
                return identity
        raise ReadError(f"{file.path} has the name of too many other files. Rename it.")

    def _adopted(self, identity: str, root: int) -> LiveDocument | None:
        """The live document with this id, if any. It is of a root that was moved here and now belongs to ``root``."""
        holder = self.store.by_id(identity)
        if holder is not None:
            with self.store.transaction():
                self.store.move([holder.number], root)
                self.store.forget_files(holder.root, [holder.location])
        return holder

    def _remember(self, file: File, file_report: FileReport, digest: bytes, removed: Sequence[int]) -> None:
        """Once all documents of a file are stored: retire those it no longer has, and store its row."""
        with self.store.transaction():
            self.store.retire(removed)
            self.store.put_file(file.root, file.location, FileRow(digest, asdict(file_report)))


def _metadata(extract: Extract) -> Metadata:
    """What the reader states. A language that is not stated is detected from the text."""
    text = extract.text[:20_000]
    for start, end in reversed(extract.dropped):
        text = text[:start] + text[end:]
    return with_origins(replace(extract.metadata, language=extract.metadata.language or language_of(text)))
