"""Ellipses and brackets that turn what a source says into its opposite, and those that do not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.quotations.alignment import align
from index.quotations.reversals import reversals
from index.quotations.wording import quoted_wording, wording


def reversing(quote: str, text: str) -> list[str]:
    """What of the source each reversal leaves out; empty for brackets that bring a negation in."""
    quoted, source = quoted_wording(quote), wording(text)
    found = reversals(quoted, source, text, align(quoted, source).pairs)
    return [" ".join(source.words[slice(*reversal.source)]) for reversal in found]


@pytest.mark.parametrize(
    ("quote", "text", "left_out"),
    [
        ("the gate is … open at night", "the gate is not open at night", "not"),
        ("the gate is ... open at night", "the gate is never, as a rule, open at night", "never"),
        ("the gate is [...] open at night", "the gate is by no means open at night", "no"),
        ("the gate is (…) open at night", "the gate is no longer open at night", "no"),
        ("the gate is … open at night", "the gate is not, whatever they say, open at night", "not"),
        ("the gate … open at night", "the gate is hardly ever open at night", "hardly"),
        ("the gate … open at night", "the gate isn’t open at night", "isn't"),
        ("the guard … locks the gate", "the guard fails to lock or locks the gate", None),
        ("the guard will … lock the gate", "the guard will refuse to lock the gate", "refuse"),
        ("the guard … lock the gate", "the guard failed to lock the gate", "failed"),
        ("they left … their keys in hand", "they left without their keys in hand", "without"),
        ("there is … proof of a fire", "there is no proof of a fire", "no"),
        ("he said that … guests had come", "he said that none of the guests had come", "none"),
        ("the gate is [said to be] open at night", "the gate is not open at night", "not"),
        ("the guards … saw a light", "the guards slept. They never saw a light", "never"),
        ("guests may … stay the night", "guests may, only if the host agrees, stay the night", "only if"),
        ("guests may stay … and eat there", "guests may stay unless the host is out and eat there", "unless"),
        ("the gate is not … locked at night", "the gate is not open; it is locked at night", "open it is"),
    ],
)
def test_what_is_left_out_reverses_what_stays(quote: str, text: str, left_out: str | None) -> None:
    assert reversing(quote, text) == ([left_out] if left_out else [])


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        # What is denied is left out with the negation, or stays with it.
        ("the gate is open … and lit at night", "the gate is open, has no lock and lit at night"),
        ("the guard … locks the gate", "the guard, who has never slept, locks the gate"),
        ("the gate is not … open at night", "the gate is not in any way open at night"),
        ("the gate is … of iron", "the gate is not of wood but of iron"),
        ("the guard has … locked the gate", "the guard has not been late and has locked the gate"),
        ("the gate is … old and of iron", "the gate is not only old and of iron"),
        ("the host came … and locked the gate", "the host came, agreed to stay only if paid, and locked the gate"),
        ("the host came … The guests left.", "the host came. Unless it rains nobody eats here. The guests left."),
        ("the gate is … open", "the gate is wide open"),
        ("the gate [never] opens", "the gate never opens"),
        ("the gate [emphasis not in the original] opens at night", "the gate opens at night"),
        ("[t]he gate is not open", "The gate is not open"),
    ],
)
def test_what_is_left_out_reverses_nothing(quote: str, text: str) -> None:
    assert reversing(quote, text) == []


@pytest.mark.parametrize(
    "quote", ["the gate is [not] open at night", "[No] gate is open at night", "the gate [isn’t] open at night"]
)
def test_brackets_that_bring_in_a_negation_reverse(quote: str) -> None:
    assert reversing(quote, "the gate is open at night") == [""]


WORDS = st.lists(st.sampled_from("the gate is not never open , . … [not] [...] unless and no".split()), max_size=12)  # noqa: SIM905


@given(WORDS, WORDS)
def test_whatever_is_quoted_is_read(quote: list[str], text: list[str]) -> None:
    quoted, source, whole = quoted_wording(" ".join(quote)), wording(" ".join(text)), " ".join(text)
    for reversal in reversals(quoted, source, whole, align(quoted, source).pairs):
        first, last = reversal.source
        assert 0 <= first <= last <= len(source)
        assert 0 <= quoted.between(reversal.joint).start <= quoted.between(reversal.joint).end
