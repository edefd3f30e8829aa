"""Which rows of a PDF are headings and of what level, and which are the title: decided by position, type size, weight,
and the file's outline."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ingest.readers.pdf.hyphens import in_one_line
from ingest.readers.pdf.paragraphs import LARGER, PageRows, Row, ends_early, is_same_size
from ingest.readers.pdf.stamps import is_watermark

# The limits below are guesses.
_LONGEST_HEADING = 100  # characters
LONGEST_TITLE = 300  # characters
_MAX_TITLE_CANDIDATES = 5
_MAX_HEADING_ROWS = 3
# Levels from here on are read off the type; lower levels are those of the outline.
_STYLE_LEVELS = 100.0
# An outline that names so many headings is trusted to name all but the smallest.
_TRUSTED_ENTRIES = 5

_NO_TITLE = re.compile(
    r"[=∑∫∈≤≥{}√∂]|^(?:.{0,40}\b(?:university|universität|université|universiteit|universidad|repository)\b.{0,30})$"
    r"|^(?:abstract|(?:executive )?summary|introduction|(?:table of )?contents|key ?words|references|zusammenfassung"
    r"|einleitung|inhalt(?:sverzeichnis)?|r[ée]sum[ée]n?)\W*$",
    re.IGNORECASE,
)
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z]|[IVXL]{1,5})[.):]?\s+", re.I
)


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One entry of the outline; ``level`` and ``page`` count from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class PdfHeading:
    """Rows that make one heading, ``rows[start:end]`` of a page. A lower ``level`` is a higher heading; level ``NONE``
    is a block of its own that is no heading."""

    NONE: ClassVar[float] = float("inf")

    start: int
    end: int
    text: str
    level: float


def title_of(first: PageRows, body_size: float) -> tuple[str, range]:
    """The title and the indices of its rows: the largest type on the first page that is not an institution's name.

    "" and an empty range when no row has larger type than the body.
    """
    large = [
        i
        for i, row in enumerate(first)
        if row.size > LARGER * body_size and not row.turned and row.cells == 1
        if _is_wordy(row.text) and not is_watermark(row.text)
    ]
    for start in sorted(large, key=lambda i: -first[i].size)[:_MAX_TITLE_CANDIDATES]:
        row, end = first[start], start + 1
        while end < len(first) and _same_type(row, first[end]) and _is_next(first[end - 1], first[end]):
            end += 1
        text = in_one_line([row.text for row in first[start:end]])
        if len(text) <= LONGEST_TITLE and not _NO_TITLE.search(text):
            return text, range(start, end)
    return "", range(0)


def _same_type(a: Row, b: Row) -> bool:
    return abs(a.size - b.size) < 0.03 * a.size and a.bold == b.bold


def headings_of(pages: Sequence[PageRows], outline: Sequence[OutlineEntry], body_size: float) -> list[list[PdfHeading]]:
    """The headings of each page, in the order of its rows; an empty list for a page without any."""
    entries: dict[int, dict[str, int]] = defaultdict(dict)
    for entry in outline:
        entries[entry.page].setdefault(_bare(entry.title), entry.level)
    characters = sum(len(row.text) for rows in pages for row in rows) or 1
    # Where much of the text is bold, bold type marks no heading.
    bold_counts = sum(len(row.text) for rows in pages for row in rows if row.bold) < 0.3 * characters
    candidates = [
        list(_page_headings(rows, entries.get(number, {}), body_size, bold_counts)) for number, rows in enumerate(pages)
    ]
    # An outline that names headings lacks at most the lowest levels, so smaller type than that of its headings is none.
    sizes = [
        pages[number][heading.start].size
        for number, headings in enumerate(candidates)
        for heading in headings
        if heading.level < _STYLE_LEVELS
    ]
    minimum = min(sizes) if len(sizes) >= _TRUSTED_ENTRIES else 0.0
    return [
        [heading for heading in headings if heading.level < _STYLE_LEVELS or rows[heading.start].size >= minimum]
        for rows, headings in zip(pages, candidates, strict=True)
    ]


def _page_headings(
    rows: PageRows, entries: Mapping[str, int], body_size: float, bold_counts: bool
) -> Iterator[PdfHeading]:
    i = 0
    while i < len(rows):
        heading = _outline_heading(rows, i, entries)
        end = heading.end if heading else _run_end(rows, i, body_size, bold_counts)
        heading = heading or _styled_heading(rows, i, end, body_size)
        if heading is not None:
            yield heading
        i = max(end, i + 1)


def _outline_heading(rows: PageRows, start: int, entries: Mapping[str, int]) -> PdfHeading | None:
    """The heading from row ``start`` on that an entry of the outline names. ``entries``: levels by bare title."""
    for end in range(start + 1, min(start + _MAX_HEADING_ROWS, len(rows)) + 1) if entries else ():
        text = in_one_line([row.text for row in rows[start:end]])
        if len(text) > 2 * _LONGEST_HEADING:
            return None
        level = entries.get(_bare(text), entries.get(_bare(_NUMBERING.sub("", text))))
        if level is not None:
            return PdfHeading(start, end, text, level)
    return None


def _bare(text: str) -> str:
    """The letters and digits of a heading, case-folded, without its number."""
    return "".join(filter(str.isalnum, _NUMBERING.sub("", text.strip()).casefold()))


def _run_end(rows: PageRows, start: int, body_size: float, bold_counts: bool) -> int:
    """The end of the rows that have the type of a heading and stand close together; ``start`` when there are none."""
    level = _style_level(rows[start], body_size, bold_counts)
    if level is None:
        return start
    end = start + 1
    while (
        end < len(rows)
        and _style_level(rows[end], body_size, bold_counts) == level
        and _is_next(rows[end - 1], rows[end])
    ):
        end += 1
    return end


def _styled_heading(rows: PageRows, start: int, end: int, body_size: float) -> PdfHeading | None:
    """The heading in ``rows[start:end]``, a few rows of one larger, bold or capital type; None when they are none."""
    run = rows[start:end]
    text = in_one_line([row.text for row in run]) if run else ""
    if not run or len(run) > _MAX_HEADING_ROWS or len(text) > _LONGEST_HEADING:
        return None
    if text[-1] in ",;" or not _is_wordy(text):
        return None
    before, after = rows[start - 1] if start else None, rows[end] if end < len(rows) else None
    larger = run[0].size > LARGER * body_size
    if not larger and not _stands_alone(before, run, after):
        return None
    return PdfHeading(start, end, text, _style_level(run[0], body_size, True) or PdfHeading.NONE)


def _is_next(row: Row, following: Row) -> bool:
    """True when ``following`` is the next line of the same type."""
    descent = following.box.bottom - row.box.bottom
    return is_same_size(row, following) and 0 < descent < 2 * max(row.box.height, following.box.height)


def _style_level(row: Row, body_size: float, bold_counts: bool) -> float | None:
    """The heading level of a row's type, larger before bold before capitals; None when it has the body's type."""
    if row.turned or row.cells > 1 or row.size < 0.9 * body_size:
        return None
    if row.size > LARGER * body_size:
        return _STYLE_LEVELS + 1000 - round(2 * row.size) / 2
    if bold_counts and row.bold:
        return _STYLE_LEVELS + 2000 - round(2 * row.size) / 2
    return _STYLE_LEVELS + 3000 if _is_capital(row.text) else None


def _is_capital(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) >= max(4, 0.7 * len(text.replace(" ", "")))


def _stands_alone(before: Row | None, rows: Sequence[Row], after: Row | None) -> bool:
    """True for rows that no sentence runs into or out of. ``before`` and ``after`` are the neighbouring rows."""
    if rows[-1].text[-1] in ".:" or after is None:
        return False
    if not ends_early(rows[-1], after) and after.box.top - rows[-1].box.bottom < 0.5 * rows[-1].size:
        return False
    return (
        before is None
        or before.box.bottom > rows[0].box.top
        or ends_early(before, rows[0])
        or (rows[0].box.top - before.box.bottom > 0.4 * rows[0].size)
    )


def _is_wordy(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= 3 and 2 * letters >= len(text.replace(" ", ""))


def path_text(path: Sequence[tuple[float, str]]) -> str | None:
    """The texts of a path of (level, text) pairs joined by "›"; None when it is empty."""
    return " › ".join(text for _, text in path) or None


def path_after(path: Sequence[tuple[float, str]], heading: PdfHeading) -> list[tuple[float, str]]:
    """The path below this heading: entries of the same or a lower level end with it."""
    return [*(entry for entry in path if entry[0] < heading.level), (heading.level, heading.text)]
