"""Workbooks: values as the sheet shows them, a row readable by itself, and no size of any sheet does harm."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from ingest.readers import read
from ingest.readers.sheets.number_format import plain, shown
from ingest.types import Empty, Extract, Unreadable
from tests.ingest.readers.office.test_docx import damaged, members_of
from tests.ingest.readers.test_office import REL, bomb, relations, zipped  # noqa: F401  a fixture
from tests.ingest.readers.test_readers import assert_lawful

Value = object
"""Of a cell: a text, a number, or None."""


def xlsx_cell(value: Value, style: int) -> str:
    if isinstance(value, str):
        return value if value.startswith("<c") else f'<c t="inlineStr"><is><t>{value}</t></is></c>'
    return "<c/>" if value is None else f'<c s="{style}"><v>{value!r}</v></c>'


def xlsx_rows(rows: Sequence[Sequence[Value]], styles: Sequence[int] = ()) -> str:
    """Rows as XML; ``styles``: the number formats of the columns, by their place in ``FORMATS``."""
    styles = [*styles, *[0] * 99]
    return "".join(f"<row>{''.join(map(xlsx_cell, row, styles))}</row>" for row in rows)


FORMATS = ("General", "0%", "yyyy-mm-dd", '#,##0.00 "€"')


def xlsx(sheets: dict[str, str], after: str = "", strings: str = "", states: str = "", **parts: str) -> bytes:
    """A workbook of sheets, each given as its rows; ``after``: what follows the rows of each."""
    count = range(1, len(sheets) + 1)
    listed = "".join(f'<sheet name="{name}" r:id="r{i}" {states}/>' for i, name in zip(count, sheets, strict=True))
    links = "".join(f'<Relationship Id="r{i}" Type="{REL}/worksheet" Target="s{i}.xml"/>' for i in count)
    kinds = {"styles": "styles.xml", "sharedStrings": "strings.xml"}
    links += "".join(f'<Relationship Id="{kind}" Type="{REL}/{kind}" Target="{t}"/>' for kind, t in kinds.items())
    own = "".join(f"<numFmt numFmtId='{200 + i}' formatCode='{code}'/>" for i, code in enumerate(FORMATS))
    used = "".join(f"<xf numFmtId='{200 + i}'/>" for i in range(len(FORMATS)))
    members = {
        "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
        "xl/workbook.xml": f'<workbook xmlns:r="{REL}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "xl/styles.xml": f"<styleSheet><numFmts>{own}</numFmts><cellXfs>{used}</cellXfs></styleSheet>",
        "xl/strings.xml": f"<sst>{strings}</sst>",
    }
    for i, rows in zip(count, sheets.values(), strict=True):
        members[f"xl/s{i}.xml"] = f"<worksheet><sheetData>{rows}</sheetData>{after}</worksheet>"
    return zipped({**members, **{name.replace("__", "/"): content for name, content in parts.items()}})


def ods(sheets: dict[str, str], styles: str = "") -> bytes:
    tables = "".join(f'<t:table t:name="{name}">{rows}</t:table>' for name, rows in sheets.items())
    return zipped(
        {
            "content.xml": f'<o:document-content xmlns:o="o" xmlns:t="t" xmlns:x="x"><o:automatic-styles>{styles}'
            f"</o:automatic-styles><o:body><o:spreadsheet>{tables}</o:spreadsheet></o:body></o:document-content>"
        }
    )


def ods_cell(text: str, kind: str = "string", more: str = "") -> str:
    return f'<t:table-cell o:value-type="{kind}" {more}><x:p>{text}</x:p></t:table-cell>'


def extracts(name: str, data: bytes) -> list[Extract]:
    documents = [outcome for outcome in read(data, name).extracts if isinstance(outcome, Extract)]
    for document in documents:
        assert_lawful(document)
    return documents


def lines(name: str, data: bytes) -> list[str]:
    """The rows of the first sheet with text, without its heading."""
    return extracts(name, data)[0].text.split("\n\n")[1:]


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        *(("4.4000000000000004", "", "4.4"), ("1200", "General", "1200"), ("1.5E3", "", "1500"), ("1E-3", "", "0.001")),
        *(("12345678901234567", "", "12345678901234567"), ("0.1", "@", "0.1"), ("7", "000", "007")),
        *(("0.17", "0%", "17%"), ("0.1725", "0.0%", "17.3%"), ("1.5", "0 %", "150 %")),
        *(("1234.5", "#,##0.00", "1,234.50"), ("1234.5", '#,##0.00 "€"', "1,234.50 €")),
        *(("1234.5", "[$$-409]#,##0.00", "$1,234.50"), ("-1234.5", "#,##0.00 [$€-407]", "-1,234.50 €")),
        *(("-5", "#,##0;(#,##0)", "-5"), ("-5", r"0_);[Red]\(0\)", "-5"), ("-0.4", "0", "0")),
        *(
            ("1234567", '0.0,,"M"', "1.2M"),
            ("3.5", '0.0"°C"', "3.5°C"),
            ("7.5", "#.##", "7.5"),
            ("1.005", "0.00", "1.01"),
        ),
        *(("45000", "dd/mm/yyyy", "2023-03-15"), ("45000.5", "m/d/yy h:mm", "2023-03-15 12:00")),
        *(("45000", "mmm yyyy", "2023-03"), ("45000", "yyyy", "2023"), ("61", "yyyy-mm-dd", "1900-03-01")),
        *(("0.604166666666667", "h:mm AM/PM", "14:30"), ("1.125", "[h]:mm", "27:00"), ("-1", "yyyy-mm-dd", "-1")),
        *(("0.5", "# ?/?", "0.5"), ("0", '0;-0;"-"', "0"), ("#DIV/0!", "0.00", "#DIV/0!"), ("1e400", "0", "1e400")),
    ],
)
def test_a_number_is_shown_as_its_format_says(value: str, number_format: str, text: str) -> None:
    """Dates in ISO form, a negative number with a minus sign; an unknown format leaves the number as it is."""
    assert shown(value, number_format) == text


def test_days_may_be_counted_from_1904() -> None:
    """The workbook says so."""
    assert shown("43538", "yyyy-mm-dd", from_1904=True) == "2023-03-15"


@given(st.integers(-(10**60), 10**60))
def test_whole_numbers_keep_all_their_digits(number: int) -> None:
    """However many they are."""
    assert plain(str(number)) == shown(str(number), "0") == str(number)


@given(st.floats(allow_nan=False), st.text(st.sampled_from('0#?.,%;[]$-"\\_*ymdhsE+@() General€'), max_size=30))
def test_any_format_gives_one_line(number: float, number_format: str) -> None:
    """Whatever signs it is made of."""
    assert "\n" not in shown(repr(number), number_format)


CENSUS = [["District", "Hives", "Share"], ["East", 17, 0.17], ["West", 4.4000000000000004, 0.43]]


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_each_row_of_a_table_names_its_columns(name: str) -> None:
    """So that a passage can be read by itself; the name of the sheet is the heading."""
    head = "".join(map(ods_cell, ("District", "Hives", "Share")))
    body = ods_cell("East") + ods_cell("17", "float") + ods_cell("17%", "percentage")
    body2 = ods_cell("West") + ods_cell("4.4", "float") + ods_cell("43%", "percentage")
    rows = "".join(f"<t:table-row>{row}</t:table-row>" for row in (head, body, body2))
    data = xlsx({"Census": xlsx_rows(CENSUS, (0, 0, 1))}) if name == "a.xlsx" else ods({"Census": rows})
    (sheet,) = extracts(name, data)
    assert sheet.text == "Census\n\nDistrict: East; Hives: 17; Share: 17%\n\nDistrict: West; Hives: 4.4; Share: 43%"
    assert [section.heading for section in sheet.sections] == ["Census"]
    assert sheet.record is None


def test_dates_are_iso_and_money_has_its_currency() -> None:
    """As the cell's style shows them; in ODS the day is stated."""
    rows = [["Item", "Day", "Price"], ["Wax", 45000, 1234.5]]
    assert lines("a.xlsx", xlsx({"S": xlsx_rows(rows, (0, 2, 3))})) == ["Item: Wax; Day: 2023-03-15; Price: 1,234.50 €"]
    cells = ods_cell("15.03.23", "date", 'o:date-value="2023-03-15"') + ods_cell("1.234,50 €", "currency")
    assert lines("a.ods", ods({"S": f"<t:table-row>{cells}</t:table-row>"})) == ["2023-03-15 | 1.234,50 €"]


@pytest.mark.parametrize("column", ["Text", "abstract", "BODY"])
def test_a_column_of_texts_makes_a_document_of_each_row(column: str) -> None:
    """Under the names that columns of a text table have; the ids of several sheets stay apart."""
    rows = xlsx_rows(
        [["id", "Title", column], ["r1", "On roofs", "Roofs are warm."], [None, "On wind", "Wind is not."]]
    )
    found = extracts("a.xlsx", xlsx({"One": rows}))
    assert [(e.record, e.metadata.title, e.text) for e in found] == [
        ("r1", "On roofs", "Roofs are warm."),
        ("2", "On wind", "Wind is not."),
    ]
    assert [e.record for e in extracts("a.xlsx", xlsx({"One": rows, "Two": rows}))] == [
        "One/r1",
        "One/2",
        "Two/r1",
        "Two/2",
    ]


def test_sheets_are_documents_with_their_names() -> None:
    """Each has a record of its own; an empty one makes none."""
    data = xlsx({"East": xlsx_rows(CENSUS), "None": "", "West": xlsx_rows(CENSUS)})
    outcomes = list(read(data, "hives.xlsx").extracts)
    assert [type(outcome) for outcome in outcomes] == [Extract, Empty, Extract]
    assert [(e.record, e.metadata.title) for e in extracts("hives.xlsx", data)] == [
        ("East", "hives – East"),
        ("West", "hives – West"),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["Name", "Anna"], ["Town", "Ghent"]], ["Name | Anna", "Town | Ghent"]),
        ([["Census of 2020"], ["Place", "Hives"], ["East", 3]], ["Census of 2020", "Place: East; Hives: 3"]),
        ([[1, 2], [3, 4]], ["1 | 2", "3 | 4"]),
        ([["A", "A"], ["x", 1]], ["A | A", "x | 1"]),
        ([["Place", "Hives"], ["East", 3, "a remark"]], ["Place: East; Hives: 3; a remark"]),
    ],
)
def test_only_a_header_names_columns(rows: list[list[Value]], expected: list[str]) -> None:
    """A form, numbers alone, or a name given twice are no header; a title above it stays a line."""
    assert lines("a.xlsx", xlsx({"S": xlsx_rows(rows)})) == expected


def test_merged_cells_give_their_value_to_what_they_span() -> None:
    """Down to each row, and across to the names of columns; a title over the whole width is said once."""
    rows = [["A long title", None, None], ["2023", None, "2024"], ["Q1", "Q2", "Q1"], [1, 2, 3], [None, 5, 6]]
    after = '<mergeCells><mergeCell ref="A1:C1"/><mergeCell ref="A2:B2"/><mergeCell ref="A4:A5"/></mergeCells>'
    assert lines("a.xlsx", xlsx({"S": xlsx_rows(rows)}, after)) == [
        "A long title",
        "2023 Q1: 1; 2023 Q2: 2; 2024 Q1: 3",
        "2023 Q1: 1; 2023 Q2: 5; 2024 Q1: 6",
    ]
    head = ods_cell("Place") + ods_cell("Hives")
    spanned = ods_cell("East", more='t:number-rows-spanned="2"') + ods_cell("3", "float")
    covered = "<t:covered-table-cell/>" + ods_cell("4", "float")
    table = "".join(f"<t:table-row>{row}</t:table-row>" for row in (head, spanned, covered))
    assert lines("a.ods", ods({"S": table})) == ["Place: East; Hives: 3", "Place: East; Hives: 4"]


def test_what_is_hidden_or_has_no_result_is_warned_of() -> None:
    """It is read all the same; comments are left out."""
    row = xlsx_rows([["Seen", "x"]]) + xlsx_rows([["Unseen", "y"]]).replace("<row>", '<row hidden="1">')
    made = xlsx({"S": row + "<row><c><f>1+1</f><v/></c></row>"}, states='state="hidden"')
    (sheet,) = extracts("a.xlsx", made)
    assert "Unseen | y" in sheet.text
    assert sheet.warnings == (
        "the sheet is hidden",
        "hidden rows were read too: 1",
        "formulas without a stored result: 1. Open the file in a spreadsheet program and save it",
    )
    style = '<o:style o:name="h"><o:table-properties t:display="false"/></o:style>'
    note = (
        '<t:table-row t:visibility="filter"><t:table-cell><o:annotation><x:p>Why?</x:p></o:annotation>'
        "<x:p>A</x:p></t:table-cell></t:table-row>"
    )
    twice = note.replace("<t:table-row ", '<t:table-row t:number-rows-repeated="2" ')
    (sheet,) = extracts("a.ods", ods({'S" t:style-name="h': twice}, style))
    assert (sheet.text, sheet.left_out) == ("S\n\nA\n\nA", ("Why?",))
    assert sheet.warnings == ("the sheet is hidden", "hidden rows were read too: 2")


def test_texts_are_read_with_their_raised_figures_and_stored_kinds() -> None:
    """Shared and inline texts, results of formulas, truth values and errors."""
    strings = "<si><r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>6</t></r><rPh><t>no</t></rPh></si>"
    strings += "<si><r><t>500 </t></r><r><rPr><rFont val='Symbol'/></rPr><t>m</t></r><r><t>g</t></r></si>"
    cells = (
        *('<c t="s"><v>0</v></c>', '<c t="s"><v>77</v></c>', '<c t="str"><f>A1</f><v>made</v></c>'),
        *(
            '<c t="b"><v>1</v></c>',
            '<c t="e"><v>#DIV/0!</v></c>',
            '<c t="s"><v>1</v></c>',
            '<c r="XFD1"><v>3</v></c>',
            '<c r="ZZZ1"><v>4</v></c>',
        ),
    )
    assert lines("a.xlsx", xlsx({"S": f"<row>{''.join(cells)}</row>"}, strings=strings)) == [
        "10⁶ | made | TRUE | #DIV/0! | 500 μg | 3"
    ]


STYLES = (
    "<styleSheet><fonts><font><name val='Arial'/></font><font><name val='Wingdings'/></font>"
    "<font><name val='Symbol'/></font><font><strike/></font><font><strike val='0'/></font></fonts>"
    "<cellXfs>" + "".join(f"<xf fontId='{font}'/>" for font in range(5)) + "</cellXfs></styleSheet>"
)


@pytest.mark.parametrize(
    ("cell", "text", "left_out"),
    [
        ('<c s="1" t="inlineStr"><is><t>\xfe</t></is></c>', "☑", ()),
        ('<c s="1" t="s"><v>0</v></c>', "✗", ()),
        ('<c s="1" t="str"><f>CHAR(252)</f><v>\xfc</v></c>', "✓", ()),
        ('<c s="2" t="inlineStr"><is><r><t>m</t></r><r><rPr><rFont val="Arial"/></rPr><t>g</t></r></is></c>', "μg", ()),
        ('<c s="0" t="s"><v>0</v></c>', "\xfb", ()),
        ('<c s="3"><v>12</v></c><c s="4"><v>13</v></c>', "13", ("struck out: 12",)),
        (
            '<c t="inlineStr"><is><r><rPr><strike/></rPr><t>12</t></r><r><rPr><b/></rPr><t>13</t></r></is></c>',
            "13",
            ("struck out: 12",),
        ),
    ],
)
def test_a_cell_of_excel_is_read_in_its_font(cell: str, text: str, left_out: tuple[str, ...]) -> None:
    """A tick of Wingdings is a tick, and what is struck out is listed, for a whole cell as for a part of its text."""
    data = xlsx({"S": f"<row>{cell}</row>"}, strings="<si><t>\xfb</t></si>", xl__styles_xml="")
    (sheet,) = extracts("a.xlsx", zipped({**members_of(data), "xl/styles.xml": STYLES}))
    assert (sheet.text, sheet.left_out, sheet.warnings) == (f"S\n\n{text}", left_out, ())


ODS_STYLES = "".join(
    f'<o:style o:name="{name}" o:family="{family}"><o:text-properties {properties}/></o:style>'
    for name, family, properties in (
        ("tick", "table-cell", 'o:font-name="Wingdings"'),
        ("greek", "text", 'o:font-family="Symbol"'),
        ("up", "text", 'o:text-position="super 58%"'),
        ("down", "text", 'o:text-position="-33% 58%"'),
        ("gone", "text", 'o:text-line-through-style="solid"'),
    )
)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (ods_cell("þ", more='t:style-name="tick"'), "☑"),
        (ods_cell('500 <x:span x:style-name="greek">m</x:span>g'), "500 μg"),
        (ods_cell('10<x:span x:style-name="up">6</x:span>', "float"), "10⁶"),
        (ods_cell('CO<x:span x:style-name="down">2</x:span>'), "CO₂"),
        (ods_cell('<x:span x:style-name="gone">12 </x:span>13'), "13"),
        (ods_cell("5<x:s/>km"), "5 km"),
        ("<t:table-cell/>" + ods_cell("\xfc"), "✓"),
        (
            ods_cell('<x:span x:style-name="gone">12</x:span>', "date", 'o:date-value="2012-01-01"')
            + "<t:table-cell/>"
            + ods_cell("x"),
            "x",
        ),
    ],
)
def test_a_cell_of_ods_is_read_as_it_is_shown(cell: str, text: str) -> None:
    """Raised, lowered and struck text, and symbol fonts of a cell, a part of its text, or a column."""
    column = '<t:table-column/><t:table-column t:default-cell-style-name="tick"/>'
    data = ods({"S": f"{column}<t:table-row>{cell}</t:table-row>"}, ODS_STYLES)
    (sheet,) = extracts("a.ods", data)
    assert (sheet.text, sheet.warnings) == (f"S\n\n{text}", ())
    assert sheet.left_out == (("struck out: 12",) if "gone" in cell else ())


@pytest.mark.parametrize("name", ["a.xlsx", "a.ods"])
def test_a_sign_of_a_sheet_that_no_table_knows_is_warned_of(name: str) -> None:
    """Where it stands, and once: the sheet after it has none."""
    odd = "\uf0f0"
    texts = {"A": f"x{odd}", "B": "y"}
    data = (
        xlsx({sheet: xlsx_rows([[text]]) for sheet, text in texts.items()})
        if name == "a.xlsx"
        else ods({sheet: f"<t:table-row>{ods_cell(text)}</t:table-row>" for sheet, text in texts.items()})
    )
    first, second = extracts(name, data)
    assert first.text == "A\n\nx\ufffd"
    assert [warning[:46] for warning in first.warnings] == ["signs of symbol fonts that could not be read, "]
    assert second.warnings == ()


def test_a_list_of_texts_that_breaks_off_costs_the_texts_after_it() -> None:
    """Numbers and the texts before are read; a cell whose text is lost shows that, and the report says so."""
    rows = "<row><c t='s'><v>0</v></c><c><v>7</v></c><c t='s'><v>1</v></c></row>"
    data = xlsx({"S": rows}, strings="<si><t>Rye</t></si><si><t>Los")
    data = zipped({**members_of(data), "xl/strings.xml": "<sst><si><t>Rye</t></si><si><t>Los"})
    (sheet,) = extracts("a.xlsx", data)
    assert sheet.text == "S\n\nRye | 7 | \ufffd"
    assert sheet.warnings[0].startswith("damaged, and read without the damaged part: xl/strings.xml")
    with pytest.raises(ReadError, match=r"xl/strings\.xml"):
        read(zipped({**members_of(data), "xl/strings.xml": "<sst"}), "a.xlsx")


@pytest.mark.parametrize(("number", "text"), [(" 1 ", "Ash"), ("x", ""), ("9" * 5000, ""), ("-1", "")])
def test_a_number_of_no_text_costs_its_cell_alone(number: str, text: str) -> None:
    row = f"<row><c t='s'><v>0</v></c><c t='s'><v>{number}</v></c><c><v>7</v></c></row>"
    (sheet,) = extracts("a.xlsx", xlsx({"S": row}, strings="<si><t>Rye</t></si><si><t>Ash</t></si>"))
    assert sheet.text == f"S\n\nRye | {text} | 7".replace("|  |", "|")


@pytest.mark.parametrize("harm", ["cut", "checksum", "no XML", "empty"])
def test_a_damaged_sheet_costs_only_itself(harm: str) -> None:
    """The others are read, and a line of the report names it."""
    broken = {"cut": "<row><c", "no XML": "\x01"}.get(harm, xlsx_rows([["Lost", 1]]))
    data = xlsx({"A": xlsx_rows([["First", 1]]), "B": broken, "C": xlsx_rows([["Last", 2]])})
    if harm == "checksum":
        data = damaged(data, "xl/s2.xml")
    elif harm == "empty":
        data = zipped({**members_of(data), "xl/s2.xml": b""})
    first, lost, last = read(data, "a.xlsx").extracts
    assert [sheet.text for sheet in (first, last) if isinstance(sheet, Extract)] == ["A\n\nFirst | 1", "C\n\nLast | 2"]
    assert isinstance(lost, Unreadable)
    assert lost.position == "sheet B"
    assert lost.reason.startswith("xl/s2.xml ")


def test_a_large_sheet_is_read_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of cells and of characters: few long texts may stand in very many cells. A warning says where it ended."""
    monkeypatch.setattr("ingest.readers.sheets.rows.MAX_CELLS", 7)
    (sheet,) = extracts("a.xlsx", xlsx({"S": xlsx_rows([[1, 2, 3]] * 5)}))
    assert sheet.text == "S\n\n1 | 2 | 3\n\n1 | 2 | 3"
    assert sheet.warnings == ("only the rows before row 3 were read: the sheet is too large. Split it",)
    monkeypatch.undo()
    monkeypatch.setattr("ingest.readers.sheets.rows.MAX_CHARS", 5_000)
    rows = "<row><c t='s'><v>0</v></c></row>" * 99
    (sheet,) = extracts("a.xlsx", xlsx({"S": rows}, strings=f"<si><t>{'long ' * 200}</t></si>"))
    assert len(sheet.text) < 5_100
    assert sheet.warnings


@pytest.mark.parametrize(
    "rows",
    [
        '<t:table-row t:number-rows-repeated="99999999"><t:table-cell t:number-columns-repeated="9999"/></t:table-row>',
        '<t:table-row t:number-rows-repeated="1048576"><t:table-cell t:number-columns-repeated="16384"/></t:table-row>'
        * 9,
    ],
)
def test_a_million_empty_rows_and_columns_cost_nothing(rows: str) -> None:
    """They are how a sheet states its size."""
    full = f"<t:table-row>{ods_cell('last')}</t:table-row>"
    assert lines("a.ods", ods({"S": rows + full})) == ["last"]


def test_a_value_repeated_a_million_times_is_read_up_to_a_limit() -> None:
    """A row of it, and the row again and again; merged areas of a whole sheet fill only what is there."""
    row = ods_cell("x", more='t:number-columns-repeated="1048576"')
    (sheet,) = extracts("a.ods", ods({"S": f'<t:table-row t:number-rows-repeated="1048576">{row}</t:table-row>'}))
    assert len(sheet.text) < 5_000_000
    assert sheet.warnings
    after = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    assert lines("a.xlsx", xlsx({"S": xlsx_rows([["a", 1], [None, 2]])}, after)) == ["a | 1", "a | 2"]


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.xlsx", zipped({"xl/workbook.xml": "<document/>"}), "no workbook"),
        ("a.xlsx", zipped({"xl/workbook.xml": "<workbook/>"}), "no sheet"),
        ("a.ods", zipped({"content.xml": "<a/>"}), "no spreadsheet"),
        ("a.xlsx", b"1,2,3", "no .xlsx file"),
        ("a.xlsx", xlsx({"S": "<row>" * 400}), "is no XML"),
    ],
)
def test_what_is_no_workbook_is_refused(name: str, data: bytes, message: str) -> None:
    """In a line that names the file."""
    with pytest.raises(ReadError, match=message):
        list(read(data, name).extracts)


@pytest.mark.parametrize("suffix", ["xlsx", "ods"])
def test_a_bomb_is_refused_unopened(bomb: bytes, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Its own header gives it away."""
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ReadError, match="unpacks to more than 50 MB"):
        read(bomb, f"a.{suffix}")
