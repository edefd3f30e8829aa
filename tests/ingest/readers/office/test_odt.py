"""ODT: raised, lowered and hidden text, symbol fonts, formulas and embedded sheets."""

from __future__ import annotations

import pytest

from tests.ingest.readers.test_office import extract, writer

LINK = 'xmlns:xlink="http://www.w3.org/1999/xlink"'


def style(name: str, properties: str, family: str = "text", parent: str = "") -> str:
    names = f'style:name="{name}" style:family="{family}" style:parent-style-name="{parent}"'
    return f"<style:style {names}><style:text-properties {properties}/></style:style>"


STYLES = (
    '<style:font-face style:name="Sy1" xmlns:svg="s" svg:font-family="Symbol" style:font-charset="x-symbol"/>'
    + style("S", 'style:font-name="Sy1"')
    + style("F", """xmlns:fo="f" fo:font-family="'Symbol'" """)
    + style("W", 'style:font-name="Wingdings"')
    + style("X", 'style:font-name="MT Extra"')
    + style("U", 'style:text-position="super 58%"')
    + style("U2", "", parent="U")
    + style("P", 'style:text-position="33% 58%"')
    + style("D", 'style:text-position="-33% 58%"')
    + style("N", 'style:text-position="0% 100%"')
    + style("H", 'text:display="none"')
    + style("PH", 'text:display="none"', "paragraph")
    + style("PS", 'style:font-name="Symbol"', "paragraph")
)


def span(name: str, text: str) -> str:
    return f'<text:span text:style-name="{name}">{text}</text:span>'


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"500 {span('S', 'm')}g, age {span('F', '&#xF0B3;')} 60", "500 μg, age ≥ 60"),
        (f"{span('W', '&#xF0FE;')} yes", "☑ yes"),
        (f"10{span('U', '−')}{span('U2', '6')} m{span('P', '2')}", "10⁻⁶ m²"),
        (f"CO{span('D', '2')} 5{span('N', '6')}", "CO₂ 56"),
        ("10" + span("U", "6" + span("N", "7")), "10⁶7"),
        (f"1{span('U', '1')}/{span('D', '2')}", "1¹/₂"),
        (f"seen{span('H', ' not')}", "seen"),
        ('a<text:hidden-text text:is-hidden="true">b</text:hidden-text>', "a"),
    ],
)
def test_text_is_read_as_the_page_shows_it(body: str, text: str) -> None:
    document = extract("a.odt", writer(f"<text:p>{body}</text:p>", STYLES))
    assert (document.text, document.warnings) == (text, ())


LISTS = """<text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="." text:start-value="3"/>
<text:list-level-style-number text:level="2" style:num-format="a" style:num-prefix="(" style:num-suffix=")"/>
<text:list-level-style-number text:level="3" style:num-format="i" text:display-levels="3"/>
</text:list-style><text:list-style style:name="B"><text:list-level-style-bullet text:level="1"/></text:list-style>"""


def items(*contents: str, of: str = "") -> str:
    return f"<text:list {of}>" + "".join(f"<text:list-item>{c}</text:list-item>" for c in contents) + "</text:list>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (items("<text:p>x</text:p>", "<text:p>y</text:p>", of='text:style-name="L"'), "3. x\n4. y"),
        (items("<text:p>x</text:p><text:p>on</text:p>", of='text:style-name="L"'), "3. x\non"),
        (
            items(
                "<text:p>x</text:p>" + items("<text:p>y</text:p>" + items("<text:p>z</text:p>")),
                items("<text:p>w</text:p>"),
                "<text:p>v</text:p>",
                of='text:style-name="L"',
            ),
            "3. x\n(a) y\n3.a.i z\n(a) w\n4. v",
        ),
        (
            items("<text:p>x</text:p>", of='text:style-name="L"')
            + items("<text:p>y</text:p>", of='text:style-name="L" text:continue-numbering="true"')
            + items("<text:p>z</text:p>", of='text:style-name="L"'),
            "3. x\n4. y\n3. z",
        ),
        (items("<text:p>x</text:p>", of='text:style-name="B"') + items("<text:p>y</text:p>"), "- x\n- y"),
        (
            "<text:p>w</text:p>"
            + items('<text:h text:outline-level="1">x</text:h>', of='text:style-name="L"')
            + "<text:p>y</text:p>",
            "w\n\n3. x\n\ny",
        ),
    ],
)
def test_items_have_the_numbers_that_the_page_shows(body: str, text: str) -> None:
    assert extract("a.odt", writer(body, LISTS)).text == text


def test_hidden_paragraphs_and_sections_are_no_text() -> None:
    body = (
        '<text:p text:style-name="PH">a</text:p><text:section text:display="none"><text:p>b</text:p></text:section>'
        '<text:p>c<text:hidden-paragraph text:is-hidden="true"/></text:p><text:p text:style-name="PS">b</text:p>'
        '<text:p>d<draw:custom-shape draw:name="PowerPlusWaterMarkObject1"><text:p>DRAFT</text:p></draw:custom-shape>'
        "</text:p>"
    )
    document = extract("a.odt", writer(body, STYLES))
    assert (document.text, document.left_out) == ("β\n\nd", ("DRAFT",))


MATH = '<math xmlns="m"><mn>1</mn><mfrac><mn>1</mn><mn>2</mn></mfrac></math>'
SHEET = (
    '<d xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:chart><table:table><table:table-row>'
    "<table:table-cell><text:p>Hives</text:p></table:table-cell><table:table-cell><text:p>3</text:p></table:table-cell>"
    "</table:table-row></table:table></office:chart></office:body></d>"
)


def test_objects_are_read_in_their_place() -> None:
    """A formula in its line, the table of a chart after it; what is missing or of another kind is named."""
    frame = "<draw:frame><draw:object {} xlink:href='{}'/></draw:frame>"
    body = "".join(frame.format(LINK, name) for name in ("./Object 1", "Object 2/", "Object 3", "Object 2"))
    members = {"Object 1/content.xml": MATH, "Object 2/content.xml": SHEET}
    document = extract("a.odt", writer(f"<text:p>It is {body} long.</text:p>", **members))
    assert document.text == "It is 1 1/2 long.\n\nHives | 3\n\nHives | 3"
    things, lost = document.warnings
    assert "1 embedded object" in things
    assert "Object 3/content.xml" in lost


def test_an_object_that_holds_itself_is_read_once() -> None:
    inner = f"<draw:object xmlns:draw='d' {LINK} xlink:href='Object 1'/></text:p>"
    body = f"<text:p><draw:object {LINK} xlink:href='Object 1'/></text:p>"
    members = {"Object 1/content.xml": SHEET.replace("</text:p>", inner)}
    assert extract("a.odt", writer(body, **members)).text == "Hives | 3"


def test_damaged_styles_cost_only_themselves() -> None:
    document = extract("a.odt", writer("<text:p>Kept.</text:p>", **{"styles.xml": "<broken", "meta.xml": ""}))
    assert document.text == "Kept."
    assert ["styles.xml" in document.warnings[0], "meta.xml" in document.warnings[1]] == [True, True]


def test_a_table_of_one_row_is_no_heading() -> None:
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    cells = cell.format("Hives: 412") + cell.format("Lost: 17")
    row = f"<table:table><table:table-row>{cells}</table:table-row></table:table>"
    prose = "<text:p>The hives on the flat roof were moved twice in the second summer of the count.</text:p>"
    document = extract("a.odt", writer(prose + row + prose))
    assert [section.heading for section in document.sections] == [None]
    assert "Hives: 412 | Lost: 17" in document.text
