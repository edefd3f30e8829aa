"""A comparison as a file to send: Markdown, HTML, DOCX or CSV, each quotation with both citations."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from html import escape

from index.compare import Comparison, Half, Relation
from index.types import Source, Span

TITLES = {Relation.DIFFERS: "They differ", Relation.SAME: "Both say the same", Relation.SIMILAR: "Both speak of it"}
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~$&])")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table; a side that says nothing is empty."""

    kind: str
    left: str
    right: str
    differences: str
    left_citation: str
    right_citation: str


def lines(found: Comparison, left: str, right: str) -> Iterator[Line]:
    """The pairs that differ, then the others, then what only one side says; ``left`` and ``right`` are the texts."""
    for relation, title in TITLES.items():
        for pair in found.pairs:
            if pair.relation is relation:
                notes = "; ".join(one.note + " (compatible)" * one.compatible for one in pair.differences)
                quotes = _flat(left[slice(*pair.left)]), _flat(right[slice(*pair.right)])
                cited = cite(found.left.source, pair.left), cite(found.right.source, pair.right)
                yield Line(title, *quotes, notes, *cited)
    for span in found.left.only:
        yield Line("Only the left", _flat(left[slice(*span)]), "", "", cite(found.left.source, span), "")
    for span in found.right.only:
        yield Line("Only the right", "", _flat(right[slice(*span)]), "", "", cite(found.right.source, span))


def cite(source: Source, span: Span) -> str:
    """Who, what, when, where, and the characters of the text."""
    said = [", ".join(source.authors), f"“{source.title or source.location}”", source.publisher, source.published]
    return ", ".join([*filter(None, said), source.url or source.location, f"characters {span.start}–{span.end}"])


def _flat(text: str) -> str:
    return " ".join(_CONTROL.sub("", text).split())


def _summary(found: Comparison) -> list[str]:
    told = [f"{_side(name, half)}" for name, half in (("Left", found.left), ("Right", found.right))]
    return [*told, *found.notes]


def _side(name: str, half: Half) -> str:
    source = half.source
    about = ", ".join(filter(None, [f"“{source.title or source.location}”", *source.authors, source.published]))
    return f"{name}: {about}. {half.coverage:.0%} of its sentences have a partner; {half.share:.0%} of it is reused."


def markdown(found: Comparison, left: str, right: str) -> bytes:
    parts = ["# Two sources compared", *map(_plain, _summary(found))]
    kind = ""
    for line in lines(found, left, right):
        if line.kind != kind:
            kind = line.kind
            parts.append(f"## {kind}")
        for quote, cited in ((line.left, line.left_citation), (line.right, line.right_citation)):
            parts += [f"> {_plain(quote)}\n>\n> — {_plain(cited)}"] if quote else []
        parts += [f"Differs: {_plain(line.differences)}"] if line.differences else []
    return ("\n\n".join(parts) + "\n").encode()


def _plain(text: str) -> str:
    """Text that Markdown takes as it is."""
    return _SPECIAL.sub(r"\\\1", text)


def html(found: Comparison, left: str, right: str) -> bytes:
    rows = "".join(
        f"<tr><th scope=row>{escape(line.kind)}</th>{_cell(line.left, line.left_citation)}"
        f"{_cell(line.right, line.right_citation)}<td>{escape(line.differences)}</td></tr>\n"
        for line in lines(found, left, right)
    )
    summary = "".join(f"<p>{escape(one)}</p>\n" for one in _summary(found))
    page = (
        '<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>Two sources compared</title>\n'
        "<style>body{font:1rem/1.5 serif;max-width:70rem;margin:2rem auto}table{border-collapse:collapse}"
        "td,th{border:1px solid #999;padding:.4rem;vertical-align:top;text-align:left}small{color:#555}</style>\n"
        f"<h1>Two sources compared</h1>\n{summary}"
        "<table><tr><th>What</th><th>Left</th><th>Right</th><th>Differs</th></tr>\n"
        f"{rows}</table></html>\n"
    )
    return page.encode()


def _cell(quote: str, cited: str) -> str:
    return f"<td>{escape(quote)}<br><small>{escape(cited)}</small></td>" if quote else "<td></td>"


def table(found: Comparison, left: str, right: str) -> bytes:
    """CSV with a byte order mark, as spreadsheets expect; a cell that one would take for a formula is quoted."""
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(["what", "left", "right", "differences", "left source", "right source"])
    for line in lines(found, left, right):
        row = (line.kind, line.left, line.right, line.differences, line.left_citation, line.right_citation)
        writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])
    return file.getvalue().encode("utf-8-sig")


# docx ------------------------------------------------------------------------------------------------------------

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_PACKAGE = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>'
    '<Override PartName="/word/styles.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": f"{_HEAD}<Relationships "
    'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>'
    "</Relationships>",
    "word/styles.xml": f'{_HEAD}<w:styles xmlns:w="{_WORD}">'
    + "".join(
        f'<w:style w:type="paragraph" w:styleId="{name.replace(" ", "")}"><w:name w:val="{name}"/>'
        f"<w:pPr>{shape}</w:pPr>"
        f'<w:rPr><w:sz w:val="{size}"/>{bold}</w:rPr></w:style>'
        for name, shape, size, bold in (
            ("heading 1", '<w:outlineLvl w:val="0"/>', 36, "<w:b/>"),
            ("heading 2", '<w:spacing w:before="240"/><w:outlineLvl w:val="1"/>', 28, "<w:b/>"),
            ("Quote", '<w:spacing w:before="120"/><w:ind w:left="360"/>', 22, ""),
            ("Citation", '<w:ind w:left="360"/>', 18, "<w:i/>"),
        )
    )
    + "</w:styles>",
}


def docx(found: Comparison, left: str, right: str) -> bytes:
    parts = [_paragraph("Two sources compared", "heading1"), *map(_paragraph, _summary(found))]
    kind = ""
    for line in lines(found, left, right):
        if line.kind != kind:
            kind = line.kind
            parts.append(_paragraph(kind, "heading2"))
        for quote, cited in ((line.left, line.left_citation), (line.right, line.right_citation)):
            parts += [_paragraph(quote, "Quote"), _paragraph(cited, "Citation")] if quote else []
        parts += [_paragraph(f"Differs: {line.differences}", "Quote")] if line.differences else []
    body = f'{_HEAD}<w:document xmlns:w="{_WORD}"><w:body>{"".join(parts)}</w:body></w:document>'
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {**_PACKAGE, "word/document.xml": body}.items():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)
    return file.getvalue()


def _paragraph(text: str, style: str = "") -> str:
    shape = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{shape}<w:r><w:t xml:space="preserve">{escape(_CONTROL.sub("", text))}</w:t></w:r></w:p>'


FORMATS: Mapping[str, tuple[str, Callable[[Comparison, str, str], bytes]]] = {
    "Markdown": ("comparison.md", markdown),
    "HTML": ("comparison.html", html),
    "Word": ("comparison.docx", docx),
    "CSV": ("comparison.csv", table),
}
"""By the name that a person reads: the file's name, and what makes it."""
