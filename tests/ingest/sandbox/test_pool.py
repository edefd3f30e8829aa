"""Files are read in processes of their own: whatever one does there, the ingest goes on and leaves none behind."""

from __future__ import annotations

import io
import json
import operator
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import fields, replace
from functools import partial, reduce
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.search.index import Index
from index.storage.store import Store
from index.types import By, Origin, Section, Span
from ingest.readers import READERS, read
from ingest.sandbox import frames, pool
from ingest.sandbox.pool import Limits, Pool, Task
from ingest.sync.pipeline import ingest
from ingest.types import Empty, Extract, Metadata, Progress, Reading, Unreadable
from tests.conftest import CORPUS
from tests.making import PATIENCE, Counting
from tests.mutants import taken_in

Started = list["subprocess.Popen[bytes]"]

TEXT = "Salt keeps butter for a month."
SHORT_LIMITS = Limits(memory=700_000_000, silence=3.0, silence_per_byte=1e-3)
LONG_TEXT = TEXT * 2000
"""A minute is allowed for its reading, however short the limit for one that hangs."""


@pytest.fixture(autouse=True)
def _pool_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ingest here starts and ends its workers, as it does for a person."""
    monkeypatch.setattr("ingest.sync.pipeline.Pool", Pool)


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> Iterator[Started]:
    """The worker processes that were started; when the test is done they all have ended."""
    processes: Started = []
    start = pool._start

    def noted(workers: Pool) -> subprocess.Popen[bytes]:
        processes.append(start(workers))
        return processes[-1]

    monkeypatch.setattr(pool, "_start", noted)
    yield processes
    assert all(process.returncode is not None for process in processes)


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    return tmp_path / "docs"


def write(folder: Path, **texts: str) -> list[Path]:
    """Text files by name, in that order."""
    paths = [folder / f"{name}.txt" for name in texts]
    for path, text in zip(paths, texts.values(), strict=True):
        path.write_text(text, encoding="utf-8")
    return paths


def outcomes(workers: Pool, path: Path) -> list[object]:
    """The outcomes of reading a file; last, if it failed, the reason."""
    results: list[object] = []
    try:
        reading, _ = workers.read(workers.submit(path, path.name, path.stat().st_size))
        results.extend(reading.extracts)
    except ReadError as error:
        results.append(str(error))
    return results


# --- frames ------------------------------------------------------------------------------------------------------

text = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
maybe = st.none() | text
spans = st.builds(lambda a, b: Span(min(a, b), max(a, b)), st.integers(0, 99), st.integers(0, 99))
metadata = st.builds(
    Metadata,
    title=text,
    authors=st.lists(text, max_size=3).map(tuple),
    published=maybe,
    url=maybe,
    kind=text,
    doi=maybe,
    origins=st.dictionaries(text, st.sampled_from(Origin), max_size=3),
)
extracts = st.builds(
    Extract,
    text.map(lambda words: words.ljust(99)),  # as long as its spans
    metadata,
    sections=st.lists(st.builds(Section, spans, maybe, st.none() | st.integers(1, 9), maybe), max_size=3).map(tuple),
    dropped=st.lists(spans, max_size=3).map(tuple),
    record=maybe,
    warnings=st.lists(text, max_size=2).map(tuple),
    left_out=st.lists(text, max_size=2).map(tuple),
)


@given(extracts | st.builds(Unreadable, text, text) | st.builds(Empty, text) | st.builds(Progress, text))
def test_what_is_sent_arrives(outcome: Extract | Unreadable | Empty | Progress) -> None:
    """Any outcome of reading, with each of its types."""
    pipe = io.BytesIO()
    frames.send_outcome(pipe, outcome)
    pipe.seek(0)
    arrived = frames.parse_outcome(*frames.receive(pipe))
    assert arrived == outcome
    assert repr(arrived) == repr(outcome)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The place of each value in JSON, those of lists and objects too."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in inner:
        yield (*path, key)
        yield from leaves(child, (*path, key))


WRONG_VALUES = [None, True, -1, 5, 1.5, 1 << 70, float("nan"), "", "x", "\ud800", [], ["x"], [[]], {}, {"x": 1}]


@given(extracts, st.data())
def test_an_extract_with_a_wrong_value_is_refused_or_does_no_harm(extract: Extract, data: st.DataObject) -> None:
    """Whatever stands in place of whichever value, the ingest's own process takes in what it accepts."""
    pipe = io.BytesIO()
    frames.send_outcome(pipe, extract)
    pipe.seek(0)
    kind, body = frames.receive(pipe)
    value = json.loads(body)
    *path, last = data.draw(st.sampled_from(list(leaves(value))))
    reduce(operator.getitem, path, value)[last] = data.draw(st.sampled_from(WRONG_VALUES))
    try:
        arrived = frames.parse_outcome(kind, json.dumps(value).encode())
    except (ValueError, TypeError, KeyError, AttributeError):
        return
    assert isinstance(arrived, Extract)
    taken_in("a.txt", arrived)


@given(maybe, st.booleans(), st.none() | st.integers(0, 999), st.lists(text, max_size=3).map(tuple))
def test_a_reading_arrives(encoding: str | None, guessed: bool, pages: int | None, warnings: tuple[str, ...]) -> None:
    """With the digest of the bytes that it was made from."""
    pipe = io.BytesIO()
    frames.send_reading(pipe, Reading(iter(()), encoding, guessed, pages, warnings), b"digest")
    pipe.seek(0)
    _, body = frames.receive(pipe)
    assert frames.parse_reading(body, ()) == (Reading((), encoding, guessed, pages, warnings), b"digest")


@pytest.mark.parametrize("noise", [b"", b"?", b"X\0\0\0\0\0\0\0\x09{}", b"Xnot a length", b"q\0\0\0\0\0\0\0\0"])
def test_noise_is_the_end_of_the_talk(noise: bytes) -> None:
    """A broken frame neither hangs the ingest nor fills its memory."""
    with pytest.raises(EOFError):
        frames.receive(io.BytesIO(noise))


GARBLED = st.one_of(
    st.binary(max_size=40),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [*(field.name for field in fields(Extract)), "origins", "digest", "extracts", "position"]
                ),
                inner,
            )
        ),
        max_leaves=12,
    ).map(lambda value: json.dumps(value).encode()),
)


@given(st.sampled_from(frames.FrameKind), GARBLED)
def test_what_a_damaged_reader_sends_costs_its_file_alone(kind: frames.FrameKind, body: bytes) -> None:
    """Any bytes or JSON in a frame of any kind is an outcome or the file's failure, in a line."""
    task = Task(Path("a.txt"), "a.txt", 1, Limits(), threading.Event(), ocr=True)
    task.put(frames.FrameKind.READING, body)
    task.put(kind, body)
    for _ in range(2):
        task.put(frames.FrameKind.END, b"0")
    workers = Pool()  # starts no process before a file is submitted
    assert "\n" not in outcome_of(lambda: list(workers.read(task)[0].extracts))
    assert "\n" not in outcome_of(lambda: list(workers._outcomes(task)))


def outcome_of(reading: Callable[[], object]) -> str:
    """The reason for which a reading fails; empty when it does not."""
    try:
        reading()
    except ReadError as error:
        return str(error)
    return ""


# --- a pool ------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_worker_reads_what_the_readers_read(started: Started) -> None:
    """Each sample gives the same reading in a worker as here, in the order that was asked for."""
    samples = [path for path in sorted(CORPUS.iterdir()) if path.suffix in READERS]
    with Pool(2) as workers:
        tasks = [workers.submit(path, path.name, path.stat().st_size) for path in samples]
        for path, task in zip(samples, tasks, strict=True):
            reading, _ = workers.read(task)
            here = read(path.read_bytes(), path.name)
            assert list(reading.extracts) == list(here.extracts), path.name
            assert (reading.encoding, reading.pages, reading.warnings) == (here.encoding, here.pages, here.warnings)
    assert 1 <= len(started) <= 2


REASONS = {
    "sleep": r"Reading bad\.txt came to nothing in 3 s and was given up\. Save it again",
    "spin": "came to nothing in 3 s",
    "backtrack": "came to nothing in 3 s",
    "abort": r"crashed its reader \(SIGABRT\)\. Save it again",
    "segfault": r"crashed its reader \(SIGSEGV\)",
    "leave": r"crashed its reader \(exit code 3\)",
    "mistake": r"more than its reader can take \(KeyError: 'no such\\nthing'; misreading\.py, line \d+\)\. Save it",
    "records 3 10 leave": r"crashed its reader \(exit code 3\)",
    "records 3 10 sleep": "came to nothing in 3 s",
}


@pytest.mark.skipif(os.name == "nt", reason="signals have names elsewhere")
@pytest.mark.parametrize("action", REASONS)
def test_a_file_that_ends_its_worker_is_a_line(action: str, docs: Path, started: Started) -> None:
    """The reason in one line, what came before it is kept, and the next file is read as if nothing had been."""
    bad, good = write(docs, bad=action, good=LONG_TEXT)
    with Pool(1, limits=SHORT_LIMITS, readers="tests.misreading") as workers:
        *extracts, reason = outcomes(workers, bad)
        records = [extract.record for extract in extracts if isinstance(extract, Extract)]
        assert records == ["0", "1", "2"][: len(extracts)]
        assert len(extracts) == (3 if "records" in action else 0)
        assert isinstance(reason, str)
        assert "\n" not in reason
        assert re.search(REASONS[action], reason), reason
        assert outcomes(workers, good) == [Extract(LONG_TEXT)]
    assert len(started) == (1 if action == "mistake" else 2)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to an address space")
def test_a_file_that_eats_memory_is_a_line(docs: Path, started: Started) -> None:
    """It fails at the limit, and a fresh worker reads on."""
    bad, good = write(docs, bad="eat all", good=TEXT)
    with Pool(1, limits=Limits(memory=SHORT_LIMITS.memory), readers="tests.misreading") as workers:
        (reason,) = outcomes(workers, bad)
        assert reason == "bad.txt takes more than 1 GB of memory to read. Split it and ingest the parts."
        assert outcomes(workers, good) == [Extract(TEXT)]
    assert len(started) == 2


def test_what_a_library_prints_goes_nowhere(docs: Path, started: Started, capfd: pytest.CaptureFixture[str]) -> None:
    """Neither between the frames nor on the terminal."""
    (loud,) = write(docs, loud="shout it out")
    with Pool(1, readers="tests.misreading") as workers:
        assert outcomes(workers, loud) == [Extract("shout it out")]
    assert capfd.readouterr() == ("", "")


def test_a_text_that_no_store_takes_is_a_line(docs: Path, started: Started) -> None:
    """A reader that hands over half a character is at fault; the ingest is told, not broken."""
    pipe = io.BytesIO()
    with pytest.raises(UnicodeEncodeError):
        frames.send_outcome(pipe, Extract("half \ud800"))
    assert pipe.getvalue() == b""


def test_a_worker_waits_for_who_takes(docs: Path, tmp_path: Path, started: Started) -> None:
    """A record file is not read far beyond what was taken of it."""
    log = tmp_path / "log"
    (path,) = write(docs, many=f"records 60 1000000 end {log}")
    with Pool(1, limits=Limits(ahead=3_000_000), readers="tests.misreading") as workers:
        reading, _ = workers.read(workers.submit(path, path.name, 0))
        for taken, _ in enumerate(reading.extracts, start=1):
            if taken % 20 == 1:
                assert settled(log) <= taken + 6
    assert taken == 60


def settled(log: Path) -> int:
    """The number in the file, once it stays the same."""
    before, now = -1, 0
    while now != before:
        time.sleep(0.2)
        before, now = now, int(log.read_text() or 0)
    return now


def test_a_worker_is_replaced_after_some_files(docs: Path, started: Started) -> None:
    """Parsers leak; a fresh process does not."""
    paths = write(docs, a="1", b="2", c="3", d="4", e="5")
    with Pool(1, limits=Limits(files=2), readers="tests.misreading") as workers:
        assert [outcomes(workers, path) for path in paths] == [[Extract(str(n))] for n in range(1, 6)]
    assert len(started) == 3


def test_a_pool_that_is_left_ends_its_workers(docs: Path, started: Started) -> None:
    """In the middle of a long file, by any exception; the fixture looks that none is left."""
    paths = write(docs, a="sleep", b="spin", c="records 500 1000000 end", d="backtrack")

    def interrupted() -> None:
        with Pool(4, readers="tests.misreading") as workers:
            for path in paths * 4:
                workers.submit(path, path.name, 0)
            until(lambda: len(started) >= 2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()


ORPHAN = """
import sys
from pathlib import Path
from threading import Event
from typing import Any
from ingest.sandbox import pool
start = pool._start
def start_and_print(workers):
    process = start(workers)
    print(process.pid, flush=True)
    return process
pool._start = start_and_print
path = Path(sys.argv[1])
with pool.Pool(1, readers="tests.misreading") as workers:
    reading, _ = workers.read(workers.submit(path, path.name, 0))
    print(next(iter(reading.extracts)).record, flush=True)
    next(reading.extracts)
"""


@pytest.mark.skipif(os.name == "nt", reason="asks the system for a process by signal")
@pytest.mark.parametrize("action", ["sleep", "spin"])
def test_no_worker_outlives_its_ingest(docs: Path, action: str) -> None:
    """The ingest is killed while its worker hangs: the worker ends by itself."""
    (path,) = write(docs, bad=f"records 1 5 {action}")
    parent = subprocess.Popen([sys.executable, "-c", ORPHAN, str(path)], stdout=subprocess.PIPE, encoding="utf-8")
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert parent.stdout.readline() == "0\n"
    assert is_there(child)
    parent.kill()
    parent.communicate()
    until(lambda: not is_there(child))


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    # one that has ended stays listed until somebody asks for its exit code
    status = Path(f"/proc/{process}/stat")
    return not (status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="processor time is limited elsewhere")
def test_the_system_ends_a_worker_that_nobody_can_reach(docs: Path) -> None:
    """Its own threads never run, so it cannot see that its ingest is gone: its processor time is up."""
    (path,) = write(docs, bad="backtrack")
    worker = subprocess.Popen(
        [sys.executable, "-m", "ingest.sandbox.worker", "tests.misreading", "700000000"], stdin=subprocess.PIPE
    )
    assert worker.stdin is not None
    frames.send_request(worker.stdin, frames.Request(str(path), path.name, 0.5))
    assert worker.wait(PATIENCE) == -signal.SIGXCPU
    worker.stdin.close()


# --- an ingest ---------------------------------------------------------------------------------------------------


@pytest.fixture
def misreading(monkeypatch: pytest.MonkeyPatch, counting: Counting) -> None:
    """Ingest reads with the readers of this suite, under limits that are short for the shortest of files alone."""
    limits = replace(SHORT_LIMITS, silence_per_byte=0.5)
    monkeypatch.setattr("ingest.sync.pipeline.Pool", partial(Pool, readers="tests.misreading", limits=limits))


@pytest.mark.skipif(os.name == "nt", reason="signals have names elsewhere")
@pytest.mark.usefixtures("misreading")
def test_each_bad_file_is_one_line_of_the_report(docs: Path, library: Path, started: Started) -> None:
    """In the order of the files; the good ones are stored, and what a bad one had before stays."""
    write(docs, a=TEXT, b="Old text.", c=TEXT + " Twice.", d="Fish, too.", e="Last.")
    ingest([docs], library)
    write(docs, b="abort", d="sleep", f="segfault", g="mistake", h="records 2 9 abort", i="The end.")
    report = ingest([docs], library)
    assert [(file.location, file.status) for file in report.files] == [
        *(("a.txt", "unchanged"), ("b.txt", "failed"), ("c.txt", "unchanged"), ("d.txt", "failed")),
        *(("e.txt", "unchanged"), ("f.txt", "failed"), ("g.txt", "failed"), ("h.txt", "failed"), ("i.txt", "added")),
    ]
    assert all(bool(file.reason) == (file.status == "failed") for file in report.files)
    assert report.documents == {"added": 3, "replaced": 0, "unchanged": 3, "removed": 0, "failed": 5, "skipped": 0}
    stored = {source.location: source for source, _, _ in Store.open(library).documents.sources()}
    assert stored.keys() == {f"{name}.txt" for name in "abcdehi"}
    assert Store.open(library).documents.load(stored["b.txt"].id)[1].text == "Old text."
    write(docs, b="Mended.", h="Mended, too.")
    again = {file.location: file.status for file in ingest([docs], library).files}
    assert (again["b.txt"], again["h.txt"], again["a.txt"]) == ("replaced", "replaced", "unchanged")
    assert sum(source.location == "h.txt" for source, _, _ in Store.open(library).documents.sources()) == 1


def test_unchanged_files_start_no_worker(docs: Path, library: Path, started: Started, counting: Counting) -> None:
    """Nor do those that are passed over."""
    write(docs, a=TEXT, b=TEXT)
    (docs / "x.xyz").write_text("?")
    ingest([docs], library)
    started.clear()
    assert {file.status for file in ingest([docs], library).files} == {"unchanged", "skipped"}
    assert started == []


@pytest.mark.slow
def test_the_order_of_files_is_the_order_of_the_report(docs: Path, library: Path, counting: Counting) -> None:
    """However many workers read them, long and short; and the numbers of the documents follow it."""
    names = [f"n{n:03}" for n in range(150)]
    write(docs, **{name: f"Text {name}. " * (1 + (n * 37) % 90) for n, name in enumerate(names)})
    report = ingest([docs], library)
    assert [file.location for file in report.files] == [f"{name}.txt" for name in names]
    store = Store.open(library)
    numbers = {source.location: store.documents.live(source.id).number for source, _, _ in store.documents.sources()}
    assert sorted(numbers, key=lambda location: numbers[location]) == [f"{name}.txt" for name in names]


def test_a_report_tells_of_each_file(docs: Path, library: Path, counting: Counting) -> None:
    """How much was read and left out, and in which language."""
    text = "The salt keeps the butter fresh for a month, and the cellar of the house keeps it cool in the summer."
    write(docs, a=text)
    rows = ("ab" * 30, "Die Katze liegt im Garten. " * 9)
    (docs / "rows.jsonl").write_text("\n".join(f'{{"text": "{row}"}}' for row in rows))
    prose, table = ingest([docs], library).files
    assert (prose.characters, prose.dropped_chars, prose.dropped_share, prose.language) == (len(text), 0, 0.0, "en")
    assert (table.documents, table.characters, table.language) == (2, 60 + 27 * 9, None)
    assert prose.seconds > 0


def test_a_file_that_changes_before_it_is_read(
    docs: Path, library: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its digest was taken already: what is stored is what was read, and known again as that."""
    write(docs, a="The first version.")
    ingest([docs], library)
    write(docs, a="The second version.")
    submit = Pool.submit

    def write_then_submit(workers: Pool, path: Path, name: str, size: int) -> pool.Task:
        write(docs, a="The third version.")
        return submit(workers, path, name, size)

    monkeypatch.setattr(Pool, "submit", write_then_submit)
    assert ingest([docs], library).files[0].status == "replaced"
    assert stored_text(library) == "The third version."
    assert ingest([docs], library).files[0].status == "unchanged"


def test_a_file_that_changes_after_it_was_read(
    docs: Path, library: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older text is stored under its own digest, so the next run sees that there is a newer one."""
    write(docs, a="The first version.")
    pool_read = Pool.read

    def read_then_write(workers: Pool, task: pool.Task) -> tuple[Reading, bytes]:
        reading, content = pool_read(workers, task)
        write(docs, a="The second version.")
        return reading, content

    monkeypatch.setattr(Pool, "read", read_then_write)
    ingest([docs], library)
    assert stored_text(library) == "The first version."
    monkeypatch.undo()
    monkeypatch.setattr("ingest.sync.library_model.open_embedder", lambda *args, **options: counting)
    assert ingest([docs], library).files[0].status == "replaced"
    assert stored_text(library) == "The second version."


def stored_text(library: Path) -> str:
    store = Store.open(library)
    ((source, _, _),) = store.documents.sources()
    return store.documents.load(source.id)[1].text


@pytest.mark.skipif(os.name == "nt", reason="has no named pipes in folders")
def test_a_pipe_in_the_folder_is_passed_over(docs: Path, library: Path, counting: Counting) -> None:
    """Opening it would wait for ever."""
    write(docs, a=TEXT)
    os.mkfifo(docs / "pipe.txt")
    text, pipe = ingest([docs], library).files
    assert (text.status, pipe.status) == ("added", "skipped")
    assert "not a file" in (pipe.reason or "")


# --- cancelled ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("last", ["a001", "b010", "b050", "b099"])
@pytest.mark.slow
def test_a_cancelled_ingest_keeps_what_it_has(
    docs: Path, library: Path, counting: Counting, started: Started, last: str
) -> None:
    """What is stored is found, the report tells of that alone, nothing is removed, and the next run does the rest."""
    write(docs, a000="Gone soon.", a001="Stays.", a002="Stays as well.")
    ingest([docs], library)
    (docs / "a000.txt").unlink()
    write(docs, **{f"b{n:03}": f"Zebra number {n}. " * 40 for n in range(100)})
    stop = Event()

    def progress(what: str, done: int, total: int) -> None:
        if what == f"{last}.txt":
            stop.set()

    report = ingest([docs], library, progress=progress, cancelled=stop.is_set)
    assert report.cancelled
    assert (report.documents["added"] > 0) == (last > "b040")
    held = {source.location for source, _, _ in Store.open(library).documents.sources()}
    reported = {file.location for file in report.files}
    assert held == {"a000.txt", "a001.txt", "a002.txt"} | reported
    assert report.documents["added"] == len(reported - {"a001.txt", "a002.txt"})
    assert report.documents["removed"] == 0
    hits = Index.open(library).search("zebra", 400, By.WORDS).hits
    assert {hit.source.location for hit in hits} == {name for name in reported if name.startswith("b")}
    again = ingest([docs], library)
    assert not again.cancelled
    assert len(Store.open(library).documents.sources()) == 102
    assert again.documents["unchanged"] + again.documents["added"] == 102


@pytest.mark.usefixtures("misreading")
def test_a_hung_file_does_not_hold_up_a_cancel(docs: Path, library: Path, started: Started) -> None:
    """The page asks from another thread; the wait for a worker ends at once."""
    write(docs, a="sleep")
    stop = Event()
    threading.Timer(0.3, stop.set).start()
    assert ingest([docs], library, cancelled=stop.is_set).cancelled
    assert Index.open(library).search("anything").hits == ()
