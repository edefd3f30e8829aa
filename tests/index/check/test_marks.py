"""The user's marks on sentences: stored in the library, and reported with what happened to their passages."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main
from index.check import marks
from index.check.marks import (
    Mark,
    MarkStatus,
    replace_mark,
    sentence_key,
    write_mark,
)
from index.collections.pins import Pin, PinStatus, pin_status, pin_status_in
from index.errors import LibraryError
from index.storage import schema
from index.storage.store import NAME, Store
from index.types import Span
from tests.making import WITHOUT_CHECKSUMS, link_models, put

TEXT = "Ketamine is a drug. It was made in the summer of 1962 by a chemist in Michigan. The bladder may suffer."
START = TEXT.index("It was")
PINNED = Span(START, TEXT.index(" The bladder"))


def pin() -> Pin:
    return Pin.of("a", PINNED, TEXT[slice(*PINNED)])


def stored_marks(library: Path) -> dict[bytes, Mark]:
    with closing(Store.open(library)) as store:
        return dict(marks.read_marks(store))


def test_a_mark_comes_back_as_it_was(tmp_path: Path) -> None:
    """For the sentence however it is spaced and cased; of another sentence nothing is known."""
    Store.create(tmp_path).close()
    write_mark(tmp_path, "It was made in 1962.", MarkStatus.CONFIRMED, "  seen in print ", pin())
    (mark,) = stored_marks(tmp_path).values()
    assert (mark.status, mark.note, mark.pin) == (MarkStatus.CONFIRMED, "seen in print", pin())
    assert mark.made.endswith("+00:00")
    assert sentence_key("it was  made\nin 1962.") in stored_marks(tmp_path)
    assert sentence_key("It was made in 1963.") not in stored_marks(tmp_path)


def test_the_last_word_stands_and_no_word_is_no_mark(tmp_path: Path) -> None:
    Store.create(tmp_path).close()
    write_mark(tmp_path, "One.", MarkStatus.CONFIRMED)
    write_mark(tmp_path, "One.", MarkStatus.NEEDS_WORK)
    assert [mark.status for mark in stored_marks(tmp_path).values()] == [MarkStatus.NEEDS_WORK]
    write_mark(tmp_path, "One.", MarkStatus.NOT_CHECKED, "ask Ann")
    assert [(mark.status, mark.note) for mark in stored_marks(tmp_path).values()] == [
        (MarkStatus.NOT_CHECKED, "ask Ann")
    ]
    write_mark(tmp_path, "One.", MarkStatus.NOT_CHECKED, " ")
    assert stored_marks(tmp_path) == {}


def test_of_two_windows_the_later_is_told_of_the_earlier(tmp_path: Path) -> None:
    """What one marked is not replaced by the other before it was seen; the same mark from both is no conflict."""
    Store.create(tmp_path).close()
    first = replace_mark(tmp_path, "One.", None, Mark(MarkStatus.CONFIRMED, "seen in print"))
    with pytest.raises(LibraryError, match=r"confirmed, “seen in print”. Yours \(needs work\) is not kept"):
        replace_mark(tmp_path, "One.", None, Mark(MarkStatus.NEEDS_WORK))
    assert list(stored_marks(tmp_path).values()) == [first]
    assert replace_mark(tmp_path, "One.", None, Mark(MarkStatus.CONFIRMED, "seen in print")) is not None
    assert replace_mark(tmp_path, "One.", first, Mark(MarkStatus.NOT_CHECKED)) is None
    with pytest.raises(LibraryError, match="meanwhile: not checked"):
        replace_mark(tmp_path, "One.", first, Mark(MarkStatus.NEEDS_WORK))
    assert stored_marks(tmp_path) == {}


def test_a_mark_outlives_its_source(tmp_path: Path) -> None:
    store = Store.create(tmp_path)
    number = put(store, "a", TEXT)
    write_mark(tmp_path, "It was made in 1962.", MarkStatus.CONFIRMED, pin=pin())
    assert pin_status(store, pin()) == (PinStatus.UNCHANGED, PINNED)
    store.documents.retire([number])
    store.documents.purge([])
    assert len(stored_marks(tmp_path)) == 1
    assert pin_status(store, pin()) == (PinStatus.MISSING, None)


# what became of a passage -----------------------------------------------------------------------------------------


@given(before=st.text("abc. \n", max_size=60), after=st.text("abc. \n", max_size=60))
def test_what_is_only_moved_is_found_where_it_stands_now(before: str, after: str) -> None:
    cited = TEXT[slice(*PINNED)]
    status, span = pin_status_in(before + cited + after, pin())
    assert span == Span(len(before), len(before) + len(cited))
    assert status is (PinStatus.UNCHANGED if len(before) == START else PinStatus.MOVED)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (TEXT.replace("1962", "1963"), PinStatus.EDITED),
        (TEXT.replace("It was made", "Ketamine was first made"), PinStatus.EDITED),
        ("Ketamine is a drug. The bladder may suffer.", PinStatus.MISSING),
        ("", PinStatus.MISSING),
    ],
)
def test_what_was_rewritten_is_edited_or_gone(text: str, expected: PinStatus) -> None:
    status, span = pin_status_in(text, pin())
    assert status is expected
    assert (span is None) == (expected is PinStatus.MISSING)
    if span:
        assert "summer of 196" in text[slice(*span)]


# libraries from before there were marks ---------------------------------------------------------------------------


def version_3_library(library: Path) -> Path:
    """A library as version 3 had it, with one document."""
    store = Store.create(library)
    put(store, "a", TEXT)
    store.close()
    with closing(sqlite3.connect(library / NAME)) as file:
        file.executescript(
            f"{WITHOUT_CHECKSUMS}"
            "DROP TABLE marks; ALTER TABLE passages DROP COLUMN time; ALTER TABLE passages DROP COLUMN ocr;"
            "PRAGMA user_version = 3;"
        )
    return library


def schema_version(library: Path) -> int:
    with closing(sqlite3.connect(library / NAME)) as file:
        return int(file.execute("PRAGMA user_version").fetchone()[0])


def test_an_older_library_is_read_as_it_is_and_upgraded_when_written(tmp_path: Path) -> None:
    library = version_3_library(tmp_path / "library")
    with closing(Store.open(library)) as store:
        assert store.documents.load("a")[1].text == TEXT
    assert stored_marks(library) == {}
    assert schema_version(library) == 3
    write_mark(library, "It was made in 1962.", MarkStatus.CONFIRMED)
    assert schema_version(library) == schema.VERSION == 7
    assert len(stored_marks(library)) == 1
    with closing(Store.open(library)) as store:
        assert store.documents.load("a")[1].text == TEXT


def test_an_older_library_that_is_read_only_can_still_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a folder that nobody may write in is opened."""
    library = version_3_library(tmp_path / "library")
    monkeypatch.setattr("index.storage.store.os.access", lambda path, mode: False)
    assert stored_marks(library) == {}
    with closing(Store.open(library)) as store:
        assert store.documents.load("a")[1].text == TEXT
    assert schema_version(library) == 3


@pytest.mark.parametrize("number", [2, 8])
def test_a_library_of_another_version_is_refused_in_a_line(tmp_path: Path, number: int) -> None:
    library = version_3_library(tmp_path / "library")
    with closing(sqlite3.connect(library / NAME)) as file:
        file.execute(f"PRAGMA user_version = {number}")
    for open_store in (Store.open, Store.create):
        with pytest.raises(LibraryError, match=f"has format {number}, not 7"):
            open_store(library)


def test_the_command_line_tells_marks_and_what_became_of_their_passages(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))
    write_mark(library, "Ketamine is a drug.", MarkStatus.CONFIRMED, "seen", Pin.of("gone", Span(0, 4), "Word"))
    (tmp_path / "draft.txt").write_text("Ketamine is a drug. It was made in Michigan.\n", encoding="utf-8")
    assert main(["check", str(tmp_path / "draft.txt"), "--library", str(library), "--json"]) in (0, 1)
    first, second = json.loads(capsys.readouterr().out)["sentences"]
    assert (first["mark"]["said"], first["mark"]["note"], first["mark"]["passage"]) == ("confirmed", "seen", "gone")
    assert second["mark"] is None
