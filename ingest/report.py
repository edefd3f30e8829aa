"""The report of an ingest: an entry for each file, counts of documents, and warnings for the user."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.types import Extract

STATUSES = ("added", "replaced", "unchanged", "removed", "failed", "skipped")


@dataclass(slots=True)
class FileReport:
    """The entry of one file. ``status`` is one of ``STATUSES``.

    ``characters``: all that were read; ``dropped_chars``: those of them that cleaning left out; ``language``: None when
    its documents differ; ``seconds``: time that the reader took; ``moved_from``: where the file was before this ingest.
    """

    location: str
    status: str
    reason: str | None = None
    documents: int = 0
    passages: int = 0
    encoding: str | None = None
    pages: int | None = None
    dropped_chars: int = 0
    warnings: list[str] = field(default_factory=list)
    characters: int = 0
    language: str | None = None
    seconds: float = 0.0
    moved_from: str | None = None

    @property
    def dropped_share(self) -> float:
        return self.dropped_chars / self.characters if self.characters else 0.0

    def take(self, extract: Extract, language: str | None) -> None:
        """Counts one document of the file."""
        left_out = sum(map(len, extract.left_out))
        self.language = language if self.documents == 0 or language == self.language else None
        self.documents += 1
        self.characters += len(extract.text) + left_out
        self.dropped_chars += sum(span.end - span.start for span in extract.dropped) + left_out
        for warning in extract.warnings:
            self.warn(warning)

    def fail(self, reason: str) -> None:
        self.status, self.reason = "failed", reason

    def warn(self, warning: str) -> None:
        """Adds a warning, once however many records give it."""
        if warning not in self.warnings:
            self.warnings.append(warning)


@dataclass(slots=True)
class Report:
    """The report of a whole ingest. ``documents``: the number of documents by status."""

    library: str
    seconds: float = 0.0
    passages: int = 0
    sentences: int = 0
    embedding_seconds: float = 0.0
    cancelled: bool = False
    documents: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    files: list[FileReport] = field(default_factory=list)

    def count(self, status: str, documents: int) -> None:
        self.documents[status] += documents

    def changes(self) -> str:
        """How many documents were added, replaced and removed; empty where none was."""
        counts = {status: self.documents[status] for status in ("added", "replaced", "removed")}
        return ", ".join(f"{count:,} {status}" for status, count in counts.items() if count)

    def followed_by(self, later: Report) -> Report:
        """One report for two ingests of the same folders: what either changed, and how the later one left the rest."""
        both = ("added", "replaced", "removed")
        changed = {file.location: file for file in self.files if file.status in both or file.moved_from}
        still = {file.location for file in later.files if file.status == "unchanged" and not file.moved_from}
        files = [file for file in later.files if not (file.location in still and file.location in changed)]
        kept = [file for name, file in changed.items() if name not in {other.location for other in files}]
        counts = {
            status: count + self.documents[status] if status in both else count
            for status, count in later.documents.items()
        }
        return Report(
            later.library,
            round(self.seconds + later.seconds, 3),
            self.passages + later.passages,
            self.sentences + later.sentences,
            round(self.embedding_seconds + later.embedding_seconds, 3),
            later.cancelled,
            counts,
            [*kept, *files],
        )

    @property
    def incomplete(self) -> bool:
        """True when a file or record could not be read."""
        return self.documents["failed"] > 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
