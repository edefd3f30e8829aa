"""The clean copy of a checked draft: its own words, the citations that were confirmed, and comments."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import docx
import pytest

from index.check.draft import DraftCheck, check_draft
from index.check.marks import Mark, MarkStatus, Pin, sentence_key
from index.output.citations import CitationStyle
from index.output.clean_copy import write_clean_copy
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
    assert "Quotation altered" in comments[0]
    assert not any("(1" in comment for comment in comments)
