"""DOCX, ODT, EPUB and RTF: what a person wrote is read in its order, and no file of any content does harm."""

from __future__ import annotations

import io
import random
import struct
import warnings
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import ReadError
from index.types import Origin
from ingest.readers import read
from ingest.readers.office.blocks import Block, assembled
from ingest.readers.office.properties import authors_of, title_of
from ingest.types import Extract
from tests.ingest.readers.test_readers import assert_lawful
from tests.making import GOLDEN

SAMPLES = sorted(path for path in GOLDEN.glob("*.in") if path.stem.endswith((".docx", ".odt", ".epub", ".rtf")))
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


def extract(name: str, data: bytes) -> Extract:
    (document,) = read(data, name).extracts
    assert isinstance(document, Extract)
    assert_lawful(document)
    return document


def outcome(name: str, data: bytes) -> str:
    """The text, which any store takes, or the reason of refusal."""
    try:
        text = extract(name, data).text
    except ReadError as error:
        return f"refused: {error}"
    text.encode()
    return text


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


def relations(**targets: str) -> str:
    each = "".join(f'<Relationship Id="r{k}" Type="{REL}/{k}" Target="{v}"/>' for k, v in targets.items())
    return f"<Relationships>{each}</Relationships>"


def word(body: str, namespace: str = W, **parts: str) -> bytes:
    """A DOCX of this body; ``parts`` by their kind: styles, footnotes, comments."""
    members = {
        "_rels/.rels": relations(officeDocument="word/document.xml"),
        "word/document.xml": f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(**{kind: f"{kind}.xml" for kind in parts}),
    }
    for kind, content in parts.items():
        members[f"word/{kind}.xml"] = f'<w:{kind} xmlns:w="{namespace}">{content}</w:{kind}>'
    return zipped(members)


def para(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def writer(body: str, styles: str = "", **members: str) -> bytes:
    """An ODT of this body."""
    spaces = " ".join(
        f'xmlns:{key}="urn:oasis:names:tc:opendocument:xmlns:{key}:1.0"'
        for key in ("office", "text", "table", "draw", "style")
    )
    content = (
        f'<office:document-content {spaces} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, **members})


def book(*pages: str, metadata: str = "", **members: str) -> bytes:
    """An EPUB of these pages' bodies, the first of them its table of contents."""
    names = [f"p{i}.xhtml" for i in range(len(pages))]
    items = "".join(
        f'<item id="i{i}" href="{name}" media-type="application/xhtml+xml" properties="{"nav" if not i else ""}"/>'
        for i, name in enumerate(names)
    )
    spine = "".join(f'<itemref idref="i{i}"/>' for i in range(len(names)))
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata>{metadata}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    head = '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops"><head><title/></head>'
    return zipped(
        {
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="in/a.opf"/></rootfiles></container>',
            "in/a.opf": package,
            **{f"in/{n}": f"{head}<body>{page}</body></html>" for n, page in zip(names, pages, strict=True)},
            **{name.replace("__", "/"): content for name, content in members.items()},
        }
    )


HEADING = '<w:pStyle w:val="H{}"/>'
STYLES = (
    "".join(f'<w:style w:styleId="H{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2))
    + '<w:style w:styleId="T"><w:name w:val="Title"/></w:style><w:style w:styleId="C"><w:name w:val="toc 1"/></w:style>'
)


def test_headings_make_sections_with_their_path() -> None:
    """Levels come from the style's name or the outline level; a level that closes is left again."""
    body = para("One", HEADING.format(1)) + para("a") + para("Two", '<w:outlineLvl w:val="1"/>') + para("b")
    document = extract("a.docx", word(body + para("Three", HEADING.format(1)) + para("c"), styles=STYLES))
    assert [(s.heading, document.text[slice(*s.span)]) for s in document.sections] == [
        ("One", "a"),
        ("One › Two", "b"),
        ("Three", "c"),
    ]
    assert document.text == "One\n\na\n\nTwo\n\nb\n\nThree\n\nc"


def test_a_title_is_metadata_and_not_text() -> None:
    """A paragraph set as the title wins over the properties and leaves the text; the table of contents is left out."""
    body = para("The True Title", '<w:pStyle w:val="T"/>') + para("Chapter 1", '<w:pStyle w:val="C"/>') + para("It is.")
    document = extract("a.docx", word(body, styles=STYLES))
    assert (document.metadata.title, document.text, document.left_out) == ("The True Title", "It is.", ("Chapter 1",))
    assert document.metadata.origins == {"title": Origin.FORMAT}


def test_tracked_changes_are_read_as_if_accepted() -> None:
    """Inserted and moved text counts; what was deleted or moved away, and hidden text, does not."""
    run = "<w:r><w:t>{}</w:t></w:r>"
    body = (
        "<w:p>" + run.format("Kept ") + f"<w:ins>{run.format('new ')}</w:ins>"
        "<w:del><w:r><w:delText>old </w:delText></w:r></w:del>"
        f"<w:moveFrom>{run.format('gone ')}</w:moveFrom><w:moveTo>{run.format('here')}</w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>"
    )
    assert extract("a.docx", word(body)).text == "Kept new here"


def test_content_controls_text_boxes_and_links_are_read() -> None:
    """None of these is lost, and a shape's copy for old programs is not read twice."""
    box = f"<w:txbxContent>{para('In the box.')}</w:txbxContent>"
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{para('Controlled.')}</w:sdtContent></w:sdt>"
        "<w:p><w:hyperlink><w:r><w:t>Linked.</w:t></w:r></w:hyperlink>"
        f"<w:r><AlternateContent><Choice>{box}</Choice><Fallback>{box}</Fallback></AlternateContent></w:r></w:p>"
    )
    assert extract("a.docx", word(body)).text == "Controlled.\n\nLinked.\n\nIn the box."


def test_footnotes_stand_at_the_end() -> None:
    """In the order in which the text refers to them, and never in the middle of a sentence."""
    refer = '<w:r><w:footnoteReference w:id="{}"/></w:r>'
    body = f"<w:p><w:r><w:t>One</w:t></w:r>{refer.format(7)}<w:r><w:t> two.</w:t></w:r>{refer.format(3)}</w:p>"
    notes = f'<w:footnote w:id="3">{para("Later.")}</w:footnote><w:footnote w:id="7">{para("First.")}</w:footnote>'
    document = extract("a.docx", word(body, footnotes=notes, comments=f"<w:comment>{para('Check!')}</w:comment>"))
    assert document.text == "One two.\n\nNotes\n\nFirst.\n\nLater."
    assert [(s.heading, document.text[slice(*s.span)]) for s in document.sections] == [
        (None, "One two."),
        ("Notes", "First.\n\nLater."),
    ]
    assert document.left_out == ("Check!",)


def test_tables_and_lists_stay_in_place() -> None:
    """A row a line; one cell alone is only a frame; items of a list are lines of one block."""
    item = '<w:numPr><w:numId w:val="1"/></w:numPr>'
    row = "<w:tr>" + "".join(f"<w:tc>{para(cell)}</w:tc>" for cell in "ab") + "</w:tr>"
    frame = f"<w:tbl><w:tr><w:tc>{para('Framed.')}</w:tc></w:tr></w:tbl>"
    body = para("Before.") + para("x", item) + para("y", item) + f"<w:tbl>{row * 2}</w:tbl>" + frame
    assert extract("a.docx", word(body)).text == "Before.\n\n- x\n- y\n\na | b\na | b\n\nFramed."


def level(depth: int, text: str, form: str = "decimal", start: int = 1, more: str = "") -> str:
    parts = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}">{parts}</w:lvl>'


def counted(*levels: str, nums: str = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>') -> str:
    """A numbering part with one list of these levels."""
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


def in_list(depth: int, number: int = 1) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


OUTLINE = (level(0, "%1."), level(1, "%1.%2"), level(2, "%1.%2.%3"))


def labels(numbering: str, *properties: str, styles: str = "") -> list[str]:
    """What stands in front of one paragraph after the other."""
    body = "".join(para("x", item) for item in properties)
    text = extract("a.docx", word(body, numbering=numbering, styles=styles)).text
    return [line.removesuffix("x").strip() for line in text.split("\n") if line]


def test_numbered_headings_and_items_have_the_numbers_that_a_reader_sees() -> None:
    """In the text and in the path of a section; the file itself holds no such number."""
    styles = STYLES.replace('"heading 1"/>', '"heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    styles = styles.replace('"heading 2"/>', '"heading 2"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr>')
    link = '<w:pStyle w:val="H{}"/>'
    numbering = counted(level(0, "%1", more=link.format(1)), level(1, "%1.%2", more=link.format(2)))
    second = '<w:abstractNum w:abstractNumId="2">' + level(0, "%1)", "lowerLetter") + "</w:abstractNum>"
    numbering += second + '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>'
    body = para("Bees", HEADING.format(1)) + para("Fly.") + para("Wasps", HEADING.format(2)) + para("Sting.")
    body += para("one", in_list(0, 2)) + para("two", in_list(0, 2)) + para("Ants", HEADING.format(1)) + para("Walk.")
    document = extract("a.docx", word(body, styles=styles, numbering=numbering))
    assert document.text == "1 Bees\n\nFly.\n\n1.1 Wasps\n\nSting.\n\na) one\nb) two\n\n2 Ants\n\nWalk."
    assert [section.heading for section in document.sections] == ["1 Bees", "1 Bees › 1.1 Wasps", "2 Ants"]


@pytest.mark.parametrize(
    ("form", "start", "label"),
    [
        *[("decimal", 7, "7."), ("decimalZero", 7, "07."), ("upperRoman", 1994, "MCMXCIV."), ("lowerRoman", 4, "iv.")],
        *[("upperLetter", 26, "Z."), ("lowerLetter", 27, "aa."), ("lowerLetter", 54, "bbb."), ("lowerLetter", 0, "0.")],
        *[("bullet", 3, "-"), ("none", 3, "."), ("thaiLetters", 3, "3."), ("decimal", 10**9, "0.")],
        *[("upperRoman", 4000, "4000."), ("upperLetter", 99_999, "99999.")],
    ],
)
def test_a_number_is_written_as_its_level_says(form: str, start: int, label: str) -> None:
    """Letters double after Z. A script that is not known is written in digits, and so is what has no sign."""
    assert labels(counted(level(0, "%1.", form, start)), in_list(0)) == [label]


@given(st.lists(st.integers(0, 2), min_size=1, max_size=12))
@settings(max_examples=30)
def test_numbers_rise_down_a_document(depths: list[int]) -> None:
    """Each is the one after its last sibling or the first of its level, whatever levels are left out."""
    texts = labels(counted(*OUTLINE), *map(in_list, depths))
    numbers = [tuple(map(int, text.rstrip(".").split("."))) for text in texts]
    assert [len(number) - 1 for number in numbers] == depths
    assert numbers == sorted(set(numbers))
    for i, number in enumerate(numbers):
        depth, parent = len(number), number[:-1]
        before = [
            earlier[:depth] for earlier in numbers[:i] if len(earlier) >= depth and earlier[: depth - 1] == parent
        ]
        assert number[-1] == (max(before)[-1] + 1 if before else 1)


def test_lists_begin_anew_only_where_they_say_so() -> None:
    """Two instances of a list go on counting; one with its own start begins there once."""
    use = '<w:num w:numId="{}"><w:abstractNumId w:val="0"/>{}</w:num>'
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    other = f'<w:lvlOverride w:ilvl="0">{level(0, "Rule %1:", "upperRoman")}</w:lvlOverride>'
    nums = use.format(1, "") + use.format(2, "") + use.format(3, start) + use.format(4, other)
    items = [in_list(0, number) for number in (1, 2, 3, 3, 1, 4)]
    assert labels(counted(*OUTLINE, nums=nums), *items) == ["1.", "2.", "5.", "6.", "7.", "Rule VIII:"]


def test_a_level_may_count_on_or_in_digits() -> None:
    """A level that never begins anew goes on under the next heading; a legal one shows the levels above in digits."""
    chapters = level(0, "%1", "upperRoman")
    never = counted(chapters, level(1, "Table %2", more='<w:lvlRestart w:val="0"/>'))
    assert labels(never, *map(in_list, (0, 1, 1, 0, 1))) == ["I", "Table 1", "Table 2", "II", "Table 3"]
    assert labels(counted(chapters, level(1, "%1.%2", more="<w:isLgl/>")), *map(in_list, (0, 1))) == ["I", "1.1"]


def test_a_list_may_be_defined_by_a_style_and_taken_away_from_a_paragraph() -> None:
    """The list of a numbering style is found through it; number 0 means that a paragraph is in no list."""
    nums = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n - 1}"/></w:num>' for n in (1, 2))
    linked = '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="L"/></w:abstractNum>'
    styles = f'<w:style w:styleId="L"><w:pPr>{in_list(0)}</w:pPr></w:style>'
    numbering = counted(*OUTLINE, nums=linked + nums)
    properties = [in_list(0, 2), '<w:pStyle w:val="L"/>', '<w:pStyle w:val="L"/>' + in_list(0, 0)]
    assert labels(numbering, *properties, styles=styles) == ["1.", "2.", ""]


def test_an_empty_item_counts_and_a_deleted_one_does_not() -> None:
    """As on the screen, once all changes are accepted."""
    deletion = "<w:rPr><w:del/></w:rPr>"
    body = para("a", in_list(0)) + para("", in_list(0)) + para("", in_list(0) + deletion) + para("b", in_list(0))
    assert extract("a.docx", word(body, numbering=counted(*OUTLINE))).text == "1. a\n3. b"


@pytest.mark.parametrize(
    ("numbering", "label"),
    [
        ('<w:abstractNum w:abstractNumId="0"><w:numStyleLink w:val="L"/></w:abstractNum>', "-"),
        (counted(*[level(i, "%1") for i in range(3_000)]), "1"),
        (counted(level(0, "%1" * 10_000)), "-"),
        (counted(level(0, "%1" * 50, "lowerLetter", 780)), "z" * 100),
        (counted(level(0, "%9 %0 %%1")), "%0 %1"),
        (counted(nums='<w:num w:numId="1"/>'), "-"),
        (counted(nums=""), "-"),
    ],
)
def test_strange_numbering_does_no_harm(numbering: str, label: str) -> None:
    """Lists that link to themselves, thousands of levels, endless labels, and links that lead nowhere."""
    style = f'<w:style w:styleId="L"><w:pPr>{in_list(0)}</w:pPr></w:style>'
    use = "" if "w:num " in numbering else '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    assert labels(numbering + use, in_list(0), styles=style) == [label]


def test_a_chart_is_read_as_its_table() -> None:
    """A row for each category, in its place in the text; numbers and days as the sheet shows them."""
    values = "".join(
        f"<ser><tx><pt idx='0'><v>{name}</v></pt></tx><cat><formatCode>d/m/yyyy</formatCode>"
        f"<pt idx='0'><v>44562</v></pt><pt idx='1'><v>44593</v></pt></cat><val><pt idx='0'><v>{value}</v></pt>"
        f"<pt idx='1'><v>4.4000000000000004</v></pt></val></ser>"
        for name, value in (("Hives", 3), ("Wasps", 12))
    )
    title = "<title><rich><t>Visits</t></rich></title>"
    drawn = f"{para('Before.')}<w:p><w:r><w:drawing><chart id='rchart'/></w:drawing></w:r></w:p>{para('After.')}"
    members = {
        "word/document.xml": f'<w:document xmlns:w="{W}"><w:body>{drawn}</w:body></w:document>',
        "word/_rels/document.xml.rels": relations(chart="charts/chart1.xml"),
        "word/charts/chart1.xml": f"<chartSpace><chart>{title}{values}</chart></chartSpace>",
    }
    assert extract("a.docx", zipped(members)).text == (
        "Before.\n\nVisits\nHives | Wasps\n2022-01-01 | 3 | 12\n2022-02-01 | 4.4 | 4.4\n\nAfter."
    )


def test_fractions_and_powers_do_not_become_other_numbers() -> None:
    """1/2 is not read as 12."""
    math = "<m:f xmlns:m='m'><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f>"
    assert extract("a.docx", word(f"<w:p><m:oMath xmlns:m='m'>{math}</m:oMath></w:p>")).text == "1/2"


def test_strict_documents_are_read() -> None:
    """The same elements in the namespaces of ISO's strict form."""
    assert extract("a.docx", word(para("Strictly so."), namespace=STRICT)).text == "Strictly so."


def test_a_large_table_is_read() -> None:
    """Ten thousand cells in a hundred columns; an interface that looks up each cell anew would take minutes."""
    row = "<w:tr>" + "".join(f"<w:tc>{para(f'cell {i}')}</w:tc>" for i in range(100)) + "</w:tr>"
    document = extract("a.docx", word(f"<w:tbl>{row * 100}</w:tbl>"))
    assert document.text.split("\n") == [" | ".join(f"cell {i}" for i in range(100))] * 100


WORDS = st.text(st.characters(categories=["L", "Nd"]), min_size=1, max_size=12)


@settings(max_examples=30)
@given(st.lists(WORDS | st.lists(WORDS, min_size=2, max_size=3), min_size=1, max_size=8), WORDS)
def test_what_another_program_wrote_is_read(parts: list[str | list[str]], author: str) -> None:
    """Paragraphs and tables that python-docx writes come back in order, with the author."""
    written = docx.Document()
    written.core_properties.author = f"Ann {author} Sample"
    written.core_properties.title = "A Title of Its Own"
    for part in parts:
        if isinstance(part, str):
            written.add_paragraph(part)
        else:
            for cell, text in zip(written.add_table(1, len(part)).rows[0].cells, part, strict=True):
                cell.text = text
    held = io.BytesIO()
    written.save(held)
    document = extract("a.docx", held.getvalue())
    assert document.text.split("\n\n") == [part if isinstance(part, str) else " | ".join(part) for part in parts]
    assert document.metadata.authors == (f"Ann {author} Sample",)


def test_the_date_of_a_file_is_no_date_of_publication() -> None:
    """A document made from a template of 2013 has no date; one that names its date has that."""
    held = io.BytesIO()
    written = docx.Document()
    written.add_heading("On bees", 0)
    written.add_paragraph("Bees need water, shade and a clear way to fly out of the hive.")
    written.save(held)
    metadata = extract("a.docx", held.getvalue()).metadata
    assert (metadata.title, metadata.authors, metadata.published) == ("On bees", (), None)
    written.paragraphs[1].insert_paragraph_before("Published 4 May 2021")
    held = io.BytesIO()
    written.save(held)
    dated = extract("a.docx", held.getvalue())
    assert (dated.metadata.published, dated.metadata.origins["published"]) == ("2021-05-04", Origin.TEXT)
    assert dated.text == "Bees need water, shade and a clear way to fly out of the hive."


@pytest.mark.parametrize(
    "name", ["Microsoft Office User", "admin", "User1", "python-docx", "jsmith2", "Un-named", "HP"]
)
def test_a_program_or_an_account_is_no_author(name: str) -> None:
    assert authors_of([name, "Ann Sample"]) == ("Ann Sample",)


@pytest.mark.parametrize("title", ["Microsoft Word - draft 3.doc", "Document1", "untitled", "final.docx", "Title"])
def test_what_a_program_put_for_a_title_is_none(title: str) -> None:
    assert (title_of(title), title_of("Titles of untitled documents")) == ("", "Titles of untitled documents")


def test_an_open_document_is_read_in_order() -> None:
    """Headings, lists, tables, frames and notes; not what was deleted, said in a comment or listed in an index."""
    body = (
        "<text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
        '<text:p text:style-name="P1">On Bees</text:p><text:h text:outline-level="1">One</text:h>'
        "<text:table-of-content><text:index-body><text:p>One 1</text:p></text:index-body></text:table-of-content>"
        '<text:p>Two<text:s text:c="2"/>words<text:note><text:note-citation>1</text:note-citation>'
        "<text:note-body><text:p>A note.</text:p></text:note-body></text:note>, then"
        "<office:annotation><dc:creator>Ann</dc:creator><text:p>Sure?</text:p></office:annotation> more."
        "<draw:frame><draw:text-box><text:p>Boxed.</text:p></draw:text-box></draw:frame></text:p>"
        "<text:list><text:list-item><text:p>x</text:p></text:list-item><text:list-item><text:p>y</text:p>"
        "</text:list-item></text:list><table:table><table:table-row><table:table-cell><text:p>a</text:p>"
        "</table:table-cell><table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    document = extract("a.odt", writer(body, '<style:style style:name="P1" style:parent-style-name="Title"/>'))
    assert document.text == "One\n\nTwo words, then more.\n\nBoxed.\n\n- x\n- y\n\na | b\n\nNotes\n\nA note."
    assert [s.heading for s in document.sections] == ["One", "Notes"]
    assert (document.metadata.title, document.left_out) == ("On Bees", ("One 1", "Sure?"))


ABOUT = (
    "<dc:title>A Book of Bees</dc:title><dc:creator>Ann Sample</dc:creator><dc:language>en-GB</dc:language>"
    '<dc:date event="modification">2024-01-01</dc:date><dc:date>2019</dc:date><dc:publisher>Hive Press</dc:publisher>'
)


def test_a_book_is_read_along_its_spine() -> None:
    """Without the table of contents; with printed pages as labels, and its notes at the end."""
    page = (
        '<h1>One</h1><p>First<a epub:type="noteref" href="#n">1</a>&#160;page.</p>'
        '<span epub:type="pagebreak" title="8"/><p>Second page.</p>'
        '<aside epub:type="footnote" id="n"><p>A note.</p></aside>'
    )
    document = extract("a.epub", book("<p>Contents</p>", page, "<h2>Deeper</h2><ul><li>x</li></ul>", metadata=ABOUT))
    assert document.text == "One\n\nFirst page.\n\nSecond page.\n\nDeeper\n\n- x\n\nNotes\n\nA note."
    assert [(s.heading, s.page_label) for s in document.sections] == [
        *[("One", None), ("One", "8"), ("One › Deeper", "8"), ("Notes", None)]
    ]
    about = document.metadata
    assert (about.title, about.authors, about.published) == ("A Book of Bees", ("Ann Sample",), "2019")
    assert (about.publisher, about.language, about.kind) == ("Hive Press", "en", "book")
    assert set(about.origins.values()) == {Origin.FORMAT}


def test_a_diary_has_no_date_of_publication() -> None:
    """The first date in a book may be the day that it tells of."""
    assert extract("a.epub", book("", "<p>3 May 1897</p><p>We left the town at eight.</p>")).metadata.published is None


def test_a_broken_page_of_a_book_is_read_as_a_browser_would() -> None:
    """An entity without its declaration, and a paragraph that is never closed."""
    assert extract("a.epub", book("", "<p>Here&nbsp;one<p>and two")).text == "Here one\n\nand two"


def test_a_locked_book_is_refused_and_scrambled_fonts_are_not() -> None:
    """Only what locks the text itself makes a book unreadable."""
    lock = '<encryption><EncryptedData><EncryptionMethod Algorithm="{}"/></EncryptedData></encryption>'
    fonts = {"META-INF__encryption.xml": lock.format("http://www.idpf.org/2008/embedding")}
    assert extract("a.epub", book("", "<p>Text.</p>", **fonts)).text == "Text."
    with pytest.raises(ReadError, match="DRM"):
        read(book("", "<p>Text.</p>", **{"META-INF__encryption.xml": lock.format("aes128-cbc")}), "a.epub")


def rtf(body: str, info: str = "") -> bytes:
    return (r"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0\fcharset0 Arial;}}{\info" + info + "}" + body + "}").encode(
        "latin-1"
    )


def test_rich_text_is_read() -> None:
    """Accents, emoji, links, lists, tables and notes; pictures, deletions and targets of links are left."""
    body = (
        r"Caf\'e9 \u-10179?\u-9187? {\field{\*\fldinst{HYPERLINK \"http://x.test\"}}{\fldrslt linked}}"
        r"{\footnote A note.}{\deleted gone}.\par{\listtext\bullet\tab}x\par{\listtext\bullet\tab}y\par"
        r"\trowd a\cell b\cell\row{\pict\bin4 }}}}}Last.\par{\shp{\*\shpinst{\shptxt Boxed.\par}}}"
    )
    document = extract("a.rtf", rtf(body, r"{\title Caf\'e9s of a town}{\author Ann Sample}{\creatim\yr2013}"))
    assert document.text == "Café 🐝 linked.\n\n- x\n- y\n\na | b\n\nLast.\n\nBoxed.\n\nNotes\n\nA note."
    assert (document.metadata.title, document.metadata.authors) == ("Cafés of a town", ("Ann Sample",))
    assert document.metadata.published is None


@pytest.mark.parametrize(
    "body",
    [r"\uc x", r"\u1114112 x", r"\ansicpg99999 \'80", r"\'8", "}" * 99, r"\bin99999999 x", "{" * 9999, r"\u55357?"],
)
def test_broken_rich_text_is_read_or_refused(body: str) -> None:
    assert outcome("a.rtf", rtf("Some text. " + body)).startswith(("Some text.", "refused: a.rtf is damaged"))


@pytest.mark.parametrize(
    "long", [r"\f0" * 40_000, r"{\field{\*\fldinst{" * 20_000, r"{\deleted" * 20_000, "{\\info" * 30_000]
)
def test_no_pattern_takes_forever(long: str) -> None:
    """Stretches over which a careless pattern takes hours, in the text and in the table of fonts."""
    start = r"{\rtf1 Some text.{\fonttbl" + long + "}" + long
    assert extract("a.rtf", start.encode()).text == "Some text."


def with_header_lie(data: bytes, size: int) -> bytes:
    """The first member says that it unpacks to ``size``, in both of its headers."""
    at = data.index(b"PK\x01\x02")
    data = data[: at + 24] + struct.pack("<I", size) + data[at + 28 :]
    return data[:22] + struct.pack("<I", size) + data[26:]


def twice(name: str) -> bytes:
    held = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(held, "w") as archive:
        warnings.simplefilter("ignore")
        archive.writestr(name, "<a/>")
        archive.writestr(name, "<b/>")
    return held.getvalue()


def locked(data: bytes) -> bytes:
    """The same archive with every member marked as encrypted."""
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            data = data[: at + flags] + b"\x01" + data[at + flags + 1 :]
            at = data.find(mark, at + 4)
    return data


ENTITIES = (
    '<!DOCTYPE a [<!ENTITY a "xxxxxxxxxx">'
    + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefghi", "bcdefghij", strict=True))
    + "]>"
)


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.docx", b"no zip at all", "is no .docx file"),
        ("a.odt", b"PK\x03\x04" + bytes(range(256)) * 9, "damaged"),
        ("a.docx", word(para("x"))[:-30], "damaged"),
        ("a.docx", zipped({"other.xml": "<a/>"}), "has no word/document.xml"),
        ("a.docx", zipped({"word/document.xml": "<workbook/>"}), "no text document"),
        ("a.docx", zipped({"word/document.xml": b"\xff\xfe\x00<"}), "is no XML"),
        ("a.docx", word(""), "no text"),
        ("a.odt", writer(""), "no text"),
        ("a.odt", zipped({"content.xml": "<a/>"}), "no text document"),
        ("a.epub", zipped({"mimetype": "application/epub+zip"}), "META-INF/container.xml"),
        ("a.epub", book("<p>only contents</p>"), "no text"),
        ("a.rtf", b"{\\html}", "is no RTF"),
        ("a.docx", OLE, "old office document"),
        ("a.docx", OLE + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("a.docx", locked(word(para("x"))), "password"),
        ("a.odt", writer("<text:p>x</text:p>", **{"META-INF/manifest.xml": "<m><encryption-data/></m>"}), "password"),
        ("a.docx", twice("word/document.xml"), "twice"),
        ("a.docx", zipped({f"{i}": "" for i in range(10_001)}), "10001 files"),
        ("a.docx", zipped({"word/document.xml": para("x")}, zipfile.ZIP_LZMA), "packed"),
        ("a.docx", word("<w:sdt>" * 5000 + "</w:sdt>" * 5000), "is no XML"),
        ("a.docx", zipped({"word/document.xml": f"{ENTITIES}<document>{'&j;' * 99}</document>"}), "amplification"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_line(name: str, data: bytes, says: str) -> None:
    """The error names the file, what is wrong and what to do."""
    with pytest.raises(ReadError) as caught:
        read(data, name)
    assert says in str(caught.value)
    assert str(caught.value).startswith("a.")
    assert "\n" not in str(caught.value)


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A member of 300 MB in an archive of 300 kB."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("word/document.xml", "w") as member:
        for _ in range(300):
            member.write(bytes(1_000_000))
    return held.getvalue()


@pytest.mark.parametrize("suffix", ["docx", "odt", "epub"])
def test_a_bomb_is_refused_unopened(bomb: bytes, suffix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own header gives it away: nothing is unpacked."""
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ReadError, match="unpacks to more than 50 MB"):
        read(bomb, f"a.{suffix}")


def test_a_bomb_with_a_false_header_unpacks_no_more_than_it_said(bomb: bytes) -> None:
    """It says 1,000 bytes and holds 300 MB: it is read up to what it said, and then is damaged."""
    with pytest.raises(ReadError, match="does not unpack"):
        read(with_header_lie(bomb, 1000), "a.docx")


def test_members_are_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many members that are each within their limit are not within the limit of all."""
    monkeypatch.setattr("ingest.readers.office.archive.LARGEST_TOTAL", 2_000)
    with pytest.raises(ReadError, match="unpacks to more"):
        read(book("", *[f"<p>{'x' * 900}</p>"] * 9), "a.epub")


def test_nothing_outside_is_read_or_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An external entity stays empty, and members named like other files are only names."""
    secret = tmp_path / "secret"
    secret.write_text("hidden thing", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    xml = (
        f'<!DOCTYPE w [<!ENTITY e SYSTEM "{secret.as_uri()}">]><w:document xmlns:w="{W}"><w:body>'
        f"<w:p><w:r><w:t>Text.</w:t><w:t>&e;</w:t></w:r></w:p></w:body></w:document>"
    )
    document = extract("a.docx", zipped({"word/document.xml": xml, "../up": "x", "/abs": "x"}))
    assert document.text == "Text."
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


@given(st.lists(st.builds(Block, st.sampled_from(["a", "bb"]), st.integers(0, 3), st.booleans(), st.booleans())))
def test_sections_hold_all_text_that_is_no_heading(blocks: list[Block]) -> None:
    """Whatever the order of levels: every block is in a section, or is part of the path of one."""
    text, sections = assembled(blocks)
    assert_lawful(Extract(text, sections=tuple(sections)))
    inside = sum(len(text[slice(*s.span)].replace("\n", "")) for s in sections)
    plain = sum(len(block.text) for block in blocks if not block.level)
    assert plain <= inside <= len(text.replace("\n", ""))
    assert not blocks or sections[-1].span.end == len(text)


def flipped(data: bytes, dice: random.Random) -> bytes:
    held = bytearray(data)
    for _ in range(dice.randint(1, 12)):
        held[dice.randrange(len(held))] = dice.randrange(256)
    return bytes(held)


def cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data))]


def rezipped(data: bytes, dice: random.Random) -> bytes:
    """One member changed inside a sound archive: bytes flipped, cut, or a stretch of its tags moved."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return moved(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = dice.choice(sorted(members))
    if members[name]:
        members[name] = dice.choice([flipped, cut, moved])(members[name], dice)
    return zipped(members)


def moved(data: bytes, dice: random.Random) -> bytes:
    a, b = sorted(dice.randrange(len(data)) for _ in range(2))
    at = dice.randrange(len(data))
    return data[:at] + data[a : min(b, a + 400)] + data[at:]


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (flipped, cut, rezipped, rezipped)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_damaged_files_are_read_or_refused(path: Path) -> None:
    """Forty changes to each sample, the same in each run: a document or a line, nothing else."""
    for seed in range(40):
        data = CHANGES[seed % len(CHANGES)](path.read_bytes(), random.Random(seed))
        result = outcome(path.stem, data)
        assert not (result.startswith("refused: ") and "\n" in result)
