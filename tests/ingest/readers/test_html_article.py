"""HTML: every kind of block of an article is read, in whatever wrapper, and nothing of the page's frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.boilerplate.clean import remove_spans
from ingest.readers import read
from ingest.readers.html.dates import is_future, own_dates
from ingest.readers.html.tree import without_invisible
from ingest.types import Extract

FIRST = (
    "The ferry at Saltness crosses the sound four times a day, and in a strong north wind it stays at the pier until "
    "the harbour master says that the waves have become low enough for the ramp."
)
LAST = (
    "Whoever misses the last boat sleeps in the old signal house above the pier, where there are nine beds, a stove "
    "and a shelf of tide tables that go back to the first year of the steam boats."
)
TOP = (
    '<header class="site-header"><nav><ul><li><a href="/">Start page</a></li><li><a href="/b">All boats</a></li>'
    '<li><a href="/t">Tickets online</a></li></ul></nav></header>'
)
BOTTOM = (
    "<footer><p>Saltness Boat Company, printed on reed paper.</p>"
    '<p><a href="/i">Imprint of the company</a></p></footer>'
    '<div class="cookie-banner"><p>This site stores small files on your computer.</p><button>Agree</button></div>'
)
FRAME = ("Start page", "All boats", "Tickets online", "reed paper", "Imprint of the company", "stores small files")

BLOCKS = {
    "unordered list": ("<ul><li>One dog a cabin</li><li>No open fire</li></ul>",
                       ("- One dog a cabin", "- No open fire")),
    "ordered list": ("<ol start=3><li>Wait for the bell</li><li>Walk aboard</li></ol>",
                     ("3. Wait for the bell", "4. Walk aboard")),
    "definitions": ("<dl><dt>Slack water</dt><dd>The hour between two tides</dd></dl>",
                    ("Slack water", "The hour between two tides")),
    "details": ("<details><summary>What of bicycles?</summary><p>Seven of them fit on the deck.</p></details>",
                ("What of bicycles?", "Seven of them fit on the deck.")),
    "figure": ('<figure><img src="a.png"><figcaption>Figure 2. Crossings rose from 310 to 365.</figcaption></figure>',
               ("Figure 2. Crossings rose from 310 to 365.",)),
    "table with caption": ("<table><caption>Fares in 1911</caption><tr><th>Who</th><th>Pence</th></tr>"
                           "<tr><td>Child</td><td>4</td></tr></table>",
                           ("Fares in 1911", "Who | Pence\nChild | 4")),
    "aside": ('<aside class="pullquote">The bell never rings twice for anybody.</aside>',
              ("The bell never rings twice for anybody.",)),
    "list of links": ('<ul><li><a href="/x">You may bring a goat on a rope</a></li>'
                      '<li><a href="/y">You may not feed the gulls</a></li></ul>',
                      ("You may bring a goat on a rope", "You may not feed the gulls")),
    "deep headings": ("<h4>Winter boats</h4><p>They leave an hour later.</p><h6>Ice</h6><p>It stops them all.</p>",
                      ("Winter boats", "They leave an hour later.", "Ice", "It stops them all.")),
    "list in a cell": ("<table><tr><th>Day</th><th>Boats</th></tr><tr><td>Monday</td>"
                       "<td><ul><li>at 7:15</li><li>at 19:45</li></ul></td></tr></table>",
                       ("Monday | at 7:15 at 19:45",)),
    "preformatted": ("<pre>wind  12 knots\n  gusts 31 knots</pre>", ("wind  12 knots\n  gusts 31 knots",)),
    "code": ("<p>The key of the gate is <code>0417-B</code> until spring.</p>",
             ("The key of the gate is 0417-B until spring.",)),
    "quotation": ("<blockquote>No cart wider than the ramp.</blockquote>", ("No cart wider than the ramp.",)),
    "address": ("<address>Pier House<br>9 Kelp Lane<br>Saltness</address>", ("Pier House\n9 Kelp Lane\nSaltness",)),
    "bare text": ("<div>The fare is 6 pence for a grown person.</div>", ("The fare is 6 pence for a grown person.",)),
    "section": ("<section><h3>Freight</h3><p>Sacks go free up to 20 kg.</p></section>",
                ("Freight", "Sacks go free up to 20 kg.")),
    "fieldset": ("<fieldset><legend>Please note</legend><p>The ramp is steep at low tide.</p></fieldset>",
                 ("Please note", "The ramp is steep at low tide.")),
    "one row": ("<table><tr><td>Depth at the pier</td><td>3.5 m</td></tr></table>", ("Depth at the pier | 3.5 m",)),
    "keys and values": ("<table><tr><td>Built</td><td>1887</td></tr><tr><td>Length</td><td>41 m</td></tr></table>",
                        ("Built | 1887\nLength | 41 m",)),
    "lines": ("Monday: two boats.<br>Tuesday: no boat at all.<br>Sunday: one boat, for the church.",
              ("Monday: two boats.\nTuesday: no boat at all.\nSunday: one boat, for the church.",)),
}  # fmt: skip
WRAPPERS = {
    "body": "{}",
    "div": '<div class="wrap">{}</div>',
    "article": "<article>{}</article>",
    "main": '<main id="main">{}</main>',
    "content": '<div id="page"><div class="content" id="content">{}</div></div>',
    "layout table": '<table><tr><td class="left"><a href="/n">News of the pier</a></td><td>{}</td></tr></table>',
}


def extract(text: str) -> Extract:
    (result,) = read(text.encode(), "page.html").extracts
    assert isinstance(result, Extract)
    return result


def page(body: str, head: str = "<title>The ferry at Saltness</title>", attributes: str = 'lang="en"') -> str:
    return f"<!DOCTYPE html><html {attributes}><head><meta charset=utf-8>{head}</head><body>{body}</body></html>"


def article(block: str, wrapper: str = "article", position: int = 1) -> str:
    parts = [f"<p>{FIRST}</p>", f"<p>{LAST}</p>"]
    inner = "<h1>The ferry at Saltness</h1>" + "".join([*parts[:position], block, *parts[position:]])
    return page(TOP + WRAPPERS[wrapper].format(inner) + BOTTOM)


# A list of links at an end of an article is mostly one of other articles.
CASES = [(block, at) for block in BLOCKS for at in (0, 1, 2) if at == 1 or block != "list of links"]


@pytest.mark.parametrize("wrapper", WRAPPERS)
@pytest.mark.parametrize(("block", "position"), CASES)
def test_every_block_of_an_article_is_read(block: str, wrapper: str, position: int) -> None:
    """Before, between and after two paragraphs, in six wrappers; menu, footer and cookie note are in no passage."""
    markup, texts = BLOCKS[block]
    result = extract(article(markup, wrapper, position))
    kept = remove_spans(result.text, result.dropped)
    assert [text for text in (FIRST, LAST, *texts) if text not in kept] == []
    assert [text for text in FRAME if text in kept] == []


@pytest.mark.parametrize(
    "block",
    [
        '<ul class="related-posts"><li><a href="/1">How the signal house was built</a></li></ul>',
        '<div class="share-tools"><p>Send this page to a friend of yours.</p></div>',
        '<div><a href="/1">How the signal house was built</a> <a href="/2">The tides of the sound</a></div>',
        '<form><p>Write to us about the boats of the sound.</p><input></form>',
        '<aside role="complementary"><p>The company sells mugs and flags at the pier.</p></aside>',
    ],
)  # fmt: skip
def test_furniture_inside_an_article_is_left_out(block: str) -> None:
    """Teasers, buttons, forms and heads of lists: they are listed among what is left out."""
    result = extract(article(block))
    assert result.text == f"{FIRST}\n\n{LAST}"
    assert any("signal house was" in text or "pier." in text or len(text) < 60 for text in result.left_out)


def test_what_is_left_out_between_paragraphs_is_counted() -> None:
    """A label that is neither a sentence nor furniture by its markup: a warning says that a line is missing."""
    result = extract(article("<figure><figcaption>Photo: Anders Kelp</figcaption></figure>"))
    assert "Photo: Anders Kelp" in result.left_out
    assert result.warnings == (
        "1 line inside the article left out, such as the credits of pictures: see what was left out",
    )


def test_a_list_of_links_after_the_article_is_left_out() -> None:
    """Between two paragraphs the same list belongs to the text."""
    result = extract(article(BLOCKS["list of links"][0], position=2))
    assert result.text == f"{FIRST}\n\n{LAST}"
    assert "You may not feed the gulls" in result.left_out


# tables -------------------------------------------------------------------------------------------------------------

MENU = '<td><a href="/a">Boats</a> <a href="/b">Piers</a> <a href="/c">Tides</a></td>'


@pytest.mark.parametrize(
    "table",
    [
        f"<table><tr>{MENU}<td><h2>Rules</h2><p>{{}}</p><p>{LAST}</p></td></tr></table>",
        f'<table role="presentation"><tr>{MENU}<td>{{}}</td></tr><tr><td>&nbsp;</td><td>{LAST}</td></tr></table>',
        f"<table><tr>{MENU}<td><table><tr><td>{{}}</td></tr><tr><td>{LAST}</td></tr></table></td></tr></table>",
        f"<table><tr>{MENU}<td>{{}}<br><br>{LAST}</td></tr></table>",
    ],
)
def test_a_table_that_lays_out_a_page_is_read_as_blocks(table: str) -> None:
    """The paragraphs stand apart from the menu and from each other."""
    paragraphs = extract(page(table.format(FIRST))).text.split("\n\n")
    assert {FIRST, LAST} <= set(paragraphs)
    assert not any(" | " in paragraph for paragraph in paragraphs)


def test_a_table_of_values_inside_a_layout_stays_a_table() -> None:
    """Its rows are rows, also when a cell holds paragraphs of its own."""
    rows = "<table><tr><th>Tide</th><th>Hour</th></tr><tr><td><p>High</p></td><td><p>5:10</p></td></tr></table>"
    text = extract(page(f"<table><tr><td><h1>Tides</h1><p>{FIRST}</p>{rows}<p>{LAST}</p></td></tr></table>")).text
    assert "Tide | Hour\nHigh | 5:10" in text


# raised, lowered and invisible characters -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>6</sup> herrings", "10⁶ herrings"),
        ("25 m<sup>2</sup> of deck", "25 m² of deck"),
        ("3 × 10<sup>−4</sup> of it", "3 × 10⁻⁴ of it"),
        ("3 × 10<sup>&ndash;4</sup> of it", "3 × 10⁻⁴ of it"),
        ('500 <span style="font-family:Symbol">m</span>g', "500 μg"),
        ("age <span style='color:red;font-family:\"Symbol\",serif'>³</span> 60", "age ≥ 60"),
        ('4.2 <font face="Symbol">&#xF0B1;</font> 0.3', "4.2 ± 0.3"),
        ('<span style="font-family:Wingdings">þ</span> yes', "☑ yes"),
        ('<span style="font-family:Cambria">m</span> of it', "m of it"),
        ("<style>.greek { font-family: Symbol }</style>500 <span class=greek>m</span>g", "500 μg"),
        ("<style>.greek { font-family: 'Symbol' }</style><i class=greek>D<b>m</b></i>m", "Δμm"),
        ('<font face="Symbol">D<font face="Arial">m</font>D</font> of it', "ΔmΔ of it"),
        ("about 1<sup>1</sup>/<sub>2</sub> miles", "about 1¹/₂ miles"),
        ("CO<sub>2</sub> and H<sub>2</sub>O", "CO₂ and H₂O"),
        ('rose to 12<sup><a href="#fn3">3</a></sup> percent', "rose to 12³ percent"),
        ("as was said.<sup>[3]</sup> Then", "as was said.[3] Then"),
        ('as was said.<sup class="ref"><a href="#fn1">[1]</a></sup> Then', "as was said.[1] Then"),
        ('an area of 7 km<span style="font-size:8px; vertical-align: super">2</span>', "an area of 7 km²"),
        ('V<span style="vertical-align:sub">2</span> is low', "V₂ is low"),
        ("the 1<sup>st</sup> boat", "the 1st boat"),
        ("<b>10<sup>9</sup></b> drops", "10⁹ drops"),
        ("<math><msup><mi>x</mi><mn>2</mn></msup></math> grows", "x² grows"),
        ("<math><msup><mi>e</mi><mi>kt</mi></msup></math> grows", "e^kt grows"),
        ("<math><msub><mi>a</mi><mn>1</mn></msub></math> grows", "a₁ grows"),
        ("<math><mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac></math> grows", "(a+b)/2 grows"),
        ("<math><semantics><msqrt><mn>2</mn></msqrt><annotation>\\sqrt 2</annotation></semantics></math>", "√2"),
    ],
)
def test_raised_and_lowered_characters_stay_so(markup: str, text: str) -> None:
    """By tag, style or font and in formulas; the numbers of notes too, but what stands in brackets stays as it is."""
    assert text in extract(article(f"<p>The pilot wrote: {markup}, and nothing more on that day.</p>")).text


@pytest.mark.parametrize(
    "hidden",
    [
        '<p style="display: none">Nobody sees this line.</p>',
        '<p style="color:red;visibility:hidden">Nobody sees this line.</p>',
        "<p hidden>Nobody sees this line.</p>",
        "<template><p>Nobody sees this line.</p></template>",
        "<noscript><p>Nobody sees this line.</p></noscript>",
        '<p class="note sr-only">Nobody sees this line.</p>',
        '<p class="visually-hidden">Nobody sees this line.</p>',
        '<p>Boats leave at noon.<span aria-hidden="true">Nobody sees this line.</span></p>',
    ],
)
def test_what_nobody_sees_is_no_text(hidden: str) -> None:
    """It is neither in the text nor among what is left out; the text behind it stays."""
    result = extract(article(f"{hidden}<p>The pier is made of oak and iron.</p>"))
    assert "Nobody" not in result.text + "".join(result.left_out)
    assert "The pier is made of oak and iron." in result.text


def test_a_page_behind_an_open_dialog_is_read() -> None:
    """The dialog's script marks all of the page as hidden from machines."""
    assert FIRST in extract(article("").replace("<article>", '<article aria-hidden="true">')).text


def test_invisible_characters_are_in_neither_text_nor_title() -> None:
    """Soft hyphens, zero-width spaces and joiners between Latin letters."""
    head = "<title>Fer&shy;ry\u200b rules</title>"
    result = extract(
        page(f"<article><p>{FIRST}</p><p>The cap&shy;tain&#8288; is\ufeff w\u200dise.</p></article>", head)
    )
    assert "The captain is wise." in result.text
    assert result.metadata.title == "Ferry rules"


def test_characters_that_a_tree_does_not_take_stay_visible() -> None:
    """As replacement characters; a form feed is white space."""
    result = extract(article("<p>The gauge showed 4\x014 and\x0cthen &#3; nothing at all.</p>"))
    assert "The gauge showed 4\ufffd4 and then " in result.text
    assert "nothing at all." in result.text
    result = extract(
        article("<p>The gauge was read.</p><p hidden>Nobody sees it.</p>\x02Then it was wound up.<p>It ran.</p>")
    )
    assert "\ufffdThen it was wound up." in result.text
    assert "Nobody" not in result.text


@pytest.mark.parametrize("text", ["می\u200cخواهم", "क्\u200dष", "👩\u200d🚀", "ශ්\u200dරී"])
def test_joiners_that_a_script_needs_stay(text: str) -> None:
    """In Persian, Hindi, Sinhala and between emoji they decide what is shown."""
    assert without_invisible(text) == text


@given(st.text())
def test_removing_invisible_characters_is_final(text: str) -> None:
    """Once more removes nothing; visible characters stay, in their order."""
    seen = without_invisible(text)
    assert without_invisible(seen) == seen
    assert [char for char in text if char.isprintable()] == [char for char in seen if char.isprintable()]


SHEET = (
    "<style>.up{font-size:7pt;vertical-align:super} span.down{vertical-align:sub} .off{position:relative;top:-0.4em}"
    ".badge{vertical-align:super} .nudge{position:relative;top:1px}</style>"
)


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ('10<span class="up">6</span> cells, CO<span class="down">2</span>', "10⁶ cells, CO₂"),
        ('25 m<span class="off">2</span>', "25 m²"),
        ('10<span style="position:relative;top:-3.0pt">6</span> cells', "10⁶ cells"),
        ('our boats<span class="badge">New</span>', "our boatsNew"),
        ('deck<span class="nudge">7</span>', "deck7"),
        ('rose to 12<a href="#n3">3</a> percent<a href="#n4">4</a>.', "rose to 12³ percent⁴."),
        ('as we say in part <a href="#t3">3</a>a, and (<a href="#t4">4</a>)', "as we say in part 3a, and (4)"),
        ('deck<a href="/d/7">7</a>', "deck7"),
    ],
)
def test_figures_are_raised_by_a_style_sheet_and_by_a_link_to_a_note_too(line: str, text: str) -> None:
    """What stands on the line stays there: a label, a figure moved by a pixel, a link to another page."""
    assert extract(page(f"<main><h1>The ferry</h1><p>{FIRST}</p><p>{LAST} {line}</p></main>", SHEET)).text == (
        f"{FIRST}\n\n{LAST} {text}"
    )


def test_the_mark_that_begins_a_note_is_no_part_of_its_first_word() -> None:
    note = '<p><a href="#r1">1</a>The survey of 1914 has another figure for the boats of that year.</p>'
    text = extract(page(f"<main><h1>The ferry</h1><p>{FIRST}</p><p>{LAST}</p>{note}</main>")).text
    assert "\n\n¹The survey of 1914" in text


def test_an_empty_cell_keeps_its_place_in_a_table() -> None:
    """So that no value slips under the name of another column, beside merged cells too; a column without any goes."""
    rows = ("", "Salt", "Rope", ""), ("1901", "", "−2", ""), ("1902", "3", "", "")
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    body = f"<main><h1>The ferry</h1><p>{FIRST}</p><table>{cells}</table><p>{LAST}</p></main>"
    assert "\n\n| Salt | Rope\n1901 |  | −2\n1902 | 3 |\n\n" in extract(page(body)).text
    merged = body.replace("</table>", '<tr><td colspan="2">All</td><td>3</td><td></td></tr></table>')
    assert "\n\n| Salt | Rope\n1901 |  | −2\n1902 | 3 |\nAll |  | 3\n\n" in extract(page(merged)).text


# dates --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("footer", "published", "updated"),
    [
        ("© 2009–2025 Saltness Boats. Last visited 3 May 2025.", None, None),
        ("Retrieved 3 May 2025", None, None),
        ("Today is 3 May 2025", None, None),
        ("Next meeting: 3 May 2025", None, None),
        ("Last updated: 5/6/99", None, "1999"),
        ("Last updated: 15/6/99", None, "1999-06-15"),
        ("Last updated 3 May 2019", None, "2019-05-03"),
        ("Published on 3 May 2019", "2019-05-03", None),
        ("Last updated 3 May 2119", None, None),
    ],
)
def test_a_date_in_a_footer_is_the_pages_only_when_it_says_so(
    footer: str, published: str | None, updated: str | None
) -> None:
    """Not the day of a visit, of a meeting or to come; of 5/6/99 only the year is certain."""
    about = extract(
        page(f"<main><h1>The ferry</h1><p>{FIRST}</p><p>{LAST}</p></main><footer>{footer}</footer>")
    ).metadata
    assert (about.published, about.updated) == (published, updated)


@pytest.mark.parametrize(
    ("locale", "updated"), [("en-US", "1999-05-06"), ("en-GB", "1999-06-05"), ("de", "1999-06-05"), ("en", "1999")]
)
def test_the_language_decides_between_day_and_month(locale: str, updated: str) -> None:
    """Where it is that of a country, or is written in one order only."""
    for guess in ("1999-05-06", "1999-06-05"):
        assert own_dates(guess, ["Last updated: 5/6/99"], "", locale) == (None, updated)


def test_a_declared_date_to_come_is_none() -> None:
    """A template's mistake; the day after today has begun somewhere."""
    about = extract(page(f"<p>{FIRST}</p>", '<meta name="date" content="2119-05-03">')).metadata
    assert about.published is None
    assert [is_future(day) for day in ("2119", "2019-05")] == [True, False]


def test_a_sign_that_no_table_of_symbol_fonts_has_is_warned_of() -> None:
    """It stands as U+FFFD where the page shows something."""
    around = "<p>The crew counted the barrels again that night.</p>" * 9
    page = f"<article>{around}<p>It was <font face=Symbol>\xf0</font>.</p>"
    (result,) = read(page.encode(), "a.html").extracts
    assert isinstance(result, Extract)
    assert "It was \ufffd." in result.text
    assert (
        "signs that could not be read, and stand as \ufffd in the text: 1. Compare them with the file"
        in result.warnings
    )
