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

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from index.check import Checked, check
from index.checking.marks import Mark, Said, key
from index.docx import document
from index.export import about, as_csv, as_html, footnotes, markdown, table
from index.search import Index
from ingest.draft import pasted, read_draft
from ingest.readers import read

WHEN = "2026-01-01T12:00:00+00:00"
GOLDEN = Path(__file__).parent / "golden" / "draft.md"
CLAIM = "Ketamine is under international control."


@pytest.fixture(scope="module")
def checked(sample_library: Path) -> Checked:
    return check(Index.open(sample_library), read_draft(GOLDEN.read_bytes(), "draft.md"))


@pytest.fixture
def marks() -> dict[bytes, Mark]:
    return {
        key(f"- {CLAIM}"): Mark(Said.NEEDS_WORK, "ask = Ann <b>"),
        key("Is ketamine addictive?"): Mark(Said.CONFIRMED),
    }


def test_markdown_is_the_draft_with_footnotes(checked: Checked, marks: dict[bytes, Mark]) -> None:
    """Taken off again, the draft is as it was; each reference has its note."""
    made = markdown(checked, marks, WHEN)
    body, _, rest = made.partition("\n\n---\n\n- Draft: ")
    assert re.sub(r"\[\^check-\d+\]", "", body) == checked.draft.text.rstrip()
    numbers = re.findall(r"\[\^check-(\d+)\]", body)
    assert numbers == [str(number) for number in range(1, len(numbers) + 1)]
    assert re.findall(r"^\[\^check-(\d+)\]: ", rest, re.MULTILINE) == numbers
    assert f"- Checked: {WHEN}" in rest
    assert "generation 1" in rest
    assert r"My mark: needs work (ask = Ann \<b\>)." in rest
    assert "number: 36.6 % against 26.6 %" in rest
    assert f"{CLAIM}[^check-" in body


def test_the_table_has_a_row_for_each_claim_and_a_column_for_each_source(
    checked: Checked, marks: dict[bytes, Mark]
) -> None:
    header, *rows = table(checked, marks)
    assert header[5:] == [source.title for source in checked.sources]
    assert len(rows) == 12
    assert {len(row) for row in rows} == {len(header)}
    row = next(row for row in rows if CLAIM in row[0])
    assert row[1:5] == ["claim", "differs", "needs work", "ask = Ann <b>"]
    cell = row[header.index("Ketamine and the law: schedules, classes and treaties")]
    assert cell.startswith("differs: Ketamine is not under international control.")
    nothing = [row for row in rows if row[2] == "not found"]
    assert len(nothing) == 2
    assert not any(any(row[5:]) for row in nothing)


def test_no_cell_of_the_csv_is_a_formula(checked: Checked, marks: dict[bytes, Mark]) -> None:
    """Read back, each cell is as it was, or has an apostrophe before it; what it was checked with follows."""
    rows = list(csv.reader(io.StringIO(as_csv(checked, marks, WHEN), newline="")))
    plain = [*table(checked, marks), [], *map(list, about(checked, WHEN))]
    assert [[cell.removeprefix("'") for cell in row] for row in rows] == plain
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in rows for cell in row)
    assert f"'- {CLAIM}" in {row[0] for row in rows if row}


@given(st.text(max_size=30))
def test_whatever_a_note_says_stays_a_note(text: str) -> None:
    from index.export import _harmless

    assert _harmless(text).removeprefix("'") == text.removeprefix("'")
    assert not _harmless(text).lstrip().startswith(("=", "+", "-", "@"))


def test_the_page_is_only_a_page(checked: Checked, marks: dict[bytes, Mark]) -> None:
    """Well formed, with every cell as it was, and nothing that is fetched or run."""
    made = as_html(checked, marks, WHEN)
    cells = [unescape(cell) for cell in re.findall(r"<t[hd](?: [^>]*)?>(.*?)</t[hd]>", made)]
    assert cells == [cell for row in table(checked, marks) for cell in row]
    assert not re.search(r"<(?:script|img|link|iframe)|https?://|url\(", made)
    assert WHEN in made


def test_the_word_document_has_the_draft_and_its_notes(checked: Checked, marks: dict[bytes, Mark]) -> None:
    """As the reader of Word documents reads it."""
    notes = footnotes(checked, marks)
    made = document(checked.draft.text, notes, [f"{name}: {value}" for name, value in about(checked, WHEN)])
    (extract,) = read(made, "draft.docx").extracts
    text = getattr(extract, "text")  # noqa: B009
    for one in checked.findings:
        assert " ".join(one.sentence.text.lstrip("# ").split()) in " ".join(text.split())
    for _, note in notes:
        assert " ".join(note.split()) in " ".join(text.split())
    assert made == document(checked.draft.text, notes, [f"{name}: {value}" for name, value in about(checked, WHEN)])


@given(st.text(max_size=60), st.lists(st.integers(0, 60)))
def test_any_text_makes_a_document(text: str, places: list[int]) -> None:
    import zipfile

    notes = [(min(place, len(text)), "\x00 & <a>") for place in sorted(places)]
    with zipfile.ZipFile(io.BytesIO(document(text, notes, ["\x01"]))) as archive:
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
        body = archive.read("word/document.xml").decode()
    lines = [line for line in text.split("\n") if line.strip()]
    assert body.count("footnoteReference w:id") <= len(notes)
    assert body.count("<w:p>") == len(lines) + 1


@pytest.mark.slow
@pytest.mark.skipif(which("soffice") is None, reason="no LibreOffice on this machine")
def test_libreoffice_opens_the_document(checked: Checked, tmp_path: Path) -> None:
    (tmp_path / "draft.docx").write_bytes(document(checked.draft.text, footnotes(checked, {}), ["An ending."]))
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "html"]
    subprocess.run([*command, "--outdir", str(tmp_path), str(tmp_path / "draft.docx")], check=True, timeout=120)
    text = " ".join(unescape(re.sub("<[^>]*>", "", (tmp_path / "draft.html").read_text(encoding="utf-8"))).split())
    assert CLAIM in text
    assert "number: 36.6 % against 26.6 %" in text


def test_a_draft_without_anything_to_check_is_exported_too(checked: Checked) -> None:
    draft = pasted("Is it?")
    bare = replace(checked, draft=draft, findings=())
    assert markdown(bare, {}, WHEN).startswith("Is it?\n\n---")
    assert len(list(table(bare, {}))) == 1
