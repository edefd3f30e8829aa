"""The page as people of a team see it: what a role may not do is not offered, and is refused all the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from index.search.kept_searches import read_history
from index.storage.people import Person, Role, identify_by
from index.storage.store import Store
from tests.making import link_models
from tests.views.test_draft_page import visit
from tests.views.test_pages import html, opened
from views.components import layout, pinning


@pytest.fixture(scope="module")
def own(sample_library: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(sample_library, tmp_path_factory.mktemp("team") / "own", copy_function=link_models))


@pytest.fixture
def as_role(request: pytest.FixtureRequest) -> Iterator[Role]:
    role: Role = request.param
    identify_by(lambda: Person(f"{role.word}@desk.example", role))
    yield role
    identify_by(None)


def buttons(at: AppTest) -> set[str]:
    return {button.label for button in at.button if not button.disabled}


@pytest.mark.parametrize("as_role", list(Role), ids=lambda role: role.word, indirect=True)
def test_a_role_is_offered_what_it_may_do(as_role: Role, own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And nobody is shown a folder of the server, another library, or what another has asked."""
    is_editor, is_keeper = as_role >= Role.EDITOR, as_role >= Role.KEEPER
    asked_before = read_history(Store.open(own)).questions
    at = opened(own, monkeypatch, q="bladder harm")
    assert f"{as_role.word}@desk.example · {as_role.word}" in html(at)
    assert (bool({"Pin", "Pinned"} & buttons(at)), "Save this search" in buttons(at)) == (is_editor, is_editor)
    assert at.selectbox(key="cite_as").disabled is not is_editor
    seen = html(at)
    at.switch_page("views/library.py").run()
    offered = {each.label for each in [*at.expander, *at.text_input]}
    assert ("Bring in documents" in offered) is is_keeper
    assert not {"Open another library", "A folder on this machine"} & offered
    seen += html(at)
    at.switch_page("views/collections.py").run()
    assert ("Make it" in buttons(at)) is is_editor
    at.switch_page("views/search.py").run()
    assert "Questions asked here" not in {each.label for each in at.expander}
    assert str(own) not in seen + html(at)
    assert read_history(Store.open(own)).questions == asked_before


@pytest.mark.parametrize("as_role", [Role.KEEPER], indirect=True)
def test_a_team_has_one_library(as_role: Role, own: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    at = opened(own, monkeypatch, library=str(tmp_path))
    assert "This page has one library." in html(at)
    assert str(tmp_path) not in html(at)


@pytest.mark.parametrize("as_role", [Role.READER], indirect=True)
def test_a_reader_checks_a_draft_that_is_kept_nowhere(
    as_role: Role, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = visit(own, monkeypatch, "Calvin Stevens synthesised ketamine in 1972.")
    assert "This draft is not kept" in html(at)
    assert "1962" in html(at)
    assert at.text_input[-1].disabled or not [each for each in at.text_input if each.label == "My note"]
    store = Store.open(own)
    assert (store.kept.all("draft"), store.kept.all("draft text"), store.marks.all()) == ({}, {}, {})


@pytest.mark.parametrize("as_role", [Role.READER], indirect=True)
def test_what_a_window_asks_for_all_the_same_is_refused(
    as_role: Role, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pin that a message of a window names, though no button offers it."""
    problems: dict[str, str] = {}
    monkeypatch.setattr(pinning.st, "session_state", problems)
    source = Store.open(own).documents.sources()[0][0].id
    pinning.pin_named(own, f"{source}:0:9")
    assert problems["pin_problem"].startswith("reader@desk.example is reader here, and this takes editor")
    assert pinning.collections(own) == []


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("postgresql://ann@127.0.0.1:5/notes: The server does not answer.", "the library: The server does not answer."),
        (
            "It is past generation 3, where postgres://b/x?sslmode=require is.",
            "It is past generation 3, where the library is.",
        ),
        ("Shard 2 is postgresql://ann@[::1]:5432/notes.", "Shard 2 is the library."),
    ],
)
def test_a_team_is_shown_no_address_of_a_database(message: str, shown: str) -> None:
    """Of no shard either."""
    assert layout._DATABASE.sub("the library", message) == shown
