"""Each glyph becomes its letter, or a hole that shows."""

from __future__ import annotations

import io

import pytest
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from tests.ingest.readers.pdf.printing import PAGE, bare_pdf, page_with, reading_of, text_of

HELVETICA = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
BEFORE = "The figure in the table of the second part is "


def to_unicode(*pairs: tuple[int, int]) -> bytes:
    """A font's table of letters: code and character."""
    lines = b"\n".join(b"<%02x> <%04x>" % pair for pair in pairs)
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def\n"
        b"1 begincodespacerange <00> <ff> endcodespacerange\n%d beginbfchar\n%s\nendbfchar endcmap end end"
    ) % (len(pairs), lines)


def with_font(font: str, shown: bytes, streams: tuple[bytes, ...] = ()) -> str:
    """The text of a line that ends with these codes in this font, without what stands before them."""
    content = b"BT /F0 11 Tf 60 700 Td (%s) Tj /F1 11 Tf (%s) Tj ET" % (BEFORE.encode(), shown)
    text = text_of(bare_pdf(content, HELVETICA, font, streams=streams))
    assert text.startswith(BEFORE)
    return text.removeprefix(BEFORE)


@pytest.mark.parametrize(
    ("name", "private", "expected"),
    [
        ("SymbolMT", 0xF062, "β"),
        ("Symbol", 0xF0B1, "±"),
        ("Symbol", 0xF02D, "−"),
        ("Symbol", 0xF0A3, "≤"),
        ("Symbol", 0xF06D, "μ"),
        ("Symbol,Bold", 0xF06D, "μ"),
        ("SegoeUISymbol", 0xF06D, "\ufffd"),
        ("Wingdings", 0xF0FC, "✓"),
        ("Wingdings2", 0xF050, "✓"),
        ("Wingdings-Regular", 0xF0E0, "→"),
        ("Garamond", 0xF0B7, "•"),
        ("Garamond", 0xF731, "1"),
        ("Garamond", 0xF761, "a"),
        ("Garamond", 0xF062, "\ufffd"),
        ("Garamond", 0xE123, "\ufffd"),
        ("Garamond", 0x0000, "\ufffd"),
        ("Garamond", 0xFFFD, "\ufffd"),
        ("Garamond", 0x0007, ""),
        ("Garamond", 0x0092, "’"),
        ("Garamond", 0xFB01, "fi"),
        ("Garamond", 0x2212, "−"),
        ("Garamond", 0x200B, ""),
        ("Garamond", 0x00AD, ""),
    ],
)
def test_characters_of_private_use_become_what_the_page_shows(name: str, private: int, expected: str) -> None:
    """What no table knows is U+FFFD; control characters leave; a hole is never silent."""
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+{name} /ToUnicode 7 0 R >>"
    assert with_font(font, b"5a6", (to_unicode((0x35, 0x35), (0x36, 0x36), (0x61, private)),)) == f"5{expected}6"


@pytest.mark.parametrize(
    ("shown", "expected"), [(rb"\055\261\243", "−±≤"), (b"abg", "αβγ"), (rb"\264\163", "×σ"), (rb"\346\366", "⎛⎞")]
)
def test_the_standard_symbol_font_is_read(shown: bytes, expected: str) -> None:
    assert with_font("<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>", shown) == expected


def test_the_standard_dingbats_are_read() -> None:
    assert with_font("<< /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>", b"348") == "✓✔✘"


GLYPHS = "<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [97 /G01 /G02 /G03 /zerooldstyle] >> >>"


def test_glyphs_whose_letters_the_font_does_not_say_are_holes() -> None:
    """A name like G01 tells no letter, and three glyphs spell no word."""
    assert with_font(GLYPHS, b"abcd") == "\ufffd\ufffd\ufffd0"


def test_holes_are_counted_in_one_warning() -> None:
    """The report names how many there are and the next step."""
    content = b"BT /F0 11 Tf 60 700 Td (%s) Tj /F1 11 Tf (abca) Tj ET" % BEFORE.encode()
    reading, _ = reading_of(bare_pdf(content, HELVETICA, GLYPHS))
    (warning,) = reading.warnings
    assert warning.startswith("4 glyphs are shown as \ufffd")
    assert "look at the pages before you quote them" in warning


def test_glyphs_that_spell_words_are_letters() -> None:
    """Where the numbers of nameless glyphs read as language, they are the letters' own; TeX's ligatures lie low."""
    names = " ".join(f"/A{code}" for code in range(11, 123))
    font = f"<< /Type /Font /Subtype /Type1 /BaseFont /X /Encoding << /Differences [11 {names}] >> >>"
    shown = rb"the keeper of the lighthouse \014nds no rest in the o\016ce"
    assert with_font(font, shown) == "the keeper of the lighthouse finds no rest in the office"


def accented(letter: str, accent: str, *, first: bool = False) -> str:
    """The text of a word with an accent that is drawn over its last letter, or drawn before it."""
    out = io.BytesIO()
    pdf = Canvas(out, pagesize=PAGE, invariant=1)
    pdf.setFont("Times-Roman", 12)
    x = 60 + stringWidth("The Bas", "Times-Roman", 12)
    middle = x + (stringWidth(letter, "Times-Roman", 12) - stringWidth(accent, "Times-Roman", 12)) / 2
    drawn = [(x, letter), (middle, accent)]
    pdf.drawString(60, 700, "The Bas")
    for left, text in reversed(drawn) if first else drawn:
        pdf.drawString(left, 700, text)
    pdf.drawString(x + stringWidth(letter, "Times-Roman", 12), 700, "n went home.")
    pdf.save()
    return text_of(out.getvalue())


@pytest.mark.parametrize("first", [False, True])
@pytest.mark.parametrize(
    ("letter", "accent", "composed"),
    [("e", "´", "é"), ("u", "¨", "ü"), ("a", "`", "à"), ("c", "¸", "ç"), ("o", "ˆ", "ô")],
)
def test_an_accent_drawn_over_a_letter_is_that_letters(letter: str, accent: str, composed: str, first: bool) -> None:
    """The word stays one word, in whatever order the two are drawn."""
    assert accented(letter, accent, first=first) == f"The Bas{composed}n went home."


def test_an_accent_beside_a_letter_stays() -> None:
    assert text_of(page_with([("The mark ´ is an acute, and so is e´ here.", 11, 0)])) == (
        "The mark ´ is an acute, and so is e´ here."
    )


def test_numbers_of_glyphs_that_another_program_wrote_are_holes() -> None:
    assert text_of(page_with([("The value (cid:12) of the (cid:3)st.", 11, 0)])) == "The value \ufffd of the \ufffdst."
