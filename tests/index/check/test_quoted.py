"""Sentences of a draft that quote: to whom they ascribe it, what is cited, and questions that are quoted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.check.draft import Finding, FindingStatus, check_draft
from index.search.index import Index
from ingest.draft import draft_of_text
from ingest.sync.pipeline import ingest
from tests.making import link_models

SOURCES = {
    "wire.txt": (
        'Fiona Marsh of the ferry company said: "We were outside the harbour, inside the safety limit, and on time."'
    ),
    "echo.txt": 'Joyce Tremlett wept. "Where do people like her go now?" she said.',
    "radio.txt": 'Joyce Tremlett came. "There was no good list. There was a less bad list," she told the station.',
    "courier.txt": 'Harbour master Ruth Okafor spoke to reporters. "We were inside the limit," she said.',
}


@pytest.fixture(scope="module")
def index(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("quoted")
    for name, text in SOURCES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("library") / "quoted", copy_function=link_models))
    ingest([folder], library)
    return Index.open(library)


def findings(index: Index, text: str) -> list[Finding]:
    return list(check_draft(index, draft_of_text(text)).findings)


def test_a_quotation_of_somebody_else_is_found_in_part(index: Index) -> None:
    """And what is cited is where it stands, though another source has more of the sentence's words."""
    (wrong,) = findings(index, '"We were inside the limit," said Fiona Marsh.')
    assert (wrong.status, wrong.is_partial) == (FindingStatus.FOUND, True)
    assert wrong.quotes[0].located.notes == (
        "ascribed to Fiona Marsh, who is not named near it; the source has it from Ruth Okafor",
    )
    assert [(item.hit.source.location, item.text) for item in wrong.leading_evidence[:1]] == [
        ("courier.txt", '"We were inside the limit," she said.')
    ]
    (right,) = findings(index, '"We were inside the limit," said Ruth Okafor.')
    assert (right.status, right.is_partial, right.quotes[0].located.notes) == (FindingStatus.FOUND, False, ())
    (claim,) = findings(
        index,
        "Fiona Marsh of the ferry company, which was on time on that day, told reporters: “We were inside the limit.”",
    )
    assert (claim.status, claim.is_partial) == (FindingStatus.FOUND, True)
    assert claim.leading_evidence[0].hit.source.location == "wire.txt"


@pytest.mark.parametrize(
    ("text", "statuses"),
    [
        ('Joyce Tremlett asked: "Where do people like her go now?"', ["found"]),
        ('"Where do people like her go now?" asked Joyce Tremlett.', ["found"]),
        ('Joyce Tremlett asked: "Where do people like her go on a Sunday?"', ["differs"]),
        ('"There was no good list. There was a less bad list," Joyce Tremlett told the station.', ["found", "found"]),
        ('"There was a good list. There was a less bad list," she told the station.', ["differs", "differs"]),
        # Questions of the writer, a question with a term in marks, and one about a quotation.
        ("Where do people like her go now?", ["not checkable"]),
        ("Is it a “good list” of libraries?", ["not checkable"]),
        (
            "Did Joyce Tremlett of all people really ask the station “Where do people like her go now”?",
            ["not checkable"],
        ),
    ],
)
def test_questions_and_sentences_in_a_quotation_are_looked_up(index: Index, text: str, statuses: list[str]) -> None:
    assert [finding.status.value for finding in findings(index, text)] == statuses


def test_a_quotation_of_empty_words_is_looked_up(index: Index) -> None:
    (only,) = findings(index, "“It is what it is, and so we are.”")
    assert only.status is FindingStatus.NOT_FOUND
