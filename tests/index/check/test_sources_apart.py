"""Checks against sources that do not agree: near-copies, quotations in a wrong frame, silence, and what is exported."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from index.check.draft import Finding, FindingStatus, check_draft
from index.output import export_draft
from index.output.terminal import format_check
from index.quotations.locate import QuotationStatus
from index.search.index import Index
from ingest.draft import draft_of_text
from ingest.sync.pipeline import ingest
from tests.making import link_models

_COUNT = (
    "The eel catch fell again behind the Tarn weir. The warden counted {} dead salmon below the gates in a week of "
    "August. She asked the company to open the gates at night. The company said that it would look into the matter. "
)
SOURCES = {
    "first.txt": _COUNT.format(140) + "The town paid for a new ladder, which the fish have not taken to so far.",
    "copy.txt": _COUNT.format(410),
    "budget.txt": "The land tax in Tarnholm will rise by 4.9 per cent in April, the council decided last night.",
    "vote.txt": "Councillors in Tarnholm voted to put the land tax up by 4.99 per cent, the most that the law allows.",
    "trial.txt": "The fever was seen in 92 gulls with a ring and in 238 gulls without one.",
    "leaflet.txt": "In a year 92 gulls that wore a ring fell ill with the fever, against 238 that had none.",
    "review.txt": (
        "Mayor Brandt of Tarnholm called the weir the best investment that this town has ever made in its future. "
        "A weir is a promise to people who are not yet born, the builder liked to say. "
        "The number of dunlins on the flats fell from 12,000 in 2017 to 7,400 in 2022."
    ),
}


@pytest.fixture(scope="module")
def index(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Index:
    folder = tmp_path_factory.mktemp("weir")
    for name, text in SOURCES.items():
        (folder / name).write_text(text, encoding="utf-8")
    library = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("library") / "weir", copy_function=link_models))
    ingest([folder], library)
    return Index.open(library)


def finding(index: Index, sentence: str) -> Finding:
    (only,) = check_draft(index, draft_of_text(sentence)).findings
    return only


def test_a_near_copy_with_another_figure_speaks_for_itself(index: Index) -> None:
    for figure, other in ((140, 410), (410, 140)):
        result = finding(index, f"The warden counted {figure} dead salmon below the gates in a week of August.")
        assert result.status is FindingStatus.FOUND
        assert [item.differs for item in result.counted_evidence] == [False, True]
        assert result.remarks == ["sources disagree: 1 of 2 sources differs"]
        assert [change.note for change in result.evidence[1].differences] == [f"{figure} against {other}"]


def test_a_source_that_agrees_in_other_words_is_heard(index: Index) -> None:
    """Though another has more of the sentence's words."""
    result = finding(index, "The land tax in Tarnholm will rise by 4.99 per cent in April.")
    assert result.status is FindingStatus.FOUND
    assert [(item.hit.source.location, item.differs) for item in result.counted_evidence] == [
        ("budget.txt", True),
        ("vote.txt", False),
    ]
    assert result.disagreeing_evidence


def test_values_exchanged_are_not_confirmed_by_a_source_that_has_them_too(index: Index) -> None:
    result = finding(index, "The fever was seen in 238 gulls with a ring and in 92 gulls without one.")
    assert result.status is FindingStatus.DIFFERS
    assert [item.differs for item in result.counted_evidence][:2] == [True, False]


def test_a_quotation_word_for_word_in_a_frame_that_differs_is_not_found(index: Index) -> None:
    text = "Mayor Brandt of Oslo called the weir “the best investment that this town has ever made in its future”."
    result = finding(index, text)
    assert [quote.located.status for quote in result.quotes] == [QuotationStatus.VERBATIM]
    assert result.status is FindingStatus.DIFFERS
    assert finding(index, text.replace("Oslo", "Tarnholm")).status is FindingStatus.FOUND


def test_an_ellipsis_that_leaves_out_a_denial_is_altered_in_every_output(index: Index) -> None:
    checked = check_draft(index, draft_of_text("The builder said: “A weir is a promise to people who are … born.”"))
    assert [quote.located.status for found in checked.findings for quote in found.quotes] == [QuotationStatus.ALTERED]
    note = "what is left out holds a “not” or the like"
    assert f"   note: {note}" in list(format_check(checked))
    assert note in export_draft.markdown(checked, {}, "2022-01-01").decode()


def test_a_table_with_both_figures_does_not_confirm_their_order(index: Index) -> None:
    result = finding(index, "The number of dunlins on the flats fell from 7,400 in 2017 to 12,000 in 2022.")
    assert result.status is FindingStatus.DIFFERS


def test_what_a_passage_has_in_another_writing_is_not_missing(index: Index) -> None:
    result = finding(index, "The number of dunlins on the flats fell to at most 7,400 in 2022, and many hunters left.")
    assert "400" not in " ".join(result.missing_words)


def test_what_is_found_in_part_has_one_name_everywhere(index: Index) -> None:
    checked = check_draft(index, draft_of_text("The warden Hagen counted 140 dead salmon below the gates in August."))
    assert checked.findings[0].label == "found in part"
    assert next(iter(format_check(checked))).startswith("0 found; 1 found in part")
    assert ("Sentences", "0 found; 1 found in part; 0 differ; 0 not found; 0 not checkable") in (
        export_draft.about(checked, "2022-01-01")
    )


def test_a_bold_word_before_a_sentence_of_markdown_leaves_no_stars_in_what_a_terminal_shows(
    prepared: Path, tmp_path: Path
) -> None:
    """Nor does the page show them; the characters of the passage stay as they are."""
    folder = tmp_path / "texts"
    folder.mkdir()
    text = "# Weir\n\n**Gates.** The gates of the Tarn weir were opened on 92 nights in August. Eels came up at once.\n"
    (folder / "weir.md").write_text(text, encoding="utf-8")
    library = Path(shutil.copytree(prepared, tmp_path / "library", copy_function=link_models))
    ingest([folder], library)
    checked = check_draft(Index.open(library), draft_of_text("The gates of the Tarn weir were opened on 92 nights."))
    shown = [row for row in format_check(checked) if "opened on" in row and row.startswith("   “")]
    assert shown
    assert not any("*" in row for row in shown)
    assert text.count("**") == 2
