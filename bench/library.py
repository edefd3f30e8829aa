"""Libraries to measure: made by the real ingest, kept between runs, never older than the code that splits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from bench.sets import open_text
from ingest import digest
from ingest.report import Report
from ingest.sync import pipeline

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT / "corpus"


def unpack(packed: Path, folder: Path, limit: int | None = None) -> Path:
    """The first ``limit`` lines of a record file as ``folder/corpus.jsonl``; the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_text(packed) as lines, (folder / "corpus.jsonl").open("w", encoding="utf-8", newline="\n") as plain:
        plain.writelines(islice(lines, limit))
    return folder


def make(documents: Path, library: Path) -> Report:
    """Bring a library up to a folder and to the code: after a change to reading or splitting everything is split
    anew, and only texts that came out different are embedded again. (A change to how a text becomes a vector needs a
    new library.) Raises SourcewiseError."""
    with _version():
        return pipeline.ingest([documents], library)


@contextmanager
def _version() -> Iterator[None]:
    """The digest of the code that reads and splits, as part of what makes a document new."""
    kept = digest.VERSION
    digest.VERSION = f"{kept}-{_code()}"
    try:
        yield
    finally:
        digest.VERSION = kept


def _code() -> str:
    code = hashlib.blake2b(digest_size=5)
    for path in sorted([*(ROOT / "ingest").rglob("*.py"), *(ROOT / "index" / "text").rglob("*.py")]):
        code.update(path.read_bytes())
    return code.hexdigest()
