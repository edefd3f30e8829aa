"""The record in every exported file: what it takes to ask again, and to see whether the library still gives the same.

It is JSON: the last line of Markdown, an element in the head of HTML, the last rows of CSV, a part of its own in Word.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from html import unescape
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import ReadError
from index.output.draft_lines import between
from index.types import Answer, Passage, Span

if TYPE_CHECKING:
    from index.check.draft import DraftCheck
    from index.compare.answer_table import AnswerTable
    from index.compare.sources import Comparison

FORMAT = 1
"""Raised when a field changes its meaning."""

KINDS = ("search", "check", "compare", "quotations")

NAME = "sourcewise-record"
ROW = "Record"
"""The first cell of the rows of a CSV that hold it."""

WORD_PART = "customXml/item1.xml"

Record = Mapping[str, Any]

_CELL = 30_000  # characters of a cell: spreadsheets cut off what goes beyond 32,767
LONGEST = 1 << 24  # bytes of a part of a Word file that are read: longer than any that was written
_RAW = re.compile(r"[<>&;'=+@]|(?<=-)-|(?<= ) ")
_COMMENT = re.compile(rf"<!-- {NAME} (\{{.*\}}) -->")
_META = re.compile(rf'<meta name="{NAME}" content="([^"]*)">')


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# what is recorded -----------------------------------------------------------------------------------------------------


def _record(kind: str, when: str, of: Answer | DraftCheck | Comparison | AnswerTable, **fields: object) -> Record:
    library = {"epoch": of.epoch, "generation": of.generation, "model": of.model}
    return {"format": FORMAT, "kind": kind, "made": when, **library, "settings": dict(of.settings), **fields}


def search_record(answer: Answer, when: str) -> Record:
    """``settings`` has the filter and the number of hits; ``results`` are the hits in order."""
    results = [_quoted(hit.source.id, hit.passage, hit.passage.span) for hit in answer.hits]
    return _record("search", when, answer, query=answer.query, confidence=answer.confidence.value, results=results)


def check_record(checked: DraftCheck, when: str) -> Record:
    """``draft``: the digest of its text, the spans of its prose, and what stands between its lines; ``results``: each
    sentence with its status and the sources that count."""
    prose = None if checked.draft.prose is None else [list(span) for span in checked.draft.prose]
    about = {"title": checked.draft.title, "language": checked.draft.language, "prose": prose}
    text = checked.draft.text
    draft = {**about, "digest": digest(text), "characters": len(text), "between": between(text)}
    results = [
        {
            "sentence": digest(finding.sentence.text),
            "status": finding.status.value,
            "sources": list(dict.fromkeys(evidence.hit.source.id for evidence in finding.counted_evidence)),
        }
        for finding in checked.findings
    ]
    return _record("check", when, checked, draft=draft, results=results)


def comparison_record(comparison: Comparison, when: str) -> Record:
    """``sources``: the ids of the two; ``results``: the spans of each pair and how they relate."""
    sources = [comparison.left.source.id, comparison.right.source.id]
    results = [
        {"left": list(pair.left), "right": list(pair.right), "relation": pair.relation.value, "sure": pair.sure}
        for pair in comparison.pairs
    ]
    return _record("compare", when, comparison, sources=sources, results=results)


def answers_record(table: AnswerTable, when: str) -> Record:
    """``questions`` and the ids of the ``sources`` asked; ``results``: the answer of each source, by the number of its
    question."""
    results = [
        {
            "question": number,
            **_quoted(cell.source.id, cell.hit.passage, cell.sentence or cell.hit.passage.span),
        }
        for number, row in enumerate(table.rows)
        for cell in row.cells
        if cell.hit
    ]
    questions, sources = [row.question for row in table.rows], [source.id for source in table.sources]
    return _record("compare", when, table, questions=questions, sources=sources, results=results)


def quotations_record(when: str, epoch: str, generation: int, quoted: Sequence[tuple[str, Passage]]) -> Record:
    """``quoted``: the ids of sources with passages of them; ``results``: these in order."""
    results = [_quoted(source, passage, passage.span) for source, passage in quoted]
    library = {"epoch": epoch, "generation": generation}
    return {"format": FORMAT, "kind": "quotations", "made": when, **library, "results": results}


def _quoted(source: str, passage: Passage, span: Span) -> dict[str, object]:
    return {"source": source, "start": span.start, "end": span.end, "text": digest(passage.slice(span))}


# how it is written ----------------------------------------------------------------------------------------------------


def record_text(record: Record) -> str:
    """The record on one line of ASCII, which stays as it is in a comment, an attribute and a cell."""
    text = json.dumps(record, ensure_ascii=True, separators=(",", ":"), sort_keys=True)
    return _RAW.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)  # in JSON so written, these stand in strings alone


def record_comment(record: Record) -> str:
    """The record as a line of Markdown, which shows nothing."""
    return f"<!-- {NAME} {record_text(record)} -->"


def record_meta(record: Record) -> str:
    """The record as an element in the head of an HTML page."""
    content = record_text(record).replace('"', "&quot;")
    return f'<meta name="{NAME}" content="{content}">'


def record_rows(record: Record) -> list[tuple[str, str]]:
    """The record as rows of a table; a long one takes several."""
    text = record_text(record)
    return [(ROW, text[start : start + _CELL]) for start in range(0, len(text), _CELL)]


def record_part(record: Record) -> str:
    """The record as a part of a Word document."""
    return f'<record xmlns="urn:{NAME}">{record_text(record)}</record>'


# how it is read -------------------------------------------------------------------------------------------------------

DAMAGE = (
    *(ValueError, TypeError, AttributeError, LookupError, ArithmeticError, RuntimeError, EOFError, csv.Error),
    *(SyntaxError, zipfile.BadZipFile, zlib.error, struct.error),
)
"""What reading an exported file raises where it was altered; of these SyntaxError is lxml's."""


def read_export(file: Path) -> dict[str, Any]:
    """The record of an exported file: ``kind``, ``made``, ``epoch``, ``generation``, ``model``, ``settings``,
    ``results`` and what was asked. Raises ReadError where there is none."""
    suffix = file.suffix.lower()
    if suffix not in _READERS:
        raise ReadError(f"{file} is no export. Give a file that ends in {', '.join(_READERS)}.")
    try:
        text = _READERS[suffix](file.read_bytes())
        record = json.loads(text) if text else None
    except OSError as error:
        raise ReadError(f"{file} cannot be read ({error.strerror or error}). Give a file that was exported.") from error
    except DAMAGE as error:
        raise ReadError(f"{file} has a record that cannot be read. Export it again.") from error
    if not isinstance(record, dict) or record.get("kind") not in KINDS:
        raise ReadError(f"{file} has no record of how it was made: it was written by an earlier version, or changed.")
    if record.get("format") != FORMAT:
        raise ReadError(f"{file} was written by another version of the program. Export it again with this one.")
    return record


def _of_markdown(content: bytes) -> str:
    return str((_COMMENT.findall(content.decode("utf-8-sig")) or [""])[-1])


def _of_html(content: bytes) -> str:
    match = _META.search(content.decode("utf-8-sig"))
    return unescape(match[1]) if match else ""


def _of_csv(content: bytes) -> str:
    rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    trailing = takewhile(lambda row: row[:1] == [ROW], reversed([row for row in rows if any(row)]))
    # an apostrophe was put before what looks like a formula; a record has none
    return "".join(reversed([row[1] for row in trailing])).replace("'", "")


def _of_word(content: bytes) -> str:
    from lxml import etree  # whose errors are SyntaxErrors; not loaded to write an export

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = [part for part in archive.infolist() if part.filename.startswith("customXml/item")]
        for part in parts:
            if part.file_size <= LONGEST:
                root = etree.fromstring(archive.read(part), etree.XMLParser(resolve_entities=False, no_network=True))
                if root.tag == f"{{urn:{NAME}}}record":
                    return str(root.text or "")
    return ""


_READERS = {".md": _of_markdown, ".html": _of_html, ".docx": _of_word, ".csv": _of_csv}
