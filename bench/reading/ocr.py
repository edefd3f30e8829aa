"""Measures OCR: the words of printed pages that are read back, its seconds beside the embedding's, and the tests that
others wrote for pages without a text layer."""

from __future__ import annotations

import io
import re
import tarfile
import textwrap
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2
import zstandard
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from bench.library import SAMPLE
from bench.sets import records
from index.errors import ReadError
from index.storage.store import Store
from index.types import Document, Source
from ingest.chunking import split
from ingest.readers import READERS, read
from ingest.readers.pdf.page_pictures import DPI, picture_of
from ingest.sync.library_model import library_embedder
from ingest.types import Extract, Reading

GOAL = 0.98  # word recall
FOLDER = Path("formats/olmocr_sample")
PAGES = 20
_SKEW, _NOISE = 1.0, 20.0  # degrees; standard deviation of the grey levels, of 255
_SIZE, _PITCH, _LETTERS, _ROWS = 10.5, 13.5, 92, 50  # points; letters a row, rows a page
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Printed:
    """``recall``: the share of the words that were read, each as often as it was printed; ``confidence``: the mean of
    the pages'; ``ocr`` and ``embedding``: seconds of processor time a page."""

    pages: int
    words: int
    recall: float
    confidence: float
    ocr: float
    embedding: float


@dataclass(frozen=True, slots=True)
class Judged:
    """Tests of one kind on pages without a text layer, and how many of them pass."""

    kind: str
    tests: int
    passed: int


def measure(data: Path | None, work: Path, pages: int = PAGES) -> tuple[Printed, list[Judged]]:
    """The sample corpus printed on ``pages`` pages, and the judged pages below ``data``; none where it has none."""
    return printed(work, pages), judged(data / FOLDER) if data and (data / FOLDER).is_dir() else []


def printed(work: Path, count: int) -> Printed:
    """The sample corpus on pages that lie a little askew and are noisy, read by the real reader."""
    words_printed: Counter[str] = Counter()
    words_read: Counter[str] = Counter()
    confidences: list[float] = []
    seconds = 0.0
    texts: list[Extract] = []
    for number, rows in enumerate(_pages(count)):
        scan = _scan(rows, number)
        start = time.process_time()
        extract = _extract(read(scan, "page.pdf"))
        seconds += time.process_time() - start if number else 0.0  # the first loads the models
        words_printed.update(_words("\n".join(rows)))
        words_read.update(_words("\n".join([extract.text, *extract.left_out])))
        confidences += [section.ocr for section in extract.sections if section.ocr is not None][:1]
        texts.append(extract)
    total = words_printed.total()
    recall = (words_printed & words_read).total() / total
    embedding = _embedding_seconds(work, texts) / len(texts)
    mean = sum(confidences) / len(confidences)
    return Printed(len(texts), total, recall, mean, seconds / max(len(texts) - 1, 1), embedding)


def _pages(count: int) -> Iterator[list[str]]:
    """The rows of the corpus's texts, page after page."""
    rows: list[str] = []
    for path in sorted(SAMPLE.iterdir()):
        if path.suffix in READERS and path.stem.upper() != "README":
            outcomes = read(path.read_bytes(), path.name).extracts
            text = "\n".join(outcome.text for outcome in outcomes if isinstance(outcome, Extract))
            text = text.encode("cp1252", "ignore").decode("cp1252")  # what the printing font has
            rows += [row for line in text.splitlines() for row in textwrap.wrap(line, _LETTERS)]
    for start in range(0, min(count * _ROWS, len(rows)), _ROWS):
        yield rows[start : start + _ROWS]


def _scan(rows: Sequence[str], seed: int) -> bytes:
    """The rows printed, and scanned a little askew: a PDF with one picture."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(595, 842))
    canvas.setFont("Times-Roman", _SIZE)
    for number, row in enumerate(rows):
        canvas.drawString(70, 770 - number * _PITCH, row)
    canvas.save()
    image, _ = picture_of(pypdfium2.PdfDocument(out.getvalue()), 0)
    turned = np.asarray(Image.fromarray(image).rotate(_SKEW, Image.Resampling.BICUBIC, fillcolor="white"), np.float32)
    noisy = turned + np.random.default_rng(seed).normal(0, _NOISE, turned.shape)
    scan = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(scan, "PDF", resolution=DPI)
    return scan.getvalue()


def _extract(reading: Reading) -> Extract:
    (extract,) = (outcome for outcome in reading.extracts if isinstance(outcome, Extract))
    return extract


def _words(text: str) -> list[str]:
    """The words, case-folded. No row breaks one that has no hyphen of its own."""
    return _WORD.findall(text.casefold())


def _embedding_seconds(work: Path, extracts: Sequence[Extract]) -> float:
    """The processor seconds that the passages and sentences of these texts take to be embedded."""
    library = work / "ocr"
    library.mkdir(parents=True, exist_ok=True)
    store = Store.create(library)
    try:
        embedder = library_embedder(store, library, None)
    finally:
        store.close()
    embedder.encode(["warm"])
    start = time.process_time()
    for extract in extracts:
        document = Document(Source("", ""), extract.text, extract.sections, extract.dropped)
        passages, sentences = split(document, embedder)
        embedder.encode([passage.text for passage in passages])
        embedder.encode([extract.text[slice(*sentence)] for sentence in sentences])
    return time.process_time() - start


# --- the tests of others -----------------------------------------------------------------------------------------


def judged(folder: Path) -> list[Judged]:
    """The tests of text and order on those pages of the olmOCR sample that have no text layer."""
    files = _files(folder / "files.tar.zst")
    texts: dict[str, str | None] = {}
    counts: Counter[tuple[str, bool]] = Counter()
    for test in records(folder / "tests.jsonl"):
        name = test["pdf"]
        if name not in texts:
            texts[name] = _scanned_text(files[name], name) if name in files else None
        text = texts[name]
        if text is not None and (passed := _passes(test, text)) is not None:
            counts[test["type"], passed] += 1
    kinds = sorted({kind for kind, _ in counts})
    return [Judged(kind, counts[kind, True] + counts[kind, False], counts[kind, True]) for kind in kinds]


def _files(packed: Path) -> dict[str, bytes]:
    """The PDFs of the archive, by the path that the tests name them by."""
    with zstandard.open(packed, "rb") as unpacked, tarfile.open(fileobj=unpacked, mode="r|") as members:
        opened = ((member.name, members.extractfile(member)) for member in members if member.name.endswith(".pdf"))
        return {name.partition("pdfs/")[2]: file.read() for name, file in opened if file is not None}


def _scanned_text(data: bytes, name: str) -> str | None:
    """What OCR reads of a file; None for one that has a text layer."""
    try:
        if not read(data, name, ocr=False).scans_left:
            return None
    except ReadError as error:
        if "--no-ocr" not in str(error):
            return None
    return _extract(read(data, name)).text


def _passes(test: Mapping[str, Any], text: str) -> bool | None:
    """Whether a text passes a test; None for tests of tables and formulas."""
    plain, slack = " ".join(text.split()), int(test.get("max_diffs", 0))
    match test["type"]:
        case "present":
            return _position(test["text"], plain, slack) is not None
        case "absent":
            return _position(test["text"], plain, slack) is None
        case "order":
            before, after = (_position(test[name], plain, slack) for name in ("before", "after"))
            return before is not None and after is not None and before < after
    return None


def _position(words: str, text: str, slack: int) -> int | None:
    """Where the words stand with at most ``slack`` characters changed, left out or put in; None when nowhere."""
    words = " ".join(words.split())
    row = [0] * (len(text) + 1)
    for i, letter in enumerate(words, start=1):
        diagonal, row[0] = row[0], i
        for j, other in enumerate(text, start=1):
            diagonal, row[j] = row[j], min(diagonal + (letter != other), row[j] + 1, row[j - 1] + 1)
    best = min(row)
    return row.index(best) if best <= slack else None
