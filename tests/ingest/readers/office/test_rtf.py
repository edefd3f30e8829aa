"""RTF: each byte is read in the code page of its font, and raised, lowered and hidden text as the page shows it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.types import Extract
from tests.ingest.readers.test_office import extract

FONTS = (
    r"{\f0\fnil Arial;}{\f1\froman\fcharset2 Symbol;}{\f2\fcharset161{\*\panose 020b}Arial{\*\falt Other};}"
    r"{\f3\fcharset204 Arial;}{\f4\fcharset238 Arial;}{\f5\fcharset2 MT Extra;}{\f6 Wingdings;}"
    r"{\f7\fcharset128 Mincho;}{\f8 Arial Cyr;}"
)


def rich(body: str) -> Extract:
    return extract("a.rtf", (r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl" + FONTS + "}" + body + "}").encode("latin-1"))


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"500 {\f1 m}g", "500 μg"),
        (r"Age {\f1 \'b3} 60, \f1\'a3\f0  30", "Age ≥ 60, ≤ 30"),
        (r"{\f1\u-3987\'6d}g", "μg"),
        (r"{\f6 \'fe} yes {\f6 \'a8} no", "☑ yes ☐ no"),
        (r'{\field{\*\fldinst SYMBOL 179 \\f "Symbol" \\s 12}{\fldrslt\f1\fs24 \'b3}} 60', "≥ 60"),
        (r"{\field{\*\fldinst{SYMBOL 179 \\f Symbol}}} 60", "≥ 60"),
        (r"{\f2 \'e1\'e2} {\f3 \'cf\'f0} {\f4 \'e8} {\f8 \'e4} \'e9", "αβ Пр č д é"),
        (r"{\f7 \'93\'fa\'96\'7b}", "日本"),
        (r"{\f7 \'83A}", "ア"),
        (r"10{\super 6} cells", "10⁶ cells"),
        (r"10\super\u8722?6\nosupersub  M", "10⁻⁶ M"),
        (r"m\up6 2\up0  x", "m² x"),
        (r"CO{\sub 2} x\dn4 1\plain  y", "CO₂ x₁ y"),
        (r"12{\super 3} percent", "12³ percent"),
        (r"1{\super 1}/{\sub 2}", "1¹/₂"),
        (r"a\_b\~c, co\-op, \u8722\'2d5 \endash  \emdash", "a-b c, coop, −5 – —"),
        (r"\uc2\u945\'e1\'e1 x {\uc0\u946}y", "α x βy"),
        (r"\u181 g", "µ"),
        (r"a | b; |;", "a | b; |;"),
        (r"seen{\v hidden} too\v no\v0 , yes", "seen too, yes"),
        (r"{\v a{\b b}}c\plain d", "cd"),
        (r"new{\deleted old{\b er}}", "new"),
        (r"{\upr{ascii}{\*\ud{\u945?}}}", "α"),
        (r"{\*\unknown gone}kept{\*\bkmkstart gone}", "kept"),
    ],
)
def test_text_is_read_as_the_page_shows_it(body: str, text: str) -> None:
    document = rich(body)
    assert (document.text, document.warnings) == (text, ())


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (r"{\msSup{\*\msSupPr{\mctrlPr\f5}}{\me{\mr\mscr0\msty2 \f0 10}}{\msup{\mr \u8722?6}}}", "1 10⁻⁶ m"),
        (r"{\mf{\mnum{\mr 1}}{\mden{\mr 2}}}", "1 1/2 m"),
        (r"{\md{\mdPr{\mbegChr [}{\mendChr ]}}{\me{\mr a}}}", "1 [a] m"),
        (r"{\mr x\u55357?}", "1 x� m"),
        (r"{\mr x\u1?\intbl\par y}", "1 x y m"),
    ],
)
def test_a_formula_is_written_on_one_line(formula: str, text: str) -> None:
    assert rich(r"1 {\mmath{\*\moMath " + formula + r"}}{\nonmath gone} m").text == text


def test_items_keep_their_number_and_a_bullet_is_no_text() -> None:
    body = r"{\listtext\f5 \'b7\tab}x\par{\listtext 2.\tab}y\par{\pntext\f0 o\tab}z\par{\listtext (iv)\tab}w\par"
    document = rich(body)
    assert (document.text, document.warnings) == ("- x\n2. y\n- z\n(iv) w", ())


def test_an_outline_level_makes_a_heading() -> None:
    """Its number stays, a marker without one is no bullet; a line break is no end of a paragraph."""
    body = (
        r"Before.\par\pard\outlinelevel0{\listtext\pard\plain\tab}Salt\par\pard\outlinelevel9 Of salt."
        r"\line Of bells.\par"
        r"\pard\outlinelevel1{\listtext 1.2\tab}Rope\line and bells\par\pard Of rope.\line\line Of mules."
    )
    document = rich(body)
    assert document.text == "Before.\n\nSalt\n\nOf salt.\nOf bells.\n\n1.2 Rope and bells\n\nOf rope.\n\nOf mules."
    assert [section.heading for section in document.sections] == [None, "Salt", "Salt › 1.2 Rope and bells"]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (r"\trowd\intbl Counted: 5\cell Lost: 17\cell\row\pard End.", "Counted: 5 | Lost: 17\n\nEnd."),
        (r"\trowd\intbl A\par B\cell C\cell\row\pard End.", "A B | C\n\nEnd."),
        (
            r"\intbl out\par\itap2 a\nestcell b\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}"
            r"c\nestcell d\nestcell{\*\nesttableprops\nestrow}{\nonesttables\par}\itap1\cell right\cell\row\pard",
            "out a | b; c | d | right",
        ),
    ],
)
def test_tables_keep_their_cells(body: str, text: str) -> None:
    assert rich(body).text == text


def test_a_table_of_one_row_is_no_heading() -> None:
    prose = "The hives on the flat roof were moved twice in the second summer of the count."
    document = rich(prose + r"\par\trowd\intbl Hives: 412\cell Lost: 17\cell\row\pard " + prose)
    assert [section.heading for section in document.sections] == [None]
    assert "Hives: 412 | Lost: 17" in document.text


def test_what_cannot_be_read_stays_visible_and_is_named() -> None:
    document = rich(r"{\f5 h} x {\object\objemb{\*\objclass Equation.3}{\*\objdata 01}{\result{\pict 00}}}")
    assert document.text == "� x �"
    glyphs, things = document.warnings
    assert "1 of MT Extra" in glyphs
    assert "1 formula" in things


def test_a_text_box_is_read_once_and_headers_are_left_out() -> None:
    box = r"{\shp{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt Boxed.}}{\shprslt{\*\do{\dptxbxtext Boxed.}}}}"
    document = rich(r"{\header Page top}Text." + box)
    assert (document.text, document.left_out) == ("Text.\n\nBoxed.", ("Page top",))


@given(
    st.text(
        st.characters(min_codepoint=0x21, max_codepoint=0x2FFFF, exclude_categories=["Cs", "C", "Z", "M"]), min_size=1
    )
)
def test_every_character_comes_back(text: str) -> None:
    """However it is escaped: in two units, with a sign for old programs."""
    units = memoryview(text.encode("utf-16-le")).cast("H")
    escaped = "".join(rf"\u{unit - 0x10000 if unit > 0x7FFF else unit}?" for unit in units)
    assert rich("x" + escaped).text == "x" + text
