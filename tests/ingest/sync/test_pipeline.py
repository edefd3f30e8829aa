"""What an ingest adds, replaces, keeps and removes, root by root."""

from __future__ import annotations

import gc
import os
import shutil
import weakref
from pathlib import Path

import pytest

from index.errors import LibraryError, ModelError, ReadError
from index.snapshot.generation import Generation
from index.storage import lock
from index.storage.store import Store
from ingest.report import Report
from ingest.sync.pipeline import ingest
from tests.ingest.readers.test_ocr import drawn, pdf_of, with_text_page
from tests.ingest.readers.test_pdf import LEFT, RIGHT, column
from tests.making import Counting

pytestmark = pytest.mark.usefixtures("counting")

FIRST = "Ketamine was first made in 1962 by a chemist in Detroit."
SECOND = "The bladder may suffer when it is taken every day for years."
THIRD = "Clinics charge for an infusion, and the price differs from town to town."


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """Three texts, one of them in a subfolder."""
    folder = tmp_path / "docs"
    write(folder, {"a.txt": FIRST, "b.txt": SECOND, "sub/c.txt": THIRD})
    return folder


def write(folder: Path, texts: dict[str, str]) -> None:
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def counts(report: Report) -> str:
    """``added 3 unchanged 1``: what is not nought."""
    return " ".join(f"{status} {count}" for status, count in report.documents.items() if count)


def held(library: Path) -> dict[str, str]:
    """Location (and record) to id, of what the library holds; the published generation holds the same."""
    store = Store.open(library)
    sources = [source for source, _, _ in store.documents.sources()]
    assert len({source.id for source in sources}) == len(sources)
    generation = Generation.open(library)
    live = set(store.documents.live_numbers().tolist())
    assert {int(n) for n in generation.passages.documents} - set(generation.manifest.retired) <= live
    assert generation.manifest.passages == store.documents.counts(sorted(live))[:, 0].sum()
    return {source.location + (f"#{source.record}" if source.record else ""): source.id for source in sources}


def test_a_folder_is_brought_in_once(docs: Path, library: Path, counting: Counting) -> None:
    """All files the first time, none the second; the report says so file by file."""
    report = ingest([docs], library)
    assert counts(report) == "added 3"
    assert [(file.location, file.status, file.documents, file.encoding) for file in report.files] == [
        ("a.txt", "added", 1, "utf-8"),
        ("b.txt", "added", 1, "utf-8"),
        ("sub/c.txt", "added", 1, "utf-8"),
    ]
    assert report.passages == 3
    assert sorted(held(library)) == ["a.txt", "b.txt", "sub/c.txt"]
    assert counting.taken()
    again = ingest([docs], library)
    assert counts(again) == "unchanged 3"
    assert {file.status for file in again.files} == {"unchanged"}
    assert counting.taken() == []
    assert Generation.open(library).manifest.generation == 1


def test_the_model_goes_when_the_ingest_has_ended(
    docs: Path, library: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not when the collector next runs: that sees none of the model's memory, and lets it add up."""
    opened: list[weakref.ref[Counting]] = []

    def open_model(*args: object, **options: object) -> Counting:
        model = Counting(counting)
        opened.append(weakref.ref(model))
        return model

    monkeypatch.setattr("ingest.sync.library_model.open_embedder", open_model)
    gc.disable()
    try:
        for text in (SECOND, THIRD):
            write(docs, {"a.txt": text})
            ingest([docs], library)
        assert [model() for model in opened] == [None, None]
    finally:
        gc.enable()


def test_edits_replace_and_keep_the_id(docs: Path, library: Path) -> None:
    """A changed file is replaced under its id; a new one is added, a missing one removed."""
    ingest([docs], library)
    before = held(library)
    write(docs, {"b.txt": SECOND + " It is often seen late.", "d.txt": "A fourth text on the law."})
    (docs / "a.txt").unlink()
    report = ingest([docs], library)
    assert counts(report) == "added 1 replaced 1 unchanged 1 removed 1"
    assert {file.location: file.status for file in report.files} == {
        "a.txt": "removed",
        "b.txt": "replaced",
        "d.txt": "added",
        "sub/c.txt": "unchanged",
    }
    after = held(library)
    assert sorted(after) == ["b.txt", "d.txt", "sub/c.txt"]
    assert after["b.txt"] == before["b.txt"]


def test_only_what_was_edited_is_embedded(docs: Path, library: Path, counting: Counting) -> None:
    """One paragraph of three: its passage and its sentences, nothing else."""
    long = [f"Part {n} of the text is long enough to be a passage. " * 14 for n in range(3)]
    write(docs, {"a.txt": "\n\n".join(long)})
    ingest([docs], library)
    counting.taken()
    write(docs, {"a.txt": "\n\n".join([long[0], "Something quite new stands here. " * 20, long[2]])})
    ingest([docs], library)
    embedded = counting.taken()
    assert embedded
    assert all("quite new" in text for text in embedded)


def test_a_new_title_embeds_passages_and_no_sentence(library: Path, tmp_path: Path, counting: Counting) -> None:
    """The title is read with each passage; the sentences stay what they were."""
    rows = tmp_path / "rows.jsonl"
    rows.write_text('{"_id": "1", "title": "Old name", "text": "' + FIRST + " " + SECOND + '"}\n', encoding="utf-8")
    ingest([rows], library)
    counting.taken()
    rows.write_text('{"_id": "1", "title": "New name", "text": "' + FIRST + " " + SECOND + '"}\n', encoding="utf-8")
    assert counts(ingest([rows], library)) == "replaced 1"
    assert [text.split("\n")[0] for text in counting.taken()] == ["New name"]


def test_moving_a_root_changes_no_id(docs: Path, library: Path, counting: Counting) -> None:
    """The folder renamed: the same documents, nothing embedded, and no more of them."""
    ingest([docs], library)
    before = held(library)
    moved = docs.rename(docs.parent / "moved")
    counting.taken()
    report = ingest([moved], library)
    assert counts(report) == "unchanged 3"
    assert counting.taken() == []
    assert held(library) == before
    (moved / "b.txt").unlink()
    assert counts(ingest([moved], library)) == "unchanged 2 removed 1"


def test_two_roots_may_have_the_same_names(docs: Path, library: Path, tmp_path: Path) -> None:
    """Each keeps its own documents, and editing one changes neither id."""
    other = tmp_path / "other"
    write(other, {"a.txt": "Another a.", "b.txt": SECOND})
    assert counts(ingest([docs, other], library)) == "added 5"
    ids = {source.id for source, _, _ in Store.open(library).documents.sources()}
    assert len(ids) == 5
    write(other, {"a.txt": "Another a, edited."})
    assert counts(ingest([other], library)) == "replaced 1 unchanged 1"
    assert {source.id for source, _, _ in Store.open(library).documents.sources()} == ids
    (docs / "a.txt").unlink()
    assert counts(ingest([docs], library)) == "unchanged 2 removed 1"
    write(other, {"a.txt": "Another a, edited again."})
    assert counts(ingest([other], library)) == "replaced 1 unchanged 1"
    left = {source.id for source, _, _ in Store.open(library).documents.sources()}
    assert left < ids
    assert len(left) == 4


@pytest.mark.parametrize("order", ["inner first", "outer first", "together", "together, inner first"])
def test_overlapping_roots_hold_a_file_once(docs: Path, library: Path, order: str) -> None:
    """A folder and its subfolder, in any order or in one command."""
    runs = {
        "inner first": [[docs / "sub"], [docs]],
        "outer first": [[docs], [docs / "sub"]],
        "together": [[docs, docs / "sub"]],
        "together, inner first": [[docs / "sub", docs]],
    }[order]
    for paths in runs:
        ingest(paths, library)
    assert len(held(library)) == 3
    for paths in runs:
        assert "added" not in counts(ingest(paths, library))
    assert len(held(library)) == 3


def test_one_path_given_twice_is_one_root(docs: Path, library: Path) -> None:
    """Counted once, however it is written."""
    assert counts(ingest([docs, docs / "sub" / "..", docs], library)) == "added 3"


def test_a_file_is_a_root_too(docs: Path, library: Path) -> None:
    """Its location is its name; a sibling is not touched."""
    assert counts(ingest([docs / "a.txt"], library)) == "added 1"
    assert list(held(library)) == ["a.txt"]
    write(docs, {"a.txt": "Edited."})
    assert counts(ingest([docs / "a.txt"], library)) == "replaced 1"


def test_a_missing_root_removes_nothing(docs: Path, library: Path) -> None:
    """An unmounted disk is told before anything is done, for all the roots of the command."""
    ingest([docs], library)
    before = held(library)
    hidden = docs.rename(docs.parent / "hidden")
    write(docs.parent / "more", {"new.txt": "New."})
    with pytest.raises(ReadError, match=r"docs cannot be read.*Nothing was changed"):
        ingest([docs.parent / "more", docs], library)
    assert held(library) == before
    hidden.rename(docs)
    assert counts(ingest([docs], library)) == "unchanged 3"


def test_an_emptied_root_needs_prune(docs: Path, library: Path) -> None:
    """More than half gone may be an unmounted disk: nothing is removed unless that is said to be meant."""
    ingest([docs], library)
    (docs / "a.txt").unlink()
    assert counts(ingest([docs], library)) == "unchanged 2 removed 1"
    write(docs, {"a.txt": FIRST})
    ingest([docs], library)
    for name in ("a.txt", "b.txt"):
        (docs / name).unlink()
    write(docs, {"new.txt": "A new text."})
    with pytest.raises(ReadError, match=r"2 of 3 files .* are gone\. Nothing was changed\. .*--prune"):
        ingest([docs], library)
    assert sorted(held(library)) == ["a.txt", "b.txt", "sub/c.txt"]
    assert counts(ingest([docs], library, prune=True)) == "added 1 unchanged 1 removed 2"
    shutil.rmtree(docs)
    docs.mkdir()
    with pytest.raises(ReadError, match="--prune"):
        ingest([docs], library)
    assert counts(ingest([docs], library, prune=True)) == "removed 2"
    assert held(library) == {}
    assert counts(ingest([docs], library)) == ""


def test_a_file_that_fails_keeps_its_last_good_version(docs: Path, library: Path) -> None:
    """It is a line of the report, the others go on, and mended it is read again."""
    ingest([docs], library)
    (docs / "b.txt").write_bytes(bytes(range(256)) * 40)
    write(docs, {"a.txt": FIRST + " Edited."})
    report = ingest([docs], library)
    assert counts(report) == "replaced 1 unchanged 1 failed 1"
    assert report.incomplete
    (failed,) = [file for file in report.files if file.status == "failed"]
    assert failed.location == "b.txt"
    assert failed.reason
    store = Store.open(library)
    assert store.documents.load(held(library)["b.txt"])[1].text == SECOND
    write(docs, {"b.txt": SECOND + " Mended."})
    assert counts(ingest([docs], library)) == "replaced 1 unchanged 2"


def test_other_kinds_and_readmes_are_passed_over(docs: Path, library: Path) -> None:
    """Skipped in a folder, with the reason; hidden files are not even looked at."""
    write(docs, {"x.xyz": "?", "README.md": "# About", "noend": "?", ".hidden.txt": "?", ".git/config.txt": "?"})
    report = ingest([docs], library)
    assert counts(report) == "added 3 skipped 3"
    assert not report.incomplete
    skipped = {file.location: file.reason for file in report.files if file.status == "skipped"}
    assert skipped.keys() == {"x.xyz", "README.md", "noend"}
    assert all(skipped.values())
    assert ingest([docs / "x.xyz"], library).incomplete


ROWS = ['{"_id": "a", "text": "%s"}' % FIRST, '{"_id": "b", "text": "%s"}' % SECOND, '{"text": "%s"}' % THIRD]  # noqa: UP031


def test_records_are_documents_of_their_own(library: Path, tmp_path: Path) -> None:
    """A row edited, one gone, one new; a row without an id is known by its number."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(ROWS), encoding="utf-8")
    assert counts(ingest([path], library)) == "added 3"
    before = held(library)
    assert sorted(before) == ["rows.jsonl#3", "rows.jsonl#a", "rows.jsonl#b"]
    path.write_text("\n".join([ROWS[0].replace("1962", "1963"), ROWS[2], '{"_id": 7, "text": "New."}']), "utf-8")
    report = ingest([path], library)
    assert counts(report) == "added 2 replaced 1 removed 2"
    after = held(library)
    assert sorted(after) == ["rows.jsonl#2", "rows.jsonl#7", "rows.jsonl#a"]
    assert after["rows.jsonl#a"] == before["rows.jsonl#a"]


def test_a_broken_line_keeps_the_others_and_the_version_before(library: Path, tmp_path: Path) -> None:
    """The row that cannot be read may be the one that is missing: its last good version stays until it is mended."""
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(ROWS[:2]), encoding="utf-8")
    ingest([path], library)
    path.write_text("\n".join([ROWS[0].replace("1962", "1963"), ROWS[1][:-9]]), encoding="utf-8")
    report = ingest([path], library)
    assert counts(report) == "replaced 1 failed 1"
    assert report.incomplete
    assert any("line 2" in warning for warning in report.files[0].warnings)
    assert sorted(held(library)) == ["rows.jsonl#a", "rows.jsonl#b"]
    again = ingest([path], library)
    assert counts(again) == "unchanged 1 failed 1"
    path.write_text(ROWS[0], encoding="utf-8")
    assert counts(ingest([path], library)) == "replaced 1 removed 1"


def test_a_text_without_words_is_a_source_without_passages(docs: Path, library: Path) -> None:
    """Signs alone are no failure, and stay found by their file."""
    write(docs, {"a.txt": "* * *\n\n---\n"})
    report = ingest([docs], library)
    assert (counts(report), report.files[0].passages) == ("added 3", 0)
    assert counts(ingest([docs], library)) == "unchanged 3"


def test_another_model_is_refused(docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its vectors cannot be mixed; the message says what to do, and the model's own name again is fine."""
    monkeypatch.setattr("ingest.sync.library_model.prepare", lambda name, models: "another")
    with pytest.raises(ModelError, match=r"made with the model all-MiniLM-L6-v2.*--library"):
        ingest([docs], library, model="another-model")
    assert counts(ingest([docs], library, model="all-MiniLM-L6-v2")) == "added 3"


def test_two_ingests_at_once_are_one_too_many(docs: Path, library: Path) -> None:
    """The second is told to wait."""
    with lock.write_lock(library), pytest.raises(LibraryError, match=r"Another ingest is writing.*Wait"):
        ingest([docs], library)


def test_another_language_is_told_with_a_model_that_reads_it(docs: Path, library: Path) -> None:
    """Once a file, and the text is taken all the same."""
    german = "Die Behandlung mit Ketamin wird in vielen Kliniken angeboten, aber nicht jede Kasse bezahlt sie. " * 4
    write(docs, {"a.txt": german})
    report = ingest([docs], library)
    (warning,) = report.files[0].warnings
    assert "looks like German" in warning
    assert "--model paraphrase-multilingual-MiniLM-L12-v2" in warning
    assert not report.files[1].warnings


def test_a_library_inside_the_root_is_not_read(docs: Path, library: Path) -> None:
    """``python -m ingest .`` beside its own library takes the person's files alone."""
    inside = Path(shutil.move(library, docs / "library"))
    report = ingest([docs], inside)
    assert counts(report) == "added 3"
    assert counts(ingest([docs], inside)) == "unchanged 3"


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_inside_the_root_alone(docs: Path, library: Path, tmp_path: Path) -> None:
    """A link that leads out, or nowhere, is no error of the whole ingest."""
    write(tmp_path / "elsewhere", {"secret.txt": "Not asked for."})
    (docs / "out.txt").symlink_to(tmp_path / "elsewhere" / "secret.txt")
    (docs / "nowhere.txt").symlink_to(docs / "gone.txt")
    (docs / "around").symlink_to(docs)
    report = ingest([docs], library)
    assert report.documents["added"] == 3
    assert sorted(held(library)) == ["a.txt", "b.txt", "sub/c.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names are text there")
def test_a_name_that_is_no_text_is_shown_as_its_bytes(docs: Path, library: Path) -> None:
    """An old file name in Latin-1 is read like any other, and known again."""
    with open(os.fsencode(docs) + b"/caf\xe9.txt", "wb") as file:
        file.write(b"A text with an old name.")
    assert counts(ingest([docs], library)) == "added 4"
    assert "caf\\xe9.txt" in held(library)
    assert counts(ingest([docs], library)) == "unchanged 4"


def test_a_folder_that_cannot_be_read_keeps_what_it_had(
    docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files that cannot be seen are not taken for removed ones."""
    ingest([docs], library)
    scan = os.scandir

    def refuse(path: str) -> object:
        if Path(path).name == "sub":
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    report = ingest([docs], library)
    assert counts(report) == "unchanged 2 failed 1"
    assert {file.location: file.status for file in report.files}["sub"] == "failed"
    monkeypatch.undo()
    assert sorted(held(library)) == ["a.txt", "b.txt", "sub/c.txt"]


def test_a_removed_source_comes_back_with_the_next_ingest(library: Path, tmp_path: Path) -> None:
    """A library mirrors its folders: what `index remove` took out is read again as long as its file is there."""
    from index.__main__ import main

    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "salt.txt").write_text("Salt keeps fish for a winter, and butter for a month.", encoding="utf-8")
    ingest([folder], library)
    store = Store.open(library)
    identity = store.documents.sources()[0][0].id
    assert main(["remove", identity, "--library", str(library)]) == 0
    assert store.documents.sources() == []
    assert ingest([folder], library).documents["added"] == 1
    assert [source.id for source, _, _ in store.documents.sources()] == [identity]


@pytest.mark.slow
def test_what_was_left_unread_without_ocr_is_read_with_it(docs: Path, library: Path) -> None:
    """A scan, and the scanned page of a file that is stored without it; the progress names the page."""
    scan = pdf_of(drawn(column(LEFT[:2])))
    (docs / "scan.pdf").write_bytes(scan)
    (docs / "mixed.pdf").write_bytes(with_text_page(scan, column(RIGHT)))
    report = ingest([docs], library, ocr=False)
    assert counts(report) == "added 4 failed 1"
    reasons = {file.location: file.reason or "".join(file.warnings) for file in report.files}
    assert reasons["scan.pdf"] == (
        "scan.pdf is a scan: its pages are pictures of text. Ingest without --no-ocr to have them read."
    )
    assert reasons["mixed.pdf"].startswith("1 of 2 pages are scans and were left out. ")
    before, steps = held(library), []
    again = ingest([docs], library, progress=lambda what, done, total: steps.append(what))
    assert counts(again) == "added 1 replaced 1 unchanged 3"
    assert held(library)["mixed.pdf"] == before["mixed.pdf"]
    assert {"mixed.pdf, page 2 of 2", "scan.pdf, page 1 of 1"} <= set(steps)
    assert counts(ingest([docs], library, ocr=False)) == "unchanged 5"
