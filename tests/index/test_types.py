import pytest

from index.types import Section, Span


@pytest.mark.parametrize(
    ("section", "locator"),
    [
        (Section(Span(0, 9)), ""),
        (Section(Span(0, 9), page=12), "p. 12"),
        (Section(Span(0, 9), page=12, page_label="xii"), "p. xii"),
        (Section(Span(0, 9), page_label="42"), "p. 42"),
        (Section(Span(0, 9), time=0.0), "at 0:00:00"),
        (Section(Span(0, 9), time=3791.9), "at 1:03:11"),
        (Section(Span(0, 9), page=3, ocr=0.97), "p. 3, read by OCR"),
        (Section(Span(0, 9), ocr=0.0), "read by OCR"),
    ],
)
def test_a_place_is_told_as_a_citation_says_it_and_a_passage_has_that_of_its_section(
    section: Section, locator: str
) -> None:
    assert section.locator == locator
    passage = section.passage("some text", section.span)
    assert passage.locator == locator
    assert (passage.page, passage.page_label, passage.time, passage.ocr) == (
        *(section.page, section.page_label),
        *(section.time, section.ocr),
    )
