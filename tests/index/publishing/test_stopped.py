"""Stopped at any step of storing, publishing, repairing, backing up or restoring: nothing is lost, doubled or left."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from index.check import drafts
from index.collections import merge, named, pin_passage, put_back, read_collections
from index.errors import LibraryError
from index.publishing import backup, verify
from index.search.index import Index
from index.search.kept_searches import KeptQuestion, look_at, read_searches, save_search
from index.storage.rows import FileRow, MarkRow
from index.storage.store import Store
from index.types import Draft, Span
from tests.altering import Truth, copied, made_by_hashed, shown, stopped, text, truth, write
from tests.making import PATIENCE


@pytest.fixture(autouse=True)
def _hashed() -> Iterator[None]:
    with made_by_hashed():
        yield


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    library = tmp_path_factory.mktemp("made") / "library"
    with made_by_hashed():
        write(library, dict.fromkeys(range(6), 0))
        for name, n in (("Reading", 1), ("Reading", 2), ("Other", 3)):
            pin_passage(library, None, f"d{n}", Span(0, 9), name=name)
        kept, _ = drafts.keep_draft(library, Draft("Text 1 speaks of subject1."))
        drafts.keep_draft(library, Draft("Text 1 speaks of subject2."), identity=kept.id)
        save_search(library, Index.open(library), "First", KeptQuestion("subject1"))
        backup.backup(library, library.with_name("backup"))
    return library


def edit(library: Path) -> None:
    """A new title, as the person gives it."""
    store = Store.create(library)
    store.edits.put("d1", {"title": "Mine"})
    store.close()
    write(library, {1: 0})


def pin(library: Path) -> None:
    """Into a collection that the pin makes."""
    pin_passage(library, None, "d4", Span(0, 9), name="New")


def put_together(library: Path) -> None:
    with closing(Store.open(library)) as store:
        first, other = named(store, "Reading"), named(store, "Other")
    merge(library, first, other)


def undo(library: Path) -> None:
    """Of a merge: both collections are stored as they were, in one step."""
    with closing(Store.open(library)) as store:
        first, other = named(store, "Reading"), named(store, "Other")
    put_back(library, replace(first, pins=first.pins[1:]), replace(other, pins=(*other.pins, first.pins[0])))


def keep_version(library: Path) -> None:
    drafts.keep_draft(library, Draft("Text 1 speaks of subject3."), identity=_draft(library).id)


def remove_draft(library: Path) -> None:
    drafts.remove_draft(library, _draft(library))


def _draft(library: Path) -> drafts.KeptDraft:
    with closing(Store.open(library)) as store:
        return drafts.read_drafts(store)[0]


KEPT: dict[str, Callable[[Path], object]] = {
    "pin": pin,
    "merge": put_together,
    "undo": undo,
    "draft": keep_version,
    "draft removed": remove_draft,
    "search": lambda library: save_search(library, Index.open(library), "Second", KeptQuestion("subject2")),
    "search looked at": lambda library: look_at(library, Index.open(library), "First"),
}
"""What a person keeps, each changed in one step: there is what was before, or what comes after."""
STEPWISE = ("merge", "undo", "draft", "draft removed")
"""Those that are stopped after each of their steps; the others search first, which takes many that write nothing."""


def kept(library: Path) -> Mapping[str, object]:
    """All that a person keeps, without ids and times."""
    with closing(Store.open(library)) as store:
        pins = {
            collection.name: [(pin.source.id, pin.passage.text) for pin in collection.pins]
            for collection in read_collections(store)
        }
        texts = [
            [drafts.load_text(store, draft, version.id).text for version in draft.versions]
            for draft in drafts.read_drafts(store)
        ]
        assert len(store.kept.all("draft text")) == sum(map(len, texts))
        return {"pins": pins, "drafts": texts, "searches": [search.name for search in read_searches(store)]}


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


def check_kept(
    library: Path, made: Path, after: Mapping[str, object], act: Callable[[Path], object], what: str
) -> None:
    """What a person keeps is as it was or as it is to be, the rest is untouched, and the same again completes it."""
    before = kept(made)
    assert kept(library) in (before, after), what
    assert (truth(library), verify.find_damage(library)) == (truth(made), []), what
    if kept(library) == before:
        act(library)
        assert kept(library) == after, what


def after(made: Path, folder: Path, name: str) -> Mapping[str, object]:
    """What a person keeps when the act has come to its end."""
    done = copied(made, folder)
    KEPT[name](done)
    return kept(done)


def _listed(library: Path) -> Iterator[str]:
    from index.snapshot.manifest import Manifest

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
@pytest.mark.parametrize("name", ["pin", *STEPWISE])
def test_what_a_person_keeps_changes_in_one_step(made: Path, tmp_path: Path, name: str) -> None:
    """Stopped after any step."""
    end, steps, library = after(made, tmp_path / "done", name), 0, tmp_path / "library"
    while stopped(partial(KEPT[name], copied(made, library)), steps):
        check_kept(library, made, end, KEPT[name], f"{name} stopped after {steps} steps")
        steps += 1
    assert steps > 2


def killed_act(name: str, library: str) -> None:
    """In a process of its own."""
    with made_by_hashed():
        ({**ACTS, **KEPT})[name](Path(library))


def killed(processes: Any, name: str, library: Path, seconds: float | None) -> float:
    """The seconds that an act ran until its end, or until it was killed after so many."""
    process = processes.Process(target=killed_act, args=(name, str(library)))
    process.start()
    started = time.monotonic()
    process.join(PATIENCE if seconds is None else seconds)
    process.kill()
    process.join()
    assert seconds is not None or process.exitcode == 0
    return time.monotonic() - started


@pytest.mark.slow
@pytest.mark.timeout(6000)
@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_killed_at_random_moments(made: Path, tmp_path: Path, many: int) -> None:
    """The process is killed by the system: every act in its turn, those on texts and those on what is kept."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    (tmp_path / "backup").write_bytes(made.with_name("backup").read_bytes())
    before, seed = truth(made), random.randrange(1 << 30)
    whole = {name: killed(processes, name, copied(made, tmp_path / "library"), None) for name in (*ACTS, *KEPT)}
    ends = {name: after(made, tmp_path / "done", name) for name in KEPT}
    for number in range(many):
        name, moment = list(whole)[number % len(whole)], random.Random(seed + number)
        library = copied(made, tmp_path / "library")
        seconds = killed(processes, name, library, moment.uniform(0, whole[name]))
        what = f"seed {seed + number}: {name} killed after {seconds:.3f} of {whole[name]:.3f} s"
        if name in ACTS:
            check(library, before, ACTS[name], what)
            assert kept(library) == kept(made), what
        else:
            check_kept(library, made, ends[name], KEPT[name], what)


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
