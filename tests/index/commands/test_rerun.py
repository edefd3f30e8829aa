"""A result is asked again: what is the same, what stands otherwise, what is gone and what is new."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.__main__ import main
from index.check.drafts import keep_draft
from index.commands.rerun import _changed_lines
from index.errors import ReadError
from index.output.result_items import Item, changes, items_of
from index.storage.store import Store
from ingest.draft import draft_of_text
from tests.making import link_models

ITEMS = st.lists(
    st.builds(lambda key, state: Item((key,), (state,), key), st.sampled_from("abcdefg"), st.integers(0, 2)),
    unique_by=lambda item: item.key,
)
Command = Callable[..., Any]


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@given(ITEMS, ITEMS)
def test_every_item_is_the_same_moved_gone_or_new(before: list[Item], after: list[Item]) -> None:
    found = changes(before, after)
    assert found.same + len(found.moved) + len(found.gone) + len(found.replaced) == len(before)
    assert found.same + len(found.moved) + len(found.new) + len(found.replaced) == len(after)
    assert all(old.key == new.key and old.state != new.state for old, new in found.moved)
    assert changes(before, before).is_same


def test_a_passage_that_was_edited_is_paired_with_what_stands_in_its_place() -> None:
    """By its source and its characters; what stands elsewhere is gone and new."""

    def result(*hits: tuple[str, int, str]) -> dict[str, Any]:
        rows = [{"source": {"id": one}, "start": at, "end": at + len(text), "text": text} for one, at, text in hits]
        return {"hits": rows}

    before = items_of(result(("a", 10, "The weir has 16 gates."), ("a", 90, "It is old."), ("b", 0, "It rained.")))
    after = items_of(result(("b", 0, "It rained."), ("a", 12, "The weir has 17 gates."), ("c", 90, "It is new.")))
    found = changes(before, after)
    assert [(old.place, new.place) for old, new in found.replaced] == [(("a", 10, 32), ("a", 12, 34))]
    assert [item.label for item in (*found.gone, *found.new)] == ["source a: It is old.", "source c: It is new."]
    shown = list(_changed_lines(found))
    assert shown[0] == "0 the same, 2 changed, 1 gone, 1 new."
    assert shown[1] == "changed  source b: It rained.: rank 3, characters 0 to 10 → rank 1, characters 0 to 10"
    assert shown[2].endswith("rank 1, characters 10 to 32 → other words in its place: “16” is now “17”")


def test_a_record_with_digests_has_the_items_of_the_result_with_texts() -> None:
    text = "The ferry leaves at noon."
    hit = {"source": {"id": "a"}, "start": 3, "end": 28, "text": text}
    row = {"source": "a", "start": 3, "end": 28, "text": digest(text)}
    cell = {"source": "a", "sentence": [7, 12], "hit": hit}
    answer = {"question": 0, "source": "a", "start": 7, "end": 12, "text": digest(text[4:9])}
    sentence = {"text": text, "start": 0, "end": 25, "status": "found"}
    pair = {"left": [0, 5], "right": [3, 9], "relation": "differs", "sure": True}
    both: list[tuple[dict[str, Any], dict[str, Any]]] = [
        ({"hits": [hit, hit]}, {"kind": "search", "results": [row, row]}),
        ({"sentences": [sentence]}, {"kind": "check", "results": [{"sentence": digest(text), "status": "found"}]}),
        ({"pairs": [pair]}, {"kind": "compare", "results": [pair]}),
        (
            {"questions": [{"question": "When?", "cells": [cell, {"source": "b", "hit": None, "sentence": None}]}]},
            {"kind": "compare", "questions": ["When?"], "results": [answer]},
        ),
    ]
    for result, record in both:
        found = changes(items_of(result), items_of(record))
        assert found.is_same
        assert found.same == len(items_of(record)) > 0


@pytest.mark.parametrize("result", [{}, {"hits": [{}]}, {"sentences": 3}, {"kind": "search", "results": None}])
def test_what_is_no_result_is_refused(result: dict[str, Any]) -> None:
    with pytest.raises(ReadError):
        items_of(result)


@pytest.fixture
def own(sample_library: Path, tmp_path: Path) -> Path:
    """A copy of the sample library, to keep a draft in."""
    return Path(shutil.copytree(sample_library, tmp_path / "own", copy_function=link_models))


def test_results_of_the_command_line_are_asked_again(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same library gives the same; what was altered in a result is told; of a draft that is not at hand nothing."""
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(own))
    file, draft = tmp_path / "result.json", tmp_path / "draft.txt"
    text = "Ketamine was made in 1962. The harbour bridge was opened in 1932."
    draft.write_text(text, encoding="utf-8")

    def command(*arguments: str) -> tuple[int, dict[str, Any]]:
        code = main([*arguments, "--json"])
        return code, json.loads(capsys.readouterr().out)

    def rerun(result: dict[str, Any], *options: str) -> tuple[int, dict[str, Any]]:
        file.write_text(json.dumps(result), encoding="utf-8")
        return command("rerun", str(file), *options)

    answer = command("search", "bladder harm", "-k", "4", "--since", "2020", "--by", "words")[1]
    code, again = rerun(answer)
    assert (code, again["same"], again["unchanged"]) == (0, True, 4)
    answer["hits"] = [answer["hits"][1], {**answer["hits"][0], "text": "Other words."}, *answer["hits"][2:]]
    code, again = rerun(answer)
    assert (code, again["unchanged"]) == (1, 2)
    assert [len(again[name]) for name in ("moved", "gone", "new", "replaced")] == [1, 0, 0, 1]

    checked = command("check", str(draft))[1]
    code, again = rerun(checked)
    assert (code, again["compared"]) == (0, False)
    assert rerun({**checked, "generation": 99})[0] == 1
    assert rerun(checked, "--draft", str(draft))[1]["unchanged"] == 2
    keep_draft(own, draft_of_text(text))
    checked["sentences"][0]["status"] = "not found"
    code, again = rerun(checked)
    assert (code, again["moved"]) == (
        1,
        [{"item": "Ketamine was made in 1962.", "before": ["not found"], "now": ["found"]}],
    )

    ids = [source["id"] for source in command("sources")[1][:2]]
    assert rerun(command("compare", *ids)[1])[0] == 0
    code, again = rerun(command("compare", "--question", "When was ketamine made?")[1])
    assert (code, again["same"]) == (0, True)

    # a file that holds the draft is enough, where the library keeps none
    alone = "# Notes\n\nKetamine was made in 1962.\n\nThe harbour bridge was opened in 1932.\n"
    draft.with_suffix(".md").write_text(alone, encoding="utf-8")
    for name in ("alone.md", "alone.docx"):
        command("check", str(draft.with_suffix(".md")), "--out", str(tmp_path / name))
        code, again = command("rerun", str(tmp_path / name))
        assert (code, again["compared"], again["same"]) == (0, True, True)
    command("check", str(draft.with_suffix(".md")), "--out", str(tmp_path / "alone.csv"))
    assert command("rerun", str(tmp_path / "alone.csv"))[1]["compared"] is False  # a table has no draft

    ferry = tmp_path / "checked.md"
    command("check", str(draft), "--out", str(ferry))
    assert command("rerun", str(ferry)) == (
        0,
        {"kind": "check", "same": True, "same_library": True, "same_model": True, "compared": True}
        | {"unchanged": 2, "moved": [], "gone": [], "new": [], "replaced": []},
    )
    pairs = tmp_path / "pairs.csv"
    command("compare", *ids, "--out", str(pairs))
    code, again = command("rerun", str(pairs))
    assert (code, again["kind"], again["same"]) == (0, "sources", True)

    hits = tmp_path / "hits.html"
    command("search", "bladder harm", "-k", "3", "--out", str(hits), "--style", "apa")
    assert command("rerun", str(hits))[1]["unchanged"] == 3

    assert main(["rerun", str(draft)]) == 2
    assert "is no JSON" in capsys.readouterr().err
    file.write_text(json.dumps({"hits": []}), encoding="utf-8")
    assert main(["rerun", str(file)]) == 2
    assert "does not say how it was made" in capsys.readouterr().err


def test_a_collection_is_written_with_its_citations_and_looked_at_again(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(own))
    file = tmp_path / "mine.md"
    assert main(["search", "what happens to the bladder", "-k", "1", "--json"]) == 0
    (hit,) = json.loads(capsys.readouterr().out)["hits"]
    source, span = hit["source"], (str(hit["start"]), str(hit["end"]))
    main(
        ["collection", "add", "Mine", "--source", source["id"], "--start", span[0], "--end", span[1], "--note", "Seen"]
    )
    with monkeypatch.context() as without_model:
        without_model.delattr("index.search.index.open_embedder")
        assert main(["collection", "show", "mine", "--out", str(file), "--style", "chicago"]) == 0
    written = file.read_text(encoding="utf-8")
    assert written.startswith("# Mine\n")
    assert "Seen" in written
    assert "## Bibliography" in written
    assert source["title"].casefold() in written.partition("## Bibliography")[2].casefold()
    capsys.readouterr()
    assert main(["rerun", str(file)]) == 0
    assert "1 the same, 0 changed, 0 gone, 0 new." in capsys.readouterr().out
    with closing(Store.create(own)) as store, store.transaction():
        store.documents.retire([store.documents.live(source["id"]).number])
    assert main(["rerun", str(file)]) == 1
    assert "0 the same, 0 changed, 1 gone, 0 new." in capsys.readouterr().out
    assert main(["collection", "list", "--out", str(tmp_path / "list.md")]) == 2
    assert "Only collection show takes --out" in capsys.readouterr().err
