"""A formula is written on one line without becoming another number."""

from __future__ import annotations

import pytest
from lxml import etree

from ingest.readers.office.formula import formula_text, spaced


def written(xml: str) -> str:
    return formula_text(etree.fromstring(f"<math>{xml}</math>"), lambda leaf: leaf.text or "")


R = "<r><t>{}</t></r>"


def part(kind: str, text: str) -> str:
    return f"<{kind}>{R.format(text)}</{kind}>"


@pytest.mark.parametrize(
    ("xml", "line"),
    [
        ("<sSup>" + part("e", "10") + part("sup", "−6") + "</sSup>", "10⁻⁶"),
        ("<sSup>" + part("e", "2") + part("sup", "x") + "</sSup>", "2^x"),
        ("<sSup>" + part("e", "e") + part("sup", "−2x+1") + "</sSup>", "e^(−2x+1)"),
        ("<sSub>" + part("e", "H") + part("sub", "2") + "</sSub>", "H₂"),
        ("<sSub>" + part("e", "V") + part("sub", "max") + "</sSub>", "V_max"),
        ("<sSubSup>" + part("e", "x") + part("sub", "1") + part("sup", "2") + "</sSubSup>", "x₁²"),
        ("<sPre>" + part("sub", "6") + part("sup", "14") + part("e", "C") + "</sPre>", "₆¹⁴C"),
        (R.format("1") + "<f>" + part("num", "1") + part("den", "2") + "</f>", "1 1/2"),
        ("<f>" + part("num", "a+b") + part("den", "2") + "</f>", "(a+b)/2"),
        ("<rad>" + part("deg", "3") + part("e", "8") + "</rad>", "³√8"),
        ("<rad><radPr/><deg/>" + part("e", "a+b") + "</rad>", "√(a+b)"),
        ('<d><dPr><begChr val="["/><endChr val="]"/></dPr>' + part("e", "a") + "</d>", "[a]"),
        (
            '<nary><naryPr><chr val="∑"/></naryPr>'
            + part("sub", "i=1")
            + part("sup", "n")
            + part("e", "i")
            + "</nary>",
            "∑_(i=1)^n i",
        ),
        ("<func>" + part("fName", "sin") + part("e", "x") + "</func>", "sin x"),
        ("<acc><accPr><chr val='&#x0304;'/></accPr>" + part("e", "x") + "</acc>", "x\u0304"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mo>+</mo><mfrac><mn>1</mn><mn>2</mn></mfrac>", "x²+1/2"),
        ("<msqrt><mi>a</mi><mo>+</mo><mi>b</mi></msqrt>", "√(a+b)"),
        ("<mroot><mn>8</mn><mn>3</mn></mroot>", "³√8"),
        ("<mfenced><mi>a</mi><mi>b</mi></mfenced>", "(a,b)"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x¯"),
        ("<munderover><mo>∑</mo><mn>1</mn><mi>n</mi></munderover>", "∑_1^n"),
        ("<mmultiscripts><mi>C</mi><mprescripts/><none/><mn>14</mn></mmultiscripts>", "¹⁴C"),
        ("<mi>f</mi><mo>&#x2061;</mo><mi>x</mi>", "f x"),
        ("<semantics><mn>1</mn><annotation>gone</annotation></semantics>", "1"),
        ("<mfrac/>", "/"),
    ],
)
def test_a_formula_is_written_on_one_line(xml: str, line: str) -> None:
    assert written(xml) == line


def test_a_number_before_a_fraction_stays_apart() -> None:
    assert (spaced("1", "1/2"), spaced("x", "1/2"), spaced("1", "2")) == ("1 1/2", "x1/2", "12")


@pytest.mark.parametrize("kind", ["msup", "mfrac", "mmultiscripts", "mrow"])
def test_deep_nesting_does_no_harm(kind: str) -> None:
    xml = f"<{kind}><mn>1</mn>" * 200 + "<mn>2</mn>" + f"</{kind}>" * 200
    assert written(xml) == " ".join([*"1" * 200, "2"])
