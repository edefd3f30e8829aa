"""After a root was read: what its sidecars, its bibliographies and a person's edits say now reaches the documents
whose files did not change, without reading those again."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.storage.rows import FileRow, LiveDocument
from index.storage.store import Store
from index.types import Source
from ingest import digest
from ingest.metadata.origin import Statements
from ingest.report import FileReport, Report
from ingest.sync.batch import Batch
from ingest.sync.catalogue import ORPHAN, SIDECAR, Catalogue, ListedBibliography
from ingest.sync.restore import restore
from ingest.sync.roots import File, Root


def update_metadata(
    store: Store, batch: Batch, root: Root, files: Sequence[File], known: Catalogue, report: Report, first: int
) -> None:
    """Bring the stored documents of ``files`` up to the catalogue. In the report the root's lines begin at ``first``;
    they are told what changed, and the catalogue's own files get theirs."""
    setting = f"said {root.number}"
    edits = store.edits()
    says = edits or known.listed or known.sidecars
    now = digest.stamped(known.digest + json.dumps(edits).encode()).hex() if says else ""
    entries = report.files[first:]
    fresh = bool(known.listed or known.sidecars) and any(one.status in ("added", "replaced") for one in entries)
    run = _MetadataUpdate(store, batch, known, {(file.root, file.location): file for file in files})
    changed = fresh or (store.setting(setting) or "") != now or any(one.is_document for one in known.listed)
    if changed:
        run.documents()
        batch.flush()
        run.tell(entries, report)
    report.files += [FileReport(file.location, "skipped", ORPHAN) for file in known.orphans]
    report.count("skipped", len(known.orphans))
    for one in known.listed:
        entry = _report_line(store, one, run.described if changed else None)
        report.count("failed", entry.status == "failed")
        report.files.append(entry)
        if not one.is_document:
            _remember(store, one, entry, report)
    with store.transaction():
        store.set(setting, now)


@dataclass(slots=True)
class _MetadataUpdate:
    store: Store
    batch: Batch
    known: Catalogue
    files: Mapping[tuple[int, str], File]
    described: Counter[Path] = field(default_factory=Counter)
    restated: Counter[str] = field(default_factory=Counter)

    def documents(self) -> None:
        edits = self.store.edits()
        for one, source, said in self.store.statements(sorted({root for root, _ in self.files})):
            file = self.files.get((one.root, one.location))
            if file is not None and said:
                self._document(file, one, source, said, edits.get(one.id, {}))

    def _document(
        self, file: File, one: LiveDocument, source: Source, before: str, changes: Mapping[str, object]
    ) -> None:
        old = Statements.from_json(before)
        said = self.known.kept(file.path, old, self.known.statements(file.path, one.location, one.record, old.read))
        if (bibliography := self.known.bibliography(file.path, one.record, said)) is not None:
            self.described[bibliography] += 1
        if said.to_json() != before or said.source(one.id, one.location, one.record, changes) != source:
            restore(self.store, self.batch, one, said, changes)
            self.restated[one.location] += 1

    def tell(self, entries: Sequence[FileReport], report: Report) -> None:
        """A file whose documents were stored anew counts as replaced; a sidecar's warning stands on its file's line."""
        for entry in entries:
            if entry.status == "unchanged" and (count := self.restated[entry.location]):
                entry.status = "replaced"
                report.count("unchanged", -count)
                report.count("replaced", count)
        lines = {entry.location: entry for entry in entries}
        for file in self.files.values():
            if file.location in lines:
                self._warn(file, lines[file.location])

    def _warn(self, file: File, entry: FileReport) -> None:
        warning = self.known.warning(file.path)
        warnings = [one for one in entry.warnings if not one.startswith(SIDECAR)] + ([warning] if warning else [])
        row = self.store.files(file.root).get(file.location) if warnings != entry.warnings else None
        entry.warnings = warnings
        if row is not None:
            with self.store.transaction():
                report = {**row.report, "warnings": warnings}
                self.store.put_file(file.root, file.location, FileRow(row.digest, report))


def _report_line(store: Store, one: ListedBibliography, described: Counter[Path] | None) -> FileReport:
    """A bibliography's line. Where nothing changed it is the one of last time."""
    row = store.files(one.file.root).get(one.file.location)
    same = one.is_document or (row is not None and row.digest == one.digest)
    status = "unchanged" if same else "added" if row is None else "replaced"
    if isinstance(one.found, str):
        return FileReport(one.file.location, "failed", one.found)
    if described is None and row is not None:
        return FileReport(**{**row.report, "status": status})
    count = described[one.file.path] if described is not None else 0
    entry = FileReport(
        one.file.location, status, f"a bibliography: {_number(one.found.entries)} for {count} of the files here"
    )
    if one.found.unreadable:
        entry.warn(f"{_number(one.found.unreadable)} cannot be read. Look for a brace or a comma that is missing.")
    return entry


def _number(entries: int) -> str:
    return f"{entries} {'entry' if entries == 1 else 'entries'}"


def _remember(store: Store, one: ListedBibliography, entry: FileReport, report: Report) -> None:
    """So that its going is noticed. What was a file of documents before has none any more."""
    documents = [known.number for known in store.documents_of_file(one.file.root, one.file.location)]
    with store.transaction():
        store.retire(documents)
        if entry.status != "failed":
            store.put_file(one.file.root, one.file.location, FileRow(one.digest, asdict(entry)))
    report.count("removed", len(documents))
