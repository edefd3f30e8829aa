"""DOCX: no value changes on the way from the page to the text, and a damaged part costs only itself."""

from __future__ import annotations

import io
import zipfile

import pytest

from index.errors import ReadError
from index.types import Origin
from ingest.draft import read_draft
from ingest.readers import read
from tests.ingest.readers.test_office import W, extract, para, relations, word, zipped

O = 'xmlns:o="o" xmlns:v="v" xmlns:dgm="d" xmlns:wp="wp"'  # noqa: E741


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def sym(code: str, font: str = "Symbol") -> str:
    return f'<w:r><w:sym w:font="{font}" w:char="{code}"/></w:r>'


def line(*runs: str, properties: str = "") -> str:
    return f"<w:p {O}><w:pPr>{properties}</w:pPr>{''.join(runs)}</w:p>"


def fonts(name: str) -> str:
    return f'<w:rFonts w:ascii="{name}" w:hAnsi="{name}"/>'


RAISED, LOWERED = '<w:vertAlign w:val="superscript"/>', '<w:vertAlign w:val="subscript"/>'
STYLES = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:sz w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
    f'<w:style w:type="character" w:styleId="Up"><w:rPr>{RAISED}</w:rPr></w:style>'
    '<w:style w:type="character" w:styleId="Up2"><w:basedOn w:val="Up"/></w:style>'
    '<w:style w:type="character" w:styleId="Hid"><w:rPr><w:vanish/></w:rPr></w:style>'
    f'<w:style w:type="character" w:styleId="Greek"><w:rPr>{fonts("Symbol")}</w:rPr></w:style>'
    f'<w:style w:type="paragraph" w:styleId="AllGreek"><w:rPr>{fonts("Symbol MT")}</w:rPr></w:style>'
)


@pytest.mark.parametrize(
    ("runs", "text"),
    [
        (run("500 ") + sym("F06D") + run("g"), "500 μg"),
        (run("Age ") + sym("00B3") + run(" 60"), "Age ≥ 60"),
        (run("25 ") + run("m", fonts("Symbol")) + run("g"), "25 μg"),
        (run("at ") + run("&#xF02D;", fonts("Symbol")) + run("20"), "at −20"),
        (run("b", '<w:rStyle w:val="Greek"/>') + run("-blocker"), "β-blocker"),
        (run("g", '<w:rFonts w:asciiTheme="minorHAnsi" w:ascii="Symbol"/>'), "g"),
        (sym("F0FE", "Wingdings") + run(" yes"), "☑ yes"),
        (run("4.2 ") + sym("00B1", "Cambria") + run(" 0.3"), "4.2 ± 0.3"),
        (run("10") + run("−", RAISED) + run("6", RAISED), "10⁻⁶"),
        (run("10") + run("6", '<w:rStyle w:val="Up2"/>'), "10⁶"),
        (run("10") + run("6", '<w:rStyle w:val="Up"/><w:vertAlign w:val="baseline"/>'), "106"),
        (run("m") + run("2", '<w:position w:val="6"/><w:sz w:val="14"/>'), "m²"),
        (run("n") + run("o", '<w:position w:val="6"/>'), "no"),
        (run("CO") + run("2", LOWERED), "CO₂"),
        (run("1") + run("1", RAISED) + run("/") + run("2", LOWERED), "1¹/₂"),
        (run("12") + run("3", RAISED) + run(" percent"), "12³ percent"),
        (
            run("a") + "<w:r><w:noBreakHyphen/></w:r>" + run("b−1 co") + "<w:r><w:softHyphen/></w:r>" + run("op"),
            "a-b−1 coop",
        ),
        (run("seen") + run(" hidden", '<w:rStyle w:val="Hid"/>'), "seen"),
        (run("seen") + run(" too", '<w:rStyle w:val="Hid"/><w:vanish w:val="0"/>'), "seen too"),
    ],
)
def test_a_run_is_read_as_the_page_shows_it(runs: str, text: str) -> None:
    data = word(line(runs), styles=STYLES)
    document = extract("a.docx", data)
    assert (document.text, document.warnings) == (text, ())
    assert read_draft(data, "a.docx").text == text


def test_a_paragraph_style_may_name_a_symbol_font() -> None:
    body = line(run("a b"), properties='<w:pStyle w:val="AllGreek"/>') + line(run("a b"))
    assert extract("a.docx", word(body, styles=STYLES)).text == "α β\n\na b"


@pytest.mark.parametrize(
    ("instruction", "result", "text"),
    [
        (r'SYMBOL 109 \f "Symbol" \s 12', "", "5 μg"),
        (r"SYMBOL 109 \f Symbol", sym("F06D"), "5 μg"),
        ("PAGE", "", "5 g"),
    ],
)
def test_a_field_shows_its_glyph_once(instruction: str, result: str, text: str) -> None:
    mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    inside = f"<w:r><w:instrText>{instruction}</w:instrText></w:r>"
    field = mark.format("begin") + inside + mark.format("separate") + result + mark.format("end")
    assert extract("a.docx", word(line(run("5 ") + field + run("g")))).text == text
    simple = f"<w:fldSimple w:instr='{instruction}'>{result}</w:fldSimple>"
    assert extract("a.docx", word(line(run("5 ") + simple + run("g")))).text == text


def test_what_cannot_be_read_stays_visible_and_is_named() -> None:
    """A glyph without a table, an old formula, a worksheet, a document that is attached."""
    thing = '<w:r><w:object><o:OLEObject ProgID="{}"/></w:object></w:r>'
    field = "<w:fldSimple w:instr='EQ \\f(1,2)'/>"
    body = line(
        sym("F06C", "MT Extra") + run(" x ") + thing.format("Equation.3") + thing.format("Excel.Sheet.12"), field
    )
    document = extract("a.docx", word(body + "<w:altChunk/>"))
    assert document.text == "� x ��"
    glyphs, things = document.warnings
    assert "1 of MT Extra" in glyphs
    assert "2 formulas, 1 embedded object, 1 attached document" in things


def test_watermarks_leave_the_text_and_lettering_stays() -> None:
    shape = '<w:r><w:pict><v:shape id="{}"><v:textpath string="{}"/></v:shape></w:pict></w:r>'
    name = '<wp:docPr name="PowerPlusWaterMarkObject1"/>'
    box = f"<wp:anchor>{name}<w:txbxContent>{para('SECRET')}</w:txbxContent></wp:anchor>"
    runs = shape.format("PowerPlusWaterMarkObject3", "DRAFT") + shape.format("s1", "Grand Opening")
    document = extract("a.docx", word(line(run("Text."), runs, f"<w:r>{box}</w:r>")))
    assert (document.text, document.left_out) == ("Text.\n\nGrand Opening", ("DRAFT", "SECRET"))


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"


PROSE = "The hives on the flat roof were moved twice in the second summer, and none of them was lost to the wind."


@pytest.mark.parametrize(
    "rows",
    [
        ((para("Hives counted: 412"), para("Lost: 17")),),
        ((para("Hives counted"), para("412")), (para("Lost"), para("17"))),
        ((para("Hives counted: 412"),),),
        ((para("By Ann Sample"), para("4 May 2021")),),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_table_is_text_of_a_passage_and_no_heading_title_or_byline(
    rows: tuple[tuple[str, ...], ...], is_first: bool
) -> None:
    before = "" if is_first else para(PROSE)
    document = extract("a.docx", word(before + table(*rows) + para(PROSE)))
    shown = " ".join(document.text[slice(*section.span)] for section in document.sections)
    for row in rows:
        for cell in row:
            assert cell.partition("<w:t>")[2].partition("<")[0] in shown
    assert document.metadata.title == ""


def test_cells_with_several_paragraphs_are_read_one_after_the_other() -> None:
    """A table that only lays out the page; one with a table inside a cell keeps the inner rows apart."""
    layout = table((para(PROSE) + para(PROSE.replace("hives", "boxes")), para("Aside.")))
    assert extract("a.docx", word(layout)).text == f"{PROSE}\n\n{PROSE.replace('hives', 'boxes')}\n\nAside."
    inner = table((para("a"), para("1")), (para("b"), para("2")))
    assert extract("a.docx", word(table((para("Outer") + inner, para("Right"))))).text == "Outer a | 1; b | 2 | Right"


def test_tables_inside_tables_inside_tables_do_no_harm() -> None:
    """As deep as the parser lets them be: a frame in a frame, and a column beside each."""
    frame, beside = para("Deep."), para("Deep.")
    for _ in range(80):
        frame, beside = table((frame,)), table((beside, para("x")))
    assert extract("a.docx", word(frame)).text == "Deep."
    assert extract("a.docx", word(beside)).text == "Deep." + " | x" * 80


def test_a_diagram_is_read_as_a_list() -> None:
    points = "".join(f"<pt><t><p><r><t>{text}</t></r></p></t></pt>" for text in ("Hatch", "Feed")) + "<pt/>"
    drawn = line('<w:r><w:drawing><dgm:relIds dgm:dm="rdiagramData"/></w:drawing></w:r>', run("Before."))
    members = {
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{drawn}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(diagramData="diagrams/data1.xml"),
        "word/diagrams/data1.xml": f"<dataModel><ptLst>{points}</ptLst></dataModel>",
    }
    assert extract("a.docx", zipped(members)).text == "Before.\n\nHatch\nFeed"


def members_of(data: bytes) -> dict[str, str | bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def damaged(data: bytes, member: str) -> bytes:
    """The archive with one member's content changed, so that its checksum is wrong."""
    members = members_of(data)
    stored = zipped(members, zipfile.ZIP_STORED)
    content = members[member]
    assert isinstance(content, bytes)
    start = stored.index(content)
    return stored[: start + 5] + bytes([stored[start + 5] ^ 1]) + stored[start + 6 :]


@pytest.mark.parametrize("kind", ["footnotes", "comments", "styles", "numbering", "header"])
@pytest.mark.parametrize("harm", ["checksum", "XML", "missing"])
def test_a_damaged_part_costs_only_itself(kind: str, harm: str) -> None:
    data, member = word(para("Kept."), **{kind: para("Lost.")}), f"word/{kind}.xml"
    if harm == "checksum":
        data = damaged(data, member)
    elif harm == "XML":
        data = zipped({**members_of(data), member: "<w:broken>"})
    else:
        data = zipped({name: content for name, content in members_of(data).items() if name != member})
    document = extract("a.docx", data)
    assert document.text == "Kept."
    assert len(document.warnings) == 1
    assert member in document.warnings[0]


def test_a_damaged_body_is_refused() -> None:
    with pytest.raises(ReadError, match=r"word/document\.xml does not unpack"):
        read(damaged(word(para("Lost.")), "word/document.xml"), "a.docx")


def signed(creator: str, byline: str) -> bytes:
    core = f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:creator>{creator}</dc:creator></c>'
    body = para("Hives of the Town", '<w:pStyle w:val="Title"/>') + para(byline) + para(PROSE)
    return zipped(
        {
            "_rels/.rels": relations(officeDocument="word/document.xml", **{"core-properties": "core.xml"}),
            "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{body}</w:body></w:document>',
            "core.xml": core,
        }
    )


@pytest.mark.parametrize(
    "creator",
    [
        "IT Department",
        "Microsoft Office User",
        "user",
        "admin",
        "Windows User",
        "Report Template",
        "Sample Ltd",
        "Valued Customer",
    ],
)
def test_a_byline_wins_over_the_account_that_made_the_template(creator: str) -> None:
    metadata = extract("a.docx", signed(creator, "By Ann Sample and Tom Sample, 14 June 2018")).metadata
    assert (metadata.authors, metadata.origins["authors"]) == (("Ann Sample", "Tom Sample"), Origin.TEXT)
    assert metadata.published == "2018-06-14"


def test_an_organisation_is_the_author_where_no_byline_names_another() -> None:
    metadata = extract("a.docx", signed("Department of Bees", "Counted in the town.")).metadata
    assert (metadata.authors, metadata.origins["authors"]) == (("Department of Bees",), Origin.FORMAT)
    assert extract("a.docx", signed("Ann Sample", "By Tom Sample, 14 June 2018")).metadata.authors == ("Ann Sample",)
