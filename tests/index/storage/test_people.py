"""Who may change what, and that each change has a line that says who made it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from index.__main__ import main
from index.check.drafts import keep_draft
from index.check.marks import MarkStatus, write_mark
from index.collections import create, noted, pin_passage, read_collections, update
from index.errors import RoleError
from index.output.chosen_style import choose_style
from index.output.citations import CitationStyle
from index.programs.access import add_token, forget_tokens, revoke_token
from index.publishing import remove_sources
from index.search.kept_searches import switch_history
from index.storage.people import Person, Role, acting, acting_as, identify_by, in_team
from index.storage.store import Store
from index.types import Draft, Span
from ingest.sync.edit import edit
from ingest.sync.pipeline import ingest
from tests.making import link_models

REA, EDI, KIM = Person("rea", Role.READER), Person("edi", Role.EDITOR), Person("kim", Role.KEEPER)


@pytest.fixture
def shared(sample_library: Path, tmp_path: Path) -> Path:
    """A library of its own for a test to change."""
    return Path(shutil.copytree(sample_library, tmp_path / "library", copy_function=link_models))


@pytest.fixture
def team() -> Iterator[None]:
    """A process that serves a team: who is not named is nobody."""
    identify_by(lambda: None)
    yield
    identify_by(None)


def source_of(library: Path) -> str:
    store = Store.open(library)
    try:
        return store.documents.sources()[0][0].id
    finally:
        store.close()


def stored(library: Path) -> list[str]:
    """All rows of the store, as statements, and the files beside it."""
    with closing(sqlite3.connect(library / "sources.db")) as db:
        rows = list(db.iterdump())
    return rows + sorted(path.name for path in library.iterdir() if not path.name.startswith("sources.db"))


def writes(library: Path, folder: Path) -> dict[str, tuple[Role, Callable[[], object]]]:
    """Every way to change a library, with the role that it takes."""
    source = source_of(library)
    return {
        "pin": (Role.EDITOR, lambda: pin_passage(library, None, source, Span(0, 20))),
        "collection": (Role.EDITOR, lambda: create(library, "Another")),
        "mark": (Role.EDITOR, lambda: write_mark(library, "A sentence.", MarkStatus.CONFIRMED, "seen")),
        "draft": (Role.EDITOR, lambda: keep_draft(library, Draft("A draft of two words."))),
        "style": (Role.EDITOR, lambda: choose_style(library, CitationStyle.APA)),
        "history": (Role.EDITOR, lambda: switch_history(library, False)),
        "edit": (Role.EDITOR, lambda: edit(library, source, {"publisher": "A press"})),
        "token": (Role.KEEPER, lambda: add_token(library, "a program")),
        "revoke": (Role.KEEPER, lambda: revoke_token(library, "a program")),
        "forget": (Role.KEEPER, lambda: forget_tokens(library)),
        "ingest": (Role.KEEPER, lambda: ingest([folder], library)),
        "remove": (Role.KEEPER, lambda: remove_sources(library, [source])),
    }


def test_what_a_role_does_not_allow_is_refused_where_it_is_stored(shared: Path, tmp_path: Path, team: None) -> None:
    """For nobody, for a reader and for an editor; nothing is changed."""
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "bees.txt").write_text("Bees\n\nA bee visits fifty flowers on a trip.\n", encoding="utf-8")
    before = stored(shared)
    for role, write in writes(shared, tmp_path / "new").values():
        with pytest.raises(RoleError, match="Nobody is signed in here any more: nothing was changed"):
            write()
        for person in (REA, EDI):
            if person.role < role:
                said = f"{person.name} is {person.role.word} here, and this takes {role.word}"
                with acting_as(person), pytest.raises(RoleError, match=said):
                    write()
    assert stored(shared) == before


def test_another_thread_does_not_act_for_who_started_it(team: None) -> None:
    seen: list[Person | None] = []
    with acting_as(KIM):
        thread = threading.Thread(target=lambda: seen.append(acting()))
        thread.start()
        thread.join()
        assert acting() == KIM
    assert (seen, acting(), in_team()) == ([None], None, True)


def test_each_change_has_a_line_that_says_who_when_and_what(
    shared: Path, tmp_path: Path, team: None, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "bees.txt").write_text("Bees\n\nA bee visits fifty flowers on a trip.\n", encoding="utf-8")
    source = source_of(shared)
    for role, write in writes(shared, tmp_path / "new").values():
        with acting_as(EDI if role is Role.EDITOR else KIM):
            write()
    with acting_as(EDI):
        (mine,) = [each for each in read_collections(Store.open(shared)) if each.pins]
        update(shared, mine.id, lambda now: noted(now, now.pins[0], "worth a look", ["bees"]))
    identify_by(None)
    assert main(["audit", "--library", str(shared), "--json"]) == 0
    lines = json.loads(capsys.readouterr().out)
    assert [line["when"] for line in lines] == sorted(line["when"] for line in lines)
    made = [(line["who"], line["action"], line["changed"]) for line in lines]
    assert ("edi", "collection", f"pinned {source} 0–20") in made
    assert ("edi", "mark", "confirmed, with a note: A sentence.") in made
    assert ("edi", "edit", "publisher") in made
    assert ("edi", "collection", f"noted {source} 0–20") in made
    assert ("kim", "token", "made, reader") in made
    assert ("kim", "ingest", "1 added") in made
    assert [line["what"] for line in lines if line["action"] == "remove"] == [source]
    assert {line["who"]: line["role"] for line in lines if line["who"] in ("edi", "kim")} == {
        "edi": "editor",
        "kim": "keeper",
    }
    assert not [line for line in lines if line["action"] in ("audit", "question", "draft text")]
    assert main(["audit", "--library", str(shared), "--who", "kim", "--since", lines[0]["when"]]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed
    assert all(" kim (keeper)  " in line for line in printed)


def test_a_change_that_is_refused_leaves_no_line(library: Path) -> None:
    with acting_as(EDI):
        made = create(library, "Mine")
        with pytest.raises(ValueError, match="no such thing"):
            update(library, made.id, lambda now: (_ for _ in ()).throw(ValueError("no such thing")))
    store = Store.open(library)
    assert [(line.who, line.what) for line in store.audit()] == [("edi", f"{made.id} “Mine”")]
    store.close()
