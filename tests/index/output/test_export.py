"""A checked draft to take along: nothing of it lost, nothing in it that could do harm."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from dataclasses import replace
from html import unescape
from pathlib import Path
from shutil import which

import docx
import pytest
from docx.enum.section import WD_ORIENT
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml

from index.check.draft import DraftCheck, check_draft
from index.check.marks import Mark, MarkStatus, sentence_key
from index.errors import QueryError, WriteError
from index.output import export
from index.output.docx import Footnote, Paragraph, package
from index.output.export import ExportCell, ExportTable
from index.output.export_draft import DRAFT_FORMATS, about, footnotes, markdown, paragraphs, table, word, word_tables
from index.search.index import Index
from index.text import escaping
from index.types import Origin, Passage, Section, Source, Span
from ingest.draft import draft_of_text, read_draft
from ingest.readers import read
from tests.making import GOLDEN, PATIENCE

WHEN = "2026-01-01T12:00:00+00:00"
DRAFT = GOLDEN / "draft.md"
CLAIM = "Ketamine is under international control."
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
# what Markdown gives a meaning, and what it stands beside
SIGNS = st.lists(
    st.one_of(
        st.sampled_from([*"\\`*_{}[]()<>#+-=.!|~$^&;:@%'\"/\n\t ", "1", "a", "é", "amp", "www", "¶"]), st.characters()
    ),
    max_size=14,
).map("".join)


@pytest.fixture(scope="module")
def checked(sample_library: Path) -> DraftCheck:
    return check_draft(Index.open(sample_library), read_draft(DRAFT.read_bytes(), "draft.md"))


@pytest.fixture
def marks() -> dict[bytes, Mark]:
    return {
        sentence_key(f"- {CLAIM}"): Mark(MarkStatus.NEEDS_WORK, "ask = Ann <b>"),
        sentence_key("Is ketamine addictive?"): Mark(MarkStatus.CONFIRMED),
    }


def test_markdown_is_the_draft_with_footnotes(checked: DraftCheck, marks: dict[bytes, Mark]) -> None:
    """Taken off again, the draft is as it was; each reference has its note."""
    content = markdown(checked, marks, WHEN)
    body, _, rest = content.decode().partition("\n\n---\n\n- Draft: ")
    assert re.sub(r"\[\^check-\d+\]", "", body) == checked.draft.text.rstrip()
    numbers = re.findall(r"\[\^check-(\d+)\]", body)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert re.findall(r"^\[\^check-(\d+)\]: ", rest, re.MULTILINE) == numbers
    assert f"- Made: {WHEN}" in rest
    assert "generation 1" in rest
    assert r"My mark: needs work (ask = Ann \<b\>)." in rest
    assert "number: 36.6 % against 26.6 %" in rest
    assert f"{CLAIM}[^check-" in body


def test_the_table_has_a_row_for_each_claim_and_a_column_for_each_source(
    checked: DraftCheck, marks: dict[bytes, Mark]
) -> None:
    claims = table(checked, marks, WHEN)
    assert claims.columns[6:] == [source.title for source in checked.sources]
    rows = dict(claims.rows)
    assert len(claims.rows) == len(rows) == 12
    assert {len(cells) for cells in rows.values()} == {len(claims.columns) - 1}
    row = rows[f"- {CLAIM}"]
    assert [cell.text for cell in row[:4]] == ["claim", "differs", "needs work", "ask = Ann <b>"]
    cell = row[claims.columns.index("Ketamine and the law: schedules, classes and treaties") - 1]
    assert cell.text.startswith("differs: Ketamine is not under international control.")
    assert "“Ketamine and the law: schedules, classes and treaties”" in cell.citation
    unsupported = [cells for cells in rows.values() if cells[1].text == "not found"]
    assert len(unsupported) == 2
    assert not any(cell.text for cells in unsupported for cell in cells[5:])


def test_what_to_look_at_is_in_notes_and_table(checked: DraftCheck, sample_library: Path) -> None:
    """And a quotation that was altered is so in its row and in the cell of its source."""
    short_check = check_draft(
        Index.open(sample_library),
        draft_of_text("Calvin Stevens synthesised ketamine in Toledo at the age of 41."),
    )
    ((_, note),) = footnotes(short_check, {})
    assert note.startswith("Found in part. Not in these passages: Toledo; 41.")
    dated = check_draft(Index.open(sample_library), draft_of_text("The FDA approved ketamine in 1966."))
    ((_, note),) = footnotes(dated, {})
    assert " 1 of 2 sources differs. " in note
    shown = "“In the United States the FDA has approved ketamine as an anaesthetic only;"
    assert shown in note.replace("“ ", "“")
    assert shown[1:] in str(table(dated, {}, WHEN).rows)
    assert "*" not in note + str(table(dated, {}, WHEN).rows)  # signs of Markdown in the source
    rows = dict(table(short_check, {}, WHEN).rows)
    assert [cells[4].text for cells in rows.values()] == ["not in these passages: Toledo; 41"]
    altered = next(finding for finding in checked.findings if any(quote.is_changed for quote in finding.quotes))
    (source,) = altered.quotes[0].sources
    whole = table(checked, {}, WHEN)
    cells = dict(whole.rows)[altered.sentence.text]
    assert cells[1].text == "differs"
    assert cells[4 + 1 + [listed.id for listed in checked.sources].index(source.id)].text.startswith("differs: ")


def test_no_cell_of_the_csv_is_a_formula(checked: DraftCheck, marks: dict[bytes, Mark]) -> None:
    """Read back, each cell is as it was, or has an apostrophe before it; the citations of a source stand beside it, and
    the provenance below."""
    claims = table(checked, marks, WHEN)
    rows = list(csv.reader(io.StringIO(DRAFT_FORMATS[".csv"](checked, marks, WHEN).decode("utf-8-sig"), newline="")))
    plain = [[head, *(cell.text for cell in cells)] for head, cells in claims.rows]
    cited = [number for number, name in enumerate(rows[0]) if name.endswith(" (source)")]
    body = [[cell for number, cell in enumerate(row) if number not in cited] for row in rows[1 : len(plain) + 1]]
    assert [[cell.removeprefix("'") for cell in row] for row in body] == [
        [escaping.line(cell) for cell in row] for row in plain
    ]
    assert [name for number, name in enumerate(rows[0]) if number not in cited] == claims.columns
    assert [rows[0][number - 1] for number in cited] == [source.title for source in checked.sources]
    assert all(bool(row[number]) == bool(row[number - 1]) for row in rows[1 : len(plain) + 1] for number in cited)
    *with_what, (_, note) = about(checked, WHEN)
    assert rows[len(plain) + 1 : -1] == [[], [note], *map(list, with_what)]
    assert rows[-1][0] == "Record"
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert f"'- {CLAIM}" in {row[0] for row in rows if row}


@example(";=", "")
@example("a; +1", "")
@given(st.text(max_size=30), st.sampled_from(["", "=", " =", "\t", "\r", "\n", "\x00=", "\ufeff+", " \t@", "-", "＝"]))
def test_whatever_a_cell_says_is_no_formula(text: str, start: str) -> None:
    """It gets an apostrophe in front, and after each semicolon that a formula follows."""

    def without_inner(text: str) -> str:
        return re.sub(r";'+(?=\s*[=+@＝＋－＠-])", ";", text)

    cell = escaping.cell(start + text)
    assert without_inner(cell) in (without_inner(start + text), f"'{without_inner(start + text)}")
    assert not start or cell.startswith("'")
    assert not re.match(r"[\t\r\n]|\s*[=+@-]", cell)


@given(SIGNS)
@example("1. one")
@example("# one #")
@example("&amp; &#38; <a@b.c> [^1]: x ~~y~~ $z$")
def test_whatever_a_text_says_markdown_shows_it_as_it_stands(text: str) -> None:
    """By a parser of Markdown: in a paragraph, a heading, a quotation and a list, the text and nothing else."""
    escaped, shown = escaping.markdown(text), escapeHtml(escaping.line(text))
    if escaped:
        assert MARKDOWN.render(escaped) == f"<p>{shown}</p>\n"
        assert (
            MARKDOWN.render(f"Before\n\n> {escaped}") == f"<p>Before</p>\n<blockquote>\n<p>{shown}</p>\n</blockquote>\n"
        )
        assert MARKDOWN.render(f"- {escaped}") == f"<ul>\n<li>{shown}</li>\n</ul>\n"
        assert MARKDOWN.render(f"## {escaped}") == f"<h2>{shown}</h2>\n"


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("It rose by 4 % in 1962 - so A. Sample, p. 3; R&D (not 3.5) - and fell!", None),
        ("https://example.org/a_b?c=1&d=2", None),
        ("-5 degrees, and write to ann@example.org", None),
        ("pays $5 or $6", r"pays \$5 or \$6"),
        ("note[^1] and ^[inline]", r"note\[\^1\] and \^\[inline\]"),
        ("said @sample", r"said \@sample"),
        ("(1) first", r"\(1) first"),
        ("iv. fourth", r"iv\. fourth"),
        (": defined", r"\: defined"),
        ("::: box", r"\::: box"),
        ("a :smile: at 10:30:45", r"a \:smile: at 10:30:45"),
        ("(@) example", r"\(@) example"),
        ("(Sample 12) and (Sample)", None),
        ("(Sample)", None),
        ("H~2~O, x^2^", r"H\~2\~O, x\^2\^"),
        ("a {#id} b", r"a \{#id\} b"),
    ],
)
def test_plain_prose_is_left_as_it_is_and_what_some_markdowns_read_is_not(text: str, written: str | None) -> None:
    """What the parser of the law above does not know: footnotes, formulas, citations, definitions, lettered lists."""
    assert escaping.markdown(text) == (text if written is None else written)


def test_the_page_is_only_a_page(checked: DraftCheck, marks: dict[bytes, Mark]) -> None:
    """Well formed, with every cell as it was, and nothing that is fetched or run."""
    claims, page = table(checked, marks, WHEN), DRAFT_FORMATS[".html"](checked, marks, WHEN).decode()
    shown = re.findall(r"<t[hd](?: [^>]*)?>(.*?)(?:<small>(.*?)</small>)?</t[hd]>", page)
    heads = [(column, "") for column in claims.columns]
    cells = [pair for head, row in claims.rows for pair in [(head, ""), *((cell.text, cell.citation) for cell in row)]]
    assert [tuple(map(unescape, pair)) for pair in shown] == [
        (escaping.line(text), citation) for text, citation in heads + cells
    ]
    assert not re.search(r"<(?:script|img|link|iframe|a)\b|url\(", page)
    assert WHEN in page


def test_the_word_document_has_the_draft_and_its_notes(checked: DraftCheck, marks: dict[bytes, Mark]) -> None:
    """As the reader of Word documents reads it."""
    content = word(checked, marks, WHEN)
    (extract,) = read(content, "draft.docx").extracts
    text = getattr(extract, "text")  # noqa: B009
    for finding in checked.findings:
        assert " ".join(finding.sentence.text.lstrip("# ").split()) in " ".join(text.split())
    for _, note in footnotes(checked, marks):
        assert " ".join(note.split()) in " ".join(text.split())
    assert content == word(checked, marks, WHEN)


def test_the_word_document_has_the_table_of_claims_and_sources_on_pages_of_its_own(
    checked: DraftCheck, marks: dict[bytes, Mark]
) -> None:
    """Below the draft, which stands on upright pages; the first table has every sentence with what is known of it."""
    claims = table(checked, marks, WHEN)
    read_back = docx.Document(io.BytesIO(word(checked, marks, WHEN)))
    assert [section.orientation for section in read_back.sections] == [WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE]
    first = read_back.tables[0]
    assert [cell.text for cell in first.rows[0].cells] == ["Sentence", *claims.columns[6:11]]
    sentence, cells = claims.rows[0]
    assert [row.cells[0].text.split("\n")[0] for row in first.rows[1:]] == [name for name, _ in claims.rows]
    assert first.rows[1].cells[0].text == f"{sentence}\n{'; '.join(cell.text for cell in cells[:5] if cell.text)}"
    shown = [cell.text for found in read_back.tables for row in found.rows[1:] for cell in row.cells[1:] if cell.text]
    said = [cell for _, row in claims.rows for cell in row[5:] if cell.text]
    assert sorted(shown) == sorted("\n".join(filter(None, (cell.text, cell.citation))) for cell in said)


def test_more_sources_than_fit_on_paper_have_tables_one_below_the_other() -> None:
    """Those below the first have only the sentences on which one of their sources says something."""
    own = [ExportCell(value) for value in ("claim", "found", "not marked", "", "")]
    rows = [
        ("It rained.", [*own, *[ExportCell()] * 6, ExportCell("found: It did.", "(Lee 2020)")]),
        ("It rose.", [*own, ExportCell("found: It rose."), *[ExportCell()] * 6]),
    ]
    columns = ["Sentence", *("Kind", "Status", "My mark", "My note", "To look at"), *"abcdefg"]
    claims = ExportTable("Claims and sources", columns, rows, [("Made", WHEN)])
    tables = docx.Document(io.BytesIO(package(word_tables(claims)))).tables
    assert [[[cell.text for cell in row.cells] for row in each.rows] for each in tables] == [
        [
            ["Sentence", *"abcde"],
            ["It rained.\nclaim; found; not marked", "", "", "", "", ""],
            ["It rose.\nclaim; found; not marked", "found: It rose.", "", "", "", ""],
        ],
        [["Sentence", "f", "g"], ["It rained.\nclaim; found; not marked", "", "found: It did.\n(Lee 2020)"]],
    ]
    assert not docx.Document(io.BytesIO(package(word_tables(replace(claims, rows=[]))))).tables


@given(st.text(max_size=60), st.lists(st.integers(0, 60)))
def test_any_text_makes_a_document(text: str, positions: list[int]) -> None:
    import zipfile

    notes = [(min(position, len(text)), "\x00 & <a>") for position in sorted(positions)]
    inserted = [(position, Footnote(note)) for position, note in notes]
    content = package([*paragraphs(text, inserted), Paragraph(["\x01"], "Ending")])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
        body = archive.read("word/document.xml").decode()
    lines = [line for line in text.split("\n") if line.strip()]
    assert body.count("footnoteReference w:id") <= len(notes)
    assert body.count("<w:p>") == len(lines) + 1


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice on this machine")
def test_libreoffice_opens_the_document(checked: DraftCheck, tmp_path: Path) -> None:
    """The draft with its notes; and a table, whose headings are headings there too."""
    (tmp_path / "draft.docx").write_bytes(word(checked, {}, WHEN))
    (tmp_path / "table.docx").write_bytes(export.reading_word(table(checked, {}, WHEN)))
    sideways = ExportTable("T", ["What", "Left"], [("Rain", [ExportCell("It rose.", "(Lee 2020)")])], [("Made", WHEN)])
    (tmp_path / "rows.docx").write_bytes(export.word(sideways))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "html"]
    files = [str(tmp_path / name) for name in ("draft.docx", "table.docx", "rows.docx")]
    subprocess.run([*command, "--outdir", str(tmp_path), *files], check=True, timeout=PATIENCE)
    pages = [(tmp_path / name).read_text(encoding="utf-8") for name in ("draft.html", "table.html")]
    texts = [" ".join(unescape(re.sub("<[^>]*>", "", page)).split()) for page in pages]
    assert all(CLAIM in text for text in texts)
    assert all("number: 36.6 % against 26.6 %" in text for text in texts)
    assert len(re.findall("<h2", pages[1])) == 12
    rows = etree.HTML((tmp_path / "rows.html").read_bytes()).findall(".//tr")
    assert [[" ".join(" ".join(cell.itertext()).split()) for cell in row.iter("td", "th")] for row in rows] == [
        ["Left"],
        ["It rose. (Lee 2020)"],
    ]


def test_a_draft_without_anything_to_check_is_exported_too(checked: DraftCheck) -> None:
    draft = draft_of_text("Is it?")
    bare = replace(checked, draft=draft, findings=())
    assert markdown(bare, {}, WHEN).startswith(b"Is it?\n\n---")
    assert table(bare, {}, WHEN).rows == []


# any table -----------------------------------------------------------------------------------------------------------


@given(st.lists(st.tuples(st.text(), st.text(), st.text()), max_size=4), st.text())
def test_any_table_is_a_file_in_every_format(values: list[tuple[str, str, str]], title: str) -> None:
    """Whatever it says. Twice the same bytes."""
    rows = [(head, [ExportCell(text, citation), ExportCell(text)]) for head, text, citation in values]
    any_table = ExportTable(title, ["What", title, "Other"], rows, [("Made", WHEN)], [title])
    files = {suffix: make(any_table) for suffix, make in export.TABLE_FORMATS.items()}
    assert files == {suffix: make(any_table) for suffix, make in export.TABLE_FORMATS.items()}
    assert all(WHEN in files[suffix].decode("utf-8") for suffix in (".md", ".html", ".csv"))
    page = etree.fromstring(files[".html"], etree.HTMLParser())
    assert len(page.findall(".//tbody/tr")) == len(rows)
    assert [len(row) for row in page.findall(".//tbody/tr")] == [3] * len(rows)


def test_each_heading_has_a_table_of_its_own_in_word_and_many_columns_are_text() -> None:
    cells = [ExportCell("It rose.", "(Lee 2020)"), ExportCell()]
    small = ExportTable("T", ["What", "Left", "Right"], [("Rain", cells)], [("Made", WHEN)], ["Read it."])
    read_back = docx.Document(io.BytesIO(export.word(small)))
    (rows,) = read_back.tables
    assert [[cell.text for cell in row.cells] for row in rows.rows] == [
        ["Left"],
        ["It rose.\n(Lee 2020)"],
    ]
    assert [part.text for part in read_back.paragraphs] == ["T", "Read it.", "Rain", f"Made: {WHEN}"]
    many = replace(small, columns=["What", *"abcdefg"], rows=[("Rain", cells * 3 + cells[:1])])
    assert not docx.Document(io.BytesIO(export.word(many))).tables


def test_a_citation_says_who_and_where_and_what_is_a_guess() -> None:
    origins = {"authors": Origin.FORMAT, "published": Origin.TEXT}
    source = Source("x", "a/x.pdf", None, "On mills", ("Ann Sample",), "2020", "A Press", origins=origins)
    passage = Passage("Text", Span(5, 9), "Wheels", 3, "iii")
    assert export.cite(source, passage) == "Ann Sample, “On mills”, A Press, [2020], Wheels, p. iii, a/x.pdf"
    bare = Source("x", "a/x.json", "7", url="https://example.org/x")
    assert export.cite(bare, Section(Span(0, 9), page=3), Span(5, 9)) == (
        "“x.json · 7”, p. 3, https://example.org/x, characters 5–9"
    )


def test_nothing_is_written_over_and_nothing_of_another_kind(tmp_path: Path) -> None:
    (tmp_path / "draft.md").write_text("Mine.", encoding="utf-8")
    assert export.format_of(tmp_path / "new.DOCX") == ".docx"
    with pytest.raises(WriteError, match=r"draft.md is there already"):
        export.format_of(tmp_path / "draft.md")
    with pytest.raises(WriteError, match=r"there is no folder .*none"):
        export.format_of(tmp_path / "none" / "new.md")
    with pytest.raises(QueryError, match=r"End it in .md, .html, .docx, .csv"):
        export.format_of(tmp_path / "new.pdf")
    for file in ("draft.md", "none/new.md"):
        with pytest.raises(WriteError, match=r"cannot be written \(.+\). Name another file"):
            export.write(tmp_path / file, b"Other.")
    assert (tmp_path / "draft.md").read_text(encoding="utf-8") == "Mine."
