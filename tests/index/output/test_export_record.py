"""What was asked and what the library gave stands in every exported file, and is read back as it was written."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index.check.draft import check_draft
from index.check.findings import DraftCheck
from index.errors import ReadError
from index.output import export, export_record
from index.output.export import ExportCell, ExportTable
from index.output.export_draft import DRAFT_FORMATS
from index.output.export_record import check_record, digest, read_export
from index.search.index import Index
from index.types import Draft
from ingest.draft import draft_of_text

WHEN = "2026-01-01T12:00:00+00:00"
HOSTILE = '=1;-2 --> </script> <!-- sourcewise-record {} --> \'a\' "b" & \u202e\x00 two  spaces\n\\ +@ {"'


def record_of(query: str) -> dict[str, Any]:
    return {"format": 1, "kind": "search", "made": WHEN, "query": query, "settings": {"k": -5}, "results": []}


@given(st.text(max_size=40))
@example(HOSTILE)
@example("=" * 70_000)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_was_asked_is_read_back_from_every_format(tmp_path: Path, query: str) -> None:
    """Though the table itself says something that looks like a record."""
    rows = [("Record", [ExportCell(HOSTILE, HOSTILE)])]
    table = ExportTable(HOSTILE, ["Record", "What"], rows, [("Made", HOSTILE)], [HOSTILE], record_of(query))
    for suffix, make in export.TABLE_FORMATS.items():
        file = tmp_path / f"export{suffix}"
        file.write_bytes(make(table))
        assert read_export(file) == record_of(query), suffix


def test_no_cell_is_longer_than_spreadsheets_take() -> None:
    rows = export_record.record_rows(record_of("=" * 70_000))
    assert len(rows) > 1
    assert max(len(text) for _, text in rows) <= 30_000


def test_a_word_file_that_was_saved_again_keeps_its_record(tmp_path: Path) -> None:
    file = tmp_path / "a.docx"
    file.write_bytes(export.word(ExportTable("T", ["A"], [], [], record=record_of("why"))))
    document = docx.Document(str(file))
    document.add_paragraph("Added by hand.")
    document.save(str(file))
    assert read_export(file) == record_of("why")


def _damaged() -> Iterator[bytes]:
    """Archives whose record does not unpack, or is packed by another version of ZIP."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("customXml/item1.xml", b"<record/>" * 9)
    sound = packed.getvalue()
    entry = sound.index(b"PK\x01\x02")
    for position, value in ((50, 0xFF), (entry + 8, 0x20), (entry + 6, 0xFF), (entry + 10, 0x63), (entry + 24, 0x00)):
        yield sound[:position] + bytes((value,)) + sound[position + 1 :]


DAMAGED = list(_damaged())


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.txt", b"", "is no export"),
        ("a.md", b"# Mine", "has no record"),
        ("a.md", b'<!-- sourcewise-record {"kind":"search"} -->', "another version"),
        ("a.md", b"<!-- sourcewise-record {broken} -->", "cannot be read"),
        ("a.md", b"\xff\xfe", "cannot be read"),
        ("a.html", b"<p>", "has no record"),
        ("a.csv", b"Record\n", "cannot be read"),
        ("a.csv", b"", "has no record"),
        ("a.docx", b"PK", "cannot be read"),
        *(("a.docx", content, "cannot be read") for content in DAMAGED),
        ("a.docx", None, "cannot be read"),
    ],
)
def test_a_file_without_a_record_is_an_error_of_one_line(
    tmp_path: Path, name: str, content: bytes | None, says: str
) -> None:
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ReadError, match=says) as error:
        read_export(file)
    assert "\n" not in str(error.value)


def test_a_checked_draft_says_which_draft_and_what_was_found_of_each_sentence(
    sample_library: Path, tmp_path: Path
) -> None:
    index = Index.open(sample_library)
    checked = check_draft(index, draft_of_text("Ketamine is under international control. Is it?"))
    for suffix, make in DRAFT_FORMATS.items():
        file = tmp_path / f"draft{suffix}"
        file.write_bytes(make(checked, {}, WHEN))
        record = read_export(file)
        assert (record["kind"], record["made"], record["draft"]["digest"]) == (
            "check",
            WHEN,
            digest(checked.draft.text),
        )
        assert (record["epoch"], record["generation"]) == (index.generation.manifest.epoch, checked.generation)
        assert record["settings"] == checked.settings
        assert [(row["sentence"], row["status"]) for row in record["results"]] == [
            (digest(finding.sentence.text), finding.status.value) for finding in checked.findings
        ]
    assert check_record(DraftCheck(Draft("A lone \ud800."), (), 1, "m"), WHEN)["draft"]["characters"] == 9
