"""The writer stores documents in batches: only new texts are embedded, and nothing counts before it is stored."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from index.embedding.compiled import Vectors
from index.storage.documents import DocumentTable
from index.storage.rows import EmbeddedDocument
from index.storage.store import Store
from ingest.sync import writer as writer_module
from ingest.sync.pipeline import ingest
from ingest.sync.writer import DocumentWriter
from tests.making import Counting, Hashed, document

SENTENCES = ["Salt keeps butter for a month.", "It keeps fish for a winter."]
TEXT = " ".join(SENTENCES)


class Recorder(Hashed):
    """Remembers what was embedded."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.texts += texts
        return super().encode(texts)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store.create(tmp_path / "library")
    yield store
    store.close()


def add(writer: DocumentWriter, store: Store, identity: str, text: str = TEXT, title: str = "") -> int:
    return writer.add(store.files.root("/docs"), document(identity, text, title=title), text.encode(), "")


def test_documents_are_stored_by_the_flush_in_their_order(store: Store) -> None:
    writer = DocumentWriter(store, Recorder())
    for identity in ("c", "a", "b"):
        assert add(writer, store, identity) == 1
    assert not writer.has_stored_all
    assert store.documents.sources() == []
    writer.flush()
    assert writer.has_stored_all
    assert [live.id for live, _, _ in store.documents.statements([1])] == ["c", "a", "b"]
    assert (writer.passages, writer.sentences) == (3, 6)


def test_a_full_batch_is_stored_without_a_flush(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage and two sentences each: the fourth document fills a batch of ten texts."""
    monkeypatch.setattr(writer_module, "BATCH", 10)
    writer = DocumentWriter(store, Recorder())
    for identity in "abc":
        add(writer, store, identity)
    assert store.documents.sources() == []
    add(writer, store, "d")
    assert (len(store.documents.sources()), writer.has_stored_all) == (4, True)


def test_only_new_texts_are_embedded(store: Store) -> None:
    """A title changes the passage, a new sentence the passage and itself; a text that stands twice is embedded once."""
    model = Recorder()
    writer = DocumentWriter(store, model)
    add(writer, store, "a")
    add(writer, store, "b")
    writer.flush()
    assert model.texts == [TEXT, *SENTENCES]
    model.texts.clear()
    add(writer, store, "a", title="On salt")
    writer.flush()
    (copy,) = model.texts
    assert copy.startswith("On salt")
    model.texts.clear()
    add(writer, store, "b", TEXT + " A new sentence.")
    writer.flush()
    assert model.texts == [TEXT + " A new sentence.", "A new sentence."]


def test_what_a_check_stops_is_not_stored(store: Store) -> None:
    """Nothing of the batch, and the writer does not pretend it was."""

    def stop() -> None:
        raise TimeoutError

    writer = DocumentWriter(store, Recorder(), stop)
    add(writer, store, "a")
    with pytest.raises(TimeoutError):
        writer.flush()
    assert store.documents.sources() == []
    assert not writer.has_stored_all
    assert (writer.passages, writer.sentences) == (0, 0)


# --- in an ingest ------------------------------------------------------------------------------------------------


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each location was stored."""
    counts: Counter[str] = Counter()
    put = DocumentTable.put

    def counted(table: DocumentTable, root: int, embedded: EmbeddedDocument, added: str) -> None:
        counts[embedded.document.source.location] += 1
        put(table, root, embedded, added)

    monkeypatch.setattr(DocumentTable, "put", counted)
    return counts


def test_a_document_is_stored_once_a_run(
    library: Path, tmp_path: Path, counting: Counting, stored: Counter[str]
) -> None:
    """With a sidecar and a bibliography, whether they were there before it or came later."""
    folder = tmp_path / "docs"
    folder.mkdir()
    for name in ("salt", "ice", "smoke"):
        (folder / f"{name}.txt").write_text(f"{TEXT} This is about {name}.", encoding="utf-8")
    (folder / "salt.txt.meta.json").write_text(json.dumps({"title": "On salt"}), encoding="utf-8")
    (folder / "refs.bib").write_text("@article{ice, title={Ice houses of the north}, year={2001}}", encoding="utf-8")
    ingest([folder], library)
    assert stored == {"salt.txt": 1, "ice.txt": 1, "smoke.txt": 1}
    stored.clear()
    (folder / "smoke.txt.meta.json").write_text(json.dumps({"title": "On smoke"}), encoding="utf-8")
    (folder / "salt.txt").write_text(f"{TEXT} This is new.", encoding="utf-8")
    ingest([folder], library)
    assert stored == {"salt.txt": 1, "smoke.txt": 1}


def test_a_page_with_repeated_lines_is_stored_twice(
    library: Path, tmp_path: Path, counting: Counting, stored: Counter[str]
) -> None:
    """Once when it is read, and once without the lines, which are known when all pages of the site are stored."""
    folder = tmp_path / "site"
    folder.mkdir()
    call = "Our tea rooms open at nine, and a pot for two costs less than you think."
    for number in range(5):
        story = f"The {number}th inn of the road was built of stone. Carters paid number {number} in oats. " * 3
        (folder / f"{number}.html").write_text(f"<article><h1>Inn {number}</h1><p>{story}</p><p>{call}</p></article>")
    (folder / "note.txt").write_text(TEXT)
    ingest([folder], library)
    assert stored == {"note.txt": 1, **{f"{number}.html": 2 for number in range(5)}}


def test_a_cancelled_record_file_counts_what_is_stored(
    library: Path, tmp_path: Path, counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its first batches are stored and counted; the file has no line yet and is read again by the next run."""
    monkeypatch.setattr(writer_module, "BATCH", 30)
    path = tmp_path / "rows.jsonl"
    rows = [{"_id": str(number), "text": f"{TEXT} Row {number}."} for number in range(40)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    steps: list[str] = []
    report = ingest(
        [path], library, progress=lambda what, done, total: steps.append(what), cancelled=lambda: len(steps) > 25
    )
    count = len(Store.open(library).documents.sources())
    assert 0 < count < 40
    assert (report.cancelled, report.documents["added"], report.files) == (True, count, [])
    again = ingest([path], library)
    assert (again.documents["unchanged"], again.documents["added"]) == (count, 40 - count)
