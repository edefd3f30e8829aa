"""A page that OCR read says so where it is shown, and its picture is one click away."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from ingest.sync.pipeline import ingest
from tests.ingest.readers.test_ocr import drawn, pdf_of
from tests.ingest.readers.test_pdf import LEFT, RIGHT, column
from tests.views.test_pages import click, follow, html, opened
from views.components.page_picture import HIDE, SHOW


def labels(at: AppTest) -> list[str]:
    return [button.label for button in at.button]


@pytest.mark.slow
def test_the_picture_of_a_page_that_ocr_read_is_one_click_away(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = tmp_path / "docs/scan.pdf"
    scan.parent.mkdir()
    scan.write_bytes(pdf_of(drawn(column(LEFT[:3])), drawn(column(RIGHT[:3]))))
    ingest([scan.parent], library)
    at = opened(library, monkeypatch, q="river came up to the gate")
    assert "p. 2, read by OCR" in html(at)
    click(at, SHOW)
    assert [image.captions for image in at.get("image")] == [["scan.pdf, page 2"]]
    click(at, HIDE)
    assert not at.get("image")
    follow(at, "Show in context")
    click(at, SHOW)
    assert at.selectbox[0].value == 2
    scan.write_bytes(pdf_of(drawn(column(RIGHT))))
    at.run()
    assert "has changed since it was read" in html(at)
    assert not at.get("image")


def test_a_page_with_text_of_its_own_is_drawn_in_its_source_where_that_is_a_pdf(
    sample_library: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(sample_library, monkeypatch, q="bladder harm")
    assert SHOW not in labels(at)
    follow(at, "Show in context")
    assert SHOW not in labels(at)
    at = opened(sample_library, monkeypatch, q="offence micrograms of ketamine in a litre of blood")
    assert SHOW not in labels(at)
    follow(at, "Show in context")
    click(at, SHOW)
    assert [image.captions for image in at.get("image")] == [["driving-after-ketamine.pdf, page 2"]]
    click(at, HIDE)
    assert not at.get("image")
