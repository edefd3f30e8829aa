"""Thousands of damaged files of every format: each is read or refused with a reason; none hangs, and none gets away."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from pathlib import Path

import pytest

from index.errors import ReadError
from index.storage.store import Store
from ingest.readers import READERS
from ingest.sandbox.pool import Limits, Pool, Task
from ingest.sync.pipeline import ingest
from ingest.types import Extract
from tests.making import Hashed
from tests.mutants import flaws, mutant, samples

MUTANTS = 150
FAULTS = ("crashed its reader", "came to nothing", "more than its reader can take", "The system ended")


def read_mutants(numbers: Iterable[int], folder: Path) -> dict[str, str]:
    """The result of reading each mutant, by its name: "read", the reason why not, or the flaws of the extracts."""
    results: dict[str, str] = {}
    with Pool(2, limits=Limits(silence=120.0)) as pool:
        waiting: deque[tuple[Path, Task]] = deque()
        for number in numbers:
            name, data = mutant(number)
            (folder / name).write_bytes(data)
            waiting.append((folder / name, pool.submit(folder / name, name, len(data))))
            if len(waiting) > 50:
                results.update([read_mutant(pool, *waiting.popleft())])
        results.update(read_mutant(pool, *job) for job in waiting)
    return results


def read_mutant(pool: Pool, path: Path, task: Task) -> tuple[str, str]:
    try:
        reading, _ = pool.read(task)
        wrong = [flaw for extract in reading.extracts if isinstance(extract, Extract) for flaw in flaws(extract)]
    except ReadError as error:
        return path.name, str(error)
    path.unlink()
    return path.name, "; ".join(dict.fromkeys(wrong)) or "read"


def check(results: dict[str, str]) -> None:
    faults = {name: result for name, result in results.items() if any(fault in result for fault in FAULTS)}
    assert not faults
    reasons = [result for result in results.values() if result != "read"]
    assert not [reason for reason in reasons if "\n" in reason or not reason.endswith((".", "!"))]


def test_every_format_has_a_sample() -> None:
    """So that none is left out here."""
    functions = {(READERS[Path(name).suffix].module, READERS[Path(name).suffix].function) for name in samples()}
    assert {(reader.module, reader.function) for reader in READERS.values()} - functions <= {("records", "read_json")}


@pytest.mark.slow
def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    """A hundred and fifty of them; the most are still read, a good part is refused."""
    results = read_mutants(range(MUTANTS), tmp_path)
    assert len(results) == MUTANTS
    check(results)
    assert 20 < Counter(results.values())["read"] < MUTANTS - 20


@pytest.mark.slow
@pytest.mark.timeout(2700)
def test_very_many_damaged_files_are_read_or_refused(tmp_path: Path, examples: int) -> None:
    """500 of them in the default slow run, 5,000 at most."""
    check(read_mutants(range(MUTANTS, MUTANTS + min(5 * examples // 2, 5000)), tmp_path))


def test_an_ingest_of_damaged_files_is_complete(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a line of the report, what was read is stored, and a second run finds nothing new in it."""
    monkeypatch.setattr("ingest.sync.library_model.open_embedder", lambda *args, **options: Hashed())
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(0, MUTANTS, 3):
        name, data = mutant(number)
        (folder / name).write_bytes(data)
    report = ingest([folder], library)
    assert [file.location for file in report.files] == sorted(path.name for path in folder.iterdir())
    assert all((file.status in ("failed", "skipped")) == bool(file.reason) for file in report.files)
    stored = {source.location for source, _, _ in Store.open(library).documents.sources()}
    assert {file.location for file in report.files if file.status == "added" and file.documents} == stored
    again = ingest([folder], library)
    assert again.documents["added"] == again.documents["replaced"] == again.documents["removed"] == 0
