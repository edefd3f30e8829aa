"""``python -m index collection``: what it prints, for a person and for a program."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main
from index.storage.store import Store
from tests.making import put

TEXT = "Bees dance on the comb. The angle tells the others where the nectar is."


@pytest.fixture
def library(tmp_path: Path) -> Path:
    with closing(Store.create(tmp_path / "library")) as store:
        put(store, "bees", TEXT, title="On bees", authors=("Ann Lee",), published="2020")
        put(store, "ants", "Ants follow a trail. It fades.", title="")
    return tmp_path / "library"


def test_a_collection_from_its_first_pin_to_its_end(library: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each action prints the collection as it is then; what became of a passage is told with the words that changed."""

    def asked(*words: str) -> Any:
        assert main(["collection", *words, *at, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    at = ["--library", str(library)]
    assert asked("list") == []
    made = asked("add", "Bees", "--source", "bees", "--start", "24", "--end", "71", "--note", "look", "--tag", "a")
    (pin,) = made["pins"]
    assert (pin["text"], pin["start"], pin["end"]) == (TEXT[24:71], 24, 71)
    assert (pin["note"], pin["tags"], pin["status"], pin["now"], pin["changed"]) == (
        "look",
        ["a"],
        "unchanged",
        [24, 71],
        [],
    )
    assert (pin["source"]["id"], pin["source"]["title"]) == ("bees", "On bees")
    assert main(["collection", "add", " ", "--source", "bees", "--start", "0", "--end", "9", *at]) == 2
    assert capsys.readouterr().err == "index: A collection needs a name.\n"
    asked("add", "Trails", "--source", "ants", "--start", "0", "--end", "20")
    assert [(row["name"], row["pins"]) for row in sorted(asked("list"), key=lambda row: row["name"])] == [
        ("Bees", 1),
        ("Trails", 1),
    ]
    with closing(Store.create(library)) as store:
        put(store, "bees", TEXT.replace("nectar is", "best nectar was"))
        store.documents.retire([store.documents.live("ants").number])
    merged = asked("merge", "bees", "trails")
    assert [(pin["status"], pin["changed"]) for pin in merged["pins"]] == [
        ("edited", [{"before": "", "after": "best"}, {"before": "is.", "after": "was."}]),
        ("gone", []),
    ]
    assert [pin["now"] is None for pin in merged["pins"]] == [False, True]
    assert asked("rename", "Bees", "Insects")["name"] == "Insects"
    assert main(["collection", "show", "Insects", "--library", str(library)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("Insects: 2 pinned, 1 edited, 1 gone\n")
    assert "    - “is.” is now “was.”\n    note: look\n    tags: a\n" in shown
    assert "gone  ants.txt\n    Ants follow a trail.\n" in shown
    assert len(asked("remove", "Insects", pin["id"])["pins"]) == 1
    assert asked("delete", "Insects") == {"deleted": "Insects", "pins": 1}
    assert asked("list") == []


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["show"], "does not take 0 names"),
        (["show", "None"], "There is no collection “None”"),
        (["add", "Bees", "--source", "bees"], "takes --source, --start and --end"),
        (["add", "Bees", "--source", "bees", "--start", "5", "--end", "5"], "is no part of On bees"),
        (["list", "--note", "x"], "Only collection add takes"),
    ],
)
def test_what_cannot_be_done_is_told_in_a_line(
    library: Path, words: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["collection", *words, "--library", str(library)]) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    with closing(Store.open(library)) as store:
        assert store.kept.all("collection") == {}
