"""HTML: the metadata a page declares, the text it shows, and its article, even where the page only declares it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html as lxml_html

from index.types import Origin
from ingest.readers import read
from ingest.readers.html.dates import own_dates
from ingest.readers.html.fields import declarations
from ingest.readers.html.page_blocks import page_blocks
from ingest.readers.html.tree import parsed, reduce_to_shown
from ingest.readers.html.visible import MAX_LEFT_OUT, left_out, tag_by_tag
from ingest.types import Extract, Metadata
from tests.making import work

PARAGRAPHS = [
    "Each inn on the road had a yard, a well and a wall, and the drivers slept on their loads, so that nothing went.",
    "The towns paid for the wells, because every caravan that stopped there left silver behind when it went on.",
    "Only the inn at the ford is still open today, and its kitchen serves what the drivers ate: barley and salt tea.",
]
BODY = "<article>" + "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + "</article>"


def page(head: str = "", body: str = BODY) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def extract(text: str) -> Extract:
    (result,) = read(text.encode(), "page.html").extracts
    assert isinstance(result, Extract)
    return result


def linked(**article: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **article})}</script>'


def of(head: str = "", body: str = BODY) -> Metadata:
    text = page(head, body)
    return declarations(lxml_html.document_fromstring(text), text)[0]


def shown(text: str) -> list[str]:
    tree = parsed(text)
    reduce_to_shown(tree)
    return [block.text for block in page_blocks(tree)]


# fields -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        (
            "<title>Stone inns of the road | Tea Times</title>",
            "<h1>Stone inns of the road</h1>",
            "Stone inns of the road",
        ),
        ('<meta property="og:title" content="Inns: a road of stone">', "<h1>A road of stone</h1>", "A road of stone"),
        ('<meta property="og:title" content="Inns of stone">', "<h1>Tea Times</h1>", "Inns of stone"),
        ("<title>Opinion | Why the inns of the road were closed</title>", "", "Why the inns of the road were closed"),
        (
            "<title>Tea Times</title>",
            "<h1>The last inn that stands at the ford</h1>",
            "The last inn that stands at the ford",
        ),
        ("", "", ""),
    ],
)
def test_the_headline_that_is_shown_is_the_title(head: str, heading: str, title: str) -> None:
    """Where the declared titles speak of the same; a logo that is set as a heading does not."""
    assert of(head, heading + BODY).title == title


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        (linked(author={"@type": "Person", "name": "Ann Sample"}), "", ("Ann Sample",)),
        (linked(author=[{"name": "Ann Sample"}, {"@type": "Organization", "name": "Inn Club"}]), "", ("Ann Sample",)),
        (linked(author={"@type": "Organization", "name": "Inn Club"}), "", ("Inn Club",)),
        (linked(author="Ann Sample and Carl Model"), "", ("Ann Sample", "Carl Model")),
        (linked(author={"name": "Ann O&#039;Sample"}), "", ("Ann O'Sample",)),
        (linked(author={"name": "Tea Times"}, publisher={"name": "Tea Times"}), "", ()),
        ('<meta name="author" content="admin">', '<a rel="author">Ann Sample</a>', ("Ann Sample",)),
        ('<meta name="citation_author" content="Sample, A."><meta name="citation_author" content="Model, C.">', "",
         ("A. Sample", "C. Model")),
        ('<meta name="twitter:label1" content="Written by"><meta name="twitter:data1" content="Ann Sample">', "",
         ("Ann Sample",)),
        ("", '<p class="byline">By Ann Sample | 2 May 2022</p>', ("Ann Sample",)),
        ("", '<span itemprop="author">View all posts by Ann Sample</span>', ("Ann Sample",)),
        ("", '<div id="comments"><span class="author-name">Carl Model</span></div>', ()),
        ("", '<p class="byline">What the byline says is no name at all</p>', ()),
    ],
)  # fmt: skip
def test_authors_are_people_where_there_are_people(head: str, body: str, authors: tuple[str, ...]) -> None:
    """JSON-LD, meta tags and marked bylines, in this order; never the site itself, a template's word or a commenter."""
    assert of(head, body + BODY).authors == authors


@pytest.mark.parametrize(
    ("head", "body", "published"),
    [
        (linked(datePublished="2022-05-01T08:00:00Z"), "", "2022-05-01"),
        ('<meta property="article:published_time" content="2022-05-01">', "", "2022-05-01"),
        ('<meta name="date" content="2022"><meta name="pubdate" content="2022-05">', "", "2022-05"),
        (
            '<meta name="citation_date" content="2022/05">',
            '<time pubdate datetime="2022-05-03">3 May</time>',
            "2022-05-03",
        ),
        ("", '<time class="entry-date" datetime="2022-05-01">1 May</time>', "2022-05-01"),
        ("", '<p>Opened <time datetime="1822-05-01">then</time></p>', None),
        ('<meta name="date" content="2022">', "", None),
    ],
)
def test_a_date_is_one_that_is_marked_as_the_articles(head: str, body: str, published: str | None) -> None:
    """A day before a month, never a year alone, never a date that the text speaks of."""
    assert of(head, body + BODY).published == published


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("<p>May 1, 2022</p>", "2022-05-01"),
        ("<p>April 1, 2022</p>", "2022-05-02"),
        ("<h1>The inns</h1><p><span>Ann Marsh</span><span>May 1, 2022</span></p>", "2022-05-01"),
        ("<h1>The inns</h1><p>Published 1 May 2022 | Updated 2 May 2022</p>", "2022-05-01"),
        (
            "<h1>The inns</h1><p>The ford as it looked on the evening of May 1, 2022, when the drivers had left.</p>",
            "2022-05-02",
        ),
        ('<link rel="canonical" href="https://inns.example/2022/05/01/inns">', "2022-05-01"),
        ("<h1>The inns</h1><p>7 June 2022</p>", "2022-06-07"),
        ("<h1>The inns</h1><p>Updated 7 June 2022</p>", "2022-05-02"),
        ("<h1>The inns</h1><p>7 June 2022</p><p>First published on 2 May 2022.</p>", "2022-05-02"),
        ("<h1>The inns</h1><p>7 June 2022</p><p>First published in May 2022.</p>", "2022-05-02"),
        ("<h1>The inns</h1><p>7 June 2022</p><p>First published in April 2022.</p>", "2022-06-07"),
        ('<link rel="canonical" href="https://inns.example/2019/07/12/inns">', "2019-07-12"),
        ('<link rel="canonical" href="https://inns.example/2023/07/12/inns">', "2022-05-02"),
        (
            '<link rel="canonical" href="https://inns.example/2019/07/12/inns"><h1>The inns</h1><p>2 May 2022</p>',
            "2022-05-02",
        ),
        (
            "<h1>The inns</h1><ul><li>The well</li><li>1 May 2022</li><li>The ford</li><li>8 May 2022</li></ul>",
            "2022-05-01",
        ),
        (f"{BODY}<p>The well: 1 May 2022</p><p>The ford: 8 May 2022</p>", "2022-05-02"),
        ("<h1>The inns</h1><p>Tickets until 7 June 2022</p>", "2022-05-02"),
    ],
)
def test_the_day_is_the_one_that_the_page_shows(shown: str, published: str) -> None:
    """Late in the evening it is the next day in the page's own time zone; another day counts only where it stands alone
    beside the headline and is that of the last change, or in the page's address and the page shows no day."""
    head = linked(headline="The inns", datePublished="2022-05-02T01:30:00Z", dateModified="2022-06-07T10:00:00Z")
    assert extract(page(head, shown + BODY)).metadata.published == published


@pytest.mark.parametrize(
    ("line", "published", "updated"),
    [
        ('<p class="when">Written: 2022-05-01 15:03 / Updated: 2022-05-03 08:00</p>', "2022-05-01", "2022-05-03"),
        ("<p>By Ann Marsh<span>Dec 19, 2021</span></p>", "2021-12-19", None),
        ("<p>Report</p><p>7 April 20219:53</p>", "2021-04-07", None),
        ("<p>Next market: 7 April 2021</p>", None, None),
        ("<p>Join us on 7 April 2021</p>", None, None),
        ("<p>Updated: 7 April 2021 | 10:26 AM</p>", "2021-04-07", "2021-04-07"),
        ("<p>By Ann Marsh</p><p>Aktualisiert am 7. April 2021</p>", "2021-04-07", "2021-04-07"),
        (f"<p>{PARAGRAPHS[0]}</p><p>Last updated 7 April 2021</p>", None, "2021-04-07"),
        ('<p lang="it">Pubblicato il 7 aprile 2021</p>', "2021-04-07", None),
        ('<abbr class="published" title="2021-04-07T10:00:00Z">last week</abbr>', "2021-04-07", None),
        ('<time class="posted" title="2021-04-07">last week</time>', "2021-04-07", None),
        ('<span property="schema:datePublished" content="2021-04-07">last week</span>', "2021-04-07", None),
    ],
)
def test_a_page_that_declares_no_day_has_the_one_beside_its_headline(
    line: str, published: str | None, updated: str | None
) -> None:
    """Of a page that has the day of its last change alone, under its headline, that is the day of what was read."""
    teaser = "<aside><p>The well</p><p>3 May 2022</p></aside>"
    about = extract(
        page("<title>The inns of the ford</title>", f"<h1>The inns of the ford</h1>{line}{BODY}{teaser}")
    ).metadata
    assert (about.published, about.updated) == (published, updated)


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:expiration_time" content="2021-04-07">',
        '<meta name="event-start" content="2021-04-07">',
        '<meta name="valid-until" content="2021-04-07">',
    ],
)
def test_the_day_on_which_a_page_or_an_event_begins_or_ends_is_none_of_its_dates(head: str) -> None:
    assert extract(page(f"<title>The inns of the ford</title>{head}", BODY)).metadata.published is None


def test_of_several_declared_articles_the_one_with_the_title_of_the_page_is_read() -> None:
    """A page may declare its neighbours more fully than itself; the entries of a list are always other pages."""
    other = {"@type": "NewsArticle", "headline": "A bridge", "datePublished": "2020-01-02", "author": "Tom Ude"}
    own = {"@type": "NewsArticle", "headline": "The inns of the ford", "datePublished": "2021-04-07"}
    listed = {"@type": "ItemList", "itemListElement": [{**other, "headline": "The inns of the ford"}]}
    for things in ([other, own], [own, other], [listed, own]):
        head = f'<title>The inns of the ford</title><script type="application/ld+json">{json.dumps(things)}</script>'
        about = extract(page(head, BODY)).metadata
        assert (about.published, about.authors) == ("2021-04-07", ())


ANN, TOM = {"@type": "Person", "name": "Ann Sample"}, {"@type": "Person", "name": "Tom Ude"}
HERALD = {"@type": "Organization", "name": "Tolbury Herald"}


@pytest.mark.parametrize(
    "fields",
    [
        {"author": [ANN, TOM], "datePublished": ["2019-05-03"], "publisher": [HERALD]},
        {"author": ["Ann Sample", "Tom Ude"], "datePublished": ["2019-05-03", "2019-05-04"], "publisher": HERALD},
        {"author": {"@list": [ANN, TOM]}, "datePublished": {"@value": "2019-05-03"}, "publisher": "Tolbury Herald"},
        {"author": [[ANN], [TOM]], "dateCreated": ["2019-05-03"], "publisher": {"name": ["Tolbury Herald"]}},
        {"author": {"name": ["Ann Sample", "Tom Ude"]}, "datePublished": "2019-05-03", "publisher": [[HERALD]]},
        {"creator": [ANN, TOM, HERALD], "datePublished": "2019-05-03", "publisher": {"@set": [HERALD]}},
    ],
)
def test_values_of_json_ld_count_however_they_are_listed(fields: dict[str, object]) -> None:
    about = of(linked(headline=["The inns"], **fields))
    assert (about.title, about.authors) == ("The inns", ("Ann Sample", "Tom Ude"))
    assert (about.published, about.publisher) == ("2019-05-03", "Tolbury Herald")


@pytest.mark.parametrize(
    "article",
    [
        {"author": {"@id": "#ann"}, "publisher": {"@id": "#herald"}},
        {"author": [{"@id": "#ann"}], "publisher": [{"@id": "#herald"}]},
        {"author": {"@type": "Person", "@id": "#ann"}, "publisher": {"@id": "#herald"}},
        {"author": {"@list": [{"@id": "#ann"}]}, "publisher": {"@type": "Organization", "@id": "#herald"}},
    ],
)
def test_json_ld_may_name_the_authors_elsewhere_in_its_graph(article: dict[str, object]) -> None:
    own = {"@type": ["Article", "NewsArticle"], "headline": "The inns", "datePublished": "2019-05-03", **article}
    about_author = {**ANN, "@id": "#ann", "worksFor": {"@id": "#herald"}}
    graph = [
        about_author,
        own,
        {"@type": "WebPage", "@id": "#page"},
        {**HERALD, "@id": "#herald", "employee": {"@id": "#ann"}},
    ]
    head = f'<script type="application/ld+json">{json.dumps({"@graph": graph})}</script>'
    about = of(head)
    assert (about.authors, about.publisher, about.published) == (("Ann Sample",), "Tolbury Herald", "2019-05-03")


def test_a_day_in_a_program_of_the_page_is_none_of_its_dates() -> None:
    assert own_dates("2022-05-01", [], '<script>{"expires":"2022-05-01T10:00"}</script>', "en") == (None, None)
    for source in ('<a href="/2022/05/01/inns">', '<script type="application/ld+json">{"a":"2022-05-01"}</script>'):
        assert own_dates("2022-05-01", [], source, "en") == ("2022-05-01", None)


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (linked(headline="x"), "article-newspaper"),
        ('<script type="application/ld+json">{"@type": ["BlogPosting"], "headline": "x"}</script>', "post-weblog"),
        ('<meta name="citation_journal_title" content="Inn Studies">', "article-journal"),
        ('<meta property="og:type" content="article">', "webpage"),
    ],
)
def test_the_kind_is_a_csl_type(head: str, kind: str) -> None:
    """As declared; a page that says no more than that it is an article is a web page."""
    assert of(head).kind == kind


def test_each_declared_value_comes_from_the_format_and_the_others_from_the_text() -> None:
    """A byline that is text alone is a guess."""
    about = extract(page('<meta property="og:title" content="The stone inns">', "<p>By Ann Sample</p>" + BODY)).metadata
    assert (about.title, about.authors) == ("The stone inns", ("Ann Sample",))
    assert (about.origins["title"], about.origins["authors"]) == (Origin.FORMAT, Origin.TEXT)


def test_a_page_saved_by_a_browser_knows_its_address() -> None:
    """The comment that browsers leave, when the page says nothing itself; and the DOI that it names."""
    text = "<!-- saved from url=(0029)https://tea.example.org/inns -->" + page(
        '<meta name="dc.identifier" content="doi:10.1234/inns.5">'
    )
    about = extract(text).metadata
    assert (about.url, about.doi) == ("https://tea.example.org/inns", "10.1234/inns.5")


KEYS = (
    "@type",
    "@graph",
    "@id",
    "@list",
    "@value",
    "author",
    "name",
    "datePublished",
    "publisher",
    "headline",
    "url",
    "articleBody",
)
JSON = st.recursive(
    st.none() | st.text(max_size=9) | st.integers(),
    lambda values: st.lists(values, max_size=4) | st.dictionaries(st.sampled_from(KEYS), values, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_any_json_ld_is_read(value: object) -> None:
    """Whatever a page declares, the reader takes it or leaves it: what it takes are names and texts."""
    metadata = of(
        linked(**value)
        if isinstance(value, dict)
        else f'<script type="application/ld+json">{json.dumps(value)}</script>'
    )
    texts = [metadata.title, *metadata.authors, metadata.published or "", metadata.publisher or "", metadata.url or ""]
    assert all(isinstance(text, str) and text == text.strip() for text in texts)
    assert all(metadata.authors)


@pytest.mark.parametrize("script", ["{", "[" * 5000, '{"a":' * 5000, "null", "[1, 2", '"\\ud800"'])
def test_broken_json_ld_is_passed_over(script: str) -> None:
    """The page's other fields stand."""
    head = f'<script type="application/ld+json">{script}</script><meta name="author" content="Ann Sample">'
    assert of(head).authors == ("Ann Sample",)


# what is shown ------------------------------------------------------------------------------------------------------


def test_what_a_page_shows_is_in_its_order() -> None:
    """Blocks apart, inline elements together; nothing that is hidden by tag or attribute."""
    hidden = "<p hidden>five</p><p style='display: none'>six</p><script>7</script>"
    body = f"<p>One <b>two</b></p><div>three<br>four</div>{hidden}8"
    assert shown(page("<title>t</title>", body)) == ["One two", "three\nfour", "8"]


def test_what_is_left_out_is_told() -> None:
    """Menus and footers, each once, but nothing that is in the text, and not the title."""
    body = (
        f"<nav><p>Home</p><p>Roads</p></nav><h1>The inns</h1>{BODY}<footer><p>Home</p><p>Printed on straw</p></footer>"
    )
    article = extract(page("<title>The inns</title>", body))
    assert article.left_out == ("Home", "Roads", "Printed on straw")
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)


def test_what_is_left_out_has_a_limit() -> None:
    """A dump of links is cut off."""
    left = left_out([f"link number {n} of a long list" for n in range(9000)], "text")
    assert 0 < sum(map(len, left)) <= MAX_LEFT_OUT
    assert left[:2] == ("link number 0 of a long list", "link number 1 of a long list")


def test_looking_for_what_is_left_out_ends() -> None:
    """A long text whose blocks stand in another order than the page's is not searched for ever."""
    blocks = [f"paragraph number {n} of a long dump of words" for n in range(60_000)]
    assert work(lambda: left_out(blocks[::-1], " ".join(blocks))) < 100


# the chain of fallbacks ---------------------------------------------------------------------------------------------


def test_an_article_that_the_page_only_declares_is_taken_and_told() -> None:
    """A page that loads its text later, or shows its beginning alone, often holds all of it as data."""
    whole = "\n".join(f"{paragraph} That was so in the {n}th year." for n in range(4) for paragraph in PARAGRAPHS)
    teaser = "Other inns, other roads, and nothing of what was asked for stands in this short piece."
    article = extract(page(linked(headline="Inns", articleBody=whole), f"<article><p>{teaser}</p></article>"))
    assert all(paragraph in article.text for paragraph in PARAGRAPHS)
    assert "Other inns" not in article.text
    assert article.left_out == (teaser,)
    assert article.warnings == ("most of the text is not shown by the page: it was found in its data",)


def test_a_declared_teaser_does_not_replace_the_article() -> None:
    """Some pages declare a few words of it, or the same text: then what is shown is taken, with its headings."""
    for declaration in ("Each inn had a yard.", "\n".join(PARAGRAPHS)):
        article = extract(page(linked(articleBody=declaration)))
        assert article.warnings == ()
        assert article.text == "\n\n".join(PARAGRAPHS)


def test_a_page_without_an_article_gives_all_that_it_shows() -> None:
    """And a warning says so."""
    article = extract(page("", "<table><tr><td>Barley</td><td>12</td></tr></table>"))
    assert "Barley" in article.text
    assert article.warnings in ((), ("no article was found in the page: all of its text was taken",))


def test_tags_that_make_no_tree_give_their_text() -> None:
    """The last resort: tag by tag."""
    assert tag_by_tag("<p>One<p>two</b><script>no</script> three") == ["One", "two three"]


@pytest.mark.parametrize(
    "piece", ["<div>", "<p class=byline>By A B", "<b>", "<time>", "a<br>", "<a rel=author>Ann B</a>"]
)
def test_hostile_pages_cost_no_more_than_their_length(piece: str) -> None:
    """Deep nesting and endless marks: about thirty loops at most."""
    assert work(lambda: extract(page("", piece * 5000 + "<p>An end.</p>"))) < 150


# structure ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("around", ["", "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)])
def test_items_have_the_numbers_that_a_browser_shows(around: str) -> None:
    """On a short page and in an article: from the start that a list says, on from a value, bullets for the others."""
    lists = (
        "<ol><li>Open the gate <ul><li>slowly</li></ul></li><li>Feed the <b>hens</b></li></ol>"
        "<ol start=7><li>Fill the trough</li><li value=9>Sweep the yard</li><li>10. Lock up</li></ol>"
        "<ol reversed><li>Third prize</li></ol><ul><li>Bring a lamp</li></ul>"
    )
    text = extract(page(body=f"<article>{around}{lists}</article>")).text
    assert [line for line in text.split("\n") if line and line not in PARAGRAPHS] == [
        *["1. Open the gate", "- slowly", "2. Feed the hens", "7. Fill the trough", "9. Sweep the yard", "10. Lock up"],
        *["- Third prize", "- Bring a lamp"],
    ]


def test_a_short_page_keeps_its_headings_paragraphs_and_rows() -> None:
    """With too little text to tell an article from the rest of the page, the whole page is taken."""
    rows = "<table><tr><th>Inn</th><th>Wells</th></tr><tr><td>Ford</td><td>2</td></tr></table>"
    article = extract(page(body=f"<h1>Inns</h1><p>By the road.</p><h2>Wells</h2><p>Deep ones.</p>{rows}"))
    assert (article.metadata.title, article.text) == (
        *("Inns", "By the road.\n\nWells\n\nDeep ones.\n\nInn | Wells\nFord | 2"),
    )
    assert [(section.heading, article.text[slice(*section.span)][:10]) for section in article.sections] == [
        *[(None, "By the roa"), ("Wells", "Deep ones.")],
    ]


def test_the_cells_of_a_table_are_not_run_together() -> None:
    """In what is shown of a page, and in a page too damaged for a tree; empty cells leave no bar."""
    row = "<table><tr><td>Ford</td><td> </td><td>2</td></tr><tr><td>Hill</td></tr></table>"
    assert shown(row) == tag_by_tag(row) == ["Ford | 2", "Hill"]


def test_a_cell_that_reaches_down_stands_in_each_of_its_rows() -> None:
    rows = (
        "<tr><th>Inn</th><th>Year</th><th>Beds</th></tr>"
        "<tr><td rowspan=2>Ford</td><td>1911</td><td rowspan=3>12</td></tr><tr><td>1912</td></tr>"
        "<tr><td>Pass</td><td>1913</td></tr><tr><td colspan=2>both</td><td rowspan=999999>7</td></tr>"
    )
    blocks = page_blocks(parsed(page("", f"<table>{rows}</table>")))
    assert [block.text for block in blocks] == [
        *("Inn | Year | Beds", "Ford | 1911 | 12", "Ford | 1912 | 12", "Pass | 1913 | 12", "both |  | 7")
    ]


def test_what_was_deleted_and_how_a_word_is_spoken_is_no_text() -> None:
    """As in a text with tracked changes, all of them accepted."""
    city = "<ruby>東京<rp>(</rp><rt>tokyo</rt><rp>)</rp></ruby>"
    tree = parsed(page("", f"<p>A bed cost <del>500</del> <ins>50</ins> crowns in {city}, it says.</p>"))
    reduce_to_shown(tree)
    assert [block.text for block in page_blocks(tree)] == ["A bed cost 50 crowns in 東京, it says."]
