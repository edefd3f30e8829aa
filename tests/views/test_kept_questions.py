"""The history of questions and the saved searches, on the search page without a browser."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from index.search.kept_searches import clear_history
from ingest.sync.pipeline import ingest
from tests.making import link_models
from tests.views.test_pages import HOSTILE, click, html, opened, said
from views.components.kept_questions import fields_of, question_of
from views.components.marking import as_label
from views.components.parameters import SearchParameters

QUESTION = "what harms the bladder"


@pytest.fixture
def own(sample_library: Path, tmp_path: Path) -> Path:
    """A copy of the sample library, to be written in, without what other tests asked of it."""
    library = Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))
    clear_history(library)
    return library


def test_questions_are_listed_asked_again_cleared_and_not_kept_when_switched_off(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(own, monkeypatch, q=QUESTION, since="2020")
    opened(own, monkeypatch, q=HOSTILE)
    at = opened(own, monkeypatch)
    assert [one.label for one in at.button if str(one.key).startswith("again-")] == [as_label(HOSTILE), QUESTION]
    assert "from 2020" in html(at)
    click(at, QUESTION)
    assert (said(at, "q"), said(at, "since")) == ([QUESTION], ["2020"])
    at = opened(own, monkeypatch)
    at.toggle(key="history_on").set_value(False).run()
    opened(own, monkeypatch, q="something private")
    at = opened(own, monkeypatch)
    assert "No further questions are kept." in html(at)
    assert "something private" not in [one.label for one in at.button]
    click(at, "Clear")
    assert not [one for one in at.button if str(one.key).startswith("again-")]


def test_a_saved_search_tells_what_an_ingest_brought(
    own: Path, tmp_path: Path, few_questions: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the list, and once it is opened; for as long as the visit lasts."""
    at = click(opened(own, monkeypatch, q=QUESTION), "Save this search")
    assert "Saved. Nothing new since" in html(at)
    rows = [{"_id": "1", "title": "A new note", "text": "What harms the bladder most is heavy use over many months."}]
    (tmp_path / "new.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    ingest([tmp_path / "new.jsonl"], own)
    at = opened(own, monkeypatch)
    assert '<p class="sw-note">1 new</p>' in html(at)
    at.button(key=f"ask-{QUESTION}").click().run()
    assert "Saved. 1 new since" in html(at)
    assert "A new note." in html(at)
    at.run()
    assert "Saved. 1 new since" in html(at)
    again = opened(own, monkeypatch)
    assert "1 new" not in html(again)
    click(again, "Remove")
    assert "Saved searches" not in html(again)


def test_a_question_comes_back_with_its_conditions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("views.components.expected_passage.limit", lambda parameters: parameters.per_source or None)
    asked = SearchParameters(q="x", source=("a", "b"), author="ann", since="2020", until="2021-02", per_source=1)
    fields = fields_of(question_of(asked))
    assert fields == {name: getattr(asked, name) for name in fields} | {"source": ["a", "b"]}
