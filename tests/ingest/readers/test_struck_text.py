"""Text that its author deleted or drew a line through: no words of the document, and listed with what was left out."""

from __future__ import annotations

import pytest

from ingest.readers import read
from ingest.types import Extract
from tests.ingest.readers.office.test_odt import style
from tests.ingest.readers.test_office import book, rtf, word, writer

FIRST = (
    "Each inn on the road had a yard, a well and a wall, and the drivers slept on their loads, so that nothing went."
)


def extract(name: str, data: bytes) -> Extract:
    (result,) = read(data, name).extracts
    assert isinstance(result, Extract)
    return result


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def docx(before: str, struck: str, after: str, styles: str = "") -> bytes:
    return word(f"<w:p>{run(before)}{struck}{run(after)}</w:p>", styles=styles)


CHARACTER = '<w:style w:type="character" w:styleId="Out"><w:rPr><w:strike/></w:rPr></w:style>'
BEFORE, STRUCK, AFTER = "The dose is ", "50 mg, no: ", "60 mg a day."
FORMS = {
    "strike.docx": docx(BEFORE, run(STRUCK, "<w:strike/>"), AFTER),
    "double.docx": docx(BEFORE, run(STRUCK, '<w:dstrike w:val="true"/>'), AFTER),
    "style.docx": docx(BEFORE, run(STRUCK, '<w:rStyle w:val="Out"/>'), AFTER, CHARACTER),
    "tracked.docx": docx(BEFORE, f"<w:del><w:r><w:delText>{STRUCK}</w:delText></w:r></w:del>", AFTER),
    "line.odt": writer(
        f'<text:p>{BEFORE}<text:span text:style-name="X">{STRUCK}</text:span>{AFTER}</text:p>',
        style("X", 'style:text-line-through-style="solid"'),
    ),
    "type.odt": writer(
        f'<text:p>{BEFORE}<text:span text:style-name="X">{STRUCK}</text:span>{AFTER}</text:p>',
        style("X", 'style:text-line-through-type="double"'),
    ),
    "strike.rtf": rtf(rf"{BEFORE}{{\strike {STRUCK}}}{AFTER}\par"),
    "double.rtf": rtf(rf"{BEFORE}\striked1 {STRUCK}\striked0 {AFTER}\par"),
    "deleted.rtf": rtf(rf"{BEFORE}{{\deleted {STRUCK}}}{AFTER}\par"),
    **{
        f"{name}.epub": book("<p>Contents</p>", f"<p>{BEFORE}{tag}{STRUCK}{end}{AFTER}</p>")
        for name, tag, end in (
            ("s", "<s>", "</s>"),
            ("del", "<del>", "</del>"),
            ("style", '<span style="text-decoration: line-through">', "</span>"),
        )
    },
    **{
        f"{name}.html": f"<article><p>{FIRST}</p><p>{BEFORE}{tag}{STRUCK}{end}{AFTER}</p></article>".encode()
        for name, tag, end in (
            ("s", "<s>", "</s>"),
            ("del", "<del>", "</del>"),
            ("strike", "<strike>", "</strike>"),
            ("style", '<span style="text-decoration-line: line-through">', "</span>"),
            ("class", '<style>.out { text-decoration: line-through red }</style><span class="out">', "</span>"),
        )
    },
}


@pytest.mark.parametrize("name", FORMS)
def test_struck_text_is_left_out_and_listed(name: str) -> None:
    """However a line is drawn through it; the words around it are one sentence."""
    found = extract(name, FORMS[name])
    assert "The dose is 60 mg a day." in found.text
    assert "50" not in found.text
    assert f"struck out: {STRUCK.strip()}" in found.left_out


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("off.docx", docx(BEFORE, run(STRUCK, '<w:strike w:val="0"/>'), AFTER)),
        ("inserted.docx", docx(BEFORE, f"<w:ins>{run(STRUCK)}</w:ins>", AFTER)),
        (
            "none.odt",
            writer(
                f'<text:p>{BEFORE}<text:span text:style-name="X">{STRUCK}</text:span>{AFTER}</text:p>',
                style("X", 'style:text-line-through-style="none"'),
            ),
        ),
        ("off.rtf", rtf(rf"{BEFORE}{{\strike0 {STRUCK}}}{AFTER}\par")),
        ("plain.rtf", rtf(rf"{BEFORE}{{\strike\plain {STRUCK}}}{AFTER}\par")),
        ("ins.epub", book("<p>Contents</p>", f"<p>{BEFORE}<ins>{STRUCK}</ins>{AFTER}</p>")),
        (
            "underlined.html",
            f'<p>{FIRST}</p><p>{BEFORE}<span style="text-decoration: underline">{STRUCK}</span>{AFTER}</p>'.encode(),
        ),
    ],
)
def test_other_marks_strike_nothing(name: str, data: bytes) -> None:
    """A line that is switched off, one under the words, and what was inserted."""
    found = extract(name, data)
    assert "The dose is 50 mg, no: 60 mg a day." in found.text
    assert not any("struck" in line for line in found.left_out)


def test_what_is_struck_within_what_is_deleted_is_listed_once() -> None:
    page = f"<article><p>{FIRST}</p><p>{BEFORE}<del>50 mg, <s>not 40</s>, </del>{AFTER}</p></article>"
    read_page = extract("page.html", page.encode())

    assert BEFORE + AFTER in read_page.text
    assert [part for part in read_page.left_out if "40" in part] == ["struck out: 50 mg, not 40,"]


def test_markdown_keeps_its_own_sign() -> None:
    """As all that its author typed."""
    found = extract("a.md", b"# Doses\n\nThe dose is ~~50 mg~~ 60 mg a day, as the table says.\n")
    assert "The dose is ~~50 mg~~ 60 mg a day" in found.text
