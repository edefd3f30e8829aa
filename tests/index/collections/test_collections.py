"""Collections: what is pinned stays as it stood, in the person's order, and what became of it since is told."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.collections import (
    FIRST,
    Collection,
    PinnedPassage,
    PinStatus,
    added,
    changed_words,
    create,
    delete,
    merge,
    moved,
    named,
    noted,
    outcomes_of,
    pin_passage,
    pinned_from,
    put_back,
    read_collections,
    removed,
    update,
)
from index.errors import LibraryError, QueryError
from index.storage.store import Store
from index.types import Passage, Section, Source, Span
from tests.making import document, put

TEXT = "Bees dance on the comb. The angle tells the others where the nectar is. Few of them get lost on the way."
ANGLE = Span(24, 71)


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with closing(Store.create(tmp_path / "library")) as store:
        put(store, "bees", TEXT, title="On bees")
        put(store, "other", f"Something else. {TEXT}")
    return tmp_path / "library"


def stored(library: Path) -> list[Collection]:
    with closing(Store.open(library)) as store:
        return read_collections(store)


def pin(n: int, note: str = "", tags: tuple[str, ...] = ()) -> PinnedPassage:
    return PinnedPassage(Source("bees", "bees.txt"), Passage(TEXT[n : n + 5], Span(n, n + 5)), note, tags)


def order(collection: Collection) -> list[int]:
    return [pin.passage.span.start for pin in collection.pins]


def test_a_pin_is_a_slice_with_the_place_of_its_section() -> None:
    """Anything else is refused in a line: no such part, too much, or words that the person did not see."""
    made = document("bees", TEXT, (Section(Span(0, 23), None, 1), Section(Span(24, len(TEXT)), "Angle", 2, "ii")))
    pinned = pinned_from(made, ANGLE, TEXT[slice(*ANGLE)])
    assert pinned.passage == Passage("The angle tells the others where the nectar is.", ANGLE, "Angle", 2, "ii")
    assert pinned.source == made.source
    for span in (Span(5, 5), Span(9, 4), Span(-1, 4), Span(0, len(TEXT) + 1)):
        with pytest.raises(QueryError, match="is no part of"):
            pinned_from(made, span)
    with pytest.raises(LibraryError, match="changed since it was shown"):
        pinned_from(made, ANGLE, "The angle told the others where the nectar is.")
    with pytest.raises(QueryError, match="at most 20,000 characters"):
        pinned_from(document("long", "word " * 5000, ()), Span(0, 25_000))


@given(st.lists(st.integers(0, 20), max_size=12), st.lists(st.integers(0, 20), max_size=12))
def test_a_slice_stands_in_a_collection_once_and_in_its_order(first: list[int], second: list[int]) -> None:
    collection = added(Collection("c", "Bees"), map(pin, first))
    both = added(collection, map(pin, second))
    assert order(both) == list(dict.fromkeys([*first, *second]))
    assert all(find.id for find in both.pins)
    for n in set(first):
        assert order(removed(both, [pin(n).id])) == [m for m in order(both) if m != n]
        assert sorted(order(moved(both, pin(n).id, -1))) == sorted(order(both))
    if first:
        assert order(moved(both, pin(first[0]).id, 100))[-1] == first[0]
        assert order(moved(both, both.pins[-1].id, -100))[0] == both.pins[-1].passage.span.start


def test_notes_and_tags_of_both_are_kept_when_two_meet() -> None:
    collection = added(Collection("c", "Bees"), [pin(3, "seen", ("a",))])
    assert added(collection, [pin(3, "again", ("b", "a"))]).pins == (pin(3, "seen\nagain", ("a", "b")),)
    assert added(collection, [pin(3, "seen")]) == collection
    changed = noted(collection, collection.pins[0], " new ", ["x", " ", "x", "y  z"])
    assert changed.pins == (pin(3, "new", ("x", "y z")),)
    with pytest.raises(LibraryError, match=r"another window.*note “mine”, tags “q”"):
        noted(changed, collection.pins[0], "mine", ["q"])
    with pytest.raises(QueryError, match="no passage of the collection “Bees”"):
        removed(collection, ["nothing"])


def test_collections_come_back_as_they_were(library: Path) -> None:
    """The first pin makes a collection; names are their own; a change that fails changes nothing."""
    first = pin_passage(library, None, "bees", ANGLE, TEXT[slice(*ANGLE)])
    assert (first.name, len(first.pins)) == (FIRST, 1)
    assert pin_passage(library, None, "bees", ANGLE).pins == first.pins
    assert first.pins[0].made.endswith("+00:00")
    with pytest.raises(QueryError, match="nowhere"):
        pin_passage(library, None, "nowhere", ANGLE)
    second = create(library, "  Other \n bees ")
    assert second.name == "Other bees"
    for name, message in (("other BEES", "already"), (" ", "needs a name")):
        with pytest.raises(QueryError, match=message):
            create(library, name)
        with pytest.raises(QueryError, match=message):
            put_back(library, replace(first, name=name))
    second = pin_passage(library, second.id, "other", Span(0, 15))
    with closing(Store.open(library)) as store:
        assert named(store, "my Collection").pins == first.pins
        with pytest.raises(QueryError, match="collection list"):
            named(store, "None")
    assert {collection.id: collection.pins for collection in stored(library)} == {
        first.id: first.pins,
        second.id: second.pins,
    }
    kept = {collection.id: collection for collection in stored(library)}
    whole = merge(library, kept[first.id], kept[second.id])
    assert stored(library) == [whole]
    assert whole.pins == (*first.pins, *second.pins)
    # undo: what was merged and what was deleted come back
    put_back(library, replace(kept[first.id], revision=whole.revision), replace(second, revision=0))
    assert {collection.name: len(collection.pins) for collection in stored(library)} == {FIRST: 1, "Other bees": 1}


def test_of_two_windows_the_later_is_told_and_nothing_is_lost(library: Path) -> None:
    """Each may change another passage; the same passage, or a whole collection, only as it was seen."""
    pin_passage(library, None, "bees", ANGLE)
    seen = pin_passage(library, None, "bees", Span(0, 23))
    one, two = seen.pins
    update(library, seen.id, lambda now: noted(now, one, "first", []))
    both = update(library, seen.id, lambda now: noted(now, two, "second", []))
    assert [pin.note for pin in both.pins] == ["first", "second"]
    with pytest.raises(LibraryError, match="note “late”"):
        update(library, seen.id, lambda now: noted(now, one, "late", []))
    for late in (lambda: delete(library, seen), lambda: put_back(library, seen), lambda: merge(library, seen, both)):
        with pytest.raises(LibraryError, match="not stored"):
            late()
    assert stored(library) == [both]
    delete(library, both)
    with pytest.raises(LibraryError, match="deleted in another window"):
        update(library, seen.id, lambda now: now)


@pytest.mark.parametrize(
    ("text", "status", "now"),
    [
        (TEXT, PinStatus.UNCHANGED, "The angle tells the others where the nectar is. Few of them get lost on the way."),
        (
            f"New. {TEXT}",
            PinStatus.MOVED,
            "The angle tells the others where the nectar is. Few of them get lost on the way.",
        ),
        (
            TEXT.replace("nectar is", "best nectar was"),
            PinStatus.EDITED,
            "The angle tells the others where the best nectar was. Few of them get lost on the way.",
        ),
        ("Ants follow a trail. Nothing of this is new.", PinStatus.MISSING, ""),
    ],
)
def test_what_became_of_a_passage_is_told(library: Path, text: str, status: PinStatus, now: str) -> None:
    """Of several sentences as of one: from the first to the last that are found again."""
    collection = pin_passage(library, None, "bees", Span(ANGLE.start, len(TEXT)))
    with closing(Store.create(library)) as store:
        put(store, "bees", text)
        outcome = outcomes_of(store, collection.pins)[collection.pins[0].id]
        assert (outcome.status, outcome.text) == (status, now)
        assert outcome.now is None if status is PinStatus.MISSING else text[slice(*outcome.now or (0, 0))] == now
        store.documents.retire([store.documents.live("bees").number])
        assert outcomes_of(store, collection.pins)[collection.pins[0].id].source is None


def test_the_words_that_changed_are_told() -> None:
    assert changed_words("the nectar is near", "the best nectar was near") == [("", "best"), ("is", "was")]
    assert changed_words("a b", "a b") == changed_words("", "") == []


def test_the_text_of_a_source_is_read_once_for_all_its_pins(library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pins = [replace(pin(n % 90), note=str(n)) for n in range(5000)]
    with closing(Store.open(library)) as store:
        reads: list[int] = []
        text = store.documents.text

        def counted(number: int) -> str:
            reads.append(number)
            return text(number)

        monkeypatch.setattr(store.documents, "text", counted)
        assert {outcome.status for outcome in outcomes_of(store, pins).values()} == {PinStatus.UNCHANGED}
    assert len(reads) == 1
