"""How much of an article, and how little else, the real readers find: in HTML, and in the copied text of a page.

Where the whole text is known, shingles are counted (``bench.reading.shingles``); where pieces are, those inside and
outside of the article that the found text holds, over all pages, as trafilatura's own evaluation counts them
(github.com/adbar/trafilatura, tests/evaluate.py, Apache-2.0). trafilatura runs beside, in all its settings.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.reading.copied import copied
from bench.reading.fitting import fit
from bench.reading.pages import PageSet, TestPage, load
from bench.reading.shingles import Overlap, harmonic, overlap
from index.errors import ReadError
from ingest.boilerplate.clean import without
from ingest.readers.html.reader import read_html
from ingest.readers.plain import plain_extract
from ingest.types import Extract

SETTINGS: Mapping[str, Mapping[str, bool]] = {
    "default": {},
    "favor_precision": {"favor_precision": True},
    "fast": {"fast": True},
    "favor_recall": {"favor_recall": True},
}
OURS, COPY, CLEANED = "Sourcewise", "the copied text", "the same, cleaned"
GOAL_CLEANED = 0.9

Find = Callable[[TestPage], str]


@dataclass(frozen=True, slots=True)
class Found:
    """One way on one set: on all pages and on the half that weights were not fitted on."""

    name: str
    way: str
    pages: int
    score: Overlap
    held_out: Overlap
    ms: float


@dataclass(frozen=True, slots=True)
class Cleaning:
    """``html``: of raw pages; ``plain``: of what a person copies out of a browser. ``warnings``: how often which was
    told."""

    html: tuple[Found, ...]
    plain: tuple[Found, ...]
    warnings: Mapping[str, int]


def measure(data: Path) -> Cleaning:
    """Raises DataError."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    html, plain, warnings = list[Found](), list[Found](), dict[str, int]()
    for one in load(data):
        ways = {f"trafilatura {name}": _trafilatura(options) for name, options in SETTINGS.items()}
        html += _measured(one, {**ways, OURS: lambda page: _kept(_read(page, warnings))})
        copies = {page.name: copied(page.html) for page in one.pages}
        by_copy: dict[str, Find] = {
            COPY: lambda page, copies=copies: copies[page.name],  # type: ignore[misc]
            CLEANED: lambda page, copies=copies: _kept(plain_extract(copies[page.name], page.name)),  # type: ignore[misc]
        }
        plain += _measured(one, by_copy)
    return Cleaning(tuple(html), tuple(plain), warnings)


def weights(data: Path) -> dict[str, float]:
    """What ``ingest.article`` weighs lines by, fitted again on the half that is not held out. Raises DataError."""
    pages = [page for one in load(data) for page in one.pages if page.text is not None and not page.is_held_out]
    return fit((copied(page.html), page.text or "") for page in pages)


def _measured(one: PageSet, ways: Mapping[str, Find]) -> Iterator[Found]:
    for way, find in ways.items():
        started = time.process_time()
        found = [(page, find(page)) for page in one.pages]
        ms = 1000 * (time.process_time() - started) / max(1, len(found))
        held = [pair for pair in found if pair[0].is_held_out]
        yield Found(one.name, way, len(found), _score(one, found), _score(one, held), round(ms, 1))


def _score(one: PageSet, found: Sequence[tuple[TestPage, str]]) -> Overlap:
    if one.has_texts:
        return overlap((page.text or "", text) for page, text in found)
    return _pieces(found)


def _pieces(found: Iterable[tuple[TestPage, str]]) -> Overlap:
    right = missed = wrong = 0
    for page, text in found:
        flat = " ".join(text.split())
        inside = [" ".join(piece.split()) in flat for piece in page.inside]
        right += sum(inside)
        missed += len(inside) - sum(inside)
        wrong += sum(" ".join(piece.split()) in flat for piece in page.outside)
    return harmonic(right / max(1, right + wrong), right / max(1, right + missed))


def _trafilatura(options: Mapping[str, Any]) -> Find:
    from trafilatura import bare_extraction

    def find(page: TestPage) -> str:
        found = bare_extraction(page.html, with_metadata=True, include_comments=False, include_tables=True, **options)
        return (found.text or "") if found else ""

    return find


def _read(page: TestPage, warnings: dict[str, int]) -> Extract:
    try:
        (extract,) = read_html(page.html, page.name).extracts
    except ReadError as error:
        extract = Extract("", warnings=(str(error).replace(page.name, "a page"),))
    assert isinstance(extract, Extract)
    for text in extract.warnings:
        warnings[text] = warnings.get(text, 0) + 1
    return extract


def _kept(extract: Extract) -> str:
    return without(extract.text, extract.dropped)
