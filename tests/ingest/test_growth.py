"""No text is slow: four times as much of it takes about four times as long to read, to cut, to check, to look for."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from index.check.sentences import sentences_of
from index.quotations.draft_quotations import find_quotations
from index.search.query import matching_spans, parse_query
from index.text import normal, sentences
from index.text.analysis import forms
from index.text.reading import reading_copy
from index.types import Document, Section, Source, Span
from ingest.chunking import runs, split
from ingest.draft import read_draft
from ingest.readers import read
from ingest.types import Extract
from tests.making import Hashed, work

SHAPES = {
    "opening quotation marks": "“",
    "guillemets": "«",
    "backticks": "`",
    "apostrophes": "'",
    "straight quotation marks": '"',
    "pairs of quotation marks": "“a” b ",
    "Chinese sentences": "漢字。",
    "Chinese without an end": "漢字假名",
    "Thai": "ไทยแลนด์",
    "one word": "a",
    "digits": "1234567890",
    "numbers": "1,",
    "full stops": ".",
    "initials": "A. B. ",
    "abbreviations": "e.g. ",
    "citations": "[1] ",
    "brackets": "((",
    "blank lines": "\n",
    "short lines": "a\n",
    "line separators": "\u2028a",
    "headings": "# a\n",
    "list items": "- a\n",
    "words broken at line ends": "a-\n",
    "accents": "e\u0301",
    "tables": "| a ",
    "links": "[a](b) ",
    "addresses": "http://a.b/c?d=e&f ",
    "tags": "<a ",
    "quoted lines": "> a\n",
    "prose": "The mill of Aldby was built in 1862. ",
}
SQUARED = ("opening quotation marks", "backticks")
"""Shapes that took the square of their length before long blocks were cut in windows."""


def _read(text: str) -> None:
    for name in ("a.txt", "a.md"):
        for extract in read(text.encode(), name).extracts:
            assert isinstance(extract, Extract)
            split(Document(Source("", name), extract.text, extract.sections, extract.dropped), Hashed())


def _check(text: str) -> None:
    draft = read_draft(text.encode(), "a.md")
    sentences_of(draft, [quotation.span for quotation in find_quotations(draft.text)])


def _ask(text: str) -> None:
    query = parse_query(text)
    matching_spans(query, text)
    forms(text)
    normal(text)


WORK: dict[str, Callable[[str], None]] = {"document": _read, "draft": _check, "query": _ask}


def seconds(work: Callable[[str], None], piece: str, size: int) -> float:
    """Processor time of this process, the least of two tries: other processes do not count."""
    text = f"Words first. {(piece * (size // len(piece) + 1))[:size]} last"
    tries = []
    for _ in range(2):
        started = time.process_time()
        work(text)
        tries.append(time.process_time() - started)
    return min(tries)


def grows_evenly(kind: str, shape: str, small: int, times: int) -> None:
    """The work is at most two and a half times what is in proportion; of the square it would be ``times`` times."""
    piece, work = SHAPES[shape], WORK[kind]
    work(f"Words first. {piece * 100} last")  # what is loaded at the first call
    once, more = seconds(work, piece, small), seconds(work, piece, small * times)
    assert more <= 2.5 * times * max(once, 1e-3), f"{kind} of {shape}: {once:.3f} s for {small}, {more:.3f} s"


@pytest.mark.parametrize("shape", SQUARED)
@pytest.mark.parametrize("kind", WORK)
def test_four_times_the_text_takes_about_four_times_as_long(kind: str, shape: str) -> None:
    grows_evenly(kind, shape, 8_000, 4)


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("kind", WORK)
@pytest.mark.usefixtures("by_hand")
def test_a_megabyte_of_any_shape_takes_no_more_than_its_share(kind: str, shape: str) -> None:
    """A hundred times as much as the first measure."""
    grows_evenly(kind, shape, 10_000, 100)


@pytest.mark.parametrize("sign", ["¹", "” ", "[^1]", "[1]"])
def test_no_line_is_slow_to_tell_from_a_heading(sign: str) -> None:
    """A short one, whatever signs stand where a heading could end: it would have taken hours."""
    text = f"A line {sign * 20} goes on\n\n{SHAPES['prose'] * 5}"
    _read(SHAPES["prose"] * 5)  # what is loaded at the first call
    assert work(lambda: _read(text)) < 20


def test_a_title_that_is_as_long_as_a_text_is_not_read_for_each_passage() -> None:
    """Only its beginning is."""
    title, passage = "¾ of it " * 50_000, SHAPES["prose"] * 5
    assert work(lambda: [reading_copy(passage, title) for _ in range(1000)]) < 20
    assert reading_copy(passage, title).startswith("3/4 of it 3/4 of")


def test_a_long_block_has_the_sentences_that_it_has_in_parts() -> None:
    """Window by window, each from the beginning of a sentence: where one ends does not depend on what stands before."""
    prose = [f"In {1800 + n} Dr. Ames wrote: “It rose by {n}.5 % at 9 a.m., e.g. here.” She left. " for n in range(400)]
    text = "".join(prose)
    assert len(text) > 3 * 8000
    apart = [Span(start + found.start, start + found.end) for start, found in _apart(prose)]
    assert sentences(text, Span(0, len(text))) == apart
    unbroken = "word " * 5000
    spans = sentences(unbroken, Span(0, len(unbroken)))
    assert " ".join(unbroken[start:end] for start, end in spans) == unbroken.strip()


def _apart(prose: list[str]) -> list[tuple[int, Span]]:
    starts = [sum(map(len, prose[:number])) for number in range(len(prose))]
    return [
        (start, found)
        for start, part in zip(starts, prose, strict=True)
        for found in sentences(part, Span(0, len(part)))
    ]


def test_many_sections_and_many_dropped_spans_are_laid_side_by_side_once() -> None:
    """The runs between them are those that each section alone would give; nothing is looked at for every section."""
    sections = tuple(Section(Span(start, start + 10)) for start in range(0, 200_000, 10))
    dropped = tuple(Span(start, start + 3) for start in range(4, 200_000, 15))
    document = Document(Source("", "a"), "x" * 200_000, sections, dropped)
    started = time.process_time()
    found = [(span.start, span.end) for _, span in runs(document)]
    assert time.process_time() - started < 20, "seconds; each with each would be minutes"
    assert found[:7] == [(0, 4), (7, 10), (10, 19), (22, 22), (20, 20), (22, 30), (30, 34)]
