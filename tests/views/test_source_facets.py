"""The list of the library: its order, its conditions, and how an address carries them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Source
from ingest.sync.pipeline import ingest
from tests.views.test_pages import click, html, labelled, opened, said
from views.components.source_facets import FACETS, SORTS, Choice, Listing, counts, listed

KNOWN = [
    Listing(Source("a", "old/alpha.pdf", title="beta", authors=("Zoe", "Ann"), published="2020-05", language="de"), 3),
    Listing(Source("b", "b.html", title="Alpha", authors=("Bo",), published="2021", kind="webpage"), 9, "2026-02"),
    Listing(Source("c", "old/c.pdf", title="gamma", language="de"), 1, "2026-01", by_ocr=True),
]


@pytest.mark.parametrize(
    ("sort", "ids"),
    [("title", "bac"), ("author", "bac"), ("date", "bac"), ("kind", "acb"), ("passages", "bac"), ("added", "bca")],
)
def test_the_list_has_an_order_and_what_lacks_the_value_comes_last(sort: str, ids: str) -> None:
    assert "".join(listing.source.id for listing in listed(KNOWN, Choice(sort=sort))) == ids


def test_values_of_one_facet_widen_and_those_of_another_narrow() -> None:
    def ids(choice: Choice) -> str:
        return "".join(listing.source.id for listing in listed(KNOWN, choice))

    assert ids(Choice(facets={"author": ("Ann", "Bo")})) == "ba"
    assert ids(Choice(facets={"author": ("Ann", "Bo"), "year": ("2021",)})) == "b"
    assert ids(Choice(facets={"is": ("Without a date",)})) == "c"
    assert ids(Choice(facets={"is": ("Read by OCR",), "folder": ("old",)})) == "c"
    assert ids(Choice(find="ALPHA pdf")) == "a"
    assert ids(Choice(facets={"kind": ("Poem",)})) == ""


def test_counts_are_of_what_the_other_conditions_leave() -> None:
    narrowed = Choice(facets={"language": ("German",), "format": ("Web page",)})
    assert counts(KNOWN, narrowed, "format") == {"PDF": 2, "Web page": 0}
    assert counts(KNOWN, narrowed, "language") == {"German": 0}
    assert list(counts(KNOWN, Choice(), "year")) == ["2021", "2020"]
    assert counts(KNOWN, Choice(), "is") == {"Read by OCR": 1, "Without a date": 1, "Without an author": 1}


@given(
    st.builds(
        Choice,
        st.text(),
        st.dictionaries(st.sampled_from(list(FACETS)), st.lists(st.text(), min_size=1, unique=True).map(tuple)),
        st.sampled_from(list(SORTS)),
        st.integers(1, 99_999),
        st.lists(st.text(), unique=True).map(tuple),
    )
)
def test_an_address_of_the_list_reads_back(choice: Choice) -> None:
    params = {name: [value] if isinstance(value, str) else value for name, value in choice.params().items()}
    assert Choice.from_params(params) == choice


def test_nonsense_in_the_address_of_the_list_counts_as_not_said() -> None:
    assert Choice.from_params({"sort": ["size"], "page": ["-1"], "zzz": ["x"]}) == Choice()
    assert Choice.from_params({"page": ["9" * 400]}).page == 1


def test_chosen_sources_are_compared_edited_and_removed_together(
    library: Path, tmp_path: Path, few_questions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The state of the list is in the address: conditions, order, and what was chosen, which conditions keep."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("one.txt", "two.md", "three.txt"):
        (notes / name).write_text(f"The ferry {name} leaves the harbour at noon.\n", encoding="utf-8")
    ingest([notes], library)
    at = opened(library, monkeypatch)
    at.query_params["format"] = "Plain text"
    at.switch_page("views/library.py").run()
    assert at.multiselect(key="facet-format").value == ["Plain text"]
    assert at.multiselect(key="facet-format").options == ["Plain text (2)", "Markdown (1)"]
    assert html(at).count('<p class="sw-source"><a') == 2
    for box in at.checkbox:
        box.check()
    at.run()
    assert len(said(at, "chosen")) == 2
    at.multiselect(key="facet-format").set_value(["Markdown"]).run()
    assert html(at).count('<p class="sw-source"><a') == 1
    assert "Chosen:" in html(at)
    assert "Compare the two" in [link.proto.label for link in at.get("page_link")]
    labelled(at, "Publisher or journal").set_value("The <i>pier</i>")
    labelled(at, "Published").set_value("2021-13")
    click(at, "Save for all")
    assert "2021-13 is no date" in html(at)
    labelled(at, "Published").set_value("2021-12")
    click(at, "Save for all")
    click(at, "Clear all conditions")
    assert html(at).count("The &lt;i&gt;pier&lt;/i&gt; · 2021-12") == 2
    at.selectbox(key="sort").set_value("date").run()
    assert said(at, "sort") == ["date"]
    click(at, "Remove from the library")
    assert "chosen" not in at.query_params
    assert html(at).count('<p class="sw-source"><a') == 1
    assert sorted(file.name for file in notes.iterdir()) == ["one.txt", "three.txt", "two.md"]
    assert ingest([notes], library).documents["added"] == 2
