"""Readers: bytes to text with lawful spans, whatever the bytes are."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from index.types import Span
from ingest.encoding import decode, without_holes
from ingest.readers import READERS, read
from ingest.types import Empty, Extract, Reading, Unreadable
from tests.making import GOLDEN

GOLDEN_FILES = sorted(GOLDEN.glob("*.in"))

FRENCH = "L’été dernier, la fenêtre était restée ouverte.\nOù êtes-vous allé, garçon ?\n" * 3
POLISH = "Zażółć gęślą jaźń. Książki leżą na półce, a pies śpi pod łóżkiem.\n" * 2
RUSSIAN = "Вчера мы ходили в лес и видели оленей. Книги лежат на столе.\n" * 2
JAPANESE = "昨日、私たちは森に行って鹿を見ました。本は机の上にあり、犬は寝ています。\n" * 2
CHINESE = "昨天我们去了森林，看到了鹿。书在桌子上，狗在床下睡觉。今天天气很好。\n" * 2


def extracts(name: str, data: bytes | str) -> list[Extract]:
    reading = read(data if isinstance(data, bytes) else data.encode(), name)
    return [extract for extract in reading.extracts if isinstance(extract, Extract)]


def shown(reading: Reading) -> dict[str, object]:
    """A reading as JSON, the spans with the text that they cover."""
    return {
        "encoding": reading.encoding,
        "guessed": reading.encoding_guessed,
        "warnings": list(reading.warnings),
        "extracts": [_shown(outcome) for outcome in reading.extracts],
    }


def _shown(outcome: Extract | Unreadable | Empty) -> dict[str, object]:
    if not isinstance(outcome, Extract):
        return {type(outcome).__name__: asdict(outcome)}
    return {
        "record": outcome.record,
        "metadata": {name: value for name, value in asdict(outcome.metadata).items() if value},
        "sections": [[list(s.span), s.heading, outcome.text[slice(*s.span)]] for s in outcome.sections],
        "dropped": [[list(span), outcome.text[slice(*span)]] for span in outcome.dropped],
        "left_out": list(outcome.left_out),
        "warnings": list(outcome.warnings),
    }


def assert_lawful(extract: Extract) -> None:
    """Sections and dropped spans rise, do not overlap, and lie in the text."""
    for spans in ([section.span for section in extract.sections], list(extract.dropped)):
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(span.start < span.end for span in spans)
        assert not edges or edges[-1] <= len(extract.text)


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_sample_files_read_as_they_did(path: Path) -> None:
    """Each sample gives the metadata, sections and dropped spans that were checked by eye."""
    expected = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert json.loads(json.dumps(shown(read(path.read_bytes(), path.stem)))) == expected


@pytest.mark.parametrize("path", GOLDEN_FILES, ids=lambda path: path.stem)
def test_nothing_is_lost_between_sections(path: Path) -> None:
    """Every character of a plain or Markdown file is in a section, in a heading, dropped, or white space."""
    if Path(path.stem).suffix not in (".txt", ".md"):
        return
    (extract,) = extracts(path.stem, path.read_bytes())
    headings = " ".join(section.heading or "" for section in extract.sections)
    covered = sorted([*(section.span for section in extract.sections), *extract.dropped])
    at = 0
    for span in [*covered, Span(len(extract.text), len(extract.text))]:
        for line in extract.text[at : max(at, span.start)].split("\n"):
            assert line.replace("#", "").replace("*", "").strip("- ") in headings
        at = max(at, span.end)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        *[(text, "utf-8") for text in (FRENCH, POLISH, RUSSIAN, JAPANESE, CHINESE)],
        *[(text, wide) for text in (FRENCH, RUSSIAN, CHINESE) for wide in ("utf-16", "utf-32", "utf-8-sig")],
        *[(text, wide) for text in (FRENCH, RUSSIAN, JAPANESE) for wide in ("utf-16-le", "utf-16-be", "utf-32-le")],
        *[(FRENCH, "cp1252"), (POLISH, "cp1250"), (POLISH, "iso8859_2"), (RUSSIAN, "cp1251"), (RUSSIAN, "koi8_r")],
        *[(JAPANESE, "shift_jis"), (JAPANESE, "euc_jp"), (CHINESE, "gb18030"), (CHINESE, "big5")],
    ],
)
def test_encodings_in_common_use_are_read(text: str, encoding: str) -> None:
    """A text comes back character for character from each encoding that can hold it."""
    data = text.encode(encoding, "ignore")
    assert decode(data, "x.txt").text == data.decode(encoding)


@pytest.mark.parametrize("declared", ["punycode", "idna", "unicode_escape", "raw-unicode-escape", "hex", "rot13"])
def test_a_codec_that_no_file_is_in_is_not_taken_at_its_word(declared: str) -> None:
    """Some of them change what is plain, and one takes the square of the length."""
    data = FRENCH.encode("cp1252")
    assert decode(data, "x.html", declared) == decode(data, "x.html")


def test_a_guess_is_said_to_be_one() -> None:
    """UTF-8 and marked files are known; a code page is guessed unless the file declares it."""
    assert not decode(FRENCH.encode(), "x.txt").guessed
    assert not decode(FRENCH.encode("utf-16"), "x.txt").guessed
    assert decode(FRENCH.encode("cp1252"), "x.txt").guessed
    assert not decode(FRENCH.encode("cp1252"), "x.html", declared="windows-1252").guessed


def test_one_damaged_byte_leaves_the_other_accents_alone() -> None:
    """A UTF-8 file with a bad byte stays UTF-8, and the report says that a place is damaged."""
    decoded = decode((FRENCH * 9).encode() + b"\xff", "x.txt")
    assert (decoded.text, decoded.encoding) == (FRENCH * 9 + "\ufffd", "utf-8")
    assert decoded.warnings == ("1 place is not utf-8; shown as \ufffd",)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf8_comes_back_with_only_nul_replaced(text: str) -> None:
    """What is valid UTF-8 is read as that or refused as binary, and offsets stay: one character for one."""
    try:
        decoded = decode(text.encode(), "x.txt")
    except ReadError:
        return
    if decoded.encoding == "utf-8" and not text.startswith("\ufeff"):
        assert decoded.text == text.replace("\0", "\ufffd")


@given(st.text())
def test_holes_are_filled_one_for_one(text: str) -> None:
    """NUL and lone surrogates give way to U+FFFD; nothing else changes, nor does the length."""
    filled = without_holes(text)
    assert [
        a for a, b in zip(text, filled, strict=True) if a != b and not (a == "\0" or "\ud800" <= a <= "\udfff")
    ] == []
    filled.encode()


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("empty.txt", b"", "no text"),
        ("blank.md", b" \n\t\n", "no text"),
        ("picture.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "PNG"),
        ("noise.txt", bytes(range(256)) * 20, "binary"),
        ("broken.json", b'[{"text": "a"},\n{"text"]', "line 2"),
        ("deep.json", b"[" * 100_000, "cannot be read"),
        ("number.json", b"17", "no list of records"),
        ("film.mov", b"x", "no format"),
        ("nothing", b"x", "no format"),
        ("empty.html", b"<html><body><script>x</script></body></html>", "no text"),
        ("huge.html", b" " * 20_000_001, "20 MB"),
        ("tag.html", b"<p " + b"a " * 200_000, "damaged"),
    ],
)
def test_unreadable_files_are_refused_in_one_line(name: str, data: bytes, message: str) -> None:
    """The error names the file and what is wrong with it, without a line break."""
    with pytest.raises(ReadError) as caught:
        list(read(data, name).extracts)
    assert name in str(caught.value)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_suffixes_are_matched_without_regard_to_case() -> None:
    """A file named .TXT is a text; every key of the table is written small, with its dot."""
    assert extracts("NOTES.TXT", "A note.")[0].text == "A note."
    assert all(suffix == suffix.lower() and suffix.startswith(".") for suffix in READERS)


def test_plain_text_is_the_file_as_it_stands() -> None:
    """Windows line ends and odd spaces stay, so that offsets point into the user's own file."""
    text = "One line.\r\n\r\nAnother\u00a0line.\r\n"
    assert extracts("a.txt", text)[0].text == text
    assert extracts("a.txt", b"\xef\xbb\xbf" + text.encode())[0].text == text


@given(
    st.lists(
        st.sampled_from(["Home", "A Short Title", "It is so.", "- item", "", "# Head", "---", "x " * 99, "By Ann Bee"])
    )
)
def test_any_page_gives_lawful_spans(lines: list[str]) -> None:
    """Sections and dropped spans rise and lie in the text, whatever the order of lines."""
    text = "\n".join([*lines, "An end."])
    for name in ("a.txt", "a.md", "a.html"):
        for extract in extracts(name, text):
            assert_lawful(extract)


@given(st.text(st.sampled_from("#-=`~*[]()!<>: \n\rabcA.&;\"'\\_|\t0"), min_size=1, max_size=300))
def test_markup_of_any_kind_gives_lawful_spans(text: str) -> None:
    """Half-open fences, comments and links never raise and never break the order of spans."""
    for name in ("a.txt", "a.md"):
        if not text.isspace():
            assert_lawful(extracts(name, text)[0])


@given(st.recursive(st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(), lambda inner: st.lists(inner)))
def test_records_of_any_value_are_read_or_reported(value: object) -> None:
    """No value of any field raises; an extract always has text."""
    line = json.dumps({"_id": value, "title": value, "text": value, "authors": value, "date": value, "url": value})
    for outcome in read(line.encode(), "a.jsonl").extracts:
        assert not isinstance(outcome, Extract) or (outcome.text.strip() and assert_lawful(outcome) is None)


def test_a_heading_without_text_under_it_stays_text() -> None:
    """The last line of a text and a heading over another of its level are read as text, not lost as headings."""
    (plain,) = extracts("a.txt", "It begins with a sentence that is long enough.\n\nThe Last Line")
    assert plain.sections[-1].span.end == len(plain.text)
    (marked,) = extracts("a.md", "Text.\n\n## One\n\n## Two\n\nMore text.\n\n## Three\n")
    assert [(marked.text[slice(*s.span)], s.heading) for s in marked.sections] == [
        ("Text.", None),
        ("## One", None),
        ("More text.", "Two"),
        ("## Three", None),
    ]


def test_front_matter_that_is_broken_is_a_warning() -> None:
    """The rest of the file is read, the block left out, and the line of the fault named."""
    (extract,) = extracts("a.md", "---\ntitle: [open\n---\nSome text.\n")
    assert [extract.text[slice(*section.span)] for section in extract.sections] == ["Some text."]
    assert "front matter unreadable (line" in extract.warnings[0]


def test_a_page_without_an_article_gives_all_its_text() -> None:
    """When the extraction finds nothing the page's text is taken, and the warning says so."""
    (extract,) = extracts("a.html", "<p hidden>Only one line here</p>")
    assert (extract.text, extract.warnings) == (
        "Only one line here",
        ("no article was found in the page: all of its text was taken",),
    )


def test_deeply_nested_pages_are_read() -> None:
    """Two hundred thousand nested elements neither crash nor hide the text."""
    (extract,) = extracts("a.html", "<div>" * 200_000 + "deep down" + "</div>" * 200_000)
    assert extract.text == "deep down"


def test_records_are_read_when_asked_for() -> None:
    """The second line is not parsed before the first record was taken."""
    outcomes = iter(read(b'{"text": "a"}\n{broken', "a.jsonl").extracts)
    assert isinstance(next(outcomes), Extract)
    assert isinstance(next(outcomes), Unreadable)


def test_json_is_read_in_its_usual_shapes() -> None:
    """A list, an object around one list, one record, and JSON Lines under a wrong suffix."""
    for data in ('[{"text": "a"}]', '{"n": 1, "rows": [{"Text": "a"}]}', '{"body": "a"}', '{"text": "a"}\n{"id": "x"}'):
        assert [extract.text for extract in extracts("a.json", data)] == ["a"]


def test_a_quote_that_is_never_closed_is_reported() -> None:
    """Rows before it are read; the line that opens it is named."""
    outcomes = list(read(b'id,text\n1,fine\n2,"open\n3,lost\n', "a.csv").extracts)
    assert isinstance(outcomes[0], Extract)
    assert outcomes[1] == Unreadable(
        "line 3", "a quotation mark opened here is never closed: nothing after it was read"
    )


def test_cells_longer_than_the_csv_modules_limit_are_read() -> None:
    """A text of 200,000 characters is one cell like any other."""
    assert len(extracts("a.tsv", "id\ttext\n1\t" + "word " * 40_000)[0].text) == 200_000
