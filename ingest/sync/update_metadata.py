"""After a root was read: documents whose files did not change get what sidecars, bibliographies and edits state now,
without reading their files again.

A document that the run has read needs no update: the catalogue and the edits were known when it was stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from index.storage.rows import FileRow, LiveDocument
from index.storage.store import Store
from index.types import Source
from ingest import digest
from ingest.metadata.origin import Statements
from ingest.report import FileReport, Report
from ingest.sync.catalogue import ORPHAN, SIDECAR, Catalogue, ListedBibliography
from ingest.sync.roots import File, Root
from ingest.sync.writer import DocumentWriter, document_digest


def update_metadata(
    store: Store,
    writer: DocumentWriter,
    root: Root,
    files: Sequence[File],
    catalogue: Catalogue,
    report: Report,
    first: int,
) -> None:
    """Store the documents of ``files`` again whose metadata changed.

    ``report.files[first:]`` are the reports of these files: they are updated, and reports of the catalogue's own files
    are appended.
    """
    setting = f"said {root.number}"
    edits = store.edits.all()
    states_anything = edits or catalogue.listed or catalogue.sidecars
    now = digest.stamped(catalogue.digest + json.dumps(edits).encode()).hex() if states_anything else ""
    file_reports = report.files[first:]
    has_catalogue = bool(catalogue.listed or catalogue.sidecars)
    has_new_documents = has_catalogue and any(
        file_report.status in ("added", "replaced") for file_report in file_reports
    )
    update = _MetadataUpdate(store, writer, catalogue, {(file.root, file.location): file for file in files})
    changed = (
        has_new_documents
        or any(file_report.moved_from for file_report in file_reports)
        or (store.setting(setting) or "") != now
        or any(listed.is_document for listed in catalogue.listed)
    )
    if changed:
        update.update_documents()
        writer.flush()
        update.update_report(file_reports, report)
    report.files += [FileReport(file.location, "skipped", ORPHAN) for file in catalogue.orphans]
    report.count("skipped", len(catalogue.orphans))
    for listed in catalogue.listed:
        file_report = _file_report(store, listed, update.described if changed else None)
        report.count("failed", file_report.status == "failed")
        report.files.append(file_report)
        if not listed.is_document:
            _remember(store, listed, file_report, report)
    with store.transaction():
        store.set(setting, now)


def update_source(
    store: Store, writer: DocumentWriter, live: LiveDocument, statements: Statements, edits: Mapping[str, Any]
) -> Source:
    """Queue a stored document again with the source that these statements and edits give. Returns that source."""
    _, document = store.documents.load(live.id)
    source = statements.source(live.id, live.location, live.record, edits)
    document = replace(document, source=source)
    writer.add(live.root, document, document_digest(document, statements), statements.to_json())
    return source


@dataclass(slots=True)
class _MetadataUpdate:
    """``described``: documents of each bibliography; ``updated``: documents stored again, by location."""

    store: Store
    writer: DocumentWriter
    catalogue: Catalogue
    files: Mapping[tuple[int, str], File]
    described: Counter[Path] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)

    def update_documents(self) -> None:
        edits = self.store.edits.all()
        for live, source, statements in self.store.documents.statements(sorted({root for root, _ in self.files})):
            file = self.files.get((live.root, live.location))
            if file is not None and statements:
                self._update_document(file, live, source, statements, edits.get(live.id, {}))

    def _update_document(
        self, file: File, live: LiveDocument, source: Source, stored: str, edits: Mapping[str, object]
    ) -> None:
        """``stored``: the document's statements as JSON."""
        before = Statements.from_json(stored)
        now = self.catalogue.statements(file.path, live.location, live.record, before.from_reader)
        now = self.catalogue.with_unreadable(file.path, before, now)
        if (bibliography := self.catalogue.bibliography_of(file.path, live.record, now)) is not None:
            self.described[bibliography] += 1
        if now.to_json() != stored or now.source(live.id, live.location, live.record, edits) != source:
            update_source(self.store, self.writer, live, now, edits)
            self.updated[live.location] += 1

    def update_report(self, file_reports: Sequence[FileReport], report: Report) -> None:
        """Count files whose documents were stored again as replaced; put a sidecar's warning into its file's report."""
        for file_report in file_reports:
            if file_report.status == "unchanged" and (count := self.updated[file_report.location]):
                file_report.status = "replaced"
                report.count("unchanged", -count)
                report.count("replaced", count)
        report_of_location = {file_report.location: file_report for file_report in file_reports}
        for file in self.files.values():
            if file.location in report_of_location:
                self._update_warning(file, report_of_location[file.location])

    def _update_warning(self, file: File, file_report: FileReport) -> None:
        warning = self.catalogue.warning(file.path)
        others = [text for text in file_report.warnings if not text.startswith(SIDECAR)]
        warnings = others + ([warning] if warning else [])
        row = self.store.files.of_root(file.root).get(file.location) if warnings != file_report.warnings else None
        file_report.warnings = warnings
        if row is not None:
            with self.store.transaction():
                report = {**row.report, "warnings": warnings}
                self.store.files.put(file.root, file.location, FileRow(row.digest, report))


def _file_report(store: Store, listed: ListedBibliography, described: Counter[Path] | None) -> FileReport:
    """The report of a bibliography. ``described`` is None when nothing changed: then the last ingest's is repeated."""
    file, bibliography = listed.file, listed.bibliography
    row = store.files.of_root(file.root).get(file.location)
    is_unchanged = listed.is_document or (row is not None and row.digest == listed.digest)
    status = "unchanged" if is_unchanged else "added" if row is None else "replaced"
    if isinstance(bibliography, str):
        return FileReport(file.location, "failed", bibliography)
    if described is None and row is not None:
        return FileReport(**{**row.report, "status": status})
    count = described[file.path] if described is not None else 0
    reason = f"a bibliography: {_number(bibliography.entries)} for {count} of the files here"
    if listed.is_document:
        reason += "; its abstracts are read as documents"
    file_report = FileReport(file.location, status, reason, warnings=list(bibliography.warnings))
    if bibliography.unreadable:
        file_report.warn(
            f"{_number(bibliography.unreadable)} cannot be read. Look for a brace or a comma that is missing."
        )
    return file_report


def _number(entries: int) -> str:
    return f"{entries} {'entry' if entries == 1 else 'entries'}"


def _remember(store: Store, listed: ListedBibliography, file_report: FileReport, report: Report) -> None:
    """Store the file's row, so that a later ingest notices when it is missing. Documents that an earlier version of the
    file brought are retired."""
    file = listed.file
    numbers = [live.number for live in store.documents.of_file(file.root, file.location)]
    with store.transaction():
        store.documents.retire(numbers)
        if file_report.status != "failed":
            store.files.put(file.root, file.location, FileRow(listed.digest, asdict(file_report)))
    report.count("removed", len(numbers))
