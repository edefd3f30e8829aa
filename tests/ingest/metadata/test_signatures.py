"""Lines that say who wrote a text, in which paper and when."""

from __future__ import annotations

import pytest

from ingest.readers import read
from ingest.types import Extract

BODY = (
    "The harbour was built in stone after the great flood, and the town grew around it. Boats came to trade salt.\n\n"
    "In the second year the wall was raised by two feet, because the spring tides had broken over it again."
)


def extract(head: str, name: str = "wall.txt") -> Extract:
    (result,) = read(f"{head}\n\n{BODY}\n".encode(), name).extracts
    assert isinstance(result, Extract)
    return result


@pytest.mark.parametrize("name", ["wall.txt", "wall.md"])
@pytest.mark.parametrize(
    ("line", "authors", "publisher", "published"),
    [
        ("Opinion, by Ann Sample", ("Ann Sample",), None, None),
        ("Talk to the society, by Ann Sample", ("Ann Sample",), None, None),
        ("A short history by Ann Sample (1998)", ("Ann Sample",), None, "1998"),
        ("Letter to the editor by Ann Sample and Tom Ude", ("Ann Sample", "Tom Ude"), None, None),
        ("Report of the committee, by Ann Sample, March 2011", ("Ann Sample",), None, "2011-03"),
        ("By Ann Sample (1998)", ("Ann Sample",), None, "1998"),
        ("By Ann Sample, Tolbury Herald, 3 May 2019", ("Ann Sample",), "Tolbury Herald", "2019-05-03"),
        ("By Ann Sample and Tom Ude, Tolbury Herald", ("Ann Sample", "Tom Ude"), "Tolbury Herald", None),
        ("By Ann Sample (Tolbury Herald, 3 May 2019)", ("Ann Sample",), "Tolbury Herald", "2019-05-03"),
        ("By Ann Sample for the Tolbury Herald", ("Ann Sample",), "Tolbury Herald", None),
        ("By Ann Sample, staff reporter, Tolbury Herald", ("Ann Sample",), "Tolbury Herald", None),
        ("Von Ann Sample, Tolbury Anzeiger, 3. Mai 2019", ("Ann Sample",), "Tolbury Anzeiger", "2019-05-03"),
        ("By Ann Sample, Tolbury, 3 May 2019", ("Ann Sample",), None, "2019-05-03"),
        ("By Ann Sample, University of Tolbury", ("Ann Sample",), None, None),
        ("By Tom Ude and Emily Post", ("Tom Ude", "Emily Post"), None, None),
        ("Sara Times | 3 May 2019", ("Sara Times",), None, "2019-05-03"),
        ("Ann Sample, Journal of Tides, March 2011", ("Ann Sample",), "Journal of Tides", "2011-03"),
        ("Ann Sample and Tom Ude, Journal of Tides, 2011", ("Ann Sample", "Tom Ude"), "Journal of Tides", "2011"),
        ("Ann Sample | Tolbury Herald | 3 May 2019", ("Ann Sample",), "Tolbury Herald", "2019-05-03"),
        ("Ann Sample · 3 May 2019", ("Ann Sample",), None, "2019-05-03"),
    ],
)
def test_a_byline_names_the_author_the_paper_and_the_date(
    name: str, line: str, authors: tuple[str, ...], publisher: str | None, published: str | None
) -> None:
    """A newspaper is no author, and the line is no heading of what follows it."""
    found = extract(f"The harbour wall\n\n{line}" if name.endswith(".txt") else f"# The harbour wall\n\n{line}", name)
    about = found.metadata
    assert (about.title, about.authors) == ("The harbour wall", authors)
    assert (about.publisher, about.published) == (publisher, published)
    assert [section.heading for section in found.sections] == [None]


@pytest.mark.parametrize(
    "line", ["Talk to the society, by Ann Sample", "Opinion, by our correspondent", "Photographs by Ann Sample"]
)
def test_what_a_byline_says_beside_the_name_stays_text(line: str) -> None:
    """And so does a line of which nobody can tell who wrote the text; it is no heading."""
    found = extract(f"The harbour wall\n\n{line}")
    (section,) = found.sections
    assert found.text[slice(*section.span)].startswith(line)
    assert section.heading is None


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("Death by Water", "Death by Water"),
        ("Parish Council, 3 May 2019", "Parish Council, 3 May 2019"),
        ("San Francisco, California, March 2011", "San Francisco, California, March 2011"),
        ("Made by hand", "Made by hand"),
        ("Town | 1901 | 1902", "Town | 1901 | 1902"),
        ("New York | 3 May 2019", "New York | 3 May 2019"),
        ("Prime Minister | 3 May 2019", "Prime Minister | 3 May 2019"),
    ],
)
def test_a_heading_with_a_place_or_with_by_in_it_names_no_author(line: str, heading: str) -> None:
    found = extract(f"The harbour wall\n\n{line}")
    assert (found.metadata.authors, found.sections[0].heading) == ((), heading)


@pytest.mark.parametrize(
    "photographs", ["Photographs by Ann Sample", "Translated by Ann Sample", "Edited, by Ann Sample"]
)
def test_who_took_the_pictures_or_translated_is_not_the_author(photographs: str) -> None:
    assert extract(f"The harbour wall\n\n{photographs}").metadata.authors == ()


@pytest.mark.parametrize(
    ("first", "title", "authors", "published"),
    [
        ("A short history by Ann Sample (1998)", "A short history", ("Ann Sample",), "1998"),
        ("The harbour wall, by Ann Sample", "The harbour wall", ("Ann Sample",), None),
        ("The harbour wall by Ann Sample and Tom Ude (1998)", "The harbour wall", ("Ann Sample", "Tom Ude"), "1998"),
        ("Stopping by Woods on a Snowy Evening", "Stopping by Woods on a Snowy Evening", (), None),
        ("Death by Water", "Death by Water", (), None),
        ("Killed by Friendly Fire (1998)", "Killed by Friendly Fire (1998)", (), None),
        ("A town abandoned by Great Powers (1998)", "A town abandoned by Great Powers (1998)", (), None),
    ],
)
@pytest.mark.parametrize("mark", ["", "# "])
def test_a_title_may_name_its_author(
    mark: str, first: str, title: str, authors: tuple[str, ...], published: str | None
) -> None:
    about = extract(mark + first, "wall.md" if mark else "wall.txt").metadata
    assert (about.title, about.authors, about.published) == (title, authors, published)


def test_a_byline_that_is_marked_as_a_heading_is_none() -> None:
    found = extract("# The harbour wall\n\n## By Ann Sample", "wall.md")
    assert (found.metadata.authors, [section.heading for section in found.sections]) == (("Ann Sample",), [None])
