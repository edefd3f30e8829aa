"""What a page's layout says beside its text: running heads, headings, and the title."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ingest.readers.pdf.paragraphs import Row, is_alike, was_ended

LONGEST_HEADING = 100
_LONGEST_TITLE = 300
_MOST_TITLES = 5
_MOST_ROWS = 3
_LARGER = 1.15
# Running heads stand in these parts of the page's height, within so many rows of its end.
_MARGIN = 0.15
_MARGIN_ROWS = 4
_HEIGHT_STEP = 6.0
# Levels from here on were told by the type, those below by the outline.
_BY_STYLE = 100.0
_TRUSTED = 5

_NO_TITLE = re.compile(
    r"[=∑∫∈≤≥{}√∂]|^(?:.{0,40}\b(?:university|universität|université|universiteit|universidad|repository)\b.{0,30})$",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d+|\b[ivxlc]{1,6}\b")
_PAGE_NUMBER = re.compile(
    r"(?:page|p\.|seite|página|pagina)?\s*[-–—|·\[(]*\s*(?:\d{1,4}|[ivxlc]{1,7})\s*[-–—|·\])]*(?:\s*(?:of|/|von|de)\s*\d{1,4})?",
    re.IGNORECASE,
)
# A running head that stands once: its page number is parted from it by a wide gap.
_NUMBERED = re.compile(r"(?:\d{1,4}|[ivxl]{1,6})\t.{3,100}|.{3,100}\t(?:\d{1,4}|[ivxl]{1,6})(?:\t.{3,100})?")
_STAMP = re.compile(
    r"downloaded (?:from|by|on|at)\b|download date:|digiti[sz]ed by\b|(?:this )?content downloaded"
    r"|printed (?:from|by)\b|licensed to\b|authorized licensed use\b|for personal use only",
    re.IGNORECASE,
)
_NUMBERING = re.compile(
    r"^(?:(?:chapter|section|part|appendix)\s+)?(?:\d{1,3}(?:\.\d{1,3})*|[A-Z]|[IVXL]{1,5})[.):]?\s+", re.I
)

Sheet = Sequence[Row]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """One entry of the outline; ``page`` counts from 0."""

    title: str
    level: int
    page: int


@dataclass(frozen=True, slots=True)
class Head:
    """Rows that are one heading, ``rows[start:end]`` of a page; a lower ``level`` is further out.
    NONE: a block of its own, but no heading."""

    NONE: ClassVar[float] = float("inf")

    start: int
    end: int
    text: str
    level: float


def body_size(sheets: Sequence[Sheet]) -> float:
    """The type size of most letters."""
    letters: Counter[float] = Counter()
    for sheet in sheets:
        for row in sheet:
            letters[row.size] += len(row.text)
    return letters.most_common(1)[0][0] if letters else 10.0


def without_running(
    sheets: Sequence[Sheet], heights: Sequence[float], body: float
) -> tuple[list[list[Row]], tuple[str, ...]]:
    """The pages without running heads and page numbers, and what these said, each once."""
    margins = [_margin(sheet, height, body) for sheet, height in zip(sheets, heights, strict=True)]
    pages_of: dict[tuple[str, int], list[int]] = defaultdict(list)
    for number, margin in enumerate(margins):
        for key in {_key(row) for row in margin.values()}:
            pages_of[key].append(number)
    left: dict[str, str] = {}
    kept = []
    for sheet, margin in zip(sheets, margins, strict=True):
        gone = {i for i, row in margin.items() if _says_page(row) or _recurs(_key(row), pages_of, len(sheets))}
        gone |= {i for i in _ends(sheet)[:2] if _stands_at_the_edge(sheet, i, i in margin)}
        for i in sorted(gone):
            left.setdefault(_key(sheet[i])[0], sheet[i].text)
        kept.append([row for i, row in enumerate(sheet) if i not in gone])
    return kept, tuple(left.values())


def _ends(sheet: Sheet) -> list[int]:
    """The numbers of the rows nearest to the page's foot and head, the nearest of both first."""
    order = sorted((i for i in range(len(sheet)) if not sheet[i].turned), key=lambda i: sheet[i].box.top)
    near = min(_MARGIN_ROWS, (len(order) + 1) // 2)
    pairs = zip(order[::-1][:near], order[:near], strict=True)
    return list(dict.fromkeys(i for pair in pairs for i in pair))


def _margin(sheet: Sheet, height: float, body: float) -> dict[int, Row]:
    """The outermost rows above and below the text, by their number."""
    ends = [*_ends(sheet), *(i for i, row in enumerate(sheet) if row.turned)]
    return {i: sheet[i] for i in ends if _is_marginal(sheet[i], height) and sheet[i].size <= _LARGER * body}


def _is_marginal(row: Row, height: float) -> bool:
    return row.turned or row.box.bottom < _MARGIN * height or row.box.top > (1 - _MARGIN) * height


def _key(row: Row) -> tuple[str, int]:
    return _DIGITS.sub("#", row.text.casefold()), round(row.box.bottom / _HEIGHT_STEP)


def _says_page(row: Row) -> bool:
    return bool(_PAGE_NUMBER.fullmatch(row.text) or _STAMP.match(row.text))


def _stands_at_the_edge(sheet: Sheet, i: int, marginal: bool) -> bool:
    """True for an outermost row with a page's number: alone, or beside a title and in no table."""
    row = sheet[i]
    alike = (other for j, other in enumerate(sheet) if j != i and not other.turned and other.cells == row.cells > 1)
    gap = min((max(row.box.top - one.box.bottom, one.box.top - row.box.bottom) for one in alike), default=1e6)
    titled = marginal and gap > 2 * row.box.height and _NUMBERED.fullmatch(row.text)
    return bool(titled or _PAGE_NUMBER.fullmatch(row.text))


def _recurs(key: tuple[str, int], pages_of: Mapping[tuple[str, int], list[int]], count: int) -> bool:
    """True when the same text stands at the same height on most pages of a part of the document, or on every other."""
    text, height = key
    found = sorted({page for near in (height - 1, height, height + 1) for page in pages_of.get((text, near), ())})
    least = 2 if count <= 5 else 3
    return len(found) >= least and len(found) >= 0.3 * (found[-1] - found[0] + 1)


def title_of(first: Sheet, body: float) -> tuple[str, range]:
    """The largest type on the first page that is no institution's name, and its rows; nothing when none stands out."""
    large = [i for i, row in enumerate(first) if row.size > _LARGER * body and not row.turned and _is_wordy(row.text)]
    for start in sorted(large, key=lambda i: -first[i].size)[:_MOST_TITLES]:
        row, end = first[start], start + 1
        while end < len(first) and _same_type(row, first[end]) and _is_next(first[end - 1], first[end]):
            end += 1
        text = " ".join(row.text for row in first[start:end])
        if len(text) <= _LONGEST_TITLE and not _NO_TITLE.search(text):
            return text, range(start, end)
    return "", range(0)


def _same_type(a: Row, b: Row) -> bool:
    return abs(a.size - b.size) < 0.03 * a.size and a.bold == b.bold


def headings(sheets: Sequence[Sheet], outline: Sequence[OutlineEntry], body: float) -> list[list[Head]]:
    """The headings of each page, in its order."""
    listed: dict[int, dict[str, int]] = defaultdict(dict)
    for entry in outline:
        listed[entry.page].setdefault(_bare(entry.title), entry.level)
    letters = sum(len(row.text) for sheet in sheets for row in sheet) or 1
    bold = sum(len(row.text) for sheet in sheets for row in sheet if row.bold) < 0.3 * letters
    found = [list(_on_page(sheet, listed.get(number, {}), body, bold)) for number, sheet in enumerate(sheets)]
    # An outline that names headings knows them all but the least: what has smaller type than those is none.
    sizes = [sheets[n][head.start].size for n, heads in enumerate(found) for head in heads if head.level < _BY_STYLE]
    least = min(sizes) if len(sizes) >= _TRUSTED else 0.0
    return [
        [head for head in heads if head.level < _BY_STYLE or sheet[head.start].size >= least]
        for sheet, heads in zip(sheets, found, strict=True)
    ]


def _on_page(sheet: Sheet, listed: Mapping[str, int], body: float, bold: bool) -> Iterator[Head]:
    i = 0
    while i < len(sheet):
        head = _listed(sheet, i, listed)
        end = head.end if head else _run_end(sheet, i, body, bold)
        head = head or _styled(sheet, i, end, body)
        if head is not None:
            yield head
        i = max(end, i + 1)


def _listed(sheet: Sheet, start: int, listed: Mapping[str, int]) -> Head | None:
    """The rows that an entry of the outline names."""
    text = ""
    for end in range(start + 1, min(start + _MOST_ROWS, len(sheet)) + 1) if listed else ():
        text = f"{text} {sheet[end - 1].text}".strip()
        if len(text) > 2 * LONGEST_HEADING:
            return None
        level = listed.get(_bare(text), listed.get(_bare(_NUMBERING.sub("", text))))
        if level is not None:
            return Head(start, end, text, level)
    return None


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, _NUMBERING.sub("", text.strip()).casefold()))


def _run_end(sheet: Sheet, start: int, body: float, bold: bool) -> int:
    """The end of the rows that have the type of a heading and stand close together; ``start`` when there are none."""
    level = _level(sheet[start], body, bold)
    if level is None:
        return start
    end = start + 1
    while end < len(sheet) and _level(sheet[end], body, bold) == level and _is_next(sheet[end - 1], sheet[end]):
        end += 1
    return end


def _styled(sheet: Sheet, start: int, end: int, body: float) -> Head | None:
    """A few rows of one larger, bolder or capital type, with text of another type after them."""
    rows = sheet[start:end]
    text = " ".join(row.text for row in rows)
    if not rows or len(rows) > _MOST_ROWS or len(text) > LONGEST_HEADING or text[-1] in ",;" or not _is_wordy(text):
        return None
    before, after = sheet[start - 1] if start else None, sheet[end] if end < len(sheet) else None
    larger = rows[0].size > _LARGER * body
    if not larger and not _stands_alone(before, rows, after):
        return None
    return Head(start, end, text, _level(rows[0], body, True) or Head.NONE)


def _is_next(row: Row, following: Row) -> bool:
    down = following.box.bottom - row.box.bottom
    return is_alike(row, following) and 0 < down < 2 * max(row.box.height, following.box.height)


def _level(row: Row, body: float, bold: bool) -> float | None:
    """Where a row stands among headings by its type; None when its type is that of the text."""
    if row.turned or row.cells > 1 or row.size < 0.9 * body:
        return None
    if row.size > _LARGER * body:
        return _BY_STYLE + 1000 - round(2 * row.size) / 2
    if bold and row.bold:
        return _BY_STYLE + 2000 - round(2 * row.size) / 2
    return _BY_STYLE + 3000 if _is_capital(row.text) else None


def _is_capital(text: str) -> bool:
    return text.isupper() and sum(map(str.isalpha, text)) >= max(4, 0.7 * len(text.replace(" ", "")))


def _stands_alone(before: Row | None, rows: Sequence[Row], after: Row | None) -> bool:
    """True for a line that no sentence runs into or out of."""
    if rows[-1].text[-1] in ".:" or after is None:
        return False
    if not was_ended(rows[-1], after) and after.box.top - rows[-1].box.bottom < 0.5 * rows[-1].size:
        return False
    return (
        before is None
        or before.box.bottom > rows[0].box.top
        or was_ended(before, rows[0])
        or (rows[0].box.top - before.box.bottom > 0.4 * rows[0].size)
    )


def _is_wordy(text: str) -> bool:
    letters = sum(map(str.isalpha, text))
    return letters >= 3 and 2 * letters >= len(text.replace(" ", ""))


def path_of(stack: Sequence[tuple[float, str]]) -> str | None:
    return " › ".join(text for _, text in stack) or None


def pushed(stack: Sequence[tuple[float, str]], head: Head) -> list[tuple[float, str]]:
    """The path after this heading: what is not further out ends with it."""
    return [*(entry for entry in stack if entry[0] < head.level), (head.level, head.text)]
