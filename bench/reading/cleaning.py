"""Measures how much of an article the real readers extract, and how little else, from HTML and from copied text.

Where the whole article is known, shingles are compared (``bench.reading.shingles``). Where only pieces of it are known,
the pieces inside and outside the article that the extracted text holds are counted over all pages, as in trafilatura's
own evaluation (github.com/adbar/trafilatura, tests/evaluate.py, Apache-2.0). trafilatura in all its settings is the
reference.
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
from ingest.boilerplate.clean import remove_spans
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
GOAL_CLEANED = 0.9  # F1 of cleaned copied text

Extractor = Callable[[TestPage], str]


@dataclass(frozen=True, slots=True)
class CleaningResult:
    """One way of extraction on one set of pages.

    ``score``: on all pages; ``held_out``: on the half that no weights were fitted on; ``ms``: CPU time a page.
    """

    name: str
    way: str
    pages: int
    score: Overlap
    held_out: Overlap
    ms: float


@dataclass(frozen=True, slots=True)
class Cleaning:
    """``html``: results on raw pages; ``plain``: on the text that a person copies out of a browser; ``warnings``: the
    number of pages for each warning of the reader."""

    html: tuple[CleaningResult, ...]
    plain: tuple[CleaningResult, ...]
    warnings: Mapping[str, int]


def measure(data: Path) -> Cleaning:
    """All page sets below ``data/cleaning``. Raises DataError."""
    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    html, plain, warnings = list[CleaningResult](), list[CleaningResult](), dict[str, int]()
    for page_set in load(data):
        ways = {f"trafilatura {name}": _trafilatura(options) for name, options in SETTINGS.items()}
        html += _results(page_set, {**ways, OURS: lambda page: _text_without_dropped(_read(page, warnings))})
        copies = {page.name: copied(page.html) for page in page_set.pages}
        by_copy: dict[str, Extractor] = {
            COPY: lambda page, copies=copies: copies[page.name],  # type: ignore[misc]
            CLEANED: lambda page, copies=copies: _text_without_dropped(plain_extract(copies[page.name], page.name)),  # type: ignore[misc]
        }
        plain += _results(page_set, by_copy)
    return Cleaning(tuple(html), tuple(plain), warnings)


def weights(data: Path) -> dict[str, float]:
    """The weights of lines in ``ingest.boilerplate.article``, fitted on the pages that are not held out.

    Raises DataError.
    """
    pages = [page for page_set in load(data) for page in page_set.pages]
    pages = [page for page in pages if page.text is not None and not page.is_held_out]
    return fit((copied(page.html), page.text or "") for page in pages)


def _results(page_set: PageSet, ways: Mapping[str, Extractor]) -> Iterator[CleaningResult]:
    for way, extract in ways.items():
        started = time.process_time()
        pairs = [(page, extract(page)) for page in page_set.pages]
        ms = 1000 * (time.process_time() - started) / max(1, len(pairs))
        held_out = [pair for pair in pairs if pair[0].is_held_out]
        scores = _score(page_set, pairs), _score(page_set, held_out)
        yield CleaningResult(page_set.name, way, len(pairs), *scores, round(ms, 1))


def _score(page_set: PageSet, extracted: Sequence[tuple[TestPage, str]]) -> Overlap:
    if page_set.has_texts:
        return overlap((page.text or "", text) for page, text in extracted)
    return _piece_score(extracted)


def _piece_score(extracted: Iterable[tuple[TestPage, str]]) -> Overlap:
    right = missed = wrong = 0
    for page, text in extracted:
        flat = " ".join(text.split())
        inside = [" ".join(piece.split()) in flat for piece in page.inside]
        right += sum(inside)
        missed += len(inside) - sum(inside)
        wrong += sum(" ".join(piece.split()) in flat for piece in page.outside)
    return harmonic(right / max(1, right + wrong), right / max(1, right + missed))


def _trafilatura(options: Mapping[str, Any]) -> Extractor:
    from trafilatura import bare_extraction

    def extract(page: TestPage) -> str:
        result = bare_extraction(page.html, with_metadata=True, include_comments=False, include_tables=True, **options)
        return (result.text or "") if result else ""

    return extract


def _read(page: TestPage, warnings: dict[str, int]) -> Extract:
    """The page as our reader extracts it, empty when it refuses the page; counts its warnings."""
    try:
        (extract,) = read_html(page.html, page.name).extracts
    except ReadError as error:
        extract = Extract("", warnings=(str(error).replace(page.name, "a page"),))
    assert isinstance(extract, Extract)
    for warning in extract.warnings:
        warnings[warning] = warnings.get(warning, 0) + 1
    return extract


def _text_without_dropped(extract: Extract) -> str:
    return remove_spans(extract.text, extract.dropped)
