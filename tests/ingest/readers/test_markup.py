"""reStructuredText, Org and notebooks: what a rendered page shows as text, under its headings."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import ReadError
from ingest.readers import read
from ingest.types import Extract
from tests.ingest.readers.test_readers import assert_lawful


def extract(name: str, text: str) -> Extract:
    (document,) = read(text.encode(), name).extracts
    assert isinstance(document, Extract)
    assert_lawful(document)
    return document


def own(document: Extract) -> str:
    """The text without its dropped spans and blank lines."""
    kept, start = "", 0
    for begin, end in (*document.dropped, (len(document.text), len(document.text))):
        kept += document.text[start:begin]
        start = end
    return "\n".join(line for line in kept.split("\n") if line.strip())


def headings(name: str, text: str) -> list[str | None]:
    return [section.heading for section in extract(name, text).sections]


PROSE = "The pond is deep, and the reeds at the mill grow each day of the year."


def test_restructured_text_keeps_the_file_and_drops_what_is_not_shown() -> None:
    """Directives with their options and content, comments and targets; notes and warnings are text."""
    text = (
        f"{PROSE}\n\n.. image:: pond.png\n   :alt: A pond\n\n.. a remark\n   to the editor\n\n.. _mill:\n\n"
        ".. note:: Cut them in winter.\n   :class: cold\n\n   Ice carries you.\n\n.. [1] Seen in May.\n\n"
        ".. code-block:: python\n\n   x = 1\n\n   y = 2\n\nAnd so on.\n"
    )
    document = extract("a.rst", text)
    assert document.text == text
    assert own(document).split("\n") == [
        *(PROSE, ".. note:: Cut them in winter.", "   Ice carries you.", ".. [1] Seen in May.", "And so on.")
    ]


def test_headings_of_restructured_text_have_the_levels_of_their_marks() -> None:
    """In the order in which the marks appear; a line above them makes other marks; roles and links are no words."""
    text = (
        f"=====\nPonds\n=====\n\n{PROSE}\n\nThe `reeds <x>`_ of *old*\n=========================\n\nHigh.\n\n"
        f"Growth\n------\n\nFast.\n\nDam\n===\n\nLeaks.\n"
    )
    assert headings("a.rst", text) == [None, "The reeds of old", "Growth", "Dam"]
    assert extract("a.rst", text).metadata.title == "Ponds"


def test_fields_and_keywords_at_the_top_are_metadata() -> None:
    """Of both formats; they are no text."""
    rst = extract("a.rst", f"Ponds\n=====\n\n:Author: Ann Sample\n:Date: 2021-05-04\n\n{PROSE}\n")
    org = extract("a.org", f"#+TITLE: Ponds\n#+author: Ann Sample\n#+DATE: 2021-05-04\n#+OPTIONS: toc:nil\n\n{PROSE}\n")
    for document in (rst, org):
        stated = document.metadata
        assert (stated.title, stated.authors, stated.published) == ("Ponds", ("Ann Sample",), "2021-05-04")
        assert own(document) == PROSE


def test_org_keeps_the_file_and_drops_what_is_not_shown() -> None:
    """Drawers, planning, comments, marks of blocks and rules of tables."""
    text = (
        f"{PROSE}\n* Reeds\n:PROPERTIES:\n:ID: 7\n:END:\nSCHEDULED: <2021-05-04 Tue>\nThey are high.\n# a remark\n"
        "| Year | Height |\n|------+--------|\n| 2020 | 2 m |\n#+BEGIN_QUOTE\nIt leaks.\n#+END_QUOTE\n"
        "#+begin_comment\nno text\n#+end_comment\n:open drawer\n- an item\n"
    )
    document = extract("a.org", text)
    assert document.text == text
    assert own(document).split("\n") == [
        *(PROSE, "* Reeds", "They are high.", "| Year | Height |", "| 2020 | 2 m |", "It leaks.", ":open drawer"),
        "- an item",
    ]


def test_headings_of_org_are_their_words() -> None:
    """Without states, priorities, tags, links and emphasis."""
    first = "* TODO [#A] The [[https://example.org][reeds]] of *old*  :plants:pond:"
    text = f"{PROSE}\n{first}\nHigh.\n** Growth\nFast.\n* Dam\nLeaks.\n"
    assert headings("a.org", text) == [None, "The reeds of old", "Growth", "Dam"]


def notebook(*cells: tuple[str, object], **metadata: object) -> str:
    made = [{"cell_type": kind, "source": source, "outputs": [{"text": ["1\n"]}]} for kind, source in cells]
    return json.dumps({"cells": made, "metadata": metadata, "nbformat": 4})


def test_the_markdown_of_a_notebook_is_its_text() -> None:
    """Its first heading is the title; code and what it printed are left out, not lost."""
    document = extract(
        "a.ipynb",
        notebook(
            ("markdown", ["# Depths\n", "\n", PROSE]),
            *(("code", "depth = 2"), ("raw", "no text"), ("markdown", "## Reeds\n\nThey are high.")),
            authors=[{"name": "Ann Sample"}],
        ),
    )
    assert (document.metadata.title, document.metadata.authors) == ("Depths", ("Ann Sample",))
    assert document.text == f"# Depths\n\n{PROSE}\n\n## Reeds\n\nThey are high."
    assert [section.heading for section in document.sections] == [None, "Reeds"]
    assert document.left_out == ("depth = 2", "1", "no text", "1")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "broken JSON"),
        ("[" * 100_000, "broken JSON"),
        ("{}", "no notebook"),
        ('{"cells": 7}', "no notebook"),
        (notebook(("code", "x")), "no text outside its code"),
    ],
)
def test_what_is_no_notebook_is_refused(text: str, message: str) -> None:
    """In a line that names the file."""
    with pytest.raises(ReadError, match=message):
        read(text.encode(), "a.ipynb")


def test_the_code_of_a_large_notebook_is_left_out_up_to_a_limit() -> None:
    """What is shown to a person is not endless."""
    document = extract("a.ipynb", notebook(("markdown", PROSE), *[("code", "x = 1\n" * 1000)] * 50))
    assert sum(map(len, document.left_out)) < 20_100
    assert document.left_out[-1] == "… more code"


LINES = st.lists(
    st.sampled_from(
        [
            *(
                "",
                "Text.",
                "====",
                "----",
                "  indented",
                ".. note::",
                ".. code::",
                "   x",
                ":a: b",
                ".. [1] x",
                "+--+--+",
            ),
            *("* H", "** [[a]]", ":D:", ":END:", "#+BEGIN_SRC", "#+END_SRC", "#+title: x", "# c", "|--|"),
        ]
    )
)


@given(LINES)
def test_any_order_of_lines_gives_lawful_spans(lines: list[str]) -> None:
    """In both formats, and the text stays as it is."""
    text = "\n".join([*lines, "End."])
    assert extract("a.rst", text).text == extract("a.org", text).text == text


@pytest.mark.parametrize("name", ["a.rst", "a.org"])
def test_very_many_marks_take_no_longer_than_text(name: str) -> None:
    """Ten thousand openings of blocks and drawers, none closed."""
    document = extract(name, PROSE + "\n" + ":A:\n.. note::\n====\n" * 10_000)
    assert document.text.startswith(PROSE)
