"""Roots to files to documents, each only when it is new, and then one published generation."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

from index import lock
from index.embed import Embedder
from index.errors import ModelError, ReadError
from index.models import open_embedder, prepare, remove_stale
from index.publish import publish
from index.reference import DEFAULT
from index.rows import FileRow, Known
from index.store import Store
from index.types import Document, Source
from ingest import roots
from ingest.batch import Batch
from ingest.describe import language_of
from ingest.extract import Extract, Reading, Unreadable
from ingest.readers import READERS, read
from ingest.report import FileReport, Report
from ingest.roots import File, Root

VERSION = "1"
"""Part of every digest: a new value makes the next ingest read and split everything again."""

_MOST = 20_000_000  # bytes of a file that is one document; longer ones are refused
_RECORDS = (".jsonl", ".ndjson", ".json", ".csv", ".tsv")
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
) -> Report:
    """Bring a library up to these roots and publish it. Whatever stops it, documents already stored stay and the next
    run goes on from there.

    Raises ReadError (a root cannot be read, or too much of it is gone: nothing was changed), ModelError, LibraryError.
    """
    started = time.monotonic()
    for path in paths:
        roots.check(path)
    with lock.writing(library):
        store = Store.create(library)
        try:
            plans = [_plan(path, store, prune) for path in dict.fromkeys(path.resolve() for path in paths)]
            progress("opening the model", 0, 0)
            run = _Run(store, _embedder(store, library, model), Report(str(library)), progress)
            for root, present, missing in plans:
                run.sync(root, present, missing)
            progress("building the index", 0, 0)
            publish(library, store, run.embedder)
        finally:
            store.close()
    return run.finish(time.monotonic() - started)


def _plan(path: Path, store: Store, prune: bool) -> tuple[Root, list[File], dict[str, FileRow]]:
    root = Root.of(path, store)
    present = roots.files(root, store)
    return root, present, roots.gone(root, present, store, prune=prune)


def _embedder(store: Store, library: Path, model: str | None) -> Embedder:
    """The library's model; the first ingest settles which."""
    models = library / "models"
    name, fingerprint = store.setting("model"), store.setting("fingerprint")
    if name is None or fingerprint is None:
        fingerprint = prepare(model, models)
        with store.transaction():
            store.set("model", model or DEFAULT)
            store.set("fingerprint", fingerprint)
    elif model not in (None, name) and prepare(model, models) != fingerprint:
        raise ModelError(
            f"The library {library} was made with the model {name}; its vectors cannot be mixed with those of {model}. "
            "Use another --library."
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
    batch: Batch = field(init=False)
    moved: set[int] = field(default_factory=set)
    taken: set[Path] = field(default_factory=set)
    rows: dict[int, dict[str, FileRow]] = field(default_factory=dict)
    done: int = 0
    total: int = 0

    def __post_init__(self) -> None:
        self.batch = Batch(self.store, self.embedder)

    def finish(self, seconds: float) -> Report:
        self.report.seconds = round(seconds, 3)
        self.report.embedding_seconds = round(self.batch.seconds, 3)
        self.report.passages, self.report.sentences = self.batch.passages, self.batch.sentences
        return self.report

    def sync(self, root: Root, present: Sequence[File], missing: dict[str, FileRow]) -> None:
        """Add and replace what is new in a root, then remove what is gone from it."""
        self.moved = roots.moved(root, present, self.store)
        present = [file for file in present if file.path not in self.taken]
        self.taken.update(file.path for file in present)
        sizes = [_size(file.path) for file in present]
        self.total, self.done = sum(sizes), 0
        for file, size in zip(present, sizes, strict=True):
            self.progress(file.location, self.done, self.total)
            entry = self._file(root, file)
            self.done += size
            if entry.status in ("failed", "skipped"):
                self.report.documents[entry.status] += 1
            self.report.files.append(entry)
        self.batch.flush()
        self.progress("", self.total, self.total)
        for location in missing:
            self.report.files.append(self._remove(root, location))

    def _remove(self, root: Root, location: str) -> FileReport:
        documents = self.store.known(root.number, location)
        with self.store.transaction():
            self.store.retire([one.number for one in documents])
            self.store.forget_files(root.number, [location])
        self.report.documents["removed"] += len(documents)
        return FileReport(location, "removed", documents=len(documents))

    def _file(self, root: Root, file: File) -> FileReport:
        """One file's line of the report; its documents wait to be embedded."""
        refusal = None if file.is_folder else _refusal(file.path)
        if refusal is not None:
            return FileReport(file.location, "skipped" if root.path.is_dir() else "failed", refusal)
        try:
            data = file.path.read_bytes()
        except OSError as error:
            what = "folder" if file.is_folder else "file"
            reason = f"The {what} cannot be read ({error.strerror or error}). Check its permissions."
            return FileReport(file.location, "failed", reason)
        digest = _digest(data)
        known = self._known_file(file)
        if known is not None and known.digest == digest:
            self.report.documents["unchanged"] += known.report["documents"]
            return FileReport(**{**known.report, "status": "unchanged"})
        try:
            return self._take(file, read(data, PurePosixPath(file.location).name), digest, known is not None)
        except ReadError as error:
            return FileReport(file.location, "failed", str(error))

    def _known_file(self, file: File) -> FileRow | None:
        if file.root not in self.rows:
            self.rows[file.root] = self.store.files(file.root)
        return self.rows[file.root].get(file.location)

    def _take(self, file: File, reading: Reading, digest: bytes, known: bool) -> FileReport:
        entry = FileReport(
            file.location, "replaced" if known else "added", encoding=reading.encoding, pages=reading.pages
        )
        if reading.encoding_guessed:
            entry.warn(f"The encoding {reading.encoding} was guessed; look for odd letters.")
        for text in reading.warnings:
            entry.warn(text)
        before = {one.record: one for one in self.store.known(file.root, file.location)}
        seen: set[str] = set()
        unreadable = 0
        read_so_far = self.done
        for extract in reading.extracts:
            if isinstance(extract, Extract):
                seen.add(self._document(file, extract, before, entry))
                read_so_far = min(read_so_far + len(extract.text), self.total)
                self.progress(file.location, read_so_far, self.total)
            elif isinstance(extract, Unreadable):
                unreadable += 1
                entry.warn(f"{extract.place}: {extract.reason}")
            else:
                entry.warn(f"{extract.place}: no text")
                self.report.documents["skipped"] += 1
        self.report.documents["failed"] += unreadable
        # a record that cannot be read may be one of those that are missing: its last good version stays
        left = [] if unreadable else [one.number for one in before.values() if one.id not in seen]
        self.report.documents["removed"] += len(left)
        self.batch.then(lambda: self._close(file, entry, b"" if unreadable else digest, left))
        return entry

    def _document(self, file: File, extract: Extract, before: dict[str | None, Known], entry: FileReport) -> str:
        """Let one document wait unless it is unchanged; its id."""
        known = before.get(extract.record)
        source = self._source(file, extract, known.id if known else self._identity(file, extract.record))
        document = Document(source, extract.text, extract.sections, extract.dropped, extract.left_out)
        digest = _document_digest(document)
        entry.documents += 1
        entry.dropped_chars += sum(span.end - span.start for span in extract.dropped) + sum(map(len, extract.left_out))
        for text in extract.warnings:
            entry.warn(text)
        if source.language not in (None, "en") and self.embedder.name == DEFAULT:
            entry.warn(
                f"The text looks like {source.language}; the model {DEFAULT} reads English. "
                f"For other languages: a library of its own, made with --model {_MULTILINGUAL}"
            )
        known = known or self._adopted(source.id, file.root)
        if known is not None and known.digest == digest:
            self.report.documents["unchanged"] += 1
            entry.passages += int(self.store.counts([known.number])[0, 0])
        else:
            self.report.documents["added" if known is None else "replaced"] += 1
            entry.passages += self.batch.add(file.root, document, digest)
        return source.id

    def _source(self, file: File, extract: Extract, identity: str) -> Source:
        about = extract.metadata
        kept = extract.text[:20_000]
        for start, end in reversed(extract.dropped):
            kept = kept[:start] + kept[end:]
        return Source(
            id=identity,
            location=file.location,
            record=extract.record,
            title=about.title,
            authors=about.authors,
            published=about.published,
            publisher=about.publisher,
            url=about.url,
            language=about.language or language_of(kept),
            kind=about.kind,
            updated=about.updated,
            doi=about.doi,
            origins=about.origins,
        )

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

    def _adopted(self, identity: str, root: int) -> Known | None:
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


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # told when the file is read
        return 0


def _refusal(path: Path) -> str | None:
    suffix = path.suffix.lower()
    if suffix not in READERS:
        return f"{suffix or 'A file without a suffix'} is not read. Known kinds: {' '.join(READERS)}"
    if path.stem.upper() == "README":
        return "A README describes its folder. Give it another name to have it read."
    if suffix not in _RECORDS and _size(path) > _MOST:
        return f"The file has more than {_MOST // 1_000_000} MB. Split it and ingest the parts."
    return None


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16, person=VERSION.encode()).digest()


def _document_digest(document: Document) -> bytes:
    about = {
        **asdict(document.source),
        "sections": document.sections,
        "dropped": document.dropped,
        "left_out": document.left_out,
    }
    head = json.dumps(about, sort_keys=True, default=asdict).encode()
    return _digest(head + b"\0" + document.text.encode())
