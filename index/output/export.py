"""What was found, to take along: a table whose quotations have their citations, as Markdown, HTML, Word or CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from index.errors import QueryError, WriteError
from index.output import docx
from index.text import escaping
from index.types import Passage, Section, Source, Span


@dataclass(frozen=True, slots=True)
class ExportCell:
    """``citation``: whose words they are; empty when they are ours."""

    text: str = ""
    citation: str = ""


@dataclass(frozen=True, slots=True)
class ExportTable:
    """``rows``: a head, and a cell for each column; those with one head that follow one another belong together.
    ``columns``: the name of the heads, then one for each cell. ``told``: what a reader must know first; ``made``: with
    what it was made."""

    title: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[ExportCell]]]
    provenance: Sequence[tuple[str, str]]
    notes: Sequence[str] = ()


def now() -> str:
    """This moment, as an ISO time."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def provenance(when: str, generation: int, model: str, settings: Mapping[str, object]) -> list[tuple[str, str]]:
    """What must be the same for the same to be found again."""
    return [
        ("Made", when),
        ("Library", f"generation {generation}, model {model}"),
        ("Settings", json.dumps(settings, ensure_ascii=False, sort_keys=True)),
    ]


def name(source: Source) -> str:
    """Its title, or its file's name with its own id there."""
    file = source.location.rpartition("/")[2]
    return escaping.line(source.title or (f"{file} · {source.record}" if source.record else file))


def cite(source: Source, place: Passage | Section | None = None, span: Span | None = None) -> str:
    """Who says it, and where: what a reader needs to find it. A guess stands in square brackets."""
    values = {"authors": ", ".join(source.authors), "publisher": source.publisher, "published": source.published}
    guessed = {one for one, origin in source.origins.items() if origin.is_guess}
    known = {one: f"[{value}]" if value and one in guessed else value for one, value in values.items()}
    said = [known["authors"], f"“{name(source)}”", known["publisher"], known["published"]]
    page = place and (place.page_label or place.page)
    where = [place and place.heading, page and f"p. {page}", source.url or source.location]
    counted = f"characters {span.start}–{span.end}" if span else ""
    return escaping.line(", ".join(part for part in (*said, *where, counted) if part))


# the formats ----------------------------------------------------------------------------------------------------------


def _paragraphs(table: ExportTable) -> Iterator[tuple[docx.Style, str]]:
    """The table as a text: each quotation with its citation below, under the heads of the rows."""
    yield "Heading1", table.title
    for one in table.notes:
        yield "Normal", one
    last = None
    for head, cells in table.rows:
        if head != last:
            yield "Heading2", head
        last = head
        for column, cell in zip(table.columns[1:], cells, strict=True):
            if cell.citation:
                yield "Quote", cell.text
                yield "Citation", cell.citation
            elif cell.text:
                yield "Normal", f"{column}: {cell.text}"
    for key, value in table.provenance:
        yield "Ending", f"{key}: {value}"


_MARKS: Mapping[docx.Style, str] = {
    "Heading1": "# ",
    "Heading2": "\n\n## ",
    "Normal": "\n\n",
    "Quote": "\n\n> ",
    "Citation": "\n>\n> — ",
    "Ending": "\n\n- ",
}


def markdown(table: ExportTable) -> bytes:
    text = "".join(f"{_MARKS[style]}{escaping.markdown(text)}" for style, text in _paragraphs(table))
    return f"{text}\n".encode()


def word(table: ExportTable) -> bytes:
    return docx.package(docx.Paragraph([escaping.line(text)], style) for style, text in _paragraphs(table))


def as_csv(table: ExportTable) -> bytes:
    """The columns with citations have another for these, at the end. Below stands what it was made with. It begins
    with a byte order mark, as spreadsheets expect."""
    cited = [place for place in range(len(table.columns) - 1) if any(cells[place].citation for _, cells in table.rows)]
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    rows = [
        [head, *(one.text for one in cells), *(cells[place].citation for place in cited)] for head, cells in table.rows
    ]
    header = [*table.columns, *(f"{table.columns[place + 1]} (source)" for place in cited)]
    for row in [header, *rows, [], *([one] for one in table.notes), *table.provenance]:
        writer.writerow([escaping.cell(escaping.line(one)) for one in row])
    return file.getvalue().encode("utf-8-sig")


def html(table: ExportTable) -> bytes:
    """A page of its own, which asks for nothing from elsewhere."""
    title = _text(table.title)
    told = "".join(f"<p>{_text(one)}</p>\n" for one in table.notes)
    head = "".join(f'<th scope="col">{_text(one)}</th>' for one in table.columns)
    rows = "".join(
        f'<tr><th scope="row">{_text(head)}</th>{"".join(map(_cell, cells))}</tr>\n' for head, cells in table.rows
    )
    made = "".join(f"<dt>{_text(key)}</dt><dd>{_text(value)}</dd>\n" for key, value in table.provenance)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><h1>{title}</h1>\n{told}"
        f"<table><thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table>\n<dl>{made}</dl></body></html>\n"
    ).encode()


def _text(text: str) -> str:
    return escaping.xml(escaping.line(text))


def _cell(one: ExportCell) -> str:
    return f"<td>{_text(one.text)}{f'<small>{_text(one.citation)}</small>' if one.citation else ''}</td>"


_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.45 system-ui,sans-serif;margin:2rem}h1{font-size:1.5rem}"
    "p,dl{max-width:60rem}table{border-collapse:collapse;width:max-content;font-size:.9rem}"
    "th,td{border:1px solid #888;padding:.4rem .6rem;text-align:left;vertical-align:top;max-width:min(22rem,70vw)}"
    "th[scope=row]{font-weight:400}small{display:block;margin-top:.3rem;opacity:.8}"
    "dl{font-size:.9rem}dt{font-weight:600}dd{margin:0 0 .3rem}p,th,td,dd{overflow-wrap:break-word}"
    "@page{margin:15mm}@media print{:root{color-scheme:light}body{margin:0;font-size:10pt}table{width:auto}"
    "th,td{max-width:none}tr{break-inside:avoid}}"
)

FORMATS: Mapping[str, Callable[[ExportTable], bytes]] = {".md": markdown, ".html": html, ".docx": word, ".csv": as_csv}
"""By the suffix of the file."""


# a file on disk -------------------------------------------------------------------------------------------------------


def format_of(file: Path, formats: Collection[str] = FORMATS) -> str:
    """The suffix, once it is sure that the file can be made. Raises QueryError or WriteError."""
    if file.suffix.lower() not in formats:
        raise QueryError(f"{file} has no suffix to tell what to write. End it in {', '.join(formats)}.")
    if file.exists():
        raise WriteError(f"{file} is there already, and nothing is written over it. Name another file.")
    if not file.parent.is_dir():
        raise WriteError(f"{file} cannot be written: there is no folder {file.parent}. Make it, or name another.")
    return file.suffix.lower()


def write(file: Path, content: bytes) -> None:
    """A new file. Raises WriteError."""
    try:
        with file.open("xb") as opened:
            opened.write(content)
    except OSError as error:
        raise WriteError(f"{file} cannot be written ({error.strerror or error}). Name another file.") from error
