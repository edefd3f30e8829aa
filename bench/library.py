"""Makes the libraries to measure with the real ingest. They are kept between runs and follow changes of the code."""

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
    """Writes the first ``limit`` lines of a record file to ``folder/corpus.jsonl``, and returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with open_text(packed) as lines, (folder / "corpus.jsonl").open("w", encoding="utf-8", newline="\n") as plain:
        plain.writelines(islice(lines, limit))
    return folder


def make(documents: Path, library: Path) -> Report:
    """Brings a library up to date with a folder and with the code.

    After a change to the code that reads or splits, every document is split again, and the changed texts alone are
    embedded again. After a change to embedding, delete the library first. Raises SourcewiseError.
    """
    with _version():
        return pipeline.ingest([documents], library)


@contextmanager
def _version() -> Iterator[None]:
    """Adds the digest of the code that reads and splits to the version that stored digests depend on."""
    version = digest.VERSION
    digest.VERSION = f"{version}-{_code_digest()}"
    try:
        yield
    finally:
        digest.VERSION = version


def _code_digest() -> str:
    hasher = hashlib.blake2b(digest_size=5)
    for path in sorted([*(ROOT / "ingest").rglob("*.py"), *(ROOT / "index" / "text").rglob("*.py")]):
        hasher.update(path.read_bytes())
    return hasher.hexdigest()
