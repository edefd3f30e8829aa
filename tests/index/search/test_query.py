"""What a person typed, taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import QueryError
from index.search.query import PASTED, held_and_missing, is_title_or_heading, matching_spans, parse_query, query_words
from index.text.analysis import stem, stems
from index.text.segmentation import WORD
from index.types import Span

Q = "question"


@pytest.mark.parametrize(
    ("text", "meaning", "phrases", "excluded"),
    [
        ("is it addictive", "is it addictive", (), ()),
        ('"side effects" of it', "side effects of it", ("side effects",), ()),
        ("“side effects” of it", "side effects of it", ("side effects",), ()),
        ("«effets secondaires» ici", "effets secondaires ici", ("effets secondaires",), ()),
        ("„starke Wirkung“ hier", "starke Wirkung hier", ("starke Wirkung",), ()),
        ("„silny lek” tutaj", "silny lek tutaj", ("silny lek",), ()),
        ('"a b" and "c d"', "a b and c d", ("a b", "c d"), ()),
        ("ketamine -alcohol", "ketamine", (), ("alcohol",)),
        ('ketamine -"binge drinking" harm', "ketamine harm", (), ("binge drinking",)),
        ("ketamine -“binge drinking”", "ketamine", (), ("binge drinking",)),
        ('say "no -smoking here" please', "say no -smoking here please", ("no -smoking here",), ()),
        ("well-known half-life", "well-known half-life", (), ()),
        ("range 5 - 10 and -- dashes -", "range 5 - 10 and -- dashes -", (), ()),
        ('the 5" screen', 'the 5" screen', (), ()),
        ('an "unclosed quote', 'an "unclosed quote', (), ()),
        ('a "closed one" and "not', 'a closed one and "not', ("closed one",), ()),
        ('a"b"c', "a b c", ("b",), ()),
        ('"" nothing "  " quoted', "nothing quoted", (), ()),
        ('"!!" marks', "marks", (), ()),
        ("AND (x OR", "AND (x OR", (), ()),
        ("body: x^2 ~3 [a TO b] *", "body: x^2 ~3 [a TO b] *", (), ()),
        ("l'été", "l'été", (), ()),
        ("C++", "C++", (), ()),
        ("  much   space\n\tbetween ", "much space between", (), ()),
    ],
)
def test_a_query_is_taken_apart(text: str, meaning: str, phrases: tuple[str, ...], excluded: tuple[str, ...]) -> None:
    """Phrases in any quotes must occur, -word and -"phrase" must not, and the rest is read as it stands."""
    query = parse_query(text)
    assert (query.meaning, query.terms.phrases, query.terms.excluded) == (meaning, phrases, excluded)
    assert query.text == text
    assert query.terms.text == meaning


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "\n",
        "😀 🎉",
        "?!",
        '""',
        "-alcohol",
        '-"all of it" -more',
        "--",
        "\0",
        "_ __",
        "the",
        "what is it",
        "it's not",
    ],
)
def test_a_query_without_a_word_to_look_for_is_an_error(text: str) -> None:
    """Nothing, signs, emoji or stop words alone, and exclusions alone say what to do instead."""
    with pytest.raises(QueryError, match="no word to look for"):
        parse_query(text)


PIECES = st.lists(st.sampled_from([*"\"“”«»„-–()[]{}:^~*+\\/'\0 \n", " -", '-"', "a", "B", "1", "é", "😀", "\ud800"]))


@given(text=PIECES.map("".join) | st.text())
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No text whatever raises anything but QueryError; what comes out can be encoded and has a word."""
    try:
        query = parse_query(text)
    except QueryError:
        return
    assert WORD.search(query.meaning)
    assert all(WORD.search(part) for part in (*query.terms.phrases, *query.terms.excluded))
    "".join([query.text, query.meaning, *query.terms.phrases, *query.terms.excluded]).encode()


def test_a_lone_surrogate_becomes_a_readable_sign() -> None:
    """Broken bytes on a command line and \\ud800 in JSON reach neither the model nor the answer."""
    assert parse_query("caf\udce9 noir").text == "caf\ufffd noir"


def test_a_pasted_paragraph_gives_no_orders() -> None:
    """What is longer than any question is read as it stands: its quotes and dashes are those of its author."""
    text = '"a -b" ' * 10_000 + "- “" * 10_000 + "word " * 10_000
    query = parse_query(text)
    assert (query.meaning, query.terms.phrases, query.terms.excluded) == (text, (), ())
    text = "word " * (PASTED - 1) + '"phrase"'
    assert parse_query(text).terms.phrases == ("phrase",)


_SAID = "running Runs ran Élan elan étude dying die SKIES sky Kelvin \u212aelvin \u017fold sold 2nd 2 ﬁnds finds – ’s"


# without ½ and ²: as words they are figures, which the reference does not take for words
_LETTERS = st.text(st.characters(exclude_categories=["Cs", "No"]))


@given(st.lists(st.sampled_from(_SAID.split()), min_size=1), st.lists(st.sampled_from(_SAID.split())), _LETTERS)
def test_every_form_of_a_word_that_is_asked_for_is_marked_and_nothing_else(
    words: list[str], others: list[str], more: str
) -> None:
    """Held to the stems of all words, one by one."""
    query, text = parse_query(f"x {' '.join(words)}"), f"{' '.join(others)} {more}"
    wanted = set(stems(query.meaning))
    expected = [Span(*match.span()).shifted(7) for match in WORD.finditer(text) if stem(match[0]) in wanted]
    assert list(matching_spans(query, text, 7)) == expected


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("creme brulee", "a cre\u0300me bru\u0302le\u0301e.", ["cre\u0300me", "bru\u0302le\u0301e"]),
        ("support", "it sup\u00adports\u00ad us", ["sup\u00adports"]),
        ("apprentices", "their ap-\nprentices", ["ap-\nprentices"]),
        ("long-term", "a long-\nterm plan", ["long-\nterm"]),
        ("fishery", "the fish\u200bery", ["fish\u200bery"]),
        ("barley", "barley\u00b3 and barley[4]", ["barley", "barley"]),
        ("m2", "a m\u00b2 of CO\u2082", ["m\u00b2"]),
        ("400 kV", "a 400kV line", ["400", "kV"]),
        ("1500", "1\u2009500 of 1,500", ["1\u2009500", "1,500"]),
        ("find", "\ufb01nds", ["\ufb01nds"]),
        ("\u5927\u5b66", "\u6771\u4eac\u306e\u5927\u5b66\u306b\u5b66\u3076", ["\u5927\u5b66"]),
        ("\u5b66", "\u5927\u5b66\u306b", ["\u5b66"]),
    ],
)
def test_marks_show_words_as_the_text_writes_them(query: str, text: str, marked: list[str]) -> None:
    spans = matching_spans(parse_query(query), text, 100)
    assert [text[start - 100 : end - 100] for start, end in spans] == marked


def test_a_query_has_its_words_in_normal_form() -> None:
    assert query_words("cre\u0300me, 1\u00a0500 long-\nterm \u6771\u4eac 400kV") == [
        "cr\u00e8me",
        "1500",
        "longterm",
        "\u6771\u4eac",
        "400",
        "kV",
    ]


def test_a_passage_has_a_word_however_a_line_end_breaks_it() -> None:
    text = "A well-\nknown way to dry the ap-\nples of the hill."
    held, missing = held_and_missing(parse_query("known apple wellknown hill tea"), text, "", None)
    assert (held, missing) == (("known", "apple", "wellknown", "hill"), ("tea",))


def test_a_phrase_of_stop_words_is_looked_for_and_marks_nothing() -> None:
    query = parse_query('"what is it"')
    assert query.terms.phrases == ("what is it",)
    assert matching_spans(query, "It is what it is.") == ()


@pytest.mark.parametrize(
    ("query", "title", "heading", "is_named"),
    [
        ("A cruel loop", "", "A cruel loop", True),
        ("cruel loops", "Title", "Above › The cruel loop", True),
        ("ketamine and the bladder", "Ketamine and the bladder", None, True),
        ("loop", "", "A cruel loop", False),
        ("loop cruel", "", "A cruel loop", False),
        ('"what is it"', "", "What it is", False),
        ("bladder", "", None, False),
    ],
)
def test_a_title_or_lowest_heading_names_a_passage(query: str, title: str, heading: str | None, is_named: bool) -> None:
    """Whole and in order, but for word forms and stop words; stop words alone name nothing."""
    assert is_title_or_heading(parse_query(query), title, heading) is is_named
