"""Whatever a person brings or asks: a clear line, nothing lost, no traceback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from index.errors import QueryError, SourcewiseError
from index.search.index import Index
from index.storage.store import Store
from index.types import Answer, By, Span
from ingest import digest
from ingest.__main__ import main
from ingest.readers import READERS
from ingest.report import FileReport, Report
from ingest.sync import roots
from ingest.sync.pipeline import ingest
from tests.making import Counting, work

GOOD = "Ketamine was first made in 1962 by a chemist in Detroit."


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder with one good text."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "good.txt").write_text(GOOD, encoding="utf-8")
    return tmp_path / "docs"


class Run:
    """One ``python -m ingest`` in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str], *arguments: object) -> None:
        self.code = main([str(one) for one in arguments])
        self.out, self.err = capsys.readouterr()
        assert "Traceback" not in self.out + self.err


def of(report: Report, name: str) -> FileReport:
    (found,) = [one for one in report.files if one.location == name]
    return found


def has_good(library: Path) -> bool:
    return any(source.location == "good.txt" for source, _, _ in Store.open(library).documents.sources())


def test_an_empty_folder(counting: Counting, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing to read is said; a search in what came of it finds nothing, without an error."""
    (tmp_path / "none").mkdir()
    run = Run(capsys, tmp_path / "none", "--library", library)
    assert (run.code, run.err) == (0, "")
    assert "nothing to read" in run.out
    assert Index.open(library).search("anything").hits == ()


def test_a_missing_path(counting: Counting, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line, and no half-made library."""
    run = Run(capsys, tmp_path / "no such folder", "--library", tmp_path / "new")
    assert (run.code, run.out) == (2, "")
    assert run.err.count("\n") == 1
    assert "no such folder cannot be read" in run.err
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("content", [b"", b" \n\t\n", b"\xef\xbb\xbf", b"\xff\xfe"])
def test_an_empty_file(
    counting: Counting, docs: Path, library: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    """No byte, no letter or a mark alone: a line of the report, exit code 3, and the others are read."""
    for name in ("empty.txt", "empty.md", "empty.html", "empty.jsonl", "empty.json", "empty.csv"):
        (docs / name).write_bytes(content)
    run = Run(capsys, docs, "--library", library)
    assert run.code == 3
    assert "1 added" in run.out
    assert sum("empty." in line for line in run.out.splitlines()) >= 6
    assert has_good(library)


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 9,
        b"PK\x03\x04" + bytes(range(256)) * 9,
        b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + bytes(range(256)) * 9,
        bytes(range(256)) * 40,
        b"\0" * 10_000,
        b"\x7fELF\x02\x01\x01" + b"\0" * 999,
        b"\x1f\x8b\x08" + bytes(range(255, 0, -1)) * 40,
    ],
)
@pytest.mark.parametrize("suffix", ["txt", "jsonl", "html"])
def test_binary_bytes_under_a_wrong_name(
    counting: Counting, docs: Path, library: Path, content: bytes, suffix: str
) -> None:
    """Refused with the reason; never a document of rubbish."""
    (docs / f"file.{suffix}").write_bytes(content)
    report = ingest([docs], library)
    assert of(report, f"file.{suffix}").status == "failed"
    assert of(report, f"file.{suffix}").reason
    assert has_good(library)


WESTERN = "Le café déçu fut servi à l'hôtel où naît la forêt. "
EASTERN = "Лекарство действует быстро, но не у всех людей одинаково. "


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        *((encoding, WESTERN) for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252")),
        *((encoding, EASTERN) for encoding in ("utf-8", "utf-16-le", "utf-16-be", "cp1251", "koi8-r")),
        ("gb18030", "这种药见效快，但并不是对每个人都一样有效，需要医生指导。"),
    ],
)
def test_encodings_in_common_use(counting: Counting, docs: Path, library: Path, encoding: str, text: str) -> None:
    """Each is read as it was written, and the report says which it was."""
    (docs / "file.txt").write_bytes((text * 30).encode(encoding))
    report = ingest([docs], library)
    entry = of(report, "file.txt")
    assert entry.status == "added"
    assert entry.encoding
    store = Store.open(library)
    (source,) = [one for one, _, _ in store.documents.sources() if one.location == "file.txt"]
    assert store.documents.load(source.id)[1].text == text * 30


def test_a_file_that_may_not_be_read(
    counting: Counting, docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is told with what to look at, and its last good version stays."""
    ingest([docs], library)
    (docs / "other.txt").write_text("Another text.", encoding="utf-8")
    of_file = digest.of_file

    def refuse(path: Path) -> bytes:
        if path.name == "good.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return of_file(path)

    monkeypatch.setattr(digest, "of_file", refuse)
    report = ingest([docs], library)
    assert report.incomplete
    assert of(report, "good.txt").status == "failed"
    assert "Permission denied" in (of(report, "good.txt").reason or "")
    assert has_good(library)


def test_a_file_that_goes_while_it_is_looked_at(
    counting: Counting, docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deleted between the listing and the reading."""
    (docs / "short-lived.txt").write_text("Here and gone.", encoding="utf-8")

    files = roots.files

    def listed(root: roots.Root, store: Store) -> list[roots.File]:
        found = files(root, store)
        (docs / "short-lived.txt").unlink()
        return found

    monkeypatch.setattr(roots, "files", listed)
    report = ingest([docs], library)
    entry = of(report, "short-lived.txt")
    assert entry.status == "failed"
    assert "cannot be read (No such file or directory)" in (entry.reason or "")
    assert has_good(library)


@pytest.mark.parametrize("header", ['id;text;"more"x\n', 'id,text,"more'])
def test_a_table_that_is_broken_in_its_header(counting: Counting, docs: Path, library: Path, header: str) -> None:
    """Its first line gives names to all the others, so nothing of it can be read."""
    (docs / "rows.csv").write_text(header + "1;Something;or other\n", encoding="utf-8")
    entry = of(ingest([docs], library), "rows.csv")
    assert entry.status == "failed"
    assert "rows.csv is broken in line 1, which names its columns: " in (entry.reason or "")


def test_a_table_of_an_old_mac(counting: Counting, docs: Path, library: Path) -> None:
    """Its lines end in a carriage return alone."""
    (docs / "rows.csv").write_bytes(b"id,text\r1,Salt keeps butter.\r2,Smoke keeps fish.\r")
    assert of(ingest([docs], library), "rows.csv").documents == 2


@pytest.mark.slow
def test_a_long_text(counting: Counting, docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of some megabytes without an end of a line is read to its end. What the tokenizer is given grows with the
    text, not with its square: each character a few times at most."""
    given: list[int] = []
    count, pieces = counting.count, counting.pieces

    def counted(texts: Sequence[str]) -> list[int]:
        given.extend(map(len, texts))
        return count(texts)

    def cut(text: str) -> list[Span]:
        given.append(len(text))
        return pieces(text)

    monkeypatch.setattr(counting, "count", counted)
    monkeypatch.setattr(counting, "pieces", cut)
    texts = {
        "flat.txt": "word " * 40_000 + "zebra.",
        "dense.txt": "x" * 2_000_000 + " zebra.",
        "blank.txt": "start" + "\n" * 1_000_000 + "zebra at the end.",
    }
    for name, text in texts.items():
        (docs / name).write_text(text, encoding="utf-8")
    report = ingest([docs], library)
    assert report.documents["added"] == 4
    found = {hit.source.location for hit in Index.open(library).search("zebra", 20, By.WORDS).hits}
    assert found == {*texts}
    assert sum(given) < 10 * sum(map(len, texts.values())), "characters"


def test_a_text_beyond_the_limit_is_refused(
    counting: Counting, docs: Path, library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Named with its limit and what to do; in a folder it is passed over."""
    monkeypatch.setattr("ingest.sync.prefetch.READERS", {".txt": replace(READERS[".txt"], max_bytes=1000)})
    (docs / "huge.txt").write_text("word " * 1000, encoding="utf-8")
    report = ingest([docs], library)
    assert of(report, "huge.txt").status in ("skipped", "failed")
    assert "Split it" in (of(report, "huge.txt").reason or "")
    assert has_good(library)


@pytest.fixture(scope="module")
def index(sample_library: Path) -> Index:
    return Index.open(sample_library)


@pytest.mark.parametrize(
    "text", ["", " ", "😀", "🎉🎉", "?", '""""', "((((", "-word", "-", "\x00", "\n\n", "the of and t", "a AND"]
)
def test_a_query_without_words_is_a_line(index: Index, text: str) -> None:
    """No word, or none with a subject, no search: the message says what a query is."""
    with pytest.raises(QueryError, match="no word to look for"):
        index.search(text)


QUERIES = [
    *('"x', "x AND", "body:", "AND (x OR", "x^2 ~ y*", "a:b:c", "[a TO b]", "{x}", "x\\", "C++", "/etc/x"),
    *("ketamine 😀", "ketamine\x00", "caf\udce9", "l'été", "it's -- clear", "“ketamine", "'; DROP TABLE", "<b>x</b>"),
]
LONG_QUERIES = [
    *("word " * 20_000, "w" * 100_000, '"' * 50_000 + "x", "a -" * 30_000 + "b", "漢" * 33_000),
    " ".join(f"w{n}" for n in range(15_000)),
]


@pytest.mark.parametrize(
    ("text", "by"),
    [*((text, by) for text in QUERIES for by in By), *((text, By.BOTH) for text in LONG_QUERIES)],
    ids=lambda value: repr(value[:12]),
)
def test_any_query_with_a_word_is_answered(index: Index, text: str, by: By) -> None:
    """Signs, operators, broken characters and 100,000 characters: an answer in a moment, and JSON of it."""
    answers: list[Answer] = []
    assert work(lambda: answers.append(index.search(text, 3, by))) < 200
    (answer,) = answers
    assert len(answer.hits) <= 3
    answer.query.encode()


def test_a_query_of_endless_phrases_is_answered_or_refused(index: Index) -> None:
    """Ten thousand quotes are no crash."""
    for text in ('"a b" ' * 5000, "word " + "-x " * 5000, '"' + "long phrase " * 4000 + '"'):
        try:
            index.search(text, 3)
        except SourcewiseError as error:
            assert "\n" not in str(error)  # noqa: PT017


def test_a_library_that_is_a_file(docs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Neither made nor read."""
    run = Run(capsys, docs, "--library", docs / "good.txt")
    assert (run.code, run.out) == (2, "")
    assert "--library" in run.err
    assert run.err.count("\n") == 1
    with pytest.raises(SourcewiseError, match="no library"):
        Index.open(docs / "good.txt")


def test_a_damaged_store_is_a_line(
    counting: Counting, docs: Path, library: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Bytes of another world in the middle of sources.db: said in a line by ingest, search and verify."""
    for n in range(30):
        (docs / f"{n}.txt").write_text(f"Text {n} is about subject {n}. " * 40, encoding="utf-8")
    ingest([docs], library)
    path = library / "sources.db"
    data = bytearray(path.read_bytes())
    data[4096 : len(data) - 4096] = b"\x5a" * (len(data) - 8192)
    path.write_bytes(data)
    from index.__main__ import main as command

    for arguments in (["search", "subject"], ["sources"], ["verify"], ["verify", "--repair"], ["remove", "x"]):
        assert command([*arguments, "--library", str(library)]) == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1, err
    run = Run(capsys, docs, "--library", library)
    assert run.code == 2
    assert run.err.count("\n") == 1
