"""One page that is a picture: read, with a sign of life now and then, and what the report says of all such pages."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import dataclass

from ingest.readers.ocr.engine import Image, OcrLine, OcrWord, engine, mean_confidence
from ingest.readers.ocr.layout import page_of_lines
from ingest.readers.pdf.lines import PdfPage
from ingest.types import Progress

_LINES = 5  # read between two signs of life (a guess: some seconds)
# A word with a character below it is named in the report: a third of the wrong words of noisy scans at 110 to 200 dpi,
# and 1 % of the right ones (measured on 1,390 words).
_UNCERTAIN = 0.6
# A line below it is left out and counted: it is more often a picture's texture than text (rapidocr's own limit).
_ILLEGIBLE = 0.5
_EXAMPLES = 3  # uncertain words that the report names


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A page as read, its words, and how many lines were left out because they could not be read."""

    page: PdfPage
    words: tuple[OcrWord, ...] = ()
    illegible: int = 0


def read_page(image: Image, points: float, position: str) -> Generator[Progress, None, OcrPage]:
    """The page that a picture shows. ``points``: the size of one of its pixels; ``position``: of the page, in the
    progress."""
    yield Progress(position)
    reader = engine()
    yield Progress(position)
    found = reader.find(image)
    all_lines: list[OcrLine] = []
    for line in reader.read(found):
        if len(all_lines) % _LINES == 0:
            yield Progress(position)
        all_lines.append(line)
    lines = [line for line in all_lines if mean_confidence(line.words) >= _ILLEGIBLE]
    height, width = found.image.shape[:2]
    page = page_of_lines(lines, height, width, points)
    return OcrPage(page, tuple(word for line in lines for word in line.words), len(all_lines) - len(lines))


def warning(pages: Mapping[int | None, OcrPage]) -> str:
    """The line of the report about pages that OCR read, by number; the number is None for a picture without pages."""
    words = [(number, word) for number, page in pages.items() for word in page.words]
    count = "" if None in pages else f": {_counted(len(pages), 'page')}"
    parts = [f"read by OCR{count}, mean confidence {_percent(mean_confidence([word for _, word in words]))}"]
    uncertain = [(number, word.text) for number, word in words if word.lowest < _UNCERTAIN]
    if uncertain:
        shown = (f"p. {number} “{text}”" if number else f"“{text}”" for number, text in uncertain[:_EXAMPLES])
        parts.append(f"{_counted(len(uncertain), 'uncertain word')}, e.g. {', '.join(shown)}")
    if illegible := sum(page.illegible for page in pages.values()):
        parts.append(f"{_counted(illegible, 'line')} too faint to be read: left out")
    return "; ".join(parts)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _percent(share: float) -> str:
    return f"{share:.2f}".removeprefix("0")
