"""A page of a foreign file is drawn in a process of its own, or a line says why not."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from index.errors import ReadError
from index.types import Span
from ingest.readers.ocr.word_boxes import parts_in
from ingest.sandbox.page_picture import draw, page_picture
from tests.ingest.readers.test_ocr import drawn, pdf_of, saved
from tests.ingest.readers.test_pdf import LEFT, RIGHT, column, printed


def size(png: bytes) -> tuple[int, int]:
    picture = Image.open(io.BytesIO(png))
    assert picture.format == "PNG"
    return picture.size


def test_a_page_of_a_pdf_is_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(printed([], column(LEFT)))
    png = page_picture(tmp_path / "a.pdf", "a.pdf", 2)
    assert size(png) == (1250, 1667)
    assert Image.open(io.BytesIO(png)).convert("L").getextrema()[0] < 100
    with pytest.raises(ReadError, match=r"Page 3 of a\.pdf cannot be drawn\. Open the file itself\.$"):
        page_picture(tmp_path / "a.pdf", "a.pdf", 3)


@pytest.mark.slow
def test_words_are_marked_where_they_stand_on_the_page(tmp_path: Path) -> None:
    """Across lines, whatever stands between the letters; words that are not there leave the page as it is."""
    data = printed(column(LEFT))
    (tmp_path / "a.pdf").write_bytes(data)
    cited = " — ".join(" ".join(LEFT[:2]).split())
    png = page_picture(tmp_path / "a.pdf", "a.pdf", 1, cited)
    yellow = [
        (x, y)
        for y, row in enumerate(np.asarray(Image.open(io.BytesIO(png)).convert("RGB")).tolist())
        for x, pixel in enumerate(row)
        if pixel == [255, 236, 150]
    ]
    assert len(yellow) > 1000
    marked_lines = {y for _, y in yellow}
    assert len([y for y in marked_lines if y - 1 not in marked_lines]) in (1, 2)  # boxes of lines may touch
    plain = draw(data, "a.pdf", 1)
    assert png != plain
    assert draw(data, "a.pdf", 1, "Nobody wrote this here") == draw(data, "a.pdf", 1, "…") == plain


@pytest.mark.slow
def test_words_that_ocr_read_are_marked_on_the_page_however_it_lies() -> None:
    """The second of two columns, on a scan turned by a right angle: it is shown upright, half of it with marks."""
    scan = pdf_of(drawn([*column(LEFT), *column(RIGHT, x=320)]).rotate(90, expand=True))
    page = np.asarray(Image.open(io.BytesIO(draw(scan, "a.pdf", 1, " ".join(RIGHT[:3]), ocr=True))).convert("RGB"))
    rows, columns = np.nonzero((page == (255, 236, 150)).all(axis=2))
    assert page.shape[0] > page.shape[1]
    assert columns.min() > 0.45 * page.shape[1]
    assert np.ptp(rows) < 0.15 * page.shape[0]
    assert draw(scan, "a.pdf", 1, "", ocr=True) == draw(scan, "a.pdf", 1)


def test_the_lines_of_a_passage_are_told_from_others_in_any_order() -> None:
    """A line of few letters belongs to it only where it fills what the others leave."""
    lines = ["theriverroseintheni", "thenthegatewasopenedb", "ytheferryman", "gate", "anotherlineofthepage"]
    assert parts_in(lines, "roseinthenithenthegatewasopenedbytheferry") == [
        Span(8, 19),
        Span(0, 21),
        Span(0, 9),
        None,
        None,
    ]
    assert parts_in(["thelongestlineofall", "end", "end"], "thelongestlineofallend") == [Span(0, 19), Span(0, 3), None]
    assert parts_in(["", "abc"], "") == [None, None]
    assert parts_in(["xxawholepassageyy"], "awholepassage") == [Span(2, 15)]


def test_a_picture_and_a_page_of_a_tiff_are_drawn() -> None:
    first, second = Image.new("RGB", (30, 20), "red"), Image.new("RGB", (40, 20), "blue")
    assert size(draw(saved(first, "JPEG"), "a.jpg", 1)) == (30, 20)
    assert size(draw(saved(first, "TIFF", second), "a.tif", 2)) == (40, 20)


@pytest.mark.parametrize(
    ("name", "data", "page", "message"),
    [
        ("a.pdf", printed([]), 2, r"Page 2 of a\.pdf cannot be drawn"),
        ("a.pdf", b"nothing", 1, r"Page 1 of a\.pdf cannot be drawn"),
        ("a.png", b"nothing", 1, r"a\.png is damaged"),
        ("a.tif", saved(Image.new("1", (9, 9)), "TIFF"), 3, r"a\.tif is damaged"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_one_line(name: str, data: bytes, page: int, message: str) -> None:
    with pytest.raises(ReadError, match=message) as caught:
        draw(data, name, page)
    assert "\n" not in str(caught.value)
