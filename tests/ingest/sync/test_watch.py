"""A library that is kept in step with its folders while they change."""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.errors import SourcewiseError
from index.storage import lock
from index.storage.store import Store
from ingest.report import FileReport, Report
from ingest.sync import watch as watching
from ingest.sync.folders import Look
from ingest.sync.pipeline import ingest
from ingest.sync.watch import look_at, watch
from tests.making import PATIENCE, Counting

# watchdog warns when it comes to a folder by two ways, as that of its parent and its own, and watches it once
pytestmark = pytest.mark.filterwarnings("ignore:Callback with id:RuntimeWarning")


class Watched:
    """A watch of a folder in a thread, and what it tells."""

    def __init__(self, docs: Path, library: Path) -> None:
        self.told: queue.Queue[Report | SourcewiseError] = queue.Queue()
        self.stopped = threading.Event()
        seen = look_at([docs])
        ingest([docs], library)

        def run() -> Report:
            return ingest([docs], library, cancelled=self.stopped.is_set)

        self.thread = threading.Thread(
            target=watch,
            args=([docs], library, run, self.stopped, self.told.put, seen),
            kwargs={"quiet": 0.01, "poll": 0.2},
        )
        self.thread.start()

    def next(self) -> dict[str, int]:
        report = self.told.get(timeout=PATIENCE)
        assert isinstance(report, Report), report
        return {status: count for status, count in report.documents.items() if count}

    def until(self, library: Path, texts: dict[str, str]) -> None:
        """Wait for reports until the library holds these texts."""
        while held(library) != texts:
            self.told.get(timeout=PATIENCE)

    def end(self) -> None:
        self.stopped.set()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()


def held(library: Path) -> dict[str, str]:
    store = Store.open(library)
    try:
        return {
            source.location + (source.record or ""): store.documents.load(source.id)[1].text
            for source, _, _ in store.documents.sources()
        }
    finally:
        store.close()


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "a.txt").write_text("The mill ground rye.", encoding="utf-8")
    return folder


@pytest.fixture
def watched(docs: Path, library: Path, counting: Counting) -> Iterator[Watched]:
    started = Watched(docs, library)
    yield started
    started.end()


def test_what_changes_is_brought_in(docs: Path, library: Path, watched: Watched) -> None:
    """New, changed, renamed, gone, and in a folder that was not there."""
    texts = {"a.txt": "The mill ground rye."}
    (docs / "sub").mkdir()
    (docs / "sub" / "b.txt").write_text("A weir fed it.", encoding="utf-8")
    watched.until(library, texts := {**texts, "sub/b.txt": "A weir fed it."})
    (docs / "a.txt").write_text("The mill ground oats.", encoding="utf-8")
    watched.until(library, texts := {**texts, "a.txt": "The mill ground oats."})
    (docs / "a.txt").rename(docs / "mill.txt")
    watched.until(library, texts := {"mill.txt": texts["a.txt"], "sub/b.txt": texts["sub/b.txt"]})
    (docs / "sub" / "b.txt").unlink()
    watched.until(library, {"mill.txt": texts["mill.txt"]})


def test_a_broken_file_keeps_its_last_good_version_and_is_tried_again(
    docs: Path, library: Path, watched: Watched
) -> None:
    good = '{"_id": "a", "text": "Row one."}\n{"_id": "b", "text": "Row two."}\n'
    (docs / "rows.jsonl").write_text(good, encoding="utf-8")
    texts = {"a.txt": "The mill ground rye.", "rows.jsonla": "Row one.", "rows.jsonlb": "Row two."}
    watched.until(library, texts)
    (docs / "rows.jsonl").write_text(good[:-9].replace("one", "1"), encoding="utf-8")
    watched.until(library, {**texts, "rows.jsonla": "Row 1."})
    (docs / "rows.jsonl").write_text(good.replace("two", "2"), encoding="utf-8")
    watched.until(library, {**texts, "rows.jsonlb": "Row 2."})


def test_another_ingest_is_waited_for(docs: Path, library: Path, watched: Watched) -> None:
    """It is told once, and the change is brought in when the library is free."""
    with lock.write_lock(library):
        (docs / "b.txt").write_text("A weir fed it.", encoding="utf-8")
        assert "Another ingest is writing" in str(watched.told.get(timeout=PATIENCE))
    assert watched.next() == {"added": 1, "unchanged": 1}


def test_files_are_read_when_they_are_at_rest(docs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as one grows it is waited for, but not without end."""
    looks: list[Look] = [{"a": (1, 1)}, {"a": (2, 2)}, {"a": (3, 3)}, {"a": (3, 3)}, {"a": (4, 4)}]
    sizes = iter(looks)
    monkeypatch.setattr(watching, "look_at", lambda paths: next(sizes))
    assert watching._at_rest([docs], threading.Event(), 0.0) == {"a": (3, 3)}
    assert next(sizes) == {"a": (4, 4)}
    monkeypatch.setattr(watching, "LONGEST", -1.0)
    growing = iter({"a": (size, size)} for size in range(9))
    monkeypatch.setattr(watching, "look_at", lambda paths: next(growing))
    assert watching._at_rest([docs], threading.Event(), 0.0) == {"a": (0, 0)}


def test_the_reports_of_a_watch_are_one_at_its_end() -> None:
    first = Report("library", documents={"added": 2, "replaced": 0, "unchanged": 0, "removed": 0, "failed": 0})
    first.files = [FileReport("a.txt", "added"), FileReport("b.txt", "added")]
    second = Report("library", documents={"added": 0, "replaced": 1, "unchanged": 1, "removed": 0, "failed": 1})
    second.files = [FileReport("a.txt", "unchanged"), FileReport("b.txt", "replaced"), FileReport("c.txt", "failed")]
    both = first.followed_by(second)
    assert both.documents == {"added": 2, "replaced": 1, "unchanged": 1, "removed": 0, "failed": 1}
    assert [(file.location, file.status) for file in both.files] == [
        ("a.txt", "added"),
        ("b.txt", "replaced"),
        ("c.txt", "failed"),
    ]


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_ctrl_c_ends_a_watch_with_its_report(docs: Path, library: Path, counting: Counting) -> None:
    """On standard output, and with exit code 0; what it did meanwhile is told on the other."""
    process = subprocess.Popen(
        [sys.executable, "-m", "ingest", str(docs), "--library", str(library), "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    assert "1 added" in process.stderr.readline()
    (docs / "b.txt").write_text("A weir fed it.", encoding="utf-8")
    assert "1 added, 1 unchanged" in process.stderr.readline()
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, err) == (0, "")
    assert "2 added, 1 unchanged" in out
