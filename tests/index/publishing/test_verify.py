"""What becomes of a library whose files were damaged, put back or replaced: wrong words are never shown."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.embedding.models import write_card
from index.errors import DamageError, LibraryError
from index.publishing import verify
from index.search.index import Index
from index.storage.rows import MarkRow
from index.storage.store import Store
from tests import altering
from tests.altering import check_damage, copied, files, made_by_hashed, shown, text, truth, write


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A library, and the same at an earlier time."""
    library = tmp_path_factory.mktemp("two") / "library"
    with made_by_hashed():
        write(library, dict.fromkeys(range(8), 0))
        older = copied(library, library.with_name("older"))
        write(library, {1: 1, 9: 0}, 4)
    return library, older


@pytest.fixture
def library(two: tuple[Path, Path], tmp_path: Path) -> Path:
    return copied(two[0], tmp_path / "library")


@pytest.fixture
def older(two: tuple[Path, Path]) -> Path:
    return two[1]


def altered(library: Path, statement: str, *values: object) -> None:
    """The library with a change that went past it."""
    db = sqlite3.connect(library / "sources.db")
    with db:
        db.execute(statement, values)
    db.close()


def test_altered_words_are_never_shown(library: Path, tmp_path: Path) -> None:
    """Their passage is left out with a line that tells the next step; the others are shown. The repair takes the source
    out, keeps what is left of its text, and says how it comes back."""
    known = truth(library)
    altered(library, "UPDATE texts SET text = replace(text, 'number0, 0', 'number7, 0') WHERE document = 4")
    answer = Index.open(library).search("subject3 subject2", 20)
    assert answer.damage == ("Document 4 of the library is damaged; run: python -m index verify --repair",)
    assert {"d2", "d3"} <= {hit.source.id for hit in answer.hits}
    assert all(known[hit.source.id][1][slice(*hit.passage.span)] == hit.passage.text for hit in answer.hits)
    assert [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    assert verify.find_damage(library) == ["sources.db: document 4 (d3.txt) is damaged"]
    (note,) = verify.repair(library)
    assert note.startswith("d3.txt was damaged in the library and is taken out")
    assert note.endswith("python -m ingest /docs")
    assert (library / "damaged" / "4.txt").read_text() == known["d3"][1].replace("number0, 0", "number7, 0")
    assert verify.find_damage(library) == []
    write(library, {3: 0})
    assert truth(library) == known


def test_a_damaged_reader_is_found_and_made_anew(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was never prepared here is no damage."""
    made: list[Path] = []
    monkeypatch.setattr(verify.reader, "prepare_reader", made.append)
    folder = library / "models" / "reader-of-a-test"
    monkeypatch.setattr(verify.reader, "folder_name", lambda: folder.name)
    assert verify.find_damage(library) == []
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    write_card(folder, {"fingerprint": folder.name}, verify.reader.CARD)
    assert verify.find_damage(library) == []
    (folder / "model.bin").write_bytes(b"waights")
    assert verify.find_damage(library) == [f"models/{folder.name}/model.bin was changed after it was written"]
    verify.repair(library)
    assert not folder.exists()
    assert made == [library / "models"]


def test_a_repair_that_is_stopped_halfway_is_completed_by_the_next_ingest(library: Path) -> None:
    """What was taken out of the store is still in the files: they are told apart, and built anew."""
    altered(library, "UPDATE documents SET title = 'Another' WHERE id = 'd2'")
    store = Store.create(library)
    assert len(store.mend(library)) == 1
    store.close()
    with pytest.raises(LibraryError, match="do not belong together"):
        Index.open(library)
    write(library, {2: 0})
    assert verify.find_damage(library) == []
    assert truth(library) == truth_before_damage(library)


@pytest.mark.parametrize(
    ("statement", "line"),
    [
        ("UPDATE documents SET title = 'Another' WHERE id = 'd2'", "document 3 (d2.txt)"),
        ("UPDATE documents SET sections = '[1]' WHERE id = 'd2'", "document 3 (d2.txt)"),
        ("UPDATE documents SET retired = 0 WHERE id = 'd2'", "document 3 (d2.txt)"),
        ("UPDATE passages SET start = start + 1 WHERE document = 3", "document 3 (d2.txt)"),
        ("UPDATE passages SET vector = zeroblob(64) WHERE document = 3", "document 3 (d2.txt)"),
        ("UPDATE passages SET document = 2 WHERE document = 3", "document 3 (d2.txt)"),
        ("DELETE FROM passages WHERE document = 3 AND start > 0", "document 3 (d2.txt)"),
        ("UPDATE sentences SET spans = zeroblob(8) WHERE document = 3", "document 3 (d2.txt)"),
        ("DELETE FROM texts WHERE document = 3", "document 3 (d2.txt)"),
        ("UPDATE texts SET text = x'ff' || text WHERE document = 3", "document 3 (d2.txt)"),
        ("UPDATE settings SET value = value || 'x' WHERE name = 'epoch'", "a setting ('epoch' of settings)"),
        ("UPDATE roots SET path = '/elsewhere'", "the path of a folder (1 of roots)"),
        ("DELETE FROM sqlite_sequence", "the counter of documents"),
    ],
)
def test_every_row_of_the_store_is_covered(library: Path, statement: str, line: str) -> None:
    altered(library, statement)
    assert any(f"sources.db: {line} is damaged" in found for found in verify.find_damage(library))
    check_damage(library, truth_before_damage(library), statement)


def truth_before_damage(library: Path) -> altering.Truth:
    return {f"d{n}": (f"Text {n}, {edition}", text(n, edition)) for n, edition in EDITIONS.items()}


EDITIONS = {0: 0, 1: 1, 2: 0, 3: 0, 5: 0, 6: 0, 7: 0, 9: 0}


def test_what_the_person_added_is_not_shown_altered_either(library: Path) -> None:
    """The repair says what is taken out, and leaves what is left of a thing that was kept."""
    store = Store.create(library)
    store.marks.put(b"1", MarkRow("A sentence.", "confirmed", "", "null", "2026"))
    store.edits.put("d1", {"title": "Mine"})
    store.kept.put("note", "a", "kept", None)
    store.kept.put("note", "b", "sound", None)
    store.close()
    altered(library, "UPDATE marks SET said = 'needs work'")
    altered(library, "UPDATE edits SET changes = '{}'")
    altered(library, """UPDATE kept SET value = '"altered"' WHERE id = 'a'""")
    store = Store.open(library)
    for read in (store.marks.all, store.edits.all, lambda: store.kept.all("note"), lambda: store.kept.get("note", "a")):
        with pytest.raises(DamageError, match="verify --repair"):
            read()
    store.close()
    assert len(verify.find_damage(library)) == 3
    *notes, note = verify.repair(library)
    (left,) = (library / "damaged").glob("*.json")
    assert note == f"something that you keep here was damaged and is taken out: what is left of it is in {left}"
    assert left.read_text(encoding="utf-8") == '"altered"'
    assert [row.value for row in Store.open(library).kept.all("note").values()] == ["sound"]
    assert notes == [
        "an edit of a source was damaged and is taken out",
        "a mark on a sentence of a draft was damaged and is taken out",
    ]
    assert verify.find_damage(library) == []


def test_a_library_that_does_not_know_its_model_is_not_mended(library: Path) -> None:
    """It would be one of another model: a backup is asked for, and nothing is taken out."""
    altered(library, "UPDATE settings SET value = 'another' WHERE name = 'model'")
    damage = verify.find_damage(library)
    with pytest.raises(DamageError, match=r"does not know its model any more.*index restore"):
        verify.repair(library)
    assert verify.find_damage(library) == damage != []


def put_back_store(library: Path, older: Path) -> None:
    shutil.copy(older / "sources.db", library / "sources.db")


def put_back_current(library: Path, older: Path) -> None:
    shutil.copy(older / "CURRENT", library / "CURRENT")


def swap_manifests(library: Path, older: Path) -> None:
    first, second = sorted((library / "generations").glob("*.json"))
    contents = first.read_bytes(), second.read_bytes()
    second.write_bytes(contents[0])
    first.write_bytes(contents[1])


def put_back_derived(library: Path, older: Path) -> None:
    for name in ("segments", "words", "generations"):
        shutil.rmtree(library / name)
        shutil.copytree(older / name, library / name)
    put_back_current(library, older)


@pytest.mark.parametrize("act", [put_back_store, put_back_current, swap_manifests, put_back_derived])
def test_what_does_not_belong_together_is_noticed_and_mended(
    library: Path, older: Path, act: Callable[[Path, Path], None]
) -> None:
    """At opening and by ``verify``, in one line; the repair builds on the store that is there."""
    expected = truth(older if act is put_back_store else library)
    act(library, older)
    with pytest.raises(LibraryError, match=r"do not belong together.*verify --repair"):
        Index.open(library)
    assert len(verify.find_damage(library)) >= 1
    assert verify.repair(library) == []
    assert verify.find_damage(library) == []
    assert truth(library) == expected
    assert {identity for identity, *_ in shown(library, ("paragraph text speaks",))} <= expected.keys()


def test_an_ingest_after_an_older_store_was_put_back_builds_anew(library: Path, older: Path) -> None:
    """Numbers that both stores gave to different documents do not mix them up."""
    put_back_store(library, older)
    write(library, {20: 0, 21: 0})
    known = truth(library)
    assert verify.find_damage(library) == []
    assert known.keys() == {*(f"d{n}" for n in range(8)), "d20", "d21"}
    for identity, title, start, end, words, _ in shown(library, ("subject20", "subject9", "subject1")):
        assert (title, known[identity][1][start:end]) == (known[identity][0], words)


def test_a_library_replaced_under_an_open_index_is_noticed(library: Path, tmp_path: Path) -> None:
    """A thread that opens the store later does not take another library for its own."""
    index = Index.open(library)
    for path in files(library):
        path.unlink()
    write(library, dict.fromkeys(range(9), 2))
    with pytest.raises(LibraryError, match="replaced while it was open"):
        index.search("subject1")


def test_the_hit_is_compared_with_the_store(library: Path) -> None:
    """A passage that the files have under another document is not shown."""
    index = Index.open(library)
    index.generation.passages.array[:, 1] += 1
    answer = index.search("subject2", 5)
    assert answer.hits == ()
    assert "verify --repair" in answer.damage[0]


def test_a_copied_library_opens_and_is_compared_once(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Other times of change are no damage: large files are read once, and then known."""
    monkeypatch.setattr("index.disk._SMALL", 0)
    monkeypatch.setattr("index.snapshot.manifest._READ_WHOLE", ())
    for path in library.glob("segments/*/*"):
        os.utime(path, ns=(1, 1))
    read: list[Path] = []
    compare = verify.disk.is_as_written
    monkeypatch.setattr("index.disk.is_as_written", lambda path, known: read.append(path) or compare(path, known))
    Index.open(library)
    assert len(read) == len(list(library.glob("segments/*/*")))
    Index.open(library)
    assert len(read) == len(list(library.glob("segments/*/*")))


@pytest.mark.parametrize("name", ["CURRENT", "segments", "words", "generations"])
@pytest.mark.parametrize("is_folder", [True, False])
def test_whatever_stands_in_place_of_a_file_is_mended(library: Path, name: str, is_folder: bool) -> None:
    """A folder where a file should be, a file where a folder should be, or nothing."""
    known = truth(library)
    verify.disk.remove(library / name)
    if is_folder:
        (library / name / "x").mkdir(parents=True)
    else:
        (library / name).write_bytes(b"x")
    check_damage(library, known, name)
    assert verify.find_damage(library) == []


def damaged_rounds(two: tuple[Path, Path], folder: Path, rounds: int, seed: int) -> None:
    """Random damages; half of them leave the time of change as it was, as a failing disk does."""
    library, older = two
    known = truth(library)
    for number in range(rounds):
        moment = random.Random(seed + number)
        copy = copied(library, folder)
        path = moment.choice([path for path in files(copy) if path.stat().st_size])
        act, before = moment.choice([*altering.DAMAGES, altering.exchange(library, older)]), path.stat()
        act(path, moment)
        if path.exists() and moment.random() < 0.5:
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
        what = f"seed {seed + number}: {act.__name__} {path.relative_to(copy)}"
        if path.name == "sources.db" and act.__name__ == "exchanged":
            check_damage(copy, truth(older), what)
        else:
            check_damage(copy, known, what)


def test_random_damages_show_nothing_wrong(two: tuple[Path, Path], tmp_path: Path) -> None:
    damaged_rounds(two, tmp_path / "library", 8, seed=1)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_many_random_damages_show_nothing_wrong(two: tuple[Path, Path], tmp_path: Path, many: int) -> None:
    damaged_rounds(two, tmp_path / "library", many, random.randrange(1 << 30))
