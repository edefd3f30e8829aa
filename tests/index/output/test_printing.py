"""Nothing speaks to the terminal but the program itself, whatever a library, a file, a draft or an argument says."""

from __future__ import annotations

import io
import json
import os
import re
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.__main__ import main as index
from index.output import BIBLIOGRAPHY_FORMATS, CitationStyle
from index.output.export import TABLE_FORMATS
from index.text import line, markdown, plain, xml
from index.text.escaping import cell, json_line, lines, terminal_line
from ingest.__main__ import main as ingest
from tests.making import Counting

# A colour, a window's title, the same by C1, moves and erasures, direction, what shows nothing, tags, line ends, and a
# line that looks like one of the program's own.
HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07 \x9b2J\x9d0;t\x9c\b\b\x7f\v\f\r\x85\u2028\u2029\u202egpj\u202c\u2066a\u2069\u200e"
    "\u200b\u200d\u00ad\ufeff\u2060\u061c\u3164\U000e0041\ufff9\n=Strong match."
)
STAYS = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f468\u200d\U0001f469 \u0601 \u2764\ufe0f"
"""A joiner inside a Persian word and an emoji, a number sign of Arabic, a variation selector: all of them visible."""


VISIBLE_FORMAT = set("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd")
"""Format characters that have a glyph: signs of numbers and of the end of a verse."""


def speaks(text: str) -> set[str]:
    """The characters that may act on a terminal or hide in it."""
    odd = {sign for sign in set(text) if unicodedata.category(sign) in {"Cc", "Cf", "Cs", "Zl", "Zp"}}
    return {
        f"U+{ord(sign):04X}"
        for sign in odd - VISIBLE_FORMAT - set("\t\n\u200c\u200d") | set(text) & set("\u3164\u034f")
    }


def test_of_all_characters_the_visible_ones_stay() -> None:
    """Controls, format characters that show nothing, and half surrogate pairs go; letters, signs and marks are kept."""
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    kept = set(plain(every))
    assert not speaks("".join(kept - set("\u200c\u200d")))
    assert {sign for sign in kept if unicodedata.category(sign) == "Cf"} == VISIBLE_FORMAT
    lost = Counter(map(unicodedata.category, set(every) - kept))
    assert lost.keys() == {"Cc", "Cf", "Cs", "Zl", "Zp", "Cn", "Mn", "Lo"}
    assert (lost["Lo"], lost["Mn"]) == (4, 7), "fillers, and what joins or varies without a glyph"
    assert plain(STAYS) == STAYS
    assert plain("pass\u200dword \u200c\u202etxt.exe") == "password txt.exe"
    assert plain("a\r\nb\rc\vd\u2028e\tf") == "a\nb\nc\nd\ne\tf"
    assert plain("caf\udce9.txt") == "caf\ufffd.txt"


@given(st.text(st.one_of(st.sampled_from(HOSTILE), st.characters()), max_size=20))
@example(HOSTILE)
def test_whatever_is_written_holds_no_sign_for_the_terminal(text: str) -> None:
    """In every form; what is escaped twice is as it was once, and JSON says the same."""
    for write in (line, terminal_line, markdown, xml, plain):
        assert not speaks(write(text))
    assert plain(plain(text)) == plain(text)
    assert "\n" not in line(text) + terminal_line(text) + markdown(text)
    if not any("\ud800" <= sign <= "\udfff" for sign in text):
        assert json.loads(json_line(json.dumps([text], ensure_ascii=False))) == [text]


def test_a_formula_behind_a_semicolon_is_none_either() -> None:
    """Where a semicolon ends a cell, what follows is text too."""
    assert cell("rent; =1+1") == "rent;' =1+1"
    assert cell(line("\u200b=1+1")) == "'=1+1"
    assert cell("it rose; then it fell") == "it rose; then it fell"


TEXT = f"The mill of Aldby was built in 1862 {HOSTILE} by nine masons.\n\nIt ground rye until 1911. {STAYS}\n"


@pytest.fixture
def hostile(library: Path, tmp_path: Path) -> Path:
    """A folder in which every name, title, author and text speaks, in each way that a file can bring them."""
    docs = tmp_path / "docs"
    docs.mkdir()
    name = HOSTILE.replace("\n", "").replace("\x00", "")
    (docs / f"{name}.txt").write_text(TEXT, encoding="utf-8")
    row = {key: f"{key} {HOSTILE}" for key in ("_id", "title", "publisher", "url", "heading")}
    row |= {
        "authors": [f"Ann {HOSTILE}", f"Bo {HOSTILE}"],
        "date": f"2019{HOSTILE}",
        "text": TEXT.replace("1862", "1863"),
    }
    (docs / "rows.jsonl").write_text(f"{json.dumps(row)}\nbroken {HOSTILE}\n".replace("\n=", "="), encoding="utf-8")
    page = f"<title>Mill {HOSTILE}</title><h1>Head {HOSTILE}</h1><p>{TEXT}</p><h2>More {HOSTILE}</h2><p>{TEXT}</p>"
    (docs / "page.html").write_text(page, encoding="utf-8")
    (docs / f"broken{name}.pdf").write_bytes(b"no pdf")
    if sys.platform == "linux":
        (docs / os.fsdecode(b"caf\xe9.md")).write_text(f"# {HOSTILE}\n\n{TEXT}", encoding="utf-8")
    return docs


class Terminal(io.StringIO):
    """A stream at which a progress bar is drawn."""

    def isatty(self) -> bool:
        return True


Outputs = Callable[..., str]


@pytest.fixture
def outputs(
    capsys: pytest.CaptureFixture[str], counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> tuple[Outputs, list[str]]:
    """Runs a command of either line and gives what it writes; all that was written so far."""
    for module in ("index.search.index", "index.publishing.removal"):
        monkeypatch.setattr(f"{module}.open_embedder", lambda *args, **options: counting)
    shown: list[str] = []

    def run(main: Callable[[list[str]], int], *arguments: str) -> str:
        with suppress(SystemExit):  # argparse
            main([*arguments])
        output = capsys.readouterr()
        assert output.out + output.err, arguments
        assert "Traceback" not in output.err
        shown.extend(output)
        return output.out

    return run, shown


def test_no_command_lets_a_library_speak_to_the_terminal(
    hostile: Path, library: Path, tmp_path: Path, outputs: tuple[Outputs, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every subcommand of both lines, for people and for programs, with hostile arguments too, every export, and the
    progress of an ingest."""
    run, shown = outputs
    at = ["--library", str(library)]
    with monkeypatch.context() as here:
        here.setattr(sys, "stderr", progress := Terminal())
        run(ingest, str(hostile), *at)
    shown.append(progress.getvalue().replace("\r", ""))
    assert "gpj" in shown[-1], "the bar names the files"
    run(ingest, str(hostile), *at, "--json")
    ids = [source["id"] for source in json.loads(run(index, "sources", "--json", *at))]
    assert len(ids) == 3 + (sys.platform == "linux")
    for command in commands(ids, tmp_path):
        run(index, *command, *at)
        run(index, *command, "--json", *at)
    for command in (["check", str(tmp_path / "draft.md")], ["compare", *ids[:2]], ["compare", "--question", HOSTILE]):
        for suffix in TABLE_FORMATS:
            file = tmp_path / f"{command[0]}{len(command[1])}{suffix}"
            run(index, *command, "--out", str(file), *at)
            shown.append(exported(file))
        run(index, *command, "--out", f"{tmp_path}/{HOSTILE}", *at)
    for suffix, style in product(TABLE_FORMATS, CitationStyle):
        file = tmp_path / f"{style.value}{suffix}"
        run(index, "collection", "show", f"Mills {HOSTILE}", "--style", style.value, "--out", str(file), *at)
        shown.append(exported(file))
    for suffix in BIBLIOGRAPHY_FORMATS:
        run(index, "sources", "--out", str(tmp_path / f"sources{suffix}"), *at)
        shown.append(exported(tmp_path / f"sources{suffix}"))
    run(index, "remove", ids[0], *at)
    run(index, "verify", "--library", str(tmp_path / HOSTILE))
    run(ingest, str(tmp_path / HOSTILE), *at)
    run(ingest, f"--{HOSTILE}")
    assert len(shown) > 120
    assert [(number, speaks(text)) for number, text in enumerate(shown) if speaks(text)] == []
    imitated = [text for text in shown if re.search("^=Strong", text, re.MULTILINE) and not text.startswith("[")]
    assert len(imitated) == 1, "a line of one's own only in one's own draft, and in the texts of passages"


def commands(ids: Sequence[str], folder: Path) -> Iterator[list[str]]:
    """Every subcommand of ``python -m index``, with what it is given."""
    year = f"The mill of Aldby was built in 1872 {HOSTILE}. “It ground rye until 1911.”\n"
    (folder / "draft.md").write_text(f"# {HOSTILE}\n\n{year}", encoding="utf-8")
    question = json.dumps({"_id": HOSTILE, "text": f"mill {HOSTILE}"})
    (folder / "asked.jsonl").write_text(f"{question}\nbroken {HOSTILE[:-16]}\n", encoding="utf-8")
    yield ["search", "mill of Aldby"]
    yield ["search", f"mill {HOSTILE}", "--explain", f"built in 1862 {HOSTILE}"]
    yield ["search", f'"{HOSTILE}"']
    for option in ("--author", "--source", "--since", "--by", "-k"):
        yield ["search", "mill", option, HOSTILE]
    yield ["search", "--queries", str(folder / "asked.jsonl")]
    yield ["search", "--queries", HOSTILE]
    yield ["check", str(folder / "draft.md")]
    yield ["check", HOSTILE]
    yield ["compare", *ids[:2]]
    yield ["compare", HOSTILE, ids[0]]
    yield ["compare", "--question", f"when was the mill built {HOSTILE}"]
    yield ["compare", "--map"]
    yield ["compare", "--events"]
    yield ["sources"]
    yield from (["passages", "--source", identity] for identity in [*ids, HOSTILE])
    slice_of = ["--source", ids[0], "--start", "0", "--end", "60"]
    yield ["collection", "add", f"Mills {HOSTILE}", *slice_of, "--note", f"see {HOSTILE}", "--tag", HOSTILE]
    yield from (["collection", action, f"Mills {HOSTILE}"] for action in ("list", "show", HOSTILE))
    yield ["collection", "remove", f"Mills {HOSTILE}", HOSTILE]
    yield ["searches", "save", f"Mine {HOSTILE}", f"mill {HOSTILE}"]
    yield from (["searches", action, f"Mine {HOSTILE}"] for action in ("list", "run", "remove", "run"))
    yield ["rerun", HOSTILE]
    yield ["token", "add", HOSTILE]
    yield from (["audit", *of] for of in ((), ("--since", HOSTILE), ("--who", HOSTILE)))
    yield ["verify"]
    yield ["remove", HOSTILE]
    yield [HOSTILE]


def exported(file: Path) -> str:
    """The text of an export; of a Word document that of all its parts."""
    if file.suffix != ".docx":
        return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    with zipfile.ZipFile(file) as package:
        return "".join(package.read(name).decode("utf-8") for name in package.namelist())


def test_the_rows_of_a_table_stay_apart_and_wrapped_prose_does_not() -> None:
    text = "The birds\nwere counted.\n\nSpecies | 2017\nHeron |  90\n\nNone was\nill.\na\tb\x1b[1m"
    assert lines(text) == ["The birds were counted.", "Species | 2017", "Heron | 90", "None was ill.", "a b[1m"]
    assert lines("") == []
