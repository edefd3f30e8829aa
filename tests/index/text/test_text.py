"""Reading text: laws of its spans, and the copy that models read."""

from __future__ import annotations

import re
import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.reading import fold, reading_copy
from index.text.segmentation import WORD, blocks, sentences, trim, words
from index.types import Span
from tests.making import work

PIECES = st.sampled_from(
    [
        *("Ketamine", "is", "a drug.", "It was made in 1962.", "dr.", "e.g.", "U.S.", "3.5", "mg/kg", "well-", "A"),
        *(" ", " ", " ", "\n", "\n", "\n\n", "\r\n", "\r\n\r\n", "\n \t\n", "\r", "\r\r", "\t", "\f", "\v"),
        *("\u2028", "\u00a0", "\u00ad", "\ufffd", "- ", "* ", "1. ", "a) ", "> ", "# ", "•", "—", "...", "…", "?"),
        *("!", ". ", '"', "“Quite.”", "(", ")", "[1]", "'s", "ß", "İ", "½", "𝔘", "Ω", "ﬁ", "é", "e\u0301"),
        *("😀", "👩\u200d👧", "🇩🇪", "漢字。", "日本語です。", "न\u0940"),
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=200)


def some_span(text: str, ends: tuple[int, int]) -> Span:
    first, last = sorted(end % (len(text) + 1) for end in ends)
    return Span(first, last)


ENDS = st.tuples(st.integers(0, 10_000), st.integers(0, 10_000))


def rising(spans: list[Span], within: Span) -> bool:
    """In order, apart, inside."""
    ends = [within.start, *(end for span in spans for end in span), within.end]
    return ends == sorted(ends)


@given(text=TEXTS, ends=ENDS)
def test_words_are_all_the_runs_of_letters_and_digits(text: str, ends: tuple[int, int]) -> None:
    """Words rise inside the stretch, begin with a letter or digit, and none of these is left out."""
    within = some_span(text, ends)
    found = words(text, within)
    assert rising(found, within)
    assert all(text[start:end] and text[start].isalnum() for start, end in found)
    inside = [c for start, end in found for c in text[start:end] if c.isalnum()]
    assert inside == [c for c in text[within.start : within.end] if c.isalnum()]


@pytest.mark.parametrize(
    "word", ["cre\u0300me", "sup\u00adports", "fish\u200bery", "tram\u200dway", "हिन्दी", "naïve", "CO2"]
)
def test_accents_and_invisible_characters_part_no_word(word: str) -> None:
    assert WORD.findall(f"a {word}\u00ad b") == ["a", word, "b"]


@given(text=TEXTS, ends=ENDS)
def test_blocks_hold_all_but_white_space(text: str, ends: tuple[int, int]) -> None:
    """Blocks rise inside the stretch; what is between them is white space; no blank line is inside one."""
    within = some_span(text, ends)
    found = list(blocks(text, within))
    assert rising(found, within)
    outside = list(text[within.start : within.end])
    for start, end in found:
        outside[start - within.start : end - within.start] = " " * (end - start)
        assert not re.search(r"\n[^\S\n]*\n|\r[^\S\n\r]*\r", text[start:end])
    assert "".join(outside).strip() == ""


@given(text=TEXTS, ends=ENDS)
def test_sentences_are_trimmed_and_rise_inside_their_blocks(text: str, ends: tuple[int, int]) -> None:
    """A sentence has a word, no white space at its ends, and stays inside the stretch and one block."""
    within = some_span(text, ends)
    found = sentences(text, within)
    assert rising(found, within)
    paragraphs = list(blocks(text, within))
    for span in found:
        piece = text[span.start : span.end]
        assert piece
        assert piece == piece.strip()
        assert WORD.search(piece)
        assert sum(span.within(block) for block in paragraphs) == 1


@given(text=TEXTS)
def test_every_word_is_in_a_sentence(text: str) -> None:
    """Splitting loses no word: each letter and digit of a text stands in one of its sentences."""
    found = sentences(text, Span(0, len(text)))
    assert all(any(word.within(span) for span in found) for word in words(text))


@given(text=TEXTS, ends=ENDS)
def test_trim_takes_white_space_only(text: str, ends: tuple[int, int]) -> None:
    """What is left is the stripped slice, in its place."""
    span = some_span(text, ends)
    left = trim(text, span)
    assert left.within(span)
    assert text[left.start : left.end] == text[span.start : span.end].strip()


def test_offsets_count_characters_not_bytes() -> None:
    """Emoji, accents and Chinese before a sentence do not move it."""
    text = "😀 Größe zählt. 漢字がある。 Ketamine was first made in 1962. 👩‍👩‍👧 It is used today."
    found = [text[start:end] for start, end in sentences(text, Span(0, len(text)))]
    assert "Ketamine was first made in 1962." in found
    assert " ".join(found).replace(" ", "") == text.replace(" ", "")


PROSE = (
    "Ketamine was first synthesised in 1962 by Calvin Stevens, who worked as a consultant. It has been used in "
    "hospitals since 1970. Dr. Domino called the state that it brings about dissociative, a word which stuck. "
    "People who take it often may harm the bladder, e.g. by inflammation of its wall. Is it addictive? Some think so."
)
WHOLE = [
    "Ketamine was first synthesised in 1962 by Calvin Stevens, who worked as a consultant.",
    "It has been used in hospitals since 1970.",
    "Dr. Domino called the state that it brings about dissociative, a word which stuck.",
    "People who take it often may harm the bladder, e.g. by inflammation of its wall.",
    "Is it addictive?",
    "Some think so.",
]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("width", [60, 75, 100])
def test_wrapped_text_gives_whole_sentences(width: int, end: str) -> None:
    """Line ends of a window are no ends of sentences; two paragraphs stay two."""
    wrapped = end.join(textwrap.wrap(PROSE, width))
    text = wrapped + end + end + wrapped
    found = [fold(text[start:last]) for start, last in sentences(text, Span(0, len(text)))]
    assert found == WHOLE * 2


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_sentence_never_crosses_a_blank_line_or_a_list_item(end: str) -> None:
    """A heading, items and a paragraph without full stops stay apart."""
    text = end.join(
        ["What to ask", "", "- who gives it", "- how much it costs", "- what comes after", "", "And no more"]
    )
    found = [text[start:last] for start, last in sentences(text, Span(0, len(text)))]
    assert found == ["What to ask", "- who gives it", "- how much it costs", "- what comes after", "And no more"]


@pytest.mark.parametrize(
    "parts",
    [
        ["The road was closed.", "(Laughter.)", "There was no other way."],
        ["She said “the wells are empty.", "Nobody believed it.", "Then the mules came."],
        ["She said “we asked prof. Sample for it."],
    ],
)
def test_sentences_end_inside_quotations_and_parentheses(parts: list[str]) -> None:
    """A full stop behind a whole word ends a sentence, whatever marks are open; one behind an abbreviation does not."""
    text = " ".join(parts)
    assert [text[start:end] for start, end in sentences(text, Span(0, len(text)))] == parts


def test_short_lines_are_lines_of_their_own() -> None:
    """A line that was ended on purpose ends the sentence; one that goes on in lower case does not."""
    text = "Opening hours\nMonday to Friday\nSaturday from nine\nto noon"
    found = [text[start:end] for start, end in sentences(text, Span(0, len(text)))]
    assert found == ["Opening hours", "Monday to Friday", "Saturday from nine\nto noon"]


@given(text=TEXTS, title=TEXTS, heading=st.none() | TEXTS)
def test_a_reading_copy_has_one_line_for_each_part(text: str, title: str, heading: str | None) -> None:
    """No line end inside title, heading or body, no two spaces, and the body comes last."""
    lines = reading_copy(text, title, heading).split("\n")
    assert len(lines) <= 3
    assert lines[-1] == fold(text)
    for line in lines:
        assert line == " ".join(line.split())


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("an anaes-\nthetic drug", "an anaesthetic drug"),
        ("an anaes-\r\n   thetic drug", "an anaesthetic drug"),
        ("an anaes\u00ad\nthetic drug", "an anaesthetic drug"),
        ("an anaes\u2010\nthetic drug", "an anaesthetic drug"),
        ("soft\u00adware", "software"),
        ("the years 1990-\n2000", "the years 1990-2000"),
        ("the COVID-\nEra and well-known", "the COVID-Era and well-known"),
        ("  a \t b\n\nc ", "a b c"),
    ],
)
def test_a_reading_copy_heals_words_broken_at_line_ends(text: str, read: str) -> None:
    """A hyphen before a line end goes when a word goes on; before figures and capitals it stays."""
    assert fold(text) == read


def test_title_and_heading_stand_in_front_once() -> None:
    """Both lead the copy; a heading that repeats the title is left out."""
    assert reading_copy("Body.", "Title", "Part") == "Title\nPart\nBody."
    assert reading_copy("Body.", "Title", "TITLE") == "Title\nBody."
    assert reading_copy("Body.") == "Body."


def test_long_runs_of_blanks_and_marks_take_no_time() -> None:
    """Nothing here takes more than linear time: hostile runs of 200,000 characters are read at once."""
    for hostile in (
        "a-" + "\n" * 200_000 + "B",
        "\r\n" * 100_000 + "x",
        " " * 200_000,
        "a " * 100_000,
        "-\n" * 100_000,
    ):
        assert work(lambda: (fold(hostile), sentences(hostile, Span(0, len(hostile))))) < 200  # noqa: B023
