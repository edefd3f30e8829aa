"""Drafts are kept with their versions: nothing is lost between two windows, and nothing stays that was removed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.check import drafts
from index.check.drafts import DraftVersion, KeptDraft, carried, keep_draft, name_of, with_version
from index.errors import LibraryError, QueryError
from index.storage.store import Store
from index.types import Draft, Span

TEXT = "The ferry leaves at noon. The harbour is old."


def kept_drafts(library: Path) -> list[KeptDraft]:
    with closing(Store.open(library)) as store:
        return drafts.read_drafts(store)


def text_of(library: Path, kept: KeptDraft, version: str | None = None) -> Draft:
    with closing(Store.open(library)) as store:
        return drafts.load_text(store, kept, version)


def texts(library: Path) -> int:
    with closing(Store.open(library)) as store:
        return len(store.kept.all("draft text"))


def test_a_draft_comes_back_as_it_was_read(tmp_path: Path) -> None:
    draft = Draft(TEXT, (Span(0, 25), Span(26, len(TEXT))), "Ferries", "en", ("a glyph is unknown",))
    kept, note = keep_draft(tmp_path, draft, "ferries.docx")
    assert (kept.name, kept.file, note) == ("Ferries", "ferries.docx", "")
    assert kept_drafts(tmp_path) == [kept]
    assert text_of(tmp_path, kept) == draft


def test_a_new_text_is_a_version_and_the_same_text_is_none(tmp_path: Path) -> None:
    """The same file after an edit is the same draft; another text of that name is another."""
    first, _ = keep_draft(tmp_path, Draft(TEXT), "a.txt")
    edited, _ = keep_draft(tmp_path, Draft(TEXT.replace("noon", "ten")), "a.txt")
    again, _ = keep_draft(tmp_path, Draft(TEXT.replace("noon", "ten")))
    assert (first.id, len(edited.versions)) == (edited.id, 2)
    assert again.versions == edited.versions
    assert text_of(tmp_path, again, first.versions[0].id).text == TEXT
    other, _ = keep_draft(tmp_path, Draft("Quite something else stands here."), "a.txt")
    assert other.id != first.id
    back, _ = keep_draft(tmp_path, Draft(TEXT), identity=first.id, seen=edited.versions[0].id)
    assert [version.id for version in back.versions] == [version.id for version in reversed(edited.versions)]


def test_of_two_windows_both_texts_are_kept_and_the_later_is_told(tmp_path: Path) -> None:
    opened, _ = keep_draft(tmp_path, Draft(TEXT))
    seen = opened.versions[0].id
    _, quiet = keep_draft(tmp_path, Draft(f"{TEXT} One."), identity=opened.id, seen=seen)
    later, told = keep_draft(tmp_path, Draft(f"{TEXT} Two."), identity=opened.id, seen=seen)
    assert quiet == ""
    assert "another window" in told
    assert [text_of(tmp_path, later, version.id).text[len(TEXT) :] for version in later.versions] == [
        " Two.",
        " One.",
        "",
    ]
    with pytest.raises(LibraryError, match="Nothing is removed"):
        drafts.remove_draft(tmp_path, opened)
    drafts.rename_draft(tmp_path, opened, "Mine")
    with pytest.raises(LibraryError, match="named “Mine” in another window"):
        drafts.rename_draft(tmp_path, opened, "Yours")


def test_the_last_versions_are_kept_and_their_texts_alone(tmp_path: Path) -> None:
    kept, _ = keep_draft(tmp_path, Draft(TEXT))
    for number in range(drafts.MAX_VERSIONS + 2):
        kept, _ = keep_draft(tmp_path, Draft(f"{TEXT} {number}"), identity=kept.id)
    assert len(kept.versions) == texts(tmp_path) == drafts.MAX_VERSIONS
    assert text_of(tmp_path, kept).text.endswith(" 21")


def test_what_is_removed_is_gone_and_can_be_put_back(tmp_path: Path) -> None:
    kept, _ = keep_draft(tmp_path, Draft(TEXT))
    kept, _ = keep_draft(tmp_path, Draft(f"{TEXT} More."), identity=kept.id)
    removed = drafts.remove_draft(tmp_path, kept)
    assert (kept_drafts(tmp_path), texts(tmp_path)) == ([], 0)
    with closing(Store.open(tmp_path)) as store, pytest.raises(QueryError, match="There is no draft"):
        drafts.read_draft(store, kept.id)
    drafts.restore_draft(tmp_path, removed)
    assert kept_drafts(tmp_path) == [kept]
    assert text_of(tmp_path, kept, kept.versions[1].id).text == TEXT


def test_what_is_put_back_stands_below_what_another_window_kept_meanwhile(tmp_path: Path) -> None:
    kept, _ = keep_draft(tmp_path, Draft(TEXT))
    kept, _ = keep_draft(tmp_path, Draft(f"{TEXT} One."), identity=kept.id)
    removed = drafts.remove_draft(tmp_path, kept)
    for more in (" One.", " Two."):
        keep_draft(tmp_path, Draft(TEXT + more), identity=kept.id, seen=kept.versions[0].id)
    drafts.restore_draft(tmp_path, removed)
    (back,) = kept_drafts(tmp_path)
    ends = [text_of(tmp_path, back, version.id).text[len(TEXT) :] for version in back.versions]
    assert ends == [" Two.", " One.", ""]
    assert texts(tmp_path) == 3


def test_a_long_draft_and_many_are_kept_whole(tmp_path: Path) -> None:
    """A list of them reads no text."""
    long = Draft("A sentence of a long draft, with an odd sign \ufffd. " * 20_000)
    kept, _ = keep_draft(tmp_path, long)
    assert text_of(tmp_path, kept) == long
    with closing(Store.create(tmp_path)) as store, store.transaction():
        values = store.kept.all("draft")[kept.id].value
        for number in range(500):
            store.kept.put("draft", f"d{number:03}", values | {"last": f"{3000 + number}"}, None)
    listed = kept_drafts(tmp_path)
    assert [len(listed), listed[0].id, listed[-1].id] == [501, "d499", kept.id]


@pytest.mark.parametrize(
    ("draft", "file", "name"),
    [
        (Draft(TEXT, title="On ferries"), "a.docx", "On ferries"),
        (Draft(TEXT), "a.docx", "a.docx"),
        (Draft("\n# On *ferries*\n\nText"), "", "On *ferries*"),
        (Draft("word " * 40), "", f"{'word ' * 11}word…"),
        (Draft("…"), "", "Untitled"),
    ],
)
def test_a_draft_is_named_by_its_title_file_or_first_words(draft: Draft, file: str, name: str) -> None:
    assert name_of(draft, file) == name


VERSIONS = st.lists(st.integers(0, 30), unique=True, max_size=20).map(
    lambda ids: [DraftVersion(str(number), "", 0) for number in ids]
)


@given(VERSIONS, st.integers(0, 40))
def test_versions_are_unique_bounded_and_the_new_one_leads(versions: list[DraftVersion], number: int) -> None:
    new = DraftVersion(str(number), "", 0)
    after = with_version(versions, new)
    ids = [version.id for version in after]
    assert ids[0] == new.id
    assert len(set(ids)) == len(ids) <= drafts.MAX_VERSIONS
    kept = [version for version in versions if version.id != new.id]
    assert list(after[1:]) == kept[: len(after) - 1]


@given(st.lists(st.sampled_from("abcdef"), min_size=1), st.lists(st.sampled_from("abcdef")), st.data())
def test_the_sentence_that_was_looked_at_stays(before: list[str], after: list[str], data: st.DataObject) -> None:
    """Always a sentence of the new text; the same one wherever text was only put in around it."""
    number = data.draw(st.integers(0, len(before) - 1))
    assert 0 <= carried(before, after, number) < max(len(after), 1)
    assert carried(before, [*after, *before], number) >= 0
    at = data.draw(st.integers(0, len(before)))
    inserted = [*before[:at], *("x" * len(after)), *before[at:]]
    assert inserted[carried(before, inserted, number)] == before[number]
