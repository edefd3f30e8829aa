"""A file that is moved or renamed stays the same source."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.errors import ReadError
from index.storage.store import Store
from ingest.report import Report
from ingest.sync.moves import _digests
from ingest.sync.pipeline import ingest
from tests.making import Counting

pytestmark = pytest.mark.usefixtures("counting")

TEXTS = {"a.txt": "The mill by the brook ground rye.", "b.txt": "Its wheel was of oak.", "c.txt": "A weir fed it."}


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    return written(tmp_path / "docs", TEXTS)


def written(folder: Path, texts: dict[str, str]) -> Path:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def moved(folder: Path, before: str, after: str) -> None:
    (folder / after).parent.mkdir(parents=True, exist_ok=True)
    (folder / before).rename(folder / after)


def held(library: Path) -> dict[str, tuple[str, str]]:
    """By location (and record): id and title."""
    sources = [source for source, _, _ in Store.open(library).documents.sources()]
    return {source.location + (source.record or ""): (source.id, source.title) for source in sources}


def entitle(library: Path, location: str, title: str) -> None:
    """What a person's edit stores; the next ingest brings it to the source."""
    store = Store.create(library)
    with store.transaction():
        store.edits.put(held(library)[location][0], {"title": title})
    store.close()


def moves(report: Report) -> dict[str, str | None]:
    return {file.location: file.moved_from for file in report.files if file.moved_from}


def counts(report: Report) -> str:
    return " ".join(f"{status} {count}" for status, count in report.documents.items() if count)


def test_a_moved_and_a_renamed_file_keep_id_and_edit(docs: Path, library: Path, counting: Counting) -> None:
    """Nothing is embedded again but for what the name itself says."""
    ingest([docs], library)
    entitle(library, "a.txt", "Log of the mill")
    ingest([docs], library)
    before, _ = held(library), counting.taken()
    moved(docs, "a.txt", "read/a.txt")
    moved(docs, "b.txt", "wheel.txt")
    report = ingest([docs], library)
    assert moves(report) == {"read/a.txt": "a.txt", "wheel.txt": "b.txt"}
    assert (report.documents["added"], report.documents["removed"]) == (0, 0)
    after = held(library)
    assert after["read/a.txt"] == (before["a.txt"][0], "Log of the mill")
    assert after["wheel.txt"][0] == before["b.txt"][0]
    again = ingest([docs], library)
    assert (counts(again), moves(again)) == ("unchanged 3", {})
    assert held(library) == after


def test_a_folder_whose_files_were_all_moved_inside_it_is_not_gone(docs: Path, library: Path) -> None:
    """But where their bytes are nowhere, nothing is changed."""
    ingest([docs], library)
    ids = {identity for identity, _ in held(library).values()}
    for name in TEXTS:
        moved(docs, name, f"old/{name}")
    assert len(moves(ingest([docs], library))) == 3
    assert {identity for identity, _ in held(library).values()} == ids
    for name in ("a.txt", "b.txt"):
        (docs / "old" / name).unlink()
    with pytest.raises(ReadError, match=r"2 of 3 files of .* are gone\. Nothing was changed"):
        ingest([docs], library)


def test_a_copy_whose_original_is_there_is_a_new_source(docs: Path, library: Path) -> None:
    ingest([docs], library)
    before = held(library)
    written(docs, {"copy.txt": TEXTS["a.txt"]})
    report = ingest([docs], library)
    assert (counts(report), moves(report)) == ("added 1 unchanged 3", {})
    after = held(library)
    assert after.pop("copy.txt")[0] not in {identity for identity, _ in before.values()}
    assert after == before


def test_of_two_copies_the_one_with_the_same_name_is_the_source(docs: Path, library: Path) -> None:
    """However the folders are ordered."""
    ingest([docs], library)
    identity = held(library)["b.txt"][0]
    written(docs, {"1/other.txt": TEXTS["b.txt"]})
    moved(docs, "b.txt", "2/b.txt")
    assert moves(ingest([docs], library)) == {"2/b.txt": "b.txt"}
    assert held(library)["2/b.txt"][0] == identity


def test_a_file_may_be_moved_to_another_folder_of_the_same_run(docs: Path, library: Path, tmp_path: Path) -> None:
    other = written(tmp_path / "other", {"d.txt": "Trout lived below the weir."})
    ingest([docs, other], library)
    before = held(library)
    (docs / "a.txt").rename(other / "a.txt")
    report = ingest([other, docs], library)
    assert moves(report) == {"a.txt": str(docs / "a.txt")}
    assert counts(report) == "unchanged 4"
    assert held(library) == before


def test_files_that_changed_places_stay_what_they_are(docs: Path, library: Path) -> None:
    """One was moved to where another was, which was moved on."""
    ingest([docs], library)
    before = held(library)
    moved(docs, "b.txt", "d.txt")
    moved(docs, "a.txt", "b.txt")
    assert moves(ingest([docs], library)) == {"b.txt": "a.txt", "d.txt": "b.txt"}
    after = held(library)
    assert (after["b.txt"][0], after["d.txt"][0]) == (before["a.txt"][0], before["b.txt"][0])


def test_a_new_file_at_the_old_place_is_another_source(docs: Path, library: Path) -> None:
    ingest([docs], library)
    moved(docs, "a.txt", "read/a.txt")
    ingest([docs], library)
    written(docs, {"a.txt": "Something else altogether."})
    assert counts(ingest([docs], library)) == "added 1 unchanged 3"
    assert len({identity for identity, _ in held(library).values()}) == 4


def test_records_move_with_their_file(library: Path, tmp_path: Path) -> None:
    rows = [json.dumps({"_id": str(number), "text": f"Row {number} is about rye."}) for number in range(3)]
    folder = written(tmp_path / "rows", {"rows.jsonl": "\n".join(rows)})
    ingest([folder], library)
    before = held(library)
    moved(folder, "rows.jsonl", "all/records.jsonl")
    assert counts(ingest([folder], library)) == "unchanged 3"
    assert held(library) == {key.replace("rows.jsonl", "all/records.jsonl"): value for key, value in before.items()}


def test_the_sidecar_at_the_new_place_counts(docs: Path, library: Path) -> None:
    """The old one's statements go with it."""
    written(docs, {"a.txt.meta.json": '{"title": "First title"}'})
    ingest([docs], library)
    assert held(library)["a.txt"][1] == "First title"
    moved(docs, "a.txt", "read/a.txt")
    (docs / "a.txt.meta.json").unlink()
    written(docs, {"read/a.txt.meta.json": '{"title": "Second title"}'})
    assert moves(ingest([docs], library)) == {"read/a.txt": "a.txt"}
    assert held(library)["read/a.txt"][1] == "Second title"


def test_a_single_file_may_be_renamed(docs: Path, library: Path) -> None:
    """It was given to ingest by itself, and so is what it is called now."""
    ingest([docs / "a.txt"], library)
    identity = held(library)["a.txt"][0]
    moved(docs, "a.txt", "mill.txt")
    assert moves(ingest([docs / "mill.txt"], library)) == {"mill.txt": str(docs / "a.txt")}
    assert {location: source for location, (source, _) in held(library).items()} == {"mill.txt": identity}


def test_a_file_with_another_suffix_is_read_anew_and_stays_the_same_source(docs: Path, library: Path) -> None:
    """What reads it may read it otherwise; of a kind that nothing reads it is gone."""
    written(docs, {"a.txt": "# The mill\n\nIt stood by the brook and ground rye."})
    ingest([docs], library)
    identity = held(library)["a.txt"][0]
    entitle(library, "a.txt", "Own title")
    moved(docs, "a.txt", "a.md")
    report = ingest([docs], library)
    assert (counts(report), moves(report)) == ("replaced 1 unchanged 2", {"a.md": "a.txt"})
    assert held(library)["a.md"] == (identity, "Own title")
    moved(docs, "a.md", "a.bak")
    assert counts(ingest([docs], library)).endswith("removed 1 skipped 1")


def test_a_file_that_was_read_in_part_keeps_its_good_records_where_it_goes(library: Path, tmp_path: Path) -> None:
    """Those that can be read now, and the last good version of one that cannot."""
    rows = [json.dumps({"_id": str(number), "text": f"Row {number} is about rye."}) for number in range(3)]
    folder = written(tmp_path / "rows", {"rows.jsonl": "\n".join(rows)})
    ingest([folder], library)
    before = held(library)
    written(folder, {"rows.jsonl": "\n".join([rows[0], '{"_id": "1", "te', rows[2]])})
    ingest([folder], library)
    moved(folder, "rows.jsonl", "new.jsonl")
    report = ingest([folder], library)
    assert counts(report) == "replaced 2 failed 1"
    assert held(library) == {key.replace("rows", "new"): value for key, value in before.items()}


def test_only_files_that_may_have_been_moved_are_compared(
    docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([docs], library)
    moved(docs, "a.txt", "mill.txt")
    written(docs, {"d.txt": "A text as long as none of the others, so that it cannot have been one of them."})
    compared: list[str] = []

    def digests(path: Path) -> set[bytes]:
        compared.append(path.name)
        return _digests(path)

    monkeypatch.setattr("ingest.sync.moves._digests", digests)
    assert moves(ingest([docs], library)) == {"mill.txt": "a.txt"}
    assert set(compared) == {"mill.txt"}


@pytest.mark.parametrize("stop", ["index.storage.documents.DocumentTable.move", "ingest.sync.pipeline.publish_to"])
def test_stopped_in_between_loses_nothing(
    docs: Path, library: Path, stop: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingest([docs], library)
    before = held(library)
    moved(docs, "a.txt", "read/a.txt")

    def interrupt(*args: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(stop, interrupt)
        with pytest.raises(KeyboardInterrupt):
            ingest([docs], library)
    ingest([docs], library)
    after = held(library)
    assert after["read/a.txt"][0] == before["a.txt"][0]
    assert len(after) == 3
