"""Writes paragraphs, tables, footnotes and comments as a Word document of only the parts that one must have."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Literal, NamedTuple

from index.output import italics
from index.output.export_record import WORD_PART, Record, record_part
from index.text.escaping import xml

Style = Literal[
    "Normal",
    "Heading1",
    "Heading2",
    "Heading3",
    "Quote",
    "Citation",
    "Detail",
    "Bibliography",
    "Ending",
    "Cell",
    "CellCitation",
    "ColumnName",
    "FootnoteText",
]

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
INSERTED = "Inserted"
"""The style of a run that was put into a text of the person's own."""
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_DATE = (2026, 1, 1, 0, 0, 0)  # of the parts in the archive: fixed, so that the same paragraphs give the same bytes

_KINDS = {"document": "document.main"}  # of other parts the type has their name


@dataclass(frozen=True, slots=True)
class Footnote:
    """A footnote; its position among a paragraph's parts is where the reference stands."""

    text: str


@dataclass(frozen=True, slots=True)
class CommentStart:
    """Where a comment begins; the next ``Comment`` ends it."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on what stands between the last ``CommentStart`` and this."""

    text: str


@dataclass(frozen=True, slots=True)
class Insertion:
    """Words that were put into a text of the person's own; they look as the others do."""

    text: str


Part = str | Footnote | CommentStart | Comment | Insertion


@dataclass(frozen=True, slots=True)
class Paragraph:
    parts: Sequence[Part]
    style: Style = "Normal"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells of paragraphs, without footnotes and comments. The first row is repeated on every page, which lies
    on its side. A paragraph must follow it."""

    rows: Sequence[Sequence[Sequence[Paragraph]]]


@dataclass(frozen=True, slots=True)
class Turn:
    """The pages before it stand upright, although a table follows."""


Block = Paragraph | Table | Turn


def package(blocks: Iterable[Block], record: Record | None = None) -> bytes:
    """The bytes of a .docx file, its footnotes and comments numbered from 1 in order; ``record``: see
    ``export_record``."""
    blocks = list(blocks)
    parts = [part for block in blocks if isinstance(block, Paragraph) for part in block.parts]
    numbers = _Numbers(count(1), count(1), count(1))
    body = "".join(_block(block, numbers) for block in blocks)
    if any(isinstance(block, Table) for block in blocks):
        body += _SIDEWAYS
    footnotes = [part.text for part in parts if isinstance(part, Footnote)]
    comments = [part.text for part in parts if isinstance(part, Comment)]
    written = {
        "document": f"<w:body>{body}</w:body>",
        "styles": _styles(),
        "footnotes": _SEPARATORS + "".join(map(_note, count(1), footnotes)),
        **({"comments": "".join(map(_comment, count(1), comments))} if comments else {}),
    }
    links = [(name, f"{name}.xml") for name in list(written)[1:]]
    if record:
        links.append(("customXml", f"../{WORD_PART}"))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {
            "[Content_Types].xml": _types(written),
            "_rels/.rels": _links([("officeDocument", "word/document.xml")]),
            "word/_rels/document.xml.rels": _links(links),
            **{f"word/{name}.xml": _part(name, content) for name, content in written.items()},
            **({WORD_PART: record_part(record)} if record else {}),
        }.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), _HEAD + content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


class _Numbers(NamedTuple):
    footnotes: Iterator[int]
    starts: Iterator[int]
    comments: Iterator[int]


def _block(block: Block, numbers: _Numbers) -> str:
    if isinstance(block, Turn):
        return f"<w:p><w:pPr>{_UPRIGHT}</w:pPr></w:p>"
    return _table(block) if isinstance(block, Table) else _written(block, numbers)


def _written(paragraph: Paragraph, numbers: _Numbers) -> str:
    return _paragraph("".join(_run(part, numbers) for part in paragraph.parts), paragraph.style)


_SIDEWAYS = (
    '<w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="709" w:footer="709" w:gutter="0"/>'
    "</w:sectPr>"
)
_UPRIGHT = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
_WIDTH = 16838 - 2 * 1134  # of the text of such a page, in twentieths of a point
_BORDERS = "".join(
    f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="999999"/>'
    for side in ("top", "left", "bottom", "right", "insideH", "insideV")
)


def _table(table: Table) -> str:
    columns = max(map(len, table.rows))
    grid = f'<w:gridCol w:w="{_WIDTH // columns}"/>' * columns
    none = _Numbers(count(1), count(1), count(1))
    written = []
    for number, row in enumerate(table.rows):
        cells = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{_WIDTH // columns}" w:type="dxa"/></w:tcPr>'
            f"{''.join(_written(paragraph, none) for paragraph in cell or [Paragraph([])])}</w:tc>"
            for cell in row
        )
        repeated = "" if number else "<w:tblHeader/>"
        written.append(f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{cells}</w:tr>")
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{_WIDTH}" w:type="dxa"/><w:tblBorders>{_BORDERS}</w:tblBorders>'
        f"</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(written)}</w:tbl>"
    )


def _paragraph(runs: str, style: Style) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(part: Part, numbers: _Numbers) -> str:
    if isinstance(part, Footnote):
        return _REFERENCE.format(next(numbers.footnotes))
    if isinstance(part, CommentStart):
        return f'<w:commentRangeStart w:id="{next(numbers.starts)}"/>'
    if isinstance(part, Comment):
        number = next(numbers.comments)
        return f'<w:commentRangeEnd w:id="{number}"/><w:r><w:commentReference w:id="{number}"/></w:r>'
    return _text(part.text, INSERTED) if isinstance(part, Insertion) else _text(part)


def _text(text: str, style: str = "") -> str:
    """Runs of a text, in which italics may be marked."""
    named = f'<w:rStyle w:val="{style}"/>' if style else ""
    return "".join(
        f'<w:r>{f"<w:rPr>{look}</w:rPr>" if look else ""}<w:t xml:space="preserve">{xml(run)}</w:t></w:r>'
        for run, in_italics in italics.runs(text)
        for look in [f"{named}{'<w:i/>' if in_italics else ''}"]
    )


_REFERENCE = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="{}"/></w:r>'
_OWN_NUMBER = '<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r>'
_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def _note(number: int, text: str) -> str:
    return f'<w:footnote w:id="{number}">{_paragraph(_OWN_NUMBER + _text(" " + text), "FootnoteText")}</w:footnote>'


def _comment(number: int, text: str) -> str:
    about = f'w:id="{number}" w:author="Sourcewise" w:initials="S"'
    return f"<w:comment {about}>{_paragraph(_text(text), 'FootnoteText')}</w:comment>"


def _part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{WORD}">{content}</w:{name}>'


def _types(parts: Iterable[str]) -> str:
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_TYPE}.{_KINDS.get(part, part)}+xml"/>' for part in parts
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


_SMALL, _INDENT, _HANGING = '<w:sz w:val="18"/>', '<w:ind w:left="360"/>', '<w:ind w:left="360" w:hanging="360"/>'
_NEXT = "<w:keepNext/>"  # on the page of what follows
_DEFAULTS = (
    '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Calibri" w:hAnsi="Calibri" w:cs="Calibri"/>'
    '<w:sz w:val="22"/><w:szCs w:val="22"/></w:rPr></w:rPrDefault></w:docDefaults>'
)
"""Without these Word takes letters of 10 points."""


def _styles() -> str:
    headings = "".join(
        _style(
            f"Heading{level}",
            f"heading {level}",
            f'<w:outlineLvl w:val="{level - 1}"/>',
            f'<w:b/><w:sz w:val="{36 - 4 * level}"/>',
            before=240,
            follows=_NEXT,
        )
        for level in (1, 2, 3)
    )
    footnote_reference = (
        '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    )
    return "".join(
        (
            _DEFAULTS,
            _style("Normal", "Normal"),
            headings,
            _style("Quote", "Quote", _INDENT, before=120, follows=_NEXT),
            _style("Citation", "Citation", _INDENT, _SMALL),
            _style("Detail", "Detail", _INDENT, _SMALL),
            _style("Bibliography", "Bibliography", _HANGING),
            _style("Ending", "Ending", look=_SMALL),
            _style("Cell", "Cell", look=_SMALL, after=40),
            _style("CellCitation", "Cell Citation", look='<w:color w:val="555555"/><w:sz w:val="16"/>', after=40),
            _style("ColumnName", "Column Name", look=f"<w:b/>{_SMALL}", after=40),
            _style("FootnoteText", "footnote text", look=_SMALL),
            f'{footnote_reference}<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>',
            f'<w:style w:type="character" w:styleId="{INSERTED}"><w:name w:val="{INSERTED}"/></w:style>',
        )
    )


def _style(
    identity: str, name: str, shape: str = "", look: str = "", before: int = 0, follows: str = "", after: int = 120
) -> str:
    """``follows``: first of what the schema orders, with what stands after it."""
    default = ' w:default="1"' if identity == "Normal" else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{identity}"><w:name w:val="{name}"/>'
        f'<w:pPr>{follows}<w:spacing w:before="{before}" w:after="{after}"/>{shape}</w:pPr>'
        f"<w:rPr>{look}</w:rPr></w:style>"
    )
