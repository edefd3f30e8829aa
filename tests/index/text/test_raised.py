import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.raised import subscript, superscript


@pytest.mark.parametrize(
    ("before", "raised", "joined"),
    [
        ("10", "6", "10⁶"),
        ("10", "−6", "10⁻⁶"),
        ("10", "-6", "10⁻⁶"),
        ("10", "–6", "10⁻⁶"),
        ("m", "2", "m²"),
        ("kg m", "-2", "kg m⁻²"),
        ("x", "n", "xⁿ"),
        ("x", "n+1", "xⁿ⁺¹"),
        ("Na", "+", "Na⁺"),
        ("12", "3", "12³"),
        ("noted", "3,4", "noted³,⁴"),
        ("noted", "3–5", "noted³–⁵"),
        ("noted³", "–5", "noted³–⁵"),
        ("Jones", "a", "Jonesᵃ"),
        ("Jones", "a,b", "Jonesᵃ,ᵇ"),
        ("Jones", "*", "Jones*"),
        ("1", "st", "1st"),
        ("M", "me", "Mme"),
        ("1914", "3a", "1914³a"),
        ("12", "see 4", "12see ⁴"),
        ("", "", ""),
    ],
)
def test_raised_figures_keep_their_height_and_raised_letters_of_a_word_stay_letters(
    before: str, raised: str, joined: str
) -> None:
    assert before + superscript(raised, before) == joined


@pytest.mark.parametrize(
    ("lowered", "written"), [("2", "₂"), ("max", "max"), ("n-1", "n₋₁"), ("–1", "₋₁"), ("10", "₁₀")]
)
def test_lowered_figures_keep_their_depth_and_letters_stay_letters(lowered: str, written: str) -> None:
    assert subscript(lowered) == written


@given(st.text(), st.text())
def test_no_plain_figure_is_left_in_raised_or_lowered_text(text: str, before: str) -> None:
    assert not set(superscript(text, before)) & set("0123456789")
    assert not set(subscript(text)) & set("0123456789")
    assert len(superscript(text, before)) == len(subscript(text)) == len(text)
