"""Where each value of a source comes from, and whom to believe."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import bibtexparser
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main as index_main
from index.errors import LibraryError, QueryError, ReadError
from index.search.index import Index
from index.snapshot.generation import Generation
from index.storage import lock
from index.storage.store import Store
from index.types import Origin, Source
from ingest.metadata.citations import CitationEntry, has_abstracts, is_bibliography, read_citations
from ingest.metadata.fields import metadata_of, normalised
from ingest.metadata.filename import metadata_of_name
from ingest.metadata.kinds import CSL, kind_of
from ingest.metadata.origin import (
    FIELDS,
    Statements,
    apply_edits,
    known_values,
    merge_statements,
    with_origin,
    with_origins,
)
from ingest.report import FileReport, Report
from ingest.sync.edit import edit
from ingest.sync.pipeline import ingest
from ingest.types import Metadata
from tests.making import Counting, work

TEXT = "The kettle is filled before the fire is lit. Nobody in the valley does it the other way round."

# --- the merge ---------------------------------------------------------------------------------------------------

words = st.text("abc é", max_size=4).map(str.strip)
maybe = st.one_of(st.none(), words)
origins = st.sampled_from(list(Origin))


@st.composite
def statements(draw: st.DrawFn) -> Metadata:
    said = Metadata(
        title=draw(words),
        authors=tuple(draw(st.lists(words.filter(bool), max_size=2))),
        published=draw(maybe),
        publisher=draw(maybe),
        url=draw(maybe),
        language=draw(maybe),
        kind=draw(st.sampled_from(["article", "book"])),
        updated=draw(maybe),
        doi=draw(maybe),
        origins=draw(st.dictionaries(st.sampled_from(FIELDS), origins)),
    )
    return said


@given(st.lists(statements(), max_size=4))
def test_the_first_that_knows_a_value_gives_it(said: list[Metadata]) -> None:
    """Value by value, with the origin that it has there; a value that nobody knows stays unknown."""
    all_of_it = merge_statements(said)
    for name in FIELDS:
        first = next((one for one in said if name in known_values(one)), None)
        if first is None:
            assert name not in known_values(all_of_it)
        else:
            assert getattr(all_of_it, name) == getattr(first, name)
            assert all_of_it.origins[name] == first.origins.get(name, Origin.TEXT)


@given(st.lists(statements(), max_size=4))
def test_origins_name_exactly_what_is_known(said: list[Metadata]) -> None:
    one = merge_statements(said)
    assert set(one.origins) == set(known_values(one))


@given(st.lists(statements(), max_size=4))
def test_merging_again_changes_nothing(said: list[Metadata]) -> None:
    one = merge_statements(said)
    assert merge_statements([one]) == one
    assert merge_statements([one, *said]) == one
    assert merge_statements([*said, *said]) == one


@given(statements(), origins)
def test_who_says_it_is_the_origin_of_all(said: Metadata, origin: Origin) -> None:
    assert set(with_origin(origin, said).origins.values()) <= {origin}
    assert set(with_origin(origin, said).origins) == set(known_values(said))


@given(statements(), st.lists(statements(), max_size=2), statements())
def test_statements_are_kept_as_they_were(read: Metadata, beside: list[Metadata], name: Metadata) -> None:
    """What a library keeps makes the same source again."""
    said = Statements(read, tuple(beside), name)
    again = Statements.from_json(said.to_json())
    assert again.to_json() == said.to_json()
    changes = {"title": "T", "doi": ""}
    assert again.source("i", "l", None, changes) == said.source("i", "l", None, changes)


@given(statements(), statements())
def test_an_edit_stands_above_all(said: Metadata, change: Metadata) -> None:
    """A value that was emptied is unknown, whatever else is said."""
    changes: dict[str, Any] = {"title": change.title, "authors": list(change.authors), "doi": change.doi or ""}
    one = apply_edits(changes, with_origins(said))
    for name, value in changes.items():
        assert known_values(one).get(name, type(value)()) == (tuple(value) if name == "authors" else value) or not value
        assert one.origins.get(name) == (Origin.EDIT if value else None)
    untouched = set(FIELDS) - set(changes)
    assert {name: known_values(one).get(name) for name in untouched} == {
        name: known_values(said).get(name) for name in untouched
    }


# --- fields ------------------------------------------------------------------------------------------------------


def test_fields_are_read_under_the_names_of_csl_and_of_records() -> None:
    csl = {
        "type": "article-journal",
        "title": "On Kettles",
        "author": [{"family": "Sample", "given": "Ann"}, {"literal": "Kettle Circle"}],
        "issued": {"date-parts": [[2019, 3]]},
        "container-title": "Journal of Kettles",
        "publisher": "Sample Press",
        "DOI": "https://doi.org/10.1000/KET.1",
        "URL": "https://example.org/k",
        "language": "en-GB",
    }
    plain = {
        "kind": "article-journal",
        "title": "On Kettles",
        "authors": ["Ann Sample", "Kettle Circle"],
        "date": "March 2019",
        "publisher": "Journal of Kettles",
        "doi": "10.1000/KET.1",
        "url": "https://example.org/k",
        "lang": "English",
    }
    found = metadata_of(normalised(csl))
    assert found == metadata_of(normalised(plain))
    assert found.authors == ("Ann Sample", "Kettle Circle")
    assert (found.published, found.publisher) == ("2019-03", "Journal of Kettles")
    assert (found.doi, found.language, found.kind) == ("10.1000/KET.1", "en", "article-journal")
    assert set(found.origins.values()) == {Origin.FORMAT}


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"issued": {"raw": "5 May 2020"}}, "published", "2020-05-05"),
        ({"issued": {"date-parts": [["2020", "5", "7"]]}}, "published", "2020-05-07"),
        ({"issued": {"date-parts": [[]]}}, "published", None),
        ({"issued": {"date-parts": [[None]]}}, "published", None),
        ({"updated": "2021-02"}, "updated", "2021-02"),
        ({"url": "https://doi.org/10.1000/x.2"}, "doi", "10.1000/x.2"),
        ({"doi": "none"}, "doi", None),
        ({"type": "book", "publisher": "P", "container-title": "C"}, "publisher", "P"),
        ({"type": "chapter", "publisher": "P", "container-title": "C"}, "publisher", "P"),
        ({"type": "post-weblog", "publisher": "P", "container-title": "C"}, "publisher", "C"),
        ({"type": "relevant"}, "kind", "article"),
    ],
)
def test_a_field_may_come_in_many_shapes(fields: dict[str, Any], name: str, value: str | None) -> None:
    assert getattr(metadata_of(normalised(fields)), name) == value


def test_every_kind_is_one_of_csl() -> None:
    """What other formats call it is translated; what is no kind is none."""
    assert {kind_of(name) for name in ("JOUR", "inproceedings", "blogPost", "book", "THES")} <= CSL
    assert kind_of("relevant") is None
    assert kind_of(3) is None


# --- the file's name ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("smith_2019-ketamine review.pdf", "smith 2019 ketamine review"),
        ("sub/low-dose-kettles.html", "low dose kettles"),
        ("Off-white kettles in use (2).txt", "Off-white kettles in use"),
        ("The%20Tea%20Road.html", "The Tea Road"),
        ("茶道入門書.pdf", "茶道入門書"),
        ("scan0001.pdf", ""),
        ("IMG_1234.pdf", ""),
        ("Untitled document.docx", ""),
        ("final draft (3).docx", ""),
        ("1-s2.0-S0140673619-main.pdf", ""),
        ("a.txt", ""),
        ("kettles.txt", ""),
    ],
)
def test_a_name_that_says_something_is_a_title(name: str, title: str) -> None:
    """One that a camera or a program gave is none."""
    assert metadata_of_name(name) == with_origin(Origin.NAME, Metadata(title=title))


@pytest.mark.parametrize(
    ("name", "authors"),
    [
        ("Sample et al. - 2019 - The small kettle.pdf", ("Sample",)),
        ("Sample and Bee - 2019 - The small kettle.pdf", ("Sample", "Bee")),
        ("Sample_2019_The_small_kettle.pdf", ("Sample",)),
    ],
)
def test_author_and_year_are_taken_where_nothing_else_can_be_meant(name: str, authors: tuple[str, ...]) -> None:
    found = metadata_of_name(name)
    assert (found.title, found.authors, found.published) == ("The small kettle", authors, "2019")
    assert set(found.origins.values()) == {Origin.NAME}


# --- bibliographies ----------------------------------------------------------------------------------------------

BIBTEX = r"""
@comment{nothing of this}
@string{press = "Sample " # {Press}}
@article{sample2019,
  title = {The {Small} {K}ettle: {\"U}ber 50\% \& more \textit{steam} -- a $\alpha$ study & 5% so},
  author = "Sample, Ann and {\'E}mile B{\"u}ee and Dee, Jr., Carl and {Kettles and Co} and others",
  year = 2019, month = mar # "~12", journal = {Journal of Kettles}, publisher = press,
  doi = {10.1000/KET.1}, url = {https://example.org/a_b%20c},
  file = {Full Text:files/12/Kettle.pdf:application/pdf;Page:files/13/page.html:text/html},
}
@book{bee, title = "A {"quoted"} word", date = {2020-01-05/2020-02}, urldate = {2021-09-09}, publisher = press,
  file = {:C\:\\docs\\bee.pdf:PDF}, langid = {ngerman}}
@InCollection{dup, title={One}, booktitle={All of Them}, title={Two}, year=2001, month=12, day=3}
@misc{broken, title = {never closed
@misc{last, title={The last one}}
"""


def entries(name: str, text: str) -> list[CitationEntry]:
    return list(read_citations(text.encode(), name).entries)


def test_bibtex_is_read_with_its_accents_names_and_macros() -> None:
    first, book, chapter, last = entries("a.bib", BIBTEX)
    assert first.metadata.title == "The Small Kettle: Über 50% & more steam – a α study & 5% so"
    assert first.metadata.authors == ("Ann Sample", "Émile Büee", "Carl Dee Jr.", "Kettles and Co")
    assert (first.metadata.published, first.metadata.publisher) == ("2019-03", "Journal of Kettles")
    assert (first.metadata.doi, first.metadata.url) == ("10.1000/KET.1", "https://example.org/a_b%20c")
    assert first.files == ("files/12/Kettle.pdf", "files/13/page.html")
    assert (book.metadata.title, book.metadata.published, book.metadata.language) == (
        'A "quoted" word',
        "2020-01-05",
        "de",
    )
    assert (book.metadata.publisher, book.files, book.metadata.kind) == ("Sample Press", ("C:/docs/bee.pdf",), "book")
    assert (chapter.metadata.title, chapter.metadata.published) == ("One", "2001-12-03")
    assert (chapter.metadata.kind, chapter.metadata.publisher) == ("chapter", "All of Them")
    assert last.key == "last"
    assert set(first.metadata.origins.values()) == {Origin.BIBLIOGRAPHY}


def test_an_entry_that_cannot_be_read_takes_no_other_with_it() -> None:
    assert read_citations(BIBTEX.encode(), "a.bib").unreadable == 1


def test_bibtex_agrees_with_another_reader_of_latex() -> None:
    """The titles as bibtexparser's own chain of steps decodes them, but for what that leaves as LaTeX."""
    accents = [r"Caf{\'e}", r"\v{S}koda and \ss", r"Sm{\o}rg{\aa}s", r"na\"{\i}ve", r"{\c C}a va", r"50\% of \#1"]
    text = "".join(f"@misc{{k{n}, title = {{{title}}}}}\n" for n, title in enumerate(accents))
    library = bibtexparser.parse_string(text, append_middleware=[LatexDecodingMiddleware()])
    theirs = [re.sub("[{}]", "", one["title"]) for one in library.entries]
    assert [one.metadata.title for one in entries("a.bib", text)] == theirs


def test_a_bare_umlaut_opens_no_quotation() -> None:
    r"""The quotation mark of \" is an accent; the names after it are still separate."""
    (entry,) = entries("a.bib", r"@misc{k, year = 2001, author = {M\"uller, Hans and Sample, Ann and \v Sok, Jan}}")
    assert entry.metadata.authors == ("Hans Müller", "Ann Sample", "Jan Šok")


def test_many_spaces_between_names_take_no_time() -> None:
    text = f"@misc{{k, year = 2001, author = {{Ann Sample and{' ' * 200_000}Carl Bee}}}}"
    found: list[CitationEntry] = []
    assert work(lambda: found.extend(entries("a.bib", text))) < 100
    assert [entry.metadata.authors for entry in found] == [("Ann Sample", "Carl Bee")]


def test_a_day_of_too_many_digits_is_no_day() -> None:
    """The year and month are still read."""
    (entry,) = entries("a.bib", f"@misc{{k, year = 2001, month = mar, day = {{{'1' * 5000}}}}}")
    assert entry.metadata.published == "2001-03"


MORE_BIBTEX = r"""
@inproceedings{kid, author={Sample, Ann}, title={In the volume}, crossref={Vol}}
@proceedings{vol, title={Proceedings of the Kettles}, year={2005}, publisher={Hill}, editor={Bee, Carl}}
@misc{logo, title={Kettles in \TeX{} and \LaTeX\ on \Stove with \emph{x} \unknown{y}, \url{https://example.org/a_b}}}
@misc{raised, title={H$_2$O, CO\textsubscript{2} and 10$^{6}$ kettles}}
@misc{names, title={T},
  author={Senior, Andrew and Ford, Henry, Jr. and {von Bee}, {John} and {The Kettle and Cup Team} and others}}
@misc{arxiv, title={E}, date={2005-03}, eprint={2101.00001}, archiveprefix={arXiv}}
@article{twice, title={One}, journaltitle={Cups}, location={Oslo}, date={2005-03-02/2006}}
@article{twice, title={Two}, year=2002, month="10~" # jun}
@misc{self, title={Round}, crossref={self}}
"""


def test_bibtex_keeps_names_figures_and_what_is_inherited() -> None:
    found = read_citations(MORE_BIBTEX.encode(), "a.bib")
    kid, volume, logo, raised, names, arxiv, one, two, itself = (entry.metadata for entry in found.entries)
    assert (kid.published, kid.publisher, kid.authors) == ("2005", "Proceedings of the Kettles", ("Ann Sample",))
    assert (volume.publisher, volume.kind) == ("Hill", "book")
    assert logo.title == "Kettles in TeX and LaTeX on Stove with x y, https://example.org/a_b"
    assert raised.title == "H₂O, CO₂ and 10⁶ kettles"
    assert names.authors == ("Andrew Senior", "Henry Ford Jr.", "John von Bee", "The Kettle and Cup Team")
    assert (arxiv.published, arxiv.url) == ("2005-03", "https://arxiv.org/abs/2101.00001")
    assert (one.title, one.published, one.publisher) == ("One", "2005-03-02", "Cups")
    assert (two.title, two.published, itself.title) == ("Two", "2002", "Round")
    assert found.warnings == (
        "several entries have the same key, and each is kept: twice",
        'authors are missing where an entry says "and others": names',
    )


@pytest.mark.parametrize(
    ("entry", "values"),
    [
        ("@incollection{k, title={K}, crossref={Whole}}", ("1999", "The Whole")),
        ("@inproceedings{k, crossref={series}, title={K}}", ("1999", "The Series")),
        ("@incollection{k, title={K}, year=2001, crossref={series}}", ("2001", "The Series")),
        ("@article{k, title={K}, xdata={data}}", ("2004", "Cups")),
        ("@misc{k, title={K}, year=2001, crossref={nowhere}}", ("2001", None)),
    ],
)
def test_what_an_entry_does_not_say_is_inherited(entry: str, values: tuple[str, str | None]) -> None:
    """Over several entries, and whatever the case of the key; its own fields come first."""
    others = (
        "@book{whole, title={The Whole}, crossref={series}}\n@collection{series, title={The Series}, year={1999}}\n"
        "@xdata{data, journaltitle={Cups}, date={2004}}\n"
    )
    about = entries("a.bib", f"{entry}\n{others}")[0].metadata
    assert (about.title, about.published, about.publisher) == ("K", *values)


def test_names_and_titles_of_csl_and_ris_are_whole() -> None:
    """Particles and suffixes belong to a name, tags do not belong to a title."""
    authors = [
        {"family": "Model", "given": "Carl", "non-dropping-particle": "van"},
        {"family": "Sample", "given": "Ann", "suffix": "Jr."},
        {"literal": "The Kettle and Cup Team"},
    ]
    item = {"type": "book", "title": "Kettles <i>in vivo</i> &amp; H<sub>2</sub>O if a < b", "author": authors}
    (csl,) = entries("a.json", json.dumps([item]))
    assert csl.metadata.title == "Kettles in vivo & H₂O if a < b"
    assert csl.metadata.authors == ("Carl van Model", "Ann Sample Jr.", "The Kettle and Cup Team")
    text = "TY  - BOOK\nAU  - Ude, Tom, Jr.\nAU  - van Model, Carl\nTI  - On <b>Cups</b>\nER  - \n"
    (ris,) = entries("a.ris", text)
    assert (ris.metadata.title, ris.metadata.authors) == ("On Cups", ("Tom Ude Jr.", "Carl van Model"))


def test_a_zotero_table_may_have_been_saved_by_excel() -> None:
    table = 'sep=;\n"Key";"Item Type";"Author";"Title";"Abstract Note";"File Attachments"\nK;book;"Ude, Tom";Cups;;\n'
    (entry,) = entries("a.csv", table)
    assert (entry.key, entry.metadata.title, entry.metadata.authors) == ("K", "Cups", ("Tom Ude",))
    assert not has_abstracts("a.csv", table.encode())
    assert has_abstracts("a.csv", table.replace("Cups;;", "Cups;Cups break.;").encode())


RIS = """TY  - JOUR
ID  - k1
TI  - The small kettle
  and the large one
AU  - Sample, Ann
AU  - Bee, Carl J.
PY  - 2019
DA  - 2019/03/05/
T2  - Journal of Kettles
DO  - 10.1000/KET.1
UR  - https://example.org/k
L1  - file:///storage/My%20Kettle.pdf
ER  -

TY  - BOOK
T1  - A book
A1  - Dee, Ann
Y1  - 2001///
PB  - Sample Press
L1  - files/3/book.pdf
ER  -
"""


def test_ris_is_read_with_its_authors_dates_and_attachments() -> None:
    article, book = entries("a.ris", RIS.replace("\n", "\r\n"))
    assert article.metadata.title == "The small kettle and the large one"
    assert article.metadata.authors == ("Ann Sample", "Carl J. Bee")
    assert (article.metadata.published, article.metadata.publisher) == ("2019-03-05", "Journal of Kettles")
    assert (article.key, article.files) == ("k1", ("/storage/My Kettle.pdf",))
    assert (book.metadata.kind, book.metadata.published, book.files) == ("book", "2001", ("files/3/book.pdf",))
    assert (article.metadata.kind, article.metadata.doi) == ("article-journal", "10.1000/KET.1")


def test_ris_agrees_with_another_reader() -> None:
    theirs = rispy.loads(RIS.replace("\n  and", " and"))
    ours = entries("a.ris", RIS)
    assert [one.metadata.title for one in ours] == [one.get("title") or one["primary_title"] for one in theirs]
    names = [one.get("authors") or one["first_authors"] for one in theirs]
    assert [[name.split()[-1] for name in one.metadata.authors] for one in ours] == [
        [name.split(",")[0] for name in some] for some in names
    ]


def test_csl_json_and_zotero_tables_say_the_same() -> None:
    csl = json.dumps(
        [
            {
                "id": "sample2019",
                "type": "article-journal",
                "title": "The small kettle",
                "author": [{"family": "Sample", "given": "Ann"}, {"family": "Bee", "given": "Carl"}],
                "issued": {"date-parts": [["2019", 3]]},
                "container-title": "Journal of Kettles",
                "DOI": "10.1000/KET.1",
                "source": "A catalogue",
            }
        ]
    )
    table = (
        '\ufeff"Key","Item Type","Author","Title","Publication Title","DOI","Date","File Attachments"\n'
        '"K1","journalArticle","Sample, Ann; Bee, Carl","The small kettle","Journal of Kettles","10.1000/KET.1",'
        '"2019-03","/storage/k.pdf; files/k.html"\n'
    )
    (one,), (other,) = entries("a.json", csl), entries("a.csv", table)
    assert one.metadata == other.metadata
    assert one.metadata.authors == ("Ann Sample", "Carl Bee")
    assert other.files == ("/storage/k.pdf", "files/k.html")


@pytest.mark.parametrize(
    ("name", "text", "is_one"),
    [
        ("a.bib", "", True),
        ("a.RIS", "", True),
        ("a.json", '[{"type": "book", "title": "T"}]', True),
        ("a.json", '[{"type": "book", "title": "T", "abstract": "A"}]', True),
        ("a.json", '[{"type": "book", "title": "T", "text": "A"}]', False),
        ("a.json", '[{"type": "good", "title": "T"}]', False),
        ("a.json", '{"type": "book", "title": "T"}', False),
        ("a.csv", '"Key","Item Type","Title","File Attachments"\n', True),
        ("a.csv", 'sep=;\n"Key";"Item Type";"Title";"File Attachments"\n', True),
        ("a.csv", "title,abstract\n", False),
        ("a.txt", "TY  - JOUR\n", False),
    ],
)
def test_a_bibliography_is_told_from_records(tmp_path: Path, name: str, text: str, is_one: bool) -> None:
    """CSL's entries that have a text of their own are records."""
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert is_bibliography(tmp_path / name) is is_one


@given(st.text('@article{book}key,title="=\\#\n -TYERJOUAU', max_size=200), st.sampled_from(["a.bib", "a.ris"]))
def test_no_bibliography_breaks_the_reader(text: str, name: str) -> None:
    """It is read, or refused."""
    found: tuple[CitationEntry, ...] = ()
    with suppress(ReadError):
        found = read_citations(text.encode(), name).entries
    assert all(set(one.metadata.origins) == set(known_values(one.metadata)) for one in found)


@pytest.mark.parametrize(
    "title",
    [
        "{" * 3000 + "x" + "}" * 3000,
        "\\" * 3000,
        r"\frac{" * 500 + "}" * 500,
        "$" * 999,
        r"\'" * 999,
        r"\[" * 999,
        r"\input\'",
    ],
    ids=["braces", "backslashes", "fractions", "dollars", "accents", "displays", "incomplete"],
)
def test_latex_that_cannot_be_read_takes_nothing_with_it(title: str) -> None:
    (one,) = entries("a.bib", f"@misc{{k, year = 2001, title = {{{title} }}}}")
    assert one.metadata.published == "2001"


@pytest.mark.parametrize("command", [r"\frac{", r"\cite[a ", r"\sqrt["])
def test_arguments_without_an_end_take_no_longer_than_others(command: str) -> None:
    """One in another, forty times: the parser alone would take longer than the world has stood."""
    title = f"Kettles {command * 40}{'}' * 40 * command.count('{')}"
    (entry,) = entries("a.bib", f"@misc{{k, year = 2001, title = {{{title}}}}}")
    assert entry.metadata.title.startswith("Kettles")


def test_an_entry_without_a_key_is_read() -> None:
    (entry,) = entries("a.bib", "@book{, title = {Kettles}}")
    assert (entry.key, entry.metadata.title) == ("", "Kettles")


# --- in a library ------------------------------------------------------------------------------------------------


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "kettle.txt").write_text(TEXT, encoding="utf-8")
    (folder / "spoon.txt").write_text("A spoon lies beside the cup, and nobody asks why it does.", encoding="utf-8")
    return folder


def source(library: Path, name: str = "kettle.txt") -> Source:
    return next(one for one, _, _ in Store.open(library).documents.sources() if one.location.endswith(name))


def line(report: Report, name: str) -> FileReport:
    (entry,) = (one for one in report.files if one.location == name)
    return entry


def sidecar(docs: Path, text: str, name: str = "kettle.txt.meta.json") -> None:
    (docs / name).write_text(text, encoding="utf-8")


@pytest.mark.usefixtures("counting")
class TestSidecars:
    def test_a_sidecar_speaks_before_the_text(self, docs: Path, library: Path) -> None:
        """It is no document, and its values are its own; the language is still the text's."""
        (docs / "kettle.txt").write_text(f"The Old Kettle\n\nBy Carl Bee\n\n{TEXT}\n\n{TEXT}\n", encoding="utf-8")
        sidecar(docs, '{"title": "Kettles", "author": ["Ann Sample"], "date": "2019", "DOI": "10.1000/KET.1"}')
        report = ingest([docs], library)
        assert [one.location for one in report.files] == ["kettle.txt", "spoon.txt"]
        one = source(library)
        assert (one.title, one.authors, one.published, one.doi) == ("Kettles", ("Ann Sample",), "2019", "10.1000/KET.1")
        assert one.origins == {
            **dict.fromkeys(("title", "authors", "published", "doi"), Origin.SIDECAR),
            "language": Origin.TEXT,
        }

    def test_a_stem_is_enough_where_one_file_has_it(self, docs: Path, library: Path) -> None:
        sidecar(docs, '{"title": "Kettles"}', "kettle.meta.json")
        ingest([docs], library)
        assert source(library).title == "Kettles"
        (docs / "kettle.md").write_text(TEXT, encoding="utf-8")
        report = ingest([docs], library)
        assert source(library).title == "The kettle is filled before the fire is lit."
        assert line(report, "kettle.meta.json").status == "skipped"
        assert "no one file" in str(line(report, "kettle.meta.json").reason)

    def test_a_changed_sidecar_alone_changes_its_document(self, docs: Path, library: Path, counting: Counting) -> None:
        """Nothing is embedded for a date, the one passage for a title."""
        ingest([docs], library)
        counting.taken()
        sidecar(docs, '{"date": "2019"}')
        report = ingest([docs], library)
        assert (report.documents["replaced"], report.documents["unchanged"]) == (1, 1)
        assert line(report, "kettle.txt").status == "replaced"
        assert counting.taken() == []
        sidecar(docs, '{"date": "2019", "title": "Kettles"}')
        ingest([docs], library)
        assert [text.split("\n")[0] for text in counting.taken()] == ["Kettles"]
        (docs / "kettle.txt.meta.json").unlink()
        ingest([docs], library)
        assert source(library).title == "The kettle is filled before the fire is lit."
        assert source(library).published is None
        assert ingest([docs], library).documents["unchanged"] == 2

    def test_a_stated_date_in_the_future_is_kept_with_a_warning(self, docs: Path, library: Path) -> None:
        """One that is only a guess is dropped."""
        (docs / "Sample - 2099 - The small kettle.txt").write_text(TEXT, encoding="utf-8")
        sidecar(docs, '{"date": "2099-05-01"}')
        report = ingest([docs], library)
        assert source(library).published == "2099-05-01"
        assert line(report, "kettle.txt").warnings == [
            "its date, 2099-05-01, is in the future: correct it where it is stated"
        ]
        guessed = source(library, "The small kettle.txt")
        assert (guessed.title, guessed.published) == ("The small kettle", None)

    def test_a_broken_sidecar_is_a_warning_and_loses_nothing(self, docs: Path, library: Path) -> None:
        """What it said before stays until it is mended; then the warning is gone."""
        sidecar(docs, '{"title": "Kettles"}')
        ingest([docs], library)
        sidecar(docs, '{"title": "Ket')
        report = ingest([docs], library)
        assert source(library).title == "Kettles"
        (warning,) = line(report, "kettle.txt").warnings
        assert warning.startswith("The sidecar kettle.txt.meta.json is broken JSON")
        assert report.documents["failed"] == 0
        assert line(ingest([docs], library), "kettle.txt").warnings == [warning]
        sidecar(docs, '{"title": "Kettles again"}')
        assert line(ingest([docs], library), "kettle.txt").warnings == []
        assert source(library).title == "Kettles again"

    def test_a_sidecar_that_breaks_as_its_file_changes_loses_nothing(self, docs: Path, library: Path) -> None:
        """The new text has the last good title, and the warning is there."""
        sidecar(docs, '{"title": "Kettles"}')
        (docs / "my.bib").write_text("@misc{spoon, year = 2019}")
        ingest([docs], library)
        for name in ("kettle.txt", "spoon.txt"):
            (docs / name).write_text(TEXT + " It is an old habit.", encoding="utf-8")
        sidecar(docs, '{"title": "Ket')
        (docs / "my.bib").write_text("no entry in here")
        report = ingest([docs], library)
        assert (source(library).title, source(library).origins["title"]) == ("Kettles", Origin.SIDECAR)
        assert source(library, "spoon.txt").published == "2019"
        assert line(report, "kettle.txt").status == "replaced"
        assert "broken JSON" in line(report, "kettle.txt").warnings[0]
        assert line(report, "my.bib").status == "failed"

    def test_a_sidecar_that_says_nothing_is_a_warning(self, docs: Path, library: Path) -> None:
        texts = ["[]", "{}", '{"colour": "red"}', '"x"', "[" * 100_000, "\0"]
        for number, text in enumerate(texts):
            (docs / f"cup{number}.txt").write_text(f"Cup {number} stands on the shelf.", encoding="utf-8")
            sidecar(docs, text, f"cup{number}.txt.meta.json")
        report = ingest([docs], library)
        assert report.documents["added"] == 2 + len(texts)
        for number in range(len(texts)):
            assert len(line(report, f"cup{number}.txt").warnings) == 1

    def test_a_sidecar_of_records_gives_no_record_its_title(self, library: Path, tmp_path: Path) -> None:
        rows = tmp_path / "rows.jsonl"
        rows.write_text(json.dumps({"_id": "1", "text": TEXT}) + "\n", encoding="utf-8")
        sidecar(tmp_path, '{"title": "All rows", "publisher": "Sample Press"}', "rows.jsonl.meta.json")
        ingest([rows], library)
        one = source(library, "rows.jsonl")
        assert (one.title, one.publisher) == ("The kettle is filled before the fire is lit.", "Sample Press")
        assert one.origins["title"] == Origin.TEXT


@pytest.mark.usefixtures("counting")
class TestBibliographies:
    @pytest.mark.parametrize(
        "entry",
        [
            "@misc{x, file = {Full Text:kettle.txt:text/plain}, year = 2019}",
            "@misc{x, file = {:elsewhere/storage/KETTLE.txt:TXT}, year = 2019}",
            "@misc{kettle, year = 2019}",
            "@misc{x, title = {The {Old} Kettle of the Valley}, year = 2019}",
            "@misc{x, doi = {https://doi.org/10.1000/ket.1}, year = 2019}",
        ],
        ids=["path", "name", "key", "title", "doi"],
    )
    def test_an_entry_finds_its_file(self, docs: Path, library: Path, entry: str) -> None:
        head = '---\ntitle: "The old kettle of the valley"\ndoi: 10.1000/KET.1\n---\n\n'
        (docs / "kettle.txt").rename(docs / "kettle.md")
        (docs / "kettle.md").write_text(head + TEXT, encoding="utf-8")
        (docs / "my.bib").write_text(entry.replace("kettle.txt", "kettle.md").replace("KETTLE.txt", "KETTLE.md"))
        report = ingest([docs], library)
        one = source(library, "kettle.md")
        assert (one.published, one.origins["published"]) == ("2019", Origin.BIBLIOGRAPHY)
        assert source(library, "spoon.txt").published is None
        assert line(report, "my.bib").reason == "a bibliography: 1 entry for 1 of the files here"
        assert line(report, "my.bib").status == "added"

    def test_what_could_be_either_is_neither(self, docs: Path, library: Path) -> None:
        """Two entries of one title say nothing of a file that has it."""
        (docs / "kettle.txt").write_text(f"The Old Kettle of the Valley\n\n{TEXT}\n\n{TEXT}", encoding="utf-8")
        twice = "@misc{a, title={The old kettle of the valley}, year=%d}\n"
        (docs / "my.bib").write_text(twice % 2001 + twice.replace("{a,", "{b,") % 2002)
        ingest([docs], library)
        assert source(library).published is None

    def test_a_changed_bibliography_changes_its_documents_without_reading_them(
        self, docs: Path, library: Path, counting: Counting
    ) -> None:
        """Its going is noticed too."""
        ingest([docs], library)
        counting.taken()
        bibliography = docs / "my.bib"
        bibliography.write_text("@misc{kettle, year = 2019}\n@misc{spoon, title = {")
        report = ingest([docs], library)
        assert counting.taken() == []
        assert (report.documents["replaced"], report.documents["unchanged"]) == (1, 1)
        assert line(report, "my.bib").warnings == [
            "1 entry cannot be read. Look for a brace or a comma that is missing."
        ]
        again = ingest([docs], library)
        assert again.documents["unchanged"] == 2
        assert (line(again, "my.bib").status, line(again, "my.bib").reason) == (
            "unchanged",
            "a bibliography: 1 entry for 1 of the files here",
        )
        bibliography.write_text("@misc{kettle, year = 2020}")
        assert line(ingest([docs], library), "my.bib").status == "replaced"
        assert source(library).published == "2020"
        bibliography.unlink()
        assert ingest([docs], library).documents["replaced"] == 1
        assert source(library).published is None

    def test_a_broken_bibliography_loses_nothing(self, docs: Path, library: Path) -> None:
        (docs / "my.bib").write_text("@misc{kettle, year = 2019}")
        ingest([docs], library)
        (docs / "my.bib").write_text("no entry in here")
        report = ingest([docs], library)
        assert (line(report, "my.bib").status, report.incomplete) == ("failed", True)
        assert source(library).published == "2019"

    def test_a_sidecar_speaks_before_a_bibliography(self, docs: Path, library: Path) -> None:
        (docs / "my.ris").write_text("TY  - BOOK\nID  - kettle\nTI  - From the list\nPY  - 2019\nER  - \n")
        sidecar(docs, '{"title": "From the sidecar"}')
        ingest([docs], library)
        one = source(library)
        assert (one.title, one.published, one.kind) == ("From the sidecar", "2019", "book")
        assert [one.origins[name] for name in ("title", "published")] == [Origin.SIDECAR, Origin.BIBLIOGRAPHY]

    def test_entries_with_abstracts_are_documents_as_well(self, docs: Path, library: Path) -> None:
        item = {"id": "kettle", "type": "book", "title": "Kettles", "issued": {"raw": "2019"}, "abstract": TEXT}
        (docs / "list.json").write_text(json.dumps([item]))
        report = ingest([docs], library)
        assert report.documents["added"] == 3
        assert source(library).published == "2019"
        again = ingest([docs], library)
        assert again.documents["unchanged"] == 3
        assert {one.status for one in again.files} == {"unchanged"}

    def test_a_zotero_table_with_abstracts_is_read_as_records_too(self, docs: Path, library: Path) -> None:
        names = "Key,Item Type,Title,Date,Abstract Note,File Attachments\n"
        rows = f'K1,book,Kettles,2019,,kettle.txt\nK2,journalArticle,Cups,2020,"{TEXT}",\n'
        (docs / "list.csv").write_text(names + rows)
        report = ingest([docs], library)
        assert report.documents["added"] == 4
        assert (source(library).title, source(library).published) == ("Kettles", "2019")
        cups = next(one for one, _, _ in Store.open(library).documents.sources() if one.title == "Cups")
        assert Store.open(library).documents.load(cups.id)[1].text == TEXT
        assert [one.reason for one in report.files if one.location == "list.csv"] == [
            None,
            "a bibliography: 2 entries for 1 of the files here; its abstracts are read as documents",
        ]

    def test_a_file_that_turns_into_a_bibliography_has_no_documents(self, docs: Path, library: Path) -> None:
        item = {"id": "kettle", "type": "book", "title": "Kettles", "text": TEXT}
        (docs / "list.json").write_text(json.dumps([item]))
        assert ingest([docs], library).documents["added"] == 3
        (docs / "list.json").write_text(json.dumps([{**item, "text": ""}]).replace('"text": ""', '"x": 1'))
        assert ingest([docs], library).documents["removed"] == 1
        assert len(Store.open(library).documents.sources()) == 2
        assert source(library).title == "Kettles"


@pytest.mark.usefixtures("counting")
class TestEdits:
    def test_an_edited_date_embeds_nothing(self, docs: Path, library: Path, counting: Counting) -> None:
        """It is published at once, and filters follow it."""
        ingest([docs], library)
        before = Generation.open(library).manifest.generation
        identity = source(library).id
        counting.taken()
        changed = edit(library, identity, {"published": "2019-03", "authors": ["Ann Sample"]})
        assert counting.taken() == []
        assert changed == source(library)
        assert (changed.published, changed.authors) == ("2019-03", ("Ann Sample",))
        assert changed.origins["published"] == Origin.EDIT
        assert Generation.open(library).manifest.generation == before + 1
        assert changed.id == identity

    def test_an_edited_title_embeds_the_passages_of_its_document(
        self, docs: Path, library: Path, counting: Counting
    ) -> None:
        """No sentence, and no other document."""
        (docs / "kettle.txt").write_text("\n\n".join([TEXT * 8] * 3), encoding="utf-8")
        ingest([docs], library)
        passages = len(
            Store.open(library).documents.passages(Store.open(library).documents.load(source(library).id)[0])
        )
        counting.taken()
        edit(library, source(library).id, {"title": "Kettles"})
        taken = counting.taken()
        assert {text.split("\n")[0] for text in taken} == {"Kettles"}
        assert 1 <= len(taken) <= passages
        hit = Index.open(library).search("kettles", 1).hits[0]
        assert hit.source.title == "Kettles"
        assert hit.passage.text == Store.open(library).documents.load(hit.source.id)[1].text[slice(*hit.passage.span)]

    def test_an_edit_survives_whatever_is_ingested(self, docs: Path, library: Path, counting: Counting) -> None:
        """A changed file, a prune, a removal: the document comes back under its id, as it was edited."""
        ingest([docs], library)
        identity = edit(library, source(library).id, {"title": "Kettles", "published": "2019"}).id
        counting.taken()
        assert ingest([docs], library).documents["unchanged"] == 2
        assert counting.taken() == []
        (docs / "kettle.txt").write_text(TEXT + " It is an old habit.", encoding="utf-8")
        sidecar(docs, '{"title": "From the sidecar", "publisher": "Sample Press"}')
        ingest([docs], library)
        assert (source(library).title, source(library).publisher) == ("Kettles", "Sample Press")
        text = (docs / "kettle.txt").read_text(encoding="utf-8")
        (docs / "kettle.txt").unlink()
        (docs / "spoon.txt").unlink()
        (docs / "other.txt").write_text("Another text about a cup and a saucer.", encoding="utf-8")
        ingest([docs], library, prune=True)
        (docs / "kettle.txt").write_text(text, encoding="utf-8")
        ingest([docs], library)
        assert index_main(["remove", identity]) == 0
        ingest([docs], library)
        assert (source(library).id, source(library).title, source(library).published) == (identity, "Kettles", "2019")

    def test_an_edit_taken_back_gives_what_the_files_say_now(self, docs: Path, library: Path) -> None:
        sidecar(docs, '{"title": "Old", "publisher": "Sample Press"}')
        ingest([docs], library)
        before = source(library)
        edit(library, before.id, {"title": "Kettles", "publisher": ""})
        assert (source(library).title, source(library).publisher) == ("Kettles", None)
        assert edit(library, before.id, {"title": None, "publisher": None}) == before
        edit(library, before.id, {"title": "Kettles"})
        sidecar(docs, '{"title": "New"}')
        ingest([docs], library)
        assert edit(library, before.id, {"title": None}).title == "New"

    def test_an_edit_that_was_cut_short_is_applied_by_the_next_ingest(self, docs: Path, library: Path) -> None:
        ingest([docs], library)
        store = Store.create(library)
        with store.transaction():
            store.edits.put(source(library).id, {"published": "2019"})
        store.close()
        ingest([docs], library)
        assert source(library).published == "2019"

    def test_a_value_that_cannot_be_is_refused(self, docs: Path, library: Path) -> None:
        """In a line, before anything is changed."""
        ingest([docs], library)
        before = source(library)
        refused: list[tuple[str, Any]] = [
            ("published", "2022-13"),
            ("published", "2022-02-30"),
            ("published", "May 2022"),
            ("updated", "0000"),
            ("doi", "ten"),
            ("url", "javascript:alert(1)"),
            ("url", "https://"),
            ("url", "http://[x"),
            ("language", "English"),
            ("kind", "novel"),
            ("kind", ""),
            ("title", "x" * 1001),
            ("title", ["x"]),
            ("authors", [1]),
            ("colour", "red"),
        ]
        for name, value in refused:
            with pytest.raises(QueryError, match=r"^[^\n]+\.$"):
                edit(library, before.id, {"publisher": "P", name: value})
        assert source(library) == before

    def test_values_are_kept_as_they_are_meant(self, docs: Path, library: Path) -> None:
        ingest([docs], library)
        changes = {
            "title": " Two\n lines ",
            "authors": "Ann Sample; Carl Bee\nAnn Sample",
            "doi": "https://doi.org/10.1000/X.1",
            "url": "https://example.org/ä",
            "language": "pt-BR",
            "kind": "book",
        }
        one = edit(library, source(library).id, changes)
        assert (one.title, one.authors, one.doi) == ("Two lines", ("Ann Sample", "Carl Bee"), "10.1000/X.1")
        assert (one.url, one.language, one.kind) == ("https://example.org/ä", "pt-BR", "book")

    def test_nobody_edits_while_another_writes(self, docs: Path, library: Path) -> None:
        ingest([docs], library)
        identity = source(library).id
        with lock.write_lock(library), pytest.raises(LibraryError, match="Another ingest is writing"):
            edit(library, identity, {"title": "Kettles"})
        with pytest.raises(QueryError, match="no source 000000000000"):
            edit(library, "000000000000", {"title": "Kettles"})


@pytest.mark.usefixtures("counting")
def test_json_says_where_each_value_came_from(docs: Path, library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A title out of the file's name is told to be one."""
    (docs / "kettle.txt").rename(docs / "old_kettles_of_the_valley.txt")
    sidecar(docs, '{"updated": "2020", "doi": "10.1000/S"}', "spoon.txt.meta.json")
    ingest([docs], library)
    assert index_main(["sources", "--json"]) == 0
    listed = {one["location"]: one for one in json.loads(capsys.readouterr().out)}
    one, other = listed["old_kettles_of_the_valley.txt"], listed["spoon.txt"]
    assert (one["title"], one["origins"]["title"]) == ("old kettles of the valley", "name")
    assert (other["updated"], other["doi"], other["origins"]["doi"]) == ("2020", "10.1000/S", "sidecar")
    assert index_main(["search", "spoon", "--json"]) == 0
    hit = next(one for one in json.loads(capsys.readouterr().out)["hits"] if one["source"]["location"] == "spoon.txt")
    assert hit["source"] == {name: value for name, value in other.items() if name not in ("passages", "characters")}
