"""Writes a table, with a citation for each quotation, as Markdown, HTML, Word or CSV."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from index.errors import QueryError, WriteError
from index.output import docx, export_record, italics
from index.text import escaping
from index.types import Passage, Section, Source, Span


@dataclass(frozen=True, slots=True)
class ExportCell:
    """A cell. ``citation``: the source of a quotation; empty where the text is the program's own."""

    text: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``columns``: the name of the row headings, then one for each cell. ``rows``: a heading and its cells; successive
    rows with one heading belong together. ``provenance``: what the table was made with, as names and values; ``notes``:
    what a reader must know first; ``record``: the same for a program, see ``export_record``; ``cited``: writes a
    citation or an entry of the bibliography as Markdown."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[ExportCell]]]
    provenance: Sequence[tuple[str, str]]
    notes: Sequence[str] = ()
    record: export_record.Record = field(default_factory=dict)
    bibliography: Sequence[str] = ()
    cited: Callable[[str], str] = escaping.markdown


BIBLIOGRAPHY = "Bibliography"
"""The heading of the entries at the end of a file."""


def timestamp() -> str:
    """The current time in UTC, in ISO format."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def provenance(when: str, generation: int, model: str, settings: Mapping[str, object]) -> list[tuple[str, str]]:
    """What the result depends on, as names and values."""
    return [
        ("Made", when),
        ("Library", f"generation {generation}, model {model}"),
        *([("Settings", in_words(settings))] if settings else []),
    ]


_SETTINGS = {
    "by": "ranked by",
    "k": "passages asked for",
    "per_source": "at most of one source",
    "filter": "only",
    "judge": "second opinion by",
}
"""How people read the names of settings; others stand as they are."""


def in_words(settings: Mapping[str, object]) -> str:
    """Settings as a person reads them: "ranked by both; passages asked for 10; weights: dense 0.23, words 0.31". What
    is not set is left out; the record has all, as the JSON does."""
    given = {name: value for name, value in settings.items() if value is not None and value != {}}
    return "; ".join(f"{_SETTINGS.get(name, name)}{_setting(value)}" for name, value in given.items())


def _setting(value: object) -> str:
    if isinstance(value, Mapping):
        return ": " + ", ".join(f"{name}{_setting(part)}" for name, part in value.items())
    return " " + (", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value))


def source_name(source: Source) -> str:
    """A source's title, else the name of its file with its record's id."""
    file = source.location.rpartition("/")[2]
    return escaping.line(source.title or (f"{file} · {source.record}" if source.record else file))


def cite(source: Source, location: Passage | Section | None = None, span: Span | None = None) -> str:
    """A citation: authors, title, publisher, date, heading, page, address, characters. Guessed values stand in square
    brackets; missing ones are left out."""
    named = f"“{source_name(source)}”"
    document = [source.shown("authors"), named, source.shown("publisher"), source.shown("published")]
    position = [location and location.heading, location and location.locator, source.url or source.location]
    characters = f"characters {span.start}–{span.end}" if span else ""
    return escaping.line(", ".join(part for part in (*document, *position, characters) if part))


# the formats ----------------------------------------------------------------------------------------------------------


def _paragraphs(table: ExportTable) -> Iterator[tuple[docx.Style, str]]:
    """The table as running text: under each row's heading its cells, a quotation followed by its citation and by what
    is said of it."""
    yield "Heading1", table.title
    for note in table.notes:
        yield "Normal", note
    previous = None
    for heading, cells in table.rows:
        if heading != previous:
            yield "Heading2", heading
        previous = heading
        quoted = False
        for column, cell in zip(table.columns[1:], cells, strict=True):
            if cell.citation:
                quoted = True
                yield "Quote", cell.text
                yield "Citation", cell.citation
            elif cell.text:
                yield "Detail" if quoted else "Normal", f"{column}: {cell.text}"
    if table.bibliography:
        yield "Heading2", BIBLIOGRAPHY
    for entry in table.bibliography:
        yield "Bibliography", entry
    for key, value in table.provenance:
        yield "Ending", f"{key}: {value}"


_MARKS: Mapping[docx.Style, str] = {
    "Heading1": "# ",
    "Heading2": "\n\n## ",
    "Normal": "\n\n",
    "Quote": "\n\n",
    "Citation": "\n>\n> — ",
    "Detail": "\n\n",
    "Bibliography": "\n\n",
    "Ending": "\n\n- ",
}


def markdown(table: ExportTable) -> bytes:
    writers = {"Quote": escaping.markdown_quotation, "Citation": table.cited, "Bibliography": table.cited}
    text = "".join(
        f"{_MARKS[style]}{writers.get(style, escaping.markdown)(text)}" for style, text in _paragraphs(table)
    )
    record = f"\n\n{export_record.record_comment(table.record)}" if table.record else ""
    return f"{text}{record}\n".encode()


def reading_word(table: ExportTable) -> bytes:
    """The table as running text."""
    return docx.package((_paragraph(style, text) for style, text in _paragraphs(table)), table.record)


MOST_COLUMNS = 6
"""Of a table that can be read on paper (a guess)."""


def word(table: ExportTable) -> bytes:
    """A table under each heading, on pages that lie on their sides; as running text where it has too many columns for
    paper. Columns that are empty under a heading are left out there."""
    if len(table.columns) > MOST_COLUMNS:
        return reading_word(table)
    around = [_paragraph(style, text) for style, text in _paragraphs(replace(table, rows=()))]
    begin = 1 + len(table.notes)
    return docx.package([*around[:begin], *_word_tables(table), *around[begin:]], table.record)


def _word_tables(table: ExportTable) -> Iterator[docx.Paragraph | docx.Table]:
    for heading, group in groupby(table.rows, key=lambda row: row[0]):
        rows = [cells for _, cells in group]
        shown = [column for column in range(len(table.columns) - 1) if any(cells[column].text for cells in rows)]
        yield _paragraph("Heading2", heading)
        if shown:
            names = [[_paragraph("ColumnName", table.columns[column + 1])] for column in shown]
            yield docx.Table([names, *([word_cell(cells[column]) for column in shown] for cells in rows)])


def _paragraph(style: docx.Style, text: str) -> docx.Paragraph:
    return docx.Paragraph([escaping.line(text)], style)


def word_cell(cell: ExportCell) -> list[docx.Paragraph]:
    parts: list[tuple[docx.Style, str]] = [("Cell", cell.text), ("CellCitation", cell.citation)]
    return [_paragraph(style, text) for style, text in parts if text]


def as_csv(table: ExportTable) -> bytes:
    """A column with citations gets a second one for these, beside it. The rows of a table that is quoted are lines of
    its cell. Below the table stand notes, provenance and the
    record; the bibliography is left out, which ``bibliography_files`` writes as a file of its own. The file begins with
    a byte order mark, as spreadsheets expect."""
    cited = {
        column for column in range(len(table.columns) - 1) if any(cells[column].citation for _, cells in table.rows)
    }
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    rows = [
        [heading, *(part for column, cell in enumerate(cells) for part in _csv_cells(cell, column in cited))]
        for heading, cells in table.rows
    ]
    record = export_record.record_rows(table.record) if table.record else []
    names = (
        part
        for column, name in enumerate(table.columns[1:])
        for part in ([name, f"{name} (source)"] if column in cited else [name])
    )
    header = [table.columns[0], *names]
    for row in [header, *rows, [], *([note] for note in table.notes), *table.provenance, *record]:
        writer.writerow([escaping.cell("\n".join(escaping.lines(value))) for value in row])
    return file.getvalue().encode("utf-8-sig")


def _csv_cells(cell: ExportCell, is_cited: bool) -> list[str]:
    return [cell.text, italics.without(cell.citation)] if is_cited else [cell.text]


def html(table: ExportTable) -> bytes:
    """A page that loads nothing from elsewhere."""
    notes = "".join(f"<p>{_text(note)}</p>\n" for note in table.notes)
    header = "".join(f'<th scope="col">{_text(column)}</th>' for column in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{_text(heading)}</th>{"".join(map(_cell, cells))}</tr>\n' for heading, cells in table.rows
    )
    entries = "".join(f"<p>{_text(entry)}</p>\n" for entry in table.bibliography)
    return _page(
        table,
        f"<h1>{_text(table.title)}</h1>\n{notes}<table><thead><tr>{header}</tr></thead>\n<tbody>{rows}</tbody></table>\n"
        + (f"<h2>{BIBLIOGRAPHY}</h2>\n{entries}" if entries else ""),
    )


def reading_html(table: ExportTable) -> bytes:
    """The table as running text, on a page that loads nothing from elsewhere."""
    shown = (_ELEMENTS[style].format(_text(text)) for style, text in _paragraphs(table) if style in _ELEMENTS)
    return _page(table, "\n".join(shown) + "\n")


_ELEMENTS: Mapping[docx.Style, str] = {
    "Heading1": "<h1>{}</h1>",
    "Heading2": "<h2>{}</h2>",
    "Normal": "<p>{}</p>",
    "Quote": "<blockquote>{}</blockquote>",
    "Citation": "<p class=cited>{}</p>",
    "Detail": "<p class=cited>{}</p>",
    "Bibliography": "<p>{}</p>",
}
"""What is written of each style; the provenance stands at the end of every page."""


def _page(table: ExportTable, body: str) -> bytes:
    record = export_record.record_meta(table.record) if table.record else ""
    footer = "".join(f"<dt>{_text(key)}</dt><dd>{_text(value)}</dd>\n" for key, value in table.provenance)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"{record}<title>{_text(table.title)}</title><style>{_STYLE}</style></head><body>{body}"
        f"<dl>{footer}</dl></body></html>\n"
    ).encode()


def _text(text: str) -> str:
    """A line of text, in which italics may be marked."""
    return italics.written(escaping.xml(escaping.line(text)), "<i>", "</i>")


def _cell(cell: ExportCell) -> str:
    return f"<td>{_text(cell.text)}{f'<small>{_text(cell.citation)}</small>' if cell.citation else ''}</td>"


_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.45 system-ui,sans-serif;margin:2rem}h1{font-size:1.5rem}"
    "p,dl{max-width:60rem}table{border-collapse:collapse;width:max-content;font-size:.9rem}"
    "th,td{border:1px solid #888;padding:.4rem .6rem;text-align:left;vertical-align:top;max-width:min(22rem,70vw)}"
    "th[scope=row]{font-weight:400}small{display:block;margin-top:.3rem;opacity:.8}"
    "dl{font-size:.9rem}dt{font-weight:600}dd{margin:0 0 .3rem}p,th,td,dd{overflow-wrap:break-word}"
    "h2{font-size:1.1rem;margin-top:2rem}blockquote{margin:1rem 0 .3rem;max-width:44rem}.cited{margin:0 0 1rem;"
    "font-size:.9rem;opacity:.8}"
    "@page{margin:15mm}@media print{:root{color-scheme:light}body{margin:0;font-size:10pt}table{width:auto}"
    "th,td{max-width:none}tr{break-inside:avoid}}"
)

TABLE_FORMATS: Mapping[str, Callable[[ExportTable], bytes]] = {
    ".md": markdown,
    ".html": html,
    ".docx": word,
    ".csv": as_csv,
}
"""The writer for each suffix of a file."""


# a file on disk -------------------------------------------------------------------------------------------------------


def format_of(file: Path, formats: Collection[str] = TABLE_FORMATS) -> str:
    """The suffix, in lower case, of a file to be written. Raises QueryError for a suffix not in ``formats``, WriteError
    where the file exists or its folder does not."""
    if file.suffix.lower() not in formats:
        cannot = f"no {file.suffix} is written" if file.suffix else "it has no suffix to tell what to write"
        raise QueryError(f"{file} cannot be written: {cannot}. End it in {', '.join(formats)}.")
    if os.path.exists(file):  # False for a name that cannot be one, which is told when it is written
        raise WriteError(f"{file} is there already, and nothing is written over it. Name another file.")
    if not os.path.isdir(file.parent):
        raise WriteError(f"{file} cannot be written: there is no folder {file.parent}. Make it, or name another.")
    return file.suffix.lower()


def write(file: Path, content: bytes) -> None:
    """Writes a new file, whole or not at all. Raises WriteError where it exists or cannot be written."""
    try:
        stream = file.open("xb")
        try:
            with stream:
                stream.write(content)
        except BaseException:  # a full disk, or Ctrl+C
            file.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise WriteError(f"{file} cannot be written ({error.strerror or error}). Name another file.") from error
