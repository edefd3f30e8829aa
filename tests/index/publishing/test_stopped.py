"""Stopped at any step of storing, publishing, repairing, backing up or restoring: nothing is lost, doubled or left."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from index.errors import LibraryError
from index.publishing import backup, verify
from index.search.index import Index
from index.storage.rows import FileRow, MarkRow
from index.storage.store import Store
from tests.altering import Truth, copied, made_by_hashed, shown, stopped, text, truth, write


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("made") / "library"
    with made_by_hashed():
        write(library, dict.fromkeys(range(6), 0))
        backup.backup(library, library.with_name("backup"))
    return library


def edit(library: Path) -> None:
    """A new title, as the person gives it."""
    store = Store.create(library)
    store.edits.put("d1", {"title": "Mine"})
    store.close()
    write(library, {1: 0})


ACTS: dict[str, Callable[[Path], object]] = {
    "ingest": lambda library: write(library, {1: 1, 7: 0}),
    "remove": lambda library: write(library, {}, 2, 3),
    "edit": edit,
    "repair": verify.repair,
    "backup": lambda library: backup.backup(library, library / "written"),
    "restore": lambda library: backup.restore(library.parent / "backup", library, replace=True),
}


def check(library: Path, before: Truth, act: Callable[[Path], object], what: str) -> None:
    """Nothing is lost, doubled or damaged; what is shown is so; and the same again completes it."""
    known = truth(library)
    possible = {*before.items(), ("d1", ("Text 1, 1", text(1, 1))), ("d7", ("Text 7, 0", text(7)))}
    assert set(known.items()) <= possible, what
    assert len(known) >= len(before) - 2 * ("remove" in what), what
    try:
        for identity, title, start, end, words, _ in shown(library, ("subject1 text",)):
            assert (title, words) in {(name, whole[start:end]) for key, (name, whole) in possible if key == identity}, (
                what
            )
    except LibraryError as error:  # a restored store whose files are not built yet
        assert "restore" in what and "verify --repair" in str(error), (what, error)  # noqa: PT017, PT018
    if "restore" not in what:
        assert verify.find_damage(library) == [], what
    (library / "written").unlink(missing_ok=True)
    if "remove" in what:  # what is gone cannot be removed again
        write(library, {8: 0})
    else:
        act(library)
    assert verify.find_damage(library) == [], what
    listed = {path.name for path in library.glob("segments/*")} | {path.name for path in library.glob("words/*")}
    assert listed <= {name.split("/")[1] for name in _listed(library)}, what
    assert not [path for path in library.rglob("*.partial") if path.name != "written.partial"], what


def _listed(library: Path) -> Iterator[str]:
    from index.snapshot.generation import Manifest

    for path in library.glob("generations/*.json"):
        manifest = Manifest.read(path)
        yield from (*manifest.segments, manifest.words)


def stopped_rounds(made: Path, folder: Path, rounds: int, seed: int) -> None:
    lengths: dict[str, int] = {}
    before = truth(made)
    for number in range(rounds):
        moment = random.Random(seed + number)
        name = list(ACTS)[number % len(ACTS)]
        library = copied(made, folder)
        steps = moment.randrange(lengths.get(name, 400))
        ended = stopped(lambda name=name, library=library: ACTS[name](library), steps)
        if not ended:
            lengths[name] = steps or 1
        check(library, before, ACTS[name], f"seed {seed + number}: {name} stopped after {steps} steps ({ended})")


def test_stopped_at_random_steps(made: Path, tmp_path: Path) -> None:
    copied(made, tmp_path / "library")
    (tmp_path / "backup").write_bytes(made.with_name("backup").read_bytes())
    stopped_rounds(made, tmp_path / "library", len(ACTS), seed=1)


CHANGES: dict[str, Callable[[Store], object]] = {
    "retire": lambda store: store.documents.retire([3, 4]),
    "move": lambda store: store.documents.move([2, 3], 1, "elsewhere.txt"),
    "file": lambda store: store.files.put(1, "a.txt", FileRow(b"1", {"status": "added"})),
    "edit": lambda store: store.edits.put("d1", {"title": "Mine"}),
    "mark": lambda store: store.marks.put(b"0" * 16, MarkRow("A sentence.", "confirmed", "", "null", "2024-01-01")),
}


@pytest.mark.parametrize(
    "name", [name if name == "file" else pytest.param(name, marks=pytest.mark.slow) for name in CHANGES]
)
def test_a_row_and_its_checksum_change_together(made: Path, tmp_path: Path, name: str) -> None:
    """Stopped after any step, outside of a transaction of the caller's."""

    def change() -> None:
        store = Store.create(library)
        CHANGES[name](store)
        store.close()

    library = copied(made, tmp_path / "library")
    change()
    steps = 0
    while stopped(change, steps):
        assert verify.find_damage(library) == [], steps
        library = copied(made, tmp_path / "library")
        change() if name in ("edit", "mark", "file") else None
        steps += 1
    assert steps > 2


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_stopped_at_many_random_steps(made: Path, tmp_path: Path, many: int) -> None:
    (tmp_path / "backup").write_bytes(made.with_name("backup").read_bytes())
    stopped_rounds(made, tmp_path / "library", many, random.randrange(1 << 30))


def test_files_are_on_the_disk_before_their_names_are(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file's contents are waited for before the rename that publishes it, its folder after; and all that a manifest
    lists before ``CURRENT`` names it. So a disk that forgets what was not waited for has the old or the new library."""
    library = copied(made, tmp_path / "library")
    events: list[tuple[str, Path]] = []
    fsync, replace = os.fsync, os.replace
    monkeypatch.setattr("os.fsync", lambda number: events.append(("fsync", _path(number))) or fsync(number))
    monkeypatch.setattr("os.replace", lambda old, new: events.append(("rename", Path(new))) or replace(old, new))
    write(library, {7: 0})
    monkeypatch.undo()
    renames = [(position, path) for position, (event, path) in enumerate(events) if event == "rename"]
    assert [path.relative_to(library).as_posix() for _, path in renames] == ["generations/000002.json", "CURRENT"]
    for position, path in renames:
        waited = [waited for event, waited in events[:position] if event == "fsync"]
        assert path.with_name(path.name + ".partial") in waited
        assert ("fsync", path.parent) in events[position:]
    current = renames[-1][0]
    waited_for = {path for event, path in events[:current] if event == "fsync"}
    with made_by_hashed():
        names = Index.open(library).generation.manifest.files
    new = {library / name for name in names if "/000002/" in name}
    assert new <= waited_for
    assert {path.parent for path in new} <= waited_for
    assert {path.parent.parent for path in new} <= waited_for


def _path(number: int) -> Path:
    return Path(os.readlink(f"/proc/self/fd/{number}"))
