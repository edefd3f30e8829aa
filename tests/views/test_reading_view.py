"""The reading view: what is sought in a document, its outline, and what a source is called."""

from __future__ import annotations

import re
from html import unescape
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from index import Document, Origin, Section, Source, Span
from index.text import bare
from ingest.sync.pipeline import ingest
from tests.views.test_pages import TAG, html, opened, read_off, said
from views.components import source_words
from views.components.document_text import Shown, document_html, headings
from views.components.find_in_text import SearchableText
from views.components.marking import Match, marked


def slices(text: str, wanted: str) -> list[str]:
    return [text[slice(*match.span)] for match in SearchableText.of(text).matches(wanted)]


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("Straße, STRASSE and strasse", "strasse", ["Straße", "STRASSE", "strasse"]),
        ("Müller; Mu\u0308ller; muller", "MULLER", ["Müller", "Mu\u0308ller", "muller"]),
        ("the tide\nturned and the tide turned", "tide turned", ["tide\nturned", "tide turned"]),
        ("“quoted” and 'quoted'", '"quoted"', ["“quoted”"]),
        ("a light-\nhouse and a lighthouse", "lighthouse", ["light-\nhouse", "lighthouse"]),
        ("haha", "aha", ["aha"]),
        ("banana", "ana", ["ana"]),
        ("any text", " \u00ad ", []),
        ("", "a", []),
    ],
)
def test_all_ways_of_writing_are_found_where_they_stand(text: str, wanted: str, expected: list[str]) -> None:
    assert slices(text, wanted) == expected


@given(st.text("aßäé. -\nﬁ\u0301x1", max_size=40), st.integers(0, 39), st.integers(1, 6))
def test_what_is_found_rises_and_reads_as_what_was_sought(text: str, start: int, length: int) -> None:
    wanted = text[start : start + length]
    matches = SearchableText.of(text).matches(wanted)
    assert [match.number for match in matches] == list(range(1, len(matches) + 1))
    assert all(first.span.end <= second.span.start for first, second in pairwise(matches))
    assert all(bare(wanted)[:1] in bare(text) for _ in matches)


@given(st.text("ab <&|*\n", max_size=30), st.integers(1, 29), st.integers(0, 29), st.integers(0, 29))
def test_marks_of_what_is_sought_only_add_tags(text: str, length: int, start: int, end: int) -> None:
    spans = [Span(at, min(at + length, len(text))) for at in range(0, len(text), length + 1)]
    matches = [Match(span, number) for number, span in enumerate(spans, 1)]
    key = Span(min(start, end), max(start, end))
    shown = marked(text, 0, key, [], True, matches)
    assert unescape(TAG.sub("", shown)) == text
    assert {int(number) for number in re.findall(r'data-match="(\d+)"', shown)} == set(range(1, len(spans) + 1))


def test_a_match_is_marked_in_headings_paragraphs_the_passage_and_what_was_left_out() -> None:
    text = "The reed\n\nA reed bends.\n\nAnother reed breaks.\n\nShare this reed"
    sections = (Section(Span(10, 45), "The reed"),)
    document = Document(Source("x", "x.txt"), text, sections, (Span(47, len(text)),))
    matches = SearchableText.of(text).matches("reed")
    shown = document_html(document, Span(0, len(text)), Shown(Span(10, 23), Span(10, 23), matches=matches))
    assert re.findall(r'data-match="(\d)">(.*?)</u>', shown) == [(str(number), "reed") for number in (1, 2, 3, 4)]
    assert read_off(shown).count("reed") == 4
    part = document_html(document, Span(25, 45), Shown(matches=matches))
    assert re.findall(r'data-match="(\d)"', part) == ["3"]


def test_headings_have_the_level_of_their_sections() -> None:
    text = "One\n\nTwo\n\nfirst text\n\nThree\n\nmore text"
    sections = (Section(Span(10, 20), "One › Two"), Section(Span(29, 38), "One › Three"))
    assert [heading.level for heading in headings(Document(Source("x", "x.pdf"), text, sections))] == [0, 1, 1]


def test_a_source_is_told_in_words() -> None:
    declared = {"kind": Origin.FORMAT}
    assert source_words.kind_and_language(Source("x", "a/b.PDF", language="de-AT")) == "PDF, in German"
    assert source_words.kind_and_language(Source("x", "b.html", kind="webpage", origins=declared)) == "Web page"
    book = Source("x", "b.epub", kind="book", language="fr", origins=declared)
    assert source_words.kind_and_language(book) == "Book · E-book, in French"
    article = Source("x", "b.pdf", kind="article-journal", origins=declared)
    assert source_words.kind_and_language(article) == "Journal article · PDF"
    assert source_words.kind_name(Source("x", "b", kind="paper-conference")) == "Conference paper"
    assert source_words.kind_name(Source("x", "b", kind="legal_case")) == "Legal case"
    assert source_words.kind_and_language(Source("x", "Makefile")) == ""


@pytest.mark.parametrize(
    ("url", "doi", "expected"),
    [
        ("https://example.org/a?b", "10.1/x", "https://example.org/a?b"),
        (None, "10.1000/a b<c>", "https://doi.org/10.1000/a%20b%3Cc%3E"),
        ("javascript:alert(1)", None, ""),
        ("file:///etc/passwd", None, ""),
        ("http://[", None, ""),
        ("/relative", None, ""),
    ],
)
def test_only_an_address_of_the_web_is_a_link(url: str | None, doi: str | None, expected: str) -> None:
    assert source_words.web_address(Source("x", "x.txt", url=url, doi=doi)) == expected


def at_source(library: Path, monkeypatch: pytest.MonkeyPatch, **params: str) -> AppTest:
    at = opened(library, monkeypatch)
    for name, value in params.items():
        at.query_params[name] = value
    at.switch_page("views/source.py").run()
    assert not at.exception
    return at


def test_a_long_document_is_searched_as_a_whole(library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count is of the whole document, and the part around the chosen match is shown; the outline has it all."""
    tide = "The tide turned again and the boats swung round with it.\n\n" * 800
    text = f"# Lantern\n\nIt began with a lantern.\n\n{tide}# Bell <b>\n\nA LANTERN and a bell.\n"
    (tmp_path / "long.md").write_text(text, encoding="utf-8")
    ingest([tmp_path / "long.md"], library)
    (identity,) = (source.id for source in sources(library))
    at = at_source(library, monkeypatch, id=identity, find="lantern")
    assert '<span class="sw-count">1</span> of 3' in html(at)
    assert "bell." not in read_off(html(at))
    outline = html(at).partition('<nav class="sw-outline"')[2]
    assert "Sections (1)" in outline
    assert "Bell &lt;b&gt;" in outline
    assert "Matches (3)" in outline
    at.query_params["match"] = "3"
    at.run()
    assert '<span class="sw-count">3</span> of 3' in html(at)
    assert '<u class="sw-match" data-match="3">LANTERN</u> and a bell.' in html(at)
    assert "began" not in html(at).partition("<article")[2].partition("</article>")[0]
    at.text_input(key=f"find-in-{identity}").set_value("zebra").run()
    assert "Not in this text" in html(at)
    assert said(at, "find") == ["zebra"]
    assert "match" not in at.query_params
    assert str(tmp_path / "long.md") in html(at)


def sources(library: Path) -> list[Source]:
    from index import Store

    store = Store.open(library)
    try:
        return [source for source, _, _ in store.documents.sources()]
    finally:
        store.close()
