"""Numbers in digits: every usual way of grouping and of writing decimals and powers, and what is two numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text import digits


def written(text: str) -> list[str]:
    return re.findall(digits.WRITTEN, text)


@given(st.integers(1000, 10**12), st.sampled_from([",", ".", "'", "’", " ", "\u00a0", "\u2009", "\u202f"]))
def test_a_whole_number_has_its_value_whatever_groups_it(number: int, sign: str) -> None:
    text = f"{number:,}".replace(",", sign)

    assert written(text) == [text]
    assert str(number) in digits.readings(text)
    assert digits.canonical(text) == str(number)


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("1.234", ("1.234", "1234")),
        ("1,234", ("1234", "1.234")),
        ("25.000", ("25.000", "25000")),
        ("25,000", ("25000",)),
        ("0,125", ("0.125",)),
        ("0.125", ("0.125",)),
        ("4,2", ("4.2",)),
        ("4·2", ("4.2",)),
        ("1.234,56", ("1234.56",)),
        ("1,234.56", ("1234.56",)),
        ("25 000,5", ("25000.5",)),
        ("12,00,000", ("1200000",)),
        ("1.200.000", ("1200000",)),
        ("10⁶", ("1000000", "10")),
        ("10^6", ("1000000",)),
        ("10**6", ("1000000",)),
        ("10⁻³", ("0.001",)),
        ("2^10", ("1024",)),
        ("4.2e-3", ("0.0042",)),
        ("0^-1", ("0",)),
    ],
)
def test_a_number_is_read_as_its_signs_allow(text: str, readings: tuple[str, ...]) -> None:
    assert written(text) == [text]
    assert digits.readings(text) == readings


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("in 1994 200 people", ["1994", "200"]),
        ("in 1994 200 000 people", ["1994", "200 000"]),
        ("1 2 3 100 200", ["1", "2", "3", "100", "200"]),
        ("+33 612 345 678", ["33", "612", "345", "678"]),
        ("0171 234 567", ["0171", "234", "567"]),
        ("10-12 345", ["10", "12 345"]),
    ],
)
def test_numbers_side_by_side_are_not_joined(text: str, numbers: list[str]) -> None:
    assert written(text) == numbers


def test_a_number_after_a_label_ends_before_the_next() -> None:
    for text in ("Table 3 200", "see p. 3 200", "room 3 200", "aged 3 200"):
        assert digits.splits(text, text.index("3"), "3 200")
    assert not digits.splits("about 3 200", 6, "3 200")


@pytest.mark.parametrize(("text", "value"), [("½", 0.5), ("⅜", 0.375), ("¹/₂", 0.5), ("³⁄₄", 0.75), ("1⁄0", 0.0)])
def test_a_fraction_in_characters_of_its_own_has_a_value(text: str, value: float) -> None:
    assert re.fullmatch(digits.FRACTION, text)
    assert digits.fraction(text) == value


@given(st.text(alphabet="0123456789,.'’ \u00a0·^*⁻⁶³e-+", max_size=40))
def test_whatever_stands_there_is_read(text: str) -> None:
    for number in written(text):
        assert all(float(reading) >= 0 for reading in digits.readings(number))
        assert digits.canonical(number) in digits.readings(number)


@pytest.mark.parametrize("piece", ["1,", "1.", "1 ", "111,", "111.", "1.111", "1 111", "10^", "9^99"])
def test_a_hundred_thousand_characters_are_read_through(piece: str) -> None:
    assert written(piece * (100_000 // len(piece)))
