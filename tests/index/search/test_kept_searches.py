"""The history of questions, and saved searches with what is new in them."""

from __future__ import annotations

import json
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main
from index.errors import QueryError
from index.search import kept_searches
from index.search.kept_searches import (
    MAX_QUESTIONS,
    AskedQuestion,
    History,
    KeptQuestion,
    SavedSearch,
    new_hits,
    passage_key,
    with_question,
)
from index.storage.store import Store
from index.types import By, Confidence, Filter, Hit, Parts, Passage, Source, Span
from ingest.sync.pipeline import ingest

QUESTION = KeptQuestion("when does the ferry leave", By.WORDS, Filter(("a",), "ann", "2020", None), 3)


def history(library: Path) -> History:
    with closing(Store.open(library)) as store:
        return kept_searches.read_history(store)


@given(st.lists(st.sampled_from("abc"), max_size=12))
def test_the_history_is_bounded_and_repeats_nothing_in_a_row(texts: list[str]) -> None:
    asked: tuple[AskedQuestion, ...] = ()
    for number, text in enumerate(texts):
        asked = with_question(asked, AskedQuestion(KeptQuestion(text), str(number), "strong"))
    expected = [text for text, before in zip(texts, [None, *texts], strict=False) if text != before]
    assert [one.question.text for one in asked] == expected[::-1]
    assert not texts or asked[0].asked == str(len(texts) - 1)
    full = with_question(asked * MAX_QUESTIONS, AskedQuestion(KeptQuestion("d"), "", "none"))
    assert len(full) <= MAX_QUESTIONS


def test_questions_are_kept_cleared_and_not_kept_when_switched_off(tmp_path: Path) -> None:
    kept_searches.note_question(tmp_path, QUESTION, "strong")
    kept_searches.note_question(tmp_path, KeptQuestion("tides"), "none")
    (tides, ferry) = history(tmp_path).questions
    assert (tides.question, tides.confidence) == (KeptQuestion("tides"), "none")
    assert (ferry.question, ferry.asked[-6:]) == (QUESTION, "+00:00")
    kept_searches.switch_history(tmp_path, False)
    kept_searches.note_question(tmp_path, KeptQuestion("secret"), "none")
    assert [one.question.text for one in history(tmp_path).questions] == ["tides", QUESTION.text]
    kept_searches.clear_history(tmp_path)
    assert history(tmp_path) == History((), False)


def hit(source: str, text: str) -> Hit:
    parts = Parts(0, 0, 0, 0, 0, 0, 0)
    return Hit(1, 0.5, Confidence.STRONG, Passage(text, Span(0, len(text))), Source(source, "x"), parts)


def test_new_is_what_was_not_there_and_was_added_since() -> None:
    """A passage that only moved up is not new, nor one that moved in its source; an edited one is."""
    old, moved_up, edited, added = hit("a", "One."), hit("b", "Two."), hit("a", "One more."), hit("c", "Three.")
    search = SavedSearch("x", QUESTION, "", "", frozenset({passage_key(old)}), 7, "")
    numbers = {"a": 8, "b": 5, "c": 9}
    moved = replace(old, passage=replace(old.passage, span=Span(9, 13)))
    assert new_hits(search, [moved, moved_up, edited, added], numbers.__getitem__) == [edited, added]


@pytest.mark.usefixtures("counting")
def test_a_saved_search_tells_once_what_an_ingest_brought(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """From the command line, as JSON."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "a.txt").write_text("The ferry leaves the harbour at noon.\n", encoding="utf-8")
    ingest([notes], library)

    def command(*arguments: str, code: int = 0) -> object:
        assert main(["searches", *arguments, "--json", "--library", str(library)]) == code
        return json.loads(capsys.readouterr().out)

    command("save", "ferry times", "when does", "the ferry leave")
    assert [(one["query"], one["new"]) for one in command("list")] == [("when does the ferry leave", [])]
    (notes / "b.txt").write_text("The last ferry leaves at nine in the evening.\n", encoding="utf-8")
    ingest([notes], library)
    (listed,) = command("list")
    assert len(listed["new"]) == 1
    assert main(["searches", "run", "ferry times", "--library", str(library)]) == 0
    shown = capsys.readouterr().out
    assert "1 new since you last looked" in shown
    assert [line for line in shown.splitlines() if line.startswith("   The ")] == [
        "   The last ferry leaves at nine in the evening."
    ]
    assert main(["searches", "run", "ferry times", "--library", str(library)]) == 0
    assert "Nothing new since you last looked" in (nothing := capsys.readouterr().out)
    assert len(nothing.splitlines()) == 1
    (notes / "b.txt").write_text("The last ferry leaves at ten in the evening.\n", encoding="utf-8")
    ingest([notes], library)
    answer = command("run", "ferry times")
    new = [one["source"]["location"] for one in answer["hits"] if one["rank"] in answer["new"]]
    assert (len(answer["hits"]), new) == (2, ["b.txt"])
    assert command("run", "ferry times")["new"] == []
    assert main(["searches", "save", "ferry times", "tides", "--library", str(library)]) == 2
    assert "saved as “ferry times” already" in capsys.readouterr().err
    command("remove", "ferry times")
    assert main(["searches", "run", "ferry times", "--library", str(library)]) == 2
    assert "No search is saved as “ferry times”." in capsys.readouterr().err
    assert main(["searches", "save", "x", "--library", str(library)]) == 2
    assert "takes a name and a query" in capsys.readouterr().err


def test_a_search_needs_a_name() -> None:
    assert kept_searches.name_of("  a\n b ") == "a b"
    with pytest.raises(QueryError, match="needs a name"):
        kept_searches.name_of(" \n")
