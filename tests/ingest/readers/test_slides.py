"""Presentations: slide by slide in reading order, with the number of the slide and the speaker's notes."""

from __future__ import annotations

import zipfile

import pytest

from index.errors import ReadError
from ingest.readers import read
from tests.ingest.readers.test_office import REL, bomb, extract, zipped  # noqa: F401  a fixture

P, A = (
    "http://schemas.openxmlformats.org/presentationml/2006/main",
    "http://schemas.openxmlformats.org/drawingml/2006/main",
)
NAMESPACES = f'xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{REL}"'


def shape(*paragraphs: str, kind: str | None = None, down: int | None = None, across: int = 0) -> str:
    """A text box, or a placeholder of a kind; ``down`` and ``across`` in millimetres."""
    role = f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>' if kind is not None else "<p:nvPr/>"
    position = f'<a:xfrm><a:off x="{across * 36_000}" y="{down * 36_000}"/></a:xfrm>' if down is not None else ""
    texts = "".join(text if text.startswith("<") else f"<a:p><a:r><a:t>{text}</a:t></a:r></a:p>" for text in paragraphs)
    return f"<p:sp><p:nvSpPr>{role}</p:nvSpPr><p:spPr>{position}</p:spPr><p:txBody>{texts}</p:txBody></p:sp>"


def slide(*shapes: str, hidden: bool = False, root: str = "sld") -> str:
    show = ' show="0"' if hidden else ""
    return f"<p:{root} {NAMESPACES}{show}><p:cSld><p:spTree>{''.join(shapes)}</p:spTree></p:cSld></p:{root}>"


def relation(identity: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{identity}" Type="{REL}/{kind}" Target="{target}"/>'


def deck(*slides: str, links: dict[int, dict[str, str]] | None = None, **members: str) -> bytes:
    """A presentation; ``links``: by the number of a slide what it refers to, by kind; ``members``: those, by name."""
    entries = "".join(f'<p:sldId id="{256 + i}" r:id="rId{i}"/>' for i in range(1, len(slides) + 1))
    targets = "".join(relation(f"rId{i}", "slide", f"slides/slide{i}.xml") for i in range(1, len(slides) + 1))
    parts = {
        "_rels/.rels": f"<Relationships>{relation('r', 'officeDocument', 'ppt/presentation.xml')}</Relationships>",
        "ppt/presentation.xml": f"<p:presentation {NAMESPACES}><p:sldIdLst>{entries}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": f"<Relationships>{targets}</Relationships>",
    }
    for number, content in enumerate(slides, start=1):
        parts[f"ppt/slides/slide{number}.xml"] = content
        own = "".join(relation(kind, kind, f"../{target}") for kind, target in (links or {}).get(number, {}).items())
        parts[f"ppt/slides/_rels/slide{number}.xml.rels"] = f"<Relationships>{own}</Relationships>"
    return zipped({**parts, **{f"ppt/{name}.xml": content for name, content in members.items()}})


def places(data: bytes) -> list[tuple[str | None, int | None, str]]:
    """Heading, slide and text of each section."""
    made = extract("talk.pptx", data)
    return [(part.heading, part.page, made.text[slice(*part.span)]) for part in made.sections]


def test_the_number_of_a_slide_is_its_page_and_its_title_the_heading() -> None:
    """The slides count from 1; notes follow their slide; footers, dates and slide numbers are no text."""
    made = deck(
        slide(shape("Reeds and Water", kind="ctrTitle")),
        slide(
            shape("Reeds clean the water.", "They grow fast.", kind="body"),
            shape("What reeds do", kind="title"),
            *(shape("Pond Society", kind="ftr"), shape("2", kind="sldNum"), shape("3 May", kind="dt")),
        ),
        links={2: {"notesSlide": "notes2.xml"}},
        notes2=slide(shape("Say how fast.", kind="body"), shape("2", kind="sldNum"), root="notes"),
    )
    assert places(made) == [
        ("What reeds do", 2, "- Reeds clean the water.\n- They grow fast."),
        ("What reeds do › Notes", 2, "Say how fast."),
    ]
    assert extract("talk.pptx", made).metadata.title == "Reeds and Water"
    assert extract("talk.pptx", made).left_out == ("Pond Society", "3 May")


def test_shapes_are_read_from_top_to_bottom_and_from_left_to_right() -> None:
    """Whatever their order in the file; boxes side by side need not be quite level; a group stays together."""
    group = (
        f'<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="{60 * 36_000}"/></a:xfrm></p:grpSpPr>'
        f"{shape('In the group below.', down=21)}{shape('In the group.', down=1)}</p:grpSp>"
    )
    made = slide(
        *(group, shape("Last.", down=90), shape("Right.", down=20, across=90), shape("Left.", down=24, across=5)),
        shape("Above.", down=3, across=50),
    )
    ((_, _, text),) = places(deck(made))
    assert text.split("\n\n") == ["Above.", "Left.", "Right.", "In the group.", "In the group below.", "Last."]


def test_a_placeholder_stands_where_its_layout_puts_it() -> None:
    """A slide that says nothing of the position takes that of the layout."""
    made = deck(
        slide(shape("Lower.", down=50), shape("Upper.", kind="body"), shape("Lowest.", kind="subTitle")),
        links={1: {"slideLayout": "layout.xml"}},
        layout=slide(shape(kind="body", down=10), shape(kind="subTitle", down=80), root="sldLayout"),
    )
    assert places(made) == [("Slide 1", 1, "Upper.\n\nLower.\n\nLowest.")]


def test_hidden_slides_are_read_and_named() -> None:
    """They may hold what the speaker left for later."""
    made = extract("talk.pptx", deck(slide(shape("Shown.")), slide(shape("Kept back."), hidden=True)))
    assert "Kept back." in made.text
    assert made.warnings == ("slides that are hidden in the show were read too: 2",)


def test_tables_charts_and_diagrams_are_read() -> None:
    """A table by rows; a chart by its title and values as shown; a diagram by its nodes."""
    cell = "<a:tc{}><a:txBody><a:p><a:r><a:t>{}</a:t></a:r></a:p></a:txBody></a:tc>"
    rows = (("", "Year"), ("", "Reeds")), (("", "2020"), (' hMerge="1"', "covered"))
    table = "".join(f"<a:tr>{''.join(cell.format(*content) for content in row)}</a:tr>" for row in rows)
    frame = "<p:graphicFrame><p:xfrm><a:off x='0' y='{}'/></p:xfrm><a:graphic>{}</a:graphic></p:graphicFrame>"
    made = deck(
        slide(
            frame.format(1, f"<a:tbl>{table}</a:tbl>"),
            frame.format(900_000, '<c r:id="chart" xmlns="c"/>'.replace("<c ", "<chart ")),
            frame.format(1_800_000, '<relIds xmlns="d" r:dm="diagramData"/>'),
        ),
        links={1: {"chart": "chart1.xml", "diagramData": "data1.xml"}},
        chart1="<chartSpace><chart><title><t>Growth</t></title></chart><ser><tx><pt idx='0'><v>Share a year</v></pt>"
        "</tx><val><formatCode>0%</formatCode><pt idx='0'><v>0.17</v></pt></val></ser></chartSpace>",
        data1=f"<dataModel xmlns:a='{A}'><ptLst><pt><t><a:p><a:r><a:t>Plant</a:t></a:r></a:p></t></pt><pt type='pres'/>"
        "</ptLst></dataModel>",
    )
    ((_, _, text),) = places(made)
    assert text == "Year | Reeds\n2020\n\nGrowth\nShare a year\n17%\n\nPlant"


@pytest.mark.parametrize(
    ("look", "text", "shown"),
    [
        ('baseline="30000"/', "6", "10⁶ a year"),
        ('baseline="30000"/', "–6", "10⁻⁶ a year"),
        ('baseline="-25000"/', "6", "10₆ a year"),
        ('baseline="0"/', "6", "106 a year"),
        ('baseline="30%"/', "6", "10⁶ a year"),
        ('><a:latin typeface="Symbol"/></a:rPr', " m", "10 μ a year"),
        ('><a:latin typeface="Arial"/><a:sym typeface="Symbol"/></a:rPr', " &#xF0B1;", "10 ± a year"),
        ('><a:sym typeface="Wingdings"/></a:rPr', " &#xF0E0;", "10 → a year"),
        ('><a:sym typeface="Wingdings"/></a:rPr', " to", "10 to a year"),
        ("/", " &#xF0E0;", "10 � a year"),
        ('strike="sngStrike"/', " or 12", "10 a year"),
        ('strike="noStrike"/', " or 12", "10 or 12 a year"),
    ],
)
def test_a_run_is_read_as_the_slide_shows_it(look: str, text: str, shown: str) -> None:
    """10⁶ does not become 106, nor μ an m."""
    run = "<a:r>{}<a:t>{}</a:t></a:r>"
    runs = run.format("", "10") + run.format(f"<a:rPr {look}>", text) + run.format("", " a year")
    assert places(deck(slide(shape(f"<a:p>{runs}</a:p>"))))[0][2] == shown


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (zipped({"ppt/presentation.xml": "<document/>"}), "no presentation"),
        (deck(slide()), "no text"),
        (deck(slide("<p:grpSp>" * 400 + "</p:grpSp>" * 400)), "is no XML"),
        (b"a talk", "no .pptx file"),
    ],
)
def test_what_is_no_presentation_is_refused(data: bytes, message: str) -> None:
    """In a line that names the file."""
    with pytest.raises(ReadError, match=message):
        read(data, "talk.pptx")


def test_a_bomb_among_the_slides_is_refused_unopened(bomb: bytes, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Its own header gives it away."""
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("unpacked"))
    with pytest.raises(ReadError, match="unpacks to more than 50 MB"):
        read(bomb, "a.pptx")


def odp(*pages: str, styles: str = "") -> bytes:
    namespaces = " ".join(f'xmlns:{name}="{name}"' for name in ("o", "s", "d", "x", "p", "v"))
    return zipped(
        {
            "content.xml": f"<o:document-content {namespaces}><o:automatic-styles>{styles}</o:automatic-styles>"
            f"<o:body><o:presentation>{''.join(pages)}</o:presentation></o:body></o:document-content>"
        }
    )


def frame(text: str, kind: str = "", down: str = "", across: str = "0cm") -> str:
    place = f'v:y="{down}" v:x="{across}"' if down else ""
    return f'<d:frame p:class="{kind}" {place}><d:text-box><x:p>{text}</x:p></d:text-box></d:frame>'


def test_slides_of_open_document_are_read_alike() -> None:
    """Title, order, groups, notes, hidden slides and footers."""
    notes = f"<p:notes>{frame('Say how fast.', 'notes')}<d:page-thumbnail/></p:notes>"
    group = f"<d:g>{frame('Inner low.', down='8cm')}{frame('Inner top.', down='60mm')}</d:g>"
    made = odp(
        f"<d:page>{frame('Reeds and Water', 'title')}</d:page>",
        '<d:page d:style-name="off">'
        + frame("Low.", down="150mm")
        + group
        + frame("Right.", down="2cm", across="9cm")
        + frame("Left.", down="2.4cm", across="1cm")
        + frame("What reeds do", "title", "1cm")
        + frame("Pond Society", "footer")
        + notes
        + "</d:page>",
        f"<d:page>{frame('Only a picture.')}</d:page>",
        styles='<s:style s:name="off"><s:drawing-page-properties p:visibility="hidden"/></s:style>',
    )
    document = extract("talk.odp", made)
    assert [(s.heading, s.page, document.text[slice(*s.span)]) for s in document.sections] == [
        ("What reeds do", 2, "Left.\n\nRight.\n\nInner top.\n\nInner low.\n\nLow."),
        ("What reeds do › Notes", 2, "Say how fast."),
        ("Slide 3", 3, "Only a picture."),
    ]
    assert document.metadata.title == "Reeds and Water"
    assert document.left_out == ("Pond Society",)
    assert document.warnings == ("slides that are hidden in the show were read too: 2",)


def test_a_damaged_slide_costs_only_itself() -> None:
    """The others are read, and a warning names it."""
    made = extract("talk.pptx", deck(slide(shape("First.")), "<broken", slide(shape("Third."))))
    assert [(section.heading, section.page) for section in made.sections] == [("Slide 1", 1), ("Slide 3", 3)]
    assert "slide2.xml" in made.warnings[0]


@pytest.mark.parametrize(
    ("data", "message"),
    [(zipped({"content.xml": "<a/>"}), "no presentation"), (odp(), "no text"), (b"a talk", "no .odp file")],
)
def test_what_is_no_open_presentation_is_refused(data: bytes, message: str) -> None:
    """In a line that names the file."""
    with pytest.raises(ReadError, match=message):
        read(data, "talk.odp")
