"""What an ingest tells: a line a file, counts of documents, and warnings that a person should read."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

STATUSES = ("added", "replaced", "unchanged", "removed", "failed", "skipped")


@dataclass(slots=True)
class FileReport:
    """One file. ``status`` is one of ``STATUSES``; ``dropped_chars`` counts what cleaning left out."""

    location: str
    status: str
    reason: str | None = None
    documents: int = 0
    passages: int = 0
    encoding: str | None = None
    pages: int | None = None
    dropped_chars: int = 0
    warnings: list[str] = field(default_factory=list)

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
    documents: dict[str, int] = field(default_factory=lambda: dict.fromkeys(STATUSES, 0))
    files: list[FileReport] = field(default_factory=list)

    @property
    def incomplete(self) -> bool:
        """Some file or record could not be read."""
        return self.documents["failed"] > 0

    def as_json(self) -> dict[str, Any]:
        return asdict(self)
