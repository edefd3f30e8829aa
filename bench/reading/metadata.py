"""Measures how often title, authors and date of a page are right, and how often they are made up.

The rules are the same for both readers. A title is right when its letters and digits equal the annotated ones, ignoring
case and a site name after a bar or dash. Authors are right when the sets of names, without titles and degrees, are
equal; a date, when the day is.
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
class FieldResult:
    """One field of one set: ``right`` of the ``annotated`` values; ``spurious`` values on the pages ``without`` one."""

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


def measure(data: Path) -> tuple[FieldResult, ...]:
    """All page sets below ``data/cleaning``. Raises DataError."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    return tuple(result for page_set in load(data) for result in _results(page_set))


def _results(page_set: PageSet) -> Iterator[FieldResult]:
    for way, read in ((OTHER, _by_trafilatura), (OURS, _by_reader)):
        pairs = [(page, read(page)) for page in page_set.pages]
        for field in GOALS:
            yield _result(page_set.name, way, field, pairs)


def _result(name: str, way: str, field: str, read: Sequence[tuple[TestPage, Values]]) -> FieldResult:
    pairs = [(getattr(page, field), values[field]) for page, values in read if getattr(page, field) is not None]
    annotated = [(gold, value) for gold, value in pairs if gold]
    without = [value for gold, value in pairs if not gold]
    right = sum(SAME[field](gold, value) for gold, value in annotated)
    return FieldResult(name, way, field, len(annotated), right, len(without), sum(map(bool, without)))


def _by_trafilatura(page: TestPage) -> Values:
    from trafilatura import bare_extraction

    document = bare_extraction(page.html, with_metadata=True, include_comments=False)
    values = (document.title, document.author, document.date) if document else ("", "", "")
    return dict(zip(("title", "authors", "date"), (value or "" for value in values), strict=True))


def _by_reader(page: TestPage) -> Values:
    try:
        (extract,) = read_html(page.html, page.name).extracts
        metadata = extract.metadata if isinstance(extract, Extract) else Metadata()
    except ReadError:
        metadata = Metadata()
    return {"title": metadata.title, "authors": "; ".join(metadata.authors), "date": metadata.published or ""}


def same_title(gold: str, title: str) -> bool:
    """True when two titles are equal but for case, signs, and a site name at the end of either."""
    forms = [{_words(text), _words(_SITE.sub("", text))} for text in (gold, title)]
    return bool(title) and (_words(title) in forms[0] or _words(gold) in forms[1])


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def same_people(gold: str, authors: str) -> bool:
    """True when two lists of names, separated by commas, semicolons or "and", hold the same people."""
    return _names(gold) == _names(authors)


def _names(text: str) -> set[str]:
    names = (" ".join(word for word in _words(part).split() if word not in _TITLES) for part in _PARTS.split(text))
    return {name for name in names if name}


def same_day(gold: str, date: str) -> bool:
    """True when two ISO dates have the same day."""
    return gold[:10] == date[:10]


SAME: Mapping[str, Callable[[str, str], bool]] = {"title": same_title, "date": same_day, "authors": same_people}
