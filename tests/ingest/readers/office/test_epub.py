"""EPUB: raised, lowered and hidden text by markup or style, formulas, tables, and pages that are damaged."""

from __future__ import annotations

import pytest

from index.errors import ReadError
from ingest.readers import read
from ingest.readers.office.epub_look import Look, Looks
from tests.ingest.readers.office.test_docx import damaged, members_of
from tests.ingest.readers.test_office import book, extract, zipped

SHEET = """@import "other.css"; .up, span.exp { font-size: 70%; vertical-align: super }
sup { vertical-align: baseline } @media print { .only { display: none } } .gone { display : none; }
.greek { color: red; font-family: "Symbol", serif }"""


def styled(page: str) -> bytes:
    """A book whose page links to a style sheet and has one of its own."""
    members = members_of(book("", page))
    content = members["in/p1.xhtml"]
    assert isinstance(content, bytes)
    head = "<link rel='stylesheet' href='a%20b.css'/><style>.down { vertical-align: sub }</style></head>"
    return zipped({**members, "in/p1.xhtml": content.decode().replace("</head>", head), "in/a b.css": SHEET})


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>10<sup>6</sup> m<sup>2</sup> CO<sub>2</sub></p>", "10⁶ m² CO₂"),
        ("<p>1<sup>1</sup>/<sub>2</sub> cup</p>", "1¹/₂ cup"),
        ("<p>12<sup>3</sup> percent</p>", "12³ percent"),
        ('<p>said<sup><a epub:type="noteref" href="#n">1</a></sup>.</p>', "said."),
        ('<p>said<a role="doc-noteref" href="#n"><sup>1</sup></a>.</p>', "said."),
        ('<p>10<span style="vertical-align: super;">6</span></p>', "10⁶"),
        ('<p>10<span class="x up">6</span> m<span class="exp">2</span> x<i class="down">1</i></p>', "10⁶ m² x₁"),
        ('<p>a<span class="gone">b</span><span hidden="">c</span><i style="display:none">d</i></p>', "a"),
        ('<p class="only">printed too</p>', "printed too"),
        ("<p>co&#xAD;op, a&#x2011;b, &#x2212;5</p>", "coop, a‑b, −5"),
        (
            "<p>1<math><mfrac><mn>1</mn><mn>2</mn></mfrac></math>, <math><msup><mi>x</mi><mn>2</mn></msup></math></p>",
            "1 1/2, x²",
        ),
        ("<table><caption>Count</caption><tr><td>n<sup>2</sup></td><td>4</td></tr></table>", "Count\n\nn² | 4"),
        ('<p>10<span style="position: relative; top: -0.33em; vertical-align: baseline">6</span></p>', "10⁶"),
        ('<p>CO<span style="position:relative;top:0.3em">2</span></p>', "CO₂"),
        ('<p>10<span style="vertical-align: 4.5pt">6</span> m<span style="vertical-align: 40%">2</span></p>', "10⁶ m²"),
        ('<p>page<span style="position:relative;top:1px">7</span> of<span style="top:-9px">9</span></p>', "page7 of9"),
        ("<ol><li>x</li><li><p>y</p><p>on</p></li><li value='7'>z</li></ol>", "1. x\n2. y\non\n7. z"),
        ("<ol type='a' start='2'><li>x<ol type='I'><li>y</li></ol></li><li>z</li></ol>", "b. x\nI. y\nc. z"),
        ("<ol type='i'><li>x</li></ol><ol reversed=''><li>y</li></ol>", "i. x\n- y"),
        ("<table><tr><td><ul><li>x</li></ul></td><td>y</td></tr></table>", "- x | y"),
        ('<p>500 <span class="greek">m</span>g</p>', "500 μg"),
        ("<p class='greek'>D <b>m</b> <i style='font-family: Arial'>m</i></p>", "Δ μ m"),
        ("<table><tr><td class='greek'>b</td><td>b</td></tr></table>", "β | b"),
        ('<p>4 <font face="Symbol">&#xF0B1;</font> 1</p>', "4 ± 1"),
    ],
)
def test_a_page_is_read_as_it_is_shown(page: str, text: str) -> None:
    document = extract("a.epub", styled(page))
    assert (document.text, document.warnings) == (text, ())


def test_the_rules_that_matter_are_found_in_a_sheet() -> None:
    looks = Looks()
    looks.add(SHEET + ".gone { display: block } div > p, #id { display: none }")
    assert looks.rules == {
        ("", "up"): Look(height=1),
        ("span", "exp"): Look(height=1),
        ("sup", ""): Look(height=0),
        ("", "gone"): Look(hidden=False),
        ("", "greek"): Look(font="Symbol"),
    }
    looks.add("{" * 9_000 + "a{" * 9_000 + "}" * 30_000 + "x" * 90_000)


@pytest.mark.parametrize("harm", ["checksum", "missing", "no text"])
def test_a_damaged_page_costs_only_itself(harm: str) -> None:
    data = book("", "<h1>One</h1><p>First.</p>", "<p>Lost.</p>", "<h1>Three</h1><p>Last.</p>")
    members = members_of(data)
    if harm == "checksum":
        data = damaged(data, "in/p2.xhtml")
    elif harm == "missing":
        data = zipped({name: content for name, content in members.items() if name != "in/p2.xhtml"})
    else:
        data = zipped({**members, "in/p2.xhtml": b"\x00\x01<\x00"})
    document = extract("a.epub", data)
    assert document.text == "One\n\nFirst.\n\nThree\n\nLast."
    (warning,) = document.warnings
    assert "in/p2.xhtml" in warning


def test_a_page_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    members = members_of(book("", "<p>Caf\u00e9, first.</p><p>Second.</p>"))
    content = members["in/p1.xhtml"]
    assert isinstance(content, bytes)
    document = extract("a.epub", zipped({**members, "in/p1.xhtml": content[: content.index(b"ond.")]}))
    assert document.text == "Café, first.\n\nSec"
    assert "in/p1.xhtml breaks off" in document.warnings[0]


def test_a_book_with_no_page_left_is_refused_with_the_reason() -> None:
    with pytest.raises(
        ReadError, match=r"a\.epub is damaged, and what is left holds no text: .*in/p1\.xhtml does not unpack"
    ):
        read(damaged(book("", "<p>Lost.</p>"), "in/p1.xhtml"), "a.epub")


def test_a_lost_container_is_done_without() -> None:
    members = members_of(book("", "<p>Kept.</p>"))
    assert extract("a.epub", zipped({**members, "META-INF/container.xml": "<broken"})).text == "Kept."


def test_tables_inside_tables_inside_tables_do_no_harm() -> None:
    page = "<table><tr><td>" * 80 + "<p>Deep.</p>" + "</td><td>x</td></tr></table>" * 80
    assert extract("a.epub", book("", page)).text == "Deep." + " | x" * 80


def test_a_table_of_one_row_is_no_heading() -> None:
    prose = "<p>The hives on the flat roof were moved twice in the second summer of the count.</p>"
    document = extract(
        "a.epub", book("", f"{prose}<table><tr><td>Hives: 412</td><td>Lost: 17</td></tr></table>{prose}")
    )
    assert [section.heading for section in document.sections] == [None]
    assert "Hives: 412 | Lost: 17" in document.text


PROSE = "The hives on the flat roof were moved twice in the second summer, and none of them was lost to the wind."
NAV = (
    '<nav epub:type="toc"><ol><li><a href="p1.xhtml">The <b>Roof</b></a>'
    '<ol><li><a href="p1.xhtml#b">Moving</a></li></ol></li>'
    '<li><a href="p2.xhtml">The Garden</a></li><li><a href="p2.xhtml#n">Not there</a></li></ol></nav>'
    '<nav epub:type="landmarks"><ol><li><a href="p1.xhtml">Start</a></li></ol></nav>'
)
NCX = (
    "<ncx><navMap><navPoint><navLabel><text>The Roof</text></navLabel><content src='p1.xhtml'/>"
    "<navPoint><navLabel><text>Moving</text></navLabel><content src='p1.xhtml#b'/></navPoint></navPoint>"
    "<navPoint><navLabel><text>The Garden</text></navLabel><content src='p2.xhtml'/></navPoint></navMap></ncx>"
)


def plain(text: str) -> str:
    """A paragraph as LibreOffice writes it, be it a heading or not."""
    return f'<p class="para0"><span class="span0">{text}</span></p>'


PAGES = (
    plain("The Roof") + plain(PROSE) + plain("Moving") + plain(PROSE) + plain("Moving"),
    plain("The Garden") + plain(PROSE),
)


@pytest.mark.parametrize("kind", ["nav", "ncx"])
def test_the_contents_of_a_book_tell_which_paragraphs_are_headings(kind: str) -> None:
    """As in books that LibreOffice wrote, in either kind of contents; each title once, in their order."""
    if kind == "nav":
        data = book(NAV, *PAGES)
    else:
        members = members_of(book("<p>x</p>", *PAGES))
        package = members["in/a.opf"]
        assert isinstance(package, bytes)
        ncx = '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
        listed = package.decode().replace('properties="nav"', "").replace("</manifest>", ncx)
        data = zipped({**members, "in/a.opf": listed, "in/toc.ncx": NCX})
    document = extract("a.epub", data)
    headings = [section.heading for section in document.sections if section.heading]
    assert headings == ["The Roof", "The Roof › Moving", "The Garden"]
    assert document.text.count("Moving") == 2


@pytest.mark.parametrize(
    "page",
    [
        f"<h2>The Roof</h2><p>{PROSE}</p><p>The Roof</p><p>{PROSE}</p>",  # marked by the page itself
        f"<p>The Roof of the house is flat.</p><p>{PROSE}</p>",
        f"<ul><li>The Roof</li></ul><p>{PROSE}</p>",
        f"<table><tr><td>The Roof</td><td>1</td></tr></table><p>{PROSE}</p>",
    ],
)
def test_what_is_more_than_a_title_of_the_contents_stays_text(page: str) -> None:
    headings = {section.heading for section in extract("a.epub", book(NAV, page)).sections}
    assert headings <= {None, "The Roof"}
    assert ("The Roof" in headings) == page.startswith("<h2>")


@pytest.mark.parametrize(
    "nav", ["<nav><ol><li><a>x</a></li></ol></nav>", "<nav/>", "<nav><ol><li><a href='#'/></li></ol></nav>"]
)
def test_contents_without_addresses_do_no_harm(nav: str) -> None:
    assert extract("a.epub", book(nav, f"<p>The Roof</p><p>{PROSE}</p>")).text == PROSE
