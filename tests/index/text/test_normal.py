"""The form in which texts are compared: what it makes equal, what it keeps apart, and laws of its offsets."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.normal import bare, both_forms, hyphenated, normal, normal_with_offsets

PIECES = st.sampled_from(
    [
        *("harbour", "Tollgate", "10", "3", "m", "CO", "km", "É", "e\u0301", "a\u030a", "ö", "İ", "ı", "ß", "ﬁ", "ﬄ"),
        *(
            "⁰",
            "²",
            "³",
            "⁶",
            "⁻",
            "⁺",
            "ⁿ",
            "ᵃ",
            "ˢᵗ",
            "₂",
            "₁₀",
            "½",
            "⁄",
            "^",
            "^2",
            "^{3}",
            "<sup>2</sup>",
            "<sub>",
        ),
        *("[3]", "[4, 7]", "[12", "]", "(", ")", "-\n", "\u00ad\n", "\u2010\n", "–", "—", "−", "“", "’", "'", '"', ","),
        *("\u00ad", "\u200b", "\u200d", "\u2060", "\ufeff", "\u00a0", "\u2009", "\u202f", " ", "  ", "\n", "\t", "000"),
        *(
            "１",
            "Ａ",
            "℃",
            "Å",
            "Ω",
            "µ",
            "Ⅳ",
            "①",
            "™",
            "東京",
            "がぎ",
            "ｶﾞ",
            "م\u064f",
            "ـ",
            "न\u093c",
            "각",
            "\u1100\u1161",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=20).map("".join) | st.text(max_size=60)


@given(text=TEXTS)
def test_a_normal_form_is_its_own(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert bare(bare(text)) == bare(text)


@given(text=TEXTS)
def test_both_forms_are_the_two_made_apart(text: str) -> None:
    assert both_forms(text) == (normal(text), hyphenated(text))


@given(text=TEXTS)
def test_composed_and_decomposed_text_have_the_same_form(text: str) -> None:
    assert normal(unicodedata.normalize("NFD", text)) == normal(unicodedata.normalize("NFC", text))


@given(text=TEXTS, end=st.integers(0, 60), sign=st.sampled_from("\u00ad\u200b\u2060\ufeff"))
def test_an_invisible_character_changes_nothing(text: str, end: int, sign: str) -> None:
    if not text[end : end + 1].isspace():
        assert normal(text[:end] + sign + text[end:]) == normal(text)


@given(text=TEXTS)
def test_offsets_rise_inside_the_text_and_give_the_same_form(text: str) -> None:
    form, offsets = normal_with_offsets(text)
    assert form == normal(text)
    assert offsets.shape == (len(form), 2)
    assert (offsets[:, 0] < offsets[:, 1]).all()
    assert (np.diff(offsets, axis=0) >= 0).all()
    assert not len(form) or (offsets[0, 0] >= 0 and offsets[-1, 1] <= len(text))


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("cre\u0300me bru\u0302le\u0301e", "crème brûlée"),
        ("ﬁne ﬂour, ﬃ", "fine flour, ffi"),
        ("１２３ ＡＢ", "123 AB"),
        ("20 ℃, 3 \u212b, 5 \u2126, 2 µm", "20 °C, 3 Å, 5 Ω, 2 μm"),
        ("Henry Ⅷ, p. ⅳ", "Henry VIII, p. iv"),
        ("sup\u00adports enter\u00ad\n  prises", "supports enterprises"),
        ("north\u2060-\u2060south tram\u200dway\ufeff", "north-south tramway"),
        ("their ap-\nprentices, the ware-\r\nhouse", "their apprentices, the warehouse"),
        ("> their ap-\n> prentices", "> their apprentices"),
        ("a line\n> and the next\n>> one", "a line and the next one"),
        ("Anglo-\nNorman, 12-\n15 and 19-\nyear", "Anglo-Norman, 12-15 and 19-year"),
        ("pre-\nand post-war", "pre- and post-war"),
        ("“so” ‘so’ «so» it’s", '"so" \'so\' "so" it\'s'),
        ("10–15, −5, a\u2011b", "10-15, -5, a-b"),
        ("oats—barley — rye", "oats - barley - rye"),
        ("a\u00a0b\u2003c\u2028d", "a b c d"),
        ("مُحَمَّد مـحـمد", "محمد محمد"),
        ("١٩٩٠", "1990"),
        ("1\u00a0500, 1\u2009500\u2009000, 1\u202f500, 1’500", "1500, 1500000, 1500, 1500"),
        ("1,500 and 1 500", "1,500 and 1 500"),
        ("½, 1½, 1¹/₂, 3⁄4", "1/2, 1 1/2, 1 1/2, 3/4"),
    ],
)
def test_ways_of_writing_meet(text: str, form: str) -> None:
    assert normal(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("10⁶, 5 × 10⁶, 10⁻⁶, 10ⁿ", "10^6, 5 × 10^6, 10^-6, 10^n"),
        ("10<sup>6</sup>, 10<sup>−6</sup>, 10^{6}", "10^6, 10^-6, 10^6"),
        ("m², km², 5 m³, kg m⁻³, s⁻¹, m^2, 3 dam²", "m2, km2, 5 m3, kg m^-3, s^-1, m2, 3 dam2"),
        ("x², R², E = mc², (a + b)²", "x2, R2, E = mc2, (a + b)^2"),
        ("CO₂, H₂O, CO<sub>2</sub>, log₁₀", "CO2, H2O, CO2, log10"),
        ("Na⁺, Ca²⁺, SO₄²⁻, Cl⁻", "Na+, Ca2+, SO4^2-, Cl-"),
        ("¹⁴C and ²³⁸U", "14C and 238U"),
        ("1ˢᵗ, 2<sup>nd</sup>, Mᵐᵉ", "1st, 2nd, Mme"),
    ],
)
def test_raised_figures_that_belong_to_the_text_stay(text: str, form: str) -> None:
    assert normal(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("12³ percent in 1914³", "12 percent in 1914"),
        ("the barley³ fell, and² rose.⁴ It", "the barley fell, and rose. It"),
        ("12<sup>3</sup> percent, barley<sup>[3]</sup>", "12 percent, barley"),
        ("barley[3] rose.”[12] It[4, 7–9] fell[^2]", 'barley rose." It fell'),
        ("Holm¹,² and Vikᵃ", "Holm and Vik"),
        ("(in June)³", "(in June)"),
    ],
)
def test_marks_of_notes_are_no_part_of_the_text(text: str, form: str) -> None:
    assert normal(text) == form


@pytest.mark.parametrize("text", ["Fig. [3]", "et al. [2004]", "[T]he", "ar[c]h", "word[3](link)", "from [0, 1]"])
def test_other_square_brackets_stay(text: str) -> None:
    assert normal(text) == text


def test_a_broken_word_can_be_read_with_its_hyphen_too() -> None:
    assert (normal("a long-\nterm plan"), hyphenated("a long-\nterm plan")) == ("a longterm plan", "a long-term plan")


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Müller", "MULLER"),
        ("Straße", "strasse"),
        ("İstanbul", "istanbul"),
        ("ISPARTA", "ısparta"),
        ("ΣΟΦΟΣ", "σοφός"),
        ("Søren Łódź", "soren lodz"),
        ("Æsop, cœur", "aesop, coeur"),
    ],
)
def test_bare_text_has_neither_case_nor_accents(left: str, right: str) -> None:
    assert bare(left) == bare(right)


def test_the_source_of_a_part_is_without_what_was_dropped_at_its_ends() -> None:
    text = "The cre\u0300me\u00ad of the en\u00adter\u00ad\nprise³ rose."
    form, offsets = normal_with_offsets(text)
    sources = []
    for word in ("crème", "enterprise", "rose"):
        start = form.index(word)
        sources.append(text[offsets[start, 0] : offsets[start + len(word) - 1, 1]])
    assert sources == ["cre\u0300me", "en\u00adter\u00ad\nprise", "rose"]
