"""Watermarks and stamps: text that is printed across or beside a page's own, and says nothing of its subject."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from ingest.readers.pdf.lines import Line, PdfPage
from ingest.readers.pdf.paragraphs import body_size_of

# The thresholds below are guesses.
_EDGE = 0.12  # of the page's width: a stamp beside the text stands in it
_LARGE, _VERY_LARGE = 1.3, 2.0  # type sizes of the text
_MIN_COVERED = 2  # lines that large type is printed across
_MAX_LINES = 3_000  # of a page, beyond which overlaps are not looked for

_WATERMARK = re.compile(
    r"(?:(?:strictly|highly|private (?:and|&)|commercial in|company)\s)?confidential(?:ity)?"
    r"|(?:(?:first|final|working|preliminary|rough)\s)?draft(?:\s(?:version|copy|only|document|[\d.]+))?"
    r"|(?:draft\W+)?(?:please )?do not (?:copy|cite|quote|distribute|circulate|duplicate|use)(?:\W+(?:or )?\w+){0,4}"
    r"|(?:draft\W+)?not (?:for|to be) (?:(?:distribut|publi|cit|quot|releas|circulat)\w+|sale)(?:\W+(?:or )?\w+){0,3}"
    r"|(?:uncorrected|unedited|author'?s?|page|galley)\s(?:proofs?|manuscript)(?:\scopy)?|proof(?: copy)?"
    r"|for (?:internal |official |personal |peer[- ])?(?:use|review) only|(?:internal|official) use only|internal"
    r"|(?:advance|review|evaluation|inspection|sample|specimen|file|void)(?:\s(?:copy|only))?|copy"
    r"|preprint|accepted manuscript|embargoed"
    r"|(?:top )?secret|restricted|retracted(?: article)?|withdrawn|superseded|cancelled|unofficial|obsolete"
    r"|entwurf|vertraulich|muster|kopie|confidentiel|brouillon|projet|borrador|confidencial|bozza|riservato|concept"
    r"|vertrouwelijk",
    re.IGNORECASE,
)
_NUMBERS = re.compile(r"\d+")


def is_watermark(text: str) -> bool:
    """True for the wording of a watermark and nothing else, also with its letters spaced: CONFIDENTIAL, D R A F T."""
    words = text.split()
    plain = "".join(words) if words and all(len(word) == 1 for word in words) else text
    return _WATERMARK.fullmatch(plain.strip(" .!*-–—_()[]")) is not None


def without_stamps(pages: Sequence[PdfPage]) -> tuple[list[list[Line]], tuple[str, ...]]:
    """The lines of each page without stamps, and the texts of these; those that differ in numbers alone are given
    once."""
    body_size = body_size_of([page.lines for page in pages])
    recurring = _recurring(pages)
    kept: list[list[Line]] = []
    texts: dict[str, str] = {}
    for page in pages:
        stamps = {id(line): line for line in _stamps(page, body_size, recurring)}
        kept.append([line for line in page.lines if id(line) not in stamps])
        for line in stamps.values():
            texts.setdefault(_key(line), line.text)
    return kept, tuple(texts.values())


def _key(line: Line) -> str:
    return _NUMBERS.sub("#", line.text.casefold())


def _recurring(pages: Sequence[PdfPage]) -> set[str]:
    """Turned and slanted texts that stand on more than half of the pages, and on two at least."""
    counts = Counter(
        key for page in pages for key in {_key(line) for line in page.lines if line.turned or line.slanted}
    )
    return {key for key, count in counts.items() if count > max(1, len(pages) / 2)}


def _stamps(page: PdfPage, body_size: float, recurring: set[str]) -> Iterator[Line]:
    upright = [line for line in page.lines if not line.turned and not line.slanted]
    if 2 * _length(upright) < _length(page.lines):
        return  # what is slanted is the text itself
    for line in page.lines:
        large = line.size > _LARGE * body_size
        if line.slanted:
            is_stamp = large or _key(line) in recurring or is_watermark(line.text) or _covered(line, upright) > 0
        elif line.turned:
            is_stamp = _key(line) in recurring or is_watermark(line.text) or _is_beside(line, upright, page.width)
        else:
            very_large = line.size > _VERY_LARGE * body_size
            is_stamp = (large and is_watermark(line.text)) or (very_large and _covered(line, upright) >= _MIN_COVERED)
        if is_stamp:
            yield line


def _length(lines: Sequence[Line]) -> int:
    return sum(len(line.text) for line in lines)


def _covered(line: Line, others: Sequence[Line]) -> int:
    """Across how many of the other lines it is printed."""
    left, top, right, bottom = line.box
    return sum(
        min(right, other.box.right) - max(left, other.box.left) > 0.3 * min(line.box.width, other.box.width)
        and top < (other.box.top + other.box.bottom) / 2 < bottom
        for other in (others if len(others) <= _MAX_LINES else ())
        if other is not line
    )


def _is_beside(line: Line, upright: Sequence[Line], width: float) -> bool:
    """True at the left or right edge of the page, beside all of its text."""
    if not upright:
        return False
    at_left = line.box.right <= min(other.box.left for other in upright) and line.box.right < _EDGE * width
    return at_left or (
        line.box.left >= max(other.box.right for other in upright) and line.box.left > (1 - _EDGE) * width
    )
