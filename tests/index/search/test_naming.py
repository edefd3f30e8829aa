"""What a search knows of the library beyond its passages: whose sources they are, how words are spelt and shortened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.output.json_output import answer_json
from index.output.terminal import format_named
from index.publishing.publish import publish
from index.search.abbreviations import defined
from index.search.index import Index
from index.search.naming import SourceNames
from index.search.query import matching_spans, parse_query
from index.search.spelling import nearest
from index.snapshot.generation import Generation
from index.storage import lock
from index.storage.rows import NameRow
from index.storage.store import Store
from index.text.letters import letters_apart
from index.types import NamedBy, Span
from tests.making import Hashed, put

ROWS = {
    "marsh": (
        "Herons wait at the weir each spring. The Water Quality Board (WQB) counts them in April.",
        {
            "title": "The slow rivers of the north: a survey",
            "authors": ("Ilse Q. Varnholt",),
            "publisher": "Fenland Review",
        },
    ),
    "hill": (
        "Brown bears sleep through most of the winter. Herons are seldom seen above the tree line.",
        {"title": "Notes on upland weather", "authors": ("Oskar Brown",), "publisher": "Fenland Review"},
    ),
    "board": (
        "The WQB closed the weir for repairs. Naloxone was not among the supplies that were ordered.",
        {"title": "Minutes of May", "authors": ("Town clerk",)},
    ),
}


class Speller(Hashed):
    """A model that has these words in pieces only, since they are rare or misspelt."""

    def pieces(self, text: str) -> list[Span]:
        if text not in ("heroms", "nalaxones", "xylophone"):
            return super().pieces(text)
        return [Span(at, at + 1) for at in range(len(text))]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("named") / "library"
    store = Store.create(folder)
    for identity, (text, about) in ROWS.items():
        put(store, identity, text, **about)
    with lock.write_lock(folder):
        publish(folder, store, Hashed())
    return Index(folder, Generation.open(folder), Speller())


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("what does Ilse Varnholt say about herons", [(NamedBy.AUTHOR, "Ilse Q. Varnholt", 1)]),
        ("ilse q. varnholt", [(NamedBy.AUTHOR, "Ilse Q. Varnholt", 1)]),
        ("herons according to Varnholt", [(NamedBy.AUTHOR, "Ilse Q. Varnholt", 1)]),
        ("do brown bears sleep", []),
        ("Brown bears", []),
        ("the winter in Brown's notes", [(NamedBy.AUTHOR, "Oskar Brown", 1)]),
        ("herons in the Fenland Review", [(NamedBy.PUBLISHER, "Fenland Review", 2)]),
        ("the slow rivers of the north", [(NamedBy.TITLE, "The slow rivers of the north: a survey", 1)]),
        ("rivers of the north", []),
    ],
)
def test_a_query_names_authors_publishers_and_titles(
    index: Index, query: str, named: list[tuple[str, str, int]]
) -> None:
    answer = index.search(query)
    assert [(name.by, name.name, len(name.sources)) for name in answer.named] == named


def test_the_passages_of_a_named_author_or_publisher_come_first(index: Index) -> None:
    """The name stands in none of the texts, and is not reported as absent."""
    answer = index.search("what does Oskar Brown write about herons")
    assert answer.hits[0].source.id == "hill"
    assert answer.absent == ()
    assert index.search("herons at the weir").hits[0].source.id == "marsh"


def test_what_a_named_author_does_not_speak_of_is_said(index: Index) -> None:
    """In a word that others have; and that none of the passages shown is theirs. Of publishers too."""
    answer = index.search("what did Oskar Brown write about naloxone and the weir", 1)
    assert [(name.name, name.lacking) for name in answer.named] == [("Oskar Brown", ("naloxone", "weir"))]
    (hit,) = answer.hits
    said = "By Oskar Brown: 1 source, without the words “naloxone”, “weir”"
    (named,) = answer.named
    assert format_named(named, [hit]) == said + "; none of these passages is theirs" * (hit.source.id != "hill")
    assert answer_json(answer)["named"][0]["lacking"] == ["naloxone", "weir"]
    assert index.search("what does Oskar Brown say about herons and zebras").named[0].lacking == ()
    assert index.search("the Fenland Review on naloxone").named[0].lacking == ("naloxone",)


@given(text=st.text(max_size=60))
def test_no_text_breaks_the_search_for_names(text: str) -> None:
    names = SourceNames([NameRow(1, "a", text, (text, "Ada Byron"), text, "a.txt")])
    assert {name.by for name in names.named(f"by Ada Byron {text}").sources} >= {NamedBy.AUTHOR}


def test_a_quoted_phrase_may_stand_in_the_title_and_excludes_by_the_text_alone(index: Index) -> None:
    records = [hit.source.id for hit in index.search('"upland weather" herons').hits]
    assert records == ["hill"]
    assert {hit.source.id for hit in index.search('herons -"upland weather"').hits} >= {"hill", "marsh"}


def test_a_misspelt_word_offers_the_nearest_that_the_library_has(index: Index) -> None:
    assert dict(index.search("what do heroms eat").nearest) == {"heroms": "herons"}
    assert dict(index.search("nalaxones").nearest) == {"nalaxones": "naloxone"}
    assert dict(index.search("xylophone").nearest) == {}
    assert dict(index.search("wear").nearest) == {}, "rightly spelt, though weir is near"
    assert nearest("wier", ["the weir, the weird weir"]) == "weir"


@given(left=st.text("abc", max_size=6), right=st.text("abc", max_size=6))
def test_the_distance_is_symmetric_and_zero_only_between_equals(left: str, right: str) -> None:
    assert letters_apart(left, right) == letters_apart(right, left) <= max(len(left), len(right))
    assert (letters_apart(left, right) == 0) == (left == right)


def test_an_abbreviation_and_its_long_form_reach_each_other(index: Index) -> None:
    """One text defines it, and another uses only the short form."""
    long = {hit.source.id: hit.parts.bm25 for hit in index.search("Water Quality Board").hits}
    assert long["board"] > 0.0
    short = {hit.source.id: hit.parts.bm25 for hit in index.search("WQB").hits}
    assert short["board"] > 0.0
    assert short["marsh"] > 0.0


@pytest.mark.parametrize(
    ("short", "text", "long"),
    [
        ("WQB", "The Water Quality Board (WQB) met.", "water quality board"),
        ("NIW", "It was the National Institute of Weirs (NIW).", "national institute of weirs"),
        ("WQB", "WQB (Water Quality Board) met.", "water quality board"),
        ("WQB", "A water meter (WQB) was read.", None),
        ("WQB", "The WQB met.", None),
        ("WQB", "AWQB (another water quality board)", None),
    ],
)
def test_a_text_defines_an_abbreviation_by_the_initials_of_the_words_beside_it(
    short: str, text: str, long: str | None
) -> None:
    assert defined(short, text) == long


def test_words_that_name_no_subject_are_neither_absent_nor_marked(index: Index) -> None:
    assert index.search("tell me a lot of stuff about herons").absent == ()
    text = "Give them lots of herons."
    spans = matching_spans(parse_query("a lot of herons to give"), text)
    assert [text[slice(*span)] for span in spans] == ["herons"]
    assert [text[slice(*span)] for span in matching_spans(parse_query("lots"), text)] == ["lots"]
