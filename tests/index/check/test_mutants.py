"""Thousands of damaged files of every format: each is read or refused with a reason; none hangs, and none gets away."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path

import pytest

from index.errors import ReadError
from index.storage.store import Store
from ingest.readers import READERS
from ingest.sandbox.pool import Limits, Pool, Task
from ingest.sync.pipeline import ingest
from ingest.types import Extract
from tests.making import Hashed
from tests.mutants import mutant, samples

USUAL = 150
FAULTS = ("crashed its reader", "came to nothing", "more than its reader can take", "The system ended")


def flaws(extract: Extract) -> list[str]:
    """What an extract has no right to be."""
    length, spans = len(extract.text), [one.span for one in extract.sections]
    found = {
        "holds NUL": "\0" in extract.text,
        "is empty": not extract.text.strip(),
        "sections leave the text": any(not 0 <= a <= b <= length for a, b in spans),
        "sections overlap": any(one.end > other.start for one, other in pairwise(spans)),
        "dropped spans leave the text": any(not 0 <= a <= b <= length for a, b in extract.dropped),
        "dropped spans overlap": any(one.end > other.start for one, other in pairwise(extract.dropped)),
        "page below 1": any(one.page is not None and one.page < 1 for one in extract.sections),
    }
    return [flaw for flaw, true in found.items() if true]


def fates(numbers: Iterable[int], folder: Path) -> dict[str, str]:
    """By name what became of each mutant: "read", or the reason why not, or what is wrong with what was read."""
    found: dict[str, str] = {}
    with Pool(2, limits=Limits(silence=30.0)) as pool:
        waiting: deque[tuple[Path, Task]] = deque()
        for number in numbers:
            name, data = mutant(number)
            (folder / name).write_bytes(data)
            waiting.append((folder / name, pool.submit(folder / name, name, len(data))))
            if len(waiting) > 50:
                found.update([fate(pool, *waiting.popleft())])
        found.update(fate(pool, *one) for one in waiting)
    return found


def fate(pool: Pool, path: Path, task: Task) -> tuple[str, str]:
    try:
        reading, _ = pool.read(task)
        wrong = [flaw for one in reading.extracts if isinstance(one, Extract) for flaw in flaws(one)]
    except ReadError as error:
        return path.name, str(error)
    path.unlink()
    return path.name, "; ".join(dict.fromkeys(wrong)) or "read"


def check(found: dict[str, str]) -> None:
    faults = {name: why for name, why in found.items() if any(fault in why for fault in FAULTS)}
    assert not faults
    assert not [why for why in found.values() if "\n" in why or (why != "read" and not why.endswith((".", "!")))]


def test_every_format_has_a_sample() -> None:
    """So that none is left out here."""
    functions = {(READERS[Path(name).suffix].module, READERS[Path(name).suffix].function) for name in samples()}
    assert {(one.module, one.function) for one in READERS.values()} - functions <= {("records", "read_json")}


def test_damaged_files_are_read_or_refused(tmp_path: Path) -> None:
    """A hundred and fifty of them; the most are still read, a good part is refused."""
    found = fates(range(USUAL), tmp_path)
    assert len(found) == USUAL
    check(found)
    assert 20 < Counter(found.values())["read"] < USUAL - 20


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_very_many_damaged_files_are_read_or_refused(tmp_path: Path, examples: int) -> None:
    """500 of them in the usual slow run, up to 5,000."""
    check(fates(range(USUAL, USUAL + min(5 * examples // 2, 5000)), tmp_path))


def test_an_ingest_of_damaged_files_is_complete(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is a line of the report, what was read is stored, and a second run finds nothing new in it."""
    monkeypatch.setattr("ingest.sync.pipeline.open_embedder", lambda *args, **options: Hashed())
    folder = tmp_path / "docs"
    folder.mkdir()
    for number in range(0, USUAL, 3):
        name, data = mutant(number)
        (folder / name).write_bytes(data)
    report = ingest([folder], library)
    assert [one.location for one in report.files] == sorted(path.name for path in folder.iterdir())
    assert all((one.status in ("failed", "skipped")) == bool(one.reason) for one in report.files)
    stored = {source.location for source, _, _ in Store.open(library).sources()}
    assert {one.location for one in report.files if one.status == "added" and one.documents} == stored
    again = ingest([folder], library)
    assert again.documents["added"] == again.documents["replaced"] == again.documents["removed"] == 0
