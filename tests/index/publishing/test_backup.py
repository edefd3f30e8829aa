"""A backup is one whole file or none, holds what the library held, and is restored or refused."""

from __future__ import annotations

import json
import os
import random
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from index import disk
from index.__main__ import main
from index.errors import LibraryError, QueryError, SourcewiseError, WriteError
from index.publishing import backup, verify
from index.search.index import Index
from index.storage.rows import MarkRow
from index.storage.store import Store
from tests.altering import copied, cut, flip, made_by_hashed, shown, truth, write


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


@pytest.fixture
def library(tmp_path: Path) -> Path:
    write(tmp_path / "library", dict.fromkeys(range(6), 0))
    return tmp_path / "library"


def test_a_backup_is_restored_elsewhere_and_in_place(library: Path, tmp_path: Path) -> None:
    """Texts, marks and edits come back, and the same is found; an open index notices."""
    store = Store.create(library)
    store.marks.put(b"1", MarkRow("A sentence.", "confirmed", "", "null", "2026"))
    store.kept.put("note", "a", ["kept"], None)
    store.close()
    known, hits = truth(library), shown(library)
    file = tmp_path / "library.backup"
    assert backup.backup(library, file) == file.stat().st_size
    with pytest.raises(WriteError, match="exists already"):
        backup.backup(library, file)
    write(library, {1: 1, 8: 0}, 2)
    assert backup.restore(file, tmp_path / "elsewhere") == 6
    index = Index.open(library)
    with pytest.raises(LibraryError, match=r"already.*--replace"):
        backup.restore(file, library)
    assert backup.restore(file, library, replace=True) == 6
    for folder in (library, tmp_path / "elsewhere"):
        assert (truth(folder), shown(folder), verify.find_damage(folder)) == (known, hits, [])
        assert list(Store.open(folder).marks.all()) == [b"1"]
        assert [row.value for row in Store.open(folder).kept.all("note").values()] == [["kept"]]
        assert not list(folder.glob("*.partial"))
    with pytest.raises(LibraryError, match="replaced while it was open"):
        index.search("subject1")


def test_a_library_that_cannot_be_read_is_replaced(library: Path, tmp_path: Path) -> None:
    known = truth(library)
    backup.backup(library, tmp_path / "file")
    (library / "sources.db").write_bytes(b"no database at all, but long enough to look at\n" * 400)
    with pytest.raises(LibraryError, match="python -m index restore"):
        verify.repair(library)
    backup.restore(tmp_path / "file", library, replace=True)
    assert (truth(library), verify.find_damage(library)) == (known, [])


def test_a_torn_or_altered_backup_is_refused(library: Path, tmp_path: Path) -> None:
    """Any bit of it, and a file that is none; nothing is changed then."""
    known, moment = truth(library), random.Random(random.randrange(1 << 30))
    backup.backup(library, tmp_path / "whole")
    for act in (flip, flip, flip, cut, cut):
        file = tmp_path / "file"
        file.write_bytes((tmp_path / "whole").read_bytes())
        act(file, moment)
        with pytest.raises(QueryError, match="torn or altered"):
            backup.restore(file, library, replace=True)
        with pytest.raises(QueryError, match="torn or altered"):
            backup.restore(file, tmp_path / "elsewhere")
        assert not (tmp_path / "elsewhere").exists()
    with pytest.raises(QueryError, match="cannot be restored"):
        backup.restore(tmp_path / "nowhere", library, replace=True)
    assert (truth(library), verify.find_damage(library)) == (known, [])


@pytest.mark.skipif(os.name == "nt", reason="limits and pipes")
def test_a_pipe_and_a_full_disk_are_told_apart_from_a_torn_backup(library: Path, tmp_path: Path) -> None:
    import resource

    known = truth(library)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(QueryError, match="is no file"):
        backup.restore(tmp_path / "pipe", library, replace=True)
    backup.backup(library, tmp_path / "file")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, limits[1]))
    try:
        with pytest.raises(LibraryError, match=r"cannot be written .*Free its disk"):
            backup.restore(tmp_path / "file", library, replace=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (truth(library), verify.find_damage(library)) == (known, [])


def test_a_backup_beside_an_ingest_holds_one_moment(library: Path, tmp_path: Path) -> None:
    """While another thread stores and publishes, each backup is whole, and searches go on."""
    going, failed = threading.Event(), list[BaseException]()

    def ingest() -> None:
        try:
            for edition in range(1, 3):
                write(library, dict.fromkeys(range(3), edition))
                going.set()
        except BaseException as error:  # noqa: BLE001 - told by the test
            failed.append(error)

    thread = threading.Thread(target=ingest)
    thread.start()
    going.wait(60)
    backups = 0
    while thread.is_alive() or not backups:
        backup.backup(library, tmp_path / f"file{backups}")
        assert shown(library, ("subject1",))
        backups += 1
    thread.join()
    assert not failed
    for number in (0, backups - 1):
        restored = tmp_path / f"restored{number}"
        backup.restore(tmp_path / f"file{number}", restored)
        assert verify.find_damage(restored) == []
        assert truth(restored).keys() == truth(library).keys()


def test_an_unwritable_place_is_one_line(library: Path, tmp_path: Path) -> None:
    for act in (
        lambda: backup.backup(library, tmp_path / "no" / "folder" / "file"),
        lambda: backup.backup(tmp_path / "no library", tmp_path / "file"),
    ):
        with pytest.raises(SourcewiseError) as raised:
            act()
        assert "\n" not in str(raised.value)
    assert copied(library, tmp_path / "copy").exists()


def test_the_command_line_backs_up_and_restores(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a line, or in JSON alone; a library is not overwritten unless this is asked for."""
    file, at = str(tmp_path / "file"), ["--library", str(library)]
    assert main(["backup", file, "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out) == {"backup": file, "bytes": Path(file).stat().st_size}
    assert main(["restore", file, *at]) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert "--replace" in err
    assert main(["restore", file, "--replace", "--json", *at]) == 0
    assert json.loads(capsys.readouterr().out) == {"restored": file, "library": str(library), "sources": 6}
    assert main(["restore", file, "--library", str(tmp_path / "new")]) == 0
    assert "6 sources" in capsys.readouterr().out


def test_below_a_file_there_is_nothing_to_remove(tmp_path: Path) -> None:
    """As where the folder for models is named wrongly."""
    (tmp_path / "file").write_text("kept")
    disk.remove(tmp_path / "file" / "model")
    assert (tmp_path / "file").read_text() == "kept"
