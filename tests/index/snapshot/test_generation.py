"""Generations: derived files, published by one rename, checked, mended and swept."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from index.errors import LibraryError
from index.publishing import self_test
from index.publishing.publish import publish
from index.search.confidence import null_questions
from index.search.index import Index
from index.search.sentences import best_cosines, with_cosines
from index.snapshot import manifest as manifests
from index.snapshot.bm25 import Terms
from index.snapshot.generation import Generation
from index.snapshot.manifest import Manifest, find_damage
from index.storage import lock
from index.storage.store import Store
from index.text import WORD
from index.types import Recall, Span
from tests.making import Hashed, put

pytestmark = pytest.mark.usefixtures("few_questions")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "library"


@pytest.fixture
def store(folder: Path) -> Store:
    return Store.create(folder)


def text(n: int, paragraphs: int = 3) -> str:
    return "\n\n".join(f"Paragraph {p} of text {n} speaks of subject{n}. It is number{p}." for p in range(paragraphs))


def add(store: Store, *numbers: int, paragraphs: int = 3) -> None:
    for n in numbers:
        put(store, f"d{n}", text(n, paragraphs), title=f"Text {n}")


def publish_(folder: Path, store: Store, *, anew: bool = False) -> int:
    with lock.write_lock(folder):
        return publish(folder, store, Hashed(), anew=anew)


def nearest(snapshot: Generation, query: str) -> list[tuple[int, float]]:
    """Passage numbers by meaning, with their cosines, best first."""
    ((rows, cosines),) = snapshot.vectors.search(Hashed().encode_queries([query]), 12, snapshot.mask)
    return [(int(number), float(score)) for number, score in zip(snapshot.passages.numbers[rows], cosines, strict=True)]


def matching(snapshot: Generation, query: str) -> set[int]:
    return {number for number, _ in snapshot.words.top(Terms(query), 99)}


def agrees(snapshot: Generation, store: Store) -> None:
    """Exactly the live passages are there, each found by its own words and its own meaning."""
    live = {
        int(n): [int(row[0]) for row in store.documents.rows(int(n)).passages] for n in store.documents.live_numbers()
    }
    rows = np.ones(len(snapshot.passages), np.bool_) if snapshot.mask is None else snapshot.mask
    assert snapshot.passages.numbers[rows].tolist() == [number for numbers in live.values() for number in numbers]
    assert snapshot.manifest.passages == sum(map(len, live.values()))
    assert (np.diff(snapshot.passages.numbers) > 0).all(), "numbers rise with the row"
    assert set(snapshot.words.admitted(Terms("")).tolist()) == {
        number for numbers in live.values() for number in numbers
    }
    for document, numbers in live.items():
        title = store.documents.source(document).title
        assert matching(snapshot, f"subject{title.split()[1]}") == set(numbers)
        assert set(snapshot.passages.documents[snapshot.rows(np.array(numbers))]) == {document}
        stored = store.documents.rows(document)
        np.testing.assert_allclose(
            snapshot.vectors.gather(snapshot.rows(stored.passages[:, 0])), stored.vectors, atol=1e-6
        )


@pytest.fixture
def _all_questions(few_questions: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.publishing.publish.null_questions", null_questions)


@pytest.mark.usefixtures("_all_questions")
def test_the_first_generation_holds_the_store(folder: Path, store: Store) -> None:
    """Everything live is found, and nothing is damaged."""
    add(store, 1, 2, 3)
    assert manifests.current_manifest(folder) is None
    assert publish_(folder, store) == 1
    snapshot = Generation.open(folder)
    agrees(snapshot, store)
    assert find_damage(folder) == []
    assert snapshot.manifest.model == "hashed"
    assert list(snapshot.manifest.null) == sorted(snapshot.manifest.null)
    assert len(snapshot.manifest.null) == len(null_questions()) == len(set(null_questions()))


def test_nothing_new_is_no_new_generation(folder: Path, store: Store) -> None:
    """The number stays and no file is touched."""
    add(store, 1, 2)
    publish_(folder, store)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "sources.db" not in path.name}
    assert publish_(folder, store) == 1
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*") if "sources.db" not in path.name} == before


def test_one_more_document_is_one_more_segment(folder: Path, store: Store) -> None:
    """What was there is linked or kept, not written again."""
    add(store, *range(12))
    publish_(folder, store)
    add(store, 12)
    assert publish_(folder, store) == 2
    snapshot = Generation.open(folder)
    agrees(snapshot, store)
    assert snapshot.manifest.segments == ("segments/000001", "segments/000002")
    shared = [path for path in (folder / "words" / "000001").glob("*.idx") if path.stat().st_nlink == 2]
    assert shared


def test_the_library_tests_itself_with_sentences_of_the_passages_own_segment(folder: Path, store: Store) -> None:
    """Sentences are counted within a segment: in the second one the first numbers mean other sentences."""
    add(store, *range(8))
    publish_(folder, store)
    add(store, 30)
    publish_(folder, store)
    index = Index(folder, Generation.open(folder), Hashed())
    assert len(index.generation.segments) == 2
    for number, query in self_test._questions(index.generation, store, index.generation.mask):
        document, passage = store.documents.passage(number)
        assert set(query.text.split()) <= set(WORD.findall(passage.text)), document


def test_what_is_added_or_removed_is_no_loss_but_what_is_no_longer_found_is(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same is asked of the documents that both generations have, and of no others."""
    add(store, *range(12))
    publish_(folder, store)
    store.documents.retire([4])
    for n in range(12):
        put(store, f"again{n}", text(n), title=f"Text {n} again")  # a copy of each, with which it must compete
    publish_(folder, store)
    second = Generation.open(folder).manifest
    assert (second.recall.lost, second.recall.gained) == (0, 0)
    add(store, *range(30, 36))
    monkeypatch.setattr(self_test, "_leads_to", lambda generation, row, best: generation.manifest.generation < 3)
    publish_(folder, store)
    third = Generation.open(folder).manifest
    assert (third.recall.found, third.recall.lost, third.recall.gained) == (0, second.recall.asked, 0)
    assert self_test.recall_fell(third.recall)


def test_segments_stay_few(folder: Path, store: Store) -> None:
    """Twenty ingests of one document each leave a logarithm of segments, each much larger than the next."""
    for n in range(20):
        add(store, n)
        publish_(folder, store)
    snapshot = Generation.open(folder)
    agrees(snapshot, store)
    sizes = [len(part.documents) for part in snapshot.segments]
    assert len(sizes) <= 4
    assert all(first > 2 * second for first, second in pairwise(sizes))


def test_removed_and_replaced_documents_are_never_found(folder: Path, store: Store) -> None:
    """Not by meaning, not by words, however the files still hold them."""
    add(store, *range(12))
    publish_(folder, store)
    store.documents.retire([4])
    put(store, "d7", "A new text on subject7 alone.", title="Text 7")
    publish_(folder, store)
    snapshot = Generation.open(folder)
    agrees(snapshot, store)
    assert snapshot.manifest.retired == (4, 8)
    assert matching(snapshot, "subject3") == set()
    assert len(matching(snapshot, "subject7")) == 1
    assert not {4, 8} & set(
        snapshot.passages.documents[snapshot.rows(np.array([n for n, _ in nearest(snapshot, text(3))]))]
    )


def test_a_segment_that_lost_a_third_is_written_anew(folder: Path, store: Store) -> None:
    """Then nothing is gone any more, and the files shrink."""
    add(store, *range(12))
    publish_(folder, store)
    store.documents.retire([1, 2, 3, 4])
    publish_(folder, store)
    assert Generation.open(folder).manifest.retired == (1, 2, 3, 4)
    store.documents.retire([5])
    publish_(folder, store)
    snapshot = Generation.open(folder)
    assert snapshot.manifest.retired == ()
    assert len(snapshot.passages) == 7 * 3
    agrees(snapshot, store)


def test_a_worn_segment_is_written_anew_wherever_it_stands(folder: Path, store: Store) -> None:
    """Not only the last one: otherwise most of an old segment could be gone for ever."""
    add(store, *range(20))
    publish_(folder, store)
    add(store, 20, 21)
    publish_(folder, store)
    store.documents.retire(list(range(1, 16)))
    publish_(folder, store)
    snapshot = Generation.open(folder)
    assert snapshot.manifest.retired == ()
    assert len(snapshot.passages) == 7 * 3
    agrees(snapshot, store)


def test_an_emptied_library_finds_nothing_and_fills_again(folder: Path, store: Store) -> None:
    """No document is a library like any other, the first time too."""
    publish_(folder, store)
    assert nearest(Generation.open(folder), "anything") == []
    add(store, 1, 2)
    publish_(folder, store)
    store.documents.retire([1, 2])
    publish_(folder, store)
    snapshot = Generation.open(folder)
    agrees(snapshot, store)
    assert nearest(snapshot, text(1)) == []
    assert snapshot.manifest.null == ()
    assert publish_(folder, store) == snapshot.manifest.generation
    add(store, 3)
    publish_(folder, store)
    agrees(Generation.open(folder), store)


def test_a_document_without_passages_is_no_trouble(folder: Path, store: Store) -> None:
    """Alone in a segment, and beside others."""
    put(store, "empty", "")
    publish_(folder, store)
    add(store, 1)
    publish_(folder, store)
    snapshot = Generation.open(folder)
    assert len(snapshot.passages) == 3
    assert matching(snapshot, "subject1") == {1, 2, 3}


def test_the_last_two_and_those_held_are_kept(folder: Path, store: Store) -> None:
    """A reader's generation stays and answers as before, until it lets go; then its rows and files go."""
    add(store, *range(6))
    publish_(folder, store)
    held = Generation.open(folder)
    before = nearest(held, text(2))
    for n in range(6, 10):
        put(store, f"d{n - 6}", f"Changed {n}.", title=f"Text {n}")
        publish_(folder, store)
    assert sorted(path.stem for path in (folder / "generations").glob("*.json")) == ["000001", "000004", "000005"]
    assert nearest(held, text(2)) == before
    assert all(store.documents.passage(number)[1].text for number, _ in before)
    assert Generation.open(folder).manifest.generation == 5
    del held
    put(store, "d9", "One more.", title="Text 9")
    publish_(folder, store)
    assert sorted(path.stem for path in (folder / "generations").glob("*.json")) == ["000005", "000006"]
    listed = {name for path in folder.glob("generations/*.json") for name in Manifest.read(path).files}
    there = {path.relative_to(folder).as_posix() for path in [*folder.glob("segments/*/*"), *folder.glob("words/*/*")]}
    assert {name for name in there if not name.endswith(".lock")} == listed
    with pytest.raises(LibraryError):
        store.documents.passage(before[0][0])


def best_sentence(snapshot: Generation, number: int, query: np.ndarray) -> tuple[Span | None, float]:
    """The sentence of a passage that is nearest to a query, as one passage of many has it."""
    spans, cosines = with_cosines(snapshot, number, query)
    many = best_cosines(snapshot.sentences_of(snapshot.passages.numbers), query)
    best = many[snapshot.passages.numbers == number][0]
    assert best == pytest.approx(max(cosines, default=0.0), abs=1e-6)
    return (spans[int(cosines.argmax())] if spans else None), float(best)


def test_piece_by_piece_is_as_all_at_once(folder: Path, store: Store, tmp_path: Path) -> None:
    """A library that grew, changed and shrank ranks by meaning exactly as one built anew from the same store."""
    for n in range(9):
        add(store, n, paragraphs=1 + n % 4)
        publish_(folder, store)
    store.documents.retire([2])
    put(store, "d5", text(50), title="Text 50")
    publish_(folder, store)
    grown = Generation.open(folder)
    publish_(folder, store, anew=True)
    anew = Generation.open(folder)
    agrees(grown, store)
    agrees(anew, store)
    for n in range(12):
        left, right = dict(nearest(grown, text(n, 1))), dict(nearest(anew, text(n, 1)))
        assert sorted(left.values()) == pytest.approx(sorted(right.values()), abs=1e-6)
        assert matching(grown, text(n)) == matching(anew, text(n))
    query = Hashed().encode_queries(["subject4 number2"])[0]
    for number in (int(n) for n in anew.passages.numbers):
        (left, near), (right, as_near) = (best_sentence(snapshot, number, query) for snapshot in (grown, anew))
        assert (left, near) == (right, pytest.approx(as_near))


def test_the_best_sentence_of_a_passage_lies_in_it(folder: Path, store: Store) -> None:
    """Against the sentences themselves, over several segments."""
    for n in range(8):
        add(store, n)
        publish_(folder, store)
    put(store, "marks", "* * *\n\nA word.", title="Text 99")
    publish_(folder, store)
    snapshot, query = Generation.open(folder), Hashed().encode_queries(["It is number2."])[0]
    for number in snapshot.passages.numbers.tolist():
        document, passage = store.documents.passage(number)
        span, cosine = best_sentence(snapshot, number, query)
        if span is None:
            assert (passage.text, cosine) == ("* * *", 0.0)
            continue
        text = store.documents.text(document, span)
        assert span.within(passage.span)
        assert cosine == pytest.approx(float(Hashed().encode_queries([text])[0] @ query), abs=0.02)
        assert passage.text.startswith("A word") or "It is number" in text or cosine > 0.3


@pytest.fixture
def published(folder: Path, store: Store) -> Path:
    add(store, *range(6))
    publish_(folder, store)
    add(store, 6)
    publish_(folder, store)
    return folder


def mend(folder: Path, store: Store) -> None:
    """What ``verify --repair`` does, without the model."""
    publish_(folder, store, anew=True)
    assert find_damage(folder) == []
    agrees(Generation.open(folder), store)


def test_a_changed_byte_is_found_and_mended(published: Path, store: Store) -> None:
    """Every file that the manifest lists is checked, and built again from the store."""
    manifest = Manifest.read(manifests.current_manifest(published) or published)
    for name in manifest.files:
        path = published / name
        data = path.read_bytes()
        path.unlink()
        assert find_damage(published) == [f"{name} is missing"]
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]) if data else b"x")
        assert find_damage(published) == [f"{name} was changed after it was written"]
        path.write_bytes(data)
    assert find_damage(published) == []
    (published / name).write_bytes(b"")
    mend(published, store)


def test_an_index_under_the_words_of_another_version_is_told_and_built_anew(published: Path, store: Store) -> None:
    path = manifests.current_manifest(published)
    assert path is not None
    path.write_text(replace(Manifest.read(path), analysis=1).to_json(), encoding="utf-8")
    assert find_damage(published) == ["the word index was made by another version of Sourcewise"]
    with pytest.raises(LibraryError, match=r"another version.*verify --repair"):
        Generation.open(published)
    number = publish_(published, store)
    assert Generation.open(published).manifest.generation == number
    assert find_damage(published) == []
    agrees(Generation.open(published), store)


def test_a_torn_file_is_told_at_opening(published: Path, store: Store) -> None:
    """Sizes are looked at before anything is read; a missing file too."""
    manifest = Manifest.read(manifests.current_manifest(published) or published)
    for name in manifest.files:
        path = published / name
        data = path.read_bytes()
        path.write_bytes(data[: len(data) // 2])
        with pytest.raises(LibraryError, match=r"bytes instead of.*verify --repair"):
            Generation.open(published)
        path.unlink()
        with pytest.raises(LibraryError, match=r"missing.*verify --repair"):
            Generation.open(published)
        path.write_bytes(data)
    agrees(Generation.open(published), store)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"null", b'{"format": 1}', b'{"format": 9}', bytes(50), b'{"a": "\xe5"}']
)
def test_a_torn_manifest_is_told_and_mended(published: Path, store: Store, content: bytes) -> None:
    """The next step is in the message, and it works."""
    path = manifests.current_manifest(published)
    assert path is not None
    path.write_bytes(content)
    with pytest.raises(LibraryError, match="verify --repair"):
        Generation.open(published)
    with pytest.raises(LibraryError, match="verify --repair"):
        publish_(published, store)
    assert any("verify --repair" in line for line in find_damage(published))
    mend(published, store)


def test_an_older_torn_manifest_stops_nothing(published: Path, store: Store) -> None:
    """It is not the live one: the next ingest publishes and sweeps it away."""
    torn = published / "generations" / "000001.json"
    torn.write_text("{", encoding="utf-8")
    for n in (7, 8):
        add(store, n)
        publish_(published, store)
    agrees(Generation.open(published), store)
    assert not torn.exists()


@pytest.mark.parametrize("content", [b"000099\n", b"", b"\n", b"\xff\xfe", b"../../etc/x\n"])
def test_a_current_that_names_nothing_is_told_and_mended(published: Path, store: Store, content: bytes) -> None:
    """Whatever stands in CURRENT."""
    (published / "CURRENT").write_bytes(content)
    with pytest.raises(LibraryError, match="verify --repair"):
        Generation.open(published)
    assert len(find_damage(published)) == 1
    mend(published, store)


def test_a_missing_segment_is_told_by_the_next_ingest(published: Path, store: Store) -> None:
    """Not a traceback, and repair brings it back."""
    (published / "segments" / "000001" / "documents.npy").unlink()
    add(store, 9)
    with pytest.raises(LibraryError, match="verify --repair"):
        publish_(published, store)
    mend(published, store)


def test_what_a_killed_build_left_is_in_nobodys_way(published: Path, store: Store) -> None:
    """Half-written folders and files under the next number are cleared."""
    for name in ("segments/000003", "words/000003"):
        (published / name).mkdir()
        (published / name / "rubbish.npy").write_bytes(b"x")
    (published / "generations" / "000003.json.partial").write_text("{", encoding="utf-8")
    (published / "CURRENT.partial").write_text("0000", encoding="utf-8")
    assert find_damage(published) == []
    add(store, 9)
    assert publish_(published, store) == 3
    agrees(Generation.open(published), store)
    assert find_damage(published) == []


def test_another_model_is_another_library(published: Path, store: Store) -> None:
    """Vectors of one model are never joined to those of another: all is built again."""

    class Other(Hashed):
        fingerprint = "fedcba9876543210"

    with lock.write_lock(published):
        publish(published, store, Other())
    assert Generation.open(published).manifest.segments == ("segments/000003",)


def test_only_one_writes(folder: Path) -> None:
    """The second is told, and may write when the first is done."""
    with lock.write_lock(folder), pytest.raises(LibraryError, match="Another ingest"), lock.write_lock(folder):
        pass
    with lock.write_lock(folder):
        pass


def test_what_a_trial_showed_holds_until_much_has_changed(folder: Path, store: Store) -> None:
    """One document in a hundred passages does not try the library again; the second does, and counts from nothing."""
    add(store, *range(40), paragraphs=5)
    publish_(folder, store)
    first = Generation.open(folder).manifest
    add(store, 40, paragraphs=1)
    publish_(folder, store)
    second = Generation.open(folder).manifest
    assert (first.untried, second.untried) == (0, 1)
    assert (second.null, second.recall, second.recall_before) == (first.null, first.recall, first.recall_before)
    add(store, 41, paragraphs=3)
    publish_(folder, store)
    third = Generation.open(folder).manifest
    assert third.untried == 0
    assert third.null != second.null
    assert third.recall_before == second.recall


@pytest.mark.usefixtures("_all_questions")
def test_a_large_segment_has_codes_and_says_how_well_they_find(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same passages are found, the codes are checked like every file, and a small segment beside has none."""
    add(store, *range(30))
    publish_(folder, store)
    plain = Generation.open(folder)
    assert plain.manifest.nearest is None
    expected = [nearest(plain, text(n)) for n in range(5)]
    monkeypatch.setattr("index.snapshot.segment.RABITQ_FROM", 50)
    publish_(folder, store, anew=True)
    add(store, 30)
    publish_(folder, store)
    coded = Generation.open(folder)
    assert coded.manifest.nearest == Recall(10 * len(null_questions()), 10 * len(null_questions()))
    assert [name for name in coded.manifest.files if "codes" in name] == ["segments/000002/codes.faiss"]
    for n, wanted in enumerate(expected):
        now = dict(nearest(coded, text(n)))
        assert [now[number] for number, _ in wanted[:5]] == pytest.approx([cosine for _, cosine in wanted[:5]])
    (folder / "segments" / "000002" / "codes.faiss").write_bytes(b"")
    assert any("codes.faiss" in line for line in find_damage(folder))
    agrees(coded, store)


def test_pages_of_sentences_are_handed_back_and_read_again(
    folder: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However often they are handed back, the same sentences are best."""
    add(store, *range(8))
    publish_(folder, store)
    snapshot, query = Generation.open(folder), Hashed().encode_queries(["It is number2."])[0]
    numbers = snapshot.passages.numbers
    before = best_cosines(snapshot.sentences_of(numbers), query)
    monkeypatch.setattr("index.snapshot.generation._RELEASE_AFTER", 0)
    snapshot._fits_memory = False
    for _ in range(2):
        np.testing.assert_array_equal(best_cosines(snapshot.sentences_of(numbers), query), before)
