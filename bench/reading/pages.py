"""Reads test pages: raw HTML with the text of its article, or pieces inside and outside of it, and its metadata.

A set is a folder with ``pages.jsonl`` and the pages themselves, in ``html.tar.zst`` or below ``html/``.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.sets import DataError, find, records

FOLDER = "cleaning"
NAMES = ("news_articles_424", "trafilatura_eval")
_MIN_COVERAGE = 0.5
"""Share of the article that the HTML must hold (a guess); a page behind a paywall cannot be measured."""


@dataclass(frozen=True, slots=True)
class TestPage:
    """A page with its annotations.

    ``text``: the whole article, None where only pieces ``inside`` and ``outside`` of it are known. ``title``,
    ``authors``, ``date``: None where they were not annotated, "" where the page has none.
    """

    name: str
    html: bytes
    text: str | None
    inside: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()
    title: str | None = None
    authors: str | None = None
    date: str | None = None

    @property
    def is_held_out(self) -> bool:
        """True for the half of the pages, chosen by their names, that no weights are fitted on."""
        return hashlib.sha1(self.name.encode(), usedforsecurity=False).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True)
class PageSet:
    name: str
    pages: tuple[TestPage, ...]

    @property
    def has_texts(self) -> bool:
        return all(page.text is not None for page in self.pages)


def load(data: Path) -> list[PageSet]:
    """The page sets below ``data/cleaning``. Raises DataError."""
    available = [name for name in NAMES if (data / FOLDER / name).is_dir()]
    if not available:
        raise DataError(f"There are no test pages in {data / FOLDER}: it should hold {' or '.join(NAMES)}.")
    return [PageSet(name, tuple(_pages(data / FOLDER / name))) for name in available]


def _pages(folder: Path) -> Iterator[TestPage]:
    html = dict(_html(folder))
    try:
        for row in records(find(folder, "pages.jsonl")):
            coverage = row.get("html_coverage")
            if row["file"] in html and (coverage is None or coverage >= _MIN_COVERAGE):
                yield _page(row, html[row["file"]])
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"The set in {folder} is not as described ({type(error).__name__}: {error}).") from error


def _page(row: Mapping[str, Any], html: bytes) -> TestPage:
    return TestPage(
        row["file"],
        html,
        row.get("articleBody"),
        tuple(row.get("with", ())),
        tuple(row.get("without", ())),
        row.get("title"),
        _names(row.get("authors", row.get("author"))),
        row.get("date"),
    )


def _names(value: Any) -> str | None:
    return "; ".join(map(str, value)) if isinstance(value, list) else value


def _html(folder: Path) -> Iterator[tuple[str, bytes]]:
    packed = folder / "html.tar.zst"
    if not packed.is_file():
        yield from ((path.name, path.read_bytes()) for path in sorted((folder / "html").glob("*.html")))
        return
    import zstandard

    with zstandard.open(packed, "rb") as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as members:
        for member in members:
            content = members.extractfile(member)
            if content is not None:
                yield Path(member.name).name, content.read()
