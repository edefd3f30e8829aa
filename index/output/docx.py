"""Writes paragraphs and footnotes as a Word document, with only the parts that a .docx file must have."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal

from index.output.export_record import WORD_PART, Record, record_part
from index.text.escaping import xml

Style = Literal["Normal", "Heading1", "Heading2", "Heading3", "Quote", "Citation", "Ending", "FootnoteText"]

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DATE = (2026, 1, 1, 0, 0, 0)  # of the parts in the archive: fixed, so that the same paragraphs give the same bytes

_PARTS = (("document", "document.main"), ("styles", "styles"), ("footnotes", "footnotes"))


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote; its position among a paragraph's parts is where the reference stands."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    parts: Sequence[str | Footnote]
    style: Style = "Normal"


def package(paragraphs: Iterable[Paragraph], record: Record | None = None) -> bytes:
    """The bytes of a .docx file, its footnotes numbered from 1 in order; ``record``: see ``export_record``."""
    paragraphs = list(paragraphs)
    number = count(1)
    body = "".join(
        _paragraph("".join(_run(part, number) for part in paragraph.parts), paragraph.style) for paragraph in paragraphs
    )
    footnotes = [part for paragraph in paragraphs for part in paragraph.parts if isinstance(part, Footnote)]
    notes = "".join(_note(number, footnote.text) for number, footnote in enumerate(footnotes, 1))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": _types(),
            "_rels/.rels": _links([("officeDocument", "word/document.xml")]),
            "word/_rels/document.xml.rels": _links(
                [("styles", "styles.xml"), ("footnotes", "footnotes.xml")]
                + ([("customXml", f"../{WORD_PART}")] if record else [])
            ),
            "word/document.xml": _part("document", f"<w:body>{body}</w:body>"),
            "word/footnotes.xml": _part("footnotes", _SEPARATORS + notes),
            "word/styles.xml": _part("styles", _styles()),
            **({WORD_PART: record_part(record)} if record else {}),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), _HEAD + content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _paragraph(runs: str, style: Style) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(part: str | Footnote, number: Iterator[int]) -> str:
    return _REFERENCE.format(next(number)) if isinstance(part, Footnote) else _text(part)


def _text(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{xml(text)}</w:t></w:r>' if text else ""


_REFERENCE = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{}"/></w:r>'
_OWN_NUMBER = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def _note(number: int, text: str) -> str:
    return f'<w:footnote w:id="{number}">{_paragraph(_OWN_NUMBER + _text(" " + text), "FootnoteText")}</w:footnote>'


def _part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{_WORD}">{content}</w:{name}>'


def _types() -> str:
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in _PARTS
    )
    relationships = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    default = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{relationships}{default}{overrides}</Types>'


def _links(targets: Sequence[tuple[str, str]]) -> str:
    links = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{links}</Relationships>'


_SMALL, _INDENT = '<w:sz w:val="18"/>', '<w:ind w:left="360"/>'


def _styles() -> str:
    headings = "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:outlineLvl w:val="{level - 1}"/>',
            f'<w:b/><w:sz w:val="{36 - 4 * level}"/>',
        )
        for level in (1, 2, 3)
    )
    footnote_reference = (
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    )
    return "".join(
        (
            _style("Normal", "Normal"),
            headings,
            _style("Quote", "Quote", _INDENT),
            _style("Citation", "Citation", _INDENT, f"<w:i/>{_SMALL}"),
            _style("Ending", "Ending", look=_SMALL),
            _style("FootnoteText", "footnote text", look=_SMALL),
            f'{footnote_reference}<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
        )
    )


def _style(identity: str, name: str, shape: str = "", look: str = "") -> str:
    default = ' w:default="1"' if identity == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identity}"><w:name w:val="{name}"/>'
        f'<w:pPr><w:spacing w:after="120"/>{shape}</w:pPr><w:rPr>{look}</w:rPr></w:style>'
    )
