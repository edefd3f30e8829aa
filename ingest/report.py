"""What an ingest tells: a line a file, counts of documents, and warnings that a person should read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from ingest.types import Extract

STATUSES = ("added", "replaced", "unchanged", "removed", "failed", "skipped")


@dataclass(slots=True)
class FileReport:
    """One file. ``status`` is one of ``STATUSES``; ``characters`` counts all that was read, ``dropped_chars`` those of
    them that cleaning left out; ``language`` is None where its documents differ; ``seconds``: time the reader took."""

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

    @property
    def dropped_share(self) -> float:
        return self.dropped_chars / self.characters if self.characters else 0.0

    def take(self, extract: Extract, language: str | None) -> None:
        """Count one document of the file."""
        left_out = sum(map(len, extract.left_out))
        self.language = language if self.documents == 0 or language == self.language else None
        self.documents += 1
        self.characters += len(extract.text) + left_out
        self.dropped_chars += sum(span.end - span.start for span in extract.dropped) + left_out
        for text in extract.warnings:
            self.warn(text)

    def fail(self, reason: str) -> None:
        self.status, self.reason = "failed", reason

    def warn(self, text: str) -> None:
        """Each warning once, however many records give it."""
        if text not in self.warnings:
            self.warnings.append(text)


@dataclass(slots=True)
class Report:
    """A whole ingest; ``documents`` counts by status."""

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

    @property
    def incomplete(self) -> bool:
        """Some file or record could not be read."""
        return self.documents["failed"] > 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
