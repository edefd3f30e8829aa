"""The page that checks a draft, without a browser."""

from __future__ import annotations

import re
import shutil
from html import unescape
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index.check.marks import MarkStatus, read_marks, sentence_key, write_mark
from index.collections.pins import Pin
from index.storage.store import Store
from index.types import Draft, Span
from ingest.draft import draft_of_text
from tests.making import GOLDEN, link_models
from tests.views.test_pages import click, html, opened, said

DRAFT = (GOLDEN / "draft.md").read_text(encoding="utf-8")
TEXT = """Calvin Stevens synthesised ketamine in 1972. Ketamine is under international control.

The harbour bridge in Sydney was opened to traffic in 1932. Is that so?
"""


@pytest.fixture
def own(sample_library: Path, tmp_path: Path) -> Path:
    """A copy of the sample library, to be marked in."""
    return Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))


def visit(library: Path, monkeypatch: pytest.MonkeyPatch, text: str = TEXT) -> AppTest:
    at = opened(library, monkeypatch)
    at.switch_page("views/draft.py").run()
    at.text_area(key="draft_text").input(text)
    return click(at, "Check")


def looked_at(at: AppTest) -> str:
    """The sentence at the right."""
    found = re.search(r'sw-asked">(.*?)</blockquote>', html(at))
    assert found
    return unescape(re.sub("<[^>]*>", "", found[1]))


def test_without_a_draft_it_says_what_it_does(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(sample_library, monkeypatch)
    at.switch_page("views/draft.py").run()
    assert not at.exception
    assert "Whether it is true is for you to say." in html(at)
    assert "sw-draft" not in html(at)
    click(at, "Check")
    assert "holds no text" in html(at)


def test_without_a_library_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(tmp_path / "none", monkeypatch)
    at.switch_page("views/draft.py").run()
    assert not at.exception
    assert "No sources yet" in html(at)


def test_the_draft_is_shown_with_its_signs_and_the_evidence_of_the_first(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A status is told in words as well as by a sign; what differs is underlined in both texts."""
    at = visit(sample_library, monkeypatch)
    page = html(at)
    draft = page[page.index('class="sw-draft"') : page.index('aria-label="Claims and sources"')]
    assert re.findall(r'sw-aside">(.*?): <', draft) == ["differs", "differs", "not found"]
    assert looked_at(at) == "Calvin Stevens synthesised ketamine in 1972."
    assert page.count("<u>1972</u>") == 2
    assert "<small>1972 against 1962</small>" in page
    assert "<u>1962</u>" in page
    assert "date: 1972 against 1962" in page
    assert at.segmented_control(key="shown").options == [
        "All 3",
        "≠ Differs 2",
        "○ Not found 1",
        "● Found 0",
        "✎ Needs work 0",
        "Not marked 3",
    ]
    assert said(at, "s") == ["1"]
    assert "Is that so?" in page


def test_next_and_previous_go_through_what_is_shown(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit(sample_library, monkeypatch)
    click(at, "Next")
    assert looked_at(at) == "Ketamine is under international control."
    click(click(at, "Next"), "Next")
    assert looked_at(at).startswith("The harbour bridge")
    assert "Your sources do not say this." in html(at)
    click(at, "Previous")
    assert said(at, "s") == ["2"]
    at.segmented_control(key="shown").set_value("missing").run()
    click(at, "Next")
    assert looked_at(at).startswith("The harbour bridge")
    assert said(at, "show") == ["missing"]


def test_another_filter_leads_to_the_first_that_it_shows(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that shows the sentence that is looked at leaves it open."""
    at = visit(sample_library, monkeypatch)
    at.segmented_control(key="shown").set_value("missing").run()
    assert looked_at(at).startswith("The harbour bridge")
    at.segmented_control(key="shown").set_value("all").run()
    assert looked_at(at).startswith("The harbour bridge")
    at.segmented_control(key="shown").set_value("found").run()
    assert looked_at(at).startswith("The harbour bridge")


def test_back_leads_to_the_sentence_before(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that the browser goes back to is followed, its filter too; a key that comes meanwhile is not lost."""
    at = click(click(visit(sample_library, monkeypatch), "Next"), "Next")
    assert said(at, "s") == ["3"]
    at.query_params["s"] = "1"
    at.query_params["show"] = "differs"
    at.run()
    assert looked_at(at) == "Calvin Stevens synthesised ketamine in 1972."
    assert (said(at, "s"), said(at, "show")) == (["1"], ["differs"])
    at.query_params["s"] = "3"
    click(at, "Next")
    assert looked_at(at) == "Ketamine is under international control."


def test_what_no_passage_has_is_marked_told_and_filtered(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ketamine was made in 1962. Calvin Stevens synthesised ketamine in Toledo at the age of 41."
    at = visit(sample_library, monkeypatch, text)
    assert "◐ Not all of it 1" in at.segmented_control(key="shown").options
    at.segmented_control(key="shown").set_value("partly").run()
    assert looked_at(at).endswith("age of 41.")
    assert "Not in these passages: Toledo; 41." in html(at)
    assert "found, not all of it: " in html(at)
    at = visit(sample_library, monkeypatch, "The half-life of ketamine is 2 to 4 hours.")
    assert "Sources disagree 1" in at.segmented_control(key="shown").options
    assert re.search(r"Sources disagree: 1 of \d differ\.", html(at))


def test_an_address_leads_back_to_its_draft_and_sentence(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = click(visit(sample_library, monkeypatch), "Next")
    again = opened(sample_library, monkeypatch)
    again.query_params.update({name: said(at, name)[0] for name in ("draft", "s")})
    again.switch_page("views/draft.py")
    for name in ("draft", "s"):
        again.query_params[name] = said(at, name)[0]
    again.run()
    assert looked_at(again) == "Ketamine is under international control."


def test_an_edit_is_looked_for_alone(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is taken over; what was put right is found."""
    at = visit(sample_library, monkeypatch)
    before = at.session_state["checked"]
    at.text_area(key="draft_text").input(TEXT.replace("1972", "1962"))
    click(at, "Check")
    after = at.session_state["checked"]
    assert [one.status.value for one in after.findings] == ["found", "differs", "not found", "not checkable"]
    assert after.findings[1] == before.findings[1]
    assert after.findings[1].evidence[0].hit is before.findings[1].evidence[0].hit


def test_a_mark_and_a_note_are_kept_in_the_library(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both are there in the next visit, for the same sentence in another draft."""
    at = click(visit(own, monkeypatch), "Next")
    sentence = "Ketamine is under international control."
    identity = sentence_key(sentence).hex()
    at.text_input(key=f"note-{identity}").input("turn it round").run()
    at.segmented_control(key=f"said-{identity}").set_value(MarkStatus.NEEDS_WORK).run()
    store = Store.open(own)
    kept = read_marks(store)[sentence_key(sentence)]
    assert (kept.status, kept.note) == (MarkStatus.NEEDS_WORK, "turn it round")
    assert kept.pin is not None
    document = store.documents.load(kept.pin.source)[1]
    assert "not under international control" in document.text[slice(*kept.pin.span)]
    store.close()
    other = visit(own, monkeypatch, f"A new beginning of the text is here.\n\n{sentence}\n")
    click(other, "Next")
    assert other.text_input(key=f"note-{identity}").value == "turn it round"
    assert "differs, needs work: " in html(other)


def test_a_passage_that_changed_since_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store.open(own)
    source = store.documents.sources()[0][0].id
    store.close()
    sentence = "Ketamine is under international control."
    write_mark(own, sentence, MarkStatus.CONFIRMED, pin=Pin.of(source, Span(0, 24), "Words that stood here once"))
    write_mark(
        own,
        "Calvin Stevens synthesised ketamine in 1972.",
        MarkStatus.CONFIRMED,
        pin=Pin.of("gone", Span(0, 4), "Word"),
    )
    at = visit(own, monkeypatch)
    assert "The passage is gone from your library" in html(at)
    assert at.segmented_control(key="shown").options[-1] == "↻ Look again 2"
    click(at, "Next")
    assert "since you marked it" in html(at)


def test_what_its_reader_warns_of_is_shown_above_a_draft(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warned = Draft(TEXT, warnings=("2 glyphs are unknown <b>",))
    monkeypatch.setattr("ingest.draft.draft_of_text", lambda text: warned)
    at = visit(sample_library, monkeypatch)
    assert "2 glyphs are unknown &lt;b&gt;." in html(at)


def test_a_hostile_draft_is_text(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'The <img src=x onerror=alert(1)> "bladder" & <b>kidneys</b> suffer from heavy use of ketamine.\n'
    at = visit(sample_library, monkeypatch, text)
    page = html(at)
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_whole_draft_is_there_to_read(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs apart, the page shows every word of it, in order; and its table, its quotations and its exports."""
    at = visit(sample_library, monkeypatch, DRAFT)
    page = html(at)
    body = page[page.index('class="sw-draft"') :]
    body = body[body.index(">") + 1 : body.index("</div>")]
    shown = re.sub(r'<span class="sw-(?:aside|mark-of)"[^>]*>.*?</span>', "", body)
    shown = re.sub("<[^>]*>", " ", re.sub("</?u>", "", shown))
    assert unescape(shown).split() == draft_of_text(DRAFT).text.split()
    grid = page[page.index('aria-label="Claims and sources"') :]
    assert len(re.findall(r'<th scope="row">', grid)) == 12
    assert '<th scope="col">Ketamine and the bladder</th>' in grid
    assert "<small>36.6 % against 26.6 %</small>" in grid
    assert {one.label for one in at.get("download_button")} >= {"Word, with footnotes", "Table, CSV"}
