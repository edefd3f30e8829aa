"""What stands at the end of a line joins the next as the word is spelt."""

from __future__ import annotations

import pytest

from ingest.readers.pdf.hyphens import in_one_line, is_open, joined, words_of
from tests.ingest.readers.test_pdf import column, extracted, printed


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("the judge-", "ment of", "the judgement of"),
        ("the co-", "operative", "the cooperative"),
        ("a post-", "war plan", "a postwar plan"),
        ("a well-edu-", "cated man", "a well-educated man"),
        ("the long-", "term plan", "the long-term plan"),
        ("to de-", "termine", "to determine"),
        ("a thresh-", "old of", "a threshold of"),
        ("the cor-", "related", "the correlated"),
        ("school-", "based work", "school-based work"),
        ("a self-", "evident need", "a self-evident need"),
        ("a non-", "linear model", "a non-linear model"),
        ("plain non-", "sense", "plain nonsense"),
        ("the state-", "of-the-art lamp", "the state-of-the-art lamp"),
        ("the state-of-the-", "art lamp", "the state-of-the-art lamp"),
        ("an up-to-", "date book", "an up-to-date book"),
        ("at twenty-", "one years", "at twenty-one years"),
        ("a full-", "time keeper", "a full-time keeper"),
        ("by e-", "mail", "by e-mail"),
        ("an X-", "ray", "an X-ray"),
        ("saw Anne-", "Marie", "saw Anne-Marie"),
        ("pages 12-", "15, and", "pages 12-15, and"),
        ("the 1914-", "1918 war", "the 1914-1918 war"),
        ("pages 12–", "15", "pages 12–15"),
        ("COVID-", "19", "COVID-19"),
        ("a 20-", "year plan", "a 20-year plan"),
        ("two-", "and three-year terms", "two- and three-year terms"),
        ("Wirtschafts-", "und Sozialpolitik", "Wirtschafts- und Sozialpolitik"),
        ("he left—", "and came", "he left—and came"),
        ("8 ft/", "s", "8 ft/s"),
        ("the exam\u00ad", "ple", "the example"),
        ("the long\u00ad", "term", "the longterm"),
    ],
)
def test_a_line_that_ends_at_a_hyphen_joins_the_next(before: str, after: str, expected: str) -> None:
    """A range keeps its hyphen and gets no space; a soft hyphen always goes."""
    assert is_open(before)
    assert joined(before, after, ()) == expected


@pytest.mark.parametrize(
    ("before", "after", "text", "expected"),
    [
        ("a north-", "facing wall", "north-facing walls", "a north-facing wall"),
        ("a post-", "war plan", "the post-war years", "a post-war plan"),
        ("by e-", "mail", "send an email", "by email"),
        ("his well-", "being", "his wellbeing", "his wellbeing"),
        ("a thous-", "and", "one thousand", "a thousand"),
        ("the mother-", "in-law", "a mother-in-law", "the mother-in-law"),
    ],
)
def test_the_document_shows_how_a_word_is_spelt(before: str, after: str, text: str, expected: str) -> None:
    assert joined(before, after, words_of([text])) == expected


@pytest.mark.parametrize("text", ["the end", "a list -", "the end –", "(a)", ""])
def test_a_line_without_a_hyphen_at_its_last_word_is_closed(text: str) -> None:
    assert not is_open(text)


def test_a_heading_of_two_lines_is_one() -> None:
    assert in_one_line(["The Inter-", "national Bridge of", "the North"]) == "The International Bridge of the North"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["They read pages 12-", "15 of the book again."], "They read pages 12-15 of the book again."),
        (["It was the state-", "of-the-art lamp of its day."], "It was the state-of-the-art lamp of its day."),
        (
            ["It was kept in the sub\u00ad", "marine and in the harbour."],
            "It was kept in the submarine and in the harbour.",
        ),
    ],
)
def test_printed_lines_join(lines: list[str], expected: str) -> None:
    assert extracted(printed(column(lines))).text == expected
