"""Sources cited in every style, as its handbook has it, and as a bibliography that other programs read."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import permutations

import bibtexparser
import pytest
import rispy
from citeproc.source.json import CiteProcJSON
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.errors import LibraryError, QueryError
from index.output import citations, style_files
from index.output.bibliography_files import BIBLIOGRAPHY_FORMATS, bibtex, csl_json, ris
from index.output.citations import CitationStyle, bibliography, cite, quotation, style_of
from index.output.csl import citation_keys, csl_item, doubts, name_parts
from index.types import Origin, Passage, Source, Span

ARTICLE = Source(
    "a1",
    "a.pdf",
    title="On <i>sound</i> & cost $5",
    authors=("Anna van den Berg", "John Smith Jr."),
    published="2022-05-03",
    publisher="Open Journal",
    url="https://example.org/a",
    doi="10.1234/abc",
    kind="article-journal",
)
REPORT = Source(
    "b2",
    "b.html",
    title="Annual report on water",
    authors=("World Health Organization",),
    published="2021",
    publisher="World Health Organization",
    url="https://example.org/b",
    kind="report",
)
BARE = Source("c3", "folder/notes of a talk.txt")
PAGE = Source(
    "d4",
    "d.html",
    title="Search the documents you work from",
    published="2026-11",
    publisher="Sourcewise",
    url="https://example.org/d",
    kind="webpage",
)
SOURCES = [ARTICLE, REPORT, BARE, PAGE]
WHERE = Passage("It rose.", Span(0, 8), page=12)

CITED = {
    CitationStyle.APA: [
        "(van den Berg & Smith, 2022, p. 12)",
        "(World Health Organization, 2021, p. 12)",
        "(“notes of a talk.txt,” n.d., p. 12)",
        "(“Search the documents you work from,” 2026, p. 12)",
    ],
    CitationStyle.CHICAGO: [
        "(van den Berg and Smith 2022, 12)",
        "(World Health Organization 2021, 12)",
        "(“notes of a talk.txt,” n.d., 12)",
        "(“Search the Documents You Work from” 2026, 12)",
    ],
    CitationStyle.CHICAGO_NOTES: [
        "Anna van den Berg and John Smith Jr., “On <i>sound</i> & Cost $5,” Open Journal, May 3, 2022, 12, "
        "https://doi.org/10.1234/abc.",
        "World Health Organization, Annual Report on Water (World Health Organization, 2021), 12, https://example.org/b.",
        "“notes of a talk.txt,” 12.",
        "“Search the Documents You Work from,” Sourcewise, November 2026, 12, https://example.org/d.",
    ],
    CitationStyle.MLA: [
        "(van den Berg and Smith 12)",
        "(World Health Organization 12)",
        "(“notes of a talk.txt” 12)",
        "(“Search the Documents You Work from” 12)",
    ],
    CitationStyle.HARVARD: [
        "(van den Berg and Smith, 2022, p. 12)",
        "(World Health Organization, 2021, p. 12)",
        "(‘notes of a talk.txt’, no date, p. 12)",
        "(‘Search the documents you work from’, 2026, p. 12)",
    ],
    CitationStyle.VANCOUVER: ["(1, p. 12)"] * 4,
    CitationStyle.MARKDOWN: [
        r"Anna van den Berg, John Smith Jr., [On \<i\>sound\</i\> & cost \$5](https://example.org/a), Open Journal, "
        "2022-05-03, p. 12",
        "World Health Organization, [Annual report on water](https://example.org/b), World Health Organization, 2021, "
        "p. 12",
        r"[notes of a talk.txt](folder/notes%20of%20a%20talk.txt), p\. 12",
        "[Search the documents you work from](https://example.org/d), Sourcewise, 2026-11, p. 12",
    ],
    CitationStyle.BIBTEX: [
        "[@berg2022isoundicost, p. 12]",
        "[@world2021annualreport, p. 12]",
        "[@notestalktxt, p. 12]",
        "[@search2026documentsyou, p. 12]",
    ],
}

ENTRIES = {
    CitationStyle.APA: [
        "notes of a talk.txt. (n.d.).",
        "Search the documents you work from. (2026, November). Sourcewise. https://example.org/d",
        "van den Berg, A., & Smith, J., Jr. (2022, May 3). On <i>sound</i> & cost $5. Open Journal. "
        "https://doi.org/10.1234/abc",
        "World Health Organization. (2021). Annual report on water. World Health Organization. https://example.org/b",
    ],
    CitationStyle.CHICAGO: [
        "Berg, Anna van den, and John Smith Jr. 2022. “On <i>sound</i> & Cost $5.” Open Journal, May 3. "
        "https://doi.org/10.1234/abc.",
        "“notes of a talk.txt.” n.d.",
        "“Search the Documents You Work from.” 2026. Sourcewise, November. https://example.org/d.",
        "World Health Organization. 2021. Annual Report on Water. World Health Organization. https://example.org/b.",
    ],
    CitationStyle.CHICAGO_NOTES: [
        "Berg, Anna van den, and John Smith Jr. “On <i>sound</i> & Cost $5.” Open Journal, May 3, 2022. "
        "https://doi.org/10.1234/abc.",
        "“notes of a talk.txt.”",
        "“Search the Documents You Work from.” Sourcewise, November 2026. https://example.org/d.",
        "World Health Organization. Annual Report on Water. World Health Organization, 2021. https://example.org/b.",
    ],
    CitationStyle.MLA: [
        "“notes of a talk.txt.”",
        "“Search the Documents You Work from.” Sourcewise, Nov. 2026, https://example.org/d.",
        "van den Berg, Anna, and John Smith Jr. “On <i>sound</i> & Cost $5.” Open Journal, 3 May 2022, "
        "https://doi.org/10.1234/abc.",
        "World Health Organization. Annual Report on Water. World Health Organization, 2021, https://example.org/b.",
    ],
    CitationStyle.HARVARD: [
        "‘notes of a talk.txt’ (no date).",
        "‘Search the documents you work from’ (2026) Sourcewise, November. Available at: https://example.org/d.",
        "van den Berg, A. and Smith, J., Jr. (2022) ‘On <i>sound</i> & cost $5’, Open Journal, 3 May. Available at: "
        "https://doi.org/10.1234/abc.",
        "World Health Organization (2021) Annual report on water. World Health Organization. Available at: "
        "https://example.org/b.",
    ],
    CitationStyle.VANCOUVER: [
        "1. van den Berg A, Smith J Jr. On <i>sound</i> & cost $5. Open Journal [Internet]. 2022 May 3. Available "
        "from: https://example.org/a doi:10.1234/abc",
        "2. World Health Organization. Annual report on water [Internet]. World Health Organization; 2021. Available "
        "from: https://example.org/b",
        "3. notes of a talk.txt.",
        "4. Search the documents you work from. Sourcewise [Internet]. 2026 Nov. Available from: https://example.org/d",
    ],
}


@pytest.mark.parametrize("style", CITED)
def test_each_style_cites_as_its_handbook_has_it(style: CitationStyle) -> None:
    assert [cite(source, WHERE, style) for source in SOURCES] == CITED[style]
    if style in ENTRIES:
        assert bibliography([*SOURCES, ARTICLE], style) == ENTRIES[style]


def test_a_quotation_is_copied_with_its_citation_and_the_entry_that_it_refers_to() -> None:
    copied = {style: quotation(REPORT, WHERE, "It\nrose.", style) for style in CitationStyle}
    assert copied[CitationStyle.PLAIN] == f"“It rose.” — {cite(REPORT, WHERE, CitationStyle.PLAIN)}"
    assert copied[CitationStyle.APA] == f"“It rose.” {CITED[CitationStyle.APA][1]}\n\n{ENTRIES[CitationStyle.APA][3]}"
    assert copied[CitationStyle.CHICAGO_NOTES] == f"“It rose.”\n\n{CITED[CitationStyle.CHICAGO_NOTES][1]}"
    assert copied[CitationStyle.VANCOUVER] == f"“It rose.” (1, p. 12)\n\n1. {ENTRIES[CitationStyle.VANCOUVER][1][3:]}"
    assert copied[CitationStyle.MARKDOWN] == f"> It rose.\n>\n> — {CITED[CitationStyle.MARKDOWN][1]}"
    assert copied[CitationStyle.BIBTEX] == "“It rose.” [@world2021annualreport, p. 12]"


def test_a_section_a_time_and_a_printed_page_are_in_the_citation() -> None:
    heading = replace(WHERE, page=None, heading="Rivers › Lakes")
    places = [heading, replace(heading, time=187.0), replace(WHERE, page_label="iv"), replace(heading, heading=None)]
    assert [cite(REPORT, place, CitationStyle.APA) for place in places] == [
        "(World Health Organization, 2021, Section Rivers › Lakes)",
        "(World Health Organization, 2021, 0:03:07)",
        "(World Health Organization, 2021, p. iv)",
        "(World Health Organization, 2021)",
    ]


@given(
    st.builds(
        Source,
        st.just("x1"),
        st.just("x.txt"),
        title=st.text(max_size=20) | st.just("Water " * 60) | st.just("<span class='nocase'>İ&amp;"),
        authors=st.lists(st.text(max_size=15), max_size=3).map(tuple),
        published=st.sampled_from([None, "2021", "2021-05", "2021-05-31", "soon"]),
        publisher=st.none() | st.text(max_size=10),
        url=st.none() | st.text(max_size=10),
        kind=st.sampled_from(["article", "article-journal", "book", "chapter", "thesis", "dataset", "made up", "post"]),
    )
)
@example(Source("x1", "x.txt", title="أثر الماء على المدن", authors=("منظمة الصحة",)))
@example(Source("x1", "x.txt", authors=(" ", "Jr."), published="0000"))
@settings(max_examples=15)  # each is written in every style, which takes a tenth of a second
def test_any_source_is_cited_in_one_line_and_without_markup(source: Source) -> None:
    for style in CitationStyle:
        (entry,) = bibliography([source], style)
        for text in (entry, cite(source, WHERE, style)):
            assert "\n" not in text
            assert "\ue000" not in text
            assert text.strip()


def test_a_title_that_stands_for_the_author_is_short_in_the_text_and_whole_in_the_entry() -> None:
    long = replace(BARE, title="Water " * 60)
    assert cite(long, None, CitationStyle.APA) == f"(“{' '.join(['Water'] * 10)}…,” n.d.)"
    assert bibliography([long], CitationStyle.APA) == [f"{' '.join(['Water'] * 60)}. (n.d.)."]


def test_titles_in_other_languages_than_english_keep_their_capitals() -> None:
    german = replace(REPORT, title="Wasser für die Stadt", language="de")
    assert "Wasser für die Stadt" in bibliography([german], CitationStyle.CHICAGO)[0]


@pytest.mark.parametrize(
    ("name", "given", "particle", "family"),
    [
        ("Vincent van Gogh", "Vincent", "van", "Gogh"),
        ("Jean de La Fontaine", "Jean", "de", "La Fontaine"),
        ("Cruz, Juan de la", "Juan", "de la", "Cruz"),
        ("van der Berg, Ann", "Ann", "van der", "Berg"),
        ("Ann Bee", "Ann", "", "Bee"),
        ("Press, Ann", "Ann", "", "Press"),
        ("Tom Bank", "Tom", "", "Bank"),
        ("Sara J. Times", "Sara J.", "", "Times"),
        ("Harry Echo", "Harry", "", "Echo"),
    ],
)
def test_names_are_cut_where_the_surname_begins(name: str, given: str, particle: str, family: str) -> None:
    parts = {"given": given, "non-dropping-particle": particle, "family": family}
    assert name_parts(name) == {key: value for key, value in parts.items() if value}
    for written in (f"{name}, Jr.", f"{name} Jr."):
        assert name_parts(written)["suffix"] == "Jr."


@pytest.mark.parametrize(
    "name",
    [
        "Tolbury Naturalists",
        "Port Sarrow Courier",
        "Sunday Mirror",
        "Club secretary",
        "Florence Times",
        "Anna Bank Foundation",
        "Morley Water",
        "WHO",
        "Ministry of Health, Italy",
        "毛泽东",
        "European Medicines Agency",
        "منظمة الصحة",
    ],
)
def test_names_of_bodies_and_in_other_scripts_are_not_cut(name: str) -> None:
    assert name_parts(name) == {"literal": name}


def test_a_person_whose_given_name_is_that_of_a_day_is_no_newspaper() -> None:
    assert name_parts("Sunday Bamidele") == {"family": "Bamidele", "given": "Sunday"}


def test_the_kind_of_a_source_is_told_by_its_publisher_title_and_file_where_nobody_says_it() -> None:
    by_kind = {
        "article-newspaper": Source("a", "a.txt", title="Fire", publisher="Tolbury Herald"),
        "report": Source("a", "a.pdf", title="Kelbrook Dam, report of the engineer"),
        "webpage": Source("a", "a.html", title="Fire"),
        "article-journal": Source("a", "a.pdf", title="Fire", doi="10.1234/abc"),
        "document": Source("a", "a.txt", title="Fire was reported"),
        "manuscript": Source("a", "a.txt", title="Fire", kind="manuscript"),
        "book": Source("a", "a.epub", title="Annual report", kind="book"),
    }
    assert [csl_item(source)["type"] for source in by_kind.values()] == list(by_kind)
    types = [part["type_of_reference"] for part in rispy.loads(ris(list(by_kind.values())).decode())]
    assert types == ["NEWS", "RPRT", "ELEC", "JOUR", "UNPB", "UNPB", "BOOK"]
    others = Source("a", "a.txt", title="Fire", publisher="Tolbury Society"), Source("m", "m.eml", title="Fire")
    mail = replace(others[1], kind="personal_communication")
    assert [part["type_of_reference"] for part in rispy.loads(ris([others[0], mail]).decode())] == ["GEN", "ICOMM"]


def test_an_article_without_a_publication_and_a_mail_are_cited_in_full_in_every_style() -> None:
    mail = Source(
        "m", "m.eml", title="Leak", authors=("Ann Lee",), published="2021-03-26", kind="personal_communication"
    )
    note = replace(mail, location="n.txt", kind="article")
    assert {style: bibliography([mail], style)[0] for style in ENTRIES} == {
        CitationStyle.APA: "Lee, A. (2021, March 26). Leak [E-mail].",
        CitationStyle.CHICAGO: "Lee, Ann. 2021. “Leak [E-mail].” March 26.",
        CitationStyle.CHICAGO_NOTES: "Lee, Ann. “Leak [E-mail].” March 26, 2021.",
        CitationStyle.MLA: "Lee, Ann. “Leak [E-mail].” 26 Mar. 2021.",
        CitationStyle.HARVARD: "Lee, A. (2021) ‘Leak [E-mail]’, 26 March.",
        CitationStyle.VANCOUVER: "1. Lee A. Leak [E-mail]. 2021 Mar 26.",
    }
    assert {style: bibliography([note], style)[0] for style in ENTRIES} == {
        style: bibliography([mail], style)[0].replace(" [E-mail]", "") for style in ENTRIES
    }


def test_a_heading_with_two_numbers_is_one_section() -> None:
    passage = replace(WHERE, heading="Myth 10: the 1960s", page=None, page_label=None)
    source = Source("m", "m.txt", title="Leak", authors=("Ann Lee",), published="2021")
    assert cite(source, passage, CitationStyle.CHICAGO) == "(Lee 2021, sec. Myth 10: the 1960s)"
    assert cite(source, passage, CitationStyle.APA) == "(Lee, 2021, Section Myth 10: the 1960s)"


def test_the_file_is_linked_in_markdown_where_there_is_no_address_and_a_guess_stands_in_brackets() -> None:
    scan = Source("s", "old maps/s.pdf", title="Maps", authors=("Ann Lee",), origins={"authors": Origin.TEXT})
    assert cite(scan, WHERE, CitationStyle.MARKDOWN) == r"\[Ann Lee\], [Maps](old%20maps/s.pdf#page=12), p\. 12"


def test_what_is_missing_or_guessed_is_said() -> None:
    assert doubts(REPORT) == []
    assert doubts(BARE) == ["no title", "no author", "no date"]
    guessed = replace(REPORT, origins={"authors": Origin.TEXT, "published": Origin.NAME, "title": Origin.FORMAT})
    assert doubts(guessed) == ["the author is a guess", "the date is a guess"]


def test_a_style_that_is_not_there_or_whose_file_is_broken_is_an_error_of_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(QueryError, match=r"There is no style ieee\. Choose one of plain, apa,"):
        style_of("ieee")
    monkeypatch.setattr(style_files.Path, "read_bytes", lambda path: b"<style")
    for cached in (style_files.parsed, citations._cited):
        cached.cache_clear()
    with pytest.raises(LibraryError, match=r"The file of the style apa cannot be read. Choose another style\."):
        cite(REPORT, None, CitationStyle.APA)


# --- bibliographies for other programs ------------------------------------------------------------------------------


def test_keys_are_unique_and_the_same_in_every_order() -> None:
    again, other = replace(REPORT, id="z9"), replace(REPORT, id="y8", title="Annual Report, on water")
    keys = citation_keys([*SOURCES, again, other])
    assert len(set(keys.values())) == 6
    assert keys["z9"] == "world2021annualreport-z9"
    assert {tuple(sorted(citation_keys(order).items())) for order in permutations([ARTICLE, REPORT, again])} == {
        tuple(sorted({"a1": "berg2022isoundicost", "b2": "world2021annualreport-b2", "z9": keys["z9"]}.items()))
    }


def test_bibtex_is_read_back() -> None:
    library = bibtexparser.parse_string(bibtex(SOURCES).decode())
    assert not library.failed_blocks
    article, report, bare, page = (
        (entry.entry_type, entry.key, {field.key: field.value for field in entry.fields}) for entry in library.entries
    )
    assert article == (
        "article",
        "berg2022isoundicost",
        {
            "author": "van den Berg, Anna and Smith, Jr., John",
            "title": r"{On <i>sound</i> \& cost \$5}",
            "year": "2022",
            "date": "2022-05-03",
            "journal": "Open Journal",
            "doi": "10.1234/abc",
            "url": "https://example.org/a",
        },
    )
    assert (report[0], report[2]["author"], report[2]["institution"]) == (
        "techreport",
        "{World Health Organization}",
        "World Health Organization",
    )
    assert bare == ("misc", "notestalktxt", {"title": "{notes of a talk.txt}"})
    assert (page[2]["date"], page[2]["howpublished"]) == ("2026-11", "Sourcewise")


def test_ris_is_read_back() -> None:
    content = ris(SOURCES).decode()
    assert content.count("\r\n") == content.count("\n")
    article, report, bare, page = rispy.loads(content)
    assert (article["type_of_reference"], article["authors"]) == ("JOUR", ["van den Berg, Anna", "Smith, John, Jr."])
    assert (article["title"], article["date"], article["doi"]) == (ARTICLE.title, "2022/05/03", "10.1234/abc")
    assert (report["type_of_reference"], report["authors"]) == ("RPRT", ["World Health Organization"])
    assert (bare["title"], page["year"], page["urls"]) == ("notes of a talk.txt", "2026", [PAGE.url])


def test_csl_json_is_read_back() -> None:
    items = json.loads(csl_json(SOURCES))
    assert list(CiteProcJSON(items)) == list(citation_keys(SOURCES).values())
    assert items[0]["author"][1] == {"given": "John", "family": "Smith", "suffix": "Jr."}
    assert items[2] == {"id": "notestalktxt", "type": "document", "title": "notes of a talk.txt"}
    assert csl_item(PAGE)["issued"] == {"date-parts": [[2026, 11]]}


@given(st.text(), st.text(), st.text())
@example("a\r\nER  - \r\nTY  - x", "} and {", "\\")
def test_whatever_a_source_says_stays_in_its_field(title: str, author: str, publisher: str) -> None:
    sources = [Source("x1", "x.txt", title=title, authors=(author,), publisher=publisher, kind="book"), REPORT]
    files = {suffix: write(sources, None) for suffix, write in BIBLIOGRAPHY_FORMATS.items()}
    library = bibtexparser.parse_string(files[".bib"].decode())
    assert not library.failed_blocks
    assert len(library.entries) == len(rispy.loads(files[".ris"].decode())) == len(json.loads(files[".json"])) == 2
    assert library.entries[1]["title"] == "{Annual report on water}"


def test_a_title_that_ends_with_a_question_mark_gets_no_full_stop() -> None:
    entry = bibliography([Source("a", "a.txt", title="How does it compare?", authors=("Ann Lee",))], CitationStyle.APA)
    assert "compare?" in entry[0]
    assert "?." not in entry[0]
