"""What a table says of a sentence: the row and the column that it names count, not the same value elsewhere."""

from __future__ import annotations

import pytest

from index.differences import differences, parse_statement, tables
from tests.making import work

SCORES = (
    "Drug | Overall score\nAlcohol | 72\nHeroin | 55\nCrack cocaine | 54\nCocaine | 27\nTobacco | 26\nCannabis | 20"
)
CLASSES = (
    "Class | Possession, maximum | Supply, maximum\nC | 2 years in prison | 14 years in prison\n"
    "B | 5 years in prison | 14 years in prison\nA | 7 years in prison | life imprisonment"
)
YEARS = "Year: 1918 | Deaths: 13; Year: 1919 | Deaths: 20"
MARGINS = "| Year | Deaths | Births |\n|---|---|---|\n| 1918 | 13 | 40 |\n| 1919 | 20 | 31 |"
TRIALS = (
    "Trial: Dakwar and colleagues; Year: 2019; People: 55; Dose of ketamine: 0.5 mg/kg over 40 minutes\n\n"
    "Trial: Grabski and colleagues; Year: 2022; People: 96; Dose of ketamine: 0.8 mg/kg over 40 minutes"
)


def notes(draft: str, source: str) -> list[str]:
    return [
        difference.note
        for difference in differences(draft, source)
        if not difference.compatible and difference.kind == "number"
    ]


@pytest.mark.parametrize(
    ("sentence", "table", "note"),
    [
        ("In 1919 it was 13.", YEARS, "13 against 20"),
        ("In 1919 there were 13 deaths.", MARGINS, "13 against 20"),
        ("Cannabis scored 26.", SCORES, "26 against 20"),
        ("Crack cocaine had a score of 27.", SCORES, "27 against 54"),
        ("Heroin scored 40.", SCORES, "40 against 55"),
        (
            "Possession of a class C drug carries at most 5 years.",
            CLASSES,
            "at most 5 years against 2 years in prison",
        ),
        ("Supply of a class B drug carries 5 years.", CLASSES, "5 years against 14 years in prison"),
        ("Grabski and colleagues treated 55 people.", TRIALS, "55 against 96"),
        (
            "Grabski and colleagues gave 0.5 mg/kg of ketamine.",
            TRIALS,
            "0.5 mg/kg against 0.8 mg/kg over 40 minutes",
        ),
    ],
)
def test_a_figure_of_another_row_or_column_differs(sentence: str, table: str, note: str) -> None:
    assert notes(sentence, table) == [note]


@pytest.mark.parametrize(
    ("sentence", "table"),
    [
        ("In 1919 it was 20.", YEARS),
        ("In 1919 there were 20 deaths.", MARGINS),
        ("In 1919 there were 31 births and 20 deaths.", MARGINS),
        ("In 1921 there were 13 deaths.", YEARS),  # no row of the table
        ("Cannabis scored 20.", SCORES),
        ("Crack cocaine scored 54, one less than heroin.", SCORES),  # several rows
        ("Cannabis is used by 147 million people.", SCORES),  # no column of the table
        ("For class C drugs the longest sentence for possession is two years.", CLASSES),
        ("Class A drugs carry 7 years, or life.", CLASSES),
        ("Grabski and colleagues treated 96 people with 0.8 mg/kg over 40 minutes.", TRIALS),
        ("The vitamin C in it weighs 5 grams.", CLASSES),
        ("A score of 26 is common.", SCORES),
    ],
)
def test_what_the_named_row_has_or_does_not_tell_is_passed_over(sentence: str, table: str) -> None:
    assert notes(sentence, table) == []


def test_the_row_is_told_with_the_names_of_its_columns() -> None:
    statement = parse_statement("Cannabis scored 26.")
    reading = tables.read(statement.reading, statement.figures, SCORES)
    assert reading is not None
    assert (reading.header, SCORES[slice(*reading.row.span)]) == ("Drug | Overall score", "Cannabis | 20")
    assert reading.agreed == []


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", 0),
        ("He said: no; she said: yes; and so on.", 0),
        ("a | b", 1),
        ("one line\nand another", 0),
        ("| a | 1 |\n|---|---|\n| b | 2 |", 2),
        ("a | b\nc | 1\nd | 2", 2),
        (TRIALS, 2),
    ],
)
def test_rows_are_lines_with_bars_or_with_the_names_of_columns(text: str, rows: int) -> None:
    assert len(tables.rows(text)) == rows


def test_a_pasted_table_is_read_in_no_time() -> None:
    """Each of its rows has the same first cell, which the draft has as often."""
    table = "Bonn | 12 | 13 | 14\n" * 200
    assert work(lambda: differences(table, table)) < 100
