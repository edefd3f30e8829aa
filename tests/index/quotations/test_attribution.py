"""To whom a quotation is ascribed, and from whom a source has it."""

from __future__ import annotations

import pytest

from index.quotations.attribution import QuotedPlace, attribution_note
from index.quotations.draft_quotations import Quotation, find_quotations
from index.quotations.people import are_one, is_named, people
from index.quotations.speakers import attribution
from index.types import Source, Span

WORDS = "We were inside the limit"
FERRY = "Harbour master Ruth Okafor spoke to reporters.\n\n"
TALK = """Interview with Leonard Voss

RADIO HOST: How are you feeling today, sir?

VOSS: I want a second boat. He is a careful man.

RADIO HOST: Did anybody warn you of it?

VOSS: No. There was no announcement before it.
"""


def speaker(text: str, words: str = WORDS) -> str:
    start = text.index(words)
    return attribution(text, Span(start, start + len(words))).speaker


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"{}," said Ruth Okafor.', "Ruth Okafor"),
        ('"{}," Ruth Okafor said.', "Ruth Okafor"),
        ('"{}," said its director, Dr Helen Strand.', "Dr Helen Strand"),
        ('"{}," said the managing director Fiona Marsh, 58, of Leeds.', "Fiona Marsh"),
        ('"{}," the company\'s managing director, Fiona Marsh, said.', "Fiona Marsh"),
        ('"{}," Prof. Miriam Adeyemi told the podcast.', "Prof. Miriam Adeyemi"),
        ('"{}," said a spokesman for Northern Ferries.', "a spokesman for Northern Ferries"),
        ('"{}," the harbour master said.', "the harbour master"),
        ('"{}?" asked Mr. Brown.', "Mr. Brown"),
        ("Ruth Okafor, who runs the harbour, said on Tuesday: “{}.”", "Ruth Okafor"),
        ("On Tuesday in Leeds Ruth Okafor told the BBC that “{}”.", "Ruth Okafor"),
        ("According to Ruth Okafor, “{} then”.", "Ruth Okafor"),
        ("In a letter to Fiona Marsh, Ruth Okafor wrote: “{}.”", "Ruth Okafor"),
        ('Ruth Okafor spoke to reporters. "{}," she said.', "Ruth Okafor"),
        ('Ruth Okafor spoke to reporters.\n\n"{}," she said.', "Ruth Okafor"),
        ('Ruth Okafor came. "{}," she said.\n\nFiona Marsh did not come.', "Ruth Okafor"),
        ('Ruth Okafor met Mr Tom Hale. "{}," he said.', "Mr Tom Hale"),
        ('Sofia Lindgren is coach. They won again.\n\nLindgren smiled. "{}," she said.', "Sofia Lindgren"),
        ('"It is late now," Ruth Okafor said. "{}."', "Ruth Okafor"),
        ('"It is late now," she said. "{}."', ""),
        ("Ruth Okafor said: “It is late now.\n\n“{}.”", "Ruth Okafor"),
        ("“{}.\n\n“It is late now,” said Ruth Okafor.", "Ruth Okafor"),
        ('Ruth Okafor said: "{}." Fiona Marsh said: "No."', "Ruth Okafor"),
        ("Ruth Okafor said that {} then.", "Ruth Okafor"),
        ("{}, Ruth Okafor said.", "Ruth Okafor"),
        ("{}. The sea was calm.", ""),
        ('The sign reads "{}" in red.', ""),
    ],
)
def test_the_speaker_is_named_beside_the_quotation(text: str, expected: str) -> None:
    """Before or after it, right there, by a pronoun, or with the quotation before."""
    assert speaker(text.format(WORDS)) == expected


def test_a_label_tells_who_speaks_until_the_next() -> None:
    """In a talk; a lone line with a colon is no label."""
    assert speaker(TALK, "He is a careful man") == "VOSS"
    assert speaker(TALK, "Did anybody warn you") == "RADIO HOST"
    assert speaker(f"Background: it was late.\n\nResults: {WORDS}.") == ""


@pytest.mark.parametrize(
    ("draft", "name", "is_cited"),
    [
        ("“{},” said Mr. Brown.", "Mr. Brown", False),
        ("“{},” said Prof. Miriam Adeyemi.", "Prof. Miriam Adeyemi", False),
        ("“{},” said its managing director, Fiona Marsh.", "Fiona Marsh", False),
        ("Voss told the radio that “{}”.", "Voss", False),
        ("Dr Hegarty asked on Monday: “{}?”", "Dr Hegarty", False),
        ("Fiona Marsh argued strongly and the court found “{}”.", None, False),
        ("“{},” said a friend of Emil Kragh.", None, False),
        ("According to Sample, “{}”.", "Sample", True),
        ("It fell: “{}” (Sample, 2020).", "Sample", True),
    ],
)
def test_a_draft_ascribes_with_titles_and_descriptions(draft: str, name: str | None, is_cited: bool) -> None:
    (quotation,) = find_quotations(draft.format(WORDS))
    assert (quotation.attributed_to, quotation.is_cited) == (name, is_cited)


def note(name: str, text: str, words: str = WORDS, *, is_cited: bool = False, **about: object) -> str | None:
    """What is said of a quotation ascribed to a name, which a source of this text has."""
    span = Span(text.index(words), text.index(words) + len(words))
    source = Source("s", "s.txt", **about)  # type: ignore[arg-type]
    quotation = Quotation(Span(0, len(words)), words, name, is_cited=is_cited)
    return attribution_note(quotation, QuotedPlace(source, text[:200], text, span))


def test_a_quotation_of_somebody_else_is_told_with_whom_the_source_has_it_from() -> None:
    text = FERRY + f'"{WORDS}," she said.\n\nThe director, Fiona Marsh, did not come.'
    assert note("Ruth Okafor", text) is None
    assert note("Okafor", text) is None
    assert note("Fiona Marsh", text) == "ascribed to Fiona Marsh; the source has it from Ruth Okafor"
    assert note("Mr Brown", text) == (
        "ascribed to Mr Brown, who is not named near it; the source has it from Ruth Okafor"
    )
    assert note("Tom Okafor", text) == "ascribed to Tom Okafor; the source has it from Ruth Okafor"


def test_a_name_is_a_whole_word_with_a_capital() -> None:
    """ "lee" in "sleeps" is none, and neither is a rose."""
    assert note("Ann Lee", f"The town sleeps. {WORDS}. A rose fell.", authors=("Ben Rask",)) == (
        "ascribed to Ann Lee, who is not named near it; the source is by Ben Rask"
    )
    assert not is_named("Tom Rose", "A rose fell.")
    assert is_named("Tom Rose", "It was Rose’s, they say.")
    assert is_named("Rose", "ROSE: No.")


def test_in_a_talk_the_label_counts() -> None:
    """A part without a name may be anybody's who has no label."""
    careful, warned = "He is a careful man", "Did anybody warn you"
    assert note("Leonard Voss", TALK, careful) is None
    assert note("Ruth Okafor", TALK, careful) == (
        "ascribed to Ruth Okafor, who is not named near it; the source has it from Leonard Voss"
    )
    assert note("Leonard Voss", TALK, warned) == "ascribed to Leonard Voss; the source has it from RADIO HOST"
    assert note("Sian Protheroe", TALK, warned, authors=("Sian Protheroe",)) is None


def test_the_words_of_the_text_itself_are_its_authors() -> None:
    """And those that it quotes are not, unless the draft cites it as a source."""
    own, quoted = f"It was late. {WORDS}.", f'"{WORDS}," said Ruth Okafor.'
    assert note("Gwen Ashworth", own, authors=("Gwen Ashworth",)) is None
    assert note("Rosalind Pike", own, authors=("Gwen Ashworth",)) == (
        "ascribed to Rosalind Pike, who is not named near it; the source is by Gwen Ashworth"
    )
    assert note("Rosalind Pike", own) == (
        "ascribed to Rosalind Pike, who is not named near it; the source names no author"
    )
    assert note("Gwen Ashworth", quoted, authors=("Gwen Ashworth",)) == (
        "ascribed to Gwen Ashworth, who is not named near it; the source has it from Ruth Okafor"
    )
    assert note("Ashworth", quoted, authors=("Gwen Ashworth",), is_cited=True) is None
    assert note("Fenland Courier", quoted, publisher="The Fenland Courier") is None


@pytest.mark.parametrize(
    "text",
    [
        'Ruth Okafor and Fiona Marsh spoke to reporters. "{}," she said.',  # either may be she
        '"{}," said a spokesman for Fiona Marsh.',
        'Fiona Marsh, the director, was asked again.\n\n"{}," the director said.',
        'Fiona Marsh came in. Ruth Okafor looked up. "{}," she said.',  # whoever opens the paragraph
        'Fiona Marsh wore a badge: "{}".',  # nobody speaks
        "Fiona Marsh came in. {}.",
    ],
)
def test_where_the_text_leaves_it_open_nothing_is_said(text: str) -> None:
    assert note("Fiona Marsh", text.format(WORDS)) is None


@pytest.mark.parametrize(
    ("name", "other", "expected"),
    [
        ("Leonard Voss", "VOSS", True),
        ("Leonard Voss", "LV", True),
        ("Leonard Voss", "Leonard", True),
        ("Prof. Miriam Adeyemi", "M. Adeyemi", True),
        ("Mr Brown", "Tom Brown Jr.", True),
        ("José Muñoz", "Jose Munoz", True),
        ("Leonard Voss", "Clara Voss", False),
        ("Leonard Voss", "Leonard Cole", False),
    ],
)
def test_two_names_of_one_person(name: str, other: str, expected: bool) -> None:
    assert are_one(name, other) is expected


def test_people_are_told_from_bodies_and_places() -> None:
    text = (
        "But Ruth Okafor met Dr. Strand of the Health Agency in New York. North Sea Ferries paid Tom Hale’s bill for "
        "Ann Sample. Yesterday it rained on Professor Adeyemi."
    )
    assert [person.name for person in people(text)] == ["Ruth Okafor", "Dr. Strand"]
