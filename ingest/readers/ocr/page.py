"""One page that is a picture: read, with a sign of life now and then, and what the report says of all such pages."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

from ingest.readers.ocr.engine import Image, OcrLine, OcrWord, engine
from ingest.readers.ocr.layout import confidence, page_of_lines
from ingest.readers.pdf.lines import PdfPage
from ingest.types import Progress

_LINES = 5  # read between two signs of life (a guess: some seconds)
# A word with a character below it is named in the report: a third of the wrong words of noisy scans at 110 to 200 dpi,
# and 1 % of the right ones (measured on 1,390 words).
_UNCERTAIN = 0.6
_EXAMPLES = 3  # uncertain words that the report names


@dataclass(frozen=True, slots=True)
class OcrPage:
    """A page as read, and its words."""

    page: PdfPage
    words: tuple[OcrWord, ...] = ()


def read_page(image: Image, points: float, position: str) -> Generator[Progress, None, OcrPage]:
    """The page that a picture shows. ``points``: the size of one of its pixels; ``position``: of the page, in the
    progress."""
    yield Progress(position)
    reader = engine()
    yield Progress(position)
    found = reader.find(image)
    lines: list[OcrLine] = []
    for line in reader.read(found):
        if len(lines) % _LINES == 0:
            yield Progress(position)
        lines.append(line)
    height, width = found.image.shape[:2]
    return OcrPage(page_of_lines(lines, height, width, points), tuple(word for line in lines for word in line.words))


def warning(words_by_page: Iterable[tuple[int | None, Sequence[OcrWord]]]) -> str:
    """The line of the report about pages that OCR read. Their numbers are None for a picture that has no pages."""
    pages = list(words_by_page)
    mean = confidence([word for _, words in pages for word in words])
    uncertain = [(page, word.text) for page, words in pages for word in words if word.lowest < _UNCERTAIN]
    count = "" if pages[0][0] is None else f": {len(pages)} page{'s' * (len(pages) != 1)}"
    text = f"read by OCR{count}, mean confidence {_percent(mean)}"
    if not uncertain:
        return text
    examples = ", ".join(f"p. {page} “{word}”" if page else f"“{word}”" for page, word in uncertain[:_EXAMPLES])
    return f"{text}; {len(uncertain)} uncertain word{'s' * (len(uncertain) != 1)}, e.g. {examples}"


def _percent(share: float | None) -> str:
    return "unknown" if share is None else f"{share:.2f}".removeprefix("0")
