"""A glyph of a symbol font is read as what the page shows, and what has no character stays visible."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.readers.office.symbol_fonts import UNREADABLE, decoded, family_of, stored, symbol_field
from ingest.readers.office.unread import Unread

NAMES = ("Symbol", "Wingdings", "Wingdings 2", "Wingdings 3", "Webdings")


@pytest.mark.parametrize(
    ("font", "text", "shown"),
    [
        ("Symbol", "mabDWSp", "μαβΔΩΣπ"),
        ("Symbol", "\uf0b3\uf0a3\uf0b1\uf02d\uf0b0\uf0b4\uf0b8", "≥≤±−°×÷"),
        ("Symbol", "\uf0b9\uf0bb\uf0a5\uf0ae\uf0d6\uf0e5\uf0f2\uf0a2", "≠≈∞→√∑∫′"),
        ("Symbol", "³ 60, £ 30", "≥ 60, ≤ 30"),
        ("Symbol", "5 µ × 2\xa0÷", "5 µ × 2\xa0÷"),
        ("Symbol MT", "5 m", "5 μ"),
        ("'Standard Symbols PS', serif", "b", "β"),
        ("Wingdings", "\uf0fe \uf0a8 \uf0fc \uf0fb \uf0fd", "☑ ☐ ✓ ✗ ☒"),
        ("Wingdings", "ü", "✓"),
        ("Wingdings", "\uf0e0\uf0df\uf0e1\uf0e2", "→←↑↓"),
        ("Wingdings", "\uf081\uf08a\uf08c", "①⑩❶"),
        ("Wingdings 2", "PORT", "✓✗☑☒"),
        ("Wingdings 3", "hi", "↑↓"),
        ("Webdings", "a", "✔"),
        ("Symbol", "\uf0f0", UNREADABLE),
        ("MT Extra", "\uf068", UNREADABLE),
        ("Segoe UI Symbol", "m ≥ 3", "m ≥ 3"),
        ("Symbola", "m", "m"),
        ("", "m \ue001", "m \ue001"),
    ],
)
def test_glyphs_are_read_by_the_table_of_their_font(font: str, text: str, shown: str) -> None:
    assert decoded(text, font) == shown


def test_every_byte_of_each_table_has_a_character_of_its_own_or_the_sign_for_none() -> None:
    every = "".join(map(chr, range(0xF021, 0xF100)))
    unread = {name: decoded(every, name).count(UNREADABLE) for name in NAMES}
    # bytes 7F to 9F, F0 and FF of Symbol, and those that the other fonts leave empty
    assert unread == {"Symbol": 35, "Wingdings": 1, "Wingdings 2": 7, "Wingdings 3": 16, "Webdings": 1}


@given(st.text(), st.sampled_from([*NAMES, "Arial", ""]))
def test_reading_glyphs_keeps_the_length_and_leaves_no_private_character(text: str, font: str) -> None:
    shown = decoded(text, font)
    assert len(shown) == len(text)
    assert not any("\uf020" <= char <= "\uf0ff" for char in shown)
    assert bool(family_of(font)) == (font in NAMES)
    assert decoded(shown, "") == shown


@pytest.mark.parametrize(
    ("instruction", "shown"),
    [
        (r' SYMBOL 109 \f "Symbol" \s 12 ', "μ"),
        (r"SYMBOL 179 \f Symbol", "≥"),
        (r"SYMBOL 0xF0B1 \f Symbol", "±"),
        (r'SYMBOL 254 \f "Wingdings"', "☑"),
        (r"SYMBOL 177", "±"),
        (r"SYMBOL 8805 \u", "≥"),
        (r"SYMBOL 150 \a", "–"),
    ],
)
def test_a_field_shows_its_glyph(instruction: str, shown: str) -> None:
    symbol = symbol_field(instruction)
    assert symbol is not None
    assert decoded(*symbol) == shown
    assert symbol_field("HYPERLINK x") is None


def test_what_cannot_be_read_is_counted_in_one_sentence() -> None:
    unread = Unread()
    assert unread.decoded("\uf068\uf069 \uf0b3", "MT Extra") == "\ufffd\ufffd \ufffd"
    assert unread.decoded(stored(0xF0, "Symbol"), "Symbol") == "\ufffd"
    assert unread.decoded("m", "Symbol") == "μ"
    (warning,) = unread.warnings()
    assert "3 of MT Extra, 1 of Symbol" in warning
    assert Unread().warnings() == ()
