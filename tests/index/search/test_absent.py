"""Which words of a query are told to stand nowhere in a library."""

from __future__ import annotations

import pytest

from index.publishing.publish import publish
from index.search.index import Index
from index.snapshot.generation import Generation
from index.storage import lock
from index.storage.store import Store
from tests.making import Hashed, put


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("absent") / "library"
    store = Store.create(folder)
    title = f"Tides {'and tides ' * 20} of Ostrava"
    text = "The fish\u200bery had a long-\nterm plan for 2 500 nets. A heat wave met the windspeed."
    put(
        store,
        "a",
        text,
        title=title,
        authors=("Zoe\u0308 Mu\u0308ller",),
        publisher="Kelp Press",
        location="reports/weir_2004.txt",
    )
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    return Index(folder, Generation.open(folder), Hashed())


@pytest.mark.parametrize(
    ("query", "absent"),
    [
        ("fishery plan zebra", ("zebra",)),
        ("long-term longterm planning", ()),
        ("2500 and 2,500 and 2 500 nets", ()),
        ("Muller, Müller, Mu\u0308ller and Zoe", ()),
        ("Ostrava, Kelp Press, weir 2004", ()),
        ("ze\u00adbra and the cafe\u0301", ("zebra", "café")),
        ("東京 nets", ("東京",)),
        # In one word or in two.
        ("heatwave", ()),
        ("wind speed of nets", ()),
        ("waveheat of speed", ("waveheat", "speed")),
        ("heatnets", ("heatnets",)),
        # What asks for a view names no subject.
        ("What is your opinion of nets, what do you think?", ()),
    ],
)
def test_a_word_is_absent_that_no_text_and_no_name_of_a_source_has(
    index: Index, query: str, absent: tuple[str, ...]
) -> None:
    assert index.search(query).absent == absent


def test_an_author_is_offered_as_the_nearest_spelling(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Hashed, "pieces", lambda _, word: list(word), raising=False)
    assert index.search("nets by Muler").nearest == {"Muler": "muller"}
    assert index.search("nets by Muxxer").nearest == {}
