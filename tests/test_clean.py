"""Cleaning: what is no part of the article is marked, nothing is changed, and true sentences stay."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.types import Span
from ingest.clean import boilerplate, certain_boilerplate, joined, without
from ingest.phrases import is_certain, is_edge, is_tail_head

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
    return [line for line in without(text, boilerplate(text, title, authors)).split("\n") if line.strip()]


@given(PAGES)
def test_cleaning_again_drops_nothing_more(text: str) -> None:
    """What was kept is kept whole when it is cleaned itself, also when the title is known."""
    for title in ("", "The Road to the Sea"):
        kept = without(text, boilerplate(text, title))
        assert boilerplate(kept, title) == ()
    assert certain_boilerplate(without(text, certain_boilerplate(text))) == ()


@given(PAGES | st.text(max_size=400))
def test_dropped_spans_rise_and_lie_in_the_text(text: str) -> None:
    """Spans are not empty, do not touch, and begin and end with characters that are no spaces."""
    spans = boilerplate(text, "The Road to the Sea", ("Ann Sample",))
    assert all(0 <= span.start < span.end <= len(text) for span in spans)
    assert all(one.end < two.start for one, two in pairwise(spans))
    assert all(text[span.start].strip() and text[span.end - 1].strip() for span in spans)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)).map(lambda pair: Span(*sorted(pair)))))
def test_joined_spans_cover_the_same_characters(spans: list[Span]) -> None:
    """Joining loses and adds no character."""
    assert {i for span in joined(spans) for i in range(*span)} == {i for span in spans for i in range(*span)}


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
    assert boilerplate(BODY.replace("On the Road", line)) == ()
    assert boilerplate(f"{BODY}\n\n{line}\n\n{BODY}") == ()


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
    assert boilerplate(BODY.replace("On the Road", "Salt | Two | Kansas")) == ()


def test_a_list_that_ends_a_text_stays() -> None:
    """Entries after the last sentence are text as long as nothing shows them to be links."""
    text = BODY + "\n\nWhat a driver carried:\n\n- salt\n- rope\n- two blankets"
    assert boilerplate(text) == ()


def test_short_lines_alone_are_kept() -> None:
    """A poem or a list of words is not taken for a menu: without a paragraph there is nothing to stand around."""
    text = "Tea\nRoad\nRain\nMule\nSalt\nRope\nNight\nInn"
    assert boilerplate(text) == ()


def test_a_sentence_that_closes_a_text_after_short_lines_stays() -> None:
    """What follows a run of short lines goes only when a form or a link list is seen among them."""
    text = BODY + "\n\n" + "\n".join(["one cup", "two cups"] * 8) + "\n\nThat is all that is known of the road."
    assert left(text)[-1] == "That is all that is known of the road."


def test_texts_longer_than_a_page_are_left_alone() -> None:
    """A book is not judged as a page."""
    assert boilerplate("Learn More\n" * 100_000) == ()


@pytest.mark.parametrize(
    "piece", ["a? click here ", "read more: ", "sign up for the ", "(", "– , ", "by ann ", "share on ", "1.2k "]
)
def test_phrases_take_linear_time(piece: str) -> None:
    """The longest line that is matched at all takes no phrase more than a few milliseconds."""
    line = (piece * 200)[:200]
    started = time.perf_counter()
    for matches in (is_certain, is_tail_head, is_edge):
        matches(line)
    assert time.perf_counter() - started < 0.05


@pytest.mark.parametrize(
    "piece", ["a\n", "Home\nAbout\n", "Word of\n\n", "- ", "May 1, 2022\n", "Learn More\nIt is so.\n"]
)
def test_hostile_pages_take_seconds_at_most(piece: str) -> None:
    """Half a million characters of the worst kind of lines are judged in a few seconds."""
    text = (piece * (300_000 // len(piece) + 1))[:300_000]
    started = time.perf_counter()
    boilerplate(text, "The Road to the Sea", ("Ann Sample",))
    assert time.perf_counter() - started < 20
