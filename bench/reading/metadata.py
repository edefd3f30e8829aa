"""Whether title, authors and date of a page are right, and how often they are given though the page has none.

Judged alike for both readers. A title is right when its letters and figures are those annotated, case apart, whether
or not either ends with the site's name behind a bar or a dash. Authors are right when the sets of their names are the
same, without titles and degrees; a date, when the day is.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.reading.pages import PageSet, TestPage, load
from index.errors import ReadError
from ingest.readers.html.reader import read_html
from ingest.types import Extract, Metadata

GOALS = {"title": 0.90, "date": 0.88, "authors": 0.75}
OURS, OTHER = "Sourcewise", "trafilatura"

_SITE = re.compile(r"\s+(?:[|·•»–—-]+|::)\s+[^|·•»]{2,60}$")
_PARTS = re.compile(r"[;,&|/]|\band\b", re.IGNORECASE)
_TITLES = frozenset(("by", "dr", "prof", "phd", "ph", "d", "md", "m", "jr", "sr", "esq", "mph", "ms", "rd"))


@dataclass(frozen=True, slots=True)
class Right:
    """One field of one set: ``right`` of the ``annotated``; ``spurious`` of the pages ``without`` it."""

    name: str
    way: str
    field: str
    annotated: int
    right: int
    without: int
    spurious: int

    @property
    def share(self) -> float:
        return self.right / self.annotated if self.annotated else 0.0


Values = Mapping[str, str]
Read = Callable[[TestPage], Values]


def measure(data: Path) -> tuple[Right, ...]:
    """Raises DataError."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return tuple(one for pages in load(data) for one in _set(pages))


def _set(one: PageSet) -> Iterator[Right]:
    for way, read in ((OTHER, _by_trafilatura), (OURS, _by_reader)):
        found = [(page, read(page)) for page in one.pages]
        for field in GOALS:
            yield _judged(one.name, way, field, found)


def _judged(name: str, way: str, field: str, found: Sequence[tuple[TestPage, Values]]) -> Right:
    pairs = [(getattr(page, field), values[field]) for page, values in found if getattr(page, field) is not None]
    said = [(gold, value) for gold, value in pairs if gold]
    empty = [value for gold, value in pairs if not gold]
    right = sum(SAME[field](gold, value) for gold, value in said)
    return Right(name, way, field, len(said), right, len(empty), sum(map(bool, empty)))


def _by_trafilatura(page: TestPage) -> Values:
    from trafilatura import bare_extraction

    found = bare_extraction(page.html, with_metadata=True, include_comments=False)
    said = (found.title, found.author, found.date) if found else ("", "", "")
    return dict(zip(("title", "authors", "date"), (value or "" for value in said), strict=True))


def _by_reader(page: TestPage) -> Values:
    try:
        (extract,) = read_html(page.html, page.name).extracts
        about = extract.metadata if isinstance(extract, Extract) else Metadata()
    except ReadError:
        about = Metadata()
    return {"title": about.title, "authors": "; ".join(about.authors), "date": about.published or ""}


def same_title(gold: str, found: str) -> bool:
    forms = [{_letters(one), _letters(_SITE.sub("", one))} for one in (gold, found)]
    return bool(found) and (_letters(found) in forms[0] or _letters(gold) in forms[1])


def _letters(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def same_people(gold: str, found: str) -> bool:
    return _names(gold) == _names(found)


def _names(text: str) -> set[str]:
    names = (" ".join(word for word in _letters(part).split() if word not in _TITLES) for part in _PARTS.split(text))
    return {name for name in names if name}


def same_day(gold: str, found: str) -> bool:
    return gold[:10] == found[:10]


SAME: Mapping[str, Callable[[str, str], bool]] = {"title": same_title, "date": same_day, "authors": same_people}
