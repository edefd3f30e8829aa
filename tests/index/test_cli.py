"""The command line: what it prints, in which shape, and with which exit code. Other programs rely on all of it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from index.__main__ import main as index
from index.arguments import parser
from ingest.__main__ import main as ingest
from tests.ingest.readers.test_office import word
from tests.making import PATIENCE

pytestmark = pytest.mark.usefixtures("_default")

SOURCE = {
    "id": str,
    "record": str | None,
    "location": str,
    "title": str,
    "authors": list,
    "published": str | None,
    "publisher": str | None,
    "url": str | None,
    "language": str | None,
    "kind": str,
}
PASSAGE = {"start": int, "end": int, "text": str, "heading": str | None, "page": int | None}
PARTS = dict.fromkeys(("dense", "words", "sentence", "cosine", "bm25"), float | int)
HIT = {
    **PASSAGE,
    "rank": int,
    "score": float | int,
    "confidence": str,
    "page_label": str | None,
    "key_sentence": list | None,
    "marks": list,
    "copies": list,
    "parts": dict,
    "source": dict,
}
ANSWER = {"query": str, "confidence": str, "generation": int, "model": str, "settings": dict, "hits": list}


@pytest.fixture
def _default(sample_library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands without --library read the sample corpus."""
    monkeypatch.setenv("SOURCEWISE_LIBRARY", str(sample_library))


def shaped(value: dict[str, Any], shape: dict[str, Any]) -> bool:
    """All the keys, each of its type (true and false are no numbers here)."""
    assert shape.keys() <= value.keys()
    wrong = {key for key, kind in shape.items() if not isinstance(value[key], kind) or isinstance(value[key], bool)}
    assert not wrong, value
    return True


def answered(value: dict[str, Any]) -> list[dict[str, Any]]:
    """The hits of an answer, whose shape is looked at."""
    shaped(value, ANSWER)
    assert value["confidence"] in ("strong", "plausible", "none")
    for hit in value["hits"]:
        shaped(hit, HIT)
        shaped(hit["source"], SOURCE)
        shaped(hit["parts"], PARTS)
        assert hit["confidence"] in ("strong", "plausible", "none")
        assert all(len(span) == 2 for span in [*hit["marks"], hit["key_sentence"] or [0, 0]])
        assert all({"source", "record", "start", "end"} <= one.keys() for one in hit["copies"])
    return list(value["hits"])


class Told:
    """Exit code, standard output and standard error of one command in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: str) -> None:
        try:
            self.code = index(arguments)
        except SystemExit as stop:  # argparse
            self.code = int(stop.code or 0)
        self.out, self.err = capsys.readouterr()

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    def error(self) -> str:
        """The one line of an error."""
        assert self.code == 2
        assert self.out == ""
        assert self.err.count("\n") == 1
        assert self.err.startswith("index: ")
        return self.err


def test_a_search_goes_on_without_a_reader_that_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, sample_library: Path
) -> None:
    """One line says why; one that is not asked for, and one that another model of a library would not go with, is not
    missed unless it was asked for by name."""
    monkeypatch.setattr("index.reader.convert.folder_name", lambda: "reader-that-was-never-made")
    monkeypatch.setattr("index.reader.convert.WEIGHTS", sample_library / "gone")
    told = Told(capsys, "search", "is it addictive", "--json")
    assert told.err.startswith(f"index: The reader's weights are missing: {sample_library / 'gone'}.")
    assert told.err.endswith("The search goes on without it.\n")
    assert told.err.count("\n") == 1
    fast = Told(capsys, "search", "is it addictive", "--json", "--fast")
    assert (fast.err, fast.json) == ("", told.json)
    assert Told(capsys, "search", "is it addictive", "--by", "words").err == ""
    monkeypatch.setattr("index.search.index.DEFAULT", "another")
    assert Told(capsys, "search", "is it addictive").err == ""
    with_name = Told(capsys, "search", "is it addictive", "--reader").err
    assert with_name.startswith("index: The reader goes with the model all-MiniLM-L6-v2 alone.")


def test_search_gives_json_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """One object, in its fixed shape, and nothing else."""
    told = Told(capsys, "search", "is it addictive", "-k", "3", "--json")
    assert (told.code, told.err) == (0, "")
    hits = answered(told.json)
    assert [hit["rank"] for hit in hits] == [1, 2, 3]
    assert told.json["query"] == "is it addictive"
    assert told.json["settings"]["k"] == 3


def test_search_is_read_by_a_person_too(capsys: pytest.CaptureFixture[str]) -> None:
    """Rank, title, text and place of each hit."""
    told = Told(capsys, "search", "is it addictive", "-k", "2")
    assert told.code == 0
    assert told.out.startswith("Strong match.\n")
    assert "\n1. " in told.out
    assert "\n2. " in told.out
    assert "source " in told.out


@pytest.mark.parametrize("by", ["both", "meaning", "words"])
def test_search_by_each_ranker(capsys: pytest.CaptureFixture[str], by: str) -> None:
    """--by is heard and said in the settings."""
    told = Told(capsys, "search", "bladder", "--by", by, "--json")
    assert answered(told.json)
    assert told.json["settings"]["by"] == by


def test_no_hits_are_exit_code_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A phrase that stands nowhere, a word that nobody wrote, a filter that admits nothing."""
    for arguments in (
        ['"purple elephants of Tuesday"'],
        ["xyzzyqux", "--by", "words"],
        ["ketamine", "--author", "nobody of this name"],
        ["ketamine", "--since", "2999"],
    ):
        told = Told(capsys, "search", *arguments, "--json")
        assert (told.code, answered(told.json), told.json["confidence"]) == (1, [], "none")
        assert "No passage matches" in Told(capsys, "search", *arguments).out


def test_k_beyond_everything_gives_everything(capsys: pytest.CaptureFixture[str]) -> None:
    """No error, no repeat."""
    hits = answered(Told(capsys, "search", "ketamine", "-k", "100000", "--json").json)
    places = [(hit["source"]["id"], hit["start"], hit["end"]) for hit in hits]
    assert len(set(places)) == len(places) > 50


def test_bytes_that_are_no_text_and_numbers_beyond_all_are_no_crash(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """What is no UTF-8 is read as U+FFFD, which nothing has; a name that cannot be one is told."""
    assert len(Told(capsys, "search", "ketamine", "-k", "9" * 30, "--json").json["hits"]) > 50
    for option, code in (("--source", 2), ("--author", 1), ("--since", 2)):
        assert Told(capsys, "search", "ketamine", option, "\udcff").code == code
    for command in (
        ["passages", "--source"],
        ["remove"],
        ["compare", "x"],
        ["collection", "show"],
        ["searches", "run"],
    ):
        assert Told(capsys, *command, "caf\udce9").code == 2
    for name in (tmp_path / ("x" * 300), tmp_path / ("x" * 300) / "y"):
        for command in (["search", "ketamine", "--out", f"{name}.md"], ["backup", str(name)]):
            assert "cannot be written" in Told(capsys, *command).error()


def test_filters_are_alternatives_of_sources_and_ranges_of_dates(capsys: pytest.CaptureFixture[str]) -> None:
    """--source twice, --since and --until together."""
    one, two = [source["id"] for source in Told(capsys, "sources", "--json").json[:2]]
    hits = answered(Told(capsys, "search", "ketamine", "--source", one, "--source", two, "--json").json)
    assert {hit["source"]["id"] for hit in hits} <= {one, two}
    dated = Told(capsys, "search", "ketamine", "--since", "2000", "--until", "2999-12-31", "--json")
    assert all(hit["source"]["published"] for hit in answered(dated.json))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["search"], "Give a query"),
        (["search", "a", "--queries", "-"], "Give a query"),
        (["search", ""], "no word to look for"),
        (["search", "   "], "no word to look for"),
        (["search", "😀"], "no word to look for"),
        (["search", "--", "-alcohol"], "no word to look for"),
        (["search", "word", "-k", "0"], "-k counts hits from 1"),
        (["search", "word", "--source", "nowhere"], "no source nowhere"),
        (["search", "word", "--since", "31.05.2022"], "31.05.2022"),
        (["search", "word", "--until", "May"], "2022-05"),
        (["search", "word", "--until", "2022-13"], "2022-13"),
        (["search", "word", "--since", "2022-02-30"], "2022-02-30"),
        (["search", "--queries", "no/such/file.jsonl"], "cannot be read"),
        (["search", "--queries", "."], "cannot be read"),
        (["passages", "--source", "nowhere"], "no source nowhere"),
        (["remove", "nowhere"], "no source nowhere"),
        (["search", "word", "--library", "no/such/library"], "python -m ingest"),
        (["sources", "--library", "no/such/library"], "python -m ingest"),
        (["passages", "--source", "x", "--library", "no/such/library"], "python -m ingest"),
        (["remove", "x", "--library", "no/such/library"], "python -m ingest"),
        (["verify", "--library", "no/such/library"], "python -m ingest"),
    ],
)
def test_an_error_is_one_line_and_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    """On standard error; standard output stays empty, with --json too."""
    assert said in Told(capsys, *arguments).error()
    assert said in Told(capsys, arguments[0], "--json", *arguments[1:]).error()


@pytest.mark.parametrize("arguments", [[], ["search", "a", "-k", "x"], ["search", "a", "--by", "luck"], ["dance"]])
def test_a_command_that_does_not_exist_is_exit_code_two(
    capsys: pytest.CaptureFixture[str], arguments: list[str]
) -> None:
    """In a line that leads to the help."""
    told = Told(capsys, *arguments)
    assert (told.code, told.out) == (2, "")
    assert told.error().endswith("--help\n")


def test_the_help_names_each_command_with_its_own_words() -> None:
    (commands,) = parser()._subparsers._group_actions  # type: ignore[union-attr]
    words = [action.help for action in commands._choices_actions]  # type: ignore[attr-defined]
    assert len(words) == len(set(words))


def test_an_ingest_of_nothing_is_told_in_a_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        ingest(["--dance\nnow"])
    assert stop.value.code == 2
    said = "ingest: the following arguments are required: PATH. Run: python -m ingest --help\n"
    assert capsys.readouterr() == ("", said)


def test_the_words_of_the_scale_are_the_same_everywhere(capsys: pytest.CaptureFixture[str]) -> None:
    """The verdict and each hit say *distant* to a person; programs read *none*."""
    asked = ["search", "best recipe for sourdough bread", "-k", "1"]
    told = Told(capsys, *asked).out
    assert told.startswith("Distant passages only: none of your sources has the words “recipe”, “sourdough”, “bread”.")
    assert ", distant)" in told
    assert Told(capsys, *asked, "--json").json["confidence"] == "none"


def test_words_that_stand_nowhere_are_told_before_the_hits(capsys: pytest.CaptureFixture[str]) -> None:
    """First of all where they weigh much; after the verdict where they do not."""
    near = Told(capsys, "search", "tinnitus from ketamine").out
    assert near.startswith("Near the subject, but none of your sources has the word “tinnitus”.\n")
    long = "bladder damage in people who use ketamine often, and what urine tests and doctors show them, zyxwv"
    verdict = Told(capsys, "search", long).out.splitlines()[0]
    assert verdict.endswith(" match. None of your sources has the word “zyxwv”.")


def test_a_query_may_begin_with_a_minus_sign(capsys: pytest.CaptureFixture[str]) -> None:
    """Even where an option begins so; options keep their meaning."""
    for query in ("-ketamine bladder", "-harm bladder", '-"a clinic" bladder'):
        told = Told(capsys, "search", query, "-k1", "--json")
        assert (told.code, told.json["query"], told.json["settings"]["k"]) == (0, query, 1)
    explained = Told(capsys, "search", "bladder", "--explain", "-zyxwv and Qwertz", "--json").json
    assert (explained["query"], explained["explained"]["there"]) == ("bladder", "absent")
    assert "no word to look for" in Told(capsys, "search", "-ketamine").error()
    assert "unrecognized arguments: -x" in Told(capsys, "search", "bladder", "-x").error()


def test_a_filter_that_admits_nothing_is_to_blame(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty range of dates is an error; dates and authors that no source has are named as the reason."""
    for since, until in (("2025", "2024"), ("2024-06", "2024-05-31"), ("2025", "2024-12")):
        assert "No date is both" in Told(capsys, "search", "dose", "--since", since, "--until", until).error()
    for since, until in (("2024", "2024"), ("2024-06", "2024"), ("2024", "2024-01")):
        assert Told(capsys, "search", "ketamine", "--since", since, "--until", until).code in (0, 1)
    assert "a date leaves undated sources out" in Told(capsys, "search", "ketamine", "--since", "2999").out
    told = Told(capsys, "search", "ketamine", "--author", "nobody", "--json").json
    assert (told["lacking"], told["hits"]) == ("admitted", [])
    assert "none of your sources has the word “xyzzyqux”" in Told(capsys, "search", "xyzzyqux", "--by", "words").out


def test_a_library_without_sources_says_so(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    """Whatever is asked of it, with the next step; the exit codes stay."""
    at = ["--library", str(small)]
    ids = [source["id"] for source in Told(capsys, "sources", "--json", *at).json]
    Told(capsys, "remove", *ids, *at)
    draft = small.parent / "docs" / "a.txt"
    commands = {("search", "dose"): 1, ("check", str(draft)): 1, ("sources",): 0, ("compare", "--map"): 0}
    for command, code in commands.items():
        told = Told(capsys, *command, *at)
        assert told.code == code
        assert told.out.startswith("The library holds no sources. Bring some in: python -m ingest FOLDER")
    assert Told(capsys, "search", "dose", "--json", *at).json["lacking"] == "sources"


def test_the_beginning_of_an_id_stands_for_it(capsys: pytest.CaptureFixture[str]) -> None:
    """Four characters that no other id begins with; to remove a source takes the whole id."""
    ids = [source["id"] for source in Told(capsys, "sources", "--json").json]
    one = next(one for one in ids if [other[:4] for other in ids].count(one[:4]) == 1)
    found = Told(capsys, "search", "ketamine", "--source", one[:4], "--json").json
    assert found["settings"]["filter"] == {"sources": [one]}
    whole = Told(capsys, "passages", "--source", one, "--json").json
    assert Told(capsys, "passages", "--source", one[:4], "--json").json == whole
    other = next(other for other in ids if other != one)
    assert Told(capsys, "compare", one[:4], other, "--json").json["left"]["id"] == one
    for command in (["search", "ketamine", "--source", one[:3]], ["remove", one[:4]]):
        assert f"no source {command[-1]}" in Told(capsys, *command).error()


def test_a_source_beside_itself_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Programs get all pairs."""
    one = Told(capsys, "sources", "--json").json[0]["id"]
    told = Told(capsys, "compare", one, one[:6])
    assert (told.code, told.out.count("\n")) == (0, 1)
    assert f"Both are one source, {one}" in told.out
    assert Told(capsys, "compare", one, one, "--json").json["pairs"]


def test_another_model_for_a_library_is_refused_before_it_is_looked_for(
    capsys: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hub is not asked; the same model under its full name is the same."""
    monkeypatch.setattr("ingest.sync.library_model.prepare", lambda name, models: pytest.fail(f"{name} was looked for"))
    line = [str(tmp_path / "docs"), "--library", str(small), "--model"]
    assert ingest([*line, "other/model"]) == 2
    assert "was made with the model all-MiniLM-L6-v2" in capsys.readouterr().err
    assert ingest([*line, "sentence-transformers/all-MiniLM-L6-v2"]) == 0


def test_a_judge_that_is_not_there_is_one_line(small: Path, tmp_path: Path) -> None:
    """As a person runs it: what the model's libraries say of it is not told beside."""
    (tmp_path / "draft.txt").write_text("Ketamine was first made in 1962.", encoding="utf-8")
    line = ["check", str(tmp_path / "draft.txt"), "--judge", "nosuch", "--library", str(small)]
    done = shell("-m", "index", *line, env={"HF_HUB_OFFLINE": "1"})
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1), done.stderr
    assert b"The model nosuch cannot be opened as a judge." in done.stderr


def test_a_batch_answers_line_by_line_in_order(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A broken line says so in its place and makes the exit code 3; blank lines are passed over; a BOM is none."""
    lines = [
        '\ufeff{"_id": "a", "text": "is it addictive"}',
        "",
        '{"_id": "b", "text": "bladder"',
        '{"_id": 3, "text": "how much does it cost", "more": 1}',
        '{"_id": "d"}',
        '{"_id": "e", "text": ""}',
        '{"_id": "f", "text": null}',
        "[1]",
        '{"text": "half-life"}',
        '{"_id": "h", "text": "caf\\udce9 bladder"}',
    ]
    path = tmp_path / "questions.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    told = Told(capsys, "search", "--queries", str(path), "-k", "2", "--json")
    assert (told.code, told.err) == (3, "")
    rows = [json.loads(line) for line in told.out.splitlines()]
    assert [row["_id"] for row in rows] == ["a", None, "3", "d", "e", "f", None, None, "h"]
    assert ["error" in row for row in rows] == [False, True, False, True, True, True, True, False, False]
    for row in rows:
        assert isinstance(row["error"], str) if "error" in row else len(answered(row)) == 2
    assert "line 3" in rows[1]["error"]


def test_a_batch_of_good_lines_is_exit_code_nought(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One where something is found; 1 when nothing is in any; the same options hold for all."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"_id": "a", "text": "bladder"}\n{"_id": "b", "text": "\\"no such phrase\\""}\n', "utf-8")
    told = Told(capsys, "search", "--queries", str(path), "-k", "1")
    assert told.code == 0
    assert [len(json.loads(line)["hits"]) for line in told.out.splitlines()] == [1, 0]
    assert Told(capsys, "search", "--queries", str(path), "--since", "2999").code == 1
    path.write_text("\n\n", encoding="utf-8")
    empty = Told(capsys, "search", "--queries", str(path))
    assert (empty.code, empty.out) == (1, "")


def test_a_batch_is_read_from_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As UTF-8 whatever the terminal speaks, with a BOM or without."""
    for start in (b"", b"\xef\xbb\xbf"):
        data = start + '{"_id": "a", "text": "où est la clinique"}\n'.encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="cp1252"))
        told = Told(capsys, "search", "--queries", "-", "-k", "1")
        assert told.code == 0
        assert json.loads(told.out)["query"] == "où est la clinique"


def test_a_batch_answers_as_a_search_does(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """The same object, with the id; without the reader, unless it is asked for."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"_id": "a", "text": "bladder harm"}', encoding="utf-8")
    for batch, alone in (((), ("--fast",)), (("--reader",), ())):
        (line,) = Told(capsys, "search", "--queries", str(path), *batch).out.splitlines()
        whole = Told(capsys, "search", "bladder harm", "--json", *alone).json
        assert json.loads(line) == {"_id": "a", **whole}
        assert (whole["settings"]["reader"] is None) == ("--fast" in alone)


def test_sources_and_their_passages(capsys: pytest.CaptureFixture[str]) -> None:
    """Every source in its shape; its passages in reading order, as many as were said."""
    told = Told(capsys, "sources", "--json")
    assert told.code == 0
    assert len(told.json) > 10
    for source in told.json:
        shaped(source, SOURCE | {"passages": int, "characters": int})
    first = told.json[0]
    passages = Told(capsys, "passages", "--source", first["id"], "--json").json
    assert len(passages) == first["passages"]
    assert all(shaped(one, PASSAGE) for one in passages)
    assert [one["start"] for one in passages] == sorted(one["start"] for one in passages)
    assert all(len(one["text"]) == one["end"] - one["start"] for one in passages)
    listed = Told(capsys, "sources").out
    assert " 1 passages" not in listed
    assert all(source["id"] in listed and source["location"] in listed for source in told.json)
    assert passages[0]["text"] in Told(capsys, "passages", "--source", first["id"]).out


def test_verify_of_a_sound_library(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to tell."""
    assert Told(capsys, "verify", "--json").json == {"damage": [], "repaired": False}
    assert "as it was written" in Told(capsys, "verify").out


@pytest.fixture
def small(library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Two texts in a library of their own."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "a.txt").write_text("Ketamine was first made in 1962.", encoding="utf-8")
    (tmp_path / "docs" / "b.txt").write_text("The bladder may suffer from it.", encoding="utf-8")
    assert ingest([str(tmp_path / "docs"), "--library", str(library)]) == 0
    capsys.readouterr()
    return library


def test_remove_takes_sources_out(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    """They are not found any more; a wrong id among them removes nothing."""
    at = ["--library", str(small)]
    one, two = [source["id"] for source in Told(capsys, "sources", "--json", *at).json]
    assert "no source nowhere" in Told(capsys, "remove", one, "nowhere", *at).error()
    assert len(Told(capsys, "sources", "--json", *at).json) == 2
    assert Told(capsys, "remove", one, "--json", *at).json == {"removed": [one]}
    hits = answered(Told(capsys, "search", "ketamine bladder", "--json", *at).json)
    assert {hit["source"]["id"] for hit in hits} == {two}
    assert "1 removed" in Told(capsys, "remove", two, two, *at).out
    assert Told(capsys, "search", "ketamine", *at).code == 1


def test_verify_mends_what_is_damaged(capsys: pytest.CaptureFixture[str], small: Path) -> None:
    """Exit code 2 with a line a file, and after --repair all is well."""
    at = ["--library", str(small)]
    for path in small.glob("segments/*/passages.npy"):
        path.write_bytes(b"torn")
    assert "verify --repair" in Told(capsys, "search", "ketamine", *at).error()
    told = Told(capsys, "verify", "--json", *at)
    assert (told.code, len(told.json["damage"])) == (2, 1)
    assert "verify --repair" in told.err
    mended = Told(capsys, "verify", "--repair", "--json", *at)
    assert (mended.code, mended.json) == (0, {"damage": [], "repaired": True})
    assert answered(Told(capsys, "search", "ketamine", "--json", *at).json)


def test_ingest_reports_in_json_alone(
    capsys: pytest.CaptureFixture[str], small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fixed keys; exit code 3 when something could not be read; nothing on standard error."""
    (tmp_path / "docs" / "c.jsonl").write_text('{"_id": "1", "text": "A record."}\n{broken\n', encoding="utf-8")
    assert ingest([str(tmp_path / "docs"), "--library", str(small), "--json"]) == 3
    out, err = capsys.readouterr()
    assert err == ""
    report = json.loads(out)
    shaped(
        report, {"library": str, "seconds": float, "passages": int, "sentences": int, "documents": dict, "files": list}
    )
    assert report["documents"] == {"added": 1, "replaced": 0, "unchanged": 2, "removed": 0, "failed": 1, "skipped": 0}
    for file in report["files"]:
        shaped(
            file,
            {"location": str, "status": str, "reason": str | None, "documents": int, "passages": int}
            | {"encoding": str | None, "pages": int | None, "dropped_chars": int, "warnings": list},
        )
    assert ingest([str(tmp_path / "docs"), "--library", str(small)]) == 3
    assert "1 added" not in capsys.readouterr().out


@pytest.mark.parametrize("suffix", [".docx", ".md", ".html", ".csv"])
def test_a_check_and_a_comparison_are_written_to_a_new_file_too(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, suffix: str
) -> None:
    """Standard output is as without; the file says with what it was made; a second time it is not written over."""
    (tmp_path / "draft.txt").write_text("Ketamine was made in 1962.\n", encoding="utf-8")
    one, other = (source["id"] for source in Told(capsys, "sources", "--json").json[:2])
    for command in (["check", str(tmp_path / "draft.txt")], ["compare", one, other]):
        file = tmp_path / f"{command[0]}{suffix}"
        told = Told(capsys, *command, "--json", "--out", str(file))
        assert (told.code, told.err) == (0, "")
        assert told.json == Told(capsys, *command, "--json").json
        made = file.read_bytes()
        if suffix == ".docx":
            made = zipfile.ZipFile(file).read("word/document.xml")
        assert f"generation {told.json['generation']}, model {told.json['model']}" in made.decode("utf-8")
        assert "is there already" in Told(capsys, *command, "--out", str(file)).error()


def test_what_the_reader_of_a_draft_warns_of_is_told(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """A glyph that nothing maps: in a field of the JSON, else on standard error."""
    text = "<w:r><w:t>Ketamine was made in 1962. A dose of 500 </w:t></w:r>"
    glyph = '<w:r><w:sym w:font="Own Signs" w:char="F0F2"/></w:r>'
    draft = tmp_path / "draft.docx"
    draft.write_bytes(word(f"<w:p>{text}{glyph}</w:p>"))
    told = Told(capsys, "check", str(draft))
    assert told.err.startswith(f"index: {draft}: ")
    assert "Own Signs" in told.err
    warnings = Told(capsys, "check", str(draft), "--json").json["warnings"]
    assert told.err == "".join(f"index: {draft}: {warning}\n" for warning in warnings)


def test_an_unknown_kind_of_file_is_an_error_before_any_work(capsys: pytest.CaptureFixture[str]) -> None:
    assert "End it in .md, .html, .docx, .csv" in Told(capsys, "check", "gone.txt", "--out", "new.pdf").error()


def shell(*arguments: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    env = {**os.environ, **options.pop("env", {})}
    return subprocess.run([sys.executable, *arguments], capture_output=True, timeout=PATIENCE, env=env, **options)


def test_output_is_utf8_whatever_the_terminal_speaks(sample_library: Path, tmp_path: Path) -> None:
    """A pipe on another system has a code page of its own: JSON is UTF-8 there too."""
    path = tmp_path / "questions.jsonl"
    path.write_text('{"_id": "é\\ud800", "text": "漢字 “bladder” →"}', encoding="utf-8")
    done = shell("-m", "index", "search", "--queries", str(path), env={"PYTHONIOENCODING": "cp1252"})
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.decode("utf-8"))["query"] == "漢字 “bladder” →"


@pytest.mark.skipif(os.name == "nt", reason="a POSIX pipe")
def test_a_closed_pipe_is_no_error(sample_library: Path) -> None:
    """``| head -1`` has what it wanted."""
    for arguments in ("sources", "sources --json", "search ketamine -k 100 --json"):
        command = f'"{sys.executable}" -m index {arguments} | head -c 1; exit ${{PIPESTATUS[0]}}'
        done = subprocess.run(["bash", "-c", command], capture_output=True, encoding="utf-8", timeout=PATIENCE)
        assert (done.returncode, done.stderr) == (0, ""), arguments


def test_next_steps_name_the_command_that_was_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SOURCEWISE_COMMAND", "sourcewise")
    assert index(["search", "x", "--library", str(tmp_path / "none")]) == 2
    assert "Make one: sourcewise ingest FOLDER --library" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        index(["search", "--nothing"])
    assert capsys.readouterr().err == "sourcewise: unrecognized arguments: --nothing. Run: sourcewise --help\n"


def test_an_ingest_tells_what_became_of_pinned_passages_where_texts_changed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    docs, library = tmp_path / "docs", str(tmp_path / "library")
    docs.mkdir()
    texts = {
        "bees.txt": "The bees dance on the comb all day long. They come home late.",
        "ants.txt": "Ants follow a trail.",
    }
    for name, text in texts.items():
        (docs / name).write_text(text, encoding="utf-8")
    assert ingest([str(docs), "--library", library]) == 0
    capsys.readouterr()
    assert index(["sources", "--json", "--library", library]) == 0
    for source in json.loads(capsys.readouterr().out):
        pinned = ["--source", source["id"], "--start", "0", "--end", str(len(texts[source["location"]]))]
        assert index(["collection", "add", "Insects", *pinned, "--library", library]) == 0
    (docs / "wasps.txt").write_text("Wasps build with paper.", encoding="utf-8")
    capsys.readouterr()
    assert ingest([str(docs), "--library", library]) == 0
    assert "Insects" not in capsys.readouterr().out
    (docs / "bees.txt").write_text("The bees dance on the comb all day long. They come home early.", encoding="utf-8")
    (docs / "ants.txt").unlink()
    assert ingest([str(docs), "--library", library]) == 0
    assert "  In the collection “Insects”: " in (changed := capsys.readouterr().out)
    assert "1 edited" in changed
    assert "1 gone" in changed
