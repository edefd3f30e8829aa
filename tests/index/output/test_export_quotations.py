"""What a search found and what was collected, to take along: each quotation with its citation, and a bibliography."""

from __future__ import annotations

import csv
import io
import json
import re
from html import unescape
from pathlib import Path

import bibtexparser
import docx
import pytest
import rispy

from index.__main__ import main
from index.errors import QueryError
from index.output import italics
from index.output.citations import CitationStyle, bibliography
from index.output.export import TABLE_FORMATS, format_of
from index.output.export_quotations import (
    ExportedQuotation,
    QuotationList,
    answer_quotations,
    quotations_table,
    write_quotations,
)
from index.output.export_record import digest, read_export
from index.search.index import Index
from index.types import Filter, Passage, Source, Span

WHEN = "2026-01-01T12:00:00+00:00"
HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> [a](b) &amp;'
REPORT = Source("b2", "b.html", title=f"Water {HOSTILE}", authors=("World Health Organization",), published="2021")
OTHER = Source("c3", "notes.txt")


def shown(suffix: str, content: bytes) -> str:
    """What a reader sees of a file."""
    if suffix == ".docx":
        return "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs)
    text = re.sub(r"(?<!\\)\*|</?i>", "", content.decode("utf-8-sig"))  # italics
    return {".md": re.sub(r"\\(?=\W)", "", text), ".html": unescape(text), ".csv": text.replace('""', '"')}[suffix]


def collected() -> QuotationList:
    def quotation(source: Source, text: str, start: int) -> ExportedQuotation:
        span = Span(start, start + len(text))
        return ExportedQuotation(
            text, source, Passage(text, span, page=4), span, f"Note {HOSTILE}", ["dry", "wet"], "edited"
        )

    quotations = [quotation(REPORT, "It\nrose.", 0), quotation(REPORT, "It fell.", 9), quotation(OTHER, HOSTILE, 0)]
    return QuotationList("Rivers", quotations, [("Made", WHEN)], ["Read it."], {"format": 1, "kind": "quotations"})


def test_a_list_keeps_its_order_with_notes_tags_status_citations_and_a_bibliography(tmp_path: Path) -> None:
    listed = collected()
    for suffix in TABLE_FORMATS:
        content = write_quotations(suffix, listed, CitationStyle.APA)
        text = shown(suffix, content)
        parts = ["It rose.", "(World Health Organization, 2021, p. 4)", "edited", "Note =HYP", "dry, wet", "It fell."]
        positions = [text.find(part) for part in [*parts, "(“notes.txt,” n.d., p. 4)"]]
        assert -1 not in positions, suffix
        assert sorted(positions)[0] == positions[0]
        for entry in bibliography([REPORT, OTHER], CitationStyle.APA):
            assert (entry in text) == (suffix != ".csv"), suffix  # its rows would be mixed with those of the table
        file = tmp_path / f"a{suffix}"
        file.write_bytes(content)
        assert read_export(file) == listed.record
    paragraphs = docx.Document(io.BytesIO(write_quotations(".docx", listed, CitationStyle.APA))).paragraphs
    headings = [part.text for part in paragraphs if part.style and part.style.name == "Heading 2"]
    assert headings == [REPORT.title, "notes.txt", "Bibliography"]
    assert b"<script" not in write_quotations(".html", listed)
    rows = list(csv.reader(io.StringIO(write_quotations(".csv", listed).decode("utf-8-sig"))))
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)


def test_vancouver_numbers_sources_as_they_come_and_bibtex_takes_the_keys_of_the_library() -> None:
    vancouver, keyed = quotations_table(collected(), CitationStyle.VANCOUVER), {"b2": "water1", "c3": "notes2"}
    assert [cells[0].citation for _, cells in vancouver.rows] == ["(1, p. 4)", "(1, p. 4)", "(2, p. 4)"]
    assert [entry[:3] for entry in vancouver.bibliography] == ["1. ", "2. "]
    bibtex = quotations_table(collected(), CitationStyle.BIBTEX, keyed)
    assert [cells[0].citation for _, cells in bibtex.rows][1:] == ["[@water1, p. 4]", "[@notes2, p. 4]"]


def test_markdown_has_the_keys_that_pandoc_reads_and_the_links_of_the_markdown_style() -> None:
    """Of citations and entries alone: what a source says is escaped, though it looks like a key."""
    keyed = {"b2": "water1", "c3": "notes2"}
    text = write_quotations(".md", collected(), CitationStyle.BIBTEX, keyed).decode()
    assert text.count("> — [@water1, p. 4]\n") == 2
    assert "\n@notes2: “notes.txt”" in text
    linked = Source("d4", "d.html", title="Rain", url="https://example.org/rain")
    said = QuotationList("Rivers", [ExportedQuotation("As [@water1] says.", linked, Passage("", Span(0, 0)))])
    for style, cited in {
        CitationStyle.MARKDOWN: "[Rain](https://example.org/rain)",
        CitationStyle.BIBTEX: "[@water1]",
    }.items():
        text = write_quotations(".md", said, style, {"d4": "water1"}).decode()
        assert f"> As \\[\\@water1\\] says.\n>\n> — {cited}\n" in text


@pytest.mark.parametrize(
    ("name", "why"), [("a.pdf", r"no \.pdf is written\. End it in \.md"), ("a", "it has no suffix")]
)
def test_a_file_that_cannot_be_written_is_refused_with_those_that_can(name: str, why: str) -> None:
    with pytest.raises(QueryError, match=why):
        format_of(Path(name))


def test_an_answer_says_how_sure_it_is_and_what_it_takes_to_ask_again(sample_library: Path, tmp_path: Path) -> None:
    index = Index.open(sample_library)
    answer = index.search("Is ketamine addictive?", 3, where=Filter(since="2000"))
    listed = answer_quotations(answer, WHEN)
    for suffix in TABLE_FORMATS:
        file = tmp_path / f"a{suffix}"
        file.write_bytes(write_quotations(suffix, listed))
        text = shown(suffix, file.read_bytes())
        for part in (answer.query, listed.notes[0], WHEN, answer.model, "generation 1", "only: since 2000", "Hit 1, "):
            assert part in text, suffix
        record = read_export(file)
        assert (record["kind"], record["query"], record["settings"]) == ("search", answer.query, answer.settings)
        assert (record["epoch"], record["generation"], record["model"]) == (answer.epoch, 1, answer.model)
        assert record["results"] == [
            {
                "source": hit.source.id,
                "start": hit.passage.span.start,
                "end": hit.passage.span.end,
                "text": digest(hit.passage.text),
            }
            for hit in answer.hits
        ]
    nothing = answer_quotations(index.search("ketamine", where=Filter(since="2999")), WHEN)
    assert (nothing.quotations, nothing.notes[0]) == ([], "No passage matches.")
    assert b"No passage matches" in write_quotations(".md", nothing)


def test_the_command_line_writes_an_answer_and_sources(
    sample_library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    library = ["--library", str(sample_library)]
    file, items = tmp_path / "a.md", tmp_path / "a.json"
    assert main(["search", "bladder", "-k", "2", "--out", str(file), "--style", "mla", *library]) == 0
    assert read_export(file)["query"] == "bladder"
    first = read_export(file)["results"][0]["source"]
    assert main(["sources", "--out", str(items), "--source", first[:8], *library]) == 0
    assert "holds 1 source." in capsys.readouterr().out
    assert len(json.loads(items.read_bytes())) == 1
    for arguments, error in (
        (["search", "bladder", "--out", str(file)], "is there already"),
        (["search", "bladder", "--style", "apa"], "Name the file too: --out FILE"),
        (["search", "bladder", "--out", str(tmp_path / "b.md"), "--style", "ieee"], "There is no style ieee."),
        (["search", "--queries", "-", "--out", str(tmp_path / "b.md")], "Leave --queries out"),
        (["sources", "--out", str(tmp_path / "b.txt")], "End it in .bib, .ris, .json"),
    ):
        assert main([*arguments, *library]) == 2
        assert error in capsys.readouterr().err


@pytest.mark.parametrize("suffix", [".bib", ".ris", ".json"])
def test_each_command_that_writes_a_file_writes_the_sources_of_its_result_for_other_programs(
    sample_library: Path, tmp_path: Path, suffix: str
) -> None:
    index, library = Index.open(sample_library), ["--library", str(sample_library)]
    draft = tmp_path / "draft.txt"
    draft.write_text("Ketamine is addictive. Heavy use of ketamine can scar the bladder.", encoding="utf-8")
    hits = index.search("addiction", 8).hits
    found = list(dict.fromkeys(hit.source.title for hit in hits))
    ids = list(dict.fromkeys(hit.source.id for hit in hits))[:2]
    for name, command, titles in (
        ("search", ["search", "addiction", "-k", "8"], found),
        ("compare", ["compare", *ids], found[:2]),
        ("question", ["compare", "--question", "Is it addictive?", "--source", ids[0]], None),
        ("check", ["check", str(draft)], None),
    ):
        file = tmp_path / f"{name}{suffix}"
        assert main([*command, "--out", str(file), *library]) == 0
        written = titles_in(file)
        assert sorted(written) == sorted(titles if titles is not None else {*written}), name
        assert written


def titles_in(file: Path) -> list[str]:
    """The titles of a bibliography, as a program reads them."""
    text = file.read_text(encoding="utf-8")
    if file.suffix == ".ris":
        return [entry["title"] for entry in rispy.loads(text)]
    if file.suffix == ".json":
        return [item["title"] for item in json.loads(text)]
    return [entry["title"].strip("{}") for entry in bibtexparser.parse_string(text).entries]


BOOK = Source("b", "b.epub", title="Tide & *ebb*", authors=("Ann Lee",), published="2021", publisher="Rye", kind="book")
TABLE = "Doses of it:\nDrug\tDose\n=A*\t10 mg\nRest it."


def listed_book() -> QuotationList:
    span = Span(0, len(TABLE))
    return QuotationList("Tides", [ExportedQuotation(TABLE, BOOK, Passage(TABLE, span), span)], [("Made", WHEN)])


def test_titles_stand_in_italics_where_the_style_has_them_and_nowhere_in_plain_text() -> None:
    written = {suffix: write_quotations(suffix, listed_book(), CitationStyle.APA) for suffix in TABLE_FORMATS}
    assert r"Lee, A. (2021). *Tide & \*ebb\**. Rye." in written[".md"].decode()
    assert "Lee, A. (2021). <i>Tide &amp; *ebb*</i>. Rye." in written[".html"].decode()
    (entry,) = (part for part in docx.Document(io.BytesIO(written[".docx"])).paragraphs if "Rye" in part.text)
    assert [(run.text, bool(run.italic)) for run in entry.runs] == [
        ("Lee, A. (2021). ", False), ("Tide & *ebb*", True), (". Rye.", False),
    ]  # fmt: skip
    assert bibliography([BOOK], CitationStyle.APA) == ["Lee, A. (2021). Tide & *ebb*. Rye."]
    for content in written.values():
        assert not {italics.START, italics.END} & {*content.decode("utf-8", "replace")}


def test_the_rows_of_a_quoted_table_are_a_table_in_markdown_and_lines_of_a_cell_in_csv() -> None:
    text = write_quotations(".md", listed_book()).decode()
    assert (
        "> Doses of it:\n>\n> | Drug | Dose |\n> | --- | --- |\n> | \\=A\\* | 10 mg |\n>\n> Rest it.\n>\n> — " in text
    )
    rows = list(csv.reader(io.StringIO(write_quotations(".csv", listed_book()).decode("utf-8-sig"))))
    assert rows[1][1] == "Doses of it:\nDrug Dose\n=A* 10 mg\nRest it."
