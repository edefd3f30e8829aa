"""Whatever the system refuses or does: a clear line with a step that helps, and nothing left lying about."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, tzinfo
from pathlib import Path

import pytest

from index.__main__ import main as index
from index.errors import LibraryError, WriteError
from index.output.export import write as write_export
from index.publishing.publish import publish
from index.search.index import Index
from index.snapshot import bm25
from index.snapshot.manifest import Manifest, current_manifest
from index.storage.store import Store
from ingest.__main__ import main as ingest
from tests.altering import made_by_hashed, shown, truth, write
from tests.making import Counting, Hashed, put

TEXT = "The mill of Aldby was built in 1862.\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="permissions and limits of POSIX")

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], counting: Counting, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command of either line with the shared model: exit code, standard output and error."""
    for module in ("index.search.index", "index.publishing.removal"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda *args, **options: counting)

    def run(main: Callable[[list[str]], int], *arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return run


def is_one_line(error: str, words: str) -> bool:
    """Whether an error is one line with these words in it."""
    assert words in error
    return error.count("\n") == 1


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text(TEXT, encoding="utf-8")
    return tmp_path / "docs"


@contextmanager
def unprivileged() -> Iterator[None]:
    """Without the rights of root, which no permission binds. What is run in it must have been run before: another user
    may not be able to load a module from where this suite is."""
    if os.getuid() != 0:
        yield
        return
    os.setresgid(65534, 65534, 0)
    os.setresuid(65534, 65534, 0)
    try:
        yield
    finally:
        os.setresuid(0, 0, 0)
        os.setresgid(0, 0, 0)


@pytest.fixture
def shared_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that other users can reach, as that of TMPDIR may not be; ``temporary`` in it is the temporary one."""
    places = [Path(place) for place in (tempfile.gettempdir(), "/tmp", "/var/tmp")]
    open_places = [
        place
        for place in places
        if all(path.stat().st_mode & 0o001 for path in (place.resolve(), *place.resolve().parents))
    ]
    if not open_places:
        pytest.skip("other users can reach no temporary folder")
    folder = Path(tempfile.mkdtemp(dir=open_places[0]))
    folder.chmod(0o755)
    (folder / "temporary").mkdir()
    (folder / "temporary").chmod(0o777)
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "temporary"))
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o755)
    shutil.rmtree(folder)


@posix
def test_a_library_that_may_not_be_written_is_searched_and_says_what_would_help(
    run: Run, library: Path, shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Searching leaves nothing in the temporary folder; what writes is told to allow it; without room in the temporary
    folder that is named."""
    closed, docs, temporary = (shared_folder / name for name in ("library", "docs", "temporary"))
    docs.mkdir()
    (docs / "a.txt").write_text(TEXT, encoding="utf-8")
    shutil.copytree(library, closed)
    docs.chmod(0o755)
    assert run(ingest, docs, "--library", closed)[0] == 0
    # without the reader, whose files and libraries another account may not reach; these load what they need, and a lock
    # file of tantivy is left
    assert run(index, "remove", "x", "--library", closed)[0] == 2
    found = run(index, "search", "mill", "--fast", "--library", closed)
    for path in [*closed.rglob("*"), closed]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    with unprivileged():
        assert run(index, "search", "mill", "--fast", "--library", closed) == found
        assert list(temporary.iterdir()) == []
        for main, command in ((ingest, [docs]), (index, ["remove", "x"])):
            code, out, error = run(main, *command, "--library", closed)
            assert (code, out) == (2, "")
            assert is_one_line(error, "Allow writing in its folder, or choose another with --library.")
        monkeypatch.setattr(tempfile, "tempdir", str(shared_folder / "gone"))
        code, _, error = run(index, "search", "mill", "--fast", "--library", closed)
        assert code == 2
        assert is_one_line(error, "TMPDIR")
    assert list(temporary.iterdir()) == []


@posix
def test_a_library_that_was_in_use_when_writing_was_forbidden_shows_what_it_had(shared_folder: Path) -> None:
    """Some of it stands beside sources.db then. Another account reads it too; a copy without the index of that file
    cannot be read, and says what helps."""
    library, copy = shared_folder / "library", shared_folder / "copy"
    with made_by_hashed():
        write(library, {0: 0, 1: 0})
        held = Store.open(library)  # as a page does; the last one that closes puts everything into sources.db
        assert len(held.documents.sources()) == 2
        write(library, {2: 0})
        known, expected = truth(library), shown(library)
        shutil.copytree(library, copy)
        (copy / "sources.db-shm").unlink()
        for path in (path for folder in (library, copy) for path in (folder, *folder.rglob("*"))):
            path.chmod(path.stat().st_mode & 0o555)
        with unprivileged():
            assert truth(library) == known
            assert len(known) == 3
            assert shown(library) == expected
            with pytest.raises(LibraryError, match="Allow writing in its folder, or copy it again while nothing uses"):
                Index.open(copy)
        held.close()


@posix
def test_a_link_to_itself_is_a_file_that_cannot_be_read(run: Run, library: Path, docs: Path, tmp_path: Path) -> None:
    """As a document, in a ring, as a folder in itself, as the folder to read and as the library."""
    (docs / "loop.txt").symlink_to("loop.txt")
    (docs / "one.md").symlink_to("other.md")
    (docs / "other.md").symlink_to("one.md")
    (docs / "again").symlink_to(docs)
    code, out, error = run(ingest, docs, "--library", library)
    assert (code, error) == (3, "")
    assert "1 added" in out
    assert out.count("failed: ") == 3
    assert run(index, "search", "mill", "--library", library)[0] == 0
    (tmp_path / "self").symlink_to(tmp_path / "self")
    assert is_one_line(run(ingest, tmp_path / "self", "--library", library)[2], "Nothing was changed")
    assert is_one_line(run(ingest, docs, "--library", tmp_path / "self")[2], "choose another with --library")
    assert is_one_line(run(index, "search", "mill", "--library", tmp_path / "self")[2], "There is no library at")


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere names of files are text")
def test_a_library_whose_path_is_no_text_is_refused_before_anything_is_made(
    run: Run, docs: Path, tmp_path: Path
) -> None:
    """Libraries of other makers read its files, and take only text for a path."""
    path = tmp_path / os.fsdecode(b"caf\xe9")
    for main, command in ((ingest, [docs]), (index, ["sources"]), (index, ["remove", "x"])):
        code, out, error = run(main, *command, "--library", path)
        assert (code, out) == (2, "")
        assert is_one_line(error, "caf\ufffd is not UTF-8. Rename its folder, or choose another with --library.")
    assert not path.exists()
    path.mkdir()
    code, _, error = run(index, "search", "mill", "--library", path)
    assert code == 2
    assert is_one_line(error, "is not UTF-8")


# publishing, with documents made by hand -----------------------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store.create(tmp_path / "library")
    for number in range(20):
        put(store, f"d{number}", "\n\n".join(f"The mill {number} {part} was built." for part in range(10)))
    return store


def derived(library: Path) -> set[str]:
    """The folders of segments and word indexes."""
    return {
        path.relative_to(library).as_posix() for kind in ("segments", "words") for path in library.glob(f"{kind}/*")
    }


@posix
@pytest.mark.parametrize("limit", [0, 1_000, 10_000])
def test_a_limit_on_the_size_of_files_stops_publishing_in_a_line(store: Store, tmp_path: Path, limit: int) -> None:
    """Nothing of the unfinished generation stays, and without the limit the same run goes through."""
    import resource

    library = tmp_path / "library"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        with pytest.raises(LibraryError, match="What was stored before stays") as error:
            publish(library, store, Hashed())
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert "\n" not in str(error.value)
    assert derived(library) == set()
    assert publish(library, store, Hashed()) == 1


@posix
def test_an_export_is_whole_or_not_there(tmp_path: Path) -> None:
    """Where there is no room for it, none of it is left in the way of the next try."""
    import resource

    before, file = resource.getrlimit(resource.RLIMIT_FSIZE), tmp_path / "quotations.md"
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        with pytest.raises(WriteError, match="cannot be written"):
            write_export(file, bytes(2_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not file.exists()
    write_export(file, bytes(2_000))
    with pytest.raises(WriteError, match="cannot be written"):
        write_export(file, b"other")
    assert file.read_bytes() == bytes(2_000)


@posix
def test_a_word_index_that_cannot_be_written_is_an_error_of_the_system(tmp_path: Path) -> None:
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, before[1]))
    try:
        with pytest.raises(OSError, match="the word index"):
            bm25.write(tmp_path / "words", [bm25.IndexedPassage(1, 1, "The mill was built.", "The mill was built.")])
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_run_that_changes_nothing_takes_away_what_a_killed_one_left(store: Store, tmp_path: Path) -> None:
    """Folders of an unfinished generation, and the rows of documents that no generation lists."""
    library = tmp_path / "library"
    publish(library, store, Hashed())
    whole = derived(library)
    for folder in ("segments/000002", "words/000002"):
        (library / folder).mkdir()
        (library / folder / "torn").write_bytes(b"x")
    put(store, "d0", "Replaced before it was ever published.")
    put(store, "d0", "\n\n".join(f"The mill 0 {part} was built." for part in range(10)))
    publish(library, store, Hashed())
    put(store, "d1", "Once more.")
    rows = store.documents.counts(store.documents.live_numbers())
    publish(library, store, Hashed())
    publish(library, store, Hashed())
    assert not any("torn" in path.name for path in library.rglob("*"))
    assert len(derived(library) - whole) <= 4
    assert len(rows) == 20


def test_a_clock_that_goes_back_changes_no_order(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Generations are numbered, not dated: the later one answers."""

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Earlier:
            return cls(1999, 1, 1, tzinfo=tz)

    library = tmp_path / "library"
    assert publish(library, store, Hashed()) == 1
    monkeypatch.setattr("index.publishing.publish.datetime", Earlier)
    put(store, "later", "The weir was built after it.")
    assert publish(library, store, Hashed()) == 2
    path = current_manifest(library)
    assert path is not None
    assert Manifest.read(path).made.startswith("1999")
    assert Manifest.read(path).passages == 201
