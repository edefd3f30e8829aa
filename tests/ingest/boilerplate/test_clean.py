"""Cleaning: what is no part of the article is marked, nothing is changed, and true sentences stay."""

from __future__ import annotations

import textwrap
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from ingest.boilerplate.clean import boilerplate_spans, certain_boilerplate_spans, merge_spans, remove_spans
from ingest.boilerplate.phrases import is_certain, is_edge, is_tail_head
from tests.making import work

BODY = (
    "Tea was brought over land for two hundred years. It was pressed into bricks, and the bricks were money.\n\n"
    "On the Road\n\n"
    "A caravan took more than a year for the whole way. Rain spoiled a part of the load nearly every time."
)
LINES = ["Home", "Share", "Learn More", "Related Posts", "Leave a Reply", "The Road to the Sea", "Is Tea Good for You?"]
LINES += [
    "It rained.",
    "- two cups",
    "",
    "Advertisement",
    "Sign up",
    "for the",
    "Tea Letter",
    "By Ann Sample",
    "May 1, 2022",
]
LINES += [
    "A caravan took more than a year for the whole way there and back again.",
    "North – Old Mill, Ohio",
    "tea road",
]
PAGES = st.lists(st.sampled_from(LINES), max_size=40).map("\n".join)


def left(text: str, title: str = "", authors: tuple[str, ...] = ()) -> list[str]:
    """The lines that stay."""
    return [line for line in remove_spans(text, boilerplate_spans(text, title, authors)).split("\n") if line.strip()]


@given(PAGES)
def test_cleaning_again_drops_nothing_more(text: str) -> None:
    """What was kept is kept whole when it is cleaned itself, also when the title is known."""
    for title in ("", "The Road to the Sea"):
        kept = remove_spans(text, boilerplate_spans(text, title))
        assert boilerplate_spans(kept, title) == ()
    assert certain_boilerplate_spans(remove_spans(text, certain_boilerplate_spans(text))) == ()


@given(PAGES | st.text(max_size=400))
def test_dropped_spans_rise_and_lie_in_the_text(text: str) -> None:
    """Spans are not empty, do not touch, and begin and end with characters that are no spaces."""
    spans = boilerplate_spans(text, "The Road to the Sea", ("Ann Sample",))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end < two.start for one, two in pairwise(spans))
    assert all(text[span.start].strip() and text[span.end - 1].strip() for span in spans)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Span(*sorted(pair)))))
def test_joined_spans_cover_the_same_characters(spans: list[Span]) -> None:
    """Joining loses and adds no character."""
    assert {i for span in merge_spans(spans) for i in range(*span)} == {i for span in spans for i in range(*span)}


@pytest.mark.parametrize(
    "line",
    [
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "Oops! Something went wrong while submitting the form.",
        "Thank you! Your submission has been received!",
        "This site is protected by reCAPTCHA and the Google Privacy Policy and Terms of Service apply.",
        "Looking for tea? Click here to find the best tea rooms near you",
        "Click here to find a shop",
        "Learn More »",
        "View all posts by Ann Sample",
        "Sign up for our weekly newsletter",
        "We use cookies to make this site better.",
        "Share this article",
        "Advertisement",
        "Read more: How tea came to the coast",
        "© 2021 Example Press. All rights reserved.",
        "5 min read",
        "Facebook Twitter LinkedIn",
    ],
)
def test_boilerplate_between_paragraphs_goes(line: str) -> None:
    """A line that is boilerplate wherever it stands is dropped in the middle of the text, and nothing else is."""
    first, _, rest = BODY.partition("\n\n")
    assert left(f"{first}\n\n{line}\n\n{rest}") == left(BODY)


@pytest.mark.parametrize(
    "line",
    [
        "It rained.",
        "Nobody knows why.",
        "- 2 mg in the morning",
        "Share prices fell that year.",
        "The law limits the use of cookies.",
        "He had to sign up for the army at the age of sixteen.",
        "Readers may learn more than they want.",
        "This result may not be reproduced in larger trials.",
        "Related work has been done in the south.",
        "Click here was all that the page said, and so they did.",
        "Further Reading on the Tea Tax",
        "Comments from the drivers are rare.",
        "Who paid for it?",
    ],
)
def test_true_lines_in_the_body_stay(line: str) -> None:
    """Short sentences, list entries and headings between paragraphs are never taken for boilerplate."""
    assert boilerplate_spans(BODY.replace("On the Road", line)) == ()
    assert boilerplate_spans(f"{BODY}\n\n{line}\n\n{BODY}") == ()


def test_a_page_copied_whole_keeps_only_its_article() -> None:
    """Menu, teasers, share bar, related titles and footer go; the title's line, headings and text stay."""
    menu = "Skip to content\n\nHome\n\nNews\n\nTea\n\nCoffee\n\nShops\n\nAbout us\n\nMenu\n\nSearch\n\n"
    head = "The Old Tea Road and Its Inns\n\nShare\n\nFacebook\n\nTwitter\n\n"
    links = "\n\nRelated articles\n\nHow Coffee Won the Coast\n\nTen Inns Worth a Night"
    tail = links + "\n\nPrivacy Policy\n\nContact\n\n© 2020"
    title = "The Old Tea Road and Its Inns"
    assert left(menu + head + BODY + tail, title) == [title, *left(BODY)]


@pytest.mark.parametrize(
    "menu", ["Home | Articles | About | Contact", "Menu   Home   Topics   Log in", "Share this   Print"]
)
def test_a_menu_on_one_line_goes(menu: str) -> None:
    """Menus that a browser copies as one line go above the text; a row of a table inside it stays."""
    assert left(f"{menu}\n\n{BODY}") == left(BODY)
    assert boilerplate_spans(BODY.replace("On the Road", "Salt | Two | Kansas")) == ()


def test_a_list_that_ends_a_text_stays() -> None:
    """Entries after the last sentence are text as long as nothing shows them to be links."""
    text = BODY + "\n\nWhat a driver carried:\n\n- salt\n- rope\n- two blankets"
    assert boilerplate_spans(text) == ()


def test_short_lines_alone_are_kept() -> None:
    """A poem or a list of words is not taken for a menu: without a paragraph there is nothing to stand around."""
    text = "Tea\nRoad\nRain\nMule\nSalt\nRope\nNight\nInn"
    assert boilerplate_spans(text) == ()


def test_a_sentence_that_closes_a_text_after_short_lines_stays() -> None:
    """What follows a run of short lines goes only when a form or a link list is seen among them."""
    text = BODY + "\n\n" + "\n".join(["one cup", "two cups"] * 8) + "\n\nThat is all that is known of the road."
    assert left(text)[-1] == "That is all that is known of the road."


PARAGRAPHS = [
    "A caravan left the hills in spring, when the rivers were low and the mules could find grass along the way.",
    "Each driver walked beside four mules, and the loads were checked at every ford by a clerk who wrote them down.",
    "“Nobody counted the rain,” one of the clerks wrote, and he was blamed for the bricks that were spoiled that year.",
    "The towns along the road lived from it. They sold barley and rope, and they bought what the drivers had saved.",
    "When the railway came the road was given up within ten years, and only the wells of the inns are still there.",
]
TEASERS = [
    "How Coffee Won the Coast in Ten Short Years",
    "May 3, 2022",
    "A cup of coffee was dearer than a meal, and yet the port drank nothing else, as the books of its customs show...",
    "The Salt Tax That Nobody Paid",
    "May 2, 2022",
    "Salt was carried at night. Those who were caught had to carry it back, and some of them did so more than once...",
    "Ten Old Mills Worth a Visit This Summer",
    "April 30, 2022",
    "Most of the mills stand empty, but a few grind again, and one of them bakes bread on every second Sunday...",
]
COMMENTS = ["2 Comments", "Carl Model says:", "My own village lived from that road until the war.", "Reply"]
COMMENTS += ["Ann Sample says:", "The well of our inn is still in use today.", "Reply"]


@pytest.mark.parametrize("after", [TEASERS, COMMENTS, [*TEASERS, *COMMENTS]])
def test_a_copied_page_keeps_its_article_and_nothing_after_it(after: list[str]) -> None:
    """Teasers with sentences of their own and readers' comments are not the article; the menu and the calls show that
    the text is the copy of a page."""
    menu = ["Skip to content", "Home", "News", "Roads", "Newsletter", "Log in"]
    calls = ["Share this article", "Read Next"]
    text = "\n\n".join(
        [*menu, "The Caravans of the Old Tea Road", *PARAGRAPHS, *calls, *after, "Privacy Policy", "© 2022"]
    )
    title = "The Caravans of the Old Tea Road"
    assert left(text, title) == [title, *PARAGRAPHS]


ABOVE = ["Skip to content", "Home", "News", "Roads", "Newsletter", "Log in", "The Caravans of the Old Tea Road"]
BELOW = ["Share this article", "Read Next", *TEASERS, "Privacy Policy", "© 2022"]


@pytest.mark.parametrize(
    "line",
    [
        "(Image credit: Tea Trust)",
        "Photo by Ann Sample",
        "Credit: Tea Trust",
        "Ann Sample/AFP/Getty Images",
        "(AP Photo/Ann Sample)",
        "Courtesy of the Tea Trust",
        "Source: tea.example.org",
        "This content can also be viewed on the site it originates from.",
        "Story continues",
        "All products featured on Tea are independently selected by our editors. However, when you buy something"
        " through our retail links, we may earn an affiliate commission. It changes nothing in what we think of a cup.",
        "The views expressed in this article are those of the author and do not reflect those of the Trust. They"
        " were written before the railway came, and not changed since, though much else was changed along the road.",
    ],
)
def test_credits_of_pictures_and_notices_inside_a_copied_page_go(line: str) -> None:
    """However long a notice is; in a text that is no copy of a page, "Credit: 500" may be an entry in its books."""
    text = "\n\n".join([*ABOVE, *PARAGRAPHS[:3], line, *PARAGRAPHS[3:], *BELOW])
    assert left(text, ABOVE[-1]) == [ABOVE[-1], *PARAGRAPHS]


def test_a_credit_in_a_text_that_is_no_copy_of_a_page_stays() -> None:
    for line in ("Credit: 500 crowns", "Photo by Ann Sample", "We may receive compensation from the carrier."):
        assert boilerplate_spans("\n\n".join([*PARAGRAPHS, line, *PARAGRAPHS])) == ()


def test_share_links_of_one_length_are_no_paragraph() -> None:
    """Lines that all begin with a capital are a list, though each would not have fitted on the line before it."""
    links = [f"Click to share on {site} (Opens in new window)" for site in ("Facebook", "LinkedIn", "WhatsApp")]
    text = "\n\n".join([*ABOVE, "\n".join(links), *PARAGRAPHS, *BELOW])
    assert left(text, ABOVE[-1]) == [ABOVE[-1], *PARAGRAPHS]


def test_a_list_that_the_article_introduces_stays() -> None:
    """Short lines after a colon are the article's, though they look like a menu."""
    entries = ["Salt", "Two ropes", "Four blankets", "Call bells"]
    lead = "A driver who left the hills in spring had to carry with him on the way:"
    text = "\n\n".join([*ABOVE, *PARAGRAPHS[:3], lead, "\n".join(entries), *PARAGRAPHS[3:], *BELOW])
    assert left(text, ABOVE[-1]) == [ABOVE[-1], *PARAGRAPHS[:3], lead, *entries, *PARAGRAPHS[3:]]


def test_the_sentence_under_the_title_stays() -> None:
    """It sums the article up, and may stand above a byline and a picture."""
    summary = "How a road of two thousand miles was kept open by mules, barley and a great many clerks."
    head = [*ABOVE, summary, "By Ann Sample", "May 3, 2022", "Share"]
    assert summary in left("\n\n".join([*head, *PARAGRAPHS, *BELOW]), ABOVE[-1])


def test_links_between_paragraphs_end_no_article() -> None:
    """A head of links that recurs stands between the paragraphs; what follows it is still the article."""
    linked = [part for paragraph in PARAGRAPHS for part in (paragraph, "Related", "How Coffee Won the Coast")]
    kept = left("\n\n".join([*ABOVE, *linked, "It is still walked.", *BELOW]), ABOVE[-1])
    assert [line for line in kept if line in PARAGRAPHS] == PARAGRAPHS


NO_COPIES = {
    "essay": "\n\n".join(["On Roads", *PARAGRAPHS, "And Yet", *PARAGRAPHS[::-1], "Ann Sample, May 3, 2022"]),
    "essay with one call": "\n\n".join([*PARAGRAPHS, "Note on the inns", "Closed.", "1", "2", "3", "4", "The end."]),
    "poem": "Rain\n\nHome\nand the road\ngoes on\n\nNight\nand the mule\nstands\n\nMore\nthan a name\nis gone",
    "questions": "\n".join(f"Q: Who paid for well {n}?\nA: The town did." for n in range(30)),
    "talk": "\n\n".join(["Is it far?", "No.", "Yes.", "How far?", "Two days.", "No!", "All the way?", "Yes."] * 4),
    "notes": "\n".join(["wells: 12", "mules 4 each", "ask Carl", "", "TODO rope", "- salt", "- barley", "see map"] * 3),
    "references": "\n".join(
        f"{n}. Sample A, Model C. Wells of the road. Inn Studies. 20{n:02};4:1-9." for n in range(9)
    ),
    "wrapped book": "\n\n".join(
        ["CHAPTER I", *("\n".join(textwrap.wrap(" ".join(PARAGRAPHS), 66)) for _ in range(3)), "CHAPTER II", "The end."]
    ),
    "recipe": "Salt Tea\n\n2 cups water\n1 pinch salt\n1 spoon butter\n\nBoil. Stir. Serve hot.\n\nTip: use a brick.",
    "words": "next\n\nadjective\n\nnearest in order\n\nPrevious\n\nEnglish\n\nsee also near",
}


@pytest.mark.parametrize("text", NO_COPIES.values(), ids=NO_COPIES)
def test_a_text_that_is_no_copy_of_a_page_loses_nothing(text: str) -> None:
    """Without the phrases of a web page no line is judged by its place or its length."""
    assert boilerplate_spans(text) == ()
    assert boilerplate_spans(text, "On Roads", ("Ann Sample",)) == ()


def test_texts_longer_than_a_page_are_left_alone() -> None:
    """A book is not judged as a page."""
    assert boilerplate_spans("Learn More\n" * 100_000) == ()


@pytest.mark.parametrize(
    "piece", ["a? click here ", "read more: ", "sign up for the ", "(", "– , ", "by ann ", "share on ", "1.2k "]
)
def test_phrases_take_linear_time(piece: str) -> None:
    """The longest line that is matched at all is no work for any phrase."""
    line = (piece * 200)[:200]
    assert work(lambda: [matches(line) for matches in (is_certain, is_tail_head, is_edge)]) < 3


@pytest.mark.parametrize(
    "piece",
    [
        *("a\n", "Home\nAbout\n", "Word of\n\n", "- ", "May 1, 2022\n", "Learn More\nIt is so.\n"),
        "Log in\nHome\nNews\nShop\nA caravan took more than a year for the whole way there and back again.\n",
    ],
)
def test_hostile_pages_cost_no_more_than_their_length(piece: str) -> None:
    """Lines of the worst kind, as many as make a long page: about ten loops at most."""
    text = (piece * (75_000 // len(piece) + 1))[:75_000]
    assert work(lambda: boilerplate_spans(text, "The Road to the Sea", ("Ann Sample",))) < 60
