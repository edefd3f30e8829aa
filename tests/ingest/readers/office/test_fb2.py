"""FictionBook: sections with their titles, notes at the end, and what the file says of the book."""

from __future__ import annotations

import pytest

from index.errors import ReadError
from ingest.readers import read
from tests.ingest.readers.test_office import ENTITIES, extract

ABOUT = (
    "<title-info><author><first-name>Ann</first-name><last-name>Sample</last-name></author><author><nickname>Reed"
    "</nickname></author><book-title>Of Ponds</book-title><date value='1897-05-03'>May 1897</date><lang>en</lang>"
    "</title-info><publish-info><publisher>Mill Press</publisher><year>1901</year></publish-info>"
)


def book(*bodies: str, about: str = ABOUT) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><FictionBook xmlns="http://www.gribuser.ru/xml/fictionbook/2.0">'
    return f"{head}<description>{about}</description>{''.join(bodies)}</FictionBook>".encode()


def test_sections_titles_and_notes_are_read() -> None:
    """Nested sections make a path of headings; marks of notes are no text; verses and tables are."""
    made = extract(
        "a.fb2",
        book(
            "<body><title><p>Of Ponds</p></title><section><title><p>Part</p><p>One</p></title>"
            "<section><title><p>Reeds</p></title><p>They are 10<sup>6</sup><a type='note'>[1]</a> in number.</p>"
            "<poem><stanza><v>O reed,</v><v>O water.</v></stanza></poem><empty-line/>"
            "<table><tr><th>Year</th><th>Depth</th></tr><tr><td>1897</td><td>2</td></tr></table></section></section></body>",
            "<body name='notes'><section><title><p>1</p></title><p>Counted in May.</p></section></body>",
            "<binary id='x'>AAAA</binary>",
        ),
    )
    assert [(s.heading, made.text[slice(*s.span)]) for s in made.sections] == [
        ("Part One › Reeds", "They are 10⁶ in number.\n\nO reed,\n\nO water.\n\nYear | Depth\n1897 | 2"),
        ("Notes", "Counted in May."),
    ]
    assert "[1]" not in made.text
    assert "AAAA" not in made.text


def test_the_description_is_the_metadata() -> None:
    """The year of print is that of publication; an author may have but a nickname."""
    stated = extract("a.fb2", book("<body><section><p>Text of the book.</p></section></body>")).metadata
    assert (stated.title, stated.authors, stated.published) == ("Of Ponds", ("Ann Sample", "Reed"), "1901")
    assert (stated.publisher, stated.language, stated.kind) == ("Mill Press", "en", "book")


def test_old_encodings_are_those_of_the_declaration() -> None:
    """Many Russian books are in windows-1251."""
    made = book("<body><section><p>Пруд глубок.</p></section></body>").decode().replace("utf-8", "windows-1251")
    assert extract("a.fb2", made.encode("cp1251")).text == "Пруд глубок."


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"a text", "is no XML"),
        (b"<html/>", "no FictionBook"),
        (book("<body/>"), "no text"),
        (book("<body>" + "<section>" * 5000 + "</section>" * 5000 + "</body>"), "is no XML"),
        (f"{ENTITIES}<FictionBook><body><p>{'&j;' * 99}</p></body></FictionBook>".encode(), "amplification"),
    ],
)
def test_what_is_no_book_is_refused(data: bytes, message: str) -> None:
    """In a line that names the file; entities are not resolved."""
    with pytest.raises(ReadError, match=message):
        read(data, "a.fb2")
