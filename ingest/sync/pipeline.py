"""An ingest: reads the files that are new, stores their documents, removes missing ones and publishes the library."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.disk import Library
from index.embedding.compiled import Embedder
from index.embedding.reference import DEFAULT
from index.errors import ReadError
from index.publishing import publish_to
from index.storage import lock
from index.storage.people import Role, require
from index.storage.rows import FileRow, LiveDocument
from index.storage.store import Store
from index.text.languages import language_name
from index.types import Document
from ingest import digest
from ingest.encoding import guess_warnings
from ingest.metadata.languages import language_of
from ingest.metadata.origin import Statements, with_origins
from ingest.report import FileReport, Report
from ingest.sandbox.pool import Pool
from ingest.sync import folders, roots
from ingest.sync.catalogue import Catalogue, read_catalogue
from ingest.sync.drop_repeated import drop_repeated
from ingest.sync.library_model import library_embedder
from ingest.sync.moves import Key, Move, apply_moves, find_moves, gone_elsewhere
from ingest.sync.prefetch import PrefetchedFile, Prefetcher, size_of
from ingest.sync.roots import File, Root
from ingest.sync.update_metadata import update_metadata
from ingest.sync.writer import DocumentWriter, document_digest
from ingest.types import Extract, Metadata, Outcome, Progress, Unreadable

if TYPE_CHECKING:
    from ingest.sync.distributed import Workers

_MULTILINGUAL = "paraphrase-multilingual-MiniLM-L12-v2"

ReportProgress = Callable[[str, int, int], None]
"""Called with the current file or step, the bytes done, and the bytes in all (0: unknown)."""


def ingest(
    paths: Sequence[Path],
    library: Library,
    *,
    model: str | None = None,
    prune: bool = False,
    ocr: bool = True,
    workers: Workers | None = None,
    progress: ReportProgress = lambda what, done, total: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Report:
    """Bring a library up to date with these roots and publish it. Whatever stops it, documents already stored stay, and
    the next run goes on from there.

    ``ocr``: whether pages that are pictures are read. ``workers``: read and store the files, for a library on a server.
    ``cancelled`` is called often, in this thread. Once it returns
    True, what is stored so far is published, nothing is removed, and ``Report.cancelled`` is set. Raises ReadError (a
    root cannot be read, or too much of it is missing: nothing was changed), ModelError, LibraryError. For a keeper.
    """
    require(Role.KEEPER)
    started = time.monotonic()
    for path in paths:
        roots.check_readable(path)
    held = [roots.real_path(path) for path in paths]
    with lock.ingest_lock(library, held), closing(Store.create(library)) as store:
        plans, moves = _plan(paths, store, prune)
        progress("opening the model", 0, 0)
        embedder = library_embedder(store, library, model)
        run = IngestRun(store, embedder, Report(str(library)), progress, cancelled, ocr, workers)
        run.sync_roots(plans, moves)
        progress("building the index", 0, 0)
        publish_to(library, store, run.embedder)
        store.note("ingest", "; ".join(path.name for path in paths), run.report.changes())
    return run.finish(time.monotonic() - started)


_Plan = tuple[Root, list[File], dict[str, FileRow]]


class _Cancelled(Exception): ...  # noqa: N818 - not an error


def _check(cancelled: Callable[[], bool]) -> None:
    if cancelled():
        raise _Cancelled


def _plan(paths: Sequence[Path], store: Store, prune: bool) -> tuple[list[_Plan], list[Move]]:
    """Each root with the files that it has and those that are missing, and the files that were moved. Raises ReadError
    before anything is changed."""
    plans: list[_Plan] = []
    gone: dict[Key, FileRow] = {}
    for path in dict.fromkeys(roots.real_path(path) for path in paths):
        root = Root.of(path, store)
        present = roots.files(root, store)
        missing = roots.missing_files(root, present, store)
        plans.append((root, present, missing))
        gone |= {(root.number, location): row for location, row in missing.items()}
        gone |= gone_elsewhere(root, present, store)
    moves = find_moves(gone, (file for _, present, _ in plans for file in present), store)
    moved = {move.before for move in moves}
    plans = [
        (root, present, {name: row for name, row in missing.items() if (root.number, name) not in moved})
        for root, present, missing in plans
    ]
    for root, _, missing in plans if not prune else ():
        roots.check_not_emptied(root, missing, store)
    return plans, moves


@dataclass(frozen=True, slots=True)
class FileResult:
    """A file's report. With a ``digest``, the file is remembered and the documents in ``removed`` are retired."""

    file: File
    report: FileReport
    digest: bytes | None = None
    removed: Sequence[int] = ()


@dataclass(slots=True)
class _PendingResults:
    """What is reported once all documents added so far are stored, and not at all if the ingest is cancelled before."""

    files: list[FileResult] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class IngestRun:
    """The state of one ingest. ``done`` and ``total`` are bytes of the current root's files. ``unfinished``: the
    name of the setting that is set while documents of that root are stored whose repeated lines are not dropped yet.
    ``part``: of how many which part of a file's records is stored; its other records are taken for present."""

    store: Store
    embedder: Embedder
    report: Report
    progress: ReportProgress
    cancelled: Callable[[], bool]
    ocr: bool
    workers: Workers | None = None
    part: tuple[int, int] = (0, 1)
    check_cancelled: Callable[[], None] = field(init=False)
    writer: DocumentWriter = field(init=False)
    pending: _PendingResults = field(default_factory=_PendingResults)
    catalogue: Catalogue = field(default_factory=Catalogue)
    edits: dict[str, dict[str, Any]] = field(init=False)
    moved_roots: set[int] = field(default_factory=set)
    statements: dict[int, Mapping[str, str]] = field(default_factory=dict)
    moved_from: dict[File, str] = field(default_factory=dict)
    visited: set[Path] = field(default_factory=set)
    unfinished: str = ""
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        # no method of this object, so that the model's memory goes with the ingest
        self.check_cancelled = partial(_check, self.cancelled)
        self.writer = DocumentWriter(self.store, self.embedder, self.check_cancelled)
        self.edits = self.store.edits.all()

    def finish(self, seconds: float) -> Report:
        self.report.seconds, self.report.embedding_seconds = round(seconds, 3), round(self.writer.embedding_seconds, 3)
        self.report.passages, self.report.sentences = self.writer.passages, self.writer.sentences
        return self.report

    def sync_roots(self, plans: Sequence[_Plan], moves: Sequence[Move]) -> None:
        apply_moves(self.store, moves)
        self.moved_from = {move.file: move.moved_from for move in moves}
        try:
            with Pool(ocr=self.ocr, check=self.check_cancelled) as pool:
                for root, present, missing in plans:
                    self.sync_root(pool, root, present, missing)
        except _Cancelled:
            self.report.cancelled = True

    def sync_root(self, pool: Pool, root: Root, present: Sequence[File], missing: dict[str, FileRow]) -> None:
        """Add and replace what is new in a root, then remove what is missing from it."""
        seen = folders.look(present)
        self.moved_roots = roots.moved_roots(root, present, self.store)
        present = [file for file in present if file.path not in self.visited]
        self.visited.update(file.path for file in present)
        self.unfinished = f"unfinished {root.number}"
        was_unfinished = bool(self.store.setting(self.unfinished))
        first, (self.catalogue, present) = len(self.report.files), read_catalogue(root, present)
        self.total, self.done = sum(size_of(file.path) for file in present), 0
        if self.workers is not None:
            self.workers.read_files(self, pool, root, present)
        else:
            for prefetched in Prefetcher(self.store, pool).files(root, present):
                self.check_cancelled()
                self.progress(prefetched.file.location, self.done, self.total)
                self.add_file(self.read_file(pool, prefetched))
                self.done += prefetched.size
        self.flush()
        update_metadata(self.store, self.writer, root, present, self.catalogue, self.report, first)
        changed = frozenset(
            file_report.location
            for file_report in self.report.files[first:]
            if file_report.status in ("added", "replaced")
        )
        drop_repeated(self.store, self.writer, root.number, None if was_unfinished else changed)
        if self.store.setting(self.unfinished):
            self._set_unfinished("")
        self.progress("", self.total, self.total)
        for location in missing:
            self.report.files.append(self._remove_file(root, location))
        folders.remember(self.store, root, seen)

    def flush(self) -> None:
        """Store what is queued, and count it."""
        self.writer.flush()
        self._commit()

    def _set_unfinished(self, value: str) -> None:
        """Remember that documents of the current root are stored whose repeated lines are not dropped yet, or not."""
        with self.store.transaction():
            self.store.set(self.unfinished, value)

    def add_file(self, result: FileResult) -> None:
        """Count a file, and report it once its documents are stored."""
        self.pending.files.append(result)
        if result.report.status in ("failed", "skipped"):
            self._count(result.report.status)
        elif result.report.status == "unchanged":
            self._count(result.report.status, result.report.documents)
        self._commit()

    def _count(self, status: str, documents: int = 1) -> None:
        self.pending.counts[status] += documents
        self._commit()

    def _commit(self) -> None:
        """Report and remember what is pending, unless documents are still queued."""
        if not self.writer.has_stored_all:
            return
        pending, self.pending = self.pending, _PendingResults()
        for result in pending.files:
            self._remember(result)
            self.report.files.append(result.report)
        for status, documents in pending.counts.items():
            self.report.count(status, documents)

    def _remember(self, result: FileResult) -> None:
        """Store the row of a file whose documents are stored by now, and retire the documents that it no longer has."""
        if result.digest is None:
            return
        file, row = result.file, FileRow(result.digest, asdict(result.report))
        with self.store.transaction():
            self.store.documents.retire(result.removed)
            self.store.files.put(file.root, file.location, row)

    def _remove_file(self, root: Root, location: str) -> FileReport:
        documents = self.store.documents.of_file(root.number, location)
        with self.store.transaction():
            self.store.documents.retire([live.number for live in documents])
            self.store.files.forget(root.number, [location])
        self.report.documents["removed"] += len(documents)
        return FileReport(location, "removed", documents=len(documents))

    def read_file(self, pool: Pool, prefetched: PrefetchedFile) -> FileResult:
        """Add a file's documents to the writer, unless the file is unchanged or refused."""
        file, task = prefetched.file, prefetched.result
        moved_from = self.moved_from.get(file)
        if isinstance(task, FileReport):
            return FileResult(file, replace(task, moved_from=moved_from))
        file_report = FileReport(file.location, "replaced" if prefetched.is_known else "added", moved_from=moved_from)
        try:
            reading, content = pool.read(task)
        except ReadError as error:
            file_report.fail(str(error))
            return FileResult(file, file_report)
        file_report.encoding, file_report.pages = reading.encoding, reading.pages
        for text in (*guess_warnings(reading.encoding, reading.encoding_guessed), *reading.warnings):
            file_report.warn(text)
        before = {live.record: live for live in self.store.documents.of_file(file.root, file.location)}
        seen, is_complete = self._read_documents(file, reading.extracts, before, file_report)
        file_report.seconds = task.seconds
        if not seen and file_report.status == "failed":
            return FileResult(file, file_report)
        # an unreadable record may be one of the missing documents: their last good versions stay
        removed = [live.number for live in before.values() if live.id not in seen] if is_complete else []
        self._count("removed", len(removed))
        is_read = is_complete and not reading.scans_left
        return FileResult(
            file, file_report, digest.stamped(content) if is_read else digest.partly_read(content), removed
        )

    def _read_documents(
        self, file: File, outcomes: Iterable[Outcome], before: dict[str | None, LiveDocument], file_report: FileReport
    ) -> tuple[set[str], bool]:
        """Add the documents of a file. Returns their ids, and whether the whole file was read."""
        seen: set[str] = set()
        unreadable, read_so_far = 0, self.done
        try:
            for position, outcome in enumerate(outcomes):
                self.check_cancelled()
                if position % self.part[1] != self.part[0]:
                    seen |= _known(outcome, before)
                elif isinstance(outcome, Extract):
                    seen.add(self._add_document(file, outcome, before, file_report))
                    read_so_far = min(read_so_far + len(outcome.text), self.total)
                    self.progress(file.location, read_so_far, self.total)
                elif isinstance(outcome, Progress):
                    self.progress(f"{file.location}, {outcome.position}", read_so_far, self.total)
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

    def _add_document(
        self, file: File, extract: Extract, stored_documents: dict[str | None, LiveDocument], file_report: FileReport
    ) -> str:
        """Add one document to the writer unless it is unchanged. Returns its id."""
        stored = stored_documents.get(extract.record)
        identity = stored.id if stored else self._document_id(file, extract.record)
        statements = self.catalogue.statements(file.path, file.location, extract.record, _metadata(extract))
        if stored is not None and self.catalogue.is_unreadable(file.path):
            before = self._stored_statements(file.root).get(stored.id)  # empty for a document without a file
            if before:
                statements = self.catalogue.with_unreadable(file.path, Statements.from_json(before), statements)
        source = statements.source(identity, file.location, extract.record, self.edits.get(identity, {}))
        document = Document(source, extract.text, extract.sections, extract.dropped, extract.left_out)
        content = document_digest(document, statements)
        file_report.take(extract, source.language)
        for warning in self.catalogue.future_dates(source):
            file_report.warn(warning)
        if source.language and source.language.split("-")[0] != "en" and self.embedder.name == DEFAULT:
            file_report.warn(
                f"The text looks like {language_name(source.language)}; the model {DEFAULT} reads English. "
                f"For other languages: a library of its own, made with --model {_MULTILINGUAL}"
            )
        stored = stored or self._adopt(source.id, file.root)
        if stored is not None and stored.digest == content:
            self._count("unchanged")
            file_report.passages += int(self.store.documents.counts([stored.number])[0, 0])
        else:
            if not self.store.setting(self.unfinished):
                self._set_unfinished("yes")
            file_report.passages += self.writer.add(file.root, document, content, statements.to_json())
            self._count("added" if stored is None else "replaced")
        return source.id

    def _stored_statements(self, root: int) -> Mapping[str, str]:
        """By document, the statements stored of it before this run, as JSON; read once a root."""
        if root not in self.statements:
            self.statements[root] = {live.id: stored for live, _, stored in self.store.documents.statements([root])}
        return self.statements[root]

    def _document_id(self, file: File, record: str | None) -> str:
        """The document's id: a hash of location and record. If a document of another root has that id, a salted hash;
        but if that root was moved here, it is the same document and keeps its id."""
        for salt in range(1000):
            parts = [file.location, record or "", *([str(salt)] if salt else [])]
            identity = hashlib.blake2b("\0".join(parts).encode(), digest_size=6).hexdigest()
            holder = self.store.documents.by_id(identity)
            if holder is None or holder.root in self.moved_roots:
                return identity
        raise ReadError(f"{file.path} has the name of too many other files. Rename it.")

    def _adopt(self, identity: str, root: int) -> LiveDocument | None:
        """The live document with this id, if any. It is of a root that was moved here and now belongs to ``root``."""
        holder = self.store.documents.by_id(identity)
        if holder is not None:
            with self.store.transaction():
                self.store.documents.move([holder.number], root, holder.location)
                self.store.files.forget(holder.root, [holder.location])
        return holder


def _known(outcome: Outcome, before: Mapping[str | None, LiveDocument]) -> set[str]:
    """The id of the stored document that a record is, if it is one."""
    stored = before.get(outcome.record) if isinstance(outcome, Extract) else None
    return {stored.id} if stored else set()


def _metadata(extract: Extract) -> Metadata:
    """What the reader states. A language that is not stated is detected from the text."""
    text = extract.text[:20_000]
    for start, end in reversed(extract.dropped):
        text = text[:start] + text[end:]
    return with_origins(replace(extract.metadata, language=extract.metadata.language or language_of(text)))
