"""Ingests into a library on servers whose processes are killed: the next run goes on, no document is lost, doubled or
half there, and the last generation answers throughout. And Dask workers that read and store the files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.cluster import cluster
from bench.server import Server, running
from index.disk import Address
from index.errors import LibraryError
from index.publishing import verify
from index.search.index import Index
from index.storage.server_shards import add
from index.storage.store import Store
from index.types import By
from ingest import digest
from ingest.report import FileReport, Report
from ingest.sync import distributed
from ingest.sync.distributed import FileBatch, StoredBatch, Workers, _merged, _result, store_files
from ingest.sync.pipeline import FileResult, ingest
from ingest.sync.roots import File
from tests.making import PATIENCE, ROOT, Hashed

pytestmark = pytest.mark.distributed
COUNT = 24
SLOW = [sys.executable, "-m", "tests.slow_ingest"]
SLOWLY = ["--preload", "tests.slow_ingest"]


def write(folder: Path, count: int = COUNT, word: str = "iron") -> Path:
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number:02}.txt").write_text(f"Bridge {number} of {word} spans the river.\n", encoding="utf-8")
    return folder


def opened(address: Address) -> Index:
    from index.snapshot.server import ServerEngine

    return Index(address, ServerEngine.open(address), Hashed())


def found(address: Address, word: str = "iron") -> list[str]:
    """The files of all documents with a word, a line for each, rising."""
    hits = opened(address).search(word, k=400, by=By.WORDS).hits
    return sorted(place for hit in hits for place in (hit.source.location, *(c.source.location for c in hit.copies)))


def all_files(count: int = COUNT) -> list[str]:
    return [f"{number:02}.txt" for number in range(count)]


def stored(address: Address) -> int:
    """How many living documents are stored, published or not; 0 where there is no library yet."""
    try:
        with closing(Store.open(address)) as store:
            return len(store.documents.live_numbers())
    except LibraryError:
        return 0


def wait_until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.02)


@contextmanager
def started(command: Sequence[str]) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, "CI": "true"}
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def ingested(folder: Path, address: Address, *options: str) -> dict[str, int]:
    """The counts of an ingest that is run to its end."""
    with started([*SLOW, str(folder), "--library", address.url, "--json", *options]) as process:
        output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    documents: dict[str, int] = json.loads(output)["documents"]
    return documents


# what is killed ---------------------------------------------------------------------------------------------------


def test_a_killed_ingest_is_gone_on_with(dealt_out: Callable[[], Address], tmp_path: Path) -> None:
    address, folder = dealt_out(), write(tmp_path / "sources", 4)
    assert ingested(folder, address)["added"] == 4
    write(folder)
    with started([*SLOW, str(folder), "--library", address.url]) as process:
        wait_until(lambda: stored(address) >= 8)
        process.kill()
    before = stored(address)
    assert 8 <= before < COUNT
    assert found(address) == all_files(4), "what is not published is not seen"
    wait_until(lambda: is_free(address, folder))
    counts = ingested(folder, address)
    assert counts["added"] + counts["unchanged"] == COUNT
    assert counts["added"] <= COUNT - before
    assert found(address) == all_files()
    assert verify.find_damage(address) == []


def is_free(address: Address, folder: Path) -> bool:
    """Whether the server has noticed that whoever held a root is gone."""
    from index.storage import lock

    try:
        with lock.ingest_lock(address, [folder]):
            return True
    except LibraryError:
        return False


def test_a_shard_that_is_killed_stops_the_ingest_in_a_line(server: Server, tmp_path: Path) -> None:
    """All that was stored is there when it comes back, and the next run goes on."""
    folder = write(tmp_path / "sources")
    with running() as other:
        address, second = server.database(), other.database()
        add(address, second)
        with started([*SLOW, str(folder), "--library", address.url]) as process:
            wait_until(lambda: stored(address) >= 6)
            other.kill()
            _, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 2
        assert errors.count("\n") == 1
        assert f"{second}: The server does not answer." in errors
        wait_until(lambda: is_started(other))
        counts = ingested(folder, address)
        assert counts["added"] + counts["unchanged"] == COUNT
        assert found(address) == all_files()
        assert verify.find_damage(address) == []


def is_started(server: Server) -> bool:
    """Tries to start it: not before the last of its killed processes is gone."""
    try:
        server.start()
    except subprocess.CalledProcessError:
        return False
    return True


@contextmanager
def with_standby() -> Iterator[tuple[Server, Server, Address]]:
    """A primary, its synchronous standby, and the address of a new database on whichever of them may be written."""
    with running() as primary:
        name = primary.database().url.rpartition("/")[2]
        with running(primary) as standby:
            primary.wait_for_standby()
            hosts = ",".join(f"127.0.0.1:{server.port}" for server in (primary, standby))
            url = f"postgresql://writer@{hosts}/{name}?target_session_attrs=read-write"
            yield primary, standby, Address(url)


def test_nothing_stored_is_lost_with_a_primary_that_has_a_synchronous_standby(tmp_path: Path) -> None:
    """What was there before it was killed is there after, whole and once; searching and writing go on on the other."""
    folder = write(tmp_path / "sources")
    with with_standby() as (primary, standby, address):
        assert ingested(write(tmp_path / "first", 2, "steel"), address)["added"] == 2
        index = opened(address)
        assert found(address, "steel") == all_files(2)
        with started([*SLOW, str(folder), "--library", address.url]) as process:
            wait_until(lambda: stored(address) >= 8)
            before = stored(address)
            primary.kill()
            standby.promote()
            _, errors = process.communicate(timeout=PATIENCE)
        assert stored(address) >= before
        assert (process.returncode, errors.count("\n")) == (2, 1), errors
        assert [hit.source.location for hit in index.search("steel", by=By.WORDS).hits], "it reads on by itself"
        assert found(address) == [], "what is not published is not seen"
        counts = ingested(folder, address)
        assert counts["added"] + counts["unchanged"] == COUNT
        assert counts["added"] <= COUNT - (before - 2)
        assert found(address) == all_files()
        assert verify.find_damage(address) == []


def test_a_standby_that_is_gone_is_told_of_while_writes_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """And they go on when it is back."""
    monkeypatch.setattr("index.storage.server_connection.PATIENCE", 0.2)
    with with_standby() as (_, standby, address):
        Store.create(address).close()
        standby.kill()
        with ThreadPoolExecutor(1) as pool, closing(Store.create(address)) as store:
            waiting = pool.submit(store.set, "note", "a")
            wait_until(lambda: bool(caplog.messages))
            assert not waiting.done()
            wait_until(lambda: is_started(standby))
            waiting.result(PATIENCE)
            assert store.setting("note") == "a"
    assert caplog.messages[0] == (
        f"{address}: What is written waits for the server's standby, which does not answer. "
        "Start it, or take it out of synchronous_standby_names."
    )


# workers ----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("default")  # of what Dask itself does
def test_workers_make_the_library_that_this_process_would(dealt_out: Callable[[], Address], tmp_path: Path) -> None:
    """And bring it up to date; one that is killed at work loses and doubles nothing."""
    address, folder = dealt_out(), write(tmp_path / "sources")
    with cluster(tmp_path, options=SLOWLY) as (scheduler, workers):
        options = ["--workers", scheduler]
        with started([*SLOW, str(folder), "--library", address.url, "--json", *options]) as process:
            wait_until(lambda: stored(address) >= 4)
            workers[0].kill()
            output, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        assert [file["location"] for file in json.loads(output)["files"]] == all_files()
        assert found(address) == all_files()
        assert verify.find_damage(address) == []
        assert ingested(folder, address, *options)["unchanged"] == COUNT
        (folder / "00.txt").unlink()
        (folder / "01.txt").write_text("A ferry crosses the river.", encoding="utf-8")
        counts = ingested(folder, address, *options)
        assert {name: count for name, count in counts.items() if count} == {
            "replaced": 1,
            "unchanged": COUNT - 2,
            "removed": 1,
        }
        assert found(address) == all_files()[2:]
        assert found(address, "ferry") == ["01.txt"]


class _Here(Workers):
    """Does the batches in this process, with as many parts of a file as if there were a worker."""

    def __init__(self, library: Address) -> None:
        class Client:
            def nthreads(self) -> dict[str, int]:
                return {"here": 1}

        self._library, self._client = library, Client()
        self.batches: list[FileBatch] = []

    def _done(self, batches: Sequence[FileBatch], check: Callable[[], None]) -> Iterator[StoredBatch]:
        self.batches += batches
        yield from map(store_files, batches)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ingests of this process embed by hashes."""
    monkeypatch.setattr(distributed, "_embedder", lambda *_: Hashed())
    monkeypatch.setattr("ingest.sync.pipeline.library_embedder", lambda *_: Hashed())
    monkeypatch.setattr("index.publishing.server.null_questions", lambda: ("What is it?",))


def test_parts_of_a_file_of_records_make_the_whole(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hashed: None
) -> None:
    """Records that are new, changed, gone or unreadable are told as by one process."""
    monkeypatch.setattr(distributed, "_PART", 500)
    addresses, workers = (server.database(), server.database()), list[_Here]()
    folder = tmp_path / "sources"
    folder.mkdir()

    def both(rows: Sequence[dict[str, str]], *broken: str) -> list[Report]:
        lines = [json.dumps(row) for row in rows] + list(broken)
        (folder / "records.jsonl").write_text("\n".join(lines), encoding="utf-8")
        workers.append(_Here(addresses[1]))
        return [ingest([folder], addresses[0]), ingest([folder], addresses[1], workers=workers[-1])]

    rows = [{"_id": str(number), "text": f"Bridge {number} of iron spans the river."} for number in range(40)]
    changed = [{**row, "text": row["text"].replace("iron", "steel")} if row["_id"] < "2" else row for row in rows[3:]]
    for given in ((rows,), (rows,), (changed,), (rows[5:], "{broken")):
        alone, shared = both(*given)
        assert shared.documents == alone.documents
        for left, right in zip(alone.files, shared.files, strict=True):
            assert (right.status, right.documents, right.passages) == (left.status, left.documents, left.passages)
            assert sorted(right.warnings) == sorted(left.warnings)
        assert found(addresses[0]) == found(addresses[1])
    assert [len(made.batches) for made in workers] == [5, 0, 5, 5]


def test_a_batch_carries_what_states_something_of_its_files(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, hashed: None
) -> None:
    """Their own sidecars, and the bibliographies, in which any of them may be."""
    monkeypatch.setattr(distributed, "_MOST_FILES", 2)
    folder, address = write(tmp_path / "sources", 6), server.database()
    for number in range(4):
        (folder / f"{number:02}.txt.meta.json").write_text(json.dumps({"title": f"Bridge no. {number}"}))
    (folder / "all.bib").write_text("@book{a, title = {The fifth bridge}, file = {05.txt}}")
    workers = _Here(address)
    ingest([folder], address, workers=workers)
    assert [len(batch.catalogue.sidecars) for batch in workers.batches] == [2, 2, 0]
    with closing(Store.open(address)) as store:
        titles = {source.location: source.title for source, _, _ in store.documents.sources()}
    assert [titles.get(f"{number:02}.txt") for number in (0, 3, 5)] == [
        "Bridge no. 0",
        "Bridge no. 3",
        "The fifth bridge",
    ]


def _part(content: bytes | None, documents: int, language: str | None, removed: Sequence[int] = ()) -> FileResult:
    report = FileReport("a.jsonl", "added", documents=documents, language=language)
    return FileResult(File(Path("a.jsonl"), 1, "a.jsonl"), report, content, removed)


def test_the_language_of_a_file_is_that_of_the_parts_with_documents() -> None:
    whole = digest.stamped(b"content")
    assert _merged([_part(whole, 0, None), _part(whole, 2, "de"), _part(whole, 1, "de")]).report.language == "de"
    assert _merged([_part(whole, 1, "en"), _part(whole, 2, "de"), _part(whole, 0, None)]).report.language is None


def test_what_goes_wrong_in_a_worker_is_told_as_such() -> None:
    """And not as a scheduler that was lost."""

    def failing(error: Exception) -> Any:
        future: Any = Future()
        future.set_exception(error)
        return future

    with pytest.raises(LibraryError, match=r"A worker failed \(PermissionError: \[Errno 13\] Permission denied"):
        _result(failing(PermissionError(13, "Permission denied")))
    with pytest.raises(LibraryError, match=r"^The server does not answer"):
        _result(failing(LibraryError("The server does not answer")))
    with pytest.raises(LibraryError, match=r"^The Dask scheduler was lost"):
        _result(failing(CancelledError()))


@pytest.mark.filterwarnings("default")  # of what Dask itself does
def test_a_scheduler_that_is_lost_is_told_in_a_line(dealt_out: Callable[[], Address], tmp_path: Path) -> None:
    address, folder = dealt_out(), write(tmp_path / "sources")
    with (
        cluster(tmp_path, 1, SLOWLY) as (scheduler, processes),
        started([*SLOW, str(folder), "--library", address.url, "--workers", scheduler]) as process,
    ):
        wait_until(lambda: stored(address) >= 2)
        processes[-1].kill()
        _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 2
    assert errors == "ingest: The Dask scheduler was lost. Start it, and run this again to go on.\n"


def test_without_workers_the_line_says_what_to_start(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(LibraryError, match="is for a library on a server"):
        Workers(tmp_path, "tcp://127.0.0.1:1")
    address = server.database()
    with pytest.raises(LibraryError, match="No Dask scheduler answers at nothing"):
        Workers(address, "nothing://127.0.0.1:1")
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(LibraryError, match=r"Run: pip install -r requirements-distributed\.txt"):
        Workers(address, "tcp://127.0.0.1:1")
