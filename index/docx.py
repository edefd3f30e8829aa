"""A draft with footnotes as a Word document: the few parts that a program must find in one."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from html import escape

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_REFUSED = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # what XML has no place for
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(?=\S)")
_DAY = (2026, 1, 1, 0, 0, 0)  # of the parts in the archive: the same draft gives the same bytes

_PARTS = (("document", "document.main"), ("styles", "styles"), ("footnotes", "footnotes"))


def document(text: str, notes: Sequence[tuple[int, str]], ending: Sequence[str]) -> bytes:
    """``text`` with each note at its place, which rise; then the lines of ``ending``, smaller. Every line is a
    paragraph, and a Markdown heading is a heading."""
    body = "".join([*_paragraphs(text, notes), *(_paragraph(_run(one), "Ending") for one in ending)])
    kept = "".join(_note(number, note) for number, (_, note) in enumerate(notes, 1))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": _types(),
            "_rels/.rels": _links([("officeDocument", "word/document.xml")]),
            "word/_rels/document.xml.rels": _links([("styles", "styles.xml"), ("footnotes", "footnotes.xml")]),
            "word/document.xml": _part("document", f"<w:body>{body}</w:body>"),
            "word/footnotes.xml": _part("footnotes", _SEPARATORS + kept),
            "word/styles.xml": _part("styles", _styles()),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, _DAY), _HEAD + content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def _paragraphs(text: str, notes: Sequence[tuple[int, str]]) -> Iterator[str]:
    at, number = 0, 0
    for line in text.split("\n"):
        heading = _HEADING.match(line)
        start, end = at + (heading.end() if heading else 0), at + len(line)
        runs = []
        while number < len(notes) and notes[number][0] <= end:
            place, number = notes[number][0], number + 1
            runs += [_run(text[start:place]), _REFERENCE.format(number)]
            start = place
        runs.append(_run(text[start:end]))
        at = end + 1
        if line.strip():
            yield _paragraph("".join(runs), f"Heading{min(len(heading[1]), 3)}" if heading else "")


def _paragraph(runs: str, style: str = "") -> str:
    kind = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f"<w:p>{kind}{runs}</w:p>"


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(_REFUSED.sub("", text))}</w:t></w:r>' if text else ""


_REFERENCE = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{}"/></w:r>'
_OWN = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def _note(number: int, text: str) -> str:
    return f'<w:footnote w:id="{number}">{_paragraph(_OWN + _run(" " + text), "FootnoteText")}</w:footnote>'


def _part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{_WORD}">{content}</w:{name}>'


def _types() -> str:
    known = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{kind}+xml"/>' for part, kind in _PARTS
    )
    links = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    plain = '<Default Extension="xml" ContentType="application/xml"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{links}{plain}{known}</Types>'


def _links(targets: Sequence[tuple[str, str]]) -> str:
    each = "".join(
        f'<Relationship Id="r{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(targets, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{each}</Relationships>'


def _styles() -> str:
    heads = "".join(
        _style(f"Heading{level}", f"heading {level}", f'<w:b/><w:sz w:val="{36 - 4 * level}"/>') for level in (1, 2, 3)
    )
    raised = '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    return (
        f"{_style('Normal', 'Normal', '', default=True)}{heads}{_style('FootnoteText', 'footnote text', _SMALL)}"
        f'{_style("Ending", "Ending", _SMALL)}{raised}<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    )


_SMALL = '<w:sz w:val="18"/>'


def _style(identity: str, name: str, look: str, *, default: bool = False) -> str:
    usual = ' w:default="1"' if default else ""
    spaced = '<w:pPr><w:spacing w:after="120"/></w:pPr>'
    return (
        f'<w:style w:type="paragraph"{usual} w:styleId="{identity}"><w:name w:val="{name}"/>{spaced}'
        f"<w:rPr>{look}</w:rPr></w:style>"
    )
