"""Which rows of a PDF are running heads, page numbers and stamps: told by their text and by where they stand."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from ingest.readers.pdf.paragraphs import LARGER, PageRows, Row
from ingest.readers.pdf.stamps import is_watermark

# The limits below are guesses.
# Running heads stand in this share of the page's height at its head or foot, among so many rows there.
_MARGIN = 0.15
_MARGIN_ROWS = 4
_APART = 0.5  # heights of a row between it and the text; a line of the text with a number beside it is nearer
_HEIGHT_STEP = 6.0  # points: two rows within it stand at the same height

_DIGITS = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página|pagina)?\s*[-–—|·\[(]*\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-–—|·\])]*(?:\s*(?:of|/|von|de)\s*\d{1,4})?",
    re.IGNORECASE,
)
# A running head that occurs once: a wide gap (a tab) separates it from its page number.
_NUMBERED = re.compile(r"(?:\d{1,4}|[ivxl]{1,6})\t.{3,100}|.{3,100}\t(?:\d{1,4}|[ivxl]{1,6})(?:\t.{3,100})?")
_STAMP = re.compile(
    r"(?:this )?(?:\w+ (?:was |is )?)?downloaded (?:from|by|on|at|via)\b|download date:|digiti[sz]ed by\b"
    r"|printed (?:from|by)\b|licensed to\b|authorized licensed use\b|for personal use only"
    r"|electronic copy available at\b|all use subject to\b|see the terms and conditions\b|arxiv:\d{4}\.\d{4,5}",
    re.IGNORECASE,
)


def without_running_heads(
    pages: Sequence[PageRows], heights: Sequence[float], body_size: float
) -> tuple[list[list[Row]], tuple[str, ...]]:
    """The rows of each page without running heads and page numbers, and the texts of these rows.

    Texts that differ in numbers alone are given once. ``heights``: of the pages, in points.
    """
    margins = [_margin_rows(rows, height, body_size) for rows, height in zip(pages, heights, strict=True)]
    pages_of: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, margin in enumerate(margins):
        for key in {_key(row) for row in margin.values()}:
            pages_of[key].append(number)
    removed_texts: dict[str, str] = {}
    remaining = []
    for rows, margin in zip(pages, margins, strict=True):
        removed = {
            i
            for i, row in margin.items()
            if _is_page_number(row) or is_watermark(row.text) or _recurs(_key(row), pages_of, len(pages))
        }
        removed |= {i for i in _outermost(rows)[:2] if _is_numbered_edge(rows, i, i in margin)}
        for i in sorted(removed):
            removed_texts.setdefault(_key(rows[i])[0], rows[i].text)
        remaining.append([row for i, row in enumerate(rows) if i not in removed])
    return remaining, tuple(removed_texts.values())


def _outermost(rows: PageRows) -> list[int]:
    """The indices of the rows nearest to the page's foot and head, alternately, from the outside in."""
    order = sorted((i for i in range(len(rows)) if not rows[i].turned), key=lambda i: rows[i].box.top)
    count = min(_MARGIN_ROWS, (len(order) + 1) // 2)
    pairs = zip(order[::-1][:count], order[:count], strict=True)
    return list(dict.fromkeys(i for pair in pairs for i in pair))


def _margin_rows(rows: PageRows, height: float, body_size: float) -> dict[int, Row]:
    """The rows in the page's margins by their index, if their type is not larger than the body's."""
    indices = [*_outermost(rows), *(i for i, row in enumerate(rows) if row.turned)]
    return {i: rows[i] for i in indices if _is_marginal(rows[i], height) and rows[i].size <= LARGER * body_size}


def _is_marginal(row: Row, height: float) -> bool:
    return row.turned or row.box.bottom < _MARGIN * height or row.box.top > (1 - _MARGIN) * height


def _key(row: Row) -> tuple[str, int]:
    """The text with "#" for each number, and the height in steps: equal for the same running head on other pages."""
    return _DIGITS.sub("#", row.text.casefold()), round(row.box.bottom / _HEIGHT_STEP)


def _is_page_number(row: Row) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(row.text) or _STAMP.match(row.text))


def _is_numbered_edge(rows: PageRows, i: int, marginal: bool) -> bool:
    """True for an outermost row that is a page number, or holds one beside a title and is not a row of a table.
    ``marginal``: it stands in the page's margin."""
    row = rows[i]
    others = [
        (other, max(row.box.top - other.box.bottom, other.box.top - row.box.bottom))
        for j, other in enumerate(rows)
        if j != i and not other.turned
    ]
    is_apart = min((gap for _, gap in others), default=1e6) > _APART * row.box.height
    is_alone = min((gap for other, gap in others if other.cells == row.cells > 1), default=1e6) > 2 * row.box.height
    has_title = marginal and is_apart and is_alone and _NUMBERED.fullmatch(row.text)
    return bool(has_title or _PAGE_NUMBER.fullmatch(row.text))


def _recurs(key: tuple[str, int], pages_of: Mapping[tuple[str, int], list[int]], count: int) -> bool:
    """True when the same text occurs at the same height on most pages of a part of the document, or on every second.
    ``count``: of the document's pages."""
    text, step = key
    pages = sorted({page for close in (step - 1, step, step + 1) for page in pages_of.get((text, close), ())})
    minimum = 2 if count <= 5 else 3
    return len(pages) >= minimum and len(pages) >= 0.3 * (pages[-1] - pages[0] + 1)
