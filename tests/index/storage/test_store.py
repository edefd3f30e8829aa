"""The SQLite file: what goes in comes out, slice by slice, and nothing is half done."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import LibraryError, QueryError
from index.storage import documents, inspection, rows
from index.storage.rows import FileRow
from index.storage.store import Store
from index.types import Filter, Section, Span
from tests.altering import stopped
from tests.making import WHEN, WITHOUT_CHECKSUMS, WITHOUT_KEPT, document, embedded, put

TEXT = "Ketamine is a drug. It was made in 1962.\n\nThe bladder may suffer. Nobody knows how often.\n\n😀 So be it."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.create(tmp_path / "library")


def test_a_document_comes_back_as_it_was(store: Store) -> None:
    """Text, source, sections, passages, sentences and vectors survive the file."""
    sections = (Section(Span(0, 41), None, 1, "i"), Section(Span(42, len(TEXT)), "Harm", 2, "ii"))
    about = {
        "location": "folder/a.jsonl",
        "record": "7",
        "title": "On ketamine",
        "authors": ("Ann Lee", "Bo Çelik"),
        "published": "2022-05",
        "publisher": "A press",
        "url": "https://example.org/a",
        "language": "en",
        "kind": "report",
    }
    made = document("one", TEXT, sections, **about)
    row = embedded(made)
    store.documents.put(store.files.root("/docs"), row, WHEN)
    number, found = store.documents.load("one")
    assert found == made
    assert store.documents.source(number) == made.source
    assert store.documents.passages(number) == list(row.passages)
    assert store.documents.sources() == [(made.source, len(row.passages), len(TEXT))]
    back = store.documents.rows(number)
    np.testing.assert_array_equal(back.vectors, row.vectors)
    np.testing.assert_array_equal(back.sentences, row.sentences)
    np.testing.assert_array_equal(back.sentence_vectors, row.sentence_vectors)
    np.testing.assert_array_equal(back.sentence_factors, row.sentence_factors)
    assert store.documents.counts([number]).tolist() == [[len(row.passages), len(row.sentences)]]
    document_number, passage = store.documents.passage(int(back.passages[1, 0]))
    assert (document_number, passage) == (number, row.passages[1])


def test_the_beginning_of_an_id_is_one_id_or_an_error(store: Store) -> None:
    """A whole id comes before a longer one; what fits nothing, or is too short, is left to be told of."""
    root = store.files.root("/docs")
    for name in ("abcd1", "abcd2", "abcd22", "wxyz1"):
        store.documents.put(root, embedded(document(name, TEXT, location=name)), WHEN)
    wholes = {"wxyz": "wxyz1", "abcd2": "abcd2", "abcd22": "abcd22", "wxy": "wxy", "zzzz": "zzzz", "wx_z": "wx_z"}
    assert {one: store.documents.complete_id(one) for one in wholes} == wholes
    with pytest.raises(QueryError, match="abcd begins the ids of several sources: abcd1, abcd2, abcd22"):
        store.documents.complete_id("abcd")


@given(text=st.text(alphabet=st.characters(codec="utf-8"), max_size=60), ends=st.tuples(st.integers(0), st.integers(0)))
def test_a_slice_is_the_slice_of_the_text(
    tmp_path_factory: pytest.TempPathFactory, text: str, ends: tuple[int, int]
) -> None:
    """Texts are kept in parts; a slice is the same wherever the parts end, in characters."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (documents, rows):
            patch.setattr(module, "PART", 7)
        store = Store.create(tmp_path_factory.mktemp("slices") / "library")
        text = text.replace("\0", "")
        number = put(store, "one", text)
        first, last = sorted(end % (len(text) + 1) for end in ends)
        assert store.documents.text(number) == text
        assert store.documents.text(number, Span(first, last)) == text[first:last]
        store.close()


def test_a_long_text_is_kept_whole(store: Store) -> None:
    """A text of several real parts, with slices across their borders."""
    text = "Größe 😀" * 30_000
    number = put(store, "one", text + "\n\nThe end.")
    for start in (0, 65_530, 65_536, 131_070, 209_990):
        assert store.documents.text(number, Span(start, start + 20)) == (text + "\n\nThe end.")[start : start + 20]


def test_a_document_without_a_word_is_kept(store: Store) -> None:
    """No passage, no sentence, and still a source."""
    number = put(store, "one", "* * *")
    back = store.documents.rows(number)
    assert store.documents.counts([number]).tolist() in ([[1, 0]], [[0, 0]])
    assert back.sentences.shape == (0, 2)
    put(store, "two", "")
    assert [source.id for source, _, _ in store.documents.sources()] == ["one", "two"]


def test_put_replaces_the_live_version(store: Store) -> None:
    """One live version an id; the old rows stay until they are purged, and numbers are not used again."""
    old = put(store, "one", "The first version.")
    new = put(store, "one", "The second version.")
    assert new > old
    assert store.documents.live_numbers().tolist() == [new]
    assert store.documents.load("one")[1].text == "The second version."
    assert store.documents.text(old) == "The first version."
    assert store.documents.purge([old]) == 0
    assert store.documents.purge([]) == 1
    assert store.documents.text(old) == ""
    with pytest.raises(LibraryError, match="Search again"):
        store.documents.source(old)
    assert put(store, "one", "The third.") > new


def test_retired_documents_go_with_all_their_rows(store: Store) -> None:
    """Purging deletes text, passages and sentences; live documents are never purged."""
    one, two = put(store, "one", TEXT), put(store, "two", TEXT)
    store.documents.retire([one])
    assert store.documents.live_numbers().tolist() == [two]
    assert store.documents.by_id("one") is None
    with pytest.raises(QueryError, match="index sources"):
        store.documents.load("one")
    store.documents.purge([])
    for table in ("texts", "passages", "sentences"):
        rows = store._db.execute(f"SELECT DISTINCT document FROM {table}").fetchall()
        assert [row[0] for row in rows] == [two]


def test_known_vectors_are_found_by_what_was_read(store: Store) -> None:
    """A passage by the digest of its reading copy, a sentence by its words: so an edit embeds only what is new."""
    row = embedded(document("one", TEXT))
    store.documents.put(store.files.root("/docs"), row, WHEN)
    passages, spoken = store.documents.vectors_of("one")
    assert passages.keys() == set(row.copies)
    np.testing.assert_array_equal(passages[row.copies[0]], row.vectors[0].astype(np.float32))
    assert list(spoken)[:2] == ["Ketamine is a drug.", "It was made in 1962."]
    assert np.linalg.norm(spoken["It was made in 1962."]) == pytest.approx(1, abs=0.02)
    assert store.documents.vectors_of("two") == ({}, {})


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (Filter(), "abcde"),
        (Filter(sources=("a", "c")), "ac"),
        (Filter(sources=()), ""),
        (Filter(author="lee"), "ab"),
        (Filter(author="ÇELIK"), "b"),
        (Filter(author="STRASSE"), "c"),
        (Filter(author="celik"), "b"),
        (Filter(author="C\u0327elik"), "b"),
        (Filter(author="l\u00adee\u200b"), "ab"),
        (Filter(since="2022"), "abcd"),
        (Filter(since="2022-05"), "abcd"),
        (Filter(since="2022-06"), "abd"),
        (Filter(since="2022-05-16"), "abd"),
        (Filter(since="2023"), "d"),
        (Filter(until="2022"), "abc"),
        (Filter(until="2022-05"), "abc"),
        (Filter(until="2022-05-14"), "ab"),
        (Filter(until="2022-04"), "a"),
        (Filter(until="2021"), ""),
        (Filter(since="2022-05-15", until="2022-05-15"), "abc"),
        (Filter(since="2022-06", until="2022-07", author="lee"), "a"),
        (Filter(sources=("d", "e"), since="2000"), "d"),
    ],
)
def test_a_filter_is_all_of_its_conditions(store: Store, where: Filter, found: str) -> None:
    """A date known to the year or month alone is admitted when any of its days is; undated sources stay out."""
    put(store, "a", TEXT, authors=("Ann Lee",), published="2022")
    put(store, "b", TEXT, authors=("Bo Çelik", "B. Leeds"), published="2022-05")
    put(store, "c", TEXT, authors=("Jo Straße",), published="2022-05-15")
    put(store, "d", TEXT, published="2023-01-31")
    put(store, "e", TEXT)
    if where == Filter(since="2022-06"):
        found = "ad"  # b is of May
    if where == Filter(since="2022-05-16"):
        found = "abd"
    ids = [store.documents.source(int(number)).id for number in store.documents.admitted(where)]
    assert "".join(ids) == found
    with pytest.raises(QueryError, match="no source nowhere"):
        store.documents.admitted(replace(where, sources=("a", "nowhere")))


def test_settings_roots_and_files_are_remembered(store: Store) -> None:
    """Values are replaced, a root keeps its number, a file is known until it is forgotten."""
    assert store.setting("model") is None
    store.set("model", "one")
    store.set("model", "two")
    assert store.setting("model") == "two"
    root = store.files.root("/docs")
    assert (store.files.root("/more"), store.files.root("/docs")) == (root + 1, root)
    assert store.files.roots() == {root: "/docs", root + 1: "/more"}
    store.files.put(root, "a.txt", FileRow(b"1", {"status": "added"}))
    store.files.put(root, "a.txt", FileRow(b"2", {"status": "replaced"}))
    assert store.files.of_root(root) == {"a.txt": FileRow(b"2", {"status": "replaced"})}
    store.files.forget(root, ["a.txt"])
    assert store.files.of_root(root) == {}


def test_a_block_that_fails_leaves_nothing_behind(store: Store) -> None:
    """All of a transaction, or nothing of it."""
    with pytest.raises(KeyboardInterrupt), store.transaction():  # noqa: PT012
        store.set("model", "one")
        raise KeyboardInterrupt
    assert store.setting("model") is None
    put(store, "one", TEXT)
    row = embedded(document("one", TEXT + "\n\nMore."))
    object.__setattr__(row, "copies", row.copies[:1])
    with pytest.raises(ValueError, match="zip"):
        store.documents.put(1, row, WHEN)
    assert store.documents.load("one")[1].text == TEXT


def test_readers_go_on_while_one_writes(store: Store, tmp_path: Path) -> None:
    """A transaction under way is not seen and keeps nobody waiting."""
    put(store, "one", TEXT)
    reader = Store.open(tmp_path / "library")
    with store.transaction():
        store.documents.retire([1])
        assert [source.id for source, _, _ in reader.documents.sources()] == ["one"]
    assert reader.documents.sources() == []


def test_a_writer_waits_no_longer_than_it_must(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where another process holds the file for long, the reason is a line, not SQLite's own error."""
    other = Store.create(tmp_path / "library")
    store._db.execute("PRAGMA busy_timeout = 50")
    with other.transaction(), pytest.raises(LibraryError, match="locked"), store.transaction():
        pass


def test_reading_never_writes(store: Store, tmp_path: Path) -> None:
    """A library opened for reading refuses every change."""
    put(store, "one", TEXT)
    with pytest.raises(LibraryError, match="readonly"):
        Store.open(tmp_path / "library").set("model", "one")


def test_a_library_that_may_not_be_written_is_read(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a read-only disk SQLite's helper files are not made."""
    put(store, "one", TEXT)
    store.close()
    before = {path.name for path in (tmp_path / "library").iterdir()}
    monkeypatch.setattr("os.access", lambda path, mode: False)
    reader = Store.open(tmp_path / "library")
    assert reader.documents.load("one")[1].text == TEXT
    assert {path.name for path in (tmp_path / "library").iterdir()} == before == {"sources.db"}


@pytest.mark.parametrize("content", [b"", b"no database at all, but long enough to look at\n" * 40])
def test_a_file_that_is_no_library_is_told(tmp_path: Path, content: bytes) -> None:
    """An empty or foreign sources.db is no traceback."""
    (tmp_path / "sources.db").write_bytes(content)
    with pytest.raises(LibraryError, match=r"file is not a database|format 0"):
        Store.open(tmp_path)


def test_a_library_of_another_version_is_told(store: Store, tmp_path: Path) -> None:
    """Neither read nor written."""
    store._db.execute("PRAGMA user_version = 99")
    for way in (Store.open, Store.create):
        with pytest.raises(LibraryError, match="format 99"):
            way(tmp_path / "library")


def test_an_older_library_is_given_checksums_wherever_this_is_stopped(store: Store, tmp_path: Path) -> None:
    """Until it is done, the library is of an old version and whole; then every row is covered."""
    library = tmp_path / "library"
    store.set("model", "one")
    store.edits.put("one", {"title": "Mine"})
    for n in range(3):
        put(store, f"d{n}", TEXT * (n + 1))
    texts = [store.documents.load(f"d{n}")[1].text for n in range(3)]
    store._db.executescript(f"{WITHOUT_CHECKSUMS} PRAGMA user_version = 5")
    store.close()
    steps = 0
    while stopped(lambda: Store.create(library).close(), steps):
        with closing(Store.open(library)) as reader:
            assert [reader.documents.load(f"d{n}")[1].text for n in range(3)] == texts
            damage = " ".join(reader.find_damage())
            assert (reader._version(), "without checksums" in damage) in ((5, True), (6, False))
            assert reader._version() == 5 or not damage
        steps += 1 + steps // 3
    with closing(Store.open(library)) as reader:
        assert (reader._version(), reader.find_damage()) == (7, [])
        assert [reader.documents.load(f"d{n}")[1].text for n in range(3)] == texts
        assert (reader.setting("model"), reader.edits.all()) == ("one", {"one": {"title": "Mine"}})
    assert steps > 20


def before_anything_was_kept(store: Store) -> None:
    """Make a store one of version 6."""
    store._db.executescript(f"{WITHOUT_KEPT} PRAGMA user_version = 6")
    store.set(inspection.SCHEMA, inspection.schema_digest(store._db))


def test_a_library_from_before_anything_was_kept_stays_itself(store: Store, tmp_path: Path) -> None:
    """It is read as it is, and upgraded when it is written: with its epoch, and without a new checksum for a row that
    was altered, or a new digest for a table that was."""
    library, epoch = tmp_path / "library", store.setting("epoch")
    store.edits.put("one", {"title": "Mine"})
    before_anything_was_kept(store)
    store._db.execute("UPDATE edits SET changes = '{}'")
    with closing(Store.open(library)) as reader:
        assert (reader._version(), reader.kept.all("note"), reader.kept.get("note", "a")) == (6, {}, None)
        damage = reader.find_damage()
        assert damage == ["sources.db: an edit of a source ('one' of edits) is damaged"]
    with closing(Store.create(library)) as writer:
        assert (writer._version(), writer.setting("epoch"), writer.find_damage()) == (7, epoch, damage)
        before_anything_was_kept(writer)
        writer._db.execute("ALTER TABLE edits ADD COLUMN other TEXT")
    with closing(Store.create(library)) as writer:
        assert "sources.db: the definition of a table is damaged" in writer.find_damage()
        assert len(writer.mend(library)) == 1
        assert writer.find_damage() == []


def test_what_is_kept_is_replaced_only_by_who_saw_it(store: Store, tmp_path: Path) -> None:
    """A change to what has become another meanwhile is refused in a line, and stores nothing."""
    with closing(Store.create(tmp_path / "library")) as other:
        assert store.kept.put("note", "a", {"words": "é \udc80"}, None) == 1
        assert store.kept.put("list", "a", [1], None) == 1
        assert other.kept.put("note", "a", {"words": "new"}, 1) == 2
        for late in (None, 1, 3):
            with pytest.raises(LibraryError, match=r"changed elsewhere meanwhile.*not stored") as error:
                store.kept.put("note", "a", {}, late)
            assert "\n" not in str(error.value)
        with pytest.raises(LibraryError, match="not stored"):
            store.kept.remove("note", "a", 1)
        rows = store.kept.all("note")
        assert {name: (row.value, row.revision) for name, row in rows.items()} == {"a": ({"words": "new"}, 2)}
        store.kept.remove("note", "a", 2)
        assert (other.kept.get("note", "a"), other.kept.all("list").keys()) == (None, {"a"})
        with pytest.raises(LibraryError, match="not stored"):
            other.kept.put("note", "a", {}, 2)


def test_there_is_no_library_is_told(tmp_path: Path) -> None:
    """With the command that makes one; nothing is created by looking."""
    with pytest.raises(LibraryError, match="python -m ingest"):
        Store.open(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(LibraryError, match="--library"):
        Store.create(tmp_path / "file")


def test_damage_is_found(store: Store, tmp_path: Path) -> None:
    """SQLite's own check is asked; a sound file has nothing to tell."""
    for n in range(30):
        put(store, f"d{n}", TEXT * 20)
    assert store.find_damage() == []
    store.close()
    path = tmp_path / "library" / "sources.db"
    data = bytearray(path.read_bytes())
    data[8192:40960] = b"\x5a" * 32768
    path.write_bytes(data)
    reader = Store.open(tmp_path / "library")
    assert any("sources.db" in line for line in reader.find_damage())


def test_two_threads_read_with_a_store_each(store: Store, tmp_path: Path) -> None:
    """What the page does: one connection a thread."""
    put(store, "one", TEXT)
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda: found.append(Store.open(tmp_path / "library").documents.text(1)))
        for _ in range(4)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert found == [TEXT] * 4
