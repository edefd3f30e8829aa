"""The page without a browser: what it says in each state, and that source text can do nothing but be read."""

from __future__ import annotations

import gc
import json
import re
import sys
import threading
from collections import Counter
from dataclasses import replace
from html import unescape
from itertools import pairwise
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import TextInput

from index import Index, Library, LibraryError
from index.storage.store import Store
from index.types import By, Document, Section, Source, Span
from ingest.sync.pipeline import ingest
from tests.making import PATIENCE, ROOT
from views.components import folder_dialog, ingest_job, layout, upload
from views.components.document_text import Shown, document_html, headings, left_out_html
from views.components.marking import marked
from views.components.parameters import MOST, PER_SOURCE, STEP, SearchParameters
from views.components.selection import trimmed

pytestmark = pytest.mark.usefixtures("few_questions")

APP = str(ROOT / "app.py")
TAGS = "mark|u|br|p|h2|span|details|summary|div|table|thead|tbody|tr|th|td"
TAG = re.compile(rf"</?(?:{TAGS})(?: [a-z-]+=(?:\"[^\"<>]*\"|[\w-]+))*>")


def read_off(html: str) -> str:
    """What a reader sees: our own tags off, entities resolved."""
    return unescape(TAG.sub("", html))


# --- marking -----------------------------------------------------------------------------------------------------

TEXTS = st.text(st.sampled_from("ab <>&\"'/\n-$:[]\x00é\U0001f600"), max_size=60) | st.text(max_size=60)
SPANS = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 140), st.integers(0, 60))


MARKDOWN = st.text(st.sampled_from("ab *_#>|-:`<&\n"), max_size=60)


@given(TEXTS | MARKDOWN, st.integers(0, 60), st.none() | SPANS, st.lists(SPANS, max_size=6), st.booleans())
def test_marking_adds_tags_and_nothing_else(
    text: str, base: int, key: Span | None, marks: list[Span], markdown: bool
) -> None:
    html = marked(text, base, key, marks, markdown)
    assert read_off(html) == text
    assert not re.search("[<>]", TAG.sub("", html)), "something of the text is a tag"
    assert html.count("<mark>") == html.count("</mark>") <= 1


@given(TEXTS, SPANS, st.lists(SPANS, max_size=4))
def test_marked_is_what_was_meant(text: str, key: Span, marks: list[Span]) -> None:
    html = marked(text, 0, key, marks)
    assert read_off("".join(re.findall("<mark>(.*?)</mark>", html, re.DOTALL))) == text[slice(*key)]
    lit = {place for span in marks for place in range(span.start, min(span.end, len(text)))}
    assert len(read_off("".join(re.findall("<u>(.*?)</u>", html, re.DOTALL)))) == len(lit)


TABLE_LINES = ["|a|b|", "|-|:-:|", "a | <b>", "c | d & e", "a: b", "c: d; a: b", "", "|", "plain", " | ", "x | y | z"]
TABLES = st.lists(st.sampled_from(TABLE_LINES), max_size=9).map("\n".join)


@given(
    TEXTS | TABLES,
    st.lists(st.integers(0, 60), max_size=6),
    st.none() | SPANS,
    st.sampled_from([".txt", ".md", ".html", ".csv"]),
)
def test_a_document_is_shown_whole_and_inert(text: str, cuts: list[int], passage: Span | None, suffix: str) -> None:
    ends = sorted({min(cut, len(text)) for cut in cuts} | {0, len(text)})
    stretches = [Span(*pair) for pair in pairwise(ends)]
    sections = tuple(Section(span, text[:3].strip() or None) for span in stretches[::2])
    document = Document(Source("x", f"x{suffix}"), text, sections, tuple(stretches[1::2]))
    html = document_html(document, Span(0, len(text)), Shown(passage))
    shown = re.sub("Left out of the search: [\\d,]+ characters", "", read_off(html))
    assert shown.split() == text.split() or "".join(shown.split()) == "".join(text.split())
    assert not re.search("[<>]", TAG.sub("", html))
    for _, at, block in re.findall(r'<(p|table)[^>]* data-at="(\d+)"[^>]*>(.*?)</\1>', html, re.DOTALL):
        assert text.startswith(read_off(block), int(at)), "a selection in it would be told in other characters"


def test_what_is_pinned_has_a_rail_with_its_note() -> None:
    text = "The first line.\n\nThe second line.\n\nThe third."
    document = Document(Source("x", "x.txt"), text, (Section(Span(0, len(text))),))
    html = document_html(document, Span(0, len(text)), Shown(pins=[(Span(21, 27), 'a "note" <b>')]))
    assert re.findall('<p class="sw-kept"[^>]*>(.*?)</p>', html) == ["The second line."]
    assert 'title="Pinned; a &quot;note&quot; &lt;b&gt;"' in html


@pytest.mark.parametrize(
    ("chosen", "span"),
    [
        ({"start": 0, "end": 7}, Span(2, 5)),
        ({"start": 2, "end": 3}, Span(2, 3)),
        ({"start": 0, "end": 2}, None),
        ({"start": 5, "end": 4}, None),
        ({"start": -1, "end": 4}, None),
        ({"start": 0, "end": 8}, None),
        ({"start": "0", "end": 4}, None),
        ({"end": 4}, None),
        ([0, 4], None),
    ],
)
def test_only_a_part_of_the_text_can_be_selected(chosen: object, span: Span | None) -> None:
    assert trimmed("  abc  ", chosen) == span


HOSTILE = '<script>alert(1)</script> <img src=x onerror="alert(2)"> $x$ :red[no] **bold** </blockquote> &lt;b&gt;'


def test_hostile_text_stays_text() -> None:
    html = marked(HOSTILE, 5, Span(5, 30), [Span(10, 12), Span(11, 50)])
    assert "<script" not in html
    assert "<img" not in html
    assert read_off(html) == HOSTILE


def test_a_line_that_was_only_wrapped_is_not_broken() -> None:
    wrapped = "A sentence that is long enough to have been wrapped by its editor\nand goes on here.\n\n- one\n- two"
    assert marked(wrapped).count("<br>") == 1
    assert marked(wrapped).count("sw-gap") == 1


def test_signs_of_markdown_stay_but_quietly() -> None:
    """Headings, emphasis and tables; a dash, a product and a name with a low line are text. Not in other files."""
    text = "## One\n\nA *ketone* of 5 * 3 - or __more__ in a_b_c.\n\n| Year | What |\n|---|---|\n| 1962 | made |"
    quiet = re.findall('<span class="sw-sign">(.*?)</span>', marked(text, markdown=True))
    assert quiet == ["##", "*", "*", "__", "__"]
    assert re.findall('<span class="sw-apart">(.*?)</span>', marked(text, markdown=True)) == [
        *("|", "|"),
        "|---|---|",
        *("|", "|"),
    ]
    assert marked(text, markdown=True).count('<span class="sw-between">|</span>') == 2
    assert read_off(marked(text, markdown=True)) == text
    assert "sw-sign" not in marked(text)


def test_the_rule_of_a_table_leaves_no_empty_line() -> None:
    table = "| Year | What |\n|------|:---:|\n| 1962 | made |\n| 1970 | sold |"
    assert marked(table, markdown=True).count("<br>") == 2
    assert marked(table).count("<br>") == 3
    assert read_off(marked(table, markdown=True)) == table


def test_bars_between_the_cells_of_a_row_are_shown_as_dots_and_copied_as_they_are() -> None:
    row = "Ford | 1.2 m | \nMill|stone | a"
    html = marked(row, 0, Span(0, 12), [Span(5, 9)])
    assert html.count('<span class="sw-between">|</span>') == 2
    assert html.count('<span class="sw-apart">|</span>') == 1
    assert read_off(html) == row


def test_headings_are_found_where_they_stand() -> None:
    text = "# One\n\nfirst text\n\n## Two ##\n\nsecond text"
    sections = (Section(Span(7, 17), "One"), Section(Span(30, 41), "One › Two"))
    found = headings(Document(Source("x", "x.md"), text, sections))
    assert [text[slice(*one.span)] for one in found] == ["# One", "## Two ##"]
    assert [text[slice(*one.words)] for one in found] == ["One", "Two"]


def test_headings_right_above_others_are_headings_too() -> None:
    text = "One\n\nTwo\n\nfirst text\n\nThree\n\nmore text"
    sections = (Section(Span(10, 20), "One › Two"), Section(Span(29, 38), "One › Three"))
    found = headings(Document(Source("x", "x.pdf"), text, sections))
    assert [text[slice(*one.words)] for one in found] == ["One", "Two", "Three"]


def test_pages_begin_where_their_first_heading_stands() -> None:
    text = "One\n\nfirst text\n\nTwo\n\nsecond text\n\nthird text"
    sections = (
        Section(Span(5, 15), "One", 1, "iv"),
        Section(Span(22, 33), "Two", 2),
        Section(Span(35, 45), "Two", 2),
    )
    html = document_html(Document(Source("x", "x.pdf"), text, sections), Span(0, len(text)), Shown())
    assert read_off(html).split() == [
        "Page",
        "iv",
        "One",
        "first",
        "text",
        "Page",
        "2",
        "Two",
        "second",
        "text",
        "third",
        "text",
    ]
    assert '<p class="sw-page" id="sw-page-2">Page 2</p>\n<h2' in html


def test_a_page_read_by_ocr_and_the_times_of_a_recording_are_said_in_the_text() -> None:
    text = "first\nsecond"
    scan = (Section(Span(0, 5), page=1), Section(Span(6, 12), page=2, ocr=0.9))
    html = document_html(Document(Source("x", "x.pdf"), text, scan), Span(0, len(text)), Shown())
    assert list(filter(None, read_off(html).split("\n"))) == ["Page 1", "first", "Page 2, read by OCR", "second"]
    talk = (Section(Span(0, 5), time=0.0), Section(Span(6, 12), time=71.5))
    html = document_html(Document(Source("x", "x.vtt"), text, talk), Span(0, len(text)), Shown())
    assert list(filter(None, read_off(html).split("\n"))) == ["0:00:00", "first", "0:01:11", "second"]


def test_what_the_extraction_left_out_is_inert() -> None:
    html = left_out_html(Document(Source("x", "x.html"), "text", (), (), ("Menu", HOSTILE)))
    assert read_off(html).endswith(f"Menu{HOSTILE}")
    assert left_out_html(Document(Source("x", "x.html"), "text", ())) == ""


# --- addresses ---------------------------------------------------------------------------------------------------


@given(
    st.builds(
        SearchParameters,
        q=st.text(),
        by=st.sampled_from(By),
        source=st.lists(st.text(min_size=1), unique=True).map(tuple),
        author=st.text(),
        since=st.text(),
        until=st.text(),
        per_source=st.sampled_from(PER_SOURCE),
        fast=st.booleans(),
        k=st.integers(1, MOST),
    )
)
def test_an_address_reads_back(asked: SearchParameters) -> None:
    params = {name: [value] if isinstance(value, str) else value for name, value in asked.params().items()}
    assert SearchParameters.from_params(params) == asked


def test_nonsense_in_an_address_counts_as_not_said() -> None:
    asked = SearchParameters.from_params({"by": ["force"], "k": ["-3"], "q": ["x"], "per_source": ["9"], "zzz": ["1"]})
    assert asked == SearchParameters(q="x")
    assert SearchParameters.from_params({"k": ["9" * 400]}).k == STEP
    assert SearchParameters.from_params({"k": ["99999"]}).k == MOST


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("note.txt", "note.txt"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("a\\..\\b.txt", "b.txt"),
        (".hidden.md", "hidden.md"),
        ("..", "unnamed.txt"),
        ("a\nb<c>.txt", "a_b_c_.txt"),
    ],
)
def test_an_uploaded_name_leads_nowhere_else(given_name: str, kept: str) -> None:
    assert upload.name_of(given_name) == kept


# --- the page ----------------------------------------------------------------------------------------------------


def html(at: AppTest) -> str:
    """All that the page shows as HTML, without its style sheet."""
    return "\n".join(one.proto.body for one in at.get("html") if "<style>" not in one.proto.body)


def opened(usual: Library, monkeypatch: pytest.MonkeyPatch, **params: str | list[str]) -> AppTest:
    """A first visit to an address."""
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(usual) if isinstance(usual, Path) else usual.url)
    at = AppTest.from_file(APP, default_timeout=PATIENCE)
    for name, value in params.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


def said(at: AppTest, name: str) -> list[str]:
    """A parameter of the address."""
    value = at.query_params.get(name, [])
    return [value] if isinstance(value, str) else list(value)


def click(at: AppTest, label: str) -> AppTest:
    next(one for one in at.button if one.label == label).click()
    at.run()
    assert not at.exception
    return at


def test_without_a_library_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(tmp_path / "none", monkeypatch)
    assert "python -m ingest FOLDER" in html(at)
    assert at.text_input(key="q").label == "Search your sources"


def test_an_empty_box_teaches_and_offers_examples(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch)
    assert "must occur" in html(at)
    click(at, "Can you get physically hooked on ketamine?")
    assert html(at).count("<article") == STEP
    assert said(at, "q") == ["Can you get physically hooked on ketamine?"]


def test_an_address_brings_its_answer(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="bladder harm", by="words", k="3", since="2024")
    assert html(at).count("<article") == 3
    assert "<mark>" in html(at)
    assert "<u>" in html(at)
    assert at.segmented_control(key="by").value == "words"
    assert "from 2024" in html(at)


def test_more_results_keep_the_first(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="ketamine")
    first = re.findall("<blockquote.*?</blockquote>", html(at), re.DOTALL)
    click(at, "More results")
    more = re.findall("<blockquote.*?</blockquote>", html(at), re.DOTALL)
    assert len(more) == 2 * STEP
    assert more[:STEP] == first
    assert said(at, "k") == [str(2 * STEP)]


def test_one_source_alone_and_back_to_all(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="bladder harm")
    click(at, "Only this source")
    (chosen,) = said(at, "source")
    assert at.multiselect(key="source").value == [chosen]
    assert len(set(re.findall("sw-rank.*?<a .*?>(.*?)</a>", html(at)))) == 1
    click(at, "Clear all filters")
    assert "source" not in at.query_params
    assert said(at, "q") == ["bladder harm"]


def test_passages_like_one_keep_the_question(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="bladder <b>harm</b>", k="1")
    click(at, "More like this")
    assert said(at, "like")
    click(at, "More like this")
    assert "You had asked: “bladder &lt;b&gt;harm&lt;/b&gt;”" in html(at)
    click(at, "Back to the question")
    assert said(at, "q") == ["bladder <b>harm</b>"]
    assert "You had asked" not in html(at)


@pytest.fixture
def with_copies(library: Path, tmp_path: Path) -> Path:
    """Two copies of a text under hostile headlines, one of them older; and another text."""
    notes = tmp_path / "notes"
    notes.mkdir()
    said = "The ferry leaves the harbour at noon and comes back after dark, whatever the tide does in between."
    dates = {"a": "2023-04-02", "b": "2021-04-01", "c": ""}
    rows = [{"_id": name, "title": f"{name} {HOSTILE}", "text": said, "date": date} for name, date in dates.items()]
    rows.append({"_id": "d", "title": "Trains", "text": "A train leaves the town every hour, on Sundays every other."})
    (notes / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ingest([notes], library)
    return library


def test_copies_are_one_hit_with_the_earliest_marked(with_copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(with_copies, monkeypatch, q="when does the ferry leave")
    page = html(at)
    assert page.count("<article") == 2
    assert "2, from 4 sources, 2 independent" in page
    assert "The same text stands in 2 other sources." in page
    assert page.count("<strong>earliest</strong>") + page.count("This is the earliest.") == 1
    assert "<script" not in page
    assert "<img" not in page
    assert [one.label for one in at.expander] == [
        "Where else it stands",
        "Take these passages along, and how they are cited",
        "Expected another passage?",
    ]
    labels = [one.proto.label for one in at.get("page_link")]
    assert labels.count("Show in context") == 4
    follow(at, "Show in context")
    assert html(at).count('id="sw-passage"') == 1


def test_of_each_source_at_most_so_many(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="bladder harm", per_source="1")
    sources = re.findall('<article class="sw-hit" id="sw-hit-(.*?)-', html(at))
    assert len(sources) == len(set(sources)) > 1
    assert "at most 1 of each source" in html(at)
    at.segmented_control(key="per_source").set_value(2).run()
    assert said(at, "per_source") == ["2"]
    click(at, "Clear all filters")
    assert "per_source" not in at.query_params


def test_the_reader_is_left_out_where_a_person_wants_it_fast(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(sample_library, monkeypatch, q="who should not take it?")
    assert "Reads as an answer" in html(at)
    at.toggle(key="fast").set_value(True).run()
    assert "Reads as an answer" not in html(at)
    assert said(at, "fast") == ["1"]


def test_a_reader_that_cannot_be_opened_is_told_and_missed_by_nobody_who_left_it_out(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = Index.open(sample_library)
    missing.reader_missing = "The reader's weights are missing: /srv/weights. The search goes on without it."
    monkeypatch.setattr("views.components.layout.opened", lambda folder: missing)
    at = opened(sample_library, monkeypatch, q="who should not take it?")
    assert "reads the best passages cannot be opened" in html(at)
    assert "/srv" not in html(at)
    at.toggle(key="fast").set_value(True).run()
    assert "cannot be opened" not in html(at)


def test_one_source_does_not_fill_the_page_unless_it_was_chosen(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three passages of each source by default; a source that was chosen, or one of few, is shown in full."""
    at = opened(sample_library, monkeypatch, q="bladder harm")
    counts = Counter(re.findall('<article class="sw-hit" id="sw-hit-(.*?)-', html(at)))
    assert sum(counts.values()) == STEP
    assert max(counts.values()) <= 3
    assert "Clear filters" not in [button.label for button in at.button]
    chosen = SearchParameters(source=("a",))
    assert (SearchParameters().limit(30), chosen.limit(30), SearchParameters().limit(2)) == (3, None, None)
    assert replace(chosen, per_source=1).limit(30) == 1


def test_a_named_author_and_a_misspelt_word_are_offered(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="what does the Sourcewise sample project say on blader harm")
    assert "By Sourcewise sample project: 5 sources" in html(at)
    click(at, "Search for bladder instead")
    assert said(at, "q") == ["what does the Sourcewise sample project say on bladder harm"]
    click(at, "Search only these")
    assert len(said(at, "source")) == 5
    assert "Search only these" not in [button.label for button in at.button]


def test_no_hit_says_what_to_loosen(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q='"zebra crossing" -road', since="2024")
    assert "No passage fits" in html(at)
    for advice in ("quoted phrase", "minus sign", "Widen the dates"):
        assert advice in html(at)


def test_filters_that_admit_no_source_are_what_is_to_blame(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(sample_library, monkeypatch, q='"zebra crossing" -road', since="2031")
    assert "No source fits the filters." in html(at)
    assert "Widen the dates" in html(at)
    assert "quoted phrase" not in html(at)
    assert "No date is both from 2025 on and until 2024" in html(
        opened(sample_library, monkeypatch, q="ketamine", since="2025", until="2024")
    )


def test_a_library_without_sources_says_so_on_every_page(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "none").mkdir()
    ingest([tmp_path / "none"], library)
    at = opened(library, monkeypatch, q="ketamine")
    assert "No sources yet" in html(at)
    at.switch_page("views/draft.py").run()
    assert "No sources yet" in html(at)
    at.switch_page("views/compare.py").run()
    assert "There are no sources yet." in html(at)


def test_words_that_stand_nowhere_are_told_first_and_in_each_passage(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What weighs much is the verdict itself; below each passage stand the words that it has, before the figures."""
    page = html(opened(sample_library, monkeypatch, q="ketamine and tinnitus", k="1"))
    assert "<strong>Near the subject, but none of your sources has the word “tinnitus”.</strong>" in page
    (why,) = re.findall('<details class="sw-parts">.*?</details>', page, re.DOTALL)
    assert why.index("It has “ketamine”.") < why.index("It does not have “tinnitus”.") < why.index("cosine")
    assert "It has" not in html(opened(sample_library, monkeypatch, like=f"{one_of(sample_library)}-0"))


def one_of(library: Path) -> str:
    """The id of a source whose first passage begins at 0."""
    store = Store.open(library)
    ids = [source.id for source, _, _ in store.documents.sources()]
    found = next(
        one for one in ids if next(iter(store.documents.passages(store.documents.load(one)[0]))).span.start == 0
    )
    store.close()
    return found


def test_an_answer_that_is_none_is_called_so(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="best recipe for sourdough bread")
    assert "Distant passages only: none of your sources has the words “recipe”, “sourdough”, “bread”." in html(at)
    assert "Why this passage: distant" in html(at)
    assert "<blockquote" in html(at)


@pytest.mark.parametrize("q", ["???", "\U0001f600", '"', "-"])
def test_a_query_without_words_is_a_plain_error(sample_library: Path, monkeypatch: pytest.MonkeyPatch, q: str) -> None:
    at = opened(sample_library, monkeypatch, q=q)
    assert 'role="alert"' in html(at)
    assert "no word to look for" in html(at)
    assert "Traceback" not in html(at)


def test_an_unknown_source_in_an_address_is_a_plain_error(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(sample_library, monkeypatch, q="dose", source=["<b>nothere</b>"])
    assert 'role="alert"' in html(at)
    assert "<b>nothere" not in html(at)


def test_a_library_that_is_none_and_one_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(tmp_path / "none", monkeypatch, q="dose", library=str(tmp_path / "other"))
    assert str(tmp_path / "other") in html(at)
    at = opened(tmp_path / "none", monkeypatch, q="dose", library="//server/share")
    assert "on another machine" in html(at)


def test_a_new_generation_is_seen(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The ferry leaves the harbour at noon.\n", encoding="utf-8")
    ingest([notes], library)
    at = opened(library, monkeypatch, q="when does the ferry leave")
    assert html(at).count("<article") == 1
    (notes / "b.txt").write_text("The last ferry leaves at nine in the evening.\n", encoding="utf-8")
    ingest([notes], library)
    at.run()
    assert html(at).count("<article") == 2


def follow(at: AppTest, label: str) -> None:
    """Go where the first link with this label leads."""
    link = next(one for one in at.get("page_link") if one.proto.label == label)
    for name, value in parse_qsl(link.proto.query_string):
        at.query_params[name] = value
    at.switch_page("views/source.py").run()
    assert not at.exception


# --- a document, the library -------------------------------------------------------------------------------------


def test_a_passage_is_shown_in_its_place(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch, q="bladder harm")
    follow(at, "Show in context")
    assert html(at).count('id="sw-passage"') == 1
    assert "<mark>" in html(at)
    assert "Left out of the search" in html(at)
    assert [one.proto.label for one in at.get("page_link")][:1] == ["Back to the results"]


@pytest.mark.parametrize(
    "params", [{}, {"id": "nothere"}, {"id": "nothere", "start": "x", "end": "9" * 50, "key": "1-2-3"}]
)
def test_a_document_that_is_not_there(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch, params: dict[str, str]
) -> None:
    at = opened(sample_library, monkeypatch)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page("views/source.py").run()
    assert not at.exception
    assert 'role="alert"' in html(at)


def test_a_long_document_is_shown_around_the_place(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tide = "The tide turned again and the boats swung round with it.\n\n" * 600
    begin = "The boats lay still.\n\nIt began with a lantern.\n\n"
    text = f"{begin}{tide}A heron stood on the jetty.\n\n{tide}It ended with a bell.\n"
    (tmp_path / "long.txt").write_text(text, encoding="utf-8")
    ingest([tmp_path / "long.txt"], library)
    at = opened(library, monkeypatch, q='"A heron stood"', k="1")
    follow(at, "Show in context")
    assert "A heron stood on the jetty." in read_off(html(at))
    assert "lantern" not in html(at)
    assert "bell" not in html(at)
    while further := [button.label for button in at.button if button.label.startswith("Show ")]:
        click(at, further[0])
    assert "lantern" in html(at)
    assert "bell" in html(at)


def test_the_library_lists_its_sources(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch)
    at.switch_page("views/library.py").run()
    assert not at.exception
    assert "Ketamine and the bladder" in html(at)
    at.text_input(key="find").set_value("bladder-harm").run()
    assert html(at).count('<p class="sw-source"><a') == 1


def test_a_folder_is_brought_in_and_its_report_told(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The ferry leaves the harbour at noon.\n", encoding="utf-8")
    (notes / "b.xyz").write_text("?", encoding="utf-8")
    at = opened(library, monkeypatch)
    at.switch_page("views/library.py").run()
    at.text_input(key="folder").set_value(f'"{notes}"').run()
    bring_in(at, library)
    assert "1 added, 1 skipped" in html(at)
    assert "b.xyz" in html(at)
    assert at.dataframe[0].value["File"].tolist() == ["a.txt", "b.xyz"]
    at.text_input(key="folder").set_value(str(tmp_path / "none")).run()
    bring_in(at, library)
    assert 'role="alert"' in html(at)


def test_the_library_says_what_has_changed_in_its_folders(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And brings it in; a folder that is not there keeps its sources and says so."""
    notes = tmp_path / "notes"
    notes.mkdir()
    for name in ("a.txt", "b.txt", "c.txt"):
        (notes / name).write_text(f"The ferry {name} leaves the harbour at noon.\n", encoding="utf-8")
    ingest([notes], library)
    at = opened(library, monkeypatch)
    at.switch_page("views/library.py").run()
    assert "3 sources" in html(at)
    assert "since then nothing has changed" in html(at)
    (notes / "a.txt").write_text("The ferry leaves the harbour in the evening.\n", encoding="utf-8")
    (notes / "b.txt").unlink()
    (notes / "d.txt").write_text("A bridge was built.\n", encoding="utf-8")
    at.run()
    assert "since then 1 new, 1 changed, 1 gone" in html(at)
    bring_in(at, library, "Update now")
    assert "1 added, 1 replaced, 1 unchanged, 1 removed" in html(at)
    assert "since then nothing has changed" in html(at)
    notes.rename(tmp_path / "elsewhere")
    at.run()
    assert "not there now" in html(at)
    assert "Update now" not in [button.label for button in at.button]


def test_a_folder_is_chosen_in_the_systems_dialog(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it writes comes into the field; nothing, an error or a dialog that is left open leave the field alone."""
    answer = [sys.executable, "-c", f"print({str(tmp_path)!r})"]
    monkeypatch.setattr(folder_dialog, "command", lambda: answer)
    at = opened(library, monkeypatch)
    at.switch_page("views/library.py").run()
    click(at, "Choose…")
    assert at.text_input(key="folder").value == str(tmp_path)
    assert folder_dialog.choose([sys.executable, "-c", "pass"]) is None
    assert folder_dialog.choose([sys.executable, "-c", "raise SystemExit(1)"]) is None
    assert folder_dialog.choose([sys.executable, "-c", "input()"], timeout=0.1) is None
    assert folder_dialog.choose(["no-such-command"]) is None
    with folder_dialog._open:
        assert folder_dialog.choose(answer) is None
    assert folder_dialog.choose(answer) == str(tmp_path)


def test_without_a_display_there_is_no_dialog(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor on a page that is served to other machines; the field is there always."""
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(folder_dialog.st, "get_option", lambda name: "127.0.0.1")
    assert folder_dialog.command() is None
    monkeypatch.setenv("DISPLAY", ":0")
    monkeypatch.setattr(folder_dialog.shutil, "which", lambda name: f"/bin/{name}" if name == "kdialog" else None)
    assert folder_dialog.command() == [
        "/bin/kdialog",
        "--title",
        "Choose a folder",
        "--getexistingdirectory",
        str(Path.home()),
    ]
    monkeypatch.setattr(sys, "platform", "darwin")
    shown = folder_dialog.command()
    assert shown is not None
    assert shown[0] == "osascript"
    monkeypatch.setattr(folder_dialog.st, "get_option", lambda name: "0.0.0.0")
    assert folder_dialog.command() is None


def bring_in(at: AppTest, library: Path, label: str = "Bring in the folder") -> None:
    """The ingest runs beside the page: wait for it, then look again."""
    click(at, label)
    under_way = ingest_job.last(library)
    assert under_way is not None
    assert under_way.ended.wait(PATIENCE)
    at.run()
    assert not at.exception


def test_a_stopped_ingest_says_so_and_keeps_what_it_has(library: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The ferry leaves the harbour at noon.\n", encoding="utf-8")
    under_way = ingest_job.IngestJob(library)
    under_way.stopped.set()
    under_way.run([tmp_path / "a.txt"])
    assert under_way.report is not None
    assert under_way.report.cancelled
    assert not under_way.problem
    again = ingest_job.IngestJob(library)
    again.run([tmp_path / "a.txt"])
    assert again.report is not None
    assert again.report.documents["added"] == 1


def test_a_second_ingest_does_not_hide_the_first(library: Path, tmp_path: Path) -> None:
    """A page that was opened before may still offer its button."""
    first = ingest_job._jobs()[library] = ingest_job.IngestJob(library)
    ingest_job.start(library, [tmp_path])
    assert ingest_job.last(library) is first
    first.ended.set()
    ingest_job.start(library, [tmp_path / "none"])
    second = ingest_job.last(library)
    assert second is not None
    assert second is not first
    assert second.ended.wait(PATIENCE)
    assert "cannot be read" in second.problem


def test_details_are_mended_and_the_edit_is_undone(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.txt").write_text("Harbour times\n\nThe ferry leaves the harbour at noon.\n", encoding="utf-8")
    ingest([tmp_path / "a.txt"], library)
    at = opened(library, monkeypatch, q="ferry")
    follow(at, "Show in context")
    assert "a guess, read off the text" in html(at)
    at.toggle[0].set_value(True).run()
    labelled(at, "Title").set_value("The ferry <b>of</b> Ann Sample")
    labelled(at, "Published").set_value("2021-13")
    click(at, "Save")
    assert "2021-13 is no date" in html(at)
    labelled(at, "Published").set_value("2021-12")
    click(at, "Save")
    assert not at.exception
    assert "The ferry &lt;b&gt;of&lt;/b&gt; Ann Sample · 2021-12" not in html(at)
    assert "The ferry &lt;b&gt;of&lt;/b&gt; Ann Sample" in html(at)
    assert "your edit" in html(at)
    assert not at.toggle[0].value, "the form closes"
    at.toggle[0].set_value(True).run()
    click(at, "Undo all edits")
    assert "your edit" not in html(at)
    assert "Harbour times" in html(at)


def labelled(at: AppTest, label: str) -> TextInput:
    (found,) = (one for one in at.text_input if one.label == label)
    return found


def test_another_library_is_opened_and_left_again(
    sample_library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(tmp_path / "none", monkeypatch)
    at.switch_page("views/library.py").run()
    at.text_input(key="other").set_value(str(sample_library)).run()
    click(at, "Open")
    assert "Ketamine and the bladder" in html(at)
    assert said(at, "library") == [str(sample_library)]
    click(at, "Back to the usual one")
    assert "Ketamine and the bladder" not in html(at)


def test_what_is_made_beforehand_is_kept_and_a_fault_waits_for_who_asks(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = threading.Event()

    def fails() -> None:
        made.set()
        raise LibraryError("It cannot be made.")

    errors: list[object] = []
    monkeypatch.setattr(threading, "excepthook", errors.append)
    layout.beforehand(fails)
    assert made.wait(30)
    assert errors == []
    gc.collect()
    assert opened(sample_library, monkeypatch, q="ketamine").session_state["q"] == "ketamine"
    assert gc.get_freeze_count() > 0
