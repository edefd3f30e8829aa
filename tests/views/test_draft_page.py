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
from index.errors import LibraryError
from index.storage.store import Store
from index.types import Draft, Span
from ingest.draft import draft_of_text
from tests.making import GOLDEN, link_models
from tests.views.test_pages import click, html, opened, said

DRAFT = (GOLDEN / "draft.md").read_text(encoding="utf-8")
TEXT = """Calvin Stevens synthesised ketamine in 1972. Ketamine is under international control.

The harbour bridge in Sydney was opened to traffic in 1932. Is that so?
"""


@pytest.fixture(scope="module")
def shared(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample library for all tests here: the page keeps the drafts that it checks."""
    return Path(shutil.copytree(sample_library, tmp_path_factory.mktemp("kept") / "own", copy_function=link_models))


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
    found = re.search(r'sw-asked"[^>]*>(.*?)</blockquote>', html(at))
    assert found
    return unescape(re.sub("<[^>]*>", "", found[1]))


def test_without_a_draft_it_says_what_it_does(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(shared, monkeypatch)
    at.switch_page("views/draft.py").run()
    assert not at.exception
    assert "Whether it is true is for you to say." in html(at)
    assert 'class="sw-draft"' not in html(at)
    click(at, "Check")
    assert "holds no text" in html(at)


def test_without_a_library_it_says_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(tmp_path / "none", monkeypatch)
    at.switch_page("views/draft.py").run()
    assert not at.exception
    assert "No sources yet" in html(at)


def test_the_draft_is_shown_with_its_signs_and_the_evidence_of_the_first(
    shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A status is told in words as well as by a sign; what differs is underlined in both texts."""
    at = visit(shared, monkeypatch)
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


def test_next_and_previous_go_through_what_is_shown(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit(shared, monkeypatch)
    click(at, "Next")
    assert looked_at(at) == "Ketamine is under international control."
    click(click(at, "Next"), "Next")
    assert looked_at(at).startswith("The harbour bridge")
    assert "No passage with enough of its words was found." in html(at)
    click(at, "Previous")
    assert said(at, "s") == ["2"]
    at.segmented_control(key="shown").set_value("missing").run()
    click(at, "Next")
    assert looked_at(at).startswith("The harbour bridge")
    assert said(at, "show") == ["missing"]


def test_another_filter_leads_to_the_first_that_it_shows(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that shows the sentence that is looked at leaves it open."""
    at = visit(shared, monkeypatch)
    at.segmented_control(key="shown").set_value("missing").run()
    assert looked_at(at).startswith("The harbour bridge")
    at.segmented_control(key="shown").set_value("all").run()
    assert looked_at(at).startswith("The harbour bridge")
    at.segmented_control(key="shown").set_value("found").run()
    assert looked_at(at).startswith("The harbour bridge")


def test_back_leads_to_the_sentence_before(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address that the browser goes back to is followed, its filter too; a key that comes meanwhile is not lost."""
    at = click(click(visit(shared, monkeypatch), "Next"), "Next")
    assert said(at, "s") == ["3"]
    at.query_params["s"] = "1"
    at.query_params["show"] = "differs"
    at.run()
    assert looked_at(at) == "Calvin Stevens synthesised ketamine in 1972."
    assert (said(at, "s"), said(at, "show")) == (["1"], ["differs"])
    at.query_params["s"] = "3"
    click(at, "Next")
    assert looked_at(at) == "Ketamine is under international control."


def test_what_no_passage_has_is_marked_told_and_filtered(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "Ketamine was made in 1962. Calvin Stevens synthesised ketamine in Toledo at the age of 41."
    at = visit(shared, monkeypatch, text)
    assert "◐ Found in part 1" in at.segmented_control(key="shown").options
    at.segmented_control(key="shown").set_value("partly").run()
    assert looked_at(at).endswith("age of 41.")
    assert "Not in these passages: Toledo; 41." in html(at)
    assert "found in part: " in html(at)
    at = visit(shared, monkeypatch, "The half-life of ketamine is 2 to 4 hours.")
    assert "Sources disagree 1" in at.segmented_control(key="shown").options
    assert re.search(r"Sources disagree: 1 of \d sources differs\.", html(at))


def test_an_address_leads_back_to_its_draft_and_sentence(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = click(visit(shared, monkeypatch), "Next")
    again = opened(shared, monkeypatch)
    again.query_params.update({name: said(at, name)[0] for name in ("draft", "s")})
    again.switch_page("views/draft.py")
    for name in ("draft", "s"):
        again.query_params[name] = said(at, name)[0]
    again.run()
    assert looked_at(again) == "Ketamine is under international control."


def test_an_edit_is_looked_for_alone(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The rest is taken over; what was put right is found."""
    at = visit(shared, monkeypatch)
    before = at.session_state["checked"]
    click(at, "Next")
    at.toggle(key="editing").set_value(True).run()
    assert at.text_area(key="draft_text").value == TEXT
    at.text_area(key="draft_text").input(f"{TEXT.replace('1972', '1962')}")
    click(at, "Check again")
    assert looked_at(at) == "Ketamine is under international control."
    assert at.text_area(key="draft_text").value == TEXT.replace("1972", "1962")
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


def test_what_its_reader_warns_of_is_shown_above_a_draft(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warned = Draft(TEXT, warnings=("2 glyphs are unknown <b>",))
    monkeypatch.setattr("views.components.open_draft.draft_of_text", lambda text: warned)
    at = visit(shared, monkeypatch)
    assert "2 glyphs are unknown &lt;b&gt;." in html(at)


def test_a_hostile_draft_is_text(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'The <img src=x onerror=alert(1)> "bladder" & <b>kidneys</b> suffer from heavy use of ketamine.\n'
    at = visit(shared, monkeypatch, text)
    page = html(at)
    assert "<img" not in page
    assert "<b>" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_the_whole_draft_is_there_to_read(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Signs apart, the page shows every word of it, in order; and its table, its quotations and its exports."""
    at = visit(shared, monkeypatch, DRAFT)
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


def listed(at: AppTest) -> list[str]:
    """The names of the drafts in the list, the latest first."""
    return [one.label for one in at.button if str(one.key).startswith("look-")]


def test_drafts_are_listed_opened_renamed_removed_and_put_back(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a restart too; what is counted stands beside the name, and a name is no markup."""
    at = visit(own, monkeypatch)
    (identity,) = said(at, "draft")
    at.text_input(key=f"name-{identity}").input("On *stevens* & [ketamine](x)").run()
    click(at, "All drafts")
    assert "Your drafts" in html(at)
    assert "≠ differs 2 · ○ not found 1" in html(at)
    again = opened(own, monkeypatch)
    again.switch_page("views/draft.py").run()
    assert listed(again) == [r"On \*stevens\* \& \[ketamine\]\(x\)"]
    click(again, listed(again)[0])
    assert looked_at(again) == "Calvin Stevens synthesised ketamine in 1972."
    assert "On *stevens* &amp; [ketamine](x)" in html(again)
    click(again, "All drafts")
    click(again, "Remove")
    assert listed(again) == []
    assert "is removed" in html(again)
    click(again, "Undo")
    assert len(listed(again)) == 1


def test_an_unknown_draft_is_told_and_the_list_shown(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = opened(own, monkeypatch)
    at.switch_page("views/draft.py")
    at.query_params["draft"] = "0123456789ab"
    at.run()
    assert "There is no draft 0123456789ab in this library" in html(at)
    assert at.text_area(key="draft_text").value == ""


def test_an_earlier_version_is_opened_and_another_window_is_told(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at, other = visit(own, monkeypatch), visit(own, monkeypatch)
    assert said(at, "draft") == said(other, "draft")
    for window, word in ((at, "1962"), (other, "1965")):
        window.toggle(key="editing").set_value(True).run()
        window.text_area(key="draft_text").input(TEXT.replace("1972", word))
        click(window, "Check again")
    assert "This draft got another text meanwhile" not in html(at)
    assert "This draft got another text meanwhile" in html(other)
    assert "in 1965" in looked_at(other)
    click(other, "Open")
    assert "in 1962" in html(other)
    assert other.text_area(key="draft_text").value == TEXT.replace("1972", "1962")


def test_a_check_opens_at_the_first_problem(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs before what is not found, wherever it stands."""
    text = "The harbour bridge in Sydney was opened to traffic in 1932.\n\nCalvin Stevens synthesised ketamine in 1972."
    at = visit(shared, monkeypatch, text)
    assert looked_at(at) == "Calvin Stevens synthesised ketamine in 1972."
    at.segmented_control(key="shown").set_value("missing").run()
    assert looked_at(at).startswith("The harbour bridge")


def test_a_draft_that_cannot_be_kept_is_checked_and_says_so(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*arguments: object) -> None:
        raise LibraryError("The library cannot be written (no room). Allow writing in its folder.")

    monkeypatch.setattr("views.components.open_draft.keep_draft", refused)
    at = visit(shared, monkeypatch)
    assert "This draft is not kept" in html(at)
    assert looked_at(at) == "Calvin Stevens synthesised ketamine in 1972."
    assert "in 1972" in looked_at(click(click(at, "Next"), "Previous"))
