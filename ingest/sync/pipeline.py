"""Roots to files to documents, each only when it is new, and then one published generation."""

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
from ingest.sync.catalogue import Catalogue, catalogue
from ingest.sync.drop_repeated import drop_repeated
from ingest.sync.prefetch import PrefetchedFile, Prefetcher, size_of
from ingest.sync.restore import document_digest
from ingest.sync.roots import File, Root
from ingest.sync.update_metadata import update_metadata
from ingest.types import Extract, Metadata, Unreadable

_MULTILINGUAL = "paraphrase-multilingual-MiniLM-L12-v2"

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many bytes are done, and how many there are (0: not known)."""


def ingest(
    paths: Sequence[Path],
    library: Path,
    *,
    model: str | None = None,
    prune: bool = False,
    progress: Progress = lambda what, done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Bring a library up to these roots and publish it. Whatever stops it, documents already stored stay and the next
    run goes on from there.

    ``cancelled`` is asked often, in this thread: once it says True, what is stored so far is published, nothing is
    removed, and the report says so. Raises ReadError (a root cannot be read, or too much of it is gone: nothing was
    changed), ModelError, LibraryError.
    """
    started = time.monotonic()
    for path in paths:
        roots.check(path)
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


class _Cancelled(Exception):  # noqa: N818 - no error
    pass


def _plan(path: Path, store: Store, prune: bool) -> _Plan:
    root = Root.of(path, store)
    present = roots.files(root, store)
    return root, present, roots.missing_files(root, present, store, prune=prune)


def library_embedder(store: Store, library: Path, model: str | None) -> Embedder:
    """The library's model; the first ingest settles which."""
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
    """One ingest under way."""

    store: Store
    embedder: Embedder
    report: Report
    progress: Progress
    cancelled: Callable[[], bool]
    batch: Batch = field(init=False)
    known: Catalogue = field(default_factory=Catalogue)
    edits: dict[str, dict[str, Any]] = field(init=False)
    moved: set[int] = field(default_factory=set)
    taken: set[Path] = field(default_factory=set)
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.batch = Batch(self.store, self.embedder, self.go_on)
        self.edits = self.store.edits()

    def finish(self, seconds: float) -> Report:
        self.report.seconds = round(seconds, 3)
        self.report.embedding_seconds = round(self.batch.seconds, 3)
        self.report.passages, self.report.sentences = self.batch.passages, self.batch.sentences
        return self.report

    def go_on(self) -> None:
        if self.cancelled():
            raise _Cancelled

    def sync_all(self, plans: Sequence[_Plan]) -> None:
        try:
            with Pool(check=self.go_on) as pool:
                for root, present, missing in plans:
                    self.sync(pool, root, present, missing)
        except _Cancelled:
            self.report.cancelled = True

    def sync(self, pool: Pool, root: Root, present: Sequence[File], missing: dict[str, FileRow]) -> None:
        """Add and replace what is new in a root, then remove what is gone from it."""
        self.moved = roots.moved(root, present, self.store)
        present = [file for file in present if file.path not in self.taken]
        self.taken.update(file.path for file in present)
        first, (self.known, present) = len(self.report.files), catalogue(root, present)
        self.total, self.done = sum(size_of(file.path) for file in present), 0
        for looked in Prefetcher(self.store, pool).files(root, present):
            self.go_on()
            self.progress(looked.file.location, self.done, self.total)
            self._tell(looked.found if isinstance(looked.found, FileReport) else self._read(pool, looked, looked.found))
            self.done += looked.size
        self.batch.flush()
        update_metadata(self.store, self.batch, root, present, self.known, self.report, first)
        changed = {one.location for one in self.report.files[first:] if one.status in ("added", "replaced")}
        drop_repeated(self.store, self.batch, root.number, frozenset(changed))
        self.progress("", self.total, self.total)
        for location in missing:
            self.report.files.append(self._remove(root, location))

    def _tell(self, entry: FileReport) -> None:
        if entry.status in ("failed", "skipped"):
            self._count(entry.status)
        elif entry.status == "unchanged":
            self._count(entry.status, entry.documents)
        self.batch.then(lambda: self.report.files.append(entry))

    def _count(self, status: str, documents: int = 1) -> None:
        """Not before what was added is stored: an ingest may be cancelled."""
        self.batch.then(lambda: self.report.count(status, documents))

    def _remove(self, root: Root, location: str) -> FileReport:
        documents = self.store.documents_of_file(root.number, location)
        with self.store.transaction():
            self.store.retire([one.number for one in documents])
            self.store.forget_files(root.number, [location])
        self.report.documents["removed"] += len(documents)
        return FileReport(location, "removed", documents=len(documents))

    def _read(self, pool: Pool, looked: PrefetchedFile, task: Task) -> FileReport:
        """A file's line of the report; its documents wait to be embedded."""
        entry = FileReport(looked.file.location, "replaced" if looked.is_known else "added")
        try:
            reading, content = pool.read(task)
        except ReadError as error:
            entry.fail(str(error))
            return entry
        entry.encoding, entry.pages = reading.encoding, reading.pages
        if reading.encoding_guessed:
            entry.warn(f"The encoding {reading.encoding} was guessed; look for odd letters.")
        for text in reading.warnings:
            entry.warn(text)
        before = {one.record: one for one in self.store.documents_of_file(looked.file.root, looked.file.location)}
        seen, whole = self._take(looked.file, reading.extracts, before, entry)
        entry.seconds = task.seconds
        # what cannot be read may be one of those that are missing: its last good version stays
        left = [one.number for one in before.values() if one.id not in seen] if whole else []
        self._count("removed", len(left))
        if seen or entry.status != "failed":
            self.batch.then(partial(self._close, looked.file, entry, digest.stamped(content) if whole else b"", left))
        return entry

    def _take(
        self, file: File, outcomes: Iterable[Outcome], before: dict[str | None, LiveDocument], entry: FileReport
    ) -> tuple[set[str], bool]:
        """The ids of the documents, and whether all was read."""
        seen: set[str] = set()
        unreadable, read_so_far = 0, self.done
        try:
            for outcome in outcomes:
                self.go_on()
                if isinstance(outcome, Extract):
                    seen.add(self._document(file, outcome, before, entry))
                    read_so_far = min(read_so_far + len(outcome.text), self.total)
                    self.progress(file.location, read_so_far, self.total)
                elif isinstance(outcome, Unreadable):
                    unreadable += 1
                    entry.warn(f"{outcome.position}: {outcome.reason}")
                else:
                    entry.warn(f"{outcome.position}: no text")
                    self._count("skipped")
        except ReadError as error:
            entry.fail(str(error))
        self._count("failed", unreadable)
        return seen, not unreadable and entry.status != "failed"

    def _document(self, file: File, extract: Extract, before: dict[str | None, LiveDocument], entry: FileReport) -> str:
        """Let one document wait unless it is unchanged; its id."""
        known = before.get(extract.record)
        identity = known.id if known else self._identity(file, extract.record)
        said = self.known.statements(file.path, file.location, extract.record, _read(extract))
        source = said.source(identity, file.location, extract.record, self.edits.get(identity, {}))
        document = Document(source, extract.text, extract.sections, extract.dropped, extract.left_out)
        now = document_digest(document, said)
        entry.take(extract, source.language)
        if source.language not in (None, "en") and self.embedder.name == DEFAULT:
            entry.warn(
                f"The text looks like {source.language}; the model {DEFAULT} reads English. "
                f"For other languages: a library of its own, made with --model {_MULTILINGUAL}"
            )
        known = known or self._adopted(source.id, file.root)
        if known is not None and known.digest == now:
            self._count("unchanged")
            entry.passages += int(self.store.counts([known.number])[0, 0])
        else:
            entry.passages += self.batch.add(file.root, document, now, said.to_json())
            self._count("added" if known is None else "replaced")
        return source.id

    def _identity(self, file: File, record: str | None) -> str:
        """A hash of location and record. Another root's document of the same name leads to a second hash, unless that
        root was moved here: then this is the same document."""
        for salt in range(1000):
            parts = [file.location, record or "", *([str(salt)] if salt else [])]
            identity = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
            holder = self.store.by_id(identity)
            if holder is None or holder.root in self.moved:
                return identity
        raise ReadError(f"{file.path} has the name of too many other files. Rename it.")

    def _adopted(self, identity: str, root: int) -> LiveDocument | None:
        """The document of a root that was moved, now of this root."""
        holder = self.store.by_id(identity)
        if holder is not None:
            with self.store.transaction():
                self.store.move([holder.number], root)
                self.store.forget_files(holder.root, [holder.location])
        return holder

    def _close(self, file: File, entry: FileReport, digest: bytes, left: Sequence[int]) -> None:
        """All documents of a file are stored: retire those it no longer has, and remember it."""
        with self.store.transaction():
            self.store.retire(left)
            self.store.put_file(file.root, file.location, FileRow(digest, asdict(entry)))


def _read(extract: Extract) -> Metadata:
    """What the reader found. A language that nobody states is seen from the text."""
    kept = extract.text[:20_000]
    for start, end in reversed(extract.dropped):
        kept = kept[:start] + kept[end:]
    return with_origins(replace(extract.metadata, language=extract.metadata.language or language_of(kept)))
