"""The page of collections and the buttons that pin, without a browser."""

from __future__ import annotations

import re
import shutil
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index.collections import Collection, PinnedPassage, noted, pin_passage, put_back, read_collections, update
from index.storage.store import Store
from index.types import Passage, Source, Span
from tests.making import link_models
from tests.views.test_pages import click, html, opened, said


@pytest.fixture
def own(sample_library: Path, tmp_path: Path) -> Path:
    """A copy of the sample library, to be pinned from."""
    return Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))


def stored(library: Path) -> list[Collection]:
    with closing(Store.open(library)) as store:
        return read_collections(store)


def visit(library: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    at = opened(library, monkeypatch)
    at.switch_page("views/collections.py").run()
    assert not at.exception
    return at


def quotes(at: AppTest) -> list[str]:
    return [unescape(re.sub("<[^>]*>", "", quote)) for quote in re.findall("(?s)<blockquote.*?</blockquote>", html(at))]


def field(at: AppTest, beginning: str, number: int = 0) -> str:
    """The key of a field of a passage."""
    return [box.key for box in at.text_input if box.key and box.key.startswith(beginning)][number]


def test_what_is_pinned_in_a_search_stands_in_the_collection_with_its_source(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(own, monkeypatch, q="what happens to the bladder")
    at.button(key="pin-hit-2").click().run()
    at.button(key="pin-hit-1").click().run()
    assert not at.exception
    assert (at.button(key="pin-hit-1").label, at.button(key="pin-hit-1").disabled) == ("Pinned", True)
    assert at.button(key="pin-hit-3").label == "Pin"
    (collection,) = stored(own)
    at.switch_page("views/collections.py").run()
    assert not at.exception
    with closing(Store.open(own)) as store:
        for pin in collection.pins:
            text = store.documents.load(pin.source.id)[1].text
            assert text[slice(*pin.passage.span)] == pin.passage.text
            assert pin.source.title in html(at)
    assert len(quotes(at)) == 2
    assert "2 passages. All stand as they did when pinned." in html(at)
    first, second = collection.pins
    at.button(key=f"down-{first.id}").click().run()
    assert [pin.id for pin in stored(own)[0].pins] == [second.id, first.id]
    at.button(key=f"remove-{second.id}").click().run()
    assert len(quotes(at)) == 1
    click(at, "Undo removing a passage")
    assert [pin.id for pin in stored(own)[0].pins] == [second.id, first.id]
    assert len(quotes(at)) == 2


def test_an_empty_library_and_an_empty_collection_say_so_calmly(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for library in (tmp_path / "none", own):
        at = visit(library, monkeypatch)
        assert "Nothing is pinned yet" in html(at)
    at.text_input(key="new_collection").set_value("Reading").run()
    click(at, "Make it")
    assert [collection.name for collection in stored(own)] == ["Reading"]
    assert "Nothing is pinned in this collection yet." in html(at)


def test_the_later_of_two_windows_is_told_and_what_it_wrote_is_shown(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with closing(Store.open(own)) as store:
        source = store.documents.sources()[0][0].id
    collection = pin_passage(own, None, source, Span(0, 40))
    at = visit(own, monkeypatch)
    update(own, collection.id, lambda now: noted(now, now.pins[0], "theirs", ["x"]))
    at.text_input(key=field(at, "note-")).set_value("mine").run()
    assert "changed in another window meanwhile" in html(at)
    assert "note “mine”" in html(at)
    assert at.text_input(key=field(at, "note-")).value == "theirs"
    at.text_input(key=field(at, "tags-")).set_value("a, b , a").run()
    assert (stored(own)[0].pins[0].note, stored(own)[0].pins[0].tags) == ("theirs", ("a", "b"))


def test_passages_are_shown_by_their_tags(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With any of those that are chosen; each is offered with how many passages have it."""
    with closing(Store.open(own)) as store:
        source = store.documents.sources()[0][0].id
    spans = {Span(0, 10): ["a"], Span(10, 20): ["a", "b"], Span(20, 30): ["c"], Span(30, 40): []}
    collection = [pin_passage(own, None, source, span, tags=tags) for span, tags in spans.items()][-1]
    texts = [pin.passage.text for pin in collection.pins]
    at = visit(own, monkeypatch)
    tags = at.multiselect(key=f"tags-of-{collection.id}")
    assert tags.options == ["a (2)", "b (1)", "c (1)"]
    assert quotes(at) == texts
    tags.set_value(["b", "c"]).run()
    assert quotes(at) == texts[1:3]


def test_collections_are_renamed_merged_and_deleted_and_put_back(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store.open(own)) as store:
        source = store.documents.sources()[0][0].id
    put_back(own, Collection("other", "Other"))
    pin_passage(own, "other", source, Span(0, 40))
    put_back(own, Collection("first", "First"))
    at = visit(own, monkeypatch)
    at.selectbox(key="collection_shown").select("first").run()
    at.text_input(key="rename-first").set_value("other").run()
    click(at, "Rename")
    assert "There is a collection “other” already" in html(at)
    at.text_input(key="rename-first").set_value("Second").run()
    click(at, "Rename")
    click(at, "Merge")
    assert {collection.name: len(collection.pins) for collection in stored(own)} == {"Second": 1}
    click(at, "Undo merging")
    assert {collection.name: len(collection.pins) for collection in stored(own)} == {"Second": 0, "Other": 1}
    at.selectbox(key="collection_shown").select("other").run()
    click(at, "Delete this collection")
    assert {collection.name for collection in stored(own)} == {"Second"}
    click(at, "Undo deleting a collection")
    assert {collection.name: len(collection.pins) for collection in stored(own)} == {"Second": 0, "Other": 1}


def test_many_passages_are_paged_and_odd_ones_are_shown_as_they_are(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """5,000 of them; a title of 300 characters, a source without metadata, hostile text, a text that runs leftwards."""
    texts = ["<script>alert(1)</script> $x$ **bold**", "النص من اليمين إلى اليسار"]
    sources = [Source("gone", "bare.txt"), Source("gone", "b.txt", title="A title " * 38, authors=("Ann Lee",))]
    pins = tuple(
        PinnedPassage(sources[n % 2], Passage(texts[n % 2], Span(n * 50, n * 50 + len(texts[n % 2]))))
        for n in range(5000)
    )
    put_back(own, Collection("many", "Many", pins))
    at = visit(own, monkeypatch)
    assert "5,000 passages. Since they were pinned: 5,000 gone." in html(at)
    assert quotes(at) == texts * 10
    assert "<script" not in html(at)
    assert html(at).count("<span>bare.txt</span>") == 10
    assert html(at).count('class="sw-quote" dir="auto"') == 20
    at.number_input(key="pins_page").set_value(250).run()
    assert field(at, "note-", 19).startswith(f"note-{pins[-1].id}")


def test_what_an_ingest_did_to_pins_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the words that changed, and a link to where the passage stands now."""
    with closing(Store.open(own)) as store:
        document = store.documents.load(store.documents.sources()[0][0].id)[1]
    text, length = document.text, 60
    words = [
        (Passage(text[5 : 5 + length], Span(4, 4 + length)), "moved"),
        (Passage(f"{text[100:300]} entirely", Span(100, 309)), "edited"),
        (Passage("Wombats sing at midnight in opera houses.", Span(2, 43)), "gone"),
    ]
    put_back(own, Collection("some", "Some", tuple(PinnedPassage(document.source, passage) for passage, _ in words)))
    at = visit(own, monkeypatch)
    assert "3 passages. Since they were pinned: 1 moved, 1 edited, 1 gone." in html(at)
    assert "It has moved in its source; its words are the same." in html(at)
    assert "“entirely” is left out" in html(at) or "entirely” is now" in html(at)
    assert "It is gone from your library." in html(at)
    assert len(at.get("page_link")) >= 2
    at.toggle(key="only_changed").set_value(True).run()
    assert len(quotes(at)) == 3


def test_a_passage_is_pinned_from_its_source_and_from_a_draft(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(Store.open(own)) as store:
        document = store.documents.load(store.documents.sources()[0][0].id)[1]
    at = opened(own, monkeypatch)
    at.query_params.update({"id": document.source.id, "start": "0", "end": "30"})
    at.switch_page("views/source.py").run()
    at.button(key="pin-passage").click().run()
    assert not at.exception
    assert [pin.passage.text for pin in stored(own)[0].pins] == [document.text[:30]]
    assert at.button(key="pin-passage").label == "Pinned"
    at.query_params.clear()
    at.switch_page("views/draft.py").run()
    at.text_area(key="draft_text").input("Calvin Stevens synthesised ketamine in 1972.")
    click(at, "Check")
    at.button(key="pin-evidence-1").click().run()
    assert not at.exception
    assert "1962" in stored(own)[0].pins[1].passage.text
    assert said(at, "s") == ["1"]


def copied(at: AppTest) -> list[str]:
    return [unescape(text) for text in re.findall('data-copy="([^"]*)"', html(at))]


def test_the_style_is_chosen_once_and_every_copy_cites_in_it(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(own, monkeypatch, q="what happens to the bladder")
    plain = copied(at)
    at.selectbox(key="cite_as").set_value("apa").run()
    assert not at.exception
    cited = copied(at)
    assert len(cited) == len(plain) == 10
    for before, after in zip(plain, cited, strict=True):
        quote = before.rpartition(" — ")[0]
        assert after.startswith(f"{quote} (")
        assert re.search(r"\n\n.+\(\d{4}|n\.d\.", after)
    at.button(key="pin-hit-1").click().run()
    at.switch_page("views/collections.py").run()
    assert not at.exception
    assert copied(at) == cited[:1]
    assert at.selectbox(key="cite_as").value == "apa"
    assert {file.label for file in at.get("download_button")} == {"Word", "Markdown", "HTML", "CSV"} | {
        "BibTeX",
        "RIS",
        "CSL-JSON",
    }
