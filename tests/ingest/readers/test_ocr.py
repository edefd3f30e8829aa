"""Pictures of text are read by OCR and say so: scanned pages of a PDF, and picture files. The pages are drawn here."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pypdfium2
import pytest
from PIL import Image as Pillow

from index.errors import ReadError
from index.types import Passage, Span
from ingest.readers import read
from ingest.readers.ocr.engine import OcrLine, OcrWord
from ingest.readers.ocr.installed import INSTALL
from ingest.readers.ocr.layout import page_of_lines, with_even_sizes
from ingest.readers.ocr.page import OcrPage, warning
from ingest.readers.pdf.lines import PdfPage
from ingest.readers.pdf.page_pictures import picture_of
from ingest.readers.pdf.scans import scanned_pages
from ingest.types import Empty, Extract, Progress, Reading
from tests.ingest.readers.test_pdf import LEFT, RIGHT, Words, column, printed

A4 = [(60, 60, "The lower garden", 16, "Helvetica-Bold"), *column(LEFT), *column(RIGHT, down=200)]
COLUMNS = [*column(LEFT), *column(RIGHT, x=320)]


def drawn(words: Sequence[Words], dpi: float = 200, turned: float = 0, noise: float = 0) -> Pillow.Image:
    """A page with these words as a picture, turned counterclockwise by so many degrees, with grey noise."""
    document = pypdfium2.PdfDocument(printed(words))
    picture = Pillow.fromarray(np.ascontiguousarray(picture_of(document, 0, dpi)[0][:, :, ::-1]))
    document.close()
    picture = picture.rotate(turned, expand=True, fillcolor="white", resample=Pillow.Resampling.BICUBIC)
    grain = np.random.default_rng(1).normal(0, noise, (picture.height, picture.width, 3))
    return Pillow.fromarray(np.clip(np.asarray(picture) + grain, 0, 255).astype(np.uint8))


def saved(picture: Pillow.Image, kind: str, *more: Pillow.Image, **options: object) -> bytes:
    """The picture as a file; more pictures are further pages."""
    out = io.BytesIO()
    pages = {"save_all": True, "append_images": more} if more else {}
    picture.save(out, kind, **pages, **options)
    return out.getvalue()


def pdf_of(*pictures: Pillow.Image) -> bytes:
    return saved(pictures[0], "PDF", *pictures[1:], resolution=200)


def with_text_page(scan: bytes, words: Sequence[Words]) -> bytes:
    """A PDF whose first page has text, and the others are those of ``scan``."""
    document, pages = pypdfium2.PdfDocument(printed(words)), pypdfium2.PdfDocument(scan)
    document.import_pages(pages)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def extract_in(reading: Reading) -> Extract:
    (extract,) = (outcome for outcome in reading.extracts if not isinstance(outcome, Progress))
    assert isinstance(extract, Extract)
    return extract


def recall(expected: str, text: str) -> float:
    words, read_words = re.findall(r"\w+", expected), set(re.findall(r"\w+", text))
    return sum(word in read_words for word in words) / len(words)


# --- what is read ------------------------------------------------------------------------------------------------


def headed(headings: Sequence[str], font: str, heading_font: str) -> list[Words]:
    """A page of paragraphs in one size, under headings of the same size."""
    rows: list[Words] = []
    for number, heading in enumerate(headings):
        top = 60 + 110 * number
        rows.append((60, top, heading, 11, heading_font))
        rows += [(60, top + 26 + 14 * i, line, 11, font) for i, line in enumerate(LEFT[:4])]
    return rows


@pytest.mark.parametrize(
    ("font", "bold", "turned", "noise"),
    [
        ("Helvetica", "Helvetica-Bold", 0, 0),
        ("Times-Roman", "Times-Bold", 0, 0),
        ("Times-Roman", "Times-Bold", 1, 12),
        ("Times-Roman", "Times-Roman", 1, 12),
    ],
)
def test_bold_lines_of_a_scan_are_headings(font: str, bold: str, turned: float, noise: float) -> None:
    """Also where they have the size of the text, and the page is skewed and noised; plain lines are none by that."""
    titles = ["Of walls and wells", "What the drivers ate", "The lower garden"]
    found = extract_in(read(pdf_of(drawn(headed(titles, font, bold), turned=turned, noise=noise)), "a.pdf"))
    headings = {section.heading for section in found.sections}
    assert (set(titles[1:]) <= headings) == (font != bold)


def test_a_clean_scan_is_read_with_its_title_and_paragraphs_and_says_that_ocr_read_it() -> None:
    reading = read(pdf_of(drawn(A4)), "a.pdf")
    extract = extract_in(reading)
    assert recall(" ".join([*LEFT, *RIGHT]), extract.text) >= 0.98
    assert extract.text.split("\n\n")[0] == extract.metadata.title == "The lower garden"
    assert extract.text.count("\n\n") == 2
    (section,) = extract.sections
    assert section.ocr is not None
    assert section.ocr > 0.95
    assert section.locator == "p. 1, read by OCR"
    assert section.passage("x", Span(0, 1)).ocr == section.ocr
    assert extract.warnings[0].startswith("read by OCR: 1 page, mean confidence ")
    assert (reading.pages, reading.warnings, reading.scans_left) == (1, (), 0)


@pytest.mark.slow
def test_a_skewed_noisy_page_of_two_columns_that_lies_on_its_side_is_read_in_order() -> None:
    text = extract_in(read(pdf_of(drawn(COLUMNS, turned=91.2, noise=20)), "a.pdf")).text
    assert text == " ".join(LEFT) + "\n\n" + " ".join(RIGHT)


@pytest.mark.slow
def test_a_page_upside_down_is_read() -> None:
    text = extract_in(read(saved(drawn(A4[:7], turned=179), "PNG"), "a.png")).text
    assert text.endswith(" ".join(LEFT))


@pytest.mark.slow
def test_text_and_scanned_pages_of_one_file_are_both_read() -> None:
    """Only the scanned ones say so; the progress names the page."""
    data = with_text_page(pdf_of(drawn(column(RIGHT))), column(LEFT))
    outcomes = list(read(data, "a.pdf").extracts)
    extract = outcomes[-1]
    assert isinstance(extract, Extract)
    assert extract.text == " ".join(LEFT) + "\n\n" + " ".join(RIGHT)
    assert [(section.page, section.ocr is not None) for section in extract.sections] == [(1, False), (2, True)]
    assert set(outcomes[:-1]) == {Progress("page 2 of 2")}


@pytest.mark.slow
def test_the_pages_of_a_tiff_are_pages_and_a_photograph_is_turned_as_the_camera_noted() -> None:
    fax = saved(drawn(column(LEFT)).convert("1"), "TIFF", drawn(column(RIGHT)).convert("1"))
    extract = extract_in(read(fax, "a.tif"))
    assert extract.text == " ".join(LEFT) + "\n\n" + " ".join(RIGHT)
    assert [section.page for section in extract.sections] == [1, 2]
    exif = Pillow.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    photo = saved(drawn(column(LEFT), dpi=150).rotate(90, expand=True), "JPEG", exif=exif)
    extract = extract_in(read(photo, "a.jpg"))
    assert extract.text == " ".join(LEFT)
    assert extract.sections[0].locator == "read by OCR"


def test_a_picture_without_text_makes_no_document() -> None:
    picture = saved(Pillow.new("RGB", (300, 200), "navy"), "PNG")
    assert [outcome for outcome in read(picture, "a.png").extracts if not isinstance(outcome, Progress)] == [
        Empty("The picture")
    ]


# --- which pages are scans ---------------------------------------------------------------------------------------


def scans_in(data: bytes, *texts: str) -> list[int]:
    """The scanned pages of a PDF whose pages have text layers like these."""
    word = [OcrWord("", 1.0, 1.0, 0.0, 1.0)]
    pages = []
    for text in texts:
        line = OcrLine((*word, OcrWord(text, 1.0, 1.0, 0.0, 1.0)), np.array([[0, 0], [9, 0], [9, 1], [0, 1]], float))
        pages.append(page_of_lines([line], 100, 100, 1.0))
    return scanned_pages(pypdfium2.PdfDocument(data), pages)


def test_a_page_is_a_scan_when_it_is_a_picture_with_at_most_a_stamp_for_text() -> None:
    picture = pdf_of(Pillow.new("RGB", (100, 100)))
    assert scans_in(picture, "") == [0]
    assert scans_in(picture, "Downloaded from the archive of the town on 3 May") == [0]
    assert scans_in(picture, "A page with words enough to be a text. " * 10) == []
    assert scans_in(printed([]), "") == []
    assert scans_in(printed([(300, 770, "1")]), "1") == []


# --- what is not read --------------------------------------------------------------------------------------------


def test_without_ocr_a_scan_is_refused_with_the_next_step() -> None:
    scan = pdf_of(Pillow.new("RGB", (100, 100)))
    with pytest.raises(ReadError, match=r"^a\.pdf is a scan: .* Ingest without --no-ocr to have them read\.$"):
        read(scan, "a.pdf", ocr=False)
    with pytest.raises(ReadError, match=r"^a\.png is a picture: .* Ingest without --no-ocr"):
        read(saved(Pillow.new("RGB", (9, 9)), "PNG"), "a.png", ocr=False)


def test_without_ocr_the_scanned_pages_of_a_file_are_counted() -> None:
    reading = read(with_text_page(pdf_of(Pillow.new("RGB", (100, 100))), column(LEFT)), "a.pdf", ocr=False)
    assert extract_in(reading).text == " ".join(LEFT)
    assert reading.warnings == ("1 of 2 pages are scans and were left out. Ingest without --no-ocr to have them read.",)
    assert reading.scans_left == 1


def test_where_ocr_is_not_installed_the_report_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.ocr.installed.is_installed", lambda: False)
    for name, data in (
        ("a.pdf", pdf_of(Pillow.new("RGB", (100, 100)))),
        ("a.webp", saved(Pillow.new("RGB", (9, 9)), "WEBP")),
    ):
        with pytest.raises(ReadError, match=re.escape(f"To have them read, run: {INSTALL}")):
            read(data, name)


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.jpeg", "a.tif", "a.tiff", "a.webp", "a.bmp"])
def test_what_is_no_picture_is_refused_with_the_next_step(name: str) -> None:
    for data in (b"", b"not a picture", saved(Pillow.new("RGB", (60, 60), "red"), "PNG")[:50]):
        with pytest.raises(ReadError, match=r"^a\.\w+ is damaged, or no picture at all: open it in a viewer"):
            list(read(data, name).extracts)


def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded() -> None:
    bomb = saved(Pillow.new("1", (12_000, 12_000)), "PNG")
    assert len(bomb) < 30_000
    with pytest.raises(ReadError, match=r"^a\.png has 12,000 × 12,000 points; .* Scale it down\.$"):
        read(bomb, "a.png")
    with pytest.raises(ReadError, match=r"^a\.png has too many points to be read\. Scale it down\.$"):
        read(saved(Pillow.new("1", (14_000, 14_000)), "PNG"), "a.png")


def test_a_tiff_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.ocr.pictures._MAX_FRAMES", 1)
    page = Pillow.new("1", (9, 9))
    with pytest.raises(ReadError, match=r"has 2 pages; 1 are read\. Split it"):
        read(saved(page, "TIFF", page), "a.tif")


def test_a_page_as_large_as_a_wall_is_drawn_smaller() -> None:
    wide = printed([])
    document = pypdfium2.PdfDocument(wide)
    document[0].set_mediabox(0, 0, 14_000, 14_000)
    image, points = picture_of(document, 0)
    assert image.shape[0] * image.shape[1] <= 31_000_000
    assert image.shape[0] * points == pytest.approx(14_000, rel=0.01)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16", "I", "F"])
def test_a_picture_of_any_mode_is_shown_dark_on_light(mode: str) -> None:
    from ingest.readers.ocr.pictures import opened, pixels

    shades = np.full((40, 60), 255, np.uint8)
    shades[10:20, 10:50] = 0
    picture = Pillow.fromarray(shades)
    picture = Pillow.fromarray(shades.astype(np.uint16) * 257) if mode == "I;16" else picture.convert(mode)
    image = pixels(opened(saved(picture, "TIFF"), "a.tif"), "a.tif")
    assert image.shape == (40, 60, 3)
    assert (image[15, 30].max(), image[30, 30].min()) == (0, 255)


def test_a_process_that_reads_no_scan_does_not_load_ocr() -> None:
    """Nor anything else that takes long to load."""
    heavy = {"rapidocr", "cv2", "openvino", "PIL", "numpy"}
    code = f"import sys; import ingest.readers.pdf.reader; print(*{heavy} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8").stdout == "\n"


# --- lines and report --------------------------------------------------------------------------------------------


def line_of(text: str, left: float, top: float, width: float, height: float = 12, tilt: float = 0) -> OcrLine:
    """A line whose words are spread evenly; ``tilt``: how far its right end is lower."""
    words, step = text.split(" "), 1 / len(text.split(" "))
    corners = [[left, top], [left + width, top + tilt], [left + width, top + tilt + height], [left, top + height]]
    spread = [OcrWord(word, 0.9, 0.9, i * step, (i + 0.98) * step) for i, word in enumerate(words)]
    return OcrLine(tuple(spread), np.array(corners, float))


def test_skewed_lines_are_made_level() -> None:
    tilted = [line_of("one two three", 100, 100 + 20 * i, 1000, tilt=20) for i in range(5)]
    page = page_of_lines(tilted, 2000, 1500, 0.36)
    assert [round(line.box.height, 1) for line in page.lines] == [pytest.approx(4.3, abs=0.1)] * 5
    assert (page.width, page.height, page.ocr) == (540, 720, 0.9)


def test_a_line_is_cut_where_two_of_its_words_are_far_apart() -> None:
    corners = np.array([[0, 0], [100, 0], [100, 10], [0, 10]], float)
    words = (OcrWord("left", 1, 1, 0, 0.3), OcrWord("right", 1, 1, 0.6, 1))
    page = page_of_lines([OcrLine(words, corners)], 100, 100, 1.0)
    assert [(line.text, line.box.left, line.box.right) for line in page.lines] == [("left", 0, 30), ("right", 60, 100)]


def test_type_sizes_that_differ_by_chance_are_one() -> None:
    """Those of a heading stay larger, and pages that are not OCR's stay as they are."""
    lines = [line_of("some words of text", 0, 20 * i, width) for i, width in enumerate((90, 92, 94, 91, 130))]
    page = page_of_lines(lines, 200, 200, 1.0)
    text = PdfPage(page.lines, 200, 200)
    even, same = with_even_sizes([page, text])
    assert len({line.size for line in even.lines[:4]}) == 1
    assert even.lines[4].size > 1.15 * even.lines[0].size
    assert same == text
    assert with_even_sizes([]) == []


def test_the_report_counts_the_pages_and_names_uncertain_words() -> None:
    sure, unsure, blank = OcrWord("modern", 1.0, 0.99, 0, 1), OcrWord("rnodern", 0.9, 0.4, 0, 1), PdfPage((), 1, 1)
    page, doubtful = OcrPage(blank, (sure,)), OcrPage(blank, (sure, unsure))
    assert warning({1: page, 2: page}) == "read by OCR: 2 pages, mean confidence 1.00"
    assert warning({3: doubtful}) == ("read by OCR: 1 page, mean confidence .95; 1 uncertain word, e.g. p. 3 “rnodern”")
    assert warning({None: OcrPage(blank, (unsure,) * 5, illegible=2)}) == (
        "read by OCR, mean confidence .90; 5 uncertain words, e.g. “rnodern”, “rnodern”, “rnodern”; "
        "2 lines too faint to be read: left out"
    )


def test_a_passage_says_that_ocr_read_it() -> None:
    assert Passage("x", Span(0, 1), ocr=0.9).locator == "read by OCR"
