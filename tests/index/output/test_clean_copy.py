"""The clean copy of a checked draft: its own words, the citations that were confirmed, and comments."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.check.draft import DraftCheck, check_draft
from index.check.marks import Mark, MarkStatus, Pin, sentence_key
from index.output.citations import CitationStyle
from index.output.clean_copy import write_clean_copy
from index.output.draft_lines import between, lines_of
from index.output.export_record import check_record
from index.output.exported_draft import draft_in
from index.search.index import Index
from ingest.draft import draft_of_text

WHEN = "2024-05-01T12:00:00+00:00"
SENTENCES = (
    "Calvin Stevens synthesised ketamine in 1972.",
    "Heavy use can scar the bladder!",
    "The bladder shrinks in advanced cases.",
    "Nobody here has seen the harbour bridge.",
)
TEXT = f"# A draft\n\n{SENTENCES[0]} {SENTENCES[1]}\n\n{SENTENCES[2]} {SENTENCES[3]}\n"


@pytest.fixture(scope="module")
def checked(sample_library: Path) -> DraftCheck:
    return check_draft(Index.open(sample_library), draft_of_text(TEXT))


def marked(checked: DraftCheck, number: int, **fields: object) -> dict[bytes, Mark]:
    """The person's mark on one sentence: confirmed, against the best passage."""
    finding = next(finding for finding in checked.findings if finding.sentence.text == SENTENCES[number])
    best = finding.counted_evidence[0] if finding.counted_evidence else None
    pin = Pin.of(best.hit.source.id, best.span, best.text) if best else None
    return {sentence_key(SENTENCES[number]): replace(Mark(MarkStatus.CONFIRMED, pin=pin), **fields)}  # type: ignore[arg-type]


def written(checked: DraftCheck, marks: dict[bytes, Mark], style: CitationStyle) -> tuple[list[str], list[str]]:
    """The paragraphs and the comments, as another program reads them."""
    content = write_clean_copy(checked, marks, WHEN, style)
    assert content == write_clean_copy(checked, marks, WHEN, style)
    document = docx.Document(io.BytesIO(content))
    return [paragraph.text for paragraph in document.paragraphs], [comment.text for comment in document.comments]


def test_without_a_mark_it_is_the_draft_with_comments_on_what_differs(checked: DraftCheck) -> None:
    paragraphs, comments = written(checked, {}, CitationStyle.APA)
    assert paragraphs == ["A draft", " ".join(SENTENCES[:2]), " ".join(SENTENCES[2:])]
    (comment,) = comments
    assert "date: 1972 against 1962" in comment
    assert comment.startswith("Sourcewise project, “A short history of ketamine”, ")


def test_what_was_confirmed_is_cited_in_the_sentence_and_listed(checked: DraftCheck) -> None:
    marks = marked(checked, 1) | marked(checked, 3)
    paragraphs, _ = written(checked, marks, CitationStyle.APA)
    assert paragraphs[1] == f"{SENTENCES[0]} Heavy use can scar the bladder (Sourcewise project, 2024)!"
    assert paragraphs[2] == " ".join(SENTENCES[2:])  # nothing in the library says the last one
    assert paragraphs[3] == "Bibliography"
    assert len(paragraphs) == 5
    assert marked(checked, 2, status=MarkStatus.NEEDS_WORK).keys().isdisjoint(marks)
    assert written(checked, marked(checked, 2, status=MarkStatus.NEEDS_WORK), CitationStyle.APA)[0][3:] == []


def test_the_draft_is_read_back_without_what_was_put_into_it(checked: DraftCheck, tmp_path: Path) -> None:
    """Whatever the style; not once its words were changed."""
    file, record = tmp_path / "draft.docx", check_record(checked, WHEN)
    for style in (CitationStyle.APA, CitationStyle.CHICAGO_NOTES):
        file.write_bytes(write_clean_copy(checked, marked(checked, 1), WHEN, style))
        assert draft_in(file, record) == replace(checked.draft, warnings=())
    other = replace(checked, draft=replace(checked.draft, text=TEXT.replace("scar", "burn")))
    file.write_bytes(write_clean_copy(other, {}, WHEN))
    assert draft_in(file, record) is None


@given(st.text(max_size=80), st.lists(st.sampled_from(["# A", " ## B ", "", "c  d", "\t"]), max_size=8))
def test_the_lines_of_a_draft_and_what_is_between_them_are_all_of_it(text: str, lines: list[str]) -> None:
    text = "\n".join([*lines, text])
    words = [text[slice(*line.span)] for line in lines_of(text)]
    first, *gaps = between(text)
    assert first + "".join(part for pair in zip(words, gaps, strict=True) for part in pair) == text


def test_styles_with_notes_have_footnotes(checked: DraftCheck) -> None:
    content = write_clean_copy(checked, marked(checked, 1), WHEN, CitationStyle.CHICAGO_NOTES)
    document = docx.Document(io.BytesIO(content))
    assert [paragraph.text for paragraph in document.paragraphs][1] == " ".join(SENTENCES[:2])
    notes = next(part for part in document.part.package.iter_parts() if part.partname == "/word/footnotes.xml")
    assert b"Sourcewise project, \xe2\x80\x9c" in notes.blob


def test_a_passage_that_was_confirmed_and_is_gone_is_not_cited(checked: DraftCheck) -> None:
    gone = Pin.of("gone", checked.findings[0].sentence.span, "Words.")
    assert (
        written(checked, marked(checked, 1, pin=gone), CitationStyle.APA)[0]
        == written(checked, {}, CitationStyle.APA)[0]
    )


def test_a_comment_cites_in_full_and_a_changed_quotation_has_one(sample_library: Path) -> None:
    """The number of a source that the copy does not list would lead nowhere."""
    words = "The half-life of ketamine itself is usually given as 4.5 hours, the figure in the US label"
    draft = check_draft(
        Index.open(sample_library), draft_of_text(f"Ann wrote: “{words}”. Heavy use can scar the bladder.")
    )
    _, comments = written(draft, {}, CitationStyle.VANCOUVER)
    assert comments
    assert f"Quotation “{words}” altered in “" in comments[0]
    assert not any("(1" in comment for comment in comments)
